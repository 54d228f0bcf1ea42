//! Give a role to a user: `POST roles.addUserToRole`.

use omnicontact_domain::id::RoomId;
use omnicontact_domain::permission::{ACCESS_PERMISSIONS, ASSIGN_ADMIN_ROLE, PermissionId};
use omnicontact_domain::policy::{Actor, Denied, Requirement, authorize};
use omnicontact_domain::role::{ADMIN, RoleId, RoleScope};
use omnicontact_domain::user::User;
use omnicontact_ports::{Constraint, RoleRecord, StoreError, Transaction};

use crate::Context;
use crate::audit::note_user_changed;
use crate::retry::{MayRetry, retried};

/// Who may give a role.
pub const REQUIRES: Requirement = Requirement::All(&[ACCESS_PERMISSIONS]);
/// Who may give the role `admin`, in addition.
const MAKES_ADMINISTRATORS: Requirement = Requirement::All(&[ASSIGN_ADMIN_ROLE]);
/// What is asked about.
pub const ASKS: &[PermissionId] = &[ACCESS_PERMISSIONS, ASSIGN_ADMIN_ROLE];

/// A user and a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The user.
    pub username: String,
    /// The role.
    pub role: Option<RoleId>,
    /// The room in which the role is held, for roles that are held in single rooms.
    pub room: Option<RoomId>,
}

/// Why a role is not given. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum AddUserToRoleError {
    /// There is no such user.
    #[error("there is no such user")]
    UnknownUser,
    /// No role is named.
    #[error("no role is named")]
    NoRole,
    /// There is no such role.
    #[error("there is no such role")]
    UnknownRole,
    /// The user has the role.
    #[error("the user has the role")]
    AlreadyInRole,
    /// The actor may not give roles.
    #[error("the actor may not give roles")]
    Denied(#[from] Denied),
    /// The actor may not make administrators.
    #[error("the actor may not make administrators")]
    AdministratorDenied(#[source] Denied),
    /// The user is not in the room.
    #[error("the user is not in the room")]
    NotInRoom,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for AddUserToRoleError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::UnknownUser
            | Self::NoRole
            | Self::UnknownRole
            | Self::AlreadyInRole
            | Self::Denied(_)
            | Self::AdministratorDenied(_)
            | Self::NotInRoom => false,
        }
    }
}

/// Gives a role to a user, whose name is compared without regard to case, and returns the role.
///
/// The dialect asks for the permission last, so whoever may not learns whether user and role exist; but writes
/// nothing and keeps nobody waiting.
///
/// # Errors
/// [`AddUserToRoleError`], in the order of its variants; nothing was written then.
pub async fn add_user_to_role(
    ctx: &Context,
    actor: &Actor,
    request: &Membership,
) -> Result<RoleRecord, AddUserToRoleError> {
    if authorize(actor, &REQUIRES).is_ok() {
        return retried(ctx, || add_once(ctx, actor, request)).await;
    }
    let mut tx = ctx.store.read().await?;
    let (_, role) = find(tx.as_mut(), request).await?;
    may_give(actor, &role)?;
    Ok(role)
}

async fn add_once(
    ctx: &Context,
    actor: &Actor,
    request: &Membership,
) -> Result<RoleRecord, AddUserToRoleError> {
    let mut tx = ctx.store.begin().await?;
    let (before, role) = find(tx.as_mut(), request).await?;
    may_give(actor, &role)?;
    // There are no rooms here yet, so nobody is in one.
    if is_about_a_room(&role, request.room.as_ref()) {
        return Err(AddUserToRoleError::NotInRoom);
    }
    let after = User { updated_at: ctx.clock.now(), ..before.clone().with_role(&role.id) };
    match tx.users().update(&after).await {
        // The role was there a moment ago.
        Err(StoreError::Conflict(Constraint::Reference)) => return Err(AddUserToRoleError::UnknownRole),
        done => done?,
    }
    note_user_changed(ctx, tx.as_mut(), &actor.into(), &before, &after).await?;
    tx.commit().await?;
    Ok(role)
}

/// The user and the role, if the user does not have it yet.
async fn find(
    tx: &mut dyn Transaction,
    request: &Membership,
) -> Result<(User, RoleRecord), AddUserToRoleError> {
    let user = tx.users().find_by_username(&request.username).await?;
    let user = user.ok_or(AddUserToRoleError::UnknownUser)?;
    let role = request.role.as_ref().ok_or(AddUserToRoleError::NoRole)?;
    let role = tx.access().find_role(role).await?.ok_or(AddUserToRoleError::UnknownRole)?;
    if holds(&user, &role, request.room.as_ref()) {
        return Err(AddUserToRoleError::AlreadyInRole);
    }
    Ok((user, role))
}

fn may_give(actor: &Actor, role: &RoleRecord) -> Result<(), AddUserToRoleError> {
    authorize(actor, &REQUIRES)?;
    if role.id.as_str() == ADMIN {
        authorize(actor, &MAKES_ADMINISTRATORS).map_err(AddUserToRoleError::AdministratorDenied)?;
    }
    Ok(())
}

/// Whether it is asked about a role in a room. Roles that are held everywhere are not told apart by rooms.
fn is_about_a_room(role: &RoleRecord, room: Option<&RoomId>) -> bool {
    role.scope == RoleScope::Subscriptions && room.is_some()
}

/// Whether a user holds a role; in a room, where it is asked about one.
pub(super) fn holds(user: &User, role: &RoleRecord, room: Option<&RoomId>) -> bool {
    !is_about_a_room(role, room) && user.has_role(role.id.as_str())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::audit::Change;
    use omnicontact_domain::role::LIVECHAT_AGENT;
    use omnicontact_domain::user::LivechatStatus;
    use omnicontact_domain::value::Value;
    use omnicontact_ports::mock::{Committed, MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context, holding, nobody};
    use crate::roles::test::role;

    fn kim() -> User {
        User { username: Some("Kim.Jane".into()), roles: vec!["user".into()], ..User::new("u1", NOW) }
    }

    fn request(username: &str, role: Option<&str>) -> Membership {
        Membership { username: username.into(), role: role.map(RoleId::from), room: None }
    }

    /// A transaction in which there are Kim and some roles.
    fn stored() -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.users
            .expect_find_by_username()
            .returning(|name| Ok((name.to_lowercase() == "kim.jane").then(kim)));
        tx.access.expect_find_role().returning(|id| {
            Ok(match id.as_str() {
                "user" | ADMIN | LIVECHAT_AGENT => Some(role(id.as_str())),
                "owner" => Some(RoleRecord { scope: RoleScope::Subscriptions, ..role("owner") }),
                _ => None,
            })
        });
        tx
    }

    fn writing(tx: MockTransaction) -> (Context, Committed) {
        let committed = tx.committed.clone();
        let mut store = MockStore::new();
        store.expect_begin().return_once(move || Ok(Box::new(tx)));
        (context(store), committed)
    }

    #[tokio::test]
    async fn whoever_may_not_is_told_what_is_wrong_first_and_causes_no_transaction_that_writes() {
        for (request, expected) in [
            (request("nobody", None), "UnknownUser"),
            (request("kim.jane", None), "NoRole"),
            (request("kim.jane", Some("boss")), "UnknownRole"),
            (request("kim.jane", Some("user")), "AlreadyInRole"),
            (request("kim.jane", Some(ADMIN)), "Denied"),
        ] {
            let mut store = MockStore::new();
            store.expect_read().return_once(|| Ok(Box::new(stored())));
            let refused = add_user_to_role(&context(store), &nobody(), &request).await.unwrap_err();
            assert!(format!("{refused:?}").starts_with(expected), "{refused:?}");
        }
    }

    #[tokio::test]
    async fn making_an_administrator_asks_for_more() {
        let (ctx, committed) = writing(stored());
        let actor = holding(&[ACCESS_PERMISSIONS]);
        let refused = add_user_to_role(&ctx, &actor, &request("kim.jane", Some(ADMIN))).await;
        assert!(matches!(refused, Err(AddUserToRoleError::AdministratorDenied(_))));
        assert!(!committed.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn a_new_agent_is_written_and_noted() {
        let mut tx = stored();
        tx.users
            .expect_update()
            .withf(|user| {
                user.roles == ["user".into(), LIVECHAT_AGENT.into()]
                    && user.livechat_status == Some(LivechatStatus::NotAvailable)
            })
            .times(1)
            .returning(|_| Ok(()));
        tx.audit
            .expect_add()
            .withf(|event| {
                let list = |roles: &[&str]| Value::List(roles.iter().map(|role| (*role).into()).collect());
                event.subject_id == "u1"
                    && event.changes
                        == [Change::from_to("roles", list(&["user"]), list(&["user", LIVECHAT_AGENT]))]
            })
            .times(1)
            .returning(|_| Ok(()));
        let (ctx, committed) = writing(tx);
        let request = request("KIM.JANE", Some(LIVECHAT_AGENT));
        let given = add_user_to_role(&ctx, &holding(ASKS), &request).await.unwrap();
        assert_eq!(given, role(LIVECHAT_AGENT));
        assert!(committed.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn a_role_in_a_room_is_for_those_who_are_in_it() {
        let in_room = |role: &str| Membership { room: Some("r1".into()), ..request("kim.jane", Some(role)) };
        let (ctx, committed) = writing(stored());
        let refused = add_user_to_role(&ctx, &holding(ASKS), &in_room("owner")).await;
        assert!(matches!(refused, Err(AddUserToRoleError::NotInRoom)));
        assert!(!committed.load(Ordering::SeqCst));
        let (ctx, _) = writing(stored());
        let refused = add_user_to_role(&ctx, &holding(ASKS), &in_room("user")).await;
        assert!(matches!(refused, Err(AddUserToRoleError::AlreadyInRole)));
    }

    #[tokio::test]
    async fn a_role_that_vanishes_meanwhile_is_unknown() {
        let mut tx = stored();
        tx.users.expect_update().returning(|_| Err(StoreError::Conflict(Constraint::Reference)));
        let (ctx, committed) = writing(tx);
        let refused = add_user_to_role(&ctx, &holding(ASKS), &request("kim.jane", Some(ADMIN))).await;
        assert!(matches!(refused, Err(AddUserToRoleError::UnknownRole)));
        assert!(!committed.load(Ordering::SeqCst));
    }
}
