//! Every law of `conformance` on `SQLite`, each on a file of its own: with one store, and with two stores that
//! share the file as two processes do.
#![expect(clippy::unwrap_used, reason = "steps of tests: what they did not expect ends the test")]

use std::path::Path;
use std::sync::Arc;

use omnicontact_adapters_sqlite::{SqliteOptions, SqliteStore};
use omnicontact_conformance::nodes::Nodes;
use omnicontact_ports::Store;

async fn open(folder: &Path) -> Arc<dyn Store> {
    let options = SqliteOptions { path: folder.join("law.db"), readers: 4 };
    Arc::new(SqliteStore::open(options).await.unwrap())
}

macro_rules! tests {
    ($($topic:ident { $($law:ident)* })*) => {
        $(mod $topic {
            $(mod $law {
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn one_process() {
                    let folder = tempfile::tempdir().unwrap();
                    omnicontact_conformance::$topic::$law(crate::open(folder.path()).await).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn two_processes() {
                    let folder = tempfile::tempdir().unwrap();
                    let nodes = vec![crate::open(folder.path()).await, crate::open(folder.path()).await];
                    omnicontact_conformance::$topic::$law(crate::Nodes::new(nodes)).await;
                }
            })*
        })*
    };
}

omnicontact_conformance::for_each_law!(tests);
