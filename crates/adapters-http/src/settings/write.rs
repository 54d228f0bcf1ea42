//! `POST settings/:_id` (contract, framework 4.3).

use axum::http::Method;
use omnicontact_domain::value::Value;
use omnicontact_usecases::settings::write::{self, NewValue};

use super::SettingPath;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::envelope::Done;
use crate::error::ApiError;
use crate::schema::parameters;

parameters! {
    /// The new value.
    open pub(crate) struct Body: AjvTyped {
        /// The value.
        "value" value: Option<Value>,
        /// How a colour was chosen; ignored.
        #[expect(dead_code, reason = "accepted and ignored")]
        "editor" editor: Option<Value>,
    }
}

/// Write one setting.
pub(crate) struct WriteSetting;

impl Endpoint for WriteSetting {
    type Caller = SignedIn;
    type Path = SettingPath;
    type Input = Body;
    type Output = Done;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/settings/{_id}",
        operation: "write_setting",
        summary: "Write one setting",
        access: Access::requires(write::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "<no text>" },
            ErrorDoc {
                status: 400,
                text: "Value for setting <id> must be <what it holds> [error-invalid-setting-value]",
            },
        ],
    };

    async fn handle(call: Call<SignedIn, SettingPath>, body: Body) -> Result<Done, ApiError> {
        let value = body.value.ok_or(ApiError::Silent)?;
        let new = NewValue { id: call.path.id.clone(), value };
        write::write_settings(call.ctx(), &call.caller.actor, vec![new]).await?;
        Ok(Done {})
    }
}
