//! `cargo xtask bench`: figures of the release binary on a directory of made-up people, which is kept below
//! the target folder between runs. No figure decides a test.

mod circumstances;
mod directory;
mod exact;
mod figures;
mod growth;
mod import;
mod load;
mod login;
mod page;
mod peers;
mod pgbench;
mod ratios;
mod read;
mod report;
mod rounds;
mod samples;
mod search;
mod server;
mod sheet;
mod sqlite;
mod svg;
mod under_load;
mod usage;
mod write;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Subcommand, ValueEnum};

use crate::process;
use directory::Directory;
use ratios::Outcome;

#[derive(Subcommand)]
pub(crate) enum Subject {
    /// Look-ups and text search: how long one lone request takes, by how much it finds
    Search(Arguments),
    /// Single contacts over many connections: requests in a second, beside the limits and other servers
    Read(Published<read::Arguments>),
    /// New people and changed contacts: requests in a second, beside the limits; who was added is removed
    Write(Published<write::Arguments>),
    /// Many people at once: how fast an empty directory is filled
    Import(Published<import::Arguments>),
    /// Logins with a password, and reading beside them
    Login(Published<login::Arguments>),
    /// What more people cost, from the figures that `read` and `write` left for several sizes
    Growth(growth::Arguments),
    /// `read`, `write`, `login`, `import` and `search`, one after the other
    All(Everything),
}

#[derive(Args)]
pub(crate) struct Everything {
    /// How many people the directories of `read`, `write` and `search` have
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    contacts: u64,
    /// Which stores serve
    #[arg(long, default_value = "both")]
    store: Stores,
    #[command(flatten)]
    turns: Turns,
    /// Also the same endpoint written with Fastify and pg (installed from npm)
    #[arg(long)]
    peers: bool,
    /// Write the figures into docs/benchmarks.md, too
    #[arg(long)]
    publish: bool,
}

/// Arguments, and whether the page is written, too.
#[derive(Args)]
pub(crate) struct Published<A: Args> {
    #[command(flatten)]
    arguments: A,
    /// Write the figures into docs/benchmarks.md, too
    #[arg(long)]
    publish: bool,
}

#[derive(Args)]
pub(crate) struct Arguments {
    /// How many people the directory has; one of each size is kept
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    contacts: u64,
    /// Which stores serve
    #[arg(long, default_value = "both")]
    store: Stores,
    /// Requests of each kind
    #[arg(long, value_name = "N", default_value_t = 300)]
    samples: usize,
    /// Write the figures into docs/benchmarks.md, too
    #[arg(long)]
    publish: bool,
}

/// How candidates take turns.
#[derive(Args, Clone, Copy)]
struct Turns {
    /// Rounds that count; each candidate has a turn in each
    #[arg(long, value_name = "N", default_value_t = 7)]
    rounds: usize,
    /// How long a candidate's turn is
    #[arg(long, value_name = "N", default_value_t = 4)]
    seconds: u64,
}

impl Turns {
    fn command(self) -> String {
        format!("--rounds {} --seconds {}", self.rounds, self.seconds)
    }

    fn told(self, outcome: &Outcome) -> String {
        let counted = outcome.series.first().map_or(0, |series| series.samples.len());
        format!("{counted} of {} s for each candidate; {} thrown away", self.seconds, outcome.thrown_away)
    }
}

/// Which stores take part.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stores {
    Sqlite,
    Postgres,
    Both,
}

impl Stores {
    fn engines(self) -> Vec<Engine> {
        match self {
            Self::Sqlite => vec![Engine::Sqlite],
            Self::Postgres => vec![Engine::Postgres],
            Self::Both => vec![Engine::Sqlite, Engine::Postgres],
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Both => "both",
        }
    }
}

/// Where a directory is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

pub(crate) fn run(subject: &Subject) -> Result<ExitCode> {
    let home = process::target()?.join("bench");
    std::fs::create_dir_all(&home).with_context(|| home.display().to_string())?;
    match subject {
        Subject::Search(arguments) => run_search(arguments, &home)?,
        Subject::Read(read) => read::measure(&read.arguments, &home)?.show(&home, read.publish)?,
        Subject::Write(write) => write::measure(&write.arguments, &home)?.show(&home, write.publish)?,
        Subject::Import(import) => {
            import::measure(&import.arguments, &home)?.show(&home, import.publish)?;
        }
        Subject::Login(login) => login::measure(&login.arguments, &home)?.show(&home, login.publish)?,
        Subject::Growth(arguments) => growth::show(arguments, &home)?,
        Subject::All(everything) => run_all(everything, &home)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn run_all(everything: &Everything, home: &Path) -> Result<()> {
    let &Everything { contacts, store, turns, peers, publish } = everything;
    let log = "info".to_owned();
    let connections = 64;
    let reading = read::Arguments { contacts, store, turns, connections, peers, log: log.clone() };
    read::measure(&reading, home)?.show(home, publish)?;
    let writing = write::Arguments { contacts, store, turns, connections, log };
    write::measure(&writing, home)?.show(home, publish)?;
    login::measure(&login::Arguments::usual(store, turns), home)?.show(home, publish)?;
    import::measure(&import::Arguments::usual(store), home)?.show(home, publish)?;
    run_search(&Arguments { contacts, store, samples: 300, publish }, home)
}

fn run_search(arguments: &Arguments, home: &Path) -> Result<()> {
    let binary = server::build()?;
    let mut tables = Vec::new();
    for engine in arguments.store.engines() {
        let directory = Directory::open(home, engine, arguments.contacts, &binary)?;
        let table = search::measure(&directory, arguments.samples)?;
        println!("{}", table.sheet().to_text());
        tables.push(table);
    }
    let report = home.join("search.json");
    let figures: Vec<_> = tables.iter().map(figures::Table::to_json).collect();
    std::fs::write(&report, serde_json::to_string_pretty(&figures)?)?;
    eprintln!("written: {}", report.display());
    if arguments.publish {
        for table in &tables {
            page::publish(&table.sheet())?;
        }
    }
    Ok(())
}
