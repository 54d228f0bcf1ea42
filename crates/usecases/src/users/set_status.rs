//! Set a presence: `POST users.setStatus` (contract, framework 4.4.3).

use omnicontact_domain::permission::{EDIT_OTHER_USER_INFO, PermissionId};
use omnicontact_domain::policy::Actor;
use omnicontact_domain::text::{NAME_LIMIT, check};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::{EditRules, PresenceStatus, StatusChange, StatusRefusal, User};

use super::{StatusError, Whom};
use crate::Context;
use crate::retry::retried;

/// What is asked about the caller.
pub const ASKS: &[PermissionId] = &[EDIT_OTHER_USER_INFO];

/// What a caller says about a presence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatusRequest {
    /// Whose; without anybody, the caller's own.
    pub whom: Option<Whom>,
    /// What to say about it.
    pub message: Option<String>,
    /// The presence to choose.
    pub status: Option<PresenceStatus>,
    /// Until when it holds: an ISO date.
    pub expires_at: Option<String>,
}

/// Sets a presence.
///
/// # Errors
/// [`StatusError`]; nothing was written then.
pub async fn set_status(ctx: &Context, actor: &Actor, request: &StatusRequest) -> Result<(), StatusError> {
    check("message", request.message.as_deref().unwrap_or_default(), NAME_LIMIT)?;
    let rules = EditRules::of(&ctx.store.find_settings(&EditRules::SETTINGS).await?);
    if !rules.status_message {
        return Err(StatusError::Off);
    }
    let whom = request.whom.clone().unwrap_or_else(|| Whom::Id(actor.user_id.clone()));
    if !whom.is(actor) && !actor.holds(&EDIT_OTHER_USER_INFO) {
        return Err(StatusError::OtherUser);
    }
    retried(ctx, || write(ctx, &whom, request, rules.invisibility)).await
}

async fn write(
    ctx: &Context,
    whom: &Whom,
    request: &StatusRequest,
    invisibility: bool,
) -> Result<(), StatusError> {
    let now = ctx.clock.now();
    let mut tx = ctx.store.begin().await?;
    let user = whom.find(tx.as_mut()).await?.ok_or(StatusError::NoMatch)?.at(now);
    let change = StatusChange {
        chosen: request.status,
        text: request.message.clone(),
        expires_at: request.expires_at.as_deref().map(end).transpose()?,
    };
    user.presence.check(&change, invisibility, now)?;
    let user = User { presence: user.presence.changed(change), updated_at: now, ..user };
    tx.users().update(&user).await?;
    Ok(tx.commit().await?)
}

/// The end of a presence. What cannot be read is no time that is still to come.
fn end(text: &str) -> Result<Timestamp, StatusRefusal> {
    Timestamp::parse_date(text).map_err(|_| StatusRefusal::PastExpiry)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::setting::SettingValues;
    use omnicontact_domain::value::Value;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::context;
    use crate::users::testing::{holding, over, person, under};

    fn online() -> StatusRequest {
        StatusRequest { status: Some(PresenceStatus::Online), ..StatusRequest::default() }
    }

    fn of(id: &str) -> StatusRequest {
        StatusRequest { whom: Some(Whom::Id(id.into())), ..online() }
    }

    fn with(user: Option<User>) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.users.expect_find().return_once(move |_| Ok(user));
        tx
    }

    #[tokio::test]
    async fn the_own_presence_is_set_without_any_permission() {
        for request in [
            online(),
            of("kim"),
            StatusRequest { whom: Some(Whom::Username("Name-Of-Kim".into())), ..online() },
        ] {
            let mut tx = MockTransaction::default();
            tx.users.expect_find().returning(|_| Ok(Some(person("kim", &["user"]))));
            tx.users.expect_find_by_username().returning(|_| Ok(Some(person("kim", &["user"]))));
            tx.users
                .expect_update()
                .withf(|user| user.presence.shown == PresenceStatus::Online)
                .times(1)
                .returning(|_| Ok(()));
            let (ctx, committed) = over(tx);
            set_status(&ctx, &holding("kim", &[]), &request).await.unwrap();
            assert!(committed.load(Ordering::SeqCst));
        }
    }

    #[tokio::test]
    async fn a_presence_that_has_expired_is_taken_back_before_the_next_is_set() {
        let kim = person("kim", &["user"]);
        let now = crate::context::test::NOW;
        let meeting =
            StatusChange { text: Some("meeting".into()), expires_at: Some(now), ..StatusChange::default() };
        let presence = kim.presence.changed(meeting);
        let mut tx = with(Some(User { presence, ..kim }));
        tx.users.expect_update().withf(|user| user.presence.text.is_none()).times(1).returning(|_| Ok(()));
        let (ctx, _) = over(tx);
        set_status(&ctx, &holding("kim", &[]), &online()).await.unwrap();
    }

    #[tokio::test]
    async fn others_and_switched_off_settings_cause_no_transaction() {
        let settings = |off: &'static [&'static str]| {
            let mut store = MockStore::new();
            store.expect_find_settings().returning(move |_| {
                let value = |id: &&str| ((*id).to_owned(), Value::Bool(false));
                Ok(SettingValues::new(off.iter().map(value).collect()))
            });
            context(store)
        };
        let refused = set_status(&settings(&[]), &holding("kim", &[]), &of("other")).await;
        assert!(matches!(refused, Err(StatusError::OtherUser)));
        let ctx = settings(&["Accounts_AllowUserStatusMessageChange"]);
        let refused = set_status(&ctx, &holding("kim", &[]), &of("other")).await;
        assert!(matches!(refused, Err(StatusError::Off)), "the setting comes before the target");
    }

    #[tokio::test]
    async fn on_a_refusal_nothing_is_committed() {
        let until = |text: &str| StatusRequest { expires_at: Some(text.to_owned()), ..of("kim") };
        let hidden = StatusRequest { status: Some(PresenceStatus::Offline), ..of("kim") };
        let visible_only = [("Accounts_AllowInvisibleStatusOption", Value::Bool(false))];
        for (user, request, refusal) in [
            (None, of("kim"), "nobody fits"),
            (
                Some(person("kim", &[])),
                until("2000-01-01T00:00:00Z"),
                "the presence would have ended already",
            ),
            (Some(person("kim", &[])), until("soon"), "the presence would have ended already"),
            (Some(person("kim", &[])), hidden, "invisibility is switched off"),
        ] {
            let (ctx, committed) = under(&visible_only, None, with(user));
            let boss = holding("boss", &[EDIT_OTHER_USER_INFO]);
            let refused = set_status(&ctx, &boss, &request).await.unwrap_err();
            assert_eq!(refused.to_string(), refusal);
            assert!(!committed.load(Ordering::SeqCst));
        }
    }
}
