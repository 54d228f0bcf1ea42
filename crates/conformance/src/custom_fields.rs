//! Laws of definitions of custom fields.

use std::sync::Arc;

use omnicontact_domain::custom_field::CustomField;
use omnicontact_ports::Store;

use crate::data::arbitrary::{self, samples};
use crate::data::{IDS_IN_DISORDER, custom_field, later};
use crate::steps::assert_stale;

async fn add(store: &dyn Store, definitions: &[CustomField]) {
    let mut tx = store.begin().await.unwrap();
    for definition in definitions {
        tx.custom_fields().add(definition).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn find(store: &dyn Store, id: &str) -> Option<CustomField> {
    store.read().await.unwrap().custom_fields().find(&id.into()).await.unwrap()
}

async fn list(store: &dyn Store) -> Vec<CustomField> {
    store.read().await.unwrap().custom_fields().list().await.unwrap()
}

pub async fn every_field_survives_the_round_trip(store: Arc<dyn Store>) {
    assert_eq!(list(&*store).await, []);
    let unique =
        |(number, field): (u16, CustomField)| CustomField { id: format!("f{number}").into(), ..field };
    let definitions: Vec<_> = samples(&arbitrary::custom_field()).into_iter().map(unique).collect();
    add(&*store, &definitions).await;
    assert_eq!(list(&*store).await, definitions);
}

pub async fn definitions_are_listed_in_the_order_of_addition(store: Arc<dyn Store>) {
    let definitions = IDS_IN_DISORDER.map(custom_field);
    for one in &definitions {
        add(&*store, std::slice::from_ref(one)).await;
    }
    assert_eq!(list(&*store).await, definitions);
}

pub async fn a_definition_is_found_by_its_exact_id(store: Arc<dyn Store>) {
    let definitions = IDS_IN_DISORDER.map(custom_field);
    add(&*store, &definitions).await;
    for definition in &definitions {
        assert_eq!(find(&*store, definition.id.as_str()).await.as_ref(), Some(definition));
    }
    for unknown in ["", "A", "Label of a", "a "] {
        assert_eq!(find(&*store, unknown).await, None, "{unknown}");
    }
}

pub async fn every_field_survives_an_update_and_the_place_stays(store: Arc<dyn Store>) {
    add(&*store, &["b", "a", "c"].map(custom_field)).await;
    let mut stored = custom_field("a");
    for (_, arbitrary) in samples(&arbitrary::custom_field()) {
        let changed = CustomField { id: stored.id.clone(), version: stored.version, ..arbitrary };
        let mut tx = store.begin().await.unwrap();
        tx.custom_fields().update(&changed).await.unwrap();
        tx.commit().await.unwrap();
        stored = CustomField { version: changed.version.next(), ..changed };
        assert_eq!(find(&*store, "a").await.as_ref(), Some(&stored));
    }
    let listed = list(&*store).await;
    assert_eq!(listed, [custom_field("b"), stored, custom_field("c")]);
}

pub async fn a_stale_definition_is_refused(store: Arc<dyn Store>) {
    let first = custom_field("a");
    add(&*store, std::slice::from_ref(&first)).await;
    let mut tx = store.begin().await.unwrap();
    let second = CustomField { label: "Second".into(), updated_at: later(1), ..first.clone() };
    tx.custom_fields().update(&second).await.unwrap();
    for refused in [first.clone(), CustomField { id: "unknown".into(), ..first.clone() }] {
        assert_stale(&tx.custom_fields().update(&refused).await);
    }
    tx.commit().await.unwrap();
    assert_eq!(list(&*store).await, [CustomField { version: first.version.next(), ..second }]);
}

pub async fn a_removed_definition_is_gone_and_its_id_is_free(store: Arc<dyn Store>) {
    add(&*store, &["a", "b"].map(custom_field)).await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.custom_fields().remove(&"a".into()).await.unwrap());
    assert!(!tx.custom_fields().remove(&"a".into()).await.unwrap());
    assert!(!tx.custom_fields().remove(&"B".into()).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(list(&*store).await, [custom_field("b")]);
    add(&*store, &[custom_field("a")]).await;
    assert_eq!(list(&*store).await, ["b", "a"].map(custom_field));
}
