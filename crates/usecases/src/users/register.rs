//! Register oneself: `POST users.register` (contract, framework 4.4.3).

use omnicontact_domain::audit::{Author, Cause};
use omnicontact_domain::email;
use omnicontact_domain::password::{PasswordHash, PlainPassword};
use omnicontact_domain::policy::Actor;
use omnicontact_domain::role::{ADMIN, RoleId};
use omnicontact_domain::user::{User, UserEmail, has_allowed_characters};
use omnicontact_domain::value::Fields;
use omnicontact_ports::{Constraint, StoreError, Transaction};

use super::rules::{AccountRules, check_texts, email_is_taken, known_roles, username_is_taken};
use super::{RegisterUserError, SeenUser};
use crate::last_administrator::lock_administrators;
use crate::retry::retried;
use crate::{Context, audit};

/// What somebody says who wants an account.
#[derive(Debug, Clone, PartialEq)]
pub struct RegistrationForm {
    /// The login name.
    pub username: String,
    /// The e-mail address; stored trimmed and in lower case.
    pub email: String,
    /// The password.
    pub password: PlainPassword,
    /// The display name.
    pub name: Option<String>,
    /// The secret of the setting `Accounts_RegistrationForm_SecretURL`.
    pub secret: Option<String>,
    /// Why somebody should approve.
    pub reason: Option<String>,
    /// Custom values.
    pub custom_fields: Option<Fields>,
}

/// Makes an account for a caller who has none. Where nobody is administrator, the new user becomes one.
///
/// # Errors
/// [`RegisterUserError`]; nothing was written then.
pub async fn register_user(
    ctx: &Context,
    caller: Option<&Actor>,
    address: Option<String>,
    mut form: RegistrationForm,
) -> Result<SeenUser, RegisterUserError> {
    if caller.is_some() {
        return Err(RegisterUserError::LoggedIn);
    }
    if !form.name.as_deref().is_none_or(has_allowed_characters) {
        return Err(RegisterUserError::NameCharacters);
    }
    form.email = email::normalised(&form.email);
    let rules = AccountRules::read(ctx).await?;
    let found = check(ctx.store.read().await?.as_mut(), &rules, &mut form).await?;
    let password = ctx.passwords.hash(&form.password.digest()).await?;
    let user = account(ctx, &rules, form, &found.default_roles, password);
    let cause = Cause { author: Author::Anonymous, address };
    let user = retried(ctx, || add(ctx, &cause, user.clone(), found.somebody_is_administrator)).await?;
    Ok(SeenUser::of(user, false, &rules))
}

struct Found {
    default_roles: Vec<RoleId>,
    somebody_is_administrator: bool,
}

/// Checks the form, in the order of the wire; of custom values, those stay that are defined.
async fn check(
    tx: &mut dyn Transaction,
    rules: &AccountRules,
    form: &mut RegistrationForm,
) -> Result<Found, RegisterUserError> {
    let text = |text: &'_ Option<String>| text.clone().unwrap_or_default();
    let keys = [("username", &*form.username), ("email", &*form.email)];
    check_texts(&keys, &[("name", &*text(&form.name)), ("reason", &*text(&form.reason))])?;
    if !rules.usernames.fits(&form.username) {
        return Err(RegisterUserError::InvalidUsername);
    }
    if rules.usernames.is_reserved(&form.username) || username_is_taken(tx, &form.username, None).await? {
        return Err(RegisterUserError::UsernameTaken);
    }
    if email_is_taken(tx, &form.email, None).await? {
        return Err(RegisterUserError::EmailTaken);
    }
    rules.passwords.check(&form.password)?;
    rules.new_accounts.admit(form.secret.as_deref())?;
    let refused = |why| RegisterUserError::Address { address: form.email.clone(), why };
    rules.addresses.check(&form.email).map_err(refused)?;
    if let Some(given) = &form.custom_fields {
        let definitions = rules.custom_fields.as_ref().map_err(|error| *error)?;
        form.custom_fields = Some(definitions.check_form(given)?).filter(|fields| !fields.is_empty());
    }
    Ok(Found {
        default_roles: known_roles(tx, &rules.new_accounts.default_roles).await?,
        somebody_is_administrator: somebody_is_administrator(tx).await?,
    })
}

fn account(
    ctx: &Context,
    rules: &AccountRules,
    form: RegistrationForm,
    held: &[RoleId],
    password: PasswordHash,
) -> User {
    let now = ctx.clock.now();
    let filled = |text: &String| !text.trim().is_empty();
    let inactive_reason = rules.new_accounts.inactive_reason(None);
    let user = User {
        username: Some(form.username),
        name: form.name.filter(filled),
        emails: vec![UserEmail { address: form.email, verified: false }],
        active: inactive_reason.is_none(),
        inactive_reason,
        registration_reason: form.reason.filter(filled),
        password: Some(password),
        email_second_factor: rules.new_accounts.second_factor(now),
        custom_fields: form.custom_fields,
        ..User::new(ctx.ids.random_id(), now)
    };
    user.with_roles(held)
}

async fn add(
    ctx: &Context,
    cause: &Cause,
    mut user: User,
    somebody_was_administrator: bool,
) -> Result<User, RegisterUserError> {
    let mut tx = ctx.store.begin().await?;
    if !somebody_was_administrator {
        // Of two who register first, the other one waits here and then finds an administrator.
        lock_administrators(tx.as_mut()).await?;
        if !somebody_is_administrator(tx.as_mut()).await? {
            // There is nobody who could approve.
            user = user.activated().with_role(&RoleId::from(ADMIN));
        }
    }
    match tx.users().add(&user).await {
        Err(StoreError::Conflict(Constraint::Username)) => return Err(RegisterUserError::UsernameTaken),
        Err(StoreError::Conflict(Constraint::UserEmail)) => return Err(RegisterUserError::EmailTaken),
        done => done?,
    }
    audit::note_user_made(ctx, tx.as_mut(), cause, &user).await?;
    tx.commit().await?;
    Ok(user)
}

async fn somebody_is_administrator(tx: &mut dyn Transaction) -> Result<bool, StoreError> {
    Ok(tx.users().find_by_role(&RoleId::from(ADMIN)).await?.is_some())
}

#[cfg(test)]
mod tests;
