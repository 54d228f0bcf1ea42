//! Plays sequences on the model and on both stores, and says where they differ.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use omnicontact_ports::Store;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use crate::cast::Cast;
use crate::drive::Stage;
use crate::model::{Act, Model, Rules, terms};
use crate::seen::{Answer, Seen};
use crate::step::{Step, sequences};
use crate::world::{World, context};

/// How often each kind of answer and each event occurred.
#[derive(Default)]
pub(crate) struct Tally {
    counts: Mutex<BTreeMap<String, u64>>,
    sequence: AtomicU64,
    merged: AtomicU64,
    wiped: AtomicU64,
}

impl Tally {
    /// Those that never occurred, and all that did.
    pub(crate) fn missing(&self, wanted: &[&str]) -> (Vec<String>, String) {
        let counts = self.counts.lock().unwrap();
        let missing = wanted.iter().filter(|what| !counts.contains_key(**what));
        let all = counts.iter().map(|(what, count)| format!("{count:>7} {what}\n"));
        (missing.map(|what| (*what).to_owned()).collect(), all.collect())
    }

    fn note(&self, model: &Model, script: &[(Act, Answer)]) {
        let mut counts = self.counts.lock().unwrap();
        for (act, answer) in script {
            let how = answer.as_ref().map_or_else(String::as_str, |_| "done");
            *counts.entry(format!("{}: {how}", act.kind())).or_default() += 1;
        }
        for event in &model.events {
            *counts.entry((*event).to_owned()).or_default() += 1;
        }
    }
}

/// Plays that many sequences that follow from the seed. The first that differs is made smaller and shown.
pub(crate) fn play_many(rules: Rules, seed: u32, count: u32) -> Tally {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let world = runtime.block_on(World::new(rules));
    let tally = Tally::default();
    let players = PLAYERS.min(count.max(1));
    std::thread::scope(|scope| {
        let (world, tally, runtime) = (&world, &tally, &runtime);
        let playing = (0..players).map(|player| {
            scope.spawn(move || {
                let cases = count / players + u32::from(player < count % players);
                let config =
                    Config { cases, failure_persistence: None, max_shrink_iters: 1_000, ..Config::default() };
                let outcome =
                    TestRunner::new_with_rng(config, generator(seed, player)).run(&sequences(), |steps| {
                        let played = runtime.block_on(play(world, rules, tally, &steps));
                        played.map_err(TestCaseError::fail)
                    });
                if let Err(error) = outcome {
                    panic!("seed {seed}, player {player}: {error}");
                }
            })
        });
        let playing: Vec<_> = playing.collect();
        for player in playing {
            if let Err(panic) = player.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
    runtime.block_on(compare_counters(&world, &tally));
    tally
}

/// Sequences that are played at once, so that nobody waits for a database alone.
const PLAYERS: u32 = 3;

fn generator(seed: u32, player: u32) -> TestRng {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed.to_le_bytes());
    bytes[4..8].copy_from_slice(&player.to_le_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

async fn play(world: &World, rules: Rules, tally: &Tally, steps: &[Step]) -> Result<(), String> {
    let cast = Cast { number: tally.sequence.fetch_add(1, Ordering::SeqCst) + 1 };
    let mut model = Model::new(rules);
    let mut script = Vec::new();
    for step in steps {
        let act = model.resolve(cast, step);
        let answer = model.perform(&act);
        script.push((act, answer));
    }
    let expected = model.seen(cast);
    let [first, second] = &world.stores[..] else { return Err("there are not two stores".to_owned()) };
    let (first, second) =
        tokio::join!(perform(first, cast, &script, &expected), perform(second, cast, &script, &expected));
    first.and(second)?;
    tally.note(&model, &script);
    tally.merged.fetch_add(model.merged, Ordering::SeqCst);
    tally.wiped.fetch_add(model.wiped, Ordering::SeqCst);
    Ok(())
}

async fn perform(
    (name, store): &(&'static str, Arc<dyn Store>),
    cast: Cast,
    script: &[(Act, Answer)],
    expected: &Seen,
) -> Result<(), String> {
    let mut stage = Stage::new(context(store.clone(), cast.number));
    for (number, (act, expected)) in script.iter().enumerate() {
        let answer = stage.perform(act).await;
        if answer != *expected {
            return Err(format!(
                "{name}, step {number}, {act:?}\n  model: {expected:?}\n  store: {answer:?}"
            ));
        }
    }
    let Seen { visitors, contacts, histories, rooms, found } = stage.seen(&terms(cast)).await;
    same(name, "visitors", &expected.visitors, &visitors)?;
    same(name, "contacts", &expected.contacts, &contacts)?;
    same(name, "histories", &expected.histories, &histories)?;
    same(name, "conversations", &expected.rooms, &rooms)?;
    same(name, "searches", &expected.found, &found)
}

fn same<T: PartialEq + std::fmt::Debug>(
    store: &str,
    what: &str,
    model: &[T],
    stored: &[T],
) -> Result<(), String> {
    if model.len() != stored.len() {
        return Err(format!("{store}: {} {what} instead of {}", stored.len(), model.len()));
    }
    let differs = model.iter().zip(stored).enumerate().find(|(_, (model, stored))| model != stored);
    differs.map_or(Ok(()), |(number, (model, stored))| {
        Err(format!("{store}, {what}, number {number}\n  model: {model:?}\n  store: {stored:?}"))
    })
}

/// The counters of both stores say what the model counted in all sequences.
async fn compare_counters(world: &World, tally: &Tally) {
    for (name, store) in &world.stores {
        for (id, counted) in
            [("Merged_Contacts_Count", &tally.merged), ("Resolved_Conflicts_Count", &tally.wiped)]
        {
            let stored = store.find_settings(&[id]).await.unwrap().number(id);
            let counted = u32::try_from(counted.load(Ordering::SeqCst)).unwrap();
            assert!((stored - f64::from(counted)).abs() < 0.5, "{name}, {id}: {stored} instead of {counted}");
        }
    }
}
