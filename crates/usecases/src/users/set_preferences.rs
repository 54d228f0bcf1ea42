//! Set preferences: `POST users.setPreferences` (contract, framework 4.4.3).

use omnicontact_domain::audit::Cause;
use omnicontact_domain::id::UserId;
use omnicontact_domain::permission::{EDIT_OTHER_USER_INFO, PermissionId};
use omnicontact_domain::policy::Actor;
use omnicontact_domain::text::{CUSTOM_VALUE_LIMIT, check};
use omnicontact_domain::user::{User, may_edit};
use omnicontact_domain::value::Fields;

use super::PreferencesError;
use crate::retry::retried;
use crate::{Context, audit};

/// What is asked about the caller.
pub const ASKS: &[PermissionId] = &[EDIT_OTHER_USER_INFO];

/// Sets preferences of a user, or without anybody the caller's own.
///
/// # Errors
/// [`PreferencesError`]; nothing was written then.
pub async fn set_preferences(
    ctx: &Context,
    actor: &Actor,
    target: Option<&UserId>,
    given: &Fields,
) -> Result<User, PreferencesError> {
    let target = target.unwrap_or(&actor.user_id);
    if !may_edit(actor, target) {
        return Err(PreferencesError::OtherUser);
    }
    for text in given.iter().filter_map(|(_, value)| value.as_text()) {
        check("data", text, CUSTOM_VALUE_LIMIT)?;
    }
    retried(ctx, || write(ctx, actor, target, given)).await
}

async fn write(
    ctx: &Context,
    actor: &Actor,
    target: &UserId,
    given: &Fields,
) -> Result<User, PreferencesError> {
    let mut tx = ctx.store.begin().await?;
    let before = tx.users().find(target).await?.ok_or(PreferencesError::NotFound)?;
    let after = User { updated_at: ctx.clock.now(), ..before.clone().with_preferences(given)? };
    tx.users().update(&after).await?;
    audit::note_user_changed(ctx, tx.as_mut(), &Cause::from(actor), &before, &after).await?;
    tx.commit().await?;
    Ok(after)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::value::Value;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::context;
    use crate::users::testing::{holding, over, person};

    fn given(seconds: f64) -> Fields {
        [("idleTimeLimit".to_owned(), Value::Number(seconds))].into_iter().collect()
    }

    #[tokio::test]
    async fn others_are_edited_with_the_permission_alone() {
        let ctx = context(MockStore::new());
        let refused = set_preferences(&ctx, &holding("kim", &[]), Some(&"other".into()), &given(60.0)).await;
        assert!(matches!(refused, Err(PreferencesError::OtherUser)));
    }

    #[tokio::test]
    async fn own_preferences_are_stored_over_the_former() {
        let mut tx = MockTransaction::default();
        tx.users.expect_find().returning(|_| Ok(Some(person("kim", &[]))));
        tx.users.expect_update().withf(|user| user.preferences == given(60.0)).times(1).returning(|_| Ok(()));
        tx.audit.expect_add().times(1).returning(|_| Ok(()));
        let (ctx, committed) = over(tx);
        set_preferences(&ctx, &holding("kim", &[]), None, &given(60.0)).await.unwrap();
        assert!(committed.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn on_a_refusal_nothing_is_committed() {
        for (user, seconds, refusal) in [
            (None, 60.0, "there is no such user"),
            (Some(person("kim", &[])), 59.0, "idleTimeLimit is less than 60 seconds"),
        ] {
            let mut tx = MockTransaction::default();
            tx.users.expect_find().return_once(move |_| Ok(user));
            let (ctx, committed) = over(tx);
            let refused =
                set_preferences(&ctx, &holding("kim", &[]), None, &given(seconds)).await.unwrap_err();
            assert_eq!(refused.to_string(), refusal);
            assert!(!committed.load(Ordering::SeqCst));
        }
    }
}
