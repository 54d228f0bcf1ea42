//! `GET livechat/custom-fields` (contract, conversations 2.2).

use axum::http::Method;
use omnicontact_usecases::custom_fields::list::{self, CustomFieldsQuery};
use serde::Serialize;
use utoipa::ToSchema;

use super::definition_body::CustomFieldBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::paging::{PageBody, Paged as _};
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which custom fields.
    paged pub(crate) struct FieldsQuery: AjvLegacy {
        /// What label or id contains, without regard to case.
        "text" text: Option<String>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "clients do not query the store")]
        "query" query: Option<String>,
    }
}

/// A page of custom fields.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CustomFieldsBody {
    /// The custom fields.
    custom_fields: Vec<CustomFieldBody>,
    #[serde(flatten)]
    page: PageBody,
}

/// List custom fields.
pub(crate) struct ListCustomFields;

impl Endpoint for ListCustomFields {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = FieldsQuery;
    type Output = CustomFieldsBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/custom-fields",
        operation: "list_custom_fields",
        summary: "List custom fields",
        access: Access::requires(list::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc {
            status: 400,
            text: "Invalid sort parameter provided: \"<sort>\" [error-invalid-sort]",
        }],
    };

    async fn handle(call: Call<SignedIn>, query: FieldsQuery) -> Result<CustomFieldsBody, ApiError> {
        let (page, order) = (call.page(&query), query.order()?);
        let wanted = CustomFieldsQuery { text: query.text.unwrap_or_default(), order, page };
        let (found, total) = list::list_custom_fields(call.ctx(), &call.caller.actor, &wanted).await?;
        let page = PageBody { count: found.len(), offset: page.offset, total };
        Ok(CustomFieldsBody { custom_fields: found.into_iter().map(CustomFieldBody::from).collect(), page })
    }
}
