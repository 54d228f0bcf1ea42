//! How often an address may call a route (contract, framework 1.10): fixed windows, counted in the memory of
//! this node. All addresses of a route share the beginning of their window.

mod window;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use omnicontact_domain::setting::{ENABLE_RATE_LIMITER, RATE_LIMIT_CALLS, RATE_LIMIT_TIME, SettingValues};
use omnicontact_domain::time::Timestamp;
use window::Window;

use crate::description::Limit;

const MINUTE: u64 = 60_000;

/// How many calls an address has in one window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowance {
    /// Calls.
    calls: u32,
    /// Milliseconds of the window.
    millis: u64,
}

/// What became of a call that was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Whether the call is one too many.
    pub(crate) refused: bool,
    limit: u32,
    remaining: u32,
    resets_at: Timestamp,
}

impl Limit {
    /// The settings that decide about it.
    pub(crate) fn settings(self) -> Vec<&'static str> {
        match self {
            Self::Default => vec![ENABLE_RATE_LIMITER, RATE_LIMIT_CALLS, RATE_LIMIT_TIME],
            Self::PerMinute(_) => vec![ENABLE_RATE_LIMITER],
            Self::SettingPerMinute(calls) => vec![ENABLE_RATE_LIMITER, calls],
            Self::Unlimited => vec![],
        }
    }

    /// What is allowed under these settings; `None` for as much as one likes. A setting that is not positive is
    /// its default: a server that answers nobody could not be helped over the API.
    pub(crate) fn allowance(self, settings: &SettingValues) -> Option<Allowance> {
        let calls = |id| u32::try_from(positive(id, settings)).unwrap_or(u32::MAX);
        let allowance = match self {
            Self::Default => {
                Allowance { calls: calls(RATE_LIMIT_CALLS), millis: positive(RATE_LIMIT_TIME, settings) }
            }
            Self::PerMinute(calls) => Allowance { calls, millis: MINUTE },
            Self::SettingPerMinute(id) => Allowance { calls: calls(id), millis: MINUTE },
            Self::Unlimited => return None,
        };
        settings.flag(ENABLE_RATE_LIMITER).then_some(allowance)
    }
}

fn positive(id: &str, settings: &SettingValues) -> u64 {
    let stored = whole(settings.number(id));
    if stored > 0 { stored } else { whole(SettingValues::default().number(id)) }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cut off, and within the bounds")]
fn whole(number: f64) -> u64 {
    // A window of a hundred years is long enough.
    number.clamp(0.0, 3.2e12) as u64
}

/// The windows of all routes. There are as many as there are routes, and each is bounded.
#[derive(Debug, Default)]
pub(crate) struct RateLimits(Mutex<HashMap<(&'static str, Method), Window>>);

impl RateLimits {
    /// Counts a call. One that is refused does not count.
    pub(crate) fn count(
        &self,
        route: (&'static str, &Method),
        address: Option<IpAddr>,
        allowance: Allowance,
        now: Timestamp,
    ) -> Counted {
        // HEAD is GET without a body.
        let method = if route.1 == Method::HEAD { Method::GET } else { route.1.clone() };
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.entry((route.0, method)).or_insert_with(|| Window::begin(now));
        window.count(address, allowance, now)
    }
}

impl Counted {
    /// Seconds until the window ends, rounded up.
    pub(crate) fn seconds_to_wait(&self, now: Timestamp) -> u64 {
        let millis = self.resets_at.as_millis().saturating_sub(now.as_millis());
        u64::try_from(millis).unwrap_or_default().div_ceil(1_000)
    }

    /// The headers of every answer to a call that was counted.
    pub(crate) fn add_headers(&self, headers: &mut HeaderMap) {
        const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
        const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
        const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
        headers.insert(RESET, HeaderValue::from(self.resets_at.as_millis()));
    }
}

#[cfg(test)]
mod tests;
