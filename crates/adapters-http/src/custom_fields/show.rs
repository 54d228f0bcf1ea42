//! `GET livechat/custom-fields/:_id` (contract, conversations 2.3).

use axum::http::Method;
use omnicontact_usecases::custom_fields::show;
use serde::Serialize;
use utoipa::ToSchema;

use super::definition_body::CustomFieldBody;
use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::path_parameters;
use crate::schema::NoParameters;

path_parameters! {
    /// Which custom field.
    pub(crate) struct CustomFieldPath {
        /// Id of the custom field.
        "_id" id: String,
    }
}

/// An answer with a custom field, or none.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundCustomFieldBody {
    /// The custom field; null when there is none.
    #[schema(required)]
    custom_field: Option<CustomFieldBody>,
}

/// Read one custom field.
pub(crate) struct ShowCustomField;

impl Endpoint for ShowCustomField {
    type Caller = SignedIn;
    type Path = CustomFieldPath;
    type Input = NoParameters;
    type Output = FoundCustomFieldBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/custom-fields/{_id}",
        operation: "show_custom_field",
        summary: "Read one custom field by id",
        access: Access::requires(show::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(
        call: Call<SignedIn, CustomFieldPath>,
        _: NoParameters,
    ) -> Result<FoundCustomFieldBody, ApiError> {
        let id = call.path.id.as_str().into();
        let found = show::show_custom_field(call.ctx(), &call.caller.actor, &id).await?;
        Ok(FoundCustomFieldBody { custom_field: found.map(CustomFieldBody::from) })
    }
}
