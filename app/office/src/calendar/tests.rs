#![allow(clippy::unwrap_used)]
use jiff::civil::{Date, DateTime, date};
use proptest::prelude::*;

use super::*;
use crate::Explain;

fn vietnam() -> WorkingCalendar {
    WorkingCalendar::parse(include_bytes!("../../../../assets/calendar/vn.json")).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn time(text: &str) -> DateTime {
    DateTime::strptime("%Y-%m-%d %H:%M", text).unwrap()
}

#[test]
fn catalogue_words_become_limits_only_when_certain() {
    use TimeLimit::*;
    for (words, limit) in [
        ("3 Ngày làm việc", WorkingDays(3)),
        ("03 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ", WorkingDays(3)),
        ("Trong thời hạn 10 ngày làm việc", WorkingDays(10)),
        ("Không quá 15 ngày", Days(15)),
        ("8 giờ làm việc", WorkingHours(8)),
        ("Trong ngày", SameDay),
        ("Ngay trong ngày tiếp nhận hồ sơ; sau 15 giờ thì ngày làm việc tiếp theo", SameDay),
    ] {
        assert_eq!(TimeLimit::read(words), limit, "{words}");
    }
    for unclear in [
        "",
        "1",
        "3",
        "1 Giờ",
        "3 tháng",
        "70000 ngày",
        "2-3 ngày",
        "1,5 ngày",
        "3 ngày làm việc, trường hợp cần xác minh 8 ngày làm việc",
        "3 ngày làm việc kể từ ngày thứ 2",
        "ngày làm việc",
    ] {
        assert_eq!(TimeLimit::read(unclear), Unclear(unclear.into()));
    }
}

#[test]
fn limits_are_written_as_receipts_write_them() {
    for (limit, words) in [
        (TimeLimit::WorkingDays(3), "03 ngày làm việc"),
        (TimeLimit::Days(15), "15 ngày"),
        (TimeLimit::Unclear("3".into()), "Chưa rõ thời hạn (nguồn ghi “3”)"),
        (TimeLimit::Unclear(String::new()), "Chưa rõ thời hạn"),
    ] {
        assert_eq!(limit.to_string(), words);
    }
}

#[test]
fn the_serialised_form_of_limits_stays() {
    for (limit, json) in [
        (TimeLimit::WorkingDays(3), r#"{"working_days":3}"#),
        (TimeLimit::SameDay, r#""same_day""#),
        (TimeLimit::Unclear("3".into()), r#"{"unclear":"3"}"#),
    ] {
        assert_eq!(serde_json::to_string(&limit).unwrap(), json);
    }
}

#[test]
fn days_off_of_2025_and_2026() {
    let calendar = vietnam();
    for (off, why) in [
        ("2025-01-01", "Tết Dương lịch"),
        ("2025-01-27", "Tết Nguyên đán Ất Tỵ"),
        ("2025-01-31", "Tết Nguyên đán Ất Tỵ"),
        ("2025-04-07", "Giỗ Tổ Hùng Vương"),
        ("2025-05-02", "Nghỉ hoán đổi"),
        ("2025-09-01", "Quốc khánh"),
        ("2026-01-02", "Nghỉ hoán đổi"),
        ("2026-02-16", "Tết Nguyên đán Bính Ngọ"),
        ("2026-02-20", "Tết Nguyên đán Bính Ngọ"),
        ("2026-04-27", "Nghỉ bù Giỗ Tổ Hùng Vương"),
        ("2026-08-31", "Nghỉ hoán đổi"),
        ("2026-11-24", "Ngày Văn hóa Việt Nam"),
    ] {
        assert!(!calendar.is_working(day(off)), "{off}");
        assert_eq!(calendar.holiday(day(off)), Some(why), "{off}");
    }
    for off in ["2026-02-14", "2026-02-22", "2026-11-22", "2026-01-11"] {
        assert!(!calendar.is_working(day(off)), "{off}");
    }
    for working in [
        "2025-04-26", // Saturdays worked for the swapped days
        "2026-01-10",
        "2026-08-22",
        "2025-02-03",
        "2026-02-13",
        "2026-02-23",
        "2026-11-23",
        "2026-11-25",
        "2024-11-25",
    ] {
        assert!(calendar.is_working(day(working)), "{working}");
    }
}

#[test]
fn only_decided_years_are_official() {
    let calendar = vietnam();
    for (year, official) in
        [(2024, false), (2025, true), (2026, true), (2027, false), (2030, false)]
    {
        assert_eq!(calendar.covers(year), official, "{year}");
    }
}

#[test]
fn deadlines_by_hand() {
    use TimeLimit::*;
    let calendar = vietnam();
    for (received, limit, due, from) in [
        // Monday before the holiday of 24/11: the holiday does not count.
        ("2026-11-23 09:00", WorkingDays(1), "2026-11-25 17:00", "2026-11-23"),
        ("2026-11-23 09:00", WorkingDays(3), "2026-11-27 17:00", "2026-11-23"),
        ("2026-11-23 09:00", WorkingDays(4), "2026-11-30 17:00", "2026-11-23"),
        ("2026-11-23 09:00", WorkingDays(0), "2026-11-23 17:00", "2026-11-23"),
        // At closing it is still the day, a minute later the next one.
        ("2026-11-23 17:00", WorkingDays(1), "2026-11-25 17:00", "2026-11-23"),
        ("2026-11-23 17:01", WorkingDays(1), "2026-11-26 17:00", "2026-11-25"),
        ("2026-11-23 06:00", WorkingDays(1), "2026-11-25 17:00", "2026-11-23"),
        ("2026-11-23 12:00", WorkingDays(1), "2026-11-25 17:00", "2026-11-23"),
        // On a Sunday and on the holiday itself.
        ("2026-11-22 10:00", WorkingDays(1), "2026-11-25 17:00", "2026-11-23"),
        ("2026-11-24 10:00", WorkingDays(1), "2026-11-26 17:00", "2026-11-25"),
        // Over Tết 2026, over a swapped pair, on a worked Saturday.
        ("2026-02-12 08:00", WorkingDays(3), "2026-02-24 17:00", "2026-02-12"),
        ("2026-08-20 08:00", WorkingDays(2), "2026-08-22 17:00", "2026-08-20"),
        ("2026-08-28 08:00", WorkingDays(1), "2026-09-03 17:00", "2026-08-28"),
        ("2026-08-22 08:00", SameDay, "2026-08-22 17:00", "2026-08-22"),
        // Calendar days that end on a day off run on.
        ("2026-11-23 09:00", Days(1), "2026-11-25 17:00", "2026-11-23"),
        ("2026-11-23 09:00", Days(2), "2026-11-25 17:00", "2026-11-23"),
        ("2026-11-23 09:00", Days(5), "2026-11-30 17:00", "2026-11-23"),
        // In the day, until 15:00 and after.
        ("2026-11-23 15:00", SameDay, "2026-11-23 17:00", "2026-11-23"),
        ("2026-11-23 15:01", SameDay, "2026-11-25 17:00", "2026-11-23"),
        ("2026-11-22 16:00", SameDay, "2026-11-23 17:00", "2026-11-23"),
        ("2026-11-23 18:00", SameDay, "2026-11-25 17:00", "2026-11-25"),
        // Working hours stop at noon, at closing and on days off.
        ("2026-11-23 08:00", WorkingHours(2), "2026-11-23 10:00", "2026-11-23"),
        ("2026-11-23 10:30", WorkingHours(1), "2026-11-23 11:30", "2026-11-23"),
        ("2026-11-23 11:00", WorkingHours(1), "2026-11-23 14:00", "2026-11-23"),
        ("2026-11-23 12:15", WorkingHours(1), "2026-11-23 14:30", "2026-11-23"),
        ("2026-11-23 16:30", WorkingHours(8), "2026-11-25 17:00", "2026-11-23"),
        ("2026-11-23 06:00", WorkingHours(1), "2026-11-23 08:30", "2026-11-23"),
        ("2026-11-22 20:00", WorkingHours(1), "2026-11-23 08:30", "2026-11-23"),
    ] {
        assert_eq!(
            calendar.deadline(time(received), &limit),
            Some(Deadline { at: time(due), counted_from: day(from) }),
            "{received} {limit:?}"
        );
    }
}

#[test]
fn what_cannot_be_counted_has_no_deadline() {
    let calendar = vietnam();
    for (received, limit) in [
        ("2026-11-23 09:00", TimeLimit::Unclear("3".into())),
        ("9999-12-31 23:00", TimeLimit::SameDay),
        ("9999-12-30 09:00", TimeLimit::WorkingDays(9)),
        ("9999-12-30 09:00", TimeLimit::Days(9)),
        ("9999-12-30 09:00", TimeLimit::WorkingHours(90)),
    ] {
        assert_eq!(calendar.deadline(time(received), &limit), None, "{received}");
    }
}

#[test]
fn standing_in_words() {
    let deadline = Deadline { at: time("2026-11-25 17:00"), counted_from: day("2026-11-23") };
    for (now, state, words) in [
        ("2026-11-23 07:30", DueState::DaysLeft(2), "còn 2 ngày"),
        ("2026-11-24 23:59", DueState::DaysLeft(1), "còn 1 ngày"),
        ("2026-11-25 00:00", DueState::Today, "hôm nay"),
        ("2026-11-25 17:00", DueState::Today, "hôm nay"),
        ("2026-11-25 17:01", DueState::Overdue(0), "quá hạn hôm nay"),
        ("2026-11-26 00:00", DueState::Overdue(1), "quá hạn 1 ngày"),
        ("2026-11-28 08:00", DueState::Overdue(3), "quá hạn 3 ngày"),
    ] {
        assert_eq!(due_state(&deadline, time(now)), state, "{now}");
        assert_eq!(state.to_string(), words);
    }
}

#[test]
fn contradicting_tables_are_refused() {
    let table = |hours: &str, holidays: &str, swaps: &str| {
        let json = format!(
            r#"{{"header":{{"title":"t","version":"2026-01-01","source":"s","mark":"M","checked":false,"licence":"l"}},
            "years":[],"hours":{hours},"holidays":[{holidays}],"swaps":[{swaps}]}}"#
        );
        WorkingCalendar::parse(json.as_bytes())
    };
    let hours = |weekdays: &str, shifts: &str| {
        format!(r#"{{"weekdays":[{weekdays}],"shifts":[{shifts}],"same_day_until":"15:00:00"}}"#)
    };
    let morning = r#"{"from":"07:30:00","to":"11:30:00"}"#;
    let early = r#"{"from":"07:00:00","to":"08:00:00"}"#;
    let backwards = r#"{"from":"11:30:00","to":"07:30:00"}"#;
    let good = hours(r#""monday""#, morning);
    assert!(table(&good, "", "").is_ok());
    let holiday = |from: &str, to: &str| format!(r#"{{"from":"{from}","to":"{to}","name":"n"}}"#);
    for (hours, holidays, swaps, code) in [
        (hours(r#""monday""#, ""), String::new(), "", "OFF-45"),
        (hours("", morning), String::new(), "", "OFF-45"),
        (hours(r#""monday""#, backwards), String::new(), "", "OFF-45"),
        (hours(r#""monday""#, &[morning, early].join(",")), String::new(), "", "OFF-45"),
        (good.clone(), holiday("2026-01-02", "2026-01-01"), "", "OFF-45"),
        (good.clone(), holiday("2026-01-01", "2027-01-01"), "", "OFF-45"),
        (
            good.clone(),
            holiday("2026-01-10", "2026-01-10"),
            r#"{"off":"2026-01-02","work":"2026-01-10"}"#,
            "OFF-45",
        ),
        (hours(r#""someday""#, morning), String::new(), "", "OFF-44"),
        (good.clone(), holiday("2026-02-30", "2026-02-30"), "", "OFF-44"),
    ] {
        assert_eq!(table(&hours, &holidays, swaps).unwrap_err().code(), code);
    }
    let large = vec![b' '; (1 << 20) + 1];
    assert_eq!(WorkingCalendar::parse(&large).unwrap_err().code(), "OFF-43");
}

/// Days off by rule instead of by table lookup, for the years of the reference count.
fn reference_is_working(day: Date) -> bool {
    let worked = [(2025, 4, 26), (2026, 1, 10), (2026, 8, 22)];
    let off = [
        (2025, 1, 1, 1),
        (2025, 1, 27, 31),
        (2025, 4, 7, 7),
        (2025, 4, 30, 30),
        (2025, 5, 1, 2),
        (2025, 9, 1, 2),
        (2026, 1, 1, 2),
        (2026, 2, 16, 20),
        (2026, 4, 27, 27),
        (2026, 4, 30, 30),
        (2026, 5, 1, 1),
        (2026, 8, 31, 31),
        (2026, 9, 1, 2),
        (2026, 11, 24, 24),
    ];
    let (y, m, d) = (day.year(), day.month(), day.day());
    worked.contains(&(y, m, d))
        || (day.weekday().to_monday_one_offset() <= 5
            && !off
                .iter()
                .any(|(oy, om, first, last)| y == *oy && m == *om && (*first..=*last).contains(&d)))
}

/// Walks minute by minute: slow, and with no shared code.
fn reference_hours(received: DateTime, hours: u16) -> DateTime {
    let open = |t: DateTime| {
        let minute = i32::from(t.hour()) * 60 + i32::from(t.minute());
        reference_is_working(t.date())
            && ((450..690).contains(&minute) || (810..1020).contains(&minute))
    };
    let mut left = u32::from(hours) * 60;
    let mut now = received;
    while left > 0 {
        if open(now) {
            left -= 1;
        }
        now = now.checked_add(1.minute()).unwrap();
    }
    now
}

prop_compose! {
    fn moment()(day in 0i32..600, minute in 0i32..1440) -> DateTime {
        date(2025, 1, 1)
            .at(0, 0, 0, 0)
            .checked_add(day.days().minutes(minute))
            .unwrap()
    }
}

proptest! {
    #[test]
    fn working_days_match_the_slow_count(received in moment(), count in 0u16..40) {
        let due = vietnam().deadline(received, &TimeLimit::WorkingDays(count)).unwrap();
        let mut from = received.date();
        if !reference_is_working(from) || received.time() > jiff::civil::time(17, 0, 0, 0) {
            from = from.tomorrow().unwrap();
            while !reference_is_working(from) {
                from = from.tomorrow().unwrap();
            }
        }
        prop_assert_eq!(due.counted_from, from);
        let mut last = from;
        let mut counted = 0;
        while counted < count {
            last = last.tomorrow().unwrap();
            counted += u16::from(reference_is_working(last));
        }
        prop_assert_eq!(due.at, last.at(17, 0, 0, 0));
    }

    #[test]
    fn working_hours_match_the_slow_count(received in moment(), hours in 1u16..30) {
        let due = vietnam().deadline(received, &TimeLimit::WorkingHours(hours)).unwrap();
        prop_assert_eq!(due.at, reference_hours(received, hours));
    }

    #[test]
    fn a_deadline_is_never_past_and_always_on_a_working_day(
        received in moment(), count in 0u16..40, kind in 0u8..4,
    ) {
        let limit = match kind {
            0 => TimeLimit::WorkingDays(count),
            1 => TimeLimit::Days(count),
            2 => TimeLimit::WorkingHours(count),
            _ => TimeLimit::SameDay,
        };
        let calendar = vietnam();
        let due = calendar.deadline(received, &limit).unwrap();
        prop_assert!(due.at >= received || limit == TimeLimit::WorkingHours(0));
        prop_assert!(calendar.is_working(due.at.date()));
        prop_assert!(calendar.is_working(due.counted_from));
    }

    #[test]
    fn reading_words_never_fails(words in "\\PC{0,60}") {
        let _ = TimeLimit::read(&words).to_string();
    }
}
