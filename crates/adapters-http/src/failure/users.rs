//! What failures of accounts look like (contract, framework 4.4).

use omnicontact_domain::user::{
    EditRefusal, InvalidAddress, InvalidUserField, InvalidUserFields, PasswordFault, PasswordFaults,
    ProfileTooLong, RegistrationRefusal, StatusRefusal,
};
use omnicontact_usecases::users::forgot_password::ForgotPasswordError;
use omnicontact_usecases::users::{
    ActiveStatusError, PreferencesError, RegisterUserError, RequiredText, ShowUserError, StatusError,
    UserError,
};
use serde_json::{Value, json};

use crate::error::ApiError;

const NOT_ALLOWED: &str = "error-action-not-allowed";
const NO_MATCH: &str = "The required \"userId\" or \"username\" param provided does not match any users";
/// The code of custom values that are refused.
pub(crate) const CUSTOM_FIELD: &str = "error-user-registration-custom-field";

/// What somebody wanted to do.
fn action(name: &str) -> Value {
    json!({"method": "insertOrUpdateUser", "action": name})
}

/// What is wrong with what was given.
fn field(name: &str) -> Value {
    json!({"method": "insertOrUpdateUser", "field": name})
}

fn last_administrator() -> ApiError {
    ApiError::coded(NOT_ALLOWED, "Leaving the app without an active admin is not allowed")
        .with_details(json!({"action": "Remove_last_admin"}))
}

fn no_match() -> ApiError {
    ApiError::coded("error-invalid-user", NO_MATCH)
}

fn may_not_activate() -> ApiError {
    ApiError::coded("error-not-allowed", "Not allowed").with_details(json!({"method": "setUserActiveStatus"}))
}

impl From<UserError> for ApiError {
    fn from(error: UserError) -> Self {
        match error {
            UserError::Denied(denied) => denied.into(),
            UserError::MayNotCreate => {
                Self::coded(NOT_ALLOWED, "Adding user is not allowed").with_details(action("Adding_user"))
            }
            UserError::Edit(refusal) => refusal.into(),
            UserError::NameCharacters => Self::plain("Name contains invalid characters"),
            UserError::CustomFieldDefinitions(error) => error.into(),
            UserError::CustomField(error) => error.into(),
            UserError::UnknownRole => Self::coded(NOT_ALLOWED, "The field Roles consist invalid role id")
                .with_details(action("Assign_role")),
            UserError::Blank(text) => blank(text),
            UserError::InvalidUsername { username } => {
                Self::coded("error-input-is-not-a-valid-field", format!("{username} is not a valid username"))
                    .with_details(field("Username"))
            }
            UserError::ReservedUsername { username } => {
                let details = field(&username);
                Self::coded("error-blocked-username", format!("{username} is blocked and can't be used!"))
                    .with_details(details)
            }
            UserError::Identity => {
                Self::coded("error-could-not-save-identity", "Could not save user identity")
                    .with_details(action("Save_identity"))
            }
            UserError::Taken { what } => {
                let details = field(&what);
                Self::coded("error-field-unavailable", format!("{what} is already in use :("))
                    .with_details(details)
            }
            UserError::Address { address, why } => invalid_address(&address, why),
            UserError::Profile(error) => error.into(),
            UserError::Password(faults) => faults.into(),
            UserError::Status(refusal) => refusal.into(),
            UserError::NotFound => {
                Self::coded("error-user-not-found", "User not found").with_details(action("Editing_user"))
            }
            UserError::NoMatch => no_match(),
            UserError::OwnBot => Self::coded(NOT_ALLOWED, "Deleting the rocket.cat user is not allowed")
                .with_details(json!({"action": "Delete_user"})),
            UserError::LastAdministrator => last_administrator(),
            UserError::Text(error) => error.into(),
            UserError::Busy(busy) => busy.into(),
            UserError::Store(error) => error.into(),
        }
    }
}

fn blank(text: RequiredText) -> ApiError {
    let name = match text {
        RequiredText::Name => "Name",
        RequiredText::Username => "Username",
        RequiredText::Password => "Password",
    };
    ApiError::coded("error-the-field-is-required", format!("The field {name} is required"))
        .with_details(field(name))
}

fn invalid_address(address: &str, why: InvalidAddress) -> ApiError {
    match why {
        InvalidAddress::Form => ApiError::coded("error-invalid-email", format!("Invalid email {address}"))
            .with_details(field(address)),
        InvalidAddress::DomainNotAllowed => {
            ApiError::coded("error-invalid-domain", "The email domain is not in whitelist")
                .with_details(field("Email"))
        }
        InvalidAddress::DomainBlocked => {
            ApiError::coded("error-email-domain-blacklisted", "The email domain is blacklisted")
                .with_details(field("Email"))
        }
    }
}

impl From<EditRefusal> for ApiError {
    fn from(refusal: EditRefusal) -> Self {
        let not_allowed =
            |text: &'static str, name| Self::coded(NOT_ALLOWED, text).with_details(action(name));
        match refusal {
            EditRefusal::OtherUser => not_allowed("Editing user is not allowed", "Editing_user"),
            EditRefusal::Roles => not_allowed("Assign roles is not allowed", "Assign_role"),
            EditRefusal::Administrator => not_allowed("Assigning admin is not allowed", "Assign_admin"),
            EditRefusal::Verification => {
                not_allowed("Editing email verification is not allowed", "Editing_user")
            }
            EditRefusal::Active => may_not_activate(),
            EditRefusal::Profile => not_allowed("Edit user profile is not allowed", "Update_user"),
            EditRefusal::Username => not_allowed("Edit username is not allowed", "Update_user"),
            EditRefusal::StatusMessage => not_allowed("Edit user status is not allowed", "Update_user"),
            EditRefusal::RealName => not_allowed("Edit user real name is not allowed", "Update_user"),
            EditRefusal::Email => not_allowed("Edit user email is not allowed", "Update_user"),
            EditRefusal::Password => not_allowed("Edit user password is not allowed", "Update_user"),
        }
    }
}

impl From<InvalidUserFields> for ApiError {
    fn from(_: InvalidUserFields) -> Self {
        Self::coded("error-invalid-customfield-json", "Invalid JSON for Custom Fields")
    }
}

impl From<InvalidUserField> for ApiError {
    fn from(error: InvalidUserField) -> Self {
        let text = match error {
            InvalidUserField::Required { key } => format!("Field {key} is required"),
            InvalidUserField::Invalid { key } => format!("Value for field {key} is invalid"),
            InvalidUserField::TooLong { key, limit } => format!("Max length of field {key} {limit}"),
            InvalidUserField::TooShort { key, limit } => format!("Min length of field {key} {limit}"),
        };
        Self::coded(CUSTOM_FIELD, text)
    }
}

impl From<ProfileTooLong> for ApiError {
    fn from(error: ProfileTooLong) -> Self {
        match error {
            ProfileTooLong::Nickname => {
                Self::coded("error-nickname-size-exceeded", "Nickname size exceeds 120 characters")
            }
            ProfileTooLong::Bio => Self::coded("error-bio-size-exceeded", "Bio size exceeds 260 characters"),
        }
    }
}

impl From<PasswordFaults> for ApiError {
    fn from(PasswordFaults(faults): PasswordFaults) -> Self {
        const TEXT: &str = "The password provided does not meet the server's password policy.";
        Self::typed(TEXT, "error-password-policy-not-met")
            .with_details(faults.into_iter().map(password_fault).collect())
    }
}

fn password_fault(fault: PasswordFault) -> Value {
    let lacks = |what: &str| {
        format!(
            "The password does not contain at least one {what} character which is against the password policy."
        )
    };
    let (code, message) = match fault {
        PasswordFault::MinLength => {
            ("minLength", "The password does not meet the minimum length password policy.".to_owned())
        }
        PasswordFault::MaxLength => {
            ("maxLength", "The password does not meet the maximum length password policy.".to_owned())
        }
        PasswordFault::RepeatingCharacters => (
            "repeatingCharacters",
            "The password contains repeating characters which is against the password policy.".to_owned(),
        ),
        PasswordFault::OneLowercase => ("oneLowercase", lacks("lowercase")),
        PasswordFault::OneUppercase => ("oneUppercase", lacks("uppercase")),
        PasswordFault::OneNumber => ("oneNumber", lacks("numerical")),
        PasswordFault::OneSpecial => ("oneSpecial", lacks("special")),
    };
    json!({"error": format!("error-password-policy-not-met-{code}"), "message": message})
}

impl From<StatusRefusal> for ApiError {
    fn from(refusal: StatusRefusal) -> Self {
        match refusal {
            StatusRefusal::PastExpiry => Self::coded("error-invalid-date", "expiresAt must be a future date"),
            StatusRefusal::Invisible => {
                Self::coded("error-status-not-allowed", "Invisible status is disabled")
            }
        }
    }
}

impl From<ActiveStatusError> for ApiError {
    fn from(error: ActiveStatusError) -> Self {
        match error {
            ActiveStatusError::Denied(denied) => denied.into(),
            ActiveStatusError::MayNot => may_not_activate(),
            ActiveStatusError::NotFound => Self::plain("User not found"),
            ActiveStatusError::LastAdministrator => last_administrator(),
            ActiveStatusError::Store(error) => error.into(),
        }
    }
}

impl From<ShowUserError> for ApiError {
    fn from(error: ShowUserError) -> Self {
        match error {
            ShowUserError::EmptyQuery => Self::plain("Invalid search query."),
            ShowUserError::NotFound => Self::plain("User not found."),
            ShowUserError::Store(error) => error.into(),
        }
    }
}

impl From<StatusError> for ApiError {
    fn from(error: StatusError) -> Self {
        match error {
            StatusError::Off => Self::coded("error-not-allowed", "Change status is not allowed")
                .with_details(json!({"method": "users.setStatus"})),
            StatusError::OtherUser => Self::Refused,
            StatusError::NoMatch => no_match(),
            StatusError::Refused(refusal) => refusal.into(),
            StatusError::Text(error) => error.into(),
            StatusError::Store(error) => error.into(),
        }
    }
}

impl From<PreferencesError> for ApiError {
    fn from(error: PreferencesError) -> Self {
        match error {
            PreferencesError::OtherUser => EditRefusal::OtherUser.into(),
            PreferencesError::NotFound => Self::coded(
                "error-invalid-user",
                "The optional \"userId\" param provided does not match any users",
            ),
            PreferencesError::IdleTimeLimit(_) => {
                Self::coded("invalid-idle-time-limit-value", "Invalid idleTimeLimit")
            }
            PreferencesError::Text(error) => error.into(),
            PreferencesError::Store(error) => error.into(),
        }
    }
}

impl From<RegisterUserError> for ApiError {
    fn from(error: RegisterUserError) -> Self {
        match error {
            RegisterUserError::LoggedIn => Self::plain("Logged in users can not register again."),
            RegisterUserError::NameCharacters => Self::plain("Name contains invalid characters"),
            RegisterUserError::InvalidUsername => Self::plain("The username provided is not valid"),
            RegisterUserError::UsernameTaken => Self::plain("Username is already in use"),
            RegisterUserError::EmailTaken => Self::plain("Email already exists"),
            RegisterUserError::Password(faults) => faults.into(),
            RegisterUserError::Refused(refusal) => refusal.into(),
            RegisterUserError::Address { address, why } => invalid_address(&address, why),
            // The code alone, unlike users.create.
            RegisterUserError::CustomField(_) => Self::plain(CUSTOM_FIELD),
            RegisterUserError::CustomFieldDefinitions(_) => Self::plain("error-invalid-customfield-json"),
            RegisterUserError::Text(error) => error.into(),
            RegisterUserError::Busy(busy) => busy.into(),
            RegisterUserError::Store(error) => error.into(),
        }
    }
}

impl From<RegistrationRefusal> for ApiError {
    fn from(refusal: RegistrationRefusal) -> Self {
        match refusal {
            RegistrationRefusal::Disabled => {
                Self::coded("error-user-registration-disabled", "User registration is disabled")
            }
            RegistrationRefusal::Secret => Self::coded(
                "error-user-registration-secret",
                "User registration is only allowed via Secret URL",
            ),
        }
    }
}

impl From<ForgotPasswordError> for ApiError {
    fn from(error: ForgotPasswordError) -> Self {
        match error {
            ForgotPasswordError::Off => Self::plain("Password reset is not enabled"),
            ForgotPasswordError::Store(error) => error.into(),
        }
    }
}
