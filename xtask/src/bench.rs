//! `cargo xtask bench`: figures of the release binary on a directory of made-up people, which is kept below
//! the target folder between runs. No figure decides a test.

mod directory;
mod figures;
mod page;
mod search;
mod server;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Subcommand, ValueEnum};

use crate::process;
use directory::Directory;

#[derive(Subcommand)]
pub(crate) enum Subject {
    /// Look-ups and text search: how long one lone request takes, by how much it finds
    Search(Arguments),
}

#[derive(Args)]
pub(crate) struct Arguments {
    /// How many people the directory has; one of each size is kept
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    contacts: u64,
    /// Only this store; both without it
    #[arg(long)]
    store: Option<Engine>,
    /// Requests of each kind
    #[arg(long, value_name = "N", default_value_t = 300)]
    samples: usize,
    /// Write the figures into docs/benchmarks.md, too
    #[arg(long)]
    publish: bool,
}

/// Where a directory is kept.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

pub(crate) fn run(subject: &Subject) -> Result<ExitCode> {
    match subject {
        Subject::Search(arguments) => run_search(arguments),
    }
}

fn run_search(arguments: &Arguments) -> Result<ExitCode> {
    let binary = server::build()?;
    let home = process::target()?.join("bench");
    std::fs::create_dir_all(&home).with_context(|| home.display().to_string())?;
    let mut tables = Vec::new();
    for engine in Engine::ALL.into_iter().filter(|engine| arguments.store.is_none_or(|only| only == *engine))
    {
        let directory = Directory::open(&home, engine, arguments.contacts, &binary)?;
        let table = search::measure(&directory, arguments.samples)?;
        println!("{}", table.to_text());
        tables.push(table);
    }
    let report = home.join("search.json");
    let figures: Vec<_> = tables.iter().map(figures::Table::to_json).collect();
    std::fs::write(&report, serde_json::to_string_pretty(&figures)?)?;
    eprintln!("written: {}", report.display());
    if arguments.publish {
        for table in &tables {
            page::publish(table)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
