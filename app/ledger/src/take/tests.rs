//! Three seats of one office that work apart and exchange what they have: whatever the order, the cuts, the kills
//! and the clocks, and though one is copied and another comes back from a backup, they end with the same entries
//! and the same tables, which the check finds clean.
//!
//! `MOTCUA_SCHEDULES` says how many schedules are tried, `MOTCUA_SEED` with which seed the first begins.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::Path,
    time::Duration,
};

use office::{
    act::{ActId, DelegationId, Prepared},
    arrival::ArrivalId,
    attachment::AttachmentId,
    backup::WhyRestored,
    book::{BookId, Numbers, VolumeId},
    conflict::{ConflictKind, Settlement},
    document::DocumentId,
    dossier::{DossierId, ReceptionError},
    entry::{
        DeviceId, Entry, Event, EventKind, Numbering, PaperKind, PaperOf, Purpose, Role, User,
        UserName, Whom,
    },
    evidence::Evidence,
    export::{Export, ExportFormat, ExportKind},
    payment::PaymentId,
    person::{Identity, PersonId},
    settings::Settings,
    ticket::{TicketId, TicketStep},
    workflow::Step,
};
use rusqlite::Connection;

mod acts;
mod lost;
mod tables;

use acts::World;
use tables::{Tables, copied, empty};

use super::*;
use crate::{
    Writing,
    chain::DeviceKey,
    check::{table_digest, walk_and_compare},
    content_hash,
    findings::CheckReport,
    fixture::{
        self, Dice, at, identity, read_event, receive, reception,
        rooms::{
            self, annul_act, arrival, arrive, ask, attach, delegate, document, draw, give_notice,
            hand_over, keep, law, pay, portal_codes, remark, resolve, statement, told, transfer,
            undo,
        },
        trust_item, trust_source, write_line,
    },
    head::newest,
    model,
    project::conflict::conflict_key,
    restore::{Beginning, begin_anew},
    schema::{self, read_models},
    store::write,
    tend, volume,
};

/// A seat without files: the tables, the key and the chain.
struct Seat {
    db: Tables,
    device: DeviceKey,
    head: Head,
    user: User,
    /// How far this machine's clock is off, in seconds.
    skew: i64,
    /// Another machine writes with the same key.
    copied: bool,
}

/// Where a seat has no files: its contents are small.
fn nowhere() -> Contents {
    Contents::of(Path::new("nowhere"))
}

fn seed_of(dice: &mut Dice) -> [u8; 32] {
    std::array::from_fn(|_| dice.below(256) as u8)
}

/// An office of three seats; each has the whole ledger.
fn office(dice: &mut Dice) -> Vec<Seat> {
    let mut keys: Vec<DeviceKey> = Vec::new();
    while keys.len() < 3 {
        let key = DeviceKey::from_seed(&seed_of(dice));
        if keys.iter().all(|other| other.id.tag() != key.id.tag()) {
            keys.push(key);
        }
    }
    let user = fixture::user("chi", &Role::ALL);
    let mut db = empty();
    let mut head = Head::founding(&keys[0].id);
    write(&mut db, &nowhere(), &keys[0], &user, &mut head, |writing| {
        writing.enrol_device(at(0), "Quầy 1")?;
        writing.write(at(0), Event::OfficeFounded { office: fixture::office(false) })?;
        writing.write(at(0), Event::UserAdded { user: user.clone() })?;
        for book in fixture::books().into_iter().chain([fixture::trial().book()]) {
            writing.open_book(at(0), book)?;
        }
        for key in &keys[1..] {
            writing.write(
                at(0),
                Event::DeviceAdmitted {
                    device: key.id.clone(),
                    public_key: hex::encode(key.public_key()),
                    label: "Quầy".into(),
                },
            )?;
        }
        Ok(())
    })
    .unwrap();
    let begun = entries(&db);
    keys.into_iter()
        .enumerate()
        .map(|(i, device)| {
            let mut own = empty();
            for sealed in &begun {
                let Ok(Opened::Entry(entry)) = sealed.open() else { panic!() };
                let n = insert(&own, &entry.envelope, None, sealed).unwrap();
                project::apply(&own, n, &entry).unwrap();
            }
            let mut head = Head::read(&own, &device.id).unwrap();
            if i > 0 {
                write(&mut own, &nowhere(), &device, &user, &mut head, |writing| {
                    writing.enrol_device(at(0), "Quầy")
                })
                .unwrap();
            }
            let skew = [0, 0, -300, 300, 3_000, -40_000][dice.below(6) as usize];
            Seat { db: own, device, head, user: user.clone(), skew, copied: false }
        })
        .collect()
}

/// All entries of a ledger, in order.
fn entries(db: &Connection) -> Vec<Sealed> {
    rows(db, "SELECT signature, envelope, payload FROM entry ORDER BY n", [], |row| {
        Ok(Sealed { signature: row.get(0)?, envelope: row.get(1)?, payload: row.get(2)? })
    })
    .unwrap()
}

fn digests(db: &Connection) -> BTreeMap<&'static str, String> {
    read_models()
        .into_iter()
        .map(|(table, select)| (table, hex::encode(table_digest(db, &select).unwrap())))
        .collect()
}

/// What the check finds, by a rebuild.
fn checked(db: &Connection) -> CheckReport {
    let rebuilt = empty();
    rebuilt.prepare_cached("DELETE FROM volume").unwrap().execute([]).unwrap();
    let mut report = CheckReport::default();
    walk_and_compare(db, &nowhere(), &rebuilt, &mut report, &|_| Ok(())).unwrap();
    report
}

/// A row in which two sets of tables differ, for a failure's words.
fn difference(one: &Connection, other: &Connection) -> String {
    for (table, select) in read_models() {
        let text = |db: &Connection| -> Vec<String> {
            let mut statement = db.prepare(&select).unwrap();
            let columns = statement.column_count();
            let lines = statement.query_map([], |row| {
                Ok((0..columns)
                    .map(|i| format!("{:?}", row.get_ref(i).unwrap()))
                    .collect::<Vec<_>>()
                    .join(" "))
            });
            lines.unwrap().map(|line| line.unwrap()).collect()
        };
        let (one, other) = (text(one), text(other));
        if one != other {
            let first = one.iter().zip(&other).position(|(a, b)| a != b);
            let at = first.unwrap_or(one.len().min(other.len()));
            return format!("{table}: {:?} / {:?}", one.get(at), other.get(at));
        }
    }
    String::new()
}

impl Seat {
    fn now(&self, world: &World) -> Timestamp {
        at(world.clock + self.skew)
    }

    fn write<T>(&mut self, work: impl FnOnce(&mut Writing<'_>) -> Result<T>) -> Result<T> {
        write(&mut self.db, &nowhere(), &self.device, &self.user, &mut self.head, work)
    }

    /// The program starts anew: what it knows stands in the tables.
    fn wake(&mut self) {
        self.head = Head::read(&self.db, &self.device.id).unwrap();
    }

    /// Takes some of what another seat has: what is cut off, and in which order the chains come.
    fn take_from(&mut self, world: &World, sent: &[Sealed], blobs: &[Vec<u8>]) -> Taken {
        let now = self.now(world);
        let taken = take(&mut self.db, &nowhere(), &self.head, now, sent, blobs).unwrap();
        self.wake();
        taken
    }

    /// Is killed while it takes.
    fn take_and_die(&mut self, world: &World, sent: &[Sealed], blobs: &[Vec<u8>]) {
        let now = self.now(world);
        let transaction = self.db.transaction().unwrap();
        take_within(&transaction, &nowhere(), &self.head, now, sent, blobs).unwrap();
        drop(transaction);
        self.wake();
    }

    fn blobs(&self) -> Vec<Vec<u8>> {
        rows(&self.db, "SELECT bytes FROM blob ORDER BY hash", [], |row| row.get(0)).unwrap()
    }

    /// The machine that a copied folder makes.
    fn copy(&mut self) -> Seat {
        self.copied = true;
        let device = DeviceKey::from_seed(&self.device.seed());
        let (head, user) = (self.head.clone(), self.user.clone());
        Seat { db: copied(&self.db), device, head, user, skew: self.skew, copied: true }
    }

    /// The machine that is lost comes back from its backup and is let in by another one.
    fn restored(&self, backup: Tables, by: &mut Seat, world: &World, key: DeviceKey) -> Seat {
        let (now, mut db) = (self.now(world), backup);
        let beginning = Beginning {
            user: &self.user,
            at: now,
            why: WhyRestored::Backup,
            lost: &self.device.id,
            device_label: "Quầy",
        };
        begin_anew(&mut db, &nowhere(), &key, &beginning).unwrap();
        let admitted = Event::DeviceAdmitted {
            device: key.id.clone(),
            public_key: hex::encode(key.public_key()),
            label: "Quầy".into(),
        };
        let now = by.now(world);
        by.write(|writing| writing.write(now, admitted)).unwrap();
        let head = Head::read(&db, &key.id).unwrap();
        let (user, skew) = (self.user.clone(), self.skew);
        Seat { db, device: key, head, user, skew, copied: false }
    }
}

/// The chains one after the other, or mixed, each in its own order.
fn shuffled(dice: &mut Dice, sealed: Vec<Sealed>) -> Vec<Sealed> {
    let mut chains: BTreeMap<DeviceId, Vec<Sealed>> = BTreeMap::new();
    for one in sealed {
        let device = Envelope::parse(&one.envelope).unwrap().device;
        chains.entry(device).or_default().push(one);
    }
    let mut chains: Vec<Vec<Sealed>> = chains.into_values().collect();
    chains.iter_mut().for_each(|chain| chain.reverse());
    let mut out = Vec::new();
    while chains.iter().any(|chain| !chain.is_empty()) {
        let at = dice.below(chains.len() as u64) as usize;
        let run = 1 + dice.below(9);
        for _ in 0..run {
            out.extend(chains[at].pop());
        }
    }
    out
}

/// What came about in schedules: a test in which nothing contradicts proves nothing.
#[derive(Default)]
struct Came {
    conflicts: BTreeMap<i64, u64>,
    held: u64,
    late: u64,
    forked: u64,
    set_aside: u64,
    restored: u64,
    erased: u64,
    /// Kinds of events, by their numbers.
    kinds: BTreeSet<i64>,
}

/// Everybody hears everything: in a ring, where what one takes goes on to the next; or, where a machine was copied,
/// each from each, as what is held goes no further.
fn meet(seats: &mut [Seat], world: &World, dice: &mut Dice, came: &mut Came) {
    let count = seats.len();
    let copied = seats.iter().any(|seat| seat.copied);
    let ring = (0..2 * count - 1).map(|i| (i % count, (i + 1) % count));
    let each = (0..count).flat_map(|from| (0..count).map(move |to| (from, to)));
    let ways: Vec<_> = if copied { each.collect() } else { ring.collect() };
    for (from, to) in ways.into_iter().filter(|(from, to)| from != to) {
        // What is held goes again, with its contents: what came before may have lacked them.
        let known = "SELECT signature FROM entry";
        let known: HashSet<[u8; 64]> =
            rows(&seats[to].db, known, [], |row| row.get(0)).unwrap().into_iter().collect();
        let mut sent = entries(&seats[from].db);
        sent.retain(|sealed| !known.contains(&sealed.signature));
        let held = "SELECT 1 FROM held";
        if sent.is_empty() && !seats[to].db.prepare_cached(held).unwrap().exists([]).unwrap() {
            continue;
        }
        let (sent, blobs) = (shuffled(dice, sent), seats[from].blobs());
        came.forked += seats[to].take_from(world, &sent, &blobs).forked;
        // What lags behind after a rebuild goes on between what comes in.
        tend::tend(&seats[to].db, Duration::ZERO).unwrap();
    }
}

/// The books of a schedule's office.
fn books() -> Vec<BookId> {
    fixture::BOOKS.into_iter().chain([fixture::trial().id]).collect()
}

/// Whether some machine takes the device for a book's holder.
fn holds_books(seats: &[Seat], device: &DeviceId) -> bool {
    let books = books();
    seats.iter().any(|seat| {
        books.iter().any(|book| {
            let holder = crate::series::successor(&seat.db, *book).unwrap();
            holder.is_some_and(|(holder, _)| holder == *device)
        })
    })
}

/// The head admits what a copy wrote, on a machine that was not copied; the copy is closed. False in the rare case
/// that the branch's tag is a machine's: it stays held.
fn settle_copy(seats: &mut Vec<Seat>, world: &World, dice: &mut Dice, came: &mut Came) -> bool {
    meet(seats, world, dice, came);
    let by = seats.iter_mut().find(|seat| !seat.copied).unwrap();
    let now = by.now(world);
    let admitted = by.write(|writing| writing.admit_branches(now));
    if matches!(admitted, Err(LedgerError::BranchTagTaken)) {
        return false;
    }
    admitted.unwrap();
    by.take_from(world, &[], &[]);
    for _ in 0..2 {
        meet(seats, world, dice, came);
    }
    let before = seats.len();
    seats.retain(|seat| !branch::is_set_aside(&seat.db, &seat.device.id).unwrap());
    came.set_aside += (before - seats.len()) as u64;
    // Where only one of the two wrote since the copy was made, they are the same machine.
    seats.sort_by(|one, other| one.device.id.cmp(&other.device.id));
    seats.dedup_by(|one, other| one.device.id == other.device.id);
    seats.iter_mut().for_each(|seat| seat.copied = false);
    true
}

fn schedule(seed: u64, came: &mut Came) {
    let mut dice = Dice(seed);
    let mut seats = office(&mut dice);
    let devices: Vec<DeviceId> = seats.iter().map(|seat| seat.device.id.clone()).collect();
    let mut world = World::default();
    let steps = dice.below(60) + 10;
    // In some schedules a machine is copied, in some one is lost and comes back from its backup.
    let mut moment = |often| (dice.below(often) == 0).then(|| dice.below(steps));
    let (copy_at, backup_at) = (moment(3), moment(3));
    let mut backup = None;
    for step in 0..steps {
        world.clock += [0, 1, 60, 7_000][dice.below(4) as usize];
        if copy_at == Some(step) {
            let which = dice.below(3) as usize;
            let copy = seats[which].copy();
            seats.push(copy);
        }
        if backup_at == Some(step) {
            let which = dice.below(3) as usize;
            // What a lost machine may have numbered is asked from paper, which no schedule has.
            let asks = holds_books(&seats[which..=which], &seats[which].device.id);
            backup = (!asks).then(|| (which, copied(&seats[which].db)));
        }
        let count = seats.len() as u64;
        let (from, to) = (dice.below(count) as usize, dice.below(count) as usize);
        if dice.below(5) > 0 || from == to {
            seats[from].act(&mut world, &mut dice, &devices);
            continue;
        }
        let (mut sent, blobs) = (entries(&seats[from].db), seats[from].blobs());
        if dice.below(2) == 0 {
            sent = shuffled(&mut dice, sent);
        }
        let cut = dice.below(sent.len() as u64 + 20) as usize;
        sent.truncate(cut.max(9));
        if dice.below(8) == 0 {
            seats[to].take_and_die(&world, &sent, &blobs);
            continue;
        }
        let newest = seats[to].head.moment;
        let taken = seats[to].take_from(&world, &sent, &blobs);
        came.held += taken.held;
        came.late += u64::from(taken.taken > 0 && seats[to].head.moment == newest);
    }
    world.clock += 200_000;
    if let Some((which, backup)) = backup
        && !seats[which].copied
        && !holds_books(&seats, &seats[which].device.id)
    {
        let key = loop {
            let key = DeviceKey::from_seed(&seed_of(&mut dice));
            if devices.iter().all(|other| other.tag() != key.id.tag()) {
                break key;
            }
        };
        let lost = seats.remove(which);
        let back = lost.restored(backup, &mut seats[0], &world, key);
        seats.push(back);
        came.restored += 1;
    }
    meet(&mut seats, &world, &mut dice, came);
    if seats.iter().any(|seat| seat.copied) && !settle_copy(&mut seats, &world, &mut dice, came) {
        return;
    }
    for _ in 0..2 {
        // Whoever holds a book issues what was awaited.
        for seat in &mut seats {
            let now = seat.now(&world);
            // In a closed volume nothing is issued: who holds the book opens the next.
            let _ = seat.write(|writing| writing.open_volume(now, BookId::TRACKING, 2026));
            seat.write(|writing| writing.assign_numbers(now)).unwrap();
        }
        meet(&mut seats, &world, &mut dice, came);
    }
    let kinds: Vec<i64> =
        rows(&seats[0].db, "SELECT kind FROM conflict", [], |row| row.get(0)).unwrap();
    for kind in kinds {
        *came.conflicts.entry(kind).or_default() += 1;
    }
    let written = "SELECT DISTINCT kind FROM entry";
    let written: Vec<i64> = rows(&seats[0].db, written, [], |row| row.get(0)).unwrap();
    came.kinds.extend(written);
    numbered(&seats[0].db, seed);
    seats.iter().for_each(|seat| tend::finish(&seat.db).unwrap());
    let report = checked(&seats[0].db);
    assert!(report.clean(), "seed {seed}: {:#?}", report.findings);
    came.erased += report.erased.iter().map(|by| by.payloads).sum::<u64>();
    let (expected, all) = (digests(&seats[0].db), entries(&seats[0].db));
    for seat in &seats {
        assert!(
            entries(&seat.db) == all,
            "seed {seed}: byte for byte, and what was erased nowhere"
        );
        assert_eq!(seat.head.entries, report.entries, "seed {seed}: every seat holds every entry");
        let held: i64 =
            seat.db.query_row("SELECT count(*) FROM held", [], |row| row.get(0)).unwrap();
        assert_eq!(held, 0, "seed {seed}: nothing waits any more");
        if digests(&seat.db) != expected {
            panic!("seed {seed}: {}", difference(&seat.db, &seats[0].db));
        }
    }
}

/// No number left out, none awaited, and none twice but as a conflict.
fn numbered(db: &Connection, seed: u64) {
    let count = |sql: &str| -> i64 { db.query_row(sql, [], |row| row.get(0)).unwrap() };
    let awaited = "SELECT count(*) FROM pending WHERE NOT EXISTS (
        SELECT 1 FROM assigned WHERE place = pending.n AND assigned.book = pending.book)";
    assert_eq!(count(awaited), 0, "seed {seed}: every awaited number came");
    let uneven = "SELECT count(*) FROM (SELECT 1 FROM number GROUP BY book, year, day
        HAVING count(DISTINCT value) <> max(value))";
    assert_eq!(count(uneven), 0, "seed {seed}: none left out");
    let twice = "SELECT count(*) FROM number WHERE n > (
            SELECT min(n) FROM number AS first
            WHERE (first.book, first.year, first.day, first.value)
                = (number.book, number.year, number.day, number.value))
        AND NOT EXISTS (SELECT 1 FROM conflict WHERE conflict.n = number.n AND kind = 5)";
    assert_eq!(count(twice), 0, "seed {seed}: each number once, or a conflict");
}

#[test]
fn seats_that_exchange_end_with_the_same_tables() {
    let number = |name: &str, otherwise: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
    };
    let (first, count) = (number("MOTCUA_SEED", 1), number("MOTCUA_SCHEDULES", 10_000));
    println!("seeds {first} to {}", first + count - 1);
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let came: Vec<Came> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn(move || {
                    let mut came = Came::default();
                    (first..first + count)
                        .filter(|seed| seed % workers == worker)
                        .for_each(|seed| schedule(seed, &mut came));
                    came
                })
            })
            .collect();
        started.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let of = |kind| came.iter().filter_map(|came| came.conflicts.get(&kind)).sum::<u64>();
    let conflicts = [1, 2, 3, 4, 5, 8, 10, 11].map(of);
    let sum = |of: fn(&Came) -> u64| came.iter().map(of).sum::<u64>();
    let (held, late) = (sum(|came| came.held), sum(|came| came.late));
    let (forked, set_aside) = (sum(|came| came.forked), sum(|came| came.set_aside));
    let restored = sum(|came| came.restored);
    println!("conflicts of each kind {conflicts:?}, {held} entries held, {late} exchanges late");
    let erased = sum(|came| came.erased);
    println!("{erased} payloads erased");
    println!("{forked} entries of copies, {set_aside} copies set aside, {restored} restored");
    let lack = EventKind::ALL.iter().filter(|kind| {
        let number = kind.facts().number;
        !came.iter().any(|came| came.kinds.contains(&number))
    });
    let lack: Vec<&EventKind> = lack.collect();
    if count >= 10_000 {
        assert!(lack.is_empty(), "never written: {lack:?}");
        assert!(conflicts.iter().all(|count| *count > 0) && held > 0 && late > 0);
        assert!(forked > 0 && set_aside > 0 && restored > 0 && erased > 0);
    }
}

/// An entry of a kind that only a newer program knows is kept, relayed and counted, and what follows it stands.
#[test]
fn an_entry_of_a_newer_kind_goes_from_seat_to_seat() {
    let mut seats = office(&mut Dice(5));
    let world = World { clock: 100, ..World::default() };
    let author = &mut seats[0];
    let mut entry = Entry {
        envelope: Envelope {
            office: author.head.office.clone(),
            device: author.device.id.clone(),
            sequence: author.head.sequence + 1,
            previous: author.head.hash.clone(),
            seen: Vec::new(),
            at: at(100),
            moment: author.head.moment.next(at(100)),
            user: author.user.name.clone(),
            kind: String::new(),
            payload: content_hash(b""),
        },
        what: Event::RecoveryRenewed,
    };
    let newer = br#"{"event":"stay_declared.3","guests":2}"#.to_vec();
    author.device.seal(&mut entry).unwrap();
    entry.envelope.kind = "stay_declared.3".into();
    entry.envelope.payload = content_hash(&newer);
    let sealed = author.device.seal_newer(&entry.envelope, newer);
    insert(&author.db, &entry.envelope, None, &sealed).unwrap();
    author.head = Head::read(&author.db, &author.device.id).unwrap();
    author.write(|writing| writing.record(at(101), read_event(1, Evidence::Typed), &[])).unwrap();

    for (from, to) in [(0, 1), (1, 2)] {
        let sent = entries(&seats[from].db);
        let taken = seats[to].take_from(&world, &sent, &[]);
        assert_eq!((taken.held, taken.refused, taken.forked), (0, 0, 0));
    }
    for seat in &seats {
        let relayed = entries(&seat.db).into_iter().filter(|one| one == &sealed).count();
        assert_eq!(relayed, 1, "byte for byte");
        let count = "SELECT count(*) FROM entry WHERE kind = 0";
        let newer: i64 = seat.db.query_row(count, [], |row| row.get(0)).unwrap();
        let read: i64 =
            seat.db.query_row("SELECT count(*) FROM reading", [], |row| row.get(0)).unwrap();
        assert_eq!((newer, read), (1, 1), "what follows it stands");
    }
}

#[test]
fn a_volume_counts_from_whoever_holds_the_book_alone() {
    let mut seats = office(&mut Dice(7));
    let world = World { clock: 100, ..World::default() };
    let pass = |seats: &mut [Seat], from: usize, to: usize| {
        let sent = entries(&seats[from].db);
        let taken = seats[to].take_from(&world, &sent, &[]);
        assert_eq!((taken.held, taken.refused, taken.forked), (0, 0, 0));
    };
    fn by<T>(seat: &mut Seat, work: impl FnOnce(&mut Writing<'_>) -> Result<T>) -> T {
        seat.write(work).unwrap()
    }
    let receive_at = |seat: &mut Seat, second| {
        by(seat, |writing| writing.append(at(second), receive(reception(1, at(second)))));
    };
    let newest = |seat: &Seat| {
        let newest = volume::newest(&seat.db, BookId::TRACKING, 2026).unwrap().unwrap();
        (newest.volume, newest.closed)
    };
    receive_at(&mut seats[0], 100);
    pass(&mut seats, 0, 1);
    let id = |volume| VolumeId { book: BookId::TRACKING, year: 2026, volume };
    let day = crate::local_day(at(101));
    for event in [
        Event::VolumeClosed { id: id(1), last: 1, count: 1, day, epoch: 1 },
        Event::VolumeOpened { id: id(2), after: 1, day, epoch: 1 },
        // Nobody holds the book under this one yet.
        Event::VolumeOpened { id: id(3), after: 1, day, epoch: 2 },
    ] {
        by(&mut seats[1], |writing| writing.write(at(101), event));
    }
    pass(&mut seats, 1, 0);
    pass(&mut seats, 2, 0);
    let volumes = "SELECT count(*) FROM conflict WHERE kind = 7";
    for seat in &seats[..2] {
        assert_eq!(newest(seat), (1, false));
        let conflicts: i64 = seat.db.query_row(volumes, [], |row| row.get(0)).unwrap();
        assert_eq!(conflicts, 3);
    }
    // The holder goes on in its volume, hands the book over, and whoever got it closes it.
    receive_at(&mut seats[0], 102);
    let to = seats[2].device.id.clone();
    by(&mut seats[0], |writing| writing.hand_over(at(103), BookId::TRACKING, &to));
    pass(&mut seats, 0, 2);
    by(&mut seats[2], |writing| writing.close_volume(at(104), BookId::TRACKING, 2026));
    pass(&mut seats, 2, 0);
    pass(&mut seats, 2, 1);
    for seat in &seats {
        assert_eq!(newest(seat), (1, true));
        assert_eq!(digests(&seat.db), digests(&seats[0].db));
    }
}
