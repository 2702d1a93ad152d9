//! Until when and for how much: from the catalogue where it says so for certain, else from the clerk.
//! A receipt without a day helps nobody, and a day that the program made up harms.

use jiff::civil::{Date, DateTime};
use office::{
    calendar::{Deadline, WorkingCalendar},
    catalogue::Procedure,
    dossier::{Channel, Fee},
    money::Dong,
};
use serde::{Deserialize, Serialize};

/// What the clerk adds where the catalogue is silent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Terms {
    /// Day of return, where the time limit cannot be counted.
    pub due: Option<Date>,
    /// Pages of the original, where the fee goes by page.
    pub pages: String,
    /// Copies wanted, where the fee goes by page.
    pub copies: String,
    /// Amount in đồng, where the catalogue does not know it.
    pub amount: String,
}

/// Why the terms do not hold yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No day of return.
    Due,
    /// The day of return has passed.
    DuePast,
    /// Nobody works on the day of return.
    DayOff,
    /// Pages or copies are no number from 1.
    Count,
    /// The amount is no number.
    Amount,
}

impl Missing {
    /// What to do.
    pub fn sentence(self) -> &'static str {
        match self {
            Missing::Due => {
                "Danh mục không cho biết thời hạn tính được. Hãy nhập ngày hẹn trả theo quy định của cơ quan."
            }
            Missing::DuePast => "Ngày hẹn trả đã qua. Hãy nhập ngày khác.",
            Missing::DayOff => "Ngày hẹn trả không phải ngày làm việc. Hãy nhập ngày khác.",
            Missing::Count => {
                "Phí tính theo trang. Hãy nhập số trang của bản chính và số bản sao, từ 1 trở lên."
            }
            Missing::Amount => "Số tiền chỉ gồm chữ số. Hãy sửa, hoặc để trống nếu chưa biết.",
        }
    }
}

impl Terms {
    /// The day of return: counted, or the clerk's.
    pub fn deadline(
        &self,
        procedure: &Procedure,
        channel: Channel,
        calendar: &WorkingCalendar,
        now: DateTime,
    ) -> Result<Deadline, Missing> {
        if let Some(counted) = calendar.deadline(now, &procedure.time_limit(channel)) {
            return Ok(counted);
        }
        let due = self.due.ok_or(Missing::Due)?;
        if due < now.date() {
            Err(Missing::DuePast)
        } else {
            let at = calendar.closing(due).ok_or(Missing::DayOff)?;
            Ok(Deadline { at, counted_from: now.date() })
        }
    }

    /// The fee: the catalogue's on this day, counted by page, or the clerk's.
    pub fn fee(&self, procedure: &Procedure, channel: Channel, day: Date) -> Result<Fee, Missing> {
        if let Some(rate) = procedure.per_page(channel, day) {
            let count = |text: &str| text.trim().parse().ok().filter(|n| (1..=MOST).contains(n));
            let (pages, copies) =
                count(&self.pages).zip(count(&self.copies)).ok_or(Missing::Count)?;
            return Ok(Fee::Amount(rate.amount(pages, copies)));
        }
        let fee = procedure.fee(channel, day);
        if !matches!(fee, Fee::Unknown(_)) || self.amount.trim().is_empty() {
            return Ok(fee);
        }
        Dong::parse(&self.amount).map(Fee::Amount).ok_or(Missing::Amount)
    }
}

/// More pages or copies than this are a slip of the finger.
const MOST: u32 = 9_999;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::assets::Law;

    const COUNTER: Channel = Channel::Counter;
    const DAY: Date = jiff::civil::date(2026, 11, 16);

    fn at(text: &str) -> DateTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_comes_from_the_law_or_from_the_clerk() {
        let law = Law::load().unwrap();
        let now = at("2026-11-16T09:00");
        let find = |code| law.catalogue.find(code, now.date()).unwrap();
        let with =
            |due: Option<&str>| Terms { due: due.map(|d| d.parse().unwrap()), ..Terms::default() };
        // Khai sinh is counted, whatever the clerk typed.
        let counted = with(Some("2026-12-31"))
            .deadline(find("1.001193"), COUNTER, &law.calendar, now)
            .unwrap();
        assert_eq!(counted.at.date(), now.date());
        // The law says 12 days, the portal 5 of no unit: nothing is counted.
        let unclear = find("2.000554");
        for (due, expected) in [
            (None, Err(Missing::Due)),
            (Some("2026-11-13"), Err(Missing::DuePast)),
            (Some("2026-11-21"), Err(Missing::DayOff)),
            (Some("2026-11-24"), Err(Missing::DayOff)),
            (Some("2026-11-19"), Ok(at("2026-11-19T17:00"))),
        ] {
            let deadline = with(due).deadline(unclear, COUNTER, &law.calendar, now).map(|d| d.at);
            assert_eq!(deadline, expected, "{due:?}");
        }
    }

    #[test]
    fn a_fee_comes_from_the_law_the_pages_or_the_clerk() {
        let law = Law::load().unwrap();
        let find = |code| law.catalogue.find(code, at("2026-11-16T09:00").date()).unwrap();
        let pages = |pages: &str, copies: &str| Terms {
            pages: pages.into(),
            copies: copies.into(),
            ..Terms::default()
        };
        let copy = find("2.000815");
        for (terms, expected) in [
            (pages("", ""), Err(Missing::Count)),
            (pages("0", "1"), Err(Missing::Count)),
            (pages("ba", "1"), Err(Missing::Count)),
            (pages("1", "1"), Ok(Fee::Amount(Dong(2_000)))),
            (pages("5", "3"), Ok(Fee::Amount(Dong(21_000)))),
            (pages("500", "1"), Ok(Fee::Amount(Dong(200_000)))),
        ] {
            assert_eq!(terms.fee(copy, COUNTER, DAY), expected, "{terms:?}");
        }
        let amount = |text: &str| Terms { amount: text.into(), ..Terms::default() };
        let province = find("1.004873");
        assert!(matches!(amount("").fee(province, COUNTER, DAY), Ok(Fee::Unknown(_))));
        assert_eq!(amount("15.000").fee(province, COUNTER, DAY), Ok(Fee::Amount(Dong(15_000))));
        assert_eq!(amount("1.5").fee(province, COUNTER, DAY), Err(Missing::Amount));
        assert_eq!(amount("mười").fee(province, COUNTER, DAY), Err(Missing::Amount));
        assert_eq!(amount("99").fee(find("1.001193"), COUNTER, DAY), Ok(Fee::Free));
    }
}
