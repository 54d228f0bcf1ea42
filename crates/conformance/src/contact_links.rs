//! Laws of what links contacts and visitors: channels, prepared contacts, removal.

use std::sync::Arc;

use omnicontact_domain::contact::{Association, Channel, Contact, Source};
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::ContactId;
use omnicontact_domain::phone::PhoneKey;
use omnicontact_ports::Store;

use crate::data::{contact, texts};
use crate::steps::{add_contacts, find_contact};

fn channel(visitor: &str, kind: &str, id: Option<&str>) -> Channel {
    let source = Source { kind: kind.into(), id: id.map(str::to_owned), ..Source::default() };
    Channel::new(visitor.into(), source)
}

async fn who_has(store: &dyn Store, visitor: &str, kind: &str, id: Option<&str>) -> Option<String> {
    let wanted = Association::new(visitor.into(), kind.into(), id.map(str::to_owned));
    let found = store.read().await.unwrap().contacts().find_by_channel(&wanted).await.unwrap();
    found.map(|contact| contact.id.into_string())
}

async fn contacts_of(store: &dyn Store, visitor: &str) -> Vec<String> {
    let mut tx = store.read().await.unwrap();
    let ids = tx.contacts().list_ids_by_visitor(&visitor.into()).await.unwrap();
    ids.into_iter().map(ContactId::into_string).collect()
}

async fn prepared(store: &dyn Store, emails: &[&str], phones: &[&str]) -> Option<String> {
    let emails: Vec<_> = emails.iter().map(|address| EmailKey::of(address)).collect();
    let phones: Vec<_> = phones.iter().map(|number| PhoneKey::of(number)).collect();
    let found = store.read().await.unwrap().contacts().find_prepared(&emails, &phones).await.unwrap();
    found.map(|contact| contact.id.into_string())
}

pub async fn a_channel_is_found_by_what_is_meant(store: Arc<dyn Store>) {
    let mail = Contact {
        channels: vec![channel("v1", "email", Some("i1")), channel("v1", "email", Some("i2"))],
        ..contact("c1")
    };
    let others = Contact {
        channels: vec![channel("v1", "api", None), channel("v1", "email", Some("i2"))],
        ..contact("c2")
    };
    add_contacts(&*store, &[others, mail]).await;
    for (visitor, kind, id, expected) in [
        ("v1", "email", Some("i1"), Some("c1")),
        ("v1", "email", Some("i2"), Some("c1")),
        ("v1", "email", Some(""), Some("c1")),
        ("v1", "email", None, Some("c1")),
        ("v1", "api", None, Some("c2")),
        ("v1", "api", Some("i1"), None),
        ("v1", "email", Some("I1"), None),
        ("v1", "sms", None, None),
        ("v2", "api", None, None),
    ] {
        let found = who_has(&*store, visitor, kind, id).await;
        assert_eq!(found.as_deref(), expected, "{visitor} {kind} {id:?}");
    }
}

pub async fn all_contacts_of_a_visitor_are_listed_by_id(store: Arc<dyn Store>) {
    let with = |id: &str, channels| Contact { channels, ..contact(id) };
    let contacts = [
        with("c3", vec![channel("v1", "api", None)]),
        with("c1", vec![channel("v1", "sms", None), channel("v1", "api", None), channel("v2", "api", None)]),
        with("c2", vec![]),
    ];
    add_contacts(&*store, &contacts).await;
    assert_eq!(contacts_of(&*store, "v1").await, ["c1", "c3"]);
    assert_eq!(contacts_of(&*store, "v2").await, ["c1"]);
    assert_eq!(contacts_of(&*store, "v").await, [""; 0]);
}

pub async fn the_oldest_prepared_contact_is_found_by_any_key(store: Arc<dyn Store>) {
    let with = |id: &str, email: &str, phone: &str, waits: Option<bool>| Contact {
        emails: texts(&[email]),
        phones: texts(&[phone]),
        pre_registration: waits,
        ..contact(id)
    };
    let contacts = [
        with("c4", "Mara@X.example", "+49 30 1111111", Some(true)),
        with("c3", "mara@x.example", "+49 30 2222222", Some(true)),
        with("c2", "mara@x.example", "+49 30 3333333", Some(false)),
        with("c1", "mara@x.example", "+49 30 3333333", None),
    ];
    add_contacts(&*store, &contacts).await;
    for (emails, phones, expected) in [
        (&["MARA@x.example"][..], &[][..], Some("c3")),
        (&[], &["+49301111111"], Some("c4")),
        (&["nobody@x.example"], &["+49301111111", "+49302222222"], Some("c3")),
        (&["nobody@x.example", "mara@x.example"], &["+49301111111"], Some("c3")),
        (&[], &["+49303333333"], None),
        (&[], &[], None),
    ] {
        assert_eq!(prepared(&*store, emails, phones).await.as_deref(), expected, "{emails:?} {phones:?}");
    }
}

pub async fn an_adopted_contact_waits_no_more(store: Arc<dyn Store>) {
    let waiting = Contact { emails: texts(&["a@x"]), pre_registration: Some(true), ..contact("c1") };
    add_contacts(&*store, std::slice::from_ref(&waiting)).await;
    assert_eq!(prepared(&*store, &["a@x"], &[]).await.as_deref(), Some("c1"));
    let mut tx = store.begin().await.unwrap();
    tx.contacts().update(&Contact { pre_registration: Some(false), ..waiting }).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(prepared(&*store, &["a@x"], &[]).await, None);
}

pub async fn nothing_finds_a_removed_contact(store: Arc<dyn Store>) {
    let with = |id: &str| Contact {
        emails: texts(&["a@x"]),
        phones: texts(&["+49301111111"]),
        channels: vec![channel("v1", "api", None)],
        pre_registration: Some(true),
        ..contact(id)
    };
    add_contacts(&*store, &[with("c1"), with("c2")]).await;
    let mut tx = store.begin().await.unwrap();
    tx.contacts().remove(&"c1".into()).await.unwrap();
    tx.contacts().remove(&"unknown".into()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(find_contact(&*store, &"c1".into()).await, None);
    assert_eq!(find_contact(&*store, &"c2".into()).await, Some(with("c2")));
    assert_eq!(who_has(&*store, "v1", "api", None).await.as_deref(), Some("c2"));
    assert_eq!(contacts_of(&*store, "v1").await, ["c2"]);
    assert_eq!(prepared(&*store, &["a@x"], &["+49301111111"]).await.as_deref(), Some("c2"));
}
