//! `GET omnichannel/contacts.channels` (contract, contacts 7.8).

use axum::http::Method;
use omnicontact_usecases::contacts::list_channels;
use serde::Serialize;
use utoipa::ToSchema;

use super::contact_body::ChannelBody;
use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Whose channels.
    pub(crate) struct ChannelsQuery: AjvLegacy {
        /// Id of the contact; nobody has unknown ones.
        "contactId" contact_id: String,
    }
}

/// Channels.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChannelsBody {
    /// Of each name the channel that was used last.
    channels: Vec<ChannelBody>,
}

/// Show the channels of a contact.
pub(crate) struct ListChannels;

impl Endpoint for ListChannels {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = ChannelsQuery;
    type Output = ChannelsBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/omnichannel/contacts.channels",
        operation: "list_channels",
        summary: "List the channels of a contact, one for each name",
        access: Access::requires(list_channels::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(call: Call<SignedIn>, query: ChannelsQuery) -> Result<ChannelsBody, ApiError> {
        let id = query.contact_id.into();
        let channels = list_channels::list_channels(call.ctx(), &call.caller.actor, &id).await?;
        Ok(ChannelsBody { channels: channels.into_iter().map(ChannelBody::from).collect() })
    }
}
