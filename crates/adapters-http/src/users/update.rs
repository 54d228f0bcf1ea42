//! `POST users.update` (contract, framework 4.4.3).

use axum::http::Method;
use omnicontact_domain::password::PlainPassword;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::user::{PresenceStatus, UserEdit};
use omnicontact_domain::value::Fields;
use omnicontact_usecases::users::update;

use super::set_status::STATUSES;
use super::user_body::UserAnswer;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::{Constraint, parameters};

parameters! {
    /// What changes; what is left out or null stays.
    pub(crate) struct EditBody: AjvTyped {
        /// The only e-mail address; blank leaves it as it is.
        "email" email: Option<String> [Constraint::Nullable],
        /// The display name.
        "name" name: Option<String> [Constraint::Nullable],
        /// The password.
        "password" password: Option<PlainPassword> [Constraint::Nullable],
        /// The login name; blank leaves it as it is.
        "username" username: Option<String> [Constraint::Nullable],
        /// What the user says about the own person; blank takes it away.
        "bio" bio: Option<String> [Constraint::Nullable],
        /// Another name; blank takes it away.
        "nickname" nickname: Option<String> [Constraint::Nullable],
        /// What the user says about the presence.
        "statusText" status_text: Option<String> [Constraint::Nullable],
        /// Whether the user may log in.
        "active" active: Option<bool> [Constraint::Nullable],
        /// The roles, all of them.
        "roles" roles: Option<Vec<String>> [Constraint::Nullable],
        /// Whether the user is asked for a new password.
        "requirePasswordChange" require_password_change: Option<bool> [Constraint::Nullable],
        /// Whether to make up a password that nobody knows.
        "setRandomPassword" set_random_password: Option<bool> [Constraint::Nullable],
        /// Accepted and ignored: no e-mail is sent.
        #[expect(dead_code, reason = "no e-mail is sent")]
        "sendWelcomeEmail" send_welcome_email: Option<bool> [Constraint::Nullable],
        /// Whether the first address is the user's own.
        "verified" verified: Option<bool> [Constraint::Nullable],
        /// Custom values, over the stored ones.
        "customFields" custom_fields: Option<Fields> [Constraint::Nullable],
        /// The presence to choose.
        "status" status: Option<String> [Constraint::Enum(STATUSES)],
        /// The extension of the telephone; blank takes it away.
        "freeSwitchExtension" extension: Option<String> [Constraint::Nullable],
    }
}

parameters! {
    /// Whom to change, and what.
    pub(crate) struct UpdateBody: AjvTyped {
        /// Whom.
        "userId" user_id: String [Constraint::MinLength(1)],
        /// What.
        "data" data: EditBody,
        /// Accepted and ignored: nobody owns rooms.
        #[expect(dead_code, reason = "nobody owns rooms")]
        "confirmRelinquish" confirm_relinquish: Option<bool>,
    }
}

impl From<EditBody> for UserEdit {
    fn from(body: EditBody) -> Self {
        Self {
            username: body.username,
            name: body.name,
            email: body.email,
            verified: body.verified,
            password: body.password,
            random_password: body.set_random_password.unwrap_or(false),
            require_password_change: body.require_password_change,
            nickname: body.nickname,
            bio: body.bio,
            status: body.status.as_deref().and_then(PresenceStatus::parse),
            status_text: body.status_text,
            active: body.active,
            roles: body.roles.map(|roles| roles.into_iter().map(RoleId::from).collect()),
            custom_fields: body.custom_fields,
            extension: body.extension,
        }
    }
}

/// Change a user.
pub(crate) struct UpdateUser;

impl Endpoint for UpdateUser {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = UpdateBody;
    type Output = UserAnswer;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/users.update",
        operation: "update_user",
        summary: "Change a user, the own account without any permission",
        access: Access::signed_in(update::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Name contains invalid characters" },
            ErrorDoc { status: 400, text: "Editing user is not allowed [error-action-not-allowed]" },
            ErrorDoc { status: 400, text: "User not found [error-user-not-found]" },
            ErrorDoc { status: 400, text: "Assign roles is not allowed [error-action-not-allowed]" },
            ErrorDoc { status: 400, text: "Assigning admin is not allowed [error-action-not-allowed]" },
            ErrorDoc {
                status: 400,
                text: "The field Roles consist invalid role id [error-action-not-allowed]",
            },
            ErrorDoc {
                status: 400,
                text: "Editing email verification is not allowed [error-action-not-allowed]",
            },
            ErrorDoc { status: 400, text: "Not allowed [error-not-allowed]" },
            ErrorDoc { status: 400, text: "Edit <what> is not allowed [error-action-not-allowed]" },
            ErrorDoc { status: 400, text: "<reason> [error-user-registration-custom-field]" },
            ErrorDoc { status: 400, text: "Could not save user identity [error-could-not-save-identity]" },
            ErrorDoc {
                status: 400,
                text: "Nickname size exceeds 120 characters [error-nickname-size-exceeded]",
            },
            ErrorDoc { status: 400, text: "Bio size exceeds 260 characters [error-bio-size-exceeded]" },
            ErrorDoc { status: 400, text: "<address> is already in use :( [error-field-unavailable]" },
            ErrorDoc { status: 400, text: "Invalid email <address> [error-invalid-email]" },
            ErrorDoc { status: 400, text: "Invisible status is disabled [error-status-not-allowed]" },
            ErrorDoc {
                status: 400,
                text: "The password provided does not meet the server's password policy.",
            },
            ErrorDoc {
                status: 400,
                text: "Leaving the app without an active admin is not allowed [error-action-not-allowed]",
            },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: UpdateBody) -> Result<UserAnswer, ApiError> {
        let target = body.user_id.into();
        Ok(update::update_user(call.ctx(), &call.caller.actor, &target, body.data.into()).await?.into())
    }
}
