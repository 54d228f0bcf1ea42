//! `POST livechat/visitor` (contract, conversations 1.1).

use axum::http::Method;
use omnicontact_domain::custom_field::Assignment;
use omnicontact_domain::visitor::{Connection, GuestRegistration};
use omnicontact_usecases::visitors::register;

use super::find::ShownVisitorBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// A guest who registers.
    open pub(crate) struct GuestBody: Match {
        /// The guest.
        "visitor" visitor: Guest,
    }
}

parameters! {
    /// What a guest says of itself.
    open pub(crate) struct Guest: Match {
        /// The secret of the session, chosen by the client.
        "token" token: String,
        /// The display name.
        "name" name: Option<String>,
        /// The e-mail address; stored in lower case.
        "email" email: Option<String>,
        /// Id or name of a department.
        "department" department: Option<String>,
        /// The phone number.
        "phone" phone: Option<String>,
        /// The username of a new visitor.
        "username" username: Option<String>,
        /// The id of a new visitor.
        "id" id: Option<String>,
        /// Custom values; those without a definition are dropped.
        "customFields" custom_fields: Option<Vec<GuestValue>>,
    }
}

parameters! {
    /// A custom value.
    open pub(crate) struct GuestValue: Match {
        /// Id of the custom field.
        "key" key: String,
        /// The value.
        "value" value: String,
        /// Whether it may take the place of another one; false unless given.
        "overwrite" overwrite: Option<bool>,
    }
}

/// Register a guest.
pub(crate) struct RegisterGuest;

impl Endpoint for RegisterGuest {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = GuestBody;
    type Output = ShownVisitorBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::POST],
        path: "/api/v1/livechat/visitor",
        operation: "register_guest",
        summary: "Register a guest, or update the visitor with that token, phone number or e-mail address",
        access: Access::PUBLIC,
        limit: Limit::PerMinute(5),
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Token cannot be empty [error-invalid-token]" },
            ErrorDoc { status: 400, text: "error-invalid-department" },
            ErrorDoc { status: 400, text: "Missing required custom fields: <id>, <id>" },
            ErrorDoc { status: 400, text: "Error registering visitor [error-livechat-visitor-registration]" },
        ],
    };

    async fn handle(call: Call<Nobody>, body: GuestBody) -> Result<ShownVisitorBody, ApiError> {
        let connection = Connection { ip: call.address.clone(), ..call.client.clone().into() };
        let guest = GuestRegistration { connection, ..body.visitor.into() };
        Ok(register::register_guest(call.ctx(), guest).await?.into())
    }
}

impl From<Guest> for GuestRegistration {
    fn from(guest: Guest) -> Self {
        let Guest { token, name, email, department, phone, username, id, custom_fields } = guest;
        Self {
            token,
            name,
            email,
            phone,
            department,
            username,
            id: id.map(Into::into),
            custom_fields: custom_fields.into_iter().flatten().map(Assignment::from).collect(),
            connection: Connection::default(),
        }
    }
}

impl From<GuestValue> for Assignment {
    fn from(GuestValue { key, value, overwrite }: GuestValue) -> Self {
        Self { field: key.into(), value, overwrite: overwrite.unwrap_or_default() }
    }
}
