//! The dated table behind the calendar, as an office can read and correct it in `assets/calendar`.

use std::{collections::BTreeMap, fmt};

use jiff::civil::{Date, DateTime, Time, Weekday};
use serde::{Deserialize, Serialize};

use super::hours::{DayHours, WeeklyHours};
use crate::{
    Explain,
    header::{Header, Mark},
};

/// A table larger than this is no calendar.
const MAX_BYTES: usize = 1 << 20;
/// The longest holiday a line may hold, in days.
const MAX_HOLIDAY_DAYS: usize = 31;

/// Working hours, holidays and swapped days.
#[derive(Clone, Debug)]
pub struct WorkingCalendar {
    table: CalendarTable,
    /// The table's first hours and all later ones, by the day from which they hold.
    weeks: Vec<WeeklyHours>,
    days_off: BTreeMap<Date, String>,
    /// Days that are worked instead of others.
    extra_days: BTreeMap<Date, Date>,
}

/// A stretch of the day in which the counter is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// Opens.
    pub from: Time,
    /// Closes; later than `from`.
    pub to: Time,
}

/// Why a calendar file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// Larger than a calendar can be.
    #[error(
        "Tệp lịch làm việc lớn bất thường nên không được nạp. Lịch đang dùng không thay đổi. Hãy chọn đúng tệp lịch."
    )]
    TooLarge,
    /// Not the format.
    #[error(
        "Tệp lịch làm việc không đúng định dạng: {0}. Lịch đang dùng không thay đổi. Hãy sửa tệp hoặc dùng bản gốc."
    )]
    Unreadable(#[from] serde_json::Error),
    /// Days or hours that contradict each other.
    #[error(
        "Lịch làm việc có chỗ mâu thuẫn: {0}. Lịch đang dùng không thay đổi. Hãy sửa tệp rồi nạp lại."
    )]
    Contradiction(String),
}

impl Explain for CalendarError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "OFF-43",
            Self::Unreadable(_) => "OFF-44",
            Self::Contradiction(_) => "OFF-45",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::TooLarge => "The calendar file is unusually large and was not loaded. The calendar in use is unchanged. Choose the right file.".into(),
            Self::Unreadable(e) => format!("The calendar file has a wrong format: {e}. The calendar in use is unchanged. Correct the file or use the original."),
            Self::Contradiction(what) => format!("The calendar contradicts itself: {what}. The calendar in use is unchanged. Correct the file and load it again."),
        }
    }
}

/// The calendar as an office edits it, and as `assets/calendar` holds it: the same JSON in and out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarTable {
    /// Title, version and source.
    pub header: Header,
    /// Years whose days off are decided or not.
    pub years: Vec<Year>,
    /// Working days and hours.
    pub hours: Hours,
    /// Hours that took their place, by the day from which they hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub later_hours: Vec<WeeklyHours>,
    /// Days off.
    pub holidays: Vec<Holiday>,
    /// Working days given off and made up for.
    pub swaps: Vec<Swap>,
}

/// What is known of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Year {
    /// The year.
    pub year: i16,
    /// Whether the government has decided its days off.
    pub official: bool,
    /// For the reader.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// When the counter is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// Ordinary working days.
    pub weekdays: Vec<WorkingDay>,
    /// Stretches of a working day, in order.
    pub shifts: Vec<Shift>,
    /// What comes in later counts for the next working day where a result is due "in the day".
    pub same_day_until: Time,
    /// How the hours were found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// For the reader.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Hours {
    fn week(&self) -> WeeklyHours {
        let day = |day: &WorkingDay| DayHours { day: *day, shifts: self.shifts.clone() };
        let days = self.weekdays.iter().map(day).collect();
        WeeklyHours { from: Date::MIN, days, note: self.note.clone() }
    }
}

/// A holiday of one or more days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Its name.
    pub name: String,
    /// How it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// For the reader.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A working day given off, made up for on a weekend day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swap {
    /// Given off.
    pub off: Date,
    /// Worked instead.
    pub work: Date,
    /// How it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// For the reader.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WorkingDay {
    /// Thứ hai
    Monday,
    /// Thứ ba
    Tuesday,
    /// Thứ tư
    Wednesday,
    /// Thứ năm
    Thursday,
    /// Thứ sáu
    Friday,
    /// Thứ bảy
    Saturday,
    /// Chủ nhật
    Sunday,
}

impl WorkingDay {
    /// The week from Monday on.
    pub const WEEK: [WorkingDay; 7] = [
        WorkingDay::Monday,
        WorkingDay::Tuesday,
        WorkingDay::Wednesday,
        WorkingDay::Thursday,
        WorkingDay::Friday,
        WorkingDay::Saturday,
        WorkingDay::Sunday,
    ];
}

impl From<Weekday> for WorkingDay {
    fn from(day: Weekday) -> WorkingDay {
        match day {
            Weekday::Monday => WorkingDay::Monday,
            Weekday::Tuesday => WorkingDay::Tuesday,
            Weekday::Wednesday => WorkingDay::Wednesday,
            Weekday::Thursday => WorkingDay::Thursday,
            Weekday::Friday => WorkingDay::Friday,
            Weekday::Saturday => WorkingDay::Saturday,
            Weekday::Sunday => WorkingDay::Sunday,
        }
    }
}

/// Its name within a sentence.
impl fmt::Display for WorkingDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            WorkingDay::Monday => "thứ hai",
            WorkingDay::Tuesday => "thứ ba",
            WorkingDay::Wednesday => "thứ tư",
            WorkingDay::Thursday => "thứ năm",
            WorkingDay::Friday => "thứ sáu",
            WorkingDay::Saturday => "thứ bảy",
            WorkingDay::Sunday => "chủ nhật",
        })
    }
}

impl WorkingCalendar {
    /// Reads the JSON of `assets/calendar`: `header`, `years`, `hours`, `holidays`, `swaps`.
    pub fn parse(json: &[u8]) -> Result<Self, CalendarError> {
        if json.len() > MAX_BYTES {
            return Err(CalendarError::TooLarge);
        }
        Self::from_table(serde_json::from_slice(json)?)
    }

    /// The calendar of a table that does not contradict itself.
    pub fn from_table(table: CalendarTable) -> Result<Self, CalendarError> {
        let mut days_off = BTreeMap::new();
        for holiday in &table.holidays {
            let days: Vec<Date> = holiday
                .from
                .series(jiff::Span::new().days(1))
                .take_while(|day| *day <= holiday.to)
                .take(MAX_HOLIDAY_DAYS + 1)
                .collect();
            if days.is_empty() || days.len() > MAX_HOLIDAY_DAYS {
                return Err(CalendarError::Contradiction(format!(
                    "kỳ nghỉ từ {} đến {}",
                    holiday.from, holiday.to
                )));
            }
            days_off.extend(days.into_iter().map(|day| (day, holiday.name.clone())));
        }
        let mut extra_days = BTreeMap::new();
        for swap in &table.swaps {
            days_off.insert(swap.off, "Nghỉ hoán đổi".to_owned());
            extra_days.insert(swap.work, swap.off);
        }
        if let Some(day) = extra_days.keys().find(|day| days_off.contains_key(day)) {
            return Err(CalendarError::Contradiction(format!("ngày {day} vừa nghỉ vừa làm bù")));
        }
        let shifts = &table.hours.shifts;
        let in_order = shifts.iter().all(|s| s.from < s.to)
            && shifts.iter().zip(shifts.iter().skip(1)).all(|(a, b)| a.to <= b.from);
        if !in_order || shifts.is_empty() {
            return Err(CalendarError::Contradiction("giờ làm việc".into()));
        }
        if table.hours.weekdays.is_empty() {
            return Err(CalendarError::Contradiction("không có ngày làm việc".into()));
        }
        let mut weeks = vec![table.hours.week()];
        for week in &table.later_hours {
            if let Err(problem) = week.check() {
                return Err(CalendarError::Contradiction(problem.to_string()));
            }
            if weeks.last().is_some_and(|earlier| week.from <= earlier.from) {
                return Err(CalendarError::Contradiction(format!(
                    "giờ làm việc từ ngày {} không theo thứ tự",
                    week.from
                )));
            }
            weeks.push(week.clone());
        }
        Ok(Self { table, weeks, days_off, extra_days })
    }

    /// The table behind it, for a screen that shows or edits it.
    pub fn table(&self) -> &CalendarTable {
        &self.table
    }

    /// Title, version, source, and whether all was checked against the official text.
    pub fn header(&self) -> &Header {
        &self.table.header
    }

    /// Whether the days off of `year` are official. Else say "lịch nghỉ năm … chưa chính thức" beside
    /// each date of that year.
    pub fn covers(&self, year: i16) -> bool {
        self.table.years.iter().any(|known| known.year == year && known.official)
    }

    /// Whether the office works on `day`.
    pub fn is_working(&self, day: Date) -> bool {
        !self.shifts(day).is_empty()
    }

    /// The holiday's name if `day` is in the table as a day off.
    pub fn holiday(&self, day: Date) -> Option<&str> {
        self.days_off.get(&day).map(String::as_str)
    }

    /// The hours of a week that hold on `day`.
    pub fn week(&self, day: Date) -> &WeeklyHours {
        // The first hours hold from the beginning of time on, so that there is always an earlier one.
        let place = self.weeks.partition_point(|week| week.from <= day);
        &self.weeks[place.saturating_sub(1)]
    }

    /// The stretches of `day` in which the office is open, in order; none on a day off. A day that is
    /// worked instead of another has the other's hours.
    pub fn shifts(&self, day: Date) -> &[Shift] {
        let usual = |day: Date| self.week(day).on(day.weekday().into());
        match self.extra_days.get(&day) {
            Some(off) if usual(*off).is_empty() => &self.table.hours.shifts,
            Some(off) => usual(*off),
            None if self.days_off.contains_key(&day) => &[],
            None => usual(day),
        }
    }

    /// When the counter closes on `day`; `None` on a day off.
    pub fn closing(&self, day: Date) -> Option<DateTime> {
        self.shifts(day).last().map(|shift| day.to_datetime(shift.to))
    }

    /// What comes in later than this counts for the next working day where a result is due "in the day".
    pub fn same_day_until(&self) -> Time {
        self.table.hours.same_day_until
    }
}
