//! Counts for the reports: each entry changes them by what its dossier left on its days before and after.

use std::collections::BTreeMap;

use jiff::civil::Date;
use office::statistics::{Measure, traces};
use rusqlite::{Connection, params};

use super::course::Standing;
use crate::Result;

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
    let mut changes = BTreeMap::new();
    for (standing, sign) in [(before, -1), (after, 1)] {
        let Some(standing) = standing else { continue };
        *changes.entry((0, standing.slice, 0)).or_insert(0) += sign;
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
    for ((period, slice, measure), count) in changes {
        match (period, count) {
            (_, 0) => {}
            (0, _) => {
                db.prepare_cached("UPDATE slice SET dossiers = dossiers + ?2 WHERE id = ?1")?
                    .execute([slice, count])?;
            }
            _ => add(db, period, slice, measure, count)?,
        }
    }
    Ok(())
}

fn add(db: &Connection, period: i64, slice: i64, measure: i64, count: i64) -> Result<()> {
    let left: i64 = db
        .prepare_cached(
            "INSERT INTO tally (period, slice, measure, count) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET count = count + excluded.count RETURNING count",
        )?
        .query_row(params![period, slice, measure, count], |row| row.get(0))?;
    if left == 0 {
        db.prepare_cached("DELETE FROM tally WHERE period = ?1 AND slice = ?2 AND measure = ?3")?
            .execute([period, slice, measure])?;
    }
    Ok(())
}
