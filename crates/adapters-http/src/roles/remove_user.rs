//! `POST roles.removeUserFromRole` (contract, framework 4.2).

use axum::http::Method;
use omnicontact_usecases::roles::remove_user;

use super::add_user::membership;
use super::body::FoundRoleBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Who shall lose which role.
    pub(crate) struct Body: AjvTyped {
        /// The user, spelled exactly.
        "username" username: String,
        /// Id of the role.
        "roleId" role_id: Option<String>,
        /// Id of the room in which the role is held.
        "roomId" room_id: Option<String>,
        /// Ignored.
        #[expect(dead_code, reason = "accepted and ignored")]
        "scope" scope: Option<String>,
    }
}

/// Take a role from a user.
pub(crate) struct RemoveUserFromRole;

impl Endpoint for RemoveUserFromRole {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Body;
    type Output = FoundRoleBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/roles.removeUserFromRole",
        operation: "remove_user_from_role",
        summary: "Take a role from a user",
        access: Access::requires(remove_user::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "error-invalid-role-properties" },
            ErrorDoc { status: 400, text: "There is no user with this username [error-invalid-user]" },
            ErrorDoc { status: 400, text: "This role does not exist [error-invalid-roleId]" },
            ErrorDoc { status: 400, text: "User is not in this role [error-user-not-in-role]" },
            ErrorDoc { status: 400, text: "You need to have at least one admin [error-admin-required]" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: Body) -> Result<FoundRoleBody, ApiError> {
        let meant = membership(body.username, body.role_id, body.room_id);
        Ok(remove_user::remove_user_from_role(call.ctx(), &call.caller.actor, &meant).await?.into())
    }
}
