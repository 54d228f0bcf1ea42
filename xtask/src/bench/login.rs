//! `bench login`: how many users log in with a password in a second, and what that does to who reads meanwhile.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::json;

use super::directory::Directory;
use super::load::Kind;
use super::ratios::{Finding, Outcome};
use super::report::{self, Report};
use super::rounds::{self, Candidate};
use super::samples::Samples;
use super::under_load::{Asked, Driver, UnderLoad};
use super::{Engine, Stores, Turns, figures, read, server};
use crate::process;

const USER: &str = "bench-login";
const PASSWORD: &str = "correct horse battery staple";
/// Who log in at once.
const LOGGING_IN: u32 = 8;
/// Calls are limited by address, and all of them come from one.
const LIMITED: &str = "OVERWRITE_SETTING_API_Enable_Rate_Limiter";

#[derive(Args)]
pub(crate) struct Arguments {
    /// How many people the directory has; one of each size is kept
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    contacts: u64,
    /// Which stores serve
    #[arg(long, default_value = "both")]
    store: Stores,
    #[command(flatten)]
    turns: Turns,
    /// Connections that read
    #[arg(long, value_name = "N", default_value_t = 64)]
    connections: u32,
}

impl Arguments {
    /// The usual number of people, whatever the others have.
    pub(super) const fn usual(store: Stores, turns: Turns) -> Self {
        Self { contacts: 10_000, store, turns, connections: 64 }
    }
}

fn logins(engine: Engine) -> String {
    format!("{}: logins", engine.name())
}

fn beside(engine: Engine) -> String {
    format!("{}: GET beside logins", engine.name())
}

pub(super) fn measure(arguments: &Arguments, home: &Path) -> Result<Report> {
    let binary = server::build()?;
    let reading = Driver::new(home, arguments.turns, arguments.connections)?;
    let logging_in = Driver::new(home, arguments.turns, LOGGING_IN)?;
    let login = home.join("login");
    std::fs::write(&login, json!({ "user": USER, "password": PASSWORD }).to_string())?;
    let mut all = Vec::new();
    for engine in arguments.store.engines() {
        let make = |directory: &Directory| make_user(directory);
        all.push(UnderLoad::start_with(
            engine,
            arguments.contacts,
            home,
            &binary,
            (&[("OMNICONTACT_LOG", "info"), (LIMITED, "false")], &make),
        )?);
    }
    let samples = Samples::of(home, &all.first().context("no store")?.directory)?;
    let mut candidates = Vec::new();
    for one in &all {
        candidates.extend(of_one(one, &reading, &logging_in, &samples, &login));
    }
    let outcome = rounds::warm_and_interleave(&mut candidates, arguments.turns.rounds);
    drop(candidates);
    for one in &all {
        end_sessions(&one.directory)?;
    }
    let outcome = outcome?;
    let store = arguments.store.name();
    report::make(
        &report::Subject {
            name: "login",
            title: format!(
                "Logging in, and reading one of {} contacts",
                figures::grouped(arguments.contacts)
            ),
            contacts: arguments.contacts,
            store: arguments.store,
            command: format!(
                "login --contacts {} --store {store} {}",
                arguments.contacts,
                arguments.turns.command()
            ),
            more: vec![
                ("logins at once", LOGGING_IN.to_string()),
                ("rounds that count", arguments.turns.told(&outcome)),
            ],
        },
        &all,
        &outcome,
        &findings(&all, &outcome),
    )
}

/// Logins alone, reading alone, and reading while others log in.
fn of_one<'a>(
    one: &'a UnderLoad,
    reading: &'a Driver,
    logging_in: &'a Driver,
    samples: &'a Samples,
    login: &'a PathBuf,
) -> [Candidate<'a>; 3] {
    let entering = Asked { kind: Kind::Login, subjects: login, credentials: &one.credentials };
    let get = Asked { kind: Kind::Get, subjects: &samples.visitors, credentials: &one.credentials };
    let run = move |number| {
        std::thread::scope(|scope| {
            let others = scope.spawn(move || (logging_in.many("", one.serving(), entering).run)(number));
            let sample = (reading.many("", one.serving(), get).run)(number);
            match others.join() {
                Ok(outcome) => outcome.and(sample),
                Err(_) => sample,
            }
        })
    };
    [
        logging_in.many(&logins(one.engine), one.serving(), entering),
        reading.many(&read::get(one.engine), one.serving(), get),
        Candidate { name: beside(one.engine), run: Box::new(run) },
    ]
}

fn findings(all: &[UnderLoad], outcome: &Outcome) -> Vec<Finding> {
    let mut findings = Vec::new();
    for one in all {
        let (alone, beside) = (read::get(one.engine), beside(one.engine));
        findings.push(Finding::ratio(outcome, &beside, &alone, None));
        for name in [alone, beside] {
            findings.push(Finding {
                what: format!("{name}, p99"),
                spread: outcome.series(&name).and_then(|series| series.spread(|sample| sample.p99)),
                unit: " ms",
                goal: None,
            });
        }
    }
    findings
}

/// The user who logs in, with the password that is known here.
fn make_user(directory: &Directory) -> Result<()> {
    // There already, after an earlier run.
    let made = with_password(directory, &["user", "create", USER, "--role", "user", "--password-stdin"])?;
    let known = made || with_password(directory, &["user", "set-password", USER, "--password-stdin"])?;
    ensure!(known, "the user {USER:?} could not be made");
    Ok(())
}

fn with_password(directory: &Directory, arguments: &[&str]) -> Result<bool> {
    let mut command = directory.command(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let mut input = child.stdin.take().context("no standard input")?;
    writeln!(input, "{PASSWORD}")?;
    drop(input);
    Ok(child.wait()?.success())
}

/// Ends what the logins began, and limits calls again.
fn end_sessions(directory: &Directory) -> Result<()> {
    let mut command = directory.command(&["token", "revoke", USER, "--all"]);
    process::read(command.env(LIMITED, "true")).map(drop)
}
