//! `GET licenses.info` (contract, framework 4.7 and conversations 3.16).

use axum::http::Method;
use omnicontact_usecases::license::{self, LicenseView, Usage};
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

/// The modules of the original that have a part of this server in them. Everybody has them.
const MODULES: [&str; 4] = ["auditing", "contact-id-verification", "custom-roles", "livechat-enterprise"];
/// The `max` of what has no limit.
const UNLIMITED: i32 = -1;

parameters! {
    /// How much is told.
    open pub(crate) struct Query: AjvTyped {
        /// Whether each limit comes with the number that it would limit.
        "loadValues" load_values: Option<bool>,
    }
}

/// The answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LicenseAnswer {
    /// What the server is licensed for.
    license: LicenseBody,
}

/// What the server is licensed for: everything.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LicenseBody {
    /// The licence itself, for those who may see settings that are not public.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    license: Option<WholeLicenseBody>,
    /// The modules.
    active_modules: [&'static str; MODULES.len()],
    /// Always true.
    has_valid_license: bool,
    /// Always empty.
    tags: [String; 0],
    /// What might be limited; nothing is.
    limits: LimitsBody,
    /// Always empty.
    prevented_actions: PreventedBody,
    /// Always false.
    trial: bool,
}

/// The licence itself. There is nothing in it that clients could need.
#[derive(Debug, Serialize, ToSchema)]
struct WholeLicenseBody {
    /// The version of its form.
    version: &'static str,
}

/// What might be limited.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LimitsBody {
    /// Accounts that may log in.
    active_users: LimitBody,
    /// Accounts with the role `guest`.
    guest_users: LimitBody,
    /// Contacts with an answered conversation in this month.
    monthly_active_contacts: LimitBody,
}

/// A limit.
#[derive(Debug, Serialize, ToSchema)]
struct LimitBody {
    /// How many there are, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    value: Option<u64>,
    /// How many there may be: -1, any number.
    max: i32,
}

/// Always empty.
#[derive(Debug, Serialize, ToSchema)]
struct PreventedBody {}

/// See what the server is licensed for.
pub(crate) struct ShowLicense;

impl Endpoint for ShowLicense {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Query;
    type Output = LicenseAnswer;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/licenses.info",
        operation: "show_license",
        summary: "See what the server is licensed for: everything",
        access: Access::signed_in(license::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(call: Call<SignedIn>, query: Query) -> Result<LicenseAnswer, ApiError> {
        let with_usage = query.load_values.unwrap_or_default();
        Ok(license::show_license(call.ctx(), &call.caller.actor, with_usage).await?.into())
    }
}

impl From<LicenseView> for LicenseAnswer {
    fn from(view: LicenseView) -> Self {
        let limit = |number: fn(Usage) -> u64| LimitBody { value: view.usage.map(number), max: UNLIMITED };
        Self {
            license: LicenseBody {
                license: view.whole.then_some(WholeLicenseBody { version: "3.0" }),
                active_modules: MODULES,
                has_valid_license: true,
                tags: [],
                limits: LimitsBody {
                    active_users: limit(|usage| usage.active_users),
                    guest_users: limit(|usage| usage.guest_users),
                    monthly_active_contacts: limit(|usage| usage.monthly_active_contacts),
                },
                prevented_actions: PreventedBody {},
                trial: false,
            },
        }
    }
}
