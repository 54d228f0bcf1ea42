//! `POST settings` (contract, framework 4.3).

use axum::http::Method;
use omnicontact_domain::value::Value;
use omnicontact_usecases::settings::SettingError;
use omnicontact_usecases::settings::write::{self, NewValue};
use serde_json::json;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::envelope::Done;
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::{Constraint, parameters};

parameters! {
    /// A setting and its new value.
    pub(crate) struct Entry: AjvTyped {
        /// Id of the setting.
        "_id" id: String,
        /// The value.
        "value" value: Value,
        /// How a colour was chosen; ignored.
        #[expect(dead_code, reason = "accepted and ignored")]
        "editor" editor: Option<String> [Constraint::MinLength(1)],
    }
}

parameters! {
    /// The new values.
    pub(crate) struct Body: AjvTyped {
        /// The settings; all are written, or none.
        "settings" settings: Vec<Entry> [Constraint::MinItems(1)],
    }
}

/// Write several settings.
pub(crate) struct WriteSettings;

impl Endpoint for WriteSettings {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Body;
    type Output = Done;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/settings",
        operation: "write_settings",
        summary: "Write several settings, all or none",
        access: Access::signed_in(write::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Editing settings is not allowed [error-action-not-allowed]" },
            ErrorDoc { status: 400, text: "<no text>" },
            ErrorDoc {
                status: 400,
                text: "Value for setting <id> must be <what it holds> [error-invalid-setting-value]",
            },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: Body) -> Result<Done, ApiError> {
        let ids: Vec<String> = body.settings.iter().map(|entry| entry.id.clone()).collect();
        let new = body.settings.into_iter().map(|Entry { id, value, .. }| NewValue { id, value }).collect();
        let written = write::write_settings(call.ctx(), &call.caller.actor, new).await;
        written.map_err(|error| refusal(error, &ids))?;
        Ok(Done {})
    }
}

/// Here the dialect asks for the permission in the handler, and says so.
fn refusal(error: SettingError, ids: &[String]) -> ApiError {
    match error {
        SettingError::Denied(_) => {
            ApiError::coded("error-action-not-allowed", "Editing settings is not allowed")
                .with_details(json!({"method": "saveSettings", "settingIds": ids}))
        }
        SettingError::Unknown | SettingError::Value(_) | SettingError::Store(_) => error.into(),
    }
}
