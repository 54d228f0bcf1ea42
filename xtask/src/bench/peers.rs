//! What the server is compared with: a handler that does nothing, and the same endpoint with Fastify and pg.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::server::Serving;
use crate::{clients, process};

const PEERS: &str = "xtask/peers";

/// Builds and starts the handler that does nothing: the same stack, versions and profile.
pub(super) fn bare(home: &Path) -> Result<Serving> {
    let manifest = process::root().join(PEERS).join("bare/Cargo.toml");
    let target = process::target()?;
    let mut build = process::cargo(&["build", "--release", "--locked", "--manifest-path"]);
    process::run(build.arg(manifest).arg("--target-dir").arg(&target))?;
    let binary = target.join("release").join(format!("omnicontact-bare{}", std::env::consts::EXE_SUFFIX));
    Serving::start(Command::new(binary), home.join("bare.log"))
}

/// Installs and starts the endpoint with Fastify, on the same PostgreSQL as the server.
pub(super) fn fastify(home: &Path, url: &str) -> Result<Serving> {
    let folder = home.join("fastify");
    let pins = process::root().join(PEERS).join("fastify");
    let node = clients::node_packages(&folder, &pins, &["package.json", "package-lock.json"])?;
    // Beside its packages, where Node looks for them.
    std::fs::copy(pins.join("server.js"), folder.join("server.js"))?;
    let mut command = Command::new(node);
    command.arg("server.js").current_dir(&folder).env("NODE_ENV", "production").env("DATABASE_URL", url);
    Serving::start(command, home.join("fastify.log"))
}
