//! Departments and their agents.

use async_trait::async_trait;
use omnicontact_domain::department::{Department, DepartmentId, Membership};
use omnicontact_domain::id::UserId;

use crate::StoreError;

/// Stores departments with the memberships of their agents.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait DepartmentRepository: Send {
    /// The department with that id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find(&mut self, id: &DepartmentId) -> Result<Option<Department>, StoreError>;

    /// The same, and it stays until this transaction ends: nobody removes it meanwhile. Whoever holds a department
    /// does so before it locks anything else.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn hold(&mut self, id: &DepartmentId) -> Result<Option<Department>, StoreError>;

    /// All departments, by name, then by id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list(&mut self) -> Result<Vec<Department>, StoreError>;

    /// The departments with these ids, in no order; unknown ids are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_many(&mut self, ids: &[DepartmentId]) -> Result<Vec<Department>, StoreError>;

    /// The department of that name, exactly; of several the one with the least id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_by_name(&mut self, name: &str) -> Result<Option<Department>, StoreError>;

    /// Stores a new department, without agents.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Id`].
    async fn add(&mut self, department: &Department) -> Result<(), StoreError>;

    /// Overwrites a department that was read at `department.version`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the stored version is another or it is gone.
    async fn update(&mut self, department: &Department) -> Result<(), StoreError>;

    /// Removes a department with its memberships, also as the fallback of others; its conversations are left to
    /// [`crate::ConversationRepository::release_department`]. Returns whether there was one.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove(&mut self, id: &DepartmentId) -> Result<bool, StoreError>;

    /// The agents of a department, by their place ([`Membership::order`]), then by id. Of those who are still
    /// users the usernames are what they are now.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_agents(&mut self, department: &DepartmentId) -> Result<Vec<Membership>, StoreError>;

    /// The departments of an agent, by id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_by_agent(&mut self, agent: &UserId) -> Result<Vec<DepartmentId>, StoreError>;

    /// The memberships of an agent, by the ids of the departments, with the username as it is now.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_memberships(&mut self, agent: &UserId) -> Result<Vec<Membership>, StoreError>;

    /// How many agents these departments have, in no order; those without any may be left out.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn count_agents(&mut self, ids: &[DepartmentId]) -> Result<Vec<(DepartmentId, u64)>, StoreError>;

    /// Puts agents into their departments; a membership that is there already is overwritten.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Reference`] when there is no such department or no such user;
    /// nothing is stored then. Neither goes away before this transaction ends.
    async fn add_agents(&mut self, memberships: &[Membership]) -> Result<(), StoreError>;

    /// Takes an agent out of a department. Returns whether the agent was there.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove_agent(&mut self, department: &DepartmentId, agent: &UserId) -> Result<bool, StoreError>;

    /// Takes a user, who is no agent any more, out of all departments. Returns how many there were.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove_from_all(&mut self, agent: &UserId) -> Result<u64, StoreError>;
}
