//! An agent or a manager as it is answered. Roles are never shown.

use omnicontact_domain::id::UserId;
use omnicontact_domain::user::{LivechatStatus, User};
use omnicontact_domain::value::Fields;
use serde::Serialize;
use utoipa::ToSchema;

use crate::identity::AddressBody;

/// An agent or a manager.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct StaffBody {
    /// Who it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: UserId,
    /// The login name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    username: Option<String>,
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// The presence that is shown.
    status: &'static str,
    /// Whether an agent takes conversations: `available` or `not-available`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status_livechat: Option<&'static str>,
    /// E-mail addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emails: Vec<AddressBody>,
    /// What was saved about an agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    livechat: Option<Fields>,
}

impl From<User> for StaffBody {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            username: user.username,
            name: user.name,
            status: user.presence.shown.as_str(),
            status_livechat: user.livechat_status.map(LivechatStatus::as_str),
            emails: user.emails.into_iter().map(AddressBody::from).collect(),
            livechat: user.agent_settings,
        }
    }
}
