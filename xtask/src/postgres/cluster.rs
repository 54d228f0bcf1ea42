//! A PostgreSQL cluster in a folder of its own: creating it, its options, waiting for it, its database.
//! Who starts and ends the server is left to `guarded` (tests) and `kept` (development, benchmarks).

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::account::Account;
use super::binaries::Binaries;
use crate::process;

const HOST: &str = "127.0.0.1";
const DATABASE: &str = "omnicontact";
/// Recovery after a crash included.
const PATIENCE: Duration = Duration::from_mins(1);

/// Whether committed work survives a crash of the machine.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    Kept,
    /// Faster; for servers that live as long as one command.
    Waived,
}

pub(crate) struct Cluster {
    pub(crate) binaries: Binaries,
    pub(crate) account: Account,
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
}

impl Cluster {
    /// A new cluster in the wished folder, or elsewhere if the server's account cannot write there.
    pub(crate) fn create(wished: &Path) -> Result<Self> {
        let binaries = Binaries::find_or_install()?;
        let account = Account::choose()?;
        let folder = account.folder(wished)?;
        let cluster = Self { binaries, account, folder, port: free_port()? };
        // Not every system has the first one.
        if cluster.initialise("C.UTF-8").is_err() {
            cluster.initialise("C")?;
        }
        Ok(cluster)
    }

    /// The cluster that [`Self::create`] left in this folder.
    pub(crate) fn open(folder: PathBuf, port: u16) -> Result<Self> {
        Ok(Self { binaries: Binaries::find_or_install()?, account: Account::choose()?, folder, port })
    }

    fn initialise(&self, locale: &str) -> Result<()> {
        let mut initdb = self.command("initdb");
        initdb.arg("-D").arg(self.data()).arg(format!("--locale={locale}"));
        initdb.args(["--auth=trust", "-E", "UTF8", "-U", "postgres", "--no-sync"]);
        process::read(&mut initdb).map(drop)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@{HOST}:{}/{DATABASE}", self.port)
    }

    /// A program of this PostgreSQL version under the server's account.
    pub(crate) fn command(&self, program: &str) -> Command {
        self.account.command(self.binaries.program(program))
    }

    /// Settings of the server, each as `name=value`. None holds a blank, so they survive any shell.
    pub(crate) fn settings(&self, durability: Durability) -> Vec<String> {
        let mut settings = vec![
            format!("listen_addresses={HOST}"),
            format!("port={}", self.port),
            "unix_socket_directories=".to_owned(),
            "max_connections=200".to_owned(),
        ];
        if durability == Durability::Waived {
            let fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
            settings.extend(fast.map(str::to_owned));
        }
        settings
    }

    /// Returns when the server answers; `alive` fails once it has ended.
    pub(crate) fn await_answer(&self, mut alive: impl FnMut() -> Result<()>) -> Result<()> {
        let start = Instant::now();
        while !self.answers() {
            if let Err(error) = alive() {
                return Err(error.context(self.log_tail()));
            }
            if start.elapsed() > PATIENCE {
                bail!("PostgreSQL does not answer on port {}\n{}", self.port, self.log_tail());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    pub(crate) fn answers(&self) -> bool {
        let port = self.port.to_string();
        let mut question = Command::new(self.binaries.program("pg_isready"));
        process::succeeds(question.args(["-h", HOST, "-p", &port, "-U", "postgres", "-d", "postgres"]))
    }

    /// Creates the empty database that the URL names, unless an earlier start has done so.
    pub(crate) fn ensure_database(&self) -> Result<()> {
        if self.psql(&self.url(), &["-c", "select 1"]).is_ok() {
            return Ok(());
        }
        let maintenance = format!("postgres://postgres@{HOST}:{}/postgres", self.port);
        let statement = format!("create database {DATABASE}");
        self.psql(&maintenance, &["-c", &statement])
    }

    /// The rows of a query on the database, as psql prints them without headings.
    pub(crate) fn ask(&self, query: &str) -> Result<String> {
        let mut psql = Command::new(self.binaries.program("psql"));
        psql.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", &self.url(), "-c", query]);
        process::read(&mut psql)
    }

    /// Runs psql on this server, stopping at the first error.
    pub(crate) fn psql(&self, url: &str, arguments: &[&str]) -> Result<()> {
        let mut psql = Command::new(self.binaries.program("psql"));
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url]).args(arguments);
        process::read(&mut psql).map(drop)
    }

    fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(10)..).unwrap_or_default();
        format!("the server's log ends:\n{}", tail.join("\n"))
    }
}

/// A port that nobody listens on. Another process may take it before the server does; then the server
/// says so and ends.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}
