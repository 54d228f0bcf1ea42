//! See what the server is licensed for: `GET licenses.info`. Everybody has everything here (decision 4 of the
//! contract); clients ask so that they offer it.

use omnicontact_domain::page::Page;
use omnicontact_domain::permission::{PermissionId, VIEW_PRIVILEGED_SETTING};
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_ports::{StoreError, Transaction, UserFilter};

use crate::Context;

/// Who sees the licence itself.
const SEES_LICENSE: Requirement = Requirement::All(ASKS);
/// What is asked about.
pub const ASKS: &[PermissionId] = &[VIEW_PRIVILEGED_SETTING];

/// What limits would count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Accounts that may log in.
    pub active_users: u64,
    /// Accounts with the role `guest`.
    pub guest_users: u64,
    /// Contacts, deleted ones included, whom an agent answered in this month.
    pub monthly_active_contacts: u64,
}

/// What an actor sees of the licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LicenseView {
    /// Whether the actor sees the licence itself.
    pub whole: bool,
    /// What limits would count, where that was asked for.
    pub usage: Option<Usage>,
}

/// What the actor sees; with `with_usage`, what is counted, too.
///
/// # Errors
/// [`StoreError`].
pub async fn show_license(ctx: &Context, actor: &Actor, with_usage: bool) -> Result<LicenseView, StoreError> {
    let whole = authorize(actor, &SEES_LICENSE).is_ok();
    let usage = if with_usage {
        let month = ctx.clock.now().month();
        Some(usage(ctx.store.read().await?.as_mut(), &month).await?)
    } else {
        None
    };
    Ok(LicenseView { whole, usage })
}

async fn usage(tx: &mut dyn Transaction, month: &str) -> Result<Usage, StoreError> {
    let active = UserFilter { active: Some(true), ..UserFilter::default() };
    let guests = UserFilter { roles: vec!["guest".into()], ..UserFilter::default() };
    Ok(Usage {
        active_users: count(tx, &active).await?,
        guest_users: count(tx, &guests).await?,
        monthly_active_contacts: tx.contacts().count_active(month).await?,
    })
}

async fn count(tx: &mut dyn Transaction, filter: &UserFilter) -> Result<u64, StoreError> {
    Ok(tx.users().list_page(filter, &[], Page { offset: 0, limit: Some(1) }).await?.total)
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::UserPage;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context, holding, nobody};

    #[tokio::test]
    async fn nothing_is_counted_unless_asked_for() {
        let ctx = context(MockStore::new());
        let seen = show_license(&ctx, &nobody(), false).await.unwrap();
        assert_eq!(seen, LicenseView { whole: false, usage: None });
        assert!(show_license(&ctx, &holding(ASKS), false).await.unwrap().whole);
    }

    #[tokio::test]
    async fn active_accounts_and_guests_are_counted() {
        let mut tx = MockTransaction::default();
        tx.users.expect_list_page().returning(|filter, _, _| {
            let total = if filter.active == Some(true) { 7 } else { 2 };
            Ok(UserPage { users: vec![], total })
        });
        tx.contacts.expect_count_active().withf(|month| *month == NOW.month()).returning(|_| Ok(5));
        let mut store = MockStore::new();
        store.expect_read().return_once(move || Ok(Box::new(tx)));
        let seen = show_license(&context(store), &nobody(), true).await.unwrap();
        let usage = Usage { active_users: 7, guest_users: 2, monthly_active_contacts: 5 };
        assert_eq!(seen.usage, Some(usage));
    }
}
