//! `POST omnichannel/contact` (contract, contacts 6.1).

use axum::http::Method;
use omnicontact_domain::id::VisitorId;
use omnicontact_domain::value::Fields;
use omnicontact_domain::visitor::{Registration, VisitorManager};
use omnicontact_usecases::contacts::register;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// A contact to register, or to update where the token or the address is known.
    pub(crate) struct Body: Match {
        /// The secret of the widget session; the key under which the contact is found again.
        "token" token: String,
        /// The display name.
        "name" name: String,
        /// The e-mail address; stored in lower case. Left out or empty, the stored one is removed.
        "email" email: Option<String>,
        /// The phone number. Empty, the stored one is removed.
        "phone" phone: Option<String>,
        /// The username of a new contact.
        "username" username: Option<String>,
        /// Custom values by field id; they replace the stored ones. Unknown ids are dropped.
        "customFields" custom_fields: Option<Fields>,
        /// The responsible agent. Left out, the stored one is removed.
        "contactManager" contact_manager: Option<Manager>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "the dialect accepts it and does nothing with it")]
        "_id" ignored_id: Option<String>,
    }
}

parameters! {
    /// The responsible agent.
    pub(crate) struct Manager: Match {
        /// The agent's username; an empty one is nobody.
        "username" username: String,
    }
}

/// Which contact was registered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegisteredBody {
    /// Id of the visitor.
    #[schema(value_type = String)]
    contact: VisitorId,
}

/// Register or update one contact.
pub(crate) struct RegisterContact;

impl Endpoint for RegisterContact {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Body;
    type Output = RegisteredBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/omnichannel/contact",
        operation: "register_contact",
        summary: "Register a contact, or update the one with that token or e-mail address",
        access: Access::requires(register::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Invalid visitor token [error-invalid-contact-data]" },
            ErrorDoc {
                status: 400,
                text: "No user found with username <x> [error-contact-manager-not-found]",
            },
            ErrorDoc {
                status: 400,
                text: "The contact manager must have the role \"livechat-agent\" [error-invalid-contact-manager]",
            },
            ErrorDoc { status: 400, text: "Invalid value for <label> field" },
            ErrorDoc {
                status: 400,
                text: "The value of field <x> is longer than <n> characters [error-invalid-params]",
            },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: Body) -> Result<RegisteredBody, ApiError> {
        let request = body.into();
        let contact = register::register_contact(call.ctx(), &call.caller.actor, request).await?;
        Ok(RegisteredBody { contact })
    }
}

impl From<Body> for register::RegisterContact {
    fn from(body: Body) -> Self {
        let Body { token, name, email, phone, username, custom_fields, contact_manager, ignored_id: _ } =
            body;
        let manager =
            |Manager { username }| VisitorManager { user_id: None, username, name: None, emails: None };
        let manager = contact_manager.map(manager);
        Self {
            registration: Registration { token: token.into(), name, email, phone, username, manager },
            custom_fields: custom_fields.unwrap_or_default(),
        }
    }
}
