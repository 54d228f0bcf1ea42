//! `GET me` (contract, framework 2.6).

use axum::http::Method;
use omnicontact_usecases::identity::show_profile;

use super::profile_body::ProfileBody;
use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::NoParameters;

/// See the own profile.
pub(crate) struct ShowProfile;

impl Endpoint for ShowProfile {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = NoParameters;
    type Output = ProfileBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/me",
        operation: "show_profile",
        summary: "See the own profile",
        access: Access::SIGNED_IN.even_without_username(),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(call: Call<SignedIn>, _: NoParameters) -> Result<ProfileBody, ApiError> {
        let profile = show_profile(call.ctx(), &call.caller.actor).await?;
        Ok(profile.ok_or(ApiError::NotLoggedIn)?.into())
    }
}
