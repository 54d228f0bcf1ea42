//! `POST roles.update` (contract, framework 4.2).

use axum::http::Method;
use omnicontact_usecases::roles::update::{self, RoleUpdate};

use super::body::FoundRoleBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// What the role shall be; what is left out stays as it is.
    pub(crate) struct Body: AjvTyped {
        /// Id of the role.
        "roleId" role_id: String,
        /// The name that people see.
        "name" name: String,
        /// What it is for.
        "description" description: Option<String>,
        /// `Users`: held everywhere; `Subscriptions`: held in single rooms.
        "scope" scope: Option<String>,
        /// Whether holders must use a second factor.
        "mandatory2fa" mandatory_two_factor: Option<bool>,
    }
}

/// Change a role.
pub(crate) struct UpdateRole;

impl Endpoint for UpdateRole {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Body;
    type Output = FoundRoleBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/roles.update",
        operation: "update_role",
        summary: "Change a role",
        access: Access::signed_in(update::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc {
                status: 400,
                text: "The role properties are invalid. [error-invalid-role-properties]",
            },
            ErrorDoc { status: 400, text: "Accessing permissions is not allowed [error-action-not-allowed]" },
            ErrorDoc { status: 400, text: "This role does not exist [error-invalid-roleId]" },
            ErrorDoc { status: 400, text: "Role is protected [error-role-protected]" },
            ErrorDoc {
                status: 400,
                text: "Role name already exists [error-duplicate-role-names-not-allowed]",
            },
            ErrorDoc { status: 400, text: "Invalid scope [error-invalid-scope]" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: Body) -> Result<FoundRoleBody, ApiError> {
        let update = RoleUpdate {
            id: body.role_id.into(),
            name: body.name,
            description: body.description,
            scope: body.scope,
            mandatory_two_factor: body.mandatory_two_factor,
        };
        Ok(update::update_role(call.ctx(), &call.caller.actor, update).await?.into())
    }
}
