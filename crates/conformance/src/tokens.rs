//! Laws of login tokens.

use std::sync::Arc;

use omnicontact_domain::id::UserId;
use omnicontact_domain::token::{HashedToken, LoginToken, TokenKind};
use omnicontact_ports::Store;

use crate::data::arbitrary::{self, samples};
use crate::data::{NOW, later, personal, session, user};
use crate::steps::{add_tokens, add_users};

async fn find(store: &dyn Store, hashed: &HashedToken) -> Option<(UserId, LoginToken)> {
    store.read().await.unwrap().tokens().find(hashed).await.unwrap()
}

/// Which of these tokens are stored.
async fn stored(store: &dyn Store, hashes: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for hashed in hashes {
        if let Some((_, token)) = find(store, &HashedToken::from_stored(*hashed)).await {
            found.push(token.hashed.as_str().to_owned());
        }
    }
    found
}

pub async fn every_field_survives_the_round_trip(store: Arc<dyn Store>) {
    let owner = UserId::from("u1");
    add_users(&*store, &[user("u1", "kim")]).await;
    let unique = |(number, token): (u16, LoginToken)| LoginToken {
        hashed: HashedToken::from_stored(format!("hash {number}")),
        kind: match token.kind {
            TokenKind::Session => TokenKind::Session,
            TokenKind::Personal { name, last_token_part, bypass_two_factor } => {
                TokenKind::Personal { name: format!("{name}-{number}"), last_token_part, bypass_two_factor }
            }
        },
        ..token
    };
    let tokens: Vec<_> = samples(&arbitrary::token()).into_iter().map(unique).collect();
    add_tokens(&*store, &owner, &tokens).await;
    for token in tokens {
        assert_eq!(find(&*store, &token.hashed).await, Some((owner.clone(), token)));
    }
}

pub async fn an_unknown_token_is_none(store: Arc<dyn Store>) {
    add_users(&*store, &[user("u1", "kim")]).await;
    add_tokens(&*store, &"u1".into(), &[session("hash", later(0))]).await;
    for unknown in ["", "HASH", "hash ", "hash="] {
        assert_eq!(find(&*store, &HashedToken::from_stored(unknown)).await, None, "{unknown}");
    }
}

pub async fn only_the_owner_removes_a_token(store: Arc<dyn Store>) {
    add_users(&*store, &[user("u1", "kim"), user("u2", "other")]).await;
    add_tokens(&*store, &"u1".into(), &[session("s1", later(0)), session("s2", later(0))]).await;
    let mut tx = store.begin().await.unwrap();
    tx.tokens().remove(&"u2".into(), &HashedToken::from_stored("s1")).await.unwrap();
    tx.tokens().remove(&"u1".into(), &HashedToken::from_stored("unknown")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(stored(&*store, &["s1", "s2"]).await, ["s1", "s2"]);
    let mut tx = store.begin().await.unwrap();
    tx.tokens().remove(&"u1".into(), &HashedToken::from_stored("s1")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(stored(&*store, &["s1", "s2"]).await, ["s2"]);
}

pub async fn the_newest_sessions_and_all_personal_tokens_stay(store: Arc<dyn Store>) {
    let owner = UserId::from("u1");
    add_users(&*store, &[user("u1", "kim"), user("u2", "other")]).await;
    // Neither the order of addition nor that of the hashes is the order of making.
    let sessions =
        [("s3", 3), ("s1", 9), ("s4", 1), ("s2", 4)].map(|(hashed, at)| session(hashed, later(at)));
    add_tokens(&*store, &owner, &sessions).await;
    let old = LoginToken { created_at: later(-5), ..personal("p1", "old") };
    add_tokens(&*store, &owner, &[old, personal("p2", "new")]).await;
    add_tokens(&*store, &"u2".into(), &[session("o1", later(-9))]).await;
    let all = ["s1", "s2", "s3", "s4", "p1", "p2", "o1"];
    for (keep, left) in [
        (u32::MAX, &all[..]),
        (4, &all[..]),
        (2, &["s1", "s2", "p1", "p2", "o1"]),
        (1, &["s1", "p1", "p2", "o1"]),
        (0, &["p1", "p2", "o1"]),
    ] {
        let mut tx = store.begin().await.unwrap();
        tx.tokens().remove_oldest_sessions(&owner, keep).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(stored(&*store, &all).await, left, "keeping {keep}");
    }
    let mut tx = store.begin().await.unwrap();
    tx.tokens().remove_oldest_sessions(&"unknown".into(), 1).await.unwrap();
}

pub async fn all_tokens_of_one_user_are_removed(store: Arc<dyn Store>) {
    add_users(&*store, &[user("u1", "kim"), user("u2", "other")]).await;
    add_tokens(&*store, &"u1".into(), &[session("s1", later(0)), personal("p1", "bot")]).await;
    add_tokens(&*store, &"u2".into(), &[session("s2", later(0)), personal("p2", "bot")]).await;
    let mut tx = store.begin().await.unwrap();
    tx.tokens().remove_all(&"u1".into()).await.unwrap();
    tx.tokens().remove_all(&"unknown".into()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(stored(&*store, &["s1", "p1", "s2", "p2"]).await, ["s2", "p2"]);
}

pub async fn names_of_personal_tokens_are_one_of_a_kind_for_their_owner_only(store: Arc<dyn Store>) {
    add_users(&*store, &[user("u1", "kim"), user("u2", "other")]).await;
    add_tokens(&*store, &"u1".into(), &[personal("p1", "bot"), personal("p2", "Bot"), personal("p3", "")])
        .await;
    add_tokens(&*store, &"u2".into(), &[personal("p4", "bot")]).await;
    add_tokens(&*store, &"u2".into(), &[session("s1", later(0)), session("s2", later(0))]).await;
    let all = ["p1", "p2", "p3", "p4", "s1", "s2"];
    assert_eq!(stored(&*store, &all).await, all);
}

/// Two users with sessions and personal tokens of the same names.
async fn two_owners(store: &dyn Store) {
    add_users(store, &[user("u1", "kim"), user("u2", "other")]).await;
    let tokens = [session("s2", later(2)), session("s1", later(2)), session("s3", later(1))];
    add_tokens(store, &"u1".into(), &tokens).await;
    add_tokens(store, &"u1".into(), &[personal("p1", "bot"), personal("p2", "Bot")]).await;
    add_tokens(store, &"u2".into(), &[session("o1", later(2)), personal("o2", "bot")]).await;
}

const ALL: [&str; 7] = ["s1", "s2", "s3", "p1", "p2", "o1", "o2"];

pub async fn tokens_of_one_user_are_listed_by_time(store: Arc<dyn Store>) {
    two_owners(&*store).await;
    let mut view = store.read().await.unwrap();
    let expected = [
        personal("p1", "bot"),
        personal("p2", "Bot"),
        session("s3", later(1)),
        session("s1", later(2)),
        session("s2", later(2)),
    ];
    assert_eq!(view.tokens().list(&"u1".into()).await.unwrap(), expected);
    assert_eq!(view.tokens().list(&"unknown".into()).await.unwrap(), []);
    assert_eq!(view.tokens().list(&"U1".into()).await.unwrap(), []);
}

pub async fn a_personal_token_is_found_by_its_exact_name(store: Arc<dyn Store>) {
    two_owners(&*store).await;
    let mut view = store.read().await.unwrap();
    for (owner, name, expected) in [
        ("u1", "bot", Some(personal("p1", "bot"))),
        ("u1", "Bot", Some(personal("p2", "Bot"))),
        ("u2", "bot", Some(personal("o2", "bot"))),
        ("u2", "Bot", None),
        ("u1", "BOT", None),
        ("u1", "", None),
        ("unknown", "bot", None),
    ] {
        let found = view.tokens().find_by_name(&owner.into(), name).await.unwrap();
        assert_eq!(found, expected, "{owner} {name}");
    }
}

pub async fn other_sessions_are_removed_and_personal_tokens_stay(store: Arc<dyn Store>) {
    two_owners(&*store).await;
    let mut tx = store.begin().await.unwrap();
    tx.tokens().remove_other_sessions(&"unknown".into(), &HashedToken::from_stored("s1")).await.unwrap();
    tx.tokens().remove_other_sessions(&"u1".into(), &HashedToken::from_stored("s1")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(stored(&*store, &ALL).await, ["s1", "p1", "p2", "o1", "o2"]);
    // A personal token is kept anyway; another user's is no session of this one.
    let mut tx = store.begin().await.unwrap();
    tx.tokens().remove_other_sessions(&"u1".into(), &HashedToken::from_stored("o1")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(stored(&*store, &ALL).await, ["p1", "p2", "o1", "o2"]);
}

pub async fn all_tokens_but_one_are_removed(store: Arc<dyn Store>) {
    two_owners(&*store).await;
    for (kept, left) in [("p2", &["p2", "o1", "o2"][..]), ("unknown", &["o1", "o2"])] {
        let mut tx = store.begin().await.unwrap();
        tx.tokens().remove_others(&"u1".into(), &HashedToken::from_stored(kept)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(stored(&*store, &ALL).await, left);
    }
}

pub async fn old_sessions_of_all_users_are_removed_in_portions(store: Arc<dyn Store>) {
    two_owners(&*store).await;
    let old = LoginToken { created_at: later(-99), ..personal("p3", "old") };
    add_tokens(&*store, &"u2".into(), &[old]).await;
    let mut tx = store.begin().await.unwrap();
    let tokens = tx.tokens();
    assert_eq!(tokens.remove_sessions_before(NOW, 9).await.unwrap(), 0, "personal tokens stay");
    assert_eq!(tokens.remove_sessions_before(later(1), 9).await.unwrap(), 0, "what is as old stays");
    assert_eq!(tokens.remove_sessions_before(later(2), 9).await.unwrap(), 1);
    assert_eq!(tokens.remove_sessions_before(later(3), 0).await.unwrap(), 0);
    assert_eq!(tokens.remove_sessions_before(later(3), 2).await.unwrap(), 2);
    assert_eq!(tokens.remove_sessions_before(later(3), 2).await.unwrap(), 1);
    assert_eq!(tokens.remove_sessions_before(later(3), 2).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(stored(&*store, &[&ALL[..], &["p3"]].concat()).await, ["p1", "p2", "o2", "p3"]);
}
