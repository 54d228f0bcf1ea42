//! `cargo xtask db`: a PostgreSQL server for development that stays until it is told to go. Absent: the
//! servers of tests, which come and go with their command.

use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use clap::Subcommand;

use crate::postgres::{Cluster, Durability};
use crate::process;

#[derive(Subcommand)]
pub(crate) enum Action {
    /// Start the server, creating it first if there is none, and print the URL of its database
    Up,
    /// End the server and remove all that is in it
    Down,
    /// Print the URL of the running server's database
    Url,
}

pub(crate) fn run(action: &Action) -> Result<ExitCode> {
    let home = process::target()?.join("xtask-db");
    let file = home.join("development");
    let known = Record::load(&file)?;
    match (action, known) {
        (Action::Up, known) => println!("{}", up(known, &home, &file)?),
        (Action::Down, Some(known)) => down(&known.cluster()?, &file)?,
        (Action::Down, None) => eprintln!("there is no server"),
        (Action::Url, Some(known)) if known.cluster()?.answers() => println!("{}", known.url),
        (Action::Url, _) => bail!("no server is running; `cargo xtask db up` starts one"),
    }
    Ok(ExitCode::SUCCESS)
}

fn up(known: Option<Record>, home: &Path, file: &Path) -> Result<String> {
    let cluster = match known {
        Some(known) if known.folder.join("data").is_dir() => known.cluster()?,
        Some(_) | None => Cluster::create(&home.join("development-cluster"))?,
    };
    if cluster.answers() {
        return Ok(cluster.url());
    }
    // Known before it starts, so that `down` finds whatever may be left of it.
    Record::of(&cluster, "not started").save(file)?;
    let settings = cluster.settings(Durability::Kept);
    let options: Vec<_> = settings.iter().map(|setting| format!("-c {setting}")).collect();
    let mut start = cluster.command("pg_ctl");
    start.args(["start", "-w", "-D"]).arg(cluster.data()).arg("-l").arg(cluster.log());
    start.arg("-o").arg(options.join(" "));
    // The server would inherit a pipe and keep its reader waiting.
    process::run(start.stdin(Stdio::null()).stdout(Stdio::null()))?;
    cluster.await_answer(|| Ok(()))?;
    cluster.ensure_database()?;
    Record::of(&cluster, &server_pid(&cluster)?).save(file)?;
    Ok(cluster.url())
}

fn down(cluster: &Cluster, file: &Path) -> Result<()> {
    let mut stop = cluster.command("pg_ctl");
    stop.args(["stop", "-w", "-m", "fast", "-D"]).arg(cluster.data()).stdout(Stdio::null());
    if cluster.answers() {
        process::run(&mut stop)?;
    } else {
        // Perhaps it is just starting; usually there is nothing to stop.
        process::succeeds(stop.args(["-t", "5"]));
    }
    if cluster.folder.exists() {
        std::fs::remove_dir_all(&cluster.folder).with_context(|| cluster.folder.display().to_string())?;
    }
    std::fs::remove_file(file).context("the record of the server")
}

/// What is known of the server between two commands: one value a line.
struct Record {
    pid: String,
    port: u16,
    url: String,
    folder: PathBuf,
}

impl Record {
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
