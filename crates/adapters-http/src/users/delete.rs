//! `POST users.delete` (contract, framework 4.4.3).

use axum::http::Method;
use omnicontact_usecases::users::{UserError, delete};
use serde::Serialize;
use utoipa::ToSchema;

use super::whom::whom;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Whom to remove.
    one of pub(crate) struct DeleteBody: AjvTyped {
        /// By id.
        "userId" user_id: Option<String>,
        /// By username.
        "username" username: Option<String>,
        /// By username, too.
        "user" user: Option<String>,
    } with {
        /// Accepted and ignored: nobody owns rooms.
        #[expect(dead_code, reason = "nobody owns rooms")]
        "confirmRelinquish" confirm_relinquish: Option<bool>,
    }
}

/// What went with a user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeletedBody {
    /// Always empty: nobody owns rooms.
    deleted_rooms: [String; 0],
}

/// Remove a user.
pub(crate) struct DeleteUser;

impl Endpoint for DeleteUser {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = DeleteBody;
    type Output = DeletedBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/users.delete",
        operation: "delete_user",
        summary: "Remove a user",
        access: Access::requires(delete::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc {
                status: 400,
                text: "The required \"userId\" or \"username\" param provided does not match any users [error-invalid-user]",
            },
            ErrorDoc {
                status: 400,
                text: "Deleting the rocket.cat user is not allowed [error-action-not-allowed]",
            },
            ErrorDoc {
                status: 400,
                text: "Leaving the app without an active admin is not allowed [error-action-not-allowed]",
            },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: DeleteBody) -> Result<DeletedBody, ApiError> {
        let whom = whom(body.user_id, body.username, body.user).ok_or(UserError::NoMatch)?;
        delete::delete_user(call.ctx(), &call.caller.actor, &whom).await?;
        Ok(DeletedBody { deleted_rooms: [] })
    }
}
