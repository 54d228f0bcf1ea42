//! `POST users.setStatus` (contract, framework 4.4.3).

use axum::http::Method;
use omnicontact_domain::user::PresenceStatus;
use omnicontact_usecases::users::set_status::{self, StatusRequest};

use super::whom::whom;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::envelope::Done;
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::{Constraint, Invalid, parameters};

/// The names of presences, in the order of the contract.
pub(super) const STATUSES: &[&str] = &["online", "away", "offline", "busy"];

parameters! {
    /// Whose presence, and which. A message or a presence must be given.
    pub(crate) struct StatusBody: AjvTyped {
        /// What to say about it; an empty text is a text.
        "message" message: Option<String>,
        /// The presence to choose.
        "status" status: Option<String> [Constraint::Enum(STATUSES)],
        /// Until when it holds: a date in the future.
        "expiresAt" expires_at: Option<String>,
        /// Whose, by id; without anybody, the own.
        "userId" user_id: Option<String>,
        /// Whose, by username.
        "username" username: Option<String>,
        /// Whose, by username, too.
        "user" user: Option<String>,
    }
}

/// Set a presence.
pub(crate) struct SetStatus;

impl Endpoint for SetStatus {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = StatusBody;
    type Output = Done;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/users.setStatus",
        operation: "set_status",
        summary: "Set the own presence, or with the permission another's",
        access: Access::signed_in(set_status::ASKS),
        limit: Limit::PerMinute(5),
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc {
                status: 400,
                text: "Match error: Failed Match.OneOf, Match.Maybe or Match.Optional validation",
            },
            ErrorDoc { status: 400, text: "Change status is not allowed [error-not-allowed]" },
            ErrorDoc { status: 403, text: "unauthorized" },
            ErrorDoc {
                status: 400,
                text: "The required \"userId\" or \"username\" param provided does not match any users [error-invalid-user]",
            },
            ErrorDoc { status: 400, text: "expiresAt must be a future date [error-invalid-date]" },
            ErrorDoc { status: 400, text: "Invisible status is disabled [error-status-not-allowed]" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: StatusBody) -> Result<Done, ApiError> {
        if body.message.is_none() && body.status.is_none() {
            return Err(nothing_said().into());
        }
        let request = StatusRequest {
            whom: whom(body.user_id, body.username, body.user),
            message: body.message,
            status: body.status.as_deref().and_then(PresenceStatus::parse),
            expires_at: body.expires_at,
        };
        set_status::set_status(call.ctx(), &call.caller.actor, &request).await?;
        Ok(Done {})
    }
}

fn nothing_said() -> Invalid {
    Invalid::Match("Failed Match.OneOf, Match.Maybe or Match.Optional validation".to_owned())
}
