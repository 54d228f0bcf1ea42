//! `POST livechat/custom.field` (contract, conversations 2.6).

use axum::http::Method;
use omnicontact_domain::custom_field::Assignment;
use omnicontact_usecases::custom_fields::set_value;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// A value, and whose it is.
    pub(crate) struct ValueBody: Match {
        /// The secret of the visitor's session.
        "token" token: String,
        /// Id of the custom field.
        "key" key: String,
        /// The value.
        "value" value: String,
        /// Whether it may take the place of another one.
        "overwrite" overwrite: bool,
    }
}

/// What was sent.
#[derive(Debug, Serialize, ToSchema)]
struct EchoBody {
    /// Id of the custom field.
    key: String,
    /// The value.
    value: String,
    /// Whether it may take the place of another one.
    overwrite: bool,
}

/// What was sent, whether or not anything changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SetValueBody {
    /// The value.
    field: EchoBody,
}

/// Set a visitor's value.
pub(crate) struct SetValue;

impl Endpoint for SetValue {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = ValueBody;
    type Output = SetValueBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::POST],
        path: "/api/v1/livechat/custom.field",
        operation: "set_custom_value",
        summary: "Set a custom value of a visitor",
        access: Access::PUBLIC,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "invalid-token" },
            ErrorDoc { status: 400, text: "invalid-custom-field" },
            ErrorDoc { status: 400, text: "Invalid value for <key> field" },
        ],
    };

    async fn handle(call: Call<Nobody>, body: ValueBody) -> Result<SetValueBody, ApiError> {
        let ValueBody { token, key, value, overwrite } = body;
        let assignment = Assignment { field: key.as_str().into(), value, overwrite };
        set_value::set_value(call.ctx(), &token.into(), &assignment).await?;
        Ok(SetValueBody { field: EchoBody { key, value: assignment.value, overwrite } })
    }
}
