//! Deactivating and reactivating accounts, and who has been away for too long (contract, framework 4.4.3).
//! Whoever deactivates an account also drops its tokens and sees to it that an administrator remains.

use std::time::Duration;

use super::{InactiveReason, LivechatStatus, User};
use crate::time::Timestamp;

/// About 2,700 years: enough for "never", and far from overflowing.
const MOST_DAYS: f64 = 1_000_000.0;
const DAY: Duration = Duration::from_hours(24);

impl User {
    /// The same account, deactivated: an agent takes no conversations any more. Roles stay.
    #[must_use]
    pub fn deactivated(self, reason: InactiveReason) -> Self {
        Self {
            active: false,
            inactive_reason: Some(reason),
            livechat_status: self.livechat_status.map(|_| LivechatStatus::NotAvailable),
            ..self
        }
    }

    /// The same account, active again. An agent goes on taking no conversations.
    #[must_use]
    pub fn activated(self) -> Self {
        Self { active: true, inactive_reason: None, ..self }
    }
}

/// The moment before which a user must have logged in last to count as idle for so many days.
///
/// ```
/// use omnicontact_domain::time::Timestamp;
/// use omnicontact_domain::user::idle_since;
/// let now = Timestamp::parse("2024-05-11T00:00:00Z").unwrap();
/// assert_eq!(idle_since(now, 10.0).to_string(), "2024-05-01T00:00:00.000Z");
/// assert_eq!(idle_since(now, 0.5).to_string(), "2024-05-10T12:00:00.000Z");
/// ```
#[must_use]
pub fn idle_since(now: Timestamp, days: f64) -> Timestamp {
    let span = DAY.mul_f64(days.abs().min(MOST_DAYS));
    if days < 0.0 { now.plus(span) } else { now.minus(span) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::role::{LIVECHAT_AGENT, RoleId};

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn agent() -> User {
        User {
            roles: vec![RoleId::from(LIVECHAT_AGENT)],
            livechat_status: Some(LivechatStatus::Available),
            ..User::new("u1", NOW)
        }
    }

    #[test]
    fn a_deactivated_agent_takes_no_conversations_and_keeps_the_roles() {
        let away = agent().deactivated(InactiveReason::Deactivated);
        assert!(!away.active);
        assert_eq!(away.inactive_reason, Some(InactiveReason::Deactivated));
        assert_eq!(away.livechat_status, Some(LivechatStatus::NotAvailable));
        assert_eq!(away.roles, agent().roles);
        let back = away.activated();
        assert_eq!((back.active, back.inactive_reason), (true, None));
        assert_eq!(back.livechat_status, Some(LivechatStatus::NotAvailable));
    }

    #[test]
    fn whoever_is_no_agent_becomes_none() {
        let away = User::new("u1", NOW).deactivated(InactiveReason::IdleTooLong);
        assert_eq!(away.livechat_status, None);
    }

    proptest! {
        #[test]
        fn more_days_never_make_a_later_moment(days in -1e9..1e9_f64, more in 0.0..1e9_f64) {
            prop_assert!(idle_since(NOW, days + more) <= idle_since(NOW, days));
        }

        #[test]
        fn any_number_of_days_gives_a_moment(days in prop::num::f64::NORMAL | prop::num::f64::ZERO) {
            let since = idle_since(NOW, days);
            prop_assert_eq!(since <= NOW, days >= 0.0 || since == NOW);
        }
    }
}
