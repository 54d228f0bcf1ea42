//! A PostgreSQL database of one test, on the server that `OMNICONTACT_TEST_POSTGRES_URL` names.

use std::process::Command;

const SERVER: &str = "OMNICONTACT_TEST_POSTGRES_URL";

/// A database, called like a temporary folder, as such a name is given only once. Dropped with this value.
pub(crate) struct Database {
    pub(crate) server: String,
    pub(crate) name: String,
}

impl Database {
    /// An empty one; `kind` begins its name.
    pub(crate) fn create(kind: &str, named_like: &tempfile::TempDir) -> Self {
        let server = std::env::var(SERVER)
            .unwrap_or_else(|_| panic!("{SERVER} is not set; run the tests with `cargo xtask test`"));
        let unique = named_like.path().file_name().unwrap().to_str().unwrap().to_lowercase();
        let name = format!("{kind}_{}", unique.replace(|c: char| !c.is_ascii_alphanumeric(), ""));
        psql(&server, &format!("create database {name}"));
        Self { server, name }
    }

    pub(crate) fn url(&self) -> String {
        let (base, _) = self.server.rsplit_once('/').unwrap();
        format!("{base}/{}", self.name)
    }

    /// Drops it, whoever uses it.
    pub(crate) fn remove(&self) {
        psql(&self.server, &format!("drop database if exists {} with (force)", self.name));
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.remove();
    }
}

/// What the statement prints.
pub(crate) fn psql(server: &str, sql: &str) -> String {
    let psql = std::env::var("OMNICONTACT_TEST_PSQL").unwrap_or_else(|_| "psql".to_owned());
    let output =
        Command::new(psql).args(["-qXAt", "-v", "ON_ERROR_STOP=1", server, "-c", sql]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
