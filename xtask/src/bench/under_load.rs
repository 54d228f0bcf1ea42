//! Servers under load: a directory that is served to several users' tokens, and the load as a candidate.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::directory::Directory;
use super::load::{Kind, Load, Wrk};
use super::rounds::Candidate;
use super::samples;
use super::server::{Server, Serving};
use super::{Engine, Turns};

/// Tokens that take turns, as those of several agents would.
pub(super) const TOKENS: usize = 16;

/// One of the servers under load.
pub(super) struct UnderLoad {
    pub(super) engine: Engine,
    pub(super) directory: Directory,
    pub(super) server: Server,
    /// The file of those who ask.
    pub(super) credentials: PathBuf,
}

/// Variables of the server, and what is done before it starts.
type Setup<'a> = (&'a [(&'a str, &'a str)], &'a dyn Fn(&Directory) -> Result<()>);

impl UnderLoad {
    /// Serves the directory of that size, which logs at that level.
    pub(super) fn start(
        engine: Engine,
        contacts: u64,
        home: &Path,
        binary: &Path,
        log: &str,
    ) -> Result<Self> {
        Self::start_with(engine, contacts, home, binary, (&[("OMNICONTACT_LOG", log)], &|_| Ok(())))
    }

    /// Serves it under these variables, after something was done to it.
    pub(super) fn start_with(
        engine: Engine,
        contacts: u64,
        home: &Path,
        binary: &Path,
        (variables, prepare): Setup,
    ) -> Result<Self> {
        let directory = Directory::open(home, engine, contacts, binary)?;
        prepare(&directory)?;
        // What is measured is a directory that has been serving for a while, not how fast the disk is.
        directory.read_files()?;
        let all = directory.credentials(TOKENS)?;
        let credentials = home.join(format!("credentials-{}", engine.name().to_lowercase()));
        samples::write_credentials(&credentials, &all)?;
        let asks = all.into_iter().next().context("no token")?;
        let server = directory.serve_to(asks, variables)?;
        Ok(Self { engine, directory, server, credentials })
    }

    pub(super) fn serving(&self) -> &Serving {
        &self.server.serving
    }
}

/// Makes candidates of loads.
pub(super) struct Driver {
    wrk: Wrk,
    turns: Turns,
    connections: u32,
    /// Begins the tokens of people who are added; one of a kind for each run of the program.
    label: String,
}

/// What is asked, by whom.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) kind: Kind,
    pub(super) subjects: &'a Path,
    pub(super) credentials: &'a Path,
}

impl Driver {
    pub(super) fn new(home: &Path, turns: Turns, connections: u32) -> Result<Self> {
        Ok(Self {
            wrk: Wrk::prepare(home)?,
            turns,
            connections,
            label: format!("{}{}", samples::LABEL, std::process::id()),
        })
    }

    /// Many connections for a whole turn.
    pub(super) fn many<'a>(&'a self, name: &str, serving: &'a Serving, asked: Asked<'a>) -> Candidate<'a> {
        self.load(name, serving, asked, (self.connections, self.turns.seconds))
    }

    /// One connection for half a turn.
    pub(super) fn alone<'a>(&'a self, name: &str, serving: &'a Serving, asked: Asked<'a>) -> Candidate<'a> {
        self.load(name, serving, asked, (1, (self.turns.seconds / 2).max(1)))
    }

    fn load<'a>(
        &'a self,
        name: &str,
        serving: &'a Serving,
        asked: Asked<'a>,
        (connections, seconds): (u32, u64),
    ) -> Candidate<'a> {
        let run = move |number: usize| {
            let Asked { kind, subjects, credentials } = asked;
            let label = format!("{}-{number}", self.label);
            let load = Load {
                address: &serving.address,
                kind,
                subjects,
                credentials,
                label: &label,
                connections,
                seconds,
                seed: number,
            };
            let sample = self.wrk.run(&load)?;
            serving.empty_log()?;
            Ok(sample)
        };
        Candidate { name: name.to_owned(), run: Box::new(run) }
    }
}
