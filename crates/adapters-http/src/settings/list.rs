//! `GET settings` (contract, framework 4.3).

use axum::http::Method;
use omnicontact_usecases::settings::list;

use super::body::{SettingsBody, direction};
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::paging::Paged as _;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which settings, and what of them. They can be ordered by `_id`.
    paged pub(crate) struct Query: AjvTyped {
        /// Whether each setting comes with its default, `packageValue`.
        "includeDefaults" include_defaults: Option<bool>,
        /// Ignored.
        #[expect(dead_code, reason = "accepted and ignored")]
        "fields" fields: Option<String>,
        /// Ignored.
        #[expect(dead_code, reason = "accepted and ignored")]
        "query" selector: Option<String>,
    }
}

/// See settings page by page.
pub(crate) struct ListSettings;

impl Endpoint for ListSettings {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Query;
    type Output = SettingsBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/settings",
        operation: "list_settings",
        summary: "See settings page by page: the public ones, or with view-privileged-setting all",
        access: Access::signed_in(list::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc {
            status: 400,
            text: "Invalid sort parameter provided: \"<sort>\" [error-invalid-sort]",
        }],
    };

    async fn handle(call: Call<SignedIn>, query: Query) -> Result<SettingsBody, ApiError> {
        let (page, order) = (call.page(&query), direction(&query.order()?));
        let found = list::list_settings(call.ctx(), &call.caller.actor, order, page).await?;
        Ok(SettingsBody::of(found, page, query.include_defaults.unwrap_or_default()))
    }
}
