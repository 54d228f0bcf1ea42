//! See settings page by page: `GET settings` and `GET settings.public`.

use std::collections::BTreeMap;

use omnicontact_domain::page::Page;
use omnicontact_domain::permission::{PermissionId, VIEW_PRIVILEGED_SETTING};
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::setting::{CATALOGUE, Setting};
use omnicontact_domain::sort::Direction;
use omnicontact_domain::value::Value;
use omnicontact_ports::StoreError;

use crate::Context;

/// Who sees more than the public settings.
const SEES_ALL: Requirement = Requirement::All(ASKS);
/// What is asked about.
pub const ASKS: &[PermissionId] = &[VIEW_PRIVILEGED_SETTING];

/// A setting as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct CurrentSetting {
    /// The setting.
    pub setting: &'static Setting,
    /// Its value.
    pub value: Value,
    /// The value that it would have if nobody had set it.
    pub default: Value,
}

/// A page of settings, and how many there are in all.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingPage {
    /// The settings of the page.
    pub settings: Vec<CurrentSetting>,
    /// How many settings the actor sees in all.
    pub total: usize,
}

/// The settings that the actor may see, by id: all that are not hidden, or the public ones.
///
/// # Errors
/// [`StoreError`].
pub async fn list_settings(
    ctx: &Context,
    actor: &Actor,
    order: Direction,
    page: Page,
) -> Result<SettingPage, StoreError> {
    let sees_all = authorize(actor, &SEES_ALL).is_ok();
    page_of(ctx, |setting| sees_all || setting.public, order, page).await
}

/// The public settings by id, for everybody; where `ids` are given, those of them that are public.
///
/// # Errors
/// [`StoreError`].
pub async fn list_public_settings(
    ctx: &Context,
    ids: Option<&[&str]>,
    order: Direction,
    page: Page,
) -> Result<SettingPage, StoreError> {
    let asked_for = |setting: &Setting| ids.is_none_or(|ids| ids.contains(&setting.id));
    page_of(ctx, |setting| setting.public && asked_for(setting), order, page).await
}

async fn page_of(
    ctx: &Context,
    is_seen: impl Fn(&Setting) -> bool,
    order: Direction,
    page: Page,
) -> Result<SettingPage, StoreError> {
    let mut seen: Vec<&'static Setting> =
        CATALOGUE.iter().filter(|setting| setting.is_reachable() && is_seen(setting)).collect();
    if order == Direction::Descending {
        seen.reverse();
    }
    let total = seen.len();
    let offset = usize::try_from(page.offset).unwrap_or(usize::MAX);
    let limit = page.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let stored = ctx.store.read().await?.settings().list().await?;
    let stored: BTreeMap<String, Value> = stored.into_iter().collect();
    let settings = seen.into_iter().skip(offset).take(limit);
    let settings = settings.map(|setting| current(ctx, setting, stored.get(setting.id).cloned())).collect();
    Ok(SettingPage { settings, total })
}

/// A setting with its stored value, if there is one.
pub(super) fn current(ctx: &Context, setting: &'static Setting, stored: Option<Value>) -> CurrentSetting {
    // What is made at the first start has no value before.
    let default = setting.default_value(&ctx.root_url).unwrap_or_else(|| Value::from(""));
    CurrentSetting { setting, value: stored.unwrap_or_else(|| default.clone()), default }
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::setting::find;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, holding, nobody};

    /// A context whose store has a title of its own and a secret.
    fn stored() -> Context {
        let mut tx = MockTransaction::default();
        tx.settings.expect_list().returning(|| {
            Ok(vec![
                ("Livechat_title".to_owned(), "Help".into()),
                ("SMTP_Password".to_owned(), "secret".into()),
                ("from another version".to_owned(), Value::Null),
            ])
        });
        let mut store = MockStore::new();
        store.expect_read().return_once(move || Ok(Box::new(tx)));
        context(store)
    }

    fn ids(page: &SettingPage) -> Vec<&'static str> {
        page.settings.iter().map(|current| current.setting.id).collect()
    }

    #[tokio::test]
    async fn everybody_sees_what_is_public_and_nobody_what_is_hidden() {
        let all = list_settings(&stored(), &holding(ASKS), Direction::Ascending, Page::ALL).await.unwrap();
        let public = list_settings(&stored(), &nobody(), Direction::Ascending, Page::ALL).await.unwrap();
        assert_eq!(all.total, CATALOGUE.iter().filter(|setting| !setting.hidden).count());
        assert_eq!(public.total, CATALOGUE.iter().filter(|setting| setting.public).count());
        let secret = find("SMTP_Password").unwrap();
        let secret = CurrentSetting { setting: secret, value: "secret".into(), default: "".into() };
        assert!(all.settings.contains(&secret));
        assert!(!public.settings.contains(&secret));
        let title = find("Livechat_title").unwrap();
        let title = CurrentSetting { setting: title, value: "Help".into(), default: "Rocket.Chat".into() };
        assert!(public.settings.contains(&title));
    }

    #[tokio::test]
    async fn pages_are_cut_in_either_order() {
        let page = Page { offset: 1, limit: Some(2) };
        let ids_of = async |order| {
            let asked = ["Site_Url", "Language", "LDAP_Enable"];
            let page = list_public_settings(&stored(), Some(&asked), order, page).await.unwrap();
            assert_eq!(page.total, 3);
            ids(&page)
        };
        assert_eq!(ids_of(Direction::Ascending).await, ["Language", "Site_Url"]);
        assert_eq!(ids_of(Direction::Descending).await, ["Language", "LDAP_Enable"]);
    }

    #[tokio::test]
    async fn ids_that_are_unknown_hidden_or_not_public_are_left_out() {
        let asked = ["10", "Accounts_SystemBlockedUsernameList", "SMTP_Password", "Livechat_title"];
        let page =
            list_public_settings(&stored(), Some(&asked), Direction::Ascending, Page::ALL).await.unwrap();
        assert_eq!((ids(&page), page.total), (vec!["Livechat_title"], 1));
    }
}
