//! `PUT livechat/department/:_id`.

use axum::http::Method;
use omnicontact_usecases::departments::update;

use super::department_body::SavedDepartmentBody;
use super::request::{DepartmentPath, DepartmentRequest};
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;

/// Change a department.
pub(crate) struct UpdateDepartment;

impl Endpoint for UpdateDepartment {
    type Caller = SignedIn;
    type Path = DepartmentPath;
    type Input = DepartmentRequest;
    type Output = SavedDepartmentBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::PUT],
        path: "/api/v1/livechat/department/{_id}",
        operation: "update_department",
        summary: "Change a department, and put agents into it; the others stay",
        access: Access::requires(update::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Department not found [error-department-not-found]" },
            ErrorDoc {
                status: 400,
                text: "At least one closing tag is required when the department requires tag(s) on closing \
                       conversations. [error-validating-department-chat-closing-tags]",
            },
            ErrorDoc {
                status: 400,
                text: "Cannot save department. Circular reference between fallback department and department \
                       [error-fallback-department-circular]",
            },
            ErrorDoc {
                status: 400,
                text: "Fallback department not found [error-fallback-department-not-found]",
            },
            ErrorDoc { status: 400, text: "Invalid user [error-invalid-user]" },
        ],
    };

    async fn handle(
        call: Call<SignedIn, DepartmentPath>,
        body: DepartmentRequest,
    ) -> Result<SavedDepartmentBody, ApiError> {
        let (said, members) = body.into_parts();
        let (ctx, actor, id) = (call.ctx(), &call.caller.actor, call.path.id.as_str().into());
        Ok(update::update_department(ctx, actor, &id, &said, &members).await?.into())
    }
}
