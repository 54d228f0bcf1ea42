//! `bench read`: how many single contacts are read in a second over connections that stay open, beside a handler that
//! does nothing, PostgreSQL's own limit of one query for a request, and the same endpoint with Fastify and pg.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use clap::Args;

use super::load::Kind;
use super::pgbench::{self, Scripts};
use super::ratios::{Finding, Goal, Outcome, Spread};
use super::report::Report;
use super::rounds::{self, Candidate};
use super::samples::Samples;
use super::server::Serving;
use super::under_load::{Asked, Driver, TOKENS, UnderLoad};
use super::{Engine, Stores, Turns, exact, figures, peers, report, server, usage};

pub(super) const BARE: &str = "bare handler";
const HOT: &str = "pgbench-hot";
const FASTIFY: &str = "Fastify + pg";

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
    /// Also the same endpoint written with Fastify and pg (installed from npm), where PostgreSQL takes part
    #[arg(long)]
    pub(super) peers: bool,
    /// What the server logs; it is shipped with `info`, which is a line for each request
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(super) log: String,
}

pub(super) fn get(engine: Engine) -> String {
    format!("{}: GET", engine.name())
}

pub(super) fn by_email(engine: Engine) -> String {
    format!("{}: by e-mail", engine.name())
}

fn alone(engine: Engine) -> String {
    format!("{}: GET, alone", engine.name())
}

/// The same server, which sends each question to the store by itself.
fn unbatched(candidate: &str) -> String {
    format!("{candidate}, unbatched")
}

pub(super) fn measure(arguments: &Arguments, home: &Path) -> Result<Report> {
    let binary = server::build()?;
    let driver = Driver::new(home, arguments.turns, arguments.connections)?;
    let bare = peers::bare(home)?;
    let mut all = Vec::new();
    for engine in arguments.store.engines() {
        all.push(UnderLoad::start(engine, arguments.contacts, home, &binary, &arguments.log)?);
    }
    let variables = [("OMNICONTACT_LOG", arguments.log.as_str()), ("OMNICONTACT_BATCHED_READS", "false")];
    let singles = all.iter().map(|one| one.directory.serve_also("unbatched", &variables));
    let singles = singles.collect::<Result<Vec<_>>>()?;
    let samples = Samples::of(home, &all.first().context("no store")?.directory)?;
    let postgres = all.iter().find(|one| one.engine == Engine::Postgres);
    let hot = postgres.map(|one| hot_scripts(one, home)).transpose()?;
    let fastify = postgres.filter(|_| arguments.peers).map(|one| peers::fastify(home, &one.directory.url()));
    let fastify = fastify.transpose()?;
    for one in &all {
        exact::check(&one.server, &samples.visitors)?;
    }
    if let (Some(fastify), Some(one)) = (&fastify, postgres) {
        exact::compare(&one.server, fastify, &samples.visitors)?;
    }
    let mut candidates = candidates(&driver, &samples, (&all, &singles), &bare)?;
    if let (Some(hot), Some(one)) = (&hot, postgres) {
        candidates.push(hot_candidate(arguments, hot, one)?);
    }
    if let (Some(fastify), Some(one)) = (&fastify, postgres) {
        let asked = Asked { kind: Kind::Get, subjects: &samples.visitors, credentials: &one.credentials };
        candidates.push(driver.many(FASTIFY, fastify, asked));
    }
    let outcome = rounds::warm_and_interleave(&mut candidates, arguments.turns.rounds)?;
    drop(candidates);
    for one in &all {
        exact::check(&one.server, &samples.visitors)?;
    }
    let findings = findings(&all, &outcome);
    report::make(
        &report::Subject {
            name: "read",
            title: format!("Reading one of {} contacts", figures::grouped(arguments.contacts)),
            contacts: arguments.contacts,
            store: arguments.store,
            command: command(arguments),
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

fn candidates<'a>(
    driver: &'a Driver,
    samples: &'a Samples,
    (all, singles): (&'a [UnderLoad], &'a [Serving]),
    bare: &'a Serving,
) -> Result<Vec<Candidate<'a>>> {
    let first = all.first().context("no store")?;
    let of = |kind, one: &'a UnderLoad| Asked {
        kind,
        subjects: if kind == Kind::Exists { &samples.emails } else { &samples.visitors },
        credentials: &one.credentials,
    };
    let mut candidates = vec![driver.many(BARE, bare, of(Kind::Bare, first))];
    for (one, single) in all.iter().zip(singles) {
        candidates.push(driver.many(&get(one.engine), one.serving(), of(Kind::Get, one)));
        candidates.push(driver.many(&unbatched(&get(one.engine)), single, of(Kind::Get, one)));
        candidates.push(driver.many(&by_email(one.engine), one.serving(), of(Kind::Exists, one)));
        candidates.push(driver.alone(&alone(one.engine), one.serving(), of(Kind::Get, one)));
        candidates.push(driver.alone(&unbatched(&alone(one.engine)), single, of(Kind::Get, one)));
    }
    candidates.push(driver.alone("bare handler, alone", bare, of(Kind::Bare, first)));
    Ok(candidates)
}

/// A script for each token; before it is measured, the query must find somebody.
fn hot_scripts(one: &UnderLoad, home: &Path) -> Result<Scripts> {
    let tokens = one.directory.hashed_tokens()?;
    ensure!(tokens.len() == TOKENS, "{} tokens are stored", tokens.len());
    let contacts = one.directory.contacts;
    let texts: Vec<_> = tokens.iter().map(|token| pgbench::hot_query(token, contacts)).collect();
    for text in &texts {
        let (_, query) = text.split_once('\n').context("no query")?;
        let found = one.directory.ask(&query.replace(":second", &pgbench::BEGINNING.to_string()))?;
        ensure!(found.starts_with("bench|t|"), "pgbench would ask for nothing: {found:?}");
    }
    Scripts::write(home, "hot", &texts)
}

fn hot_candidate<'a>(
    arguments: &Arguments,
    scripts: &'a Scripts,
    one: &'a UnderLoad,
) -> Result<Candidate<'a>> {
    let cluster = one.directory.cluster().context("no PostgreSQL")?;
    let seconds = arguments.turns.seconds;
    let run = move |number| scripts.run(cluster, seconds, number);
    Ok(Candidate { name: HOT.to_owned(), run: Box::new(run) })
}

/// The command that measures this again.
fn command(arguments: &Arguments) -> String {
    let connections = match arguments.connections {
        64 => String::new(),
        other => format!(" --connections {other}"),
    };
    format!(
        "read --contacts {} --store {} {}{connections}{}",
        arguments.contacts,
        arguments.store.name(),
        arguments.turns.command(),
        if arguments.peers { " --peers" } else { "" },
    )
}

/// What must be reached, line by line.
fn findings(all: &[UnderLoad], outcome: &Outcome) -> Vec<Finding> {
    let mut findings = Vec::new();
    for one in all {
        let engine = one.engine;
        let get = get(engine);
        let of_bare = match engine {
            Engine::Sqlite => 0.5,
            Engine::Postgres => {
                findings.push(Finding::ratio(outcome, &get, HOT, Some(Goal::AtLeast(1.5))));
                findings.push(Finding::ratio(outcome, &get, FASTIFY, Some(Goal::AtLeast(4.0))));
                0.4
            }
        };
        findings.push(Finding::ratio(outcome, &get, BARE, Some(Goal::AtLeast(of_bare))));
        findings.push(Finding::ratio(outcome, &by_email(engine), BARE, None));
        findings.push(Finding {
            what: format!("{get}, p99"),
            spread: outcome.series(&get).and_then(|series| series.spread(|sample| sample.p99)),
            unit: " ms",
            goal: Some(Goal::AtMost(10.0)),
        });
        findings.push(Finding::ratio(outcome, &get, &unbatched(&get), None));
        let alone = alone(engine);
        findings.push(Finding {
            what: format!("{alone}, p50"),
            spread: outcome.series(&alone).and_then(|series| series.spread(|sample| sample.p50)),
            unit: " ms",
            goal: None,
        });
        findings.push(Finding {
            what: format!("{alone}, p50 / unbatched"),
            spread: outcome.ratio_of(|sample| sample.p50, &alone, &unbatched(&alone)),
            unit: "",
            goal: Some(Goal::AtMost(1.2)),
        });
        findings.push(Finding {
            what: format!("{}: the most memory that was resident", engine.name()),
            spread: usage::peak_mib(one.serving().pid()).and_then(|mib| Spread::of(vec![mib])),
            unit: " MiB",
            // SQLite's own cache is meant to grow with the file.
            goal: (engine == Engine::Postgres).then_some(Goal::AtMost(60.0)),
        });
    }
    findings
}
