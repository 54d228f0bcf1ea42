//! Records that may have been read along with the caller's session already. Use cases decide who may see them, and
//! only then come here.

use omnicontact_domain::contact::Contact;
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{Prefetched, StoreError};

use crate::Context;

/// The visitor with that id, erased or not.
pub(crate) async fn visitor(
    ctx: &Context,
    id: &VisitorId,
    prefetched: Option<Prefetched>,
) -> Result<Option<Visitor>, StoreError> {
    match prefetched.and_then(|prefetched| prefetched.visitor(id)) {
        Some(found) => Ok(found),
        None => ctx.store.find_visitor(id).await,
    }
}

/// The contact with that id, erased or not.
pub(crate) async fn contact(
    ctx: &Context,
    id: &ContactId,
    prefetched: Option<Prefetched>,
) -> Result<Option<Contact>, StoreError> {
    match prefetched.and_then(|prefetched| prefetched.contact(id)) {
        Some(found) => Ok(found),
        None => ctx.store.find_contact(id).await,
    }
}

/// Whether a contact has that address.
pub(crate) async fn email(
    ctx: &Context,
    key: &EmailKey,
    prefetched: Option<Prefetched>,
) -> Result<bool, StoreError> {
    match prefetched.and_then(|prefetched| prefetched.email(key)) {
        Some(known) => Ok(known),
        None => ctx.store.knows_email(key).await,
    }
}

/// Whether a contact has a number of one of these keys, of which the first may have been read.
pub(crate) async fn phone(
    ctx: &Context,
    keys: &[PhoneKey],
    prefetched: Option<Prefetched>,
) -> Result<bool, StoreError> {
    let read = |first| prefetched.and_then(|prefetched| prefetched.phone(first));
    match keys.split_first().map(|(first, others)| (read(first), others)) {
        Some((Some(true), _)) => Ok(true),
        Some((Some(false), [])) => Ok(false),
        Some((Some(false), others)) => ctx.store.knows_phone(others).await,
        Some((None, _)) | None => ctx.store.knows_phone(keys).await,
    }
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::MockStore;

    use super::*;
    use crate::context::test::context;
    use crate::prepared::{mara, visitor as stored};

    #[tokio::test]
    async fn what_was_read_is_not_asked_for_again() {
        let ctx = context(MockStore::new());
        let read = Prefetched::Visitor("v1".into(), Some(Box::new(stored("v1"))));
        assert_eq!(visitor(&ctx, &"v1".into(), Some(read)).await.unwrap(), Some(stored("v1")));
        let read = Prefetched::Visitor("v1".into(), None);
        assert_eq!(visitor(&ctx, &"v1".into(), Some(read)).await.unwrap(), None);
        let read = Prefetched::Contact("c1".into(), Some(Box::new(mara())));
        assert_eq!(contact(&ctx, &"c1".into(), Some(read)).await.unwrap(), Some(mara()));
        for known in [true, false] {
            let (address, number) = (EmailKey::of("mara@x.org"), PhoneKey::of("+49 30 12"));
            let read = Prefetched::Email(address.clone(), known);
            assert_eq!(email(&ctx, &address, Some(read)).await.unwrap(), known);
            let read = Prefetched::Phone(number.clone(), known);
            assert_eq!(phone(&ctx, &[number], Some(read)).await.unwrap(), known);
        }
    }

    #[tokio::test]
    async fn a_number_is_known_by_any_of_its_keys() {
        let keys = ["030 12", "+49 30 12"].map(PhoneKey::of);
        let read = |known| Some(Prefetched::Phone(PhoneKey::of("030 12"), known));
        assert!(
            phone(&context(MockStore::new()), &keys, read(true)).await.unwrap(),
            "nothing is left to ask"
        );
        for known in [true, false] {
            let mut store = MockStore::new();
            let other = [PhoneKey::of("+49 30 12")];
            store.expect_knows_phone().withf(move |asked| *asked == other).return_once(move |_| Ok(known));
            assert_eq!(phone(&context(store), &keys, read(false)).await.unwrap(), known);
        }
    }

    #[tokio::test]
    async fn what_is_another_record_is_asked_for() {
        let others = [
            Some(Prefetched::Visitor("v2".into(), Some(Box::new(stored("v2"))))),
            Some(Prefetched::Contact("c1".into(), None)),
            Some(Prefetched::Contact("v1".into(), None)),
            Some(Prefetched::Visitor("c2".into(), None)),
            Some(Prefetched::Email(EmailKey::of("v1"), true)),
            Some(Prefetched::Phone(PhoneKey::of("1"), true)),
            None,
        ];
        for other in others {
            let mut store = MockStore::new();
            store.expect_find_visitor().once().returning(|id| Ok(Some(stored(id.as_str()))));
            store.expect_find_contact().once().returning(|_| Ok(Some(mara())));
            store.expect_knows_email().once().returning(|_| Ok(false));
            store.expect_knows_phone().once().returning(|_| Ok(false));
            let ctx = context(store);
            assert_eq!(visitor(&ctx, &"v1".into(), other.clone()).await.unwrap(), Some(stored("v1")));
            assert_eq!(contact(&ctx, &"c2".into(), other.clone()).await.unwrap(), Some(mara()));
            assert!(!email(&ctx, &EmailKey::of("mara@x.org"), other.clone()).await.unwrap());
            assert!(!phone(&ctx, &[PhoneKey::of("12")], other).await.unwrap());
        }
    }
}
