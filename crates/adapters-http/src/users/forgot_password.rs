//! `POST users.forgotPassword` (contract, framework 10).

use axum::http::Method;
use omnicontact_usecases::users::forgot_password::request_password_reset;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::envelope::Done;
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Who forgot a password.
    pub(crate) struct ForgotPasswordBody: AjvTyped {
        /// The address. Nobody learns whether it is known.
        #[expect(dead_code, reason = "no e-mail is sent")]
        "email" email: String,
    }
}

/// Ask for a new password.
pub(crate) struct ForgotPassword;

impl Endpoint for ForgotPassword {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = ForgotPasswordBody;
    type Output = Done;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::POST],
        path: "/api/v1/users.forgotPassword",
        operation: "request_password_reset",
        summary: "Ask for a new password; no e-mail is sent",
        access: Access::PUBLIC,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc { status: 400, text: "Password reset is not enabled" }],
    };

    async fn handle(call: Call<Nobody>, _: ForgotPasswordBody) -> Result<Done, ApiError> {
        request_password_reset(call.ctx()).await?;
        Ok(Done {})
    }
}
