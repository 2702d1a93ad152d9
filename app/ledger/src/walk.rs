//! The walk along all entries: form, chain, signature, time, leases and numbers, each entry applied to
//! read models made anew. The check compares these, a restore keeps them.
//!
//! A walk can be kept, see [`crate::checkpoint`], and go on later with what came since ([`walk_onward`]). Whose rights
//! an entry is measured by then stands in the entries about the ledger itself: these few are replayed from the first
//! one, and are still the same by a digest. What needs all read models is left out: the rules of office work, and the
//! comparison.

mod books;
mod pairs;
mod source;

use std::collections::{BTreeSet, HashMap, VecDeque};

use jiff::Timestamp;
use office::{
    Explain,
    entry::{
        ContentHash, DeviceId, Door, Envelope, Event, EventKind, Hash, NO_HASH, OfficeId, Opened,
        Sealed, Seen, sha256,
    },
};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use books::Books;
pub(crate) use source::Source;
use source::{Row, entry_from, places_from};

use crate::{
    LedgerError, Result, admit, blob,
    entitled::{delegations_hold, entitled, is_delegated},
    erase,
    findings::{ChainState, CheckReport, ClockJump, FindingKind, LastNumber, MOST_FINDINGS},
    head::{CLOCK_SLACK, LONGEST_PAUSE, NEWER, chain_key, found, sets_clock},
    project::{self, Applied, people::find_people},
    rows::{rows, signed},
    take::branch::admitted,
};

/// What a walk does with the records themselves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Records {
    Compare,
    Carry,
    /// Only those that came after a checkpoint are walked.
    Onward,
}

/// Where a walk is.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Walk {
    office: Option<OfficeId>,
    #[serde(with = "pairs")]
    chains: HashMap<ChainKey, Chain>,
    books: Books,
    /// Over the entries about the ledger itself.
    #[serde(skip)]
    own: Sha256,
    /// Contents that were named after the checkpoint.
    #[serde(skip)]
    pub(crate) named: BTreeSet<ContentHash>,
    /// Places of entries without payload, as far as was walked this time.
    #[serde(skip)]
    erased: Vec<i64>,
}

/// A device's own chain, or a branch of it by its first entry's hash.
type ChainKey = (DeviceId, String);

#[derive(Serialize, Deserialize)]
struct Chain {
    public_key: [u8; 32],
    sequence: u64,
    hash: Hash,
    /// Nobody let it in: it must be a restored copy, which says so in its second entry.
    stranger: bool,
    /// Up to where it names each other chain.
    #[serde(with = "pairs")]
    seen: HashMap<ChainKey, u64>,
    /// The same, with the places of the entries that do.
    #[serde(skip)]
    told: Vec<(u64, ChainKey, u64)>,
    /// Of a branch: its entries, by which others name it.
    #[serde(with = "pairs")]
    hashes: HashMap<u64, Hash>,
    /// Time that the next entry is measured by.
    latest: Option<Timestamp>,
}

/// Asked now and then during a walk with the entries walked so far.
///
/// # Errors
/// What ends the walk.
pub(crate) type Watch<'a> = &'a dyn Fn(u64) -> Result<()>;

/// A walk is asked after so many entries.
const ASKED_EVERY: u64 = 200;

/// Follows every entry that can be read, and applies it to `rebuilt`.
pub(crate) fn walk_entries(
    source: &mut Source<'_>,
    rebuilt: &Connection,
    records: Records,
    walk: &mut Walk,
    report: &mut CheckReport,
    watch: Watch<'_>,
) -> Result<()> {
    let mut next = 0;
    // Beyond a damaged page the places are those that the chains' index still names.
    let mut listed: Option<VecDeque<i64>> = None;
    let mut readable = true;
    loop {
        let row = match &mut listed {
            None => entry_from(source.db(), next),
            Some(places) => match places.pop_front() {
                None => break,
                Some(n) => entry_from(source.db(), n),
            },
        };
        match row {
            Ok(None) => break,
            // A place without a row: the next one was met before it.
            Ok(Some(row)) if row.n < next => {}
            Ok(Some(row)) => {
                (next, readable) = (row.n + 1, true);
                walk.follow(&row, source.db(), rebuilt, records, report)?;
                if report.entries.is_multiple_of(ASKED_EVERY) {
                    watch(report.entries)?;
                }
            }
            Err(_) => {
                if readable {
                    let after = format!("sau {} mục đã đọc", report.entries);
                    report.find(FindingKind::Structure, after);
                }
                readable = false;
                source.recover();
                if listed.is_none() {
                    match places_from(source.db(), next) {
                        Ok(places) => listed = Some(places),
                        Err(_) => break,
                    }
                }
            }
        }
    }
    if erase::tell(source.db(), rebuilt, &walk.erased, report).is_err() {
        report.find(FindingKind::Structure, "mục ghi đã xóa nội dung không đọc hết được".into());
    }
    walk.tell(rebuilt, report)
}

/// Goes on with a kept walk over what came since into `db`; `own`: as [`Walk::own`] gave it. `rebuilt` has empty read
/// models and gets those that rights hang on. Whatever is found is reason to walk along all entries.
pub(crate) fn walk_onward(
    db: &Connection,
    rebuilt: &Connection,
    walk: &mut Walk,
    own: &ContentHash,
    report: &mut CheckReport,
) -> Result<()> {
    for ((device, branch), chain) in &walk.chains {
        let hash = ContentHash::from_hash(&chain.hash);
        let here = found(db, device, chain.sequence, &hash)?;
        if here.is_none_or(|here| here.branch != *branch) {
            let place = format!("máy {:.8} không còn mục {}", device.0, chain.sequence);
            report.find(FindingKind::Lost, place);
        }
    }
    let mut since = BTreeSet::new();
    for (id, device, branch) in rows(db, "SELECT id, device, branch FROM chain", [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?))
    })? {
        let walked = walk.chains.get(&(DeviceId(device), branch)).map_or(0, |chain| chain.sequence);
        let later = "SELECT n FROM entry WHERE chain = ?1 AND sequence > ?2";
        since.extend(rows(db, later, (id, signed(walked)?), |row| row.get::<_, i64>(0))?);
    }
    let mut before = Sha256::new();
    let mut places: BTreeSet<i64> = places_of_own(db)?;
    places.extend(&since);
    for n in places {
        let Some(row) = entry_from(db, n)?.filter(|row| row.n == n) else { continue };
        if since.contains(&n) {
            walk.follow(&row, db, rebuilt, Records::Onward, report)?;
            continue;
        }
        before.update(sha256(&row.envelope));
        walk.own.update(sha256(&row.envelope));
        match row.sealed().open() {
            Ok(Opened::Entry(entry)) => {
                project::apply_standing(rebuilt, n, &entry)?;
            }
            _ => report.find(
                FindingKind::Entry,
                format!("mục {} của máy {:.8}", row.sequence, row.device),
            ),
        }
    }
    if ContentHash::from_hash(&before.finalize().into()) != *own {
        report.find(FindingKind::Entry, "mục về người dùng, máy hoặc sổ trước mốc đã đổi".into());
    }
    if erase::tell(db, rebuilt, &walk.erased, report).is_err() {
        report.find(FindingKind::Structure, "mục ghi đã xóa nội dung không đọc hết được".into());
    }
    walk.tell(rebuilt, report)
}

/// Whether entries of a kind are about the ledger itself, few in number, and say by what others are measured: users,
/// machines, books.
fn is_own(kind: EventKind) -> bool {
    kind.facts().door == Door::Kept && kind != EventKind::NumberAssigned
}

/// The places of the entries about the ledger itself.
fn places_of_own(db: &Connection) -> Result<BTreeSet<i64>> {
    let kinds: Vec<String> = EventKind::ALL
        .iter()
        .filter(|kind| is_own(**kind))
        .map(|kind| kind.facts().number.to_string())
        .collect();
    // The last term is the index's own.
    let sql = format!(
        "SELECT n FROM entry WHERE kind IN ({}) AND kind NOT IN (8, 9, 10, 12)",
        kinds.join(", ")
    );
    Ok(rows(db, &sql, [], |row| row.get(0))?.into_iter().collect())
}

/// Whether an entry is there, in a chain or kept aside with a copy's.
fn stands(db: &Connection, seen: &Seen) -> Result<bool> {
    if found(db, &seen.device, seen.sequence, &seen.hash)?.is_some() {
        return Ok(true);
    }
    let Ok(hash) = hex::decode(&seen.hash.0) else { return Ok(false) };
    let held = "SELECT 1 FROM held WHERE device = ?1 AND sequence = ?2 AND hash = ?3";
    Ok(db.prepare_cached(held)?.exists(params![seen.device.0, signed(seen.sequence)?, hash])?)
}

/// An entry in a finding's words.
fn named(envelope: &Envelope) -> String {
    let device: String = envelope.device.0.chars().take(8).collect();
    format!("mục {} của máy {device}", envelope.sequence)
}

impl Walk {
    /// SHA-256 over the entries about the ledger itself that were walked.
    pub(crate) fn own(&self) -> ContentHash {
        ContentHash::from_hash(&self.own.clone().finalize().into())
    }

    /// What the walk's end tells.
    fn tell(&self, rebuilt: &Connection, report: &mut CheckReport) -> Result<()> {
        for ((device, _), _) in self.chains.iter().filter(|(_, chain)| chain.stranger) {
            let place = format!("máy {:.8} chưa được cho vào", device.0);
            report.find(FindingKind::Chain, place);
        }
        let admitted = admitted(rebuilt)?;
        for ((device, branch), chain) in
            self.chains.iter().filter(|((_, branch), _)| !branch.is_empty())
        {
            let known = admitted.iter().any(|admitted| {
                let known = &admitted.branch;
                known.device == *device && known.first.0 == *branch && chain.sequence <= known.to
            });
            if !known {
                let place = format!("bản sao của máy {:.8} chưa được nhận", device.0);
                report.find(FindingKind::Chain, place);
            }
        }
        report.devices = self
            .chains
            .iter()
            .map(|((device, branch), chain)| ChainState {
                device: device.clone(),
                branch: (!branch.is_empty()).then(|| ContentHash(branch.clone())),
                sequence: chain.sequence,
                head: ContentHash::from_hash(&chain.hash),
            })
            .collect();
        report
            .devices
            .sort_by(|one, other| (&one.device, &one.branch).cmp(&(&other.device, &other.branch)));
        report.numbers = self
            .books
            .last
            .iter()
            .map(|(series, last)| LastNumber {
                label: self.books.label(series.book),
                series: *series,
                last: *last,
            })
            .collect();
        report.numbers.sort_by_key(|number| number.series);
        Ok(())
    }

    fn follow(
        &mut self,
        row: &Row,
        db: &Connection,
        rebuilt: &Connection,
        records: Records,
        report: &mut CheckReport,
    ) -> Result<()> {
        report.entries += 1;
        let n = row.n;
        if records == Records::Carry {
            rebuilt
                .prepare_cached(
                    "INSERT INTO entry (n, chain, sequence, kind, signature, envelope, payload)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    n,
                    chain_key(rebuilt, &DeviceId(row.device.clone()), &row.branch)?,
                    row.sequence,
                    row.kind,
                    row.signature,
                    row.envelope,
                    row.payload
                ])?;
        }
        let Ok(envelope) = Envelope::parse(&row.envelope) else {
            let place = format!("mục {} của máy {:.8}", row.sequence, row.device);
            report.find(FindingKind::Entry, place);
            return Ok(());
        };
        let name = named(&envelope);
        let kind = EventKind::named(&envelope.kind);
        let own_place = match row.branch.as_str() {
            "" => envelope.place(),
            branch => envelope.place_in(&ContentHash(branch.into())),
        };
        let columns_fit = row.device == envelope.device.0
            && signed(envelope.sequence).is_ok_and(|sequence| sequence == row.sequence)
            && signed(own_place).is_ok_and(|place| place == n)
            && row.kind == kind.map_or(NEWER, |kind| kind.facts().number);
        if !columns_fit {
            report.find(FindingKind::Entry, format!("{name}: cột không khớp nội dung"));
        }
        let sealed = row.sealed();
        if kind.is_some_and(is_own) {
            self.own.update(sealed.hash());
        }
        let opened = sealed.open();
        let event = match &opened {
            Ok(Opened::Entry(entry)) => Some(&entry.what),
            _ => None,
        };
        let let_in = envelope.device.0 == envelope.office.0
            || rebuilt
                .prepare_cached("SELECT 1 FROM admitted WHERE device = ?1")?
                .exists([&envelope.device.0])?;
        let key = (envelope.device.clone(), row.branch.clone());
        if !row.branch.is_empty() && !self.chains.contains_key(&key) {
            if records == Records::Onward {
                // Where it parts from its device's chain is long walked.
                report.find(FindingKind::Chain, name);
                return Ok(());
            }
            self.begin_branch(&envelope, &key, &sealed, db, report)?;
        }
        self.follow_chain(&envelope, &key, event, &sealed, let_in, report);
        let mut entry = match opened {
            Ok(Opened::Entry(entry)) => entry,
            Ok(Opened::Newer(_)) => {
                report.newer += 1;
                return Ok(());
            }
            Ok(Opened::Erased(envelope)) => {
                self.erased.push(n);
                return project::apply_erased(rebuilt, &envelope);
            }
            Err(_) => {
                report.find(FindingKind::Entry, name);
                return Ok(());
            }
        };
        if let Event::BackupMade { head, .. } | Event::Restored { from: head, .. } = &entry.what
            && !stands(db, head)?
        {
            let place =
                format!("{name}: không còn mục {} của máy {:.8}", head.sequence, head.device.0);
            report.find(FindingKind::Lost, place);
        }
        if let Event::Erased { erasure } = &entry.what
            && let left @ 1.. = erase::left(db, erasure)?
        {
            report.find(FindingKind::Entry, format!("{name}: còn {left} nội dung phải xóa"));
        }
        let known = match &entry.what {
            Event::LeaseTaken { lease } => {
                self.chains.contains_key(&(lease.device.clone(), String::new()))
            }
            _ => true,
        };
        if records != Records::Onward {
            find_people(rebuilt, n, &mut entry)?;
        }
        let knew = self.knew_all(&key);
        self.books.follow(&name, &entry, &key, known, knew, report);
        if (records != Records::Onward || kind.is_some_and(is_own))
            && let Err(refusal) = admit::admit(rebuilt, &entry.what)
            && !matches!(refusal, LedgerError::Database(_) | LedgerError::Damaged { .. })
            && knew
        {
            report.find(FindingKind::Rule, format!("{name} ({})", refusal.code()));
        }
        if !entitled(rebuilt, &entry)? && !is_delegated(rebuilt, db, n, &entry)? && knew {
            report.find(FindingKind::Right, format!("{name}, {}", envelope.user.0));
        } else if !delegations_hold(db, n, &entry)? && knew {
            let place = format!("{name}, {}: ủy quyền không có hiệu lực", envelope.user.0);
            report.find(FindingKind::Right, place);
        }
        if records == Records::Onward {
            self.named.extend(blob::named_blobs(&entry.what).into_iter().cloned());
            if !kind.is_some_and(is_own) {
                return Ok(());
            }
        }
        if project::apply_standing(rebuilt, n, &entry)? == Applied::Not {
            let place = format!("{name}: không dựng lại được bảng tra cứu");
            report.find(FindingKind::Entry, place);
        }
        Ok(())
    }

    /// A branch goes on from an entry of another chain of its device.
    fn begin_branch(
        &mut self,
        envelope: &Envelope,
        key: &ChainKey,
        sealed: &Sealed,
        db: &Connection,
        report: &mut CheckReport,
    ) -> Result<()> {
        let before = envelope.sequence.saturating_sub(1);
        let parts = found(db, &envelope.device, before, &envelope.previous)?;
        let mut hash = NO_HASH;
        let whole = parts.as_ref().is_some_and(|parts| parts.branch != key.1)
            && key.1 == hex::encode(sealed.hash())
            && hex::decode_to_slice(&envelope.previous.0, &mut hash).is_ok();
        // Without its device's chain it has no key, which is a finding.
        let parent = parts.as_ref().map_or_else(String::new, |parts| parts.branch.clone());
        let parent = (key.0.clone(), parent);
        let Some(own) = self.chains.get(&parent) else { return Ok(()) };
        let told: Vec<(u64, ChainKey, u64)> =
            own.told.iter().filter(|(place, ..)| *place <= before).cloned().collect();
        let mut seen: HashMap<ChainKey, u64> =
            told.iter().map(|(_, other, sequence)| (other.clone(), *sequence)).collect();
        seen.insert(parent, before);
        let chain = Chain {
            stranger: false,
            public_key: own.public_key,
            sequence: before,
            hash,
            seen,
            told,
            hashes: HashMap::new(),
            latest: None,
        };
        if !whole {
            report.find(FindingKind::Chain, named(envelope));
        }
        self.chains.insert(key.clone(), chain);
        self.books.branched.insert(key.0.clone());
        Ok(())
    }

    /// Whether the device had seen every entry that stands before its newest one: what breaks a rule then is no
    /// contradiction between seats.
    fn knew_all(&self, key: &ChainKey) -> bool {
        let Some(own) = self.chains.get(key) else { return true };
        self.chains
            .iter()
            .filter(|(other, _)| *other != key)
            .all(|(other, chain)| own.seen.get(other).is_some_and(|seen| *seen >= chain.sequence))
    }

    fn follow_chain(
        &mut self,
        envelope: &Envelope,
        key: &ChainKey,
        event: Option<&Event>,
        sealed: &Sealed,
        let_in: bool,
        report: &mut CheckReport,
    ) {
        let name = named(envelope);
        if let Some(Event::DeviceEnrolled { device, public_key, .. }) = event {
            let mut signing = [0; 32];
            let known = hex::decode_to_slice(public_key, &mut signing).is_ok()
                && DeviceId::of_key(&signing) == *device;
            if known && *device == envelope.device && !self.chains.contains_key(key) {
                let chain = Chain {
                    stranger: !let_in,
                    public_key: signing,
                    sequence: 0,
                    hash: NO_HASH,
                    seen: HashMap::new(),
                    told: Vec::new(),
                    hashes: HashMap::new(),
                    latest: None,
                };
                self.chains.insert(key.clone(), chain);
            } else {
                report.find(FindingKind::Chain, format!("{name}: máy không hợp lệ"));
            }
        }
        let office = self.office.get_or_insert_with(|| envelope.office.clone());
        if *office != envelope.office {
            report.find(FindingKind::Chain, format!("{name}: của cơ quan khác"));
        }
        let seen: Vec<(ChainKey, u64)> = envelope
            .seen
            .iter()
            .map(|seen| {
                let branch = self.chains.iter().find(|((device, branch), chain)| {
                    *device == seen.device
                        && !branch.is_empty()
                        && chain.hashes.get(&seen.sequence).map(ContentHash::from_hash).as_ref()
                            == Some(&seen.hash)
                });
                let branch = branch.map_or_else(String::new, |((_, branch), _)| branch.clone());
                ((seen.device.clone(), branch), seen.sequence)
            })
            .collect();
        let Some(chain) = self.chains.get_mut(key) else {
            report.find(FindingKind::Chain, format!("{name}: máy chưa được thêm"));
            return;
        };
        if chain.stranger && chain.sequence > 0 {
            if !matches!(event, Some(Event::Restored { .. })) {
                report.find(FindingKind::Chain, format!("{name}: máy chưa được cho vào"));
            }
            chain.stranger = false;
        }
        let follows = envelope.sequence == chain.sequence + 1
            && envelope.previous == ContentHash::from_hash(&chain.hash);
        if !follows {
            report.find(FindingKind::Chain, name.clone());
        }
        if !sealed.is_signed_by(&chain.public_key) {
            report.find(FindingKind::Signature, name.clone());
        }
        (chain.sequence, chain.hash) = (envelope.sequence, sealed.hash());
        if !key.1.is_empty() {
            chain.hashes.insert(chain.sequence, chain.hash);
        }
        for (other, sequence) in seen {
            chain.told.push((envelope.sequence, other.clone(), sequence));
            chain.seen.insert(other, sequence);
        }
        let Some(kind) = EventKind::named(&envelope.kind).filter(|kind| sets_clock(*kind)) else {
            return;
        };
        let before = chain.latest.replace(envelope.at);
        let jumps = |from: &Timestamp| {
            from.duration_since(envelope.at) > CLOCK_SLACK
                || envelope.at.duration_since(*from) > LONGEST_PAUSE
        };
        if let Some(from) = before.filter(jumps) {
            let accepted = kind == EventKind::ClockAccepted;
            if !accepted {
                report.find(FindingKind::Clock, name);
            }
            if report.clock_jumps.len() < MOST_FINDINGS {
                report.clock_jumps.push(ClockJump {
                    device: envelope.device.clone(),
                    sequence: envelope.sequence,
                    from,
                    to: envelope.at,
                    accepted,
                });
            }
        }
    }
}
