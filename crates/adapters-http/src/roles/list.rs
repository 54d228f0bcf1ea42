//! `GET roles.list` (contract, framework 4.2).

use axum::http::Method;
use omnicontact_usecases::roles::list;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::RoleBody;
use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::NoParameters;

/// All roles.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RolesBody {
    /// The roles, by id.
    roles: Vec<RoleBody>,
}

/// See all roles.
pub(crate) struct ListRoles;

impl Endpoint for ListRoles {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = NoParameters;
    type Output = RolesBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/roles.list",
        operation: "list_roles",
        summary: "See all roles",
        access: Access::SIGNED_IN,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(call: Call<SignedIn>, _: NoParameters) -> Result<RolesBody, ApiError> {
        let roles = list::list_roles(call.ctx()).await?;
        Ok(RolesBody { roles: roles.into_iter().map(|role| RoleBody::from(role).timeless()).collect() })
    }
}
