//! Online dossiers: listed with the time left to check them, accepted through the reception form, or
//! answered with form 02 or 03.

use std::{io::Read, path::Path};

use iced::Task;
use jiff::civil::DateTime;
use ledger::{EventKind, LedgerError};
use office::{
    arrival::Arrival,
    calendar::{Deadline, TimeLimit},
    dossier::{DossierId, ProcedureStamp},
};
use widgets::travel;

use super::{Counter, Message, Screen, Shell};
use crate::{
    clock,
    desk::intake::ToTell,
    failure::AppError,
    window::{
        notice::Notice,
        screen::{Shown, arrivals, notice_form, reception},
    },
};

/// How long an online dossier may wait to be checked (NĐ 118/2025).
const CHECKED_WITHIN: TimeLimit = TimeLimit::WorkingHours(8);

/// A file's bytes, as many as a file of online dossiers may have and one more.
fn read(path: &Path) -> Result<Vec<u8>, AppError> {
    let mut bytes = Vec::new();
    let most = sync::dvcqg::import::MAX_BYTES as u64 + 1;
    std::fs::File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|source| AppError::Read { path: path.display().to_string(), source })?;
    Ok(bytes)
}

impl Shell {
    /// How many online dossiers wait, and whether one waits too long.
    pub(super) fn waiting_arrivals(&self, now: DateTime) -> (usize, bool) {
        if !self.desk.ledger.sees_people() {
            return (0, false);
        }
        let waiting = self.known(self.desk.ledger.arrivals(true));
        let late = |arrival: &Arrival| self.check_by(arrival).is_some_and(|by| by.at < now);
        (waiting.len(), waiting.iter().any(|record| late(&record.arrival)))
    }

    fn check_by(&self, arrival: &Arrival) -> Option<Deadline> {
        self.desk.law.calendar.deadline(arrival.filed_at, &CHECKED_WITHIN)
    }

    fn arrival_rows(&self, now: DateTime) -> Result<Vec<arrivals::Row>, LedgerError> {
        let row = |record: ledger::ArrivalRecord| {
            let arrival = record.arrival;
            let known = self.desk.law.catalogue.find(&arrival.procedure, now.date());
            arrivals::Row {
                procedure: known
                    .map_or(arrival.procedure_name.as_str(), |p| p.short_name())
                    .to_owned(),
                known: known.is_some(),
                check_by: self.check_by(&arrival),
                arrival,
            }
        };
        Ok(self.desk.ledger.arrivals(true)?.into_iter().map(row).collect())
    }

    /// Opens the list.
    pub fn go_arrivals(&mut self, counter: &Counter) -> Task<Message> {
        let now = clock::local(clock::now());
        let rights = arrivals::Rights {
            answer: self.desk.ledger.may(EventKind::DossierReceived),
            import: self.desk.ledger.may(EventKind::DossierArrived),
        };
        let state = self.arrival_rows(now).map(|rows| arrivals::State::new(rows, rights, now));
        self.enter(state, counter)
    }

    pub(super) fn arrivals(
        &mut self,
        message: arrivals::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Screen::Arrivals(state) = &mut self.screen else { return Task::none() };
        match state.update(message) {
            arrivals::Action::None => Task::none(),
            arrivals::Action::Focus(field) => travel::focus(field),
            arrivals::Action::Close => self.go_home(counter),
            arrivals::Action::Accept(arrival) => self.accept(&arrival),
            arrivals::Action::Read(path) => self.look_at_file(&path),
            arrivals::Action::Take(bytes) => self.take_file(&bytes, counter),
            arrivals::Action::Tell(arrival, answer) => {
                self.answer(&arrival, answer);
                Task::none()
            }
        }
    }

    /// Reads a file of online dossiers off the window's thread.
    fn look_at_file(&mut self, path: &Path) -> Task<Message> {
        let path = path.to_owned();
        let work = async move { tokio::task::spawn_blocking(move || read(&path)).await };
        Task::future(work).then(|read| match read {
            Ok(read) => {
                Task::done(Message::ArrivalsRead(read.map_err(|error| Notice::error(&error))))
            }
            Err(_) => Task::none(),
        })
    }

    /// Shows what the file holds, if its dialog is still open.
    pub(super) fn file_of_arrivals(&mut self, read: Result<Vec<u8>, Notice>) {
        let Screen::Arrivals(state) = &mut self.screen else { return };
        let Some(dialog) = state.import() else { return };
        match read {
            Err(notice) => dialog.refused(notice),
            Ok(bytes) => match self.desk.look_at_arrivals(&bytes) {
                Ok(read) => dialog.got(bytes, read),
                Err(error) => dialog.refused(Notice::error(&error)),
            },
        }
    }

    fn take_file(&mut self, bytes: &[u8], counter: &Counter) -> Task<Message> {
        match self.desk.take_arrivals(clock::now(), bytes) {
            Ok(read) => {
                let task = self.go_arrivals(counter);
                self.tell(Some(Notice::done(read.summary())));
                task
            }
            Err(error) => {
                self.tell(Some(Notice::error(&error)));
                Task::none()
            }
        }
    }

    /// Opens the reception form with what came. The form is a draft from here on; until it is received
    /// the dossier stays in the list.
    fn accept(&mut self, arrival: &Arrival) -> Task<Message> {
        let now = clock::local(clock::now());
        let law = self.desk.law.clone();
        // A form that was begun for it goes on: it must not be typed twice.
        let begun = self.drafts().into_iter().find(|draft| draft.is_for(&arrival.id));
        let form = match (begun, ledger::random_id()) {
            (Some(draft), _) => reception::State::resume(law, draft, now),
            (None, Ok(id)) => reception::State::of_arrival(law, DossierId(id), arrival, now),
            (None, Err(error)) => {
                self.tell(Some(Notice::error(&error)));
                return Task::none();
            }
        };
        let task = self.show_form(form);
        self.keep_draft();
        task
    }

    fn answer(&mut self, arrival: &Arrival, answer: notice_form::Answer) {
        let at = clock::now();
        let day = clock::local(at).date();
        let catalogue = &self.desk.law.catalogue;
        let procedure = match catalogue.find(&arrival.procedure, day) {
            Some(procedure) => catalogue.stamp(procedure),
            // As it was sent: nothing is made up.
            None => ProcedureStamp {
                code: arrival.procedure.clone(),
                name: arrival.procedure_name.clone(),
                field: String::new(),
                version: String::new(),
                checked: false,
            },
        };
        let what = ToTell {
            kind: answer.kind,
            reason: answer.reason,
            applicant: arrival.applicant.clone(),
            contact: arrival.contact.clone(),
            procedure,
            arrival: Some(arrival.id.clone()),
        };
        let begun = self.drafts().into_iter().find(|draft| draft.is_for(&arrival.id));
        let told = self.desk.tell(at, what, begun.as_ref().map(|draft| &draft.id));
        let Screen::Arrivals(state) = &mut self.screen else { return };
        match told {
            Ok(notice) => {
                let words = "Đã lập phiếu và ghi vào sổ. Hồ sơ trực tuyến không còn chờ.";
                state.answered(&arrival.id, Notice::done(words));
                self.show_notice(&notice);
            }
            Err(error) => state.tell(Notice::error(&error)),
        }
    }
}
