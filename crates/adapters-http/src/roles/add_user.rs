//! `POST roles.addUserToRole` (contract, framework 4.2).

use axum::http::Method;
use omnicontact_domain::id::RoomId;
use omnicontact_domain::role::RoleId;
use omnicontact_usecases::roles::add_user::{self, Membership};

use super::body::FoundRoleBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Who shall have which role.
    pub(crate) struct Body: AjvTyped {
        /// The user.
        "username" username: String,
        /// Id of the role.
        "roleId" role_id: Option<String>,
        /// Id of the room in which the role shall be held.
        "roomId" room_id: Option<String>,
    }
}

/// Give a role to a user.
pub(crate) struct AddUserToRole;

impl Endpoint for AddUserToRole {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Body;
    type Output = FoundRoleBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/roles.addUserToRole",
        operation: "add_user_to_role",
        summary: "Give a role to a user",
        access: Access::signed_in(add_user::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc {
                status: 400,
                text: "The required \"userId\" or \"username\" param provided does not match any users [error-invalid-user]",
            },
            ErrorDoc { status: 400, text: "error-invalid-role-properties" },
            ErrorDoc { status: 400, text: "error-role-not-found" },
            ErrorDoc { status: 400, text: "User already in role [error-user-already-in-role]" },
            ErrorDoc { status: 400, text: "Accessing permissions is not allowed [error-action-not-allowed]" },
            ErrorDoc { status: 400, text: "Assigning admin is not allowed [error-action-not-allowed]" },
            ErrorDoc { status: 400, text: "User is not part of given room [error-invalid-user]" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: Body) -> Result<FoundRoleBody, ApiError> {
        let wanted = membership(body.username, body.role_id, body.room_id);
        Ok(add_user::add_user_to_role(call.ctx(), &call.caller.actor, &wanted).await?.into())
    }
}

/// An empty id is none.
pub(super) fn membership(username: String, role: Option<String>, room: Option<String>) -> Membership {
    Membership {
        username,
        role: role.filter(|id| !id.is_empty()).map(RoleId::from),
        room: room.filter(|id| !id.is_empty()).map(RoomId::from),
    }
}
