//! What a subject found out: a sheet for people, and a file for programs.

use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use super::ratios::{Finding, Outcome};
use super::sheet::{Part, Sheet};
use super::under_load::UnderLoad;
use super::{Stores, circumstances, page};

/// What was measured, and how.
pub(super) struct Subject {
    pub(super) name: &'static str,
    pub(super) title: String,
    pub(super) contacts: u64,
    pub(super) store: Stores,
    /// The command that measures it again.
    pub(super) command: String,
    pub(super) more: Vec<(&'static str, String)>,
}

/// Figures, ready to be shown.
pub(super) struct Report {
    /// Of the file that is left below the target folder.
    name: String,
    sheet: Sheet,
    json: Value,
}

pub(super) fn make(
    subject: &Subject,
    all: &[UnderLoad],
    outcome: &Outcome,
    findings: &[Finding],
) -> Result<Report> {
    let mut circumstances = circumstances::here(&subject.command);
    for one in all {
        circumstances.extend(circumstances::of_directory(&one.directory)?);
    }
    circumstances.extend(subject.more.iter().cloned());
    let json = json!({
        "subject": subject.name,
        "contacts": subject.contacts,
        "circumstances": circumstances,
        "outcome": outcome.to_json(),
        "findings": findings.iter().map(Finding::to_json).collect::<Vec<_>>(),
    });
    let (name, store) = (subject.name, subject.store.name());
    let mut parts = vec![outcome.part()];
    if !findings.is_empty() {
        let rows = findings.iter().map(Finding::cells).collect();
        parts.push(Part { headings: Finding::HEADINGS.to_vec(), rows });
    }
    let sheet = Sheet {
        title: subject.title.clone(),
        key: format!("{name}, {store}, {}", subject.contacts),
        circumstances,
        parts,
    };
    Ok(Report { name: file_name(name, store, subject.contacts), sheet, json })
}

/// Where the figures of a subject are left.
pub(super) fn file_name(subject: &str, store: &str, contacts: u64) -> String {
    format!("{subject}-{store}-{contacts}.json")
}

impl Report {
    pub(super) fn show(&self, home: &Path, publish: bool) -> Result<()> {
        println!("{}", self.sheet.to_text());
        let file = home.join(&self.name);
        std::fs::write(&file, serde_json::to_string_pretty(&self.json)?)?;
        eprintln!("written: {}", file.display());
        if publish { page::publish(&self.sheet) } else { Ok(()) }
    }
}
