//! The lists of work: receipts, books, figures, papers that were made. What all lists ask for is done by one hand
//! ([`Shell::list`]); what one asks for alone, by its own flow.

use iced::Task;
use ledger::{EventKind, LedgerError};
use office::{book::BookId, entry::Purpose, person::PersonId, subject::Subject};
use widgets::travel;

use super::{Counter, Message, Over, Screen, Shell, file_read, screens::Open};
use crate::{
    clock,
    desk::DeskError,
    window::{
        notice::Notice,
        papers,
        screen::{
            Shown, cash,
            issued::{self, Target},
            list::{self, Content, List},
            paper, register, statistics,
        },
    },
};

/// What came of a list's message.
pub(super) enum Came<Ask> {
    /// It was done.
    Done(Task<Message>),
    /// What only this list asks for.
    Asks(Ask),
}

impl Shell {
    /// Opens a list with its first rows.
    fn open_list<C: Content>(&mut self, content: C, counter: &Counter) -> Task<Message>
    where
        List<C>: Into<Screen>,
    {
        let mut list = List::new(content, clock::local(clock::now()).date());
        let read = list.fetch(&self.desk, None);
        self.enter(read.map(|()| list), counter)
    }

    /// Does what every list asks for.
    fn list<C: Content>(
        &mut self,
        message: list::Message<C::Own>,
        counter: &Counter,
    ) -> Came<C::Ask>
    where
        List<C>: Open,
        Message: From<list::Message<C::Own>>,
    {
        let Some(list) = List::<C>::of(&mut self.screen) else { return Came::Done(Task::none()) };
        Came::Done(match list.update(message) {
            list::Action::None => Task::none(),
            list::Action::Close => self.go_home(counter),
            list::Action::Fetch(after) => self.fill::<C>(after),
            list::Action::Take(out) => {
                let (paper, days) = (list.content.paper(), list.days());
                paper.map_or_else(Task::none, |paper| self.take_out(paper, days, out))
            }
            list::Action::Own(ask) => return Came::Asks(ask),
        })
    }

    /// Fetches the page after a place, or the first one; the window draws between two.
    fn fill<C: Content>(&mut self, after: Option<u64>) -> Task<Message>
    where
        List<C>: Open,
        Message: From<list::Message<C::Own>>,
    {
        let Some(list) = List::<C>::of(&mut self.screen) else { return Task::none() };
        match (list.fetch(&self.desk, after), after) {
            (Ok(()), _) => {}
            (Err(error), None) => list.failed(Notice::error(&error)),
            (Err(error), Some(_)) => list.tell(Notice::error(&error)),
        }
        match list.goes_on() {
            true => Task::done(list::Message::Ranged(0..u64::MAX).into()),
            false => Task::none(),
        }
    }

    /// Opens the receipts of days.
    pub(super) fn go_cash(&mut self, counter: &Counter) -> Task<Message> {
        let may_import = self.desk.ledger.may(EventKind::StatementImported);
        self.open_list(cash::Receipts::new(may_import), counter)
    }

    pub(super) fn cash(&mut self, message: cash::Message, counter: &Counter) -> Task<Message> {
        let ask = match self.list::<cash::Receipts>(message, counter) {
            Came::Done(task) => return task,
            Came::Asks(ask) => ask,
        };
        match ask {
            cash::Ask::Open(subject) => return self.open_subject(&subject, counter),
            cash::Ask::Focus(field) => return travel::focus(field),
            cash::Ask::Read(path) => return file_read::read(file_read::Asked::Statement(path)),
            cash::Ask::Decide(place) => self.decide(place),
            cash::Ask::Take => self.take_statement(),
        }
        Task::none()
    }

    /// Opens the tracking book, or the first book that this user may look at.
    pub(super) fn go_register(&mut self, counter: &Counter) -> Task<Message> {
        let book = self.desk.registers().and_then(|books| {
            let tracking = books.iter().any(|book| book.id == BookId::TRACKING);
            let first = books.first().map_or(BookId::TRACKING, |book| book.id);
            register::Register::of(&self.desk, if tracking { BookId::TRACKING } else { first })
        });
        match book {
            Ok(book) => self.open_list(book, counter),
            Err(error) => self.enter(Err::<register::State, _>(error), counter),
        }
    }

    pub(super) fn register(
        &mut self,
        message: register::Message,
        counter: &Counter,
    ) -> Task<Message> {
        match self.list::<register::Register>(message, counter) {
            Came::Done(task) => task,
            Came::Asks(register::Ask::Open(subject)) => self.open_subject(&subject, counter),
            Came::Asks(register::Ask::Show(book)) => self.show_book(book),
        }
    }

    /// Opens what something is about.
    pub fn open_subject(&mut self, subject: &Subject, counter: &Counter) -> Task<Message> {
        match subject {
            Subject::Dossier(id) => self.open_dossier(id, counter),
            Subject::Act(id) => self.open_act(id, counter),
        }
    }

    /// Shows another book of the same period.
    fn show_book(&mut self, book: BookId) -> Task<Message> {
        let Screen::Register(list) = &mut self.screen else { return Task::none() };
        match register::Register::of(&self.desk, book) {
            Ok(book) => {
                let fresh = List::new(book, clock::local(clock::now()).date());
                let before = std::mem::replace(&mut **list, fresh);
                list.period = before.period;
                self.fill::<register::Register>(None)
            }
            Err(error) => {
                list.failed(Notice::error(&error));
                Task::none()
            }
        }
    }

    /// Opens the figures.
    pub(super) fn go_statistics(&mut self, counter: &Counter) -> Task<Message> {
        self.open_list(statistics::Statistics::default(), counter)
    }

    pub(super) fn statistics(
        &mut self,
        message: statistics::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let statistics::Ask::List(row) = match self.list::<statistics::Statistics>(message, counter)
        {
            Came::Done(task) => return task,
            Came::Asks(ask) => ask,
        };
        let Screen::Statistics(list) = &self.screen else { return Task::none() };
        match list.days() {
            Some(days) => {
                let only = statistics::only(list.content.group, &row, days);
                self.go_dossiers_of(Some(only), counter)
            }
            None => Task::none(),
        }
    }

    /// Opens the papers that were made.
    pub(super) fn go_issued(&mut self, counter: &Counter) -> Task<Message> {
        self.open_list(issued::Issued::default(), counter)
    }

    pub(super) fn issued(&mut self, message: issued::Message, counter: &Counter) -> Task<Message> {
        match self.list::<issued::Issued>(message, counter) {
            Came::Done(task) => task,
            Came::Asks(issued::Ask::Show) => {
                let filled = self.fill::<issued::Issued>(None);
                Task::batch([travel::focus(issued::Issued::TABLE), filled])
            }
            Came::Asks(issued::Ask::Open(target)) => {
                match self.issued_paper(&target) {
                    Ok(paper) => self.over = Some(Over::Paper(Box::new(paper))),
                    Err(error) => self.screen.tell(Notice::error(&error)),
                }
                Task::none()
            }
        }
    }

    /// A paper as it was handed over; the look at its person is written down first.
    fn issued_paper(&mut self, target: &Target) -> Result<paper::State, DeskError> {
        match target {
            Target::Of { subject, paper, content } => {
                let name = match subject {
                    Subject::Dossier(id) => {
                        let record = self.desk.dossier(id)?;
                        self.note_look(record.place)?;
                        papers::name(&record.dossier, &self.desk.title(id, paper)?)
                    }
                    Subject::Act(id) => {
                        let act = self.desk.act(id)?.act;
                        for who in act.identities() {
                            self.look_at_person(who, Purpose::Reprint)?;
                        }
                        format!("{} {}", paper.kind.label(), act.name())
                    }
                };
                papers::kept(&self.desk, name, paper, content)
            }
            Target::Notice(place, notice) => {
                self.note_look(*place)?;
                papers::notice(&self.desk, notice)
            }
        }
    }

    fn note_look(&mut self, place: u64) -> Result<(), LedgerError> {
        let who = PersonId(place);
        self.desk.ledger.view_person(clock::now(), who, Purpose::Reprint).map(drop)
    }
}
