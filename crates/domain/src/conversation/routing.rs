//! Who gets a new conversation (contract, conversations 3.1.4 and 3.9).

use crate::id::UserId;
use crate::time::Timestamp;

/// How new conversations find their agents (`Livechat_Routing_Method`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoutingMethod {
    /// They wait until an agent takes them (`Manual_Selection`, and `External`: nobody outside is asked).
    Manual,
    /// The least busy online agent gets them (`Auto_Selection`, `Load_Balancing`).
    LeastBusy,
    /// The online agent gets them who has waited longest for one (`Load_Rotation`).
    Rotation,
}

impl RoutingMethod {
    /// The method with that name in the setting.
    ///
    /// ```
    /// use omnicontact_domain::conversation::RoutingMethod;
    /// assert_eq!(RoutingMethod::parse("Manual_Selection"), Some(RoutingMethod::Manual));
    /// assert_eq!(RoutingMethod::parse("manual"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "Manual_Selection" | "External" => Some(Self::Manual),
            "Auto_Selection" | "Load_Balancing" => Some(Self::LeastBusy),
            "Load_Rotation" => Some(Self::Rotation),
            _ => None,
        }
    }

    /// Whether new conversations are given to agents; else they wait until one takes them.
    #[must_use]
    pub const fn assigns(self) -> bool {
        !self.queues_unanswered()
    }

    /// Whether a conversation that was not answered in time waits in the queue; else it is routed again
    /// ([`super::Conversation::answer_due`]).
    #[must_use]
    pub const fn queues_unanswered(self) -> bool {
        match self {
            Self::Manual => true,
            Self::LeastBusy | Self::Rotation => false,
        }
    }
}

/// An agent who is online, and what there is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The agent.
    pub id: UserId,
    /// Conversations that the agent serves now.
    pub open_conversations: u64,
    /// When the agent last got one.
    pub last_routed: Option<Timestamp>,
}

/// The agent who gets a new conversation, of those online (of the department, where there is one). Those in
/// `preferred` come first, whatever the method: the contact's manager (`Omnichannel_contact_manager_routing`),
/// then the agent of the last conversation (`Livechat_last_chatted_agent_routing`), as far as the settings say
/// so. Then the method decides. Of equally busy agents the one who waited longest is chosen, those who never got
/// one before all others, and in the end the one with the least id. `None`: it waits in the queue.
///
/// ```
/// use omnicontact_domain::conversation::{Candidate, RoutingMethod, choose_agent};
/// let agent = |id: &str, open_conversations| Candidate { id: id.into(), open_conversations, last_routed: None };
/// let online = [agent("u1", 3), agent("u2", 1)];
/// assert_eq!(choose_agent(&online, &[], RoutingMethod::LeastBusy), Some(&"u2".into()));
/// assert_eq!(choose_agent(&online, &["u1".into()], RoutingMethod::LeastBusy), Some(&"u1".into()));
/// assert_eq!(choose_agent(&online, &[], RoutingMethod::Manual), None);
/// ```
#[must_use]
pub fn choose_agent<'a>(
    online: &'a [Candidate],
    preferred: &[UserId],
    method: RoutingMethod,
) -> Option<&'a UserId> {
    let find = |wanted: &UserId| online.iter().find(|agent| agent.id == *wanted);
    let chosen = preferred.iter().find_map(find).or_else(|| match method {
        RoutingMethod::Manual => None,
        RoutingMethod::LeastBusy => {
            online.iter().min_by_key(|agent| (agent.open_conversations, agent.last_routed, &agent.id))
        }
        RoutingMethod::Rotation => online.iter().min_by_key(|agent| (agent.last_routed, &agent.id)),
    });
    chosen.map(|agent| &agent.id)
}

/// The agent who gets a conversation that `current` did not answer in time (contract, conversations 3.4): another
/// one, chosen as for a new conversation; `current` again when nobody else is online. `None`: it waits in the queue,
/// as it always does where agents choose for themselves.
///
/// ```
/// use omnicontact_domain::conversation::{Candidate, RoutingMethod, choose_next_agent};
/// let agent = |id: &str| Candidate { id: id.into(), open_conversations: 0, last_routed: None };
/// let (one, two) = ([agent("u1")], [agent("u1"), agent("u2")]);
/// let next = |online: &[Candidate], method| choose_next_agent(online, &[], &"u1".into(), method);
/// assert_eq!(next(&two, RoutingMethod::LeastBusy), Some("u2".into()));
/// assert_eq!(next(&one, RoutingMethod::LeastBusy), Some("u1".into()));
/// assert_eq!(next(&two, RoutingMethod::Manual), None);
/// ```
#[must_use]
pub fn choose_next_agent(
    online: &[Candidate],
    preferred: &[UserId],
    current: &UserId,
    method: RoutingMethod,
) -> Option<UserId> {
    if method.queues_unanswered() {
        return None;
    }
    let (same, others): (Vec<_>, Vec<_>) = online.iter().cloned().partition(|agent| agent.id == *current);
    choose_agent(&others, preferred, method).or(same.first().map(|agent| &agent.id)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(id: &str, open_conversations: u64, last_routed: Option<i64>) -> Candidate {
        let last_routed = last_routed.map(Timestamp::from_millis);
        Candidate { id: id.into(), open_conversations, last_routed }
    }

    #[test]
    fn of_equally_busy_agents_the_longest_waiting_is_chosen() {
        let online = [agent("u1", 1, Some(5)), agent("u2", 1, Some(4)), agent("u3", 2, None)];
        assert_eq!(choose_agent(&online, &[], RoutingMethod::LeastBusy), Some(&"u2".into()));
        let online = [agent("u2", 0, None), agent("u1", 0, None), agent("u0", 0, Some(1))];
        assert_eq!(choose_agent(&online, &[], RoutingMethod::LeastBusy), Some(&"u1".into()));
    }

    #[test]
    fn a_manager_who_is_not_online_leaves_it_to_the_method() {
        let online = [agent("u1", 1, None)];
        let manager = UserId::from("u9");
        assert_eq!(
            choose_agent(&online, std::slice::from_ref(&manager), RoutingMethod::LeastBusy),
            Some(&"u1".into())
        );
        assert_eq!(choose_agent(&online, std::slice::from_ref(&manager), RoutingMethod::Manual), None);
        assert_eq!(choose_agent(&[], &[], RoutingMethod::LeastBusy), None);
    }

    #[test]
    fn the_manager_gets_it_even_where_agents_choose_for_themselves() {
        let online = [agent("u1", 0, None), agent("u2", 7, None)];
        assert_eq!(choose_agent(&online, &["u2".into()], RoutingMethod::Manual), Some(&"u2".into()));
    }

    #[test]
    fn the_first_of_the_preferred_who_is_online_gets_it() {
        let online = [agent("u1", 0, None), agent("u2", 7, Some(1)), agent("u3", 9, Some(2))];
        let preferred = ["u9".into(), "u3".into(), "u2".into()];
        assert_eq!(choose_agent(&online, &preferred, RoutingMethod::LeastBusy), Some(&"u3".into()));
    }

    #[test]
    fn what_is_not_answered_goes_to_another_agent_and_to_the_manager_first() {
        let online = [agent("u1", 0, None), agent("u2", 7, Some(1)), agent("u3", 9, Some(2))];
        let next = |preferred: &[UserId]| {
            choose_next_agent(&online, preferred, &"u1".into(), RoutingMethod::LeastBusy)
        };
        assert_eq!(next(&[]), Some("u2".into()));
        assert_eq!(next(&["u3".into()]), Some("u3".into()));
        assert_eq!(next(&["u1".into()]), Some("u2".into()), "not the one who kept silent, manager or not");
        assert_eq!(choose_next_agent(&[], &[], &"u1".into(), RoutingMethod::Rotation), None);
        assert_eq!(choose_next_agent(&online, &["u3".into()], &"u1".into(), RoutingMethod::Manual), None);
    }

    #[test]
    fn rotation_does_not_ask_how_busy_somebody_is() {
        let online = [agent("u1", 0, Some(5)), agent("u2", 7, Some(1))];
        assert_eq!(choose_agent(&online, &[], RoutingMethod::Rotation), Some(&"u2".into()));
    }
}
