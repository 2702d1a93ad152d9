//! One card, read on a thread of its own: a driver that hangs may not hold a window or a command for
//! ever, and two readings may not talk to one card at the same time. A reading that goes on, however
//! slowly, is waited for; the reading itself knows its limits.

use std::{
    ops::ControlFlow,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    time::Duration,
};

use identity::{
    ReadError,
    access::Keys,
    card::{self, BUSY_LIMIT, Limits},
    reading::{self, Progress, Reading},
    trust::Trust,
};

use crate::clock;

/// What to read, with what.
pub struct Request {
    /// The reader; any that holds a card if not named.
    pub reader: Option<String>,
    /// What opens the chip.
    pub keys: Keys,
    /// Who is trusted.
    pub trust: Trust,
    /// How long to wait for a card.
    pub patience: Duration,
}

/// Reads a card; blocks, but not on a driver that no longer answers. `progress` is told each step and may
/// stop the reading.
pub fn read(
    request: Request,
    mut progress: impl FnMut(Progress) -> ControlFlow<()> + Send + 'static,
) -> Result<Reading, ReadError> {
    let stall = Limits::default().stall;
    let limit = request.patience.max(BUSY_LIMIT) + stall;
    let turn = Turn::wait(request.reader.clone(), stall).ok_or(ReadError::ReaderStuck)?;
    let (sender, receiver) = mpsc::channel();
    let moves = Arc::new(AtomicBool::new(false));
    let told = moves.clone();
    std::thread::spawn(move || {
        let _one_at_a_time = turn;
        let mut progress = move |step: Progress| {
            told.store(true, Ordering::Relaxed);
            progress(step)
        };
        let mut held = || progress(Progress::Held);
        let read = card::wait_for_card(request.reader.as_deref(), request.patience, &mut held)
            .and_then(|mut card| {
                let today = clock::local(clock::now()).date();
                reading::read(&mut card, &request.keys, &request.trust, today, &mut progress)
            });
        // Whoever asked may have given up by now.
        let _ = sender.send(read);
    });
    outcome(&receiver, limit, || moves.swap(false, Ordering::Relaxed))
}

/// Waits for the outcome as long as something moves within each `limit`. A thread that ends without a word
/// has failed, whatever its reason.
fn outcome<T>(
    receiver: &mpsc::Receiver<Result<T, ReadError>>,
    limit: Duration,
    moved: impl Fn() -> bool,
) -> Result<T, ReadError> {
    loop {
        match receiver.recv_timeout(limit) {
            Ok(read) => return read,
            Err(RecvTimeoutError::Timeout) if moved() => {}
            Err(_) => return Err(ReadError::Timeout),
        }
    }
}

/// The right to talk to a reader, or to any if it is not named, until dropped. A driver that hangs keeps
/// it, and with it that reader alone.
struct Turn(Option<String>);

/// The readers that somebody talks to.
static BUSY: Mutex<Vec<Option<String>>> = Mutex::new(Vec::new());
static FREED: Condvar = Condvar::new();

impl Turn {
    /// Waits until nobody talks to the reader; `None` if that takes longer than `limit`.
    fn wait(reader: Option<String>, limit: Duration) -> Option<Self> {
        let may_be_one = |other: &Option<String>| match (other, &reader) {
            (Some(a), Some(b)) => a.contains(b.as_str()) || b.contains(a.as_str()),
            _ => true,
        };
        let (mut busy, waited) = FREED
            .wait_timeout_while(Self::busy(), limit, |busy| busy.iter().any(may_be_one))
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return None;
        }
        busy.push(reader.clone());
        Some(Self(reader))
    }

    fn busy() -> MutexGuard<'static, Vec<Option<String>>> {
        BUSY.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut busy = Self::busy();
        if let Some(at) = busy.iter().position(|reader| *reader == self.0) {
            busy.swap_remove(at);
        }
        FREED.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_that_goes_on_is_waited_for() {
        let limit = Duration::from_millis(1);
        let moves = std::cell::Cell::new(3);
        let moved = || {
            let left = moves.get();
            moves.set(left - 1);
            left > 0
        };
        let (sender, receiver) = mpsc::channel::<Result<(), ReadError>>();
        assert_eq!(outcome(&receiver, limit, moved), Err(ReadError::Timeout));
        assert_eq!(moves.get(), -1, "given up once nothing moves");
        assert_eq!(sender.send(Ok(())).map(|()| outcome(&receiver, limit, || false)), Ok(Ok(())));
        drop(sender);
        assert_eq!(outcome(&receiver, limit, || true), Err(ReadError::Timeout), "ended mute");
    }

    #[test]
    fn a_stuck_reading_keeps_its_own_reader_alone() {
        let wait = |name: Option<&str>| Turn::wait(name.map(Into::into), Duration::from_millis(5));
        let stuck = wait(Some("Reader A 00"));
        assert!(stuck.is_some());
        for name in [Some("Reader A 00"), Some("Reader A"), None] {
            assert!(wait(name).is_none(), "{name:?}");
        }
        assert!(wait(Some("Reader B 00")).is_some());
        drop(stuck);
        let any = wait(None);
        assert!(any.is_some() && wait(Some("Reader B 00")).is_none());
    }
}
