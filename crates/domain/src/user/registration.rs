//! Who may register, and what a new account begins with (contract, framework 1.12, 4.4.2 and 4.4.3).

use super::{EmailSecondFactor, InactiveReason};
use crate::password::PasswordDigest;
use crate::role::RoleId;
use crate::setting::SettingValues;
use crate::text::comma_list;
use crate::time::Timestamp;

const FORM: &str = "Accounts_RegistrationForm";
const SECRET_URL: &str = "Accounts_RegistrationForm_SecretURL";
const DEFAULT_ROLES: &str = "Accounts_Registration_Users_Default_Roles";
const MANUALLY_APPROVE: &str = "Accounts_ManuallyApproveNewUsers";
const REQUIRE_NAME: &str = "Accounts_RequireNameForSignUp";
const TWO_FACTOR: &str = "Accounts_TwoFactorAuthentication_Enabled";
const TWO_FACTOR_BY_EMAIL: &str = "Accounts_TwoFactorAuthentication_By_Email_Enabled";
const TWO_FACTOR_OPT_IN: &str = "Accounts_TwoFactorAuthentication_By_Email_Auto_Opt_In";

/// Why a registration is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationRefusal {
    /// Nobody may register.
    #[error("registration is disabled")]
    Disabled,
    /// Only who knows the secret may, and it was not given.
    #[error("registration asks for a secret")]
    Secret,
}

/// What the settings say about new accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccountRules {
    form: String,
    secret: String,
    /// The roles of a new account, each once.
    pub default_roles: Vec<RoleId>,
    /// Whether new accounts wait for somebody to approve them.
    pub manual_approval: bool,
    /// Whether a user must have a name.
    pub name_required: bool,
    opts_in: bool,
}

impl NewAccountRules {
    /// The settings that the rules are read from.
    pub const SETTINGS: [&str; 8] = [
        FORM,
        SECRET_URL,
        DEFAULT_ROLES,
        MANUALLY_APPROVE,
        REQUIRE_NAME,
        TWO_FACTOR,
        TWO_FACTOR_BY_EMAIL,
        TWO_FACTOR_OPT_IN,
    ];

    /// The rules under these settings.
    #[must_use]
    pub fn of(settings: &SettingValues) -> Self {
        let roles = settings.text(DEFAULT_ROLES);
        Self {
            form: settings.text(FORM),
            secret: settings.text(SECRET_URL),
            default_roles: super::each_once(comma_list(&roles).map(RoleId::from)),
            manual_approval: settings.flag(MANUALLY_APPROVE),
            name_required: settings.flag(REQUIRE_NAME),
            opts_in: [TWO_FACTOR, TWO_FACTOR_BY_EMAIL, TWO_FACTOR_OPT_IN].iter().all(|id| settings.flag(id)),
        }
    }

    /// Whether somebody who gives this secret may register.
    ///
    /// # Errors
    /// [`RegistrationRefusal`]. A setting that is none of the three choices lets nobody in.
    pub fn admit(&self, secret: Option<&str>) -> Result<(), RegistrationRefusal> {
        match self.form.as_str() {
            "Public" => Ok(()),
            // Digests are compared, so that the time tells nothing about how much of the secret was right.
            "Secret URL"
                if !self.secret.is_empty()
                    && secret.map(PasswordDigest::of) == Some(PasswordDigest::of(&self.secret)) =>
            {
                Ok(())
            }
            "Secret URL" => Err(RegistrationRefusal::Secret),
            _ => Err(RegistrationRefusal::Disabled),
        }
    }

    /// Why a new account is inactive; `None` when it is active. `wanted` is what its maker said.
    #[must_use]
    pub fn inactive_reason(&self, wanted: Option<bool>) -> Option<InactiveReason> {
        match wanted {
            Some(true) => None,
            Some(false) => Some(InactiveReason::Deactivated),
            None => self.manual_approval.then_some(InactiveReason::PendingApproval),
        }
    }

    /// The second factor by e-mail that a new account begins with.
    #[must_use]
    pub fn second_factor(&self, now: Timestamp) -> Option<EmailSecondFactor> {
        self.opts_in.then_some(EmailSecondFactor { enabled: true, changed_at: now })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn rules(changed: &[(&str, Value)]) -> NewAccountRules {
        let stored = changed.iter().map(|(id, value)| ((*id).to_owned(), value.clone())).collect();
        NewAccountRules::of(&SettingValues::new(stored))
    }

    #[test]
    fn registration_is_open_unless_a_setting_says_otherwise() {
        assert_eq!(rules(&[]).admit(None), Ok(()));
        for form in ["Disabled", "Nonsense", ""] {
            let closed = rules(&[(FORM, form.into())]);
            assert_eq!(closed.admit(Some("x")), Err(RegistrationRefusal::Disabled), "{form}");
        }
    }

    #[test]
    fn a_secret_must_be_the_one_that_is_stored() {
        let secret = rules(&[(FORM, "Secret URL".into()), (SECRET_URL, "abc".into())]);
        assert_eq!(secret.admit(Some("abc")), Ok(()));
        for wrong in [None, Some(""), Some("ab"), Some("ABC")] {
            assert_eq!(secret.admit(wrong), Err(RegistrationRefusal::Secret), "{wrong:?}");
        }
        let none = rules(&[(FORM, "Secret URL".into()), (SECRET_URL, "".into())]);
        assert_eq!(none.admit(Some("")), Err(RegistrationRefusal::Secret));
    }

    #[test]
    fn default_roles_are_a_list_with_commas() {
        assert_eq!(rules(&[]).default_roles, [RoleId::from("user")]);
        let two = rules(&[(DEFAULT_ROLES, "user, admin,,user".into())]);
        assert_eq!(two.default_roles, [RoleId::from("user"), RoleId::from("admin")]);
    }

    #[test]
    fn the_maker_decides_whether_an_account_is_active_and_else_the_setting() {
        let (open, manual) = (rules(&[]), rules(&[(MANUALLY_APPROVE, Value::Bool(true))]));
        assert_eq!(open.inactive_reason(None), None);
        assert_eq!(open.inactive_reason(Some(false)), Some(InactiveReason::Deactivated));
        assert_eq!(manual.inactive_reason(None), Some(InactiveReason::PendingApproval));
        assert_eq!(manual.inactive_reason(Some(true)), None);
    }

    #[test]
    fn a_new_account_opts_in_to_the_second_factor_only_where_three_settings_say_so() {
        let now = Timestamp::from_millis(5);
        let on = Some(EmailSecondFactor { enabled: true, changed_at: now });
        assert_eq!(rules(&[]).second_factor(now), on);
        for id in [TWO_FACTOR, TWO_FACTOR_BY_EMAIL, TWO_FACTOR_OPT_IN] {
            assert_eq!(rules(&[(id, Value::Bool(false))]).second_factor(now), None, "{id}");
        }
    }

    #[test]
    fn what_is_read_is_in_the_catalogue() {
        for id in NewAccountRules::SETTINGS {
            assert!(crate::setting::find(id).is_some(), "{id}");
        }
    }
}
