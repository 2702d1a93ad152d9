//! Merging and splitting people: each look at another is written down, and so is what was decided.

use iced::Task;
use ledger::{EventKind, Hit, LedgerError, Scope};
use office::{
    entry::Purpose,
    person::{Identity, PersonId},
};
use widgets::travel;

use super::{Message, Screen, Shell};
use crate::{
    clock,
    window::{
        notice::Notice,
        screen::{Shown, person::same},
    },
};

/// People found at once.
const FOUND: usize = 20;

impl Shell {
    /// Opens the dialog for the shown person.
    pub(super) fn open_same(&mut self) -> Task<Message> {
        let Screen::Person(person) = &mut self.screen else { return Task::none() };
        let (Some(who), true) = (person.who(), self.desk.ledger.may(EventKind::PeopleMerged))
        else {
            return Task::none();
        };
        let ledger = &self.desk.ledger;
        let state = || -> Result<same::State, LedgerError> {
            let (tellings, merges) = (ledger.tellings(who)?, ledger.merges(who)?);
            let alike = ledger.alike(who)?;
            Ok(same::State::new(person.identity.clone(), who, &alike, tellings, merges))
        };
        match state() {
            Ok(state) => person.same = Some(Box::new(state)),
            Err(error) => {
                person.tell(Notice::error(&error));
                return Task::none();
            }
        }
        travel::focus(same::QUERY)
    }

    pub(super) fn same(&mut self, action: same::Action) -> Task<Message> {
        let Screen::Person(person) = &mut self.screen else { return Task::none() };
        let Some(state) = &mut person.same else { return Task::none() };
        match action {
            same::Action::None => Task::none(),
            same::Action::Focus(field) => travel::focus(field),
            same::Action::Close => {
                person.same = None;
                Task::none()
            }
            same::Action::Search(query) => {
                match self.desk.ledger.search(&query, Scope::People, None, FOUND) {
                    Ok(page) => state.found(page.items.into_iter().filter_map(found).collect()),
                    Err(error) => state.refused(Notice::error(&error)),
                }
                Task::none()
            }
            same::Action::Look(who) => {
                match self.desk.ledger.view_person(clock::now(), who, Purpose::Search) {
                    Ok(Some(record)) => state.beside(record.best.identity),
                    Ok(None) => state.refused(Notice::error(&LedgerError::Missing)),
                    Err(error) => state.refused(Notice::error(&error)),
                }
                travel::focus(same::REASON)
            }
            same::Action::Write(event, then) => {
                let words = event.label();
                match self.desk.ledger.record(clock::now(), *event, &[]) {
                    Ok(_) => {
                        let task = self.open_stored(then);
                        self.tell(Some(Notice::done(format!("Đã ghi vào sổ: {words}."))));
                        task
                    }
                    Err(error) => {
                        state.refused(Notice::error(&error));
                        Task::none()
                    }
                }
            }
        }
    }
}

fn found(hit: Hit) -> Option<(PersonId, Identity)> {
    match hit {
        Hit::Person { who, identity, .. } => Some((who, *identity)),
        Hit::Dossier(_) | Hit::Line(_) => None,
    }
}
