//! `POST livechat/custom-fields.save` (contract, conversations 2.4).

use axum::http::Method;
use omnicontact_usecases::custom_fields::save::{self, SaveCustomField as Request};
use serde::Serialize;
use utoipa::ToSchema;

use super::definition_body::{CustomFieldBody, DefinitionBody};
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::{Constraint, parameters};

parameters! {
    /// A custom field to be made or changed.
    pub(crate) struct SaveBody: AjvTyped {
        /// The field to change; null or nothing for a new one.
        "customFieldId" id: Option<String> [Constraint::Nullable],
        /// What is said of it.
        "customFieldData" data: DefinitionBody,
    }
}

/// The custom field as it is now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SavedCustomFieldBody {
    /// The custom field.
    custom_field: CustomFieldBody,
}

/// Make or change a custom field.
pub(crate) struct SaveCustomField;

impl Endpoint for SaveCustomField {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = SaveBody;
    type Output = SavedCustomFieldBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/livechat/custom-fields.save",
        operation: "save_custom_field",
        summary: "Make or change a custom field",
        access: Access::requires(save::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Custom Field Not found" },
            ErrorDoc { status: 400, text: "Custom Field already exists" },
            ErrorDoc {
                status: 400,
                text: "Invalid custom field name. Use only letters, numbers, hyphens and underscores.",
            },
            ErrorDoc {
                status: 400,
                text: "The value of field regexp is no pattern that can be used [error-invalid-params]",
            },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: SaveBody) -> Result<SavedCustomFieldBody, ApiError> {
        let (field, definition) = body.data.into_definition();
        let request = Request { id: body.id.map(Into::into), field, definition };
        let saved = save::save_custom_field(call.ctx(), &call.caller.actor, &request).await?;
        Ok(SavedCustomFieldBody { custom_field: saved.into() })
    }
}
