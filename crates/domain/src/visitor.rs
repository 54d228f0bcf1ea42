//! Visitors: the "contacts" of the first API (contract, contacts 4.2, 6.1 and conversations 6.1).

mod assign;
mod edit;
mod erase;
mod guest;
mod keys;
mod lead;
mod search;

pub use assign::Keeps;
pub use edit::VisitorInfo;
pub use guest::{Connection, GuestRegistration, InvalidGuest, MissingFields, ONLINE, Recognised};
pub use keys::VisitorKeys;
pub use lead::{DEFAULT_EMAIL_PATTERN, DEFAULT_PHONE_PATTERN, LeadPatterns, Leads};
pub use search::{VisitorOrder, VisitorSearch, VisitorTexts, name_key, telling_parts};

use crate::contact::LastChat;
use crate::id::{UserId, VisitorId, text_id};
use crate::text::{self, TextError};
use crate::time::Timestamp;
use crate::value::Fields;
use crate::version::Version;

text_id! {
    /// The secret of a visitor's widget session, chosen by the client. It is also the key under which
    /// `POST omnichannel/contact` finds the visitor.
    VisitorToken
}

/// The agent who is responsible for a visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct VisitorManager {
    /// The agent's user id, where it was recorded.
    #[cfg_attr(feature = "serde", serde(rename = "_id", default, skip_serializing_if = "Option::is_none"))]
    pub user_id: Option<UserId>,
    /// The agent's username.
    pub username: String,
    /// The agent's name, where it was recorded.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub name: Option<String>,
    /// The agent's e-mail addresses, where they were recorded.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub emails: Option<Vec<ManagerEmail>>,
}

/// An e-mail address of a visitor's manager.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ManagerEmail {
    /// The address.
    pub address: String,
    /// Whether the agent proved to own it.
    pub verified: bool,
}

/// The agent who served a visitor last.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct LastAgent {
    /// The agent's user id.
    pub agent_id: UserId,
    /// The agent's username.
    pub username: String,
    /// When the agent took the conversation.
    pub ts: Timestamp,
}

/// A person behind one widget session or one sender, as the conversations see them.
///
/// Of an erased visitor ([`Visitor::erase`]) nothing personal is left.
#[derive(Debug, Clone, PartialEq)]
pub struct Visitor {
    /// Who it is.
    pub id: VisitorId,
    /// `guest-<n>` unless given. `None` after erasure.
    pub username: Option<String>,
    /// When the visitor was first seen. `None` after erasure.
    pub ts: Option<Timestamp>,
    /// The secret of the session. `None` after erasure.
    pub token: Option<VisitorToken>,
    /// The display name, as given; may be empty.
    pub name: Option<String>,
    /// Phone numbers, verbatim. The first API writes one at most.
    pub phones: Option<Vec<String>>,
    /// E-mail addresses, trimmed and in lower case. The first API writes one at most.
    pub emails: Option<Vec<String>>,
    /// Id of the last department.
    pub department: Option<String>,
    /// Custom values by field id.
    pub livechat_data: Option<Fields>,
    /// The responsible agent.
    pub manager: Option<VisitorManager>,
    /// The newest conversation.
    pub last_chat: Option<LastChat>,
    /// The agent who served last.
    pub last_agent: Option<LastAgent>,
    /// `online`, `away`, `busy`, `offline`.
    pub status: Option<String>,
    /// Months (`YYYY-MM`) with an answered conversation.
    pub activity: Option<Vec<String>>,
    /// The browser, when header collection is enabled.
    pub user_agent: Option<String>,
    /// The address, when header collection is enabled.
    pub ip: Option<String>,
    /// The host header, when header collection is enabled.
    pub host: Option<String>,
    /// Identities on other platforms, kept as apps wrote them.
    pub external_ids: Option<Vec<crate::value::Value>>,
    /// Whether the visitor was erased.
    pub disabled: bool,
    /// When the visitor was last written.
    pub updated_at: Timestamp,
    /// Which write of the visitor this is.
    pub version: Version,
}

/// What `POST omnichannel/contact` says of a visitor, in normal form.
#[derive(Debug, Clone, PartialEq)]
pub struct Registration {
    /// The session's secret.
    pub token: VisitorToken,
    /// The display name, stored as given.
    pub name: String,
    /// The e-mail address, trimmed and in lower case. `Some("")`, like `None`, removes the stored one.
    pub email: Option<String>,
    /// The phone number, stored as given. `Some("")` removes the stored one, `None` leaves it.
    pub phone: Option<String>,
    /// The username of a new visitor.
    pub username: Option<String>,
    /// The responsible agent. `None` removes the stored one.
    pub manager: Option<VisitorManager>,
}

/// Why a registration is refused before anything is looked up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRegistration {
    /// The token is empty.
    #[error("the visitor token is empty")]
    EmptyToken,
    /// A text could not be stored.
    #[error(transparent)]
    Text(#[from] TextError),
}

impl Registration {
    /// Brings what was sent into normal form and checks its bounds.
    ///
    /// # Errors
    /// [`InvalidRegistration`].
    ///
    /// ```
    /// use omnicontact_domain::visitor::{InvalidRegistration, Registration};
    /// let sent = Registration {
    ///     token: "w7k2pq0v9".into(),
    ///     name: "Mara Lindt".into(),
    ///     email: Some(" Mara.Lindt@Example.org ".into()),
    ///     phone: None,
    ///     username: None,
    ///     manager: None,
    /// };
    /// assert_eq!(sent.clone().normalised().unwrap().email.as_deref(), Some("mara.lindt@example.org"));
    /// let nobody = Registration { token: "".into(), ..sent };
    /// assert_eq!(nobody.normalised(), Err(InvalidRegistration::EmptyToken));
    /// ```
    pub fn normalised(mut self) -> Result<Self, InvalidRegistration> {
        if self.token.as_str().is_empty() {
            return Err(InvalidRegistration::EmptyToken);
        }
        text::check("token", self.token.as_str(), text::KEY_LIMIT)?;
        text::check("name", &self.name, text::NAME_LIMIT)?;
        for (field, value) in [("email", &self.email), ("phone", &self.phone), ("username", &self.username)] {
            text::check(field, value.as_deref().unwrap_or_default(), text::KEY_LIMIT)?;
        }
        self.email = self.email.as_deref().map(crate::email::normalised);
        Ok(self)
    }

    /// The address under which an existing visitor is found when the token finds none.
    #[must_use]
    pub fn lookup_email(&self) -> Option<&str> {
        self.email.as_deref().filter(|address| !address.is_empty())
    }
}

impl Visitor {
    /// A visitor that nobody has seen before, with nothing but an identity.
    #[must_use]
    pub fn new(id: VisitorId, username: String, token: VisitorToken, now: Timestamp) -> Self {
        Self {
            id,
            username: Some(username),
            ts: Some(now),
            token: Some(token),
            name: None,
            phones: None,
            emails: None,
            department: None,
            livechat_data: None,
            manager: None,
            last_chat: None,
            last_agent: None,
            status: None,
            activity: None,
            user_agent: None,
            ip: None,
            host: None,
            external_ids: None,
            disabled: false,
            updated_at: now,
            version: Version::FIRST,
        }
    }

    /// Writes a registration into the visitor (contract, contacts 6.1, step 7): token and name are set,
    /// custom values replaced as a whole, e-mail and manager removed unless given, the phone number removed
    /// only when given empty. The username never changes.
    pub fn register(&mut self, registration: &Registration, values: Fields, now: Timestamp) {
        self.token = Some(registration.token.clone());
        self.name = Some(registration.name.clone());
        self.livechat_data = Some(values);
        match registration.phone.as_deref() {
            None => {}
            Some("") => self.phones = None,
            Some(number) => self.phones = Some(vec![number.to_owned()]),
        }
        self.emails = registration.lookup_email().map(|address| vec![address.to_owned()]);
        self.manager.clone_from(&registration.manager);
        self.updated_at = now;
    }
}

/// The username of the guest with that number.
#[must_use]
pub fn guest_username(number: u64) -> String {
    format!("guest-{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> Visitor {
        let mut visitor = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), Timestamp::from_millis(1));
        let mut values = Fields::default();
        values.set("plan", "gold");
        let manager = VisitorManager { user_id: None, username: "kim.jane".into(), name: None, emails: None };
        let all = Registration {
            phone: Some("+1".into()),
            email: Some("a@x".into()),
            manager: Some(manager),
            ..said("t1")
        };
        visitor.register(&all, values, Timestamp::from_millis(2));
        visitor
    }

    fn said(token: &str) -> Registration {
        Registration {
            token: token.into(),
            name: "Chris".into(),
            email: None,
            phone: None,
            username: Some("ignored".into()),
            manager: None,
        }
    }

    #[test]
    fn everything_given_is_stored() {
        let visitor = stored();
        assert_eq!(visitor.name.as_deref(), Some("Chris"));
        assert_eq!(visitor.phones, Some(vec!["+1".to_owned()]));
        assert_eq!(visitor.emails, Some(vec!["a@x".to_owned()]));
        assert_eq!(visitor.username.as_deref(), Some("guest-2"));
        assert_eq!(visitor.updated_at, Timestamp::from_millis(2));
        assert_eq!(visitor.ts, Some(Timestamp::from_millis(1)));
    }

    #[test]
    fn omitting_removes_email_manager_and_values_but_not_the_phone() {
        let mut visitor = stored();
        visitor.register(&said("t2"), Fields::default(), Timestamp::from_millis(3));
        assert_eq!(visitor.token, Some("t2".into()));
        assert_eq!((visitor.emails, visitor.manager), (None, None));
        assert_eq!(visitor.livechat_data, Some(Fields::default()));
        assert_eq!(visitor.phones, Some(vec!["+1".to_owned()]));
    }

    #[test]
    fn empty_texts_remove_email_and_phone_and_set_an_empty_name() {
        let mut visitor = stored();
        let empty = Registration {
            name: String::new(),
            email: Some(String::new()),
            phone: Some(String::new()),
            ..said("t1")
        };
        visitor.register(&empty.normalised().unwrap(), Fields::default(), Timestamp::from_millis(3));
        assert_eq!((visitor.emails, visitor.phones), (None, None));
        assert_eq!(visitor.name.as_deref(), Some(""));
    }

    #[test]
    fn a_blank_email_finds_nobody() {
        let blank = Registration { email: Some("   ".into()), ..said("t1") };
        assert_eq!(blank.normalised().unwrap().lookup_email(), None);
    }

    #[test]
    fn too_long_a_text_is_refused_by_name() {
        let long = Registration { phone: Some("1".repeat(513)), ..said("t1") };
        assert_eq!(
            long.normalised().unwrap_err().to_string(),
            "the value of field phone is longer than 512 characters"
        );
    }
}
