//! `cargo xtask tidy`: house rules that neither compiler nor linter knows. The rules are pure functions of
//! path and content, in `tidy/rules.rs`; here is only the walk over the tree.

mod rules;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::process;

/// Folders and files that the rules look at.
const PLACES: [&str; 3] = ["Cargo.toml", "crates", "xtask"];
const KINDS: [&str; 3] = ["rs", "sql", "toml"];

/// A file of the repository; the path is relative to its root and has forward slashes.
struct SourceFile {
    path: String,
    text: String,
}

impl SourceFile {
    fn is_rust(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|kind| kind == "rs")
    }
}

pub(crate) fn run() -> Result<ExitCode> {
    let faults = rules::faults(&files()?);
    for fault in &faults {
        println!("{fault}");
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn files() -> Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    for place in PLACES {
        collect(&process::root().join(place), place, &mut files)?;
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn collect(on_disk: &Path, path: &str, files: &mut Vec<SourceFile>) -> Result<()> {
    if on_disk.is_dir() {
        for entry in std::fs::read_dir(on_disk)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.starts_with('.') && name != "target" {
                collect(&entry.path(), &format!("{path}/{name}"), files)?;
            }
        }
    } else if on_disk.extension().is_some_and(|kind| KINDS.iter().any(|known| kind == *known)) {
        let text = std::fs::read_to_string(on_disk).with_context(|| path.to_owned())?;
        files.push(SourceFile { path: path.to_owned(), text });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tree_is_tidy() {
        assert_eq!(super::rules::faults(&super::files().unwrap()), [""; 0]);
    }
}
