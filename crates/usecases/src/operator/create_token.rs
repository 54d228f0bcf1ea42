//! Make a personal access token: `omnicontact token create`.

use omnicontact_domain::audit::{Action, Cause, Change};
use omnicontact_domain::id::UserId;
use omnicontact_domain::token::RawToken;
use omnicontact_domain::value::Value;
use omnicontact_ports::{Constraint, StoreError};

use super::{OperatorError, find_user};
use crate::Context;
use crate::audit::{self, Subject};
use crate::retry::retried;
use crate::tokens::{check_name, personal_token, touch};

/// Makes a token that never expires and returns it with its owner's id. It is shown only here.
///
/// # Errors
/// [`OperatorError::UnknownUser`], [`OperatorError::NotActive`], [`OperatorError::TokenNameTaken`], [`OperatorError::Text`],
/// [`OperatorError::Store`].
pub async fn create_token(
    ctx: &Context,
    username: &str,
    name: &str,
) -> Result<(UserId, RawToken), OperatorError> {
    check_name(name)?;
    retried(ctx, || add_token(ctx, username, name)).await
}

async fn add_token(ctx: &Context, username: &str, name: &str) -> Result<(UserId, RawToken), OperatorError> {
    let mut tx = ctx.store.begin().await?;
    let user = find_user(tx.as_mut(), username).await?;
    if !user.active {
        return Err(OperatorError::NotActive { username: username.to_owned() });
    }
    touch(ctx, tx.as_mut(), &user).await?;
    let token = ctx.ids.token();
    match tx.tokens().add(&user.id, &personal_token(ctx, &token, name, false)).await {
        Err(StoreError::Conflict(Constraint::LoginToken)) => {
            return Err(OperatorError::TokenNameTaken {
                username: username.to_owned(),
                name: name.to_owned(),
            });
        }
        done => done?,
    }
    let changes = vec![Change::from_to("name", None, Value::from(name))];
    let subject = Subject::token_of(&user.id);
    audit::note(ctx, tx.as_mut(), &Cause::OPERATOR, Action::Created, subject, changes).await?;
    tx.commit().await?;
    Ok((user.id, token))
}
