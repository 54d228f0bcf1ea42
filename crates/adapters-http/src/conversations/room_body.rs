//! A conversation as endpoints answer it (contract, conversations 6.2). What is not stored is absent, never null.

use omnicontact_domain::conversation::{Closer, Conversation, Metrics, ResponseBy, Waits};
use omnicontact_domain::id::{ContactId, RoomId, UserId};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::Fields;
use serde::Serialize;
use utoipa::ToSchema;

use super::message_body::MessageBody;
use super::people_body::{ConversationVisitorBody, ParticipantBody, ServingAgentBody};
use crate::contacts::contact_body::SourceBody;

/// A conversation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoomBody {
    /// Which one it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: RoomId,
    /// Always `l`.
    t: &'static str,
    /// The name that agents see: the contact's.
    fname: String,
    /// How many messages people wrote.
    msgs: u64,
    /// How many people take part.
    users_count: u64,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    ts: Timestamp,
    /// When somebody wrote last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    lm: Option<Timestamp>,
    /// Since when it has waited for an agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    queued_at: Option<Timestamp>,
    /// Id of the department.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    department_id: Option<String>,
    /// The visitor.
    v: ConversationVisitorBody,
    /// Id of the contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    contact_id: Option<ContactId>,
    /// Where it came from.
    source: SourceBody,
    /// Always false.
    cl: bool,
    /// True while it is open, absent afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    open: Option<bool>,
    /// True while the visitor waits for an answer, absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    waiting_response: Option<bool>,
    /// True while it is put aside, absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    on_hold: Option<bool>,
    /// Whether the channel was verified when it began.
    verified: bool,
    /// 1 (first) to 5; 99 without a priority.
    priority_weight: i64,
    /// Minutes; 9999999 without a service level.
    estimated_waiting_time_queue: i64,
    /// The agent who serves it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    served_by: Option<ServingAgentBody>,
    /// The agent who answered last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    response_by: Option<ResponseByBody>,
    /// The newest message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    last_message: Option<MessageBody>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    topic: Option<String>,
    /// Tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    tags: Option<Vec<String>>,
    /// Custom values by field id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    livechat_data: Option<Fields>,
    /// How long people waited; absent until there is something to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    metrics: Option<MetricsBody>,
    /// When it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    closed_at: Option<Timestamp>,
    /// Who closed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    closed_by: Option<ParticipantBody>,
    /// Which side closed it: `user` or `visitor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    closer: Option<&'static str>,
    /// When it was last written.
    #[serde(rename = "_updatedAt")]
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// The agent who answered last.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ResponseByBody {
    /// The agent's user id.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: UserId,
    /// The agent's username.
    username: String,
    /// When this agent answered first after the visitor had waited.
    #[schema(value_type = String, format = DateTime)]
    first_response_ts: Timestamp,
    /// When the agent wrote last.
    #[schema(value_type = String, format = DateTime)]
    last_message_ts: Timestamp,
}

/// Measures of a conversation, in seconds.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MetricsBody {
    /// From its opening to its closing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    chat_duration: Option<f64>,
    /// From when its agent took it to its closing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    service_time_duration: Option<f64>,
    /// How long the visitor waited for answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    response: Option<ResponseTimesBody>,
    /// How long agents took after they had got the conversation or the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reaction: Option<ReactionTimesBody>,
    /// The visitor.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    v: Option<QuestionBody>,
    /// The agents.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    served_by: Option<ReplyBody>,
}

/// Waits for answers.
#[derive(Debug, Serialize, ToSchema)]
struct ResponseTimesBody {
    /// All of them.
    tt: f64,
    /// How many there were.
    total: u32,
    /// One on average.
    avg: f64,
    /// The first one.
    ft: f64,
    /// When the first one ended.
    #[schema(value_type = String, format = DateTime)]
    fd: Timestamp,
}

/// Times until agents did something.
#[derive(Debug, Serialize, ToSchema)]
struct ReactionTimesBody {
    /// All of them.
    tt: f64,
    /// The first one.
    ft: f64,
    /// When the first one ended.
    #[schema(value_type = String, format = DateTime)]
    fd: Timestamp,
}

/// What the visitor asked.
#[derive(Debug, Serialize, ToSchema)]
struct QuestionBody {
    /// When the visitor asked last.
    #[schema(value_type = String, format = DateTime)]
    lq: Timestamp,
}

/// What agents replied.
#[derive(Debug, Serialize, ToSchema)]
struct ReplyBody {
    /// When an agent wrote last.
    #[schema(value_type = String, format = DateTime)]
    lr: Timestamp,
}

impl RoomBody {
    /// As the visitor sees it, who knows the token anyway.
    pub(crate) fn for_visitor(room: Conversation) -> Self {
        let v = ConversationVisitorBody::for_visitor(room.visitor.clone());
        Self { v, ..Self::from(room) }
    }
}

impl From<Conversation> for RoomBody {
    fn from(room: Conversation) -> Self {
        let is_open = room.is_open();
        let (closed_at, closed_by, closer) = match room.closing {
            Some(closing) => (Some(closing.at), closing.by, closing.closer),
            None => (None, None, None),
        };
        Self {
            id: room.id,
            t: "l",
            fname: room.fname,
            msgs: room.messages_count,
            users_count: room.users_count,
            ts: room.ts,
            lm: room.last_message_at,
            queued_at: room.queued_at,
            department_id: room.department_id,
            v: room.visitor.into(),
            contact_id: room.contact_id,
            source: room.source.into(),
            cl: false,
            open: is_open.then_some(true),
            waiting_response: room.waiting_response.then_some(true),
            on_hold: room.on_hold.then_some(true),
            verified: room.verified,
            priority_weight: room.priority_weight,
            estimated_waiting_time_queue: room.estimated_waiting_time,
            served_by: room.served_by.map(ServingAgentBody::from),
            response_by: room.response_by.map(ResponseByBody::from),
            last_message: room.last_message.map(MessageBody::from),
            topic: room.topic,
            tags: room.tags,
            livechat_data: room.livechat_data,
            metrics: MetricsBody::of(&room.metrics),
            closed_at,
            closed_by: closed_by.map(ParticipantBody::from),
            closer: closer.map(Closer::as_str),
            updated_at: room.updated_at,
        }
    }
}

impl From<ResponseBy> for ResponseByBody {
    fn from(agent: ResponseBy) -> Self {
        let ResponseBy { id, username, first_response_ts, last_message_ts } = agent;
        Self { id, username, first_response_ts, last_message_ts }
    }
}

impl MetricsBody {
    fn of(metrics: &Metrics) -> Option<Self> {
        (*metrics != Metrics::default()).then(|| Self {
            chat_duration: metrics.chat_millis.map(seconds),
            service_time_duration: metrics.service_millis.map(seconds),
            response: metrics.response.map(ResponseTimesBody::from),
            reaction: metrics.reaction.map(ReactionTimesBody::from),
            v: metrics.last_question.map(|lq| QuestionBody { lq }),
            served_by: metrics.last_reply.map(|lr| ReplyBody { lr }),
        })
    }
}

impl From<Waits> for ResponseTimesBody {
    fn from(waits: Waits) -> Self {
        Self {
            tt: seconds(waits.total_millis),
            total: waits.count,
            avg: seconds(waits.average_millis()),
            ft: seconds(waits.first_millis),
            fd: waits.first_at,
        }
    }
}

impl From<Waits> for ReactionTimesBody {
    fn from(waits: Waits) -> Self {
        Self { tt: seconds(waits.total_millis), ft: seconds(waits.first_millis), fd: waits.first_at }
    }
}

#[expect(clippy::cast_precision_loss, reason = "durations of conversations are far below 2^53 milliseconds")]
fn seconds(millis: i64) -> f64 {
    millis as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::contact::Source;
    use omnicontact_domain::conversation::{Author, Message, Participant};
    use omnicontact_domain::visitor::Visitor;
    use serde_json::{Value, json};

    use super::*;

    const fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn opened() -> Conversation {
        let visitor = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), at(0));
        let source = Source { kind: "api".into(), ..Source::default() };
        Conversation::opened("r1".into(), &visitor, None, source, at(1_000))
    }

    fn shown(body: RoomBody) -> Value {
        serde_json::to_value(body).unwrap()
    }

    #[test]
    fn a_new_conversation_has_the_keys_of_the_dialect_and_no_others() {
        let expected = json!({
            "_id": "r1", "t": "l", "fname": "guest-2", "msgs": 0, "usersCount": 1,
            "ts": "1970-01-01T00:00:01.000Z", "lm": "1970-01-01T00:00:01.000Z",
            "queuedAt": "1970-01-01T00:00:01.000Z",
            "v": {"_id": "v1", "username": "guest-2", "token": "t1", "status": "online"},
            "source": {"type": "api"}, "cl": false, "open": true, "waitingResponse": true, "verified": false,
            "priorityWeight": 99, "estimatedWaitingTimeQueue": 9_999_999,
            "_updatedAt": "1970-01-01T00:00:01.000Z",
        });
        assert_eq!(shown(RoomBody::for_visitor(opened())), expected);
    }

    #[test]
    fn agents_do_not_see_the_token() {
        assert_eq!(shown(RoomBody::from(opened()))["v"].get("token"), None);
    }

    #[test]
    fn a_closed_conversation_is_not_open_and_is_measured_in_seconds() {
        let mut room = opened();
        room.take("u1".into(), "kim".into(), at(2_000)).unwrap();
        let author = Author::user(&"u1".into(), Some("kim"), None);
        let message = Message::of_agent("m1".into(), "r1".into(), "hi".into(), author, at(2_500));
        room.heard_agent(&message, &"u1".into(), "kim").unwrap();
        let by = Participant { id: "u1".into(), username: Some("kim".into()) };
        room.close(Closer::User, by, &[], message, at(3_000)).unwrap();
        let body = shown(RoomBody::from(room));
        assert_eq!((body.get("open"), body.get("waitingResponse"), body.get("queuedAt")), (None, None, None));
        assert_eq!((&body["closer"], &body["closedBy"]["_id"]), (&json!("user"), &json!("u1")));
        assert_eq!(body["metrics"]["chatDuration"], 2.0);
        assert_eq!(body["metrics"]["serviceTimeDuration"], 1.0);
        let response = &body["metrics"]["response"];
        assert_eq!(
            (&response["tt"], &response["total"], &response["avg"]),
            (&json!(1.5), &json!(1), &json!(1.5))
        );
        assert_eq!(body["metrics"]["reaction"]["ft"], 0.5);
        assert_eq!(body["servedBy"]["username"], "kim");
        assert_eq!(body["responseBy"]["firstResponseTs"], "1970-01-01T00:00:02.500Z");
    }
}
