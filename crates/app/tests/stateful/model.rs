//! What visitors, contacts and conversations are, told as plainly as it can be: lists in memory and the sentences of the
//! contract (contacts 8; visitors and conversations 1.1, 1.3, 3.1, 3.3, 3.4, 3.8). Deliberately independent of the rules
//! in `domain`, which it judges.

mod act;
mod contacts;
mod rooms;
mod shown;
mod visitors;

use crate::cast::Origin;
use crate::seen::Answer;

pub(crate) use act::{Act, Channel as WantedChannel};
pub(crate) use shown::terms;

/// Who proves a channel before a conversation on it is let into the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proofs {
    Never,
    Once,
    Always,
}

/// The settings that matter here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// Whether people are erased while a conversation of theirs is open.
    pub(crate) erases_open: bool,
    pub(crate) proofs: Proofs,
    pub(crate) blocks_unknown: bool,
    pub(crate) blocks_unverified: bool,
}

/// The agents: two are online, the third one is not.
pub(crate) const AGENTS: [&str; 3] = ["kim", "lee", "away"];
/// Who answers, closes and erases.
pub(crate) const BOSS: usize = 0;

/// All that there is of one sequence.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    rules: Rules,
    visitors: Vec<Visitor>,
    contacts: Vec<Contact>,
    rooms: Vec<Room>,
    /// Moments so far.
    time: u64,
    /// Contacts that were merged into others.
    pub(crate) merged: u64,
    /// Conflicts that were wiped.
    pub(crate) wiped: u64,
    /// What happened beside the answers: names of events worth counting.
    pub(crate) events: Vec<&'static str>,
}

#[derive(Debug, Clone)]
struct Visitor {
    token: String,
    username: String,
    name: Option<String>,
    emails: Vec<String>,
    phones: Vec<String>,
    last_chat: Option<usize>,
    is_erased: bool,
}

#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "as the contract names them")]
struct Contact {
    /// Whether it was neither erased nor merged.
    is_there: bool,
    prepared: bool,
    name: Option<String>,
    emails: Option<Vec<String>>,
    phones: Option<Vec<String>>,
    unknown: bool,
    conflicts: Option<Vec<(String, String)>>,
    channels: Vec<Channel>,
    last_chat: Option<usize>,
    active: bool,
}

#[derive(Debug, Clone)]
struct Channel {
    visitor: usize,
    origin: Origin,
    blocked: bool,
    verified: bool,
    proof: Option<String>,
    last_chat: Option<usize>,
}

#[derive(Debug, Clone)]
struct Room {
    visitor: usize,
    contact: usize,
    origin: Origin,
    fname: String,
    verified: bool,
    active: bool,
    is_removed: bool,
    /// Who closed it, and when.
    closing: Option<(&'static str, u64)>,
    agent: Option<usize>,
    msgs: u64,
    last_message: Option<String>,
    messages: Vec<(&'static str, String)>,
    inquiry: Option<Inquiry>,
    /// What it is called to its agent.
    subscription: Option<(usize, String)>,
}

#[derive(Debug, Clone)]
struct Inquiry {
    status: &'static str,
    name: String,
    last_message: Option<String>,
}

impl Model {
    pub(crate) fn new(rules: Rules) -> Self {
        Self {
            rules,
            visitors: Vec::new(),
            contacts: Vec::new(),
            rooms: Vec::new(),
            time: 0,
            merged: 0,
            wiped: 0,
            events: Vec::new(),
        }
    }

    /// Does it, and says what the answer is. A refusal changes nothing.
    pub(crate) fn perform(&mut self, act: &Act) -> Answer {
        self.time += 1;
        match act.clone() {
            Act::Register { token, username, name, email, phone } => {
                self.register(&token, username, name, email, phone)
            }
            Act::Open { token, origin } => self.open(&token, origin),
            Act::Message { token, room, text, emails, phones } => {
                self.message(&token, room, text, &emails, &phones)
            }
            Act::Answer { room, text } => self.answer(room, text),
            Act::Take { agent, room } => self.take(agent, room),
            Act::GiveBack { room } => self.give_back(room),
            Act::Close { token, room, comment } => self.close(&token, room, comment),
            Act::CloseByAgent { room, comment } => self.close_by_agent(room, comment),
            Act::Prepare { name, emails, phones } => Ok(self.prepare(name, emails, phones)),
            Act::Update { contact, name, emails, wipes } => self.update(contact, name, emails, wipes),
            Act::Verify { contact, channel, value } => self.verify(contact, channel, &value),
            Act::Block { channel } => self.block(channel),
            Act::Unblock { channel } => self.unblock(channel),
            Act::EraseVisitor { token } => self.erase_visitor(&token),
            Act::EraseContact { contact } => self.erase_contact(contact),
        }
    }
}

/// A refusal.
fn no<T>(text: &str) -> Result<T, String> {
    Err(text.to_owned())
}
