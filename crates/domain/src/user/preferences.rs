//! Preferences that users set (contract, framework 2.6 and 4.4.3).

use super::User;
use crate::value::{Fields, Value};

/// The language of the user: kept on the account, not among the preferences.
const LANGUAGE: &str = "language";
/// Hours ahead of UTC: kept on the account, not among the preferences.
const UTC_OFFSET: &str = "utcOffset";
const IDLE_TIME_LIMIT: &str = "idleTimeLimit";
/// Seconds: less could not be told from a pause.
const LEAST_IDLE_TIME_LIMIT: f64 = 60.0;

/// The user would count as idle after less than a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("idleTimeLimit is less than 60 seconds")]
pub struct InvalidIdleTimeLimit;

impl User {
    /// The same user with these preferences over the stored ones. `language` and `utcOffset` become part of
    /// the account.
    ///
    /// # Errors
    /// [`InvalidIdleTimeLimit`].
    pub fn with_preferences(mut self, given: &Fields) -> Result<Self, InvalidIdleTimeLimit> {
        for (key, value) in given.iter() {
            match key {
                LANGUAGE => self.language = value.as_text().map(str::to_owned),
                UTC_OFFSET => self.utc_offset = value.as_number(),
                IDLE_TIME_LIMIT if value.as_number().is_some_and(|limit| limit < LEAST_IDLE_TIME_LIMIT) => {
                    return Err(InvalidIdleTimeLimit);
                }
                _ => self.preferences.set(key, value.clone()),
            }
        }
        Ok(self)
    }

    /// The preferences that the user set, and the language behind them.
    #[must_use]
    pub fn own_preferences(&self) -> Fields {
        let mut own = self.preferences.clone();
        if let Some(language) = &self.language {
            own.set(LANGUAGE, Value::from(language.as_str()));
        }
        own
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::Timestamp;

    fn fields(pairs: &[(&str, Value)]) -> Fields {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
    }

    fn user() -> User {
        User::new("u1", Timestamp::from_millis(0))
    }

    #[test]
    fn language_and_offset_belong_to_the_account() {
        let given = fields(&[
            ("clockMode", Value::Number(1.0)),
            ("language", "de".into()),
            ("utcOffset", Value::Number(-3.5)),
        ]);
        let set = user().with_preferences(&given).unwrap();
        assert_eq!(set.preferences, fields(&[("clockMode", Value::Number(1.0))]));
        assert_eq!((set.language.as_deref(), set.utc_offset), (Some("de"), Some(-3.5)));
        let own = fields(&[("clockMode", Value::Number(1.0)), ("language", "de".into())]);
        assert_eq!(set.own_preferences(), own);
    }

    #[test]
    fn a_minute_is_the_least_time_until_idle() {
        let limit = |seconds| user().with_preferences(&fields(&[("idleTimeLimit", Value::Number(seconds))]));
        assert_eq!(limit(59.9), Err(InvalidIdleTimeLimit));
        assert!(limit(60.0).is_ok());
    }

    proptest! {
        #[test]
        fn what_was_set_is_what_is_read(pairs in prop::collection::vec(("[a-c]", any::<bool>()), 0..5), more in prop::collection::vec(("[b-d]", any::<bool>()), 0..5)) {
            let given = |pairs: &[(String, bool)]| pairs.iter().map(|(key, truth)| (key.clone(), Value::Bool(*truth))).collect::<Fields>();
            let (first, second) = (given(&pairs), given(&more));
            let set = user().with_preferences(&first).unwrap().with_preferences(&second).unwrap();
            let own = set.own_preferences();
            for (key, value) in first.iter().chain(second.iter()) {
                prop_assert_eq!(own.get(key), second.get(key).or(Some(value)));
            }
        }
    }
}
