//! Close a conversation, as an agent: `POST livechat/room.closeByUser`.

use omnicontact_domain::conversation::{Author, CloseRules, Closer, Conversation, UserMayNotClose};
use omnicontact_domain::id::RoomId;
use omnicontact_domain::permission::{CLOSE_LIVECHAT_ROOM, CLOSE_OTHERS_LIVECHAT_ROOM, PermissionId};
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::setting::{ALLOW_FORCE_CLOSE, REQUEST_COMMENT};
use omnicontact_domain::text::{self, OutOfBounds};
use omnicontact_ports::{StoreError, Transaction};

use super::UserCloseError;
use super::closing::{Ending, end};
use crate::Context;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[CLOSE_LIVECHAT_ROOM]);
/// What is asked about the caller beyond that.
pub const ASKS: &[PermissionId] = &[CLOSE_OTHERS_LIVECHAT_ROOM];

/// Which conversation is closed, and what there is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserClosing {
    /// The conversation.
    pub room_id: RoomId,
    /// The last message.
    pub comment: Option<String>,
    /// Tags to add.
    pub tags: Vec<String>,
    /// Whether one that is closed already is no error, where a setting allows that.
    pub force: bool,
}

/// Closes a conversation of the caller's, or of others where the caller may.
///
/// # Errors
/// [`UserCloseError`]; nothing was written then.
pub async fn close_by_user(
    ctx: &Context,
    actor: &Actor,
    closing: &UserClosing,
) -> Result<(), UserCloseError> {
    authorize(actor, &REQUIRES)?;
    check_bounds(closing)?;
    retried(ctx, || close_once(ctx, actor, closing)).await
}

fn check_bounds(closing: &UserClosing) -> Result<(), OutOfBounds> {
    text::check("comment", closing.comment.as_deref().unwrap_or_default(), text::MESSAGE_TEXT_LIMIT)?;
    text::check_addresses("tags", &closing.tags)
}

async fn close_once(ctx: &Context, actor: &Actor, closing: &UserClosing) -> Result<(), UserCloseError> {
    let mut tx = ctx.store.begin().await?;
    let settings = tx.settings().find_many(&[REQUEST_COMMENT, ALLOW_FORCE_CLOSE]).await?;
    let found = tx.conversations().lock(&closing.room_id).await?;
    let is_theirs = actor.holds(&CLOSE_OTHERS_LIVECHAT_ROOM)
        || tx.subscriptions().find(&closing.room_id, &actor.user_id).await?.is_some();
    let department = department_tags(tx.as_mut(), found.as_ref()).await?;
    let rules = CloseRules {
        asks_for_comment: settings.flag(REQUEST_COMMENT),
        asks_for_tags: department.is_asked_for,
        force: closing.force && settings.flag(ALLOW_FORCE_CLOSE),
    };
    rules.check(found.as_ref(), is_theirs, closing.comment.as_deref(), &closing.tags)?;
    let room = found.ok_or(UserMayNotClose::NoConversation)?;
    let ending = Ending {
        closer: Closer::User,
        author: Author::user(&actor.user_id, actor.username.as_deref(), None),
        comment: closing.comment.as_deref().unwrap_or_default(),
        tags: &[closing.tags.as_slice(), &department.added].concat(),
    };
    end(ctx, tx.as_mut(), room, ending, ctx.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// What a department says about tags.
#[derive(Debug, Default)]
struct DepartmentTags {
    is_asked_for: bool,
    added: Vec<String>,
}

async fn department_tags(
    tx: &mut dyn Transaction,
    room: Option<&Conversation>,
) -> Result<DepartmentTags, StoreError> {
    let Some(id) = room.and_then(|room| room.department_id.as_deref()) else {
        return Ok(DepartmentTags::default());
    };
    let found = tx.departments().find(&id.into()).await?;
    Ok(found.map_or_else(DepartmentTags::default, |department| DepartmentTags {
        is_asked_for: department.said.asks_for_tags,
        added: department.said.closing_tags,
    }))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::setting::SettingValues;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context, holding, nobody};
    use crate::prepared::{conversation, subscription, writing};

    fn closing(comment: Option<&str>) -> UserClosing {
        UserClosing {
            room_id: "r1".into(),
            comment: comment.map(str::to_owned),
            tags: vec!["late".to_owned()],
            force: false,
        }
    }

    fn stored(room: Option<Conversation>, is_subscribed: bool) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.settings.expect_find_many().returning(|_| Ok(SettingValues::default()));
        tx.conversations.expect_lock().returning(move |_| Ok(room.clone()));
        tx.subscriptions
            .expect_find()
            .returning(move |_, _| Ok(is_subscribed.then(|| subscription("boss-1"))));
        tx
    }

    fn expect_end(tx: &mut MockTransaction) {
        tx.conversations
            .expect_update()
            .withf(|room| {
                let closing = room.closing.as_ref().unwrap();
                closing.at == NOW
                    && closing.closer == Some(Closer::User)
                    && closing.by.as_ref().is_some_and(|by| by.id == "boss-1")
                    && room.tags == Some(vec!["late".to_owned()])
            })
            .times(1)
            .returning(|_| Ok(()));
        tx.messages.expect_add().times(1).returning(|_| Ok(()));
        tx.inquiries.expect_remove().times(1).returning(|_| Ok(true));
        tx.subscriptions.expect_remove_by_room().times(1).returning(|_| Ok(1));
    }

    async fn close(
        tx: MockTransaction,
        permissions: &[PermissionId],
        closing: UserClosing,
    ) -> (Result<(), UserCloseError>, bool) {
        let (store, committed) = writing(vec![tx]);
        let answer = close_by_user(&context(store), &holding(permissions), &closing).await;
        (answer, committed.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let refused = close_by_user(&context(MockStore::new()), &nobody(), &closing(None)).await;
        assert!(matches!(refused, Err(UserCloseError::Denied(_))));
    }

    #[tokio::test]
    async fn an_agent_closes_what_is_theirs_and_of_others_with_a_permission_only() {
        let both = [CLOSE_LIVECHAT_ROOM, CLOSE_OTHERS_LIVECHAT_ROOM];
        for (permissions, is_subscribed) in [(&both[..1], true), (&both[..], false)] {
            let mut tx = stored(Some(conversation("v1")), is_subscribed);
            expect_end(&mut tx);
            let (answer, committed) = close(tx, permissions, closing(Some("bye"))).await;
            assert!(answer.is_ok() && committed);
        }
        let (answer, committed) =
            close(stored(Some(conversation("v1")), false), &both[..1], closing(Some("bye"))).await;
        assert!(matches!(answer, Err(UserCloseError::Refused(UserMayNotClose::NotTheirs))) && !committed);
    }

    #[tokio::test]
    async fn nothing_is_closed_without_a_conversation_or_the_comment_that_is_asked_for() {
        let both = [CLOSE_LIVECHAT_ROOM, CLOSE_OTHERS_LIVECHAT_ROOM];
        let (answer, committed) = close(stored(None, false), &both, closing(Some("bye"))).await;
        assert!(
            matches!(answer, Err(UserCloseError::Refused(UserMayNotClose::NoConversation))) && !committed
        );
        for comment in [None, Some("  ")] {
            let (answer, committed) =
                close(stored(Some(conversation("v1")), false), &both, closing(comment)).await;
            assert!(matches!(answer, Err(UserCloseError::Refused(UserMayNotClose::NoComment))) && !committed);
        }
    }
}
