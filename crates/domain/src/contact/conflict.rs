//! Conflicts: values that compete with a contact's own and wait for a human.

use crate::value::Value;

/// A value that lost against the stored one.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ConflictingField {
    /// `name`, `manager` or `customFields.<id>`.
    pub field: String,
    /// The losing value; for `manager` a user id.
    pub value: Value,
}
