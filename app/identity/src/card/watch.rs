//! Tells a window when cards and readers come and go.
//!
//! [`Watcher::wait_for_change`] blocks, so it lives on a thread of its own; [`Stop`] ends it from
//! another. It survives unplugged readers and a restarted service: it says what it lost and goes on.

use std::{
    collections::{HashMap, VecDeque},
    ffi::CString,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use pcsc::{Context, Error, PNP_NOTIFICATION, ReaderState, State};

use super::pcsc::{context, reader_names};
use crate::error::ReadError;

/// How long to wait before asking a service that is not there again, and the longest wait for an event.
const RETRY: Duration = Duration::from_secs(2);

/// What happened at the readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The readers that are plugged in now; empty when there is none.
    Readers(Vec<String>),
    /// A card was put on this reader.
    CardPlaced(String),
    /// The card of this reader was taken away.
    CardRemoved(String),
    /// The PC/SC service is not running.
    ServiceLost,
}

#[derive(Default)]
struct Shared {
    inner: Mutex<Inner>,
    stop: Condvar,
}

#[derive(Default)]
struct Inner {
    stopped: bool,
    /// Kept here so that [`Stop`] can cancel a wait.
    context: Option<Context>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends a [`Watcher`] from another thread.
#[derive(Clone)]
pub struct Stop(Arc<Shared>);

impl Stop {
    /// Makes the present or next `wait_for_change` return `None`.
    pub fn stop(&self) {
        let mut inner = self.0.lock();
        inner.stopped = true;
        self.0.stop.notify_all();
        if let Some(context) = &inner.context {
            // Nothing to cancel is no failure: the flag is seen before the next wait.
            let _ = context.cancel();
        }
    }
}

/// Watches every reader.
#[derive(Default)]
pub struct Watcher {
    shared: Arc<Shared>,
    /// The known readers, and the pseudo reader that announces others.
    states: Vec<ReaderState>,
    /// How many insertions and removals each reader had counted at the last look.
    counts: HashMap<CString, u32>,
    pending: VecDeque<Change>,
    service_lost: bool,
}

/// A reader at one look.
#[derive(Clone, Copy)]
struct Slot {
    has_card: bool,
    /// The service's count of insertions and removals.
    count: u32,
}

/// What happened between two looks. A card that was exchanged in between is told as both: the window
/// would otherwise show the first person for the second card.
fn changes(reader: &str, before: Slot, after: Slot) -> Vec<Change> {
    let placed = || Change::CardPlaced(reader.to_owned());
    let removed = || Change::CardRemoved(reader.to_owned());
    match (before.has_card, after.has_card) {
        (false, true) => vec![placed()],
        (true, false) => vec![removed()],
        (true, true) if before.count != after.count => vec![removed(), placed()],
        _ => Vec::new(),
    }
}

/// What a service that cannot be reached means: one that sleeps without readers says that there is none.
fn lost(error: &ReadError) -> Change {
    match error {
        ReadError::NoReader => Change::Readers(Vec::new()),
        _ => Change::ServiceLost,
    }
}

impl Watcher {
    /// A watcher that has seen nothing yet: its first changes tell the present state.
    pub fn new() -> Self {
        Self::default()
    }

    /// A handle to end the watching.
    pub fn stop_handle(&self) -> Stop {
        Stop(self.shared.clone())
    }

    /// Blocks until something changes at the readers; `None` after [`Stop::stop`].
    pub fn wait_for_change(&mut self) -> Option<Change> {
        loop {
            if self.shared.lock().stopped {
                return None;
            }
            if let Some(change) = self.pending.pop_front() {
                return Some(change);
            }
            let known = self.shared.lock().context.is_some();
            let Err(error) = self.context().and_then(|context| self.look(&context)) else {
                self.service_lost = false;
                continue;
            };
            self.forget_service();
            // A connection that was good before may only be stale: the service started anew.
            if !known && self.service_lost {
                self.pause();
            } else if !known {
                self.service_lost = true;
                self.pending.push_back(lost(&error));
            }
        }
    }

    /// The live connection, or a new one; fails while the service is down.
    fn context(&self) -> Result<Context, ReadError> {
        let mut inner = self.shared.lock();
        match &inner.context {
            Some(context) => Ok(context.clone()),
            None => Ok(inner.context.insert(context()?).clone()),
        }
    }

    fn forget_service(&mut self) {
        self.shared.lock().context = None;
        self.states.clear();
        self.counts.clear();
    }

    /// Waits before the next try; a stop ends the wait.
    fn pause(&self) {
        let waiting = |inner: &mut Inner| !inner.stopped;
        let _ = self.shared.stop.wait_timeout_while(self.shared.lock(), RETRY, waiting);
    }

    /// One look at all readers: returns after a change or after the retry interval.
    fn look(&mut self, context: &Context) -> Result<(), ReadError> {
        let names = reader_names(context)?;
        let known = |name: &_| self.states.iter().any(|s| s.name() == name);
        if self.states.len() != names.len() + 1 || !names.iter().all(|n| known(n.as_c_str())) {
            self.states.retain(|s| names.iter().any(|n| n.as_c_str() == s.name()));
            self.counts.retain(|reader, _| names.contains(reader));
            for name in &names {
                if !self.states.iter().any(|s| s.name() == name.as_c_str()) {
                    self.states.push(ReaderState::new(name.clone(), State::UNAWARE));
                }
            }
            self.states.push(ReaderState::new(PNP_NOTIFICATION(), State::UNAWARE));
            let names = names.iter().map(|n| n.to_string_lossy().into_owned()).collect();
            self.pending.push_back(Change::Readers(names));
            return Ok(());
        }
        match context.get_status_change(RETRY, &mut self.states) {
            Ok(()) => self.note_events(),
            Err(Error::Timeout | Error::Cancelled) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn note_events(&mut self) {
        for state in &mut self.states {
            let has_card = |state: State| state.contains(State::PRESENT);
            let count = state.event_count();
            let known = self.counts.insert(state.name().to_owned(), count).unwrap_or(count);
            let before = Slot { has_card: has_card(state.current_state()), count: known };
            let after = Slot { has_card: has_card(state.event_state()), count };
            self.pending.extend(changes(&state.name().to_string_lossy(), before, after));
            state.sync_current_state();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sleeping_service_has_no_readers() {
        assert_eq!(lost(&ReadError::NoReader), Change::Readers(Vec::new()));
        assert_eq!(lost(&ReadError::NoService), Change::ServiceLost);
    }

    #[test]
    fn an_exchanged_card_is_a_new_card() {
        let slot = |has_card, count| Slot { has_card, count };
        let placed = Change::CardPlaced("R".into());
        let removed = Change::CardRemoved("R".into());
        for (before, after, expected) in [
            (slot(false, 0), slot(false, 0), vec![]),
            (slot(false, 0), slot(true, 1), vec![placed.clone()]),
            (slot(true, 1), slot(true, 1), vec![]),
            (slot(true, 1), slot(false, 2), vec![removed.clone()]),
            (slot(true, 1), slot(true, 3), vec![removed.clone(), placed.clone()]),
            // Placed and taken away between two looks: nothing is left to tell.
            (slot(false, 2), slot(false, 4), vec![]),
            // The counter has sixteen bits.
            (slot(true, 0xFFFF), slot(true, 1), vec![removed, placed]),
        ] {
            assert_eq!(changes("R", before, after), expected);
        }
    }
}
