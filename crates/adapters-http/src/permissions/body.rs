//! A permission as endpoints answer it.

use omnicontact_domain::role::RoleId;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::PermissionRecord;
use serde::Serialize;
use utoipa::ToSchema;

/// A permission.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PermissionBody {
    /// The id.
    #[serde(rename = "_id")]
    id: String,
    /// The roles that hold it, in the order in which they were given.
    #[schema(value_type = Vec<String>)]
    roles: Vec<RoleId>,
    /// When it was last written.
    #[serde(rename = "_updatedAt")]
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<PermissionRecord> for PermissionBody {
    fn from(permission: PermissionRecord) -> Self {
        let PermissionRecord { id, roles, updated_at } = permission;
        Self { id: id.text().into_owned(), roles, updated_at }
    }
}
