//! The clients of others that the smoke tests drive, unmodified and in pinned versions, below the target
//! folder. What is there already is kept; a change of the pins begins anew.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// Where the pins and the drivers live.
const PINS: &str = "crates/app/tests/clients";
/// Names the interpreter that has the Python client; the smoke tests fail without it.
const PYTHON: &str = "OMNICONTACT_TEST_PYTHON";
/// Names the Node that runs the npm client.
const NODE: &str = "OMNICONTACT_TEST_NODE";
/// Names the folder that has the npm client among its `node_modules`.
const NODE_CLIENT: &str = "OMNICONTACT_TEST_NODE_CLIENT";
/// Written last: without it, an installation is not complete.
const COMPLETE: &str = "complete";

const ADVICE: &str = "\
the tests drive a client written in Python and one for Node, and need Python 3.10 or newer with `venv`, and
Node 18 or newer with npm. Install them:
  Debian, Ubuntu   apt-get install python3-venv nodejs npm
  Fedora           dnf install python3 nodejs-npm
  macOS            brew install python node";

/// What the tests find in their environment.
pub(crate) fn prepare() -> Result<Vec<(&'static str, OsString)>> {
    let folder = process::target()?.join("clients");
    let python = prepare_python(&folder.join("python"))?;
    let (node, client) = prepare_node(&folder.join("node"))?;
    Ok(vec![
        (PYTHON, python.into_os_string()),
        (NODE, node.into_os_string()),
        (NODE_CLIENT, client.into_os_string()),
    ])
}

fn prepare_python(folder: &Path) -> Result<PathBuf> {
    let interpreter = folder.join("bin/python");
    let pins = process::root().join(PINS).join("python/requirements.txt");
    let pinned = [(pins.as_path(), "requirements.txt")];
    if is_complete(folder, &pinned)? {
        return Ok(interpreter);
    }
    begin_anew(folder)?;
    make_environment(folder)?;
    let mut pip = Command::new(&interpreter);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--requirement",
    ]);
    process::run(pip.arg(&pins)).context("the Python client could not be installed")?;
    complete(folder, &pinned)?;
    Ok(interpreter)
}

/// Makes a virtual environment; on Debian, installs the package that this takes.
fn make_environment(folder: &Path) -> Result<()> {
    let make = |python: &Path| {
        let mut command = Command::new(python);
        process::succeeds(command.args(["-m", "venv", "--clear"]).arg(folder))
    };
    if process::find_program("python3").is_some_and(|python| make(&python)) {
        return Ok(());
    }
    // Debian's own interpreter, as another one that comes first may still lack the module.
    if process::install_debian_package("python3-venv")? && make(Path::new("/usr/bin/python3")) {
        return Ok(());
    }
    bail!("{ADVICE}")
}

fn prepare_node(folder: &Path) -> Result<(PathBuf, PathBuf)> {
    let pins = process::root().join(PINS).join("node");
    let node = node_packages(folder, &pins, &["package.json", "package-lock.json", "typings/package.json"])?;
    Ok((node, folder.to_owned()))
}

/// Installs what the files of a folder pin, which are copied beside it; gives the Node to run it with.
pub(crate) fn node_packages(folder: &Path, pins: &Path, files: &[&str]) -> Result<PathBuf> {
    let node = program_or_package("node", "nodejs")?;
    let sources: Vec<_> = files.iter().map(|name| pins.join(name)).collect();
    let pinned: Vec<_> = sources.iter().map(PathBuf::as_path).zip(files.iter().copied()).collect();
    if is_complete(folder, &pinned)? {
        return Ok(node);
    }
    let npm = program_or_package("npm", "npm")?;
    begin_anew(folder)?;
    copy_pins(folder, &pinned)?;
    let mut install = Command::new(npm);
    // Packages may bring scripts that run on installation; nothing here needs one.
    install
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder);
    process::run(&mut install).context("the packages of npm could not be installed")?;
    complete(folder, &pinned)?;
    Ok(node)
}

fn program_or_package(program: &str, package: &str) -> Result<PathBuf> {
    if let Some(found) = process::find_program(program) {
        return Ok(found);
    }
    process::install_debian_package(package)?;
    process::find_program(program).context(ADVICE)
}

/// Whether the folder holds an installation of exactly these files: where each is, and its name there.
fn is_complete(folder: &Path, pinned: &[(&Path, &str)]) -> Result<bool> {
    if !folder.join(COMPLETE).is_file() {
        return Ok(false);
    }
    for (source, name) in pinned {
        let wanted = std::fs::read(source).with_context(|| source.display().to_string())?;
        if std::fs::read(folder.join(name)).ok() != Some(wanted) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn begin_anew(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())
}

fn complete(folder: &Path, pinned: &[(&Path, &str)]) -> Result<()> {
    copy_pins(folder, pinned)?;
    let mark = folder.join(COMPLETE);
    std::fs::write(&mark, "").with_context(|| mark.display().to_string())
}

fn copy_pins(folder: &Path, pinned: &[(&Path, &str)]) -> Result<()> {
    for (source, name) in pinned {
        let copy = folder.join(name);
        if let Some(parent) = copy.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::copy(source, &copy).with_context(|| copy.display().to_string())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installation_is_complete_only_with_its_mark_and_its_pins() {
        let folder = std::env::temp_dir().join(format!("omnicontact-clients-{}", std::process::id()));
        let source = folder.join("pins.txt");
        let installed = folder.join("installed");
        begin_anew(&installed).unwrap();
        std::fs::write(&source, "client==1").unwrap();
        let pinned = [(source.as_path(), "deep/pins.txt")];
        assert!(!is_complete(&installed, &pinned).unwrap());
        copy_pins(&installed, &pinned).unwrap();
        assert!(!is_complete(&installed, &pinned).unwrap());
        complete(&installed, &pinned).unwrap();
        assert!(is_complete(&installed, &pinned).unwrap());
        std::fs::write(&source, "client==2").unwrap();
        assert!(!is_complete(&installed, &pinned).unwrap());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
