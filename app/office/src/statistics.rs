//! Figures of the reports: what came in, what went out and how punctually, what is still open.
//!
//! A dossier leaves a few [`Measure`]s on days: received, ended, returned, fell late. They follow from
//! where the dossier stands now ([`traces`]), so a later undoing, annulment or extension sets earlier
//! periods right too. Adding measures up gives every figure of every period, and the account closes:
//!
//! ```text
//! carried over + received = ended + open
//! ```
//!
//! An annulled reception never was: it is told apart and counts in no other figure. A linked dossier is
//! one dossier. While a supplement is awaited the clock stands still, and nothing falls due.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use crate::{
    dossier::Status,
    workflow::{Course, Punctuality},
};

/// Days of a report, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// What a report has a row for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// One row for all.
    All,
    /// By procedure code.
    Procedure,
    /// By field (lĩnh vực).
    Field,
    /// By the officer who has the dossier, or had it last.
    Officer,
    /// By channel.
    Channel,
    /// By calendar month.
    Month,
    /// By day.
    Day,
}

/// What a dossier leaves on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// Received.
    Received,
    /// Received, and the reception was annulled (at any time).
    Annulled,
    /// Resolved before the day it was due.
    ResolvedEarly,
    /// Resolved on the day.
    ResolvedOnTime,
    /// Resolved too late.
    ResolvedLate,
    /// Resolved without a known deadline.
    ResolvedUndated,
    /// Not accepted.
    Refused,
    /// Stopped.
    Stopped,
    /// Taken back by the citizen.
    Withdrawn,
    /// The result was handed over.
    Returned,
    /// The deadline passed while the dossier was open: late from the end of this day on.
    FellLate,
    /// A late dossier ended.
    LateEnded,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Measure; 12] = [
        Measure::Received,
        Measure::Annulled,
        Measure::ResolvedEarly,
        Measure::ResolvedOnTime,
        Measure::ResolvedLate,
        Measure::ResolvedUndated,
        Measure::Refused,
        Measure::Stopped,
        Measure::Withdrawn,
        Measure::Returned,
        Measure::FellLate,
        Measure::LateEnded,
    ];

    /// What it adds to the dossiers that are open at the end of its day.
    pub fn open(self) -> i64 {
        match self {
            Measure::Received => 1,
            Measure::ResolvedEarly
            | Measure::ResolvedOnTime
            | Measure::ResolvedLate
            | Measure::ResolvedUndated
            | Measure::Refused
            | Measure::Stopped
            | Measure::Withdrawn => -1,
            Measure::Annulled | Measure::Returned | Measure::FellLate | Measure::LateEnded => 0,
        }
    }

    /// What it adds to the dossiers that are open and late at the end of its day.
    pub fn late(self) -> i64 {
        match self {
            Measure::FellLate => 1,
            Measure::LateEnded => -1,
            _ => 0,
        }
    }
}

/// When a dossier that the office works on has to be done; `None` where it has ended, no deadline is
/// known, or the clock stands still. A clock that was stopped after the deadline makes nothing good.
pub fn due_at(course: &Course) -> Option<DateTime> {
    let due = course.deadline.as_ref()?.at;
    let stopped_in_time = course.paused.is_some_and(|since| since <= due);
    (course.status.is_open() && !stopped_in_time).then_some(due)
}

/// What a dossier leaves on which days. No event is dated before the reception: a machine's clock may
/// have gone back, and the account has to close all the same.
pub fn traces(received: Date, course: &Course, annulled: bool) -> Vec<(Date, Measure)> {
    if annulled {
        return vec![(received, Measure::Annulled)];
    }
    let mut traces = vec![(received, Measure::Received)];
    let Some(ended) = course.ended.map(|ended| ended.date().max(received)) else {
        traces.extend(due_at(course).map(|due| (due.date().max(received), Measure::FellLate)));
        return traces;
    };
    traces.push((ended, ending(course)));
    if let Some(due) = course.deadline.as_ref().map(|due| due.at.date().max(received))
        && due < ended
    {
        traces.extend([(due, Measure::FellLate), (ended, Measure::LateEnded)]);
    }
    traces.extend(course.returned.map(|at| (at.date().max(ended), Measure::Returned)));
    traces
}

fn ending(course: &Course) -> Measure {
    match (course.status, course.punctuality()) {
        (Status::NotAccepted, _) => Measure::Refused,
        (Status::Stopped, _) => Measure::Stopped,
        (Status::Withdrawn, _) => Measure::Withdrawn,
        (_, Some(Punctuality::Early)) => Measure::ResolvedEarly,
        (_, Some(Punctuality::OnTime)) => Measure::ResolvedOnTime,
        (_, Some(Punctuality::Late)) => Measure::ResolvedLate,
        (_, None) => Measure::ResolvedUndated,
    }
}

/// Dossiers of a period, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Open when the period began.
    pub carried_over: u64,
    /// Received in the period.
    pub received: u64,
    /// Resolved before the day they were due.
    pub resolved_early: u64,
    /// Resolved on the day.
    pub resolved_on_time: u64,
    /// Resolved too late.
    pub resolved_late: u64,
    /// Resolved, and no deadline is known.
    pub resolved_undated: u64,
    /// Not accepted.
    pub refused: u64,
    /// Stopped.
    pub stopped: u64,
    /// Taken back.
    pub withdrawn: u64,
    /// Received in the period by mistake; in no other figure.
    pub annulled: u64,
    /// Results handed over in the period.
    pub returned: u64,
    /// Open and not late at the end of the period, or now where it is not over.
    pub open_in_time: u64,
    /// Open and late then.
    pub open_late: u64,
}

impl Figures {
    /// Resolved in the period.
    pub fn resolved(&self) -> u64 {
        self.resolved_early + self.resolved_on_time + self.resolved_late + self.resolved_undated
    }

    /// Ended in the period, in whatever way.
    pub fn ended(&self) -> u64 {
        self.resolved() + self.refused + self.stopped + self.withdrawn
    }

    /// Open at the end.
    pub fn open(&self) -> u64 {
        self.open_in_time + self.open_late
    }

    /// Whether there is nothing to report.
    pub fn is_empty(&self) -> bool {
        *self == Figures::default()
    }
}

/// A report's row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Code, name, `2026-11` or `2026-11-28`; empty for all.
    pub key: String,
    /// For the eye.
    pub label: String,
    /// The figures.
    pub figures: Figures,
}

/// The account of a span of days: what was open before, and what the days saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Open when the span began.
    pub open_before: i64,
    /// Late and open when the span began.
    pub late_before: i64,
    sums: [i64; Measure::ALL.len()],
}

impl Account {
    /// Adds `count` dossiers that left `measure` in the span.
    pub fn add(&mut self, measure: Measure, count: i64) {
        self.sums[measure as usize] += count;
    }

    /// The account of the span that follows, in which nothing happened yet.
    pub fn following(&self) -> Account {
        Account { open_before: self.open(), late_before: self.late(), ..Account::default() }
    }

    /// Adds another account of the same span.
    pub fn merge(&mut self, other: &Account) {
        self.open_before += other.open_before;
        self.late_before += other.late_before;
        for (sum, more) in self.sums.iter_mut().zip(other.sums) {
            *sum += more;
        }
    }

    /// Open at the end of the span.
    pub fn open(&self) -> i64 {
        self.open_before + self.sum(Measure::open)
    }

    /// Late and open at the end of the span's last day.
    pub fn late(&self) -> i64 {
        self.late_before + self.sum(Measure::late)
    }

    fn sum(&self, weight: fn(Measure) -> i64) -> i64 {
        Measure::ALL.iter().map(|measure| weight(*measure) * self.sums[*measure as usize]).sum()
    }

    /// The figures; `late` at the end of the span, or now.
    pub fn figures(&self, late: i64) -> Figures {
        let count = |measure: Measure| natural(self.sums[measure as usize]);
        Figures {
            carried_over: natural(self.open_before),
            received: count(Measure::Received),
            resolved_early: count(Measure::ResolvedEarly),
            resolved_on_time: count(Measure::ResolvedOnTime),
            resolved_late: count(Measure::ResolvedLate),
            resolved_undated: count(Measure::ResolvedUndated),
            refused: count(Measure::Refused),
            stopped: count(Measure::Stopped),
            withdrawn: count(Measure::Withdrawn),
            annulled: count(Measure::Annulled),
            returned: count(Measure::Returned),
            open_in_time: natural(self.open() - late),
            open_late: natural(late),
        }
    }
}

/// Counts of dossiers are never negative; a damaged table may say otherwise, and its check tells.
fn natural(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use jiff::{ToSpan, civil::date};
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::Deadline;

    #[derive(Debug)]
    struct Case {
        received: Date,
        course: Course,
        annulled: bool,
    }

    fn moment(day: i64, hour: i8) -> DateTime {
        date(2026, 1, 1).checked_add(day.days()).unwrap().at(hour, 0, 0, 0)
    }

    prop_compose! {
        /// Any dossier, also one whose clock went back between two steps.
        fn case()(
            received in 0..60_i64,
            due in prop::option::of((0..80_i64, 7..18_i8)),
            ended in prop::option::of((-5..60_i64, 7..18_i8)),
            way in 0..9_usize,
            paused in prop::option::of(-5..30_i64),
            returned in prop::option::of(-5..30_i64),
            annulled in prop::bool::weighted(0.1),
        ) -> Case {
            let deadline = due.map(|(day, hour)| Deadline {
                at: moment(day, hour),
                counted_from: moment(received, 8).date(),
            });
            let open = [Status::Received, Status::Processing, Status::SupplementAsked, Status::PaymentAsked];
            let over = [Status::NotAccepted, Status::Stopped, Status::Withdrawn, Status::Resolved, Status::Returned];
            let status = match ended {
                Some(_) => over[way % over.len()],
                None => open[way % open.len()],
            };
            let course = Course {
                status,
                unit: String::new(),
                officer: String::new(),
                deadline,
                paused: paused.filter(|_| status == Status::SupplementAsked).map(|day| moment(received + day, 9)),
                supplement_asked: false,
                ended: ended.map(|(day, hour)| moment(received + day, hour)),
                returned: returned.filter(|_| status == Status::Returned).map(|day| moment(received + day, 10)),
                electronic_result: false,
                steps: 0,
            };
            Case { received: moment(received, 8).date(), course, annulled }
        }
    }

    /// Counts one dossier after the other, by the words of the figures.
    fn recount(cases: &[Case], period: Period) -> Figures {
        let mut figures = Figures::default();
        let within = |day: Date| period.from <= day && day <= period.to;
        for Case { received, course, annulled } in cases {
            if *annulled {
                figures.annulled += u64::from(within(*received));
                continue;
            }
            let ended = course.ended.map(|at| at.date().max(*received));
            let open_after = |day: Date| ended.is_none_or(|ended| ended > day);
            figures.received += u64::from(within(*received));
            let before = period.from.yesterday().unwrap();
            figures.carried_over += u64::from(*received < period.from && open_after(before));
            if ended.is_some_and(within) {
                let counter = match course.status {
                    Status::NotAccepted => &mut figures.refused,
                    Status::Stopped => &mut figures.stopped,
                    Status::Withdrawn => &mut figures.withdrawn,
                    _ => match course.punctuality() {
                        Some(Punctuality::Early) => &mut figures.resolved_early,
                        Some(Punctuality::OnTime) => &mut figures.resolved_on_time,
                        Some(Punctuality::Late) => &mut figures.resolved_late,
                        None => &mut figures.resolved_undated,
                    },
                };
                *counter += 1;
            }
            if let (Some(returned), Some(ended)) = (course.returned, ended) {
                figures.returned += u64::from(within(returned.date().max(ended)));
            }
            if *received <= period.to && open_after(period.to) {
                let due = match ended {
                    Some(_) => course.deadline.as_ref().map(|due| due.at),
                    None => due_at(course),
                };
                let end = period.to.tomorrow().unwrap().at(0, 0, 0, 0);
                if due.is_some_and(|due| due < end) {
                    figures.open_late += 1;
                } else {
                    figures.open_in_time += 1;
                }
            }
        }
        figures
    }

    proptest! {
        #[test]
        fn the_account_closes_and_equals_a_recount(
            cases in prop::collection::vec(case(), 0..40),
            from in 0..70_i64,
            days in 0..40_i64,
        ) {
            let period = Period { from: moment(from, 0).date(), to: moment(from + days, 0).date() };
            let mut account = Account::default();
            for case in &cases {
                for (day, measure) in traces(case.received, &case.course, case.annulled) {
                    if day < period.from {
                        account.open_before += measure.open();
                        account.late_before += measure.late();
                    } else if day <= period.to {
                        account.add(measure, 1);
                    }
                }
            }
            let figures = account.figures(account.late());
            prop_assert_eq!(figures, recount(&cases, period));
            prop_assert_eq!(
                figures.carried_over + figures.received,
                figures.ended() + figures.open()
            );
        }
    }

    #[test]
    fn a_stopped_clock_is_not_due_unless_it_ran_out_before() {
        let case = |paused: Option<DateTime>, status| Course {
            status,
            unit: String::new(),
            officer: String::new(),
            deadline: Some(Deadline { at: moment(5, 17), counted_from: moment(0, 0).date() }),
            paused,
            supplement_asked: true,
            ended: None,
            returned: None,
            electronic_result: false,
            steps: 1,
        };
        for (paused, due) in
            [(None, true), (Some(moment(5, 16)), false), (Some(moment(6, 8)), true)]
        {
            assert_eq!(due_at(&case(paused, Status::SupplementAsked)).is_some(), due, "{paused:?}");
        }
        assert_eq!(due_at(&case(None, Status::Resolved)), None);
    }
}
