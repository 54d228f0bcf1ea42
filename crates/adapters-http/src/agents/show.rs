//! `GET livechat/users/:type/:_id` (contract, framework 4.5).

use axum::http::Method;
use omnicontact_usecases::agents::show;
use serde::Serialize;
use utoipa::ToSchema;

use super::path::{MemberPath, kind};
use super::staff_body::StaffBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::schema::NoParameters;

/// An answer with an agent or a manager.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StaffAnswer {
    /// Null for whoever does not hold the role.
    user: Option<StaffBody>,
}

/// See an agent or a manager.
pub(crate) struct ShowStaff;

impl Endpoint for ShowStaff {
    type Caller = SignedIn;
    type Path = MemberPath;
    type Input = NoParameters;
    type Output = StaffAnswer;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/users/{type}/{_id}",
        operation: "show_staff",
        summary: "See an agent or a manager",
        access: Access::requires(show::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc { status: 400, text: "Invalid type" }],
    };

    async fn handle(call: Call<SignedIn, MemberPath>, _: NoParameters) -> Result<StaffAnswer, ApiError> {
        let (kind, id) = (kind(&call.path.kind)?, call.path.id.as_str().into());
        let found = show::show_staff(call.ctx(), &call.caller.actor, kind, &id).await?;
        Ok(StaffAnswer { user: found.map(StaffBody::from) })
    }
}
