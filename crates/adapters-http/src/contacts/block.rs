//! `POST omnichannel/contacts.block` and `contacts.unblock` (contract, contacts 7.9 and 7.10).

use axum::http::Method;
use omnicontact_domain::contact::Association;
use omnicontact_usecases::contacts::{block, unblock};

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::envelope::Done;
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which channel.
    pub(crate) struct ChannelQuery: AjvLegacy {
        /// The visitor and the source that make the channel.
        "visitor" visitor: ChannelVisitor,
    }
}

parameters! {
    /// A visitor on a source.
    open pub(crate) struct ChannelVisitor: AjvLegacy {
        /// Id of the visitor.
        "visitorId" visitor_id: String,
        /// The source.
        "source" source: ChannelSource,
    }
}

parameters! {
    /// A source.
    open pub(crate) struct ChannelSource: AjvLegacy {
        /// `widget`, `email`, `sms`, `app`, `api`, `other`.
        "type" kind: String,
        /// Id of the inbox, number or app; empty for any.
        "id" id: Option<String>,
    }
}

impl From<ChannelVisitor> for Association {
    fn from(ChannelVisitor { visitor_id, source }: ChannelVisitor) -> Self {
        Self::new(visitor_id.into(), source.kind, source.id)
    }
}

/// Block a channel.
pub(crate) struct BlockChannel;

impl Endpoint for BlockChannel {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = ChannelQuery;
    type Output = Done;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/omnichannel/contacts.block",
        operation: "block_channel",
        summary: "Block a channel of a contact",
        access: Access::requires(block::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "error-contact-not-found" },
            ErrorDoc { status: 400, text: "error-visitor-not-found" },
        ],
    };

    async fn handle(call: Call<SignedIn>, channel: ChannelQuery) -> Result<Done, ApiError> {
        block::block_channel(call.ctx(), &call.caller.actor, &channel.visitor.into()).await?;
        Ok(Done {})
    }
}

/// Unblock a channel.
pub(crate) struct UnblockChannel;

impl Endpoint for UnblockChannel {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = ChannelQuery;
    type Output = Done;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/omnichannel/contacts.unblock",
        operation: "unblock_channel",
        summary: "Unblock a channel of a contact",
        access: Access::requires(unblock::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc { status: 400, text: "error-contact-not-found" }],
    };

    async fn handle(call: Call<SignedIn>, channel: ChannelQuery) -> Result<Done, ApiError> {
        unblock::unblock_channel(call.ctx(), &call.caller.actor, &channel.visitor.into()).await?;
        Ok(Done {})
    }
}
