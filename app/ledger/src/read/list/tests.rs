//! Pages of the list against all that meets a filter.
#![allow(clippy::unwrap_used)]

use std::cmp::Ordering;

use jiff::ToSpan;
use proptest::prelude::*;

use super::*;
use crate::fixture::{
    at, found, identity,
    life::{Life, OFFICERS, act},
    rooms::local,
};

/// The conditions, one dossier after the other.
fn meets(filter: &Filter, record: &DossierRecord) -> bool {
    let (dossier, course) = (&record.dossier, &record.course);
    let due = office::statistics::due_at(course).filter(|_| record.annulled.is_none());
    (filter.statuses.is_empty() || filter.statuses.contains(&record.status()))
        && filter.procedure.as_ref().is_none_or(|code| *code == dossier.procedure.code)
        && filter.field.as_ref().is_none_or(|field| *field == dossier.procedure.field)
        && filter.officer.as_ref().is_none_or(|officer| *officer == course.officer)
        && filter.unit.as_ref().is_none_or(|unit| *unit == course.unit)
        && filter.channel.is_none_or(|channel| channel == dossier.channel)
        && filter
            .received
            .is_none_or(|(from, to)| (from..=to).contains(&dossier.received_at.date()))
        && filter.due.is_none_or(|wanted| {
            due.is_some_and(|due| match wanted {
                Due::Overdue(now) => due < now,
                Due::Today(day) => due.date() == day,
                Due::Within(from, until) => from <= due && due < until,
            })
        })
        && filter
            .number
            .as_ref()
            .is_none_or(|number| dossier.applicant.person.number.as_ref() == Some(number))
}

/// The procedures of the fixture in the order of their names.
const BY_NAME: [&str; 8] = [
    "2.000635", "2.000815", "1.010803", "1.004873", "1.000894", "1.001193", "1.000656", "1.012345",
];

fn sort() -> impl Strategy<Value = Sort> {
    let by = [SortBy::Received, SortBy::Due, SortBy::Name, SortBy::Procedure, SortBy::Status];
    (prop::sample::select(by.to_vec()), prop::bool::ANY)
        .prop_map(|(by, up)| Sort { by, way: if up { Way::Rising } else { Way::Falling } })
}

prop_compose! {
    fn filter()(
        statuses in prop::sample::subsequence(Status::ALL.to_vec(), 0..10),
        any in prop::bool::ANY,
        procedure in prop::option::weighted(0.2, 0..2_usize),
        field in prop::option::weighted(0.2, 0..2_usize),
        officer in prop::option::weighted(0.3, 0..4_usize),
        unit in prop::option::weighted(0.2, prop::bool::ANY),
        channel in prop::option::weighted(0.2, 0..3_usize),
        received in prop::option::weighted(0.3, (0..40_i64, 0..20_i64)),
        due in prop::option::weighted(0.3, (0..40_i64, 0..3_u8)),
        number in prop::option::weighted(0.1, 0..9_u64),
        sort in sort(),
    ) -> Filter {
        let day = |days: i64| local(at(0)).date().checked_add(days.days()).unwrap();
        Filter {
            statuses: if any { Vec::new() } else { statuses },
            procedure: procedure.map(|i| ["1.001193", "2.000815"][i].into()),
            field: field.map(|i| ["Hộ tịch", "Chứng thực"][i].into()),
            officer: officer.map(|i| OFFICERS.get(i).copied().unwrap_or("Không ai").into()),
            unit: unit.map(|away| if away { "Phòng Văn hóa – Xã hội".into() } else { String::new() }),
            channel: channel.map(|i| [Channel::Counter, Channel::Online, Channel::Post][i]),
            received: received.map(|(from, days)| (day(from), day(from + days))),
            due: due.map(|(days, what)| match what {
                0 => Due::Overdue(day(days).at(12, 0, 0, 0)),
                1 => Due::Today(day(days)),
                _ => Due::Within(day(days).at(8, 0, 0, 0), day(days + 3).at(8, 0, 0, 0)),
            }),
            sort,
            number: number.and_then(|i| identity(i, office::evidence::Evidence::Typed).person.number),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Without patience, with short fetches: pages are short and lead through all that meet the
    /// filter, in its order, whichever index is followed.
    #[test]
    fn pages_lead_through_all_that_meet_the_filter(
        acts in prop::collection::vec(act(), 20..160),
        filters in prop::collection::vec(filter(), 24),
        limit in 1..7_usize,
    ) {
        let data = tempfile::tempdir().unwrap();
        let (mut ledger, _) = found(data.path());
        Life::default().live(&mut ledger, &acts);
        let all = ledger.dossiers(&crate::Dossiers::All, None, 500).unwrap().items;
        for filter in filters {
            let mut expected: Vec<&DossierRecord> =
                all.iter().filter(|record| meets(&filter, record)).collect();
            let due = |record: &DossierRecord| {
                office::statistics::due_at(&record.course).filter(|_| record.annulled.is_none())
            };
            let falls = filter.sort.way == Way::Falling;
            let turned = |order: Ordering| if falls { order.reverse() } else { order };
            let name = |record: &DossierRecord| {
                collate::name(&record.dossier.applicant.person.name)
            };
            let procedure = |record: &DossierRecord| {
                let code = record.dossier.procedure.code.as_str();
                BY_NAME.iter().position(|known| *known == code).unwrap()
            };
            let standing = |record: &DossierRecord| record.status().national_code().unwrap_or(99);
            match filter.sort.by {
                SortBy::Received => expected.sort_by(|a, b| turned(a.place.cmp(&b.place))),
                SortBy::Due => {
                    expected.retain(|record| due(record).is_some());
                    expected.sort_by(|a, b| {
                        turned((due(a), a.place).cmp(&(due(b), b.place)))
                    });
                }
                SortBy::Name => expected
                    .sort_by(|a, b| turned((name(a), a.place).cmp(&(name(b), b.place)))),
                // All are the newest first, and stay so in their group.
                SortBy::Procedure => {
                    expected.sort_by(|a, b| turned(procedure(a).cmp(&procedure(b))));
                }
                SortBy::Status => expected.sort_by(|a, b| turned(standing(a).cmp(&standing(b)))),
            }
            let expected: Vec<u64> = expected.iter().map(|record| record.place).collect();
            let (mut listed, mut before) = (Vec::new(), None);
            loop {
                let page = ledger.list(&filter, before, limit).unwrap();
                prop_assert!(page.items.len() <= limit);
                listed.extend(page.items.iter().map(|record| record.place));
                before = page.next;
                if before.is_none() {
                    break;
                }
            }
            prop_assert_eq!(listed, expected, "{:?}", filter);
        }
    }
}
