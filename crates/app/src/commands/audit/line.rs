//! An event of the trail as one line, for people and for programs.

use omnicontact_domain::audit::{AuditEvent, Author, Change};
use omnicontact_domain::value::Value;
use omnicontact_usecases::operator::TrailEntry;
use serde_json::json;

use crate::commands::columns::printable;

/// What stands above [`row`].
pub(super) const HEADER: &str = "WHEN                      WHO                   FROM             DID      WHAT                                      CHANGES";

/// For people.
pub(super) fn row(entry: &TrailEntry) -> String {
    let event = &entry.event;
    let subject = entry.username.as_deref().unwrap_or(&event.subject_id);
    let subject = format!("{} {}", event.subject_kind.as_str(), printable(subject));
    let changes: Vec<String> = event.changes.iter().map(change).collect();
    format!(
        "{:<24}  {:<20}  {:<15}  {:<7}  {subject:<40}  {}",
        event.at.to_string(),
        printable(author(event)),
        event.cause.address.as_deref().map_or_else(|| "-".to_owned(), printable),
        event.action.as_str(),
        changes.join(", "),
    )
}

/// For programs: a JSON object.
pub(super) fn json(entry: &TrailEntry) -> serde_json::Value {
    let event = &entry.event;
    let mut author = json!({"type": event.cause.author.kind()});
    if let Author::User { id, username } = &event.cause.author {
        author["id"] = id.as_str().into();
        author["username"] = username.as_deref().into();
    }
    json!({
        "id": event.id.as_str(),
        "ts": event.at,
        "author": author,
        "address": event.cause.address,
        "action": event.action.as_str(),
        "subject": {
            "type": event.subject_kind.as_str(),
            "id": event.subject_id,
            "username": entry.username,
        },
        "changes": event.changes,
    })
}

fn author(event: &AuditEvent) -> &str {
    match &event.cause.author {
        Author::User { id, username } => username.as_deref().unwrap_or(id.as_str()),
        Author::Anonymous | Author::Operator | Author::Server => event.cause.author.kind(),
    }
}

/// `roles: ["user"] -> ["user","admin"]`; only the key where the values are nobody's business.
fn change(change: &Change) -> String {
    let key = printable(&change.key);
    match (&change.previous, &change.current) {
        (None, None) => key,
        (previous, current) => format!("{key}: {} -> {}", shown(previous.as_ref()), shown(current.as_ref())),
    }
}

fn shown(value: Option<&Value>) -> String {
    let text = value.and_then(|value| serde_json::to_string(value).ok());
    text.map_or_else(|| "none".to_owned(), |text| printable(&text))
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::audit::{Action, Cause, SubjectKind};
    use omnicontact_domain::time::Timestamp;

    use super::*;

    fn entry(cause: Cause, username: Option<&str>) -> TrailEntry {
        let roles = |of: &[&str]| Value::List(of.iter().map(|role| Value::from(*role)).collect());
        let event = AuditEvent {
            id: "e1".into(),
            at: Timestamp::from_millis(0),
            cause,
            action: Action::Updated,
            subject_kind: SubjectKind::User,
            subject_id: "u1".into(),
            changes: vec![
                Change::of("password"),
                Change::from_to("roles", roles(&["user"]), roles(&["user", "admin"])),
                Change::from_to("inactiveReason", Value::from("\u{1b}x"), None),
            ],
        };
        TrailEntry { event, username: username.map(str::to_owned) }
    }

    #[test]
    fn a_row_tells_people_who_did_what() {
        let line = row(&entry(Cause::OPERATOR, Some("kim\u{1b}")));
        assert_eq!(
            line,
            "1970-01-01T00:00:00.000Z  operator              -                updated  \
             user kim\u{fffd}                                 password, roles: [\"user\"] -> [\"user\",\"admin\"], \
             inactiveReason: \"\\u001bx\" -> none"
        );
        let columns = |line: &str, at: usize| line.chars().nth(at).unwrap();
        for (title, at) in [('W', 0), ('W', 26), ('F', 48), ('D', 65), ('W', 74), ('C', 116)] {
            assert_eq!(columns(HEADER, at), title);
            assert_ne!(columns(&line, at), ' ');
            assert!(at == 0 || columns(&line, at - 1) == ' ');
        }
    }

    #[test]
    fn an_object_tells_programs_everything() {
        let author = Author::User { id: "u2".into(), username: Some("boss".into()) };
        let cause = Cause { author, address: Some("192.0.2.1".into()) };
        assert_eq!(
            json(&entry(cause, None)).to_string(),
            r#"{"id":"e1","ts":"1970-01-01T00:00:00.000Z","author":{"type":"user","id":"u2","username":"boss"},"address":"192.0.2.1","action":"updated","subject":{"type":"user","id":"u1","username":null},"changes":[{"key":"password"},{"key":"roles","previous":["user"],"current":["user","admin"]},{"key":"inactiveReason","previous":"\u001bx"}]}"#
        );
    }
}
