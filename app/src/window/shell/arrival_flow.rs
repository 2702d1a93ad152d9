//! Online dossiers: listed with the time left to check them, accepted through the reception form, or
//! answered with form 02 or 03.

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
    window::{
        notice::Notice,
        screen::{arrivals, notice_form, reception},
    },
};

/// How long an online dossier may wait to be checked (NĐ 118/2025).
const CHECKED_WITHIN: TimeLimit = TimeLimit::WorkingHours(8);

impl Shell {
    /// How many online dossiers wait, and whether one waits too long.
    pub(super) fn waiting_arrivals(&self, now: DateTime) -> (usize, bool) {
        let waiting = self.desk.ledger.arrivals(true).unwrap_or_default();
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
        match self.arrival_rows(now) {
            Ok(rows) => {
                self.leave_counter();
                let may = self.desk.ledger.may(EventKind::DossierReceived);
                let state = arrivals::State::new(rows, may, now);
                self.screen = Screen::Arrivals(Box::new(state));
                Task::none()
            }
            Err(error) => self.go_home(counter, Some(Notice::error(&error))),
        }
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
            arrivals::Action::Close => self.go_home(counter, None),
            arrivals::Action::Accept(arrival) => self.accept(&arrival),
            arrivals::Action::Tell(arrival, answer) => {
                self.answer(&arrival, answer);
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
        let task = self.show_form(form, arrival.applicant.person.number.clone());
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
