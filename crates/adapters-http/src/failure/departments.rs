//! Failures of departments.

use omnicontact_domain::department::{InvalidDepartment, NotRemoved};
use omnicontact_usecases::departments::DepartmentError;

use crate::error::ApiError;

impl From<InvalidDepartment> for ApiError {
    fn from(error: InvalidDepartment) -> Self {
        match error {
            InvalidDepartment::NoTags => Self::coded(
                "error-validating-department-chat-closing-tags",
                "At least one closing tag is required when the department requires tag(s) on closing conversations.",
            ),
            InvalidDepartment::OwnFallback => Self::coded(
                "error-fallback-department-circular",
                "Cannot save department. Circular reference between fallback department and department",
            ),
            InvalidDepartment::OutOfBounds(error) => error.into(),
        }
    }
}

impl From<DepartmentError> for ApiError {
    fn from(error: DepartmentError) -> Self {
        match error {
            DepartmentError::Denied(denied) => denied.into(),
            DepartmentError::Invalid(error) => error.into(),
            DepartmentError::OutOfBounds(error) => error.into(),
            DepartmentError::NotFound => Self::coded("error-department-not-found", "Department not found"),
            DepartmentError::NoFallback => {
                Self::coded("error-fallback-department-not-found", "Fallback department not found")
            }
            DepartmentError::UnknownAgent => Self::coded("error-invalid-user", "Invalid user"),
            DepartmentError::NotRemoved(NotRemoved::Disabled) => {
                Self::plain("error-department-removal-disabled")
            }
            DepartmentError::NotRemoved(NotRemoved::NoDepartment) => {
                Self::plain("error-department-not-found")
            }
            DepartmentError::Store(error) => error.into(),
        }
    }
}
