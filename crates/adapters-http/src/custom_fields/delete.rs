//! `POST livechat/custom-fields.delete` (contract, conversations 2.5).

use axum::http::Method;
use omnicontact_usecases::custom_fields::delete;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::envelope::Done;
use crate::error::ApiError;
use crate::failure::custom_fields::removal;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which custom field.
    pub(crate) struct DeleteFieldBody: AjvTyped {
        /// Id of the custom field.
        "customFieldId" id: String,
    }
}

/// Remove a custom field. Stored values stay.
pub(crate) struct DeleteCustomField;

impl Endpoint for DeleteCustomField {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = DeleteFieldBody;
    type Output = Done;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/livechat/custom-fields.delete",
        operation: "delete_custom_field",
        summary: "Remove a custom field; stored values stay",
        access: Access::requires(delete::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc { status: 400, text: "Custom field not found" }],
    };

    async fn handle(call: Call<SignedIn>, body: DeleteFieldBody) -> Result<Done, ApiError> {
        let removed = delete::delete_custom_field(call.ctx(), &call.caller.actor, &body.id.into()).await;
        removed.map(|()| Done {}).map_err(removal)
    }
}
