//! `bench import`: how many people a second the binary stores at once (`omnicontact demo`), in a directory that is
//! empty and has all its indexes. On PostgreSQL beside the server's own limit: the same rows from table to table.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;

use super::directory::Directory;
use super::ratios::{Finding, Sample};
use super::report::{self, Report};
use super::rounds::{self, Candidate};
use super::{Engine, Stores, figures, server};
use crate::process;

const COPIED: &str = "PostgreSQL: from table to table";

/// Every table once more with all its indexes, and all rows of the first into the second.
const COPY: &str = "do $$
declare
    known record;
begin
    for known in select tablename from pg_tables where schemaname = 'public' loop
        execute format('create table %I (like %I including all)', 'copied_' || known.tablename, known.tablename);
        execute format('insert into %I select * from %I', 'copied_' || known.tablename, known.tablename);
    end loop;
end $$";

#[derive(Args)]
pub(crate) struct Arguments {
    /// How many people are stored
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    contacts: u64,
    /// Which stores take them
    #[arg(long, default_value = "both")]
    pub(super) store: Stores,
    /// Rounds that count; each store has a turn in each
    #[arg(long, value_name = "N", default_value_t = 3)]
    rounds: usize,
}

impl Arguments {
    /// The usual number of people, whatever the others have.
    pub(super) const fn usual(store: Stores) -> Self {
        Self { contacts: 100_000, store, rounds: 3 }
    }
}

fn name(engine: Engine) -> String {
    format!("{}: people stored", engine.name())
}

pub(super) fn measure(arguments: &Arguments, home: &Path) -> Result<Report> {
    let binary = server::build()?;
    let number = arguments.contacts;
    let mut candidates = Vec::new();
    for engine in arguments.store.engines() {
        let binary = binary.clone();
        let run = move |_| {
            let directory = Directory::empty(home, engine, &binary)?;
            let begin = Instant::now();
            process::read(&mut directory.command(&["demo", "--contacts", &number.to_string()]))?;
            let sample = sample(number, begin);
            directory.remove()?;
            Ok(sample)
        };
        candidates.push(Candidate { name: name(engine), run: Box::new(run) });
    }
    if arguments.store != Stores::Sqlite {
        let run = move |_| copied(number, home, &binary);
        candidates.push(Candidate { name: COPIED.to_owned(), run: Box::new(run) });
    }
    let outcome = rounds::interleave(&mut candidates, arguments.rounds, rounds::fixed_work)?;
    drop(candidates);
    let findings = if arguments.store == Stores::Sqlite {
        vec![]
    } else {
        vec![Finding::ratio(&outcome, &name(Engine::Postgres), COPIED, None)]
    };
    let store = arguments.store.name();
    report::make(
        &report::Subject {
            name: "import",
            title: format!("Storing {} people at once", figures::grouped(number)),
            contacts: number,
            store: arguments.store,
            command: format!("import --contacts {number} --store {store} --rounds {}", arguments.rounds),
            more: vec![("each person is", "a contact and a visitor, with all keys".to_owned())],
        },
        &[],
        &outcome,
        &findings,
    )
}

fn copied(number: u64, home: &Path, binary: &Path) -> Result<Sample> {
    let directory = Directory::empty(home, Engine::Postgres, binary)?;
    process::read(&mut directory.command(&["demo", "--contacts", &number.to_string()]))?;
    let begin = Instant::now();
    directory.ask(COPY).context("the copy")?;
    let sample = sample(number, begin);
    directory.remove()?;
    Ok(sample)
}

fn sample(number: u64, begin: Instant) -> Sample {
    #[expect(clippy::cast_precision_loss, reason = "nobody has so many people")]
    let rate = number as f64 / begin.elapsed().as_secs_f64();
    Sample { rate, p50: None, p99: None, generator: None }
}
