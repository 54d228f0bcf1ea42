//! The rule against guessing passwords: how many failed logins block an address or a username, and for how long
//! (contract, framework 2.8). Counting is left to a store; what to count, and what the numbers mean, is said here.

use std::net::IpAddr;
use std::time::Duration;

use crate::login_attempt::{AttemptSubject, FoldedUsername};
use crate::setting::SettingValues;
use crate::text;
use crate::time::Timestamp;

/// Whether failed logins are counted at all.
const ENABLED: &str = "Block_Multiple_Failed_Logins_Enabled";
const BY_USER: &str = "Block_Multiple_Failed_Logins_By_User";
const BY_ADDRESS: &str = "Block_Multiple_Failed_Logins_By_Ip";
const USER_LIMIT: &str = "Block_Multiple_Failed_Logins_Attempts_Until_Block_by_User";
const ADDRESS_LIMIT: &str = "Block_Multiple_Failed_Logins_Attempts_Until_Block_By_Ip";
const USER_MINUTES: &str = "Block_Multiple_Failed_Logins_Time_To_Unblock_By_User_In_Minutes";
const ADDRESS_MINUTES: &str = "Block_Multiple_Failed_Logins_Time_To_Unblock_By_Ip_In_Minutes";
const WHITE_LIST: &str = "Block_Multiple_Failed_Logins_Ip_Whitelist";

/// The settings that [`LoginThrottle::of`] reads.
pub const SETTINGS: [&str; 8] =
    [ENABLED, BY_USER, BY_ADDRESS, USER_LIMIT, ADDRESS_LIMIT, USER_MINUTES, ADDRESS_MINUTES, WHITE_LIST];

/// About 2,700 years: enough for "for ever", and far from overflowing.
const LONGEST_MINUTES: f64 = 1.44e9;

/// What blocks a login, whatever its password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoginBlock {
    /// Too many logins from the address failed.
    #[error("logins from this address are blocked for a while")]
    Address,
    /// Too many logins by the username failed.
    #[error("logins by this username are blocked for a while")]
    Username,
}

/// Where a login comes from, and by which username.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoginOrigin {
    /// The client's address in the form in which addresses are counted; `None` where it is not known.
    pub address: Option<String>,
    /// The username that was given. `None` for logins by anything else: for those the username is not asked.
    pub username: Option<FoldedUsername>,
}

impl LoginOrigin {
    /// A login from an address, by this username. A username that is longer than any account's is not counted.
    ///
    /// ```
    /// use omnicontact_domain::login_throttle::LoginOrigin;
    /// let login = LoginOrigin::new(Some("::ffff:192.0.2.1"), Some("Kim.Jane"));
    /// assert_eq!(login.address.as_deref(), Some("192.0.2.1"));
    /// assert_eq!(login.username.unwrap().as_str(), "kim.jane");
    /// ```
    #[must_use]
    pub fn new(address: Option<&str>, username: Option<&str>) -> Self {
        let username = username.filter(|name| text::check("username", name, text::KEY_LIMIT).is_ok());
        Self { address: address.and_then(counted_address), username: username.map(FoldedUsername::of) }
    }
}

/// An IP address in the form in which addresses are counted: as it is usually written, an IPv4 address within
/// IPv6 as IPv4. `None` for what is no IP address.
#[must_use]
pub fn counted_address(address: &str) -> Option<String> {
    address.trim().parse::<IpAddr>().ok().map(|ip| ip.to_canonical().to_string())
}

/// One number that decides: the failures of a subject after a moment (and after its last success).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Whose failures.
    pub subject: AttemptSubject,
    /// Those after this moment.
    pub after: Timestamp,
    /// So many block; more need not be counted.
    pub enough: u32,
    /// What blocks then.
    pub block: LoginBlock,
}

impl Question {
    /// Whether so many failures block.
    #[must_use]
    pub const fn blocks(&self, failures: u32) -> bool {
        failures >= self.enough
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limit {
    failures: u32,
    window: Duration,
}

impl Limit {
    /// `None` where nothing is ever blocked: with a limit or a time that is not positive.
    fn of(settings: &SettingValues, failures: &str, minutes: &str) -> Option<Self> {
        let (failures, minutes) = (settings.number(failures), settings.number(minutes));
        if !(failures > 0.0 && minutes > 0.0) {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "positive, and a cast of what is too large gives the largest number"
        )]
        let failures = failures.ceil() as u32;
        Some(Self { failures, window: Duration::from_secs_f64(minutes.min(LONGEST_MINUTES) * 60.0) })
    }

    fn question(self, subject: AttemptSubject, block: LoginBlock, now: Timestamp) -> Question {
        // A failure that is exactly as old as the window counts still.
        let after = now.minus(self.window).minus(Duration::from_millis(1));
        Question { subject, after, enough: self.failures, block }
    }
}

/// The rule as the settings have it at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginThrottle {
    records: bool,
    by_address: Option<Limit>,
    by_username: Option<Limit>,
    white_list: Vec<String>,
}

impl LoginThrottle {
    /// Reads [`SETTINGS`].
    #[must_use]
    pub fn of(settings: &SettingValues) -> Self {
        let enabled = settings.flag(ENABLED);
        let limit = |switch: &str, failures: &str, minutes: &str| {
            let limit = Limit::of(settings, failures, minutes);
            limit.filter(|_| enabled && settings.flag(switch))
        };
        Self {
            records: enabled,
            by_address: limit(BY_ADDRESS, ADDRESS_LIMIT, ADDRESS_MINUTES),
            by_username: limit(BY_USER, USER_LIMIT, USER_MINUTES),
            white_list: settings.text(WHITE_LIST).split(',').filter_map(counted_address).collect(),
        }
    }

    /// What must be counted before the password of a login is looked at, in this order; the first block holds.
    #[must_use]
    pub fn questions(&self, login: &LoginOrigin, now: Timestamp) -> Vec<Question> {
        let address = login.address.as_ref().filter(|address| !self.white_list.contains(address));
        let by_address = self.by_address.zip(address).map(|(limit, address)| {
            limit.question(AttemptSubject::Address(address.clone()), LoginBlock::Address, now)
        });
        let by_username = self.by_username.zip(login.username.as_ref()).map(|(limit, username)| {
            limit.question(AttemptSubject::Username(username.clone()), LoginBlock::Username, now)
        });
        by_address.into_iter().chain(by_username).collect()
    }

    /// Whether a login that failed is counted: all are, but those that the username's own block refused.
    #[must_use]
    pub fn counts_failure(&self, blocked_by: Option<LoginBlock>) -> bool {
        self.records && blocked_by != Some(LoginBlock::Username)
    }

    /// How long a failure matters at the most.
    #[must_use]
    pub fn memory(&self) -> Duration {
        let windows = [self.by_address, self.by_username].into_iter().flatten().map(|limit| limit.window);
        windows.max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
