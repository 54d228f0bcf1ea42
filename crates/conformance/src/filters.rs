//! Laws of the search for one visitor by address, number and custom values.

use std::sync::Arc;

use omnicontact_domain::text::fold;
use omnicontact_domain::value::{Fields, Value};
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{Store, VisitorFilter};

use crate::data::{custom_filter, erased, later, texts, visitor, visitor_with_email, visitor_with_values};
use crate::steps::{add_visitors, find_visitor, update_visitor, who_fits};

fn by_email(address: &str) -> VisitorFilter {
    VisitorFilter { email: Some(address.to_owned()), ..VisitorFilter::default() }
}

fn by_phone(number: &str) -> VisitorFilter {
    VisitorFilter { phone: Some(number.to_owned()), ..VisitorFilter::default() }
}

pub async fn a_filter_without_conditions_finds_nobody(store: Arc<dyn Store>) {
    add_visitors(&*store, &[visitor("v1", "t1")]).await;
    assert_eq!(who_fits(&*store, &VisitorFilter::default()).await, None);
}

pub async fn all_conditions_hold_at_once(store: Arc<dyn Store>) {
    let all = Visitor {
        emails: texts(&["a@x", "b@x"]),
        phones: texts(&["+1", "+2"]),
        ..visitor_with_values("v1", &[("plan", "Gold"), ("city", "Trier")])
    };
    let some = Visitor {
        emails: texts(&["a@x"]),
        phones: texts(&["+3"]),
        ts: Some(later(-1)),
        ..visitor_with_values("v0", &[("plan", "Gold"), ("city", "Gold")])
    };
    add_visitors(&*store, &[all, some]).await;
    let filter = |email: &str, phone: &str, custom: &[(&str, &str)]| VisitorFilter {
        email: Some(email.to_owned()),
        phone: Some(phone.to_owned()),
        ..custom_filter(custom)
    };
    let fits = [
        filter("a@x", "+1", &[]),
        filter("b@x", "+2", &[("plan", "gold"), ("city", "rie")]),
        VisitorFilter { email: None, ..filter("", "+1", &[("city", "Trier")]) },
        VisitorFilter { phone: None, ..filter("a@x", "", &[("city", "trier")]) },
        custom_filter(&[("plan", "old"), ("plan", "go"), ("city", "trier")]),
    ];
    for filter in fits {
        assert_eq!(who_fits(&*store, &filter).await.as_deref(), Some("v1"), "{filter:?}");
    }
    let fits_not = [
        filter("b@x", "+3", &[]),
        filter("a@x", "+1", &[("plan", "silver")]),
        filter("a@x", "+1", &[("plan", "gold"), ("city", "gold")]),
        filter("a@x", "+1", &[("unknown", "")]),
        custom_filter(&[("plan", "trier")]),
    ];
    for filter in fits_not {
        assert_eq!(who_fits(&*store, &filter).await, None, "{filter:?}");
    }
    // What both have finds the first one.
    assert_eq!(who_fits(&*store, &custom_filter(&[("plan", "GOLD")])).await.as_deref(), Some("v0"));
}

pub async fn addresses_and_numbers_are_compared_exactly(store: Arc<dyn Store>) {
    add_visitors(&*store, &[Visitor { phones: texts(&["+49 30"]), ..visitor_with_email("v1", "a@x", 0) }])
        .await;
    for filter in
        [by_email("A@x"), by_email("a@"), by_email("%"), by_phone("+4930"), by_phone("+49 3_"), by_email("")]
    {
        assert_eq!(who_fits(&*store, &filter).await, None, "{filter:?}");
    }
    for filter in [by_email("a@x"), by_phone("+49 30")] {
        assert_eq!(who_fits(&*store, &filter).await.as_deref(), Some("v1"), "{filter:?}");
    }
}

/// Stores one visitor for each value and asks for each of them with each text: the answers are those of the
/// domain's own folding.
async fn compare(store: &dyn Store, values: &[&str], asked: &[&str]) {
    let field = |number: usize| format!("field {number}");
    let visitors: Vec<Visitor> = values
        .iter()
        .enumerate()
        .map(|(number, value)| {
            visitor_with_values(&format!("v{number}"), &[(field(number).as_str(), *value)])
        })
        .collect();
    add_visitors(store, &visitors).await;
    for (number, value) in values.iter().enumerate() {
        for text in asked.iter().chain(values) {
            let found = who_fits(store, &custom_filter(&[(field(number).as_str(), *text)])).await;
            let expected = fold(value).contains(&fold(text)).then(|| format!("v{number}"));
            assert_eq!(found, expected, "{text:?} in {value:?}");
        }
    }
}

pub async fn case_does_not_matter_in_any_script(store: Arc<dyn Store>) {
    let values = [
        "ÀÉ Mara",
        "àé mara",
        "İzmir",
        "izmir",
        "Straße",
        "STRAẞE",
        "strasse",
        "ΟΔΟΣ",
        "οδος",
        "ПРИВЕТ",
        "ǅ",
        "Ⱥ",
    ];
    compare(
        &*store,
        &values,
        &["àÉ", "MARA", "İ", "i", "I", "ı", "ẞ", "ss", "Σ", "σ", "ς", "привет", "ǆ", "ⱥ", ""],
    )
    .await;
}

pub async fn every_character_stands_for_itself(store: Arc<dyn Store>) {
    let values = [
        "100%",
        "a_b",
        r"back\slash",
        "*",
        "a.b",
        "[a-z]+",
        "(a|b)",
        "^a$",
        "?",
        "'",
        "\"",
        "a\u{301}",
        "á",
        "\u{1f600}",
        " ",
        "\t",
        "$1",
        ":x",
        "{}",
        "--",
        "ab",
        "",
    ];
    compare(
        &*store,
        &values,
        &["%", "_", r"\", ".", ".*", "a%b", "a_", "[", "+", "|", "^", "$", "''", "\u{301}", "a"],
    )
    .await;
}

pub async fn only_texts_are_searched(store: Arc<dyn Store>) {
    let mut values = Fields::default();
    values.set("number", Value::Number(42.0));
    values.set("truth", true);
    values.set("nothing", Value::Null);
    values.set("list", Value::List(vec!["gold".into()]));
    values.set("text", "42");
    add_visitors(&*store, &[Visitor { livechat_data: Some(values), ..visitor("v1", "t1") }]).await;
    for filter in [
        ("number", "42"),
        ("truth", "true"),
        ("nothing", ""),
        ("nothing", "null"),
        ("list", "gold"),
        ("list", ""),
    ] {
        assert_eq!(who_fits(&*store, &custom_filter(&[filter])).await, None, "{filter:?}");
    }
    assert_eq!(who_fits(&*store, &custom_filter(&[("text", "42")])).await.as_deref(), Some("v1"));
    assert_eq!(who_fits(&*store, &custom_filter(&[("Text", "42")])).await, None);
}

pub async fn the_first_one_seen_is_found(store: Arc<dyn Store>) {
    let seen = |id: &str, at: i64| Visitor {
        phones: texts(&["+1"]),
        ts: Some(later(at)),
        emails: texts(&["a@x"]),
        ..visitor_with_values(id, &[("plan", "gold")])
    };
    add_visitors(&*store, &[seen("v4", 1), seen("v1", 2), seen("v3", 1), seen("v2", 3)]).await;
    for filter in [by_email("a@x"), by_phone("+1"), custom_filter(&[("plan", "gold")])] {
        assert_eq!(who_fits(&*store, &filter).await.as_deref(), Some("v3"), "{filter:?}");
    }
}

pub async fn an_erased_visitor_is_found_by_id_only(store: Arc<dyn Store>) {
    let visitor = Visitor {
        emails: texts(&["a@x"]),
        phones: texts(&["+1"]),
        ..visitor_with_values("v1", &[("plan", "gold")])
    };
    add_visitors(&*store, std::slice::from_ref(&visitor)).await;
    let erased = erased(&visitor);
    update_visitor(&*store, &erased).await;
    for filter in
        [by_email("a@x"), by_phone("+1"), custom_filter(&[("plan", "gold")]), custom_filter(&[("plan", "")])]
    {
        assert_eq!(who_fits(&*store, &filter).await, None, "{filter:?}");
    }
    let left = Visitor { version: erased.version.next(), ..erased };
    assert_eq!(find_visitor(&*store, &left.id).await.as_ref(), Some(&left));
    assert_eq!(store.find_visitor(&left.id).await.unwrap(), Some(left));
}

pub async fn a_disabled_visitor_never_fits(store: Arc<dyn Store>) {
    let with_all = |id: &str| Visitor {
        emails: texts(&["a@x"]),
        phones: texts(&["+1"]),
        ..visitor_with_values(id, &[("plan", "gold")])
    };
    let disabled = Visitor { disabled: true, ts: Some(later(-1)), ..with_all("v1") };
    add_visitors(&*store, &[disabled, with_all("v2")]).await;
    for filter in [by_email("a@x"), by_phone("+1"), custom_filter(&[("plan", "gold")])] {
        assert_eq!(who_fits(&*store, &filter).await.as_deref(), Some("v2"), "{filter:?}");
    }
}

pub async fn custom_values_follow_updates(store: Arc<dyn Store>) {
    let old = visitor_with_values(
        "v1",
        &[("gone", "gold"), ("changed", "gold"), ("kept", "gold"), ("number", "gold")],
    );
    add_visitors(&*store, std::slice::from_ref(&old)).await;
    let mut values = Fields::default();
    values.set("changed", "silver");
    values.set("kept", "gold");
    values.set("number", Value::Number(1.0));
    values.set("new", "gold");
    update_visitor(&*store, &Visitor { livechat_data: Some(values), ..old }).await;
    for gone in ["gone", "changed", "number"] {
        assert_eq!(who_fits(&*store, &custom_filter(&[(gone, "gold")])).await, None, "{gone}");
    }
    for (key, text) in [("changed", "silver"), ("kept", "gold"), ("new", "gold")] {
        assert_eq!(who_fits(&*store, &custom_filter(&[(key, text)])).await.as_deref(), Some("v1"), "{key}");
    }
}
