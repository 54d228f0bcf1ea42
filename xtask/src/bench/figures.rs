//! Durations, what is said of them, and tables of that.

use std::time::Duration;

use serde_json::{Value, json};

use super::sheet::{Part, Sheet};

/// What was measured of one kind of request.
pub(super) struct Row {
    /// What was asked.
    pub(super) what: String,
    /// How many things a request found, from the least to the most.
    pub(super) found: Option<(u64, u64)>,
    durations: Vec<Duration>,
    /// The longest that 99 of 100 requests may take.
    goal: Option<Duration>,
}

impl Row {
    pub(super) fn new(what: impl Into<String>, mut durations: Vec<Duration>) -> Self {
        durations.sort_unstable();
        Self { what: what.into(), found: None, durations, goal: None }
    }

    pub(super) fn finding(self, found: (u64, u64)) -> Self {
        Self { found: Some(found), ..self }
    }

    pub(super) fn within(self, millis: u64) -> Self {
        Self { goal: Some(Duration::from_millis(millis)), ..self }
    }

    /// The duration that this share of the requests, in per cent, did not exceed.
    pub(super) fn percentile(&self, share: usize) -> Duration {
        let rank = (self.durations.len() * share).div_ceil(100).saturating_sub(1);
        self.durations.get(rank).or(self.durations.last()).copied().unwrap_or_default()
    }

    fn cells(&self) -> [String; 7] {
        let found = match self.found {
            None => String::new(),
            Some((least, most)) if least == most => grouped(least),
            Some((least, most)) => format!("{} to {}", grouped(least), grouped(most)),
        };
        let goal = self.goal.map(|goal| format!("{} ms", goal.as_millis())).unwrap_or_default();
        let verdict = self.goal.map_or("", |goal| if self.percentile(99) <= goal { "met" } else { "MISSED" });
        [
            self.what.clone(),
            found,
            self.durations.len().to_string(),
            millis(self.percentile(50)),
            millis(self.percentile(99)),
            goal,
            verdict.to_owned(),
        ]
    }

    fn to_json(&self) -> Value {
        json!({
            "what": self.what,
            "found": self.found.map(|(least, most)| [least, most]),
            "requests": self.durations.len(),
            "p50_us": micros(self.percentile(50)),
            "p99_us": micros(self.percentile(99)),
            "max_us": micros(self.percentile(100)),
            "goal_us": self.goal.map(micros),
        })
    }
}

/// The rows of one store.
pub(super) struct Table {
    /// The store with what matters about it.
    pub(super) title: String,
    /// The store's name without anything that changes.
    pub(super) key: String,
    /// Machine, revision and command.
    pub(super) circumstances: Vec<(&'static str, String)>,
    pub(super) rows: Vec<Row>,
}

const HEADINGS: [&str; 7] = ["request", "finds", "requests", "median ms", "p99 ms", "goal", ""];

impl Table {
    /// As it is shown.
    pub(super) fn sheet(&self) -> Sheet {
        Sheet {
            title: self.title.clone(),
            key: self.key.clone(),
            circumstances: self.circumstances.clone(),
            parts: vec![Part {
                headings: HEADINGS.to_vec(),
                rows: self.rows.iter().map(|row| row.cells().to_vec()).collect(),
            }],
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let circumstances: Vec<_> =
            self.circumstances.iter().map(|(what, value)| json!({ "what": what, "value": value })).collect();
        let rows: Vec<_> = self.rows.iter().map(Row::to_json).collect();
        json!({ "store": self.title, "circumstances": circumstances, "rows": rows })
    }
}

/// With commas between groups of three digits.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn millis(duration: Duration) -> String {
    format!("{:.2}", duration.as_secs_f64() * 1e3)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_durations_that_were_measured() {
        let row = Row::new("x", (1..=200).rev().map(Duration::from_millis).collect());
        let of = |share| row.percentile(share).as_millis();
        assert_eq!((of(50), of(99), of(100)), (100, 198, 200));
        assert_eq!(Row::new("x", vec![]).percentile(99), Duration::ZERO);
    }

    #[test]
    fn a_goal_is_met_up_to_its_last_moment() {
        let row = |slowest| Row::new("x", vec![Duration::from_micros(slowest)]).within(5);
        assert_eq!(row(5_000).cells()[6], "met");
        assert_eq!(row(5_001).cells()[6], "MISSED");
    }

    #[test]
    fn digits_are_grouped_from_the_right() {
        assert_eq!([7, 999, 1_000, 1_234_567].map(grouped), ["7", "999", "1,000", "1,234,567"]);
    }
}
