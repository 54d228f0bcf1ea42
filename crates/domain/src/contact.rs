//! A contact: one person, with all addresses, channels and values known of them (contract, contacts 4.1).

mod assign;
mod block;
mod channel;
mod conflict;
mod create;
mod erase;
mod existence;
mod keys;
mod link;
mod merge;
mod order;
mod origin;
mod resolve;
mod update;
mod verify;

pub use channel::{Association, Channel, LastChat, Source, Verification};
pub use conflict::{CONFLICTS_LIMIT, ConflictingField};
pub use create::NewContact;
pub use existence::Existence;
pub use keys::{ChannelKey, ContactKeys};
pub use link::Link;
pub use merge::{ConflictMode, Incoming};
pub use order::ContactOrder;
pub use resolve::{NoConflicts, Resolution};
pub use update::{ContactUpdate, EmptyName, ManagerChange, Updated};
pub use verify::{MayNotTake, NoSuchChannel, TakeRules, VerificationRule};

use crate::email::EmailKey;
use crate::id::{ContactId, UserId, VisitorId};
use crate::phone::{PhoneKey, Region};
use crate::time::Timestamp;
use crate::value::Fields;
use crate::version::Version;

/// A person in the directory.
///
/// `Option` tells absent from empty: a contact that was made from a visitor without an address has no
/// `emails`, one whose addresses were all removed has an empty list. An erased contact keeps its id and
/// dates only.
#[derive(Debug, Clone, PartialEq)]
pub struct Contact {
    /// Who it is.
    pub id: ContactId,
    /// The display name. `None` after erasure.
    pub name: Option<String>,
    /// E-mail addresses, verbatim, in order.
    pub emails: Option<Vec<String>>,
    /// Phone numbers, verbatim, in order.
    pub phones: Option<Vec<String>>,
    /// The responsible agent.
    pub manager: Option<UserId>,
    /// Whether the contact was made from a visitor and never confirmed by an agent.
    pub unknown: bool,
    /// Competing values that wait for a decision. `None` until the first conflict, `[]` once all are resolved.
    pub conflicting_fields: Option<Vec<ConflictingField>>,
    /// Values by custom-field id.
    pub custom_fields: Option<Fields>,
    /// Every (visitor, source) pair known to be this person.
    pub channels: Vec<Channel>,
    /// The newest conversation.
    pub last_chat: Option<LastChat>,
    /// Ids in the source of an import.
    pub import_ids: Option<Vec<String>>,
    /// Months (`YYYY-MM`) with an answered conversation, the last 12 at most.
    pub activity: Option<Vec<String>>,
    /// Whether the contact was prepared by hand and waits to be adopted by a visitor.
    pub pre_registration: Option<bool>,
    /// `false` after erasure.
    pub enabled: bool,
    /// When the contact was made.
    pub created_at: Timestamp,
    /// When the contact was last written.
    pub updated_at: Timestamp,
    /// Which write of the contact this is.
    pub version: Version,
}

impl Contact {
    /// The canonical keys of all e-mail addresses that one can be known by, sorted, each once.
    #[must_use]
    pub fn email_keys(&self) -> Vec<EmailKey> {
        let keys = self.emails.iter().flatten().map(|address| EmailKey::of(address));
        sorted_once(keys.filter(|key| !key.is_blank()))
    }

    /// The canonical keys of all phone numbers that one can be known by, sorted, each once. Numbers without a
    /// country code are those of `region`, if one is given.
    #[must_use]
    pub fn phone_keys(&self, region: Option<Region>) -> Vec<PhoneKey> {
        let keys = self.phones.iter().flatten().map(|number| PhoneKey::dialled_in(number, region));
        sorted_once(keys.filter(|key| !key.is_blank()))
    }

    /// The visitors of all channels, sorted, each once.
    #[must_use]
    pub fn visitor_ids(&self) -> Vec<VisitorId> {
        sorted_once(self.channels.iter().map(|channel| channel.visitor.visitor_id.clone()))
    }
}

fn sorted_once<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}
