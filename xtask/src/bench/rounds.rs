//! Candidates take turns, round by round, so that whatever else the machine does meets all of them. A round in which
//! the machine itself became faster or slower does not count.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::ratios::{Outcome, Sample, Series};

/// How far the fixed work after a round may be from the one before it.
const DRIFT: f64 = 0.15;
/// Steps of the fixed work: a tenth of a second or so.
const STEPS: u64 = 200_000_000;

/// Something that is measured: what it is called, and one run of it in the round with this number.
pub(super) struct Candidate<'a> {
    pub(super) name: String,
    pub(super) run: Box<dyn FnMut(usize) -> Result<Sample> + 'a>,
}

/// The number of a turn that does not count.
const WARM: usize = 1_000_000;

/// Gives each candidate a turn that does not count, then [`interleave`]s them.
pub(super) fn warm_and_interleave(candidates: &mut [Candidate], rounds: usize) -> Result<Outcome> {
    eprintln!("warming up");
    for candidate in &mut *candidates {
        (candidate.run)(WARM)?;
    }
    interleave(candidates, rounds, fixed_work)
}

/// Lets the candidates take turns until so many rounds count, or twice as many have been thrown away.
pub(super) fn interleave(
    candidates: &mut [Candidate],
    rounds: usize,
    mut fixed_work: impl FnMut() -> Duration,
) -> Result<Outcome> {
    let series = candidates.iter().map(|candidate| Series { name: candidate.name.clone(), samples: vec![] });
    let mut outcome = Outcome { series: series.collect(), thrown_away: 0 };
    let mut counted = 0;
    for number in 0.. {
        if counted == rounds || outcome.thrown_away > 2 * rounds {
            break;
        }
        let before = fixed_work();
        let mut samples = vec![None; candidates.len()];
        // Each round begins with another one: nobody always comes after the same neighbour's disorder.
        for turn in 0..candidates.len() {
            let place = (turn + number) % candidates.len();
            samples[place] = Some((candidates[place].run)(number)?);
        }
        let after = fixed_work();
        let counts = !drifted(before, after);
        tell(number, counts, before, after, candidates, &samples);
        if !counts {
            outcome.thrown_away += 1;
            continue;
        }
        counted += 1;
        for (series, sample) in outcome.series.iter_mut().zip(samples) {
            series.samples.extend(sample);
        }
    }
    ensure!(counted > 0, "the machine was never itself: no round counts");
    Ok(outcome)
}

fn tell(
    number: usize,
    counts: bool,
    before: Duration,
    after: Duration,
    candidates: &[Candidate],
    samples: &[Option<Sample>],
) {
    let rates: Vec<_> = candidates
        .iter()
        .zip(samples)
        .filter_map(|(candidate, sample)| Some(format!("{} {:.0}", candidate.name, sample.as_ref()?.rate)))
        .collect();
    let verdict = if counts { "" } else { "thrown away, " };
    eprintln!(
        "round {}: {verdict}fixed work {} and {} ms; {}",
        number + 1,
        before.as_millis(),
        after.as_millis(),
        rates.join(", ")
    );
}

/// Whether the machine was another one at the end.
fn drifted(before: Duration, after: Duration) -> bool {
    let (before, after) = (before.as_secs_f64(), after.as_secs_f64());
    (after - before).abs() > DRIFT * before
}

/// How long a fixed amount of arithmetic takes now.
pub(super) fn fixed_work() -> Duration {
    let begin = Instant::now();
    let mut state: u64 = 1;
    for step in 0..STEPS {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(step);
    }
    black_box(state);
    begin.elapsed()
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn candidates<'a>(turns: &'a RefCell<Vec<&'static str>>) -> Vec<Candidate<'a>> {
        let candidate = |name: &'static str| Candidate {
            name: name.to_owned(),
            run: Box::new(move |number| {
                turns.borrow_mut().push(name);
                let rate = u32::try_from(number)?.into();
                Ok(Sample { rate, p50: None, p99: None, generator: None })
            }),
        };
        vec![candidate("a"), candidate("b")]
    }

    #[test]
    fn candidates_take_turns_and_each_round_begins_with_another() {
        let turns = RefCell::new(vec![]);
        let outcome = interleave(&mut candidates(&turns), 3, || Duration::from_millis(100)).unwrap();
        assert_eq!(*turns.borrow(), ["a", "b", "b", "a", "a", "b"]);
        assert_eq!((outcome.series[1].samples.len(), outcome.thrown_away), (3, 0));
    }

    #[test]
    fn a_round_in_which_the_machine_changed_is_made_again() {
        let turns = RefCell::new(vec![]);
        // Two figures for each round: the second round's differ by 16 per cent.
        let mut figures = [100, 115, 100, 116, 100, 85].map(Duration::from_millis).into_iter();
        let outcome = interleave(&mut candidates(&turns), 2, || figures.next().unwrap()).unwrap();
        assert_eq!(outcome.thrown_away, 1);
        let rates: Vec<_> = outcome.series[0].samples.iter().map(|sample| sample.rate.to_string()).collect();
        assert_eq!(rates, ["0", "2"]);
    }

    #[test]
    fn a_machine_that_never_rests_ends_the_run() {
        let turns = RefCell::new(vec![]);
        let mut millis = 1;
        let restless = || {
            millis *= 2;
            Duration::from_millis(millis)
        };
        assert!(interleave(&mut candidates(&turns), 1, restless).is_err());
    }
}
