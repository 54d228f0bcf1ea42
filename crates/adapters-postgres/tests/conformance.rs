//! The laws of every store, each on a fresh database.

#[path = "support/fresh.rs"]
mod fresh;

use std::sync::Arc;

use fresh::Database;
use omnicontact_adapters_postgres::PgStore;

macro_rules! tests {
    ($($topic:ident { $($law:ident)* })*) => { $( mod $topic { $(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $law() {
            let database = super::Database::create().await;
            let store = super::open(&database).await;
            omnicontact_conformance::$topic::$law(store).await;
        }
    )* } )* };
}

omnicontact_conformance::for_each_law!(tests);

async fn open(database: &Database) -> Arc<PgStore> {
    Arc::new(PgStore::open(database.options()).await.expect("the fresh database is opened"))
}
