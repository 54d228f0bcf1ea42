//! List a visitor's conversations beside one of them: `GET livechat/visitors.chatHistory` and `visitors.searchChats`.

use omnicontact_domain::id::{RoomId, VisitorId};
use omnicontact_domain::page::Page;
use omnicontact_domain::permission::{PermissionId, VIEW_L_ROOM};
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::search::normal_form;
use omnicontact_domain::sort::Sort;
use omnicontact_ports::{RoomFilter, RoomPage, RoomState};

use super::list::order;
use super::{RoomError, reader};
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);
/// What is asked about the caller beyond that.
pub const ASKS: &[PermissionId] = reader::ASKS;

/// Which conversations of a visitor are wanted, and beside which one.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitorRoomsQuery {
    /// A conversation that the caller may read.
    pub room_id: RoomId,
    /// The visitor.
    pub visitor_id: VisitorId,
    /// What one of the messages contains, case and all; an empty text is no condition.
    pub text: Option<String>,
    /// Only closed ones.
    pub only_closed: bool,
    /// Only those that an agent serves or served.
    pub only_served: bool,
    /// What type or alias of the source contains, without regard to case; an empty text is no condition.
    pub source: Option<String>,
    /// Names of fields on the wire, the most important first. Without any, the newest come first.
    pub order: Sort,
    /// The page.
    pub page: Page,
}

/// A page of the visitor's conversations, open and closed, and how many there are in all. A visitor that does not
/// exist has none.
///
/// # Errors
/// [`RoomError`].
pub async fn list_of_visitor(
    ctx: &Context,
    actor: &Actor,
    query: &VisitorRoomsQuery,
) -> Result<RoomPage, RoomError> {
    authorize(actor, &REQUIRES)?;
    let mut tx = ctx.store.read().await?;
    let room = tx.conversations().find(&query.room_id).await?.ok_or(RoomError::NotFound)?;
    if !reader::may_read(tx.as_mut(), actor, &room).await? {
        return Err(RoomError::NotAllowed);
    }
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let filter = RoomFilter {
        visitor: Some(query.visitor_id.clone()),
        states: if query.only_closed { vec![RoomState::Closed] } else { Vec::new() },
        served: query.only_served.then_some(true),
        source: given(&query.source).as_deref().map(normal_form),
        message: given(&query.text),
        ..RoomFilter::default()
    };
    Ok(tx.conversations().list_page(&filter, &order(&query.order), query.page).await?)
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{agent, context, nobody};
    use crate::prepared::{THEN, conversation, inquiry, reading};

    fn query() -> VisitorRoomsQuery {
        VisitorRoomsQuery {
            room_id: "r1".into(),
            visitor_id: "v1".into(),
            text: Some(String::new()),
            only_closed: true,
            only_served: false,
            source: Some("API".into()),
            order: Sort::default(),
            page: Page::ALL,
        }
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let refused = list_of_visitor(&context(MockStore::new()), &nobody(), &query()).await;
        assert!(matches!(refused, Err(RoomError::Denied(_))));
    }

    #[tokio::test]
    async fn one_must_be_able_to_read_the_conversation_beside() {
        let mut served = conversation("v1");
        served.take("u2".into(), "lee".into(), THEN).unwrap();
        for (room, is_missing) in [(None, true), (Some(served), false)] {
            let mut tx = MockTransaction::default();
            tx.conversations.expect_find().returning(move |_| Ok(room.clone()));
            tx.departments.expect_list_by_agent().returning(|_| Ok(vec![]));
            tx.inquiries.expect_find_by_room().returning(|_| Ok(None));
            let refused = list_of_visitor(&context(reading(tx)), &agent(), &query()).await;
            assert_eq!(matches!(refused, Err(RoomError::NotFound)), is_missing);
            assert_eq!(matches!(refused, Err(RoomError::NotAllowed)), !is_missing);
        }
    }

    #[tokio::test]
    async fn conditions_are_brought_into_their_normal_forms() {
        let mut tx = MockTransaction::default();
        tx.conversations.expect_find().returning(|_| Ok(Some(conversation("v1"))));
        tx.departments.expect_list_by_agent().returning(|_| Ok(vec![]));
        tx.inquiries.expect_find_by_room().returning(|_| Ok(Some(inquiry("v1"))));
        tx.conversations
            .expect_list_page()
            .withf(|filter, _, _| {
                filter.visitor == Some("v1".into())
                    && filter.states == [RoomState::Closed]
                    && (filter.served, filter.message.as_deref()) == (None, None)
                    && filter.source.as_deref() == Some("api")
            })
            .times(1)
            .returning(|_, _, _| Ok(RoomPage { conversations: vec![], total: 4 }));
        let page = list_of_visitor(&context(reading(tx)), &agent(), &query()).await.unwrap();
        assert_eq!(page.total, 4);
    }
}
