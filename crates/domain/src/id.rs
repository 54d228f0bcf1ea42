//! Identifiers: strings of the wire, typed so that one kind cannot be passed for another.
//! Making fresh ids needs randomness and is left to the caller.

/// Declares a newtype over the text of an id.
macro_rules! text_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(transparent))]
        pub struct $name(String);

        impl $name {
            /// The id as it stands on the wire and in the store.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The id's text, without a copy.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(crate) use text_id;

text_id! {
    /// Id of a visitor: 24 lower-case hexadecimal digits when made here, any text when taken over.
    VisitorId
}
text_id! {
    /// Id of a contact: 24 lower-case hexadecimal digits when made here, any text when taken over.
    ContactId
}
text_id! {
    /// Id of a user: 17 characters of [`RANDOM_ID_ALPHABET`] when made here, any text when taken over.
    UserId
}
text_id! {
    /// Id of a conversation: 17 characters of [`RANDOM_ID_ALPHABET`].
    RoomId
}

/// The 55 symbols of the 17-character ids of users and conversations: no look-alikes.
pub const RANDOM_ID_ALPHABET: &[u8; 55] = b"23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz";

/// Characters in a random id: 17 of 55 symbols are about 98 bits.
pub const RANDOM_ID_LENGTH: usize = 17;

/// The text of a record id, 24 lower-case hexadecimal digits: the seconds since 1970 (8 digits), so that
/// neighbours in time are neighbours in an index, and 8 random bytes (16 digits).
///
/// ```
/// use omnicontact_domain::{id::record_id, time::Timestamp};
/// assert_eq!(record_id(Timestamp::from_millis(1_698_667_745_982), [0xab; 8]), "653f9ce1abababababababab");
/// ```
#[must_use]
pub fn record_id(now: crate::time::Timestamp, random: [u8; 8]) -> String {
    let seconds = u32::try_from(now.as_millis().div_euclid(1000)).unwrap_or_default();
    format!("{seconds:08x}{:016x}", u64::from_be_bytes(random))
}
