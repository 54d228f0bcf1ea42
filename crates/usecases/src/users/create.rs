//! Make a user: `POST users.create` (contract, framework 4.4.2).

use omnicontact_domain::audit::Cause;
use omnicontact_domain::password::{PasswordHash, PlainPassword};
use omnicontact_domain::permission::{
    ASSIGN_ADMIN_ROLE, CREATE_USER, PermissionId, VIEW_FULL_OTHER_USER_INFO,
};
use omnicontact_domain::policy::Actor;
use omnicontact_domain::role::{ADMIN, RoleId};
use omnicontact_domain::user::{
    EditRefusal, Presence, User, UserEmail, check_profile, has_allowed_characters,
};
use omnicontact_domain::value::Fields;
use omnicontact_ports::{Constraint, StoreError, Transaction};

use super::rules::{AccountRules, check_roles, check_texts, email_is_taken, known_roles, username_is_taken};
use super::{RequiredText, SeenUser, UserError};
use crate::retry::retried;
use crate::{Context, audit};

/// What is asked about the caller.
pub const ASKS: &[PermissionId] = &[CREATE_USER, ASSIGN_ADMIN_ROLE, VIEW_FULL_OTHER_USER_INFO];

/// A user to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct UserDraft {
    /// The e-mail address.
    pub email: String,
    /// The display name.
    pub name: String,
    /// The password. It is not checked against the policy.
    pub password: PlainPassword,
    /// The login name.
    pub username: String,
    /// The roles; without any, those of the settings.
    pub roles: Option<Vec<RoleId>>,
    /// Whether the user may log in; the settings decide where nobody says.
    pub active: Option<bool>,
    /// Whether the address is the user's own.
    pub verified: bool,
    /// Whether the user is asked for a new password.
    pub require_password_change: Option<bool>,
    /// Whether to make up a password that nobody knows.
    pub random_password: bool,
    /// Another name.
    pub nickname: Option<String>,
    /// What the user says about the own person.
    pub bio: Option<String>,
    /// What the user says about the presence.
    pub status_text: Option<String>,
    /// Custom values.
    pub custom_fields: Option<Fields>,
    /// The extension of the telephone.
    pub extension: Option<String>,
}

/// Makes a user. The name and the custom values are looked at before the permission.
///
/// # Errors
/// [`UserError`]; nothing was written then.
pub async fn create_user(ctx: &Context, actor: &Actor, mut draft: UserDraft) -> Result<SeenUser, UserError> {
    if !has_allowed_characters(&draft.name) {
        return Err(UserError::NameCharacters);
    }
    let rules = AccountRules::read(ctx).await?;
    let custom_fields = match &draft.custom_fields {
        Some(given) => Some(rules.custom_fields.as_ref().map_err(|error| *error)?.check_form(given)?),
        None => None,
    };
    draft.custom_fields = custom_fields.filter(|fields| !fields.is_empty());
    if !actor.holds(&CREATE_USER) {
        return Err(UserError::MayNotCreate);
    }
    let held = check(ctx.store.read().await?.as_mut(), actor, &rules, &draft).await?;
    if draft.random_password {
        draft.password = PlainPassword::new(ctx.ids.token().expose());
    }
    let password = ctx.passwords.hash(&draft.password.digest()).await?;
    let user = account(ctx, &rules, draft, &held, password);
    retried(ctx, || add(ctx, actor, &user)).await?;
    Ok(SeenUser::of(user, actor.holds(&VIEW_FULL_OTHER_USER_INFO), &rules))
}

/// Checks what was given, in the order of the wire, and returns the roles of the account.
async fn check(
    tx: &mut dyn Transaction,
    actor: &Actor,
    rules: &AccountRules,
    draft: &UserDraft,
) -> Result<Vec<RoleId>, UserError> {
    check_sizes(draft)?;
    if let Some(given) = &draft.roles {
        check_roles(tx, given).await?;
        if given.iter().any(|role| role.as_str() == ADMIN) && !actor.holds(&ASSIGN_ADMIN_ROLE) {
            return Err(EditRefusal::Administrator.into());
        }
    }
    check_identity(rules, draft)?;
    let username = || draft.username.clone();
    if username_is_taken(tx, &draft.username, None).await? {
        return Err(UserError::Taken { what: username() });
    }
    if email_is_taken(tx, &draft.email, None).await? {
        return Err(UserError::Taken { what: draft.email.clone() });
    }
    let address = |why| UserError::Address { address: draft.email.clone(), why };
    rules.addresses.check(&draft.email).map_err(address)?;
    check_profile(draft.nickname.as_deref(), draft.bio.as_deref())?;
    match &draft.roles {
        Some(given) => Ok(given.clone()),
        None => Ok(known_roles(tx, &rules.new_accounts.default_roles).await?),
    }
}

fn check_sizes(draft: &UserDraft) -> Result<(), UserError> {
    let text = |text: &'_ Option<String>| text.clone().unwrap_or_default();
    let keys = [("username", &*draft.username), ("email", &*draft.email)];
    check_texts(&keys, &[("name", &*draft.name), ("statusText", &text(&draft.status_text))])?;
    check_texts(&[("freeSwitchExtension", &text(&draft.extension))], &[])?;
    Ok(())
}

/// Whether everything is there that must be, and whether the username may be taken.
fn check_identity(rules: &AccountRules, draft: &UserDraft) -> Result<(), UserError> {
    let is_blank = |text: &str| text.trim().is_empty();
    let username = || draft.username.clone();
    if rules.new_accounts.name_required && is_blank(&draft.name) {
        return Err(UserError::Blank(RequiredText::Name));
    }
    if is_blank(&draft.username) {
        return Err(UserError::Blank(RequiredText::Username));
    }
    if !rules.usernames.fits(&draft.username) {
        return Err(UserError::InvalidUsername { username: username() });
    }
    if draft.password.expose().is_empty() && !draft.random_password {
        return Err(UserError::Blank(RequiredText::Password));
    }
    if rules.usernames.is_reserved(&draft.username) {
        return Err(UserError::ReservedUsername { username: username() });
    }
    Ok(())
}

fn account(
    ctx: &Context,
    rules: &AccountRules,
    draft: UserDraft,
    held: &[RoleId],
    password: PasswordHash,
) -> User {
    let now = ctx.clock.now();
    let filled = |text: &String| !text.trim().is_empty();
    let inactive_reason = rules.new_accounts.inactive_reason(draft.active);
    let user = User {
        username: Some(draft.username),
        name: Some(draft.name).filter(filled),
        nickname: draft.nickname.filter(filled),
        bio: draft.bio.filter(filled),
        emails: vec![UserEmail { address: draft.email, verified: draft.verified }],
        presence: Presence { text: draft.status_text, ..Presence::OFFLINE },
        active: inactive_reason.is_none(),
        inactive_reason,
        password: Some(password),
        require_password_change: if draft.random_password {
            Some(true)
        } else {
            draft.require_password_change
        },
        email_second_factor: rules.new_accounts.second_factor(now),
        custom_fields: draft.custom_fields,
        extension: draft.extension.filter(filled),
        ..User::new(ctx.ids.random_id(), now)
    };
    user.with_roles(held)
}

async fn add(ctx: &Context, actor: &Actor, user: &User) -> Result<(), UserError> {
    let mut tx = ctx.store.begin().await?;
    // Somebody may have been faster since it was looked up.
    let taken = |what: Option<&String>| UserError::Taken { what: what.cloned().unwrap_or_default() };
    match tx.users().add(user).await {
        Err(StoreError::Conflict(Constraint::Username)) => return Err(taken(user.username.as_ref())),
        Err(StoreError::Conflict(Constraint::UserEmail)) => {
            return Err(taken(user.emails.first().map(|email| &email.address)));
        }
        Err(StoreError::Conflict(Constraint::Reference)) => return Err(UserError::UnknownRole),
        done => done?,
    }
    audit::note_user_made(ctx, tx.as_mut(), &Cause::from(actor), user).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests;
