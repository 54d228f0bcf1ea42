//! Makes sqlx's macros run, online, in both adapters at once.
//!
//! One run of cargo for both keeps cargo from compiling sqlx a second time with other features. Each
//! adapter has its own database, and the macros look for its URL in the environment, then in a file `.env`
//! beside the manifest; so there is such a file as long as the run lasts. On a stable compiler the macros
//! track neither of them, so the adapters are made to look changed.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::process;

/// First line of a file that may be overwritten, should a killed run have left it.
const MARK: &str = "# Lives as long as `cargo xtask sqlx` runs.";

pub(super) struct Adapter {
    pub(super) package: String,
    pub(super) folder: PathBuf,
    pub(super) database_url: String,
    /// Where the macros put one document per statement.
    pub(super) documents: PathBuf,
}

/// Compiles the adapters against their databases. After a mere check, other builds of them are as fresh as
/// they were before.
pub(super) fn describe(adapters: &[Adapter], check: bool) -> Result<()> {
    let mut cargo = process::cargo(&["check", "--all-features", "--lib"]);
    // Stronger than the files, so they must not be there.
    cargo.env_remove("DATABASE_URL").env_remove("SQLX_OFFLINE_DIR").env("SQLX_OFFLINE", "false");
    let mut environments = Vec::new();
    let mut sources = Vec::new();
    for adapter in adapters {
        cargo.args(["-p", &adapter.package]);
        environments.push(Environment::write(adapter)?);
        sources.push(Touched::touch(adapter.folder.join("src/lib.rs"))?);
    }
    let outcome = process::run(&mut cargo);
    drop(environments);
    if check {
        sources.into_iter().try_for_each(Touched::restore)?;
    }
    outcome
}

/// The adapter's `.env` file, removed on drop.
struct Environment(PathBuf);

impl Environment {
    fn write(adapter: &Adapter) -> Result<Self> {
        let file = adapter.folder.join(".env");
        if std::fs::read_to_string(&file).is_ok_and(|text| !text.starts_with(MARK)) {
            bail!("{} would be overwritten; remove it first", file.display());
        }
        let text = format!(
            "{MARK}\nDATABASE_URL='{}'\nSQLX_OFFLINE_DIR='{}'\n",
            adapter.database_url,
            adapter.documents.display()
        );
        std::fs::write(&file, text).with_context(|| file.display().to_string())?;
        Ok(Self(file))
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            eprintln!("{} could not be removed: {error}", self.0.display());
        }
    }
}

/// A source file that looks changed.
struct Touched {
    file: PathBuf,
    before: SystemTime,
    after: SystemTime,
}

impl Touched {
    fn touch(file: PathBuf) -> Result<Self> {
        let before = modified(&file)?;
        #[expect(clippy::disallowed_methods, reason = "the time of a file, not of the product")]
        set_modified(&file, SystemTime::now())?;
        let after = modified(&file)?;
        Ok(Self { file, before, after })
    }

    /// Unless somebody has edited the file meanwhile.
    fn restore(self) -> Result<()> {
        if modified(&self.file)? == self.after { set_modified(&self.file, self.before) } else { Ok(()) }
    }
}

fn modified(file: &Path) -> Result<SystemTime> {
    let time = std::fs::metadata(file).and_then(|metadata| metadata.modified());
    time.with_context(|| file.display().to_string())
}

fn set_modified(file: &Path, time: SystemTime) -> Result<()> {
    let opened = File::options().write(true).open(file).with_context(|| file.display().to_string())?;
    opened.set_modified(time).with_context(|| file.display().to_string())
}
