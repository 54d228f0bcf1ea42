//! `GET users.getPreferences` (contract, framework 4.4.3).

use axum::http::Method;
use omnicontact_domain::value::Fields;
use omnicontact_usecases::users::get_preferences;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::NoParameters;

/// The preferences that a user set.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreferencesAnswer {
    /// Those that were set, and the language.
    #[schema(value_type = Object)]
    preferences: Fields,
}

/// See the own preferences.
pub(crate) struct GetPreferences;

impl Endpoint for GetPreferences {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = NoParameters;
    type Output = PreferencesAnswer;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/users.getPreferences",
        operation: "get_preferences",
        summary: "See the preferences that one set",
        access: Access::SIGNED_IN,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(call: Call<SignedIn>, _: NoParameters) -> Result<PreferencesAnswer, ApiError> {
        let found = get_preferences::get_preferences(call.ctx(), &call.caller.actor).await?;
        Ok(PreferencesAnswer { preferences: found.ok_or(ApiError::NotLoggedIn)? })
    }
}
