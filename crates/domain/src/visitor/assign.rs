//! Single custom values of a visitor (contract, conversations 1.1.4, 2.6 and 2.7).

use super::Visitor;
use crate::custom_field::Assignment;
use crate::time::Timestamp;
use crate::value::Value;

/// Which stored value a value without `overwrite` does not replace. The dialect's calls differ in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// Any, even an empty one (`livechat/custom.field`).
    Any,
    /// One that is not empty (`livechat/custom.fields`, `livechat/visitor`).
    Truthy,
}

impl Visitor {
    /// Takes a value over, unless one is stored that it may not replace. Returns whether it did.
    ///
    /// ```
    /// use omnicontact_domain::custom_field::Assignment;
    /// use omnicontact_domain::time::Timestamp;
    /// use omnicontact_domain::visitor::{Keeps, Visitor};
    /// let now = Timestamp::from_millis(0);
    /// let mut visitor = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), now);
    /// let gold = Assignment { field: "plan".into(), value: "gold".into(), overwrite: false };
    /// assert!(visitor.assign(&gold, Keeps::Any, now));
    /// assert!(!visitor.assign(&gold, Keeps::Any, now));
    /// ```
    pub fn assign(&mut self, assignment: &Assignment, keeps: Keeps, now: Timestamp) -> bool {
        let field = assignment.field.as_str();
        let stored = self.livechat_data.as_ref().and_then(|values| values.get(field));
        let is_kept = match keeps {
            Keeps::Any => stored.is_some(),
            Keeps::Truthy => stored.is_some_and(Value::is_truthy),
        };
        if is_kept && !assignment.overwrite {
            return false;
        }
        self.livechat_data.get_or_insert_default().set(field, assignment.value.as_str());
        self.updated_at = now;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value after one assignment, and whether it was taken over.
    fn assigned(stored: Option<Value>, overwrite: bool, keeps: Keeps) -> (Option<String>, bool) {
        let mut visitor = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), Timestamp::from_millis(0));
        visitor.livechat_data = stored.map(|value| [("cf1".to_owned(), value)].into_iter().collect());
        let assignment = Assignment { field: "cf1".into(), value: "new".into(), overwrite };
        let taken = visitor.assign(&assignment, keeps, Timestamp::from_millis(9));
        assert_eq!(visitor.updated_at.as_millis(), if taken { 9 } else { 0 });
        let value = visitor.livechat_data.as_ref().and_then(|values| values.get("cf1")?.as_text());
        (value.map(str::to_owned), taken)
    }

    #[test]
    fn a_value_replaces_only_what_it_may() {
        let new = (Some("new".to_owned()), true);
        for keeps in [Keeps::Any, Keeps::Truthy] {
            assert_eq!(assigned(None, false, keeps), new);
            assert_eq!(assigned(Some("old".into()), true, keeps), new);
            assert_eq!(assigned(Some("old".into()), false, keeps), (Some("old".to_owned()), false));
        }
        assert_eq!(assigned(Some("".into()), false, Keeps::Any), (Some(String::new()), false));
        assert_eq!(assigned(Some("".into()), false, Keeps::Truthy), new);
    }
}
