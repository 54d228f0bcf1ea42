//! Make a user: `omnicontact user create`.

use omnicontact_domain::audit::Cause;
use omnicontact_domain::email::has_form;
use omnicontact_domain::id::UserId;
use omnicontact_domain::password::{PasswordDigest, PasswordHash};
use omnicontact_domain::role::RoleId;
use omnicontact_domain::text::{KEY_LIMIT, NAME_LIMIT, check};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::{User, UserEmail, check_username};
use omnicontact_ports::{Constraint, StoreError, Transaction};

use super::OperatorError;
use crate::retry::retried;
use crate::{Context, audit};

/// A user to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// The login name.
    pub username: String,
    /// The display name.
    pub name: Option<String>,
    /// An e-mail address, taken as verified.
    pub email: Option<String>,
    /// The password.
    pub password: PasswordDigest,
    /// The roles, in order.
    pub roles: Vec<RoleId>,
}

/// Makes an active user and returns the id.
///
/// # Errors
/// [`OperatorError`]; nothing was written then.
pub async fn create_user(ctx: &Context, new: &NewUser) -> Result<UserId, OperatorError> {
    check_username(&new.username)?;
    check("name", new.name.as_deref().unwrap_or_default(), NAME_LIMIT)?;
    if let Some(address) = &new.email {
        check_address(address)?;
    }
    let password = ctx.passwords.hash(&new.password).await?;
    retried(ctx, || add_user(ctx, new, &password)).await
}

async fn add_user(ctx: &Context, new: &NewUser, password: &PasswordHash) -> Result<UserId, OperatorError> {
    let mut tx = ctx.store.begin().await?;
    let known = tx.access().list_roles().await?;
    if let Some(role) = new.roles.iter().find(|role| known.iter().all(|known| known.id != **role)) {
        let names: Vec<&str> = known.iter().map(|role| role.id.as_str()).collect();
        return Err(OperatorError::UnknownRole { role: role.clone(), known: names.join(", ") });
    }
    let user = account(ctx.ids.random_id().into(), new, Some(password.clone()), ctx.clock.now());
    add_account(tx.as_mut(), &user).await?;
    audit::note_user_made(ctx, tx.as_mut(), &Cause::OPERATOR, &user).await?;
    tx.commit().await?;
    Ok(user.id)
}

/// An active account of a person.
pub(crate) fn account(id: UserId, new: &NewUser, password: Option<PasswordHash>, now: Timestamp) -> User {
    let verified = |address: &String| UserEmail { address: address.clone(), verified: true };
    let user = User {
        username: Some(new.username.clone()),
        name: new.name.clone(),
        emails: new.email.iter().map(verified).collect(),
        password,
        ..User::new(id, now)
    };
    user.with_roles(&new.roles)
}

/// Stores an account; what is taken is named.
async fn add_account(tx: &mut dyn Transaction, user: &User) -> Result<(), OperatorError> {
    let taken = |what: Option<&str>| OperatorError::Taken { what: what.unwrap_or_default().to_owned() };
    match tx.users().add(user).await {
        Err(StoreError::Conflict(Constraint::Username)) => Err(taken(user.username.as_deref())),
        Err(StoreError::Conflict(Constraint::UserEmail)) => Err(taken(Some("the e-mail address"))),
        done => Ok(done?),
    }
}

fn check_address(address: &str) -> Result<(), OperatorError> {
    check("email", address, KEY_LIMIT)?;
    if has_form(address) { Ok(()) } else { Err(OperatorError::InvalidEmail) }
}
