//! The dated table behind the calendar, as an office can read and correct it in `assets/calendar`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

use crate::{
    Explain,
    catalogue::{Header, Mark},
};

/// A table larger than this is no calendar.
const MAX_BYTES: usize = 1 << 20;
/// The longest holiday a line may hold, in days.
const MAX_HOLIDAY_DAYS: usize = 31;

/// Working hours, holidays and swapped days.
#[derive(Clone, Debug)]
pub struct WorkingCalendar {
    table: CalendarTable,
    weekdays: Vec<Weekday>,
    days_off: BTreeMap<Date, String>,
    extra_days: BTreeSet<Date>,
    closing: Time,
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

impl From<WorkingDay> for Weekday {
    fn from(day: WorkingDay) -> Weekday {
        match day {
            WorkingDay::Monday => Weekday::Monday,
            WorkingDay::Tuesday => Weekday::Tuesday,
            WorkingDay::Wednesday => Weekday::Wednesday,
            WorkingDay::Thursday => Weekday::Thursday,
            WorkingDay::Friday => Weekday::Friday,
            WorkingDay::Saturday => Weekday::Saturday,
            WorkingDay::Sunday => Weekday::Sunday,
        }
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
        let mut extra_days = BTreeSet::new();
        for swap in &table.swaps {
            days_off.insert(swap.off, "Nghỉ hoán đổi".to_owned());
            extra_days.insert(swap.work);
        }
        if let Some(day) = extra_days.iter().find(|day| days_off.contains_key(day)) {
            return Err(CalendarError::Contradiction(format!("ngày {day} vừa nghỉ vừa làm bù")));
        }
        let shifts = &table.hours.shifts;
        let in_order = shifts.iter().all(|s| s.from < s.to)
            && shifts.iter().zip(shifts.iter().skip(1)).all(|(a, b)| a.to <= b.from);
        let (true, Some(closing)) = (in_order, shifts.last().map(|s| s.to)) else {
            return Err(CalendarError::Contradiction("giờ làm việc".into()));
        };
        if table.hours.weekdays.is_empty() {
            return Err(CalendarError::Contradiction("không có ngày làm việc".into()));
        }
        Ok(Self {
            weekdays: table.hours.weekdays.iter().copied().map(Weekday::from).collect(),
            table,
            days_off,
            extra_days,
            closing,
        })
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
        self.extra_days.contains(&day)
            || (self.weekdays.contains(&day.weekday()) && !self.days_off.contains_key(&day))
    }

    /// The holiday's name if `day` is in the table as a day off.
    pub fn holiday(&self, day: Date) -> Option<&str> {
        self.days_off.get(&day).map(String::as_str)
    }

    /// The day's stretches of opening, in order; at least one.
    pub fn shifts(&self) -> &[Shift] {
        &self.table.hours.shifts
    }

    /// When the counter closes.
    pub fn closing_time(&self) -> Time {
        self.closing
    }

    /// What comes in later than this counts for the next working day where a result is due "in the day".
    pub fn same_day_until(&self) -> Time {
        self.table.hours.same_day_until
    }
}
