//! Take back presences that have expired. Whoever reads an account sees the former presence at once; this
//! writes it, so that lists that are ordered or filtered by presence see it, too. Every node may do this.

use omnicontact_domain::page::Page;
use omnicontact_domain::user::User;
use omnicontact_ports::{StoreError, UserFilter};

use crate::Context;
use crate::retry::retried;

/// Accounts of one transaction: few enough that nobody waits for it.
const BATCH: u32 = 100;

/// Writes the former presence of every account whose presence has expired. Returns how many there were.
///
/// # Errors
/// [`StoreError`]; what was written until then stays written.
pub async fn restore_presences(ctx: &Context) -> Result<u64, StoreError> {
    let mut restored = 0;
    loop {
        let (found, written) = retried(ctx, || restore_batch(ctx)).await?;
        restored += u64::from(written);
        // Whoever changed an account meanwhile took the expired presence away, too.
        if found < BATCH || written == 0 {
            return Ok(restored);
        }
    }
}

async fn restore_batch(ctx: &Context) -> Result<(u32, u32), StoreError> {
    let now = ctx.clock.now();
    let filter = UserFilter { presence_expired_at: Some(now), ..UserFilter::default() };
    let mut tx = ctx.store.begin().await?;
    let expired = tx.users().list_page(&filter, &[], Page { offset: 0, limit: Some(BATCH) }).await?.users;
    let (mut found, mut written) = (0, 0);
    for user in expired {
        found += 1;
        match tx.users().update(&User { updated_at: now, ..user.at(now) }).await {
            Ok(()) => written += 1,
            Err(StoreError::Stale) => {}
            Err(error) => return Err(error),
        }
    }
    tx.commit().await?;
    Ok((found, written))
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::user::StatusChange;
    use omnicontact_ports::UserPage;
    use omnicontact_ports::mock::MockTransaction;

    use super::*;
    use crate::context::test::NOW;
    use crate::users::testing::{over, person};

    fn expired(id: &str) -> User {
        let user = person(id, &[]);
        let change =
            StatusChange { text: Some("meeting".into()), expires_at: Some(NOW), ..StatusChange::default() };
        User { presence: user.presence.changed(change), ..user }
    }

    #[tokio::test]
    async fn what_expired_is_taken_back_but_for_accounts_that_somebody_changed_meanwhile() {
        let mut tx = MockTransaction::default();
        tx.users
            .expect_list_page()
            .withf(|filter, _, page| filter.presence_expired_at == Some(NOW) && page.limit == Some(BATCH))
            .times(1)
            .returning(|_, _, _| Ok(UserPage { users: vec![expired("a"), expired("b")], total: 2 }));
        tx.users.expect_update().times(2).returning(|user| {
            assert_eq!((user.presence.text.as_deref(), user.presence.expires_at), (None, None));
            if user.id.as_str() == "a" { Err(StoreError::Stale) } else { Ok(()) }
        });
        let (ctx, _) = over(tx);
        assert_eq!(restore_presences(&ctx).await.unwrap(), 1);
    }
}
