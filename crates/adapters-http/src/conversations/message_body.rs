//! A message as endpoints answer it. What is not stored is absent, never null.

use omnicontact_domain::conversation::{Author, Edited, Message};
use omnicontact_domain::id::RoomId;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::visitor::VisitorToken;
use serde::Serialize;
use utoipa::ToSchema;

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageBody {
    /// Which one it is.
    #[serde(rename = "_id")]
    id: String,
    /// The conversation.
    #[schema(value_type = String)]
    rid: RoomId,
    /// What kind of note it is; absent on what people wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    t: Option<String>,
    /// The text.
    msg: String,
    /// The secret of the session, in answers to the visitor who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    token: Option<VisitorToken>,
    /// What the visitor was called then; on messages of visitors only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    alias: Option<String>,
    /// When it was written.
    #[schema(value_type = String, format = DateTime)]
    ts: Timestamp,
    /// Who wrote it.
    u: AuthorBody,
    /// When it was last changed.
    #[serde(rename = "_updatedAt")]
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// When the text was changed, if it was.
    #[serde(rename = "editedAt", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    edited_at: Option<Timestamp>,
    /// Who changed it.
    #[serde(rename = "editedBy", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    edited_by: Option<AuthorBody>,
}

/// Who wrote a message.
#[derive(Debug, Serialize, ToSchema)]
struct AuthorBody {
    /// Id of the user or the visitor.
    #[serde(rename = "_id")]
    id: String,
    /// The username.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    username: Option<String>,
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
}

impl MessageBody {
    /// As the visitor sees what that visitor wrote.
    pub(crate) fn for_visitor(message: Message, token: VisitorToken) -> Self {
        let token = message.is_of_visitor().then_some(token);
        Self { token, ..Self::from(message) }
    }
}

impl From<Message> for MessageBody {
    fn from(message: Message) -> Self {
        let (edited_at, edited_by) = message.edited.map(|Edited { at, by }| (at, by.into())).unzip();
        Self {
            id: message.id,
            rid: message.room_id,
            t: message.kind,
            msg: message.body,
            token: None,
            alias: message.alias,
            ts: message.ts,
            u: message.author.into(),
            updated_at: message.updated_at,
            edited_at,
            edited_by,
        }
    }
}

impl From<Author> for AuthorBody {
    fn from(author: Author) -> Self {
        Self { id: author.id, username: author.username, name: author.name }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn author() -> Author {
        Author { id: "v1".into(), username: Some("guest-2".into()), name: None }
    }

    #[test]
    fn only_the_visitor_sees_the_token_and_only_on_own_messages() {
        let now = Timestamp::from_millis(0);
        let said = Message::of_visitor("m1".into(), "r1".into(), "hi".into(), author(), now);
        let shown = serde_json::to_value(MessageBody::for_visitor(said.clone(), "t1".into())).unwrap();
        assert_eq!((&shown["token"], &shown["alias"]), (&json!("t1"), &json!("guest-2")));
        let keys = |body: &serde_json::Value| body.as_object().unwrap().contains_key("token");
        assert!(!keys(&serde_json::to_value(MessageBody::from(said)).unwrap()));
        let answer = Message::of_agent("m2".into(), "r1".into(), "hi".into(), author(), now);
        assert!(!keys(&serde_json::to_value(MessageBody::for_visitor(answer, "t1".into())).unwrap()));
    }
}
