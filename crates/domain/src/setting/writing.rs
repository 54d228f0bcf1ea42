//! Which values may be written (contract, framework 4.3).
//!
//! The dialect stores whatever it is sent, but for bounds. Here a value must be of the setting's kind, or one
//! that the dialect's conversions make such a value of: then every reader understands it. It is stored as given.

use super::{Setting, SettingKind, conversion};
use crate::value::Value;

/// Why a value is not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSettingValue {
    /// The number is too small.
    #[error("the value of setting {id} must be {min} or more")]
    TooSmall {
        /// The setting.
        id: &'static str,
        /// The least number that it holds.
        min: i32,
    },
    /// The number is too great.
    #[error("the value of setting {id} must be {max} or less")]
    TooGreat {
        /// The setting.
        id: &'static str,
        /// The greatest number that it holds.
        max: i32,
    },
    /// The value is of another kind.
    #[error("the value of setting {id} must be {}", kind.expects())]
    Kind {
        /// The setting.
        id: &'static str,
        /// The kind of its values.
        kind: SettingKind,
    },
}

impl SettingKind {
    /// What values of this kind are, for people: it follows "must be".
    #[must_use]
    pub fn expects(self) -> String {
        match self {
            Self::Boolean => "true or false".to_owned(),
            Self::Int | Self::Range { .. } => "a number".to_owned(),
            Self::Text | Self::Color | Self::Code | Self::Password | Self::Language => "a text".to_owned(),
            Self::Texts => "a list of texts".to_owned(),
            Self::Select(choices) => format!("one of {}", choices.join(", ")),
        }
    }

    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Boolean => conversion::flag(value).is_some(),
            Self::Int | Self::Range { .. } => conversion::number(value).is_some(),
            Self::Text | Self::Color | Self::Code | Self::Password | Self::Language => {
                conversion::text(value).is_some()
            }
            Self::Texts => conversion::texts(value).is_some(),
            Self::Select(choices) => value.as_text().is_some_and(|text| choices.contains(&text)),
        }
    }
}

impl Setting {
    /// Whether the setting can be read and written over the API at all.
    #[must_use]
    pub const fn is_reachable(&self) -> bool {
        !self.hidden
    }

    /// Checks a value that somebody wants to write: first against the bounds, where texts count as the numbers
    /// that they are and nothing (`null`, `false`, 0, an empty text) is compared, then against the kind.
    ///
    /// # Errors
    /// [`InvalidSettingValue`].
    ///
    /// ```
    /// use omnicontact_domain::setting::{InvalidSettingValue, find};
    /// use omnicontact_domain::value::Value;
    /// let volume = find("Accounts_Default_User_Preferences_masterVolume").unwrap();
    /// assert_eq!(volume.check(&Value::from("50")), Ok(()));
    /// assert!(matches!(volume.check(&Value::from("101")), Err(InvalidSettingValue::TooGreat { max: 100, .. })));
    /// assert!(matches!(volume.check(&Value::from("loud")), Err(InvalidSettingValue::Kind { .. })));
    /// ```
    pub fn check(&self, value: &Value) -> Result<(), InvalidSettingValue> {
        if let SettingKind::Range { min, max } = self.kind {
            self.check_bounds(value, min, max)?;
        }
        if self.kind.fits(value) {
            Ok(())
        } else {
            Err(InvalidSettingValue::Kind { id: self.id, kind: self.kind })
        }
    }

    fn check_bounds(&self, value: &Value, min: i32, max: i32) -> Result<(), InvalidSettingValue> {
        match conversion::number(value) {
            Some(number) if number != 0.0 && number < f64::from(min) => {
                Err(InvalidSettingValue::TooSmall { id: self.id, min })
            }
            Some(number) if number != 0.0 && number > f64::from(max) => {
                Err(InvalidSettingValue::TooGreat { id: self.id, max })
            }
            Some(_) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{CATALOGUE, find};
    use super::*;
    use crate::value::Fields;

    fn check(id: &str, value: impl Into<Value>) -> Result<(), InvalidSettingValue> {
        find(id).unwrap().check(&value.into())
    }

    const VOLUME: &str = "Accounts_Default_User_Preferences_masterVolume";

    #[test]
    fn bounds_come_before_the_kind_and_spare_falsy_values() {
        let too_small = InvalidSettingValue::TooSmall { id: VOLUME, min: 0 };
        let too_great = InvalidSettingValue::TooGreat { id: VOLUME, max: 100 };
        for (value, expected) in [
            (Value::Number(-1.0), Err(too_small.clone())),
            (Value::from("-1"), Err(too_small)),
            (Value::Number(101.0), Err(too_great.clone())),
            (Value::from("101"), Err(too_great)),
            (Value::Number(0.0), Ok(())),
            (Value::Number(100.0), Ok(())),
            (Value::Number(33.5), Ok(())),
            (Value::from("100"), Ok(())),
            (Value::Bool(false), Ok(())),
            (Value::Null, Ok(())),
        ] {
            assert_eq!(check(VOLUME, value.clone()), expected, "{value:?}");
        }
        assert!(matches!(check(VOLUME, ""), Err(InvalidSettingValue::Kind { .. })));
    }

    #[test]
    fn what_the_dialect_does_not_convert_is_refused() {
        let list = || Value::List(vec!["a".into()]);
        let object = || Value::Fields(Fields::default());
        for (id, good, bad) in [
            (
                "Livechat_enabled",
                vec![true.into(), "false".into(), Value::Number(1.0)],
                vec!["yes".into(), "".into(), Value::Number(2.0), list(), object()],
            ),
            (
                "API_Default_Count",
                vec![Value::Number(0.05), Value::Number(-7.0), "12".into()],
                vec!["".into(), "many".into(), list(), object()],
            ),
            ("Accounts_CustomFields", vec!["".into(), "{".into(), true.into()], vec![list(), object()]),
            ("Livechat_title_color", vec!["#000000".into(), "var(--x)".into()], vec![list(), object()]),
            (
                "Livechat_Routing_Method",
                vec!["Manual_Selection".into()],
                vec!["Random".into(), Value::Null, list(), object()],
            ),
            (
                "Livechat_hide_system_messages",
                vec![Value::List(vec![]), list()],
                vec!["uj".into(), Value::Null, Value::List(vec![Value::Null]), object()],
            ),
        ] {
            for value in good {
                assert_eq!(check(id, value.clone()), Ok(()), "{id} {value:?}");
            }
            for value in bad {
                let refused = matches!(check(id, value.clone()), Err(InvalidSettingValue::Kind { .. }));
                assert!(refused, "{id} {value:?}");
            }
        }
    }

    #[test]
    fn every_default_may_be_written() {
        for setting in CATALOGUE {
            if let Some(default) = setting.default_value("https://chat.example.org") {
                assert_eq!(setting.check(&default), Ok(()), "{}", setting.id);
            }
        }
    }

    #[test]
    fn hidden_settings_are_out_of_reach() {
        assert!(!find("Accounts_SystemBlockedUsernameList").unwrap().is_reachable());
        assert!(find("SMTP_Password").unwrap().is_reachable());
    }

    proptest! {
        #[test]
        fn whatever_may_be_written_can_be_read_as_the_kind(number in any::<i32>(), text in ".{0,8}", truth: bool) {
            for value in [Value::Number(f64::from(number)), Value::Text(text), Value::Bool(truth), Value::Null] {
                for setting in CATALOGUE.iter().filter(|setting| setting.check(&value).is_ok()) {
                    let read = match setting.kind {
                        SettingKind::Boolean => conversion::flag(&value).is_some(),
                        SettingKind::Int => conversion::number(&value).is_some(),
                        SettingKind::Range { min, max } => conversion::number(&value)
                            .is_some_and(|number| number == 0.0 || (number >= f64::from(min) && number <= f64::from(max))),
                        SettingKind::Text
                        | SettingKind::Select(_)
                        | SettingKind::Color
                        | SettingKind::Code
                        | SettingKind::Password
                        | SettingKind::Language => conversion::text(&value).is_some(),
                        SettingKind::Texts => false,
                    };
                    prop_assert!(read, "{} {value:?}", setting.id);
                }
            }
        }
    }
}
