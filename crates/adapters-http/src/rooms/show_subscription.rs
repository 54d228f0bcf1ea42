//! `GET subscriptions.getOne` (contract, conversations 3.5 and 6.4).

use axum::http::Method;
use omnicontact_domain::conversation::Subscription;
use omnicontact_domain::id::{RoomId, UserId};
use omnicontact_domain::time::Timestamp;
use omnicontact_usecases::rooms::show_subscription;
use serde::Serialize;
use utoipa::ToSchema;

use crate::conversations::people_body::ConversationVisitorBody;
use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

/// What an agent is told about an own conversation.
const NOTIFICATIONS: &str = "all";

parameters! {
    /// Which conversation.
    pub(crate) struct SubscriptionQuery: AjvLegacy {
        /// Id of the conversation.
        "roomId" room_id: String,
    }
}

/// An answer that holds a subscription, or none.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShownSubscriptionBody {
    /// The subscription; null when there is none.
    #[schema(required)]
    subscription: Option<SubscriptionBody>,
}

/// What a conversation is to its agent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SubscriptionBody {
    /// Which one it is.
    #[serde(rename = "_id")]
    id: String,
    /// The conversation.
    #[schema(value_type = String)]
    rid: RoomId,
    /// What the conversation is called.
    name: String,
    /// The same.
    fname: String,
    /// Whether there is something new.
    alert: bool,
    /// Always true.
    open: bool,
    /// How many messages are unread.
    unread: u64,
    /// How many of them are meant for the agent.
    user_mentions: u64,
    /// Always 0.
    group_mentions: u64,
    /// The agent.
    u: SubscriberBody,
    /// Always `l`.
    t: &'static str,
    /// Always `all`.
    desktop_notifications: &'static str,
    /// Always `all`.
    mobile_push_notifications: &'static str,
    /// Always `all`.
    email_notifications: &'static str,
    /// The visitor.
    v: ConversationVisitorBody,
    /// When the agent took the conversation.
    #[schema(value_type = String, format = DateTime)]
    ts: Timestamp,
    /// Id of the department.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    department: Option<String>,
    /// When it was last written.
    #[serde(rename = "_updatedAt")]
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// Whose subscription it is.
#[derive(Debug, Serialize, ToSchema)]
struct SubscriberBody {
    /// The agent's user id.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: UserId,
    /// The agent's username.
    username: String,
}

impl From<Subscription> for SubscriptionBody {
    fn from(subscription: Subscription) -> Self {
        Self {
            id: subscription.id,
            rid: subscription.room_id,
            name: subscription.name.clone(),
            fname: subscription.name,
            alert: subscription.alert,
            open: true,
            unread: subscription.unread,
            user_mentions: subscription.user_mentions,
            group_mentions: 0,
            u: SubscriberBody { id: subscription.user_id, username: subscription.username },
            t: "l",
            desktop_notifications: NOTIFICATIONS,
            mobile_push_notifications: NOTIFICATIONS,
            email_notifications: NOTIFICATIONS,
            v: subscription.visitor.into(),
            ts: subscription.ts,
            department: subscription.department,
            updated_at: subscription.updated_at,
        }
    }
}

/// Read what a conversation is to oneself.
pub(crate) struct ShowSubscription;

impl Endpoint for ShowSubscription {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = SubscriptionQuery;
    type Output = ShownSubscriptionBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/subscriptions.getOne",
        operation: "show_subscription",
        summary: "Read one's own subscription to a conversation",
        access: Access::SIGNED_IN,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(
        call: Call<SignedIn>,
        query: SubscriptionQuery,
    ) -> Result<ShownSubscriptionBody, ApiError> {
        let room = query.room_id.into();
        let found = show_subscription::show_subscription(call.ctx(), &call.caller.actor, &room).await?;
        Ok(ShownSubscriptionBody { subscription: found.map(SubscriptionBody::from) })
    }
}
