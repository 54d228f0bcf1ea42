//! What changes under the eyes of many, and what they may be shown of it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::load::line::{Reply, Request};

/// Whether an answer shows the subject as it is after that many changes.
type Shows = Box<dyn Fn(u64, &Reply) -> bool + Send + Sync>;

/// One thing with a history. Its changes are numbered; one is made after the other.
///
/// An answer is right if it shows a state between two numbers: that of the last change that was *known* when the
/// request went out, and that of the last change that had *begun* when the answer was there. A change is known
/// once its own answer was read, or once somebody was shown it: what one was shown, none may be denied later.
pub(crate) struct Subject {
    request: Request,
    shows: Shows,
    begun: AtomicU64,
    known: AtomicU64,
}

impl Subject {
    /// A subject in the state that its creation left.
    pub(crate) fn new(
        request: Request,
        shows: impl Fn(u64, &Reply) -> bool + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { request, shows: Box::new(shows), begun: AtomicU64::new(0), known: AtomicU64::new(0) })
    }

    pub(crate) fn request(&self) -> &Request {
        &self.request
    }

    /// The number of the next change, which begins.
    pub(crate) fn begin(&self) -> u64 {
        self.begun.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// From now on everybody must be shown this change or a later one.
    pub(crate) fn know(&self, change: u64) {
        self.known.fetch_max(change, Ordering::SeqCst);
    }

    pub(crate) fn known(&self) -> u64 {
        self.known.load(Ordering::SeqCst)
    }

    /// Judges an answer to a request that went out when `known` was known. If it is right, the changes that it
    /// may show.
    pub(crate) fn judge(&self, known: u64, reply: &Reply) -> Result<u64, String> {
        let begun = self.begun.load(Ordering::SeqCst);
        match (known..=begun).find(|change| (self.shows)(*change, reply)) {
            Some(change) => {
                self.know(change);
                Ok(begun - known)
            }
            None => Err(format!(
                "{}: {reply:?} shows no state from change {known} to change {begun}",
                self.request.what()
            )),
        }
    }
}

/// A place in which one subject follows another. The one before can still be asked about.
pub(crate) struct Slot {
    subjects: Mutex<(Arc<Subject>, Arc<Subject>)>,
}

impl Slot {
    pub(crate) fn of(subject: &Arc<Subject>) -> Self {
        Self { subjects: Mutex::new((Arc::clone(subject), Arc::clone(subject))) }
    }

    pub(crate) fn put(&self, subject: &Arc<Subject>) {
        let mut subjects = self.subjects.lock().unwrap();
        let former = std::mem::replace(&mut subjects.0, Arc::clone(subject));
        subjects.1 = former;
    }

    pub(crate) fn current(&self) -> Arc<Subject> {
        Arc::clone(&self.subjects.lock().unwrap().0)
    }

    pub(crate) fn former(&self) -> Arc<Subject> {
        Arc::clone(&self.subjects.lock().unwrap().1)
    }
}

#[test]
fn an_answer_is_judged_by_what_was_known_before_and_begun_after_it() {
    let who = crate::support::Credentials { user_id: "u".to_owned(), token: "t".to_owned() };
    let subject = Subject::new(Request::get("x", &who), |change, reply| u64::from(reply.status) == change);
    let shown = |change| Reply { status: change, body: serde_json::Value::Null };
    assert_eq!(subject.judge(0, &shown(0)), Ok(0));
    assert!(subject.judge(0, &shown(1)).is_err(), "from the future");
    let first = subject.begin();
    assert_eq!(subject.judge(subject.known(), &shown(0)), Ok(1), "a change under way may be shown or not");
    subject.know(first);
    assert!(subject.judge(subject.known(), &shown(0)).is_err(), "outdated");
    subject.begin();
    let known = subject.known();
    assert_eq!(subject.judge(known, &shown(2)), Ok(1));
    assert_eq!(subject.judge(known, &shown(1)), Ok(1), "it went out before the change was seen");
    assert!(subject.judge(subject.known(), &shown(1)).is_err(), "taken back");
}
