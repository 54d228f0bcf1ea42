//! Decisions about conflicts (contract, contacts 7.3). Nothing is validated here, and no conversation is
//! renamed.

use super::{Contact, ManagerChange};
use crate::text::{self, OutOfBounds};
use crate::time::Timestamp;
use crate::value::Fields;

/// What a human decided. `None` decides nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Resolution {
    /// The name; an empty one decides nothing.
    pub name: Option<String>,
    /// The manager.
    pub manager: Option<ManagerChange>,
    /// Custom values; those that are not named stay as they are.
    pub custom_fields: Fields,
    /// Whether all other conflicts are discarded, too.
    pub wipe_conflicts: bool,
}

/// The contact has no conflicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the contact has no conflicts")]
pub struct NoConflicts;

impl Resolution {
    /// Refuses what a store could not keep.
    ///
    /// # Errors
    /// [`OutOfBounds`].
    pub fn check_bounds(&self) -> Result<(), OutOfBounds> {
        text::check("name", self.name.as_deref().unwrap_or_default(), text::NAME_LIMIT)?;
        text::check_values("customFields", &self.custom_fields)
    }
}

impl Contact {
    /// Writes the chosen values, which need not be among the recorded ones, and drops all conflicts of the
    /// fields that were decided. The contact is known then. Returns how many conflicts were wiped; those that
    /// were decided field by field only do not count.
    ///
    /// # Errors
    /// [`NoConflicts`]; then nothing is changed.
    ///
    /// ```
    /// use omnicontact_domain::contact::{ConflictingField, Contact, NewContact, Resolution};
    /// use omnicontact_domain::time::Timestamp;
    /// let new = NewContact { name: "Mara".into(), ..NewContact::default() };
    /// let mut contact = Contact::prepared("c1".into(), new, Timestamp::from_millis(0));
    /// contact.conflicting_fields = Some(vec![ConflictingField::name("M. Lindt")]);
    /// let decided = Resolution { name: Some("Mara Lindt".into()), ..Resolution::default() };
    /// assert_eq!(contact.resolve_conflicts(decided, Timestamp::from_millis(1)), Ok(0));
    /// assert_eq!((contact.name.as_deref(), contact.conflicting_fields), (Some("Mara Lindt"), Some(vec![])));
    /// ```
    pub fn resolve_conflicts(&mut self, decided: Resolution, now: Timestamp) -> Result<usize, NoConflicts> {
        if self.open_conflicts() == 0 {
            return Err(NoConflicts);
        }
        let name = decided.name.filter(|name| !name.is_empty());
        let wiped = if decided.wipe_conflicts { self.wipe_conflicts() } else { 0 };
        if let Some(conflicts) = &mut self.conflicting_fields {
            conflicts.retain(|conflict| {
                let is_decided = (name.is_some() && conflict.is_about_name())
                    || (decided.manager.is_some() && conflict.is_about_manager())
                    || conflict.custom_field().is_some_and(|id| decided.custom_fields.get(id).is_some());
                !is_decided
            });
        }
        self.name = name.or_else(|| self.name.take());
        self.change_manager(decided.manager.as_ref());
        if !decided.custom_fields.is_empty() {
            let stored = self.custom_fields.take().unwrap_or_default();
            self.custom_fields = Some(stored.merged(decided.custom_fields));
        }
        self.unknown = false;
        self.updated_at = now;
        Ok(wiped)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::contact::{ConflictMode, ConflictingField, Incoming, NewContact};
    use crate::value::Value;

    const LATER: Timestamp = Timestamp::from_millis(9);

    fn values(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text))).collect()
    }

    fn stored() -> Contact {
        let new = NewContact {
            name: "Mara".into(),
            manager: Some("agent-1".into()),
            custom_fields: values(&[("plan", "gold"), ("region", "north")]),
            ..NewContact::default()
        };
        let conflicts = vec![
            ConflictingField::name("M."),
            ConflictingField::custom("plan", "free".into()),
            ConflictingField::manager(&"agent-2".into()),
            ConflictingField::name("N."),
            ConflictingField::custom("plan", "pro".into()),
        ];
        Contact {
            unknown: true,
            conflicting_fields: Some(conflicts),
            ..Contact::prepared("c1".into(), new, Timestamp::from_millis(0))
        }
    }

    fn left(contact: &Contact) -> Vec<&str> {
        contact.conflicting_fields.iter().flatten().map(|conflict| conflict.field.as_str()).collect()
    }

    #[test]
    fn a_chosen_value_need_not_be_a_candidate_and_ends_all_conflicts_of_its_field() {
        let mut contact = stored();
        let custom_fields = values(&[("plan", "platinum"), ("never-defined", "x")]);
        let decided = Resolution { custom_fields, ..Resolution::default() };
        assert_eq!(contact.resolve_conflicts(decided, LATER), Ok(0));
        let merged = values(&[("plan", "platinum"), ("region", "north"), ("never-defined", "x")]);
        assert_eq!(contact.custom_fields, Some(merged));
        assert_eq!(left(&contact), ["name", "manager", "name"]);
        assert!(!contact.unknown);
    }

    #[test]
    fn an_empty_name_decides_nothing_and_an_empty_manager_clears() {
        let mut contact = stored();
        let decided = Resolution {
            name: Some(String::new()),
            manager: Some(ManagerChange::Clear),
            ..Resolution::default()
        };
        assert_eq!(contact.resolve_conflicts(decided, LATER), Ok(0));
        assert_eq!((contact.name.as_deref(), contact.manager.as_ref()), (Some("Mara"), None));
        assert_eq!(left(&contact), ["name", "customFields.plan", "name", "customFields.plan"]);
    }

    #[test]
    fn nothing_decided_leaves_all_conflicts_but_makes_the_contact_known() {
        let mut contact = stored();
        assert_eq!(contact.resolve_conflicts(Resolution::default(), LATER), Ok(0));
        assert_eq!(contact, Contact { unknown: false, updated_at: LATER, ..stored() });
    }

    #[test]
    fn wiping_counts_all_that_were_there() {
        let mut contact = stored();
        let decided = Resolution { name: Some("N.".into()), wipe_conflicts: true, ..Resolution::default() };
        assert_eq!(contact.resolve_conflicts(decided, LATER), Ok(5));
        assert_eq!((contact.name.as_deref(), contact.open_conflicts()), (Some("N."), 0));
    }

    #[test]
    fn without_conflicts_there_is_nothing_to_decide() {
        for conflicting_fields in [None, Some(vec![])] {
            let before = Contact { conflicting_fields, ..stored() };
            let mut contact = before.clone();
            let decided = Resolution { name: Some("N.".into()), ..Resolution::default() };
            assert_eq!(contact.resolve_conflicts(decided, LATER), Err(NoConflicts));
            assert_eq!(contact, before);
        }
    }

    proptest! {
        #[test]
        fn a_resolved_conflict_does_not_come_back(name in "[A-C]", manager in "[a-c]?", plan in "[x-z]", others in prop::collection::vec("[A-C]", 0..3)) {
            let mut contact = stored();
            let decided = Resolution {
                name: Some(name.clone()),
                manager: Some(ManagerChange::of(&manager)),
                custom_fields: values(&[("plan", &plan)]),
                wipe_conflicts: false,
            };
            contact.resolve_conflicts(decided.clone(), LATER).unwrap();
            prop_assert_eq!(contact.open_conflicts(), 0);
            prop_assert_eq!(contact.resolve_conflicts(decided, LATER), Err(NoConflicts));
            // The chosen values, said again, conflict with nothing; other names do.
            let said = Incoming {
                names: [vec![name.clone()], others.clone()].concat(),
                managers: contact.manager.clone().into_iter().collect(),
                custom_fields: values(&[("plan", &plan)]),
                ..Incoming::default()
            };
            contact.merge(&said, ConflictMode::Conflict, LATER);
            prop_assert_eq!(contact.name.as_deref(), Some(name.as_str()));
            let expected: std::collections::BTreeSet<_> = others.iter().filter(|other| **other != name).collect();
            prop_assert_eq!(contact.open_conflicts(), expected.len());
        }
    }
}
