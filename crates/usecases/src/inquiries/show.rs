//! Show the inquiry of a conversation: `GET livechat/inquiries.getOne`.

use omnicontact_domain::conversation::Inquiry;
use omnicontact_domain::id::RoomId;
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::policy::{Actor, Requirement, authorize};

use super::InquiryError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);

/// The inquiry of that conversation, queued or taken. A closed conversation has none.
///
/// # Errors
/// [`InquiryError`].
pub async fn show_inquiry(
    ctx: &Context,
    actor: &Actor,
    room: &RoomId,
) -> Result<Option<Inquiry>, InquiryError> {
    authorize(actor, &REQUIRES)?;
    Ok(ctx.store.read().await?.inquiries().find_by_room(room).await?)
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{agent, context, nobody};
    use crate::prepared::{inquiry, reading};

    #[tokio::test]
    async fn whoever_may_sees_the_inquiry_if_there_is_one() {
        let refused = show_inquiry(&context(MockStore::new()), &nobody(), &"r1".into()).await;
        assert!(matches!(refused, Err(InquiryError::Denied(_))));
        for stored in [None, Some(inquiry("v1"))] {
            let mut tx = MockTransaction::default();
            let found = stored.clone();
            tx.inquiries.expect_find_by_room().returning(move |_| Ok(found.clone()));
            assert_eq!(show_inquiry(&context(reading(tx)), &agent(), &"r1".into()).await.unwrap(), stored);
        }
    }
}
