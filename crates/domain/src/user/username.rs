//! Which usernames may be taken (contract, framework 4.4.2).

use crate::pattern::Pattern;
use crate::setting::SettingValues;
use crate::text::{self, TextError, fold};

const VALIDATION: &str = "UTF8_User_Names_Validation";
const BLOCKED: &str = "Accounts_BlockedUsernameList";
const SYSTEM_BLOCKED: &str = "Accounts_SystemBlockedUsernameList";

/// What mentions mean everybody by.
const MENTIONS: [&str; 2] = ["all", "here"];

/// Why a username is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUsername {
    /// It is empty or has characters other than `0-9 a-z A-Z - _ .`.
    #[error("a username has one or more of the characters 0-9 a-z A-Z - _ .")]
    Characters,
    /// It could not be stored.
    #[error(transparent)]
    Text(#[from] TextError),
}

/// Checks a username against the default of `UTF8_User_Names_Validation`: the rule at the machine, where no
/// settings are read.
///
/// # Errors
/// [`InvalidUsername`].
///
/// ```
/// use omnicontact_domain::user::check_username;
/// assert!(check_username("kim.jane").is_ok());
/// assert!(check_username("kim jane").is_err());
/// ```
pub fn check_username(username: &str) -> Result<(), InvalidUsername> {
    text::check("username", username, text::KEY_LIMIT)?;
    if has_usual_characters(username) { Ok(()) } else { Err(InvalidUsername::Characters) }
}

fn has_usual_characters(username: &str) -> bool {
    let usual = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !username.is_empty() && username.chars().all(usual)
}

/// Which usernames may be taken over the API.
#[derive(Debug)]
pub struct UsernameRules {
    /// `None` where the setting holds no usable pattern: then the default holds.
    pattern: Option<Pattern>,
    reserved: Vec<String>,
}

impl UsernameRules {
    /// The settings that the rules are read from.
    pub const SETTINGS: [&str; 3] = [VALIDATION, BLOCKED, SYSTEM_BLOCKED];

    /// The rules under these settings.
    ///
    /// ```
    /// use omnicontact_domain::setting::SettingValues;
    /// use omnicontact_domain::user::UsernameRules;
    /// let rules = UsernameRules::of(&SettingValues::default());
    /// assert!(rules.fits("kim.jane") && !rules.is_reserved("kim.jane"));
    /// assert!(rules.is_reserved("Admin"));
    /// ```
    #[must_use]
    pub fn of(settings: &SettingValues) -> Self {
        let (blocked, system) = (settings.text(BLOCKED), settings.text(SYSTEM_BLOCKED));
        let listed = text::comma_list(&blocked).chain(text::comma_list(&system));
        Self {
            pattern: Pattern::new(&format!("^(?:{})$", settings.text(VALIDATION))).ok(),
            reserved: MENTIONS.into_iter().chain(listed).map(fold).collect(),
        }
    }

    /// Whether the whole username matches. One that takes the pattern too many steps does not.
    #[must_use]
    pub fn fits(&self, username: &str) -> bool {
        match &self.pattern {
            Some(pattern) => pattern.matches(username).unwrap_or(false),
            None => has_usual_characters(username),
        }
    }

    /// Whether nobody may take it, in whatever case.
    #[must_use]
    pub fn is_reserved(&self, username: &str) -> bool {
        self.reserved.contains(&fold(username.trim()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::Value;

    fn rules(id: &str, text: &str) -> UsernameRules {
        UsernameRules::of(&SettingValues::new(vec![(id.to_owned(), Value::from(text))]))
    }

    #[test]
    fn the_names_of_tests_and_scripts_fit() {
        let rules = UsernameRules::of(&SettingValues::default());
        for fine in ["user.test.1700000000000.0.123456", "customField_apiuser.test-1700000000000", "a", "-"] {
            assert!(rules.fits(fine), "{fine}");
        }
        for wrong in ["", "kim jane", "kim/jane", "jürgen", "kim\n", "\nkim", "@kim"] {
            assert!(!rules.fits(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn the_setting_decides_about_the_whole_name() {
        let letters = rules(VALIDATION, "[a-z]+|[0-9]+");
        assert!(letters.fits("kim") && letters.fits("42"));
        assert!(!letters.fits("kim42"));
        assert!(rules(VALIDATION, "[0-9a-zA-Zäöü]+").fits("jürgen"));
    }

    #[test]
    fn without_a_usable_pattern_the_default_holds() {
        for broken in ["(", "[", "(a{1000}){1000}"] {
            let rules = rules(VALIDATION, broken);
            assert!(rules.fits("kim.jane") && !rules.fits("kim jane"), "{broken}");
        }
    }

    #[test]
    fn a_pattern_that_takes_too_long_lets_nothing_pass() {
        assert!(!rules(VALIDATION, r"(?=(a+))(a+)+b\1").fits(&"a".repeat(5_000)));
    }

    #[test]
    fn reserved_names_are_reserved_in_any_case() {
        let rules = rules(BLOCKED, " boss , Chief,");
        for reserved in ["all", "HERE", "boss", "chief", " Boss ", "admin", "Administrator", "system", "user"]
        {
            assert!(rules.is_reserved(reserved), "{reserved}");
        }
        for free in ["allan", "users", "", "the boss"] {
            assert!(!rules.is_reserved(free), "{free:?}");
        }
    }

    #[test]
    fn what_is_read_is_in_the_catalogue() {
        for id in UsernameRules::SETTINGS {
            assert!(crate::setting::find(id).is_some(), "{id}");
        }
    }

    proptest! {
        #[test]
        fn the_default_of_the_setting_is_the_rule_at_the_machine(username in "[a-zA-Z0-9._ /é-]{0,8}") {
            let rules = UsernameRules::of(&SettingValues::default());
            prop_assert_eq!(rules.fits(&username), check_username(&username).is_ok());
        }
    }
}
