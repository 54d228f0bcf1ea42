//! The last active administrator stays: what everything asks that takes the role from somebody, deactivates
//! or removes somebody.

use omnicontact_domain::id::UserId;
use omnicontact_domain::page::Page;
use omnicontact_domain::role::{ADMIN, RoleId};
use omnicontact_domain::user::User;
use omnicontact_ports::{StoreError, Transaction, UserFilter};

/// Keeps everybody else who asks the same waiting until this transaction ends. Whoever must not act on what
/// was read before others were done calls this first, then reads.
pub(crate) async fn lock_administrators(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    tx.access().lock_role(&RoleId::from(ADMIN)).await?;
    Ok(())
}

/// Whether an active administrator is left when this user is none any more, as the user was stored in this
/// transaction. Of two who ask at once about each other, one waits and gets the other's result.
///
/// The user is written by version afterwards, or was read after [`lock_administrators`]; otherwise somebody
/// could become the last administrator between the question and the write.
pub(crate) async fn administrator_remains(
    tx: &mut dyn Transaction,
    without: &User,
) -> Result<bool, StoreError> {
    if !without.is_active_administrator() {
        return Ok(true);
    }
    lock_administrators(tx).await?;
    another_administrator(tx, &without.id).await
}

async fn another_administrator(tx: &mut dyn Transaction, without: &UserId) -> Result<bool, StoreError> {
    const TWO: Page = Page { offset: 0, limit: Some(2) };
    let filter = UserFilter { roles: vec![RoleId::from(ADMIN)], active: Some(true), ..UserFilter::default() };
    let found = tx.users().list_page(&filter, &[], TWO).await?;
    Ok(found.users.iter().any(|user| user.id != *without))
}

#[cfg(test)]
mod tests {
    use mockall::Sequence;
    use omnicontact_ports::UserPage;
    use omnicontact_ports::mock::MockTransaction;

    use super::*;
    use crate::context::test::NOW;

    fn administrator(id: &str) -> User {
        User { roles: vec![RoleId::from(ADMIN)], ..User::new(id, NOW) }
    }

    /// Asks about `root` where these are active administrators.
    async fn remains(stored: &[&str]) -> bool {
        let users = stored.iter().map(|id| administrator(id)).collect();
        let page = UserPage { users, total: 0 };
        let mut order = Sequence::new();
        let mut tx = MockTransaction::default();
        tx.access
            .expect_lock_role()
            .withf(|role| role.as_str() == ADMIN)
            .times(1)
            .in_sequence(&mut order)
            .returning(|_| Ok(None));
        tx.users
            .expect_list_page()
            .withf(|filter, _, _| filter.active == Some(true) && filter.roles == [RoleId::from(ADMIN)])
            .times(1)
            .in_sequence(&mut order)
            .return_once(move |_, _, _| Ok(page));
        administrator_remains(&mut tx, &administrator("root")).await.unwrap()
    }

    #[tokio::test]
    async fn the_role_is_locked_before_anybody_else_is_looked_for() {
        assert!(remains(&["boss", "root"]).await);
        assert!(!remains(&["root"]).await);
        assert!(!remains(&[]).await);
    }

    #[tokio::test]
    async fn whoever_is_no_active_administrator_can_go_without_a_question() {
        let away = User { active: false, ..administrator("root") };
        for user in [away, User::new("u1", NOW)] {
            assert!(administrator_remains(&mut MockTransaction::default(), &user).await.unwrap());
        }
    }
}
