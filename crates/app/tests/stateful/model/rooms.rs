//! Conversations: how they begin, go on and end (visitors and conversations 3.1, 3.3, 3.4 and 3.8).

use super::{AGENTS, Inquiry, Model, Proofs, Room, no};
use crate::cast::Origin;
use crate::seen::{Answer, Said};

impl Room {
    pub(super) fn is_open(&self) -> bool {
        self.closing.is_none() && !self.is_removed
    }

    /// Somebody wrote something.
    fn heard(&mut self, text: String) {
        self.msgs += 1;
        self.messages.push(("", text.clone()));
        self.last_message = Some(text.clone());
        if let Some(inquiry) = &mut self.inquiry {
            inquiry.last_message = Some(text);
        }
    }
}

impl Model {
    pub(super) fn open_room(&self, visitor: usize) -> Option<usize> {
        self.rooms.iter().position(|room| room.visitor == visitor && room.is_open())
    }

    /// A conversation that was not removed.
    fn existing_room(&self, room: Option<usize>) -> Option<usize> {
        room.filter(|room| !self.rooms[*room].is_removed)
    }

    /// What it is called to its agent, and on the page of conversations.
    pub(super) fn call_room(&mut self, room: usize, name: &str) {
        name.clone_into(&mut self.rooms[room].fname);
    }

    /// What it is called in the queue and to its agent.
    pub(super) fn call_inquiry(&mut self, room: usize, name: &str) {
        let room = &mut self.rooms[room];
        if let Some(inquiry) = &mut room.inquiry {
            name.clone_into(&mut inquiry.name);
        }
        if let Some((_, called)) = &mut room.subscription {
            name.clone_into(called);
        }
    }

    pub(super) fn open(&mut self, token: &str, origin: Origin) -> Answer {
        let Some(visitor) = self.by_token(token) else { return no("no visitor has the token") };
        if let Some(room) = self.open_room(visitor) {
            self.events.push("an open conversation found");
            return Ok(self.room_said(room, false));
        }
        let before = self.clone();
        let contact = self.link(visitor, origin);
        let at = self.rooms.len();
        let person = &mut self.contacts[contact];
        person.last_chat = Some(at);
        let name = person.name.clone();
        let mut is_verified = false;
        for channel in &mut person.channels {
            if channel.visitor == visitor && channel.origin == origin {
                if channel.blocked {
                    *self = before;
                    return no("the channel is blocked");
                }
                channel.verified &= self.rules.proofs != Proofs::Always;
                channel.last_chat = Some(at);
                is_verified = channel.verified;
            }
        }
        self.visitors[visitor].last_chat = Some(at);
        let fname = name.unwrap_or_else(|| self.visitors[visitor].username.clone());
        let waits = self.rules.proofs != Proofs::Never && !is_verified;
        let status = if waits { "verifying" } else { "queued" };
        self.rooms.push(Room {
            visitor,
            contact,
            origin,
            fname: fname.clone(),
            verified: is_verified,
            active: self.contacts[contact].active,
            is_removed: false,
            closing: None,
            agent: None,
            msgs: 0,
            last_message: None,
            messages: vec![("livechat-started", String::new())],
            inquiry: Some(Inquiry { status, name: fname, last_message: None }),
            subscription: None,
        });
        Ok(self.room_said(at, true))
    }

    pub(super) fn message(
        &mut self,
        token: &str,
        room: Option<usize>,
        text: String,
        emails: &[String],
        phones: &[String],
    ) -> Answer {
        let Some(visitor) = self.by_token(token) else { return no("no visitor has the token") };
        let theirs = self.existing_room(room).filter(|room| self.rooms[*room].visitor == visitor);
        let Some(room) = theirs else { return no("there is no such conversation of the visitor") };
        if !self.rooms[room].is_open() {
            return no("the conversation is closed");
        }
        self.rooms[room].heard(text);
        let visitor = &mut self.visitors[visitor];
        for (list, found) in [(&mut visitor.emails, emails), (&mut visitor.phones, phones)] {
            for text in found {
                if !list.contains(text) {
                    self.events.push("a lead captured");
                    list.push(text.clone());
                }
            }
        }
        Ok(Said::Message(visitor.name.clone().unwrap_or_else(|| visitor.username.clone())))
    }

    pub(super) fn answer(&mut self, room: Option<usize>, text: String) -> Answer {
        let Some(room) = self.existing_room(room) else { return no("there is no such conversation") };
        let room = &mut self.rooms[room];
        if !room.is_open() {
            return no("the conversation is closed");
        }
        room.heard(text);
        room.active = true;
        self.contacts[room.contact].active = true;
        Ok(Said::Nothing)
    }

    pub(super) fn take(&mut self, agent: usize, room: Option<usize>) -> Answer {
        let open = self.existing_room(room).filter(|room| self.rooms[*room].is_open());
        let Some(room) = open else { return no("there is no such inquiry") };
        let (agent_before, visitor, origin) =
            (self.rooms[room].agent, self.rooms[room].visitor, self.rooms[room].origin);
        if agent_before.is_some() {
            return no("the inquiry is taken");
        }
        if AGENTS[agent] == "away" {
            return no("the agent is not online");
        }
        let contact = &self.contacts[self.rooms[room].contact];
        if self.rules.blocks_unknown && contact.unknown {
            return no("the contact is unknown");
        }
        let is_proven = contact
            .channels
            .iter()
            .any(|channel| channel.verified && channel.visitor == visitor && channel.origin == origin);
        if self.rules.blocks_unverified && !is_proven {
            return no("the channel is not verified");
        }
        let room = &mut self.rooms[room];
        room.agent = Some(agent);
        room.subscription = Some((agent, room.fname.clone()));
        room.messages.push(("command", "connected".to_owned()));
        room.messages.push(("uj", AGENTS[agent].to_owned()));
        if let Some(inquiry) = &mut room.inquiry {
            inquiry.status = "taken";
        }
        Ok(Said::Nothing)
    }

    pub(super) fn give_back(&mut self, room: Option<usize>) -> Answer {
        let Some(room) = self.existing_room(room) else { return no("there is no such conversation") };
        let room = &mut self.rooms[room];
        if !room.is_open() {
            return no("the conversation is closed");
        }
        if room.agent.take().is_none() {
            return Ok(Said::GivenBack(false));
        }
        self.events.push("given back to the queue");
        room.subscription = None;
        room.messages.push(("livechat_transfer_history", String::new()));
        if let Some(inquiry) = &mut room.inquiry {
            inquiry.status = "queued";
        }
        Ok(Said::GivenBack(true))
    }

    pub(super) fn close(&mut self, token: &str, room: Option<usize>, comment: String) -> Answer {
        let Some(visitor) = self.by_token(token) else { return no("there is no such visitor") };
        let theirs = self.existing_room(room).filter(|room| self.rooms[*room].visitor == visitor);
        let Some(room) = theirs else { return no("the conversation is not the visitor's") };
        if !self.rooms[room].is_open() {
            return no("the conversation is closed");
        }
        self.end(room, "visitor", comment);
        Ok(Said::Nothing)
    }

    pub(super) fn close_by_agent(&mut self, room: Option<usize>, comment: String) -> Answer {
        let Some(room) = self.existing_room(room) else { return no("there is no such conversation") };
        if !self.rooms[room].is_open() {
            return no("the conversation is closed");
        }
        if comment.trim().is_empty() {
            return no("a comment is required");
        }
        self.end(room, "user", comment);
        Ok(Said::Nothing)
    }

    /// It leaves the queue and its agent, and its last message says why.
    pub(super) fn end(&mut self, room: usize, closer: &'static str, comment: String) {
        let room = &mut self.rooms[room];
        room.closing = Some((closer, self.time));
        room.messages.push(("livechat-close", comment.clone()));
        room.last_message = Some(comment);
        room.inquiry = None;
        room.subscription = None;
    }
}
