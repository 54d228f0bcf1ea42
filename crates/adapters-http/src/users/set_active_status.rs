//! `POST users.setActiveStatus` (contract, framework 4.4.3).

use axum::http::Method;
use omnicontact_domain::id::UserId;
use omnicontact_usecases::users::set_active_status;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Whom to activate or deactivate.
    pub(crate) struct ActiveStatusBody: AjvTyped {
        /// Whom.
        "userId" user_id: String,
        /// Whether the user may log in.
        "activeStatus" active: bool,
        /// Accepted and ignored: nobody owns rooms.
        #[expect(dead_code, reason = "nobody owns rooms")]
        "confirmRelinquish" confirm_relinquish: Option<bool>,
    }
}

/// Whether a user may log in.
#[derive(Debug, Serialize, ToSchema)]
struct ActiveUserBody {
    /// Who it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: UserId,
    /// Whether the user may log in.
    active: bool,
}

/// An answer with it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActiveUserAnswer {
    /// The account.
    user: ActiveUserBody,
}

/// Activate or deactivate a user.
pub(crate) struct SetActiveStatus;

impl Endpoint for SetActiveStatus {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = ActiveStatusBody;
    type Output = ActiveUserAnswer;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/users.setActiveStatus",
        operation: "set_active_status",
        summary: "Activate or deactivate a user",
        access: Access::requires(set_active_status::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Not allowed [error-not-allowed]" },
            ErrorDoc { status: 400, text: "User not found" },
            ErrorDoc {
                status: 400,
                text: "Leaving the app without an active admin is not allowed [error-action-not-allowed]",
            },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: ActiveStatusBody) -> Result<ActiveUserAnswer, ApiError> {
        let (ctx, actor, target) = (call.ctx(), &call.caller.actor, body.user_id.into());
        let user = set_active_status::set_active_status(ctx, actor, &target, body.active).await?;
        Ok(ActiveUserAnswer { user: ActiveUserBody { id: user.id, active: user.active } })
    }
}
