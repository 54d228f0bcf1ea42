//! `GET livechat/rooms/filters` (contract, conversations 3.6).

use axum::http::Method;
use omnicontact_domain::contact::Source;
use omnicontact_usecases::rooms::list_sources;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::NoParameters;

/// The sources in use.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourcesBody {
    /// One for each type and id.
    filters: Vec<SourceFilterBody>,
}

/// A source from which conversations came.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SourceFilterBody {
    /// `widget`, `email`, `sms`, `app`, `api`, `other`.
    #[serde(rename = "type")]
    kind: String,
    /// Id of the inbox, number or app.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    id: Option<String>,
    /// A name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    alias: Option<String>,
    /// An icon in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sidebar_icon: Option<String>,
    /// An icon elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    default_icon: Option<String>,
}

impl From<Source> for SourceFilterBody {
    fn from(source: Source) -> Self {
        Self {
            kind: source.kind,
            id: source.id,
            alias: source.alias,
            sidebar_icon: source.sidebar_icon,
            default_icon: source.default_icon,
        }
    }
}

/// List where conversations came from.
pub(crate) struct ListSources;

impl Endpoint for ListSources {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = NoParameters;
    type Output = SourcesBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/rooms/filters",
        operation: "list_sources",
        summary: "List the sources from which conversations came",
        access: Access::requires(list_sources::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(call: Call<SignedIn>, _: NoParameters) -> Result<SourcesBody, ApiError> {
        let found = list_sources::list_sources(call.ctx(), &call.caller.actor).await?;
        Ok(SourcesBody { filters: found.into_iter().map(Into::into).collect() })
    }
}
