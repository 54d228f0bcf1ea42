//! The agents whom a request puts into a department, and what it refers to.

use omnicontact_domain::department::{AGENTS_LIMIT, Department, DepartmentId, Membership};
use omnicontact_domain::id::UserId;
use omnicontact_domain::text::{KEY_LIMIT, OutOfBounds, TooMany, check};
use omnicontact_ports::{Constraint, StoreError, Transaction};

use super::DepartmentError;

/// An agent who is put into a department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMember {
    /// Who.
    pub agent: UserId,
    /// How many conversations the agent takes there.
    pub count: i64,
    /// The agent's place among the others.
    pub order: i64,
}

/// A department as it is stored, with its agents.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedDepartment {
    /// The department.
    pub department: Department,
    /// Its agents, in their places.
    pub agents: Vec<Membership>,
}

/// Refuses agents who could not be stored.
pub(super) fn check_members(members: &[NewMember]) -> Result<(), OutOfBounds> {
    if members.len() > AGENTS_LIMIT {
        return Err(TooMany { field: "agents", limit: AGENTS_LIMIT }.into());
    }
    for member in members {
        check("agentId", member.agent.as_str(), KEY_LIMIT)?;
    }
    Ok(())
}

/// Holds the department that is to get what another one cannot.
pub(super) async fn hold_fallback(
    tx: &mut dyn Transaction,
    fallback: Option<&DepartmentId>,
) -> Result<(), DepartmentError> {
    match fallback {
        Some(id) if tx.departments().hold(id).await?.is_none() => Err(DepartmentError::NoFallback),
        Some(_) | None => Ok(()),
    }
}

/// Puts the agents into the department, and lists all of them.
pub(super) async fn put(
    tx: &mut dyn Transaction,
    department: Department,
    members: &[NewMember],
) -> Result<SavedDepartment, DepartmentError> {
    let memberships: Vec<_> = members
        .iter()
        .map(|member| Membership {
            department: department.id.clone(),
            agent: member.agent.clone(),
            username: None,
            count: member.count,
            order: member.order,
        })
        .collect();
    match tx.departments().add_agents(&memberships).await {
        Err(StoreError::Conflict(Constraint::Reference)) => return Err(DepartmentError::UnknownAgent),
        stored => stored?,
    }
    let agents = tx.departments().list_agents(&department.id).await?;
    Ok(SavedDepartment { department, agents })
}
