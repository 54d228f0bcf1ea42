//! `POST livechat/custom.fields` (contract, conversations 2.7).

use axum::http::Method;
use omnicontact_domain::custom_field::{Assignment, CustomFieldId};
use omnicontact_usecases::custom_fields::set_values;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Values, and whose they are.
    pub(crate) struct ValuesBody: Match {
        /// The secret of the visitor's session.
        "token" token: String,
        /// The values; at least one.
        "customFields" values: Vec<ValueItem>,
    }
}

parameters! {
    /// A value.
    pub(crate) struct ValueItem: Match {
        /// Id of the custom field.
        "key" key: String,
        /// The value.
        "value" value: String,
        /// Whether it may take the place of another one.
        "overwrite" overwrite: bool,
    }
}

/// A value that was sent.
#[derive(Debug, Serialize, ToSchema)]
struct EchoedBody {
    /// Id of the custom field.
    #[serde(rename = "Key")]
    #[schema(value_type = String)]
    key: CustomFieldId,
    /// The value.
    value: String,
    /// Whether it may take the place of another one.
    overwrite: bool,
}

/// What was sent, whether or not anything changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SetValuesBody {
    /// The values: those of conversations first, then those of the visitor.
    fields: Vec<EchoedBody>,
}

impl From<ValueItem> for Assignment {
    fn from(item: ValueItem) -> Self {
        Self { field: item.key.into(), value: item.value, overwrite: item.overwrite }
    }
}

impl From<Assignment> for EchoedBody {
    fn from(assignment: Assignment) -> Self {
        Self { key: assignment.field, value: assignment.value, overwrite: assignment.overwrite }
    }
}

/// Set several values of a visitor.
pub(crate) struct SetValues;

impl Endpoint for SetValues {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = ValuesBody;
    type Output = SetValuesBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::POST],
        path: "/api/v1/livechat/custom.fields",
        operation: "set_custom_values",
        summary: "Set several custom values of a visitor",
        access: Access::PUBLIC,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "invalid-token" },
            ErrorDoc { status: 400, text: "invalid-custom-field" },
            ErrorDoc { status: 400, text: "Invalid value for <key> field" },
        ],
    };

    async fn handle(call: Call<Nobody>, body: ValuesBody) -> Result<SetValuesBody, ApiError> {
        let assignments: Vec<_> = body.values.into_iter().map(Assignment::from).collect();
        let set = set_values::set_values(call.ctx(), &body.token.into(), &assignments).await?;
        Ok(SetValuesBody { fields: set.into_iter().map(EchoedBody::from).collect() })
    }
}
