//! `bench write`: how many people are registered, and contacts changed, in a second. PostgreSQL is compared with the
//! same statements sent by `pgbench`, SQLite with a write for each request that is on disk before the next begins.
//! Who was added is removed at the end.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;

use super::directory::Directory;
use super::load::Kind;
use super::pgbench::{self, Scripts};
use super::ratios::{Finding, Goal, Outcome, Sample};
use super::read::BARE;
use super::report::{self, Report};
use super::rounds::{self, Candidate};
use super::samples::{LABEL, Samples};
use super::under_load::{Asked, Driver, UnderLoad};
use super::{Engine, Stores, Turns, figures, peers, server};

const SAME: &str = "pgbench, the same statements";
const DURABLE: &str = "one durable write for each";
/// A page of SQLite.
const BLOCK: [u8; 4096] = [7; 4096];

#[derive(Args)]
pub(crate) struct Arguments {
    /// How many people the directory has; one of each size is kept
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub(super) contacts: u64,
    /// Which stores serve
    #[arg(long, default_value = "both")]
    pub(super) store: Stores,
    #[command(flatten)]
    pub(super) turns: Turns,
    /// Connections that stay open
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub(super) connections: u32,
    /// What the server logs; it is shipped with `info`, which is a line for each request
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(super) log: String,
}

pub(super) fn registrations(engine: Engine) -> String {
    format!("{}: registrations", engine.name())
}

fn updates(engine: Engine) -> String {
    format!("{}: contacts.update", engine.name())
}

pub(super) fn measure(arguments: &Arguments, home: &Path) -> Result<Report> {
    let binary = server::build()?;
    let driver = Driver::new(home, arguments.turns, arguments.connections)?;
    let bare = peers::bare(home)?;
    let mut all = Vec::new();
    for engine in arguments.store.engines() {
        let one = UnderLoad::start(engine, arguments.contacts, home, &binary, &arguments.log)?;
        // An interrupted run may have left somebody.
        remove_added(&one.directory)?;
        all.push(one);
    }
    let samples = Samples::of(home, &all.first().context("no store")?.directory)?;
    let mut candidates = Vec::new();
    for one in &all {
        let asked = |kind, subjects| Asked { kind, subjects, credentials: &one.credentials };
        let register = asked(Kind::Register, &samples.visitors);
        candidates.push(driver.many(&registrations(one.engine), one.serving(), register));
        let update = asked(Kind::Update, &samples.contacts);
        candidates.push(driver.many(&updates(one.engine), one.serving(), update));
        candidates.push(match one.engine {
            Engine::Postgres => same_statements(arguments, one, home)?,
            Engine::Sqlite => durable_writes(arguments, home),
        });
        if candidates.len() == 3 {
            candidates.push(driver.many(BARE, &bare, asked(Kind::Bare, &samples.visitors)));
        }
    }
    let outcome = rounds::warm_and_interleave(&mut candidates, arguments.turns.rounds);
    drop(candidates);
    for one in &all {
        remove_added(&one.directory)?;
    }
    let outcome = outcome?;
    let findings = findings(&all, &outcome);
    report::make(
        &report::Subject {
            name: "write",
            title: format!("Writing beside {} contacts", figures::grouped(arguments.contacts)),
            contacts: arguments.contacts,
            store: arguments.store,
            command: format!(
                "write --contacts {} --store {} {}",
                arguments.contacts,
                arguments.store.name(),
                arguments.turns.command()
            ),
            more: vec![
                ("the server logs", arguments.log.clone()),
                ("rounds that count", arguments.turns.told(&outcome)),
            ],
        },
        &all,
        &outcome,
        &findings,
    )
}

fn findings(all: &[UnderLoad], outcome: &Outcome) -> Vec<Finding> {
    let mut findings = Vec::new();
    for one in all {
        let (limit, goal) = match one.engine {
            Engine::Postgres => (SAME, Goal::AtLeast(0.6)),
            Engine::Sqlite => (DURABLE, Goal::AtLeast(20.0)),
        };
        for (what, goal) in [(registrations(one.engine), Some(goal)), (updates(one.engine), None)] {
            findings.push(Finding::ratio(outcome, &what, limit, goal));
        }
    }
    findings
}

fn same_statements<'a>(arguments: &Arguments, one: &'a UnderLoad, home: &Path) -> Result<Candidate<'a>> {
    let cluster = one.directory.cluster().context("no PostgreSQL")?;
    let tokens = one.directory.hashed_tokens()?;
    let texts: Vec<_> = tokens.iter().map(|token| pgbench::registration(token)).collect();
    let scripts = Scripts::write(home, "register", &texts)?;
    let seconds = arguments.turns.seconds;
    let run = move |number| scripts.run(cluster, seconds, number);
    Ok(Candidate { name: SAME.to_owned(), run: Box::new(run) })
}

/// Appends a page to a file beside the stores and waits for the disk, again and again.
fn durable_writes(arguments: &Arguments, home: &Path) -> Candidate<'static> {
    let path = home.join("durable");
    let turn = Duration::from_secs(arguments.turns.seconds);
    let run = move |_| {
        let mut file = File::create(&path).with_context(|| path.display().to_string())?;
        let begin = Instant::now();
        let mut writes: u32 = 0;
        while begin.elapsed() < turn {
            file.write_all(&BLOCK)?;
            file.sync_data()?;
            writes += 1;
        }
        let rate = f64::from(writes) / begin.elapsed().as_secs_f64();
        drop(file);
        std::fs::remove_file(&path)?;
        Ok(Sample { rate, p50: None, p99: None, generator: None })
    };
    Candidate { name: DURABLE.to_owned(), run: Box::new(run) }
}

/// Takes everybody away whom this subject added: their tokens and addresses begin with the label, their numbers with
/// a country code that nobody has.
fn remove_added(directory: &Directory) -> Result<()> {
    directory.ask(&removal())?;
    if directory.cluster().is_some() {
        for table in ["visitors", "visitor_tokens", "visitor_emails", "visitor_phones", "contacts"] {
            directory.ask(&format!("vacuum analyze {table}"))?;
        }
    }
    Ok(())
}

fn removal() -> String {
    // The character after the label's last one ends the range of all that begins with it.
    let (stem, last) = LABEL.split_at(LABEL.len() - 1);
    let end: String = stem.chars().chain(last.chars().map(|last| char::from(last as u8 + 1))).collect();
    let begins = |column: &str| format!("{column} >= '{LABEL}' and {column} < '{end}'");
    format!(
        "delete from visitors where visitor_id in (select visitor_id from visitor_tokens where {});
        delete from visitor_tokens where {};
        delete from visitor_emails where {};
        delete from visitor_phones where phone_number >= '+999' and phone_number < '+99:';",
        begins("token"),
        begins("token"),
        begins("address"),
    )
}

#[cfg(test)]
mod tests {
    use super::removal;

    #[test]
    fn only_who_was_added_is_removed() {
        let removal = removal();
        assert_eq!(removal.matches("token >= 'bench-' and token < 'bench.'").count(), 2);
        assert!(removal.contains("address >= 'bench-' and address < 'bench.'"), "{removal}");
    }
}
