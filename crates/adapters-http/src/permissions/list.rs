//! `GET permissions.listAll` (contract, framework 4.1).

use axum::http::Method;
use omnicontact_usecases::permissions::list;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::PermissionBody;
use crate::date;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which permissions.
    pub(crate) struct Query: AjvTyped {
        /// A date (ISO 8601): only what was written later.
        "updatedSince" updated_since: Option<String>,
    }
}

/// Permissions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PermissionsBody {
    /// Those that are there.
    update: Vec<PermissionBody>,
    /// Those that are gone: none ever goes.
    remove: Vec<PermissionBody>,
}

/// See the permissions.
pub(crate) struct ListPermissions;

impl Endpoint for ListPermissions {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Query;
    type Output = PermissionsBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/permissions.listAll",
        operation: "list_permissions",
        summary: "See the permissions and the roles that hold them",
        access: Access::SIGNED_IN,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc {
            status: 400,
            text: "The \"updatedSince\" query parameter must be a valid date. [error-roomId-param-invalid]",
        }],
    };

    async fn handle(call: Call<SignedIn>, query: Query) -> Result<PermissionsBody, ApiError> {
        let since = date::moment(query.updated_since.as_deref()).map_err(|_| {
            let reason = "The \"updatedSince\" query parameter must be a valid date.";
            ApiError::coded("error-roomId-param-invalid", reason)
        })?;
        let permissions = list::list_permissions(call.ctx(), since).await?;
        Ok(PermissionsBody { update: permissions.into_iter().map(Into::into).collect(), remove: Vec::new() })
    }
}
