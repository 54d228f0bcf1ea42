//! `GET service.configurations` and `GET settings.oauth` (contract, framework 4.3): other providers of accounts,
//! of which there are none.

use axum::http::Method;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::NoParameters;

/// A provider of accounts.
#[derive(Debug, Serialize, ToSchema)]
struct ProviderBody {
    /// Its name.
    service: String,
}

/// Providers of accounts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConfigurationsBody {
    /// Always empty.
    configurations: Vec<ProviderBody>,
}

/// Providers of accounts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServicesBody {
    /// Always empty.
    services: Vec<ProviderBody>,
}

/// See how providers of accounts are set up.
pub(crate) struct ListConfigurations;

impl Endpoint for ListConfigurations {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = NoParameters;
    type Output = ConfigurationsBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::GET],
        path: "/api/v1/service.configurations",
        operation: "list_configurations",
        summary: "See how other providers of accounts are set up",
        access: Access::PUBLIC,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(_: Call<Nobody>, _: NoParameters) -> Result<ConfigurationsBody, ApiError> {
        Ok(ConfigurationsBody { configurations: Vec::new() })
    }
}

/// See the providers of accounts.
pub(crate) struct ListProviders;

impl Endpoint for ListProviders {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = NoParameters;
    type Output = ServicesBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::GET],
        path: "/api/v1/settings.oauth",
        operation: "list_providers",
        summary: "See the other providers of accounts",
        access: Access::PUBLIC,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(_: Call<Nobody>, _: NoParameters) -> Result<ServicesBody, ApiError> {
        Ok(ServicesBody { services: Vec::new() })
    }
}
