//! What screens read. Rows give places and order; the facts are parsed from the signed entries.

pub(crate) mod acts;
pub(crate) mod alike;
pub(crate) mod arrivals;
pub(crate) mod conflicts;
pub(crate) mod documents;
pub(crate) mod dossiers;
pub(crate) mod figures;
pub(crate) mod list;
pub(crate) mod made;
pub(crate) mod noted;
pub(crate) mod payments;
pub(crate) mod people;
pub(crate) mod tickets;

use jiff::Timestamp;
use office::{
    book::{BookId, Issued, Lease, Number},
    entry::{
        ContentHash, DeviceId, Entry, Envelope, Event, EventKind, LOG_READERS, READERS, Shown,
        UnreadableEntry, User, UserName, unsalted,
    },
    evidence::DocumentSigner,
    unit::Office,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{
    Ledger, LedgerError, Result, blob,
    findings::LastNumber,
    project::{last_number, people::find_people},
    roles::require,
    search::LARGEST_PAGE,
    store::{signed, unsigned},
};

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

/// A user and whether they may log in.
#[derive(Clone, Debug, PartialEq)]
pub struct UserState {
    /// The user.
    pub user: User,
    /// Whether their rights last.
    pub active: bool,
    /// Whether their password on this machine was given by another user, see [`Ledger::must_set_password`].
    pub lent: bool,
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogLine {
    /// Place of the entry in the ledger.
    pub place: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub user: UserName,
    /// On which device.
    pub device: DeviceId,
    /// What kind of event; none where only a newer program knows it.
    pub kind: Option<EventKind>,
    /// The entry itself; only roles that see people and dossiers get those that speak of them.
    pub entry: Option<Entry>,
    /// Whether what it said was erased.
    pub erased: bool,
}

/// A device that wrote here.
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// What users call it.
    pub label: String,
}

/// Of each book's year the highest epoch, and of two with the same one the first.
const IN_FORCE: &str = "SELECT n FROM lease WHERE n = (
        SELECT n FROM lease AS other WHERE other.book = lease.book AND other.year = lease.year
        ORDER BY epoch DESC, n LIMIT 1)
    ORDER BY n DESC";

impl Ledger {
    /// The office.
    pub fn office(&self) -> Result<Office> {
        let json: String = self
            .db
            .prepare_cached("SELECT json FROM office ORDER BY n LIMIT 1")?
            .query_row([], |row| row.get(0))?;
        serde_json::from_str(&json).map_err(|_| LedgerError::Damaged { place: "bảng cơ quan" })
    }

    /// Every user, in the order of their newest appointment.
    pub fn all_users(&self) -> Result<Vec<UserState>> {
        let mut users = read_users(&self.db)?;
        // The logins of a demo office are public.
        let demo = self.keyring.is_demo();
        users.iter_mut().for_each(|known| known.lent &= !demo);
        Ok(users)
    }

    /// Every device that wrote here, oldest first.
    pub fn devices(&self) -> Result<Vec<Device>> {
        rows(&self.db, "SELECT id, label FROM device ORDER BY n", [], |row| {
            Ok(Device { id: DeviceId(row.get(0)?), label: row.get(1)? })
        })
    }

    /// The leases in force, newest first.
    pub fn leases(&self) -> Result<Vec<Lease>> {
        let places: Vec<i64> = rows(&self.db, IN_FORCE, [], |row| row.get(0))?;
        places
            .into_iter()
            .map(|n| match entry_at(&self.db, n)?.what {
                Event::LeaseTaken { lease } => Ok(lease),
                _ => Err(LedgerError::Damaged { place: "bảng quyền cấp số" }),
            })
            .collect()
    }

    /// The number issued last in the series that runs on `day`; 0 before the first.
    pub fn last_number(&self, book: BookId, day: jiff::civil::Date) -> Result<LastNumber> {
        let book = self.book(book)?;
        let series = book.series(day);
        Ok(LastNumber { label: book.label, series, last: last_number(&self.db, series)? })
    }

    /// On how many documents this signer was met here, `document` itself not counted.
    pub fn met_signer(&self, signer: &DocumentSigner, document: &str) -> Result<u64> {
        require(&self.user.roles, READERS)?;
        let count = self
            .db
            .prepare_cached(
                "SELECT count(*) FROM met WHERE state = ?1 AND key = ?2 AND document <> ?3",
            )?
            .query_row(params![signer.state, signer.key, document], |row| row.get(0))?;
        unsigned(count)
    }

    /// A blob's bytes, checked against its hash.
    pub fn blob(&self, hash: &ContentHash) -> Result<Vec<u8>> {
        require(&self.user.roles, READERS)?;
        blob::read(&self.db, &self.contents, hash)
    }

    /// Everything that happened, by time. Where kinds are given: only those, one kind after the other.
    /// `after` is [`Page::next`] of the page before.
    pub fn log(
        &self,
        kinds: &[EventKind],
        way: Way,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Page<LogLine>> {
        require(&self.user.roles, LOG_READERS)?;
        let limit = limit.clamp(1, LARGEST_PAGE);
        let mut places = Vec::new();
        if kinds.is_empty() {
            places = self.log_places(None, way, way.behind(after)?, limit)?;
        } else {
            let reached = match after {
                Some(place) => {
                    let (envelope, _) = sealed_at(&self.db, signed(place)?)?;
                    EventKind::named(&Envelope::parse(&envelope)?.kind)
                }
                None => None,
            };
            let from = reached.and_then(|kind| kinds.iter().position(|k| *k == kind)).unwrap_or(0);
            for (n, kind) in kinds.iter().enumerate().skip(from) {
                let behind = way.behind(after.filter(|_| n == from))?;
                let room = limit - places.len();
                places.extend(self.log_places(Some(*kind), way, behind, room)?);
                if places.len() == limit {
                    break;
                }
            }
        }
        let reader = require(&self.user.roles, READERS).is_ok();
        page(&places, limit, |n| log_line(&self.db, n, reader))
    }

    fn log_places(
        &self,
        kind: Option<EventKind>,
        way: Way,
        (from, before): (i64, i64),
        limit: usize,
    ) -> Result<Vec<i64>> {
        let which = match kind {
            None => "entry WHERE n",
            Some(EventKind::IdentityRead) => "reading WHERE read AND n",
            Some(EventKind::PersonViewed) => "viewed WHERE n",
            Some(EventKind::DossierReceived) => "dossier WHERE n",
            Some(EventKind::PaperMade) => "paper WHERE n",
            Some(kind) => &format!(
                "entry WHERE kind = {} AND kind NOT IN (8, 9, 10, 12) AND n",
                kind.facts().number
            ),
        };
        let way = way.sql();
        let sql = format!("SELECT n FROM {which} >= ?1 AND n < ?2 ORDER BY n {way} LIMIT ?3");
        rows(&self.db, &sql, params![from, before, page_size(limit)], |row| row.get(0))
    }

    /// Entries that wait to be sent: all, as long as no gateway acknowledged any.
    pub fn outbox_len(&self) -> u64 {
        self.head.entries
    }

    /// When the oldest entry that waits to be sent was written.
    pub fn outbox_oldest(&self) -> Result<Option<Timestamp>> {
        let oldest: Option<i64> =
            self.db.query_row("SELECT min(n) FROM entry", [], |row| row.get(0))?;
        oldest.map(|n| Ok(Envelope::parse(&sealed_at(&self.db, n)?.0)?.at)).transpose()
    }
}

pub(crate) fn read_users(db: &Connection) -> Result<Vec<UserState>> {
    let rows: Vec<(String, bool, bool)> = rows(
        db,
        "SELECT json, active, coalesce(lent, 0) FROM user LEFT JOIN slot USING (name)
         WHERE json_n > 0 ORDER BY active_n",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    rows.into_iter()
        .map(|(json, active, lent)| {
            let user = serde_json::from_str(&json)
                .map_err(|_| LedgerError::Damaged { place: "bảng người dùng" })?;
            Ok(UserState { user, active, lent })
        })
        .collect()
}

/// The entry at place `n`. Whether it is whole is the check's to say: asking here would double the cost of
/// every row of every list.
pub(crate) fn entry_at(db: &Connection, n: i64) -> Result<Entry> {
    let (envelope, payload) = sealed_at(db, n)?;
    read_entry(db, n, Envelope::parse(&envelope)?, &payload)
}

/// What the entry at `n` said when it was written.
pub(crate) fn written_at(db: &Connection, n: i64) -> Result<Event> {
    let (_, payload) = sealed_at(db, n)?;
    Ok(serde_json::from_slice(unsalted(&payload)).map_err(UnreadableEntry::from)?)
}

/// The entry at `n`, with the numbers that it waited for and that came since.
fn read_entry(db: &Connection, n: i64, envelope: Envelope, payload: &[u8]) -> Result<Entry> {
    let mut event: Event =
        serde_json::from_slice(unsalted(payload)).map_err(UnreadableEntry::from)?;
    for number in event.numbers_mut() {
        let Number::Pending { series } = *number else { continue };
        let sql = "SELECT value, epoch FROM assigned WHERE place = ?1 AND book = ?2";
        let assigned: Option<(u32, u32)> = db
            .prepare_cached(sql)?
            .query_row(params![n, series.book.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((value, epoch)) = assigned {
            *number = Number::Issued(Issued { series, value, epoch });
        }
    }
    let mut entry = Entry { envelope, what: event };
    find_people(db, n, &mut entry)?;
    Ok(entry)
}

pub(crate) fn sealed_at(db: &Connection, n: i64) -> Result<(Vec<u8>, Vec<u8>)> {
    Ok(db
        .prepare_cached("SELECT envelope, payload FROM entry WHERE n = ?1")?
        .query_row([n], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// The log's line for the entry at `n`; `reader`: whether what speaks of people is shown. Whom an entry of a
/// newer program's kind speaks of is not known, so only who is a reader sees more than its envelope, and there
/// is no more.
pub(crate) fn log_line(db: &Connection, n: i64, reader: bool) -> Result<LogLine> {
    let (envelope, payload) = sealed_at(db, n)?;
    let envelope = Envelope::parse(&envelope)?;
    let kind = EventKind::named(&envelope.kind);
    let entry = match kind {
        // It was erased.
        _ if payload.is_empty() => None,
        Some(kind) if reader || kind.facts().shown == Shown::ToLogReaders => {
            Some(read_entry(db, n, envelope.clone(), &payload)?)
        }
        _ => None,
    };
    let Envelope { at, user, device, .. } = envelope;
    let erased = payload.is_empty();
    Ok(LogLine { place: unsigned(n)?, at, user, device, kind, entry, erased })
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
