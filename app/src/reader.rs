//! One card, read on a thread of its own: a driver that hangs may not hold a window or a command for
//! ever, and two readings may not talk to one card at the same time.

use std::{
    ops::ControlFlow,
    sync::{Mutex, MutexGuard, PoisonError, mpsc},
    time::Duration,
};

use identity::{
    ReadError,
    access::Keys,
    card,
    reading::{self, Progress, Reading, TIME_LIMIT},
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

/// Reads a card; blocks, but never longer than the limits say. `progress` is told each step and may
/// stop the reading.
pub fn read(
    request: Request,
    mut progress: impl FnMut(Progress) -> ControlFlow<()> + Send + 'static,
) -> Result<Reading, ReadError> {
    /// What the reading's own limit may overrun: the last APDU.
    const MARGIN: Duration = Duration::from_secs(4);
    let limit = request.patience + TIME_LIMIT + MARGIN;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let _one_at_a_time = turn();
        let read = card::wait_for_card(request.reader.as_deref(), request.patience).and_then(
            |mut card| {
                let today = clock::local(clock::now()).date();
                reading::read(&mut card, &request.keys, &request.trust, today, &mut progress)
            },
        );
        // Whoever asked may have given up by now.
        let _ = sender.send(read);
    });
    // A thread that ends without a word has failed, whatever its reason.
    receiver.recv_timeout(limit).unwrap_or(Err(ReadError::Timeout))
}

fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}
