//! What somebody sees of an account (contract, framework 1.9).

use omnicontact_domain::user::{User, UserFields};
use omnicontact_domain::value::Fields;

use super::rules::AccountRules;

/// An account as somebody sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenUser {
    /// The account; of its custom values, those that are seen.
    pub user: User,
    /// Whether everything that others may see of it is seen, or only what everybody sees.
    pub in_full: bool,
}

impl SeenUser {
    /// An account as somebody sees it who sees it in full, or not.
    pub(super) fn of(user: User, in_full: bool, rules: &AccountRules) -> Self {
        let definitions = rules.custom_fields.as_ref();
        Self::with(user, in_full, definitions.unwrap_or(&UserFields::default()))
    }

    fn with(user: User, in_full: bool, definitions: &UserFields) -> Self {
        let seen = |stored: Fields| {
            if in_full {
                Some(stored)
            } else {
                Some(definitions.public(&stored)).filter(|seen| !seen.is_empty())
            }
        };
        Self { user: User { custom_fields: user.custom_fields.and_then(seen), ..user }, in_full }
    }
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::value::Value;

    use super::*;
    use crate::context::test::NOW;

    fn fields(pairs: &[(&str, Value)]) -> Fields {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
    }

    #[test]
    fn custom_values_are_seen_by_everybody_only_where_they_are_public() {
        let public = Value::Fields(fields(&[("public", Value::Bool(true))]));
        let definitions = UserFields::of(&fields(&[("open", public)])).unwrap();
        let stored = fields(&[("open", "1".into()), ("own", "2".into())]);
        let user = User { custom_fields: Some(stored.clone()), ..User::new("u1", NOW) };
        let seen = |in_full| SeenUser::with(user.clone(), in_full, &definitions).user.custom_fields;
        assert_eq!(seen(true), Some(stored.clone()));
        assert_eq!(seen(false), Some(fields(&[("open", "1".into())])));
        let none = SeenUser::with(user.clone(), false, &UserFields::default());
        assert_eq!(none.user.custom_fields, None);
    }
}
