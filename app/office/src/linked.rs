//! Linked dossiers (liên thông): one dossier, several procedures, carried out one after the other.
//!
//! The receipt shows two dates: when this unit's own part is due and when the whole is due. Each part's
//! limit is counted from the end of the part before, as if that part's result were received at that
//! moment; a part whose limit cannot be counted leaves every later date, and the whole, unknown: a date
//! is never guessed. When the own date moves (extension, supplement), the same count gives the new dates.

use crate::{
    calendar::{Deadline, TimeLimit, WorkingCalendar},
    dossier::{LinkedPart, ProcedureStamp},
};

/// A further procedure, before its date is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The procedure.
    pub procedure: ProcedureStamp,
    /// Who carries it out.
    pub agency: String,
    /// Its own time limit.
    pub time_limit: TimeLimit,
}

/// The parts with their dates, counted from the own part's deadline on; the last date is the whole
/// dossier's. Without an own deadline, or after a limit that cannot be counted, dates are `None`.
pub fn link(
    calendar: &WorkingCalendar,
    own: Option<&Deadline>,
    parts: impl IntoIterator<Item = Part>,
) -> Vec<LinkedPart> {
    let mut before = own.cloned();
    let mut linked = Vec::new();
    for part in parts {
        let deadline = before.as_ref().and_then(|end| calendar.deadline(end.at, &part.time_limit));
        before.clone_from(&deadline);
        linked.push(LinkedPart {
            procedure: part.procedure,
            agency: part.agency,
            time_limit: part.time_limit,
            deadline,
        });
    }
    linked
}

/// When the whole dossier is due, now that the own part is due at `own`: the dates on the receipt hold
/// while the own date stands as it was.
pub fn total(
    calendar: &WorkingCalendar,
    own: Option<&Deadline>,
    linked: &[LinkedPart],
) -> Option<Deadline> {
    linked.iter().try_fold(own?.clone(), |end, part| calendar.deadline(end.at, &part.time_limit))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::{calendar, stamp, time};

    fn part(time_limit: TimeLimit) -> Part {
        Part { procedure: stamp("1.004194"), agency: "Công an xã".into(), time_limit }
    }

    #[test]
    fn each_part_begins_where_the_one_before_ends() {
        use TimeLimit::*;
        let calendar = calendar();
        let own = calendar.deadline(time("2026-11-23 09:00"), &WorkingDays(1)).unwrap();
        assert_eq!(own.at, time("2026-11-25 17:00"));
        for (limits, dates) in [
            (vec![], vec![]),
            (vec![WorkingDays(2)], vec![Some("2026-11-27 17:00")]),
            // Birth, residence, health insurance: registered, then recorded, then the card.
            (
                vec![WorkingDays(2), WorkingDays(2)],
                vec![Some("2026-11-27 17:00"), Some("2026-12-01 17:00")],
            ),
            (vec![Days(3), SameDay], vec![Some("2026-11-30 17:00"), Some("2026-12-01 17:00")]),
            (vec![WorkingHours(8)], vec![Some("2026-11-27 08:00")]),
            (
                vec![WorkingDays(1), Unclear("3".into()), WorkingDays(1)],
                vec![Some("2026-11-26 17:00"), None, None],
            ),
        ] {
            let linked = link(&calendar, Some(&own), limits.into_iter().map(part));
            let got: Vec<_> = linked.iter().map(|p| p.deadline.as_ref().map(|d| d.at)).collect();
            assert_eq!(got, dates.iter().map(|d| d.map(time)).collect::<Vec<_>>());
            assert_eq!(
                total(&calendar, Some(&own), &linked).map(|d| d.at),
                linked.last().map_or(Some(own.at), |last| last.deadline.as_ref().map(|d| d.at))
            );
        }
        let unknown = link(&calendar, None, [part(WorkingDays(1))]);
        assert_eq!(unknown[0].deadline, None);
        assert_eq!(total(&calendar, None, &unknown), None);
    }

    proptest! {
        #[test]
        fn dates_follow_one_another(
            minute in 0i64..500_000, days in prop::collection::vec(0u16..15, 0..6), later in 0i64..50_000,
        ) {
            let calendar = calendar();
            let due = |minute: i64| {
                let at = time("2026-01-01 00:00").checked_add(jiff::Span::new().minutes(minute)).unwrap();
                calendar.deadline(at, &TimeLimit::WorkingDays(2)).unwrap()
            };
            let own = due(minute);
            let parts: Vec<Part> = days.iter().map(|n| part(TimeLimit::WorkingDays(*n))).collect();
            let linked = link(&calendar, Some(&own), parts);
            let mut before = own.at;
            for part in &linked {
                let end = part.deadline.as_ref().unwrap().at;
                prop_assert!(end >= before);
                before = end;
            }
            // Working days add up: the whole is due after the sum of the parts.
            let sum: u16 = days.iter().sum();
            let at_once = calendar.deadline(own.at, &TimeLimit::WorkingDays(sum)).unwrap();
            prop_assert_eq!(before, at_once.at);
            // An own date that moves later never makes the whole earlier.
            let moved = total(&calendar, Some(&due(minute + later)), &linked).unwrap();
            prop_assert!(moved.at >= total(&calendar, Some(&own), &linked).unwrap().at);
        }
    }
}
