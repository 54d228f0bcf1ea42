//! The manager of a contact of the second API (contract, contacts 5.2): an agent, named by user id.

use omnicontact_domain::id::UserId;
use omnicontact_domain::role::LIVECHAT_AGENT;
use omnicontact_ports::Transaction;

use super::EditError;

/// Refuses a manager who is no agent. Whether the agent is online does not matter.
pub(super) async fn check_manager(
    tx: &mut dyn Transaction,
    manager: Option<&UserId>,
) -> Result<(), EditError> {
    let Some(id) = manager else { return Ok(()) };
    match tx.users().find(id).await? {
        Some(user) if user.has_role(LIVECHAT_AGENT) => Ok(()),
        Some(_) | None => Err(EditError::ManagerNotFound),
    }
}
