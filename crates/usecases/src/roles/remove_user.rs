//! Take a role from a user: `POST roles.removeUserFromRole`.

use omnicontact_domain::permission::ACCESS_PERMISSIONS;
use omnicontact_domain::policy::{Actor, Denied, Requirement, authorize};
use omnicontact_domain::role::{ADMIN, RoleId};
use omnicontact_domain::user::User;
use omnicontact_ports::{RoleRecord, StoreError};

use super::add_user::{Membership, holds};
use crate::Context;
use crate::audit::note_user_changed;
use crate::last_administrator::administrator_remains;
use crate::retry::{MayRetry, retried};

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[ACCESS_PERMISSIONS]);

/// Why a role is not taken. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum RemoveUserFromRoleError {
    /// The actor may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// No role is named.
    #[error("no role is named")]
    NoRole,
    /// There is no user of exactly that name.
    #[error("there is no such user")]
    UnknownUser,
    /// There is no such role.
    #[error("there is no such role")]
    UnknownRole,
    /// The user does not have the role.
    #[error("the user does not have the role")]
    NotInRole,
    /// Nobody would administer the server any more.
    #[error("no administrator would be left")]
    LastAdministrator,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for RemoveUserFromRoleError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::Denied(_)
            | Self::NoRole
            | Self::UnknownUser
            | Self::UnknownRole
            | Self::NotInRole
            | Self::LastAdministrator => false,
        }
    }
}

/// Takes a role from the user of exactly that name, and returns the role.
///
/// # Errors
/// [`RemoveUserFromRoleError`], in the order of its variants; nothing was written then.
pub async fn remove_user_from_role(
    ctx: &Context,
    actor: &Actor,
    request: &Membership,
) -> Result<RoleRecord, RemoveUserFromRoleError> {
    authorize(actor, &REQUIRES)?;
    let role = request.role.as_ref().ok_or(RemoveUserFromRoleError::NoRole)?;
    retried(ctx, || remove_once(ctx, actor, request, role)).await
}

async fn remove_once(
    ctx: &Context,
    actor: &Actor,
    request: &Membership,
    role: &RoleId,
) -> Result<RoleRecord, RemoveUserFromRoleError> {
    let mut tx = ctx.store.begin().await?;
    let found = tx.users().find_by_username(&request.username).await?;
    let before = found.filter(|user| user.username.as_ref() == Some(&request.username));
    let before = before.ok_or(RemoveUserFromRoleError::UnknownUser)?;
    let role = tx.access().find_role(role).await?.ok_or(RemoveUserFromRoleError::UnknownRole)?;
    if !holds(&before, &role, request.room.as_ref()) {
        return Err(RemoveUserFromRoleError::NotInRole);
    }
    if role.id.as_str() == ADMIN && !administrator_remains(tx.as_mut(), &before).await? {
        return Err(RemoveUserFromRoleError::LastAdministrator);
    }
    let after = User { updated_at: ctx.clock.now(), ..before.clone().without_role(&role.id) };
    tx.users().update(&after).await?;
    note_user_changed(ctx, tx.as_mut(), &actor.into(), &before, &after).await?;
    tx.commit().await?;
    Ok(role)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::role::LIVECHAT_AGENT;
    use omnicontact_domain::user::LivechatStatus;
    use omnicontact_ports::UserPage;
    use omnicontact_ports::mock::{Committed, MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context, holding, nobody};
    use crate::roles::test::role;

    fn user(id: &str) -> User {
        User {
            username: Some(id.into()),
            roles: vec![ADMIN.into(), LIVECHAT_AGENT.into()],
            livechat_status: Some(LivechatStatus::Available),
            ..User::new(id, NOW)
        }
    }

    fn request(username: &str, role: &str) -> Membership {
        Membership { username: username.into(), role: Some(role.into()), room: None }
    }

    /// A context whose store has Kim, some roles and these active administrators.
    fn over(administrators: &'static [&'static str]) -> (Context, Committed) {
        let mut tx = MockTransaction::default();
        tx.users
            .expect_find_by_username()
            .returning(|name| Ok((name.to_lowercase() == "kim").then(|| user("kim"))));
        tx.access.expect_find_role().returning(|id| {
            Ok(["user", ADMIN, LIVECHAT_AGENT].contains(&id.as_str()).then(|| role(id.as_str())))
        });
        tx.access.expect_lock_role().returning(|id| Ok(Some(role(id.as_str()))));
        tx.users.expect_list_page().returning(|_, _, _| {
            Ok(UserPage { users: administrators.iter().map(|id| user(id)).collect(), total: 0 })
        });
        tx.users
            .expect_update()
            .withf(|user| {
                let agent = user.has_role(LIVECHAT_AGENT);
                user.roles.len() == 1 && agent == user.livechat_status.is_some()
            })
            .returning(|_| Ok(()));
        tx.audit.expect_add().withf(|event| event.subject_id == "kim").returning(|_| Ok(()));
        let committed = tx.committed.clone();
        let mut store = MockStore::new();
        store.expect_begin().return_once(move || Ok(Box::new(tx)));
        (context(store), committed)
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction_and_neither_does_no_role() {
        let ctx = context(MockStore::new());
        let refused = remove_user_from_role(&ctx, &nobody(), &request("kim", "user")).await;
        assert!(matches!(refused, Err(RemoveUserFromRoleError::Denied(_))));
        let no_role = Membership { role: None, ..request("kim", "") };
        let refused = remove_user_from_role(&ctx, &holding(&[ACCESS_PERMISSIONS]), &no_role).await;
        assert!(matches!(refused, Err(RemoveUserFromRoleError::NoRole)));
    }

    #[tokio::test]
    async fn refusals_come_in_their_order_and_write_nothing() {
        for (request, expected) in [
            (request("Kim", "boss"), "UnknownUser"),
            (request("kim", "boss"), "UnknownRole"),
            (request("kim", "user"), "NotInRole"),
            (request("kim", ADMIN), "LastAdministrator"),
        ] {
            let (ctx, committed) = over(&["kim"]);
            let refused = remove_user_from_role(&ctx, &holding(&[ACCESS_PERMISSIONS]), &request).await;
            let refused = refused.unwrap_err();
            assert!(format!("{refused:?}").starts_with(expected), "{refused:?}");
            assert!(!committed.load(Ordering::SeqCst));
        }
    }

    #[tokio::test]
    async fn a_role_goes_and_with_an_agents_role_the_status() {
        for role in [ADMIN, LIVECHAT_AGENT] {
            let (ctx, committed) = over(&["boss", "kim"]);
            let request = request("kim", role);
            let taken = remove_user_from_role(&ctx, &holding(&[ACCESS_PERMISSIONS]), &request).await;
            assert_eq!(taken.unwrap().id.as_str(), role);
            assert!(committed.load(Ordering::SeqCst));
        }
    }
}
