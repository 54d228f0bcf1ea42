//! Registration and erasure of visitors (visitors and conversations 1.1 and 1.3).

use super::contacts::normal_address;
use super::{Model, Visitor, no};
use crate::seen::{Answer, Said};

impl Model {
    pub(super) fn register(
        &mut self,
        token: &str,
        username: String,
        name: Option<String>,
        email: Option<String>,
        phone: Option<String>,
    ) -> Answer {
        let token = token.trim().to_owned();
        if token.is_empty() {
            return no("the visitor token is blank");
        }
        let email = email.map(|email| normal_address(&email));
        let known = self.recognise(&token, email.as_ref(), phone.as_ref());
        let visitor = known.unwrap_or_else(|| {
            self.visitors.push(Visitor {
                token,
                username,
                name: None,
                emails: Vec::new(),
                phones: Vec::new(),
                last_chat: None,
                is_erased: false,
            });
            self.visitors.len() - 1
        });
        let said = &mut self.visitors[visitor];
        if name.is_some() {
            said.name.clone_from(&name);
        }
        said.emails = email.map_or_else(|| said.emails.clone(), |email| vec![email]);
        said.phones = phone.map_or_else(|| said.phones.clone(), |phone| vec![phone]);
        // Its contacts take over all that it has said so far.
        let said = said.clone();
        for contact in self.contacts_of(visitor) {
            self.hear(contact, &said);
        }
        // Its open conversation is called as it called itself just now.
        if let (Some(name), Some(room)) = (name, self.open_room(visitor)) {
            self.call_room(room, &name);
            self.call_inquiry(room, &name);
        }
        Ok(Said::Visitor(visitor, self.visitor_shown(visitor)))
    }

    /// By token, else by number, else by address; only an address replaces the token.
    fn recognise(&mut self, token: &str, email: Option<&String>, phone: Option<&String>) -> Option<usize> {
        let find = |fits: &dyn Fn(&Visitor) -> bool| {
            self.visitors.iter().position(|visitor| !visitor.is_erased && fits(visitor))
        };
        if let Some(known) = find(&|visitor| visitor.token == token) {
            self.events.push("recognised by token");
            return Some(known);
        }
        if let Some(known) = phone.and_then(|phone| find(&|visitor| visitor.phones.contains(phone))) {
            self.events.push("recognised by number");
            return Some(known);
        }
        let known = email.and_then(|email| find(&|visitor| visitor.emails.contains(email)))?;
        self.events.push("recognised by address");
        token.clone_into(&mut self.visitors[known].token);
        Some(known)
    }

    /// Nobody finds an erased one by its token.
    pub(super) fn by_token(&self, token: &str) -> Option<usize> {
        self.visitors.iter().position(|visitor| !visitor.is_erased && visitor.token == token)
    }

    pub(super) fn erase_visitor(&mut self, token: &str) -> Answer {
        let Some(visitor) = self.by_token(token) else { return no("no visitor has the token") };
        if !self.rules.erases_open && self.open_room(visitor).is_some() {
            return no("a conversation is open");
        }
        for contact in self.contacts_of(visitor) {
            self.erase(contact);
        }
        self.erase_one(visitor);
        Ok(Said::Nothing)
    }

    /// A visitor goes with all its conversations.
    pub(super) fn erase_one(&mut self, visitor: usize) {
        for room in self.rooms.iter_mut().filter(|room| room.visitor == visitor) {
            if room.closing.is_none() && !room.is_removed {
                self.events.push("an open conversation erased");
            }
            room.is_removed = true;
        }
        self.visitors[visitor].is_erased = true;
    }
}
