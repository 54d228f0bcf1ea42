//! What can go wrong with custom fields.

use omnicontact_domain::custom_field::{AssignmentError, InvalidDefinition};
use omnicontact_domain::policy::Denied;
use omnicontact_domain::text::OutOfBounds;
use omnicontact_ports::StoreError;

use crate::retry::MayRetry;

/// Why definitions are not read or written. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum CustomFieldError {
    /// The actor may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The definition cannot be stored.
    #[error(transparent)]
    Invalid(#[from] InvalidDefinition),
    /// There is no such field.
    #[error("there is no such custom field")]
    NotFound,
    /// There is a field with that id already.
    #[error("there is such a custom field already")]
    AlreadyExists,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for CustomFieldError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::Denied(_) | Self::Invalid(_) | Self::NotFound | Self::AlreadyExists => false,
        }
    }
}

/// Why a visitor's values are not set. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum AssignError {
    /// What was sent could not be stored.
    #[error(transparent)]
    OutOfBounds(#[from] OutOfBounds),
    /// No visitor has the token.
    #[error("no visitor has this token")]
    UnknownToken,
    /// There is no such field, or its pattern refuses the value.
    #[error(transparent)]
    Refused(#[from] AssignmentError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for AssignError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::OutOfBounds(_) | Self::UnknownToken | Self::Refused(_) => false,
        }
    }
}
