//! The laws of every store, each on a fresh database: with one node, and with two nodes that share it.

#[path = "support/fresh.rs"]
mod fresh;

use std::sync::Arc;

use fresh::Database;
use omnicontact_adapters_postgres::PgStore;
use omnicontact_conformance::nodes::Nodes;
use omnicontact_ports::Store;

macro_rules! tests {
    ($($topic:ident { $($law:ident)* })*) => { $( mod $topic { $( mod $law {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn one_node() {
            let database = crate::Database::create().await;
            omnicontact_conformance::$topic::$law(crate::open(&database).await).await;
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn two_nodes() {
            let database = crate::Database::create().await;
            let nodes = vec![crate::open(&database).await, crate::open(&database).await];
            omnicontact_conformance::$topic::$law(crate::Nodes::new(nodes)).await;
        }
    } )* } )* };
}

omnicontact_conformance::for_each_law!(tests);

async fn open(database: &Database) -> Arc<dyn Store> {
    Arc::new(PgStore::open(database.options()).await.expect("the fresh database is opened"))
}
