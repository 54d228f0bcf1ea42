//! Laws of settings.

use std::sync::Arc;

use omnicontact_domain::value::Value;
use omnicontact_ports::Store;

use crate::data::arbitrary::{self, samples};
use crate::data::{IDS_IN_DISORDER, NOW, ids_by_bytes, later};

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
