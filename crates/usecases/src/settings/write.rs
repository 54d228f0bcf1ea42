//! Write settings: `POST settings/:_id` one, `POST settings` several.

use omnicontact_domain::permission::{EDIT_PRIVILEGED_SETTING, PermissionId};
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::setting::{self, Setting};
use omnicontact_domain::value::Value;
use omnicontact_ports::StoreError;

use super::SettingError;
use crate::Context;
use crate::audit::note_setting_written;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(ASKS);
/// What is asked about.
pub const ASKS: &[PermissionId] = &[EDIT_PRIVILEGED_SETTING];

/// A setting and the value that it shall have.
#[derive(Debug, Clone, PartialEq)]
pub struct NewValue {
    /// The id of the setting.
    pub id: String,
    /// The value.
    pub value: Value,
}

/// Writes these settings, all or none. What is named twice has the later value.
///
/// # Errors
/// [`SettingError`], in the order of its variants, of the first value that is refused; nothing was written then.
pub async fn write_settings(ctx: &Context, actor: &Actor, new: Vec<NewValue>) -> Result<(), SettingError> {
    authorize(actor, &REQUIRES)?;
    let mut checked = new.into_iter().map(check).collect::<Result<Vec<_>, _>>()?;
    // Everybody writes in this order, so that two who write the same settings do not wait for each other.
    checked.sort_by_key(|(setting, _)| setting.id);
    Ok(retried(ctx, || write_once(ctx, actor, &checked)).await?)
}

fn check(new: NewValue) -> Result<(&'static Setting, Value), SettingError> {
    let setting =
        setting::find(&new.id).filter(|setting| setting.is_reachable()).ok_or(SettingError::Unknown)?;
    setting.check(&new.value)?;
    Ok((setting, new.value))
}

async fn write_once(
    ctx: &Context,
    actor: &Actor,
    checked: &[(&'static Setting, Value)],
) -> Result<(), StoreError> {
    let mut tx = ctx.store.begin().await?;
    for (setting, value) in checked {
        let previous = tx.settings().update(setting.id, value, ctx.clock.now()).await?;
        note_setting_written(ctx, tx.as_mut(), &actor.into(), setting, previous, value).await?;
    }
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;
    use std::sync::{Arc, Mutex};

    use omnicontact_domain::setting::InvalidSettingValue;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, holding, nobody};

    fn new(id: &str, value: impl Into<Value>) -> NewValue {
        NewValue { id: id.to_owned(), value: value.into() }
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let ctx = context(MockStore::new());
        let refused = write_settings(&ctx, &nobody(), vec![new("nothing", true)]).await;
        assert!(matches!(refused, Err(SettingError::Denied(_))));
    }

    #[tokio::test]
    async fn all_values_are_checked_before_anything_begins() {
        let ctx = context(MockStore::new());
        let good = || new("Livechat_enabled", false);
        let actor = holding(ASKS);
        for unknown in ["nothing", "Livechat_guest_count"] {
            let refused = write_settings(&ctx, &actor, vec![good(), new(unknown, "x")]).await;
            assert!(matches!(refused, Err(SettingError::Unknown)), "{unknown}");
        }
        let refused = write_settings(&ctx, &actor, vec![good(), new("Livechat_enabled", "maybe")]).await;
        assert!(matches!(refused, Err(SettingError::Value(InvalidSettingValue::Kind { .. }))));
    }

    #[tokio::test]
    async fn settings_are_written_in_order_as_given_and_noted_with_the_change() {
        let done = Arc::new(Mutex::new(Vec::new()));
        let mut tx = MockTransaction::default();
        let log = Arc::clone(&done);
        tx.settings.expect_update().returning(move |id, value, _| {
            log.lock().unwrap().push(format!("{id} {value:?}"));
            Ok(None)
        });
        let log = Arc::clone(&done);
        tx.audit.expect_add().returning(move |event| {
            log.lock().unwrap().push(format!("note {}", event.subject_id));
            Ok(())
        });
        let committed = tx.committed.clone();
        let mut store = MockStore::new();
        store.expect_begin().return_once(move || Ok(Box::new(tx)));
        let new = vec![new("Site_Url", "a"), new("API_Default_Count", "25"), new("Site_Url", "b")];
        write_settings(&context(store), &holding(ASKS), new).await.unwrap();
        assert_eq!(
            *done.lock().unwrap(),
            [
                "API_Default_Count Text(\"25\")",
                "note API_Default_Count",
                "Site_Url Text(\"a\")",
                "note Site_Url",
                "Site_Url Text(\"b\")",
                "note Site_Url"
            ]
        );
        assert!(committed.load(Ordering::SeqCst));
    }
}
