//! What the tables say of a book's series: its last number, who holds it, whether it waits.

use office::{
    book::{BookId, Series},
    entry::DeviceId,
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::Result;

/// Who holds a book's year, and in which epoch.
pub(crate) fn holder(db: &Connection, book: BookId, year: i16) -> Result<Option<(DeviceId, u32)>> {
    let held = db
        .prepare_cached(
            "SELECT device, epoch FROM lease WHERE book = ?1 AND year = ?2
             ORDER BY epoch DESC, n LIMIT 1",
        )?
        .query_row(params![book.as_str(), year], |row| Ok((DeviceId(row.get(0)?), row.get(1)?)))
        .optional()?;
    Ok(held)
}

/// Who holds a book's highest epoch, over all years: they may open its next year.
pub(crate) fn successor(db: &Connection, book: BookId) -> Result<Option<(DeviceId, u32)>> {
    let held = db
        .prepare_cached(
            "SELECT device, epoch FROM lease WHERE book = ?1 ORDER BY epoch DESC, n LIMIT 1",
        )?
        .query_row([book.as_str()], |row| Ok((DeviceId(row.get(0)?), row.get(1)?)))
        .optional()?;
    Ok(held)
}

/// The years of a book that have a lease.
pub(crate) fn leased_years(db: &Connection, book: BookId) -> Result<Vec<i16>> {
    let mut statement =
        db.prepare_cached("SELECT DISTINCT year FROM lease WHERE book = ?1 ORDER BY year")?;
    let years = statement.query_map([book.as_str()], |row| row.get(0))?;
    Ok(years.collect::<rusqlite::Result<_>>()?)
}

/// Whether a restore put the numbers of a series in doubt and nobody confirmed its last one yet.
pub(crate) fn waits(db: &Connection, series: Series) -> Result<bool> {
    let sql = "SELECT 1 FROM waits WHERE book = ?1 AND NOT EXISTS (
        SELECT 1 FROM confirmed WHERE book = ?1 AND begins <= ?2 AND confirmed.n > waits.n)";
    Ok(db
        .prepare_cached(sql)?
        .exists(params![series.book.as_str(), series.begins().to_string()])?)
}

/// The last number issued in a series, here or on paper; 0 where there is none.
pub(crate) fn last_number(db: &Connection, series: Series) -> Result<u32> {
    let sql = "SELECT max(
        (SELECT coalesce(max(value), 0) FROM number WHERE book = ?1 AND year = ?2 AND day = ?3),
        (SELECT coalesce(max(after), 0) FROM lease WHERE book = ?1 AND year = ?2 AND day = ?3))";
    let last = params![series.book.as_str(), series.year, day_key(series)];
    Ok(db.prepare_cached(sql)?.query_row(last, |row| row.get(0))?)
}

/// A series' day; books of a year have none.
pub(crate) fn day_key(series: Series) -> String {
    series.day.map(|day| day.to_string()).unwrap_or_default()
}
