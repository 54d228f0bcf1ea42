//! `POST roles.delete` (contract, framework 4.2).

use axum::http::Method;
use omnicontact_usecases::roles::delete;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::envelope::Done;
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which role.
    pub(crate) struct Body: AjvTyped {
        /// Id or name of the role.
        "roleId" role_id: String,
    }
}

/// Remove a role.
pub(crate) struct DeleteRole;

impl Endpoint for DeleteRole {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Body;
    type Output = Done;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/roles.delete",
        operation: "delete_role",
        summary: "Remove a role that nobody holds",
        access: Access::requires(delete::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "This role does not exist [error-invalid-roleId]" },
            ErrorDoc { status: 400, text: "Cannot delete a protected role [error-role-protected]" },
            ErrorDoc { status: 400, text: "Cannot delete role because it's in use [error-role-in-use]" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: Body) -> Result<Done, ApiError> {
        delete::delete_role(call.ctx(), &call.caller.actor, &body.role_id).await?;
        Ok(Done {})
    }
}
