//! One window of one route.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::time::Duration;

use omnicontact_domain::time::Timestamp;

use super::{Allowance, Counted};

/// Addresses that are told apart in one window. Somebody who has, or makes up, more of them must not fill the
/// memory: the others share [`SHARED`] counters.
pub(super) const MAX_ADDRESSES: usize = 3_500;
/// Counters for the addresses beyond. Which of them share one, nobody can know who does not know the hasher.
const SHARED: usize = 1_024;

#[derive(Debug)]
pub(super) struct Window {
    began: Timestamp,
    calls: HashMap<Option<IpAddr>, u32>,
    shared: Vec<u32>,
    hasher: RandomState,
}

impl Window {
    pub(super) fn begin(now: Timestamp) -> Self {
        Self { began: now, calls: HashMap::new(), shared: Vec::new(), hasher: RandomState::new() }
    }

    pub(super) fn count(&mut self, address: Option<IpAddr>, allowance: Allowance, now: Timestamp) -> Counted {
        let Allowance { calls: limit, millis } = allowance;
        let length = Duration::from_millis(millis);
        // A clock that was set back must not make a window longer.
        if now >= self.began.plus(length) || now < self.began {
            *self = Self::begin(now);
        }
        let resets_at = self.began.plus(length);
        let calls = self.calls_of(address);
        let refused = *calls >= limit;
        if !refused {
            *calls += 1;
        }
        Counted { refused, limit, remaining: limit.saturating_sub(*calls), resets_at }
    }

    fn calls_of(&mut self, address: Option<IpAddr>) -> &mut u32 {
        if self.calls.len() < MAX_ADDRESSES || self.calls.contains_key(&address) {
            return self.calls.entry(address).or_default();
        }
        if self.shared.is_empty() {
            self.shared = vec![0; SHARED];
        }
        let slot = usize::try_from(self.hasher.hash_one(address) % SHARED as u64).unwrap_or_default();
        &mut self.shared[slot]
    }
}
