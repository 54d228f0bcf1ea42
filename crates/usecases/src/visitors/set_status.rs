//! Say whether a visitor is there: `POST livechat/visitor.status`.

use omnicontact_domain::conversation::Conversation;
use omnicontact_domain::text;
use omnicontact_domain::visitor::VisitorToken;

use super::StatusError;
use crate::Context;
use crate::retry::retried;

/// Writes the status into the visitor's open conversation and its inquiry. Without one nothing is written.
///
/// There is no actor: who knows the token is the visitor.
///
/// # Errors
/// [`StatusError`]; nothing was written then.
pub async fn set_status(ctx: &Context, token: &VisitorToken, status: &str) -> Result<(), StatusError> {
    text::check("status", status, text::KEY_LIMIT)?;
    retried(ctx, || set_once(ctx, token, status)).await
}

async fn set_once(ctx: &Context, token: &VisitorToken, status: &str) -> Result<(), StatusError> {
    let mut tx = ctx.store.begin().await?;
    let visitor = tx.visitors().find_by_token(token).await?.ok_or(StatusError::UnknownToken)?;
    let Some(open) = tx.conversations().find_open(&visitor.id).await? else { return Ok(()) };
    let locked = tx.conversations().lock(&open.id).await?;
    let Some(mut room) = locked.filter(Conversation::is_open) else { return Ok(()) };
    let now = ctx.clock.now();
    room.visitor.status = Some(status.to_owned());
    room.updated_at = now;
    tx.conversations().update(&room).await?;
    if let Some(mut inquiry) = tx.inquiries().find_by_room(&room.id).await? {
        inquiry.visitor.status = Some(status.to_owned());
        inquiry.updated_at = now;
        tx.inquiries().update(&inquiry).await?;
    }
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_ports::mock::MockTransaction;

    use super::*;
    use crate::context::test::{NOW, context};
    use crate::prepared::{closed_conversation, conversation, inquiry, visitor, writing};

    async fn set(tx: MockTransaction) -> (Result<(), StatusError>, bool) {
        let (store, committed) = writing(vec![tx]);
        let answer = set_status(&context(store), &"v1".into(), "away").await;
        (answer, committed.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn an_unknown_token_and_a_conversation_that_has_just_ended_write_nothing() {
        let mut tx = MockTransaction::default();
        tx.visitors.expect_find_by_token().returning(|_| Ok(None));
        let (answer, committed) = set(tx).await;
        assert!(matches!(answer, Err(StatusError::UnknownToken)) && !committed);
        let mut tx = MockTransaction::default();
        tx.visitors.expect_find_by_token().returning(|_| Ok(Some(visitor("v1"))));
        tx.conversations.expect_find_open().returning(|_| Ok(Some(conversation("v1"))));
        tx.conversations.expect_lock().returning(|_| Ok(Some(closed_conversation("v1"))));
        let (answer, committed) = set(tx).await;
        assert!(answer.is_ok() && !committed);
    }

    #[tokio::test]
    async fn conversation_and_inquiry_show_the_status() {
        let mut tx = MockTransaction::default();
        tx.visitors.expect_find_by_token().returning(|_| Ok(Some(visitor("v1"))));
        tx.conversations.expect_find_open().returning(|_| Ok(Some(conversation("v1"))));
        tx.conversations.expect_lock().returning(|_| Ok(Some(conversation("v1"))));
        tx.conversations
            .expect_update()
            .withf(|room| room.visitor.status.as_deref() == Some("away") && room.updated_at == NOW)
            .times(1)
            .returning(|_| Ok(()));
        tx.inquiries.expect_find_by_room().returning(|_| Ok(Some(inquiry("v1"))));
        tx.inquiries
            .expect_update()
            .withf(|inquiry| inquiry.visitor.status.as_deref() == Some("away"))
            .times(1)
            .returning(|_| Ok(()));
        let (answer, committed) = set(tx).await;
        assert!(answer.is_ok() && committed);
    }
}
