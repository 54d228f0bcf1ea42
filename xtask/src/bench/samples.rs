//! Who is asked for: people drawn uniformly from a directory, in files that wrk reads. Directories of one size hold
//! the same people in every engine, so the files are made once for each size.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::directory::Directory;
use super::server::Credentials;

/// Begins the tokens and addresses of people who are added while something is measured; nobody in the made-up
/// directory has one like that.
pub(super) const LABEL: &str = "bench-";

/// Subjects in a file, at most.
const SUBJECTS: u64 = 50_000;

/// Files of subjects, one a line.
pub(super) struct Samples {
    /// Ids of visitors.
    pub(super) visitors: PathBuf,
    /// E-mail addresses of contacts.
    pub(super) emails: PathBuf,
    /// Ids of contacts, each with the contact's name.
    pub(super) contacts: PathBuf,
}

impl Samples {
    pub(super) fn of(home: &Path, directory: &Directory) -> Result<Self> {
        let folder = home.join(format!("samples-{}", directory.contacts));
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let file = |name: &str, columns: &str, table: &str| {
            let path = folder.join(name);
            let query = format!("select {columns} from {table} order by random() limit {SUBJECTS}");
            if !path.exists() {
                // Those whom an interrupted run left behind are not in the directory.
                let rows = directory.ask(&query)?;
                let rows: String = rows.lines().flat_map(|row| [row, "\n"]).collect();
                ensure!(!rows.is_empty(), "nobody is in the directory");
                std::fs::write(&path, rows).with_context(|| path.display().to_string())?;
            }
            Ok::<_, anyhow::Error>(path)
        };
        let made_up = &format!("visitors where token not like '{LABEL}%'");
        Ok(Self {
            visitors: file("visitors", "visitor_id", made_up)?,
            emails: file("emails", "email_key", "contact_emails")?,
            // Whoever is changed is known from then on, and in another list: the directory would not stay what it was.
            contacts: file(
                "contacts",
                "contact_id || ' ' || name",
                "contacts where name is not null and unknown is not true",
            )?,
        })
    }
}

/// Writes who asks, a pair a line, for wrk. The file holds secrets of the bench's own store.
pub(super) fn write_credentials(file: &Path, all: &[Credentials]) -> Result<()> {
    let lines: Vec<_> = all.iter().map(|who| format!("{} {}", who.user_id, who.token)).collect();
    std::fs::write(file, lines.join("\n")).with_context(|| file.display().to_string())
}
