//! Both stores with the same agents and settings, and what each sequence sees of them: a clock of its own, and ids that
//! ascend, so that what happens at one moment has an order.

use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use omnicontact_adapters_postgres::{PgOptions, PgStore};
use omnicontact_adapters_sqlite::{SqliteOptions, SqliteStore};
use omnicontact_adapters_system::{BcryptHasher, OsIds};
use omnicontact_domain::permission;
use omnicontact_domain::policy::{Actor, Grants};
use omnicontact_domain::role::{ADMIN, LIVECHAT_AGENT, RoleId};
use omnicontact_domain::setting::{
    ACCEPT_WITHOUT_AGENTS, BLOCK_UNKNOWN_CONTACTS, BLOCK_UNVERIFIED_CONTACTS, COLLECT_HEADERS,
    REQUIRE_VERIFICATION, ROUTING_METHOD,
};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::RawToken;
use omnicontact_domain::user::{LivechatStatus, Presence, PresenceStatus, User};
use omnicontact_ports::{Clock, IdSource, Store};
use omnicontact_usecases::Context;
use omnicontact_usecases::server::{Start, prepare};

use crate::database::Database;
use crate::model::{AGENTS, BOSS, Proofs, Rules};

/// Both stores. They vanish with this value.
pub(crate) struct World {
    pub(crate) stores: Vec<(&'static str, Arc<dyn Store>)>,
    _database: Database,
    _folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn new(rules: Rules) -> Self {
        let folder = fresh_folder();
        let database = Database::create("stateful", &folder);
        // Sequences wait for each other here, and machines may be slow.
        let (pool_size, acquire_timeout) = (6, Duration::from_secs(20));
        let options = PgOptions { pool_size, acquire_timeout, ..PgOptions::new(database.url()) };
        let postgres: Arc<dyn Store> = Arc::new(PgStore::open(options).await.unwrap());
        let options = SqliteOptions { path: folder.path().join("directory.db"), readers: 2 };
        let sqlite: Arc<dyn Store> = Arc::new(SqliteStore::open(options).await.unwrap());
        let stores = vec![("sqlite", sqlite), ("postgres", postgres)];
        for (_, store) in &stores {
            furnish(&context(store.clone(), 0), rules).await;
        }
        Self { stores, _database: database, _folder: folder }
    }
}

/// In memory, where there is such a place: how disks keep things is tested elsewhere.
fn fresh_folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    folder.unwrap()
}

/// Settings and agents. New conversations wait until one takes them.
async fn furnish(ctx: &Context, rules: Rules) {
    let proofs = match rules.proofs {
        Proofs::Never => "never",
        Proofs::Once => "once",
        Proofs::Always => "always",
    };
    let forced = [
        (ACCEPT_WITHOUT_AGENTS, "true".to_owned()),
        (ROUTING_METHOD, "Manual_Selection".to_owned()),
        (COLLECT_HEADERS, rules.erases_open.to_string()),
        (REQUIRE_VERIFICATION, proofs.to_owned()),
        (BLOCK_UNKNOWN_CONTACTS, rules.blocks_unknown.to_string()),
        (BLOCK_UNVERIFIED_CONTACTS, rules.blocks_unverified.to_string()),
    ];
    let forced_settings = forced.map(|(id, value)| (id.to_owned(), value)).to_vec();
    prepare(ctx, &Start { forced_settings, ..Start::default() }).await.unwrap();
    let mut tx = ctx.store.begin().await.unwrap();
    for name in AGENTS {
        let shown = if name == "away" { PresenceStatus::Offline } else { PresenceStatus::Online };
        let user = User {
            username: Some(name.to_owned()),
            presence: Presence { shown, ..Presence::OFFLINE },
            livechat_status: Some(LivechatStatus::Available),
            roles: roles(),
            ..User::new(name, ctx.clock.now())
        };
        tx.users().add(&user).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn roles() -> Vec<RoleId> {
    vec![RoleId::from(ADMIN), RoleId::from(LIVECHAT_AGENT)]
}

/// Agents who may do everything.
static ACTORS: LazyLock<[Actor; 3]> = LazyLock::new(|| {
    let mut grants = Grants::default();
    for (permission, roles) in permission::defaults() {
        grants.insert(permission, roles.iter().map(|role| RoleId::from(*role)).collect());
    }
    AGENTS.map(|name| Actor::new(name, Some(name), roles(), grants.clone()))
});

pub(crate) fn agent(which: usize) -> &'static Actor {
    &ACTORS[which]
}

pub(crate) fn boss() -> &'static Actor {
    agent(BOSS)
}

/// The world as one sequence sees it on one store.
pub(crate) fn context(store: Arc<dyn Store>, sequence: u64) -> Context {
    Context {
        store,
        clock: Arc::new(Ticks::default()),
        ids: Arc::new(Counted { sequence, count: AtomicU64::new(0) }),
        passwords: Arc::new(BcryptHasher::for_this_machine()),
        root_url: "http://localhost:3000".to_owned(),
        token_secret: None,
    }
}

/// A clock that is a millisecond later whenever somebody looks at it.
#[derive(Default)]
struct Ticks(AtomicI64);

impl Clock for Ticks {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000 + self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// Ids of one sequence, in ascending order.
struct Counted {
    sequence: u64,
    count: AtomicU64,
}

impl Counted {
    fn next(&self) -> u64 {
        self.count.fetch_add(1, Ordering::SeqCst)
    }
}

impl IdSource for Counted {
    fn record_id(&self, _now: Timestamp) -> String {
        format!("{:016x}{:08x}", self.sequence, self.next())
    }

    fn random_id(&self) -> String {
        format!("{:010}r{:06}", self.sequence, self.next())
    }

    fn token(&self) -> RawToken {
        OsIds.token()
    }
}
