//! `POST users.register` (contract, framework 4.4.3).

use axum::http::Method;
use omnicontact_domain::password::PlainPassword;
use omnicontact_domain::value::Fields;
use omnicontact_usecases::users::RegisterUserError;
use omnicontact_usecases::users::register::{RegistrationForm, register_user};

use super::user_body::UserAnswer;
use crate::description::{Access, Anyone, Description, Envelope, ErrorDoc, Limit};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::failure::users::CUSTOM_FIELD;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Who wants an account.
    pub(crate) struct RegisterBody: AjvTyped {
        /// The login name.
        "username" username: String,
        /// The e-mail address.
        "email" email: String,
        /// The password.
        "pass" password: PlainPassword,
        /// The display name.
        "name" name: Option<String>,
        /// The secret of the setting `Accounts_RegistrationForm_SecretURL`.
        "secret" secret: Option<String>,
        /// Why somebody should approve.
        "reason" reason: Option<String>,
        /// Custom values.
        "customFields" custom_fields: Option<Fields>,
    }
}

impl From<RegisterBody> for RegistrationForm {
    fn from(body: RegisterBody) -> Self {
        Self {
            username: body.username,
            email: body.email,
            password: body.password,
            name: body.name,
            secret: body.secret,
            reason: body.reason,
            custom_fields: body.custom_fields,
        }
    }
}

/// Register oneself.
pub(crate) struct RegisterUser;

impl Endpoint for RegisterUser {
    type Caller = Anyone;
    type Path = NoPath;
    type Input = RegisterBody;
    type Output = UserAnswer;

    const DESCRIPTION: Description<Anyone> = Description {
        methods: &[Method::POST],
        path: "/api/v1/users.register",
        operation: "register_user",
        summary: "Register oneself",
        access: Access::anyone(&[]),
        limit: Limit::SettingPerMinute("Rate_Limiter_Limit_RegisterUser"),
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Logged in users can not register again." },
            ErrorDoc { status: 400, text: "Name contains invalid characters" },
            ErrorDoc { status: 400, text: "The username provided is not valid" },
            ErrorDoc { status: 400, text: "Username is already in use" },
            ErrorDoc { status: 400, text: "Email already exists" },
            ErrorDoc {
                status: 400,
                text: "The password provided does not meet the server's password policy.",
            },
            ErrorDoc {
                status: 400,
                text: "User registration is disabled [error-user-registration-disabled]",
            },
            ErrorDoc {
                status: 400,
                text: "User registration is only allowed via Secret URL [error-user-registration-secret]",
            },
            ErrorDoc { status: 400, text: "Invalid email <address> [error-invalid-email]" },
            ErrorDoc { status: 400, text: "The email domain is not in whitelist [error-invalid-domain]" },
            ErrorDoc {
                status: 400,
                text: "The email domain is blacklisted [error-email-domain-blacklisted]",
            },
            ErrorDoc { status: 400, text: "error-user-registration-custom-field" },
        ],
    };

    async fn handle(call: Call<Anyone>, body: RegisterBody) -> Result<UserAnswer, ApiError> {
        let caller = call.caller.0.as_ref().map(|caller| &caller.actor);
        let address = call.address().map(str::to_owned);
        match register_user(call.ctx(), caller, address, body.into()).await {
            // In test mode the original checks its own answers, and finds that this one has no code.
            Err(RegisterUserError::CustomField(_)) if call.state.options().test_mode => {
                Err(ApiError::InvalidBody { error: CUSTOM_FIELD })
            }
            answer => Ok(answer?.into()),
        }
    }
}
