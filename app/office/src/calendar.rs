//! Working days, holidays and deadlines.
//!
//! Holidays, swapped days and working hours are dated data (`assets/calendar`), because the government
//! decides them year by year; only the way of counting is code. A year whose holidays are not yet
//! official is still counted, from what the table has, and [`WorkingCalendar::covers`] says so: a
//! receipt must show a date, and the clerk must know how far it holds.

mod edit;
mod hours;
#[cfg(test)]
mod properties;
mod table;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::{
    ToSpan,
    civil::{Date, DateTime, Time},
};
use serde::{Deserialize, Serialize};

use crate::text;
pub use edit::CalendarEdit;
pub use hours::{DayHours, HoursProblem, MOST_SHIFTS, WeeklyHours};
pub use table::{
    CalendarError, CalendarTable, Holiday, Hours, Shift, Swap, WorkingCalendar, WorkingDay, Year,
};

/// No stretch of days off is longer; a table that has one is no calendar to count by.
const LONGEST_BREAK: usize = 60;

/// A time limit as the catalogue states it. What the source left unclear stays unclear: a number that
/// lost its unit is never taken for days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeLimit {
    /// Working days.
    WorkingDays(u16),
    /// Calendar days.
    Days(u16),
    /// Working hours.
    WorkingHours(u16),
    /// On the day of reception; the next working day if received after 15:00.
    SameDay,
    /// The source's words, which no rule here can count.
    Unclear(String),
}

impl TimeLimit {
    /// Reads the words of a catalogue: `3 ngày làm việc`, `15 ngày`, `8 giờ làm việc`, `Ngay trong
    /// ngày…`. A bare number, a plain `giờ` (of work or of the clock?) and words that hold a second
    /// number or a condition are [`TimeLimit::Unclear`].
    pub fn read(words: &str) -> TimeLimit {
        let words = text::clean(words);
        let folded = text::fold(&words);
        if folded == "trong ngay" || folded.starts_with("ngay trong ngay") {
            return TimeLimit::SameDay;
        }
        let counted = folded
            .strip_prefix("trong thoi han ")
            .or_else(|| folded.strip_prefix("khong qua "))
            .unwrap_or(&folded);
        let limit = counted.split_once(' ').and_then(|(number, unit)| {
            let number = number.parse().ok()?;
            let unit = match unit.split_once(" ke tu ") {
                Some((unit, start)) if !start.contains(|c: char| c.is_ascii_digit()) => unit,
                _ => unit,
            };
            match unit {
                "ngay lam viec" => Some(TimeLimit::WorkingDays(number)),
                "ngay" => Some(TimeLimit::Days(number)),
                "gio lam viec" => Some(TimeLimit::WorkingHours(number)),
                _ => None,
            }
        });
        limit.unwrap_or(TimeLimit::Unclear(words))
    }
}

/// The limit in words, as receipts print it.
impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TimeLimit::WorkingDays(n) => write!(f, "{n:02} ngày làm việc"),
            TimeLimit::Days(n) => write!(f, "{n:02} ngày"),
            TimeLimit::WorkingHours(n) => write!(f, "{n:02} giờ làm việc"),
            TimeLimit::SameDay => {
                f.write_str("Trong ngày; nhận sau 15 giờ thì trả vào ngày làm việc tiếp theo")
            }
            TimeLimit::Unclear(words) if words.is_empty() => f.write_str("Chưa rõ thời hạn"),
            TimeLimit::Unclear(words) => write!(f, "Chưa rõ thời hạn (nguồn ghi “{words}”)"),
        }
    }
}

/// When a result is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Due at this local time.
    pub at: DateTime,
    /// Day from which the limit was counted: the working day on which reception takes effect.
    pub counted_from: Date,
}

impl WorkingCalendar {
    /// When the result of what was received at `received` is due; `None` where the limit cannot be
    /// counted.
    ///
    /// - What comes in on a day off or after closing counts as received on the next working day.
    /// - The day of reception is not counted (Bộ luật Dân sự 2015 art. 147); days run to closing time.
    /// - Calendar days that end on a day off run to the next working day (art. 148).
    /// - Working hours run only while the office is open.
    /// - "In the day" means the next working day for what comes in after 15:00 (NĐ 23/2015 art. 7).
    pub fn deadline(&self, received: DateTime, limit: &TimeLimit) -> Option<Deadline> {
        let from = self.effective_day(received)?;
        let in_time = from == received.date();
        let at = match limit {
            TimeLimit::WorkingDays(n) => self.closing(self.add_working_days(from, *n)?)?,
            TimeLimit::Days(n) => {
                let last = from.checked_add(i64::from(*n).days()).ok()?;
                self.closing(self.working_day_from(last)?)?
            }
            TimeLimit::WorkingHours(n) => {
                let start = if in_time { received } else { from.at(0, 0, 0, 0) };
                self.add_working_time(start, u32::from(*n) * 3600)?
            }
            TimeLimit::SameDay if in_time && received.time() > self.same_day_until() => {
                self.closing(self.next_working_day(from)?)?
            }
            TimeLimit::SameDay => self.closing(from)?,
            TimeLimit::Unclear(_) => return None,
        };
        Some(Deadline { at, counted_from: from })
    }

    /// The deadline after the clock stood still from `stopped` to `resumed`: it moves by the time that
    /// passed in between, counted in the limit's own unit, so that what was left of the limit when it
    /// stopped is left when it runs again.
    ///
    /// - Stopping and resuming on a day off or after closing take effect on the next working day, as
    ///   reception does. No time passes between two moments of one such day.
    /// - Limits in working days (and "in the day", and what a clerk set by hand) move by working days;
    ///   limits in calendar days by calendar days, and then off a day off (Bộ luật Dân sự 2015 art. 148);
    ///   limits in working hours by the hours in which the office was open.
    /// - A deadline that had passed when the clock stopped stays passed. One that is not moved stays as
    ///   it is, hour and all; one that ran to closing time does so on its new day, and no result is due
    ///   after closing.
    pub fn resumed(
        &self,
        deadline: &Deadline,
        limit: &TimeLimit,
        stopped: DateTime,
        resumed: DateTime,
    ) -> Option<Deadline> {
        if deadline.at < stopped {
            return Some(deadline.clone());
        }
        let (begin, end) = (self.effective_day(stopped)?, self.effective_day(resumed)?);
        let at = match limit {
            TimeLimit::WorkingHours(_) => {
                let passed = self.open_seconds(stopped, resumed);
                if passed == 0 { deadline.at } else { self.add_working_time(deadline.at, passed)? }
            }
            TimeLimit::Days(_) if begin < end => {
                let passed = begin.duration_until(end).as_hours() / 24;
                let last = deadline.at.date().checked_add(passed.days()).ok()?;
                self.at_hour_of(deadline, self.working_day_from(last)?)?
            }
            TimeLimit::Days(_) => deadline.at,
            TimeLimit::WorkingDays(_) | TimeLimit::SameDay | TimeLimit::Unclear(_) => {
                match self.working_days_between(begin, end) {
                    0 => deadline.at,
                    passed => {
                        let last = self.add_working_days(deadline.at.date(), passed)?;
                        self.at_hour_of(deadline, last)?
                    }
                }
            }
        };
        let counted_from = if at == deadline.at { deadline.counted_from } else { end };
        Some(Deadline { at, counted_from })
    }

    /// The working day `day` at the deadline's hour.
    fn at_hour_of(&self, deadline: &Deadline, day: Date) -> Option<DateTime> {
        let closing = self.closing(day)?;
        let to_closing = self.closing(deadline.at.date()) == Some(deadline.at);
        let same_hour = day.to_datetime(deadline.at.time());
        Some(if to_closing { closing } else { closing.min(same_hour) })
    }

    /// Working days after `from`, up to and with `until`.
    fn working_days_between(&self, from: Date, until: Date) -> u16 {
        let days = from.series(1.day()).skip(1).take_while(|day| *day <= until);
        u16::try_from(days.filter(|day| self.is_working(*day)).count()).unwrap_or(u16::MAX)
    }

    /// Seconds in which the office is open from `from` until `until`.
    fn open_seconds(&self, from: DateTime, until: DateTime) -> u32 {
        let days = from.date().series(1.day()).take_while(|day| *day <= until.date());
        let seconds = days.map(|day| {
            let begin = if day == from.date() { from.time() } else { Time::midnight() };
            let end = if day == until.date() { until.time() } else { Time::MAX };
            self.shifts(day)
                .iter()
                .map(|shift| seconds_between(begin.max(shift.from), end.min(shift.to)))
                .sum::<i64>()
        });
        u32::try_from(seconds.sum::<i64>()).unwrap_or(u32::MAX)
    }

    /// The first working day after `day`; `None` at the end of time or in a table without working days.
    pub fn next_working_day(&self, day: Date) -> Option<Date> {
        self.working_day_from(day.tomorrow().ok()?)
    }

    /// The last working day before `day`.
    fn working_day_before(&self, day: Date) -> Option<Date> {
        let mut day = day;
        for _ in 0..LONGEST_BREAK {
            day = day.yesterday().ok()?;
            if self.is_working(day) {
                return Some(day);
            }
        }
        None
    }

    /// `day` itself if people work on it, else the next working day.
    fn working_day_from(&self, day: Date) -> Option<Date> {
        let mut day = day;
        for _ in 0..LONGEST_BREAK {
            if self.is_working(day) {
                return Some(day);
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    fn effective_day(&self, received: DateTime) -> Option<Date> {
        let day = received.date();
        match self.closing(day) {
            Some(closing) if received <= closing => Some(day),
            _ => self.next_working_day(day),
        }
    }

    fn add_working_days(&self, day: Date, count: u16) -> Option<Date> {
        (0..count).try_fold(day, |day, _| self.next_working_day(day))
    }

    /// `seconds` of open time after `start`.
    fn add_working_time(&self, start: DateTime, seconds: u32) -> Option<DateTime> {
        let mut left = i64::from(seconds);
        let mut day = self.working_day_from(start.date())?;
        let mut now = if day == start.date() { start.time() } else { Time::midnight() };
        loop {
            for shift in self.shifts(day) {
                let begin = now.max(shift.from);
                let open = seconds_between(begin, shift.to);
                if open >= left {
                    return day.to_datetime(begin).checked_add(left.seconds()).ok();
                }
                left -= open;
            }
            day = self.next_working_day(day)?;
            now = Time::midnight();
        }
    }
}

/// Whole seconds from `begin` to `end`; 0 when `end` is earlier.
fn seconds_between(begin: Time, end: Time) -> i64 {
    begin.duration_until(end).as_secs().max(0)
}

/// How a deadline stands at a moment. Days are calendar days, as a citizen counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueState {
    /// Due in this many days, at least 1.
    DaysLeft(u32),
    /// Due today and not yet past.
    Today,
    /// Past by this many days; 0 when its hour passed today.
    Overdue(u32),
}

/// How `deadline` stands at the local time `now`.
pub fn due_state(deadline: &Deadline, now: DateTime) -> DueState {
    let days = now.date().duration_until(deadline.at.date()).as_hours() / 24;
    let count = u32::try_from(days.unsigned_abs()).unwrap_or(u32::MAX);
    match days {
        1.. => DueState::DaysLeft(count),
        0 if now <= deadline.at => DueState::Today,
        _ => DueState::Overdue(count),
    }
}

/// The words beside the colour: `còn 2 ngày`, `hôm nay`, `quá hạn 3 ngày`.
impl fmt::Display for DueState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DueState::DaysLeft(n) => write!(f, "còn {n} ngày"),
            DueState::Today => f.write_str("hôm nay"),
            DueState::Overdue(0) => f.write_str("quá hạn hôm nay"),
            DueState::Overdue(n) => write!(f, "quá hạn {n} ngày"),
        }
    }
}

/// The last day on which an apology and a new date can still be proposed in time: a working day before
/// the day on which the result is due (mẫu 04: at least one day before). `None` at the beginning of time
/// or in a table without working days.
pub fn apology_due(deadline: &Deadline, calendar: &WorkingCalendar) -> Option<Date> {
    calendar.working_day_before(deadline.at.date())
}

/// From when until before when deadlines lie that may be [`is_soon`] at the local time `now`.
pub fn soon(calendar: &WorkingCalendar, now: DateTime) -> (DateTime, DateTime) {
    let last = calendar.next_working_day(now.date()).unwrap_or(now.date());
    (now, last.tomorrow().unwrap_or(Date::MAX).to_datetime(Time::midnight()))
}

/// Whether half of the time of a dossier that came in at `received` is over: with a short limit the day
/// of [`apology_due`] is that of the reception, and whoever has just received it needs no warning.
pub fn is_near(deadline: &Deadline, received: DateTime, now: DateTime) -> bool {
    now.duration_since(received) >= deadline.at.duration_since(now)
}

/// Whether a result that is not there at the local time `now` is due so soon that it has to be finished
/// or apologised for: from the day of [`apology_due`] on, until the deadline has passed, but not before
/// it [`is_near`].
pub fn is_soon(
    deadline: &Deadline,
    received: DateTime,
    calendar: &WorkingCalendar,
    now: DateTime,
) -> bool {
    now <= deadline.at
        && is_near(deadline, received, now)
        && apology_due(deadline, calendar).is_some_and(|last| now.date() >= last)
}
