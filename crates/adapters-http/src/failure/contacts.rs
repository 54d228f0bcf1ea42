//! Failures of contacts of the second API. Their codes stand alone, without a type.

use omnicontact_usecases::contacts::verify::VerifyError;
use omnicontact_usecases::contacts::{EditError, HistoryError};

use crate::error::ApiError;

impl From<EditError> for ApiError {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Denied(denied) => denied.into(),
            EditError::OutOfBounds(error) => error.into(),
            EditError::NotFound => Self::CONTACT_NOT_FOUND,
            EditError::NoConflicts(_) => Self::Plain("error-contact-has-no-conflicts".into()),
            EditError::ManagerNotFound => Self::Plain("error-contact-manager-not-found".into()),
            EditError::CustomField(error) => error.into(),
            EditError::EmptyName(_) => Self::Plain("error-invalid-operation".into()),
            EditError::OpenConversation => Self::Plain("error-contact-has-open-rooms".into()),
            EditError::VisitorNotFound => Self::Plain("error-visitor-not-found".into()),
            EditError::Store(error) => error.into(),
        }
    }
}

impl From<HistoryError> for ApiError {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::Denied(denied) => denied.into(),
            HistoryError::NotFound => Self::CONTACT_NOT_FOUND,
            HistoryError::Store(error) => error.into(),
        }
    }
}

impl From<VerifyError> for ApiError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Denied(denied) => denied.into(),
            VerifyError::Empty(name) => Self::Coded {
                code: "error-invalid-params",
                reason: format!("The '{name}' param is required").into(),
                details: None,
            },
            VerifyError::OutOfBounds(error) => error.into(),
            VerifyError::NotFound => Self::Plain("error-invalid-contact".into()),
            VerifyError::NoSuchChannel => Self::Plain("error-invalid-channel".into()),
            VerifyError::Store(error) => error.into(),
        }
    }
}

impl ApiError {
    /// There is no such contact, or it was erased.
    const CONTACT_NOT_FOUND: Self = Self::Plain(std::borrow::Cow::Borrowed("error-contact-not-found"));
}
