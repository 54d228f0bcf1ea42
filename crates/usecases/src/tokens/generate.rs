//! Make a personal access token: `POST users.generatePersonalAccessToken`.

use omnicontact_domain::audit::{Action, Change};
use omnicontact_domain::policy::{Actor, authorize};
use omnicontact_domain::token::RawToken;
use omnicontact_domain::value::Value;
use omnicontact_ports::{Constraint, StoreError};

use super::{PERSONAL, TokenError, check_name, owner, personal_token, touch};
use crate::Context;
use crate::audit::{self, Subject};
use crate::retry::retried;

/// A personal access token to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPersonalToken {
    /// The owner's name for it.
    pub name: String,
    /// Whether its bearer is spared the second factor.
    pub bypass_two_factor: bool,
}

/// Makes a personal access token for the actor, who called with the token `shown`. It never expires, and is shown
/// only here.
///
/// # Errors
/// [`TokenError::Denied`], [`TokenError::Name`], [`TokenError::Ended`], [`TokenError::NameTaken`],
/// [`TokenError::Store`].
pub async fn generate_personal_token(
    ctx: &Context,
    actor: &Actor,
    shown: &RawToken,
    new: &NewPersonalToken,
) -> Result<RawToken, TokenError> {
    authorize(actor, &PERSONAL)?;
    check_name(&new.name)?;
    retried(ctx, || generate_once(ctx, actor, shown, new)).await
}

async fn generate_once(
    ctx: &Context,
    actor: &Actor,
    shown: &RawToken,
    new: &NewPersonalToken,
) -> Result<RawToken, TokenError> {
    let mut tx = ctx.store.begin().await?;
    let (account, _) = owner(tx.as_mut(), actor, shown).await?;
    if tx.tokens().find_by_name(&account.id, &new.name).await?.is_some() {
        return Err(TokenError::NameTaken);
    }
    touch(ctx, tx.as_mut(), &account).await?;
    let secret = ctx.ids.token();
    let token = personal_token(ctx, &secret, &new.name, new.bypass_two_factor);
    match tx.tokens().add(&account.id, &token).await {
        Err(StoreError::Conflict(Constraint::LoginToken)) => return Err(TokenError::NameTaken),
        done => done?,
    }
    let changes = vec![
        Change::from_to("name", None, Value::from(new.name.as_str())),
        Change::from_to("bypassTwoFactor", None, Value::Bool(new.bypass_two_factor)),
    ];
    let subject = Subject::token_of(&account.id);
    audit::note(ctx, tx.as_mut(), &actor.into(), Action::Created, subject, changes).await?;
    tx.commit().await?;
    Ok(secret)
}
