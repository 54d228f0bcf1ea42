//! Clients that others wrote, unmodified, against the binary on both stores. `cargo xtask test` installs them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::Home;

crate::on_both_stores!(the_python_client_does_its_work, the_npm_client_does_its_work);

const USERNAME: &str = "operator";
const EMAIL: &str = "operator@example.org";
const PASSWORD: &str = "An operator's pass phrase 1";
const SECRET: &str = "1234567890abcdef";

fn the_python_client_does_its_work(home: &Home) {
    let mut python = Command::new(required("OMNICONTACT_TEST_PYTHON"));
    python.arg(driver("python/drive.py"));
    drive(home, &mut python, &[SECRET]);
}

fn the_npm_client_does_its_work(home: &Home) {
    let mut node = Command::new(required("OMNICONTACT_TEST_NODE"));
    node.arg(driver("node/drive.mjs")).arg(required("OMNICONTACT_TEST_NODE_CLIENT"));
    drive(home, &mut node, &[]);
}

/// Starts a server with an administrator and lets the client do its steps.
fn drive(home: &Home, client: &mut Command, more: &[&str]) {
    let server = home.serve_with(&[
        ("ADMIN_USERNAME", USERNAME),
        ("ADMIN_EMAIL", EMAIL),
        ("ADMIN_PASS", PASSWORD),
        ("CREATE_TOKENS_FOR_USERS", "true"),
        ("CREATE_TOKENS_FOR_USERS_SECRET", SECRET),
    ]);
    let output = client.args([&server.url(""), USERNAME, EMAIL, PASSWORD]).args(more).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    let finished =
        printed.lines().last().is_some_and(|line| line.starts_with("all ") && line.ends_with(" done"));
    assert!(
        output.status.success() && finished,
        "{}\n{printed}\n{complaints}\nthe server said:\n{}",
        output.status,
        server.log()
    );
}

/// What is missing fails; it is never skipped.
pub(crate) fn required(variable: &str) -> OsString {
    std::env::var_os(variable)
        .unwrap_or_else(|| panic!("{variable} is not set; run the tests with `cargo xtask test`"))
}

fn driver(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(name)
}
