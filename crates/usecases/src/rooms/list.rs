//! List conversations: `GET livechat/rooms`.

use omnicontact_domain::conversation::RoomOrder;
use omnicontact_domain::department::Department;
use omnicontact_domain::page::Page;
use omnicontact_domain::permission::{PermissionId, VIEW_L_ROOM, VIEW_LIVECHAT_ROOMS};
use omnicontact_domain::policy::{Actor, Denied, Requirement, authorize};
use omnicontact_domain::sort::{Direction, Sort};
use omnicontact_ports::{RoomFilter, RoomPage};

use super::RoomsError;
use crate::Context;

/// Who may: all conversations, or one's own.
const ALL: Requirement = Requirement::All(&[VIEW_LIVECHAT_ROOMS]);
const OWN: Requirement = Requirement::All(&[VIEW_L_ROOM]);
/// What is asked about the caller.
pub const ASKS: &[PermissionId] = &[VIEW_LIVECHAT_ROOMS, VIEW_L_ROOM];

/// Which conversations are wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct RoomsQuery {
    /// What they must be.
    pub filter: RoomFilter,
    /// Names of fields on the wire, the most important first. Without any, the newest come first.
    pub order: Sort,
    /// The page.
    pub page: Page,
}

/// A page of conversations, with the departments they belong to.
#[derive(Debug, Clone, PartialEq)]
pub struct Rooms {
    /// The page.
    pub page: RoomPage,
    /// The departments, in no order.
    pub departments: Vec<Department>,
}

/// A page of the conversations that fit: of all, where the caller may see all, or else of those that the caller
/// serves, if exactly those are asked for.
///
/// # Errors
/// [`RoomsError`].
pub async fn list_rooms(ctx: &Context, actor: &Actor, query: &RoomsQuery) -> Result<Rooms, RoomsError> {
    check(actor, &query.filter)?;
    let mut tx = ctx.store.read().await?;
    let page = tx.conversations().list_page(&query.filter, &order(&query.order), query.page).await?;
    let mut ids: Vec<_> =
        page.conversations.iter().filter_map(|room| room.department_id.as_deref()).map(Into::into).collect();
    ids.sort();
    ids.dedup();
    let departments = if ids.is_empty() { Vec::new() } else { tx.departments().find_many(&ids).await? };
    Ok(Rooms { page, departments })
}

/// Whether the actor may list these conversations.
///
/// # Errors
/// [`Denied`].
pub fn check(actor: &Actor, filter: &RoomFilter) -> Result<(), Denied> {
    let is_own = filter.agents.as_slice() == std::slice::from_ref(&actor.user_id);
    authorize(actor, if is_own && !actor.holds(&VIEW_LIVECHAT_ROOMS) { &OWN } else { &ALL })
}

/// The order in the store's terms: the newest first, unless something else is asked for.
pub(crate) fn order(wanted: &Sort) -> Vec<(RoomOrder, Direction)> {
    if wanted.is_empty() {
        return vec![(RoomOrder::StartedAt, Direction::Descending)];
    }
    let mut order: Vec<(RoomOrder, Direction)> = Vec::new();
    for (field, direction) in wanted.by(RoomOrder::parse) {
        if !order.iter().any(|(known, _)| *known == field) {
            order.push((field, direction));
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{agent, context, holding};
    use crate::prepared::{conversation, reading};

    fn query(agents: &[&str]) -> RoomsQuery {
        let agents = agents.iter().map(|id| (*id).into()).collect();
        let filter = RoomFilter { agents, ..RoomFilter::default() };
        RoomsQuery { filter, order: Sort::default(), page: Page::ALL }
    }

    #[tokio::test]
    async fn an_agent_sees_the_own_conversations_only() {
        for agents in [&[][..], &["u2"][..], &["agent-1", "u2"][..]] {
            let refused = list_rooms(&context(MockStore::new()), &agent(), &query(agents)).await;
            assert!(matches!(refused, Err(RoomsError::Denied(_))));
        }
        let mut tx = MockTransaction::default();
        tx.conversations
            .expect_list_page()
            .withf(|filter, order, _| {
                filter.agents == ["agent-1".into()]
                    && order == [(RoomOrder::StartedAt, Direction::Descending)]
            })
            .times(1)
            .returning(|_, _, _| Ok(RoomPage::default()));
        assert!(list_rooms(&context(reading(tx)), &agent(), &query(&["agent-1"])).await.is_ok());
    }

    #[tokio::test]
    async fn departments_come_along_once() {
        let mut tx = MockTransaction::default();
        let mut room = conversation("v1");
        room.department_id = Some("d1".into());
        let rooms = vec![room.clone(), room];
        tx.conversations
            .expect_list_page()
            .returning(move |_, _, _| Ok(RoomPage { conversations: rooms.clone(), total: 2 }));
        tx.departments
            .expect_find_many()
            .withf(|ids| ids == ["d1".into()])
            .times(1)
            .returning(|_| Ok(vec![]));
        let boss = holding(&[VIEW_LIVECHAT_ROOMS]);
        let found = list_rooms(&context(reading(tx)), &boss, &query(&[])).await.unwrap();
        assert_eq!((found.page.total, found.departments), (2, vec![]));
    }
}
