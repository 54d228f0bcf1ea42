//! List departments: `GET livechat/department`.

use std::collections::HashMap;

use omnicontact_domain::department::{Department, DepartmentId};
use omnicontact_domain::page::Page;
use omnicontact_domain::permission::{VIEW_L_ROOM, VIEW_LIVECHAT_DEPARTMENTS};
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::sort::Direction;
use omnicontact_domain::text::fold;

use super::DepartmentError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::Any(&[VIEW_LIVECHAT_DEPARTMENTS, VIEW_L_ROOM]);

/// Which departments are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartmentsQuery {
    /// What the name contains, without regard to case.
    pub text: String,
    /// Only those that are offered, or only those that are not.
    pub enabled: Option<bool>,
    /// Only those of which the caller is an agent.
    pub own: bool,
    /// Not this one.
    pub except: Option<DepartmentId>,
    /// In which direction of the names.
    pub direction: Direction,
    /// The page.
    pub page: Page,
}

/// A page of departments.
#[derive(Debug, Clone, PartialEq)]
pub struct DepartmentPage {
    /// The departments, each with the number of its agents.
    pub departments: Vec<(Department, u64)>,
    /// How many fit in all.
    pub total: u64,
}

/// A page of the departments that fit, by name. There are as few as people can tell apart, so all of them are read.
///
/// # Errors
/// [`DepartmentError::Denied`], [`DepartmentError::Store`].
pub async fn list_departments(
    ctx: &Context,
    actor: &Actor,
    query: &DepartmentsQuery,
) -> Result<DepartmentPage, DepartmentError> {
    authorize(actor, &REQUIRES)?;
    let mut tx = ctx.store.read().await?;
    let mut departments = tx.departments().list().await?;
    if query.own {
        let own = tx.departments().list_by_agent(&actor.user_id).await?;
        departments.retain(|department| own.contains(&department.id));
    }
    let text = fold(&query.text);
    departments.retain(|department| {
        query.enabled.is_none_or(|enabled| department.said.shown.enabled == enabled)
            && query.except.as_ref() != Some(&department.id)
            && fold(&department.said.name).contains(&text)
    });
    match query.direction {
        Direction::Ascending => {}
        Direction::Descending => departments.reverse(),
    }
    let total = departments.len() as u64;
    let limit = query.page.limit.map_or(usize::MAX, |limit| limit as usize);
    let on_page: Vec<_> = departments.into_iter().skip(query.page.offset as usize).take(limit).collect();
    let ids: Vec<_> = on_page.iter().map(|department| department.id.clone()).collect();
    let agents = if ids.is_empty() { Vec::new() } else { tx.departments().count_agents(&ids).await? };
    let agents: HashMap<_, _> = agents.into_iter().collect();
    let counted = |department: Department| {
        let count = agents.get(&department.id).copied().unwrap_or_default();
        (department, count)
    };
    Ok(DepartmentPage { departments: on_page.into_iter().map(counted).collect(), total })
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{agent, context, nobody};
    use crate::prepared::{department, reading};

    fn query() -> DepartmentsQuery {
        DepartmentsQuery {
            text: String::new(),
            enabled: None,
            own: false,
            except: None,
            direction: Direction::Ascending,
            page: Page::ALL,
        }
    }

    async fn listed(query: DepartmentsQuery) -> (Vec<(String, u64)>, u64) {
        let mut tx = MockTransaction::default();
        tx.departments.expect_list().returning(|| {
            let mut hidden = department("d2");
            hidden.said.shown.enabled = false;
            hidden.said.name = "Hidden".to_owned();
            Ok(vec![hidden, department("d1"), department("d3")])
        });
        tx.departments.expect_list_by_agent().returning(|_| Ok(vec!["d3".into(), "d2".into()]));
        tx.departments.expect_count_agents().returning(|_| Ok(vec![("d3".into(), 7)]));
        let page = list_departments(&context(reading(tx)), &agent(), &query).await.unwrap();
        let ids = page.departments.into_iter().map(|(found, agents)| (found.id.into_string(), agents));
        (ids.collect(), page.total)
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let refused = list_departments(&context(MockStore::new()), &nobody(), &query()).await;
        assert!(matches!(refused, Err(DepartmentError::Denied(_))));
    }

    #[tokio::test]
    async fn every_condition_narrows_the_list() {
        let all = query();
        for (query, expected, total) in [
            (all.clone(), &["d2", "d1", "d3"][..], 3),
            (DepartmentsQuery { text: "SALE".into(), ..all.clone() }, &["d1", "d3"], 2),
            (DepartmentsQuery { enabled: Some(false), ..all.clone() }, &["d2"], 1),
            (DepartmentsQuery { own: true, enabled: Some(true), ..all.clone() }, &["d3"], 1),
            (DepartmentsQuery { except: Some("d1".into()), ..all.clone() }, &["d2", "d3"], 2),
            (DepartmentsQuery { page: Page { offset: 1, limit: Some(1) }, ..all.clone() }, &["d1"], 3),
            (DepartmentsQuery { direction: Direction::Descending, ..all.clone() }, &["d3", "d1", "d2"], 3),
            (DepartmentsQuery { page: Page { offset: 9, limit: None }, ..all }, &[], 3),
        ] {
            let (found, counted) = listed(query.clone()).await;
            let expected: Vec<_> =
                expected.iter().map(|id| ((*id).to_owned(), if *id == "d3" { 7 } else { 0 })).collect();
            assert_eq!((found, counted), (expected, total), "{query:?}");
        }
    }
}
