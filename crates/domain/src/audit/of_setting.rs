//! What is written into the trail about a setting (contract, framework 4.3.2).

use super::Change;
use crate::setting::Setting;
use crate::value::Value;

/// Characters up to which nothing of a secret is shown.
const SHORT: usize = 8;
/// Characters of a longer secret that are shown.
const SHOWN: usize = 3;

/// A secret in the form in which people may see it: of more than eight characters the first three stay and every
/// further one becomes `*`; of up to eight all do; an empty text stays empty. What is no text becomes eight `*`.
///
/// ```
/// use omnicontact_domain::audit::masked;
/// use omnicontact_domain::value::Value;
/// assert_eq!(masked(&Value::from("correct horse")), Value::from("cor**********"));
/// assert_eq!(masked(&Value::from("horse")), Value::from("*****"));
/// assert_eq!(masked(&Value::from("")), Value::from(""));
/// ```
#[must_use]
pub fn masked(secret: &Value) -> Value {
    match secret {
        Value::Null => Value::Null,
        Value::Text(text) => Value::Text(masked_text(text)),
        Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Fields(_) => {
            Value::Text("*".repeat(SHORT))
        }
    }
}

fn masked_text(secret: &str) -> String {
    let shown = if secret.chars().count() > SHORT { SHOWN } else { 0 };
    secret.chars().enumerate().map(|(index, character)| if index < shown { character } else { '*' }).collect()
}

/// A setting went from one value to another; secrets are masked here, so that the trail never holds one.
#[must_use]
pub fn setting_change(setting: &Setting, previous: Option<&Value>, current: &Value) -> Change {
    let seen = |value: &Value| if setting.secret { masked(value) } else { value.clone() };
    Change::from_to("value", previous.map(seen), seen(current))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::setting::find;

    #[test]
    fn nine_characters_are_the_first_of_which_three_are_shown() {
        for (secret, seen) in [
            ("12345678", "********"),
            ("123456789", "123******"),
            ("ÄÖÜäöüßéè", "ÄÖÜ******"),
            ("ÄÖÜäöüßé", "********"),
        ] {
            assert_eq!(masked(&Value::from(secret)), Value::from(seen));
        }
    }

    #[test]
    fn what_is_no_text_shows_nothing() {
        for secret in [Value::Number(1234.0), Value::Bool(true), Value::List(vec![Value::from("secret")])] {
            assert_eq!(masked(&secret), Value::from("********"));
        }
        assert_eq!(masked(&Value::Null), Value::Null);
    }

    #[test]
    fn only_secret_settings_are_masked() {
        let value = Value::from("mail.example.org");
        let host = setting_change(find("SMTP_Host").unwrap(), None, &value);
        assert_eq!((host.previous, host.current), (None, Some(value.clone())));
        let password = setting_change(find("SMTP_Password").unwrap(), Some(&Value::from("old")), &value);
        assert_eq!(password.previous, Some(Value::from("***")));
        assert_eq!(password.current, Some(Value::from("mai*************")));
    }

    proptest! {
        #[test]
        fn length_stays_and_at_most_three_characters_are_shown(secret in ".{0,40}") {
            let Value::Text(seen) = masked(&Value::from(secret.as_str())) else { unreachable!() };
            prop_assert_eq!(seen.chars().count(), secret.chars().count());
            prop_assert!(seen.chars().skip(3).all(|character| character == '*'));
        }
    }
}
