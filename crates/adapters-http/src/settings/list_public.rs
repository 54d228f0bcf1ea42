//! `GET settings.public` (contract, framework 4.3).

use axum::http::Method;
use omnicontact_usecases::settings::list;

use super::body::{SettingsBody, direction};
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::paging::Paged as _;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which settings. They can be ordered by `_id`.
    paged pub(crate) struct Query: AjvTyped {
        /// Ids with commas between them; those that are unknown or not public are left out.
        "_id" ids: Option<String>,
        /// Ignored.
        #[expect(dead_code, reason = "accepted and ignored")]
        "query" selector: Option<String>,
    }
}

/// See the public settings.
pub(crate) struct ListPublicSettings;

impl Endpoint for ListPublicSettings {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = Query;
    type Output = SettingsBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::GET],
        path: "/api/v1/settings.public",
        operation: "list_public_settings",
        summary: "See the public settings page by page",
        access: Access::PUBLIC,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc {
            status: 400,
            text: "Invalid sort parameter provided: \"<sort>\" [error-invalid-sort]",
        }],
    };

    async fn handle(call: Call<Nobody>, query: Query) -> Result<SettingsBody, ApiError> {
        let (page, order) = (call.page(&query), direction(&query.order()?));
        let ids = query.ids.as_deref().filter(|ids| !ids.is_empty());
        let ids: Option<Vec<&str>> = ids.map(|ids| ids.split(',').map(str::trim).collect());
        let found = list::list_public_settings(call.ctx(), ids.as_deref(), order, page).await?;
        Ok(SettingsBody::of(found, page, false))
    }
}
