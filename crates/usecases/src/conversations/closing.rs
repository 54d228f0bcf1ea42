//! What ends a conversation, whoever closes it.

use omnicontact_domain::conversation::{Author, Closer, Conversation, IsClosed, Message, Note, Participant};
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{StoreError, Transaction};

use crate::Context;

/// Who closes a conversation, and what there is to say.
pub(crate) struct Ending<'a> {
    /// Which side.
    pub(crate) closer: Closer,
    /// Who.
    pub(crate) author: Author,
    /// The last message.
    pub(crate) comment: &'a str,
    /// Tags to add.
    pub(crate) tags: &'a [String],
}

/// Ends a conversation that is locked: it leaves the queue and its agent, and its last message says why. One that
/// is closed already stays as it is.
pub(crate) async fn end(
    ctx: &Context,
    tx: &mut dyn Transaction,
    mut room: Conversation,
    ending: Ending<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Ending { closer, author, comment, tags } = ending;
    let by = Participant { id: author.id.clone(), username: author.username.clone() };
    let id = ctx.ids.random_id();
    let message = Message::noted(id, room.id.clone(), Note::Closed, comment.to_owned(), author, now);
    if let Err(IsClosed) = room.close(closer, by, tags, message.clone(), now) {
        return Ok(());
    }
    tx.conversations().update(&room).await?;
    tx.messages().add(&message).await?;
    tx.inquiries().remove(&room.id).await?;
    tx.subscriptions().remove_by_room(&room.id).await?;
    Ok(())
}
