//! Databases that fail under load, and clients that hang up. While 64 connections read and others write, each request
//! gets one answer: the right one, or 503. Nothing hangs, nothing is left behind, what was acknowledged is there, and
//! afterwards the server goes on at once. CONTRIBUTING.md says how to go on for longer than in a usual run.

mod footprint;
mod lock;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use footprint::Footprint;
use lock::Lock;

use crate::load::line::Line;
use crate::load::lives::{End, Part};
use crate::load::stage::{POOL, Stage};
use crate::load::{Load, READERS, Rules, lives, number_from_environment};
use crate::support::{Credentials, Home};

/// How long connections die in a usual run.
const SECONDS: u32 = 8;
const WRITERS: usize = 4;
/// Before faults begin, and after the last one.
const QUIET: Duration = Duration::from_secs(1);
/// What does not happen by then never will.
const PATIENCE: Duration = Duration::from_mins(1);

fn parts(stage: &Stage<'_>, agent: &Credentials) -> Vec<Part> {
    let mut parts = lives::constants(stage);
    parts.push(lives::permission(stage, "view-l-room", agent));
    parts.extend((0..WRITERS).map(|number| lives::contacts(stage, number, End::Kept)));
    parts
}

#[test]
fn connections_to_the_database_may_die() {
    let seconds = number_from_environment("OMNICONTACT_FAULT_SECONDS", SECONDS);
    let home = Home::postgres();
    let stage = Stage::start(&home, 1);
    let agent = home.user("agent.one", &["livechat-agent"]);
    let mut ended = 0;
    let load = stage.play(Rules::Faulty, parts(&stage, &agent), |load| {
        std::thread::sleep(QUIET);
        let before = Footprint::of(&stage);
        for _ in 0..seconds {
            std::thread::sleep(Duration::from_secs(1));
            ended += home.end_sessions();
        }
        std::thread::sleep(QUIET);
        before.assert_not_outgrown_by(&Footprint::of(&stage));
        load.end();
        assert!(home.sessions() <= POOL);
    });
    report(&load, &format!("{ended} connections died"));
    let [certain, refused, refused_changes] = counted(&load);
    assert!(ended > seconds as usize && certain > refused + refused_changes, "{:?}", load.tally);
    assert_all_kept(&stage, &load);

    // Nobody was there to notice this time; the very next requests are answered nevertheless.
    assert!(home.end_sessions() > 0);
    std::thread::scope(|scope| {
        for _ in 0..READERS {
            scope.spawn(|| {
                assert_eq!(stage.servers[0].contact(&stage.admin, &stage.visitor)["name"], "Constance");
            });
        }
    });
}

#[test]
fn another_program_may_lock_the_database_file() {
    let home = Home::sqlite();
    let stage = Stage::start(&home, 1);
    let agent = home.user("agent.one", &["livechat-agent"]);
    let load = stage.play(Rules::Faulty, parts(&stage, &agent), |load| {
        std::thread::sleep(QUIET);
        let before = Footprint::of(&stage);
        let lock = Lock::take(&home);
        let made = load.tally.changes.load(Ordering::SeqCst);
        await_count(load, &load.tally.refused_changes, 2 * WRITERS as u64);
        let made_meanwhile = load.tally.changes.load(Ordering::SeqCst) - made;
        // An answer may have been under way to each writer.
        assert!(made_meanwhile <= 1 + WRITERS as u64, "{made_meanwhile} changes in a locked file");
        lock.release();
        await_count(load, &load.tally.changes, made + 10 * WRITERS as u64);
        before.assert_not_outgrown_by(&Footprint::of(&stage));
        load.end();
    });
    report(&load, "the file was locked");
    let [certain, refused, _] = counted(&load);
    assert!(certain > 0 && refused == 0, "who reads waits for nobody: {:?}", load.tally);
    assert_all_kept(&stage, &load);
}

fn await_count(load: &Load, count: &AtomicU64, enough: u64) {
    let begun = Instant::now();
    while count.load(Ordering::SeqCst) < enough && !load.has_ended() {
        assert!(begun.elapsed() < PATIENCE, "{:?}", load.tally);
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Reads again whatever was acknowledged.
fn assert_all_kept(stage: &Stage<'_>, load: &Load) {
    let mut line = Line::to(&stage.servers[0].address);
    let kept = load.kept.lock().unwrap();
    assert!(!kept.is_empty());
    let refused = load.tally.refused.load(Ordering::SeqCst);
    for subject in kept.iter() {
        load.read_once(&mut line, subject);
    }
    load.assert_right(&stage.servers);
    assert_eq!(load.tally.refused.load(Ordering::SeqCst), refused, "a fault that is over is over");
}

fn counted(load: &Load) -> [u64; 3] {
    let tally = &load.tally;
    [&tally.certain, &tally.refused, &tally.refused_changes].map(|count| count.load(Ordering::SeqCst))
}

#[expect(clippy::print_stdout, reason = "what was counted, for whoever asks for the output")]
fn report(load: &Load, what: &str) {
    println!("{what}, and every answer was right or 503: {:?}", load.tally);
}
