//! `POST users.create` (contract, framework 4.4.2).

use axum::http::Method;
use omnicontact_domain::password::PlainPassword;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::value::Fields;
use omnicontact_usecases::users::create::{self, UserDraft};

use super::user_body::UserAnswer;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::{Constraint, parameters};

parameters! {
    /// The user to be made.
    pub(crate) struct NewUserBody: AjvTyped {
        /// The e-mail address.
        "email" email: String,
        /// The display name.
        "name" name: String,
        /// The password; not checked against the policy.
        "password" password: PlainPassword,
        /// The login name.
        "username" username: String,
        /// Whether the user may log in.
        "active" active: Option<bool> [Constraint::Nullable],
        /// What the user says about the own person.
        "bio" bio: Option<String> [Constraint::Nullable],
        /// Another name.
        "nickname" nickname: Option<String> [Constraint::Nullable],
        /// What the user says about the presence.
        "statusText" status_text: Option<String> [Constraint::Nullable],
        /// The roles; without any, those of the setting `Accounts_Registration_Users_Default_Roles`.
        "roles" roles: Option<Vec<String>>,
        /// Accepted and ignored: there are no channels.
        #[expect(dead_code, reason = "there are no channels")]
        "joinDefaultChannels" join_default_channels: Option<bool> [Constraint::Nullable],
        /// Whether the user is asked for a new password.
        "requirePasswordChange" require_password_change: Option<bool> [Constraint::Nullable],
        /// Whether to make up a password that nobody knows.
        "setRandomPassword" set_random_password: Option<bool> [Constraint::Nullable],
        /// Accepted and ignored: no e-mail is sent.
        #[expect(dead_code, reason = "no e-mail is sent")]
        "sendWelcomeEmail" send_welcome_email: Option<bool> [Constraint::Nullable],
        /// Whether the address is the user's own.
        "verified" verified: Option<bool> [Constraint::Nullable],
        /// Custom values.
        "customFields" custom_fields: Option<Fields>,
        /// The extension of the telephone.
        "freeSwitchExtension" extension: Option<String> [Constraint::Nullable],
        /// Accepted and ignored.
        #[expect(dead_code, reason = "answers are not projected")]
        "fields" fields: Option<String> [Constraint::Nullable],
    }
}

impl From<NewUserBody> for UserDraft {
    fn from(body: NewUserBody) -> Self {
        Self {
            email: body.email,
            name: body.name,
            password: body.password,
            username: body.username,
            roles: body.roles.map(|roles| roles.into_iter().map(RoleId::from).collect()),
            active: body.active,
            verified: body.verified.unwrap_or(false),
            require_password_change: body.require_password_change,
            random_password: body.set_random_password.unwrap_or(false),
            nickname: body.nickname,
            bio: body.bio,
            status_text: body.status_text,
            custom_fields: body.custom_fields,
            extension: body.extension,
        }
    }
}

/// Make a user.
pub(crate) struct CreateUser;

impl Endpoint for CreateUser {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = NewUserBody;
    type Output = UserAnswer;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/users.create",
        operation: "create_user",
        summary: "Make a user",
        access: Access::signed_in(create::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Name contains invalid characters" },
            ErrorDoc { status: 400, text: "<reason> [error-user-registration-custom-field]" },
            ErrorDoc { status: 400, text: "Invalid JSON for Custom Fields [error-invalid-customfield-json]" },
            ErrorDoc { status: 400, text: "Adding user is not allowed [error-action-not-allowed]" },
            ErrorDoc {
                status: 400,
                text: "The field Roles consist invalid role id [error-action-not-allowed]",
            },
            ErrorDoc { status: 400, text: "Assigning admin is not allowed [error-action-not-allowed]" },
            ErrorDoc { status: 400, text: "The field <name> is required [error-the-field-is-required]" },
            ErrorDoc {
                status: 400,
                text: "<username> is not a valid username [error-input-is-not-a-valid-field]",
            },
            ErrorDoc {
                status: 400,
                text: "<username> is blocked and can't be used! [error-blocked-username]",
            },
            ErrorDoc {
                status: 400,
                text: "<username or address> is already in use :( [error-field-unavailable]",
            },
            ErrorDoc { status: 400, text: "Invalid email <address> [error-invalid-email]" },
            ErrorDoc { status: 400, text: "The email domain is not in whitelist [error-invalid-domain]" },
            ErrorDoc {
                status: 400,
                text: "The email domain is blacklisted [error-email-domain-blacklisted]",
            },
            ErrorDoc {
                status: 400,
                text: "Nickname size exceeds 120 characters [error-nickname-size-exceeded]",
            },
            ErrorDoc { status: 400, text: "Bio size exceeds 260 characters [error-bio-size-exceeded]" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: NewUserBody) -> Result<UserAnswer, ApiError> {
        Ok(create::create_user(call.ctx(), &call.caller.actor, body.into()).await?.into())
    }
}
