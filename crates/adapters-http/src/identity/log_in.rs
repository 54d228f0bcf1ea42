//! `POST login` (contract, framework 2.4).

use axum::http::Method;
use omnicontact_domain::id::UserId;
use omnicontact_usecases::identity::{LoggedIn, log_in};
use serde::Serialize;
use utoipa::ToSchema;

use super::login_form::LoginForm;
use super::profile_body::ProfileBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;

/// A login that worked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoggedInBody {
    /// Always `success`.
    status: &'static str,
    /// Who got in.
    data: SessionBody,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SessionBody {
    /// The value of `X-User-Id`.
    #[schema(value_type = String)]
    user_id: UserId,
    /// The value of `X-Auth-Token`. It is shown only here.
    auth_token: String,
    /// The account.
    me: ProfileBody,
}

/// Log in.
pub(crate) struct LogIn;

impl Endpoint for LogIn {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = LoginForm;
    type Output = LoggedInBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::POST],
        path: "/api/v1/login",
        operation: "log_in",
        summary: "Log in with a password, or with the token of an earlier login",
        access: Access::PUBLIC,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 401, text: "Unauthorized" },
            ErrorDoc { status: 401, text: "error-user-is-not-activated" },
            ErrorDoc { status: 401, text: "error-app-user-is-not-allowed-to-login" },
            ErrorDoc { status: 401, text: "error-invalid-email" },
            ErrorDoc { status: 401, text: "error-login-blocked-for-user" },
            ErrorDoc { status: 401, text: "error-login-blocked-for-ip" },
            ErrorDoc {
                status: 503,
                text: "Too many passwords are being checked at once. Please try again in a moment.",
            },
        ],
    };

    async fn handle(call: Call<Nobody>, LoginForm(request): LoginForm) -> Result<LoggedInBody, ApiError> {
        let LoggedIn { user_id, token, profile } = log_in(call.ctx(), &request, call.address()).await?;
        let data = SessionBody { user_id, auth_token: token.expose().to_owned(), me: profile.into() };
        Ok(LoggedInBody { status: "success", data })
    }
}
