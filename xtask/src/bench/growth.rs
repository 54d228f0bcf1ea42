//! `bench growth`: what more people cost. It measures nothing, but reads what `bench read` and `bench write` left for
//! directories of several sizes. Each rate is taken as a share of the bare handler's in the same run.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::Value;

use super::figures::grouped;
use super::ratios::Spread;
use super::read::{self, BARE};
use super::sheet::{Part, Sheet};
use super::svg::{self, Line};
use super::{Engine, circumstances, page, report, write};
use crate::process;

const PICTURE: &str = "docs/benchmarks-growth.svg";
/// How much of the rate may be lost between the smallest and the largest directory.
const KEPT: f64 = 0.8;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Sizes of directories
    #[arg(long, value_name = "N", value_delimiter = ',', default_values_t = [10_000, 1_000_000, 10_000_000])]
    contacts: Vec<u64>,
    /// Write the table and the picture below docs/, too
    #[arg(long)]
    publish: bool,
}

pub(super) fn show(arguments: &Arguments, home: &Path) -> Result<()> {
    let mut lines = Vec::new();
    for engine in [Engine::Postgres, Engine::Sqlite] {
        let names = [
            ("read", read::get(engine)),
            ("read", read::by_email(engine)),
            ("write", write::registrations(engine)),
        ];
        for (subject, name) in names {
            let mut points = Vec::new();
            for contacts in &arguments.contacts {
                points.extend(share(home, subject, *contacts, &name)?.map(|share| (*contacts, share)));
            }
            if points.len() > 1 {
                lines.push(Line { name, points });
            }
        }
    }
    ensure!(!lines.is_empty(), "`bench read` and `bench write` have not left figures of two sizes yet");
    let sheet = sheet(arguments, &lines);
    println!("{}", sheet.to_text());
    if arguments.publish {
        let picture = process::root().join(PICTURE);
        std::fs::write(&picture, svg::draw(&lines)).with_context(|| PICTURE.to_owned())?;
        eprintln!("written: {PICTURE}");
        page::publish(&sheet)?;
    }
    Ok(())
}

/// The median of a candidate's rate as a share of the bare handler's, from the newest run that has both.
fn share(home: &Path, subject: &str, contacts: u64, name: &str) -> Result<Option<Spread>> {
    let mut found = Vec::new();
    for store in ["both", "postgres", "sqlite"] {
        let file = home.join(report::file_name(subject, store, contacts));
        if !file.exists() {
            continue;
        }
        let modified = file.metadata()?.modified()?;
        let value: Value = serde_json::from_str(&std::fs::read_to_string(&file)?)?;
        found.extend(share_in(&value, name).map(|share| (modified, share)));
    }
    found.sort_by_key(|(modified, _)| *modified);
    Ok(found.pop().map(|(_, share)| share))
}

fn share_in(report: &Value, name: &str) -> Option<Spread> {
    let rates = |wanted: &str| {
        let mut all = report["outcome"]["candidates"].as_array()?.iter();
        let series = all.find(|series| series["candidate"] == wanted)?;
        let samples = series["samples"].as_array()?.iter();
        Some(samples.filter_map(|sample| sample["rate"].as_f64()).collect::<Vec<_>>())
    };
    let (of, bare) = (rates(name)?, rates(BARE)?);
    Spread::of(of.iter().zip(bare).map(|(rate, bare)| rate / bare).collect())
}

fn sheet(arguments: &Arguments, lines: &[Line]) -> Sheet {
    let sizes: Vec<_> = arguments.contacts.iter().map(u64::to_string).collect();
    let mut rows = Vec::new();
    for line in lines {
        let Some((_, first)) = line.points.first() else { continue };
        for (contacts, spread) in &line.points {
            let kept = spread.median / first.median;
            rows.push(vec![
                line.name.clone(),
                grouped(*contacts),
                format!("{:.3}", spread.median),
                format!("{:.3} to {:.3}", spread.low, spread.high),
                format!("{:.0} %", kept * 100.0),
                if kept >= KEPT { "met" } else { "MISSED" }.to_owned(),
            ]);
        }
    }
    let mut circumstances = circumstances::here(&format!("growth --contacts {}", sizes.join(",")));
    circumstances.push(("goal", format!("at least {:.0} % of the smallest directory's rate", KEPT * 100.0)));
    circumstances.push(("picture", "[benchmarks-growth.svg](benchmarks-growth.svg)".to_owned()));
    Sheet {
        title: "Growth: rates as shares of the bare handler's".to_owned(),
        key: "growth".to_owned(),
        circumstances,
        parts: vec![Part {
            headings: vec!["what", "contacts", "share", "range", "of the smallest", ""],
            rows,
        }],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_share_is_taken_round_by_round_within_one_report() {
        let series = |name: &str, rates: [f64; 2]| json!({ "candidate": name, "samples": rates.map(|rate| json!({ "rate": rate })) });
        let report =
            json!({ "outcome": { "candidates": [series(BARE, [100.0, 50.0]), series("a", [40.0, 20.0])] } });
        assert_eq!(share_in(&report, "a"), Some(Spread { low: 0.4, median: 0.4, high: 0.4 }));
        assert_eq!(share_in(&report, "b"), None);
        assert_eq!(share_in(&json!({}), "a"), None);
    }
}
