//! Which conversation a visitor means (contract, conversations 3.1), and whether an agent gets one (3.4).

use super::{Conversation, Inquiry, InquiryStatus};
use crate::contact::{Association, Contact, MayNotTake, TakeRules};
use crate::visitor::VisitorToken;

/// What becomes of a visitor's wish for a conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// This one goes on.
    Reuse(Box<Conversation>),
    /// A new one begins.
    Open,
}

/// The conversation that was asked for by id is none, is closed, or is somebody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such open conversation of the visitor")]
pub struct NotTheirs;

impl Wanted {
    /// Decides for a visitor. `by_id`: whether a certain conversation is asked for; `found` is what a store
    /// found, that one or else an open one of the token. The source makes no difference.
    ///
    /// # Errors
    /// [`NotTheirs`].
    pub fn decide(by_id: bool, found: Option<Conversation>, token: &VisitorToken) -> Result<Self, NotTheirs> {
        match found.filter(|room| room.is_open_for(token)) {
            Some(room) => Ok(Self::Reuse(Box::new(room))),
            None if by_id => Err(NotTheirs),
            None => Ok(Self::Open),
        }
    }
}

/// Why an agent may not take a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TakeRefused {
    /// There is no such inquiry.
    #[error("there is no such inquiry")]
    NoInquiry,
    /// An agent has it.
    #[error("the inquiry is taken")]
    Taken,
    /// The agent is not online.
    #[error("the agent is not online")]
    NotOnline,
    /// The contact is one whom agents may not talk to.
    #[error(transparent)]
    Contact(#[from] MayNotTake),
}

/// Whether an agent may take a conversation, as far as can be seen before it is tried.
///
/// # Errors
/// [`TakeRefused`], in the order of its variants.
pub fn check_take(
    inquiry: Option<&Inquiry>,
    is_agent_online: bool,
    rules: TakeRules,
    contact: Option<&Contact>,
) -> Result<(), TakeRefused> {
    let inquiry = inquiry.ok_or(TakeRefused::NoInquiry)?;
    if inquiry.status == InquiryStatus::Taken {
        return Err(TakeRefused::Taken);
    }
    if !is_agent_online {
        return Err(TakeRefused::NotOnline);
    }
    let source = &inquiry.source;
    let channel = Association::new(inquiry.visitor.id.clone(), source.kind.clone(), source.id.clone());
    Ok(rules.check(contact, &channel)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::closing::test::close;
    use crate::conversation::room::test::{at, contact, opened};

    #[test]
    fn an_open_conversation_of_the_token_goes_on() {
        let mine = VisitorToken::from("t1");
        let reused = Ok(Wanted::Reuse(Box::new(opened())));
        for by_id in [false, true] {
            assert_eq!(Wanted::decide(by_id, Some(opened()), &mine), reused);
        }
        assert_eq!(Wanted::decide(false, None, &mine), Ok(Wanted::Open));
    }

    #[test]
    fn asked_for_by_id_it_must_be_open_and_theirs() {
        let mut closed = opened();
        close(&mut closed, &[], 2_000).unwrap();
        assert_eq!(Wanted::decide(true, Some(closed), &"t1".into()), Err(NotTheirs));
        assert_eq!(Wanted::decide(true, Some(opened()), &"t2".into()), Err(NotTheirs));
        assert_eq!(Wanted::decide(true, None, &"t1".into()), Err(NotTheirs));
    }

    #[test]
    fn refusals_to_agents_come_in_their_order() {
        let mut inquiry = Inquiry::opened("i1".into(), &opened(), InquiryStatus::Queued, at(1));
        let strict = TakeRules { block_unknown: true, block_unverified: true };
        let known = contact();
        assert_eq!(check_take(None, false, strict, None), Err(TakeRefused::NoInquiry));
        assert_eq!(check_take(Some(&inquiry), false, strict, None), Err(TakeRefused::NotOnline));
        let unverified = Err(TakeRefused::Contact(MayNotTake::Unverified));
        assert_eq!(check_take(Some(&inquiry), true, strict, Some(&known)), unverified);
        assert_eq!(check_take(Some(&inquiry), true, TakeRules::default(), Some(&known)), Ok(()));
        inquiry.take(at(2)).unwrap();
        assert_eq!(check_take(Some(&inquiry), false, strict, None), Err(TakeRefused::Taken));
    }
}
