//! Which e-mail addresses users may have (contract, framework 4.4.2).

use crate::email::has_form;
use crate::setting::SettingValues;
use crate::text::{comma_list, fold};

const ALLOWED: &str = "Accounts_AllowedDomainsList";
const BLOCKED: &str = "Accounts_BlockedDomainsList";

/// Why an address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// It has no `@` with something on both sides.
    #[error("not an e-mail address")]
    Form,
    /// There is a list of domains, and its domain is not in it.
    #[error("the domain is not allowed")]
    DomainNotAllowed,
    /// Its domain is in the list of those that nobody may have.
    #[error("the domain is blocked")]
    DomainBlocked,
}

/// Which addresses users may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressRules {
    /// Folded; empty for all.
    allowed: Vec<String>,
    /// Folded.
    blocked: Vec<String>,
}

impl AddressRules {
    /// The settings that the rules are read from.
    pub const SETTINGS: [&str; 2] = [ALLOWED, BLOCKED];

    /// The rules under these settings.
    #[must_use]
    pub fn of(settings: &SettingValues) -> Self {
        let domains = |id| comma_list(&settings.text(id)).map(fold).collect();
        Self { allowed: domains(ALLOWED), blocked: domains(BLOCKED) }
    }

    /// Whether a user may have this address.
    ///
    /// # Errors
    /// [`InvalidAddress`].
    ///
    /// ```
    /// use omnicontact_domain::setting::SettingValues;
    /// use omnicontact_domain::user::{AddressRules, InvalidAddress};
    /// let rules = AddressRules::of(&SettingValues::default());
    /// assert_eq!(rules.check("kim@example.org"), Ok(()));
    /// assert_eq!(rules.check("kim"), Err(InvalidAddress::Form));
    /// ```
    pub fn check(&self, address: &str) -> Result<(), InvalidAddress> {
        if !has_form(address) {
            return Err(InvalidAddress::Form);
        }
        let domain = fold(address.rsplit('@').next().unwrap_or_default().trim());
        if !self.allowed.is_empty() && !self.allowed.contains(&domain) {
            return Err(InvalidAddress::DomainNotAllowed);
        }
        if self.blocked.contains(&domain) {
            return Err(InvalidAddress::DomainBlocked);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::Value;

    fn rules(id: &str, list: &str) -> AddressRules {
        AddressRules::of(&SettingValues::new(vec![(id.to_owned(), Value::from(list))]))
    }

    #[test]
    fn no_rule_is_stricter_than_something_at_something() {
        let rules = rules(ALLOWED, "");
        for fine in ["deactivated_+17apiuser.test@rocket.chat-170", "test170.@test.com", "a b@c", "ä@ö"] {
            assert_eq!(rules.check(fine), Ok(()), "{fine}");
        }
        for wrong in ["", "@", "a", "a@", "@b", "a@b@c"] {
            assert_eq!(rules.check(wrong), Err(InvalidAddress::Form), "{wrong:?}");
        }
    }

    #[test]
    fn domains_are_listed_without_regard_to_case() {
        let allowed = rules(ALLOWED, "example.org, Example.COM");
        assert_eq!(allowed.check("a@EXAMPLE.com"), Ok(()));
        assert_eq!(allowed.check("a@sub.example.org"), Err(InvalidAddress::DomainNotAllowed));
        let blocked = rules(BLOCKED, "spam.example");
        assert_eq!(blocked.check("a@Spam.Example"), Err(InvalidAddress::DomainBlocked));
        assert_eq!(blocked.check("a@example.org"), Ok(()));
    }

    #[test]
    fn what_is_read_is_in_the_catalogue() {
        for id in AddressRules::SETTINGS {
            assert!(crate::setting::find(id).is_some(), "{id}");
        }
    }

    proptest! {
        #[test]
        fn an_address_of_a_listed_domain_is_allowed_by_one_list_and_blocked_by_the_other(domain in "[a-z]{1,5}\\.[a-z]{2}") {
            let address = format!("kim@{}", domain.to_uppercase());
            prop_assert_eq!(rules(ALLOWED, &domain).check(&address), Ok(()));
            prop_assert_eq!(rules(BLOCKED, &domain).check(&address), Err(InvalidAddress::DomainBlocked));
        }
    }
}
