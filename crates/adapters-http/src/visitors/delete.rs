//! `DELETE livechat/visitor/:token` (contract, conversations 1.3).

use axum::http::Method;
use omnicontact_domain::id::VisitorId;
use omnicontact_domain::time::Timestamp;
use omnicontact_usecases::visitors::delete;
use serde::Serialize;
use utoipa::ToSchema;

use super::find::TokenPath;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::schema::NoParameters;

/// Who was erased.
#[derive(Debug, Serialize, ToSchema)]
struct ErasedBody {
    /// Id of the visitor.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: VisitorId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    ts: Timestamp,
}

/// An answer with who was erased.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErasedVisitorBody {
    /// The visitor.
    visitor: ErasedBody,
}

/// Erase a visitor.
pub(crate) struct DeleteVisitor;

impl Endpoint for DeleteVisitor {
    type Caller = Nobody;
    type Path = TokenPath;
    type Input = NoParameters;
    type Output = ErasedVisitorBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::DELETE],
        path: "/api/v1/livechat/visitor/{token}",
        operation: "delete_visitor",
        summary: "Erase a visitor with its contacts and conversations",
        access: Access::PUBLIC,
        limit: Limit::PerMinute(5),
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "[invalid-token]" },
            ErrorDoc {
                status: 400,
                text: "Cannot remove visitors with opened rooms [visitor-has-open-rooms]",
            },
        ],
    };

    async fn handle(call: Call<Nobody, TokenPath>, _: NoParameters) -> Result<ErasedVisitorBody, ApiError> {
        let erased = delete::delete_visitor(call.ctx(), &call.path.token.as_str().into()).await?;
        Ok(ErasedVisitorBody { visitor: ErasedBody { id: erased.id, ts: erased.at } })
    }
}
