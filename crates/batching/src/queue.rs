//! The queue of one kind of question.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use omnicontact_ports::StoreError;
use tokio::sync::oneshot;

/// How much a queue takes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Batches under way at once. One slow batch then does not hold up the next.
    pub batches: usize,
    /// Questions in a batch at most.
    pub batch: usize,
    /// Questions that wait at most; more are refused with [`StoreError::Busy`].
    pub waiting: usize,
}

/// Answers to a batch, in the order of its questions.
type Answers<A> = Pin<Box<dyn Future<Output = Result<Vec<A>, StoreError>> + Send>>;
type Ask<Q, A> = Box<dyn Fn(Arc<[Q]>) -> Answers<A> + Send + Sync>;

/// Collects questions into batches.
pub(crate) struct Queue<Q, A> {
    shared: Arc<Shared<Q, A>>,
}

struct Shared<Q, A> {
    limits: Limits,
    ask: Ask<Q, A>,
    state: Mutex<State<Q, A>>,
}

struct State<Q, A> {
    waiting: VecDeque<Waiting<Q, A>>,
    /// How many take batches from the queue.
    workers: usize,
    /// The last batch had several questions, so the next is worth waiting for.
    busy: bool,
}

struct Waiting<Q, A> {
    question: Q,
    answer: oneshot::Sender<Result<A, StoreError>>,
}

impl<Q, A> fmt::Debug for Queue<Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("limits", &self.shared.limits).finish_non_exhaustive()
    }
}

impl<Q, A> Queue<Q, A>
where
    Q: Clone + Send + Sync + 'static,
    A: Send + 'static,
{
    pub(crate) fn new(limits: Limits, ask: impl Fn(Arc<[Q]>) -> Answers<A> + Send + Sync + 'static) -> Self {
        let state = Mutex::new(State { waiting: VecDeque::new(), workers: 0, busy: false });
        Self { shared: Arc::new(Shared { limits, ask: Box::new(ask), state }) }
    }

    /// The answer to a question, read after this was called. Whoever stops waiting for it holds up nobody.
    pub(crate) async fn ask(&self, question: Q) -> Result<A, StoreError> {
        if let Some(alone) = self.shared.alone() {
            return alone.ask(question).await;
        }
        let (sender, receiver) = oneshot::channel();
        self.shared.enqueue(Waiting { question, answer: sender })?;
        receiver.await.unwrap_or_else(|_| Err(StoreError::Backend("a batch ended without an answer".into())))
    }
}

impl<Q, A> Shared<Q, A>
where
    Q: Clone + Send + Sync + 'static,
    A: Send + 'static,
{
    /// The place of a worker for somebody whom nobody joins: no batch is under way, and the last one had one question.
    /// Who asks for itself needs no task, and wakes nobody.
    fn alone(self: &Arc<Self>) -> Option<Worker<Q, A>> {
        let mut state = self.state();
        if state.workers > 0 || state.busy || !state.waiting.is_empty() {
            return None;
        }
        state.workers += 1;
        Some(Worker { shared: Arc::clone(self), has_run: true })
    }

    async fn ask_one(&self, question: Q) -> Result<A, StoreError> {
        let mut answers = (self.ask)(Arc::from([question])).await?;
        answers.pop().ok_or_else(|| StoreError::Backend("a question has no answer".into()))
    }

    fn enqueue(self: &Arc<Self>, waiting: Waiting<Q, A>) -> Result<(), StoreError> {
        let mut state = self.state();
        if state.waiting.len() >= self.limits.waiting {
            return Err(StoreError::Busy("too many questions wait for the store".into()));
        }
        state.waiting.push_back(waiting);
        if state.workers < self.limits.batches.max(1) {
            state.workers += 1;
            drop(state);
            tokio::spawn(work(Worker::new(self)));
        }
        Ok(())
    }

    /// No code that panics runs under the lock.
    fn state(&self) -> MutexGuard<'_, State<Q, A>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of whoever takes batches: a task, or one who asks alone. However that ends, its place becomes free.
struct Worker<Q, A>
where
    Q: Clone + Send + Sync + 'static,
    A: Send + 'static,
{
    shared: Arc<Shared<Q, A>>,
    /// A runtime that shuts down drops new tasks before they run: nobody is to follow those.
    has_run: bool,
}

impl<Q, A> Worker<Q, A>
where
    Q: Clone + Send + Sync + 'static,
    A: Send + 'static,
{
    fn new(shared: &Arc<Shared<Q, A>>) -> Self {
        Self { shared: Arc::clone(shared), has_run: false }
    }

    /// Asks one question. Whoever came meanwhile is served by a task, also if nobody waits for the answer any more.
    async fn ask(self, question: Q) -> Result<A, StoreError> {
        self.shared.ask_one(question).await
    }

    /// The next batch. Questions that nobody waits for any more are left out.
    fn next(&self) -> Vec<Waiting<Q, A>> {
        let mut state = self.shared.state();
        let mut batch = Vec::new();
        while batch.len() < self.shared.limits.batch.max(1)
            && let Some(waiting) = state.waiting.pop_front()
        {
            if !waiting.answer.is_closed() {
                batch.push(waiting);
            }
        }
        if !batch.is_empty() {
            state.busy = batch.len() > 1;
        }
        batch
    }
}

impl<Q, A> Drop for Worker<Q, A>
where
    Q: Clone + Send + Sync + 'static,
    A: Send + 'static,
{
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.workers -= 1;
        // Left behind by a panic, or come in since the last look: somebody must take them.
        if self.has_run
            && !state.waiting.is_empty()
            && state.workers < self.shared.limits.batches.max(1)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            state.workers += 1;
            drop(state);
            runtime.spawn(work(Self::new(&self.shared)));
        }
    }
}

async fn work<Q, A>(mut worker: Worker<Q, A>)
where
    Q: Clone + Send + Sync + 'static,
    A: Send + 'static,
{
    worker.has_run = true;
    loop {
        // Whoever is about to ask asks first: tasks that can run, and requests that have arrived. Without this a batch
        // would go out with the question that made it, and few others.
        tokio::task::yield_now().await;
        let batch = worker.next();
        if batch.is_empty() {
            return;
        }
        let (questions, senders): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|waiting| (waiting.question, waiting.answer)).unzip();
        let questions: Arc<[Q]> = questions.into();
        match (worker.shared.ask)(Arc::clone(&questions)).await {
            Ok(answers) => {
                for (sender, answer) in senders.into_iter().zip(answers) {
                    // Whoever went away needs none.
                    let _ = sender.send(Ok(answer));
                }
            }
            Err(error) => answer_failed(&worker, &questions, senders, error).await,
        }
    }
}

/// A store that is away is away for all. Any other fault may be one question's: each is asked alone.
async fn answer_failed<Q, A>(
    worker: &Worker<Q, A>,
    questions: &Arc<[Q]>,
    mut senders: Vec<oneshot::Sender<Result<A, StoreError>>>,
    error: StoreError,
) where
    Q: Clone + Send + Sync + 'static,
    A: Send + 'static,
{
    if let [_] = senders.as_slice() {
        if let Some(sender) = senders.pop() {
            let _ = sender.send(Err(error));
        }
        return;
    }
    let error = Arc::new(error);
    for (sender, question) in senders.into_iter().zip(questions.iter()) {
        let answer = match away(&error) {
            Some(away) => Err(away),
            None => worker.shared.ask_one(question.clone()).await,
        };
        let _ = sender.send(answer);
    }
}

/// The error once more, if it is the store's own and not one of a question.
fn away(error: &Arc<StoreError>) -> Option<StoreError> {
    let source = || Box::new(Shown(Arc::clone(error)));
    match error.as_ref() {
        StoreError::Unavailable(_) => Some(StoreError::Unavailable(source())),
        StoreError::Busy(_) => Some(StoreError::Busy(source())),
        StoreError::Conflict(_)
        | StoreError::Stale
        | StoreError::ReadOnly(_)
        | StoreError::Corrupt { .. }
        | StoreError::Newer { .. }
        | StoreError::Backend(_) => None,
    }
}

/// An error that many share.
#[derive(Debug)]
struct Shown(Arc<StoreError>);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Shown {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

#[cfg(test)]
mod tests;
