//! Failures of custom fields.

use omnicontact_domain::custom_field::{AssignmentError, InvalidDefinition};
use omnicontact_usecases::custom_fields::{AssignError, CustomFieldError};

use crate::error::{ApiError, INVALID_PARAMS};

impl From<CustomFieldError> for ApiError {
    fn from(error: CustomFieldError) -> Self {
        match error {
            CustomFieldError::Denied(denied) => denied.into(),
            CustomFieldError::Invalid(error) => error.into(),
            CustomFieldError::NotFound => Self::Plain("Custom Field Not found".into()),
            CustomFieldError::AlreadyExists => Self::Plain("Custom Field already exists".into()),
            CustomFieldError::Store(error) => error.into(),
        }
    }
}

/// The failure of a removal, which spells one text another way.
pub(crate) fn removal(error: CustomFieldError) -> ApiError {
    match error {
        CustomFieldError::NotFound => ApiError::Plain("Custom field not found".into()),
        CustomFieldError::Denied(_)
        | CustomFieldError::Invalid(_)
        | CustomFieldError::AlreadyExists
        | CustomFieldError::Store(_) => error.into(),
    }
}

impl From<InvalidDefinition> for ApiError {
    fn from(error: InvalidDefinition) -> Self {
        match error {
            InvalidDefinition::Id => Self::Plain(
                "Invalid custom field name. Use only letters, numbers, hyphens and underscores.".into(),
            ),
            InvalidDefinition::Pattern => {
                Self::coded(INVALID_PARAMS, "The value of field regexp is no pattern that can be used")
            }
            InvalidDefinition::OutOfBounds(error) => error.into(),
        }
    }
}

impl From<AssignError> for ApiError {
    fn from(error: AssignError) -> Self {
        match error {
            AssignError::OutOfBounds(error) => error.into(),
            AssignError::UnknownToken => Self::Plain("invalid-token".into()),
            AssignError::Refused(AssignmentError::NoField) => Self::Plain("invalid-custom-field".into()),
            AssignError::Refused(AssignmentError::Value { field }) => {
                Self::Plain(format!("Invalid value for {field} field").into())
            }
            AssignError::Store(error) => error.into(),
        }
    }
}
