//! Single custom values that come from the widget's side (contract, contacts 8.4).

use super::{ConflictingField, Contact};
use crate::custom_field::Assignment;
use crate::time::Timestamp;
use crate::value::Value;

impl Contact {
    /// Takes a value over: it is set where it may overwrite or nothing is stored, and recorded as a conflict
    /// otherwise, even when it equals the stored one or was recorded before.
    ///
    /// ```
    /// use omnicontact_domain::contact::{Contact, NewContact};
    /// use omnicontact_domain::custom_field::Assignment;
    /// use omnicontact_domain::time::Timestamp;
    /// let mut contact = Contact::prepared("c1".into(), NewContact::default(), Timestamp::from_millis(0));
    /// let gold = Assignment { field: "plan".into(), value: "gold".into(), overwrite: false };
    /// contact.assign(&gold, Timestamp::from_millis(1));
    /// assert_eq!(contact.open_conflicts(), 0);
    /// contact.assign(&gold, Timestamp::from_millis(1));
    /// assert_eq!(contact.open_conflicts(), 1);
    /// ```
    pub fn assign(&mut self, assignment: &Assignment, now: Timestamp) {
        let field = assignment.field.as_str();
        let value = Value::from(assignment.value.as_str());
        let stored = self.custom_fields.as_ref().and_then(|values| values.get(field));
        if assignment.overwrite || !stored.is_some_and(Value::is_truthy) {
            self.custom_fields.get_or_insert_default().set(field, value);
        } else {
            self.record(ConflictingField::custom(field, value));
        }
        self.updated_at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::{CONFLICTS_LIMIT, NewContact};

    fn assigned(steps: &[(&str, bool)]) -> Contact {
        let mut contact = Contact::prepared("c1".into(), NewContact::default(), Timestamp::from_millis(0));
        for (value, overwrite) in steps {
            let assignment =
                Assignment { field: "cf1".into(), value: (*value).to_owned(), overwrite: *overwrite };
            contact.assign(&assignment, Timestamp::from_millis(1));
        }
        contact
    }

    fn value(contact: &Contact) -> Option<&str> {
        contact.custom_fields.as_ref()?.get("cf1")?.as_text()
    }

    fn refused(contact: &Contact) -> Vec<&str> {
        contact.conflicting_fields.iter().flatten().filter_map(|conflict| conflict.value.as_text()).collect()
    }

    #[test]
    fn a_value_is_set_where_there_is_none_or_an_empty_one() {
        for steps in
            [&[("A", true)][..], &[("A", false)], &[("", true), ("A", false)], &[("B", true), ("A", true)]]
        {
            let contact = assigned(steps);
            assert_eq!((value(&contact), &contact.conflicting_fields), (Some("A"), &None));
        }
    }

    #[test]
    fn refused_values_are_recorded_each_time_in_their_order() {
        let contact = assigned(&[("A", true), ("B", false), ("A", false), ("B", false)]);
        assert_eq!((value(&contact), refused(&contact)), (Some("A"), vec!["B", "A", "B"]));
        assert_eq!(contact.conflicting_fields.unwrap()[0].field, "customFields.cf1");
    }

    #[test]
    fn a_value_that_overwrites_leaves_conflicts_alone() {
        let contact = assigned(&[("A", true), ("B", false), ("C", true)]);
        assert_eq!((value(&contact), refused(&contact)), (Some("C"), vec!["B"]));
    }

    #[test]
    fn nobody_can_add_conflicts_without_end() {
        let contact = assigned(&vec![("A", false); CONFLICTS_LIMIT + 5]);
        assert_eq!(contact.open_conflicts(), CONFLICTS_LIMIT);
    }
}
