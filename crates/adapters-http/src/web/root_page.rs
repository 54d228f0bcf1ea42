//! `GET /` (contract, framework 1.15): a page for people who look at the server with a browser.

use axum::http::Method;
use omnicontact_domain::setting::SITE_URL;
use serde::Serialize;
use utoipa::ToSchema;

use super::runtime_config::RuntimeConfig;
use crate::answer::Caching;
use crate::description::{Access, Description, Envelope, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::{Invalid, Object, Parameters, Root, Shape, Source, Style};

/// Nothing is asked; the page depends on a setting.
#[derive(Debug)]
pub(crate) struct Nothing;

impl Parameters for Nothing {
    const SETTINGS: &'static [&'static str] = &[SITE_URL];
    const SHAPE: Shape = Shape { about: "", style: Style::Lenient, root: Root::Object(Object::open(&[])) };

    fn read(_sent: serde_json::Value, _source: Source) -> Result<Self, Invalid> {
        Ok(Self)
    }
}

/// A page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Html(String);

/// See the root page.
pub(crate) struct ShowRootPage;

impl Endpoint for ShowRootPage {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = Nothing;
    type Output = Html;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::GET],
        path: "/",
        operation: "show_root_page",
        summary: "See what this server is, in a browser",
        access: Access::PUBLIC,
        limit: Limit::Unlimited,
        envelope: Envelope::Page { content_type: "text/html; charset=utf-8", caching: Caching::Forbidden },
        errors: &[],
    };

    async fn handle(call: Call<Nobody>, _: Nothing) -> Result<Html, ApiError> {
        let hash = RuntimeConfig::new(&call.settings, &call.ctx().root_url).hash;
        Ok(Html(format!(
            "<!DOCTYPE html>\n\
             <html lang=\"en\">\n\
             <head>\n\
             <meta charset=\"utf-8\">\n\
             <title>omnicontact</title>\n\
             <script src=\"/meteor_runtime_config.js?hash={hash}\"></script>\n\
             </head>\n\
             <body>\n\
             <h1>omnicontact</h1>\n\
             <p>This server has an API and no pages. It is described in \
             <a href=\"/api/openapi.json\">openapi.json</a>.</p>\n\
             </body>\n\
             </html>\n"
        )))
    }
}
