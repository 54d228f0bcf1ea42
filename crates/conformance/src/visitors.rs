//! Laws of visitors: round trips, look-ups, updates, adding many.

use std::sync::Arc;

use omnicontact_domain::text::fold;
use omnicontact_domain::version::Version;
use omnicontact_domain::visitor::{Visitor, VisitorManager};
use omnicontact_ports::{Store, VisitorFilter};

use crate::data::arbitrary::{self, samples};
use crate::data::{erased, later, texts, visitor, visitor_with_email};
use crate::steps::{
    add_visitors, assert_stale, find_visitor, update_visitor, who_fits, who_has_email, who_has_token,
};

/// Arbitrary visitors, made one of a kind.
pub(crate) fn arbitrary_visitors() -> Vec<Visitor> {
    let unique = |(number, visitor): (u16, Visitor)| Visitor {
        id: format!("v{number:03}").into(),
        token: visitor.token.map(|token| format!("{token}-{number}").into()),
        ..visitor
    };
    samples(&arbitrary::visitor()).into_iter().map(unique).collect()
}

pub async fn every_field_survives_the_round_trip(store: Arc<dyn Store>) {
    let visitors = arbitrary_visitors();
    add_visitors(&*store, &visitors).await;
    for visitor in visitors {
        assert_eq!(find_visitor(&*store, &visitor.id).await.as_ref(), Some(&visitor));
        assert_eq!(store.find_visitor(&visitor.id).await.unwrap(), Some(visitor));
    }
}

pub async fn every_field_survives_an_update(store: Arc<dyn Store>) {
    let mut stored = visitor("v1", "t1");
    add_visitors(&*store, std::slice::from_ref(&stored)).await;
    let mut tx = store.begin().await.unwrap();
    for arbitrary in arbitrary_visitors() {
        let changed = Visitor { id: stored.id.clone(), version: stored.version, ..arbitrary };
        tx.visitors().update(&changed).await.unwrap();
        stored = Visitor { version: changed.version.next(), ..changed };
        assert_eq!(tx.visitors().find(&stored.id).await.unwrap().as_ref(), Some(&stored));
    }
    tx.commit().await.unwrap();
}

pub async fn an_unknown_visitor_is_none(store: Arc<dyn Store>) {
    add_visitors(&*store, &[visitor_with_email("v1", "a@x", 0)]).await;
    assert_eq!(find_visitor(&*store, &"V1".into()).await, None);
    assert_eq!(store.find_visitor(&"".into()).await.unwrap(), None);
    assert_eq!(who_has_token(&*store, "Token of v1").await, None);
    assert_eq!(who_has_email(&*store, "b@x").await, None);
    assert_eq!(who_has_email(&*store, "A@x").await, None);
    assert_eq!(who_has_email(&*store, "").await, None);
}

pub async fn a_visitor_is_found_by_its_token(store: Arc<dyn Store>) {
    let visitors = [visitor("v1", "t1"), visitor("v2", "T1"), visitor("v3", "t1 "), visitor("v4", "")];
    add_visitors(&*store, &visitors).await;
    let mut view = store.read().await.unwrap();
    for visitor in visitors {
        let found = view.visitors().find_by_token(&visitor.token.clone().unwrap()).await.unwrap();
        assert_eq!(found, Some(visitor));
    }
}

pub async fn the_first_one_seen_is_found_by_address(store: Arc<dyn Store>) {
    let visitors = [
        visitor_with_email("v3", "a@x", 2),
        visitor_with_email("v1", "a@x", 3),
        visitor_with_email("v4", "a@x", 1),
        visitor_with_email("v2", "a@x", 1),
        visitor_with_email("v0", "b@x", 0),
    ];
    add_visitors(&*store, &visitors).await;
    // Of two that were seen at the same time the lesser id decides.
    assert_eq!(who_has_email(&*store, "a@x").await.as_deref(), Some("v2"));
    assert_eq!(who_has_email(&*store, "b@x").await.as_deref(), Some("v0"));
}

pub async fn whoever_was_never_seen_comes_last(store: Arc<dyn Store>) {
    let unseen = Visitor { ts: None, ..visitor_with_email("v1", "a@x", 0) };
    add_visitors(&*store, &[unseen, visitor_with_email("v2", "a@x", 0)]).await;
    assert_eq!(who_has_email(&*store, "a@x").await.as_deref(), Some("v2"));
    let by_email = VisitorFilter { email: Some("a@x".into()), ..VisitorFilter::default() };
    assert_eq!(who_fits(&*store, &by_email).await.as_deref(), Some("v2"));
}

pub async fn keys_follow_updates(store: Arc<dyn Store>) {
    let old =
        Visitor { emails: texts(&["old@x", "both@x"]), phones: texts(&["+1", "+2"]), ..visitor("v1", "old") };
    add_visitors(&*store, std::slice::from_ref(&old)).await;
    let new = Visitor {
        token: Some("new".into()),
        emails: texts(&["both@x", "new@x", "new@x"]),
        phones: texts(&["+3"]),
        ..old
    };
    update_visitor(&*store, &new).await;
    let phone = |number: &str| VisitorFilter { phone: Some(number.into()), ..VisitorFilter::default() };
    for gone in ["+1", "+2"] {
        assert_eq!(who_fits(&*store, &phone(gone)).await, None);
    }
    assert_eq!(who_fits(&*store, &phone("+3")).await.as_deref(), Some("v1"));
    assert_eq!(who_has_token(&*store, "old").await, None);
    assert_eq!(who_has_token(&*store, "new").await.as_deref(), Some("v1"));
    assert_eq!(who_has_email(&*store, "old@x").await, None);
    for kept in ["both@x", "new@x"] {
        assert_eq!(who_has_email(&*store, kept).await.as_deref(), Some("v1"));
    }
    // A token that is given up is free for others.
    add_visitors(&*store, &[visitor("v2", "old")]).await;
    assert_eq!(who_has_token(&*store, "old").await.as_deref(), Some("v2"));
}

pub async fn a_stale_visitor_update_is_refused_and_writes_nothing(store: Arc<dyn Store>) {
    let first = visitor_with_email("v1", "a@x", 0);
    add_visitors(&*store, std::slice::from_ref(&first)).await;
    update_visitor(&*store, &Visitor { name: Some("Second".into()), ..first.clone() }).await;
    let second = find_visitor(&*store, &first.id).await.unwrap();
    assert_eq!(second.version, first.version.next());

    let stale = Visitor { token: Some("t9".into()), emails: texts(&["stale@x"]), ..first.clone() };
    let early = Visitor { version: Version::new(99), ..stale.clone() };
    let missing = Visitor { id: "v9".into(), ..stale.clone() };
    let mut tx = store.begin().await.unwrap();
    for refused in [stale, early, missing] {
        assert_stale(&tx.visitors().update(&refused).await);
    }
    tx.commit().await.unwrap();
    assert_eq!(find_visitor(&*store, &first.id).await, Some(second));
    assert_eq!(find_visitor(&*store, &"v9".into()).await, None);
    assert_eq!(who_has_token(&*store, "t9").await, None);
    assert_eq!(who_has_email(&*store, "stale@x").await, None);
    assert_eq!(who_has_email(&*store, "a@x").await.as_deref(), Some("v1"));
}

pub async fn adding_many_visitors_skips_those_that_exist(store: Arc<dyn Store>) {
    let stored = visitor_with_email("v1", "a@x", 0);
    add_visitors(&*store, std::slice::from_ref(&stored)).await;
    let other = Visitor { name: Some("Another".into()), ..visitor_with_email("v1", "other@x", 0) };
    let other = Visitor { token: Some("other".into()), ..other };
    let new = visitor_with_email("v2", "b@x", 0);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.visitors().add_many(&[other, new.clone()]).await.unwrap(), 1);
    assert_eq!(tx.visitors().add_many(&[]).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(find_visitor(&*store, &stored.id).await, Some(stored));
    assert_eq!(find_visitor(&*store, &new.id).await, Some(new));
    assert_eq!(who_has_email(&*store, "other@x").await, None);
    assert_eq!(who_has_token(&*store, "other").await, None);
    assert_eq!(who_has_token(&*store, "token of v2").await.as_deref(), Some("v2"));
}

pub async fn many_visitors_are_added_at_once(store: Arc<dyn Store>) {
    let mut visitors = arbitrary_visitors();
    visitors.extend((1000..4000).map(|number| {
        let address = format!("{number}@x");
        let mut visitor = visitor_with_email(&format!("v{number}"), &address, 0);
        visitor.phones = texts(&[&format!("+{number}")]);
        visitor.livechat_data =
            Some([("plan".to_owned(), format!("Plan {number}").into())].into_iter().collect());
        visitor
    }));
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.visitors().add_many(&visitors).await.unwrap(), visitors.len() as u64);
    assert_eq!(tx.visitors().add_many(&visitors).await.unwrap(), 0);
    for visitor in &visitors {
        assert_eq!(tx.visitors().find(&visitor.id).await.unwrap().as_ref(), Some(visitor));
    }
    tx.commit().await.unwrap();
    for number in [1000, 2345, 3999] {
        let id = Some(format!("v{number}"));
        let phone = Some(format!("+{number}"));
        let custom = vec![("plan".to_owned(), fold(&format!("PLAN {number}")))];
        assert_eq!(who_has_token(&*store, &format!("token of v{number}")).await, id);
        assert_eq!(who_has_email(&*store, &format!("{number}@x")).await, id);
        assert_eq!(who_fits(&*store, &VisitorFilter { phone, ..VisitorFilter::default() }).await, id);
        assert_eq!(who_fits(&*store, &VisitorFilter { custom, ..VisitorFilter::default() }).await, id);
    }
}

pub async fn an_erased_visitor_frees_its_token(store: Arc<dyn Store>) {
    let visitor = visitor_with_email("v1", "a@x", 0);
    add_visitors(&*store, std::slice::from_ref(&visitor)).await;
    update_visitor(&*store, &erased(&visitor)).await;
    assert_eq!(who_has_token(&*store, "token of v1").await, None);
    assert_eq!(who_has_email(&*store, "a@x").await, None);
    let next = Visitor { id: "v2".into(), ts: Some(later(1)), ..visitor };
    add_visitors(&*store, &[next]).await;
    assert_eq!(who_has_token(&*store, "token of v1").await.as_deref(), Some("v2"));
}

pub async fn a_manager_is_taken_off_all_visitors(store: Arc<dyn Store>) {
    let managed = |id: &str, username: &str| Visitor {
        manager: Some(VisitorManager {
            user_id: None,
            username: username.to_owned(),
            name: None,
            emails: None,
        }),
        ..visitor(id, id)
    };
    let kims = [managed("v1", "kim"), managed("v2", "kim"), managed("v3", "kim")];
    let others = [managed("o1", "Kim"), managed("o2", "kim.jane"), managed("o3", ""), visitor("o4", "o4")];
    add_visitors(&*store, &kims).await;
    add_visitors(&*store, &others).await;
    // One is let go by an update, one comes by an update.
    update_visitor(&*store, &Visitor { manager: None, ..kims[2].clone() }).await;
    update_visitor(&*store, &Visitor { manager: kims[0].manager.clone(), ..others[3].clone() }).await;

    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.visitors().release_manager("nobody", later(4)).await.unwrap(), 0);
    assert_eq!(tx.visitors().release_manager("kim", later(5)).await.unwrap(), 3);
    assert_eq!(tx.visitors().release_manager("kim", later(6)).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let released = |visitor: &Visitor, version: Version| Visitor {
        manager: None,
        updated_at: later(5),
        version: version.next(),
        ..visitor.clone()
    };
    for (stored, version) in
        [(&kims[0], Version::FIRST), (&kims[1], Version::FIRST), (&others[3], Version::FIRST.next())]
    {
        assert_eq!(find_visitor(&*store, &stored.id).await, Some(released(stored, version)));
    }
    let kept = Visitor { manager: None, version: Version::FIRST.next(), ..kims[2].clone() };
    assert_eq!(find_visitor(&*store, &kept.id).await, Some(kept));
    for other in &others[..3] {
        assert_eq!(find_visitor(&*store, &other.id).await.as_ref(), Some(other));
    }

    // Whoever read a visitor before writes nothing; whoever reads it again can.
    let mut tx = store.begin().await.unwrap();
    assert_stale(&tx.visitors().update(&kims[0]).await);
    let again = tx.visitors().find(&kims[0].id).await.unwrap().unwrap();
    tx.visitors().update(&Visitor { manager: kims[0].manager.clone(), ..again }).await.unwrap();
    assert_eq!(tx.visitors().release_manager("kim", later(7)).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

pub async fn many_visitors_are_found_as_each_alone(store: Arc<dyn Store>) {
    let visitors = arbitrary_visitors();
    add_visitors(&*store, &visitors).await;
    let mut ids: Vec<_> = visitors.iter().map(|visitor| visitor.id.clone()).collect();
    // Twice, unknown, almost known.
    ids.extend([ids[1].clone(), "unknown".into(), "V001".into(), "".into()]);
    ids.reverse();
    for some in [&ids[..], &ids[..1], &ids[3..4], &[]] {
        let mut alone = Vec::new();
        for id in some {
            alone.push(store.find_visitor(id).await.unwrap());
        }
        assert_eq!(store.find_visitors(some).await.unwrap(), alone);
    }
}
