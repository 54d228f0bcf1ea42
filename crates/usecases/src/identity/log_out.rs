//! Log out: `POST logout`.

use omnicontact_domain::policy::Actor;
use omnicontact_domain::token::RawToken;
use omnicontact_ports::StoreError;

use crate::Context;
use crate::retry::retried;

/// Removes exactly the token that the caller showed.
///
/// # Errors
/// [`StoreError`].
pub async fn log_out(ctx: &Context, actor: &Actor, token: &RawToken) -> Result<(), StoreError> {
    retried(ctx, || async {
        let mut tx = ctx.store.begin().await?;
        tx.tokens().remove(&actor.user_id, &token.hashed()).await?;
        tx.commit().await
    })
    .await
}
