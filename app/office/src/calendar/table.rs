//! The dated table behind the calendar, as an office can read and correct it in `assets/calendar`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time, Weekday};
use serde::Deserialize;

use crate::{Explain, catalogue::Header};

/// A table larger than this is no calendar.
const MAX_BYTES: usize = 1 << 20;
/// The longest holiday a line may hold, in days.
const MAX_HOLIDAY_DAYS: usize = 31;

/// Working hours, holidays and swapped days.
#[derive(Clone, Debug)]
pub struct WorkingCalendar {
    header: Header,
    official_years: BTreeSet<i16>,
    weekdays: Vec<Weekday>,
    shifts: Vec<Shift>,
    same_day_until: Time,
    days_off: BTreeMap<Date, String>,
    extra_days: BTreeSet<Date>,
    closing: Time,
}

/// A stretch of the day in which the counter is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
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

/// Each line of the file also carries `mark` and `note`, which are for its readers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    header: Header,
    years: Vec<Year>,
    hours: Hours,
    holidays: Vec<Holiday>,
    swaps: Vec<Swap>,
}

#[derive(Deserialize)]
struct Year {
    year: i16,
    /// Whether the government has decided the year's days off.
    official: bool,
}

#[derive(Deserialize)]
struct Hours {
    weekdays: Vec<Day>,
    shifts: Vec<Shift>,
    same_day_until: Time,
}

#[derive(Deserialize)]
struct Holiday {
    from: Date,
    to: Date,
    name: String,
}

/// A working day given off, made up for on a weekend day.
#[derive(Deserialize)]
struct Swap {
    off: Date,
    work: Date,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl From<Day> for Weekday {
    fn from(day: Day) -> Weekday {
        match day {
            Day::Monday => Weekday::Monday,
            Day::Tuesday => Weekday::Tuesday,
            Day::Wednesday => Weekday::Wednesday,
            Day::Thursday => Weekday::Thursday,
            Day::Friday => Weekday::Friday,
            Day::Saturday => Weekday::Saturday,
            Day::Sunday => Weekday::Sunday,
        }
    }
}

impl WorkingCalendar {
    /// Reads the JSON of `assets/calendar`: `header`, `years`, `hours`, `holidays`, `swaps`.
    pub fn parse(json: &[u8]) -> Result<Self, CalendarError> {
        if json.len() > MAX_BYTES {
            return Err(CalendarError::TooLarge);
        }
        let file: File = serde_json::from_slice(json)?;
        let mut days_off = BTreeMap::new();
        for holiday in file.holidays {
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
        for swap in &file.swaps {
            days_off.insert(swap.off, "Nghỉ hoán đổi".to_owned());
            extra_days.insert(swap.work);
        }
        if let Some(day) = extra_days.iter().find(|day| days_off.contains_key(day)) {
            return Err(CalendarError::Contradiction(format!("ngày {day} vừa nghỉ vừa làm bù")));
        }
        let shifts = file.hours.shifts;
        let in_order = shifts.iter().all(|s| s.from < s.to)
            && shifts.iter().zip(shifts.iter().skip(1)).all(|(a, b)| a.to <= b.from);
        let (true, Some(closing)) = (in_order, shifts.last().map(|s| s.to)) else {
            return Err(CalendarError::Contradiction("giờ làm việc".into()));
        };
        if file.hours.weekdays.is_empty() {
            return Err(CalendarError::Contradiction("không có ngày làm việc".into()));
        }
        Ok(Self {
            header: file.header,
            official_years: file.years.iter().filter(|y| y.official).map(|y| y.year).collect(),
            weekdays: file.hours.weekdays.into_iter().map(Weekday::from).collect(),
            shifts,
            same_day_until: file.hours.same_day_until,
            days_off,
            extra_days,
            closing,
        })
    }

    /// Title, version, source, and whether all was checked against the official text.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Whether the days off of `year` are official. Else say "lịch nghỉ năm … chưa chính thức" beside
    /// each date of that year.
    pub fn covers(&self, year: i16) -> bool {
        self.official_years.contains(&year)
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
        &self.shifts
    }

    /// When the counter closes.
    pub fn closing_time(&self) -> Time {
        self.closing
    }

    /// What comes in later than this counts for the next working day where a result is due "in the day".
    pub fn same_day_until(&self) -> Time {
        self.same_day_until
    }
}
