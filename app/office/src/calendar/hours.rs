//! Weekly hours from a day on.
//!
//! An office that changes its hours (Saturday mornings, summer hours) says from which day they hold; the
//! days before keep the hours they had, so that a deadline is counted by the hours of each day it passes.

use std::fmt;

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::{Shift, WorkingDay};
use crate::text;

/// Sessions that a day may have: the morning's and the afternoon's.
pub const MOST_SHIFTS: usize = 2;

/// Hours of a week that hold from a day on, until the next such week does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeeklyHours {
    /// The first day on which they hold.
    pub from: Date,
    /// Days on which the counter opens, each once.
    pub days: Vec<DayHours>,
    /// Whose decision it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// When the counter is open on a day of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayHours {
    /// The day.
    pub day: WorkingDay,
    /// Its sessions, in order; at least one, at most [`MOST_SHIFTS`].
    pub shifts: Vec<Shift>,
}

/// What is wrong with hours. The words go on from "Chưa đổi lịch: …".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursProblem {
    /// Not two times of day.
    #[error("“{0}” không phải một buổi làm việc, hãy ghi như 07:30-11:30")]
    Unread(String),
    /// The week is empty.
    #[error("cả tuần không có buổi làm việc nào")]
    NoDay,
    /// The same day twice.
    #[error("{0} được ghi hai lần")]
    Twice(WorkingDay),
    /// A day without a session stands among the working days.
    #[error("{0} không có buổi làm việc nào")]
    NoShift(WorkingDay),
    /// More sessions than a day has.
    #[error("{0} có quá hai buổi làm việc")]
    TooMany(WorkingDay),
    /// A session that ends before it begins.
    #[error("{0}: buổi {1} kết thúc không sau lúc bắt đầu")]
    Backwards(WorkingDay, Shift),
    /// A session that begins before the one before it has ended.
    #[error("{0}: buổi {1} bắt đầu khi buổi trước chưa kết thúc")]
    Overlap(WorkingDay, Shift),
}

impl WeeklyHours {
    /// Whether these hours can be worked by.
    pub fn check(&self) -> Result<(), HoursProblem> {
        if self.days.is_empty() {
            return Err(HoursProblem::NoDay);
        }
        for (place, DayHours { day, shifts }) in self.days.iter().enumerate() {
            if self.days.iter().take(place).any(|earlier| earlier.day == *day) {
                return Err(HoursProblem::Twice(*day));
            }
            match shifts.len() {
                0 => return Err(HoursProblem::NoShift(*day)),
                1..=MOST_SHIFTS => {}
                _ => return Err(HoursProblem::TooMany(*day)),
            }
            if let Some(shift) = shifts.iter().find(|shift| shift.to <= shift.from) {
                return Err(HoursProblem::Backwards(*day, *shift));
            }
            let pairs = shifts.iter().zip(shifts.iter().skip(1));
            if let Some((_, late)) = { pairs }.find(|(early, late)| late.from < early.to) {
                return Err(HoursProblem::Overlap(*day, *late));
            }
        }
        Ok(())
    }

    /// The sessions of a day of the week; none where the counter stays closed.
    pub fn on(&self, day: WorkingDay) -> &[Shift] {
        self.days.iter().find(|hours| hours.day == day).map_or(&[], |hours| &hours.shifts)
    }
}

/// The week in words: days of the same hours stand together, `thứ hai–thứ sáu 07:30–11:30,
/// 13:30–17:00; thứ bảy 07:30–11:30`.
impl fmt::Display for WeeklyHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut runs: Vec<(WorkingDay, WorkingDay, &[Shift])> = Vec::new();
        let mut closed = true;
        for day in WorkingDay::WEEK {
            let shifts = self.on(day);
            match runs.last_mut() {
                Some((_, last, same)) if !closed && *same == shifts => *last = day,
                _ if shifts.is_empty() => {}
                _ => runs.push((day, day, shifts)),
            }
            closed = shifts.is_empty();
        }
        for (place, (first, last, shifts)) in runs.into_iter().enumerate() {
            f.write_str(if place == 0 { "" } else { "; " })?;
            match first == last {
                true => write!(f, "{first} ")?,
                false => write!(f, "{first}–{last} ")?,
            }
            let shifts: Vec<String> = shifts.iter().map(Shift::to_string).collect();
            f.write_str(&shifts.join(", "))?;
        }
        Ok(())
    }
}

impl Shift {
    /// Reads a session as it is typed: `07:30-11:30`, `7h30 – 11h30`, `7-11`; `None` where nothing is.
    pub fn read(words: &str) -> Result<Option<Shift>, HoursProblem> {
        let words = text::clean(words);
        if words.is_empty() {
            return Ok(None);
        }
        let times = words.split_once(['-', '–', '—']);
        let shift = times.and_then(|(from, to)| Some(Shift { from: time(from)?, to: time(to)? }));
        shift.map(Some).ok_or(HoursProblem::Unread(words))
    }
}

impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–{}", self.from.strftime("%H:%M"), self.to.strftime("%H:%M"))
    }
}

fn time(words: &str) -> Option<Time> {
    let words = words.trim();
    let (hour, minute) = words.split_once([':', 'h', 'H', 'g', '.']).unwrap_or((words, ""));
    let minute = if minute.is_empty() { "0" } else { minute };
    let number = |digits: &str| match digits.len() {
        1 | 2 => digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit())),
        _ => None,
    };
    Time::new(number(hour)?, number(minute)?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn week(days: &[(WorkingDay, &[&str])]) -> WeeklyHours {
        let shifts =
            |words: &[&str]| words.iter().filter_map(|words| Shift::read(words).unwrap()).collect();
        let days = days.iter().map(|(day, words)| DayHours { day: *day, shifts: shifts(words) });
        WeeklyHours { from: "2027-01-04".parse().unwrap(), days: days.collect(), note: "".into() }
    }

    #[test]
    fn sessions_are_read_as_people_type_them() {
        for words in ["07:30-11:30", " 7h30 – 11h30 ", "7.30-11.30", "7:30—11:30"] {
            assert_eq!(Shift::read(words).unwrap().unwrap().to_string(), "07:30–11:30", "{words}");
        }
        assert_eq!(Shift::read("7-11h").unwrap().unwrap().to_string(), "07:00–11:00");
        assert_eq!(Shift::read("  "), Ok(None));
        for words in ["sáng", "07:30", "7:60-11", "25-26", "7:30-", "-7-8", "７-8", "007-8"] {
            assert!(matches!(Shift::read(words), Err(HoursProblem::Unread(_))), "{words}");
        }
    }

    #[test]
    fn each_mistake_has_its_sentence() {
        use WorkingDay::*;
        for (days, sentence) in [
            (vec![], "cả tuần không có buổi làm việc nào"),
            (vec![(Monday, &[][..])], "thứ hai không có buổi làm việc nào"),
            (vec![(Monday, &["7-11"][..]), (Monday, &["7-11"])], "thứ hai được ghi hai lần"),
            (vec![(Friday, &["7-8", "9-10", "11-12"])], "thứ sáu có quá hai buổi làm việc"),
            (
                vec![(Sunday, &["11-7"])],
                "chủ nhật: buổi 11:00–07:00 kết thúc không sau lúc bắt đầu",
            ),
            (
                vec![(Monday, &["7-12", "11:30-17"])],
                "thứ hai: buổi 11:30–17:00 bắt đầu khi buổi trước chưa kết thúc",
            ),
        ] {
            assert_eq!(week(&days).check().unwrap_err().to_string(), sentence);
        }
        assert_eq!(week(&[(Monday, &["7-12", "12-17"])]).check(), Ok(()));
    }

    #[test]
    fn days_of_the_same_hours_stand_together() {
        use WorkingDay::*;
        let day: &[&str] = &["7:30-11:30", "13:30-17"];
        let days = [Monday, Tuesday, Wednesday, Thursday, Friday].map(|weekday| (weekday, day));
        let mut days = days.to_vec();
        days.push((Saturday, &["7:30-11:30"]));
        let words = "thứ hai–thứ sáu 07:30–11:30, 13:30–17:00; thứ bảy 07:30–11:30";
        assert_eq!(week(&days).to_string(), words);
        let apart = week(&[(Monday, &["7-11"]), (Wednesday, &["7-11"])]);
        assert_eq!(apart.to_string(), "thứ hai 07:00–11:00; thứ tư 07:00–11:00");
    }
}
