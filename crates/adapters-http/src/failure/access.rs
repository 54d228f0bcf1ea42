//! Failures of roles, permissions and settings as answers (contract, framework 4.1 to 4.3).

use omnicontact_domain::role::InvalidRole;
use omnicontact_domain::setting::InvalidSettingValue;
use omnicontact_usecases::permissions::update::UpdatePermissionsError;
use omnicontact_usecases::roles::RoleError;
use omnicontact_usecases::roles::add_user::AddUserToRoleError;
use omnicontact_usecases::roles::delete::DeleteRoleError;
use omnicontact_usecases::roles::list_users::ListUsersInRoleError;
use omnicontact_usecases::roles::remove_user::RemoveUserFromRoleError;
use omnicontact_usecases::settings::SettingError;
use serde_json::json;

use crate::error::ApiError;

const NOT_ALLOWED: &str = "error-action-not-allowed";
const NO_ACCESS: &str = "Accessing permissions is not allowed";
const NO_SUCH_ROLE: &str = "This role does not exist";

impl From<UpdatePermissionsError> for ApiError {
    fn from(error: UpdatePermissionsError) -> Self {
        match error {
            UpdatePermissionsError::Denied(denied) => denied.into(),
            UpdatePermissionsError::Permission => {
                Self::typed("Invalid permission", "error-invalid-permission")
            }
            UpdatePermissionsError::Role { .. } => Self::typed("Invalid role", "error-invalid-role"),
            UpdatePermissionsError::Store(error) => error.into(),
        }
    }
}

impl From<AddUserToRoleError> for ApiError {
    fn from(error: AddUserToRoleError) -> Self {
        match error {
            AddUserToRoleError::UnknownUser => Self::coded(
                "error-invalid-user",
                "The required \"userId\" or \"username\" param provided does not match any users",
            ),
            AddUserToRoleError::NoRole => Self::plain("error-invalid-role-properties"),
            // The dialect has text and type the other way round here.
            AddUserToRoleError::UnknownRole => Self::typed("error-role-not-found", "Role not found"),
            AddUserToRoleError::AlreadyInRole => {
                Self::coded("error-user-already-in-role", "User already in role")
            }
            AddUserToRoleError::Denied(_) => Self::coded(NOT_ALLOWED, NO_ACCESS),
            AddUserToRoleError::AdministratorDenied(_) => {
                Self::coded(NOT_ALLOWED, "Assigning admin is not allowed")
            }
            AddUserToRoleError::NotInRoom => {
                Self::coded("error-invalid-user", "User is not part of given room")
            }
            AddUserToRoleError::Store(error) => error.into(),
        }
    }
}

impl From<RemoveUserFromRoleError> for ApiError {
    fn from(error: RemoveUserFromRoleError) -> Self {
        match error {
            RemoveUserFromRoleError::Denied(denied) => denied.into(),
            RemoveUserFromRoleError::NoRole => Self::plain("error-invalid-role-properties"),
            RemoveUserFromRoleError::UnknownUser => {
                Self::coded("error-invalid-user", "There is no user with this username")
            }
            RemoveUserFromRoleError::UnknownRole => Self::coded("error-invalid-roleId", NO_SUCH_ROLE),
            RemoveUserFromRoleError::NotInRole => {
                Self::coded("error-user-not-in-role", "User is not in this role")
            }
            RemoveUserFromRoleError::LastAdministrator => {
                Self::coded("error-admin-required", "You need to have at least one admin")
            }
            RemoveUserFromRoleError::Store(error) => error.into(),
        }
    }
}

impl From<ListUsersInRoleError> for ApiError {
    fn from(error: ListUsersInRoleError) -> Self {
        match error {
            ListUsersInRoleError::Denied(denied) => denied.into(),
            ListUsersInRoleError::RoomDenied(_) => Self::coded("error-not-allowed", "Not allowed"),
            ListUsersInRoleError::UnknownRole => Self::coded("error-invalid-roleId", ""),
            ListUsersInRoleError::Store(error) => error.into(),
        }
    }
}

impl From<RoleError> for ApiError {
    fn from(error: RoleError) -> Self {
        match error {
            RoleError::Invalid(InvalidRole::NoName) => {
                Self::coded("error-invalid-role-properties", "The role properties are invalid.")
            }
            RoleError::Invalid(InvalidRole::Text(error)) => error.into(),
            RoleError::Denied(_) => Self::coded(NOT_ALLOWED, NO_ACCESS),
            RoleError::Unknown => Self::coded("error-invalid-roleId", NO_SUCH_ROLE),
            RoleError::Protected => Self::coded("error-role-protected", "Role is protected"),
            RoleError::NameTaken => {
                Self::coded("error-duplicate-role-names-not-allowed", "Role name already exists")
            }
            RoleError::Scope => Self::coded("error-invalid-scope", "Invalid scope"),
            RoleError::Store(error) => error.into(),
        }
    }
}

impl From<DeleteRoleError> for ApiError {
    fn from(error: DeleteRoleError) -> Self {
        match error {
            DeleteRoleError::Denied(denied) => denied.into(),
            DeleteRoleError::Unknown => Self::coded("error-invalid-roleId", NO_SUCH_ROLE),
            DeleteRoleError::Protected => {
                Self::coded("error-role-protected", "Cannot delete a protected role")
            }
            DeleteRoleError::InUse => {
                Self::coded("error-role-in-use", "Cannot delete role because it's in use")
            }
            DeleteRoleError::Store(error) => error.into(),
        }
    }
}

impl From<SettingError> for ApiError {
    fn from(error: SettingError) -> Self {
        match error {
            SettingError::Denied(denied) => denied.into(),
            SettingError::Unknown => Self::Silent,
            SettingError::Value(error) => error.into(),
            SettingError::Store(error) => error.into(),
        }
    }
}

impl From<InvalidSettingValue> for ApiError {
    fn from(error: InvalidSettingValue) -> Self {
        let (id, expected) = match error {
            InvalidSettingValue::TooSmall { id, min } => (id, format!("greater than or equal to {min}")),
            InvalidSettingValue::TooGreat { id, max } => (id, format!("less than or equal to {max}")),
            InvalidSettingValue::Kind { id, kind } => (id, kind.expects()),
        };
        let reason = format!("Value for setting {id} must be {expected}");
        Self::coded("error-invalid-setting-value", reason).with_details(json!({"method": "saveSettings"}))
    }
}
