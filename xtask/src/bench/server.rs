//! The release binary: building it, running its commands, serving with it, and asking it.

use std::fs::File;
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
#[derive(Clone)]
pub(super) struct Credentials {
    pub(super) user_id: String,
    pub(super) token: String,
}

/// A process that serves, ended with this value. What it logs goes into a file, as it would elsewhere.
pub(super) struct Serving {
    child: Child,
    pub(super) address: String,
    log: PathBuf,
}

impl Serving {
    /// Starts the process and waits until it says where it serves.
    pub(super) fn start(mut command: Command, log: PathBuf) -> Result<Self> {
        let _ = std::fs::remove_file(&log);
        let file = File::options().create(true).append(true).open(&log);
        let file = file.with_context(|| log.display().to_string())?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file);
        let mut serving = Self { child: command.spawn()?, address: String::new(), log };
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            let said = std::fs::read_to_string(&serving.log)?;
            if let Some(address) = address_in(&said) {
                address.clone_into(&mut serving.address);
                return Ok(serving);
            }
            if let Some(status) = serving.child.try_wait()? {
                bail!(
                    "what was to serve ended ({status}): {}",
                    said.lines().last().unwrap_or("it said nothing")
                );
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("what was to serve did not begin to")
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Forgets what was logged so far: a line for each request fills disks.
    pub(super) fn empty_log(&self) -> Result<()> {
        File::options().write(true).open(&self.log)?.set_len(0).map_err(Into::into)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.log);
    }
}

/// Where a server says that it serves.
fn address_in(said: &str) -> Option<&str> {
    // The line may not be whole yet.
    let (_, rest) = said.split_once("serves on http://")?;
    rest.find(['"', ' ', '\n']).map(|end| &rest[..end])
}

/// The server with who asks it.
pub(super) struct Server {
    pub(super) serving: Serving,
    agent: ureq::Agent,
    credentials: Credentials,
}

/// An answer, and how long it took until its last byte was there.
pub(super) struct Answer {
    pub(super) body: Value,
    pub(super) took: Duration,
}

impl Server {
    pub(super) fn start(command: Command, log: PathBuf, credentials: Credentials) -> Result<Self> {
        let serving = Serving::start(command, log)?;
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(2)))
            .build();
        Ok(Self { serving, agent: config.into(), credentials })
    }

    /// Asks for a path, of the API where it does not begin at the root, with a query; anything else than 200 is an
    /// error.
    pub(super) fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Answer> {
        self.get_from(&self.serving.address, path, query)
    }

    /// The same question to somebody else.
    pub(super) fn get_from(&self, address: &str, path: &str, query: &[(&str, &str)]) -> Result<Answer> {
        let root = if path.starts_with('/') { "" } else { "/api/v1/" };
        let mut request = self.agent.get(format!("http://{address}{root}{path}"));
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
            .post(format!("http://{}/api/v1/{path}", self.serving.address))
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
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.serving.pid())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
        Some(line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? / 1024)
    }
}

#[cfg(test)]
mod tests {
    use super::address_in;

    #[test]
    fn an_address_is_found_once_it_is_whole() {
        let line = r#"{"fields":{"message":"omnicontact 1 serves on http://127.0.0.1:4000"}}"#;
        assert_eq!(address_in(line), Some("127.0.0.1:4000"));
        assert_eq!(address_in("serves on http://127.0.0.1:4000\n"), Some("127.0.0.1:4000"));
        assert_eq!(address_in("serves on http://127.0.0.1:40"), None);
        assert_eq!(address_in("begins"), None);
    }
}
