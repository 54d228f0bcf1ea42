//! A cluster that stays on disk between commands, with a note beside it of where it is. Its server runs until
//! it is stopped.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use super::cluster::{Cluster, Durability};
use crate::process;

/// A cluster and the file that remembers it.
pub(crate) struct KeptCluster {
    cluster: Cluster,
    note: PathBuf,
}

impl KeptCluster {
    /// The cluster with that name below a folder, made if there is none, and its server, started with these
    /// settings besides the usual ones if it does not run.
    pub(crate) fn start(home: &Path, name: &str, settings: &[String]) -> Result<Self> {
        let note = home.join(name);
        let cluster = match Note::load(&note)? {
            Some(known) if known.folder.join("data").is_dir() => known.cluster()?,
            Some(_) | None => Cluster::create(&home.join(format!("{name}-cluster")))?,
        };
        let kept = Self { cluster, note };
        if !kept.cluster.answers() {
            kept.launch(settings)?;
        }
        Ok(kept)
    }

    /// The cluster that [`Self::start`] left, whether its server runs or not.
    pub(crate) fn find(home: &Path, name: &str) -> Result<Option<Self>> {
        let note = home.join(name);
        let Some(known) = Note::load(&note)? else { return Ok(None) };
        Ok(Some(Self { cluster: known.cluster()?, note }))
    }

    fn launch(&self, more: &[String]) -> Result<()> {
        let cluster = &self.cluster;
        // Known before it starts, so that whatever may be left of it is found again.
        Note::of(cluster, "not started").save(&self.note)?;
        let settings = cluster.settings(Durability::Kept);
        let options: Vec<_> = settings.iter().chain(more).map(|setting| format!("-c {setting}")).collect();
        let mut start = cluster.command("pg_ctl");
        start.args(["start", "-w", "-D"]).arg(cluster.data()).arg("-l").arg(cluster.log());
        start.arg("-o").arg(options.join(" "));
        // The server would inherit a pipe and keep its reader waiting.
        process::run(start.stdin(Stdio::null()).stdout(Stdio::null()))?;
        cluster.await_answer(|| Ok(()))?;
        cluster.ensure_database()?;
        Note::of(cluster, &server_pid(cluster)?).save(&self.note)
    }

    pub(crate) fn answers(&self) -> bool {
        self.cluster.answers()
    }

    pub(crate) fn url(&self) -> String {
        self.cluster.url()
    }

    /// Where a program of this PostgreSQL version is.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.cluster.binaries.program(name)
    }

    /// The rows of a query, as psql prints them without headings.
    pub(crate) fn ask(&self, query: &str) -> Result<String> {
        self.cluster.ask(query)
    }

    /// Ends the server; what is stored stays.
    pub(crate) fn stop(&self) -> Result<()> {
        let cluster = &self.cluster;
        let mut stop = cluster.command("pg_ctl");
        stop.args(["stop", "-w", "-m", "fast", "-D"]).arg(cluster.data()).stdout(Stdio::null());
        if cluster.answers() {
            return process::run(&mut stop);
        }
        // Perhaps it is just starting; usually there is nothing to stop.
        process::succeeds(stop.args(["-t", "5"]));
        Ok(())
    }

    /// Ends the server and removes all that is stored.
    pub(crate) fn remove(&self) -> Result<()> {
        self.stop()?;
        let folder = &self.cluster.folder;
        if folder.exists() {
            std::fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        std::fs::remove_file(&self.note).context("the record of the server")
    }
}

/// What is known of the server between two commands: one value a line.
struct Note {
    pid: String,
    port: u16,
    url: String,
    folder: PathBuf,
}

impl Note {
    fn of(cluster: &Cluster, pid: &str) -> Self {
        let folder = cluster.folder.clone();
        Self { pid: pid.to_owned(), port: cluster.port, url: cluster.url(), folder }
    }

    fn load(file: &Path) -> Result<Option<Self>> {
        if !file.exists() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(file)?;
        let lines: Vec<_> = text.lines().collect();
        let [pid, port, url, folder] = lines.as_slice() else {
            bail!("{} is damaged; remove it", file.display());
        };
        let port = port.parse().with_context(|| format!("the port in {}", file.display()))?;
        let (pid, url) = ((*pid).to_owned(), (*url).to_owned());
        Ok(Some(Self { pid, port, url, folder: PathBuf::from(folder) }))
    }

    fn save(&self, file: &Path) -> Result<()> {
        let text = format!("{}\n{}\n{}\n{}\n", self.pid, self.port, self.url, self.folder.display());
        std::fs::write(file, text).with_context(|| file.display().to_string())
    }

    fn cluster(&self) -> Result<Cluster> {
        Cluster::open(self.folder.clone(), self.port)
    }
}

/// The server's own note; its first line is the process.
fn server_pid(cluster: &Cluster) -> Result<String> {
    let note = cluster.data().join("postmaster.pid");
    let text = std::fs::read_to_string(&note).with_context(|| note.display().to_string())?;
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}
