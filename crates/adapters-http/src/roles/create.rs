//! `POST roles.create` (contract, framework 4.2).

use axum::http::Method;
use omnicontact_domain::role::RoleScope;
use omnicontact_usecases::roles::create::{self, NewRole};

use super::body::FoundRoleBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::{Constraint, parameters};

parameters! {
    /// The role to be made.
    pub(crate) struct Body: AjvTyped {
        /// The name that people see.
        "name" name: String,
        /// What it is for; empty by default.
        "description" description: Option<String>,
        /// `Users` (the default): held everywhere; `Subscriptions`: held in single rooms.
        "scope" scope: Option<String> [Constraint::Enum(&["Users", "Subscriptions"])],
        /// Whether holders must use a second factor.
        "mandatory2fa" mandatory_two_factor: Option<bool>,
    }
}

/// Make a role.
pub(crate) struct CreateRole;

impl Endpoint for CreateRole {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Body;
    type Output = FoundRoleBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/roles.create",
        operation: "create_role",
        summary: "Make a role",
        access: Access::signed_in(create::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc {
                status: 400,
                text: "The role properties are invalid. [error-invalid-role-properties]",
            },
            ErrorDoc { status: 400, text: "Accessing permissions is not allowed [error-action-not-allowed]" },
            ErrorDoc {
                status: 400,
                text: "Role name already exists [error-duplicate-role-names-not-allowed]",
            },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: Body) -> Result<FoundRoleBody, ApiError> {
        let scope = body.scope.as_deref().and_then(RoleScope::parse);
        let new = NewRole {
            name: body.name,
            description: body.description.unwrap_or_default(),
            scope: scope.unwrap_or(RoleScope::Users),
            mandatory_two_factor: body.mandatory_two_factor.unwrap_or_default(),
        };
        Ok(create::create_role(call.ctx(), &call.caller.actor, new).await?.into())
    }
}
