//! Guests who register themselves over the widget's side (contract, conversations 1.1).

use std::collections::BTreeSet;

use super::{Keeps, ManagerEmail, Visitor, VisitorManager, VisitorToken};
use crate::custom_field::{Assignment, CustomField, CustomFieldId};
use crate::id::VisitorId;
use crate::text::{self, CUSTOM_VALUE_LIMIT, CUSTOM_VALUES_LIMIT, OutOfBounds, TooMany};
use crate::time::Timestamp;
use crate::user::User;

/// The presence of a visitor who registers.
pub const ONLINE: &str = "online";

/// What a guest says of itself, in normal form. What is not said stays as it is stored.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GuestRegistration {
    /// The session's secret, chosen by the client.
    pub token: String,
    /// The display name.
    pub name: Option<String>,
    /// The e-mail address, trimmed and in lower case.
    pub email: Option<String>,
    /// The phone number, as given.
    pub phone: Option<String>,
    /// Id or name of the wanted department; by the time that a visitor is written, its id.
    pub department: Option<String>,
    /// The username, should a visitor arise.
    pub username: Option<String>,
    /// The id, should a visitor arise.
    pub id: Option<VisitorId>,
    /// Custom values, in the order given.
    pub custom_fields: Vec<Assignment>,
    /// Where the guest comes from; kept only where the operator collects it.
    pub connection: Connection,
}

/// Where a guest comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Connection {
    /// The browser.
    pub user_agent: Option<String>,
    /// The address.
    pub ip: Option<String>,
    /// The host that was asked for.
    pub host: Option<String>,
}

/// By what a guest was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognised {
    /// The token.
    ByToken,
    /// The phone number, exactly: the visitor keeps its own token.
    ByPhone,
    /// The e-mail address, exactly: the visitor gets the new token.
    ByEmail,
}

/// Why a guest is refused before anything is looked up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidGuest {
    /// The token is blank.
    #[error("the visitor token is blank")]
    BlankToken,
    /// A value could not be stored.
    #[error(transparent)]
    OutOfBounds(#[from] OutOfBounds),
}

/// Required custom fields that were not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("required custom fields are missing")]
pub struct MissingFields(pub Vec<CustomFieldId>);

impl GuestRegistration {
    /// Brings what was sent into normal form and checks its bounds. Blank names, addresses and numbers say nothing.
    ///
    /// # Errors
    /// [`InvalidGuest`].
    ///
    /// ```
    /// use omnicontact_domain::visitor::{GuestRegistration, InvalidGuest};
    /// let sent = GuestRegistration { token: " t1 ".into(), email: Some(" A@X.org".into()), ..Default::default() };
    /// let guest = sent.normalised().unwrap();
    /// assert_eq!((guest.token.as_str(), guest.email.as_deref()), ("t1", Some("a@x.org")));
    /// let blank = GuestRegistration { token: "  ".into(), ..Default::default() };
    /// assert_eq!(blank.normalised(), Err(InvalidGuest::BlankToken));
    /// ```
    pub fn normalised(mut self) -> Result<Self, InvalidGuest> {
        self.token = self.token.trim().to_owned();
        if self.token.is_empty() {
            return Err(InvalidGuest::BlankToken);
        }
        self.check_bounds()?;
        let said = |value: Option<String>| value.filter(|value| !value.trim().is_empty());
        self.name = said(self.name);
        self.phone = said(self.phone);
        self.department = said(self.department);
        self.username = said(self.username);
        self.email = said(self.email).as_deref().map(crate::email::normalised);
        self.id = self.id.filter(|id| !id.as_str().is_empty());
        Ok(self)
    }

    fn check_bounds(&self) -> Result<(), OutOfBounds> {
        text::check("token", &self.token, text::KEY_LIMIT)?;
        text::check("name", self.name.as_deref().unwrap_or_default(), text::NAME_LIMIT)?;
        for (field, value) in [
            ("email", self.email.as_deref()),
            ("phone", self.phone.as_deref()),
            ("department", self.department.as_deref()),
            ("username", self.username.as_deref()),
            ("id", self.id.as_ref().map(VisitorId::as_str)),
        ] {
            text::check(field, value.unwrap_or_default(), text::KEY_LIMIT)?;
        }
        if self.custom_fields.len() > CUSTOM_VALUES_LIMIT {
            return Err(TooMany { field: "customFields", limit: CUSTOM_VALUES_LIMIT }.into());
        }
        for assignment in &self.custom_fields {
            text::check("key", assignment.field.as_str(), text::KEY_LIMIT)?;
            text::check("value", &assignment.value, CUSTOM_VALUE_LIMIT)?;
        }
        Ok(())
    }

    /// The custom values that are stored: those of fields for visitors that are not hidden, in the order given. The
    /// others are dropped without a word, and no value is looked at.
    ///
    /// # Errors
    /// [`MissingFields`] when some values were sent, but not those of all required fields.
    pub fn assignments(&self, definitions: &[CustomField]) -> Result<Vec<&Assignment>, MissingFields> {
        if self.custom_fields.is_empty() {
            return Ok(Vec::new());
        }
        let sent: BTreeSet<_> = self.custom_fields.iter().map(|assignment| &assignment.field).collect();
        let asked = || definitions.iter().filter(|definition| definition.is_for_visitors());
        let missing: Vec<_> = asked()
            .filter(|definition| definition.is_required() && !sent.contains(&definition.id))
            .map(|definition| definition.id.clone())
            .collect();
        if !missing.is_empty() {
            return Err(MissingFields(missing));
        }
        let asked: BTreeSet<_> = asked().map(|definition| &definition.id).collect();
        Ok(self.custom_fields.iter().filter(|assignment| asked.contains(&assignment.field)).collect())
    }
}

impl VisitorManager {
    /// What a visitor remembers of the agent who manages its contact: nothing unless the agent is online, and has a
    /// username, a name and an e-mail address (contract, conversations 1.1.1). `idle_counts`: as in
    /// [`crate::conversation::AgentState::is_online`].
    #[must_use]
    pub fn of_online(agent: User, idle_counts: bool, now: Timestamp) -> Option<Self> {
        let agent = agent.at(now);
        if !agent.agent_state().is_online(idle_counts) || agent.emails.is_empty() {
            return None;
        }
        let (username, name) = (agent.username?, agent.name.filter(|name| !name.is_empty())?);
        let emails = agent.emails.into_iter();
        let emails =
            emails.map(|email| ManagerEmail { address: email.address, verified: email.verified }).collect();
        Some(Self { user_id: Some(agent.id), username, name: Some(name), emails: Some(emails) })
    }
}

impl Visitor {
    /// Writes what a recognised guest says. Nothing is cleared.
    pub fn greet(&mut self, guest: &GuestRegistration, recognised: Recognised, now: Timestamp) {
        match recognised {
            Recognised::ByToken | Recognised::ByEmail => {
                self.token = Some(VisitorToken::from(guest.token.as_str()));
            }
            Recognised::ByPhone => {}
        }
        self.write(guest, now);
    }

    /// The visitor that a guest becomes whom nobody recognises.
    #[must_use]
    pub fn from_guest(guest: &GuestRegistration, id: VisitorId, username: String, now: Timestamp) -> Self {
        let mut visitor = Self::new(id, username, guest.token.as_str().into(), now);
        visitor.write(guest, now);
        visitor
    }

    /// Keeps where the visitor comes from.
    pub fn trace(&mut self, connection: &Connection) {
        self.user_agent.clone_from(&connection.user_agent);
        self.ip.clone_from(&connection.ip);
        self.host.clone_from(&connection.host);
    }

    /// Takes custom values of a registration over. An empty stored value gives way.
    pub fn assign_all(&mut self, assignments: &[&Assignment], now: Timestamp) {
        for assignment in assignments {
            self.assign(assignment, Keeps::Truthy, now);
        }
    }

    fn write(&mut self, guest: &GuestRegistration, now: Timestamp) {
        self.status = Some(ONLINE.to_owned());
        if guest.name.is_some() {
            self.name.clone_from(&guest.name);
        }
        if let Some(address) = &guest.email {
            self.emails = Some(vec![address.clone()]);
        }
        if let Some(number) = &guest.phone {
            self.phones = Some(vec![number.clone()]);
        }
        if guest.department.is_some() {
            self.department.clone_from(&guest.department);
        }
        self.updated_at = now;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::custom_field::Scope;
    use crate::custom_field::test::definition;
    use crate::role::LIVECHAT_AGENT;
    use crate::user::{FormerPresence, LivechatStatus, Presence, PresenceStatus, UserEmail};

    const NOW: Timestamp = Timestamp::from_millis(9);

    fn guest() -> GuestRegistration {
        GuestRegistration { token: "new".into(), ..GuestRegistration::default() }
    }

    fn stored() -> Visitor {
        let visitor = Visitor::new("v1".into(), "guest-2".into(), "old".into(), Timestamp::from_millis(1));
        Visitor {
            name: Some("Ada".into()),
            emails: Some(vec!["ada@x.org".into()]),
            phones: Some(vec!["1".into()]),
            status: Some("offline".into()),
            ..visitor
        }
    }

    fn sent(field: &str) -> Assignment {
        Assignment { field: field.into(), value: "x".into(), overwrite: true }
    }

    #[test]
    fn a_visitor_keeps_its_token_only_when_its_number_was_recognised() {
        for (recognised, token) in
            [(Recognised::ByToken, "new"), (Recognised::ByPhone, "old"), (Recognised::ByEmail, "new")]
        {
            let mut visitor = stored();
            visitor.greet(&guest(), recognised, NOW);
            assert_eq!(visitor.token, Some(token.into()), "{recognised:?}");
        }
    }

    #[test]
    fn what_is_said_is_written_and_the_rest_stays() {
        let mut visitor = stored();
        let said = GuestRegistration { phone: Some("2".into()), ..guest() };
        visitor.greet(&said, Recognised::ByToken, NOW);
        let expected = Visitor {
            token: Some("new".into()),
            phones: Some(vec!["2".into()]),
            status: Some(ONLINE.into()),
            updated_at: NOW,
            ..stored()
        };
        assert_eq!(visitor, expected);
    }

    #[test]
    fn only_a_manager_who_is_online_and_has_all_that_is_shown_is_remembered() {
        let online = Presence { shown: PresenceStatus::Online, ..Presence::OFFLINE };
        let kim = User {
            username: Some("kim".into()),
            name: Some("Kim".into()),
            emails: vec![UserEmail { address: "kim@x.org".into(), verified: true }],
            roles: vec![LIVECHAT_AGENT.into()],
            livechat_status: Some(LivechatStatus::Available),
            presence: online.clone(),
            ..User::new("u1", NOW)
        };
        let named = VisitorManager::of_online(kim.clone(), true, NOW).unwrap();
        assert_eq!(
            (named.user_id, named.username.as_str(), named.name.as_deref()),
            (Some("u1".into()), "kim", Some("Kim"))
        );
        let emails = vec![ManagerEmail { address: "kim@x.org".into(), verified: true }];
        assert_eq!(named.emails, Some(emails));
        let away = Presence { shown: PresenceStatus::Away, ..online.clone() };
        let leaving = Presence {
            expires_at: Some(NOW),
            former: Some(FormerPresence { shown: PresenceStatus::Offline, chosen: None, text: None }),
            ..online
        };
        for other in [
            User { presence: away, ..kim.clone() },
            User { presence: leaving, ..kim.clone() },
            User { livechat_status: Some(LivechatStatus::NotAvailable), ..kim.clone() },
            User { roles: vec![], ..kim.clone() },
            User { active: false, ..kim.clone() },
            User { username: None, ..kim.clone() },
            User { name: None, ..kim.clone() },
            User { emails: vec![], ..kim.clone() },
        ] {
            assert_eq!(VisitorManager::of_online(other, false, NOW), None);
        }
    }

    #[test]
    fn required_fields_are_asked_for_only_where_some_values_are_sent() {
        let required = || definition("cf1", &[("required", true.into())]);
        let hidden =
            CustomField { visibility: "hidden".into(), ..definition("cf2", &[("required", true.into())]) };
        let room = CustomField { scope: Scope::Room, ..definition("cf3", &[]) };
        let definitions = [required(), hidden, room, definition("cf4", &[])];
        let with = |fields: &[&str]| GuestRegistration {
            custom_fields: fields.iter().map(|field| sent(field)).collect(),
            ..guest()
        };
        assert_eq!(with(&[]).assignments(&definitions), Ok(vec![]));
        assert_eq!(with(&["cf4"]).assignments(&definitions), Err(MissingFields(vec!["cf1".into()])));
        let all = with(&["cf4", "cf3", "nothing", "cf2", "cf1"]);
        let taken: Vec<_> = all.assignments(&definitions).unwrap();
        assert_eq!(taken, [&sent("cf4"), &sent("cf1")]);
    }

    #[test]
    fn bounds_are_named_by_their_field() {
        let long = GuestRegistration { phone: Some("1".repeat(text::KEY_LIMIT + 1)), ..guest() };
        assert!(long.normalised().unwrap_err().to_string().contains("phone"));
        let many = GuestRegistration { custom_fields: vec![sent("a"); CUSTOM_VALUES_LIMIT + 1], ..guest() };
        assert!(matches!(many.normalised(), Err(InvalidGuest::OutOfBounds(OutOfBounds::TooMany(_)))));
    }

    proptest! {
        #[test]
        fn a_registration_clears_nothing(
            name in proptest::option::of("[ a-z]{0,3}"),
            email in proptest::option::of("[ a-z@]{0,3}"),
            phone in proptest::option::of("[ 0-9]{0,3}"),
        ) {
            let said = GuestRegistration { name, email, phone, ..guest() }.normalised().unwrap();
            let mut visitor = stored();
            visitor.greet(&said, Recognised::ByToken, NOW);
            let full = |list: &Option<Vec<String>>| list.as_ref().is_some_and(|list| list.len() == 1);
            prop_assert!(visitor.name.is_some_and(|name| !name.trim().is_empty()));
            prop_assert!(full(&visitor.emails) && full(&visitor.phones));
            prop_assert_eq!(visitor.username.as_deref(), Some("guest-2"));
        }
    }
}
