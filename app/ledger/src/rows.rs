//! Rows and pages of lists, and counts as SQLite stores them.

use rusqlite::{Connection, Row};

use crate::{LedgerError, Result};

/// Most rows of a page.
pub const LARGEST_PAGE: usize = 500;

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Hand in for the next page; `None` at the end.
    pub next: Option<u64>,
}

/// Which way a list runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From A to Z, from old to new.
    Rising,
    /// The other way round.
    Falling,
}

impl Way {
    /// For `ORDER BY`.
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Way::Rising => "ASC",
            Way::Falling => "DESC",
        }
    }

    /// The places that lie behind one: from the first until before the second.
    pub(crate) fn behind(self, place: Option<u64>) -> Result<(i64, i64)> {
        Ok(match (self, place) {
            (_, None) => (0, i64::MAX),
            (Way::Rising, Some(place)) => (signed(place)?.saturating_add(1), i64::MAX),
            (Way::Falling, Some(place)) => (0, signed(place)?),
        })
    }
}

pub(crate) fn rows<T>(
    db: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(params, read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn page<T>(
    places: &[i64],
    limit: usize,
    read: impl FnMut(i64) -> Result<T>,
) -> Result<Page<T>> {
    let next = match places.last() {
        Some(last) if places.len() == limit => Some(unsigned(*last)?),
        _ => None,
    };
    Ok(Page { items: places.iter().copied().map(read).collect::<Result<_>>()?, next })
}

pub(crate) fn page_size(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// A count as SQLite stores it.
pub(crate) fn signed(count: u64) -> Result<i64> {
    i64::try_from(count).map_err(|_| LedgerError::Damaged { place: "số thứ tự mục ghi" })
}

pub(crate) fn unsigned(count: i64) -> Result<u64> {
    u64::try_from(count).map_err(|_| LedgerError::Damaged { place: "số thứ tự mục ghi" })
}
