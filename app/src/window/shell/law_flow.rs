//! Law data of the office: procedures, essential services, working days.

use std::sync::Arc;

use iced::Task;
use ledger::EventKind;
use office::{
    calendar::{CalendarEdit, CalendarError, Holiday, Swap},
    text::capitalised,
};
use widgets::travel;

use super::{
    Counter, Message, Screen, Shell,
    file_read::{self, Asked},
};
use crate::{
    clock,
    desk::law::LawError,
    window::{
        notice::Notice,
        screen::{calendar, catalogue},
    },
};

impl Shell {
    /// Opens the catalogue.
    pub(super) fn go_catalogue(&mut self, counter: &Counter) -> Task<Message> {
        let state = Ok(self.catalogue_room());
        self.enter(state, counter)
    }

    fn catalogue_room(&self) -> catalogue::State {
        let today = clock::local(clock::now()).date();
        let may = self.desk.ledger.may(EventKind::LawUpdated);
        catalogue::State::new(self.desk.law.clone(), self.desk.codes.clone(), today, may)
    }

    pub(super) fn catalogue(
        &mut self,
        message: catalogue::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Screen::Catalogue(state) = &mut self.screen else { return Task::none() };
        let now = clock::now();
        match state.update(message) {
            catalogue::Action::None => Task::none(),
            catalogue::Action::Focus(field) => travel::focus(field),
            catalogue::Action::Close => self.go_home(counter),
            catalogue::Action::Read(handed) => file_read::read(Asked::Law(handed)),
            catalogue::Action::Take(taken) => {
                let count = taken.offer.count();
                let written = self.desk.take_law(now, &taken.offer, taken.words);
                let law = self.desk.law.clone();
                let Screen::Catalogue(state) = &mut self.screen else { return Task::none() };
                match written {
                    Ok(()) => {
                        let words = format!(
                            "Đã áp dụng {count} thay đổi. Hồ sơ đã tiếp nhận giữ nguyên nội dung cũ."
                        );
                        state.taken(law, Notice::done(words));
                        travel::focus(catalogue::SEARCH)
                    }
                    Err(error) => {
                        if let Some(dialog) = state.import() {
                            dialog.refused(Notice::error(&error));
                        }
                        Task::none()
                    }
                }
            }
        }
    }

    /// A list's file was read, or not.
    pub(super) fn law_read(
        &mut self,
        handed: &catalogue::import::Handed,
        read: Result<Vec<u8>, Notice>,
    ) -> Task<Message> {
        let today = clock::local(clock::now()).date();
        let name = file_read::name(&handed.path);
        let read = read.and_then(|bytes| {
            let offer = self.desk.read_law(handed.kind, &name, &bytes, handed.from, today);
            offer.map_err(|error| Notice::error(&error))
        });
        let Screen::Catalogue(state) = &mut self.screen else { return Task::none() };
        let Some(dialog) = state.import() else { return Task::none() };
        match read {
            Ok(offer) => {
                dialog.show(Arc::new(offer));
                travel::focus(catalogue::import::WORDS)
            }
            Err(notice) => {
                dialog.refused(notice);
                Task::none()
            }
        }
    }

    /// Opens the working days.
    pub(super) fn go_calendar(&mut self, counter: &Counter) -> Task<Message> {
        let state = Ok(self.calendar_room());
        self.enter(state, counter)
    }

    fn calendar_room(&self) -> calendar::State {
        let today = clock::local(clock::now()).date();
        let (head, lines) = self.calendar_lines();
        calendar::State::new(head, lines, today, self.desk.ledger.may(EventKind::LawUpdated))
    }

    fn calendar_lines(&self) -> (calendar::Head, Vec<calendar::Line>) {
        let table = self.desk.law.calendar.table();
        let holidays = table.holidays.iter().map(|holiday| calendar::Line::Holiday {
            from: holiday.from,
            to: holiday.to,
            name: holiday.name.clone(),
            note: holiday.note.clone(),
        });
        let swaps = table.swaps.iter().map(|swap| calendar::Line::Swap {
            off: swap.off,
            work: swap.work,
            note: swap.note.clone(),
        });
        let later = table.later_hours.iter().cloned().map(calendar::Line::Hours);
        let today = clock::local(clock::now()).date();
        let hours = self.desk.law.calendar.week(today);
        let until = table.hours.same_day_until.strftime("%H:%M");
        let mut hours_words = Vec::new();
        for run in hours.to_string().split("; ") {
            let (days, shifts) = run.split_at(run.find(|c: char| c.is_ascii_digit()).unwrap_or(0));
            hours_words.extend([capitalised(days.trim()), shifts.to_owned()]);
        }
        hours_words.push(format!("Trả trong ngày: nhận đến {until}"));
        let head = calendar::Head {
            hours: hours.clone(),
            hours_words,
            years: table.years.iter().map(|year| (year.year, year.official)).collect(),
            source: format!(
                "{} – {}",
                table.header.version.strftime("%d/%m/%Y"),
                table.header.source
            ),
            checked: table.header.checked,
        };
        (head, holidays.chain(swaps).chain(later).collect())
    }

    pub(super) fn calendar(
        &mut self,
        message: calendar::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Screen::Calendar(state) = &mut self.screen else { return Task::none() };
        let (edit, near, words) = match state.update(message) {
            calendar::Action::None => return Task::none(),
            calendar::Action::Focus(field) => return travel::focus(field),
            calendar::Action::Close => return self.go_home(counter),
            calendar::Action::Add(line, words) => match line {
                calendar::Line::Holiday { from, to, name, note } => (
                    CalendarEdit::AddHoliday(Holiday { from, to, name, mark: None, note }),
                    from,
                    words,
                ),
                calendar::Line::Swap { off, work, note } => {
                    (CalendarEdit::AddSwap(Swap { off, work, mark: None, note }), off, words)
                }
                calendar::Line::Hours(hours) => {
                    let from = hours.from;
                    (CalendarEdit::AddHours(hours), from, words)
                }
            },
            calendar::Action::Remove(line, words) => match line {
                calendar::Line::Holiday { from, .. } => {
                    (CalendarEdit::RemoveHoliday { from }, from, words)
                }
                calendar::Line::Swap { off, .. } => (CalendarEdit::RemoveSwap { off }, off, words),
                calendar::Line::Hours(hours) => {
                    (CalendarEdit::RemoveHours { from: hours.from }, hours.from, words)
                }
            },
        };
        let edited = self.desk.edit_calendar(clock::now(), &edit, words);
        let (head, lines) = self.calendar_lines();
        let Screen::Calendar(state) = &mut self.screen else { return Task::none() };
        match edited {
            Ok(()) => {
                state.show(head, lines, near);
                state.done(Notice::done(
                    "Đã ghi vào sổ. Hồ sơ nhận từ lúc này tính ngày hẹn theo lịch mới; ngày hẹn cũ giữ nguyên.",
                ));
                travel::focus(calendar::TABLE)
            }
            Err(LawError::Calendar(CalendarError::Contradiction(why))) => {
                state.refused(Notice::caution(format!(
                    "Chưa đổi lịch: {why}. Lịch đang dùng giữ nguyên. Hãy sửa ngày rồi làm lại."
                )));
                Task::none()
            }
            Err(error) => {
                state.refused(Notice::error(&error));
                Task::none()
            }
        }
    }
}
