//! See the own profile: `GET me`.

use omnicontact_domain::policy::Actor;
use omnicontact_domain::setting::{self, SITE_URL, SettingValues};
use omnicontact_domain::user::User;
use omnicontact_domain::value::{Fields, Value};
use omnicontact_ports::{StoreError, Transaction};

use crate::Context;

/// An account as its owner sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The account.
    pub user: User,
    /// The server's defaults overlaid with the user's own preferences.
    pub preferences: Fields,
    /// The address under which clients reach the server.
    pub site_url: String,
}

/// The actor's own profile. `None` when the account vanished meanwhile.
///
/// # Errors
/// [`StoreError`].
pub async fn show_profile(ctx: &Context, actor: &Actor) -> Result<Option<Profile>, StoreError> {
    let mut tx = ctx.store.read().await?;
    match tx.users().find(&actor.user_id).await? {
        Some(user) => Ok(Some(profile_of(ctx, tx.as_mut(), user).await?)),
        None => Ok(None),
    }
}

/// The profile of an account that was read in this transaction, with the presence of this moment.
pub(super) async fn profile_of(
    ctx: &Context,
    tx: &mut dyn Transaction,
    user: User,
) -> Result<Profile, StoreError> {
    let stored = SettingValues::new(tx.settings().list().await?);
    let mut preferences = Fields::default();
    for (key, setting) in setting::preferences() {
        let set = stored.stored(setting.id).cloned();
        let value = set.or_else(|| setting.default_value(&ctx.root_url)).unwrap_or(Value::Null);
        preferences.set(key, value);
    }
    for (key, value) in user.preferences.iter() {
        preferences.set(key, value.clone());
    }
    let is_set = stored.stored(SITE_URL).is_some();
    let site_url = if is_set { stored.text(SITE_URL) } else { ctx.root_url.clone() };
    Ok(Profile { user: user.at(ctx.clock.now()), preferences, site_url })
}
