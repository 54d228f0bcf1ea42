//! What agents write about a visitor beside a conversation (contract, conversations 3.7), and what visitors
//! remember of their conversations (3.1.4, 3.4).

use super::{LastAgent, Visitor};
use crate::contact::LastChat;
use crate::custom_field::{CustomField, CustomFieldId, InvalidEdit, Scope, edit_values};
use crate::id::UserId;
use crate::time::Timestamp;

/// What was sent about a visitor. Absent and empty texts leave a field as it is, blank ones remove it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VisitorInfo {
    /// The display name.
    pub name: Option<String>,
    /// The e-mail address; it replaces all of them.
    pub email: Option<String>,
    /// The phone number; it replaces all of them. Not sent on where the conversation came by SMS.
    pub phone: Option<String>,
    /// Custom values by field id; blank ones remove what is stored.
    pub values: Vec<(CustomFieldId, String)>,
}

impl Visitor {
    /// Writes what was sent. Fields that visitors may not carry are dropped.
    ///
    /// # Errors
    /// [`InvalidEdit`]; nothing is changed then.
    pub fn save_info(
        &mut self,
        sent: VisitorInfo,
        definitions: &[CustomField],
        now: Timestamp,
    ) -> Result<(), InvalidEdit> {
        edit_values(&mut self.livechat_data, definitions, Scope::Visitor, &sent.values)?;
        change(&mut self.name, sent.name, |name| name);
        change(&mut self.emails, sent.email, |address| vec![crate::email::normalised(&address)]);
        change(&mut self.phones, sent.phone, |number| vec![number]);
        self.updated_at = now;
        Ok(())
    }

    /// Sets what the visitor is seen doing: `online`, `away`, `busy`, `offline` (contract, conversations 1.10).
    pub fn set_status(&mut self, status: String, now: Timestamp) {
        self.status = Some(status);
        self.updated_at = now;
    }

    /// Remembers a conversation that has just begun.
    pub fn note_chat(&mut self, chat: LastChat, now: Timestamp) {
        self.last_chat = Some(chat);
        self.updated_at = now;
    }

    /// Remembers the agent who has just taken a conversation.
    pub fn note_agent(&mut self, agent_id: UserId, username: String, now: Timestamp) {
        self.last_agent = Some(LastAgent { agent_id, username, ts: now });
        self.updated_at = now;
    }
}

fn change<T>(stored: &mut Option<T>, sent: Option<String>, form: impl FnOnce(String) -> T) {
    if let Some(text) = sent.filter(|text| !text.is_empty()) {
        let text = text.trim();
        *stored = (!text.is_empty()).then(|| form(text.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custom_field::test::definition;

    const NOW: Timestamp = Timestamp::from_millis(9);

    fn visitor() -> Visitor {
        Visitor {
            name: Some("Ada".into()),
            emails: Some(vec!["ada@x.org".into()]),
            phones: Some(vec!["1".into()]),
            ..Visitor::new("v1".into(), "guest-2".into(), "t1".into(), Timestamp::from_millis(0))
        }
    }

    #[test]
    fn empty_texts_change_nothing_and_blank_ones_remove() {
        let mut visitor = visitor();
        let sent = VisitorInfo {
            name: Some(String::new()),
            email: Some(" ".into()),
            phone: Some("2".into()),
            ..VisitorInfo::default()
        };
        visitor.save_info(sent, &[], NOW).unwrap();
        assert_eq!((visitor.name.as_deref(), visitor.emails), (Some("Ada"), None));
        assert_eq!(visitor.phones, Some(vec!["2".to_owned()]));
    }

    #[test]
    fn a_wrong_value_changes_nothing() {
        let mut stored = visitor();
        let field = definition("plan", &[("regexp", "^[0-9]+$".into())]);
        let sent = |value: &str| VisitorInfo {
            name: Some("Mara".into()),
            values: vec![("plan".into(), value.to_owned()), ("other".into(), "x".to_owned())],
            ..VisitorInfo::default()
        };
        assert!(stored.save_info(sent("x"), std::slice::from_ref(&field), NOW).is_err());
        assert_eq!(stored, visitor());
        stored.save_info(sent("1"), std::slice::from_ref(&field), NOW).unwrap();
        assert_eq!(stored.livechat_data.as_ref().map(crate::value::Fields::len), Some(1));
        stored.save_info(sent(" "), &[field], NOW).unwrap();
        assert!(stored.livechat_data.is_some_and(|values| values.is_empty()));
    }
}
