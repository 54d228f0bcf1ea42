//! An agent as visitors see one.

use omnicontact_domain::user::User;
use omnicontact_usecases::conversations::show_agent::SeenAgent;
use serde::Serialize;
use utoipa::ToSchema;

use crate::identity::AddressBody;

/// An agent as visitors see one: hidden, or with what is shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum SeenAgentBody {
    /// Visitors do not see who serves them.
    Hidden(HiddenAgentBody),
    /// The agent.
    Shown(ShownAgentBody),
}

/// Visitors do not see who serves them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HiddenAgentBody {
    /// Always true.
    hidden_info: bool,
}

/// The agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShownAgentBody {
    /// Who it is.
    #[serde(rename = "_id")]
    id: String,
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
    /// E-mail addresses, where they are shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emails: Vec<AddressBody>,
}

impl From<SeenAgent> for SeenAgentBody {
    fn from(seen: SeenAgent) -> Self {
        match seen {
            SeenAgent::Hidden => Self::Hidden(HiddenAgentBody { hidden_info: true }),
            SeenAgent::Shown(user) => Self::Shown((*user).into()),
        }
    }
}

impl From<User> for ShownAgentBody {
    fn from(user: User) -> Self {
        Self {
            id: user.id.into_string(),
            username: user.username,
            name: user.name,
            status: user.presence.shown.as_str(),
            emails: user.emails.into_iter().map(AddressBody::from).collect(),
        }
    }
}
