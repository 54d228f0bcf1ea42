//! `POST livechat/room.saveInfo` (contract, conversations 3.7).

use axum::http::Method;
use omnicontact_domain::conversation::RoomInfo;
use omnicontact_domain::custom_field::CustomFieldId;
use omnicontact_domain::value::Fields;
use omnicontact_domain::visitor::VisitorInfo;
use omnicontact_usecases::conversations::describe::{self, Saving};

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::envelope::Done;
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// What is written about a conversation and its visitor.
    open pub(crate) struct DescriptionBody: AjvLegacy {
        /// About the visitor.
        "guestData" guest: GuestData,
        /// About the conversation.
        "roomData" room: RoomData,
    }
}

parameters! {
    /// What is written about a visitor. Empty texts leave a field as it is, white space removes it.
    open pub(crate) struct GuestData: AjvLegacy {
        /// Id of the visitor of the conversation.
        "_id" id: String,
        /// The display name.
        "name" name: Option<String>,
        /// The e-mail address.
        "email" email: Option<String>,
        /// The phone number; of a conversation that came by SMS, it stays.
        "phone" phone: Option<String>,
        /// Custom values by field id, for callers with `edit-livechat-room-customfields`; blank ones are removed.
        "livechatData" values: Option<Fields>,
    }
}

parameters! {
    /// What is written about a conversation.
    open pub(crate) struct RoomData: AjvLegacy {
        /// Id of the conversation.
        "_id" id: String,
        /// What it is about.
        "topic" topic: Option<String>,
        /// Marks, in place of those it has.
        "tags" tags: Option<Vec<String>>,
        /// Custom values by field id; blank ones are removed.
        "livechatData" values: Option<Fields>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "there are no priorities")]
        "priorityId" priority_id: Option<String>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "there are no service levels")]
        "slaId" sla_id: Option<String>,
    }
}

impl From<DescriptionBody> for Saving {
    fn from(DescriptionBody { guest, room }: DescriptionBody) -> Self {
        let GuestData { id: visitor_id, name, email, phone, values } = guest;
        Self {
            room_id: room.id.into(),
            room: RoomInfo { topic: room.topic, tags: room.tags, values: texts(room.values) },
            visitor_id: visitor_id.into(),
            visitor: VisitorInfo { name, email, phone, values: texts(values) },
        }
    }
}

/// What is no text is no value of a custom field.
fn texts(values: Option<Fields>) -> Vec<(CustomFieldId, String)> {
    let values = values.unwrap_or_default();
    values.iter().filter_map(|(id, value)| Some((id.into(), value.as_text()?.to_owned()))).collect()
}

/// Write about a conversation.
pub(crate) struct DescribeConversation;

impl Endpoint for DescribeConversation {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = DescriptionBody;
    type Output = Done;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/livechat/room.saveInfo",
        operation: "describe_conversation",
        summary: "Write about a conversation and its visitor",
        access: Access::requires(describe::REQUIRES).asking(describe::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "error-invalid-room" },
            ErrorDoc { status: 403, text: "unauthorized" },
            ErrorDoc { status: 400, text: "Invalid value for <label> field" },
            ErrorDoc { status: 400, text: "" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: DescriptionBody) -> Result<Done, ApiError> {
        describe::describe_conversation(call.ctx(), &call.caller.actor, &body.into()).await?;
        Ok(Done {})
    }
}
