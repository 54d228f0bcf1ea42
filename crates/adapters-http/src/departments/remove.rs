//! `DELETE livechat/department/:_id` (contract, conversations 3.15).

use axum::http::Method;
use omnicontact_usecases::departments::remove;

use super::request::DepartmentPath;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::envelope::Done;
use crate::error::ApiError;
use crate::schema::NoParameters;

/// Remove a department.
pub(crate) struct RemoveDepartment;

impl Endpoint for RemoveDepartment {
    type Caller = SignedIn;
    type Path = DepartmentPath;
    type Input = NoParameters;
    type Output = Done;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::DELETE],
        path: "/api/v1/livechat/department/{_id}",
        operation: "remove_department",
        summary: "Remove a department; its conversations stay and belong to none",
        access: Access::requires(remove::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "error-department-removal-disabled" },
            ErrorDoc { status: 400, text: "error-department-not-found" },
        ],
    };

    async fn handle(call: Call<SignedIn, DepartmentPath>, _: NoParameters) -> Result<Done, ApiError> {
        let id = call.path.id.as_str().into();
        remove::remove_department(call.ctx(), &call.caller.actor, &id).await?;
        Ok(Done {})
    }
}
