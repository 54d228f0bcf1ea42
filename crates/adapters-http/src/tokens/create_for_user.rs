//! `POST users.createToken`.

use axum::http::Method;
use omnicontact_domain::id::UserId;
use omnicontact_usecases::tokens::{CREATE_ASKS, SessionRequest, create_session_for_user};
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::failure::tokens::of_sessions_for_users;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Who will be logged in.
    pub(crate) struct Body: AjvTyped {
        /// Id of the user.
        "userId" user_id: String,
        /// The secret of the option `create_tokens_for_users_secret`.
        "secret" secret: String,
    }
}

/// A session for a user.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CreatedBody {
    /// What to show from now on.
    data: CredentialsBody,
}

/// Credentials.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CredentialsBody {
    /// The value of `X-User-Id`.
    #[schema(value_type = String)]
    user_id: UserId,
    /// The value of `X-Auth-Token`. It is shown only here.
    auth_token: String,
}

/// Make a session for a user.
pub(crate) struct CreateSessionForUser;

impl Endpoint for CreateSessionForUser {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Body;
    type Output = CreatedBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/users.createToken",
        operation: "create_session_for_user",
        summary: "Make a session for a user without the password, where the operator allows it",
        access: Access::signed_in(CREATE_ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Not authorized [error-not-authorized]" },
            ErrorDoc {
                status: 400,
                text: "The required \"userId\" or \"username\" param provided does not match any users [error-invalid-user]",
            },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: Body) -> Result<CreatedBody, ApiError> {
        let request = SessionRequest { user: body.user_id.into(), secret: body.secret };
        let made = create_session_for_user(call.ctx(), &call.caller.actor, &request).await;
        let token = made.map_err(of_sessions_for_users)?;
        let data = CredentialsBody { user_id: request.user, auth_token: token.expose().to_owned() };
        Ok(CreatedBody { data })
    }
}
