//! `POST users.setPreferences` (contract, framework 4.4.3).

use axum::http::Method;
use omnicontact_domain::id::UserId;
use omnicontact_domain::user::User;
use omnicontact_domain::value::Fields;
use omnicontact_usecases::users::set_preferences;
use serde::Serialize;
use utoipa::ToSchema;

use super::preference_fields::PreferencesBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Whose preferences, and which.
    pub(crate) struct SetPreferencesBody: AjvTyped {
        /// Whose; without anybody, the own.
        "userId" user_id: Option<String>,
        /// Which, over the stored ones.
        "data" data: PreferencesBody,
    }
}

/// A user with preferences.
#[derive(Debug, Serialize, ToSchema)]
struct PreferringBody {
    /// Who it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: UserId,
    /// Settings of the account.
    settings: PreferencesOnlyBody,
}

/// Settings of an account.
#[derive(Debug, Serialize, ToSchema)]
struct PreferencesOnlyBody {
    /// All that were ever set, and the language.
    #[schema(value_type = Object)]
    preferences: Fields,
}

/// An answer with preferences.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SetPreferencesAnswer {
    /// The account.
    user: PreferringBody,
}

impl From<User> for SetPreferencesAnswer {
    fn from(user: User) -> Self {
        let settings = PreferencesOnlyBody { preferences: user.own_preferences() };
        Self { user: PreferringBody { id: user.id, settings } }
    }
}

/// Set preferences.
pub(crate) struct SetPreferences;

impl Endpoint for SetPreferences {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = SetPreferencesBody;
    type Output = SetPreferencesAnswer;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/users.setPreferences",
        operation: "set_preferences",
        summary: "Set the own preferences, or with the permission another's",
        access: Access::signed_in(set_preferences::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Editing user is not allowed [error-action-not-allowed]" },
            ErrorDoc {
                status: 400,
                text: "The optional \"userId\" param provided does not match any users [error-invalid-user]",
            },
            ErrorDoc { status: 400, text: "Invalid idleTimeLimit [invalid-idle-time-limit-value]" },
        ],
    };

    async fn handle(
        call: Call<SignedIn>,
        body: SetPreferencesBody,
    ) -> Result<SetPreferencesAnswer, ApiError> {
        let target = body.user_id.map(UserId::from);
        let (ctx, actor) = (call.ctx(), &call.caller.actor);
        Ok(set_preferences::set_preferences(ctx, actor, target.as_ref(), &body.data.0).await?.into())
    }
}
