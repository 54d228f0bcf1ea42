//! Every law of `conformance` on SQLite, each in a file of its own.

use std::sync::Arc;

use omnicontact_adapters_sqlite::{SqliteOptions, SqliteStore};

macro_rules! tests {
    ($($topic:ident { $($law:ident)* })*) => {
        $(mod $topic {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $law() {
                let folder = tempfile::tempdir().unwrap();
                let options = super::SqliteOptions { path: folder.path().join("law.db"), readers: 4 };
                let store = super::Arc::new(super::SqliteStore::open(options).await.unwrap());
                omnicontact_conformance::$topic::$law(store).await;
            })*
        })*
    };
}

omnicontact_conformance::for_each_law!(tests);
