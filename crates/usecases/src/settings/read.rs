//! Read one setting: `GET settings/:_id`.

use omnicontact_domain::permission::VIEW_PRIVILEGED_SETTING;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::setting;

use super::SettingError;
use super::list::{CurrentSetting, current};
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_PRIVILEGED_SETTING]);

/// The setting as it is now; secrets are shown, too.
///
/// # Errors
/// [`SettingError::Denied`], [`SettingError::Unknown`], [`SettingError::Store`].
pub async fn read_setting(ctx: &Context, actor: &Actor, id: &str) -> Result<CurrentSetting, SettingError> {
    authorize(actor, &REQUIRES)?;
    let setting = setting::find(id).filter(|setting| setting.is_reachable()).ok_or(SettingError::Unknown)?;
    let stored = ctx.store.read().await?.settings().find(id).await?;
    Ok(current(ctx, setting, stored))
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::value::Value;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, holding, nobody};

    async fn read(id: &str, stored: Option<Value>) -> Result<Value, SettingError> {
        let mut tx = MockTransaction::default();
        tx.settings.expect_find().return_once(move |_| Ok(stored));
        let mut store = MockStore::new();
        store.expect_read().return_once(move || Ok(Box::new(tx)));
        let actor = holding(&[VIEW_PRIVILEGED_SETTING]);
        read_setting(&context(store), &actor, id).await.map(|current| current.value)
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction_and_neither_does_what_is_unknown_or_hidden() {
        let ctx = context(MockStore::new());
        let refused = read_setting(&ctx, &nobody(), "Site_Url").await;
        assert!(matches!(refused, Err(SettingError::Denied(_))));
        for id in ["nothing", "", "Accounts_SystemBlockedUsernameList"] {
            let refused = read_setting(&ctx, &holding(&[VIEW_PRIVILEGED_SETTING]), id).await;
            assert!(matches!(refused, Err(SettingError::Unknown)), "{id}");
        }
    }

    #[tokio::test]
    async fn what_nobody_set_has_its_default() {
        assert_eq!(read("Site_Url", None).await.unwrap(), Value::from("http://localhost:3000"));
        assert_eq!(read("Site_Url", Some("https://a".into())).await.unwrap(), Value::from("https://a"));
        assert_eq!(read("SMTP_Password", Some("secret".into())).await.unwrap(), Value::from("secret"));
    }
}
