//! The figures of a report equal a slow recount of the entries, whatever was undone, annulled or extended.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::collections::BTreeMap;

use fixture::{
    append_dossier, assert_clean, at, found,
    life::{Known, Life, act},
    receive, reception,
    rooms::{due, local, resolve, step, told, transfer, undo},
};
use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};
use ledger::Ledger;
use office::{
    book::Number,
    dossier::{Channel, LinkedPart, Status},
    entry::{Entry, Event},
    statistics::{Figures, GroupBy, Period, due_at},
    workflow::{Courses, Punctuality, Step},
};
use proptest::prelude::*;
use tempfile::tempdir;

const DAY: i64 = 86_400;

/// Every dossier, folded from the log's entries alone.
fn from_entries(ledger: &Ledger) -> Vec<Known> {
    let mut entries = Vec::<Entry>::new();
    let mut before = None;
    loop {
        let page = ledger.log(&[], ledger::Way::Falling, before, 500).unwrap();
        entries.extend(page.items.into_iter().filter_map(|line| line.entry));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    let mut dossiers = Vec::<Known>::new();
    for entry in entries.into_iter().rev() {
        match entry.what {
            Event::DossierReceived { dossier } => dossiers.push(Known {
                courses: Courses::begin(&dossier),
                dossier: *dossier,
                counting: 0,
                annulled: false,
            }),
            Event::DossierMoved { movement } => {
                let known = dossiers.iter_mut().find(|k| k.dossier.id == movement.dossier).unwrap();
                known.courses.take(&movement).unwrap();
            }
            Event::DossierAnnulled { dossier, .. } => {
                dossiers.iter_mut().find(|k| k.dossier.id == dossier).unwrap().annulled = true;
            }
            _ => {}
        }
    }
    dossiers
}

/// Counts one dossier after the other, by the words of the figures.
fn recount<'a>(
    dossiers: impl Iterator<Item = &'a Known>,
    period: Period,
    now: DateTime,
) -> Figures {
    let mut figures = Figures::default();
    let within = |day: Date| period.from <= day && day <= period.to;
    for known in dossiers {
        let (received, course) = (known.received(), known.course());
        if known.annulled {
            figures.annulled += u64::from(within(received));
            continue;
        }
        let ended = course.ended.map(DateTime::date);
        let open_after = |day: Date| ended.is_none_or(|ended| ended > day);
        figures.received += u64::from(within(received));
        let eve = period.from.yesterday().unwrap();
        figures.carried_over += u64::from(received < period.from && open_after(eve));
        if ended.is_some_and(within) {
            *match (course.status, course.punctuality()) {
                (Status::NotAccepted, _) => &mut figures.refused,
                (Status::Stopped, _) => &mut figures.stopped,
                (Status::Withdrawn, _) => &mut figures.withdrawn,
                (_, Some(Punctuality::Early)) => &mut figures.resolved_early,
                (_, Some(Punctuality::OnTime)) => &mut figures.resolved_on_time,
                (_, Some(Punctuality::Late)) => &mut figures.resolved_late,
                (_, None) => &mut figures.resolved_undated,
            } += 1;
        }
        figures.returned += u64::from(course.returned.map(DateTime::date).is_some_and(within));
        if received <= period.to && open_after(period.to) {
            let due = match ended {
                Some(_) => course.deadline.as_ref().map(|due| due.at),
                None => due_at(course),
            };
            let moment = match period.to < now.date() {
                true => period.to.tomorrow().unwrap().at(0, 0, 0, 0),
                false => now,
            };
            match due.is_some_and(|due| due < moment) {
                true => figures.open_late += 1,
                false => figures.open_in_time += 1,
            }
        }
    }
    figures
}

fn key(known: &Known, by: GroupBy) -> String {
    match by {
        GroupBy::Procedure => known.dossier.procedure.code.clone(),
        GroupBy::Field => known.dossier.procedure.field.clone(),
        GroupBy::Officer => known.course().officer.clone(),
        GroupBy::Channel => match known.dossier.channel {
            Channel::Counter => "1".into(),
            Channel::Online => "2".into(),
            Channel::Post => "3".into(),
        },
        GroupBy::All | GroupBy::Month | GroupBy::Day => String::new(),
    }
}

fn spans(period: Period, by: GroupBy, now: DateTime) -> Vec<(String, Period)> {
    let mut spans = Vec::new();
    let mut from = period.from;
    while from <= period.to && from <= now.date() {
        let (to, key) = match by {
            GroupBy::Month => (from.last_of_month().min(period.to), from.strftime("%Y-%m")),
            _ => (from, from.strftime("%Y-%m-%d")),
        };
        spans.push((key.to_string(), Period { from, to }));
        from = to.tomorrow().unwrap();
    }
    spans
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn figures_equal_a_recount_of_the_entries(
        acts in prop::collection::vec(act(), 1..120),
        from in -3..50_i64,
        days in 0..45_i64,
    ) {
        let data = tempdir().unwrap();
        let (mut ledger, _) = found(data.path());
        let mut life = Life::default();
        life.live(&mut ledger, &acts);
        let now = local(at(life.clock + 60));
        let first = local(at(0)).date().checked_add(from.days()).unwrap();
        let period = Period { from: first, to: first.checked_add(days.days()).unwrap() };
        let dossiers = from_entries(&ledger);
        for by in [GroupBy::All, GroupBy::Procedure, GroupBy::Field, GroupBy::Officer, GroupBy::Channel] {
            let mut expected = BTreeMap::<String, Vec<&Known>>::new();
            for known in &dossiers {
                expected.entry(key(known, by)).or_default().push(known);
            }
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(key, group)| (key, recount(group.into_iter(), period, now)))
                .filter(|(_, figures)| !figures.is_empty())
                .collect();
            let rows: Vec<_> = ledger
                .figures(&period, by, now)
                .unwrap()
                .into_iter()
                .map(|row| (row.key, row.figures))
                .collect();
            prop_assert_eq!(&rows, &expected, "{:?} {:?} {}", by, period, now);
            for (_, figures) in rows {
                prop_assert_eq!(
                    figures.carried_over + figures.received,
                    figures.ended() + figures.open()
                );
            }
        }
        for by in [GroupBy::Month, GroupBy::Day] {
            let expected: Vec<_> = spans(period, by, now)
                .into_iter()
                .map(|(key, span)| (key, recount(dossiers.iter(), span, now)))
                .filter(|(_, figures)| !figures.is_empty())
                .collect();
            let rows: Vec<_> = ledger
                .figures(&period, by, now)
                .unwrap()
                .into_iter()
                .map(|row| (row.key, row.figures))
                .collect();
            prop_assert_eq!(rows, expected, "{:?} {:?} {}", by, period, now);
        }
    }
}

fn all(ledger: &Ledger, from: i64, to: i64, now: i64) -> Figures {
    let period = Period { from: local(at(from)).date(), to: local(at(to)).date() };
    let rows = ledger.figures(&period, GroupBy::All, local(at(now))).unwrap();
    rows.first().map(|row| row.figures).unwrap_or_default()
}

#[test]
fn late_and_open_follow_undoing_annulment_and_extension() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let mut ids = Vec::new();
    for i in 0..3 {
        // Due on the fourth day at 8:00.
        let entry = append_dossier(&mut ledger, i, at(0));
        let Event::DossierReceived { dossier } = entry.what else { panic!() };
        ids.push(dossier.id);
    }
    let late = |ledger: &Ledger, now: i64| {
        let figures = all(ledger, 0, now, now);
        (figures.open_in_time, figures.open_late)
    };
    assert_eq!(late(&ledger, 3 * DAY), (3, 0), "due this very minute");
    assert_eq!(late(&ledger, 3 * DAY + 1), (0, 3));
    // Extended: no longer late.
    let extended =
        Step::Extended { deadline: due(local(at(9 * DAY))), reason: "cần xác minh".into() };
    ledger.append(at(4 * DAY), told(&ids[0], 0, at(4 * DAY), extended)).unwrap();
    assert_eq!(late(&ledger, 4 * DAY), (1, 2));
    // Resolved late, taken back, resolved again.
    for (seen, what) in [(0, resolve()), (1, undo()), (2, transfer("Người hai")), (3, resolve())]
    {
        ledger.record(at(5 * DAY), step(&ids[1], seen, at(5 * DAY), what), &[]).unwrap();
        let figures = all(&ledger, 0, 5 * DAY, 5 * DAY);
        let done = u64::from(seen == 0 || seen == 3);
        assert_eq!((figures.resolved_late, figures.open_late), (done, 2 - done), "{seen}");
    }
    // Annulled: it never was.
    let annulled = Event::DossierAnnulled { dossier: ids[2].clone(), reason: "nhầm".into() };
    ledger.record(at(6 * DAY), annulled, &[]).unwrap();
    let figures = all(&ledger, 0, 6 * DAY, 6 * DAY);
    assert_eq!((figures.received, figures.annulled), (2, 1));
    assert_eq!((figures.resolved_late, figures.open_in_time, figures.open_late), (1, 1, 0));
    // By officer: the dossier counts for whoever had it last.
    let period = Period { from: local(at(0)).date(), to: local(at(6 * DAY)).date() };
    let rows = ledger.figures(&period, GroupBy::Officer, local(at(6 * DAY))).unwrap();
    let resolved: Vec<_> = rows.iter().map(|r| (r.key.as_str(), r.figures.resolved())).collect();
    assert_eq!(resolved, [("Người chi", 0), ("Người hai", 1)]);
    assert_clean(&ledger);
}

#[test]
fn a_linked_dossier_counts_once() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let mut linked = reception(1, at(0));
    linked.linked = vec![LinkedPart {
        procedure: linked.procedure.clone(),
        agency: "Công an xã".into(),
        time_limit: linked.time_limit.clone(),
        deadline: None,
    }];
    let entry = ledger.append(at(0), receive(linked)).unwrap();
    let Event::DossierReceived { dossier } = &entry.what else { panic!() };
    assert!(matches!(dossier.tracking, Number::Issued(_)));
    let figures = all(&ledger, 0, 0, 60);
    assert_eq!((figures.received, figures.open()), (1, 1));
}
