//! What screens read. Rows give places and order; the facts are parsed from the signed entries.

pub(crate) mod acts;
pub(crate) mod arrivals;
pub(crate) mod conflicts;
pub(crate) mod delegations;
pub(crate) mod documents;
pub(crate) mod dossiers;
pub(crate) mod figures;
pub(crate) mod list;
pub(crate) mod made;
pub(crate) mod noted;
pub(crate) mod payments;
pub(crate) mod people;
pub(crate) mod prepared;
pub(crate) mod tickets;

use jiff::Timestamp;
use office::{
    book::{BookId, Lease},
    entry::{
        ContentHash, DeviceId, Entry, Envelope, Event, EventKind, LOG_READERS, READERS, Seen,
        Shown, User, UserName,
    },
    evidence::DocumentSigner,
    unit::Office,
};
use rusqlite::{Connection, params};

use crate::{
    Ledger, LedgerError, Result, blob,
    findings::LastNumber,
    head::newest,
    project::entry::{entry_at, read_entry, sealed_at},
    roles::require,
    rows::{LARGEST_PAGE, Page, Way, page, page_size, rows, signed, unsigned},
    series::last_number,
};

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

impl Ledger {
    /// The newest entry of all devices, as printed books tell it: whoever keeps the paper can tell later that
    /// nothing before it was changed.
    pub fn newest_entry(&self) -> Result<Seen> {
        newest(&self.db)
    }

    /// Whether an entry of this hash stands at this place of some machine's chain.
    pub fn holds(&self, sequence: u64, hash: &ContentHash) -> Result<bool> {
        let sql =
            "SELECT envelope FROM chain JOIN entry ON entry.chain = chain.id AND sequence = ?1";
        let here: Vec<Vec<u8>> = rows(&self.db, sql, [signed(sequence)?], |row| row.get(0))?;
        Ok(here.iter().any(|envelope| ContentHash::of(envelope) == *hash))
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
