//! `cargo xtask sqlx`: lets sqlx's macros describe every checked statement against a real database with
//! the adapter's own migrations, and keeps what they write in the adapter's `.sqlx` folder. Nothing is
//! replaced before every statement of both adapters has been described.

mod expansion;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::postgres::GuardedCluster;
use crate::process;
use expansion::Adapter;

pub(crate) fn run(check: bool) -> Result<ExitCode> {
    let work = process::target()?.join("xtask-sqlx");
    let cluster = GuardedCluster::start("sqlx")?;
    let mut adapters = Vec::new();
    for name in ["adapters-sqlite", "adapters-postgres"] {
        let folder = process::root().join("crates").join(name);
        let migrations = migrations(&folder)?;
        let database_url = if name == "adapters-sqlite" {
            sqlite_database(&work, &migrations)?
        } else {
            for migration in &migrations {
                cluster.psql(&["-1", "-f", &migration.to_string_lossy()])?;
            }
            cluster.url()
        };
        let documents = empty_folder(&work.join(name))?;
        adapters.push(Adapter { package: format!("omnicontact-{name}"), folder, database_url, documents });
    }
    expansion::describe(&adapters, check)?;

    let mut differences = Vec::new();
    for adapter in &adapters {
        let committed = adapter.folder.join(".sqlx");
        let changes = compare(&documents(&committed)?, &documents(&adapter.documents)?);
        if !check && !changes.is_empty() {
            replace(&committed, &adapter.documents)?;
        }
        let package = &adapter.package;
        differences.extend(changes.iter().map(|(file, change)| format!("{package}: {file}: {change}")));
    }
    for difference in &differences {
        println!("{difference}");
    }
    if check && !differences.is_empty() {
        eprintln!("the checked statements are out of date; `cargo xtask sqlx` renews them");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// A database file with the adapter's migrations, by SQLite's own command line.
fn sqlite_database(work: &Path, migrations: &[PathBuf]) -> Result<String> {
    if process::find_program("sqlite3").is_none() && !process::install_debian_package("sqlite3")? {
        bail!(
            "the program `sqlite3` is needed to apply the migrations: \
             apt-get install sqlite3, dnf install sqlite, or brew install sqlite"
        );
    }
    let file = empty_folder(&work.join("sqlite-database"))?.join("omnicontact.db");
    for migration in migrations {
        let mut sqlite = Command::new("sqlite3");
        sqlite.args(["-batch", "-bail", "-init", "/dev/null"]).arg(&file).stdin(File::open(migration)?);
        process::run(&mut sqlite).with_context(|| migration.display().to_string())?;
    }
    // The macros refuse a file that is not there, as before the first migration.
    File::options().create(true).append(true).open(&file)?;
    Ok(format!("sqlite://{}", file.display()))
}

/// In the order in which the server applies them.
fn migrations(folder: &Path) -> Result<Vec<PathBuf>> {
    let folder = folder.join("migrations");
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|kind| kind == "sql") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Every described statement of a folder: file name and content.
fn documents(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut documents = BTreeMap::new();
    if folder.is_dir() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if let Some(name) = path.file_name() {
                documents.insert(name.to_string_lossy().into_owned(), std::fs::read_to_string(&path)?);
            }
        }
    }
    Ok(documents)
}

fn compare(
    committed: &BTreeMap<String, String>,
    fresh: &BTreeMap<String, String>,
) -> BTreeMap<String, &'static str> {
    let gone = committed.keys().filter(|name| !fresh.contains_key(*name)).map(|name| (name.clone(), "gone"));
    let mut changes: BTreeMap<_, _> = gone.collect();
    for (name, text) in fresh {
        match committed.get(name) {
            None => drop(changes.insert(name.clone(), "new")),
            Some(before) if before != text => drop(changes.insert(name.clone(), "changed")),
            Some(_) => {}
        }
    }
    changes
}

fn replace(committed: &Path, fresh: &Path) -> Result<()> {
    empty_folder(committed)?;
    for (name, text) in documents(fresh)? {
        std::fs::write(committed.join(name), text)?;
    }
    Ok(())
}

fn empty_folder(folder: &Path) -> Result<PathBuf> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    Ok(folder.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, compare};

    fn documents(all: &[(&str, &str)]) -> BTreeMap<String, String> {
        all.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn each_kind_of_difference_is_named() {
        let committed = documents(&[("a", "1"), ("b", "1"), ("c", "1")]);
        let fresh = documents(&[("a", "1"), ("b", "2"), ("d", "1")]);
        let changes: Vec<_> = compare(&committed, &fresh).into_iter().collect();
        let expected = [("b", "changed"), ("c", "gone"), ("d", "new")];
        assert_eq!(changes, expected.map(|(name, change)| (name.to_owned(), change)));
    }
}
