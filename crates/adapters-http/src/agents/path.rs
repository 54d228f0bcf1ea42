//! What stands in the paths of agents and managers.

use omnicontact_domain::role::StaffKind;

use crate::error::ApiError;
use crate::path::path_parameters;

path_parameters! {
    /// Agents or managers.
    pub(crate) struct StaffPath {
        /// `agent` or `manager`.
        "type" kind: String,
    }
}

path_parameters! {
    /// One agent or manager.
    pub(crate) struct MemberPath {
        /// `agent` or `manager`.
        "type" kind: String,
        /// Id of the user.
        "_id" id: String,
    }
}

/// The kind with that name.
pub(super) fn kind(text: &str) -> Result<StaffKind, ApiError> {
    StaffKind::parse(text).ok_or_else(|| ApiError::plain("Invalid type"))
}
