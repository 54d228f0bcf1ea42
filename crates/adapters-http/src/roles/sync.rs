//! `GET roles.sync` (contract, framework 4.2).

use axum::http::Method;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::time::Timestamp;
use omnicontact_usecases::roles::sync::{self, RoleChanges};
use serde::Serialize;
use utoipa::ToSchema;

use super::body::RoleBody;
use crate::date;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Since when.
    open pub(crate) struct Query: AjvTyped {
        /// A date (ISO 8601): only what changed later.
        "updatedSince" updated_since: Option<String>,
    }
}

/// What became of the roles.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SyncBody {
    /// The changes.
    roles: ChangesBody,
}

/// Changes of roles.
#[derive(Debug, Serialize, ToSchema)]
struct ChangesBody {
    /// Those that are there.
    update: Vec<RoleBody>,
    /// Those that went after the date.
    remove: Vec<RemovedBody>,
}

/// A role that is gone.
#[derive(Debug, Serialize, ToSchema)]
struct RemovedBody {
    /// The id that it had.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: RoleId,
    /// When it went.
    #[serde(rename = "_deletedAt")]
    #[schema(value_type = String, format = DateTime)]
    deleted_at: Timestamp,
}

/// See what became of the roles since a date.
pub(crate) struct SyncRoles;

impl Endpoint for SyncRoles {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Query;
    type Output = SyncBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/roles.sync",
        operation: "sync_roles",
        summary: "See what became of the roles since a date",
        access: Access::SIGNED_IN,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc {
            status: 400,
            text: "updatedSince must be a valid date string [error-invalid-param]",
        }],
    };

    async fn handle(call: Call<SignedIn>, query: Query) -> Result<SyncBody, ApiError> {
        let since = date::moment(query.updated_since.as_deref()).map_err(|_| {
            ApiError::coded("error-invalid-param", "updatedSince must be a valid date string")
        })?;
        Ok(sync::sync_roles(call.ctx(), since).await?.into())
    }
}

impl From<RoleChanges> for SyncBody {
    fn from(changes: RoleChanges) -> Self {
        let removed = changes.removed.into_iter();
        Self {
            roles: ChangesBody {
                update: changes.written.into_iter().map(Into::into).collect(),
                remove: removed.map(|(id, deleted_at)| RemovedBody { id, deleted_at }).collect(),
            },
        }
    }
}
