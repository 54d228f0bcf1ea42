//! What agents write about a conversation (contract, conversations 3.7, `room.saveInfo`).

use super::Conversation;
use crate::custom_field::{CustomField, CustomFieldId, InvalidEdit, Scope, edit_values};
use crate::time::Timestamp;

/// What was sent about a conversation. `None` leaves a field as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoomInfo {
    /// What it is about.
    pub topic: Option<String>,
    /// Marks for later; they replace those it has.
    pub tags: Option<Vec<String>>,
    /// Custom values by field id; blank ones remove what is stored.
    pub values: Vec<(CustomFieldId, String)>,
}

impl Conversation {
    /// Writes what was sent. Fields that are not of conversations are dropped. Closed ones are written, too.
    ///
    /// # Errors
    /// [`InvalidEdit`]; nothing is changed then.
    pub fn save_info(
        &mut self,
        sent: RoomInfo,
        definitions: &[CustomField],
        now: Timestamp,
    ) -> Result<(), InvalidEdit> {
        edit_values(&mut self.livechat_data, definitions, Scope::Room, &sent.values)?;
        self.topic = sent.topic.or_else(|| self.topic.take());
        self.tags = sent.tags.or_else(|| self.tags.take());
        self.updated_at = now;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::room::test::{at, opened};
    use crate::custom_field::test::definition;

    fn definitions() -> Vec<CustomField> {
        let room = |id, other: &[_]| CustomField { scope: Scope::Room, ..definition(id, other) };
        vec![room("order", &[("regexp", "^[0-9]+$".into())]), room("note", &[]), definition("plan", &[])]
    }

    fn sent(values: &[(&str, &str)]) -> RoomInfo {
        let values = values.iter().map(|(id, value)| ((*id).into(), (*value).to_owned())).collect();
        RoomInfo { values, ..RoomInfo::default() }
    }

    #[test]
    fn only_fields_of_conversations_are_written_and_blank_ones_removed() {
        let mut room = opened();
        room.save_info(sent(&[("order", "12"), ("plan", "gold"), ("x", "y")]), &definitions(), at(2))
            .unwrap();
        let stored = room.livechat_data.clone().unwrap();
        assert_eq!((stored.len(), stored.get("order").and_then(|value| value.as_text())), (1, Some("12")));
        room.save_info(sent(&[("order", " ")]), &definitions(), at(3)).unwrap();
        assert!(room.livechat_data.unwrap().is_empty());
    }

    #[test]
    fn a_wrong_value_changes_nothing() {
        let mut room = opened();
        let before = room.clone();
        let wrong = RoomInfo { topic: Some("t".into()), ..sent(&[("note", "a"), ("order", "x")]) };
        let refused = room.save_info(wrong, &definitions(), at(2));
        assert_eq!(refused, Err(InvalidEdit { label: "Label of order".into() }));
        assert_eq!(room, before);
    }

    #[test]
    fn what_was_not_sent_stays() {
        let mut room = opened();
        let info = RoomInfo { topic: Some("t".into()), tags: Some(vec!["a".into()]), ..sent(&[]) };
        room.save_info(info, &[], at(2)).unwrap();
        room.save_info(sent(&[]), &[], at(3)).unwrap();
        assert_eq!((room.topic.as_deref(), room.tags), (Some("t"), Some(vec!["a".to_owned()])));
    }
}
