//! `DELETE livechat/users/:type/:_id` (contract, framework 4.5).

use axum::http::Method;
use omnicontact_usecases::agents::remove;

use super::path::{MemberPath, kind};
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::envelope::Done;
use crate::error::ApiError;
use crate::schema::NoParameters;

/// Take the role of an agent or a manager.
pub(crate) struct RemoveStaff;

impl Endpoint for RemoveStaff {
    type Caller = SignedIn;
    type Path = MemberPath;
    type Input = NoParameters;
    type Output = Done;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::DELETE],
        path: "/api/v1/livechat/users/{type}/{_id}",
        operation: "remove_staff",
        summary: "Take the role of an agent or a manager from a user",
        access: Access::requires(remove::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Invalid type" },
            ErrorDoc { status: 400, text: "Invalid user [error-invalid-user]" },
        ],
    };

    async fn handle(call: Call<SignedIn, MemberPath>, _: NoParameters) -> Result<Done, ApiError> {
        let (kind, id) = (kind(&call.path.kind)?, call.path.id.as_str().into());
        remove::remove_staff(call.ctx(), &call.caller.actor, kind, &id).await?;
        Ok(Done {})
    }
}
