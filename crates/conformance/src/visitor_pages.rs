//! Laws of the search of visitors: the rules of the domain say who fits.

use std::sync::Arc;

use omnicontact_domain::custom_field::CustomFieldId;
use omnicontact_domain::page::Page;
use omnicontact_domain::search::normal_form;
use omnicontact_domain::sort::Direction::{self, Ascending, Descending};
use omnicontact_domain::visitor::{
    Visitor, VisitorManager, VisitorOrder, VisitorSearch, VisitorTexts, name_key,
};
use omnicontact_ports::{Store, VisitorPage};

use crate::data::arbitrary::{self, samples};
use crate::data::{erased, later, texts, visitor, visitor_with_values};
use crate::steps::{add_visitors, find_visitor, update_visitor};

const NEWEST: (VisitorOrder, Direction) = (VisitorOrder::SeenAt, Descending);

async fn page(
    store: &dyn Store,
    search: &VisitorSearch,
    order: (VisitorOrder, Direction),
    page: Page,
) -> VisitorPage {
    store.read().await.unwrap().visitors().list_page(search, order, page).await.unwrap()
}

fn search(text: &str, fields: &[&str]) -> VisitorSearch {
    VisitorSearch::new(text.to_owned(), fields.iter().map(|field| CustomFieldId::from(*field)).collect())
}

/// Everybody with such a text in name or username, or with exactly this address or number, the newest first.
async fn found(store: &dyn Store, text: &str) -> Vec<String> {
    let found = page(store, &search(text, &[]), NEWEST, Page::ALL).await;
    assert_eq!(found.visitors.len() as u64, found.total, "{text}");
    found.visitors.into_iter().map(|visitor| visitor.id.into_string()).collect()
}

/// Everybody who fits, in order.
fn expected(visitors: &[Visitor], search: &VisitorSearch, order: (VisitorOrder, Direction)) -> Vec<Visitor> {
    let mut fit: Vec<_> = visitors.iter().filter(|visitor| search.fits(visitor)).cloned().collect();
    let key = |visitor: &Visitor| {
        let texts = VisitorTexts::of(visitor).unwrap();
        match order.0 {
            VisitorOrder::SeenAt => (Some(texts.seen_at), None, visitor.id.clone()),
            VisitorOrder::Name => (None, texts.name_key, visitor.id.clone()),
        }
    };
    fit.sort_by_key(key);
    match order.1 {
        Ascending => {}
        Descending => fit.reverse(),
    }
    fit
}

/// Visitors of every kind: arbitrary ones, and some with values that many share.
async fn directory(store: &dyn Store) -> Vec<Visitor> {
    let unique = |(number, visitor): (u16, Visitor)| Visitor {
        id: format!("a{number:03}").into(),
        token: Some(format!("token {number}").as_str().into()),
        ..visitor
    };
    let mut visitors: Vec<_> = samples(&arbitrary::visitor()).into_iter().map(unique).collect();
    visitors.extend((0..40_u32).map(|number| {
        let id = format!("b{number:02}");
        let one_of = |texts: [&'static str; 5]| texts[number as usize % 5];
        let name = one_of(["Mara", "mara", "Mära", "ΜΆΡΑΣ", "Zoe \"x\" 100%"]);
        let plan = one_of(["GOLD", "Silver plus", "gold\u{1f}", "İ", ""]);
        Visitor {
            name: (number % 6 != 0).then(|| name.to_owned()),
            emails: texts(&[&format!("m{}@x.example", number % 7)]),
            phones: texts(&[&format!("+49 (30) {}", number % 11)]),
            ts: (number != 3).then(|| later(i64::from(number / 3))),
            disabled: number == 13,
            ..visitor_with_values(&id, &[("plan", plan), ("secret", "Gold Rush")])
        }
    }));
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.visitors().add_many(&visitors).await.unwrap(), visitors.len() as u64);
    tx.commit().await.unwrap();
    visitors
}

const TERMS: [&str; 22] = [
    "",
    "m",
    "ma",
    "mar",
    "MARA",
    "ä",
    "μά",
    "σ",
    "\"",
    "%",
    "100%",
    "_",
    "guest",
    "guest-b1",
    "g",
    "m3@x.example",
    "m3@x",
    "+49 (30) 5",
    "gold",
    "d r",
    "zzzz",
    "\u{1f}",
];

pub async fn whoever_fits_is_found_and_nobody_else(store: Arc<dyn Store>) {
    let visitors = directory(&*store).await;
    let names = visitors.iter().filter_map(|visitor| visitor.name.clone()).filter(|name| !name.is_empty());
    let parts = names.take(40).map(|name| name.chars().skip(1).take(5).collect::<String>());
    let terms: Vec<String> = TERMS.map(str::to_owned).into_iter().chain(parts).collect();
    for term in terms {
        for fields in [&[][..], &["plan"], &["nothing", "plan", "secret"]] {
            let search = search(&term, fields);
            for order in [NEWEST, (VisitorOrder::Name, Ascending)] {
                let found = page(&*store, &search, order, Page::ALL).await;
                let expected = expected(&visitors, &search, order);
                assert_eq!(found.visitors, expected, "{search:?} by {order:?}");
                assert_eq!(found.total, expected.len() as u64, "{search:?}");
            }
        }
    }
}

pub async fn pages_of_visitors_are_parts_of_the_whole(store: Arc<dyn Store>) {
    let visitors = directory(&*store).await;
    for term in ["", "ma", "gold", "guest-b"] {
        let search = search(term, &["plan"]);
        for key in [VisitorOrder::SeenAt, VisitorOrder::Name] {
            for order in [(key, Ascending), (key, Descending)] {
                let all = expected(&visitors, &search, order);
                for (offset, limit) in [(0, 1), (0, 7), (5, 7), (30, 20), (9_999, 5)] {
                    let found = page(&*store, &search, order, Page { offset, limit: Some(limit) }).await;
                    let part: Vec<_> =
                        all.iter().skip(offset as usize).take(limit as usize).cloned().collect();
                    assert_eq!(
                        found,
                        VisitorPage { visitors: part, total: all.len() as u64 },
                        "{term} {order:?}"
                    );
                }
            }
        }
    }
}

pub async fn a_search_of_visitors_follows_every_write(store: Arc<dyn Store>) {
    let manager = VisitorManager { user_id: None, username: "kim".into(), name: None, emails: None };
    let ada = Visitor {
        name: Some("Ada".into()),
        emails: texts(&["ada@x.example"]),
        phones: texts(&["+491"]),
        manager: Some(manager),
        ..visitor("v1", "t1")
    };
    let bob = Visitor { name: Some("Bob".into()), ts: Some(later(9)), ..visitor("v2", "t2") };
    add_visitors(&*store, &[ada.clone(), bob]).await;
    assert_eq!(found(&*store, "").await, ["v2", "v1"]);
    for text in ["ADA", "da", "a", "ada@x.example", "+491", "guest-v1"] {
        assert_eq!(found(&*store, text).await, ["v1"], "{text}");
    }
    update_visitor(&*store, &Visitor { name: Some("Zoe".into()), phones: None, ..ada }).await;
    assert_eq!(found(&*store, "zoe").await, ["v1"]);
    for text in ["ada", "da", "+491"] {
        assert_eq!(found(&*store, text).await, [""; 0], "{text}");
    }
    // What changes nothing that is searched changes nothing here.
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.visitors().release_manager("kim", later(5)).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let zoe = find_visitor(&*store, &"v1".into()).await.unwrap();
    update_visitor(&*store, &Visitor { status: Some("away".into()), ..zoe }).await;
    assert_eq!(found(&*store, "zoe").await, ["v1"]);
    let zoe = find_visitor(&*store, &"v1".into()).await.unwrap();
    update_visitor(&*store, &Visitor { version: zoe.version, ..erased(&zoe) }).await;
    for (text, left) in [("zoe", &[][..]), ("guest", &["v2"]), ("", &["v2"]), ("ada@x.example", &[])] {
        assert_eq!(found(&*store, text).await, left, "{text}");
    }
}

pub async fn what_did_not_happen_is_not_counted(store: Arc<dyn Store>) {
    add_visitors(&*store, &[visitor("v1", "t1")]).await;
    let mut tx = store.begin().await.unwrap();
    // One id is stored, one token is taken, and the transaction is dropped in the end.
    assert!(tx.visitors().add(&visitor("v1", "t9")).await.is_err());
    assert!(tx.visitors().add(&visitor("v9", "t1")).await.is_err());
    assert!(tx.visitors().add_many(&[visitor("v8", "t8"), visitor("v9", "t1")]).await.is_err());
    assert_eq!(tx.visitors().add_many(&[visitor("v1", "t7"), visitor("v2", "t2")]).await.unwrap(), 1);
    let within = tx.visitors().list_page(&search("guest-v", &[]), NEWEST, Page::ALL).await.unwrap();
    assert_eq!(within.total, 2);
    let within = tx.visitors().list_page(&search("", &[]), NEWEST, Page::ALL).await.unwrap();
    assert_eq!((within.total, within.visitors.len()), (2, 2));
    drop(tx);
    assert_eq!(
        (found(&*store, "guest-v").await, found(&*store, "").await),
        (vec!["v1".into()], vec!["v1".into()])
    );
}

pub async fn values_are_found_where_their_field_is_searched(store: Arc<dyn Store>) {
    add_visitors(&*store, &[visitor_with_values("v1", &[("plan", "Gold"), ("city", "Köln")])]).await;
    let total = async |text: &str, fields: &[&str]| {
        page(&*store, &search(text, fields), NEWEST, Page::ALL).await.total
    };
    for (text, fields, expected) in [
        ("gOL", &["plan"][..], 1),
        ("gol", &["city"], 0),
        ("gol", &[], 0),
        ("ö", &["city", "plan"], 1),
        ("KÖ", &["city"], 1),
        ("dk", &["city", "plan"], 0),
    ] {
        assert_eq!(total(text, fields).await, expected, "{text} in {fields:?}");
    }
    let stored = find_visitor(&*store, &"v1".into()).await.unwrap();
    let other = visitor_with_values("v1", &[("plan", "Silver")]);
    update_visitor(&*store, &Visitor { livechat_data: other.livechat_data, ..stored }).await;
    assert_eq!((total("gol", &["plan"]).await, total("silv", &["plan"]).await), (0, 1));
}

pub async fn names_are_completed_in_their_order(store: Arc<dyn Store>) {
    let visitors = directory(&*store).await;
    let most = 1_000;
    let long = "a".repeat(300);
    let named = |id: &str, name: &str| Visitor { name: Some(name.to_owned()), ..visitor(id, id) };
    let more = [
        named("c1", &format!("{long}b")),
        named("c2", &format!("{long}c")),
        named("c3", "Mar\u{10ffff}\u{10ffff}x"),
    ];
    add_visitors(&*store, &more).await;
    let all: Vec<_> = visitors.into_iter().chain(more).filter(|visitor| !visitor.disabled).collect();
    let except = ["b01".into(), "nobody".into()];
    for start in [
        "",
        "m",
        "mar",
        "MARA",
        "mär",
        "μάρα",
        "zoe \"x\" 1",
        "guest",
        "\u{10ffff}",
        &format!("{long}c"),
        "%",
    ] {
        let start = normal_form(start);
        let mut expected: Vec<_> = all
            .iter()
            .filter(|visitor| {
                visitor.name.as_deref().is_some_and(|name| normal_form(name).starts_with(&start))
            })
            .filter(|visitor| !except.contains(&visitor.id))
            .map(|visitor| (name_key(visitor.name.as_deref().unwrap_or_default()), visitor.id.clone()))
            .collect();
        expected.sort();
        let expected: Vec<_> = expected.into_iter().map(|(_, id)| id).collect();
        let mut view = store.read().await.unwrap();
        let found = view.visitors().list_by_name_start(&start, &except, most).await.unwrap();
        let ids: Vec<_> = found.iter().map(|visitor| visitor.id.clone()).collect();
        assert_eq!(ids, expected, "{start:?}");
        let first = view.visitors().list_by_name_start(&start, &except, 2).await.unwrap();
        assert_eq!(first, found.into_iter().take(2).collect::<Vec<_>>(), "{start:?}");
    }
}
