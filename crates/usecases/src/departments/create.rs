//! Make a department: `POST livechat/department` (contract, conversations 3.15).

use omnicontact_domain::department::{Department, DepartmentEdit};
use omnicontact_domain::permission::MANAGE_LIVECHAT_DEPARTMENTS;
use omnicontact_domain::policy::{Actor, Requirement, authorize};

use super::members::{check_members, hold_fallback, put};
use super::{DepartmentError, NewMember, SavedDepartment};
use crate::Context;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[MANAGE_LIVECHAT_DEPARTMENTS]);

/// Makes a department with these agents. Several may have one name.
///
/// # Errors
/// [`DepartmentError`]; nothing was written then.
pub async fn create_department(
    ctx: &Context,
    actor: &Actor,
    said: DepartmentEdit,
    members: &[NewMember],
) -> Result<SavedDepartment, DepartmentError> {
    authorize(actor, &REQUIRES)?;
    check_members(members)?;
    let department = Department::new(ctx.ids.random_id().into(), said.over(None), ctx.clock.now())?;
    retried(ctx, || add(ctx, &department, members)).await
}

async fn add(
    ctx: &Context,
    department: &Department,
    members: &[NewMember],
) -> Result<SavedDepartment, DepartmentError> {
    let mut tx = ctx.store.begin().await?;
    hold_fallback(tx.as_mut(), department.said.fallback.as_ref()).await?;
    tx.departments().add(department).await?;
    let saved = put(tx.as_mut(), department.clone(), members).await?;
    tx.commit().await?;
    Ok(saved)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::department::{AGENTS_LIMIT, InvalidDepartment};
    use omnicontact_ports::mock::{MockStore, MockTransaction};
    use omnicontact_ports::{Constraint, StoreError};

    use super::*;
    use crate::context::test::{NOW, context, holding, nobody};
    use crate::prepared::{department_edit, writing};

    fn member(agent: &str) -> NewMember {
        NewMember { agent: agent.into(), count: 2, order: 1 }
    }

    async fn create(
        tx: MockTransaction,
        said: DepartmentEdit,
    ) -> (Result<SavedDepartment, DepartmentError>, bool) {
        let (store, committed) = writing(vec![tx]);
        let boss = holding(&[MANAGE_LIVECHAT_DEPARTMENTS]);
        let made = create_department(&context(store), &boss, said, &[member("kim")]).await;
        (made, committed.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction_and_neither_does_what_is_no_department() {
        let ctx = context(MockStore::new());
        let refused = create_department(&ctx, &nobody(), department_edit(), &[]).await;
        assert!(matches!(refused, Err(DepartmentError::Denied(_))));
        let boss = holding(&[MANAGE_LIVECHAT_DEPARTMENTS]);
        let asks = DepartmentEdit { asks_for_tags: Some(true), ..department_edit() };
        let refused = create_department(&ctx, &boss, asks, &[]).await;
        assert!(matches!(refused, Err(DepartmentError::Invalid(InvalidDepartment::NoTags))));
        let many = vec![member("kim"); AGENTS_LIMIT + 1];
        let refused = create_department(&ctx, &boss, department_edit(), &many).await;
        assert!(matches!(refused, Err(DepartmentError::OutOfBounds(_))));
    }

    #[tokio::test]
    async fn it_is_stored_with_its_agents() {
        let mut tx = MockTransaction::default();
        tx.departments
            .expect_add()
            .withf(|made| made.id.as_str() == "new-user" && made.updated_at == NOW)
            .times(1)
            .returning(|_| Ok(()));
        tx.departments
            .expect_add_agents()
            .withf(|all| {
                all.len() == 1 && all[0].agent.as_str() == "kim" && (all[0].count, all[0].order) == (2, 1)
            })
            .times(1)
            .returning(|_| Ok(()));
        tx.departments.expect_list_agents().returning(|_| Ok(vec![]));
        let (made, committed) = create(tx, department_edit()).await;
        assert_eq!(made.unwrap().department.said.name, "Sales");
        assert!(committed);
    }

    #[tokio::test]
    async fn an_unknown_agent_or_fallback_leaves_nothing_behind() {
        let mut tx = MockTransaction::default();
        tx.departments.expect_add().returning(|_| Ok(()));
        tx.departments.expect_add_agents().returning(|_| Err(StoreError::Conflict(Constraint::Reference)));
        let (made, committed) = create(tx, department_edit()).await;
        assert!(matches!(made, Err(DepartmentError::UnknownAgent)) && !committed);
        let mut tx = MockTransaction::default();
        tx.departments.expect_hold().withf(|id| id.as_str() == "d9").returning(|_| Ok(None));
        let said = DepartmentEdit { fallback: Some(Some("d9".into())), ..department_edit() };
        let (made, committed) = create(tx, said).await;
        assert!(matches!(made, Err(DepartmentError::NoFallback)) && !committed);
    }
}
