//! Laws of contacts: round trips, look-ups by canonical keys and channels, updates, adding many.

use std::sync::Arc;

use omnicontact_domain::contact::{Association, Channel, Contact, Verification};
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::version::Version;
use omnicontact_ports::Store;

use crate::data::arbitrary::{self, samples};
use crate::data::{NOW, channel, contact, later, texts};
use crate::steps::{add_contacts, assert_stale, find_contact};

/// Arbitrary contacts, made one of a kind.
pub(crate) fn arbitrary_contacts() -> Vec<Contact> {
    let unique =
        |(number, contact): (u16, Contact)| Contact { id: format!("c{number:03}").into(), ..contact };
    samples(&arbitrary::contact()).into_iter().map(unique).collect()
}

async fn update(store: &dyn Store, contact: &Contact) {
    let mut tx = store.begin().await.unwrap();
    tx.contacts().update(contact).await.unwrap();
    tx.commit().await.unwrap();
}

/// The id of the oldest contact with that address.
async fn who_has_email(store: &dyn Store, address: &str) -> Option<String> {
    let found = store.read().await.unwrap().contacts().find_by_email(&EmailKey::of(address)).await.unwrap();
    found.map(|contact| contact.id.into_string())
}

/// The id of the oldest contact with that number.
async fn who_has_phone(store: &dyn Store, number: &str) -> Option<String> {
    let found = store.read().await.unwrap().contacts().find_by_phone(&PhoneKey::of(number)).await.unwrap();
    found.map(|contact| contact.id.into_string())
}

/// The id of the oldest contact with a channel of that visitor.
async fn whose_visitor(store: &dyn Store, visitor: &str) -> Option<String> {
    let found = store.read().await.unwrap().contacts().find_by_visitor(&visitor.into()).await.unwrap();
    found.map(|contact| contact.id.into_string())
}

pub async fn every_field_survives_the_round_trip(store: Arc<dyn Store>) {
    let contacts = arbitrary_contacts();
    add_contacts(&*store, &contacts).await;
    for contact in contacts {
        assert_eq!(find_contact(&*store, &contact.id).await, Some(contact));
    }
}

pub async fn every_field_survives_an_update(store: Arc<dyn Store>) {
    let mut stored = contact("c1");
    add_contacts(&*store, std::slice::from_ref(&stored)).await;
    let mut tx = store.begin().await.unwrap();
    for arbitrary in arbitrary_contacts() {
        let changed = Contact { id: stored.id.clone(), version: stored.version, ..arbitrary };
        tx.contacts().update(&changed).await.unwrap();
        stored = Contact { version: changed.version.next(), ..changed };
        assert_eq!(tx.contacts().find(&stored.id).await.unwrap().as_ref(), Some(&stored));
    }
    tx.commit().await.unwrap();
}

pub async fn an_unknown_contact_is_none(store: Arc<dyn Store>) {
    let known = Contact {
        emails: texts(&["a@x"]),
        phones: texts(&["+4930123456"]),
        channels: vec![channel(&"v1".into())],
        ..contact("c1")
    };
    add_contacts(&*store, &[known]).await;
    assert_eq!(find_contact(&*store, &"C1".into()).await, None);
    assert_eq!(who_has_email(&*store, "b@x").await, None);
    assert_eq!(who_has_phone(&*store, "+4930123457").await, None);
    assert_eq!(whose_visitor(&*store, "V1").await, None);
    assert_eq!(whose_visitor(&*store, "").await, None);
}

pub async fn the_oldest_contact_is_found(store: Arc<dyn Store>) {
    let made = |id: &str, at: i64| Contact {
        emails: texts(&["a@x"]),
        phones: texts(&["+4930123456"]),
        channels: vec![channel(&"v1".into())],
        created_at: later(at),
        ..contact(id)
    };
    add_contacts(&*store, &[made("c4", 1), made("c1", 2), made("c3", 1), made("c2", 3)]).await;
    // Of two that were made at the same time the lesser id decides.
    assert_eq!(who_has_email(&*store, "a@x").await.as_deref(), Some("c3"));
    assert_eq!(who_has_phone(&*store, "+4930123456").await.as_deref(), Some("c3"));
    assert_eq!(whose_visitor(&*store, "v1").await.as_deref(), Some("c3"));
}

pub async fn addresses_and_numbers_are_found_by_their_keys(store: Arc<dyn Store>) {
    let known = Contact {
        emails: texts(&["Mara@Example.org", " mara@example.ORG ", "ÀÉ@x"]),
        phones: texts(&["+49 (30) 123456", "+4930123456", "call me"]),
        ..contact("c1")
    };
    add_contacts(&*store, std::slice::from_ref(&known)).await;
    for address in ["mara@example.org", "MARA@EXAMPLE.ORG", "àé@x"] {
        assert_eq!(who_has_email(&*store, address).await.as_deref(), Some("c1"), "{address}");
    }
    for number in ["+49 30 123456", "tel:+49-30-123456", "call me"] {
        assert_eq!(who_has_phone(&*store, number).await.as_deref(), Some("c1"), "{number}");
    }
    assert_eq!(find_contact(&*store, &known.id).await, Some(known), "what was given stays verbatim");
}

pub async fn contacts_with_a_manager_are_found_by_their_address(store: Arc<dyn Store>) {
    let managed = |id: &str, address: &str, manager: Option<&str>, made: i64| Contact {
        emails: texts(&[address]),
        manager: manager.map(Into::into),
        created_at: later(made),
        ..contact(id)
    };
    let contacts = [
        managed("c1", "mara@x", None, 1),
        managed("c2", "Mara@X", Some("u1"), 3),
        managed("c3", "mara@x", Some("u2"), 2),
        managed("c4", "kim@x", Some("u1"), 1),
        managed("c5", "mara@x", Some("u1"), 4),
    ];
    add_contacts(&*store, &contacts).await;
    let mut view = store.read().await.unwrap();
    for (address, limit, expected) in
        [("MARA@x", 2, &["c3", "c2"][..]), ("mara@x", 10, &["c3", "c2", "c5"]), ("nobody@x", 10, &[])]
    {
        let found = view.contacts().list_managed_by_email(&EmailKey::of(address), limit).await.unwrap();
        let ids: Vec<_> = found.iter().map(|contact| contact.id.as_str()).collect();
        assert_eq!(ids, expected, "{address} {limit}");
    }
}

pub async fn contacts_are_counted_by_their_last_month_erased_or_not(store: Arc<dyn Store>) {
    let active = |id: &str, months: &[&str]| Contact { activity: texts(months), ..contact(id) };
    let contacts = [
        active("c1", &["2026-10", "2026-11"]),
        active("c2", &["2026-11"]),
        active("c3", &["2026-10"]),
        active("c4", &[]),
        contact("c5"),
    ];
    add_contacts(&*store, &contacts).await;
    let count = async |month: &str| store.read().await.unwrap().contacts().count_active(month).await.unwrap();
    assert_eq!([count("2026-11").await, count("2026-10").await, count("2026-09").await], [2, 1, 0]);
    let mut gone = contacts[1].clone();
    gone.erase(later(1));
    update(&*store, &gone).await;
    assert_eq!(count("2026-11").await, 2, "whoever was erased was active all the same");
    update(&*store, &active("c3", &["2026-10", "2026-11"])).await;
    assert_eq!([count("2026-11").await, count("2026-10").await], [3, 0]);
    let mut tx = store.begin().await.unwrap();
    tx.contacts().remove(&"c1".into()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count("2026-11").await, 2);
}

pub async fn keys_follow_updates(store: Arc<dyn Store>) {
    let old = Contact {
        emails: texts(&["old@x", "both@x"]),
        phones: texts(&["+4930111111", "+4930222222"]),
        channels: vec![channel(&"old".into()), channel(&"both".into())],
        ..contact("c1")
    };
    add_contacts(&*store, std::slice::from_ref(&old)).await;
    let new = Contact {
        emails: texts(&["NEW@x", "BOTH@x"]),
        phones: texts(&["+49 30 222222", "+4930333333"]),
        channels: vec![channel(&"both".into()), channel(&"new".into())],
        ..old
    };
    update(&*store, &new).await;
    assert_eq!(who_has_email(&*store, "old@x").await, None);
    assert_eq!(who_has_phone(&*store, "+4930111111").await, None);
    assert_eq!(whose_visitor(&*store, "old").await, None);
    for found in [
        who_has_email(&*store, "new@x").await,
        who_has_email(&*store, "both@x").await,
        who_has_phone(&*store, "+4930222222").await,
        who_has_phone(&*store, "+4930333333").await,
        whose_visitor(&*store, "both").await,
        whose_visitor(&*store, "new").await,
    ] {
        assert_eq!(found.as_deref(), Some("c1"));
    }
}

pub async fn channels_find_the_contact_of_a_visitor(store: Arc<dyn Store>) {
    let visitor = "v1".into();
    let widget = channel(&visitor);
    let verification = Verification { field: "email".into(), value: "a@x".into(), verified_at: NOW };
    let inbox = Channel {
        visitor: Association {
            source_type: "email".into(),
            source_id: Some("i1".into()),
            ..widget.visitor.clone()
        },
        verification: Some(verification),
        ..widget.clone()
    };
    // The same channel twice, and two channels proven by the same address, are stored as they are.
    let known = Contact { channels: vec![widget.clone(), widget, inbox.clone(), inbox], ..contact("c1") };
    add_contacts(&*store, &[known.clone(), contact("c2")]).await;
    assert_eq!(whose_visitor(&*store, "v1").await.as_deref(), Some("c1"));
    assert_eq!(find_contact(&*store, &known.id).await.as_ref(), Some(&known));
    update(&*store, &Contact { channels: vec![], ..known }).await;
    assert_eq!(whose_visitor(&*store, "v1").await, None);
}

pub async fn a_stale_contact_update_is_refused_and_writes_nothing(store: Arc<dyn Store>) {
    let first = Contact { emails: texts(&["a@x"]), ..contact("c1") };
    add_contacts(&*store, std::slice::from_ref(&first)).await;
    update(&*store, &Contact { name: Some("Second".into()), ..first.clone() }).await;
    let second = find_contact(&*store, &first.id).await.unwrap();
    assert_eq!(second.version, first.version.next());

    let stale =
        Contact { emails: texts(&["stale@x"]), channels: vec![channel(&"v9".into())], ..first.clone() };
    let early = Contact { version: Version::new(99), ..stale.clone() };
    let missing = Contact { id: "c9".into(), ..stale.clone() };
    let mut tx = store.begin().await.unwrap();
    for refused in [stale, early, missing] {
        assert_stale(&tx.contacts().update(&refused).await);
    }
    tx.commit().await.unwrap();
    assert_eq!(find_contact(&*store, &first.id).await, Some(second));
    assert_eq!(find_contact(&*store, &"c9".into()).await, None);
    assert_eq!(who_has_email(&*store, "stale@x").await, None);
    assert_eq!(whose_visitor(&*store, "v9").await, None);
    assert_eq!(who_has_email(&*store, "a@x").await.as_deref(), Some("c1"));
}

pub async fn adding_many_contacts_skips_those_that_exist(store: Arc<dyn Store>) {
    let stored = Contact { emails: texts(&["a@x"]), ..contact("c1") };
    add_contacts(&*store, std::slice::from_ref(&stored)).await;
    let other =
        Contact { emails: texts(&["other@x"]), channels: vec![channel(&"v9".into())], ..contact("c1") };
    let mut contacts = vec![other];
    contacts.extend((1000..3000).map(|number| Contact {
        emails: texts(&[&format!("{number}@x"), &format!("second-{number}@x")]),
        phones: texts(&[&format!("+4930555{number}")]),
        channels: vec![channel(&format!("v{number}").into())],
        ..contact(&format!("c{number}"))
    }));
    contacts.extend(arbitrary_contacts());
    let new = contacts.len() as u64 - 1;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.contacts().add_many(&contacts).await.unwrap(), new);
    assert_eq!(tx.contacts().add_many(&contacts).await.unwrap(), 0);
    assert_eq!(tx.contacts().add_many(&[]).await.unwrap(), 0);
    for contact in &contacts[1..] {
        assert_eq!(tx.contacts().find(&contact.id).await.unwrap().as_ref(), Some(contact));
    }
    tx.commit().await.unwrap();
    assert_eq!(find_contact(&*store, &stored.id).await, Some(stored));
    assert_eq!(who_has_email(&*store, "other@x").await, None);
    assert_eq!(whose_visitor(&*store, "v9").await, None);
    for number in [1000, 1999, 2999] {
        let id = Some(format!("c{number}"));
        assert_eq!(who_has_email(&*store, &format!("SECOND-{number}@x")).await, id);
        assert_eq!(who_has_phone(&*store, &format!("+49 30 555{number}")).await, id);
        assert_eq!(whose_visitor(&*store, &format!("v{number}")).await, id);
    }
}

pub async fn an_erased_contact_is_found_by_id_only(store: Arc<dyn Store>) {
    let known = Contact {
        emails: texts(&["a@x"]),
        phones: texts(&["+4930123456"]),
        channels: vec![channel(&"v1".into())],
        ..contact("c1")
    };
    add_contacts(&*store, &[known]).await;
    let erased = Contact { name: None, enabled: false, ..contact("c1") };
    update(&*store, &erased).await;
    assert_eq!(who_has_email(&*store, "a@x").await, None);
    assert_eq!(who_has_phone(&*store, "+4930123456").await, None);
    assert_eq!(whose_visitor(&*store, "v1").await, None);
    let left = Contact { version: erased.version.next(), ..erased };
    assert_eq!(find_contact(&*store, &left.id).await, Some(left));
}

pub async fn many_contacts_are_found_as_each_alone(store: Arc<dyn Store>) {
    let contacts = arbitrary_contacts();
    add_contacts(&*store, &contacts).await;
    let mut ids: Vec<_> = contacts.iter().map(|contact| contact.id.clone()).collect();
    // Twice, unknown, almost known.
    ids.extend([ids[1].clone(), "unknown".into(), "C001".into(), "".into()]);
    ids.reverse();
    for some in [&ids[..], &ids[..1], &ids[3..4], &[]] {
        let mut alone = Vec::new();
        for id in some {
            alone.push(store.find_contact(id).await.unwrap());
        }
        assert_eq!(store.find_contacts(some).await.unwrap(), alone);
    }
    assert_eq!(store.find_contact(&contacts[1].id).await.unwrap().as_ref(), Some(&contacts[1]));
}

pub async fn addresses_and_numbers_are_known_as_long_as_a_contact_has_them(store: Arc<dyn Store>) {
    let knows = async |address: &str, numbers: &[&str]| {
        let keys: Vec<_> = numbers.iter().map(|number| PhoneKey::of(number)).collect();
        let known = store.knows_email(&EmailKey::of(address)).await.unwrap();
        (known, store.knows_phone(&keys).await.unwrap())
    };
    let mut stored = contact("c1");
    stored.emails = texts(&["Mara@x.org"]);
    stored.phones = texts(&["+49 30 12"]);
    assert_eq!(knows("mara@X.org", &["+493012"]).await, (false, false));
    add_contacts(&*store, std::slice::from_ref(&stored)).await;
    assert_eq!(knows("mara@X.org", &["+493012"]).await, (true, true));
    assert_eq!(knows("mara@x.or", &["1", "+49-30-12", "2"]).await, (false, true));
    assert_eq!(knows("", &[]).await, (false, false));
    stored.erase(later(1));
    update(&*store, &stored).await;
    assert_eq!(knows("mara@X.org", &["+493012"]).await, (false, false));
}
