//! Contacts that arise from visitors (contract, contacts 8.2).

use super::{Channel, Contact};
use crate::id::{ContactId, UserId};
use crate::time::Timestamp;
use crate::value::Fields;
use crate::version::Version;
use crate::visitor::Visitor;

impl Contact {
    /// The contact of a visitor whom no contact is known of. It is unknown unless an agent answered the
    /// visitor before. The manager is the user whom the visitor's manager resolves to, the values are those
    /// that [`crate::custom_field::usable`] let pass.
    ///
    /// ```
    /// use omnicontact_domain::contact::{Channel, Contact, Source};
    /// use omnicontact_domain::time::Timestamp;
    /// use omnicontact_domain::value::Fields;
    /// use omnicontact_domain::visitor::Visitor;
    /// let now = Timestamp::from_millis(0);
    /// let visitor = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), now);
    /// let channel = Channel::new("v1".into(), Source { kind: "api".into(), ..Source::default() });
    /// let contact = Contact::from_visitor("c1".into(), &visitor, channel, None, Fields::default(), now);
    /// assert_eq!((contact.name.as_deref(), contact.unknown), (Some("guest-2"), true));
    /// assert_eq!(contact.emails, None);
    /// ```
    #[must_use]
    pub fn from_visitor(
        id: ContactId,
        visitor: &Visitor,
        channel: Channel,
        manager: Option<UserId>,
        values: Fields,
        now: Timestamp,
    ) -> Self {
        let given_name = visitor.name.clone().filter(|name| !name.is_empty());
        Self {
            id,
            name: given_name.or_else(|| visitor.username.clone()),
            emails: visitor.emails.clone(),
            phones: visitor.phones.clone(),
            manager,
            unknown: visitor.activity.as_ref().is_none_or(Vec::is_empty),
            conflicting_fields: None,
            custom_fields: Some(values),
            channels: vec![Channel { last_chat: visitor.last_chat.clone(), ..channel }],
            last_chat: visitor.last_chat.clone(),
            import_ids: None,
            activity: visitor.activity.clone(),
            pre_registration: Some(false),
            enabled: true,
            created_at: now,
            updated_at: now,
            version: Version::FIRST,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::{LastChat, Source};

    const NOW: Timestamp = Timestamp::from_millis(9);

    fn made_from(visitor: &Visitor) -> Contact {
        let source = Source { kind: "api".into(), ..Source::default() };
        let channel = Channel::new(visitor.id.clone(), source);
        Contact::from_visitor("c1".into(), visitor, channel, None, Fields::default(), NOW)
    }

    fn visitor() -> Visitor {
        Visitor::new("v1".into(), "guest-2".into(), "t1".into(), Timestamp::from_millis(0))
    }

    #[test]
    fn all_that_the_visitor_has_is_taken_over() {
        let chat = LastChat { room_id: "r1".into(), ts: Timestamp::from_millis(1) };
        let visitor = Visitor {
            name: Some("Ada".into()),
            emails: Some(vec!["ada@x.org".into()]),
            phones: Some(vec!["1".into()]),
            last_chat: Some(chat.clone()),
            ..visitor()
        };
        let contact = made_from(&visitor);
        assert_eq!(contact.name.as_deref(), Some("Ada"));
        assert_eq!((&contact.emails, &contact.phones), (&visitor.emails, &visitor.phones));
        assert_eq!(contact.last_chat.as_ref(), Some(&chat));
        assert_eq!(contact.channels.first().and_then(|channel| channel.last_chat.as_ref()), Some(&chat));
        assert_eq!((contact.created_at, contact.pre_registration), (NOW, Some(false)));
    }

    #[test]
    fn whom_an_agent_answered_before_is_known() {
        for (activity, unknown) in
            [(None, true), (Some(vec![]), true), (Some(vec!["2026-01".to_owned()]), false)]
        {
            assert_eq!(made_from(&Visitor { activity, ..visitor() }).unknown, unknown);
        }
    }
}
