//! `cargo xtask test`: every test there is, with nothing to prepare. The runner's output is let through
//! untouched, and its summary comes last.

use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::postgres::GuardedCluster;
use crate::{clients, process};

/// Tests that need PostgreSQL read its URL here, and fail if it is missing.
const URL: &str = "OMNICONTACT_TEST_POSTGRES_URL";
/// Tests of the API that ask no store, or need one only.
const ONE_STORE: &str = "/^(access_matrix|golden|hostile|openapi)::/";

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    require_c_compiler()?;
    let clients = clients::prepare()?;
    let given = std::env::var(URL).ok().filter(|url| !url.is_empty());
    let cluster = if given.is_none() { Some(GuardedCluster::start("test")?) } else { None };
    let url = given.or(cluster.as_ref().map(GuardedCluster::url)).unwrap_or_default();

    // Before the other tests, so that their summary ends the output.
    let mut examples = process::cargo(&["test", "--workspace", "--doc", "--all-features"]);
    let examples = process::status(examples.env(URL, &url))?;

    let has_nextest = process::succeeds(&mut process::cargo(&["nextest", "--version"]));
    // The API once more over the other store: whoever names tests wants those only.
    let other_store = match (arguments, has_nextest) {
        ([], true) => Some(nextest(&["-E", &format!("binary(http) - test({ONE_STORE})")])),
        ([], false) => Some(libtest(&["--test", "http"])),
        (_, _) => None,
    };
    let other_store = match other_store {
        Some(mut tests) => process::status(tests.env(URL, &url).env("OMNICONTACT_TEST_STORE", "postgres"))?,
        None => examples,
    };

    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let mut runner = if has_nextest {
        nextest(&arguments)
    } else {
        // Without the examples in comments, which have run already.
        libtest(&[&["--lib", "--bins", "--tests"], arguments.as_slice()].concat())
    };
    let tests = process::status(runner.env(URL, &url).envs(clients))?;

    for (earlier, what) in [(examples, "the examples in comments"), (other_store, "the API over PostgreSQL")]
    {
        if tests.success() && !earlier.success() {
            eprintln!("error: {what} failed; see above");
            return Ok(process::exit_code(earlier));
        }
    }
    Ok(process::exit_code(tests))
}

fn nextest(arguments: &[&str]) -> Command {
    let mut nextest = process::cargo(&["nextest", "run", "--workspace", "--all-features"]);
    if std::env::var_os("CI").is_some() {
        nextest.args(["--profile", "ci"]);
    }
    nextest.args(arguments);
    nextest
}

fn libtest(arguments: &[&str]) -> Command {
    let mut tests = process::cargo(&["test", "--workspace", "--all-features"]);
    tests.args(arguments);
    tests
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
