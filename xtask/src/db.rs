//! `cargo xtask db`: a PostgreSQL server for development that stays until it is told to go. Absent: the
//! servers of tests, which come and go with their command.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Subcommand;

use crate::postgres::KeptCluster;
use crate::process;

const NAME: &str = "development";

#[derive(Subcommand)]
pub(crate) enum Action {
    /// Start the server, creating it first if there is none, and print the URL of its database
    Up,
    /// End the server and remove all that is in it
    Down,
    /// Print the URL of the running server's database
    Url,
}

pub(crate) fn run(action: &Action) -> Result<ExitCode> {
    let home = process::target()?.join("xtask-db");
    match (action, KeptCluster::find(&home, NAME)?) {
        (Action::Up, _) => println!("{}", KeptCluster::start(&home, NAME, &[])?.url()),
        (Action::Down, Some(known)) => known.remove()?,
        (Action::Down, None) => eprintln!("there is no server"),
        (Action::Url, Some(known)) if known.answers() => println!("{}", known.url()),
        (Action::Url, _) => bail!("no server is running; `cargo xtask db up` starts one"),
    }
    Ok(ExitCode::SUCCESS)
}
