//! Logs: to standard error, human on a terminal, JSON otherwise.

mod gathered;

use std::io::{IsTerminal as _, Stderr};

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;

use self::gathered::Gathered;
use crate::config::{Config, LogFormat};

/// Logging; what it still holds is written when this is dropped.
pub(crate) struct Logging(#[expect(dead_code, reason = "it is there to be dropped")] Gathered<Stderr>);

/// Starts logging for the rest of the process.
pub(crate) fn start(config: &Config) -> anyhow::Result<Logging> {
    let filter = EnvFilter::try_new(&config.log).with_context(|| {
        format!("`log` is {:?}, which is no filter such as info or info,http=debug", config.log)
    })?;
    let watched = std::io::stderr().is_terminal();
    let human = match config.log_format {
        LogFormat::Human => true,
        LogFormat::Json => false,
        LogFormat::Auto => watched,
    };
    let gathered = Gathered::new(std::io::stderr()).context("the log has no thread to write it")?;
    // Whoever looks on sees each line at once.
    let lines = gathered.lines(watched);
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(watched).with_writer(lines);
    if human {
        logs.init();
    } else {
        logs.json().flatten_event(true).init();
    }
    Ok(Logging(gathered))
}
