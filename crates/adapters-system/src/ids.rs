//! Ids and secrets from the operating system's randomness.

use omnicontact_domain::id::{RANDOM_ID_ALPHABET, RANDOM_ID_LENGTH, record_id};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::{RAW_TOKEN_LENGTH, RawToken};
use omnicontact_ports::IdSource;

/// Asks the operating system for random bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsIds;

impl IdSource for OsIds {
    fn record_id(&self, now: Timestamp) -> String {
        record_id(now, random_bytes())
    }

    fn random_id(&self) -> String {
        let mut id = String::with_capacity(RANDOM_ID_LENGTH);
        while id.len() < RANDOM_ID_LENGTH {
            // Six bits are 64 values; those beyond the alphabet are thrown away, so that all are equally likely.
            let drawn = random_bytes::<32>().map(|byte| usize::from(byte % 64));
            let symbols = drawn.iter().filter_map(|index| RANDOM_ID_ALPHABET.get(*index));
            id.extend(symbols.take(RANDOM_ID_LENGTH - id.len()).map(|symbol| char::from(*symbol)));
        }
        id
    }

    fn token(&self) -> RawToken {
        RawToken::from_random(&random_bytes::<RAW_TOKEN_LENGTH>())
    }
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
