//! Which failure of a use case becomes which answer: one exhaustive match per error of the use cases.

mod access;
mod agents;
mod contacts;
mod conversations;
pub(crate) mod custom_fields;
mod departments;
mod inquiries;
pub(crate) mod rooms;
pub(crate) mod tokens;
pub(crate) mod users;
pub(crate) mod visitors;

use omnicontact_domain::custom_field::InvalidCustomField;
use omnicontact_domain::login::LoginRefusal;
use omnicontact_domain::login_throttle::LoginBlock;
use omnicontact_domain::policy::Denied;
use omnicontact_domain::text::{OutOfBounds, TextError, TooMany};
use omnicontact_domain::visitor::InvalidRegistration;
use omnicontact_ports::{HasherBusy, StoreError};
use omnicontact_usecases::contacts::{ContactError, RegisterError};
use omnicontact_usecases::identity::LoginError;

use crate::error::{ApiError, INVALID_PARAMS};
use crate::schema::Invalid;

impl From<Invalid> for ApiError {
    fn from(invalid: Invalid) -> Self {
        Self::Parameters(invalid)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Denied> for ApiError {
    fn from(_: Denied) -> Self {
        Self::Refused
    }
}

impl From<HasherBusy> for ApiError {
    fn from(_: HasherBusy) -> Self {
        Self::Busy
    }
}

impl From<TextError> for ApiError {
    fn from(error: TextError) -> Self {
        match error {
            TextError::TooLong { field, limit } => Self::coded(
                INVALID_PARAMS,
                format!("The value of field {field} is longer than {limit} characters"),
            ),
            TextError::Nul { field } => Self::Parameters(Invalid::Nul { field: field.to_owned() }),
        }
    }
}

impl From<OutOfBounds> for ApiError {
    fn from(error: OutOfBounds) -> Self {
        match error {
            OutOfBounds::Text(error) => error.into(),
            OutOfBounds::TooMany(TooMany { field, limit }) => Self::coded(
                INVALID_PARAMS,
                format!("The value of field {field} holds more than {limit} entries"),
            ),
        }
    }
}

impl From<InvalidCustomField> for ApiError {
    fn from(error: InvalidCustomField) -> Self {
        match error {
            InvalidCustomField::Value { name } => {
                Self::Plain(format!("Invalid value for {name} field").into())
            }
            InvalidCustomField::NotAllowed { key } => {
                Self::Plain(format!("Custom field {key} is not allowed").into())
            }
        }
    }
}

impl From<InvalidRegistration> for ApiError {
    fn from(error: InvalidRegistration) -> Self {
        match error {
            InvalidRegistration::EmptyToken => {
                Self::coded("error-invalid-contact-data", "Invalid visitor token")
            }
            InvalidRegistration::Text(error) => error.into(),
        }
    }
}

impl From<ContactError> for ApiError {
    fn from(error: ContactError) -> Self {
        match error {
            ContactError::Denied(denied) => denied.into(),
            ContactError::NothingToSearch => Self::coded(INVALID_PARAMS, ""),
            ContactError::Store(error) => error.into(),
        }
    }
}

impl From<RegisterError> for ApiError {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Denied(denied) => denied.into(),
            RegisterError::Invalid(error) => error.into(),
            RegisterError::ManagerNotFound { username } => Self::coded(
                "error-contact-manager-not-found",
                format!("No user found with username {username}"),
            ),
            RegisterError::ManagerNotAgent => Self::coded(
                "error-invalid-contact-manager",
                "The contact manager must have the role \"livechat-agent\"",
            ),
            RegisterError::CustomField(error) => error.into(),
            RegisterError::OutOfBounds(error) => error.into(),
            RegisterError::Store(error) => error.into(),
        }
    }
}

impl From<LoginError> for ApiError {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Unauthorized => Self::UNAUTHORIZED,
            LoginError::Blocked(block) => block.into(),
            LoginError::Refused(refusal) => refusal.into(),
            LoginError::Busy(busy) => busy.into(),
            LoginError::Store(error) => error.into(),
        }
    }
}

impl ApiError {
    /// The one answer to credentials that are wrong in any way.
    pub(crate) const UNAUTHORIZED: Self =
        Self::Login { error: "Unauthorized", message: "Unauthorized", details: false };
}

impl From<LoginBlock> for ApiError {
    fn from(block: LoginBlock) -> Self {
        match block {
            LoginBlock::Address => Self::Login {
                error: "error-login-blocked-for-ip",
                message: "Login has been temporarily blocked For IP",
                details: true,
            },
            LoginBlock::Username => Self::Login {
                error: "error-login-blocked-for-user",
                message: "Login has been temporarily blocked For User",
                details: true,
            },
        }
    }
}

impl From<LoginRefusal> for ApiError {
    fn from(refusal: LoginRefusal) -> Self {
        match refusal {
            LoginRefusal::NotActivated => Self::Login {
                error: "error-user-is-not-activated",
                message: "User is not activated",
                details: true,
            },
            LoginRefusal::App => Self::Login {
                error: "error-app-user-is-not-allowed-to-login",
                message: "App user is not allowed to login",
                details: true,
            },
            LoginRefusal::EmailNotVerified => Self::Login {
                error: "error-invalid-email",
                message: "Invalid email __email__",
                details: false,
            },
        }
    }
}
