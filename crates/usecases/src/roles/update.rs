//! Change a role: `POST roles.update`.

use omnicontact_domain::audit::{Action, Change};
use omnicontact_domain::permission::{ACCESS_PERMISSIONS, PermissionId};
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::role::{self, RoleId, RoleScope};
use omnicontact_ports::{Constraint, RoleRecord, StoreError};

use super::RoleError;
use super::create::{properties, refuse_taken_name};
use crate::Context;
use crate::audit::{Subject, note};
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(ASKS);
/// What is asked about.
pub const ASKS: &[PermissionId] = &[ACCESS_PERMISSIONS];

/// What a role shall be. What is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleUpdate {
    /// The role.
    pub id: RoleId,
    /// The name that people see.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The name of the scope, as given.
    pub scope: Option<String>,
    /// Whether holders must use a second factor.
    pub mandatory_two_factor: Option<bool>,
}

/// Changes a role. Of a built-in one, name and scope stay.
///
/// # Errors
/// [`RoleError::Invalid`], [`RoleError::Denied`], [`RoleError::Unknown`], [`RoleError::Protected`],
/// [`RoleError::NameTaken`], [`RoleError::Scope`], in this order, and [`RoleError::Store`]; nothing was written
/// then.
pub async fn update_role(ctx: &Context, actor: &Actor, update: RoleUpdate) -> Result<RoleRecord, RoleError> {
    role::check(&update.name, update.description.as_deref().unwrap_or_default())?;
    authorize(actor, &REQUIRES)?;
    retried(ctx, || update_once(ctx, actor, &update)).await
}

async fn update_once(ctx: &Context, actor: &Actor, update: &RoleUpdate) -> Result<RoleRecord, RoleError> {
    let mut tx = ctx.store.begin().await?;
    let before = tx.access().lock_role(&update.id).await?.ok_or(RoleError::Unknown)?;
    let renamed = update.name != before.name;
    let moved = update.scope.as_deref().is_some_and(|scope| scope != before.scope.as_str());
    if before.protected && (renamed || moved) {
        return Err(RoleError::Protected);
    }
    refuse_taken_name(tx.as_mut(), &update.name, Some(&before.id)).await?;
    let scope = match update.scope.as_deref() {
        Some(scope) => RoleScope::parse(scope).ok_or(RoleError::Scope)?,
        None => before.scope,
    };
    let after = RoleRecord {
        name: update.name.clone(),
        description: update.description.clone().unwrap_or_else(|| before.description.clone()),
        scope,
        mandatory_two_factor: update.mandatory_two_factor.unwrap_or(before.mandatory_two_factor),
        updated_at: ctx.clock.now(),
        ..before.clone()
    };
    match tx.access().update_role(&after).await {
        Err(StoreError::Conflict(Constraint::RoleName)) => return Err(RoleError::NameTaken),
        done => done?,
    }
    let changes = changes(&before, &after);
    note(ctx, tx.as_mut(), &actor.into(), Action::Updated, Subject::role(&after.id), changes).await?;
    tx.commit().await?;
    Ok(after)
}

fn changes(before: &RoleRecord, after: &RoleRecord) -> Vec<Change> {
    let pairs = properties(before).into_iter().zip(properties(after));
    let changed = pairs.filter(|(before, after)| before != after);
    changed.map(|((key, before), (_, after))| Change::from_to(key, before, after)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::value::Value;
    use omnicontact_ports::mock::{Committed, MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, holding, nobody};
    use crate::roles::test::role;

    fn update(id: &str, name: &str) -> RoleUpdate {
        RoleUpdate {
            id: id.into(),
            name: name.to_owned(),
            description: None,
            scope: None,
            mandatory_two_factor: None,
        }
    }

    fn described(role: RoleRecord) -> RoleRecord {
        RoleRecord { description: "Sees everything".into(), mandatory_two_factor: true, ..role }
    }

    /// A context whose store has the role, and another one of the name `taken`.
    fn over(stored: RoleRecord) -> (Context, Committed) {
        let mut tx = MockTransaction::default();
        tx.access
            .expect_lock_role()
            .returning(move |id| Ok(Some(stored.clone()).filter(|role| role.id == *id)));
        tx.access.expect_find_role().returning(|_| Ok(None));
        tx.access.expect_find_role_by_name().returning(|name| Ok((name == "taken").then(|| role("other"))));
        tx.access.expect_update_role().returning(|_| Ok(()));
        tx.audit
            .expect_add()
            .withf(|event| {
                let name = Change::from_to("name", Value::from("old"), Value::from("new"));
                event.changes == [name]
            })
            .returning(|_| Ok(()));
        let committed = tx.committed.clone();
        let mut store = MockStore::new();
        store.expect_begin().return_once(move || Ok(Box::new(tx)));
        (context(store), committed)
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let refused = update_role(&context(MockStore::new()), &nobody(), update("x", "x")).await;
        assert!(matches!(refused, Err(RoleError::Denied(_))));
    }

    #[tokio::test]
    async fn what_is_not_said_stays_as_it_is() {
        let stored = described(RoleRecord { name: "old".into(), ..role("x") });
        let (ctx, committed) = over(stored.clone());
        let after = update_role(&ctx, &holding(ASKS), update("x", "new")).await.unwrap();
        assert_eq!(after, RoleRecord { name: "new".into(), ..stored });
        assert!(committed.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn of_a_built_in_role_name_and_scope_stay() {
        let built_in = || RoleRecord { protected: true, ..role("admin") };
        let in_rooms = RoleUpdate { scope: Some("Subscriptions".into()), ..update("admin", "admin") };
        for refused in [update("admin", "boss"), in_rooms] {
            let (ctx, committed) = over(built_in());
            let refused = update_role(&ctx, &holding(ASKS), refused).await;
            assert!(matches!(refused, Err(RoleError::Protected)));
            assert!(!committed.load(Ordering::SeqCst));
        }
        let same = RoleUpdate { scope: Some("Users".into()), ..update("admin", "admin") };
        let (ctx, committed) = over(built_in());
        update_role(&ctx, &holding(ASKS), same).await.unwrap();
        assert!(committed.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn refusals_come_in_their_order_and_write_nothing() {
        let badly = RoleUpdate { scope: Some("Rooms".into()), ..update("x", "taken") };
        let (ctx, committed) = over(role("x"));
        let actor = holding(ASKS);
        assert!(matches!(update_role(&ctx, &actor, badly.clone()).await, Err(RoleError::NameTaken)));
        assert!(!committed.load(Ordering::SeqCst));
        let (ctx, committed) = over(role("x"));
        let scope = RoleUpdate { name: "free".into(), ..badly.clone() };
        assert!(matches!(update_role(&ctx, &actor, scope).await, Err(RoleError::Scope)));
        assert!(!committed.load(Ordering::SeqCst));
        let (ctx, _) = over(role("x"));
        let unknown = RoleUpdate { id: "y".into(), ..badly };
        assert!(matches!(update_role(&ctx, &actor, unknown).await, Err(RoleError::Unknown)));
    }
}
