//! The dependency rule as data: which crate of the workspace may use which, and where a foreign crate may
//! live. A crate that is missing here is a fault, so this file is read whenever a dependency is added.

/// What a crate of the workspace may use of the workspace.
pub(super) struct CrateRule {
    pub(super) name: &'static str,
    pub(super) may_use: &'static [&'static str],
    /// In addition, as a dev-dependency.
    pub(super) tests_may_use: &'static [&'static str],
}

/// Who may use a foreign crate.
pub(super) struct Home {
    pub(super) name: &'static str,
    pub(super) users: &'static [&'static str],
    /// In addition, as a dev-dependency.
    pub(super) tests_of: &'static [&'static str],
}

const DOMAIN: &str = "omnicontact-domain";
const PORTS: &str = "omnicontact-ports";
const USECASES: &str = "omnicontact-usecases";
const BATCHING: &str = "omnicontact-batching";
const CONFORMANCE: &str = "omnicontact-conformance";
const HTTP: &str = "omnicontact-adapters-http";
const POSTGRES: &str = "omnicontact-adapters-postgres";
const SQLITE: &str = "omnicontact-adapters-sqlite";
const SYSTEM: &str = "omnicontact-adapters-system";
const APP: &str = "omnicontact";
const XTASK: &str = "xtask";

#[rustfmt::skip]
pub(super) const CRATES: &[CrateRule] = &[
    CrateRule { name: DOMAIN, may_use: &[], tests_may_use: &[] },
    CrateRule { name: PORTS, may_use: &[DOMAIN], tests_may_use: &[] },
    CrateRule { name: USECASES, may_use: &[DOMAIN, PORTS], tests_may_use: &[] },
    CrateRule { name: BATCHING, may_use: &[DOMAIN, PORTS], tests_may_use: &[CONFORMANCE, SQLITE] },
    CrateRule { name: CONFORMANCE, may_use: &[DOMAIN, PORTS, USECASES], tests_may_use: &[] },
    CrateRule { name: HTTP, may_use: &[DOMAIN, PORTS, USECASES], tests_may_use: &[POSTGRES, SQLITE, SYSTEM] },
    CrateRule { name: POSTGRES, may_use: &[DOMAIN, PORTS], tests_may_use: &[USECASES, CONFORMANCE, SYSTEM] },
    CrateRule { name: SQLITE, may_use: &[DOMAIN, PORTS], tests_may_use: &[USECASES, CONFORMANCE, SYSTEM] },
    CrateRule { name: SYSTEM, may_use: &[DOMAIN, PORTS], tests_may_use: &[] },
    CrateRule {
        name: APP,
        may_use: &[DOMAIN, PORTS, USECASES, BATCHING, HTTP, POSTGRES, SQLITE, SYSTEM],
        tests_may_use: &[CONFORMANCE],
    },
    CrateRule { name: XTASK, may_use: &[], tests_may_use: &[] },
];

#[rustfmt::skip]
pub(super) const HOMES: &[Home] = &[
    // The rules
    Home { name: "base64", users: &[DOMAIN], tests_of: &[] },
    Home { name: "fancy-regex", users: &[DOMAIN], tests_of: &[] },
    Home { name: "jiff", users: &[DOMAIN], tests_of: &[] },
    Home { name: "phonenumber", users: &[DOMAIN], tests_of: &[] },
    Home { name: "sha2", users: &[DOMAIN], tests_of: &[] },
    Home { name: "thiserror", users: &[DOMAIN, PORTS, USECASES, HTTP, POSTGRES, SQLITE, SYSTEM], tests_of: &[] },
    // The ports
    Home { name: "async-trait", users: &[PORTS, BATCHING, CONFORMANCE, POSTGRES, SQLITE, SYSTEM], tests_of: &[USECASES, HTTP] },
    Home { name: "mockall", users: &[PORTS], tests_of: &[USECASES] },
    // The stores
    Home { name: "futures-core", users: &[POSTGRES, SQLITE], tests_of: &[] },
    Home { name: "sqlx", users: &[POSTGRES, SQLITE], tests_of: &[] },
    // HTTP
    Home { name: "axum", users: &[HTTP, APP], tests_of: &[] },
    Home { name: "http-body-util", users: &[HTTP], tests_of: &[] },
    Home { name: "percent-encoding", users: &[HTTP], tests_of: &[] },
    Home { name: "tower", users: &[HTTP], tests_of: &[] },
    Home { name: "tower-http", users: &[HTTP], tests_of: &[] },
    Home { name: "utoipa", users: &[HTTP], tests_of: &[] },
    // Around the rules
    Home { name: "serde", users: &[DOMAIN, HTTP, POSTGRES, SQLITE, APP], tests_of: &[] },
    Home { name: "serde_json", users: &[DOMAIN, HTTP, POSTGRES, SQLITE, APP, XTASK], tests_of: &[] },
    Home { name: "tokio", users: &[BATCHING, CONFORMANCE, HTTP, POSTGRES, SQLITE, SYSTEM, APP], tests_of: &[USECASES] },
    Home { name: "tracing", users: &[USECASES, HTTP, POSTGRES, SQLITE, SYSTEM, APP], tests_of: &[] },
    // The machine
    Home { name: "bcrypt", users: &[SYSTEM], tests_of: &[] },
    Home { name: "getrandom", users: &[SYSTEM], tests_of: &[] },
    // The binary and the tasks
    Home { name: "anyhow", users: &[APP, XTASK], tests_of: &[] },
    Home { name: "cargo_metadata", users: &[XTASK], tests_of: &[] },
    Home { name: "clap", users: &[APP, XTASK], tests_of: &[] },
    Home { name: "config", users: &[APP], tests_of: &[] },
    Home { name: "indicatif", users: &[APP], tests_of: &[] },
    Home { name: "mimalloc", users: &[APP], tests_of: &[] },
    Home { name: "tokio-rustls", users: &[APP], tests_of: &[] },
    Home { name: "tracing-subscriber", users: &[APP], tests_of: &[] },
    // Tests
    Home { name: "h2", users: &[], tests_of: &[APP] },
    Home { name: "proptest", users: &[CONFORMANCE], tests_of: &[DOMAIN, USECASES, HTTP, APP] },
    Home { name: "rcgen", users: &[], tests_of: &[APP] },
    Home { name: "tempfile", users: &[], tests_of: &[BATCHING, HTTP, SQLITE, APP] },
    Home { name: "ureq", users: &[XTASK], tests_of: &[APP] },
];
