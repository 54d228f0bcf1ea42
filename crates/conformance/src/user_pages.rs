//! Laws of pages of users: conditions, orders, ties, totals. A model in memory says what is expected.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction::{self, Ascending, Descending};
use omnicontact_domain::text::{fold, index_key};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::{LivechatStatus, Presence, PresenceStatus, User, UserEmail};
use omnicontact_ports::{Store, UserFilter, UserOrder, UserPage};

use crate::data::arbitrary::{self, samples};
use crate::data::{later, role, role_ids, user, user_email};
use crate::steps::{add_access, add_users};

const ORDERS: [UserOrder; 8] = [
    UserOrder::Username,
    UserOrder::Name,
    UserOrder::Status,
    UserOrder::Active,
    UserOrder::Kind,
    UserOrder::LastLogin,
    UserOrder::CreatedAt,
    UserOrder::UpdatedAt,
];

async fn page(
    store: &dyn Store,
    filter: &UserFilter,
    order: &[(UserOrder, Direction)],
    page: Page,
) -> UserPage {
    store.read().await.unwrap().users().list_page(filter, order, page).await.unwrap()
}

fn ids(users: &[User]) -> Vec<&str> {
    users.iter().map(|user| user.id.as_str()).collect()
}

/// How two users stand to each other by one key.
fn compare(key: UserOrder, one: &User, other: &User) -> Ordering {
    let text = |text: &Option<String>| text.as_deref().map(index_key).map(String::into_bytes);
    match key {
        UserOrder::Username => text(&one.username).cmp(&text(&other.username)),
        UserOrder::Name => text(&one.name).cmp(&text(&other.name)),
        UserOrder::Status => one.presence.shown.as_str().cmp(other.presence.shown.as_str()),
        UserOrder::Active => one.active.cmp(&other.active),
        UserOrder::Kind => one.kind.as_str().cmp(other.kind.as_str()),
        UserOrder::LastLogin => one.last_login.cmp(&other.last_login),
        UserOrder::CreatedAt => one.created_at.cmp(&other.created_at),
        UserOrder::UpdatedAt => one.updated_at.cmp(&other.updated_at),
    }
}

fn sorted(users: &[User], order: &[(UserOrder, Direction)]) -> Vec<User> {
    let mut users = users.to_vec();
    users.sort_by(|one, other| {
        order
            .iter()
            .map(|(key, direction)| match direction {
                Ascending => compare(*key, one, other),
                Descending => compare(*key, other, one),
            })
            .find(|found| found.is_ne())
            .unwrap_or_else(|| one.id.as_str().cmp(other.id.as_str()))
    });
    users
}

fn fits(filter: &UserFilter, user: &User) -> bool {
    let UserFilter {
        email,
        roles,
        active,
        idle_since,
        presence_expired_at,
        extension,
        text,
        except,
        livechat_status,
        reachable,
    } = filter;
    let has = |address: &String| user.emails.iter().any(|email| fold(&email.address) == fold(address));
    email.as_ref().is_none_or(has)
        && (roles.is_empty() || roles.iter().any(|role| user.roles.contains(role)))
        && active.is_none_or(|active| user.active == active)
        && idle_since.is_none_or(|since| user.last_login.unwrap_or(user.created_at) <= since)
        && presence_expired_at.is_none_or(|at| user.presence.expires_at.is_some_and(|expired| expired <= at))
        && extension.as_ref().is_none_or(|extension| user.extension.as_ref() == Some(extension))
        && text.as_ref().is_none_or(|text| mentions(user, text))
        && except.as_ref().is_none_or(|id| user.id != *id)
        && livechat_status.is_none_or(|status| user.livechat_status == Some(status))
        && (!reachable || user.is_bot() || user.presence.shown != PresenceStatus::Offline)
}

fn mentions(user: &User, text: &str) -> bool {
    user.username.as_deref().is_some_and(|username| fold(username).contains(text))
        || user.name.as_deref().is_some_and(|name| index_key(name).contains(text))
        || user.emails.iter().any(|email| fold(&email.address).contains(text))
}

/// Arbitrary users, made one of a kind, with roles in turn. Names repeat, in other cases.
fn arbitrary_users() -> Vec<User> {
    let unique = |(number, user): (u16, User)| {
        let username = user.username.as_ref().map(|username| format!("{username}-{number}"));
        let emails = (0..).zip(&user.emails).map(|(place, email): (u16, &UserEmail)| UserEmail {
            address: format!("{}-{number}-{place}", email.address),
            verified: email.verified,
        });
        let name = match number % 8 {
            0 => Some("Kim Ä".to_owned()),
            1 => Some("kim ä".to_owned()),
            2 => Some("KIM".to_owned()),
            _ => user.name.clone(),
        };
        User {
            // Neither the order of addition nor that of anything else.
            id: format!("u{:03}", number * 37 % 97).into(),
            username,
            name,
            emails: emails.collect(),
            roles: role_ids([&["z", "a", "m"][..], &["a"], &[], &["m", "bot"]][usize::from(number % 4)]),
            ..user
        }
    };
    samples(&arbitrary::user()).into_iter().map(unique).collect()
}

async fn prepare(store: &dyn Store) -> Vec<User> {
    add_access(store, &["a", "bot", "m", "z", "nobody's"].map(role), &[]).await;
    let users = arbitrary_users();
    add_users(store, &users).await;
    users
}

pub async fn every_order_is_by_bytes_with_what_is_missing_first(store: Arc<dyn Store>) {
    let users = prepare(&*store).await;
    let mut orders = vec![vec![]];
    for first in ORDERS {
        for direction in [Ascending, Descending] {
            orders.push(vec![(first, direction)]);
            orders.extend(ORDERS.map(|second| vec![(first, direction), (second, Descending)]));
        }
    }
    let mut view = store.read().await.unwrap();
    for order in orders {
        let found = view.users().list_page(&UserFilter::default(), &order, Page::ALL).await.unwrap();
        assert_eq!(found.total, users.len() as u64);
        assert_eq!(ids(&found.users), ids(&sorted(&users, &order)), "{order:?}");
    }
}

pub async fn a_page_holds_whole_users(store: Arc<dyn Store>) {
    let users = prepare(&*store).await;
    let order = [(UserOrder::Name, Descending)];
    let found = page(&*store, &UserFilter::default(), &order, Page::ALL).await;
    assert_eq!(found.users, sorted(&users, &order));
}

pub async fn every_condition_leaves_those_that_fit(store: Arc<dyn Store>) {
    let users = prepare(&*store).await;
    let address = users.iter().flat_map(|user| &user.emails).next().unwrap().address.clone();
    let middle = |times: &mut Vec<Timestamp>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let idle = middle(&mut users.iter().map(|user| user.last_login.unwrap_or(user.created_at)).collect());
    let expired = middle(&mut users.iter().filter_map(|user| user.presence.expires_at).collect());
    let emails = [None, Some(address), Some("nobody's".to_owned())];
    let roles = [&[][..], &["a"], &["m", "z"], &["nobody's"], &["missing", "m"]].map(role_ids);
    let mut view = store.read().await.unwrap();
    let mut sizes = BTreeSet::new();
    for email in &emails {
        for roles in &roles {
            for active in [None, Some(true), Some(false)] {
                for (idle_since, presence_expired_at) in
                    [(None, None), (Some(idle), None), (None, Some(expired)), (Some(idle), Some(expired))]
                {
                    let (email, roles) = (email.clone(), roles.clone());
                    let filter = UserFilter {
                        email,
                        roles,
                        active,
                        idle_since,
                        presence_expired_at,
                        ..UserFilter::default()
                    };
                    let expected: Vec<_> = users.iter().filter(|user| fits(&filter, user)).cloned().collect();
                    let found = view.users().list_page(&filter, &[], Page::ALL).await.unwrap();
                    assert_eq!(ids(&found.users), ids(&sorted(&expected, &[])), "{filter:?}");
                    assert_eq!(found.total, expected.len() as u64, "{filter:?}");
                    sizes.insert(expected.len());
                }
            }
        }
    }
    assert!(sizes.len() > 10, "the conditions tell users apart: {sizes:?}");
}

pub async fn every_condition_about_agents_leaves_those_that_fit(store: Arc<dyn Store>) {
    let users = prepare(&*store).await;
    let extension = users.iter().find_map(|user| user.extension.clone()).unwrap();
    let texts = ["kim ä", "-1", "nobody's", "%", "_", "\\"].map(|text| Some(text.to_owned()));
    let statuses = [None, Some(LivechatStatus::Available), Some(LivechatStatus::NotAvailable)];
    let mut view = store.read().await.unwrap();
    let mut sizes = BTreeSet::new();
    for text in texts.into_iter().chain([None]) {
        for livechat_status in statuses {
            for reachable in [false, true] {
                for (extension, except) in [
                    (None, None),
                    (Some(extension.clone()), None),
                    (None, Some(users[0].id.clone())),
                    (None, Some("missing".into())),
                ] {
                    let text = text.clone();
                    let filter = UserFilter {
                        extension,
                        text,
                        except,
                        livechat_status,
                        reachable,
                        ..UserFilter::default()
                    };
                    let expected: Vec<_> = users.iter().filter(|user| fits(&filter, user)).cloned().collect();
                    let found = view.users().list_page(&filter, &[], Page::ALL).await.unwrap();
                    assert_eq!(ids(&found.users), ids(&sorted(&expected, &[])), "{filter:?}");
                    assert_eq!(found.total, expected.len() as u64, "{filter:?}");
                    sizes.insert(expected.len());
                }
            }
        }
    }
    assert!(sizes.len() > 5, "the conditions tell users apart: {sizes:?}");
}

pub async fn a_text_is_looked_for_in_names_and_addresses_in_any_case(store: Arc<dyn Store>) {
    let users = [
        User { name: Some("Ärmel 100%".into()), ..user("u1", "Kim.Jane") },
        User { emails: vec![user_email("first@x.org"), user_email("Ölaf@x.org")], ..user("u2", "b") },
        User { username: None, ..user("u3", "c") },
    ];
    add_users(&*store, &users).await;
    for (text, expected) in [
        ("m.j", &["u1"][..]),
        ("ärmel", &["u1"]),
        ("0%", &["u1"]),
        ("öl", &["u2"]),
        ("x.org", &["u2"]),
        ("1_0", &[]),
        ("k%e", &[]),
        ("", &["u1", "u2"]),
    ] {
        let filter = UserFilter { text: Some(text.to_owned()), ..UserFilter::default() };
        let found = page(&*store, &filter, &[], Page::ALL).await;
        assert_eq!(ids(&found.users), expected, "{text:?}");
    }
}

pub async fn conditions_hold_at_their_bounds(store: Arc<dyn Store>) {
    let presence = Presence { expires_at: Some(later(5)), ..Presence::OFFLINE };
    let users = [
        User { last_login: Some(later(5)), created_at: later(0), ..user("logged in", "a") },
        User { created_at: later(5), ..user("never logged in", "b") },
        User { created_at: later(9), presence, ..user("away for now", "c") },
        User { created_at: later(9), emails: vec![user_email("Kim@É")], ..user("reachable", "d") },
    ];
    add_users(&*store, &users).await;
    let idle = |millis| UserFilter { idle_since: Some(later(millis)), ..UserFilter::default() };
    let expired = |millis| UserFilter { presence_expired_at: Some(later(millis)), ..UserFilter::default() };
    let email = |address: &str| UserFilter { email: Some(address.to_owned()), ..UserFilter::default() };
    for (filter, expected) in [
        (idle(4), &[][..]),
        (idle(5), &["logged in", "never logged in"]),
        (expired(4), &[]),
        (expired(5), &["away for now"]),
        (email("KIM@é"), &["reachable"]),
        (email("kim@"), &[]),
        (email("kim@_"), &[]),
        (email(""), &[]),
    ] {
        let found = page(&*store, &filter, &[], Page::ALL).await;
        assert_eq!(ids(&found.users), expected, "{filter:?}");
        assert_eq!(found.total, expected.len() as u64);
    }
}

pub async fn pages_visit_each_user_once(store: Arc<dyn Store>) {
    // Nothing but the id tells many of them apart.
    let users: Vec<_> = (0..23)
        .map(|number| User {
            name: Some(["Kim", "kim", "Jane"][number % 3].to_owned()),
            presence: Presence { shown: PresenceStatus::Away, ..Presence::OFFLINE },
            active: number % 5 != 0,
            ..user(&format!("u{:02}", number * 7 % 23), &format!("name-{number}"))
        })
        .collect();
    add_users(&*store, &users).await;
    let filter = UserFilter { active: Some(true), ..UserFilter::default() };
    let fitting: Vec<_> = users.into_iter().filter(|user| user.active).collect();
    for order in [
        &[(UserOrder::Status, Descending), (UserOrder::Name, Ascending)][..],
        &[(UserOrder::Name, Descending)],
        &[],
    ] {
        let expected = sorted(&fitting, order);
        for limit in [1, 4, 7] {
            let mut visited = Vec::new();
            for offset in (0..).step_by(limit as usize) {
                let part = page(&*store, &filter, order, Page { offset, limit: Some(limit) }).await;
                assert_eq!(part.total, expected.len() as u64);
                if part.users.is_empty() {
                    break;
                }
                visited.extend(part.users);
            }
            assert_eq!(ids(&visited), ids(&expected), "{order:?} by {limit}");
        }
    }
}

pub async fn the_total_does_not_depend_on_the_page(store: Arc<dyn Store>) {
    let empty = page(&*store, &UserFilter::default(), &[], Page::ALL).await;
    assert_eq!(empty, UserPage::default());
    add_users(&*store, &["a", "b", "c"].map(|id| user(id, id))).await;
    for (offset, limit, expected) in [
        (0, None, &["a", "b", "c"][..]),
        (1, None, &["b", "c"]),
        (3, None, &[]),
        (u32::MAX, None, &[]),
        (0, Some(0), &[]),
        (2, Some(2), &["c"]),
        (1, Some(1), &["b"]),
        (1, Some(u32::MAX), &["b", "c"]),
        (u32::MAX, Some(u32::MAX), &[]),
    ] {
        let found = page(&*store, &UserFilter::default(), &[], Page { offset, limit }).await;
        assert_eq!((ids(&found.users), found.total), (expected.to_vec(), 3), "{offset} {limit:?}");
    }
}
