//! Laws of settings.

use std::sync::Arc;

use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::value::Value;
use omnicontact_ports::{Store, StoreError};

use crate::data::arbitrary::{self, samples};
use crate::data::{IDS_IN_DISORDER, NOW, ids_by_bytes, later};
use crate::steps::AT_LAST;

async fn find(store: &dyn Store, id: &str) -> Option<Value> {
    store.read().await.unwrap().settings().find(id).await.unwrap()
}

pub async fn every_value_survives_the_round_trip(store: Arc<dyn Store>) {
    let values: Vec<_> = samples(&arbitrary::value())
        .into_iter()
        .map(|(number, value)| (format!("Setting_{number:03}"), value))
        .collect();
    let mut tx = store.begin().await.unwrap();
    for (id, value) in &values {
        tx.settings().update(id, value, NOW).await.unwrap();
    }
    tx.commit().await.unwrap();
    for (id, value) in &values {
        assert_eq!(find(&*store, id).await.as_ref(), Some(value));
    }
    assert_eq!(store.read().await.unwrap().settings().list().await.unwrap(), values);
}

pub async fn a_setting_is_overwritten(store: Arc<dyn Store>) {
    assert_eq!(find(&*store, "Site_Name").await, None);
    for value in [Value::from("One"), Value::Null, Value::from(true), Value::List(vec![])] {
        let mut tx = store.begin().await.unwrap();
        tx.settings().update("Site_Name", &value, later(1)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(find(&*store, "Site_Name").await, Some(value));
    }
    assert_eq!(find(&*store, "site_name").await, None);
    assert_eq!(store.read().await.unwrap().settings().list().await.unwrap().len(), 1);
}

pub async fn settings_are_listed_by_bytes(store: Arc<dyn Store>) {
    let mut tx = store.begin().await.unwrap();
    for id in IDS_IN_DISORDER {
        tx.settings().update(id, &id.into(), NOW).await.unwrap();
    }
    tx.commit().await.unwrap();
    let expected: Vec<_> = ids_by_bytes().into_iter().map(|id| (id.clone(), Value::from(id))).collect();
    assert_eq!(store.read().await.unwrap().settings().list().await.unwrap(), expected);
}

pub async fn an_update_returns_the_former_value(store: Arc<dyn Store>) {
    let mut former = None;
    let values =
        [Value::from("one"), Value::Null, Value::from(false), Value::from(false), Value::List(vec![])];
    for value in values {
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.settings().update("Site_Name", &value, NOW).await.unwrap(), former);
        former = Some(value);
        tx.commit().await.unwrap();
    }
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.settings().update("site_name", &Value::Null, NOW).await.unwrap(), None);
    assert_eq!(tx.settings().update("Site_Name", &Value::from("gone"), NOW).await.unwrap(), former);
    assert_eq!(tx.settings().update("Site_Name", &Value::Null, NOW).await.unwrap(), Some("gone".into()));
    drop(tx);
    assert_eq!(find(&*store, "Site_Name").await, former, "what is dropped is gone");
}

pub async fn many_settings_are_found_at_once(store: Arc<dyn Store>) {
    let stored =
        [("A", Value::Null), ("B", Value::from("b")), ("a", Value::from(true)), ("c", Value::Number(0.5))];
    let mut tx = store.begin().await.unwrap();
    for (id, value) in &stored {
        tx.settings().update(id, value, NOW).await.unwrap();
    }
    tx.commit().await.unwrap();
    for (asked, expected) in [
        (&[][..], &[][..]),
        (&["B"], &["B"]),
        (&["c", "unknown", "A", "c", ""], &["A", "c"]),
        (&["A", "a"], &["A", "a"]),
    ] {
        let mut view = store.read().await.unwrap();
        let found =
            [store.find_settings(asked).await.unwrap(), view.settings().find_many(asked).await.unwrap()];
        for found in found {
            for (id, value) in &stored {
                let expected = expected.contains(id).then_some(value);
                assert_eq!(found.stored(id), expected, "{id} of {asked:?}");
            }
            assert_eq!(found.stored("unknown"), None);
            assert!(!asked.is_empty() || found == SettingValues::default());
        }
    }
}

async fn replace(store: &dyn Store, value: &str) -> Result<Option<Value>, StoreError> {
    let mut tx = store.begin().await?;
    let former = tx.settings().update("Chain", &value.into(), NOW).await?;
    tokio::task::yield_now().await;
    tx.commit().await?;
    Ok(former)
}

pub async fn of_many_who_write_at_once_each_gets_what_it_replaced(store: Arc<dyn Store>) {
    let writers = (0..8).map(|writer| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let mut replaced = Vec::new();
            for round in 0..3 {
                let value = format!("{writer}-{round}");
                replaced.push(loop {
                    match replace(&*store, &value).await {
                        Ok(former) => break former,
                        Err(error) => assert!(error.is_worth_a_retry(), "{error:?}"),
                    }
                });
            }
            replaced
        })
    });
    let mut seen = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        seen.extend(tokio::time::timeout(AT_LAST, writer).await.expect("all writers end").unwrap());
    }
    seen.push(find(&*store, "Chain").await);
    // All values were replaced once, or are there still; one writer was the first.
    let mut seen: Vec<_> =
        seen.iter().map(|value| value.as_ref().and_then(Value::as_text).unwrap_or_default()).collect();
    seen.sort_unstable();
    let written = (0..8).flat_map(|writer| (0..3).map(move |round| format!("{writer}-{round}")));
    let expected: Vec<_> = std::iter::once(String::new()).chain(written).collect();
    assert_eq!(seen, expected);
}

async fn count(store: &dyn Store, by: u64) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    tx.settings().increase("Counter", by, NOW).await?;
    tokio::task::yield_now().await;
    tx.commit().await
}

pub async fn of_many_who_count_at_once_none_is_lost(store: Arc<dyn Store>) {
    let counting = (1..=12).map(|by| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            while let Err(error) = count(&*store, by).await {
                assert!(error.is_worth_a_retry(), "{error:?}");
            }
        })
    });
    for task in counting.collect::<Vec<_>>() {
        tokio::time::timeout(AT_LAST, task).await.expect("all end").unwrap();
    }
    assert_eq!(find(&*store, "Counter").await, Some(Value::Number(78.0)));
    // What an operator set is counted on from.
    let mut tx = store.begin().await.unwrap();
    tx.settings().update("Counter", &Value::Number(5.0), NOW).await.unwrap();
    tx.settings().increase("Counter", 2, NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(find(&*store, "Counter").await, Some(Value::Number(7.0)));
}
