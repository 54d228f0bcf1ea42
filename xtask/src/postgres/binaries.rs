//! Finds the programs of a PostgreSQL server, or installs them, or says what to do.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// Every program that the verbs call.
const PROGRAMS: [&str; 5] = ["initdb", "postgres", "pg_ctl", "pg_isready", "psql"];

/// Where distributions put servers outside `PATH`: folder, what a version's entry starts with, the
/// folder of its programs.
const HOMES: [(&str, &str, &str); 4] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
];

const CREATE_CLUSTER: &str = "/etc/postgresql-common/createcluster.conf";

const ADVICE: &str = "\
no PostgreSQL server (13 or newer) was found. Either install one:
  Debian, Ubuntu   apt-get install postgresql
  Fedora           dnf install postgresql-server
  macOS            brew install postgresql@17
or set OMNICONTACT_TEST_POSTGRES_URL to the URL of an empty database of your own, for example
  OMNICONTACT_TEST_POSTGRES_URL=postgres://me:secret@127.0.0.1:5432/omnicontact_test";

/// The folder with the programs of one PostgreSQL version.
pub(crate) struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// What is installed; else installs Debian's package where that is possible.
    pub(crate) fn find_or_install() -> Result<Self> {
        if let Some(found) = Self::find() {
            return Ok(found);
        }
        if process::find_program("apt-get").is_some() && process::is_root() {
            eprintln!("installing PostgreSQL");
            forbid_automatic_cluster()?;
        }
        if !process::install_debian_package("postgresql")? {
            bail!("{ADVICE}");
        }
        Self::find().context("PostgreSQL was installed, but its programs were not found")
    }

    /// `PATH` first, so that a person decides; then the newest of the usual places.
    fn find() -> Option<Self> {
        let configured = process::read(Command::new("pg_config").arg("--bindir")).ok().map(PathBuf::from);
        let on_path = process::find_program("initdb")
            .and_then(|program| program.canonicalize().ok())
            .and_then(|program| program.parent().map(Path::to_path_buf));
        let complete = |folder: &PathBuf| PROGRAMS.iter().all(|name| folder.join(name).is_file());
        let folder = configured.into_iter().chain(on_path).chain(usual_places()).find(complete)?;
        Some(Self { folder })
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Debian creates and starts a cluster on installation; nobody asked for one.
fn forbid_automatic_cluster() -> Result<()> {
    let file = Path::new(CREATE_CLUSTER);
    if file.exists() {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(file, "create_main_cluster = false\n").with_context(|| CREATE_CLUSTER.to_owned())
}

fn usual_places() -> Vec<PathBuf> {
    let mut places = Vec::new();
    for (home, prefix, programs) in HOMES {
        let entries = std::fs::read_dir(home).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        for name in newest_first(names, prefix) {
            places.push(Path::new(home).join(name).join(programs));
        }
    }
    places
}

/// Names of the form prefix and number, the highest number first.
fn newest_first(names: Vec<String>, prefix: &str) -> Vec<String> {
    let version = |name: &String| name.strip_prefix(prefix).and_then(|rest| rest.parse::<f64>().ok());
    let mut versions: Vec<_> =
        names.into_iter().filter_map(|name| version(&name).map(|number| (number, name))).collect();
    versions.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    versions.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::newest_first;

    #[test]
    fn the_newest_version_comes_first_and_strangers_are_left_out() {
        let names = ["9.6", "15", "lib", "13"].map(str::to_owned).to_vec();
        assert_eq!(newest_first(names, ""), ["15", "13", "9.6"]);
        let names = ["postgresql@14", "postgresql@17", "redis"].map(str::to_owned).to_vec();
        assert_eq!(newest_first(names, "postgresql@"), ["postgresql@17", "postgresql@14"]);
    }
}
