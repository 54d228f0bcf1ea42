//! End everything of one account: `POST users.logout`.

use omnicontact_domain::audit::{Action, Cause, Change};
use omnicontact_domain::id::UserId;
use omnicontact_domain::permission::LOGOUT_OTHER_USER;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::user::User;
use omnicontact_ports::{StoreError, Transaction};

use super::{TokenError, touch};
use crate::Context;
use crate::audit::{self, Subject};
use crate::retry::retried;

const OTHERS: Requirement = Requirement::All(&[LOGOUT_OTHER_USER]);

/// Ends all sessions and personal access tokens of a user: of the actor freely, of others with the permission.
///
/// # Errors
/// [`TokenError::Denied`], [`TokenError::UnknownUser`], [`TokenError::Store`].
pub async fn log_out_user(ctx: &Context, actor: &Actor, user: &UserId) -> Result<(), TokenError> {
    if *user != actor.user_id {
        authorize(actor, &OTHERS)?;
    }
    retried(ctx, || async {
        let mut tx = ctx.store.begin().await?;
        let account = tx.users().lock(user).await?.ok_or(TokenError::UnknownUser)?;
        end_everything(ctx, tx.as_mut(), &actor.into(), &account).await?;
        Ok(tx.commit().await?)
    })
    .await
}

/// Ends all sessions and personal access tokens of an account that was read in this transaction.
pub(crate) async fn end_everything(
    ctx: &Context,
    tx: &mut dyn Transaction,
    cause: &Cause,
    account: &User,
) -> Result<(), StoreError> {
    touch(ctx, tx, account).await?;
    tx.tokens().remove_all(&account.id).await?;
    let changes = vec![Change::of("sessions"), Change::of("personalAccessTokens")];
    audit::note(ctx, tx, cause, Action::Removed, Subject::token_of(&account.id), changes).await
}
