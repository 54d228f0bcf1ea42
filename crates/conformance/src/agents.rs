//! Laws of agents: who is online, and when each last got a conversation. The domain's rule about one user says
//! what is expected.

use std::sync::Arc;

use omnicontact_domain::conversation::{Candidate, RoutingMethod, choose_agent};
use omnicontact_domain::id::UserId;
use omnicontact_domain::role::{BOT, LIVECHAT_AGENT};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::{FormerPresence, LivechatStatus, Presence, PresenceStatus, User, UserEmail};
use omnicontact_ports::{Constraint, OnlineAgent, Store, StoreError};

use crate::data::arbitrary::{self, samples};
use crate::data::conversations::{conversation, taken};
use crate::data::{IDS_IN_DISORDER, NOW, ids_by_bytes, later, role, role_ids, user};
use crate::steps::{AT_LAST, add_access, add_users, assert_conflict, find_user, soon, until_done};

async fn prepare(store: &dyn Store) {
    add_access(store, &[BOT, LIVECHAT_AGENT, "user"].map(role), &[]).await;
}

async fn online(store: &dyn Store, idle_counts: bool, now: Timestamp) -> Vec<OnlineAgent> {
    store.read().await.unwrap().agents().list_online(idle_counts, now).await.unwrap()
}

async fn note(store: &dyn Store, agent: &UserId, at: Timestamp) {
    let mut tx = store.begin().await.unwrap();
    tx.agents().note_routed(agent, at).await.unwrap();
    tx.commit().await.unwrap();
}

/// When the agent last got a conversation; the agent is online.
async fn last_routed(store: &dyn Store, agent: &UserId) -> Option<Timestamp> {
    let agents = online(store, true, NOW).await;
    agents.into_iter().find(|online| online.id == *agent).expect("the agent is online").last_routed
}

/// An agent who is online.
fn agent(id: &str) -> User {
    let online = Presence { shown: PresenceStatus::Online, ..Presence::OFFLINE };
    User { presence: online, ..user(id, &format!("name-{id}")) }.with_roles(&role_ids(&[LIVECHAT_AGENT]))
}

/// Arbitrary users, made one of a kind, with the roles that matter in turn; most of them take conversations.
fn arbitrary_users() -> Vec<User> {
    let roles = [
        &[LIVECHAT_AGENT][..],
        &["user", LIVECHAT_AGENT],
        &[LIVECHAT_AGENT, BOT],
        &[BOT],
        &[],
        &["user", BOT, LIVECHAT_AGENT],
    ];
    let unique = |(number, user): (u16, User)| User {
        id: format!("u{:03}", number * 37 % 97).into(),
        username: user.username.map(|username| format!("{username}-{number}")),
        emails: (0..)
            .zip(user.emails)
            .map(|(place, email): (u16, UserEmail)| UserEmail {
                address: format!("{}-{number}-{place}", email.address),
                ..email
            })
            .collect(),
        roles: role_ids(roles[usize::from(number) % roles.len()]),
        livechat_status: if number % 5 == 0 { user.livechat_status } else { Some(LivechatStatus::Available) },
        active: user.active || number % 3 == 0,
        ..user
    };
    samples(&arbitrary::user()).into_iter().map(unique).collect()
}

pub async fn exactly_those_whom_the_rule_calls_online_are_listed_by_bytes(store: Arc<dyn Store>) {
    prepare(&*store).await;
    let mut users = arbitrary_users();
    add_users(&*store, &users).await;
    users.sort_by(|one, other| one.id.as_str().cmp(other.id.as_str()));
    let mut sizes = vec![];
    for now in [Timestamp::MIN, NOW, Timestamp::MAX] {
        for idle_counts in [true, false] {
            let expected: Vec<_> = users
                .iter()
                .filter(|user| (*user).clone().at(now).agent_state().is_online(idle_counts))
                .map(|user| OnlineAgent {
                    id: user.id.clone(),
                    username: user.username.clone(),
                    last_routed: None,
                })
                .collect();
            assert_eq!(online(&*store, idle_counts, now).await, expected, "{now:?} {idle_counts}");
            sizes.push(expected.len());
        }
    }
    assert!(sizes.iter().all(|size| *size > 5 && *size < users.len() / 2), "some are online: {sizes:?}");
    sizes.dedup();
    assert!(sizes.len() > 3, "idle ones and the time matter: {sizes:?}");
}

pub async fn agents_are_listed_by_the_bytes_of_their_ids(store: Arc<dyn Store>) {
    prepare(&*store).await;
    let numbered = IDS_IN_DISORDER.iter().enumerate();
    let agents: Vec<_> =
        numbered.map(|(number, id)| User { username: Some(format!("name-{number}")), ..agent(id) }).collect();
    add_users(&*store, &agents).await;
    let listed: Vec<_> =
        online(&*store, true, NOW).await.into_iter().map(|agent| agent.id.into_string()).collect();
    assert_eq!(listed, ids_by_bytes());
}

pub async fn an_agent_is_online_until_what_makes_one_goes(store: Arc<dyn Store>) {
    prepare(&*store).await;
    let kim = agent("u1");
    add_users(&*store, std::slice::from_ref(&kim)).await;
    let gone = Presence { shown: PresenceStatus::Offline, ..kim.presence.clone() };
    for changed in [
        User { presence: gone, ..kim.clone() },
        User { livechat_status: Some(LivechatStatus::NotAvailable), ..kim.clone() },
        User { active: false, ..kim.clone() },
        User { roles: role_ids(&["user"]), ..kim.clone() },
    ] {
        for (user, is_online) in [(&changed, false), (&kim, true)] {
            let version = find_user(&*store, &kim.id).await.unwrap().version;
            let mut tx = store.begin().await.unwrap();
            tx.users().update(&User { version, ..user.clone() }).await.unwrap();
            let inside = tx.agents().list_online(true, NOW).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(!inside.is_empty(), is_online, "seen by the transaction: {user:?}");
            assert_eq!(!online(&*store, true, NOW).await.is_empty(), is_online, "{user:?}");
        }
    }
}

pub async fn a_presence_that_expires_decides_until_then_only(store: Arc<dyn Store>) {
    prepare(&*store).await;
    let until = |shown, former| Presence {
        shown,
        expires_at: Some(later(10)),
        former: Some(FormerPresence { shown: former, chosen: None, text: None }),
        ..Presence::OFFLINE
    };
    let leaving = until(PresenceStatus::Offline, PresenceStatus::Online);
    let coming = until(PresenceStatus::Online, PresenceStatus::Offline);
    add_users(
        &*store,
        &[User { presence: leaving, ..agent("u1") }, User { presence: coming, ..agent("u2") }],
    )
    .await;
    for (now, expected) in [(later(9), "u2"), (later(10), "u1")] {
        let agents = online(&*store, false, now).await;
        assert_eq!(agents.iter().map(|agent| agent.id.as_str()).collect::<Vec<_>>(), [expected]);
    }
}

pub async fn the_latest_routing_stands(store: Arc<dyn Store>) {
    prepare(&*store).await;
    let (kim, zoe) = (agent("u1"), agent("u2"));
    add_users(&*store, &[kim.clone(), zoe.clone()]).await;
    assert_eq!(last_routed(&*store, &kim.id).await, None);
    for (at, stands) in
        [(later(5), later(5)), (later(3), later(5)), (later(5), later(5)), (later(8), later(8))]
    {
        note(&*store, &kim.id, at).await;
        assert_eq!(last_routed(&*store, &kim.id).await, Some(stands));
    }
    assert_eq!(last_routed(&*store, &zoe.id).await, None);
    assert_eq!(find_user(&*store, &kim.id).await, Some(kim), "the user was not written");
}

pub async fn a_routing_that_is_dropped_was_not(store: Arc<dyn Store>) {
    prepare(&*store).await;
    let kim = agent("u1");
    add_users(&*store, std::slice::from_ref(&kim)).await;
    let mut tx = store.begin().await.unwrap();
    tx.agents().note_routed(&kim.id, NOW).await.unwrap();
    assert_eq!(tx.agents().list_online(true, NOW).await.unwrap()[0].last_routed, Some(NOW));
    assert_eq!(soon("a reader", last_routed(&*store, &kim.id)).await, None);
    drop(tx);
    assert_eq!(last_routed(&*store, &kim.id).await, None);
}

pub async fn of_many_routings_at_once_the_latest_stands(store: Arc<dyn Store>) {
    prepare(&*store).await;
    let kim = agent("u1");
    add_users(&*store, std::slice::from_ref(&kim)).await;
    let noting: Vec<_> = (0..16)
        .map(|number| {
            let (store, id) = (Arc::clone(&store), kim.id.clone());
            // Neither the first nor the last one to begin is the latest.
            tokio::spawn(async move { note(&*store, &id, later(number * 7 % 16)).await })
        })
        .collect();
    for task in noting {
        tokio::time::timeout(AT_LAST, task).await.expect("all end").unwrap();
    }
    assert_eq!(last_routed(&*store, &kim.id).await, Some(later(15)));
}

pub async fn what_was_noted_of_an_agent_goes_with_the_user(store: Arc<dyn Store>) {
    prepare(&*store).await;
    let kim = agent("u1");
    add_users(&*store, std::slice::from_ref(&kim)).await;
    note(&*store, &kim.id, NOW).await;
    let mut tx = store.begin().await.unwrap();
    tx.users().remove(&kim.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(online(&*store, true, NOW).await, []);
    add_users(&*store, std::slice::from_ref(&kim)).await;
    assert_eq!(last_routed(&*store, &kim.id).await, None);
}

pub async fn nothing_is_noted_of_who_is_no_user(store: Arc<dyn Store>) {
    prepare(&*store).await;
    add_users(&*store, &[agent("u1")]).await;
    let mut tx = store.begin().await.unwrap();
    assert_conflict(&tx.agents().note_routed(&"missing".into(), NOW).await, Constraint::Reference);
    // The transaction goes on.
    tx.agents().note_routed(&"u1".into(), NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(last_routed(&*store, &"u1".into()).await, Some(NOW));
}

/// Gives a new conversation to the least busy agent.
async fn give_to_the_least_busy(store: &dyn Store, number: i64) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    tx.agents().lock_routing().await?;
    let online = tx.agents().list_online(true, NOW).await?;
    let ids: Vec<_> = online.iter().map(|agent| agent.id.clone()).collect();
    let busy = tx.conversations().count_open_by_agent(&ids).await?;
    tokio::task::yield_now().await;
    let open = |id: &UserId| busy.iter().find(|(agent, _)| agent == id).map_or(0, |(_, count)| *count);
    let candidate = |agent: OnlineAgent| Candidate {
        open_conversations: open(&agent.id),
        id: agent.id,
        last_routed: agent.last_routed,
    };
    let candidates: Vec<_> = online.into_iter().map(candidate).collect();
    let chosen = choose_agent(&candidates, &[], RoutingMethod::LeastBusy).expect("somebody is online");
    tx.agents().note_routed(chosen, NOW).await?;
    let room = conversation(&format!("r{number}"), &format!("v{number}"), 0);
    tx.conversations().add(&taken(room, chosen.as_str(), 1)).await?;
    tx.commit().await
}

pub async fn whoever_chooses_an_agent_sees_what_the_others_chose(store: Arc<dyn Store>) {
    prepare(&*store).await;
    let agents = ["u1", "u2", "u3", "u4"];
    add_users(&*store, &agents.map(agent)).await;
    let giving: Vec<_> = (0..12)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { until_done(|| give_to_the_least_busy(&*store, number)).await })
        })
        .collect();
    for task in giving {
        tokio::time::timeout(AT_LAST, task).await.expect("all end").unwrap();
    }
    let mut view = store.read().await.unwrap();
    let mut busy = view.conversations().count_open_by_agent(&agents.map(Into::into)).await.unwrap();
    busy.sort();
    assert_eq!(busy, agents.map(|id| (id.into(), 3)), "nobody was chosen twice for one look");
}
