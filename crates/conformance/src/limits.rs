//! Laws of bounds: the longest texts, the first and last times, the greatest numbers.

use std::sync::Arc;

use omnicontact_domain::contact::{Channel, Contact, Verification};
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::login_attempt::{AttemptOutcome, AttemptSubject, FoldedUsername, LoginAttempt};
use omnicontact_domain::page::Page;
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::text::{CUSTOM_VALUE_LIMIT, KEY_LIMIT, NAME_LIMIT};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::TokenKind;
use omnicontact_domain::user::User;
use omnicontact_domain::version::Version;
use omnicontact_domain::visitor::{LastAgent, Visitor, VisitorManager};
use omnicontact_ports::{RoleRecord, Store, UserFilter, UserOrder, VisitorFilter};

use crate::data::{
    NOW, channel, contact, custom_filter, personal, role, texts, user, user_email, visitor,
    visitor_with_values,
};
use crate::steps::{
    add_contacts, add_users, add_visitors, find_contact, find_user, find_visitor, who_fits, who_has_email,
    who_has_token,
};

/// A text of characters that take four bytes each and do not repeat soon, so that it hardly compresses.
fn long(length: usize, start: u32) -> String {
    (0..length)
        .filter_map(|n| char::from_u32(0x2_0000 + (start + u32::try_from(n).ok()? * 7919) % 0xa000))
        .collect()
}

pub async fn the_longest_texts_are_stored_and_found(store: Arc<dyn Store>) {
    let [token, email, phone, username] = [1, 2, 3, 4].map(|start| long(KEY_LIMIT, start));
    assert_eq!(token.len(), 4 * KEY_LIMIT);
    let known = Visitor {
        username: Some(username.clone()),
        name: Some(long(NAME_LIMIT, 5)),
        emails: texts(&[&email]),
        phones: texts(&[&phone]),
        manager: Some(VisitorManager { user_id: None, username: username.clone(), name: None, emails: None }),
        ..visitor("v1", &token)
    };
    add_visitors(&*store, std::slice::from_ref(&known)).await;
    assert_eq!(find_visitor(&*store, &known.id).await, Some(known));
    assert_eq!(who_has_token(&*store, &token).await.as_deref(), Some("v1"));
    assert_eq!(who_has_email(&*store, &email).await.as_deref(), Some("v1"));
    let by_phone = VisitorFilter { phone: Some(phone.clone()), ..VisitorFilter::default() };
    assert_eq!(who_fits(&*store, &by_phone).await.as_deref(), Some("v1"));

    let kim = User { emails: vec![user_email(&email)], ..user("u1", &username) };
    add_users(&*store, std::slice::from_ref(&kim)).await;
    let mut view = store.read().await.unwrap();
    assert_eq!(view.users().find_by_username(&username).await.unwrap().as_ref(), Some(&kim));
    assert_eq!(view.users().find_by_email(&email).await.unwrap(), Some(kim));
    drop(view);

    let verification = Verification { field: "email".into(), value: email.clone(), verified_at: NOW };
    let proven = Channel { verification: Some(verification), ..channel(&"v1".into()) };
    let known = Contact {
        emails: texts(&[&email]),
        phones: texts(&[&phone]),
        channels: vec![proven],
        ..contact("c1")
    };
    add_contacts(&*store, std::slice::from_ref(&known)).await;
    let mut view = store.read().await.unwrap();
    assert_eq!(view.contacts().find_by_email(&EmailKey::of(&email)).await.unwrap().as_ref(), Some(&known));
    assert_eq!(view.contacts().find_by_phone(&PhoneKey::of(&phone)).await.unwrap(), Some(known));
}

pub async fn the_longest_names_are_stored_and_found(store: Arc<dyn Store>) {
    let kim = User { name: Some(long(NAME_LIMIT, 1)), ..user("u1", "kim") };
    let jane = User { name: Some("a".repeat(NAME_LIMIT)), ..user("u2", "jane") };
    add_users(&*store, &[kim.clone(), jane.clone()]).await;
    let order = [(UserOrder::Name, Direction::Ascending)];
    let mut view = store.read().await.unwrap();
    let found = view.users().list_page(&UserFilter::default(), &order, Page::ALL).await.unwrap();
    assert_eq!(found.users, [jane, kim]);
    drop(view);

    let long_role = RoleRecord { name: long(KEY_LIMIT, 2), ..role("a") };
    let personal = personal("p1", &long(KEY_LIMIT, 3));
    let TokenKind::Personal { name, .. } = &personal.kind else { panic!("a personal token") };
    let mut tx = store.begin().await.unwrap();
    tx.access().add_role(&long_role).await.unwrap();
    let found = tx.access().find_role_by_name(&long_role.name).await.unwrap();
    assert_eq!(found.as_ref(), Some(&long_role));
    tx.tokens().add(&"u1".into(), &personal).await.unwrap();
    assert_eq!(tx.tokens().find_by_name(&"u1".into(), name).await.unwrap().as_ref(), Some(&personal));
    tx.commit().await.unwrap();
}

pub async fn attempts_with_any_username_are_counted(store: Arc<dyn Store>) {
    for (number, hostile) in
        [long(100_000, 1), "\0\u{1}'\"\\".repeat(9), "İ".repeat(KEY_LIMIT)].iter().enumerate()
    {
        let username = FoldedUsername::of(hostile);
        let attempt = LoginAttempt {
            id: number.to_string(),
            at: NOW,
            outcome: AttemptOutcome::Failed,
            address: None,
            username: Some(username.clone()),
            user_id: None,
        };
        let mut tx = store.begin().await.unwrap();
        tx.login_attempts().add(&attempt).await.unwrap();
        let subject = AttemptSubject::Username(username);
        let counted = tx.login_attempts().count_failures(&subject, Timestamp::MIN, u32::MAX).await.unwrap();
        assert_eq!(counted, 1);
        tx.commit().await.unwrap();
    }
}

pub async fn the_longest_custom_values_are_stored_and_found(store: Arc<dyn Store>) {
    let value = long(CUSTOM_VALUE_LIMIT, 6);
    let known = visitor_with_values("v1", &[("long", &value), ("short", "x")]);
    add_visitors(&*store, std::slice::from_ref(&known)).await;
    assert_eq!(find_visitor(&*store, &known.id).await, Some(known));
    let end: String = value.chars().skip(CUSTOM_VALUE_LIMIT - 3).collect();
    for text in [value.as_str(), end.as_str()] {
        assert_eq!(who_fits(&*store, &custom_filter(&[("long", text)])).await.as_deref(), Some("v1"));
    }
    assert_eq!(who_fits(&*store, &custom_filter(&[("long", &format!("{value}x"))])).await, None);
}

pub async fn the_first_and_last_times_are_stored(store: Arc<dyn Store>) {
    for (id, time) in
        [("first", Timestamp::MIN), ("zero", Timestamp::from_millis(0)), ("last", Timestamp::MAX)]
    {
        let agent = LastAgent { agent_id: "u1".into(), username: "kim".into(), ts: time };
        let seen = Visitor { ts: Some(time), updated_at: time, last_agent: Some(agent), ..visitor(id, id) };
        add_visitors(&*store, std::slice::from_ref(&seen)).await;
        assert_eq!(find_visitor(&*store, &seen.id).await, Some(seen));
        let made = Contact { created_at: time, updated_at: time, ..contact(id) };
        add_contacts(&*store, std::slice::from_ref(&made)).await;
        assert_eq!(find_contact(&*store, &made.id).await, Some(made));
        let made = User { last_login: Some(time), created_at: time, updated_at: time, ..user(id, id) };
        add_users(&*store, std::slice::from_ref(&made)).await;
        assert_eq!(find_user(&*store, &made.id).await, Some(made));
    }
}

pub async fn the_greatest_versions_and_counts_are_accepted(store: Arc<dyn Store>) {
    let old = Visitor { version: Version::new(i64::MAX - 1), ..visitor("v1", "t1") };
    add_visitors(&*store, std::slice::from_ref(&old)).await;
    let mut tx = store.begin().await.unwrap();
    tx.visitors().update(&old).await.unwrap();
    assert_eq!(tx.visitors().find(&old.id).await.unwrap().unwrap().version, Version::new(i64::MAX));
    assert_eq!(tx.users().list(None, u32::MAX).await.unwrap(), []);
    tx.tokens().remove_oldest_sessions(&"u1".into(), u32::MAX).await.unwrap();
    tx.commit().await.unwrap();
}
