//! See who holds a role: `GET roles.getUsersInRole`.

use omnicontact_domain::id::RoomId;
use omnicontact_domain::page::Page;
use omnicontact_domain::permission::{ACCESS_PERMISSIONS, PermissionId, VIEW_OTHER_USER_CHANNELS};
use omnicontact_domain::policy::{Actor, Denied, Requirement, authorize};
use omnicontact_domain::role::{RoleId, RoleScope};
use omnicontact_domain::sort::Direction;
use omnicontact_ports::{StoreError, UserFilter, UserOrder, UserPage};

use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[ACCESS_PERMISSIONS]);
/// Who may name a room, in addition.
const SEES_ROOMS: Requirement = Requirement::All(ASKS);
/// What is asked about beside that.
pub const ASKS: &[PermissionId] = &[VIEW_OTHER_USER_CHANNELS];

/// Why the holders of a role are not shown.
#[derive(Debug, thiserror::Error)]
pub enum ListUsersInRoleError {
    /// The actor may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The actor may not see who is in a room.
    #[error("the actor may not see who is in a room")]
    RoomDenied(#[source] Denied),
    /// There is no role with that id.
    #[error("there is no such role")]
    UnknownRole,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The users who hold a role, by username; of a role that is held in single rooms, those who hold it in this
/// room, if one is named.
///
/// # Errors
/// [`ListUsersInRoleError`].
pub async fn list_users_in_role(
    ctx: &Context,
    actor: &Actor,
    role: &RoleId,
    room: Option<&RoomId>,
    page: Page,
) -> Result<UserPage, ListUsersInRoleError> {
    authorize(actor, &REQUIRES)?;
    if room.is_some() {
        authorize(actor, &SEES_ROOMS).map_err(ListUsersInRoleError::RoomDenied)?;
    }
    let mut tx = ctx.store.read().await?;
    let role = tx.access().find_role(role).await?.ok_or(ListUsersInRoleError::UnknownRole)?;
    // There are no rooms here yet, so nobody holds anything in one.
    if role.scope == RoleScope::Subscriptions && room.is_some() {
        return Ok(UserPage::default());
    }
    let filter = UserFilter { roles: vec![role.id], ..UserFilter::default() };
    Ok(tx.users().list_page(&filter, &[(UserOrder::Username, Direction::Ascending)], page).await?)
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::user::User;
    use omnicontact_ports::RoleRecord;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context, holding, nobody};
    use crate::roles::test::role;

    async fn list(role_id: &str, room: Option<&str>) -> Result<UserPage, ListUsersInRoleError> {
        let mut tx = MockTransaction::default();
        tx.access.expect_find_role().returning(|id| {
            Ok(match id.as_str() {
                "user" => Some(role("user")),
                "owner" => Some(RoleRecord { scope: RoleScope::Subscriptions, ..role("owner") }),
                _ => None,
            })
        });
        let wanted = RoleId::from(role_id);
        tx.users
            .expect_list_page()
            .withf(move |filter, order, page| {
                filter.roles == [wanted.clone()]
                    && order == [(UserOrder::Username, Direction::Ascending)]
                    && *page == Page { offset: 1, limit: Some(2) }
            })
            .returning(|_, _, _| Ok(UserPage { users: vec![User::new("u1", NOW)], total: 2 }));
        let mut store = MockStore::new();
        store.expect_read().return_once(move || Ok(Box::new(tx)));
        let actor = holding(&[ACCESS_PERMISSIONS, VIEW_OTHER_USER_CHANNELS]);
        let room = room.map(RoomId::from);
        let page = Page { offset: 1, limit: Some(2) };
        list_users_in_role(&context(store), &actor, &role_id.into(), room.as_ref(), page).await
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let ctx = context(MockStore::new());
        let role = RoleId::from("user");
        let refused = list_users_in_role(&ctx, &nobody(), &role, None, Page::ALL).await;
        assert!(matches!(refused, Err(ListUsersInRoleError::Denied(_))));
        let actor = holding(&[ACCESS_PERMISSIONS]);
        let refused = list_users_in_role(&ctx, &actor, &role, Some(&"r1".into()), Page::ALL).await;
        assert!(matches!(refused, Err(ListUsersInRoleError::RoomDenied(_))));
    }

    #[tokio::test]
    async fn rooms_matter_for_roles_that_are_held_in_rooms() {
        assert_eq!(list("user", None).await.unwrap().total, 2);
        assert_eq!(list("user", Some("r1")).await.unwrap().total, 2);
        assert_eq!(list("owner", None).await.unwrap().total, 2);
        assert_eq!(list("owner", Some("r1")).await.unwrap().total, 0);
        assert!(matches!(list("boss", None).await, Err(ListUsersInRoleError::UnknownRole)));
    }
}
