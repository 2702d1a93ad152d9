//! The list of dossiers and the search over everything.

use iced::Task;
use ledger::{LineRecord, Scope};
use office::{
    entry::{Event, Purpose},
    text::fold,
};
use widgets::travel;

use super::{Action, Counter, Message, Over, PAGE, Screen, Shell};
use crate::{
    clock,
    window::{
        notice::Notice,
        papers,
        screen::{
            catalogue, dossiers,
            find::{self, Found},
        },
    },
};

/// Rows of the menu among the finds, at most.
const MENU_FOUND: usize = 2;
/// Procedures among them, at most.
const PROCEDURES_FOUND: usize = 3;

impl Shell {
    /// Opens the list.
    pub fn go_dossiers(&mut self, counter: &Counter) -> Task<Message> {
        self.go_dossiers_of(None, counter)
    }

    /// Opens the list of what another screen asks for.
    pub fn go_dossiers_of(
        &mut self,
        only: Option<dossiers::Only>,
        counter: &Counter,
    ) -> Task<Message> {
        let users = self.known(self.desk.ledger.all_users());
        let officers = users.into_iter().map(|known| known.user.full_name).collect();
        let now = clock::local(clock::now());
        let soon = office::calendar::soon(&self.desk.law.calendar, now);
        let mut list = dossiers::State::new(officers, only, now, soon);
        match papers::find_dossiers(&self.desk, &list, None, PAGE) {
            Ok(page) => list.show(page),
            Err(error) => list.failed(Notice::error(&error)),
        }
        let more = go_on(&list);
        Task::batch([self.enter(Ok(list), counter), more])
    }

    pub(super) fn dossiers(
        &mut self,
        message: dossiers::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Screen::Dossiers(list) = &mut self.screen else { return Task::none() };
        match list.update(message) {
            dossiers::Action::None => {}
            dossiers::Action::Close => return self.go_home(counter),
            dossiers::Action::Open(id) => return self.open_dossier(&id, counter),
            dossiers::Action::Search => match papers::find_dossiers(&self.desk, list, None, PAGE) {
                Ok(page) => list.show(page),
                Err(error) => list.failed(Notice::error(&error)),
            },
            dossiers::Action::More => {
                match papers::find_dossiers(&self.desk, list, list.next(), PAGE) {
                    Ok(page) => list.extend(page),
                    Err(error) => list.failed(Notice::error(&error)),
                }
            }
        }
        go_on(list)
    }

    pub(super) fn open_find(&mut self) -> Task<Message> {
        self.over = Some(Over::Find(find::State::default()));
        travel::focus(find::QUERY)
    }

    pub(super) fn found(&mut self, message: find::Message, counter: &Counter) -> Action {
        let Some(Over::Find(find)) = &mut self.over else { return Action::Run(Task::none()) };
        Action::Run(match find.update(message) {
            find::Action::None => Task::none(),
            find::Action::Close => {
                self.over = None;
                Task::none()
            }
            find::Action::Search(query) => {
                let others = self.find_beside_the_ledger(&query);
                if let Some(Over::Find(find)) = &mut self.over {
                    find.begin(others);
                }
                self.search(query, None)
            }
            find::Action::GoOn(query, next) => self.search(query, Some(next)),
            find::Action::Go(target) => {
                self.over = None;
                match target {
                    find::Target::Dossier(id) => self.open_dossier(&id, counter),
                    find::Target::Person(place) => self.open_stored(place),
                    find::Target::Line(record) => self.open_line(*record, counter),
                    find::Target::Procedure(code) => self.open_procedure(code, counter),
                    find::Target::Menu(row) => {
                        let bar = self.offered().find(|(offered, _)| *offered == row);
                        return match bar {
                            Some((_, bar)) => self.bar(bar, counter),
                            None => Task::none().into(),
                        };
                    }
                }
            }
        })
    }

    /// Opens a line of a book that was found; the looks at those of whom it speaks are written down first.
    fn open_line(&mut self, found: LineRecord, counter: &Counter) -> Task<Message> {
        let line = match found.event {
            Event::ActDone { act } => return self.open_act(&act.id, counter),
            Event::LineWritten { line } => *line,
            _ => return Task::none(),
        };
        let mut people = line.people.iter();
        match people.try_for_each(|who| self.look_at_person(who, Purpose::Search).map(drop)) {
            Ok(()) => {
                self.leave_counter();
                self.show_line(line, None, None, counter)
            }
            Err(error) => self.go_home_telling(counter, Some(Notice::error(&error))),
        }
    }

    /// One short page of people, dossiers and lines of books; the window draws between two.
    fn search(&mut self, query: String, before: Option<u64>) -> Task<Message> {
        let Some(Over::Find(find)) = &mut self.over else { return Task::none() };
        if fold(&query).is_empty() || !self.desk.ledger.sees_people() {
            return Task::none();
        }
        match self.desk.ledger.search(&query, Scope::All, before, find.room()) {
            Ok(page) => {
                let book = |id| self.desk.book_label(id);
                find.extend(page.items.into_iter().map(|hit| Found::of(hit, &book)), page.next);
            }
            Err(error) => find.failed(Notice::error(&error)),
        }
        match find.next() {
            Some(_) => Task::done(Message::Find(find::Message::WentOn)),
            None => Task::none(),
        }
    }

    fn find_beside_the_ledger(&self, query: &str) -> Vec<Found> {
        if fold(query).is_empty() {
            return Vec::new();
        }
        let rows = self.offered_for(query).take(MENU_FOUND);
        let mut others: Vec<Found> = rows.map(Found::menu).collect();
        let today = clock::local(clock::now()).date();
        let procedures = self.desk.law.catalogue.search(query, today, &[]);
        others.extend(procedures.into_iter().take(PROCEDURES_FOUND).map(Found::procedure));
        others
    }

    /// Opens the catalogue at a procedure.
    fn open_procedure(&mut self, code: String, counter: &Counter) -> Task<Message> {
        let task = self.go_catalogue(counter);
        let searched = self.catalogue(catalogue::Message::QueryTyped(code), counter);
        Task::batch([task, searched])
    }
}

/// The next page at once, where the last one brought nothing; the window draws between two.
fn go_on(list: &dossiers::State) -> Task<Message> {
    match list.goes_on() {
        true => Task::done(dossiers::Message::Ranged(0..u64::MAX).into()),
        false => Task::none(),
    }
}
