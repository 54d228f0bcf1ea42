//! Ids and secrets from the operating system's randomness.

use std::cell::RefCell;

use omnicontact_domain::id::{RANDOM_ID_ALPHABET, RANDOM_ID_LENGTH, record_id};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::{RAW_TOKEN_LENGTH, RawToken};
use omnicontact_ports::IdSource;

/// Bytes for ids that are asked for at once. Each request has an id, and a call for each takes longer than the rest of it.
const STOCK: usize = 1024;

/// Asks the operating system for random bytes: for ids many at once, for secrets each time.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsIds;

impl IdSource for OsIds {
    fn record_id(&self, now: Timestamp) -> String {
        record_id(now, stocked_bytes())
    }

    fn random_id(&self) -> String {
        let mut id = String::with_capacity(RANDOM_ID_LENGTH);
        while id.len() < RANDOM_ID_LENGTH {
            // Six bits are 64 values; those beyond the alphabet are thrown away, so that all are equally likely.
            let drawn = stocked_bytes::<32>().map(|byte| usize::from(byte % 64));
            let symbols = drawn.iter().filter_map(|index| RANDOM_ID_ALPHABET.get(*index));
            id.extend(symbols.take(RANDOM_ID_LENGTH - id.len()).map(|symbol| char::from(*symbol)));
        }
        id
    }

    fn token(&self) -> RawToken {
        RawToken::from_random(&random_bytes::<RAW_TOKEN_LENGTH>())
    }
}

thread_local! {
    /// Bytes that no id was made of yet.
    static STOCKED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Random bytes that are used for nothing else.
fn stocked_bytes<const N: usize>() -> [u8; N] {
    STOCKED.with_borrow_mut(|stock| {
        if stock.len() < N {
            *stock = random_bytes::<STOCK>().to_vec();
        }
        let Some((rest, bytes)) = stock.split_last_chunk() else {
            return random_bytes();
        };
        let (left, bytes) = (rest.len(), *bytes);
        stock.truncate(left);
        bytes
    })
}

/// # Panics
/// When the operating system has no randomness: nothing that this program does would be safe then.
#[expect(clippy::disallowed_methods, reason = "this is the adapter of the IdSource port")]
#[expect(clippy::expect_used, reason = "without randomness no id and no token would be safe")]
fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_ids_have_17_symbols_of_the_alphabet() {
        let id = OsIds.random_id();
        assert_eq!(id.len(), 17);
        assert!(id.bytes().all(|byte| RANDOM_ID_ALPHABET.contains(&byte)), "{id}");
        assert_ne!(id, OsIds.random_id());
    }

    #[test]
    fn no_id_comes_twice_from_whichever_thread() {
        let made = || (0..2_000).map(|_| OsIds.random_id()).collect::<Vec<_>>();
        let threads = [(); 4].map(|()| std::thread::spawn(made));
        let mut ids = made();
        ids.extend(threads.into_iter().flat_map(|thread| thread.join().unwrap()));
        let different: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(different.len(), 10_000);
    }

    #[test]
    fn every_symbol_turns_up() {
        let seen: std::collections::BTreeSet<char> =
            (0..200).flat_map(|_| OsIds.random_id().chars().collect::<Vec<_>>()).collect();
        assert_eq!(seen.len(), RANDOM_ID_ALPHABET.len());
    }

    #[test]
    fn tokens_have_43_characters() {
        assert_eq!(OsIds.token().expose().len(), 43);
    }
}
