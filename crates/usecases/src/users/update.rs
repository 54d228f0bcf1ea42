//! Change a user: `POST users.update` (contract, framework 4.4.3).

use omnicontact_domain::audit::Cause;
use omnicontact_domain::id::UserId;
use omnicontact_domain::password::{PasswordHash, PlainPassword};
use omnicontact_domain::permission::{
    ASSIGN_ADMIN_ROLE, ASSIGN_ROLES, EDIT_OTHER_USER_ACTIVE_STATUS, EDIT_OTHER_USER_INFO,
    EDIT_OTHER_USER_PASSWORD, PermissionId, VIEW_FULL_OTHER_USER_INFO,
};
use omnicontact_domain::policy::Actor;
use omnicontact_domain::user::{
    EditRefusal, InactiveReason, User, UserEdit, check_profile, has_allowed_characters, may_edit,
};
use omnicontact_ports::{Constraint, StoreError, Transaction};

use super::rules::{AccountRules, check_roles, check_texts, email_is_taken, username_is_taken};
use super::{SeenUser, UserError};
use crate::last_administrator::administrator_remains;
use crate::retry::retried;
use crate::{Context, audit};

/// What is asked about the caller.
pub const ASKS: &[PermissionId] = &[
    EDIT_OTHER_USER_INFO,
    EDIT_OTHER_USER_PASSWORD,
    EDIT_OTHER_USER_ACTIVE_STATUS,
    ASSIGN_ROLES,
    ASSIGN_ADMIN_ROLE,
    VIEW_FULL_OTHER_USER_INFO,
];

/// Changes a user, the own account without any permission. A new password, and a deactivation, end all
/// sessions and personal tokens of the user.
///
/// # Errors
/// [`UserError`]; nothing was written then.
pub async fn update_user(
    ctx: &Context,
    actor: &Actor,
    target: &UserId,
    edit: UserEdit,
) -> Result<SeenUser, UserError> {
    if !edit.name.as_deref().is_none_or(has_allowed_characters) {
        return Err(UserError::NameCharacters);
    }
    if !may_edit(actor, target) {
        return Err(EditRefusal::OtherUser.into());
    }
    check_sizes(&edit)?;
    let rules = AccountRules::read(ctx).await?;
    let work = Work { ctx, actor, rules: &rules, target, edit: &edit };
    let password = work.hash_password().await?;
    let user = retried(ctx, || work.write(password.as_ref())).await?;
    Ok(SeenUser::of(user, actor.holds(&VIEW_FULL_OTHER_USER_INFO), &rules))
}

fn check_sizes(edit: &UserEdit) -> Result<(), UserError> {
    let text = |text: &'_ Option<String>| text.clone().unwrap_or_default();
    let keys = [
        ("username", &*text(&edit.username)),
        ("email", &*text(&edit.email)),
        ("freeSwitchExtension", &*text(&edit.extension)),
    ];
    Ok(check_texts(&keys, &[("name", &*text(&edit.name)), ("statusText", &*text(&edit.status_text))])?)
}

/// One edit under way.
#[derive(Clone, Copy)]
struct Work<'a> {
    ctx: &'a Context,
    actor: &'a Actor,
    rules: &'a AccountRules,
    target: &'a UserId,
    edit: &'a UserEdit,
}

/// What an edit that may be made comes to.
struct Allowed {
    before: User,
    after: User,
    sets_password: bool,
}

impl Work<'_> {
    /// The hash of the new password, if one is to be set. Hashing is slow, so it happens outside of any
    /// transaction, and only after everything else was found to be right.
    async fn hash_password(&self) -> Result<Option<PasswordHash>, UserError> {
        if self.edit.password.is_none() && !self.edit.random_password {
            return Ok(None);
        }
        if !self.examine(self.ctx.store.read().await?.as_mut()).await?.sets_password {
            return Ok(None);
        }
        let made_up = || PlainPassword::new(self.ctx.ids.token().expose());
        let chosen = self.edit.password.clone().filter(|_| !self.edit.random_password);
        let password = chosen.unwrap_or_else(made_up);
        Ok(Some(self.ctx.passwords.hash(&password.digest()).await?))
    }

    async fn write(&self, password: Option<&PasswordHash>) -> Result<User, UserError> {
        let mut tx = self.ctx.store.begin().await?;
        let Allowed { before, mut after, .. } = self.examine(tx.as_mut()).await?;
        if let Some(hash) = password {
            after.password = Some(hash.clone());
            if self.edit.random_password {
                after.require_password_change = Some(true);
            }
        }
        after.updated_at = self.ctx.clock.now();
        let loses_power = before.is_active_administrator() && !after.is_active_administrator();
        if loses_power && !administrator_remains(tx.as_mut(), &before).await? {
            return Err(UserError::LastAdministrator);
        }
        match tx.users().update(&after).await {
            Err(StoreError::Conflict(Constraint::Username)) => return Err(UserError::Identity),
            Err(StoreError::Conflict(Constraint::UserEmail)) => {
                return Err(UserError::Taken { what: self.edit.email.clone().unwrap_or_default() });
            }
            Err(StoreError::Conflict(Constraint::Reference)) => return Err(UserError::UnknownRole),
            done => done?,
        }
        if password.is_some() || (before.active && !after.active) {
            tx.tokens().remove_all(&after.id).await?;
        }
        audit::note_user_changed(self.ctx, tx.as_mut(), &Cause::from(self.actor), &before, &after).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Whether the edit may be made of the account as it is now, and what it comes to.
    async fn examine(&self, tx: &mut dyn Transaction) -> Result<Allowed, UserError> {
        let Self { ctx, actor, rules, edit, .. } = *self;
        let stored = tx.users().find(self.target).await?.ok_or(UserError::NotFound)?;
        let before = stored.at(ctx.clock.now());
        edit.check_roles(actor, &before)?;
        if let Some(roles) = &edit.roles {
            check_roles(tx, roles).await?;
        }
        rules.edits.check(actor, &before, edit)?;
        let mut after =
            with_activity(edit.applied_to(&before, rules.new_accounts.name_required), edit.active);
        if let Some(given) = &edit.custom_fields {
            let definitions = rules.custom_fields.as_ref().map_err(|error| *error)?;
            after.custom_fields = definitions.merged(before.custom_fields.as_ref(), given)?;
        }
        self.check_identity(tx, &before).await?;
        if let Some(change) = edit.status_change() {
            before.presence.check(&change, rules.edits.invisibility, ctx.clock.now())?;
        }
        let sets_password = edit.sets_password(actor, &before);
        if let Some(password) = edit.password.as_ref().filter(|_| sets_password && !edit.random_password) {
            rules.passwords.check(password)?;
        }
        Ok(Allowed { before, after, sets_password })
    }

    /// Whether the new username, the profile's texts and the new address can be used.
    async fn check_identity(&self, tx: &mut dyn Transaction, before: &User) -> Result<(), UserError> {
        let Self { rules, edit, .. } = *self;
        if let Some(username) = edit.new_username(before) {
            let usable = rules.usernames.fits(username) && !rules.usernames.is_reserved(username);
            if !usable || username_is_taken(tx, username, Some(before)).await? {
                return Err(UserError::Identity);
            }
        }
        check_profile(edit.nickname.as_deref(), edit.bio.as_deref())?;
        if let Some(address) = edit.new_email(before) {
            let refused = |why| UserError::Address { address: address.to_owned(), why };
            rules.addresses.check(address).map_err(refused)?;
            if email_is_taken(tx, address, Some(before)).await? {
                return Err(UserError::Taken { what: address.to_owned() });
            }
        }
        Ok(())
    }
}

fn with_activity(user: User, wanted: Option<bool>) -> User {
    match wanted {
        Some(false) if user.active => user.deactivated(InactiveReason::Deactivated),
        Some(true) if !user.active => user.activated(),
        Some(_) | None => user,
    }
}

#[cfg(test)]
mod tests;
