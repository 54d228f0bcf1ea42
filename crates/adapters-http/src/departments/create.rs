//! `POST livechat/department` (contract, conversations 3.15).

use axum::http::Method;
use omnicontact_usecases::departments::create;

use super::department_body::SavedDepartmentBody;
use super::request::DepartmentRequest;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;

/// Make a department.
pub(crate) struct CreateDepartment;

impl Endpoint for CreateDepartment {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = DepartmentRequest;
    type Output = SavedDepartmentBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/livechat/department",
        operation: "create_department",
        summary: "Make a department",
        access: Access::requires(create::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: SAVING,
    };

    async fn handle(call: Call<SignedIn>, body: DepartmentRequest) -> Result<SavedDepartmentBody, ApiError> {
        let (said, members) = body.into_parts();
        Ok(create::create_department(call.ctx(), &call.caller.actor, said, &members).await?.into())
    }
}

/// What is refused of whoever makes a department.
const SAVING: &[ErrorDoc] = &[
    ErrorDoc {
        status: 400,
        text: "At least one closing tag is required when the department requires tag(s) on closing conversations. \
               [error-validating-department-chat-closing-tags]",
    },
    ErrorDoc { status: 400, text: "Fallback department not found [error-fallback-department-not-found]" },
    ErrorDoc { status: 400, text: "Invalid user [error-invalid-user]" },
];
