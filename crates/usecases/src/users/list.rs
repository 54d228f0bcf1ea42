//! List users: `GET users.list` (contract, framework 4.4.3).

use omnicontact_domain::page::Page;
use omnicontact_domain::permission::{
    PermissionId, VIEW_D_ROOM, VIEW_FULL_OTHER_USER_INFO, VIEW_OUTSIDE_ROOM,
};
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::sort::{Direction, Sort};
use omnicontact_domain::user::User;
use omnicontact_ports::{UserFilter, UserOrder, UserPage};

use super::UserError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_D_ROOM]);
/// What is asked about the caller besides.
pub const ASKS: &[PermissionId] = &[VIEW_FULL_OTHER_USER_INFO, VIEW_OUTSIDE_ROOM];

/// Whether `view-outside-room` is asked for.
const OUTSIDE_ROOM: &str = "API_Apply_permission_view-outside-room_on_users-list";
const OUTSIDE: Requirement = Requirement::All(&[VIEW_OUTSIDE_ROOM]);
const IN_FULL: Requirement = Requirement::All(&[VIEW_FULL_OTHER_USER_INFO]);

/// Which users are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserListQuery {
    /// Those with this whole address, in whatever case.
    pub email: Option<String>,
    /// The order by keys of the wire; without any that means something, by username.
    pub order: Sort,
    /// Which part of the list.
    pub page: Page,
}

/// A page of users as somebody sees them.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenUsers {
    /// The users of the page, and how many there are.
    pub page: UserPage,
    /// Whether addresses, roles and logins are seen.
    pub in_full: bool,
}

/// A page of users. What a caller may not see, the list is not ordered by.
///
/// # Errors
/// [`UserError::Denied`], [`UserError::Store`].
pub async fn list_users(ctx: &Context, actor: &Actor, query: UserListQuery) -> Result<SeenUsers, UserError> {
    authorize(actor, &REQUIRES)?;
    if query.email.is_some() {
        authorize(actor, &IN_FULL)?;
    }
    if ctx.store.find_settings(&[OUTSIDE_ROOM]).await?.flag(OUTSIDE_ROOM) {
        authorize(actor, &OUTSIDE)?;
    }
    let in_full = actor.holds(&VIEW_FULL_OTHER_USER_INFO);
    let mut order = query.order.by(|key| orders(key).iter().copied());
    order.retain(|(key, _)| in_full || !is_private(*key));
    if order.is_empty() {
        order.push((UserOrder::Username, Direction::Ascending));
    }
    let filter = UserFilter { email: query.email, ..UserFilter::default() };
    let found = ctx.store.read().await?.users().list_page(&filter, &order, query.page).await?;
    let now = ctx.clock.now();
    let users = found.users.into_iter().map(|user: User| user.at(now)).collect();
    Ok(SeenUsers { page: UserPage { users, ..found }, in_full })
}

/// What a key of the wire stands for.
fn orders(key: &str) -> &'static [UserOrder] {
    match key {
        "username" => &[UserOrder::Username],
        "name" | "nameInsensitive" => &[UserOrder::Name],
        "status" => &[UserOrder::Status, UserOrder::Active],
        "active" => &[UserOrder::Active],
        "type" => &[UserOrder::Kind],
        "lastLogin" => &[UserOrder::LastLogin],
        "createdAt" => &[UserOrder::CreatedAt],
        "_updatedAt" => &[UserOrder::UpdatedAt],
        _ => &[],
    }
}

/// Whether an order tells what only few may see.
const fn is_private(key: UserOrder) -> bool {
    match key {
        UserOrder::LastLogin | UserOrder::CreatedAt | UserOrder::UpdatedAt => true,
        UserOrder::Username | UserOrder::Name | UserOrder::Status | UserOrder::Active | UserOrder::Kind => {
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::setting::SettingValues;
    use omnicontact_domain::value::Value;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, nobody};
    use crate::users::testing::holding;

    fn query(email: Option<&str>, order: &[&str]) -> UserListQuery {
        let order = Sort::new(order.iter().map(|key| ((*key).to_owned(), Direction::Descending)).collect());
        UserListQuery { email: email.map(str::to_owned), order, page: Page::ALL }
    }

    /// A context that expects a list in this order, or none.
    fn listing(outside_room: bool, expected: Option<Vec<(UserOrder, Direction)>>) -> Context {
        let mut store = MockStore::new();
        store.expect_find_settings().returning(move |_| {
            Ok(SettingValues::new(vec![(OUTSIDE_ROOM.to_owned(), Value::Bool(outside_room))]))
        });
        if let Some(expected) = expected {
            store.expect_read().return_once(|| {
                let mut tx = MockTransaction::default();
                tx.users
                    .expect_list_page()
                    .withf(move |_, order, _| order == expected)
                    .times(1)
                    .returning(|_, _, _| Ok(UserPage::default()));
                Ok(Box::new(tx))
            });
        }
        context(store)
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let ctx = context(MockStore::new());
        let by_email = query(Some("kim@example.org"), &[]);
        assert!(matches!(list_users(&ctx, &nobody(), query(None, &[])).await, Err(UserError::Denied(_))));
        let user = holding("u", &[VIEW_D_ROOM]);
        assert!(matches!(list_users(&ctx, &user, by_email).await, Err(UserError::Denied(_))));
        let ctx = listing(true, None);
        assert!(matches!(list_users(&ctx, &user, query(None, &[])).await, Err(UserError::Denied(_))));
    }

    #[tokio::test]
    async fn the_setting_asks_for_one_more_permission() {
        let by_username = vec![(UserOrder::Username, Direction::Ascending)];
        let ctx = listing(true, Some(by_username));
        let user = holding("u", &[VIEW_D_ROOM, VIEW_OUTSIDE_ROOM]);
        assert!(!list_users(&ctx, &user, query(None, &[])).await.unwrap().in_full);
    }

    #[tokio::test]
    async fn nobody_learns_by_the_order_what_may_not_be_seen() {
        let wanted = ["lastLogin", "shoe", "status"];
        let seen = |keys: &[UserOrder]| keys.iter().map(|key| (*key, Direction::Descending)).collect();
        let ctx = listing(false, Some(seen(&[UserOrder::Status, UserOrder::Active])));
        list_users(&ctx, &holding("u", &[VIEW_D_ROOM]), query(None, &wanted)).await.unwrap();
        let ctx = listing(false, Some(seen(&[UserOrder::LastLogin, UserOrder::Status, UserOrder::Active])));
        let boss = holding("boss", &[VIEW_D_ROOM, VIEW_FULL_OTHER_USER_INFO]);
        assert!(list_users(&ctx, &boss, query(None, &wanted)).await.unwrap().in_full);
    }
}
