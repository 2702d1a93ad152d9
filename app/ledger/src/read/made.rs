//! Papers that were made, for a subject and without one, in the order in which they were.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
};
use office::{
    arrival::CounterNotice,
    entry::{
        ContentHash, Entry, Envelope, Event, Moment, Numbering, PaperKind, PaperOf, READERS,
        UserName,
    },
    subject::Subject,
};
use rusqlite::params;

use crate::{
    Ledger, LedgerError, Result,
    roles::require,
    rows::{LARGEST_PAGE, signed, unsigned},
};
use crate::{
    project::entry::entry_at,
    rows::{Page, Way, page, page_size, rows},
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
    /// One of a subject.
    Of {
        /// What it is for.
        subject: Subject,
        /// Which form.
        kind: PaperKind,
        /// What of it.
        of: PaperOf,
        /// The PDF.
        content: ContentHash,
    },
    /// One that was given without a subject.
    Notice(Box<CounterNotice>),
}

/// A document that was made for a subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Paper {
    /// When.
    pub at: Timestamp,
    /// Which form.
    pub kind: PaperKind,
    /// What of the subject.
    pub of: PaperOf,
    /// The PDF.
    pub content: ContentHash,
    /// Whether it tells its numbers.
    pub numbers: Numbering,
}

impl Ledger {
    /// Documents made for a subject, newest first.
    pub fn papers(&self, subject: impl Into<Subject>) -> Result<Vec<Paper>> {
        require(&self.user.roles, READERS)?;
        let places: Vec<i64> = rows(
            &self.db,
            "SELECT n FROM paper WHERE subject = ?1 ORDER BY n DESC LIMIT ?2",
            params![subject.into().to_string(), page_size(LARGEST_PAGE)],
            |row| row.get(0),
        )?;
        places
            .into_iter()
            .map(|n| match entry_at(&self.db, n)? {
                Entry {
                    envelope: Envelope { at, .. },
                    what: Event::PaperMade { kind, of, content, numbers, .. },
                } => Ok(Paper { at, kind, of, content, numbers }),
                _ => Err(LedgerError::Damaged { place: "bảng giấy tờ" }),
            })
            .collect()
    }

    /// Papers that somebody made before the place `until`, by time; not those that the program keeps by itself
    /// ([`PaperKind::is_own`]). `after` is [`Page::next`] of the page before.
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
            "SELECT n FROM paper WHERE NOT own AND n >= ?1 AND n < ?2
             UNION ALL SELECT n FROM notice WHERE n >= ?1 AND n < ?2 ORDER BY n {} LIMIT ?3",
            way.sql()
        );
        let places: Vec<i64> =
            rows(&self.db, &sql, params![from, before, page_size(limit)], |row| row.get(0))?;
        page(&places, limit, |n| {
            let Entry { envelope: Envelope { at, user: by, .. }, what } = entry_at(&self.db, n)?;
            let what = match what {
                Event::PaperMade { subject, kind, of, content, numbers: _ } => {
                    Made::Of { subject, kind, of, content }
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
