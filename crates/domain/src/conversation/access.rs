//! Who may read a conversation (contract, conversations 3.5).

use super::{Conversation, Inquiry};
use crate::id::UserId;

/// What is known of a user who wants to read a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// Who it is.
    pub user_id: UserId,
    /// The departments in which the user is an agent.
    pub departments: Vec<String>,
    /// What the user may read beyond the user's own conversations.
    pub rights: ReadRights,
}

/// What a user may read beyond the user's own conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadRights {
    /// All conversations (`view-livechat-rooms`); the server's own bot may, too.
    pub all: bool,
    /// All that are closed (`view-livechat-room-closed-by-another-agent`).
    pub closed: bool,
    /// Those of the user's departments that are closed (`view-livechat-room-closed-same-department`).
    pub closed_in_department: bool,
}

impl Reader {
    /// Whether the user may read a conversation, and write into it. `inquiry` is that of the conversation, if
    /// there is one.
    #[must_use]
    pub fn may_read(&self, conversation: &Conversation, inquiry: Option<&Inquiry>) -> bool {
        let serves = conversation.served_by.as_ref().is_some_and(|agent| agent.id == self.user_id);
        if self.rights.all || serves {
            return true;
        }
        if conversation.is_open() {
            return inquiry.is_some_and(|inquiry| inquiry.is_queued_for(&self.departments));
        }
        let department = conversation.department_id.as_ref();
        let is_in_department = department.is_some_and(|department| self.departments.contains(department));
        self.rights.closed || (self.rights.closed_in_department && is_in_department)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::InquiryStatus;
    use crate::conversation::closing::test::close;
    use crate::conversation::room::test::{at, opened};

    fn reader(departments: &[&str], rights: ReadRights) -> Reader {
        let departments = departments.iter().map(|department| (*department).to_owned()).collect();
        Reader { user_id: "u1".into(), departments, rights }
    }

    const NONE: ReadRights = ReadRights { all: false, closed: false, closed_in_department: false };

    #[test]
    fn what_is_queued_is_previewed_by_its_department_only() {
        let mut room = opened();
        room.department_id = Some("d1".into());
        let inquiry = Inquiry::opened("i1".into(), &room, InquiryStatus::Queued, at(1));
        assert!(reader(&["d1"], NONE).may_read(&room, Some(&inquiry)));
        assert!(!reader(&["d2"], NONE).may_read(&room, Some(&inquiry)));
        assert!(!reader(&["d1"], NONE).may_read(&room, None));
    }

    #[test]
    fn what_is_served_is_its_agents_and_of_those_who_read_all() {
        let mut room = opened();
        let mut inquiry = Inquiry::opened("i1".into(), &room, InquiryStatus::Queued, at(1));
        room.take("u2".into(), "lee".into(), at(2)).unwrap();
        inquiry.take(at(2)).unwrap();
        assert!(!reader(&[], NONE).may_read(&room, Some(&inquiry)));
        let closed = ReadRights { closed: true, closed_in_department: true, ..NONE };
        assert!(!reader(&[], closed).may_read(&room, Some(&inquiry)));
        assert!(reader(&[], ReadRights { all: true, ..NONE }).may_read(&room, Some(&inquiry)));
        let agent = Reader { user_id: "u2".into(), ..reader(&[], NONE) };
        assert!(agent.may_read(&room, Some(&inquiry)));
    }

    #[test]
    fn what_is_closed_needs_a_right_of_its_own() {
        let mut room = opened();
        room.department_id = Some("d1".into());
        close(&mut room, &[], 2_000).unwrap();
        let department = ReadRights { closed_in_department: true, ..NONE };
        assert!(!reader(&["d1"], NONE).may_read(&room, None));
        assert!(reader(&["d1"], department).may_read(&room, None));
        assert!(!reader(&["d2"], department).may_read(&room, None));
        assert!(reader(&[], ReadRights { closed: true, ..NONE }).may_read(&room, None));
    }
}
