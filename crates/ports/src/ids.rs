//! Fresh ids and secrets.

use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::RawToken;

/// Makes ids and secrets that nobody can guess.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait IdSource: Send + Sync {
    /// A record id for a record made now: [`omnicontact_domain::id::record_id`].
    fn record_id(&self, now: Timestamp) -> String;

    /// 17 characters of [`omnicontact_domain::id::RANDOM_ID_ALPHABET`]: ids of users and conversations,
    /// random texts of settings.
    fn random_id(&self) -> String;

    /// A fresh login token.
    fn token(&self) -> RawToken;
}
