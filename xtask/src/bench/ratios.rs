//! Figures of several rounds: median and range, ratios taken round by round, goals. Nothing is measured here.

use serde_json::{Value, json};

use super::figures::grouped;
use super::sheet::Part;

/// What a run of one candidate in one round gave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sample {
    /// Requests or transactions per second.
    pub(super) rate: f64,
    /// Milliseconds that half of them did not exceed, where it was measured.
    pub(super) p50: Option<f64>,
    /// Milliseconds that 99 of 100 did not exceed.
    pub(super) p99: Option<f64>,
    /// Processors that the load generator itself kept busy, where there is one.
    pub(super) generator: Option<f64>,
}

/// What a candidate gave, a sample for each round that counts.
pub(super) struct Series {
    pub(super) name: String,
    pub(super) samples: Vec<Sample>,
}

/// The median of some figures, and how far they reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub(super) low: f64,
    pub(super) median: f64,
    pub(super) high: f64,
}

/// What is wanted of a median.
#[derive(Debug, Clone, Copy)]
pub(super) enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

/// A figure made of the rounds, with its goal.
pub(super) struct Finding {
    pub(super) what: String,
    /// `None`: not measured.
    pub(super) spread: Option<Spread>,
    pub(super) unit: &'static str,
    pub(super) goal: Option<Goal>,
}

impl Spread {
    pub(super) fn of(mut figures: Vec<f64>) -> Option<Self> {
        figures.sort_by(f64::total_cmp);
        let (low, high) = (*figures.first()?, *figures.last()?);
        let middle = figures.len() / 2;
        let median = if figures.len().is_multiple_of(2) {
            f64::midpoint(figures[middle - 1], figures[middle])
        } else {
            figures[middle]
        };
        Some(Self { low, median, high })
    }
}

impl Series {
    pub(super) fn spread(&self, figure: impl Fn(&Sample) -> Option<f64>) -> Option<Spread> {
        Spread::of(self.samples.iter().filter_map(figure).collect())
    }

    fn cells(&self) -> Vec<String> {
        let two = |figure: fn(&Sample) -> Option<f64>| {
            self.spread(figure).map(|spread| format!("{:.2}", spread.median)).unwrap_or_default()
        };
        let whole = |rate: f64| {
            let digits = format!("{rate:.0}");
            if rate < 100.0 { format!("{rate:.1}") } else { digits.parse().map_or(digits, grouped) }
        };
        let (rate, range) = match self.spread(|sample| Some(sample.rate)) {
            Some(rate) => (whole(rate.median), format!("{} to {}", whole(rate.low), whole(rate.high))),
            None => Default::default(),
        };
        let generator = two(|sample| sample.generator);
        vec![self.name.clone(), rate, range, two(|sample| sample.p50), two(|sample| sample.p99), generator]
    }

    fn to_json(&self) -> Value {
        let samples: Vec<_> = self
            .samples
            .iter()
            .map(|sample| {
                json!({
                    "rate": sample.rate,
                    "p50_ms": sample.p50,
                    "p99_ms": sample.p99,
                    "generator_cores": sample.generator,
                })
            })
            .collect();
        json!({ "candidate": self.name, "samples": samples })
    }
}

/// All candidates of a run.
pub(super) struct Outcome {
    pub(super) series: Vec<Series>,
    /// Rounds that did not count because the machine was not itself.
    pub(super) thrown_away: usize,
}

impl Outcome {
    pub(super) fn series(&self, name: &str) -> Option<&Series> {
        self.series.iter().find(|series| series.name == name)
    }

    /// How many times as much one candidate does as another, round by round; `None` if one did not take part.
    pub(super) fn ratio(&self, one: &str, other: &str) -> Option<Spread> {
        self.ratio_of(|sample| Some(sample.rate), one, other)
    }

    /// How many times as large a figure of one candidate is as another's, round by round.
    pub(super) fn ratio_of(
        &self,
        figure: impl Fn(&Sample) -> Option<f64>,
        one: &str,
        other: &str,
    ) -> Option<Spread> {
        let (one, other) = (self.series(one)?, self.series(other)?);
        let pairs = one.samples.iter().zip(&other.samples);
        let figures = pairs.filter_map(|(one, other)| figure(one).zip(figure(other)));
        Spread::of(figures.filter(|(_, other)| *other > 0.0).map(|(one, other)| one / other).collect())
    }

    /// The candidates with their rates. They hold for this machine on this day; ratios tell more.
    pub(super) fn part(&self) -> Part {
        Part {
            headings: vec!["candidate", "per second", "range", "p50 ms", "p99 ms", "cores of the generator"],
            rows: self.series.iter().map(Series::cells).collect(),
        }
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "thrown_away": self.thrown_away,
            "candidates": self.series.iter().map(Series::to_json).collect::<Vec<_>>(),
        })
    }
}

impl Goal {
    fn is_met_by(self, figure: f64) -> bool {
        match self {
            Self::AtLeast(least) => figure >= least,
            Self::AtMost(most) => figure <= most,
        }
    }

    fn to_text(self, unit: &str) -> String {
        match self {
            Self::AtLeast(least) => format!("at least {least}{unit}"),
            Self::AtMost(most) => format!("at most {most}{unit}"),
        }
    }
}

impl Finding {
    pub(super) const HEADINGS: [&str; 5] = ["figure", "median", "range", "goal", ""];

    pub(super) fn ratio(outcome: &Outcome, one: &str, other: &str, goal: Option<Goal>) -> Self {
        let what = format!("{one} / {other}");
        Self { what, spread: outcome.ratio(one, other), unit: "", goal }
    }

    pub(super) fn cells(&self) -> Vec<String> {
        let goal = self.goal.map(|goal| goal.to_text(self.unit)).unwrap_or_default();
        let Some(spread) = self.spread else {
            return vec![self.what.clone(), "not measured".to_owned(), String::new(), goal, String::new()];
        };
        let verdict = match self.goal {
            None => "",
            Some(goal) if goal.is_met_by(spread.median) => "met",
            Some(_) => "MISSED",
        };
        let range = if (spread.low, spread.high) == (spread.median, spread.median) {
            String::new()
        } else {
            format!("{:.2} to {:.2}", spread.low, spread.high)
        };
        vec![self.what.clone(), format!("{:.2}{}", spread.median, self.unit), range, goal, verdict.to_owned()]
    }

    pub(super) fn to_json(&self) -> Value {
        let spread = self.spread.map(|spread| json!([spread.low, spread.median, spread.high]));
        json!({ "what": self.what, "low_median_high": spread, "verdict": self.cells().last() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(name: &str, rates: &[f64]) -> Series {
        let sample = |rate: &f64| Sample { rate: *rate, p50: None, p99: None, generator: None };
        Series { name: name.to_owned(), samples: rates.iter().map(sample).collect() }
    }

    #[test]
    fn a_median_is_the_middle_or_between_the_middle_two() {
        let spread = Spread::of(vec![9.0, 1.0, 2.0]).unwrap();
        assert_eq!(spread, Spread { low: 1.0, median: 2.0, high: 9.0 });
        assert_eq!(Spread::of(vec![4.0, 1.0]).map(|spread| spread.median), Some(2.5));
        assert_eq!(Spread::of(vec![]), None);
    }

    #[test]
    fn ratios_are_taken_within_each_round() {
        // Both halve in the second round: another machine, the same ratio.
        let outcome =
            Outcome { series: vec![series("a", &[30.0, 15.0]), series("b", &[10.0, 5.0])], thrown_away: 0 };
        assert_eq!(outcome.ratio("a", "b"), Some(Spread { low: 3.0, median: 3.0, high: 3.0 }));
        assert_eq!(outcome.ratio("a", "nobody"), None);
        assert_eq!(outcome.ratio_of(|sample| sample.p50, "a", "b"), None, "p50 was not measured");
    }

    #[test]
    fn a_goal_is_judged_by_the_median_and_met_at_its_border() {
        let verdict = |median, goal| {
            let spread = Some(Spread { low: 0.0, median, high: 9.0 });
            Finding { what: "x".to_owned(), spread, unit: "", goal: Some(goal) }.cells()[4].clone()
        };
        assert_eq!(verdict(1.5, Goal::AtLeast(1.5)), "met");
        assert_eq!(verdict(1.49, Goal::AtLeast(1.5)), "MISSED");
        assert_eq!(verdict(10.0, Goal::AtMost(10.0)), "met");
        assert_eq!(verdict(10.1, Goal::AtMost(10.0)), "MISSED");
        let absent = Finding { what: "x".to_owned(), spread: None, unit: "", goal: Some(Goal::AtMost(1.0)) };
        assert_eq!(absent.cells()[1..], ["not measured", "", "at most 1", ""]);
    }
}
