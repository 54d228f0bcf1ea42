//! `GET roles.getUsersInPublicRoles` (contract, framework 4.2).

use axum::http::Method;
use omnicontact_domain::id::UserId;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::user::User;
use omnicontact_usecases::roles::list_public_users;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::NoParameters;

/// Holders of public roles.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublicHoldersBody {
    /// The users, by username.
    users: Vec<PublicHolderBody>,
}

/// A user who holds a public role.
#[derive(Debug, Serialize, ToSchema)]
struct PublicHolderBody {
    /// Who it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: UserId,
    /// The login name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    username: Option<String>,
    /// All roles of the user.
    #[schema(value_type = Vec<String>)]
    roles: Vec<RoleId>,
}

impl From<User> for PublicHolderBody {
    fn from(user: User) -> Self {
        Self { id: user.id, username: user.username, roles: user.roles }
    }
}

/// See who holds a role that everybody may know of.
pub(crate) struct ListUsersInPublicRoles;

impl Endpoint for ListUsersInPublicRoles {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = NoParameters;
    type Output = PublicHoldersBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/roles.getUsersInPublicRoles",
        operation: "list_users_in_public_roles",
        summary: "See who holds a role that is held everywhere and has a description",
        access: Access::SIGNED_IN,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(call: Call<SignedIn>, _: NoParameters) -> Result<PublicHoldersBody, ApiError> {
        let users = list_public_users::list_users_in_public_roles(call.ctx()).await?;
        Ok(PublicHoldersBody { users: users.into_iter().map(Into::into).collect() })
    }
}
