//! Addresses that visitors mention in their messages (contract, conversations 3.8.1). Contacts are left alone.

use super::Visitor;
use crate::pattern::Pattern;
use crate::time::Timestamp;

/// The default of `Livechat_lead_email_regex`.
pub const DEFAULT_EMAIL_PATTERN: &str = r"\b[A-Z0-9._%+-]+@(?:[A-Z0-9-]+\.)+[A-Z]{2,4}\b";

/// The default of `Livechat_lead_phone_regex`: eight digits or more.
pub const DEFAULT_PHONE_PATTERN: &str = r"((?:\([0-9]{1,3}\)|[0-9]{2})[ \-]*?[0-9]{4,5}(?:[\-\s\_]{1,2})?[0-9]{4}(?:(?=[^0-9])|$)|[0-9]{4,5}(?:[\-\s\_]{1,2})?[0-9]{4}(?:(?=[^0-9])|$))";

/// Addresses of a kind that one message may bring, and that a visitor may have before messages bring no more.
const LEADS_LIMIT: usize = 100;

/// What is looked for in messages. An empty pattern, or one that cannot be used, looks for nothing.
#[derive(Debug)]
pub struct LeadPatterns {
    email: Option<Pattern>,
    phone: Option<Pattern>,
}

/// What a message mentions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leads {
    /// E-mail addresses, as they stand there.
    pub emails: Vec<String>,
    /// Phone numbers, as they stand there.
    pub phones: Vec<String>,
}

impl LeadPatterns {
    /// The patterns of the two settings; letters of addresses match in either case.
    #[must_use]
    pub fn new(email: &str, phone: &str) -> Self {
        let given = |source: &str| !source.is_empty();
        Self {
            email: given(email).then(|| Pattern::ignoring_case(email).ok()).flatten(),
            phone: given(phone).then(|| Pattern::new(phone).ok()).flatten(),
        }
    }

    /// What a message mentions, each kind on its own: a search that takes too many steps finds nothing, and the
    /// message is accepted all the same.
    ///
    /// ```
    /// use omnicontact_domain::visitor::{DEFAULT_EMAIL_PATTERN, DEFAULT_PHONE_PATTERN, LeadPatterns};
    /// let patterns = LeadPatterns::new(DEFAULT_EMAIL_PATTERN, DEFAULT_PHONE_PATTERN);
    /// let leads = patterns.leads_in("write to Ada@x.org or call 12345678");
    /// assert_eq!((leads.emails, leads.phones), (vec!["Ada@x.org".into()], vec!["12345678".into()]));
    /// ```
    #[must_use]
    pub fn leads_in(&self, message: &str) -> Leads {
        Leads { emails: found(self.email.as_ref(), message), phones: found(self.phone.as_ref(), message) }
    }
}

fn found(pattern: Option<&Pattern>, message: &str) -> Vec<String> {
    let parts = pattern.and_then(|pattern| pattern.found_in(message, LEADS_LIMIT).ok());
    parts.unwrap_or_default().into_iter().map(str::to_owned).collect()
}

impl Visitor {
    /// Appends what is not there yet, letter by letter. Returns whether anything was.
    pub fn add_leads(&mut self, leads: &Leads, now: Timestamp) -> bool {
        let emails = append_new(&mut self.emails, &leads.emails);
        let phones = append_new(&mut self.phones, &leads.phones);
        if emails || phones {
            self.updated_at = now;
        }
        emails || phones
    }
}

fn append_new(stored: &mut Option<Vec<String>>, found: &[String]) -> bool {
    let mut is_changed = false;
    for text in found {
        let is_known = stored.as_ref().is_some_and(|list| list.contains(text) || list.len() >= LEADS_LIMIT);
        if !is_known {
            stored.get_or_insert_default().push(text.clone());
            is_changed = true;
        }
    }
    is_changed
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(9);

    fn leads(email: &str, phone: &str, message: &str) -> Leads {
        LeadPatterns::new(email, phone).leads_in(message)
    }

    fn by_default(message: &str) -> Leads {
        leads(DEFAULT_EMAIL_PATTERN, DEFAULT_PHONE_PATTERN, message)
    }

    #[test]
    fn one_message_may_mention_several_of_both() {
        assert_eq!(by_default("test@123.com notest@1234.com").emails, ["test@123.com", "notest@1234.com"]);
        assert_eq!(by_default("87654321 87654323").phones, ["87654321", "87654323"]);
        assert_eq!(by_default("1234@12344.com").phones, Vec::<String>::new());
        assert_eq!(by_default("nothing"), Leads::default());
    }

    #[test]
    fn an_unusable_pattern_leaves_the_other_kind_working() {
        let message = "a@x.org 12345678";
        for broken in ["", "("] {
            assert_eq!(leads(broken, DEFAULT_PHONE_PATTERN, message).emails, Vec::<String>::new());
            assert_eq!(leads(broken, DEFAULT_PHONE_PATTERN, message).phones, ["12345678"]);
            assert_eq!(leads(DEFAULT_EMAIL_PATTERN, broken, message).emails, ["a@x.org"]);
        }
    }

    #[test]
    fn what_is_known_is_not_added_again_and_an_absent_list_stays_absent() {
        let mut visitor = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), Timestamp::from_millis(0));
        visitor.emails = Some(vec!["a@x.org".into()]);
        assert!(!visitor.add_leads(&by_default("a@x.org"), NOW));
        assert_eq!((&visitor.phones, visitor.updated_at), (&None, Timestamp::from_millis(0)));
        assert!(visitor.add_leads(&by_default("A@x.org and b@x.org b@x.org"), NOW));
        assert_eq!(visitor.emails, Some(vec!["a@x.org".into(), "A@x.org".into(), "b@x.org".into()]));
    }

    #[test]
    fn a_message_adds_no_more_than_the_bound() {
        let many: Vec<_> = (0..300).map(|number| format!("a{number}@x.org")).collect();
        let mut visitor = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), NOW);
        visitor.add_leads(&by_default(&many.join(" ")), NOW);
        visitor.add_leads(&by_default("late@x.org"), NOW);
        assert_eq!(visitor.emails.map(|list| list.len()), Some(LEADS_LIMIT));
    }
}
