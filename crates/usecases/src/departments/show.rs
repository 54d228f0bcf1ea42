//! See a department with its agents: `GET livechat/department/:_id`.

use omnicontact_domain::department::DepartmentId;
use omnicontact_domain::permission::{VIEW_L_ROOM, VIEW_LIVECHAT_DEPARTMENTS};
use omnicontact_domain::policy::{Actor, Requirement, authorize};

use super::{DepartmentError, SavedDepartment};
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::Any(&[VIEW_LIVECHAT_DEPARTMENTS, VIEW_L_ROOM]);

/// The department with that id and its agents, in their places. `None`: there is none.
///
/// # Errors
/// [`DepartmentError::Denied`], [`DepartmentError::Store`].
pub async fn show_department(
    ctx: &Context,
    actor: &Actor,
    id: &DepartmentId,
) -> Result<Option<SavedDepartment>, DepartmentError> {
    authorize(actor, &REQUIRES)?;
    let mut tx = ctx.store.read().await?;
    let Some(department) = tx.departments().find(id).await? else { return Ok(None) };
    let agents = tx.departments().list_agents(id).await?;
    Ok(Some(SavedDepartment { department, agents }))
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{agent, context, nobody};
    use crate::prepared::{department, reading};

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let refused = show_department(&context(MockStore::new()), &nobody(), &"d1".into()).await;
        assert!(matches!(refused, Err(DepartmentError::Denied(_))));
    }

    #[tokio::test]
    async fn an_unknown_one_is_none() {
        for known in [true, false] {
            let mut tx = MockTransaction::default();
            tx.departments.expect_find().returning(move |_| Ok(known.then(|| department("d1"))));
            tx.departments.expect_list_agents().times(usize::from(known)).returning(|_| Ok(vec![]));
            let shown = show_department(&context(reading(tx)), &agent(), &"d1".into()).await.unwrap();
            assert_eq!(shown.is_some(), known);
        }
    }
}
