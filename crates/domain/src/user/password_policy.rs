//! What new passwords must look like (contract, framework 4.4.2).

use crate::password::PlainPassword;
use crate::setting::SettingValues;

const ENABLED: &str = "Accounts_Password_Policy_Enabled";
const MIN_LENGTH: &str = "Accounts_Password_Policy_MinLength";
const MAX_LENGTH: &str = "Accounts_Password_Policy_MaxLength";
const FORBID_REPEATING: &str = "Accounts_Password_Policy_ForbidRepeatingCharacters";
const REPEATING_COUNT: &str = "Accounts_Password_Policy_ForbidRepeatingCharactersCount";
const LOWERCASE: &str = "Accounts_Password_Policy_AtLeastOneLowercase";
const UPPERCASE: &str = "Accounts_Password_Policy_AtLeastOneUppercase";
const NUMBER: &str = "Accounts_Password_Policy_AtLeastOneNumber";
const SPECIAL: &str = "Accounts_Password_Policy_AtLeastOneSpecialCharacter";

/// One thing that a password lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    /// It is too short.
    MinLength,
    /// It is too long.
    MaxLength,
    /// A character stands too often in a row.
    RepeatingCharacters,
    /// It has no lower-case letter.
    OneLowercase,
    /// It has no upper-case letter.
    OneUppercase,
    /// It has no digit.
    OneNumber,
    /// It has nothing but letters, digits and spaces.
    OneSpecial,
}

/// Everything that a password lacks; never nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the password does not meet the policy")]
pub struct PasswordFaults(pub Vec<PasswordFault>);

/// What new passwords must look like. Letters and digits are those of ASCII; lengths are in characters.
#[expect(clippy::struct_excessive_bools, reason = "one per setting")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PasswordPolicy {
    enabled: bool,
    /// Less than 1 is no limit.
    min_length: f64,
    /// Less than 1 is no limit.
    max_length: f64,
    /// How often a character may stand in a row; less than 1 is no limit.
    most_in_a_row: f64,
    lowercase: bool,
    uppercase: bool,
    number: bool,
    special: bool,
}

impl PasswordPolicy {
    /// The settings that the policy is read from.
    pub const SETTINGS: [&str; 9] = [
        ENABLED,
        MIN_LENGTH,
        MAX_LENGTH,
        FORBID_REPEATING,
        REPEATING_COUNT,
        LOWERCASE,
        UPPERCASE,
        NUMBER,
        SPECIAL,
    ];

    /// The policy under these settings.
    #[must_use]
    pub fn of(settings: &SettingValues) -> Self {
        Self {
            enabled: settings.flag(ENABLED),
            min_length: settings.number(MIN_LENGTH),
            max_length: settings.number(MAX_LENGTH),
            most_in_a_row: if settings.flag(FORBID_REPEATING) {
                settings.number(REPEATING_COUNT)
            } else {
                0.0
            },
            lowercase: settings.flag(LOWERCASE),
            uppercase: settings.flag(UPPERCASE),
            number: settings.flag(NUMBER),
            special: settings.flag(SPECIAL),
        }
    }

    /// Whether a password is good enough.
    ///
    /// # Errors
    /// [`PasswordFaults`] with everything that it lacks, in the order of the wire.
    ///
    /// ```
    /// use omnicontact_domain::password::PlainPassword;
    /// use omnicontact_domain::setting::SettingValues;
    /// use omnicontact_domain::user::PasswordPolicy;
    /// let policy = PasswordPolicy::of(&SettingValues::default());
    /// assert!(policy.check(&PlainPassword::new("R0ck3t.ch@tP@ssw0rd1234.!")).is_ok());
    /// assert!(policy.check(&PlainPassword::new("secret")).is_err());
    /// ```
    pub fn check(&self, password: &PlainPassword) -> Result<(), PasswordFaults> {
        if !self.enabled {
            return Ok(());
        }
        let text = password.expose();
        let length = number(text.chars().count());
        let lacks_one = |class: fn(char) -> bool| !text.chars().any(class);
        let exceeds = |found: f64, limit: f64| limit >= 1.0 && found > limit;
        let faults: Vec<PasswordFault> = [
            (PasswordFault::MinLength, self.min_length >= 1.0 && length < self.min_length),
            (PasswordFault::MaxLength, exceeds(length, self.max_length)),
            (PasswordFault::RepeatingCharacters, exceeds(number(longest_run(text)), self.most_in_a_row)),
            (PasswordFault::OneLowercase, self.lowercase && lacks_one(|c| c.is_ascii_lowercase())),
            (PasswordFault::OneUppercase, self.uppercase && lacks_one(|c| c.is_ascii_uppercase())),
            (PasswordFault::OneNumber, self.number && lacks_one(|c| c.is_ascii_digit())),
            (PasswordFault::OneSpecial, self.special && lacks_one(is_special)),
        ]
        .into_iter()
        .filter_map(|(fault, found)| found.then_some(fault))
        .collect();
        if faults.is_empty() { Ok(()) } else { Err(PasswordFaults(faults)) }
    }
}

fn is_special(c: char) -> bool {
    !c.is_ascii_alphanumeric() && c != ' '
}

#[expect(clippy::cast_precision_loss, reason = "passwords are shorter than 2^52 characters")]
fn number(count: usize) -> f64 {
    count as f64
}

/// The most times that one character stands in a row.
fn longest_run(text: &str) -> usize {
    let (mut longest, mut run, mut last) = (0, 0, None);
    for c in text.chars() {
        run = if last == Some(c) { run + 1 } else { 1 };
        last = Some(c);
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::Value;

    fn policy(changed: &[(&str, Value)]) -> PasswordPolicy {
        let stored = changed.iter().map(|(id, value)| ((*id).to_owned(), value.clone())).collect();
        PasswordPolicy::of(&SettingValues::new(stored))
    }

    fn faults(policy: PasswordPolicy, password: &str) -> Vec<PasswordFault> {
        policy.check(&PlainPassword::new(password)).err().map(|faults| faults.0).unwrap_or_default()
    }

    #[test]
    fn everything_that_is_missing_is_listed_in_order() {
        use PasswordFault::{MinLength, OneNumber, OneSpecial, OneUppercase, RepeatingCharacters};
        let usual = policy(&[]);
        assert_eq!(
            faults(usual, "aaaa"),
            [MinLength, RepeatingCharacters, OneUppercase, OneNumber, OneSpecial]
        );
        assert_eq!(faults(usual, "R0ck3t.ch@tP@ssw0rd1234.!"), []);
    }

    #[test]
    fn each_rule_is_found_on_its_own() {
        let usual = policy(&[]);
        for (password, fault) in [
            ("Abcdefghij1.x", PasswordFault::MinLength),
            ("Abcdefghij1.xxxx", PasswordFault::RepeatingCharacters),
            ("ABCDEFGHIJKLM1.", PasswordFault::OneLowercase),
            ("abcdefghijklm1.", PasswordFault::OneUppercase),
            ("Abcdefghijklmn.", PasswordFault::OneNumber),
            ("Abcdefghijklmn1 ", PasswordFault::OneSpecial),
        ] {
            assert_eq!(faults(usual, password), [fault], "{password}");
        }
        let short = policy(&[(MAX_LENGTH, Value::Number(15.0))]);
        assert_eq!(faults(short, "Abcdefghijklm1.x"), [PasswordFault::MaxLength]);
        assert_eq!(faults(short, "Abcdefghijklm1."), []);
    }

    #[test]
    fn three_in_a_row_are_fine_and_four_are_not() {
        let usual = policy(&[]);
        assert_eq!(faults(usual, "Abcdefghij1.xxx"), []);
        let off = policy(&[(FORBID_REPEATING, Value::Bool(false))]);
        assert_eq!(faults(off, "Abcdefghij1.xxxx"), []);
        let meaningless = policy(&[(REPEATING_COUNT, Value::Number(0.0))]);
        assert_eq!(faults(meaningless, "Abcdefghij1.xxxx"), []);
    }

    #[test]
    fn a_policy_that_is_off_lets_everything_pass() {
        assert_eq!(faults(policy(&[(ENABLED, Value::Bool(false))]), ""), []);
    }

    #[test]
    fn what_is_read_is_in_the_catalogue() {
        for id in PasswordPolicy::SETTINGS {
            assert!(crate::setting::find(id).is_some(), "{id}");
        }
    }

    proptest! {
        #[test]
        fn a_rule_that_is_switched_off_is_never_broken(password in ".{0,20}") {
            let without = policy(&[
                (MIN_LENGTH, Value::Number(-1.0)),
                (FORBID_REPEATING, Value::Bool(false)),
                (LOWERCASE, Value::Bool(false)),
                (UPPERCASE, Value::Bool(false)),
                (NUMBER, Value::Bool(false)),
                (SPECIAL, Value::Bool(false)),
            ]);
            prop_assert_eq!(faults(without, &password), []);
        }

        #[test]
        fn more_of_it_never_breaks_another_rule_than_length_and_repetition(password in ".{0,20}", more in ".{0,5}") {
            let of_classes = |text: &str| {
                let mut found = faults(policy(&[]), text);
                found.retain(|fault| !matches!(fault, PasswordFault::MinLength | PasswordFault::RepeatingCharacters));
                found
            };
            let before = of_classes(&password);
            let longer = of_classes(&(password + &more));
            prop_assert!(longer.iter().all(|fault| before.contains(fault)));
        }
    }
}
