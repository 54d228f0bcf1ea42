//! `POST permissions.update` (contract, framework 4.1).

use axum::http::Method;
use omnicontact_domain::role::RoleId;
use omnicontact_usecases::permissions::update::{self, Grant};
use serde::Serialize;
use utoipa::ToSchema;

use super::body::PermissionBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::{Constraint, parameters};

parameters! {
    /// Who shall hold a permission.
    pub(crate) struct Entry: AjvTyped {
        /// The permission.
        "_id" id: String,
        /// The roles; their order is kept. An empty list takes the permission from everybody.
        "roles" roles: Vec<String> [Constraint::UniqueItems],
    }
}

parameters! {
    /// Who shall hold what.
    pub(crate) struct Body: AjvTyped {
        /// The permissions to be changed; none may come twice.
        "permissions" permissions: Vec<Entry>,
    }
}

/// Permissions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PermissionsBody {
    /// All permissions as they are now.
    permissions: Vec<PermissionBody>,
}

/// State which roles hold which permissions.
pub(crate) struct UpdatePermissions;

impl Endpoint for UpdatePermissions {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Body;
    type Output = PermissionsBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/permissions.update",
        operation: "update_permissions",
        summary: "State which roles hold which permissions",
        access: Access::requires(update::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Invalid permission" },
            ErrorDoc { status: 400, text: "Invalid role" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: Body) -> Result<PermissionsBody, ApiError> {
        let grants = body.permissions.into_iter().map(Into::into).collect();
        let all = update::update_permissions(call.ctx(), &call.caller.actor, grants).await?;
        Ok(PermissionsBody { permissions: all.into_iter().map(Into::into).collect() })
    }
}

impl From<Entry> for Grant {
    fn from(entry: Entry) -> Self {
        Self { permission: entry.id.into(), roles: entry.roles.into_iter().map(RoleId::from).collect() }
    }
}
