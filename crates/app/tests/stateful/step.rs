//! What may happen next, in small numbers that mean something only where they are played; so a failing sequence can be
//! made smaller. Few identities collide often, and most steps are about what happened last.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;

use crate::cast::{ADDRESSES, LINES, NAMES, SPELLINGS, TOKENS};

/// An address or a number, in a spelling.
pub(crate) type Spelled = (usize, usize);

/// Something that a visitor or an agent does. Visitors, conversations and contacts are counted from the newest on.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Register { token: usize, name: Option<usize>, email: Option<Spelled>, phone: Option<Spelled> },
    Open { who: usize, origin: usize },
    Message { who: Who, room: usize, mentions: Mention },
    Answer { room: usize },
    Take { agent: usize, room: usize },
    GiveBack { room: usize },
    Close { who: Who, room: usize },
    CloseByAgent { room: usize, comments: bool },
    Prepare { name: usize, email: Option<Spelled>, phone: Option<Spelled> },
    Update { contact: usize, name: Option<usize>, email: Option<Spelled>, wipes: bool },
    Verify { contact: usize, channel: usize, value: Spelled },
    Block { contact: usize, channel: usize },
    Unblock { contact: usize, channel: usize },
    EraseVisitor { who: usize },
    EraseContact { contact: usize },
}

/// In the place of a visitor: nobody, or almost.
pub(crate) const NOBODY: usize = 5;

/// Who speaks in a conversation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Who {
    /// The visitor whose conversation it is.
    Theirs,
    /// Some visitor.
    Some(usize),
}

/// What a message mentions.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mention {
    Nothing,
    Address(Spelled),
    Number(usize),
}

/// Sequences: somebody registers, perhaps opens a conversation, then anything happens.
pub(crate) fn sequences() -> impl Strategy<Value = Vec<Step>> {
    (vec(register(), 1..=2), vec(open(), 0..=2), vec(step(), 4..=9))
        .prop_map(|(registered, opened, rest)| [registered, opened, rest].concat())
}

fn address() -> impl Strategy<Value = Spelled> {
    prop_oneof![8 => 0..ADDRESSES, 1 => Just(ADDRESSES)].prop_flat_map(|which| (Just(which), 0..SPELLINGS))
}

fn number() -> impl Strategy<Value = Spelled> {
    (0..LINES, 0..SPELLINGS)
}

fn register() -> impl Strategy<Value = Step> {
    let token = prop_oneof![60 => 0..TOKENS, 1 => Just(TOKENS)];
    (token, weighted(0.7, 0..NAMES), weighted(0.6, address()), weighted(0.4, number()))
        .prop_map(|(token, name, email, phone)| Step::Register { token, name, email, phone })
}

fn open() -> impl Strategy<Value = Step> {
    // Most conversations come from one source, so that its channel is met again.
    let origin = prop_oneof![2 => Just(0_usize), 1 => 0..4_usize];
    (someone(), origin).prop_map(|(who, origin)| Step::Open { who, origin })
}

fn prepare() -> impl Strategy<Value = Step> {
    (0..NAMES, weighted(0.8, address()), weighted(0.5, number()))
        .prop_map(|(name, email, phone)| Step::Prepare { name, email, phone })
}

fn someone() -> impl Strategy<Value = usize> {
    prop_oneof![12 => 0..NOBODY, 1 => Just(NOBODY)]
}

/// The newest three times out of four.
fn recent() -> impl Strategy<Value = usize> {
    prop_oneof![3 => Just(0_usize), 1 => 0..4_usize]
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![9 => Just(Who::Theirs), 1 => someone().prop_map(Who::Some)]
}

fn mention() -> impl Strategy<Value = Mention> {
    prop_oneof![
        4 => Just(Mention::Nothing),
        1 => address().prop_map(Mention::Address),
        1 => (0..LINES).prop_map(Mention::Number),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let channel = || prop_oneof![9 => 0..3_usize, 1 => Just(usize::MAX)];
    let update = (recent(), weighted(0.6, 0..NAMES), weighted(0.3, address()), prop::bool::weighted(0.3))
        .prop_map(|(contact, name, email, wipes)| Step::Update { contact, name, email, wipes });
    prop_oneof![
        4 => register(),
        7 => open(),
        4 => (who(), recent(), mention())
            .prop_map(|(who, room, mentions)| Step::Message { who, room, mentions }),
        2 => recent().prop_map(|room| Step::Answer { room }),
        5 => (0..3_usize, recent()).prop_map(|(agent, room)| Step::Take { agent, room }),
        2 => recent().prop_map(|room| Step::GiveBack { room }),
        4 => (who(), recent()).prop_map(|(who, room)| Step::Close { who, room }),
        2 => (recent(), prop::bool::weighted(0.8))
            .prop_map(|(room, comments)| Step::CloseByAgent { room, comments }),
        3 => prepare(),
        2 => update,
        6 => (0..3_usize, channel(), prop_oneof![4 => Just(0_usize), 1 => Just(1)], 0..2_usize)
            .prop_map(|(contact, channel, which, spelling)| Step::Verify { contact, channel, value: (which, spelling) }),
        2 => (recent(), channel()).prop_map(|(contact, channel)| Step::Block { contact, channel }),
        1 => (recent(), channel()).prop_map(|(contact, channel)| Step::Unblock { contact, channel }),
        1 => someone().prop_map(|who| Step::EraseVisitor { who }),
        1 => recent().prop_map(|contact| Step::EraseContact { contact }),
    ]
}
