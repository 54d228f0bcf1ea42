//! What one must know to judge a figure: the machine, the revision, the command, the store.

use std::process::Command;

use anyhow::Result;

use super::directory::Directory;
use super::figures::grouped;
use crate::process;

/// This machine, this revision, and the command that was given.
pub(super) fn here(arguments: &str) -> Vec<(&'static str, String)> {
    let mut git = Command::new("git");
    let revision = process::read(git.args(["rev-parse", "--short", "HEAD"]).current_dir(process::root()));
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    vec![
        ("machine", format!("{cores} cores, {}", model.trim_start_matches([' ', '\t', ':']))),
        ("revision", revision.unwrap_or_else(|_| "unknown".to_owned())),
        ("command", format!("cargo xtask bench {arguments}")),
    ]
}

pub(super) fn of_directory(directory: &Directory) -> Result<Vec<(&'static str, String)>> {
    Ok(vec![
        ("settings of the database", directory.settings()?),
        ("size of the store", format!("{} MiB", grouped(directory.size()? >> 20))),
    ])
}
