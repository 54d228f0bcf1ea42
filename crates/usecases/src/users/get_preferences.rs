//! See the preferences that one set: `GET users.getPreferences` (contract, framework 4.4.3).

use omnicontact_domain::policy::Actor;
use omnicontact_domain::value::Fields;
use omnicontact_ports::StoreError;

use crate::Context;

/// The preferences that the actor set, and the language. `None` when the account vanished meanwhile.
///
/// # Errors
/// [`StoreError`].
pub async fn get_preferences(ctx: &Context, actor: &Actor) -> Result<Option<Fields>, StoreError> {
    let user = ctx.store.read().await?.users().find(&actor.user_id).await?;
    Ok(user.map(|user| user.own_preferences()))
}
