//! What the model, and each store, shows of a sequence. Records are numbered in the order in which they came to be.

/// All that can be seen at the end.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Seen {
    /// `None` for erased ones.
    pub(crate) visitors: Vec<Option<VisitorSeen>>,
    /// `None` for those that were erased or merged into others.
    pub(crate) contacts: Vec<Option<ContactSeen>>,
    /// The closed conversations of the contacts, the last closed first, and how many there are.
    pub(crate) histories: Vec<Option<(Vec<usize>, u64)>>,
    /// `None` for removed ones.
    pub(crate) rooms: Vec<Option<RoomSeen>>,
    /// Which contacts a text finds, and how many.
    pub(crate) found: Vec<(String, Vec<usize>, u64)>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VisitorSeen {
    pub(crate) token: String,
    pub(crate) username: String,
    pub(crate) name: Option<String>,
    pub(crate) emails: Vec<String>,
    pub(crate) phones: Vec<String>,
    pub(crate) last_chat: Option<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ContactSeen {
    pub(crate) name: Option<String>,
    pub(crate) emails: Option<Vec<String>>,
    pub(crate) phones: Option<Vec<String>>,
    pub(crate) unknown: bool,
    pub(crate) prepared: bool,
    pub(crate) conflicts: Option<Vec<(String, String)>>,
    pub(crate) channels: Vec<ChannelSeen>,
    pub(crate) last_chat: Option<usize>,
    /// Whether an agent ever answered.
    pub(crate) active: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ChannelSeen {
    pub(crate) name: String,
    pub(crate) visitor: usize,
    pub(crate) kind: String,
    pub(crate) id: Option<String>,
    pub(crate) blocked: bool,
    pub(crate) verified: bool,
    pub(crate) proof: Option<String>,
    pub(crate) last_chat: Option<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RoomSeen {
    pub(crate) fname: String,
    pub(crate) visitor: usize,
    pub(crate) contact: Option<usize>,
    pub(crate) kind: String,
    pub(crate) open: bool,
    pub(crate) closer: Option<&'static str>,
    pub(crate) agent: Option<String>,
    pub(crate) verified: bool,
    pub(crate) active: bool,
    /// How many messages of people it counts.
    pub(crate) msgs: u64,
    pub(crate) last_message: Option<String>,
    /// Types and texts, the oldest first; people's messages have no type.
    pub(crate) messages: Vec<(String, String)>,
    pub(crate) inquiry: Option<InquirySeen>,
    /// Who has a part in it, and what it is called to them.
    pub(crate) subscriptions: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct InquirySeen {
    pub(crate) status: &'static str,
    pub(crate) name: String,
    pub(crate) last_message: Option<String>,
}

/// What a step is answered with; a refusal by what it says.
pub(crate) type Answer = Result<Said, String>;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Said {
    Nothing,
    Visitor(usize, VisitorSeen),
    Room { room: usize, is_new: bool, fname: String, contact: Option<usize>, verified: bool },
    Message(String),
    GivenBack(bool),
    Made(usize),
    Contact(ContactSeen),
    Verified(ContactSeen, Vec<usize>),
}
