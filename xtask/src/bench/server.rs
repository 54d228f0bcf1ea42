//! The release binary: building it, running its commands, serving with it, and asking it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;

/// Opening a large directory for the first time may take as long.
const PATIENCE: Duration = Duration::from_mins(30);

/// Builds the binary that is measured.
pub(super) fn build() -> Result<PathBuf> {
    process::run(&mut process::cargo(&["build", "--release", "--workspace", "--bin", "omnicontact"]))?;
    Ok(process::target()?.join("release").join(format!("omnicontact{}", std::env::consts::EXE_SUFFIX)))
}

/// A command of the binary on a database, in an environment that nothing else configures.
pub(super) fn command(binary: &Path, folder: &Path, url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command.args(arguments).current_dir(folder).env_clear();
    command.env("OMNICONTACT_DATABASE_URL", url).env("OMNICONTACT_LISTEN", "127.0.0.1:0");
    command
}

/// A user id and a token.
pub(super) struct Credentials {
    pub(super) user_id: String,
    pub(super) token: String,
}

/// A serving process, ended with this value.
pub(super) struct Server {
    child: Child,
    address: String,
    agent: ureq::Agent,
    credentials: Credentials,
}

/// An answer, and how long it took until its last byte was there.
pub(super) struct Answer {
    pub(super) body: Value,
    pub(super) took: Duration,
}

impl Server {
    pub(super) fn start(mut command: Command, credentials: Credentials) -> Result<Self> {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let log = child.stderr.take().context("no standard error")?;
        let (sender, receiver) = std::sync::mpsc::channel();
        // Reads to the end: a full pipe would stop the server.
        std::thread::spawn(move || {
            let mut last = String::new();
            for line in BufReader::new(log).lines().map_while(Result::ok) {
                if let Some((_, rest)) = line.split_once("serves on http://") {
                    let _ = sender.send(rest.split(['"', ' ']).next().unwrap_or_default().to_owned());
                }
                last = line;
            }
            eprintln!("the server's last words: {last}");
        });
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(2)))
            .build();
        let Ok(address) = receiver.recv_timeout(PATIENCE) else {
            let _ = child.kill();
            bail!("the server did not begin to serve");
        };
        Ok(Self { child, address, agent: config.into(), credentials })
    }

    /// Asks for a path, of the API where it does not begin at the root, with a query; anything else than 200 is an
    /// error.
    pub(super) fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Answer> {
        let root = if path.starts_with('/') { "" } else { "/api/v1/" };
        let mut request = self.agent.get(format!("http://{}{root}{path}", self.address));
        for (name, value) in query {
            request = request.query(name, value);
        }
        let request = request
            .header("X-User-Id", &self.credentials.user_id)
            .header("X-Auth-Token", &self.credentials.token);
        let begin = Instant::now();
        let mut response = request.call()?;
        let bytes = response.body_mut().read_to_vec()?;
        let took = begin.elapsed();
        if response.status() != 200 {
            bail!("{path}: {} {}", response.status(), String::from_utf8_lossy(&bytes));
        }
        Ok(Answer { body: serde_json::from_slice(&bytes)?, took })
    }

    /// Posts a body; anything else than 200 is an error.
    pub(super) fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        let request = self
            .agent
            .post(format!("http://{}/api/v1/{path}", self.address))
            .header("X-User-Id", &self.credentials.user_id)
            .header("X-Auth-Token", &self.credentials.token);
        let begin = Instant::now();
        let mut response = request.send_json(body)?;
        let bytes = response.body_mut().read_to_vec()?;
        let took = begin.elapsed();
        if response.status() != 200 {
            bail!("{path}: {} {}", response.status(), String::from_utf8_lossy(&bytes));
        }
        Ok(Answer { body: serde_json::from_slice(&bytes)?, took })
    }

    /// Mebibytes of memory that the process has for itself, without pages of mapped files; `None` where the system
    /// does not say.
    pub(super) fn resident_mib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
        Some(line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? / 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
