//! `GET users.getPresence` (contract, framework 4.4.3).

use axum::http::Method;
use omnicontact_domain::time::Timestamp;
use omnicontact_usecases::users::get_presence;
use omnicontact_usecases::users::get_status::PresentUser;
use serde::Serialize;
use utoipa::ToSchema;

use super::get_status::{CONNECTION, WhomQuery};
use super::whom::whom;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;

/// Whether somebody is there.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PresenceAnswer {
    /// The presence that is shown.
    presence: &'static str,
    /// Always `offline`, and only of the caller: there are no connections in real time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    connection_status: Option<&'static str>,
    /// When the caller last logged in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime)]
    last_login: Option<Timestamp>,
}

impl From<PresentUser> for PresenceAnswer {
    fn from(PresentUser { user, is_own }: PresentUser) -> Self {
        Self {
            presence: user.presence.shown.as_str(),
            connection_status: is_own.then_some(CONNECTION),
            last_login: user.last_login.filter(|_| is_own),
        }
    }
}

/// See whether somebody is there.
pub(crate) struct GetPresence;

impl Endpoint for GetPresence {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = WhomQuery;
    type Output = PresenceAnswer;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/users.getPresence",
        operation: "get_presence",
        summary: "See whether somebody is there",
        access: Access::SIGNED_IN,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc {
            status: 400,
            text: "The required \"userId\" or \"username\" param provided does not match any users [error-invalid-user]",
        }],
    };

    async fn handle(call: Call<SignedIn>, query: WhomQuery) -> Result<PresenceAnswer, ApiError> {
        let whom = whom(query.user_id, query.username, query.user);
        Ok(get_presence::get_presence(call.ctx(), &call.caller.actor, whom).await?.into())
    }
}
