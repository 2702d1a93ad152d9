//! Counts for the reports: each entry changes them by what its dossier left on its days before and after.

use std::collections::BTreeMap;

use jiff::civil::Date;
use office::statistics::{Measure, traces};
use rusqlite::Connection;

use super::course::Standing;
use crate::{Result, model::Model};

/// Open dossiers gained in a month, as a row of `tally`.
pub(crate) const MONTH_OPEN: i64 = 101;
/// Late ones gained in a month.
pub(crate) const MONTH_LATE: i64 = 102;

/// A day in `tally`: `20261128`.
pub(crate) fn day_key(day: Date) -> i64 {
    month_key(day) * 100 + i64::from(day.day())
}

/// A month in `tally`: `202611`. Months and days share a column: no month is as great as a day.
pub(crate) fn month_key(day: Date) -> i64 {
    i64::from(day.year()) * 100 + i64::from(day.month())
}

/// A measure in `tally`: never changed, never reused.
pub(crate) fn measure_key(measure: Measure) -> i64 {
    match measure {
        Measure::Received => 1,
        Measure::Annulled => 2,
        Measure::ResolvedEarly => 3,
        Measure::ResolvedOnTime => 4,
        Measure::ResolvedLate => 5,
        Measure::ResolvedUndated => 6,
        Measure::Refused => 7,
        Measure::Stopped => 8,
        Measure::Withdrawn => 9,
        Measure::Returned => 10,
        Measure::FellLate => 11,
        Measure::LateEnded => 12,
    }
}

/// Changes the counts by the difference of one dossier.
pub(super) fn change(
    db: &Connection,
    before: Option<&Standing>,
    after: Option<&Standing>,
) -> Result<()> {
    // A dossier that the figures still lack is counted as it stands when they come to it.
    let Some(place) = before.or(after).map(|standing| standing.place) else { return Ok(()) };
    if !Model::Figures.takes(db, place)? {
        return Ok(());
    }
    let mut changes = BTreeMap::new();
    for (standing, sign) in [(before, -1), (after, 1)] {
        if let Some(standing) = standing {
            leave(&mut changes, standing, sign);
        }
    }
    write(db, changes)
}

/// Counts dossiers that the figures lacked.
pub(crate) fn count(db: &Connection, standings: &[Standing]) -> Result<()> {
    let mut changes = BTreeMap::new();
    standings.iter().for_each(|standing| leave(&mut changes, standing, 1));
    write(db, changes)
}

/// Empties the figures.
pub(crate) fn clear(db: &Connection) -> Result<()> {
    Ok(db.execute_batch("DELETE FROM tally")?)
}

/// Changes of the tally by period, slice and measure.
type Changes = BTreeMap<(i64, i64, i64), i64>;

/// What a dossier leaves on its days.
fn leave(changes: &mut Changes, standing: &Standing, sign: i64) {
    for (day, measure) in
        traces(standing.received, &standing.top.course, standing.annulled.is_some())
    {
        let month = month_key(day);
        for (period, key, count) in [
            (day_key(day), measure_key(measure), 1),
            (month, MONTH_OPEN, measure.open()),
            (month, MONTH_LATE, measure.late()),
        ] {
            *changes.entry((period, standing.slice, key)).or_insert(0) += sign * count;
        }
    }
}

fn write(db: &Connection, changes: Changes) -> Result<()> {
    for ((period, slice, measure), count) in changes {
        if count != 0 {
            add(db, period, slice, measure, count)?;
        }
    }
    Ok(())
}

fn add(db: &Connection, period: i64, slice: i64, measure: i64, count: i64) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO tally (period, slice, measure, count) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET count = count + excluded.count",
    )?
    .execute([period, slice, measure, count])?;
    // Entries come in any order, so a count may pass zero from either side.
    db.prepare_cached(
        "DELETE FROM tally WHERE period = ?1 AND slice = ?2 AND measure = ?3 AND count = 0",
    )?
    .execute([period, slice, measure])?;
    Ok(())
}
