//! Contacts: how one is found for a conversation, what is said of it, proofs, blocks and erasure (contacts 7 and 8).

use super::act::Channel as Wanted;
use super::{Channel, Contact, Model, Visitor, no};
use crate::cast::Origin;
use crate::seen::{Answer, Said};

/// As registration keeps an address.
pub(super) fn normal_address(address: &str) -> String {
    address.trim().to_lowercase()
}

fn is_address(text: &str) -> bool {
    let parts: Vec<_> = text.split('@').collect();
    parts.len() == 2 && parts.iter().all(|part| !part.is_empty())
}

/// The canonical key of a number (decision 5): its digits, and whether a country code is among them.
fn line(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if number.starts_with('+') { format!("+{digits}") } else { digits }
}

/// Adds what is new by its key to a list.
fn unite(list: &mut Option<Vec<String>>, said: &[String], key: fn(&str) -> String) {
    for text in said {
        let known = list.get_or_insert_default();
        if !known.iter().any(|known| key(known) == key(text)) {
            known.push(text.clone());
        }
    }
}

impl Contact {
    fn conflict(&mut self, value: String, events: &mut Vec<&'static str>) {
        let conflict = ("name".to_owned(), value);
        let recorded = self.conflicts.get_or_insert_default();
        if !recorded.contains(&conflict) {
            events.push("a name in conflict");
            recorded.push(conflict);
        }
    }

    fn channel(&mut self, visitor: usize, origin: Origin) -> Option<&mut Channel> {
        self.channels.iter_mut().find(|channel| channel.visitor == visitor && channel.origin == origin)
    }
}

impl Model {
    pub(super) fn contacts_of(&self, visitor: usize) -> Vec<usize> {
        let has = |contact: &Contact| contact.channels.iter().any(|channel| channel.visitor == visitor);
        (0..self.contacts.len()).filter(|at| has(&self.contacts[*at])).collect()
    }

    fn owner(&self, wanted: Wanted) -> Option<usize> {
        let is_it =
            |channel: &Channel| Some(channel.visitor) == wanted.visitor && channel.origin == wanted.origin;
        self.contacts.iter().position(|contact| contact.channels.iter().any(is_it))
    }

    /// What a visitor says of itself flows into a contact (8.3 and 8.5).
    pub(super) fn hear(&mut self, contact: usize, visitor: &Visitor) {
        let contact = &mut self.contacts[contact];
        match (&visitor.name, &contact.name) {
            (Some(name), Some(own)) if !contact.unknown => {
                if name != own {
                    contact.conflict(name.clone(), &mut self.events);
                }
            }
            (Some(name), own) => {
                if own.is_some() && own.as_ref() != Some(name) {
                    self.events.push("an unknown contact renamed");
                }
                contact.name = Some(name.clone());
            }
            (None, Some(_)) => {}
            (None, None) => contact.name = Some(visitor.username.clone()),
        }
        let emails: Vec<_> = visitor
            .emails
            .iter()
            .map(|email| normal_address(email))
            .filter(|email| is_address(email))
            .collect();
        unite(&mut contact.emails, &emails, normal_address);
        unite(&mut contact.phones, &visitor.phones, line);
    }

    /// The contact of a conversation that begins (8.1). A new channel comes with it.
    pub(super) fn link(&mut self, visitor: usize, origin: Origin) -> usize {
        if let Some(known) = self.owner(Wanted { visitor: Some(visitor), origin }) {
            return known;
        }
        let said = self.visitors[visitor].clone();
        let channel =
            Channel { visitor, origin, blocked: false, verified: false, proof: None, last_chat: None };
        if let Some(prepared) = self.contacts.iter().position(|contact| is_prepared_for(contact, &said)) {
            self.events.push("adopted");
            self.hear(prepared, &said);
            self.contacts[prepared].prepared = false;
            self.contacts[prepared].channels.push(channel);
            return prepared;
        }
        let some = |list: Vec<String>| (!list.is_empty()).then_some(list);
        self.contacts.push(Contact {
            is_there: true,
            prepared: false,
            name: Some(said.name.unwrap_or(said.username)),
            emails: some(said.emails),
            phones: some(said.phones),
            unknown: true,
            conflicts: None,
            channels: vec![channel],
            last_chat: None,
            active: false,
        });
        self.contacts.len() - 1
    }

    pub(super) fn prepare(&mut self, name: String, emails: Vec<String>, phones: Vec<String>) -> Said {
        self.contacts.push(Contact {
            is_there: true,
            prepared: true,
            name: Some(name),
            emails: Some(emails),
            phones: Some(phones),
            unknown: false,
            conflicts: None,
            channels: Vec::new(),
            last_chat: None,
            active: false,
        });
        Said::Made(self.contacts.len() - 1)
    }

    fn existing(&self, contact: Option<usize>) -> Result<usize, String> {
        let found = contact.filter(|contact| self.contacts[*contact].is_there);
        found.map_or_else(|| no("there is no such contact"), Ok)
    }

    pub(super) fn update(
        &mut self,
        contact: Option<usize>,
        name: Option<String>,
        emails: Option<Vec<String>>,
        wipes: bool,
    ) -> Answer {
        let at = self.existing(contact)?;
        let contact = &mut self.contacts[at];
        if name.is_none() && emails.is_none() && !wipes {
            return Ok(Said::Contact(self.contact_shown(at)));
        }
        contact.unknown = false;
        if wipes && let Some(conflicts) = &mut contact.conflicts {
            self.wiped += conflicts.len() as u64;
            conflicts.clear();
        }
        contact.emails = emails.or_else(|| contact.emails.take());
        if let Some(name) = name.filter(|name| contact.name.as_ref() != Some(name)) {
            contact.name = Some(name.clone());
            let visitors: Vec<_> = contact.channels.iter().map(|channel| channel.visitor).collect();
            for room in 0..self.rooms.len() {
                // Its conversations, and whatever its visitors have in the queue or with an agent (5.4).
                if self.rooms[room].contact == at {
                    self.events.push("a conversation renamed by its contact");
                    self.rooms[room].fname.clone_from(&name);
                }
                if visitors.contains(&self.rooms[room].visitor) {
                    self.call_inquiry(room, &name);
                }
            }
        }
        Ok(Said::Contact(self.contact_shown(at)))
    }

    pub(super) fn verify(&mut self, contact: Option<usize>, channel: Wanted, value: &str) -> Answer {
        let at = self.existing(contact)?;
        let value = value.to_lowercase();
        let found = channel.visitor.and_then(|visitor| self.contacts[at].channel(visitor, channel.origin));
        let Some(found) = found else { return no("the contact has no such channel") };
        found.verified = true;
        found.proof = Some(value.clone());
        let proves = |contact: &Contact| {
            contact.channels.iter().any(|channel| channel.verified && channel.proof.as_ref() == Some(&value))
        };
        let same: Vec<_> =
            (0..self.contacts.len()).filter(|other| *other != at && proves(&self.contacts[*other])).collect();
        for other in &same {
            self.absorb(at, *other);
        }
        self.release(channel);
        Ok(Said::Verified(self.contact_shown(at), same))
    }

    /// The other contact is the same person, and is no more (8.6).
    fn absorb(&mut self, at: usize, other: usize) {
        self.events.push("merged");
        self.merged += 1;
        let gone = std::mem::replace(&mut self.contacts[other], erased());
        let contact = &mut self.contacts[at];
        if let Some(name) = &gone.name
            && contact.name.as_ref() != Some(name)
        {
            contact.conflict(name.clone(), &mut self.events);
        }
        for (field, value) in gone.conflicts.into_iter().flatten() {
            if field == "name" && contact.name.as_ref() != Some(&value) {
                contact.conflict(value, &mut self.events);
            }
        }
        unite(&mut contact.emails, &gone.emails.unwrap_or_default(), normal_address);
        unite(&mut contact.phones, &gone.phones.unwrap_or_default(), line);
        contact.channels.extend(gone.channels);
        contact.active |= gone.active;
        contact.prepared = false;
        // Conversations are numbered in the order in which they began.
        contact.last_chat = contact.last_chat.max(gone.last_chat);
        for room in self.rooms.iter_mut().filter(|room| room.contact == other) {
            room.contact = at;
        }
    }

    /// The open conversation on a channel that is proven now goes into the queue where it waited.
    fn release(&mut self, channel: Wanted) {
        let open = channel.visitor.and_then(|visitor| self.open_room(visitor));
        let Some(room) = open.filter(|room| self.rooms[*room].origin == channel.origin) else { return };
        let room = &mut self.rooms[room];
        room.verified = true;
        if let Some(inquiry) = &mut room.inquiry
            && inquiry.status == "verifying"
        {
            self.events.push("let into the queue");
            inquiry.status = "queued";
        }
    }

    pub(super) fn block(&mut self, wanted: Wanted) -> Answer {
        let Some(owner) = self.owner(wanted) else { return no("there is no such contact") };
        let visitor = wanted.visitor.filter(|visitor| !self.visitors[*visitor].is_erased);
        let Some(visitor) = visitor else { return no("the visitor of the channel is gone") };
        if let Some(channel) = self.contacts[owner].channel(visitor, wanted.origin) {
            channel.blocked = true;
        }
        let open = self.open_room(visitor).filter(|room| self.rooms[*room].origin == wanted.origin);
        if let Some(room) = open {
            self.events.push("closed by a block");
            self.end(room, "user", "This channel has been blocked".to_owned());
        }
        Ok(Said::Nothing)
    }

    pub(super) fn unblock(&mut self, wanted: Wanted) -> Answer {
        let Some(owner) = self.owner(wanted) else { return no("there is no such contact") };
        let channel = wanted.visitor.and_then(|visitor| self.contacts[owner].channel(visitor, wanted.origin));
        if let Some(channel) = channel {
            channel.blocked = false;
        }
        Ok(Said::Nothing)
    }

    pub(super) fn erase_contact(&mut self, contact: Option<usize>) -> Answer {
        let at = self.existing(contact)?;
        let is_open = |room: &super::Room| room.contact == at && room.is_open();
        if !self.rules.erases_open && self.rooms.iter().any(is_open) {
            return no("the contact has an open conversation");
        }
        self.erase(at);
        Ok(Said::Nothing)
    }

    /// A contact goes with the visitors of all its channels and with all conversations of them and of its own.
    pub(super) fn erase(&mut self, contact: usize) {
        let gone = std::mem::replace(&mut self.contacts[contact], erased());
        for channel in gone.channels {
            self.erase_one(channel.visitor);
        }
        for room in self.rooms.iter_mut().filter(|room| room.contact == contact) {
            room.is_removed = true;
        }
    }
}

/// Prepared by hand, with an address or a number of the visitor's.
fn is_prepared_for(contact: &Contact, visitor: &Visitor) -> bool {
    let shares = |own: &Option<Vec<String>>, said: &[String], key: fn(&str) -> String| {
        own.iter().flatten().any(|own| said.iter().any(|said| key(own) == key(said)))
    };
    contact.prepared
        && (shares(&contact.emails, &visitor.emails, normal_address)
            || shares(&contact.phones, &visitor.phones, line))
}

/// What is left of a contact.
fn erased() -> Contact {
    Contact {
        is_there: false,
        prepared: false,
        name: None,
        emails: None,
        phones: None,
        unknown: false,
        conflicts: None,
        channels: Vec::new(),
        last_chat: None,
        active: false,
    }
}
