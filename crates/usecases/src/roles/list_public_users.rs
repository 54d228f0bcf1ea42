//! See who holds a role that everybody may know of: `GET roles.getUsersInPublicRoles`. Everybody with an account
//! may.

use omnicontact_domain::page::Page;
use omnicontact_domain::role::{RoleId, RoleScope};
use omnicontact_domain::sort::Direction;
use omnicontact_domain::user::User;
use omnicontact_ports::{RoleRecord, StoreError, UserFilter, UserOrder};

use crate::Context;

/// The users, by username, who hold a role that is held everywhere and has a description.
///
/// # Errors
/// [`StoreError`].
pub async fn list_users_in_public_roles(ctx: &Context) -> Result<Vec<User>, StoreError> {
    let mut tx = ctx.store.read().await?;
    let roles: Vec<RoleId> =
        tx.access().list_roles().await?.into_iter().filter(is_public).map(|role| role.id).collect();
    if roles.is_empty() {
        return Ok(Vec::new());
    }
    let filter = UserFilter { roles, ..UserFilter::default() };
    let order = [(UserOrder::Username, Direction::Ascending)];
    Ok(tx.users().list_page(&filter, &order, Page::ALL).await?.users)
}

fn is_public(role: &RoleRecord) -> bool {
    role.scope == RoleScope::Users && !role.description.is_empty()
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::UserPage;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context};
    use crate::roles::test::role;

    async fn list(roles: Vec<RoleRecord>, asked: &'static [&'static str]) -> usize {
        let mut tx = MockTransaction::default();
        tx.access.expect_list_roles().return_once(move || Ok(roles));
        tx.users
            .expect_list_page()
            .withf(|filter, _, page| {
                filter.roles.iter().map(RoleId::as_str).eq(asked.iter().copied()) && *page == Page::ALL
            })
            .returning(|_, _, _| Ok(UserPage { users: vec![User::new("u1", NOW)], total: 1 }));
        let mut store = MockStore::new();
        store.expect_read().return_once(move || Ok(Box::new(tx)));
        list_users_in_public_roles(&context(store)).await.unwrap().len()
    }

    #[tokio::test]
    async fn a_role_is_public_by_its_description_and_scope() {
        let described = |id: &str| RoleRecord { description: "Known".into(), ..role(id) };
        let in_rooms = RoleRecord { scope: RoleScope::Subscriptions, ..described("owner") };
        assert_eq!(list(vec![described("admin"), in_rooms.clone(), role("user")], &["admin"]).await, 1);
        // Without a public role nobody is asked for, and not everybody.
        assert_eq!(list(vec![in_rooms, role("user")], &["never asked"]).await, 0);
    }
}
