//! Erasing a visitor (contract, contacts 7.11 and conversations 1.3).

use super::Visitor;
use crate::time::Timestamp;

impl Visitor {
    /// Removes everything personal. What stays is the id, the months of activity, which are counted, and the
    /// agent who served last. Identities on other platforms go, too, although the contract does not name them:
    /// they are as personal as an address.
    ///
    /// ```
    /// use omnicontact_domain::time::Timestamp;
    /// use omnicontact_domain::visitor::Visitor;
    /// let mut visitor = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), Timestamp::from_millis(0));
    /// visitor.erase(Timestamp::from_millis(1));
    /// assert_eq!((visitor.token, visitor.disabled), (None, true));
    /// ```
    pub fn erase(&mut self, now: Timestamp) {
        // Named one by one: a new field does not compile before somebody decides about it.
        *self = Self {
            id: self.id.clone(),
            username: None,
            ts: None,
            token: None,
            name: None,
            phones: None,
            emails: None,
            department: None,
            livechat_data: None,
            manager: None,
            last_chat: None,
            last_agent: self.last_agent.take(),
            status: None,
            activity: self.activity.take(),
            user_agent: None,
            ip: None,
            host: None,
            external_ids: None,
            disabled: true,
            updated_at: now,
            version: self.version,
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::contact::LastChat;
    use crate::visitor::{LastAgent, VisitorKeys};

    /// A visitor in which every field that a person can fill holds the same secret.
    fn full(secret: &str) -> Visitor {
        let text = || Some(secret.to_owned());
        let new = Visitor::new("v1".into(), secret.into(), secret.into(), Timestamp::from_millis(0));
        Visitor {
            name: text(),
            phones: Some(vec![secret.to_owned()]),
            emails: Some(vec![secret.to_owned()]),
            department: text(),
            livechat_data: Some([("plan".to_owned(), secret.into())].into_iter().collect()),
            last_chat: Some(LastChat { room_id: secret.into(), ts: Timestamp::from_millis(0) }),
            last_agent: Some(LastAgent {
                agent_id: "u1".into(),
                username: "kim.jane".into(),
                ts: Timestamp::from_millis(0),
            }),
            status: text(),
            activity: Some(vec!["2026-01".to_owned()]),
            user_agent: text(),
            ip: text(),
            host: text(),
            external_ids: Some(vec![secret.into()]),
            ..new
        }
    }

    #[test]
    fn what_is_counted_stays_and_nothing_finds_the_visitor() {
        let mut visitor = full("Mara");
        visitor.erase(Timestamp::from_millis(9));
        assert_eq!(visitor.activity, Some(vec!["2026-01".to_owned()]));
        assert_eq!(visitor.last_agent.as_ref().map(|agent| agent.username.as_str()), Some("kim.jane"));
        assert_eq!((visitor.disabled, visitor.updated_at), (true, Timestamp::from_millis(9)));
        assert_eq!(VisitorKeys::of(&visitor), VisitorKeys::default());
    }

    proptest! {
        #[test]
        fn no_personal_value_is_left_in_any_field(secret in "[A-Z]{12}") {
            let mut visitor = full(&secret);
            let before = format!("{visitor:?}");
            visitor.erase(Timestamp::from_millis(9));
            let after = format!("{visitor:?} {:?}", VisitorKeys::of(&visitor));
            prop_assert!(before.contains(&secret) && !after.contains(&secret));
        }
    }
}
