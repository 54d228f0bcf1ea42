//! Make a role: `POST roles.create`.

use omnicontact_domain::audit::{Action, Change};
use omnicontact_domain::permission::{ACCESS_PERMISSIONS, PermissionId};
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::role::{self, RoleId, RoleScope};
use omnicontact_domain::value::Value;
use omnicontact_ports::{Constraint, RoleRecord, StoreError, Transaction};

use super::RoleError;
use crate::Context;
use crate::audit::{Subject, note};
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(ASKS);
/// What is asked about.
pub const ASKS: &[PermissionId] = &[ACCESS_PERMISSIONS];

/// A role to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRole {
    /// The name that people see.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What holders hold it for.
    pub scope: RoleScope,
    /// Whether holders must use a second factor.
    pub mandatory_two_factor: bool,
}

/// Makes a role that nobody holds yet and that holds nothing yet.
///
/// # Errors
/// [`RoleError::Invalid`], [`RoleError::Denied`], [`RoleError::NameTaken`], in this order, and
/// [`RoleError::Store`]; nothing was written then.
pub async fn create_role(ctx: &Context, actor: &Actor, new: NewRole) -> Result<RoleRecord, RoleError> {
    role::check(&new.name, &new.description)?;
    authorize(actor, &REQUIRES)?;
    retried(ctx, || create_once(ctx, actor, &new)).await
}

async fn create_once(ctx: &Context, actor: &Actor, new: &NewRole) -> Result<RoleRecord, RoleError> {
    let mut tx = ctx.store.begin().await?;
    refuse_taken_name(tx.as_mut(), &new.name, None).await?;
    let now = ctx.clock.now();
    let role = RoleRecord {
        id: ctx.ids.record_id(now).into(),
        name: new.name.clone(),
        scope: new.scope,
        description: new.description.clone(),
        protected: false,
        mandatory_two_factor: new.mandatory_two_factor,
        updated_at: now,
    };
    match tx.access().add_role(&role).await {
        Err(StoreError::Conflict(Constraint::RoleName)) => return Err(RoleError::NameTaken),
        done => done?,
    }
    let said = properties(&role).map(|(key, value)| Change::from_to(key, None, value)).into();
    note(ctx, tx.as_mut(), &actor.into(), Action::Created, Subject::role(&role.id), said).await?;
    tx.commit().await?;
    Ok(role)
}

/// Refuses a name that is the name or the id of another role than `own`.
pub(super) async fn refuse_taken_name(
    tx: &mut dyn Transaction,
    name: &str,
    own: Option<&RoleId>,
) -> Result<(), RoleError> {
    let by_id = tx.access().find_role(&name.into()).await?;
    let by_name = tx.access().find_role_by_name(name).await?;
    if by_id.into_iter().chain(by_name).any(|role| Some(&role.id) != own) {
        return Err(RoleError::NameTaken);
    }
    Ok(())
}

/// What the trail says of a role.
pub(super) fn properties(role: &RoleRecord) -> [(&'static str, Value); 4] {
    [
        ("name", role.name.as_str().into()),
        ("description", role.description.as_str().into()),
        ("scope", role.scope.as_str().into()),
        ("mandatory2fa", role.mandatory_two_factor.into()),
    ]
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::role::InvalidRole;
    use omnicontact_ports::mock::{Committed, MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, holding, nobody};
    use crate::roles::test::role;

    fn new(name: &str) -> NewRole {
        NewRole {
            name: name.to_owned(),
            description: "Sees everything".to_owned(),
            scope: RoleScope::Subscriptions,
            mandatory_two_factor: true,
        }
    }

    fn over(tx: MockTransaction) -> (Context, Committed) {
        let committed = tx.committed.clone();
        let mut store = MockStore::new();
        store.expect_begin().return_once(move || Ok(Box::new(tx)));
        (context(store), committed)
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction_and_neither_does_a_role_without_a_name() {
        let ctx = context(MockStore::new());
        assert!(matches!(create_role(&ctx, &nobody(), new("x")).await, Err(RoleError::Denied(_))));
        let nameless = create_role(&ctx, &nobody(), new(" ")).await;
        assert!(matches!(nameless, Err(RoleError::Invalid(InvalidRole::NoName))));
    }

    #[tokio::test]
    async fn a_new_role_is_not_protected_and_has_an_id_of_its_own() {
        let mut tx = MockTransaction::default();
        tx.access.expect_find_role().returning(|_| Ok(None));
        tx.access.expect_find_role_by_name().returning(|_| Ok(None));
        tx.access.expect_add_role().times(1).returning(|_| Ok(()));
        tx.audit
            .expect_add()
            .withf(|event| {
                event.action == Action::Created
                    && event.subject_id == "new-record"
                    && event.changes.contains(&Change::from_to("name", None, Value::from("supervisor")))
            })
            .times(1)
            .returning(|_| Ok(()));
        let (ctx, committed) = over(tx);
        let made = create_role(&ctx, &holding(ASKS), new("supervisor")).await.unwrap();
        let expected = RoleRecord {
            name: "supervisor".into(),
            description: "Sees everything".into(),
            scope: RoleScope::Subscriptions,
            mandatory_two_factor: true,
            ..role("new-record")
        };
        assert_eq!(made, expected);
        assert!(committed.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn a_name_that_is_a_role_s_name_or_id_is_taken() {
        for (by_id, by_name) in [(Some(role("x")), None), (None, Some(role("y")))] {
            let mut tx = MockTransaction::default();
            tx.access.expect_find_role().return_once(move |_| Ok(by_id));
            tx.access.expect_find_role_by_name().return_once(move |_| Ok(by_name));
            let (ctx, committed) = over(tx);
            let refused = create_role(&ctx, &holding(ASKS), new("x")).await;
            assert!(matches!(refused, Err(RoleError::NameTaken)));
            assert!(!committed.load(Ordering::SeqCst));
        }
    }

    #[tokio::test]
    async fn a_name_that_somebody_else_took_just_now_is_taken() {
        let mut tx = MockTransaction::default();
        tx.access.expect_find_role().returning(|_| Ok(None));
        tx.access.expect_find_role_by_name().returning(|_| Ok(None));
        tx.access.expect_add_role().returning(|_| Err(StoreError::Conflict(Constraint::RoleName)));
        let (ctx, committed) = over(tx);
        let refused = create_role(&ctx, &holding(ASKS), new("x")).await;
        assert!(matches!(refused, Err(RoleError::NameTaken)));
        assert!(!committed.load(Ordering::SeqCst));
    }
}
