//! What may be changed of an account, by whom, and what becomes of it (contract, framework 4.4.3,
//! `users.update`).

use super::{PresenceStatus, StatusChange, User, UserEmail};
use crate::id::UserId;
use crate::password::PlainPassword;
use crate::permission::{
    ASSIGN_ADMIN_ROLE, ASSIGN_ROLES, EDIT_OTHER_USER_ACTIVE_STATUS, EDIT_OTHER_USER_INFO,
    EDIT_OTHER_USER_PASSWORD,
};
use crate::policy::Actor;
use crate::role::{ADMIN, RoleId};
use crate::setting::SettingValues;
use crate::value::Fields;

const PROFILE: &str = "Accounts_AllowUserProfileChange";
const USERNAME: &str = "Accounts_AllowUsernameChange";
const REAL_NAME: &str = "Accounts_AllowRealNameChange";
const STATUS_MESSAGE: &str = "Accounts_AllowUserStatusMessageChange";
const EMAIL: &str = "Accounts_AllowEmailChange";
const PASSWORD: &str = "Accounts_AllowPasswordChange";
const INVISIBLE: &str = "Accounts_AllowInvisibleStatusOption";

/// Characters of a nickname.
pub const NICKNAME_LIMIT: usize = 120;
/// Characters of what a user says about the own person.
pub const BIO_LIMIT: usize = 260;

/// What somebody wants to change of an account; `None` leaves it as it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UserEdit {
    /// The login name; blank leaves it as it is.
    pub username: Option<String>,
    /// The display name; blank takes it away.
    pub name: Option<String>,
    /// The only e-mail address; blank leaves it as it is.
    pub email: Option<String>,
    /// Whether the first address is the user's own.
    pub verified: Option<bool>,
    /// The password.
    pub password: Option<PlainPassword>,
    /// Whether to make up a password.
    pub random_password: bool,
    /// Whether the user is asked for a new password.
    pub require_password_change: Option<bool>,
    /// Another name; blank takes it away.
    pub nickname: Option<String>,
    /// What the user says about the own person; blank takes it away.
    pub bio: Option<String>,
    /// The presence to choose.
    pub status: Option<PresenceStatus>,
    /// What the user says about the presence.
    pub status_text: Option<String>,
    /// Whether the user may log in.
    pub active: Option<bool>,
    /// The roles, all of them.
    pub roles: Option<Vec<RoleId>>,
    /// Custom values, over the stored ones.
    pub custom_fields: Option<Fields>,
    /// The extension of the telephone; blank takes it away.
    pub extension: Option<String>,
}

/// Why an edit is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EditRefusal {
    /// Only the own account may be edited.
    #[error("other users may not be edited")]
    OtherUser,
    /// Roles may not be given or taken.
    #[error("roles may not be assigned")]
    Roles,
    /// The role `admin` may not be given.
    #[error("the role admin may not be assigned")]
    Administrator,
    /// Nobody vouches for the own address.
    #[error("the verification of an address may not be edited")]
    Verification,
    /// Accounts may not be activated or deactivated.
    #[error("accounts may not be activated or deactivated")]
    Active,
    /// Nothing of the profile may be edited.
    #[error("profiles may not be edited")]
    Profile,
    /// The username may not be edited.
    #[error("usernames may not be edited")]
    Username,
    /// The status message may not be edited.
    #[error("status messages may not be edited")]
    StatusMessage,
    /// The name may not be edited.
    #[error("names may not be edited")]
    RealName,
    /// The address may not be edited.
    #[error("e-mail addresses may not be edited")]
    Email,
    /// The password may not be edited.
    #[error("passwords may not be edited")]
    Password,
}

/// A text of the profile is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProfileTooLong {
    /// The nickname.
    #[error("the nickname is longer than {NICKNAME_LIMIT} characters")]
    Nickname,
    /// What the user says about the own person.
    #[error("the bio is longer than {BIO_LIMIT} characters")]
    Bio,
}

/// Checks the sizes of a nickname and a bio.
///
/// # Errors
/// [`ProfileTooLong`].
pub fn check_profile(nickname: Option<&str>, bio: Option<&str>) -> Result<(), ProfileTooLong> {
    let exceeds = |text: Option<&str>, limit| text.is_some_and(|text| text.chars().count() > limit);
    if exceeds(nickname, NICKNAME_LIMIT) {
        return Err(ProfileTooLong::Nickname);
    }
    if exceeds(bio, BIO_LIMIT) {
        return Err(ProfileTooLong::Bio);
    }
    Ok(())
}

/// Whether somebody may edit an account at all: the own one, or any with `edit-other-user-info`.
#[must_use]
pub fn may_edit(editor: &Actor, target: &UserId) -> bool {
    editor.user_id == *target || editor.holds(&EDIT_OTHER_USER_INFO)
}

/// What users may change under the settings of the server.
#[expect(clippy::struct_excessive_bools, reason = "one per setting")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EditRules {
    profile: bool,
    username: bool,
    real_name: bool,
    /// Whether users may say something about their presence.
    pub status_message: bool,
    email: bool,
    password: bool,
    /// Whether users may be shown as absent while they are there.
    pub invisibility: bool,
}

impl EditRules {
    /// The settings that the rules are read from.
    pub const SETTINGS: [&str; 7] =
        [PROFILE, USERNAME, REAL_NAME, STATUS_MESSAGE, EMAIL, PASSWORD, INVISIBLE];

    /// The rules under these settings.
    #[must_use]
    pub fn of(settings: &SettingValues) -> Self {
        Self {
            profile: settings.flag(PROFILE),
            username: settings.flag(USERNAME),
            real_name: settings.flag(REAL_NAME),
            status_message: settings.flag(STATUS_MESSAGE),
            email: settings.flag(EMAIL),
            password: settings.flag(PASSWORD),
            invisibility: settings.flag(INVISIBLE),
        }
    }

    /// Whether somebody who may edit this account may change all that the edit changes, but for the roles
    /// ([`UserEdit::check_roles`]). What stays the same is always fine. A setting that is off binds whoever
    /// edits the own account, and everybody without the permission.
    ///
    /// # Errors
    /// [`EditRefusal`], the first.
    pub fn check(&self, editor: &Actor, target: &User, edit: &UserEdit) -> Result<(), EditRefusal> {
        let edits_self = editor.user_id == target.id;
        let info = editor.holds(&EDIT_OTHER_USER_INFO);
        let password = editor.holds(&EDIT_OTHER_USER_PASSWORD);
        let bound = |allowed: bool, permission: bool| !allowed && (edits_self || !permission);
        let new_name =
            edit.name.as_deref().filter(|name| target.name.as_deref().unwrap_or_default() != *name);
        let refusals = [
            (EditRefusal::Verification, edit.changes_verification(target) && !info),
            (
                EditRefusal::Active,
                edit.active.is_some_and(|active| active != target.active)
                    && !editor.holds(&EDIT_OTHER_USER_ACTIVE_STATUS),
            ),
            (EditRefusal::Profile, !self.profile && !info && !password),
            (EditRefusal::Username, edit.new_username(target).is_some() && bound(self.username, info)),
            (EditRefusal::StatusMessage, edit.changes_status(target) && bound(self.status_message, info)),
            (EditRefusal::RealName, new_name.is_some() && bound(self.real_name, info)),
            (EditRefusal::Email, edit.new_email(target).is_some() && bound(self.email, info)),
            (EditRefusal::Password, edit.wants_password() && bound(self.password, password)),
        ];
        refusals.into_iter().find(|(_, refused)| *refused).map_or(Ok(()), |(refusal, _)| Err(refusal))
    }
}

impl UserEdit {
    /// Whether somebody may replace the roles.
    ///
    /// # Errors
    /// [`EditRefusal::Roles`], [`EditRefusal::Administrator`].
    pub fn check_roles(&self, editor: &Actor, target: &User) -> Result<(), EditRefusal> {
        let Some(roles) = &self.roles else { return Ok(()) };
        let changed = roles.iter().any(|role| !target.roles.contains(role))
            || target.roles.iter().any(|role| !roles.contains(role));
        if changed && !editor.holds(&ASSIGN_ROLES) {
            return Err(EditRefusal::Roles);
        }
        let names_admin = roles.iter().any(|role| role.as_str() == ADMIN);
        if changed && names_admin && !editor.holds(&ASSIGN_ADMIN_ROLE) {
            return Err(EditRefusal::Administrator);
        }
        Ok(())
    }

    /// The username, if it is another one.
    #[must_use]
    pub fn new_username(&self, target: &User) -> Option<&str> {
        let given = self.username.as_deref().filter(|username| !username.trim().is_empty());
        given.filter(|username| target.username.as_deref() != Some(username))
    }

    /// The address, if it is another one than the first.
    #[must_use]
    pub fn new_email(&self, target: &User) -> Option<&str> {
        let given = self.email.as_deref().filter(|address| !address.trim().is_empty());
        given.filter(|address| target.emails.first().is_none_or(|email| email.address != *address))
    }

    /// Whether the password is to be set, by an editor who may: an editor of somebody else's account who may
    /// not set passwords leaves it as it is.
    #[must_use]
    pub fn sets_password(&self, editor: &Actor, target: &User) -> bool {
        let may = editor.user_id == target.id || editor.holds(&EDIT_OTHER_USER_PASSWORD);
        self.wants_password() && may
    }

    /// The account after the edit, but for username rules, password and custom values, which others decide.
    /// `target` shows the presence of this moment ([`super::Presence::at`]).
    #[must_use]
    pub fn applied_to(&self, target: &User, name_required: bool) -> User {
        let mut user = target.clone();
        if let Some(username) = self.new_username(target) {
            user.username = Some(username.to_owned());
        }
        match self.name.as_deref().map(|name| (name, name.trim().is_empty())) {
            Some((name, false)) => user.name = Some(name.to_owned()),
            Some((_, true)) if !name_required => user.name = None,
            Some((_, true)) | None => {}
        }
        if let Some(address) = self.new_email(target) {
            user.emails = vec![UserEmail { address: address.to_owned(), verified: false }];
        }
        if let (Some(verified), Some(first)) = (self.verified, user.emails.first_mut()) {
            first.verified = verified;
        }
        replace(&mut user.nickname, self.nickname.as_deref());
        replace(&mut user.bio, self.bio.as_deref());
        replace(&mut user.extension, self.extension.as_deref());
        self.apply_status(&mut user);
        if let Some(asked) = self.require_password_change {
            user.require_password_change = Some(asked);
            user.require_password_change_reason = user.require_password_change_reason.filter(|_| asked);
        }
        match &self.roles {
            Some(roles) => user.with_roles(roles),
            None => user,
        }
    }

    /// What the edit says about the presence; `None` when it chooses none.
    #[must_use]
    pub fn status_change(&self) -> Option<StatusChange> {
        let chosen = self.status?;
        Some(StatusChange { chosen: Some(chosen), text: self.status_text.clone(), expires_at: None })
    }

    fn apply_status(&self, user: &mut User) {
        match (self.status_change(), &self.status_text) {
            (Some(change), _) => user.presence = user.presence.changed(change),
            (None, Some(text)) => user.presence.text = Some(text.clone()),
            (None, None) => {}
        }
    }

    fn wants_password(&self) -> bool {
        self.random_password || self.password.as_ref().is_some_and(|password| !password.expose().is_empty())
    }

    fn changes_status(&self, target: &User) -> bool {
        let stored = target.presence.text.as_deref().unwrap_or_default();
        self.status_text.as_deref().is_some_and(|text| text != stored)
    }

    fn changes_verification(&self, target: &User) -> bool {
        let unsaid = self.new_email(target).is_none() && target.emails.first().is_some_and(|e| e.verified);
        self.verified.is_some_and(|verified| verified != unsaid)
    }
}

/// Replaces a text; a blank one takes it away.
fn replace(stored: &mut Option<String>, given: Option<&str>) {
    if let Some(text) = given {
        *stored = Some(text).filter(|text| !text.trim().is_empty()).map(str::to_owned);
    }
}

#[cfg(test)]
mod tests;
