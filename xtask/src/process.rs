//! Child processes and the places of the workspace, as every verb needs them. Absent: shells.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;

/// The folder that holds the workspace's `Cargo.toml`: that of the cargo that runs this program. Where this program
/// was compiled says less, as two checkouts may share a target folder.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let told = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let here = told.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        here.parent().map_or_else(|| here.clone(), Path::to_path_buf)
    })
}

/// Where cargo builds; everything that a verb leaves on disk lies below it.
pub(crate) fn target() -> Result<PathBuf> {
    let metadata = MetadataCommand::new().no_deps().current_dir(root()).exec().context("cargo metadata")?;
    Ok(metadata.target_directory.into_std_path_buf())
}

/// The cargo that started this program, at the root of the workspace. It does not see what cargo told this program
/// about itself: build scripts that look at such variables would run again, and all that depends on them.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(arguments);
    for (name, _) in std::env::vars_os() {
        if name
            .to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
        {
            command.env_remove(&name);
        }
    }
    command
}

/// Shows the command, runs it, and lets its output through.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    let line = line(command);
    eprintln!("$ {line}");
    command.status().with_context(|| format!("cannot run `{line}`"))
}

/// Like [`status`], but anything else than success is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// Runs the command without showing anything, unless it fails; gives its standard output.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let line = line(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot run `{line}`"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{line}` failed ({}): {}", output.status, said.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether the command can be started and succeeds; nothing is shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    silent.status().is_ok_and(|status| status.success())
}

/// The program of this name in `PATH`.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
}

/// Whether this process may do anything on the machine.
pub(crate) fn is_root() -> bool {
    read(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}

/// Installs a Debian package if this is a Debian-like system and this process may; `false` if not.
pub(crate) fn install_debian_package(name: &str) -> Result<bool> {
    if find_program("apt-get").is_none() || !is_root() {
        return Ok(false);
    }
    let apt_get = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        // Standard output belongs to the verb's result.
        command.args(arguments).stdin(Stdio::null()).stdout(std::io::stderr());
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    // A mirror that is down is no reason to fail while the package is in a list already.
    if !status(&mut apt_get(&["update", "-q"]))?.success() {
        eprintln!("the package lists could not be renewed; trying all the same");
    }
    // A configuration file that is there already stays as it is.
    let keep = "Dpkg::Options::=--force-confold";
    run(&mut apt_get(&["install", "-y", "-q", "--no-install-recommends", "-o", keep, name]))?;
    Ok(true)
}

/// The exit code of a child as this program's own.
pub(crate) fn exit_code(status: ExitStatus) -> ExitCode {
    match status.code().map(u8::try_from) {
        Some(Ok(code)) => ExitCode::from(code),
        // Ended by a signal, or a code that no Unix process has.
        Some(Err(_)) | None => ExitCode::FAILURE,
    }
}

fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
