//! The project's own tasks, run as `cargo xtask <verb>`: one file per verb, and no product code.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is what a command line does")]
#![expect(
    clippy::doc_markdown,
    reason = "names of products, and help texts that a terminal shows as they are"
)]

mod bench;
mod ci;
mod clients;
mod codegen;
mod db;
mod layers;
mod postgres;
mod process;
mod sqlx;
mod test;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Everything one does to this repository besides writing code.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct CommandLine {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Run every test of the workspace, with a PostgreSQL server of its own and the clients that others wrote
    ///
    /// The server is started for this run and removed afterwards. If OMNICONTACT_TEST_POSTGRES_URL is set,
    /// it names the server to use, and none is started. The clients are installed below the target folder.
    Test {
        /// Passed on to the test runner (`cargo nextest run`, or `cargo test` where nextest is missing)
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// A throw-away PostgreSQL server for development
    Db {
        #[command(subcommand)]
        action: db::Action,
    },
    /// Measure the release binary on a directory of made-up people
    Bench {
        #[command(subcommand)]
        subject: bench::Subject,
    },
    /// Check which crate may depend on which
    Layers,
    /// Check the house rules that no compiler knows: sizes, names, words, paired migrations
    Tidy,
    /// Prepare the checked SQL statements of both store adapters (their `.sqlx` folders) again
    Sqlx {
        /// Change nothing; fail if a `.sqlx` folder is out of date
        #[arg(long)]
        check: bool,
    },
    /// Write the generated documents below docs/ again
    Codegen {
        /// Change nothing; fail if a document is out of date
        #[arg(long)]
        check: bool,
    },
    /// Everything that continuous integration checks, cheapest first
    Ci,
}

fn main() -> ExitCode {
    let outcome = match CommandLine::parse().verb {
        Verb::Test { arguments } => test::run(&arguments),
        Verb::Db { action } => db::run(&action),
        Verb::Bench { subject } => bench::run(&subject),
        Verb::Layers => layers::run(),
        Verb::Tidy => tidy::run(),
        Verb::Sqlx { check } => sqlx::run(check),
        Verb::Codegen { check } => codegen::run(check),
        Verb::Ci => ci::run(),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
