//! Remove a department: `DELETE livechat/department/:_id` (contract, conversations 3.15).

use omnicontact_domain::department::{DepartmentId, check_removal};
use omnicontact_domain::permission::{MANAGE_LIVECHAT_DEPARTMENTS, REMOVE_LIVECHAT_DEPARTMENT};
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::setting::REMOVE_DEPARTMENTS;

use super::DepartmentError;
use crate::Context;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement =
    Requirement::Any(&[MANAGE_LIVECHAT_DEPARTMENTS, REMOVE_LIVECHAT_DEPARTMENT]);

/// Removes a department where that is allowed. Its memberships end; its conversations, open and closed, belong to
/// none then, so that what waited there waits in public.
///
/// # Errors
/// [`DepartmentError`]; nothing was written then.
pub async fn remove_department(
    ctx: &Context,
    actor: &Actor,
    id: &DepartmentId,
) -> Result<(), DepartmentError> {
    authorize(actor, &REQUIRES)?;
    retried(ctx, || remove(ctx, id)).await
}

async fn remove(ctx: &Context, id: &DepartmentId) -> Result<(), DepartmentError> {
    let mut tx = ctx.store.begin().await?;
    let settings = tx.settings().find_many(&[REMOVE_DEPARTMENTS]).await?;
    let found = tx.departments().find(id).await?;
    check_removal(settings.flag(REMOVE_DEPARTMENTS), found.as_ref())?;
    // First, so that nobody opens a conversation in it any more.
    if !tx.departments().remove(id).await? {
        return Err(DepartmentError::Store(omnicontact_ports::StoreError::Stale));
    }
    tx.conversations().release_department(id, ctx.clock.now()).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::department::NotRemoved;
    use omnicontact_domain::setting::SettingValues;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context, holding, nobody};
    use crate::prepared::{department, writing};

    async fn removed(enabled: bool, known: bool) -> (Result<(), DepartmentError>, bool) {
        let done = usize::from(enabled && known);
        let mut tx = MockTransaction::default();
        let settings = SettingValues::new([(REMOVE_DEPARTMENTS.to_owned(), enabled.into())].into());
        tx.settings.expect_find_many().returning(move |_| Ok(settings.clone()));
        tx.departments.expect_find().returning(move |_| Ok(known.then(|| department("d1"))));
        tx.departments.expect_remove().times(done).returning(|_| Ok(true));
        tx.conversations
            .expect_release_department()
            .withf(|id, now| id.as_str() == "d1" && *now == NOW)
            .times(done)
            .returning(|_, _| Ok(3));
        let (store, committed) = writing(vec![tx]);
        let boss = holding(&[REMOVE_LIVECHAT_DEPARTMENT]);
        let answer = remove_department(&context(store), &boss, &"d1".into()).await;
        (answer, committed.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let refused = remove_department(&context(MockStore::new()), &nobody(), &"d1".into()).await;
        assert!(matches!(refused, Err(DepartmentError::Denied(_))));
    }

    #[tokio::test]
    async fn it_goes_only_where_the_setting_says_so_and_its_conversations_stay() {
        let (answer, committed) = removed(false, true).await;
        assert!(matches!(answer, Err(DepartmentError::NotRemoved(NotRemoved::Disabled))) && !committed);
        let (answer, committed) = removed(true, false).await;
        assert!(matches!(answer, Err(DepartmentError::NotRemoved(NotRemoved::NoDepartment))) && !committed);
        let (answer, committed) = removed(true, true).await;
        assert!(answer.is_ok() && committed);
    }
}
