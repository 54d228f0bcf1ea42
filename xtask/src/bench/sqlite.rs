//! A file of SQLite, asked by its own program. The server may have it open at the same time.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

const ADVICE: &str = "\
samples of the directory are taken with sqlite3, which is not there. Install it:
  Debian, Ubuntu   apt-get install sqlite3
  Fedora           dnf install sqlite
  macOS            brew install sqlite";

pub(super) struct SqliteFile {
    program: PathBuf,
    file: PathBuf,
}

impl SqliteFile {
    pub(super) fn open(file: PathBuf) -> Result<Self> {
        let find = || process::find_program("sqlite3");
        let program = match find() {
            Some(program) => program,
            None if process::install_debian_package("sqlite3")? => find().context(ADVICE)?,
            None => bail!(ADVICE),
        };
        Ok(Self { program, file })
    }

    /// The rows of statements, a line each, columns with a bar between.
    pub(super) fn ask(&self, statements: &str) -> Result<String> {
        let mut command = Command::new(&self.program);
        command
            .args(["-bail", "-batch", "-noheader", "-cmd", ".timeout 10000"])
            .arg(&self.file)
            .arg(statements);
        process::read(&mut command)
    }
}
