//! The list of dossiers and the search over everything.

use iced::Task;
use ledger::Scope;
use widgets::travel;

use super::{Counter, Message, Over, PAGE, Screen, Shell};
use crate::{
    clock,
    window::{
        notice::Notice,
        papers,
        screen::{dossiers, find},
    },
};

/// Hits shown at once.
const FOUND: usize = 12;

impl Shell {
    /// Opens the list.
    pub fn go_list(&mut self) -> Task<Message> {
        self.go_list_of(None)
    }

    /// Opens the list of what another screen asks for.
    pub fn go_list_of(&mut self, only: Option<dossiers::Only>) -> Task<Message> {
        self.leave_counter();
        let users = self.desk.ledger.all_users().unwrap_or_default();
        let officers = users.into_iter().map(|known| known.user.full_name).collect();
        let now = clock::local(clock::now());
        let soon = office::calendar::soon(&self.desk.law.calendar, now);
        let mut list = dossiers::State::new(officers, only, now, soon);
        if let Ok(page) = papers::find_dossiers(&self.desk, &list, None, PAGE) {
            list.show(page);
        }
        self.screen = Screen::Dossiers(list);
        travel::focus(dossiers::SEARCH)
    }

    pub(super) fn dossiers(
        &mut self,
        message: dossiers::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Screen::Dossiers(list) = &mut self.screen else { return Task::none() };
        match list.update(message) {
            dossiers::Action::None => {}
            dossiers::Action::Close => return self.go_home(counter, None),
            dossiers::Action::Open(id) => return self.open_dossier(&id, counter),
            dossiers::Action::Search => match papers::find_dossiers(&self.desk, list, None, PAGE) {
                Ok(page) => list.show(page),
                Err(error) => return self.go_home(counter, Some(Notice::error(&error))),
            },
            dossiers::Action::More => {
                if let Ok(page) = papers::find_dossiers(&self.desk, list, list.next(), PAGE) {
                    list.extend(page);
                }
            }
        }
        Task::none()
    }

    pub(super) fn open_find(&mut self) -> Task<Message> {
        self.over = Some(Over::Find(find::State::default()));
        travel::focus(find::QUERY)
    }

    pub(super) fn found(&mut self, message: find::Message, counter: &Counter) -> Task<Message> {
        let Some(Over::Find(find)) = &mut self.over else { return Task::none() };
        match find.update(message) {
            find::Action::None => Task::none(),
            find::Action::Close => {
                self.over = None;
                Task::none()
            }
            find::Action::Search(query) => {
                let hits = if query.trim().is_empty() {
                    Vec::new()
                } else {
                    match self.desk.ledger.search(&query, Scope::All, None, FOUND) {
                        Ok(page) => page.items.into_iter().filter_map(find::Found::of).collect(),
                        Err(_) => Vec::new(),
                    }
                };
                find.show(hits);
                Task::none()
            }
            find::Action::Go(target) => {
                self.over = None;
                match target {
                    find::Target::Dossier(id) => self.open_dossier(&id, counter),
                    find::Target::Person(number) => self.open_stored(&number),
                }
            }
        }
    }
}
