//! `POST livechat/users/:type` (contract, framework 4.5).

use axum::http::Method;
use omnicontact_domain::id::UserId;
use omnicontact_domain::user::User;
use omnicontact_usecases::agents::add;
use serde::Serialize;
use utoipa::ToSchema;

use super::path::{StaffPath, kind};
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::schema::parameters;

parameters! {
    /// Who becomes an agent or a manager.
    pub(crate) struct AddStaffBody: AjvLegacy {
        /// The user's name, in whatever case.
        "username" username: String,
    }
}

/// Who became one.
#[derive(Debug, Serialize, ToSchema)]
struct AddedBody {
    /// Id of the user.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: UserId,
    /// The login name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    username: Option<String>,
}

/// An answer with it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddedAnswer {
    /// The user.
    user: AddedBody,
}

impl From<User> for AddedAnswer {
    fn from(user: User) -> Self {
        Self { user: AddedBody { id: user.id, username: user.username } }
    }
}

/// Make a user an agent or a manager.
pub(crate) struct AddStaff;

impl Endpoint for AddStaff {
    type Caller = SignedIn;
    type Path = StaffPath;
    type Input = AddStaffBody;
    type Output = AddedAnswer;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/livechat/users/{type}",
        operation: "add_staff",
        summary: "Make a user an agent or a manager",
        access: Access::requires(add::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Invalid type" },
            ErrorDoc { status: 400, text: "Invalid user [error-invalid-user]" },
        ],
    };

    async fn handle(call: Call<SignedIn, StaffPath>, body: AddStaffBody) -> Result<AddedAnswer, ApiError> {
        let kind = kind(&call.path.kind)?;
        Ok(add::add_staff(call.ctx(), &call.caller.actor, kind, &body.username).await?.into())
    }
}
