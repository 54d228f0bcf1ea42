//! List the departments of an agent: `GET livechat/agents/:agentId/departments` (contract, framework 4.5).

use omnicontact_domain::department::{Department, Membership};
use omnicontact_domain::id::UserId;
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::policy::{Actor, Requirement, authorize};

use super::DepartmentError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);

/// The memberships of an agent with their departments, by the ids of these; of all or only of those that are
/// offered. Somebody unknown has none.
///
/// # Errors
/// [`DepartmentError::Denied`], [`DepartmentError::Store`].
pub async fn list_departments_of_agent(
    ctx: &Context,
    actor: &Actor,
    agent: &UserId,
    only_enabled: bool,
) -> Result<Vec<(Membership, Department)>, DepartmentError> {
    authorize(actor, &REQUIRES)?;
    let mut tx = ctx.store.read().await?;
    let memberships = tx.departments().list_memberships(agent).await?;
    if memberships.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = memberships.iter().map(|membership| membership.department.clone()).collect();
    let departments = tx.departments().find_many(&ids).await?;
    let joined = memberships.into_iter().filter_map(|membership| {
        let department = departments.iter().find(|department| department.id == membership.department)?;
        Some((membership, department.clone()))
    });
    Ok(joined.filter(|(_, department)| !only_enabled || department.said.shown.enabled).collect())
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{agent, context, nobody};
    use crate::prepared::{department, reading};

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let ctx = context(MockStore::new());
        let refused = list_departments_of_agent(&ctx, &nobody(), &"kim".into(), false).await;
        assert!(matches!(refused, Err(DepartmentError::Denied(_))));
    }

    #[tokio::test]
    async fn those_that_are_not_offered_may_be_left_out() {
        for (only_enabled, expected) in [(false, &["d1", "d2"][..]), (true, &["d2"])] {
            let mut tx = MockTransaction::default();
            tx.departments.expect_list_memberships().returning(|agent| {
                let of = |id: &str| Membership {
                    department: id.into(),
                    agent: agent.clone(),
                    username: Some("kim".into()),
                    count: 0,
                    order: 0,
                };
                Ok(vec![of("d1"), of("d2")])
            });
            tx.departments.expect_find_many().returning(|_| {
                let mut hidden = department("d1");
                hidden.said.shown.enabled = false;
                Ok(vec![department("d2"), hidden])
            });
            let listed =
                list_departments_of_agent(&context(reading(tx)), &agent(), &"kim".into(), only_enabled).await;
            let ids: Vec<_> =
                listed.unwrap().into_iter().map(|(_, department)| department.id.into_string()).collect();
            assert_eq!(ids, expected);
        }
    }
}
