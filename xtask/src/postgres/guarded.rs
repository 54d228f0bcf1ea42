//! A cluster that lives as long as one command, and no longer even if that command is killed.
//!
//! The server runs below a small shell that waits for the end of its standard input. This process holds
//! the other end, so its own end, whichever way it comes, ends the server and removes the data.

use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::{Context, Result, bail};

use super::cluster::{Cluster, Durability};
use crate::process;

/// Arguments: the cluster's folder, then the server's command line. Ctrl-C reaches every process of the
/// terminal, this shell too, which must outlive it. On failure the log stays for the parent to read.
const GUARD: &str = r#"
trap '' INT TERM HUP
folder=$1; shift
exec 3<&0
"$@" > "$folder/log" 2>&1 < /dev/null &
server=$!
{ read -r _; kill -INT "$server"; } <&3 &
watcher=$!
wait "$server" || exit 1
kill -9 "$watcher" 2> /dev/null
rm -rf "$folder" 2> /dev/null
exit 0
"#;

pub(crate) struct GuardedCluster {
    cluster: Cluster,
    guard: Child,
}

impl GuardedCluster {
    /// Starts a server with an empty database. `purpose` tells clusters apart that run at the same time.
    pub(crate) fn start(purpose: &str) -> Result<Self> {
        let name = format!("{purpose}-{}", std::process::id());
        let wished = process::target()?.join("xtask-db").join(name);
        let cluster = Cluster::create(&wished)?;
        let guard = spawn(&cluster).inspect_err(|_| remove(&cluster.folder))?;
        let mut guarded = Self { cluster, guard };
        let guard = &mut guarded.guard;
        guarded.cluster.await_answer(|| match guard.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("PostgreSQL did not start ({status})"),
        })?;
        guarded.cluster.ensure_database()?;
        Ok(guarded)
    }

    pub(crate) fn url(&self) -> String {
        self.cluster.url()
    }

    /// Runs psql on the database, stopping at the first error.
    pub(crate) fn psql(&self, arguments: &[&str]) -> Result<()> {
        self.cluster.psql(&self.url(), arguments)
    }
}

impl Drop for GuardedCluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        if let Err(error) = self.guard.wait() {
            eprintln!("PostgreSQL could not be ended: {error}");
        }
        remove(&self.cluster.folder);
    }
}

fn spawn(cluster: &Cluster) -> Result<Child> {
    let mut shell = cluster.account.command("sh");
    shell.args(["-c", GUARD, "sh"]).arg(&cluster.folder);
    shell.arg(cluster.binaries.program("postgres")).arg("-D").arg(cluster.data());
    for setting in cluster.settings(Durability::Waived) {
        shell.args(["-c", &setting]);
    }
    shell.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().context("cannot start PostgreSQL")
}

fn remove(folder: &Path) {
    // Usually the guard has done it, but for the folder itself when that belongs to another account.
    if folder.exists() && std::fs::remove_dir_all(folder).is_err() {
        eprintln!("{} could not be removed", folder.display());
    }
}
