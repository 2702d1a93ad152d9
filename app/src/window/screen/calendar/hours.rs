//! The form for a week's hours from a day on: a field for each morning and afternoon, filled with the
//! hours that hold, so that only what changes is typed.

use jiff::civil::Date;
use office::{
    calendar::{DayHours, HoursProblem, MOST_SHIFTS, Shift, WeeklyHours, WorkingDay},
    text::capitalised,
};
use widgets::{DateInput, column, date::Century, date_field, field, flow, space, text};

use super::{FIRST, Message};

/// Days of the week that stand in one row, each with its sessions.
const IN_ROW: usize = 2;
const FROM: f32 = 160.0;
const SESSIONS: [&str; MOST_SHIFTS] = ["sáng", "chiều"];

/// What is typed.
pub struct Form {
    from: DateInput,
    sessions: [[String; MOST_SHIFTS]; WorkingDay::WEEK.len()],
}

/// What happened in the form.
#[derive(Clone, Debug)]
pub enum Change {
    /// The day from which the hours hold.
    From(DateInput),
    /// Session `.1` of day `.0` of the week.
    Session(usize, usize, String),
}

/// Why the form is no hours yet.
#[derive(Debug, thiserror::Error)]
pub enum Unfinished {
    /// No day from which they hold.
    #[error("Chưa ghi ngày áp dụng. Hãy ghi ngày, ví dụ 04/01/2027.")]
    NoDay,
    /// A session that is none, or a day that cannot be worked by.
    #[error("Chưa đổi lịch: {0}. Lịch đang dùng giữ nguyên.")]
    Hours(#[from] HoursProblem),
}

impl Form {
    /// The hours that hold, to be changed.
    pub fn new(now: &WeeklyHours) -> Self {
        let words = |day, place| now.on(day).get(place).map(Shift::to_string).unwrap_or_default();
        Self {
            from: DateInput::new(None, Century::This),
            sessions: WorkingDay::WEEK.map(|day| [words(day, 0), words(day, 1)]),
        }
    }

    /// Takes a change in.
    pub fn update(&mut self, change: Change) {
        match change {
            Change::From(day) => self.from = day,
            Change::Session(day, place, words) => {
                let session = self.sessions.get_mut(day).and_then(|day| day.get_mut(place));
                if let Some(session) = session {
                    *session = words;
                }
            }
        }
    }

    /// Whether the first day is no date, which its field says.
    pub fn has_unreadable_day(&self) -> bool {
        self.from.error().is_some()
    }

    /// The hours as typed; `note` says whose decision it is.
    pub fn hours(&mut self, note: String) -> Result<WeeklyHours, Unfinished> {
        let from: Date = self.from.check().ok().flatten().ok_or(Unfinished::NoDay)?;
        let mut days = Vec::new();
        for (day, sessions) in WorkingDay::WEEK.into_iter().zip(&self.sessions) {
            let mut shifts = Vec::new();
            for words in sessions {
                shifts.extend(Shift::read(words)?);
            }
            if !shifts.is_empty() {
                days.push(DayHours { day, shifts });
            }
        }
        let hours = WeeklyHours { from, days, note };
        hours.check()?;
        Ok(hours)
    }

    /// Draws the form; `words` is the field for whose decision it is.
    pub fn view<'a>(
        &'a self,
        words: widgets::Element<'a, Message>,
    ) -> iced::widget::Column<'a, Message> {
        let from = date_field("Áp dụng từ ngày", &self.from)
            .id(FIRST)
            .width(FROM)
            .required()
            .on_change(|day| Message::Hours(Change::From(day)))
            .on_submit(Message::Confirmed);
        let days: Vec<(usize, WorkingDay)> = WorkingDay::WEEK.into_iter().enumerate().collect();
        let rows = days.chunks(IN_ROW).map(|days| {
            let fields = days.iter().flat_map(|(day, name)| self.day(*day, *name));
            let mut row = flow::fields(fields);
            for _ in 0..(IN_ROW - days.len()) * MOST_SHIFTS {
                row = row.push(flow::spring());
            }
            row.into()
        });
        column([
            text::body(
                "Mỗi buổi ghi như 07:30-11:30, buổi nghỉ để trống. Ngày hẹn của hồ sơ đã nhận không đổi.",
            )
            .into(),
            flow::fields([from.into(), words]).into(),
            column(rows).spacing(space::S).into(),
        ])
    }

    fn day(
        &self,
        day: usize,
        name: WorkingDay,
    ) -> impl Iterator<Item = widgets::Element<'_, Message>> {
        let sessions = self.sessions.get(day).into_iter().flatten();
        sessions.zip(SESSIONS).enumerate().map(move |(place, (words, session))| {
            field(format!("{}, {session}", capitalised(&name.to_string())), words)
                .plain()
                .on_change(move |words| Message::Hours(Change::Session(day, place, words)))
                .on_submit(Message::Confirmed)
                .into()
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::*;

    #[test]
    fn only_what_changes_is_typed() {
        let law = crate::assets::Law::load().unwrap();
        let now = law.calendar.week(date(2026, 11, 28));
        let mut form = Form::new(now);
        assert!(matches!(form.hours(String::new()), Err(Unfinished::NoDay)));
        form.update(Change::From(DateInput::new(Some(date(2027, 1, 4)), Century::This)));
        form.update(Change::Session(5, 0, "7h30-11h30".into()));
        let hours = form.hours("QĐ 1".into()).unwrap();
        let words = "thứ hai–thứ sáu 07:30–11:30, 13:30–17:00; thứ bảy 07:30–11:30";
        assert_eq!((hours.to_string().as_str(), hours.from), (words, date(2027, 1, 4)));
        form.update(Change::Session(0, 1, "11:00-17:00".into()));
        assert!(matches!(form.hours(String::new()), Err(Unfinished::Hours(_))));
        form.update(Change::Session(0, 1, "chiều".into()));
        let error = form.hours(String::new()).unwrap_err().to_string();
        assert!(error.contains("“chiều”"), "{error}");
    }
}
