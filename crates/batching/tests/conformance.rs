//! Every law of `conformance` through batches over `SQLite`: two stores that share a file.
#![expect(clippy::unwrap_used, reason = "steps of tests: what they did not expect ends the test")]

use std::path::Path;
use std::sync::Arc;

use omnicontact_adapters_sqlite::{SqliteOptions, SqliteStore};
use omnicontact_batching::{Batched, Limits};
use omnicontact_conformance::nodes::Nodes;
use omnicontact_ports::Store;

async fn open(folder: &Path) -> Arc<dyn Store> {
    let options = SqliteOptions { path: folder.join("law.db"), readers: 4 };
    let store = Arc::new(SqliteStore::open(options).await.unwrap());
    Arc::new(Batched::new(store, Limits { batches: 2, batch: 64, waiting: 10_000 }))
}

macro_rules! tests {
    ($($topic:ident { $($law:ident)* })*) => {
        $(mod $topic {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $law() {
                    let folder = tempfile::tempdir().unwrap();
                    let nodes = vec![crate::open(folder.path()).await, crate::open(folder.path()).await];
                    omnicontact_conformance::$topic::$law(crate::Nodes::new(nodes)).await;
                }
            )*
        })*
    };
}

omnicontact_conformance::for_each_law!(tests);
