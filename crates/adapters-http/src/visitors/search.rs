//! `GET livechat/visitors.search` (contract, conversations 1.6).

use axum::http::Method;
use omnicontact_usecases::visitors::search::{self, VisitorsQuery};
use serde::Serialize;
use utoipa::ToSchema;

use crate::contacts::visitor_body::ListedVisitorBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::paging::{PageBody, Paged as _};
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which visitors, in which order: by `ts` or by `name`.
    paged pub(crate) struct SearchQuery: AjvLegacy {
        /// An address or a number, exactly; or a part of a name, a username or a searchable custom value. May be empty.
        "term" term: String,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "answers are not projected")]
        "fields" fields: Option<String>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "clients do not query the store")]
        "query" query: Option<String>,
    }
}

/// A page of visitors.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VisitorsBody {
    /// The visitors.
    visitors: Vec<ListedVisitorBody>,
    #[serde(flatten)]
    page: PageBody,
}

/// Find visitors.
pub(crate) struct SearchVisitors;

impl Endpoint for SearchVisitors {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = SearchQuery;
    type Output = VisitorsBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/visitors.search",
        operation: "search_visitors",
        summary: "Find visitors by name, username, address, number or custom value",
        access: Access::requires(search::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc {
            status: 400,
            text: "Invalid sort parameter provided: \"<sort>\" [error-invalid-sort]",
        }],
    };

    async fn handle(call: Call<SignedIn>, query: SearchQuery) -> Result<VisitorsBody, ApiError> {
        let (page, order) = (call.page(&query), query.order()?);
        let wanted = VisitorsQuery { text: query.term, order, page };
        let found = search::search_visitors(call.ctx(), &call.caller.actor, wanted).await?;
        let visitors: Vec<_> = found.visitors.into_iter().map(ListedVisitorBody::from).collect();
        let page = PageBody { count: visitors.len(), offset: page.offset, total: found.total };
        Ok(VisitorsBody { visitors, page })
    }
}
