//! Many who read without a pause while others change what they read, and the verdict on every answer.

pub(crate) mod line;
pub(crate) mod lives;
pub(crate) mod stage;
pub(crate) mod subject;

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use line::{Line, Reply, Request};
use subject::{Slot, Subject};

use crate::support::Server;

/// Connections that read.
pub(crate) const READERS: usize = 64;

/// What is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rules {
    /// Every request gets its answer, until that many changes were made.
    Exact { changes: i64 },
    /// 503 is an answer, too.
    Faulty,
}

/// What runs against one or more servers, and what came of it.
pub(crate) struct Load {
    pub(crate) slots: Vec<Slot>,
    rules: Rules,
    /// Changes that may still be made.
    changes_left: AtomicI64,
    /// Subjects that live on.
    pub(crate) kept: Mutex<Vec<Arc<Subject>>>,
    ended: AtomicBool,
    first_fault: Mutex<Option<String>>,
    pub(crate) tally: Tally,
}

/// How many answers there were.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Right ones that could show one state only.
    pub(crate) certain: AtomicU64,
    /// Right ones that overlapped a change.
    pub(crate) overlapping: AtomicU64,
    /// Changes that were made.
    pub(crate) changes: AtomicU64,
    /// Questions that were answered 503.
    pub(crate) refused: AtomicU64,
    /// Changes that were answered 503: they were made or not.
    pub(crate) refused_changes: AtomicU64,
}

impl Load {
    fn new(rules: Rules, slots: Vec<Slot>) -> Self {
        let changes = match rules {
            Rules::Exact { changes } => changes,
            Rules::Faulty => i64::MAX,
        };
        Self {
            slots,
            rules,
            changes_left: AtomicI64::new(changes),
            kept: Mutex::default(),
            ended: AtomicBool::new(false),
            first_fault: Mutex::default(),
            tally: Tally::default(),
        }
    }

    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }

    /// Ends everything, and keeps why.
    pub(crate) fn fault(&self, what: String) {
        self.first_fault.lock().unwrap().get_or_insert(what);
        self.end();
    }

    /// Fails the test if anything was wrong.
    pub(crate) fn assert_right(&self, servers: &[Server]) {
        if let Some(fault) = self.first_fault.lock().unwrap().as_ref() {
            let said: Vec<String> = servers.iter().map(Server::said).collect();
            let last: Vec<&str> =
                said.iter().flat_map(|said| said.lines().rev().take(20).collect::<Vec<_>>()).collect();
            panic!("{fault}\n{:?}\nthe servers said at last:\n{}", self.tally, last.join("\n"));
        }
    }

    /// Reads subjects drawn at random until the end, and judges each answer.
    pub(crate) fn read(&self, server: &Server, seed: u64) {
        let mut line = Line::to(&server.address);
        let mut draw = Draw(seed);
        while !self.has_ended() {
            let slot = &self.slots[draw.below(self.slots.len())];
            let subject = if draw.below(4) == 0 { slot.former() } else { slot.current() };
            self.read_once(&mut line, &subject);
        }
    }

    /// Asks, and does not wait for the answer, nor always finish the question.
    fn hang_up(&self, server: &Server, request: &Request, seed: u64) {
        let mut draw = Draw(seed);
        while !self.has_ended() {
            let bytes = draw.below(2 * request.bytes());
            if let Err(error) = Line::to(&server.address).hang_up_after(request, bytes) {
                self.fault(format!("{}: {error}", request.what()));
            }
            // Each leaves an address behind that the system does not give out again at once.
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Reads one subject and judges the answer.
    pub(crate) fn read_once(&self, line: &mut Line, subject: &Subject) {
        let known = subject.known();
        let Some(reply) = self.send(line, subject.request(), &self.tally.refused) else { return };
        let count = match subject.judge(known, &reply) {
            Ok(0) => &self.tally.certain,
            Ok(_) => &self.tally.overlapping,
            Err(fault) => return self.fault(fault),
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// The answer to a request; `None` if there is none to judge.
    fn send(&self, line: &mut Line, request: &Request, refused: &AtomicU64) -> Option<Reply> {
        match line.ask(request) {
            Ok(Reply { status: 503, body }) if self.rules == Rules::Faulty && body["success"] == false => {
                refused.fetch_add(1, Ordering::Relaxed);
                None
            }
            Ok(reply) if reply.status < 500 => Some(reply),
            Ok(reply) => {
                self.fault(format!("{}: {reply:?}", request.what()));
                None
            }
            Err(error) => {
                self.fault(format!("{}: {error}", request.what()));
                None
            }
        }
    }
}

/// No more changes are to be made.
pub(crate) struct Over;

/// Who changes the subjects of one slot, over each server in turn.
pub(crate) struct Changer<'a> {
    load: &'a Load,
    pub(crate) slot: &'a Slot,
    lines: Vec<Line>,
    turn: usize,
}

impl<'a> Changer<'a> {
    pub(crate) fn new(load: &'a Load, slot: &'a Slot, servers: &[Server]) -> Self {
        let lines = servers.iter().map(|server| Line::to(&server.address)).collect();
        Self { load, slot, lines, turn: 0 }
    }

    /// Makes something new that nobody knows of before it is there.
    pub(crate) fn make(&mut self, request: &Request) -> Result<Reply, Over> {
        loop {
            if let Some(reply) = self.attempt(request)? {
                return Ok(reply);
            }
        }
    }

    /// Leaves a subject as it is, for ever.
    pub(crate) fn keep(&self, subject: &Arc<Subject>) {
        self.load.kept.lock().unwrap().push(Arc::clone(subject));
    }

    /// Changes a subject. Where it is refused, it may have happened or not, and the next change comes.
    pub(crate) fn change(
        &mut self,
        subject: &Subject,
        request: impl FnOnce(u64) -> Request,
    ) -> Result<(), Over> {
        let change = subject.begin();
        if self.attempt(&request(change))?.is_some() {
            subject.know(change);
        }
        Ok(())
    }

    /// The answer to a change that was made; `None` if it was refused.
    fn attempt(&mut self, request: &Request) -> Result<Option<Reply>, Over> {
        if self.load.has_ended() || self.load.changes_left.fetch_sub(1, Ordering::SeqCst) <= 0 {
            return Err(Over);
        }
        self.turn = (self.turn + 1) % self.lines.len();
        let reply = self.load.send(&mut self.lines[self.turn], request, &self.load.tally.refused_changes);
        match reply {
            Some(Reply { status: 200, .. }) => {
                self.load.tally.changes.fetch_add(1, Ordering::Relaxed);
            }
            Some(reply) => {
                self.load.fault(format!("{}: {reply:?}", request.what()));
                return Err(Over);
            }
            None => {}
        }
        Ok(reply)
    }
}

/// Numbers that look random and are the same in every run.
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        // The generator of Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap()
    }
}

/// A number that the caller of the tests may set.
pub(crate) fn number_from_environment(variable: &str, default: u32) -> u32 {
    match std::env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{variable} is {text:?}, which is no number")),
        Err(_) => default,
    }
}
