//! The steps against a table of the law that was written without looking at the code, over long
//! random ways through the office.

#![allow(clippy::unwrap_used)]

use jiff::{ToSpan, civil::date};
use proptest::prelude::*;

use super::*;
use crate::fixture;

/// What may happen, by its letter in [`LAW`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind(char);

/// NĐ 118/2025 and TT 03/2025/TT-VPCP as rows: from which national status a step leads to which.
/// T transfer, B supplement asked, N supplement brought, F payment asked, G extended, S date corrected,
/// K resolved, P returned (phát trả), R refused, D stopped, U withdrawn. What has no row is not allowed.
const LAW: &str = "
2 T 4 | 2 B 5 | 2 F 6 | 2 G 2 | 2 S 2 | 2 K 9 | 2 R 3 | 2 D 8 | 2 U 7
4 T 4 | 4 B 5 | 4 F 6 | 4 G 4 | 4 K 9 | 4 R 3 | 4 D 8 | 4 U 7
5 N 4 | 5 R 3 | 5 D 8 | 5 U 7
6 T 4 | 6 G 6 | 6 K 9 | 6 R 3 | 6 D 8 | 6 U 7
9 P 10";

const KINDS: &str = "TBNFGSKPRDU";

fn law(from: u8, kind: Kind) -> Option<u8> {
    LAW.split(['|', '\n']).find_map(|row| {
        let mut words = row.split_whitespace();
        let (a, b, c) = (words.next()?, words.next()?, words.next()?);
        (a.parse() == Ok(from) && b == kind.0.to_string()).then(|| c.parse().unwrap())
    })
}

/// One try: what, how much later, and the deadline it names in days after the old one.
#[derive(Clone, Debug)]
struct Try {
    kind: Option<Kind>,
    hours: i32,
    shift: i32,
}

fn step(attempt: &Try, now: &Course) -> Step {
    let text = || "lý do".to_owned();
    let old = now.deadline.clone().unwrap();
    let moved = Deadline { at: old.at.checked_add(attempt.shift.days()).unwrap(), ..old };
    let Some(kind) = attempt.kind else { return Step::Undone { reason: text() } };
    match kind.0 {
        'T' => Step::Transferred(Handover {
            unit: format!("Phòng {}", attempt.hours),
            officer: "Cán bộ B".into(),
            note: String::new(),
            until: None,
        }),
        'B' => Step::SupplementAsked { items: vec!["Giấy chứng sinh".into()], reason: text() },
        'N' => Step::Supplemented { components: Vec::new(), deadline: Some(moved) },
        'F' => Step::PaymentAsked { amount: Dong(8_000), reason: text() },
        'G' => Step::Extended { deadline: moved, reason: text() },
        'S' => Step::DueCorrected { deadline: moved, reason: text() },
        'K' => Step::Resolved(Outcome {
            title: "Giấy khai sinh".into(),
            number: String::new(),
            signed_on: None,
            content: (attempt.shift > 0).then(|| ContentHash("ab".repeat(32))),
        }),
        'P' => Step::Returned(Return {
            receiver: "Người Giả Định A".into(),
            receiver_paper: String::new(),
            by_post: false,
        }),
        'R' => Step::Refused { reason: text() },
        'D' => Step::Stopped { reason: text(), fees: String::new() },
        'U' => Step::Withdrawn { reason: text() },
        other => unreachable!("{other}"),
    }
}

fn movement(dossier: &Dossier, course: &Course, at: DateTime, step: Step) -> Move {
    Move {
        dossier: dossier.id.clone(),
        seen: course.steps,
        at,
        by: "Cán bộ Giả Định".into(),
        step,
        notice: None,
    }
}

fn attempts() -> impl Strategy<Value = Vec<Try>> {
    let kind = prop_oneof![
        1 => Just(None),
        6 => (0..KINDS.len()).prop_map(|i| KINDS.chars().nth(i).map(Kind)),
    ];
    let attempt =
        (kind, 0i32..200, -3i32..10).prop_map(|(kind, hours, shift)| Try { kind, hours, shift });
    prop::collection::vec(attempt, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn every_way_through_the_office_is_a_way_of_the_law(attempts in attempts()) {
        let dossier = fixture::dossier();
        let mut courses = Courses::begin(&dossier);
        let mut stack = vec![courses.now().clone()];
        let mut taken: Vec<Move> = Vec::new();
        let mut at = dossier.received_at;
        for attempt in attempts {
            at = at.checked_add(i64::from(attempt.hours).hours()).unwrap();
            let before = courses.now().clone();
            let from = before.status.national_code().unwrap();
            let m = movement(&dossier, &before, at, step(&attempt, &before));
            let old = before.deadline.clone().unwrap();

            let expected = match attempt.kind {
                None => stack.len() > 1,
                Some(kind) => law(from, kind).is_some()
                    && !(kind.0 == 'B' && standing(&taken).iter().any(|m| {
                        matches!(m.step, Step::SupplementAsked { .. })
                    }))
                    && !(kind.0 == 'G' && attempt.shift <= 0)
                    && !(kind.0 == 'N' && attempt.shift < 0),
            };
            let result = courses.take(&m);
            prop_assert_eq!(result.is_ok(), expected, "{:?} from {}", attempt, from);
            let now = courses.now().clone();
            if !expected {
                prop_assert_eq!(now, before, "a refused step changes nothing");
                continue;
            }
            taken.push(m);
            prop_assert_eq!(now.steps, before.steps + 1);
            let Some(kind) = attempt.kind else {
                stack.pop();
                let restored = stack.last().unwrap();
                prop_assert_eq!(&now, &Course { steps: now.steps, ..restored.clone() });
                continue;
            };
            prop_assert_eq!(now.status.national_code(), law(from, kind));
            // The deadline moves only where a step names it, and by "extended" only later.
            let named = match kind.0 {
                'G' | 'S' | 'N' => old.at.checked_add(attempt.shift.days()).unwrap(),
                _ => old.at,
            };
            let due = now.deadline.clone().unwrap().at;
            prop_assert_eq!(due, named);
            prop_assert!(kind.0 != 'G' || due > old.at);
            // The clock stands still only while the citizen has the word.
            if now.status.is_open() {
                prop_assert_eq!(
                    now.paused.is_some(), now.status == Status::SupplementAsked
                );
            }
            // The work ends once, and then its end and its lateness stand.
            let ends = matches!(kind.0, 'K' | 'R' | 'D' | 'U');
            prop_assert_eq!(now.ended, if ends { Some(at) } else { before.ended });
            prop_assert_eq!(now.ended.is_some(), !now.status.is_open());
            if kind.0 == 'P' {
                prop_assert_eq!(now.punctuality(), before.punctuality());
            }
            stack.push(now);
        }
        // The fold over what is kept gives the same, years later.
        let mut again = Courses::begin(&dossier);
        for m in &taken {
            again.take(m).unwrap();
        }
        prop_assert_eq!(again.now(), courses.now());
        prop_assert_eq!(standing(&taken).len() + 1, stack.len());
        let asked = standing(&taken)
            .iter()
            .filter(|m| matches!(m.step, Step::SupplementAsked { .. }))
            .count();
        prop_assert!(asked <= 1, "a second supplement stands");
    }

    #[test]
    fn a_closed_dossier_only_goes_back(kind in 0..KINDS.len(), closed in 0usize..4) {
        let dossier = fixture::dossier();
        let at = fixture::time("2026-11-24 10:00");
        let mut courses = Courses::begin(&dossier);
        let ways: [&[char]; 4] = [&['R'], &['D'], &['U'], &['K', 'P']];
        for c in ways[closed] {
            let attempt = Try { kind: Some(Kind(*c)), hours: 1, shift: 1 };
            let m = movement(&dossier, courses.now(), at, step(&attempt, courses.now()));
            courses.take(&m).unwrap();
        }
        let kind = KINDS.chars().nth(kind).map(Kind);
        let attempt = Try { kind, hours: 1, shift: 1 };
        let m = movement(&dossier, courses.now(), at, step(&attempt, courses.now()));
        prop_assert!(courses.take(&m).is_err());
    }
}

#[test]
fn the_tables_states_are_the_laws() {
    let mut reached = vec![2u8];
    for _ in 0..4 {
        for from in reached.clone() {
            for kind in KINDS.chars().map(Kind) {
                reached.extend(law(from, kind));
            }
        }
        reached.sort_unstable();
        reached.dedup();
    }
    assert_eq!(reached, (2..=10).collect::<Vec<u8>>());
    for terminal in [3, 7, 8, 10] {
        assert!(KINDS.chars().all(|c| law(terminal, Kind(c)).is_none()), "{terminal}");
    }
}

fn after(steps: Vec<(&str, Step)>) -> Course {
    let dossier = fixture::dossier();
    let mut courses = Courses::begin(&dossier);
    for (at, step) in steps {
        let m = movement(&dossier, courses.now(), fixture::time(at), step);
        courses.take(&m).unwrap();
    }
    courses.now().clone()
}

fn ask() -> Step {
    Step::SupplementAsked { items: vec!["Giấy chứng sinh".into()], reason: "thiếu".into() }
}

fn why() -> String {
    "theo đơn".into()
}

#[test]
fn waiting_for_the_citizen_makes_nobody_late() {
    for step in [
        Step::Withdrawn { reason: why() },
        Step::Refused { reason: why() },
        Step::Stopped { reason: why(), fees: String::new() },
    ] {
        let in_time = after(vec![("2026-11-25 10:00", ask()), ("2026-12-20 09:00", step.clone())]);
        assert_eq!(in_time.punctuality(), Some(Punctuality::Early), "{}", step.label());
        let late = after(vec![("2026-11-30 10:00", ask()), ("2026-12-20 09:00", step.clone())]);
        assert_eq!(late.punctuality(), Some(Punctuality::Late), "{}", step.label());
        let never_paused = after(vec![("2026-12-20 09:00", step)]);
        assert_eq!(never_paused.punctuality(), Some(Punctuality::Late));
    }
}

#[test]
fn a_supplement_keeps_the_deadline() {
    let dossier = fixture::dossier();
    let mut courses = Courses::begin(&dossier);
    let at = fixture::time("2026-11-25 10:00");
    let m = movement(&dossier, courses.now(), at, ask());
    courses.take(&m).unwrap();
    let earlier = Deadline { at, counted_from: date(2026, 11, 25) };
    for deadline in [None, Some(earlier)] {
        let step = Step::Supplemented { components: Vec::new(), deadline };
        let m = movement(&dossier, courses.now(), at, step);
        assert_eq!(courses.take(&m), Err(WorkflowError::DeadlineLost));
    }
    assert_eq!(WorkflowError::DeadlineLost.code(), "OFF-90");
    // Where none was known, none has to be invented.
    let unknown = Dossier { deadline: None, ..dossier };
    let mut courses = Courses::begin(&unknown);
    let m = movement(&unknown, courses.now(), at, ask());
    courses.take(&m).unwrap();
    let step = Step::Supplemented { components: Vec::new(), deadline: None };
    let m = movement(&unknown, courses.now(), at, step);
    courses.take(&m).unwrap();
}

#[test]
fn the_second_of_two_officers_is_told() {
    let dossier = fixture::dossier();
    let mut courses = Courses::begin(&dossier);
    let at = fixture::time("2026-11-25 10:00");
    let both = movement(&dossier, courses.now(), at, ask());
    courses.take(&both).unwrap();
    assert_eq!(courses.take(&both), Err(WorkflowError::Overtaken));
}

#[test]
fn a_taken_back_last_step_cannot_be_taken_back_beyond_reception() {
    let dossier = fixture::dossier();
    let mut courses = Courses::begin(&dossier);
    let at = fixture::time("2026-11-25 10:00");
    let undo = || Step::Undone { reason: why() };
    let m = movement(&dossier, courses.now(), at, undo());
    assert!(courses.take(&m).is_err());
    let m = movement(&dossier, courses.now(), at, ask());
    courses.take(&m).unwrap();
    let m = movement(&dossier, courses.now(), at, undo());
    courses.take(&m).unwrap();
    let m = movement(&dossier, courses.now(), at, undo());
    assert!(courses.take(&m).is_err());
    assert_eq!(courses.now().steps, 2);
}
