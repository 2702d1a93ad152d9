//! Corrections that an office makes in its calendar.
//!
//! An edit gives a new calendar or none: what contradicts the table is refused whole, so that no
//! deadline is ever counted by half a correction. The result is kept as an update of law data
//! ([`LawUpdate`](crate::settings::LawUpdate)); whoever edits answers for it, so the table no longer
//! counts as checked.

use jiff::civil::Date;

use super::{CalendarError, Holiday, Swap, WeeklyHours, WorkingCalendar};

/// One correction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarEdit {
    /// Days off that the table does not have.
    AddHoliday(Holiday),
    /// The holiday that begins on this day.
    RemoveHoliday {
        /// Its first day.
        from: Date,
    },
    /// A working day given off for a worked day off.
    AddSwap(Swap),
    /// The swap that gave this day off.
    RemoveSwap {
        /// The day.
        off: Date,
    },
    /// Weekly hours from a day on.
    AddHours(WeeklyHours),
    /// The hours that would hold from this day on.
    RemoveHours {
        /// The day.
        from: Date,
    },
}

impl WorkingCalendar {
    /// The calendar with `edit`, as of `today`.
    ///
    /// # Errors
    /// [`CalendarError::Contradiction`]: days that are off or swapped already, a swap whose days are not
    /// a working day and a day off, hours that cannot be worked by or would change days gone by, or
    /// nothing there to remove. This calendar stays as it is.
    pub fn edit(&self, edit: &CalendarEdit, today: Date) -> Result<WorkingCalendar, CalendarError> {
        let mut table = self.table().clone();
        match edit {
            CalendarEdit::AddHoliday(holiday) => {
                let overlaps =
                    |known: &Holiday| known.from <= holiday.to && holiday.from <= known.to;
                let inside = |day: Date| holiday.from <= day && day <= holiday.to;
                if let Some(known) = table.holidays.iter().find(|known| overlaps(known)) {
                    return refuse(format!("kỳ nghỉ mới trùng với “{}”", known.name));
                }
                if let Some(swap) = table.swaps.iter().find(|s| inside(s.off) || inside(s.work)) {
                    return refuse(format!(
                        "kỳ nghỉ mới trùng với ngày hoán đổi {}",
                        words(if inside(swap.off) { swap.off } else { swap.work })
                    ));
                }
                table.holidays.push(holiday.clone());
                table.holidays.sort_by_key(|holiday| holiday.from);
            }
            CalendarEdit::RemoveHoliday { from } => {
                let before = table.holidays.len();
                table.holidays.retain(|holiday| holiday.from != *from);
                if table.holidays.len() == before {
                    return refuse(format!("không có kỳ nghỉ nào bắt đầu ngày {}", words(*from)));
                }
            }
            CalendarEdit::AddSwap(swap) => {
                if !self.is_working(swap.off) {
                    return refuse(format!("ngày {} vốn là ngày nghỉ", words(swap.off)));
                }
                if self.is_working(swap.work) {
                    return refuse(format!("ngày {} vốn là ngày làm việc", words(swap.work)));
                }
                table.swaps.push(swap.clone());
                table.swaps.sort_by_key(|swap| swap.off);
            }
            CalendarEdit::RemoveSwap { off } => {
                let before = table.swaps.len();
                table.swaps.retain(|swap| swap.off != *off);
                if table.swaps.len() == before {
                    return refuse(format!("ngày {} không phải ngày hoán đổi", words(*off)));
                }
            }
            CalendarEdit::AddHours(hours) => {
                if hours.from < today {
                    return refuse(format!("ngày áp dụng {} đã qua", words(hours.from)));
                }
                if table.later_hours.iter().any(|known| known.from == hours.from) {
                    return refuse(format!(
                        "đã có giờ làm việc áp dụng từ ngày {}",
                        words(hours.from)
                    ));
                }
                table.later_hours.push(hours.clone());
                table.later_hours.sort_by_key(|hours| hours.from);
            }
            CalendarEdit::RemoveHours { from } => {
                if *from < today {
                    return refuse(format!(
                        "giờ làm việc này đã áp dụng từ ngày {}, hãy đặt giờ mới từ một ngày sau",
                        words(*from)
                    ));
                }
                let before = table.later_hours.len();
                table.later_hours.retain(|hours| hours.from != *from);
                if table.later_hours.len() == before {
                    return refuse(format!(
                        "không có giờ làm việc nào áp dụng từ ngày {}",
                        words(*from)
                    ));
                }
            }
        }
        table.header.version = today;
        table.header.checked = false;
        WorkingCalendar::from_table(table)
    }
}

fn words(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

fn refuse(why: String) -> Result<WorkingCalendar, CalendarError> {
    Err(CalendarError::Contradiction(why))
}
