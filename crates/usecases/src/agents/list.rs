//! List agents or managers: `GET livechat/users/:type` (contract, framework 4.5).

use omnicontact_domain::id::UserId;
use omnicontact_domain::page::Page;
use omnicontact_domain::permission::{
    EDIT_OMNICHANNEL_CONTACT, PermissionId, TRANSFER_LIVECHAT_GUEST, VIEW_LIVECHAT_MANAGER,
};
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::role::{RoleId, StaffKind};
use omnicontact_domain::sort::{Direction, Sort};
use omnicontact_domain::text::fold;
use omnicontact_domain::user::{LivechatStatus, User};
use omnicontact_ports::{UserFilter, UserOrder, UserPage};

use super::AgentError;
use crate::Context;

/// What is asked about the caller.
pub const ASKS: &[PermissionId] = &[TRANSFER_LIVECHAT_GUEST, EDIT_OMNICHANNEL_CONTACT, VIEW_LIVECHAT_MANAGER];

const AGENTS: Requirement = Requirement::Any(&[TRANSFER_LIVECHAT_GUEST, EDIT_OMNICHANNEL_CONTACT]);
const MANAGERS: Requirement = Requirement::All(&[VIEW_LIVECHAT_MANAGER]);

/// Which agents or managers are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffQuery {
    /// A text in the username, the name or an address, in whatever case.
    pub text: Option<String>,
    /// Only those who take conversations.
    pub only_available: bool,
    /// Not this one.
    pub except: Option<UserId>,
    /// Also those who are not there.
    pub show_idle: bool,
    /// The order by keys of the wire; without any that means something, by name.
    pub order: Sort,
    /// Which part of the list.
    pub page: Page,
}

/// A page of agents or managers.
///
/// # Errors
/// [`AgentError::Denied`], [`AgentError::Store`].
pub async fn list_staff(
    ctx: &Context,
    actor: &Actor,
    kind: StaffKind,
    query: StaffQuery,
) -> Result<UserPage, AgentError> {
    let requirement = match kind {
        StaffKind::Agent => &AGENTS,
        StaffKind::Manager => &MANAGERS,
    };
    authorize(actor, requirement)?;
    let filter = UserFilter {
        roles: vec![RoleId::from(kind.role())],
        text: query.text.as_deref().map(fold),
        except: query.except,
        livechat_status: query.only_available.then_some(LivechatStatus::Available),
        reachable: !query.show_idle,
        ..UserFilter::default()
    };
    let mut order = query.order.by(order_by);
    if order.is_empty() {
        order.push((UserOrder::Name, Direction::Ascending));
    }
    let found = ctx.store.read().await?.users().list_page(&filter, &order, query.page).await?;
    let now = ctx.clock.now();
    Ok(UserPage { users: found.users.into_iter().map(|user: User| user.at(now)).collect(), ..found })
}

/// What a key of the wire stands for.
fn order_by(key: &str) -> Option<UserOrder> {
    match key {
        "name" => Some(UserOrder::Name),
        "username" => Some(UserOrder::Username),
        "status" => Some(UserOrder::Status),
        "_updatedAt" => Some(UserOrder::UpdatedAt),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::context;
    use crate::users::testing::holding;

    fn query() -> StaffQuery {
        StaffQuery {
            text: Some("KIM Ä".into()),
            only_available: true,
            except: Some("boss".into()),
            show_idle: false,
            order: Sort::default(),
            page: Page::ALL,
        }
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let ctx = context(MockStore::new());
        let manager = holding("m", &[VIEW_LIVECHAT_MANAGER]);
        let agent = holding("a", &[TRANSFER_LIVECHAT_GUEST, EDIT_OMNICHANNEL_CONTACT]);
        for (actor, kind) in [(manager, StaffKind::Agent), (agent, StaffKind::Manager)] {
            let refused = list_staff(&ctx, &actor, kind, query()).await;
            assert!(matches!(refused, Err(AgentError::Denied(_))));
        }
    }

    #[tokio::test]
    async fn the_question_becomes_conditions_of_the_store() {
        let mut store = MockStore::new();
        store.expect_read().return_once(|| {
            let mut tx = MockTransaction::default();
            tx.users
                .expect_list_page()
                .withf(|filter, order, _| {
                    let expected = UserFilter {
                        roles: vec![RoleId::from("livechat-agent")],
                        text: Some("kim ä".into()),
                        except: Some("boss".into()),
                        livechat_status: Some(LivechatStatus::Available),
                        reachable: true,
                        ..UserFilter::default()
                    };
                    *filter == expected && order == [(UserOrder::Name, Direction::Ascending)]
                })
                .times(1)
                .returning(|_, _, _| Ok(UserPage::default()));
            Ok(Box::new(tx))
        });
        let agent = holding("a", &[EDIT_OMNICHANNEL_CONTACT]);
        list_staff(&context(store), &agent, StaffKind::Agent, query()).await.unwrap();
    }
}
