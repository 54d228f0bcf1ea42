//! What can go wrong with accounts.

use omnicontact_domain::policy::Denied;
use omnicontact_domain::text::TextError;
use omnicontact_domain::user::{
    EditRefusal, InvalidAddress, InvalidIdleTimeLimit, InvalidUserField, InvalidUserFields, PasswordFaults,
    ProfileTooLong, RegistrationRefusal, StatusRefusal,
};
use omnicontact_ports::{HasherBusy, StoreError};

use crate::retry::MayRetry;

/// A text that must not be blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequiredText {
    /// The display name.
    Name,
    /// The login name.
    Username,
    /// The password.
    Password,
}

/// Why an account is not made, changed or removed, or accounts not listed. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The caller may not make users.
    #[error("users may not be made")]
    MayNotCreate,
    /// The caller may not edit this.
    #[error(transparent)]
    Edit(#[from] EditRefusal),
    /// The name has characters that names may not have.
    #[error("the name contains invalid characters")]
    NameCharacters,
    /// The definitions of custom fields cannot be used.
    #[error(transparent)]
    CustomFieldDefinitions(#[from] InvalidUserFields),
    /// A custom value is not allowed.
    #[error(transparent)]
    CustomField(#[from] InvalidUserField),
    /// There is no such role.
    #[error("there is no such role")]
    UnknownRole,
    /// A text is blank.
    #[error("a text is missing")]
    Blank(RequiredText),
    /// The username does not fit the setting.
    #[error("the username is not valid")]
    InvalidUsername {
        /// As given.
        username: String,
    },
    /// Nobody may have this username.
    #[error("the username is reserved")]
    ReservedUsername {
        /// As given.
        username: String,
    },
    /// The new username of an account is reserved, taken or not valid.
    #[error("the new username cannot be used")]
    Identity,
    /// The username or address belongs to somebody.
    #[error("the username or address is taken")]
    Taken {
        /// As given.
        what: String,
    },
    /// The address may not be used.
    #[error("the e-mail address cannot be used")]
    Address {
        /// As given.
        address: String,
        /// Why not.
        #[source]
        why: InvalidAddress,
    },
    /// A text of the profile is too long.
    #[error(transparent)]
    Profile(#[from] ProfileTooLong),
    /// The password is not good enough.
    #[error(transparent)]
    Password(#[from] PasswordFaults),
    /// The presence may not be chosen.
    #[error(transparent)]
    Status(#[from] StatusRefusal),
    /// The account to be edited does not exist.
    #[error("there is no such user")]
    NotFound,
    /// Nobody fits what the caller said about whom is meant.
    #[error("nobody fits")]
    NoMatch,
    /// The server's own bot stays.
    #[error("the server's own bot stays")]
    OwnBot,
    /// No active administrator would be left.
    #[error("no active administrator would be left")]
    LastAdministrator,
    /// A text could not be stored.
    #[error(transparent)]
    Text(#[from] TextError),
    /// Too many passwords wait to be hashed.
    #[error(transparent)]
    Busy(#[from] HasherBusy),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for UserError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::Denied(_)
            | Self::MayNotCreate
            | Self::Edit(_)
            | Self::NameCharacters
            | Self::CustomFieldDefinitions(_)
            | Self::CustomField(_)
            | Self::UnknownRole
            | Self::Blank(_)
            | Self::InvalidUsername { .. }
            | Self::ReservedUsername { .. }
            | Self::Identity
            | Self::Taken { .. }
            | Self::Address { .. }
            | Self::Profile(_)
            | Self::Password(_)
            | Self::Status(_)
            | Self::NotFound
            | Self::NoMatch
            | Self::OwnBot
            | Self::LastAdministrator
            | Self::Text(_)
            | Self::Busy(_) => false,
        }
    }
}

/// Why an account is not activated or deactivated. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum ActiveStatusError {
    /// The caller may not ask.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The caller may ask, and may not.
    #[error("accounts may not be activated or deactivated")]
    MayNot,
    /// There is no such user.
    #[error("there is no such user")]
    NotFound,
    /// No active administrator would be left.
    #[error("no active administrator would be left")]
    LastAdministrator,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for ActiveStatusError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::Denied(_) | Self::MayNot | Self::NotFound | Self::LastAdministrator => false,
        }
    }
}

/// Why nobody is shown.
#[derive(Debug, thiserror::Error)]
pub enum ShowUserError {
    /// Nothing was said about whom to look for.
    #[error("nothing was said about whom to look for")]
    EmptyQuery,
    /// There is no such user, or none that the caller may find this way.
    #[error("there is no such user")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why nobody is registered. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum RegisterUserError {
    /// The caller has an account already.
    #[error("the caller is logged in")]
    LoggedIn,
    /// The name has characters that names may not have.
    #[error("the name contains invalid characters")]
    NameCharacters,
    /// The username does not fit the setting.
    #[error("the username is not valid")]
    InvalidUsername,
    /// The username is reserved, or belongs to somebody.
    #[error("the username is taken")]
    UsernameTaken,
    /// The address belongs to somebody.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The password is not good enough.
    #[error(transparent)]
    Password(#[from] PasswordFaults),
    /// The settings let this caller not register.
    #[error(transparent)]
    Refused(#[from] RegistrationRefusal),
    /// The address may not be used.
    #[error("the e-mail address cannot be used")]
    Address {
        /// As given.
        address: String,
        /// Why not.
        #[source]
        why: InvalidAddress,
    },
    /// A custom value is not allowed.
    #[error(transparent)]
    CustomField(#[from] InvalidUserField),
    /// The definitions of custom fields cannot be used.
    #[error(transparent)]
    CustomFieldDefinitions(#[from] InvalidUserFields),
    /// A text could not be stored.
    #[error(transparent)]
    Text(#[from] TextError),
    /// Too many passwords wait to be hashed.
    #[error(transparent)]
    Busy(#[from] HasherBusy),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for RegisterUserError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::LoggedIn
            | Self::NameCharacters
            | Self::InvalidUsername
            | Self::UsernameTaken
            | Self::EmailTaken
            | Self::Password(_)
            | Self::Refused(_)
            | Self::Address { .. }
            | Self::CustomField(_)
            | Self::CustomFieldDefinitions(_)
            | Self::Text(_)
            | Self::Busy(_) => false,
        }
    }
}

/// Why a presence is not set or shown. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// Users may not set their presence.
    #[error("users may not set their presence")]
    Off,
    /// The caller may not set the presence of others.
    #[error("the presence of others may not be set")]
    OtherUser,
    /// Nobody fits what the caller said about whom is meant.
    #[error("nobody fits")]
    NoMatch,
    /// The presence may not be chosen.
    #[error(transparent)]
    Refused(#[from] StatusRefusal),
    /// A text could not be stored.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for StatusError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::Off | Self::OtherUser | Self::NoMatch | Self::Refused(_) | Self::Text(_) => false,
        }
    }
}

/// Why preferences are not set. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum PreferencesError {
    /// The caller may not edit others.
    #[error("other users may not be edited")]
    OtherUser,
    /// There is no such user.
    #[error("there is no such user")]
    NotFound,
    /// The user would count as idle too soon.
    #[error(transparent)]
    IdleTimeLimit(#[from] InvalidIdleTimeLimit),
    /// A text could not be stored.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for PreferencesError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::OtherUser | Self::NotFound | Self::IdleTimeLimit(_) | Self::Text(_) => false,
        }
    }
}
