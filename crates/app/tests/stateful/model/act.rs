//! What a step means where it is played: whose, which one, and in which words.

use super::Model;
use crate::cast::{Cast, NOWHERE, ORIGINS, Origin, TOKENS};
use crate::step::{Mention, NOBODY, Step, Who};

/// A channel that is named. Nobody's visitor has no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Channel {
    pub(crate) visitor: Option<usize>,
    pub(crate) origin: Origin,
}

/// A step with its parts. Records that do not exist have no number.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Register {
        token: String,
        username: String,
        name: Option<String>,
        email: Option<String>,
        phone: Option<String>,
    },
    Open {
        token: String,
        origin: Origin,
    },
    Message {
        token: String,
        room: Option<usize>,
        text: String,
        emails: Vec<String>,
        phones: Vec<String>,
    },
    Answer {
        room: Option<usize>,
        text: String,
    },
    Take {
        agent: usize,
        room: Option<usize>,
    },
    GiveBack {
        room: Option<usize>,
    },
    Close {
        token: String,
        room: Option<usize>,
        comment: String,
    },
    CloseByAgent {
        room: Option<usize>,
        comment: String,
    },
    Prepare {
        name: String,
        emails: Vec<String>,
        phones: Vec<String>,
    },
    Update {
        contact: Option<usize>,
        name: Option<String>,
        emails: Option<Vec<String>>,
        wipes: bool,
    },
    Verify {
        contact: Option<usize>,
        channel: Channel,
        value: String,
    },
    Block {
        channel: Channel,
    },
    Unblock {
        channel: Channel,
    },
    EraseVisitor {
        token: String,
    },
    EraseContact {
        contact: Option<usize>,
    },
}

impl Act {
    /// What is counted as one kind of step.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Register { .. } => "register",
            Self::Open { .. } => "open",
            Self::Message { .. } => "message",
            Self::Answer { .. } => "answer",
            Self::Take { .. } => "take",
            Self::GiveBack { .. } => "give back",
            Self::Close { .. } => "close",
            Self::CloseByAgent { .. } => "close by agent",
            Self::Prepare { .. } => "prepare",
            Self::Update { .. } => "update",
            Self::Verify { .. } => "verify",
            Self::Block { .. } => "block",
            Self::Unblock { .. } => "unblock",
            Self::EraseVisitor { .. } => "erase visitor",
            Self::EraseContact { .. } => "erase contact",
        }
    }
}

impl Model {
    /// The step as it is meant now.
    pub(crate) fn resolve(&self, cast: Cast, step: &Step) -> Act {
        match *step {
            Step::Register { token, name, email, phone } => Act::Register {
                token: cast.token(token),
                username: cast.username(token),
                name: name.map(|which| cast.name(which)),
                email: email.map(|(which, spelling)| cast.address(which, spelling)),
                phone: phone.map(|(which, spelling)| cast.number(which, spelling)),
            },
            Step::Open { who, origin } => {
                Act::Open { token: self.someone(cast, who), origin: ORIGINS[origin] }
            }
            Step::Message { who, room, mentions } => {
                let room = newest(self.rooms.len(), room);
                let (text, emails, phones) = said(cast, mentions, self.time);
                Act::Message { token: self.who(cast, who, room), room, text, emails, phones }
            }
            Step::Answer { room } => {
                Act::Answer { room: newest(self.rooms.len(), room), text: format!("answer {}", self.time) }
            }
            Step::Take { agent, room } => Act::Take { agent, room: newest(self.rooms.len(), room) },
            Step::GiveBack { room } => Act::GiveBack { room: newest(self.rooms.len(), room) },
            Step::Close { who, room } => {
                let room = newest(self.rooms.len(), room);
                Act::Close { token: self.who(cast, who, room), room, comment: "thank you".to_owned() }
            }
            Step::CloseByAgent { room, comments } => {
                let comment = if comments { "solved" } else { " " };
                Act::CloseByAgent { room: newest(self.rooms.len(), room), comment: comment.to_owned() }
            }
            Step::Prepare { name, email, phone } => Act::Prepare {
                name: cast.name(name),
                emails: email.into_iter().map(|(which, spelling)| cast.address(which, spelling)).collect(),
                phones: phone.into_iter().map(|(which, spelling)| cast.number(which, spelling)).collect(),
            },
            Step::Update { contact, name, email, wipes } => Act::Update {
                contact: newest(self.contacts.len(), contact),
                name: name.map(|which| cast.name(which)),
                emails: email.map(|(which, spelling)| vec![cast.address(which, spelling)]),
                wipes,
            },
            Step::Verify { contact, channel, value: (which, spelling) } => {
                let contact = newest(self.contacts.len(), contact);
                let value = cast.address(which, spelling);
                Act::Verify { contact, channel: self.channel(contact, channel), value }
            }
            Step::Block { contact, channel } => {
                Act::Block { channel: self.channel(newest(self.contacts.len(), contact), channel) }
            }
            Step::Unblock { contact, channel } => {
                Act::Unblock { channel: self.channel(newest(self.contacts.len(), contact), channel) }
            }
            Step::EraseVisitor { who } => Act::EraseVisitor { token: self.someone(cast, who) },
            Step::EraseContact { contact } => {
                Act::EraseContact { contact: newest(self.contacts.len(), contact) }
            }
        }
    }

    /// The token of some visitor, if there are any; that of an erased one is the last it had. The last number means
    /// a token that nobody may have.
    fn someone(&self, cast: Cast, who: usize) -> String {
        let visitor = if who == NOBODY { None } else { newest(self.visitors.len(), who) };
        visitor.map_or_else(|| cast.token(TOKENS - 1), |visitor| self.visitors[visitor].token.clone())
    }

    fn who(&self, cast: Cast, who: Who, room: Option<usize>) -> String {
        match (who, room) {
            (Who::Theirs, Some(room)) => self.visitors[self.rooms[room].visitor].token.clone(),
            (Who::Theirs, None) => self.someone(cast, 0),
            (Who::Some(who), _) => self.someone(cast, who),
        }
    }

    /// Some channel of the contact; else that of the newest visitor; beyond all of them one that nobody has.
    fn channel(&self, contact: Option<usize>, which: usize) -> Channel {
        let channels = contact.map_or(&[][..], |contact| &self.contacts[contact].channels);
        let newest_visitor = self.visitors.len().checked_sub(1);
        if which == usize::MAX {
            return Channel { visitor: newest_visitor, origin: NOWHERE };
        }
        match which.checked_rem(channels.len()) {
            Some(which) => Channel { visitor: Some(channels[which].visitor), origin: channels[which].origin },
            None => Channel { visitor: newest_visitor, origin: ORIGINS[0] },
        }
    }
}

/// The number of a record, counted from the newest on; none where there are none.
fn newest(count: usize, back: usize) -> Option<usize> {
    back.checked_rem(count).map(|back| count - 1 - back)
}

/// The words of a message, with the addresses and the numbers in it as they stand there.
fn said(cast: Cast, mentions: Mention, time: u64) -> (String, Vec<String>, Vec<String>) {
    match mentions {
        Mention::Nothing => (format!("hello {time}"), vec![], vec![]),
        Mention::Address((which, spelling)) => {
            let address = cast.address(which, spelling);
            let found = if address.contains('@') { vec![address.trim().to_owned()] } else { vec![] };
            (format!("write to {address} please"), found, vec![])
        }
        Mention::Number(which) => {
            let number = cast.number(which, 2);
            (format!("call {number} please"), vec![], vec![number])
        }
    }
}
