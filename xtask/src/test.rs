//! `cargo xtask test`: every test there is, with nothing to prepare. The runner's output is let through
//! untouched, and its summary comes last.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::postgres::GuardedCluster;
use crate::{clients, process};

/// Tests that need PostgreSQL read its URL here, and fail if it is missing.
const URL: &str = "OMNICONTACT_TEST_POSTGRES_URL";

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    require_c_compiler()?;
    let clients = clients::prepare()?;
    let given = std::env::var(URL).ok().filter(|url| !url.is_empty());
    let cluster = if given.is_none() { Some(GuardedCluster::start("test")?) } else { None };
    let url = given.or(cluster.as_ref().map(GuardedCluster::url)).unwrap_or_default();

    // Before the other tests, so that their summary ends the output.
    let mut examples = process::cargo(&["test", "--workspace", "--doc", "--all-features"]);
    let examples = process::status(examples.env(URL, &url))?;

    let mut runner = if process::succeeds(&mut process::cargo(&["nextest", "--version"])) {
        let mut nextest = process::cargo(&["nextest", "run", "--workspace", "--all-features"]);
        if std::env::var_os("CI").is_some() {
            nextest.args(["--profile", "ci"]);
        }
        nextest.args(arguments);
        nextest
    } else {
        let mut tests = process::cargo(&["test", "--workspace", "--all-features"]);
        // Without the examples in comments, which have run already.
        tests.args(["--lib", "--bins", "--tests"]).args(arguments);
        tests
    };
    let tests = process::status(runner.env(URL, &url).envs(clients))?;

    if tests.success() && !examples.success() {
        eprintln!("error: the examples in comments failed; see above");
        return Ok(process::exit_code(examples));
    }
    Ok(process::exit_code(tests))
}

/// Better said here than by a build script, hundreds of lines later.
fn require_c_compiler() -> Result<()> {
    let chosen = std::env::var_os("CC").is_some();
    if chosen || ["cc", "gcc", "clang"].iter().any(|name| process::find_program(name).is_some()) {
        return Ok(());
    }
    bail!(
        "SQLite is compiled from C, and no C compiler was found. Install one:\n  \
         Debian, Ubuntu   apt-get install gcc libc6-dev\n  \
         Fedora           dnf install gcc\n  \
         macOS            xcode-select --install"
    )
}
