//! What failures of agents and managers look like (contract, framework 4.5).

use omnicontact_usecases::agents::{AgentError, AgentStatusError};

use crate::error::ApiError;

impl From<AgentError> for ApiError {
    fn from(error: AgentError) -> Self {
        match error {
            AgentError::Denied(denied) => denied.into(),
            AgentError::UnknownUser => Self::coded("error-invalid-user", "Invalid user"),
            AgentError::NotAgent => Self::coded("error-user-is-not-agent", "User is not a livechat agent"),
            AgentError::UnknownDepartment => {
                Self::coded("error-department-not-found", "Department not found")
            }
            AgentError::Text(error) => error.into(),
            AgentError::OutOfBounds(error) => error.into(),
            AgentError::Store(error) => error.into(),
        }
    }
}

impl From<AgentStatusError> for ApiError {
    fn from(error: AgentStatusError) -> Self {
        match error {
            AgentStatusError::Denied(denied) => denied.into(),
            AgentStatusError::NotFound => Self::NotFound("Agent not found".into()),
            AgentStatusError::Deactivated => Self::plain("error-user-deactivated"),
            AgentStatusError::Store(error) => error.into(),
        }
    }
}
