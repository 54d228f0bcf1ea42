//! What the model shows.

use super::{AGENTS, Contact, Model, Room, Visitor};
use crate::cast::Cast;
use crate::seen::{ChannelSeen, ContactSeen, InquirySeen, RoomSeen, Said, Seen, VisitorSeen};

/// What contacts are looked for by at the end of a sequence, in letters of another case: one of each kind, as the
/// others are as likely to be theirs.
pub(crate) fn terms(cast: Cast) -> [String; 3] {
    [cast.address(0, 1), cast.number(0, 0), cast.name(0).to_uppercase()]
}

impl Model {
    /// All that can be seen.
    pub(crate) fn seen(&self, cast: Cast) -> Seen {
        Seen {
            visitors: (0..self.visitors.len())
                .map(|at| (!self.visitors[at].is_erased).then(|| self.visitor_shown(at)))
                .collect(),
            contacts: (0..self.contacts.len())
                .map(|at| self.contacts[at].is_there.then(|| self.contact_shown(at)))
                .collect(),
            histories: (0..self.contacts.len())
                .map(|at| self.contacts[at].is_there.then(|| self.history(at)))
                .collect(),
            rooms: self.rooms.iter().map(|room| (!room.is_removed).then(|| shown(room))).collect(),
            found: terms(cast).into_iter().map(|term| self.found(term)).collect(),
        }
    }

    pub(super) fn visitor_shown(&self, at: usize) -> VisitorSeen {
        let Visitor { token, username, name, emails, phones, last_chat, .. } = self.visitors[at].clone();
        VisitorSeen { token, username, name, emails, phones, last_chat }
    }

    pub(super) fn contact_shown(&self, at: usize) -> ContactSeen {
        let Contact {
            name, emails, phones, unknown, prepared, conflicts, channels, last_chat, active, ..
        } = self.contacts[at].clone();
        let channels = channels
            .into_iter()
            .map(|channel| ChannelSeen {
                name: channel.origin.label.unwrap_or(channel.origin.kind).to_owned(),
                visitor: channel.visitor,
                kind: channel.origin.kind.to_owned(),
                id: channel.origin.id.map(str::to_owned),
                blocked: channel.blocked,
                verified: channel.verified,
                proof: channel.proof,
                last_chat: channel.last_chat,
            })
            .collect();
        ContactSeen { name, emails, phones, unknown, prepared, conflicts, channels, last_chat, active }
    }

    pub(super) fn room_said(&self, at: usize, is_new: bool) -> Said {
        let room = &self.rooms[at];
        Said::Room {
            room: at,
            is_new,
            fname: room.fname.clone(),
            contact: Some(room.contact),
            verified: room.verified,
        }
    }

    fn history(&self, contact: usize) -> (Vec<usize>, u64) {
        let mut closed: Vec<_> = (self.rooms.iter().enumerate())
            .filter(|(_, room)| room.contact == contact && !room.is_removed)
            .filter_map(|(at, room)| Some((room.closing?.1, at)))
            .collect();
        closed.sort_unstable();
        let newest_first: Vec<_> = closed.into_iter().rev().map(|(_, at)| at).collect();
        let total = newest_first.len() as u64;
        (newest_first, total)
    }

    fn found(&self, term: String) -> (String, Vec<usize>, u64) {
        let wanted = term.trim().to_lowercase();
        let fits = |contact: &Contact| {
            let lists = contact.emails.iter().flatten().chain(contact.phones.iter().flatten());
            contact.is_there
                && contact.name.iter().chain(lists).any(|text| text.to_lowercase().contains(&wanted))
        };
        let found: Vec<_> = (0..self.contacts.len()).filter(|at| fits(&self.contacts[*at])).collect();
        let total = found.len() as u64;
        (term, found, total)
    }
}

fn shown(room: &Room) -> RoomSeen {
    RoomSeen {
        fname: room.fname.clone(),
        visitor: room.visitor,
        contact: Some(room.contact),
        kind: room.origin.kind.to_owned(),
        open: room.is_open(),
        closer: room.closing.map(|(closer, _)| closer),
        agent: room.agent.map(|agent| AGENTS[agent].to_owned()),
        verified: room.verified,
        active: room.active,
        msgs: room.msgs,
        last_message: room.last_message.clone(),
        messages: room.messages.iter().map(|(kind, text)| ((*kind).to_owned(), text.clone())).collect(),
        inquiry: room.inquiry.as_ref().map(|inquiry| InquirySeen {
            status: inquiry.status,
            name: inquiry.name.clone(),
            last_message: inquiry.last_message.clone(),
        }),
        subscriptions: room
            .subscription
            .iter()
            .map(|(agent, name)| (AGENTS[*agent].to_owned(), name.clone()))
            .collect(),
    }
}
