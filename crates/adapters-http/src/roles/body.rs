//! A role as endpoints answer it.

use omnicontact_domain::role::RoleId;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::RoleRecord;
use serde::Serialize;
use utoipa::ToSchema;

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RoleBody {
    /// The id: the name of a built-in role, 24 hexadecimal digits of another.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: RoleId,
    /// The name that people see.
    name: String,
    /// What it is for.
    description: String,
    /// `Users`: held everywhere; `Subscriptions`: held in single rooms.
    scope: &'static str,
    /// Whether it is built in.
    protected: bool,
    /// Whether holders must use a second factor. Kept; nothing follows from it.
    mandatory2fa: bool,
    /// When it was last written. Not in roles.list.
    #[serde(rename = "_updatedAt", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    updated_at: Option<Timestamp>,
}

impl RoleBody {
    /// The same without the time of the last write.
    pub(super) fn timeless(self) -> Self {
        Self { updated_at: None, ..self }
    }
}

impl From<RoleRecord> for RoleBody {
    fn from(role: RoleRecord) -> Self {
        Self {
            id: role.id,
            name: role.name,
            description: role.description,
            scope: role.scope.as_str(),
            protected: role.protected,
            mandatory2fa: role.mandatory_two_factor,
            updated_at: Some(role.updated_at),
        }
    }
}

/// The role that was meant.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundRoleBody {
    /// The role.
    role: RoleBody,
}

impl From<RoleRecord> for FoundRoleBody {
    fn from(role: RoleRecord) -> Self {
        Self { role: role.into() }
    }
}
