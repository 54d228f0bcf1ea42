//! Queues over a store that a test holds up, and lets fail.

use std::time::Duration;

use tokio::sync::Semaphore;

use super::*;

const LIMITS: Limits = Limits { batches: 1, batch: 100, waiting: 1_000 };

/// Answers each number with its double, a batch for each permit, and notes the batches.
struct Double {
    permits: Semaphore,
    batches: Mutex<Vec<Vec<u32>>>,
    fail: fn(&[u32]) -> Option<StoreError>,
}

impl Double {
    fn new(fail: fn(&[u32]) -> Option<StoreError>) -> Arc<Self> {
        Arc::new(Self { permits: Semaphore::new(0), batches: Mutex::default(), fail })
    }

    fn queue(self: &Arc<Self>, limits: Limits) -> Arc<Queue<u32, u32>> {
        let double = Arc::clone(self);
        Arc::new(Queue::new(limits, move |numbers: Arc<[u32]>| {
            let double = Arc::clone(&double);
            Box::pin(async move {
                double.batches.lock().unwrap().push(numbers.to_vec());
                // As every store does, it lets others run meanwhile.
                tokio::task::yield_now().await;
                double.permits.acquire().await.unwrap().forget();
                match (double.fail)(&numbers) {
                    Some(error) => Err(error),
                    None => Ok(numbers.iter().map(|number| number * 2).collect()),
                }
            })
        }))
    }

    fn sizes(&self) -> Vec<usize> {
        self.batches.lock().unwrap().iter().map(Vec::len).collect()
    }
}

fn ask(queue: &Arc<Queue<u32, u32>>, number: u32) -> tokio::task::JoinHandle<Result<u32, StoreError>> {
    let queue = Arc::clone(queue);
    tokio::spawn(async move { queue.ask(number).await })
}

/// Lets all tasks run until each waits for something.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_comes_in_meanwhile_goes_out_together() {
    let double = Double::new(|_| None);
    let queue = double.queue(LIMITS);
    let first = ask(&queue, 1);
    settle().await;
    let others: Vec<_> = (2..=50).map(|number| ask(&queue, number)).collect();
    settle().await;
    assert_eq!(double.sizes(), [1], "a lone question waits for nobody");
    double.permits.add_permits(2);
    assert_eq!(first.await.unwrap().unwrap(), 2);
    for (number, other) in (2..).zip(others) {
        assert_eq!(other.await.unwrap().unwrap(), number * 2);
    }
    assert_eq!(double.sizes(), [1, 49]);
}

/// One thread that runs tasks, as a server has several: it runs what a task has just made before all others.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn in_a_crowd_who_asks_at_the_same_time_shares_a_batch() {
    let double = Double::new(|_| None);
    let queue = double.queue(Limits { batches: 2, ..LIMITS });
    double.permits.add_permits(100);
    for _ in 0..2 {
        let queue = Arc::clone(&queue);
        let asking = tokio::spawn(async move {
            let all: Vec<_> = (0..20).map(|number| ask(&queue, number)).collect();
            for answer in all {
                answer.await.unwrap().unwrap();
            }
            settle().await;
        });
        asking.await.unwrap();
    }
    assert_eq!(double.sizes(), [1, 19, 20], "only the very first goes alone");
}

#[tokio::test]
async fn a_lone_question_is_asked_by_whoever_has_it() {
    let by = Arc::new(Mutex::new(Vec::new()));
    let queue = Arc::new(Queue::new(LIMITS, {
        let by = Arc::clone(&by);
        move |numbers: Arc<[u32]>| {
            let by = Arc::clone(&by);
            Box::pin(async move {
                by.lock().unwrap().push(tokio::task::try_id());
                tokio::task::yield_now().await;
                Ok(numbers.to_vec())
            }) as Answers<u32>
        }
    }));
    let lone = ask(&queue, 1);
    let own = lone.id();
    lone.await.unwrap().unwrap();
    assert_eq!(*by.lock().unwrap(), [Some(own)], "no other task was made for it");
    let crowd: Vec<_> = (2..5).map(|number| ask(&queue, number)).collect();
    for one in crowd {
        one.await.unwrap().unwrap();
    }
    for _ in 0..2 {
        let lone = ask(&queue, 5);
        let own = lone.id();
        lone.await.unwrap().unwrap();
        by.lock().unwrap().push(Some(own));
    }
    let by = by.lock().unwrap();
    assert_eq!(by[by.len() - 2], by[by.len() - 1], "nor again, once the crowd is gone");
}

#[tokio::test]
async fn batches_have_a_size_and_a_number() {
    let double = Double::new(|_| None);
    let queue = double.queue(Limits { batches: 2, batch: 4, waiting: 1_000 });
    let all: Vec<_> = (0..10).map(|number| ask(&queue, number)).collect();
    settle().await;
    assert_eq!(double.sizes().len(), 2, "two at once");
    double.permits.add_permits(100);
    for answer in all {
        answer.await.unwrap().unwrap();
    }
    assert!(double.sizes().iter().all(|size| *size <= 4), "{:?}", double.sizes());
    assert_eq!(double.sizes().iter().sum::<usize>(), 10, "each is asked once");
}

#[tokio::test]
async fn who_went_away_is_not_asked_about() {
    let double = Double::new(|_| None);
    let queue = double.queue(LIMITS);
    let held = ask(&queue, 1);
    settle().await;
    let gone = ask(&queue, 2);
    let stays = ask(&queue, 3);
    settle().await;
    gone.abort();
    settle().await;
    double.permits.add_permits(2);
    assert_eq!(held.await.unwrap().unwrap(), 2);
    assert_eq!(stays.await.unwrap().unwrap(), 6);
    assert_eq!(*double.batches.lock().unwrap(), [vec![1], vec![3]]);
}

#[tokio::test]
async fn a_batch_survives_whoever_made_it_go_out() {
    let double = Double::new(|_| None);
    let queue = double.queue(LIMITS);
    let first = ask(&queue, 1);
    settle().await;
    let other = ask(&queue, 2);
    settle().await;
    first.abort();
    double.permits.add_permits(2);
    assert_eq!(other.await.unwrap().unwrap(), 4);
}

#[tokio::test]
async fn too_many_are_refused_at_once() {
    let double = Double::new(|_| None);
    let queue = double.queue(Limits { waiting: 3, ..LIMITS });
    let first = ask(&queue, 0);
    settle().await;
    let waiting: Vec<_> = (1..4).map(|number| ask(&queue, number)).collect();
    settle().await;
    assert!(matches!(queue.ask(4).await, Err(StoreError::Busy(_))));
    double.permits.add_permits(100);
    for answer in std::iter::once(first).chain(waiting) {
        answer.await.unwrap().unwrap();
    }
    assert_eq!(queue.ask(5).await.unwrap(), 10, "there is room again");
}

#[tokio::test]
async fn a_question_that_fails_fails_alone() {
    let double = Double::new(|numbers| numbers.contains(&13).then(|| StoreError::Backend("unlucky".into())));
    let queue = double.queue(LIMITS);
    double.permits.add_permits(100);
    let all: Vec<_> = (10..20).map(|number| ask(&queue, number)).collect();
    for (number, answer) in (10..).zip(all) {
        assert_eq!(answer.await.unwrap().ok(), (number != 13).then_some(number * 2));
    }
}

#[tokio::test]
async fn a_store_that_is_away_is_asked_once_for_all() {
    let double = Double::new(|_| Some(StoreError::Unavailable("gone".into())));
    let queue = double.queue(LIMITS);
    let first = ask(&queue, 0);
    settle().await;
    let all: Vec<_> = (1..10).map(|number| ask(&queue, number)).collect();
    settle().await;
    double.permits.add_permits(100);
    for answer in std::iter::once(first).chain(all) {
        assert!(matches!(answer.await.unwrap(), Err(StoreError::Unavailable(_))));
    }
    assert_eq!(double.sizes(), [1, 9]);
}

#[tokio::test]
async fn an_outage_ends_with_its_batch() {
    let double = Double::new(|numbers| numbers.contains(&0).then(|| StoreError::Unavailable("gone".into())));
    let queue = double.queue(LIMITS);
    let first: Vec<_> = (0..3).map(|number| ask(&queue, number)).collect();
    settle().await;
    let next: Vec<_> = (1..10).map(|number| ask(&queue, number)).collect();
    double.permits.add_permits(100);
    for (number, answer) in (1..).zip(next) {
        assert_eq!(answer.await.unwrap().unwrap(), number * 2, "the outage was over");
    }
    let refused = first.into_iter().next().unwrap().await.unwrap();
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
}

/// Answers all numbers but zero, which it ponders for ever.
fn pondering_over_zero(limits: Limits) -> Arc<Queue<u32, u32>> {
    Arc::new(Queue::new(limits, |numbers: Arc<[u32]>| {
        Box::pin(async move {
            if numbers.contains(&0) {
                std::future::pending::<()>().await;
            }
            Ok(numbers.iter().map(|number| number * 2).collect())
        }) as Answers<u32>
    }))
}

#[tokio::test]
async fn a_batch_that_hangs_holds_up_no_other() {
    let queue = pondering_over_zero(Limits { batches: 2, ..LIMITS });
    let hangs = ask(&queue, 0);
    settle().await;
    for number in 1..1_000 {
        assert_eq!(queue.ask(number).await.unwrap(), number * 2);
    }
    assert!(!hangs.is_finished());
}

#[tokio::test]
async fn while_all_batches_hang_what_waits_is_bounded() {
    let queue = pondering_over_zero(Limits { batches: 2, waiting: 5, ..LIMITS });
    let mut hang = Vec::new();
    for _ in 0..2 {
        hang.push(ask(&queue, 0));
        settle().await;
    }
    let waiting: Vec<_> = (1..=5).map(|number| ask(&queue, number)).collect();
    settle().await;
    for number in 6..1_000 {
        assert!(matches!(queue.ask(number).await, Err(StoreError::Busy(_))));
    }
    assert!(hang.iter().chain(&waiting).all(|question| !question.is_finished()), "no answer was made up");
}

#[test]
fn a_program_that_ends_leaves_questions_unanswered() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let queue = pondering_over_zero(LIMITS);
    let (hangs, waits) = runtime.block_on(async {
        let hangs = ask(&queue, 0);
        settle().await;
        let waits = ask(&queue, 1);
        settle().await;
        (hangs, waits)
    });
    // The task that waits for the store ends here, and nobody can follow it.
    drop(runtime);
    assert!(hangs.is_finished() && waits.is_finished());
}

/// Answers all numbers but those of a batch with 13 in it.
fn panicking_over_13() -> Arc<Queue<u32, u32>> {
    Arc::new(Queue::new(LIMITS, |numbers: Arc<[u32]>| {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            assert!(!numbers.contains(&13), "as this test wants it");
            Ok(numbers.to_vec())
        }) as Answers<u32>
    }))
}

#[tokio::test]
async fn a_panic_of_the_store_harms_only_its_batch() {
    let queue = panicking_over_13();
    let first = ask(&queue, 1);
    settle().await;
    let unlucky: Vec<_> = [12, 13].map(|number| ask(&queue, number)).into();
    assert_eq!(first.await.unwrap().unwrap(), 1);
    for answer in unlucky {
        assert!(matches!(answer.await.unwrap(), Err(StoreError::Backend(_))));
    }
    assert_eq!(ask(&queue, 2).await.unwrap().unwrap(), 2);
}

#[tokio::test]
async fn a_panic_over_a_lone_question_harms_only_whoever_has_it() {
    let queue = panicking_over_13();
    let unlucky = ask(&queue, 13);
    settle().await;
    let meanwhile = ask(&queue, 1);
    assert!(unlucky.await.unwrap_err().is_panic());
    assert_eq!(meanwhile.await.unwrap().unwrap(), 1);
    assert_eq!(ask(&queue, 2).await.unwrap().unwrap(), 2);
}
