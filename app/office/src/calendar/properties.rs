//! Deadlines over random tables against a reference that walks day by day and minute by minute, and
//! shares no code with the calendar: it reads the table's own lines.

#![allow(clippy::unwrap_used)]

use jiff::civil::{date, time};
use proptest::prelude::*;

use super::*;
use crate::header::{Header, Mark};

const WEEK: [WorkingDay; 7] = WorkingDay::WEEK;

fn start() -> Date {
    date(2026, 1, 1)
}

fn at(day: i32, minute: i32) -> DateTime {
    start().at(0, 0, 0, 0).checked_add(day.days().minutes(minute)).unwrap()
}

/// Hours that hold from a day on: full days, and perhaps a Saturday morning.
fn later_hours() -> impl Strategy<Value = Vec<WeeklyHours>> {
    let week = (1i32..600, 5usize..8, 14i8..18, any::<bool>());
    prop::collection::vec(week, 0..3).prop_map(|weeks| {
        let mut weeks: Vec<WeeklyHours> = weeks
            .into_iter()
            .map(|(from, count, closing, morning)| {
                let morning_shift = Shift { from: time(7, 0, 0, 0), to: time(11, 0, 0, 0) };
                let afternoon = Shift { from: time(13, 0, 0, 0), to: time(closing, 0, 0, 0) };
                let shifts = |place: usize| match place >= 5 && morning {
                    true => vec![morning_shift],
                    false => vec![morning_shift, afternoon],
                };
                let days = WEEK.into_iter().enumerate().take(count);
                WeeklyHours {
                    from: start().checked_add(from.days()).unwrap(),
                    days: days.map(|(n, day)| DayHours { day, shifts: shifts(n) }).collect(),
                    note: String::new(),
                }
            })
            .collect();
        weeks.sort_by_key(|week| week.from);
        weeks.dedup_by_key(|week| week.from);
        weeks
    })
}

/// Tables of two years: some weekdays, one or two shifts, other hours later, holidays, swapped days.
fn tables() -> impl Strategy<Value = CalendarTable> {
    let weekdays = prop::collection::vec(any::<bool>(), 7);
    let holidays = prop::collection::vec((0i32..700, 1i32..8), 0..20);
    let swaps = prop::collection::vec((0i32..700, 0i32..700), 0..6);
    let parts = (weekdays, any::<bool>(), holidays, swaps, later_hours());
    parts.prop_map(|(weekdays, two, holidays, swaps, later_hours)| {
        let mut days: Vec<WorkingDay> =
            WEEK.into_iter().zip(weekdays).filter(|(_, open)| *open).map(|(day, _)| day).collect();
        if days.is_empty() {
            days.push(WorkingDay::Monday);
        }
        let shifts = if two {
            vec![
                Shift { from: time(7, 30, 0, 0), to: time(11, 30, 0, 0) },
                Shift { from: time(13, 30, 0, 0), to: time(17, 0, 0, 0) },
            ]
        } else {
            vec![Shift { from: time(8, 0, 0, 0), to: time(16, 0, 0, 0) }]
        };
        let day = |n: i32| start().checked_add(n.days()).unwrap();
        let holidays: Vec<Holiday> = holidays
            .into_iter()
            .map(|(from, length)| Holiday {
                from: day(from),
                to: day(from + length - 1),
                name: "Nghỉ".into(),
                mark: Some(Mark::M),
                note: String::new(),
            })
            .collect();
        let mut table = CalendarTable {
            header: Header {
                title: "Lịch giả định".into(),
                version: start(),
                source: "kiểm thử".into(),
                mark: Mark::M,
                checked: false,
                licence: "không".into(),
            },
            years: vec![Year { year: 2026, official: true, note: String::new() }],
            hours: Hours {
                weekdays: days,
                shifts,
                same_day_until: time(15, 0, 0, 0),
                mark: None,
                note: "thử".into(),
            },
            later_hours,
            holidays,
            swaps: Vec::new(),
        };
        for (off, work) in swaps {
            let swap = Swap { off: day(off), work: day(work), mark: None, note: String::new() };
            table.swaps.push(swap);
            if WorkingCalendar::from_table(table.clone()).is_err() {
                table.swaps.pop();
            }
        }
        table
    })
}

/// The reference: the table and nothing else.
struct Slow(CalendarTable);

impl Slow {
    /// Sessions of a weekday by the hours of that day, holidays aside.
    fn usual(&self, day: Date) -> Vec<Shift> {
        let weekday = WEEK[usize::try_from(day.weekday().to_monday_zero_offset()).unwrap()];
        let hours = &self.0.hours;
        match self.0.later_hours.iter().rev().find(|week| week.from <= day) {
            Some(week) => week
                .days
                .iter()
                .filter(|hours| hours.day == weekday)
                .flat_map(|hours| hours.shifts.clone())
                .collect(),
            None if hours.weekdays.contains(&weekday) => hours.shifts.clone(),
            None => Vec::new(),
        }
    }

    fn shifts(&self, day: Date) -> Vec<Shift> {
        let table = &self.0;
        if let Some(swap) = table.swaps.iter().rev().find(|s| s.work == day) {
            let usual = self.usual(swap.off);
            return if usual.is_empty() { table.hours.shifts.clone() } else { usual };
        }
        let off = table.swaps.iter().any(|s| s.off == day)
            || table.holidays.iter().any(|h| h.from <= day && day <= h.to);
        if off { Vec::new() } else { self.usual(day) }
    }

    fn works(&self, day: Date) -> bool {
        !self.shifts(day).is_empty()
    }

    fn open(&self, moment: DateTime) -> bool {
        let shifts = self.shifts(moment.date());
        shifts.iter().any(|s| s.from <= moment.time() && moment.time() < s.to)
    }

    fn closing(&self, day: Date) -> Time {
        self.shifts(day).iter().map(|s| s.to).max().unwrap()
    }

    fn close(&self, day: Date) -> DateTime {
        day.to_datetime(self.closing(day))
    }

    /// The day on which what comes in takes effect.
    fn effect(&self, moment: DateTime) -> Date {
        let mut day = moment.date();
        if self.works(day) && moment.time() <= self.closing(day) {
            return day;
        }
        loop {
            day = day.tomorrow().unwrap();
            if self.works(day) {
                return day;
            }
        }
    }

    /// The n-th working day after `day`.
    fn later(&self, mut day: Date, n: u32) -> Date {
        let mut left = n;
        while left > 0 {
            day = day.tomorrow().unwrap();
            left -= u32::from(self.works(day));
        }
        day
    }

    fn on_or_after(&self, mut day: Date) -> Date {
        while !self.works(day) {
            day = day.tomorrow().unwrap();
        }
        day
    }

    /// Minutes of opening from `from` until `until`, one at a time.
    fn minutes(&self, from: DateTime, until: DateTime) -> u32 {
        let mut count = 0;
        let mut now = from;
        while now < until {
            count += u32::from(self.open(now));
            now = now.checked_add(1.minute()).unwrap();
        }
        count
    }

    /// `minutes` of opening after `from`.
    fn walk(&self, from: DateTime, minutes: u32) -> DateTime {
        let (mut now, mut left) = (from, minutes);
        while left > 0 {
            left -= u32::from(self.open(now));
            now = now.checked_add(1.minute()).unwrap();
        }
        now
    }

    fn deadline(&self, received: DateTime, limit: &TimeLimit) -> DateTime {
        let day = self.effect(received);
        match limit {
            TimeLimit::WorkingDays(n) => self.close(self.later(day, u32::from(*n))),
            TimeLimit::Days(n) => {
                let mut last = day;
                for _ in 0..*n {
                    last = last.tomorrow().unwrap();
                }
                self.close(self.on_or_after(last))
            }
            TimeLimit::WorkingHours(n) => self.walk(received, u32::from(*n) * 60),
            TimeLimit::SameDay => {
                let late = day == received.date() && received.time() > time(15, 0, 0, 0);
                self.close(self.later(day, u32::from(late)))
            }
            TimeLimit::Unclear(_) => unreachable!(),
        }
    }
}

fn limits() -> impl Strategy<Value = TimeLimit> {
    prop_oneof![
        (0u16..25).prop_map(TimeLimit::WorkingDays),
        (0u16..40).prop_map(TimeLimit::Days),
        (1u16..30).prop_map(TimeLimit::WorkingHours),
        Just(TimeLimit::SameDay),
    ]
}

fn open_days(table: &CalendarTable) -> bool {
    // Rows of holidays over a week of one working day: no calendar of an office.
    let slow = Slow(table.clone());
    let days = || start().series(1.day()).take(800);
    days().collect::<Vec<_>>().windows(40).all(|w| w.iter().any(|day| slow.works(*day)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn deadlines_are_those_of_the_slow_walk(
        table in tables().prop_filter("an office opens", open_days),
        day in 0i32..400, minute in 0i32..1440, limit in limits(),
    ) {
        let calendar = WorkingCalendar::from_table(table.clone()).unwrap();
        let slow = Slow(table);
        let received = at(day, minute);
        let due = calendar.deadline(received, &limit).unwrap();
        prop_assert_eq!(due.at, slow.deadline(received, &limit));
        prop_assert_eq!(due.counted_from, slow.effect(received));
    }

    #[test]
    fn working_days_move_by_the_working_days_of_the_pause(
        table in tables().prop_filter("an office opens", open_days),
        day in 0i32..300, minute in 0i32..1440, n in 0u16..25,
        stop in 0i32..60_000, pause in 0i32..60_000,
    ) {
        let calendar = WorkingCalendar::from_table(table.clone()).unwrap();
        let slow = Slow(table);
        let limit = TimeLimit::WorkingDays(n);
        let due = calendar.deadline(at(day, minute), &limit).unwrap();
        let stopped = at(day, minute + stop);
        let resumed = at(day, minute + stop + pause);
        let after = calendar.resumed(&due, &limit, stopped, resumed).unwrap();
        if due.at < stopped {
            prop_assert_eq!(after, due, "a passed deadline stays passed");
        } else {
            // What was left when it stopped is left when it runs again.
            let left = |from: Date, until: Date| {
                from.series(1.day()).skip(1).take_while(|d| *d <= until)
                    .filter(|d| slow.works(*d)).count()
            };
            let before = left(slow.effect(stopped), due.at.date());
            prop_assert_eq!(left(slow.effect(resumed), after.at.date()), before);
            prop_assert!(slow.works(after.at.date()));
            prop_assert_eq!(after.at, slow.close(after.at.date()), "to closing time, as before");
            let paused = left(slow.effect(stopped), slow.effect(resumed));
            prop_assert_eq!(
                after.at.date(), slow.later(due.at.date(), u32::try_from(paused).unwrap())
            );
        }
    }

    #[test]
    fn working_hours_move_by_the_open_minutes_of_the_pause(
        table in tables().prop_filter("an office opens", open_days),
        day in 0i32..300, minute in 0i32..1440, n in 1u16..20,
        stop in 0i32..4_000, pause in 0i32..12_000,
    ) {
        let calendar = WorkingCalendar::from_table(table.clone()).unwrap();
        let slow = Slow(table);
        let limit = TimeLimit::WorkingHours(n);
        let due = calendar.deadline(at(day, minute), &limit).unwrap();
        let (stopped, resumed) = (at(day, minute + stop), at(day, minute + stop + pause));
        let after = calendar.resumed(&due, &limit, stopped, resumed).unwrap();
        if due.at < stopped {
            prop_assert_eq!(after, due);
        } else {
            let left = slow.minutes(stopped, due.at);
            prop_assert_eq!(slow.minutes(resumed, after.at), left);
            if left > 0 {
                prop_assert_eq!(after.at, slow.walk(resumed, left));
            }
        }
    }

    #[test]
    fn short_pauses_count_by_the_second(
        minute in 0i32..1440, stop in 0i64..7_200, pause in 0i64..7_200,
    ) {
        let calendar = crate::fixture::calendar();
        let open = |t: DateTime| {
            let second = i64::from(t.hour()) * 3600 + i64::from(t.minute()) * 60 + i64::from(t.second());
            (27_000..41_400).contains(&second) || (48_600..61_200).contains(&second)
        };
        let received = fixture_day(minute);
        let limit = TimeLimit::WorkingHours(12);
        let due = calendar.deadline(received, &limit).unwrap();
        let stopped = received.checked_add(stop.seconds()).unwrap();
        let resumed = stopped.checked_add(pause.seconds()).unwrap();
        let mut passed = 0i64;
        let mut now = stopped;
        while now < resumed {
            passed += i64::from(calendar.is_working(now.date()) && open(now));
            now = now.checked_add(1.second()).unwrap();
        }
        let after = calendar.resumed(&due, &limit, stopped, resumed).unwrap();
        let mut moved = due.at;
        while passed > 0 {
            passed -= i64::from(calendar.is_working(moved.date()) && open(moved));
            moved = moved.checked_add(1.second()).unwrap();
        }
        prop_assert_eq!(after.at, moved);
    }

    #[test]
    fn pauses_are_just(
        table in tables().prop_filter("an office opens", open_days),
        day in 0i32..300, minute in 0i32..1440, limit in limits(),
        stop in 0i32..40_000, pause in 0i32..40_000, more in 0i32..40_000,
    ) {
        let calendar = WorkingCalendar::from_table(table).unwrap();
        let due = calendar.deadline(at(day, minute), &limit).unwrap();
        let stopped = at(day, minute + stop);
        let resume = |minutes: i32| {
            calendar.resumed(&due, &limit, stopped, at(day, minute + stop + minutes)).unwrap()
        };
        prop_assert_eq!(resume(0), due.clone(), "no pause, no change");
        let (sooner, later) = (resume(pause), resume(pause + more));
        prop_assert!(sooner.at >= due.at, "a pause never takes time away");
        prop_assert!(later.at >= sooner.at, "a later resume is never due earlier");
        prop_assert!(calendar.is_working(later.at.date()));
        // A clock that was set back gives nothing and takes nothing.
        let back = calendar.resumed(&due, &limit, stopped, at(day, minute + stop - pause)).unwrap();
        prop_assert_eq!(back, due);
    }

    #[test]
    fn apologies_come_a_working_day_before(
        table in tables().prop_filter("an office opens", open_days),
        day in 30i32..400, minute in 0i32..1440, n in 1u16..20, now in 0i32..60_000,
    ) {
        let calendar = WorkingCalendar::from_table(table).unwrap();
        let due = calendar.deadline(at(day, minute), &TimeLimit::WorkingDays(n)).unwrap();
        let last = apology_due(&due, &calendar).unwrap();
        prop_assert!(last < due.at.date());
        prop_assert!(calendar.is_working(last));
        prop_assert_eq!(calendar.next_working_day(last), Some(due.at.date()));
        let (received, now) = (at(day, minute), at(day, now));
        let near = |now| is_soon(&due, received, &calendar, now);
        prop_assert!(!near(received), "not at the second of reception");
        let half = received.saturating_add(received.duration_until(due.at) / 2);
        let expected = now.date() >= last && now <= due.at && now >= half;
        prop_assert_eq!(near(now), expected);
        let (from, until) = soon(&calendar, now);
        prop_assert!(!near(now) || (from <= due.at && due.at < until));
    }

    #[test]
    fn a_table_survives_its_json(table in tables()) {
        let json = serde_json::to_vec(&table).unwrap();
        let calendar = WorkingCalendar::parse(&json).unwrap();
        prop_assert_eq!(calendar.table(), &table);
        prop_assert_eq!(serde_json::to_vec(calendar.table()).unwrap(), json);
    }

    #[test]
    fn what_is_added_can_be_removed(
        table in tables(), from in 0i32..700, length in 0i32..5, off in 0i32..700, work in 0i32..700,
    ) {
        let calendar = WorkingCalendar::from_table(table).unwrap();
        let day = |n: i32| start().checked_add(n.days()).unwrap();
        let today = day(1);
        let holiday = Holiday {
            from: day(from), to: day(from + length), name: "Thêm".into(), mark: None, note: String::new(),
        };
        if let Ok(more) = calendar.edit(&CalendarEdit::AddHoliday(holiday.clone()), today) {
            prop_assert!((from..=from + length).all(|n| !more.is_working(day(n))));
            let less = more.edit(&CalendarEdit::RemoveHoliday { from: holiday.from }, today).unwrap();
            prop_assert!((0..800).all(|n| less.is_working(day(n)) == calendar.is_working(day(n))));
        }
        let swap = Swap { off: day(off), work: day(work), mark: None, note: String::new() };
        let possible = calendar.is_working(swap.off) && !calendar.is_working(swap.work)
            && calendar.holiday(swap.work).is_none()
            && calendar.table().swaps.iter().all(|other| other.work != swap.off);
        let swapped = calendar.edit(&CalendarEdit::AddSwap(swap.clone()), today);
        prop_assert_eq!(swapped.is_ok(), possible);
        if let Ok(more) = swapped {
            prop_assert!(more.is_working(swap.work) && !more.is_working(swap.off));
            let less = more.edit(&CalendarEdit::RemoveSwap { off: swap.off }, today).unwrap();
            prop_assert!((0..800).all(|n| less.is_working(day(n)) == calendar.is_working(day(n))));
        }
    }
}

fn fixture_day(minute: i32) -> DateTime {
    date(2026, 11, 23).at(0, 0, 0, 0).checked_add(minute.minutes()).unwrap()
}

#[test]
fn pauses_by_hand() {
    use TimeLimit::*;
    let calendar = crate::fixture::calendar();
    let t = crate::fixture::time;
    for (due, limit, stopped, resumed, after) in [
        // Asked on Saturday, brought on Sunday: nothing happened on a working day.
        (
            "2026-12-02 17:00",
            WorkingDays(5),
            "2026-11-28 09:00",
            "2026-11-29 09:00",
            "2026-12-02 17:00",
        ),
        // Asked in the evening, brought the next morning.
        (
            "2026-12-02 17:00",
            WorkingDays(5),
            "2026-11-26 19:00",
            "2026-11-27 08:00",
            "2026-12-02 17:00",
        ),
        // Over the holiday of 24/11 one working day passes, not two.
        (
            "2026-11-27 17:00",
            WorkingDays(3),
            "2026-11-23 10:00",
            "2026-11-25 10:00",
            "2026-11-30 17:00",
        ),
        // At the last second it is still in time; a minute later it is not.
        (
            "2026-11-25 17:00",
            WorkingDays(1),
            "2026-11-25 17:00",
            "2026-11-27 09:00",
            "2026-11-27 17:00",
        ),
        (
            "2026-11-25 17:00",
            WorkingDays(1),
            "2026-11-25 17:01",
            "2026-11-27 09:00",
            "2026-11-25 17:00",
        ),
        // A day that a clerk had set keeps its hour.
        (
            "2026-11-27 10:00",
            Unclear(String::new()),
            "2026-11-25 08:00",
            "2026-11-26 08:00",
            "2026-11-30 10:00",
        ),
        ("2026-11-30 17:00", Days(5), "2026-11-25 08:00", "2026-11-27 08:00", "2026-12-02 17:00"),
        (
            "2026-11-25 10:00",
            WorkingHours(8),
            "2026-11-23 12:00",
            "2026-11-24 20:00",
            "2026-11-25 15:30",
        ),
    ] {
        let due = Deadline { at: t(due), counted_from: date(2026, 11, 23) };
        let got = calendar.resumed(&due, &limit, t(stopped), t(resumed)).unwrap();
        assert_eq!(got.at, t(after), "{limit:?} {stopped} {resumed}");
    }
}

#[test]
fn the_bundled_table_survives_its_json() {
    let bundled = include_bytes!("../../../../assets/calendar/vn.json");
    let calendar = WorkingCalendar::parse(bundled).unwrap();
    let written = serde_json::to_value(calendar.table()).unwrap();
    let read: serde_json::Value = serde_json::from_slice(bundled).unwrap();
    assert_eq!(written, read);
}

#[test]
fn contradicting_edits_are_refused() {
    let calendar = crate::fixture::calendar();
    let today = date(2026, 11, 28);
    let day = |text: &str| text.parse::<Date>().unwrap();
    let holiday = |from: &str, to: &str| {
        CalendarEdit::AddHoliday(Holiday {
            from: day(from),
            to: day(to),
            name: "Nghỉ".into(),
            mark: None,
            note: String::new(),
        })
    };
    let swap = |off: &str, work: &str| {
        CalendarEdit::AddSwap(Swap {
            off: day(off),
            work: day(work),
            mark: None,
            note: String::new(),
        })
    };
    for (edit, words) in [
        (holiday("2026-11-23", "2026-11-24"), "Ngày Văn hóa Việt Nam"),
        (holiday("2026-08-22", "2026-08-22"), "ngày hoán đổi 22/08/2026"),
        (holiday("2026-12-31", "2026-12-01"), "kỳ nghỉ từ"),
        (CalendarEdit::RemoveHoliday { from: day("2026-11-25") }, "25/11/2026"),
        (swap("2026-11-24", "2026-11-28"), "24/11/2026 vốn là ngày nghỉ"),
        (swap("2026-11-25", "2026-11-26"), "26/11/2026 vốn là ngày làm việc"),
        (swap("2026-11-25", "2027-02-06"), "vừa nghỉ vừa làm bù"),
        (CalendarEdit::RemoveSwap { off: day("2026-11-25") }, "25/11/2026"),
    ] {
        let error = calendar.edit(&edit, today).unwrap_err();
        assert!(matches!(error, CalendarError::Contradiction(_)));
        assert!(error.to_string().contains(words), "{error}");
    }
    let edited = calendar.edit(&swap("2026-12-31", "2026-12-26"), today).unwrap();
    assert_eq!(edited.header().version, today);
    assert!(!edited.header().checked);
    assert!(calendar.is_working(day("2026-12-31")), "the calendar in use is unchanged");
}
