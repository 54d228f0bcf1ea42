//! Conflicts: values that compete with a contact's own and wait for a human.

use super::Contact;
use crate::id::UserId;
use crate::value::Value;

/// Conflicts that one contact keeps; what comes after them is not recorded. The dialect bounds nothing, but
/// anybody with a widget session can add to them (contract, contacts 8.4).
pub const CONFLICTS_LIMIT: usize = 1_000;

const NAME: &str = "name";
const MANAGER: &str = "manager";

/// A value that lost against the stored one.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ConflictingField {
    /// `name`, `manager` or `customFields.<id>`.
    pub field: String,
    /// The losing value; for `manager` a user id.
    pub value: Value,
}

impl ConflictingField {
    /// Another name.
    #[must_use]
    pub fn name(name: &str) -> Self {
        Self { field: NAME.to_owned(), value: name.into() }
    }

    /// Another manager.
    #[must_use]
    pub fn manager(manager: &UserId) -> Self {
        Self { field: MANAGER.to_owned(), value: manager.as_str().into() }
    }

    /// Another value of a custom field.
    #[must_use]
    pub fn custom(field: &str, value: Value) -> Self {
        Self { field: format!("customFields.{field}"), value }
    }

    /// Whether it is about the name.
    #[must_use]
    pub fn is_about_name(&self) -> bool {
        self.field == NAME
    }

    /// Whether it is about the manager.
    #[must_use]
    pub fn is_about_manager(&self) -> bool {
        self.field == MANAGER
    }

    /// The custom field that it is about.
    ///
    /// ```
    /// use omnicontact_domain::contact::ConflictingField;
    /// assert_eq!(ConflictingField::custom("plan", "gold".into()).custom_field(), Some("plan"));
    /// assert_eq!(ConflictingField::name("Mara").custom_field(), None);
    /// ```
    #[must_use]
    pub fn custom_field(&self) -> Option<&str> {
        self.field.strip_prefix("customFields.")
    }
}

impl Contact {
    /// Records a conflict, as long as there is room for one ([`CONFLICTS_LIMIT`]).
    pub(super) fn record(&mut self, conflict: ConflictingField) {
        let recorded = self.conflicting_fields.as_ref().map_or(0, Vec::len);
        if recorded < CONFLICTS_LIMIT {
            self.conflicting_fields.get_or_insert_default().push(conflict);
        }
    }

    /// Records a conflict unless it is recorded already.
    pub(super) fn record_once(&mut self, conflict: ConflictingField) {
        if !self.conflicting_fields.iter().flatten().any(|recorded| *recorded == conflict) {
            self.record(conflict);
        }
    }

    /// How many conflicts wait for a decision.
    #[must_use]
    pub fn open_conflicts(&self) -> usize {
        self.conflicting_fields.as_ref().map_or(0, Vec::len)
    }
}
