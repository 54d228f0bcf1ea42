//! Laws of the look-up behind every request: user, roles, token, setting and grants in one answer.

use std::sync::Arc;

use omnicontact_domain::email::EmailKey;
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::policy::Grants;
use omnicontact_domain::setting::{LOGIN_EXPIRATION, SettingValues};
use omnicontact_domain::token::LoginToken;
use omnicontact_domain::user::User;
use omnicontact_domain::value::Value;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{Prefetch, Prefetched, Session, SessionKey, SessionQuestion, Store};

use crate::contacts::arbitrary_contacts;
use crate::data::arbitrary::{self, samples};
use crate::data::{NOW, later, permission, personal, role, role_ids, session, user, visitor};
use crate::steps::{add_access, add_contacts, add_tokens, add_users, add_visitors, find_visitor};
use crate::visitors::arbitrary_visitors;

pub(crate) fn key(user: &str, token: &LoginToken) -> SessionKey {
    SessionKey { user_id: user.into(), token: token.hashed.clone() }
}

/// Asks `store` one question about a session.
async fn ask(
    store: &dyn Store,
    key: SessionKey,
    permissions: &[PermissionId],
    settings: &[&'static str],
) -> Option<Session> {
    let question = SessionQuestion {
        permissions: permissions.to_vec(),
        settings: settings.to_vec(),
        ..SessionQuestion::of(key)
    };
    store.find_session(question).await.unwrap()
}

fn permissions(ids: &[&str]) -> Vec<PermissionId> {
    ids.iter().map(|id| PermissionId::from((*id).to_owned())).collect()
}

/// The user `u1` with roles in an order that is not theirs, a session `s1` and grants.
pub(crate) async fn prepare(store: &dyn Store) -> LoginToken {
    let granted = [permission("p1", &["z", "a", "m"]), permission("p2", &["m"]), permission("p3", &[])];
    add_access(store, &["a", "m", "z"].map(role), &granted).await;
    let kim = User { roles: role_ids(&["m", "z", "a"]), ..user("u1", "Kim") };
    add_users(store, &[kim, user("u2", "other")]).await;
    let token = session("s1", later(7));
    add_tokens(store, &"u1".into(), std::slice::from_ref(&token)).await;
    token
}

async fn find(store: &dyn Store, token: &LoginToken, asked: &[&str]) -> Session {
    ask(store, key("u1", token), &permissions(asked), &[LOGIN_EXPIRATION]).await.expect("a session")
}

pub async fn an_unknown_token_has_no_session(store: Arc<dyn Store>) {
    let token = prepare(&*store).await;
    let asked = permissions(&["p1"]);
    for unknown in [
        key("u1", &session("s2", NOW)),
        key("u1", &session("S1", NOW)),
        key("u1", &session("", NOW)),
        key("u2", &token),
        key("U1", &token),
        key("", &token),
        key("unknown", &token),
    ] {
        assert_eq!(ask(&*store, unknown.clone(), &asked, &[]).await, None, "{unknown:?}");
    }
    assert!(ask(&*store, key("u1", &token), &asked, &[]).await.is_some());
}

pub async fn a_session_holds_what_is_stored_behind_the_token(store: Arc<dyn Store>) {
    let token = prepare(&*store).await;
    let expected = Session {
        user_id: "u1".into(),
        username: Some("Kim".into()),
        roles: role_ids(&["m", "z", "a"]),
        token: token.clone(),
        settings: SettingValues::default(),
        grants: Grants::default(),
        prefetched: None,
    };
    assert_eq!(find(&*store, &token, &[]).await, expected);

    let personal = personal("p1", "bot \u{1f600}");
    add_tokens(&*store, &"u1".into(), std::slice::from_ref(&personal)).await;
    assert_eq!(find(&*store, &personal, &[]).await, Session { token: personal, ..expected.clone() });

    add_users(&*store, &[User { username: None, ..user("u3", "") }]).await;
    let nameless = session("s3", NOW);
    add_tokens(&*store, &"u3".into(), std::slice::from_ref(&nameless)).await;
    let found = ask(&*store, key("u3", &nameless), &[], &[]).await;
    let bare = Session { user_id: "u3".into(), username: None, roles: vec![], token: nameless, ..expected };
    assert_eq!(found, Some(bare));
}

pub async fn a_session_holds_exactly_the_grants_asked_about(store: Arc<dyn Store>) {
    let token = prepare(&*store).await;
    let roles = |grants: &Grants, id: &str| grants.roles_of(&PermissionId::from(id.to_owned())).to_vec();
    let grants = find(&*store, &token, &["p1", "p3", "unknown", "p1", ""]).await.grants;
    assert_eq!(roles(&grants, "p1"), role_ids(&["z", "a", "m"]));
    for without in ["p2", "p3", "unknown", "P1", ""] {
        assert_eq!(roles(&grants, without), [], "{without}");
    }
    let grants = find(&*store, &token, &["p2", "p1"]).await.grants;
    assert_eq!(roles(&grants, "p1"), role_ids(&["z", "a", "m"]));
    assert_eq!(roles(&grants, "p2"), role_ids(&["m"]));
    let grants = find(&*store, &token, &[]).await.grants;
    assert_eq!(roles(&grants, "p1"), []);
}

pub async fn a_session_holds_exactly_the_settings_asked_about(store: Arc<dyn Store>) {
    let token = prepare(&*store).await;
    for (number, value) in samples(&arbitrary::value()) {
        let stored = [("S0", Value::from(f64::from(number).to_string())), ("S1", value), ("s1", Value::Null)];
        let mut tx = store.begin().await.unwrap();
        for (id, value) in &stored {
            tx.settings().update(id, value, NOW).await.unwrap();
        }
        tx.commit().await.unwrap();
        let asked = [&["S1", "S0", "s1"][..], &["S1"], &["s1", "unknown", "S0", "s1"], &[]];
        let asked = asked[usize::from(number % 4)];
        let session = ask(&*store, key("u1", &token), &permissions(&["p1"]), asked).await;
        let session = session.expect("a session");
        for (id, value) in &stored {
            let expected = asked.contains(id).then_some(value);
            assert_eq!(session.settings.stored(id), expected, "{id} of {asked:?}");
        }
        assert_eq!(session.settings.stored("unknown"), None);
        assert_eq!(session.grants.roles_of(&PermissionId::known("p1")), role_ids(&["z", "a", "m"]));
    }
}

pub async fn changed_grants_are_seen_at_once(store: Arc<dyn Store>) {
    let token = prepare(&*store).await;
    let asked = PermissionId::known("p1");
    for roles in [&["m", "a"][..], &[], &["a", "z", "m"]] {
        let mut tx = store.begin().await.unwrap();
        tx.access().update_permission(&permission("p1", roles)).await.unwrap();
        tx.commit().await.unwrap();
        let session = find(&*store, &token, &["p1"]).await;
        assert_eq!(session.grants.roles_of(&asked), role_ids(roles));
    }
}

pub async fn changed_users_and_settings_are_seen_at_once(store: Arc<dyn Store>) {
    let token = prepare(&*store).await;
    let mut tx = store.begin().await.unwrap();
    let stored = tx.users().find(&"u1".into()).await.unwrap().unwrap();
    let changed = User { username: Some("Jane".into()), roles: role_ids(&["z"]), ..stored };
    tx.users().update(&changed).await.unwrap();
    tx.settings().update(LOGIN_EXPIRATION, &Value::Number(0.5), NOW).await.unwrap();
    tx.settings().update("Another", &Value::Number(1.0), NOW).await.unwrap();
    tx.commit().await.unwrap();
    let session = find(&*store, &token, &[]).await;
    assert_eq!(session.username.as_deref(), Some("Jane"));
    assert_eq!(session.roles, role_ids(&["z"]));
    assert_eq!(session.settings.stored(LOGIN_EXPIRATION), Some(&Value::Number(0.5)));

    let mut tx = store.begin().await.unwrap();
    tx.settings().update(LOGIN_EXPIRATION, &Value::Null, NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(find(&*store, &token, &[]).await.settings.stored(LOGIN_EXPIRATION), Some(&Value::Null));
}

pub async fn what_was_removed_has_no_session(store: Arc<dyn Store>) {
    let token = prepare(&*store).await;
    let second = session("s2", NOW);
    add_tokens(&*store, &"u1".into(), std::slice::from_ref(&second)).await;
    let mut tx = store.begin().await.unwrap();
    tx.tokens().remove(&"u1".into(), &token.hashed).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ask(&*store, key("u1", &token), &[], &[]).await, None);
    assert!(ask(&*store, key("u1", &second), &[], &[]).await.is_some());
    let mut tx = store.begin().await.unwrap();
    tx.users().remove(&"u1".into()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ask(&*store, key("u1", &second), &[], &[]).await, None);
}

pub async fn what_is_not_committed_has_no_session(store: Arc<dyn Store>) {
    prepare(&*store).await;
    let token = session("s2", NOW);
    let mut tx = store.begin().await.unwrap();
    tx.tokens().add(&"u1".into(), &token).await.unwrap();
    assert_eq!(ask(&*store, key("u1", &token), &[], &[]).await, None);
    drop(tx);
    assert_eq!(ask(&*store, key("u1", &token), &[], &[]).await, None);
}

/// What a session may do, of what the law below changes.
async fn standing(store: &dyn Store, token: &LoginToken) -> Option<(bool, bool, Option<f64>)> {
    let asked = PermissionId::known("p1");
    let settings = [LOGIN_EXPIRATION];
    let session = ask(store, key("u1", token), std::slice::from_ref(&asked), &settings).await?;
    let holds = session.grants.roles_of(&asked).contains(&"a".into());
    let days = session.settings.stored(LOGIN_EXPIRATION).and_then(Value::as_number);
    Some((holds, session.roles.contains(&"a".into()), days))
}

pub async fn what_was_committed_is_seen_by_the_very_next_question(store: Arc<dyn Store>) {
    let token = prepare(&*store).await;
    let mut days = None;
    // Several times, so that of several nodes each writes, and each is asked first and last.
    for round in 0..6 {
        for (holds, member) in [(false, true), (false, false), (true, false), (true, true)] {
            let mut tx = store.begin().await.unwrap();
            let roles: &[&str] = if holds { &["z", "a", "m"] } else { &["z", "m"] };
            tx.access().update_permission(&permission("p1", roles)).await.unwrap();
            let kim = tx.users().find(&"u1".into()).await.unwrap().unwrap();
            let roles = role_ids(if member { &["m", "a"] } else { &["m"] });
            tx.users().update(&User { roles, ..kim }).await.unwrap();
            let next = f64::from(round) + 0.5;
            tx.settings().update(LOGIN_EXPIRATION, &Value::Number(next), NOW).await.unwrap();
            let before = standing(&*store, &token).await.unwrap();
            assert_eq!(before.2, days, "nothing is committed yet");
            tx.commit().await.unwrap();
            days = Some(next);
            for _ in 0..=round % 3 {
                assert_eq!(standing(&*store, &token).await, Some((holds, member, days)));
            }
            let found = store.find_settings(&[LOGIN_EXPIRATION]).await.unwrap();
            assert_eq!(found.stored(LOGIN_EXPIRATION), Some(&Value::Number(next)));
        }
        let mut tx = store.begin().await.unwrap();
        tx.tokens().remove(&"u1".into(), &token.hashed).await.unwrap();
        tx.commit().await.unwrap();
        for _ in 0..=round % 3 {
            assert_eq!(standing(&*store, &token).await, None);
        }
        add_tokens(&*store, &"u1".into(), std::slice::from_ref(&token)).await;
        assert_eq!(standing(&*store, &token).await, Some((true, true, days)));
    }
}

pub async fn many_sessions_are_found_as_each_alone(store: Arc<dyn Store>) {
    let token = prepare(&*store).await;
    let (other, personal) = (session("s2", NOW), personal("p1", "bot"));
    add_tokens(&*store, &"u2".into(), std::slice::from_ref(&other)).await;
    add_tokens(&*store, &"u1".into(), std::slice::from_ref(&personal)).await;
    let mut tx = store.begin().await.unwrap();
    tx.settings().update(LOGIN_EXPIRATION, &Value::Number(3.0), NOW).await.unwrap();
    tx.settings().update("Another", &Value::from("x"), NOW).await.unwrap();
    tx.commit().await.unwrap();
    let question =
        |user: &str, token: &LoginToken, asked: &[&str], settings: &[&'static str]| SessionQuestion {
            key: key(user, token),
            permissions: permissions(asked),
            settings: settings.to_vec(),
            prefetch: None,
        };
    let questions = [
        question("u1", &token, &["p1", "p2"], &[LOGIN_EXPIRATION]),
        question("u2", &token, &["p1"], &[]),
        question("u1", &session("unknown", NOW), &["p1"], &[LOGIN_EXPIRATION]),
        question("u2", &other, &["p3", "missing"], &["Another", LOGIN_EXPIRATION]),
        question("u1", &token, &[], &[]),
        question("u1", &personal, &["p2"], &["Another", "missing"]),
        question("u1", &token, &["p1", "p2"], &[LOGIN_EXPIRATION]),
    ];
    for some in [&questions[..], &questions[..1], &questions[1..3], &questions[4..5], &[]] {
        let mut alone = Vec::new();
        for question in some {
            alone.push(store.find_session(question.clone()).await.unwrap());
        }
        assert_eq!(store.find_sessions(some).await.unwrap(), alone);
    }
    assert_eq!(store.find_sessions(&questions).await.unwrap().iter().flatten().count(), 5);
}

/// What is read along with the session of `u1`.
pub(crate) async fn read_along(
    store: &dyn Store,
    token: &LoginToken,
    prefetch: Prefetch,
) -> Option<Prefetched> {
    let question = SessionQuestion { prefetch: Some(prefetch), ..SessionQuestion::of(key("u1", token)) };
    store.find_session(question).await.unwrap().expect("a session").prefetched
}

pub async fn a_record_is_read_along_as_it_is_read_alone(store: Arc<dyn Store>) {
    let token = prepare(&*store).await;
    let (visitors, contacts) = (arbitrary_visitors(), arbitrary_contacts());
    add_visitors(&*store, &visitors).await;
    add_contacts(&*store, &contacts).await;
    let strangers = ["nobody@x.org", "+49 30 0", "", " ", "\u{1f600}"].map(str::to_owned);
    let mut questions = Vec::new();
    let mut expected = Vec::new();
    for visitor in visitors {
        questions.push(Prefetch::Visitor(visitor.id.clone()));
        expected.push(Prefetched::Visitor(visitor.id.clone(), Some(Box::new(visitor))));
    }
    for contact in contacts.clone() {
        questions.push(Prefetch::Contact(contact.id.clone()));
        expected.push(Prefetched::Contact(contact.id.clone(), Some(Box::new(contact))));
    }
    for address in contacts.iter().flat_map(|contact| &contact.emails).flatten().chain(&strangers) {
        let key = EmailKey::of(address);
        questions.push(Prefetch::Email(key.clone()));
        expected.push(Prefetched::Email(key.clone(), store.knows_email(&key).await.unwrap()));
    }
    for number in contacts.iter().flat_map(|contact| &contact.phones).flatten().chain(&strangers) {
        let key = PhoneKey::of(number);
        questions.push(Prefetch::Phone(key.clone()));
        expected.push(Prefetched::Phone(key.clone(), store.knows_phone(&[key]).await.unwrap()));
    }
    for known in [true, false] {
        assert!(expected.iter().any(|read| matches!(read, Prefetched::Email(_, found) if *found == known)));
        assert!(expected.iter().any(|read| matches!(read, Prefetched::Phone(_, found) if *found == known)));
    }
    // Ids of the other kind, and of nobody.
    for id in ["c000", "V000", "u1", "", "\u{1f600}"] {
        questions.push(Prefetch::Visitor(id.into()));
        expected.push(Prefetched::Visitor(id.into(), None));
    }
    for id in ["v000", "C000", ""] {
        questions.push(Prefetch::Contact(id.into()));
        expected.push(Prefetched::Contact(id.into(), None));
    }
    let mut together = Vec::new();
    for (question, expected) in questions.iter().zip(&expected) {
        assert_eq!(read_along(&*store, &token, question.clone()).await.as_ref(), Some(expected));
        let along =
            SessionQuestion { prefetch: Some(question.clone()), ..SessionQuestion::of(key("u1", &token)) };
        together.push(along);
    }
    // One who asks twice, one who asks nothing, and two who are nobody.
    together.push(SessionQuestion {
        prefetch: questions.first().cloned(),
        ..SessionQuestion::of(key("u1", &token))
    });
    together.push(SessionQuestion::of(key("u1", &token)));
    for nobody in [key("u2", &token), key("u1", &session("unknown", NOW))] {
        together
            .push(SessionQuestion { prefetch: questions.first().cloned(), ..SessionQuestion::of(nobody) });
    }
    let answers = store.find_sessions(&together).await.unwrap();
    let mut answers = answers.into_iter().map(|answer| answer.map(|session| session.prefetched));
    for expected in expected.iter().chain(expected.first()) {
        assert_eq!(answers.next().flatten().flatten().as_ref(), Some(expected));
    }
    assert_eq!(answers.collect::<Vec<_>>(), [Some(None), None, None]);
}

pub async fn what_was_committed_is_read_along_by_the_very_next_question(store: Arc<dyn Store>) {
    let token = prepare(&*store).await;
    let asked = Prefetch::Visitor("v1".into());
    assert_eq!(
        read_along(&*store, &token, asked.clone()).await,
        Some(Prefetched::Visitor("v1".into(), None))
    );
    add_visitors(&*store, &[visitor("v1", "t1")]).await;
    for name in ["Mara", "Mira", "Mora"] {
        let stored = find_visitor(&*store, &"v1".into()).await.unwrap();
        let named = Visitor { name: Some(name.to_owned()), ..stored };
        let mut tx = store.begin().await.unwrap();
        tx.visitors().update(&named).await.unwrap();
        let before =
            read_along(&*store, &token, asked.clone()).await.and_then(|read| read.visitor(&named.id));
        assert_ne!(before.flatten().and_then(|visitor| visitor.name), Some(name.to_owned()));
        tx.commit().await.unwrap();
        for _ in 0..3 {
            let read =
                read_along(&*store, &token, asked.clone()).await.and_then(|read| read.visitor(&named.id));
            assert_eq!(read.flatten().and_then(|visitor| visitor.name), Some(name.to_owned()));
        }
    }
}
