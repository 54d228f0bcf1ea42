//! Noting who changed what, in the transaction of the change. What may be told of a change decides
//! [`omnicontact_domain::audit`].

use omnicontact_domain::audit::{
    Action, AuditEvent, Cause, Change, SubjectKind, setting_change, user_changes, user_made, user_removed,
};
use omnicontact_domain::id::UserId;
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::setting::Setting;
use omnicontact_domain::user::User;
use omnicontact_domain::value::Value;
use omnicontact_ports::{StoreError, Transaction};

use crate::Context;

/// What was changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// The kind of thing.
    pub(crate) kind: SubjectKind,
    /// Its id.
    pub(crate) id: &'a str,
}

impl<'a> Subject<'a> {
    /// An account.
    pub(crate) fn user(id: &'a UserId) -> Self {
        Self { kind: SubjectKind::User, id: id.as_str() }
    }

    /// A role.
    pub(crate) fn role(id: &'a RoleId) -> Self {
        Self { kind: SubjectKind::Role, id: id.as_str() }
    }

    /// A permission.
    pub(crate) fn permission(id: &'a PermissionId) -> Self {
        Self { kind: SubjectKind::Permission, id: id.as_str() }
    }

    /// A token of that owner.
    pub(crate) fn token_of(owner: &'a UserId) -> Self {
        Self { kind: SubjectKind::Token, id: owner.as_str() }
    }
}

/// Adds an event to the trail. It is there if the transaction commits, and only then. An update that changed
/// nothing is no event.
pub(crate) async fn note(
    ctx: &Context,
    tx: &mut dyn Transaction,
    cause: &Cause,
    action: Action,
    subject: Subject<'_>,
    changes: Vec<Change>,
) -> Result<(), StoreError> {
    if action == Action::Updated && changes.is_empty() {
        return Ok(());
    }
    let at = ctx.clock.now();
    let event = AuditEvent {
        id: ctx.ids.record_id(at).into(),
        at,
        cause: cause.clone(),
        action,
        subject_kind: subject.kind,
        subject_id: subject.id.to_owned(),
        changes,
    };
    tx.audit().add(&event).await
}

/// A user was made.
pub(crate) async fn note_user_made(
    ctx: &Context,
    tx: &mut dyn Transaction,
    cause: &Cause,
    user: &User,
) -> Result<(), StoreError> {
    note(ctx, tx, cause, Action::Created, Subject::user(&user.id), user_made(user)).await
}

/// A user was changed.
pub(crate) async fn note_user_changed(
    ctx: &Context,
    tx: &mut dyn Transaction,
    cause: &Cause,
    before: &User,
    after: &User,
) -> Result<(), StoreError> {
    note(ctx, tx, cause, Action::Updated, Subject::user(&after.id), user_changes(before, after)).await
}

/// A user was removed.
pub(crate) async fn note_user_removed(
    ctx: &Context,
    tx: &mut dyn Transaction,
    cause: &Cause,
    user: &User,
) -> Result<(), StoreError> {
    note(ctx, tx, cause, Action::Removed, Subject::user(&user.id), user_removed(user)).await
}

/// A setting was written. `previous` is what was stored before; where nothing was, the default held. A write of
/// the same value is no event.
pub(crate) async fn note_setting_written(
    ctx: &Context,
    tx: &mut dyn Transaction,
    cause: &Cause,
    setting: &Setting,
    previous: Option<Value>,
    current: &Value,
) -> Result<(), StoreError> {
    let previous = previous.or_else(|| setting.default_value(&ctx.root_url));
    if previous.as_ref() == Some(current) {
        return Ok(());
    }
    let subject = Subject { kind: SubjectKind::Setting, id: setting.id };
    let changes = vec![setting_change(setting, previous.as_ref(), current)];
    note(ctx, tx, cause, Action::Updated, subject, changes).await
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use omnicontact_domain::setting;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context};

    /// A transaction, and the events that it was given.
    fn noting() -> (MockTransaction, Arc<Mutex<Vec<AuditEvent>>>) {
        let events = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&events);
        let mut tx = MockTransaction::default();
        tx.audit.expect_add().returning(move |event| {
            noted.lock().unwrap().push(event.clone());
            Ok(())
        });
        (tx, events)
    }

    async fn written(id: &str, previous: Option<&str>, current: &str) -> Vec<AuditEvent> {
        let (mut tx, events) = noting();
        let ctx = context(MockStore::new());
        let setting = setting::find(id).unwrap();
        let previous = previous.map(Value::from);
        note_setting_written(&ctx, &mut tx, &Cause::SERVER, setting, previous, &current.into())
            .await
            .unwrap();
        events.lock().unwrap().clone()
    }

    #[tokio::test]
    async fn a_setting_goes_from_its_default_to_what_is_written() {
        let events = written("Livechat_title", None, "Help").await;
        let [event] = &events[..] else { panic!("{events:?}") };
        assert_eq!((event.subject_kind, event.subject_id.as_str()), (SubjectKind::Setting, "Livechat_title"));
        assert_eq!((event.action, &event.cause, event.at), (Action::Updated, &Cause::SERVER, NOW));
        assert_eq!(
            event.changes,
            [Change::from_to("value", Value::from("Rocket.Chat"), Value::from("Help"))]
        );
    }

    #[tokio::test]
    async fn a_secret_is_masked_before_it_is_stored() {
        let events = written("SMTP_Password", Some("old secret"), "new").await;
        assert_eq!(
            events[0].changes,
            [Change::from_to("value", Value::from("old*******"), Value::from("***"))]
        );
    }

    #[tokio::test]
    async fn what_changes_nothing_is_no_event() {
        assert_eq!(written("Livechat_title", Some("Help"), "Help").await, []);
        assert_eq!(written("Livechat_title", None, "Rocket.Chat").await, []);
        let (mut tx, events) = noting();
        let user = User::new("u1", NOW);
        let ctx = context(MockStore::new());
        note_user_changed(&ctx, &mut tx, &Cause::OPERATOR, &user, &user).await.unwrap();
        assert!(events.lock().unwrap().is_empty());
        let renamed = User { name: Some("Kim".into()), ..user.clone() };
        note_user_changed(&ctx, &mut tx, &Cause::OPERATOR, &user, &renamed).await.unwrap();
        assert_eq!(events.lock().unwrap()[0].changes, [Change::of("name")]);
    }
}
