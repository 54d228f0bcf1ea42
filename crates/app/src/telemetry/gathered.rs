//! Log lines on their way out: those of a moment are written together. A write for each takes a busy server a twentieth
//! of its time.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How long a line waits for others. Warnings and errors wait for nobody.
const WAIT: Duration = Duration::from_millis(50);
/// As many bytes wait; then whoever adds to them writes them, and waits where the reader is slow.
const ROOM: usize = 64 * 1024;

/// Gathers lines. What waits is written when this is dropped.
pub(crate) struct Gathered<W: Write>(Arc<Shared<W>>);

struct Shared<W> {
    /// Held while there is writing, and taken before what waits is: so lines keep their order.
    out: Mutex<Out<W>>,
    waiting: Mutex<Vec<u8>>,
    begun: Condvar,
}

struct Out<W> {
    to: W,
    /// What `waiting` becomes next.
    spare: Vec<u8>,
}

impl<W: Write + Send + 'static> Gathered<W> {
    /// Gathers lines for `to`.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub(crate) fn new(to: W) -> io::Result<Self> {
        let out = Mutex::new(Out { to, spare: Vec::new() });
        let shared = Arc::new(Shared { out, waiting: Mutex::default(), begun: Condvar::new() });
        let writing = Arc::clone(&shared);
        thread::Builder::new().name("log".to_owned()).spawn(move || {
            loop {
                writing.wait();
                thread::sleep(WAIT);
                writing.write_out();
            }
        })?;
        Ok(Self(shared))
    }

    /// Where lines go in, all of them `at_once` or gathered.
    pub(crate) fn lines(&self, at_once: bool) -> Lines<W> {
        Lines { shared: Arc::clone(&self.0), at_once }
    }
}

impl<W: Write> Drop for Gathered<W> {
    fn drop(&mut self) {
        self.0.write_out();
    }
}

impl<W> Shared<W> {
    /// Waits until a line waits.
    fn wait(&self) {
        let waiting = held(&self.waiting);
        drop(self.begun.wait_while(waiting, |waiting| waiting.is_empty()));
    }

    /// Adds lines. Whether there are enough to be written at once.
    fn add(&self, lines: &[u8]) -> bool {
        let mut waiting = held(&self.waiting);
        if waiting.is_empty() {
            self.begun.notify_one();
        }
        waiting.extend_from_slice(lines);
        waiting.len() >= ROOM
    }
}

impl<W: Write> Shared<W> {
    fn write_out(&self) {
        let mut out = held(&self.out);
        let Out { to, spare } = &mut *out;
        std::mem::swap(spare, &mut *held(&self.waiting));
        // Where nobody reads the log there is nobody to tell.
        let _ = to.write_all(spare).and_then(|()| to.flush());
        spare.clear();
    }
}

/// Nothing that panics runs while one of these is held, but what is written to.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where lines go in.
pub(crate) struct Lines<W> {
    shared: Arc<Shared<W>>,
    at_once: bool,
}

/// Takes one line.
pub(crate) struct Line<'a, W> {
    shared: &'a Shared<W>,
    urgent: bool,
}

impl<'a, W: Write + 'a> MakeWriter<'a> for Lines<W> {
    type Writer = Line<'a, W>;

    fn make_writer(&'a self) -> Line<'a, W> {
        Line { shared: &self.shared, urgent: true }
    }

    fn make_writer_for(&'a self, about: &Metadata<'_>) -> Line<'a, W> {
        Line { shared: &self.shared, urgent: self.at_once || *about.level() <= Level::WARN }
    }
}

impl<W: Write> Write for Line<'_, W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.shared.add(line) || self.urgent {
            self.shared.write_out();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// Hands on what is written, a piece for each write.
    struct Pieces(Sender<String>);

    impl Write for Pieces {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(String::from_utf8(bytes.to_vec()).unwrap()).unwrap();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn gathered() -> (Gathered<Pieces>, Receiver<String>) {
        let (sender, receiver) = channel();
        (Gathered::new(Pieces(sender)).unwrap(), receiver)
    }

    fn say(lines: &Lines<Pieces>, line: &str, urgent: bool) {
        Line { shared: &lines.shared, urgent }.write_all(line.as_bytes()).unwrap();
    }

    #[test]
    fn a_line_is_written_though_nothing_follows() {
        let (gathered, written) = gathered();
        for line in ["a\n", "b\n"] {
            say(&gathered.lines(false), line, false);
            assert_eq!(written.recv_timeout(Duration::from_secs(30)).unwrap(), line);
        }
    }

    #[test]
    fn what_is_urgent_takes_along_what_waits() {
        let (gathered, written) = gathered();
        let lines = gathered.lines(false);
        say(&lines, "a\n", false);
        say(&lines, "b\n", true);
        // It was written before `say` came back.
        assert_eq!(written.try_iter().collect::<String>(), "a\nb\n");
    }

    #[test]
    fn the_end_writes_what_waits() {
        let (gathered, written) = gathered();
        say(&gathered.lines(false), "a\n", false);
        drop(gathered);
        assert_eq!(written.try_iter().collect::<String>(), "a\n");
    }

    #[test]
    fn many_lines_are_few_writes_in_their_order() {
        let (gathered, written) = gathered();
        let line = |number: usize| format!("{number:0100}\n");
        for number in 0..10_000 {
            say(&gathered.lines(false), &line(number), false);
        }
        drop(gathered);
        let pieces: Vec<_> = written.try_iter().filter(|piece| !piece.is_empty()).collect();
        assert_eq!(pieces.concat(), (0..10_000).map(line).collect::<String>());
        assert!(pieces.len() < 1_000, "{} writes", pieces.len());
        assert!(pieces.iter().all(|piece| piece.len() < ROOM + 200), "what waits is bounded");
    }

    #[test]
    fn lines_of_several_threads_stay_whole() {
        let (gathered, written) = gathered();
        thread::scope(|scope| {
            for name in ["a", "b", "c", "d"] {
                let lines = gathered.lines(false);
                scope.spawn(move || {
                    for _ in 0..1_000 {
                        say(&lines, &format!("{}\n", name.repeat(50)), name == "d");
                    }
                });
            }
        });
        drop(gathered);
        let all: String = written.try_iter().collect();
        assert_eq!(all.lines().count(), 4_000);
        assert!(
            all.lines().all(|line| line.len() == 50 && line.chars().all(|letter| line.starts_with(letter)))
        );
    }
}
