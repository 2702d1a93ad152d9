//! Tells a window when cards and readers come and go.
//!
//! [`Watcher::wait_for_change`] blocks, so it lives on a thread of its own; [`Stop`] ends it from
//! another. It survives unplugged readers and a restarted service: it says what it lost and goes on.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use pcsc::{Context, Error, PNP_NOTIFICATION, ReaderState, State};

use super::pcsc::{context, reader_names};

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
    pending: VecDeque<Change>,
    service_lost: bool,
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
            match self.context() {
                Some(context) => self.look(&context),
                None if self.service_lost => self.pause(),
                None => {
                    self.service_lost = true;
                    self.pending.push_back(Change::ServiceLost);
                }
            }
        }
    }

    /// The live connection, or a new one; `None` while the service is down.
    fn context(&self) -> Option<Context> {
        let mut inner = self.shared.lock();
        if inner.context.is_none() {
            inner.context = context().ok();
        }
        inner.context.clone()
    }

    fn forget_service(&mut self) {
        self.shared.lock().context = None;
        self.states.clear();
    }

    /// Waits before the next try; a stop ends the wait.
    fn pause(&self) {
        let waiting = |inner: &mut Inner| !inner.stopped;
        let _ = self.shared.stop.wait_timeout_while(self.shared.lock(), RETRY, waiting);
    }

    /// One look at all readers: returns after a change or after the retry interval.
    fn look(&mut self, context: &Context) {
        let Ok(names) = reader_names(context) else { return self.forget_service() };
        self.service_lost = false;
        let known = |name: &_| self.states.iter().any(|s| s.name() == name);
        if self.states.len() != names.len() + 1 || !names.iter().all(|n| known(n.as_c_str())) {
            self.states.retain(|s| names.iter().any(|n| n.as_c_str() == s.name()));
            for name in &names {
                if !self.states.iter().any(|s| s.name() == name.as_c_str()) {
                    self.states.push(ReaderState::new(name.clone(), State::UNAWARE));
                }
            }
            self.states.push(ReaderState::new(PNP_NOTIFICATION(), State::UNAWARE));
            let names = names.iter().map(|n| n.to_string_lossy().into_owned()).collect();
            return self.pending.push_back(Change::Readers(names));
        }
        match context.get_status_change(RETRY, &mut self.states) {
            Ok(()) => self.note_events(),
            Err(Error::Timeout | Error::Cancelled) => {}
            Err(_) => self.forget_service(),
        }
    }

    fn note_events(&mut self) {
        for state in &mut self.states {
            let (before, after) = (state.current_state(), state.event_state());
            let name = state.name().to_string_lossy().into_owned();
            match (before.contains(State::PRESENT), after.contains(State::PRESENT)) {
                (false, true) => self.pending.push_back(Change::CardPlaced(name)),
                (true, false) => self.pending.push_back(Change::CardRemoved(name)),
                _ => {}
            }
            state.sync_current_state();
        }
    }
}
