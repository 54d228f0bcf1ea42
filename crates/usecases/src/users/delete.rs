//! Remove a user: `POST users.delete` (contract, framework 4.4.3).

use omnicontact_domain::audit::Cause;
use omnicontact_domain::permission::DELETE_USER;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::user::OWN_BOT;

use super::{UserError, Whom};
use crate::last_administrator::{administrator_remains, lock_administrators};
use crate::retry::retried;
use crate::{Context, audit};

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[DELETE_USER]);

/// Removes a user with all tokens and memberships of departments, and as contact manager of visitors.
///
/// # Errors
/// [`UserError::Denied`], [`UserError::NoMatch`], [`UserError::OwnBot`], [`UserError::LastAdministrator`],
/// [`UserError::Store`]; nothing was written then.
pub async fn delete_user(ctx: &Context, actor: &Actor, whom: &Whom) -> Result<(), UserError> {
    authorize(actor, &REQUIRES)?;
    retried(ctx, || remove(ctx, actor, whom)).await
}

async fn remove(ctx: &Context, actor: &Actor, whom: &Whom) -> Result<(), UserError> {
    let mut tx = ctx.store.begin().await?;
    // Removing asks for no version, so nobody may become the last administrator once this was read.
    lock_administrators(tx.as_mut()).await?;
    let user = whom.find(tx.as_mut()).await?.ok_or(UserError::NoMatch)?;
    if user.id.as_str() == OWN_BOT {
        return Err(UserError::OwnBot);
    }
    if !administrator_remains(tx.as_mut(), &user).await? {
        return Err(UserError::LastAdministrator);
    }
    tx.users().remove(&user.id).await?;
    tx.departments().remove_from_all(&user.id).await?;
    if let Some(username) = &user.username {
        tx.visitors().release_manager(username, ctx.clock.now()).await?;
    }
    audit::note_user_removed(ctx, tx.as_mut(), &Cause::from(actor), &user).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::audit::Action;
    use omnicontact_domain::policy::Denied;
    use omnicontact_domain::role::ADMIN;
    use omnicontact_domain::user::User;
    use omnicontact_ports::UserPage;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, nobody};
    use crate::users::testing::{holding, over, person};

    fn boss() -> Actor {
        holding("boss", &[DELETE_USER])
    }

    /// A transaction in which this user is found and the role `admin` can be locked.
    fn with(user: Option<User>) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.access.expect_lock_role().returning(|_| Ok(None));
        tx.users.expect_find().return_once(move |_| Ok(user));
        tx
    }

    fn kim() -> Whom {
        Whom::Id("kim".into())
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let refused = delete_user(&context(MockStore::new()), &nobody(), &kim()).await;
        assert!(matches!(refused, Err(UserError::Denied(Denied { .. }))));
    }

    #[tokio::test]
    async fn a_user_goes_with_the_visitors_left_behind_and_a_note() {
        let mut tx = with(Some(person("kim", &["user"])));
        tx.users.expect_remove().withf(|id| id.as_str() == "kim").times(1).returning(|_| Ok(()));
        tx.departments
            .expect_remove_from_all()
            .withf(|id| id.as_str() == "kim")
            .times(1)
            .returning(|_| Ok(1));
        tx.visitors
            .expect_release_manager()
            .withf(|username, _| username == "name-of-kim")
            .times(1)
            .returning(|_, _| Ok(2));
        tx.audit
            .expect_add()
            .withf(|event| event.action == Action::Removed && event.subject_id == "kim")
            .times(1)
            .returning(|_| Ok(()));
        let (ctx, committed) = over(tx);
        delete_user(&ctx, &boss(), &kim()).await.unwrap();
        assert!(committed.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn on_a_refusal_nothing_is_committed() {
        let last = person("kim", &[ADMIN]);
        let mut last_administrator = with(Some(last.clone()));
        last_administrator
            .users
            .expect_list_page()
            .return_once(|_, _, _| Ok(UserPage { users: vec![last], total: 1 }));
        for (tx, refusal) in [
            (with(None), "nobody fits"),
            (with(Some(person(OWN_BOT, &["bot"]))), "the server's own bot stays"),
            (last_administrator, "no active administrator would be left"),
        ] {
            let (ctx, committed) = over(tx);
            let refused = delete_user(&ctx, &boss(), &kim()).await.unwrap_err();
            assert_eq!(refused.to_string(), refusal);
            assert!(!committed.load(Ordering::SeqCst));
        }
    }
}
