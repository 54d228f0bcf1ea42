//! Let somebody log in again after too many failures: `omnicontact user unlock`.

use omnicontact_domain::audit::{Action, Cause, Change};
use omnicontact_domain::login_attempt::{AttemptSubject, FoldedUsername};
use omnicontact_domain::login_throttle::counted_address;

use super::{OperatorError, find_user};
use crate::Context;
use crate::audit::{self, Subject};
use crate::retry::retried;

/// Forgets the attempts of a user to log in, so that logins by the username are not blocked. Returns how many
/// there were.
///
/// # Errors
/// [`OperatorError::UnknownUser`], [`OperatorError::Store`].
pub async fn unlock_user(ctx: &Context, username: &str) -> Result<u64, OperatorError> {
    retried(ctx, || async {
        let mut tx = ctx.store.begin().await?;
        let user = find_user(tx.as_mut(), username).await?;
        let subject = AttemptSubject::Username(FoldedUsername::of(username));
        let forgotten = tx.login_attempts().remove(&subject).await?;
        if forgotten > 0 {
            let changes = vec![Change::of("failedLogins")];
            let subject = Subject::user(&user.id);
            audit::note(ctx, tx.as_mut(), &Cause::OPERATOR, Action::Updated, subject, changes).await?;
        }
        tx.commit().await?;
        Ok(forgotten)
    })
    .await
}

/// Forgets the attempts from an address, so that logins from there are not blocked. Returns how many there were.
/// The trail has no such event: nobody's account or rights change.
///
/// # Errors
/// [`OperatorError::InvalidAddress`], [`OperatorError::Store`].
pub async fn unlock_address(ctx: &Context, address: &str) -> Result<u64, OperatorError> {
    let counted = counted_address(address)
        .ok_or_else(|| OperatorError::InvalidAddress { address: address.to_owned() })?;
    retried(ctx, || async {
        let mut tx = ctx.store.begin().await?;
        let forgotten = tx.login_attempts().remove(&AttemptSubject::Address(counted.clone())).await?;
        tx.commit().await?;
        Ok(forgotten)
    })
    .await
}
