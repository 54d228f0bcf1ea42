//! Failures of visitors.

use omnicontact_domain::visitor::{InvalidGuest, MissingFields};
use omnicontact_usecases::visitors::{DeleteError, GuestError, StatusError, VisitorError};

use crate::error::ApiError;

const INVALID_TOKEN: &str = "invalid-token";

impl From<VisitorError> for ApiError {
    fn from(error: VisitorError) -> Self {
        match error {
            VisitorError::Denied(denied) => denied.into(),
            VisitorError::NotFound => Self::Plain("visitor-not-found".into()),
            VisitorError::Store(error) => error.into(),
        }
    }
}

/// The failure of a look-up by token, which calls an unknown visitor an invalid token.
pub(crate) fn by_token(error: VisitorError) -> ApiError {
    match error {
        VisitorError::NotFound => ApiError::coded(INVALID_TOKEN, ""),
        VisitorError::Denied(_) | VisitorError::Store(_) => error.into(),
    }
}

impl From<StatusError> for ApiError {
    fn from(error: StatusError) -> Self {
        match error {
            StatusError::UnknownToken => Self::coded(INVALID_TOKEN, ""),
            StatusError::Text(error) => error.into(),
            StatusError::Store(error) => error.into(),
        }
    }
}

impl From<DeleteError> for ApiError {
    fn from(error: DeleteError) -> Self {
        match error {
            DeleteError::UnknownToken => Self::coded(INVALID_TOKEN, ""),
            DeleteError::OpenConversation => {
                Self::coded("visitor-has-open-rooms", "Cannot remove visitors with opened rooms")
            }
            DeleteError::Store(error) => error.into(),
        }
    }
}

impl From<GuestError> for ApiError {
    fn from(error: GuestError) -> Self {
        match error {
            GuestError::Invalid(InvalidGuest::BlankToken) => {
                Self::coded("error-invalid-token", "Token cannot be empty")
            }
            GuestError::Invalid(InvalidGuest::OutOfBounds(error)) => error.into(),
            GuestError::UnknownDepartment => Self::Plain("error-invalid-department".into()),
            GuestError::Missing(MissingFields(fields)) => {
                let ids: Vec<_> =
                    fields.iter().map(omnicontact_domain::custom_field::CustomFieldId::as_str).collect();
                Self::Plain(format!("Missing required custom fields: {}", ids.join(", ")).into())
            }
            GuestError::IdTaken => {
                Self::coded("error-livechat-visitor-registration", "Error registering visitor")
            }
            GuestError::Store(error) => error.into(),
        }
    }
}
