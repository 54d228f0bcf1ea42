//! How conversations end (contract, conversations 3.3).

use std::collections::BTreeSet;

use super::metrics::millis_between;
use super::{Closer, Conversation, IsClosed, Message, Participant};
use crate::time::Timestamp;
use crate::visitor::VisitorToken;

/// How a conversation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// When.
    pub at: Timestamp,
    /// Who closed it.
    pub by: Option<Participant>,
    /// Which side that was.
    pub closer: Option<Closer>,
}

/// Why a visitor may not close a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VisitorMayNotClose {
    /// Visitors close none (`Omnichannel_allow_visitors_to_close_conversation`).
    #[error("visitors may not close conversations")]
    NotAllowed,
    /// The token is nobody's.
    #[error("there is no such visitor")]
    NoVisitor,
    /// There is none, or it is not the visitor's.
    #[error("the conversation is not the visitor's")]
    NotTheirs,
    /// It is closed already.
    #[error("the conversation is closed")]
    Closed,
}

/// Why a user may not close a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UserMayNotClose {
    /// There is none.
    #[error("there is no such conversation")]
    NoConversation,
    /// The user takes no part in it and may not close those of others.
    #[error("the conversation is somebody else's")]
    NotTheirs,
    /// It is closed already.
    #[error("the conversation is closed")]
    Closed,
    /// A comment is asked for.
    #[error("a comment is required")]
    NoComment,
    /// The department asks for tags.
    #[error("tags are required")]
    NoTags,
}

/// What decides whether a user may close a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CloseRules {
    /// Whether a comment is asked for (`Livechat_request_comment_when_closing_conversation`).
    pub asks_for_comment: bool,
    /// Whether the department asks for tags.
    pub asks_for_tags: bool,
    /// Whether a closed one may be closed once more: it was asked for, and
    /// `Omnichannel_allow_force_close_conversations` is on.
    pub force: bool,
}

impl CloseRules {
    /// Whether a user may close a conversation. `is_theirs`: the user has a subscription to it, or may close
    /// those of others. `tags` are those of the request.
    ///
    /// # Errors
    /// [`UserMayNotClose`], in the order of its variants.
    pub fn check(
        self,
        conversation: Option<&Conversation>,
        is_theirs: bool,
        comment: Option<&str>,
        tags: &[String],
    ) -> Result<(), UserMayNotClose> {
        let conversation = conversation.ok_or(UserMayNotClose::NoConversation)?;
        if !is_theirs {
            return Err(UserMayNotClose::NotTheirs);
        }
        if !conversation.is_open() && !self.force {
            return Err(UserMayNotClose::Closed);
        }
        if self.asks_for_comment && comment.is_none_or(|comment| comment.trim().is_empty()) {
            return Err(UserMayNotClose::NoComment);
        }
        let is_tagged = !tags.is_empty() || conversation.tags.as_ref().is_some_and(|tags| !tags.is_empty());
        if self.asks_for_tags && !is_tagged {
            return Err(UserMayNotClose::NoTags);
        }
        Ok(())
    }
}

/// Whether a visitor may close a conversation. `visitor` is the token of the visitor whom the request's token
/// found.
///
/// # Errors
/// [`VisitorMayNotClose`], in the order of its variants.
pub fn check_visitor_closes(
    visitors_close: bool,
    visitor: Option<&VisitorToken>,
    conversation: Option<&Conversation>,
) -> Result<(), VisitorMayNotClose> {
    if !visitors_close {
        return Err(VisitorMayNotClose::NotAllowed);
    }
    let token = visitor.ok_or(VisitorMayNotClose::NoVisitor)?;
    let theirs = conversation.filter(|conversation| conversation.visitor.token.as_ref() == Some(token));
    let conversation = theirs.ok_or(VisitorMayNotClose::NotTheirs)?;
    if conversation.is_open() { Ok(()) } else { Err(VisitorMayNotClose::Closed) }
}

impl Conversation {
    /// Ends the conversation, once: a closed one that is closed by force stays as it is. `message` is that of the closing; `tags` are those of the request and the
    /// department and join those it has. Inquiry and subscriptions are removed with it.
    ///
    /// # Errors
    /// [`IsClosed`]; nothing is changed then.
    pub fn close(
        &mut self,
        closer: Closer,
        by: Participant,
        tags: &[String],
        message: Message,
        now: Timestamp,
    ) -> Result<(), IsClosed> {
        self.check_open()?;
        self.closing = Some(Closing { at: now, by: Some(by), closer: Some(closer) });
        let mut known: BTreeSet<String> = self.tags.iter().flatten().cloned().collect();
        for tag in tags.iter().filter(|tag| known.insert((*tag).clone())) {
            self.tags.get_or_insert_default().push(tag.clone());
        }
        self.metrics.chat_millis = Some(millis_between(self.ts, now));
        self.metrics.service_millis = self.served_by.as_ref().map(|agent| millis_between(agent.ts, now));
        self.visitor.status = Some("offline".to_owned());
        self.queued_at = None;
        self.on_hold = false;
        self.last_message = Some(message);
        self.updated_at = now;
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod test {
    //! Closing in tests.

    use super::*;
    use crate::conversation::room::test::at;
    use crate::conversation::talk::test::answered;

    pub(in crate::conversation) fn close(
        room: &mut Conversation,
        tags: &[&str],
        millis: i64,
    ) -> Result<(), IsClosed> {
        let by = Participant { id: "u1".into(), username: Some("kim".into()) };
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        room.close(Closer::User, by, &tags, answered("bye", millis), at(millis))
    }
}

#[cfg(test)]
mod tests {
    use super::test::close;
    use super::*;
    use crate::conversation::room::test::{at, opened};

    #[test]
    fn closing_measures_and_unites_tags() {
        let mut room = opened();
        room.tags = Some(vec!["a".into()]);
        room.take("u1".into(), "kim".into(), at(3_000)).unwrap();
        close(&mut room, &["a", "b", "b"], 6_500).unwrap();
        assert_eq!(room.tags, Some(vec!["a".into(), "b".into()]));
        assert_eq!((room.metrics.chat_millis, room.metrics.service_millis), (Some(5_500), Some(3_500)));
        assert_eq!(room.visitor.status.as_deref(), Some("offline"));
        assert_eq!(room.last_message.map(|last| last.body), Some("bye".to_owned()));
        assert!(room.served_by.is_some());
    }

    #[test]
    fn what_nobody_served_has_no_service_time_and_no_tags_stay_no_tags() {
        let mut room = opened();
        close(&mut room, &[], 2_000).unwrap();
        assert_eq!((&room.tags, room.metrics.service_millis, &room.served_by), (&None, None, &None));
        assert!(room.waiting_response);
    }

    #[test]
    fn a_visitor_closes_what_is_open_and_theirs() {
        let mut room = opened();
        let (mine, other) = (VisitorToken::from("t1"), VisitorToken::from("t2"));
        assert_eq!(check_visitor_closes(false, None, None), Err(VisitorMayNotClose::NotAllowed));
        assert_eq!(check_visitor_closes(true, None, Some(&room)), Err(VisitorMayNotClose::NoVisitor));
        assert_eq!(check_visitor_closes(true, Some(&other), Some(&room)), Err(VisitorMayNotClose::NotTheirs));
        assert_eq!(check_visitor_closes(true, Some(&mine), Some(&room)), Ok(()));
        close(&mut room, &[], 2_000).unwrap();
        assert_eq!(check_visitor_closes(true, Some(&mine), Some(&room)), Err(VisitorMayNotClose::Closed));
    }

    #[test]
    fn refusals_to_users_come_in_their_order() {
        let mut room = opened();
        let strict = CloseRules { asks_for_comment: true, asks_for_tags: true, force: false };
        let tags = ["a".to_owned()];
        assert_eq!(strict.check(None, false, None, &[]), Err(UserMayNotClose::NoConversation));
        assert_eq!(strict.check(Some(&room), false, None, &[]), Err(UserMayNotClose::NotTheirs));
        assert_eq!(strict.check(Some(&room), true, Some(" "), &[]), Err(UserMayNotClose::NoComment));
        assert_eq!(strict.check(Some(&room), true, Some("bye"), &[]), Err(UserMayNotClose::NoTags));
        assert_eq!(strict.check(Some(&room), true, Some("bye"), &tags), Ok(()));
        close(&mut room, &[], 2_000).unwrap();
        assert_eq!(CloseRules::default().check(Some(&room), true, None, &[]), Err(UserMayNotClose::Closed));
        let force = CloseRules { force: true, ..CloseRules::default() };
        assert_eq!(force.check(Some(&room), true, None, &[]), Ok(()));
    }
}
