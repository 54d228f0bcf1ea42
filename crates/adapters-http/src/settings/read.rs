//! `GET settings/:_id` (contract, framework 4.3).

use axum::http::Method;
use omnicontact_usecases::settings::read;

use super::SettingPath;
use super::body::SettingBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::schema::NoParameters;

/// Read one setting.
pub(crate) struct ReadSetting;

impl Endpoint for ReadSetting {
    type Caller = SignedIn;
    type Path = SettingPath;
    type Input = NoParameters;
    type Output = SettingBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/settings/{_id}",
        operation: "read_setting",
        summary: "Read one setting",
        access: Access::requires(read::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc { status: 400, text: "<no text>" }],
    };

    async fn handle(call: Call<SignedIn, SettingPath>, _: NoParameters) -> Result<SettingBody, ApiError> {
        Ok(read::read_setting(call.ctx(), &call.caller.actor, &call.path.id).await?.into())
    }
}
