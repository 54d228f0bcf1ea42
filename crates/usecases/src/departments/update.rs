//! Change a department: `PUT livechat/department/:_id`.

use omnicontact_domain::department::{DepartmentEdit, DepartmentId};
use omnicontact_domain::permission::MANAGE_LIVECHAT_DEPARTMENTS;
use omnicontact_domain::policy::{Actor, Requirement, authorize};

use super::members::{check_members, hold_fallback, put};
use super::{DepartmentError, NewMember, SavedDepartment};
use crate::Context;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[MANAGE_LIVECHAT_DEPARTMENTS]);

/// Says something else of a department, and puts these agents into it; the others stay.
///
/// # Errors
/// [`DepartmentError`]; nothing was written then.
pub async fn update_department(
    ctx: &Context,
    actor: &Actor,
    id: &DepartmentId,
    said: &DepartmentEdit,
    members: &[NewMember],
) -> Result<SavedDepartment, DepartmentError> {
    authorize(actor, &REQUIRES)?;
    check_members(members)?;
    retried(ctx, || change(ctx, id, said, members)).await
}

async fn change(
    ctx: &Context,
    id: &DepartmentId,
    said: &DepartmentEdit,
    members: &[NewMember],
) -> Result<SavedDepartment, DepartmentError> {
    let mut tx = ctx.store.begin().await?;
    let mut department = tx.departments().find(id).await?.ok_or(DepartmentError::NotFound)?;
    department.edit(said.clone(), ctx.clock.now())?;
    hold_fallback(tx.as_mut(), department.said.fallback.as_ref()).await?;
    tx.departments().update(&department).await?;
    let saved = put(tx.as_mut(), department, members).await?;
    tx.commit().await?;
    Ok(saved)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_ports::StoreError;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context, holding, nobody};
    use crate::prepared::{department, department_edit, writing};

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let ctx = context(MockStore::new());
        let refused = update_department(&ctx, &nobody(), &"d1".into(), &department_edit(), &[]).await;
        assert!(matches!(refused, Err(DepartmentError::Denied(_))));
    }

    #[tokio::test]
    async fn what_another_one_changed_meanwhile_is_changed_again() {
        let attempt = |result: fn() -> Result<(), StoreError>| {
            let mut tx = MockTransaction::default();
            tx.departments.expect_find().returning(|_| Ok(Some(department("d1"))));
            tx.departments
                .expect_update()
                .withf(|changed| changed.said.name == "Sales" && changed.updated_at == NOW)
                .times(1)
                .returning(move |_| result());
            tx.departments.expect_add_agents().returning(|_| Ok(()));
            tx.departments.expect_list_agents().returning(|_| Ok(vec![]));
            tx
        };
        let (store, committed) = writing(vec![attempt(|| Err(StoreError::Stale)), attempt(|| Ok(()))]);
        let boss = holding(&[MANAGE_LIVECHAT_DEPARTMENTS]);
        update_department(&context(store), &boss, &"d1".into(), &department_edit(), &[]).await.unwrap();
        assert!(committed.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn an_unknown_one_is_not_made() {
        let mut tx = MockTransaction::default();
        tx.departments.expect_find().returning(|_| Ok(None));
        let (store, committed) = writing(vec![tx]);
        let boss = holding(&[MANAGE_LIVECHAT_DEPARTMENTS]);
        let refused = update_department(&context(store), &boss, &"d9".into(), &department_edit(), &[]).await;
        assert!(matches!(refused, Err(DepartmentError::NotFound)));
        assert!(!committed.load(Ordering::SeqCst));
    }
}
