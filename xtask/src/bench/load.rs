//! Load by `wrk`: connections that stay open, each of which sends its next request when it has its answer.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use super::ratios::Sample;
use super::usage;
use crate::process;

const SCRIPT: &str = include_str!("wrk.lua");

const ADVICE: &str = "\
the load comes from wrk, which is not there. Install it:
  Debian, Ubuntu   apt-get install wrk
  Fedora           dnf install wrk
  macOS            brew install wrk";

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The handler that does nothing.
    Bare,
    /// `GET omnichannel/contact`.
    Get,
    /// `contacts.checkExistence` by an e-mail address.
    Exists,
    /// `POST omnichannel/contact`, a new person each time.
    Register,
    /// `contacts.update` with the name that the contact has.
    Update,
    /// `POST login`.
    Login,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Get => "get",
            Self::Exists => "exists",
            Self::Register => "register",
            Self::Update => "update",
            Self::Login => "login",
        }
    }
}

/// wrk with its script.
pub(super) struct Wrk {
    program: PathBuf,
    script: PathBuf,
}

/// What is sent, where to, and how.
pub(super) struct Load<'a> {
    pub(super) address: &'a str,
    pub(super) kind: Kind,
    /// A subject a line.
    pub(super) subjects: &'a Path,
    /// User ids and tokens, a pair a line.
    pub(super) credentials: &'a Path,
    /// Begins the tokens of new people.
    pub(super) label: &'a str,
    pub(super) connections: u32,
    pub(super) seconds: u64,
    /// Decides what is drawn.
    pub(super) seed: usize,
}

impl Wrk {
    /// Finds or installs wrk, and puts its script into a folder.
    pub(super) fn prepare(folder: &Path) -> Result<Self> {
        let find = || process::find_program("wrk");
        let program = match find() {
            Some(program) => program,
            None if process::install_debian_package("wrk")? => find().context(ADVICE)?,
            None => bail!(ADVICE),
        };
        let script = folder.join("wrk.lua");
        std::fs::write(&script, SCRIPT).with_context(|| script.display().to_string())?;
        Ok(Self { program, script })
    }

    /// Runs the load. A single answer that is not the expected one is an error.
    pub(super) fn run(&self, load: &Load) -> Result<Sample> {
        let used = usage::seconds_of_children();
        let begin = Instant::now();
        let said = process::read(&mut self.command(load))?;
        let elapsed = begin.elapsed().as_secs_f64();
        let used = used.zip(usage::seconds_of_children()).map(|(before, after)| after - before);
        let generator = used.map(|used| used / elapsed);
        sample(&said, generator).with_context(|| format!("{} at {}", load.kind.name(), load.address))
    }

    fn command(&self, load: &Load) -> Command {
        let mut command = Command::new(&self.program);
        // As many threads as this machine has processors, and no more than connections.
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = processors.min(load.connections as usize);
        command.args(["-t", &threads.to_string(), "-c", &load.connections.to_string()]);
        command.args(["-d", &format!("{}s", load.seconds), "--timeout", "10s", "-s"]).arg(&self.script);
        command.arg(format!("http://{}", load.address)).arg("--").arg(load.kind.name());
        command.arg(load.subjects).arg(load.credentials).arg(load.label).arg(load.seed.to_string());
        command
    }
}

/// The figures in what the script printed.
fn sample(said: &str, generator: Option<f64>) -> Result<Sample> {
    let line = said.lines().find_map(|line| line.strip_prefix("figures ")).context("wrk gave no figures")?;
    let figure = |name: &str| {
        let value = line.split(' ').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        value.and_then(|value| value.parse::<f64>().ok()).with_context(|| format!("no `{name}` in {line:?}"))
    };
    let [failed, wrong] = [figure("failed")?, figure("wrong")?];
    let example = said.lines().find(|line| line.starts_with("example ")).unwrap_or_default();
    ensure!(failed + wrong == 0.0, "{failed} requests failed, {wrong} answers were wrong; {example}");
    let micros = figure("micros")?;
    ensure!(micros > 0.0, "wrk took no time");
    Ok(Sample {
        rate: figure("requests")? * 1e6 / micros,
        p50: Some(figure("p50")? / 1e3),
        p99: Some(figure("p99")? / 1e3),
        generator,
    })
}

#[cfg(test)]
mod tests {
    use super::sample;

    #[test]
    fn figures_are_read_from_among_what_wrk_says() {
        let said = "Running 2s test\n  2 threads\nfigures requests=5000 micros=2000000 p50=1500 p99=9000 failed=0 wrong=0";
        let sample = sample(said, Some(0.25)).unwrap();
        assert_eq!((sample.rate, sample.p50, sample.p99), (2_500.0, Some(1.5), Some(9.0)));
    }

    #[test]
    fn one_wrong_answer_fails_the_run_and_is_shown() {
        let figures = |failed, wrong| {
            format!("figures requests=9 micros=2 p50=1 p99=1 failed={failed} wrong={wrong}\nexample 401 {{}}")
        };
        let error = sample(&figures(0, 1), None).unwrap_err().to_string();
        assert!(error.contains("1 answers were wrong") && error.contains("401"), "{error}");
        assert!(sample(&figures(1, 0), None).is_err());
        assert!(sample(&figures(0, 0), None).is_ok());
        assert!(sample("Running 2s test", None).is_err());
    }
}
