//! The tracking book and the figures of a period.

use iced::Task;
use jiff::civil::Date;
use ledger::{DossierRecord, Filter, LedgerError, Page};
use office::{
    book::{BookDefinition, BookId},
    calendar::DueState,
    dossier::{Channel, Status},
    register::Value,
    statistics::{Figures, GroupBy, Period, Row},
};
use widgets::Tone;

use super::{Counter, Message, PAGE, Screen, Shell};
use crate::{
    clock,
    desk::{books::Paper, money::span},
    window::{
        notice::Notice,
        screen::{Shown, dossiers::Only, paged::seek, register, statistics},
    },
};

impl Shell {
    /// Opens the tracking book, or the first book that this user may look at.
    pub(super) fn go_register(&mut self, counter: &Counter) -> Task<Message> {
        let state = self.desk.registers().and_then(|books| {
            let tracking = books.iter().any(|book| book.id == BookId::TRACKING);
            let first = books.first().map_or(BookId::TRACKING, |book| book.id);
            self.register_room(if tracking { BookId::TRACKING } else { first })
        });
        self.enter(state, counter)
    }

    fn register_room(&self, book: BookId) -> Result<register::State, LedgerError> {
        let mut state = self.register_of(book)?;
        self.fill_register(&mut state)?;
        Ok(state)
    }

    fn register_of(&self, book: BookId) -> Result<register::State, LedgerError> {
        let books = self.desk.registers()?.into_iter().map(|book| (book.id, book.label.clone()));
        let today = clock::local(clock::now()).date();
        Ok(register::State::new(today, self.desk.definition(book)?, books.collect()))
    }

    fn fill_register(&self, state: &mut register::State) -> Result<(), LedgerError> {
        let Some((from, to)) = state.period.days() else {
            state.show(Vec::new(), None, 0);
            return Ok(());
        };
        let page = self.register_page(state, from, to, None)?;
        let total = match state.book {
            BookId::TRACKING => {
                let total = self.figures(GroupBy::All, from, to)?;
                total.iter().map(|row| row.figures.received + row.figures.annulled).sum()
            }
            _ => page.items.len() as u64,
        };
        state.show(page.items, page.next, total);
        Ok(())
    }

    /// Lines of the book after a place.
    fn register_page(
        &self,
        state: &register::State,
        from: Date,
        to: Date,
        after: Option<u64>,
    ) -> Result<Page<register::Row>, LedgerError> {
        self.desk.ledger.require_reader(state.book)?;
        let book = self.desk.definition(state.book)?;
        if state.book != BookId::TRACKING {
            let written = self.desk.written(book, from, to)?;
            let row = |values| register::Row {
                cells: book.line_on_screens(values),
                ..register::Row::default()
            };
            let items = written.iter().map(row).filter(|row| state.holds(row)).collect();
            return Ok(Page { items, next: None });
        }
        let (begin, until) = span(from, to);
        let turn = |after: Option<u64>| -> Result<Page<register::Row>, LedgerError> {
            let records = self.desk.ledger.received(begin, until, after.unwrap_or(0), PAGE)?;
            let last = records.last().map(|last| last.place);
            let items = records.iter().map(|record| self.register_row(book, record)).collect();
            Ok(Page { items, next: last.filter(|_| records.len() == PAGE) })
        };
        seek(after, turn, |row| state.holds(row))
    }

    /// A dossier's line as the book has it, but for the short name of its procedure, and how it stands now in place
    /// of the note.
    fn register_row(&self, book: &BookDefinition, record: &DossierRecord) -> register::Row {
        let dossier = &record.dossier;
        let known =
            self.desk.law.catalogue.find(&dossier.procedure.code, dossier.received_at.date());
        let mut values = self.desk.tracked(record, &book.book());
        let (note, tone) = note(record);
        values.insert("note".into(), Value::text(note));
        if let Some(procedure) = known {
            values.insert("procedure".into(), Value::text(procedure.short_name()));
        }
        register::Row { id: Some(dossier.id.clone()), cells: book.line_on_screens(&values), tone }
    }

    pub(super) fn register(
        &mut self,
        message: register::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Screen::Register(state) = &mut self.screen else { return Task::none() };
        let action = state.update(message);
        let (days, book) = (state.period.days(), state.book);
        let out = match action {
            register::Action::None => return Task::none(),
            register::Action::Close => return self.go_home(counter),
            register::Action::Open(id) => return self.open_dossier(&id, counter),
            register::Action::Fetch => {
                let (period, grid) = (state.period.clone(), state.grid.clone());
                let fresh = self.register_of(book);
                return self.show_register(fresh.map(|mut fresh| {
                    (fresh.period, fresh.grid) = (period, grid);
                    fresh
                }));
            }
            register::Action::More(after) => {
                let Screen::Register(state) = &self.screen else { return Task::none() };
                let more = days.map(|(from, to)| self.register_page(state, from, to, Some(after)));
                if let (Screen::Register(state), Some(more)) = (&mut self.screen, more) {
                    match more {
                        Ok(page) => state.extend(page.items, page.next),
                        Err(error) => state.tell(Notice::error(&error)),
                    }
                    return go_on(state);
                }
                return Task::none();
            }
            register::Action::Show(book) => {
                let period = state.period.clone();
                let fresh = self.register_of(book);
                return self.show_register(fresh.map(|mut fresh| {
                    fresh.period = period;
                    fresh
                }));
            }
            register::Action::Take(out) => out,
        };
        self.take_out(Paper::Register(book), days, out)
    }

    /// Shows a book with its lines in place of what is shown.
    fn show_register(&mut self, fresh: Result<register::State, LedgerError>) -> Task<Message> {
        let fresh = fresh.map(|mut fresh| {
            if let Err(error) = self.fill_register(&mut fresh) {
                fresh.failed(Notice::error(&error));
            }
            fresh
        });
        let Screen::Register(state) = &mut self.screen else { return Task::none() };
        match fresh {
            Ok(fresh) => **state = fresh,
            Err(error) => state.failed(Notice::error(&error)),
        }
        go_on(state)
    }

    /// Opens the figures.
    pub(super) fn go_statistics(&mut self, counter: &Counter) -> Task<Message> {
        let state = self.statistics_room();
        self.enter(state, counter)
    }

    fn statistics_room(&self) -> Result<statistics::State, LedgerError> {
        let mut state = statistics::State::new(clock::local(clock::now()).date());
        self.fill_statistics(&mut state)?;
        Ok(state)
    }

    fn fill_statistics(&self, state: &mut statistics::State) -> Result<(), LedgerError> {
        match state.period.days() {
            Some((from, to)) => {
                let rows = self.figures(state.group, from, to)?;
                let total = self.figures(GroupBy::All, from, to)?;
                state.show(rows, total.first().map(|row| row.figures).unwrap_or_default());
            }
            None => state.show(Vec::new(), Figures::default()),
        }
        Ok(())
    }

    fn figures(&self, by: GroupBy, from: Date, to: Date) -> Result<Vec<Row>, LedgerError> {
        self.desk.ledger.figures(&Period { from, to }, by, clock::local(clock::now()))
    }

    pub(super) fn statistics(
        &mut self,
        message: statistics::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Screen::Statistics(state) = &mut self.screen else { return Task::none() };
        let action = state.update(message);
        let (days, group) = (state.period.days(), state.group);
        let out = match action {
            statistics::Action::None => return Task::none(),
            statistics::Action::Close => return self.go_home(counter),
            statistics::Action::List(row) => {
                return match days {
                    Some(days) => self.go_dossiers_of(Some(only(group, &row, days)), counter),
                    None => Task::none(),
                };
            }
            statistics::Action::Fetch => {
                let mut fresh = statistics::State::new(clock::local(clock::now()).date());
                (fresh.period, fresh.group) = (state.period.clone(), state.group);
                fresh.grid = state.grid.clone();
                let filled = self.fill_statistics(&mut fresh);
                if let Err(error) = filled {
                    fresh.failed(Notice::error(&error));
                }
                if let Screen::Statistics(state) = &mut self.screen {
                    **state = fresh;
                }
                return Task::none();
            }
            statistics::Action::Take(out) => out,
        };
        self.take_out(Paper::Statistics(group), days, out)
    }
}

/// The dossiers of a row that were received in the period.
fn only(group: GroupBy, row: &Row, (from, to): (Date, Date)) -> Only {
    let mut filter = Filter { received: Some((from, to)), ..Filter::default() };
    match group {
        GroupBy::Procedure => filter.procedure = Some(row.key.clone()),
        GroupBy::Field => filter.field = Some(row.key.clone()),
        GroupBy::Officer => filter.officer = Some(row.key.clone()),
        GroupBy::Channel => {
            filter.channel = [Channel::Counter, Channel::Online, Channel::Post]
                .into_iter()
                .find(|channel| channel.label() == row.label);
        }
        GroupBy::Month => {
            if let Ok(first) = format!("{}-01", row.key).parse::<Date>() {
                filter.received = Some((first.max(from), first.last_of_month().min(to)));
            }
        }
        GroupBy::Day => {
            if let Ok(day) = row.key.parse::<Date>() {
                filter.received = Some((day, day));
            }
        }
        GroupBy::All => {}
    }
    let day = |day: Date| day.strftime("%d/%m/%Y").to_string();
    Only { words: format!("{}, nhận từ {} đến {}", row.label, day(from), day(to)), filter }
}

/// What the book's last column says.
fn note(record: &DossierRecord) -> (String, Tone) {
    let now = clock::local(clock::now());
    let due = record.course.deadline.as_ref().map(|due| office::calendar::due_state(due, now));
    match record.status() {
        Status::Annulled => ("Đã hủy tiếp nhận".into(), Tone::Bad),
        status if status.is_open() => match due {
            Some(due @ DueState::Overdue(_)) => (due.to_string(), Tone::Bad),
            _ => (status.label().into(), Tone::Plain),
        },
        status => match record.course.punctuality() {
            Some(office::workflow::Punctuality::Late) => {
                (format!("{}, quá hạn", status.label()), Tone::Bad)
            }
            _ => (status.label().into(), Tone::Plain),
        },
    }
}

/// The next lines at once, where the last page brought none; the window draws between two.
fn go_on(state: &register::State) -> Task<Message> {
    let again = register::Message::Ranged(0..u64::MAX);
    match state.goes_on() {
        true => Task::done(again.into()),
        false => Task::none(),
    }
}
