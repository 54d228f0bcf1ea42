//! `GET /api/info` (contract, framework 4.6): the version of the dialect, by which clients choose features.

use axum::http::Method;
use omnicontact_domain::permission::VIEW_STATISTICS;
use omnicontact_domain::policy::{Requirement, authorize};
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Anyone, Description, Envelope, Limit};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::NoParameters;

/// The version whose dialect is spoken.
const DIALECT: &str = "8.6.1";
/// The same, as strangers see it.
const DIALECT_SHORT: &str = "8.6";
/// Who sees more.
const SEES_ALL: Requirement = Requirement::All(&[VIEW_STATISTICS]);

/// The server's version.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionBody {
    /// The version of the dialect; without its last number for those who may not see statistics.
    version: &'static str,
    /// More, for those who may see statistics.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    info: Option<DetailsBody>,
}

/// What those who may see statistics see.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DetailsBody {
    /// The version of the dialect.
    version: &'static str,
    /// The program itself.
    build: BuildBody,
    /// Always empty.
    commit: CommitBody,
    /// The version of the apps engine that the dialect names.
    marketplace_api_version: &'static str,
}

/// The program itself.
#[derive(Debug, Serialize, ToSchema)]
struct BuildBody {
    /// What it is called.
    name: &'static str,
    /// Its own version.
    version: String,
}

/// Always empty.
#[derive(Debug, Serialize, ToSchema)]
struct CommitBody {}

/// See the server's version.
pub(crate) struct ShowVersion;

impl Endpoint for ShowVersion {
    type Caller = Anyone;
    type Path = NoPath;
    type Input = NoParameters;
    type Output = VersionBody;

    const DESCRIPTION: Description<Anyone> = Description {
        methods: &[Method::GET],
        path: "/api/info",
        operation: "show_version",
        summary: "See the server's version",
        access: Access::anyone(SEES_ALL.permissions()),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(call: Call<Anyone>, _: NoParameters) -> Result<VersionBody, ApiError> {
        let sees_all =
            call.caller.0.as_ref().is_some_and(|caller| authorize(&caller.actor, &SEES_ALL).is_ok());
        if !sees_all {
            return Ok(VersionBody { version: DIALECT_SHORT, info: None });
        }
        let build = BuildBody { name: "omnicontact", version: call.state.options().version.clone() };
        let info =
            DetailsBody { version: DIALECT, build, commit: CommitBody {}, marketplace_api_version: "1.0.0" };
        Ok(VersionBody { version: DIALECT, info: Some(info) })
    }
}
