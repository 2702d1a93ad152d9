//! Papers that were made, for dossiers and without one, in the order in which they were.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
};
use office::{
    arrival::CounterNotice,
    dossier::DossierId,
    entry::{ContentHash, Entry, Envelope, Event, Moment, PaperKind, PaperOf, READERS, UserName},
};
use rusqlite::params;

use super::{Page, Way, entry_at, page, page_size, rows};
use crate::{
    Ledger, LedgerError, Result,
    roles::require,
    search::LARGEST_PAGE,
    store::{signed, unsigned},
};

/// A paper that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct MadePaper {
    /// Place of the entry.
    pub place: u64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: UserName,
    /// Which.
    pub what: Made,
}

/// Which paper.
#[derive(Clone, Debug, PartialEq)]
pub enum Made {
    /// One of a dossier.
    Of {
        /// The dossier.
        dossier: DossierId,
        /// Which form.
        kind: PaperKind,
        /// Of which act.
        of: PaperOf,
        /// The PDF.
        content: ContentHash,
    },
    /// One that was given without a dossier.
    Notice(Box<CounterNotice>),
}

impl Ledger {
    /// Papers that were made before the place `until`, by time. `after` is [`Page::next`] of the page before.
    pub fn made(
        &self,
        way: Way,
        until: Option<u64>,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Page<MadePaper>> {
        require(&self.user.roles, READERS)?;
        let limit = limit.clamp(1, LARGEST_PAGE);
        let (from, before) = way.behind(after)?;
        let before = before.min(until.map_or(Ok(i64::MAX), signed)?);
        let sql = format!(
            "SELECT n FROM paper WHERE n >= ?1 AND n < ?2
             UNION ALL SELECT n FROM notice WHERE n >= ?1 AND n < ?2 ORDER BY n {} LIMIT ?3",
            way.sql()
        );
        let places: Vec<i64> =
            rows(&self.db, &sql, params![from, before, page_size(limit)], |row| row.get(0))?;
        page(&places, limit, |n| {
            let Entry { envelope: Envelope { at, user: by, .. }, what } = entry_at(&self.db, n)?;
            let what = match what {
                Event::PaperMade { dossier, kind, of, content } => {
                    Made::Of { dossier, kind, of, content }
                }
                Event::NoticeGiven { notice } => Made::Notice(notice),
                _ => return Err(LedgerError::Damaged { place: "bảng giấy tờ" }),
            };
            Ok(MadePaper { place: unsigned(n)?, at, by, what })
        })
    }

    /// The place before which everything lies that was written until the end of `day`.
    pub fn place_after(&self, day: Date) -> Result<u64> {
        require(&self.user.roles, READERS)?;
        let end = day.saturating_add(1.day()).to_datetime(Time::midnight());
        let end = jiff::tz::offset(7).to_timestamp(end).unwrap_or(Timestamp::MAX);
        Ok(Moment::of(end).place())
    }
}
