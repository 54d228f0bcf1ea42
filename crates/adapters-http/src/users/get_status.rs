//! `GET users.getStatus` (contract, framework 4.4.3).

use axum::http::Method;
use omnicontact_domain::id::UserId;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::PresenceSource;
use omnicontact_usecases::users::get_status::{self, PresentUser};
use serde::Serialize;
use utoipa::ToSchema;

use super::whom::whom;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

/// What is said of connections in real time, which do not exist here.
pub(super) const CONNECTION: &str = "offline";

parameters! {
    /// Whose presence; without anybody, the own.
    open pub(crate) struct WhomQuery: AjvTyped {
        /// By id.
        "userId" user_id: Option<String>,
        /// By username.
        "username" username: Option<String>,
        /// By username, too.
        "user" user: Option<String>,
    }
}

/// Whether somebody is there.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusAnswer {
    /// Who it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: UserId,
    /// Always `offline`, and only of the caller: there are no connections in real time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    connection_status: Option<&'static str>,
    /// The presence that is shown.
    status: &'static str,
    /// Who set it: `internal`, `manual` or `external`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status_source: Option<&'static str>,
    /// Until when it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime)]
    status_expires_at: Option<Timestamp>,
}

impl From<PresentUser> for StatusAnswer {
    fn from(PresentUser { user, is_own }: PresentUser) -> Self {
        Self {
            id: user.id,
            connection_status: is_own.then_some(CONNECTION),
            status: user.presence.shown.as_str(),
            status_source: user.presence.source.map(PresenceSource::as_str),
            status_expires_at: user.presence.expires_at,
        }
    }
}

/// See whether somebody is there.
pub(crate) struct GetStatus;

impl Endpoint for GetStatus {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = WhomQuery;
    type Output = StatusAnswer;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/users.getStatus",
        operation: "get_status",
        summary: "See whether somebody is there, and until when",
        access: Access::SIGNED_IN,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc {
            status: 400,
            text: "The required \"userId\" or \"username\" param provided does not match any users [error-invalid-user]",
        }],
    };

    async fn handle(call: Call<SignedIn>, query: WhomQuery) -> Result<StatusAnswer, ApiError> {
        let whom = whom(query.user_id, query.username, query.user);
        Ok(get_status::get_status(call.ctx(), &call.caller.actor, whom).await?.into())
    }
}
