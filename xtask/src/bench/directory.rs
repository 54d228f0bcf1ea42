//! Directories of made-up people, one per engine and size, kept between runs.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};

use super::Engine;
use super::figures::grouped;
use super::server::{self, Credentials, Server, Serving};
use super::sqlite::SqliteFile;
use crate::postgres::KeptCluster;
use crate::process;

const USER: &str = "bench";
/// The file of SQLite.
const FILE: &str = "omnicontact.db";

/// A directory, and the PostgreSQL server that has it, if any; the server is stopped with this value.
pub(super) struct Directory {
    pub(super) engine: Engine,
    pub(super) contacts: u64,
    folder: PathBuf,
    binary: PathBuf,
    cluster: Option<KeptCluster>,
    /// Names of tokens that are ended with this value.
    tokens: Mutex<Vec<String>>,
}

impl Directory {
    /// The directory of that size, filled if it is not yet.
    pub(super) fn open(home: &Path, engine: Engine, contacts: u64, binary: &Path) -> Result<Self> {
        let name = format!("{}-{contacts}", engine.name().to_lowercase());
        let directory = Self::at(home.join(&name), engine, contacts, binary)?;
        directory.fill()?;
        Ok(directory)
    }

    /// A directory with nobody in it, in a folder of its own.
    pub(super) fn empty(home: &Path, engine: Engine, binary: &Path) -> Result<Self> {
        let folder = home.join(format!("empty-{}", engine.name().to_lowercase()));
        // Of a run that was interrupted.
        if engine == Engine::Postgres
            && let Some(old) = KeptCluster::find(&folder, "server")?
        {
            old.remove()?;
        }
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        let directory = Self::at(folder, engine, 0, binary)?;
        process::read(&mut directory.command(&["migrate"]))?;
        Ok(directory)
    }

    /// Removes what [`Self::empty`] made.
    pub(super) fn remove(mut self) -> Result<()> {
        if let Some(cluster) = self.cluster.take() {
            cluster.remove()?;
        }
        std::fs::remove_dir_all(&self.folder).with_context(|| self.folder.display().to_string())
    }

    fn at(folder: PathBuf, engine: Engine, contacts: u64, binary: &Path) -> Result<Self> {
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let cluster = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(KeptCluster::start(&folder, "server", &[shared_buffers()])?),
        };
        Ok(Self { engine, contacts, folder, binary: binary.to_owned(), cluster, tokens: Mutex::default() })
    }

    fn fill(&self) -> Result<()> {
        let full = self.folder.join("full");
        if full.exists() {
            return Ok(());
        }
        let number = self.contacts.to_string();
        eprintln!("filling {} with {} people", self.engine.name(), grouped(self.contacts));
        process::run(&mut self.command(&["migrate"]))?;
        process::run(&mut self.command(&["user", "create", USER, "--role", "admin"]))?;
        let indexes = self.cluster.as_ref().map(without_indexes).transpose()?;
        process::run(&mut self.command(&["demo", "--contacts", &number]))?;
        if let (Some(cluster), Some(indexes)) = (&self.cluster, indexes) {
            eprintln!("making the indexes of PostgreSQL");
            cluster.ask(&format!("set maintenance_work_mem = '2GB'; {indexes}"))?;
            cluster.ask("vacuum analyze")?;
        }
        std::fs::write(full, "").map_err(Into::into)
    }

    /// A command of the binary on this directory.
    pub(super) fn command(&self, arguments: &[&str]) -> std::process::Command {
        server::command(&self.binary, &self.folder, &self.url(), arguments)
    }

    pub(super) fn url(&self) -> String {
        match &self.cluster {
            None => format!("sqlite://{FILE}"),
            Some(cluster) => cluster.url(),
        }
    }

    pub(super) fn cluster(&self) -> Option<&KeptCluster> {
        self.cluster.as_ref()
    }

    /// The rows of a query, a line each, columns with a bar between.
    pub(super) fn ask(&self, query: &str) -> Result<String> {
        match &self.cluster {
            None => SqliteFile::open(self.folder.join(FILE))?.ask(query),
            Some(cluster) => cluster.ask(query),
        }
    }

    /// Serves the directory, with a token of its own for who asks.
    pub(super) fn serve(&self) -> Result<Server> {
        let credentials = self.credentials(1)?.into_iter().next().context("no token")?;
        self.serve_to(credentials, &[])
    }

    /// Serves the directory under these variables, and asks as somebody who has a token already.
    pub(super) fn serve_to(&self, credentials: Credentials, variables: &[(&str, &str)]) -> Result<Server> {
        let mut command = self.command(&[]);
        command.envs(variables.iter().copied());
        Server::start(command, self.folder.with_extension("log"), credentials)
    }

    /// Serves the directory by one more process, under these variables; what it logs goes to a file of that name.
    pub(super) fn serve_also(&self, name: &str, variables: &[(&str, &str)]) -> Result<Serving> {
        let mut command = self.command(&[]);
        command.envs(variables.iter().copied());
        Serving::start(command, self.folder.with_extension(format!("{name}.log")))
    }

    /// So many tokens of the user who asks, which end with this value.
    pub(super) fn credentials(&self, number: usize) -> Result<Vec<Credentials>> {
        (0..number).map(|_| self.token()).collect()
    }

    fn token(&self) -> Result<Credentials> {
        let name =
            format!("bench {} {}", std::process::id(), self.tokens.lock().map_or(0, |names| names.len()));
        let printed = process::read(&mut self.command(&["token", "create", USER, "--name", &name]))?;
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).push(name);
        let value = |key: &str| {
            let line = printed.lines().find_map(|line| line.strip_prefix(key));
            line.map(|line| line.trim_start_matches(':').trim().to_owned()).context("no token was printed")
        };
        Ok(Credentials { user_id: value("X-User-Id")?, token: value("X-Auth-Token")? })
    }

    /// The stored forms of the tokens that [`Self::credentials`] made.
    pub(super) fn hashed_tokens(&self) -> Result<Vec<String>> {
        let mine = format!("bench {} ", std::process::id());
        let query = format!("select hashed_token from login_tokens where name like '{mine}%' order by name");
        Ok(self.ask(&query)?.lines().map(str::to_owned).collect())
    }

    /// How the database is set up, where it is not by default.
    pub(super) fn settings(&self) -> Result<String> {
        let Some(cluster) = &self.cluster else { return Ok("none".to_owned()) };
        Ok(format!(
            "PostgreSQL {}, shared_buffers = {}",
            cluster.ask("show server_version")?.trim(),
            cluster.ask("show shared_buffers")?.trim()
        ))
    }

    /// Reads all files once from end to end, so that they are in the memory of the machine as far as it goes.
    pub(super) fn read_files(&self) -> Result<()> {
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    std::io::copy(&mut std::fs::File::open(&path)?, &mut std::io::sink())
                        .with_context(|| path.display().to_string())?;
                }
            }
        }
        Ok(())
    }

    /// Bytes on disk.
    pub(super) fn size(&self) -> Result<u64> {
        if let Some(cluster) = &self.cluster {
            return Ok(cluster.ask("select pg_database_size(current_database())")?.parse()?);
        }
        let mut bytes = 0;
        for entry in std::fs::read_dir(&self.folder)? {
            bytes += entry?.metadata()?.len();
        }
        Ok(bytes)
    }
}

/// Takes away the indexes that no rule needs: they are made several times as fast afterwards. Returns the statements
/// that make them as they were.
fn without_indexes(cluster: &KeptCluster) -> Result<String> {
    let of_indexes = "from pg_index i
        join pg_class c on c.oid = i.indexrelid
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and not i.indisunique";
    let making =
        cluster.ask(&format!("select string_agg(pg_get_indexdef(i.indexrelid), '; ') {of_indexes}"))?;
    let names = cluster.ask(&format!("select string_agg(quote_ident(c.relname), ', ') {of_indexes}"))?;
    cluster.ask(&format!("drop index {}", names.trim()))?;
    Ok(making.trim().to_owned())
}

/// A quarter of the machine's memory, as PostgreSQL's manual advises; its default is made for the smallest machines.
fn shared_buffers() -> String {
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix("kB"));
    let kilobytes: Option<u64> = total.and_then(|total| total.trim().parse().ok());
    // Not known: PostgreSQL's default.
    format!("shared_buffers={}MB", kilobytes.map_or(128, |total| (total >> 12).max(128)))
}

impl Drop for Directory {
    fn drop(&mut self) {
        let names = std::mem::take(self.tokens.get_mut().unwrap_or_else(PoisonError::into_inner));
        for name in names {
            if !process::succeeds(&mut self.command(&["token", "revoke", USER, &name])) {
                eprintln!("the token {name:?} of the user {USER:?} could not be ended");
            }
        }
        if let Some(cluster) = &self.cluster
            && let Err(error) = cluster.stop()
        {
            eprintln!("PostgreSQL could not be stopped: {error:#}");
        }
    }
}
