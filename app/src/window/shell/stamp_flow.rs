//! Signed files and the ledger: what waits for a time stamp is found there, and what came is kept there. When and how
//! often: [`crate::window::stamping`].

use std::time::Instant;

use iced::Task;
use ledger::{EventKind, LedgerError};
use office::act::ActId;

use super::Shell;
use crate::{
    clock,
    window::stamping::{Outcome, raise_elsewhere},
};

impl Shell {
    /// Has the next file raised by this service, where it is the logged-in user's and nothing rests. The worker's number
    /// comes with what it brings.
    pub fn stamp(&mut self, authority: Option<String>) -> Task<(u64, Option<Outcome>)> {
        self.stamping.set_authority(authority.as_ref());
        let Some(authority) = authority else { return Task::none() };
        let now = Instant::now();
        if !self.desk.ledger.may(EventKind::PaperMade) {
            return Task::none();
        }
        // While a service is waited for too, else newer acts would push some past where is looked.
        if let Some(before) = self.stamping.place(now) {
            // What cannot be read now is read at the next beat.
            if let Ok(found) = self.desk.unstamped(clock::now(), before) {
                self.stamping.looked(found);
            }
        }
        if self.stamping.rests(now) {
            return Task::none();
        }
        let Some(id) = self.stamping.next(now) else { return Task::none() };
        match (self.desk.to_stamp(&id), self.desk.ledger.signature_authorities()) {
            (Ok(file), Ok(held)) => {
                let (number, sealer) = (self.stamping.begin(id), self.desk.ledger.sealer());
                raise_elsewhere(file, held, sealer, authority).map(move |outcome| (number, outcome))
            }
            (Err(error), _) | (_, Err(error)) => {
                self.stamp_hindered(id, &error);
                Task::none()
            }
        }
    }

    /// What a worker brought; of one that nobody waits for any more it is dropped.
    pub fn take_stamped(&mut self, number: u64, outcome: Option<Outcome>) {
        let Some(id) = self.stamping.ended(number) else { return };
        let Some(Outcome { extended, short }) = outcome else {
            self.stamping.put_off(id);
            return;
        };
        let now = (Instant::now(), clock::now());
        match extended.as_deref() {
            None => self.stamping.came_back(id, false, short, now),
            Some(Err(error)) => self.stamp_hindered(id, error),
            Some(Ok(extended)) => match self.desk.keep_stamped(now.1, &id, extended) {
                Ok(()) => self.stamping.came_back(id, true, short, now),
                Err(error) => self.stamp_hindered(id, &error),
            },
        }
    }

    /// Something of this machine's own is in the way, for a while or for this session.
    fn stamp_hindered(&mut self, id: ActId, error: &LedgerError) {
        if error.passes() {
            self.stamping.rest(id, error, (Instant::now(), clock::now()));
        } else {
            self.stamping.put_off(id);
        }
    }
}
