//! Laws of definitions of custom fields.

use std::sync::Arc;

use omnicontact_domain::custom_field::CustomField;
use omnicontact_ports::Store;

use crate::data::arbitrary::{self, samples};
use crate::data::{IDS_IN_DISORDER, custom_field};

async fn add(store: &dyn Store, definitions: &[CustomField]) {
    let mut tx = store.begin().await.unwrap();
    for definition in definitions {
        tx.custom_fields().add(definition).await.unwrap();
    }
    tx.commit().await.unwrap();
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
