//! Three seats of one office that work apart and exchange what they have: whatever the order, the cuts and the
//! clocks, they end with the same entries and the same tables.
//!
//! `MOTCUA_SCHEDULES` says how many schedules are tried, `MOTCUA_SEED` with which seed the first begins.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;

use office::{
    arrival::ArrivalId,
    document::DocumentId,
    dossier::DossierId,
    entry::{DeviceId, Entry, Event, PaperKind, PaperOf, Purpose, Role, User, UserName},
    evidence::Evidence,
    payment::PaymentId,
    ticket::{TicketId, TicketStep},
    workflow::Step,
};
use rusqlite::Connection;

use super::*;
use crate::{
    chain::DeviceKey,
    check::table_digest,
    content_hash,
    fixture::{
        self, Dice, at, identity, read_event, receive, reception,
        rooms::{
            arrival, arrive, document, draw, give_notice, hand_over, keep, pay, resolve, statement,
            told, transfer, undo,
        },
        trust_item, trust_source,
    },
    schema::{self, read_models},
    store::write,
};

/// A seat without files: the tables, the key and the chain.
struct Seat {
    db: Connection,
    device: DeviceKey,
    head: Head,
    user: User,
    /// How far this machine's clock is off, in seconds.
    skew: i64,
}

/// What was made anywhere: acts pick from it whether or not their seat knows it.
#[derive(Default)]
struct World {
    clock: i64,
    dossiers: Vec<DossierId>,
    payments: Vec<PaymentId>,
    tickets: Vec<TicketId>,
    documents: Vec<DocumentId>,
    arrivals: Vec<ArrivalId>,
}

fn empty() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.set_prepared_statement_cache_capacity(256);
    schema::create(&db).unwrap();
    db
}

fn seed(dice: &mut Dice) -> [u8; 32] {
    std::array::from_fn(|_| dice.below(256) as u8)
}

/// An office of three seats; each has the whole ledger.
fn office(dice: &mut Dice) -> Vec<Seat> {
    let mut keys: Vec<DeviceKey> = Vec::new();
    while keys.len() < 3 {
        let key = DeviceKey::from_seed(&seed(dice));
        if keys.iter().all(|other| other.id.tag() != key.id.tag()) {
            keys.push(key);
        }
    }
    let user = fixture::user("chi", &Role::ALL);
    let mut db = empty();
    let mut head = Head::founding(&keys[0].id);
    write(&mut db, &keys[0], &user, &mut head, |writing| {
        writing.enrol_device(at(0), "Quầy 1")?;
        writing.write(at(0), Event::OfficeFounded { office: fixture::office(false) })?;
        writing.write(at(0), Event::UserAdded { user: user.clone() })?;
        for book in office::book::Book::ALL {
            let lease = office::book::Lease {
                book,
                year: 2026,
                device: writing.device.id.clone(),
                epoch: 1,
                after: 0,
            };
            writing.write(at(0), Event::LeaseTaken { lease })?;
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
                let n = insert(&own, &entry.envelope, sealed).unwrap();
                project::apply(&own, n, &entry).unwrap();
            }
            let mut head = Head::read(&own, &device.id).unwrap();
            if i > 0 {
                write(&mut own, &device, &user, &mut head, |writing| {
                    writing.enrol_device(at(0), "Quầy")
                })
                .unwrap();
            }
            let skew = [0, 0, -300, 300, 3_000, -40_000][dice.below(6) as usize];
            Seat { db: own, device, head, user: user.clone(), skew }
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

/// Entries that another ledger lacks.
fn unknown(of: &Connection, to: &Connection) -> Vec<Sealed> {
    let there = heads(to).unwrap();
    let lacks = |sealed: &Sealed| {
        let envelope = Envelope::parse(&sealed.envelope).unwrap();
        envelope.sequence > there.of(&envelope.device).0
    };
    entries(of).into_iter().filter(lacks).collect()
}

fn digests(db: &Connection) -> BTreeMap<&'static str, String> {
    read_models()
        .into_iter()
        .map(|(table, select)| (table, hex::encode(table_digest(db, &select).unwrap())))
        .collect()
}

/// What a fresh ledger makes of the same entries in the order of their places.
fn rebuilt(db: &Connection) -> BTreeMap<&'static str, String> {
    let fresh = empty();
    for sealed in entries(db) {
        let Ok(Opened::Entry(entry)) = sealed.open() else { panic!() };
        let n = signed(entry.envelope.place()).unwrap();
        project::apply(&fresh, n, &entry).unwrap();
    }
    digests(&fresh)
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

fn some<T: Clone>(dice: &mut Dice, of: &[T]) -> Option<T> {
    (!of.is_empty()).then(|| of[dice.below(of.len() as u64) as usize].clone())
}

impl Seat {
    fn now(&self, world: &World) -> Timestamp {
        at(world.clock + self.skew)
    }

    /// Writes something, or is refused; what is refused leaves nothing.
    fn act(&mut self, world: &mut World, dice: &mut Dice, devices: &[DeviceId]) {
        let now = self.now(world);
        let reason = String::from("lý do");
        let dossier = some(dice, &world.dossiers);
        let which = dice.below(26);
        let seen = dossier.as_ref().and_then(|dossier| {
            let standing = project::course::standing(&self.db, dossier).unwrap();
            standing.map(|standing| standing.top.course.steps)
        });
        let choice = dice.below(1_000);
        let content = [dice.below(4) as u8];
        let names = ["an", "ba", "cu"];
        let name = names[dice.below(3) as usize];
        let (arrivals, tickets) = (some(dice, &world.arrivals), some(dice, &world.tickets));
        let (payments, documents) = (some(dice, &world.payments), some(dice, &world.documents));
        let made = write(&mut self.db, &self.device, &self.user, &mut self.head, |writing| {
            let none = DossierId("0".repeat(32));
            let dossier = dossier.unwrap_or(none);
            Ok(Some(match which {
                0..=3 => {
                    let mut reception = reception(choice % 6, now);
                    if choice.is_multiple_of(3) {
                        reception.arrival = arrivals;
                    }
                    writing.append(now, receive(reception))?
                }
                4..=9 => {
                    let step = match choice % 7 {
                        0 | 1 => transfer(["Người hai", "Người ba"][choice as usize % 2]),
                        2 => Step::SupplementAsked { items: vec!["Ảnh".into()], reason },
                        3 => resolve(),
                        4 => hand_over(),
                        5 => Step::Withdrawn { reason },
                        _ => undo(),
                    };
                    writing.append(now, told(&dossier, seen.unwrap_or_default(), now, step))?
                }
                10 => writing.record(now, Event::DossierAnnulled { dossier, reason }, &[])?,
                11 => writing.append(now, pay(&dossier, 8_000, now))?,
                12 => match payments {
                    Some(payment) => {
                        writing.record(now, Event::PaymentCancelled { payment, reason }, &[])?
                    }
                    None => return Ok(None),
                },
                13 => writing.append(now, draw("Hộ tịch", choice.is_multiple_of(2), now))?,
                14 => match tickets {
                    Some(ticket) => {
                        let step = [
                            TicketStep::Called(format!("{}", choice % 3)),
                            TicketStep::Served,
                            TicketStep::Absent,
                        ][choice as usize % 3]
                            .clone();
                        writing.record(now, Event::TicketMoved { ticket, step }, &[])?
                    }
                    None => return Ok(None),
                },
                15 => writing.record(now, keep(document(choice % 6, &content)), &[&content])?,
                16 => match documents {
                    Some(document) => {
                        writing.record(now, Event::DocumentRemoved { document, reason }, &[])?
                    }
                    None => return Ok(None),
                },
                17 => {
                    let code = format!("G{}", choice % 4);
                    writing.record(now, arrive(arrival(&code, now)), &[b"message"])?
                }
                18 => writing.append(now, give_notice(1, now, arrivals))?,
                19 => {
                    let lines = [(&*format!("FT{}", choice % 3), &dossier, 9_000)];
                    writing.record(now, statement(&lines, now), &[])?
                }
                20 => {
                    let level = Evidence::ALL[choice as usize % Evidence::ALL.len()];
                    writing.record(now, read_event(choice % 6, level), &[])?
                }
                21 => {
                    let who = identity(choice % 6, Evidence::Typed).key();
                    let purpose = Purpose::Search;
                    writing.record(now, Event::PersonViewed { who, purpose }, &[])?
                }
                24 => {
                    let books = office::book::Book::ALL;
                    let book = books[choice as usize % books.len()];
                    let to = devices[choice as usize % 3].clone();
                    writing.hand_over(now, book, &to)?;
                    return Ok(None);
                }
                25 => {
                    writing.assign_numbers(now)?;
                    return Ok(None);
                }
                22 => {
                    let user =
                        fixture::user(name, &[Role::Clerk, Role::Head][..choice as usize % 2 + 1]);
                    let event = match choice % 4 {
                        0 => Event::UserAdded { user },
                        1 => Event::UserChanged { user },
                        2 => Event::UserDisabled { user: user.name, reason },
                        _ => Event::PasswordChanged { user: UserName(name.into()) },
                    };
                    writing.write(now, event)?
                }
                _ => match choice % 3 {
                    0 => {
                        let (item, bytes) = trust_item(choice as u8 % 4);
                        let source = Box::new(trust_source());
                        let event = Event::TrustAdded { item, source };
                        writing.keep_blobs(&event, &[bytes])?;
                        writing.write(now, event)?
                    }
                    1 => {
                        let fingerprint = trust_item(choice as u8 % 4).0.fingerprint;
                        writing.write(now, Event::TrustRemoved { fingerprint, reason })?
                    }
                    _ => {
                        let paper = Event::PaperMade {
                            dossier,
                            kind: PaperKind::Receipt,
                            of: PaperOf::Reception,
                            content: content_hash(b"pdf"),
                        };
                        writing.record(now, paper, &[b"pdf"])?
                    }
                },
            }))
        });
        if let Ok(Some(Entry { what, .. })) = made {
            match what {
                Event::DossierReceived { dossier } => world.dossiers.push(dossier.id),
                Event::FeePaid { payment } => world.payments.push(payment.id),
                Event::TicketDrawn { ticket } => world.tickets.push(ticket.id),
                Event::DocumentKept { document } => world.documents.push(document.id),
                Event::DossierArrived { arrival } => world.arrivals.push(arrival.id),
                _ => {}
            }
        }
    }

    /// Takes some of what another seat has: what is cut off, and in which order the chains come.
    fn take_from(&mut self, world: &World, sent: Vec<Sealed>) -> Taken {
        let now = self.now(world);
        let taken = take(&mut self.db, &self.head, now, &sent, &[]).unwrap();
        self.head = Head::read(&self.db, &self.device.id).unwrap();
        taken
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
struct Seen {
    conflicts: BTreeMap<i64, u64>,
    held: u64,
    late: u64,
}

fn schedule(seed: u64, seen: &mut Seen) {
    let mut dice = Dice(seed);
    let mut seats = office(&mut dice);
    let devices: Vec<DeviceId> = seats.iter().map(|seat| seat.device.id.clone()).collect();
    let mut world = World::default();
    for _ in 0..dice.below(60) + 10 {
        world.clock += [0, 1, 60, 7_000][dice.below(4) as usize];
        let (from, to) = (dice.below(3) as usize, dice.below(3) as usize);
        if dice.below(5) > 0 || from == to {
            seats[from].act(&mut world, &mut dice, &devices);
            continue;
        }
        let mut sent = entries(&seats[from].db);
        if dice.below(2) == 0 {
            sent = shuffled(&mut dice, sent);
        }
        let cut = dice.below(sent.len() as u64 + 20) as usize;
        sent.truncate(cut.max(9));
        let newest = seats[to].head.moment;
        let taken = seats[to].take_from(&world, sent);
        seen.held += taken.held;
        seen.late += u64::from(taken.taken > 0 && seats[to].head.moment == newest);
    }
    // Everybody hears everything.
    world.clock += 200_000;
    for _ in 0..3 {
        // Whoever holds a book issues what was awaited.
        for seat in &mut seats {
            let now = seat.now(&world);
            write(&mut seat.db, &seat.device, &seat.user, &mut seat.head, |writing| {
                writing.assign_numbers(now)
            })
            .unwrap();
        }
        for (from, to) in [(0, 1), (1, 2), (2, 0), (0, 1), (1, 2)] {
            let sent = unknown(&seats[from].db, &seats[to].db);
            let sent = shuffled(&mut dice, sent);
            seats[to].take_from(&world, sent);
        }
    }
    let kinds: Vec<i64> =
        rows(&seats[0].db, "SELECT kind FROM conflict", [], |row| row.get(0)).unwrap();
    for kind in kinds {
        *seen.conflicts.entry(kind).or_default() += 1;
    }
    numbered(&seats[0].db, seed);
    let all = seats[0].head.entries;
    let expected = rebuilt(&seats[0].db);
    for seat in &seats {
        assert_eq!(seat.head.entries, all, "seed {seed}: every seat holds every entry");
        let held: i64 =
            seat.db.query_row("SELECT count(*) FROM held", [], |row| row.get(0)).unwrap();
        assert_eq!(held, 0, "seed {seed}: nothing waits any more");
        if digests(&seat.db) != expected {
            let fresh = empty();
            for sealed in entries(&seat.db) {
                let Ok(Opened::Entry(entry)) = sealed.open() else { panic!() };
                let n = signed(entry.envelope.place()).unwrap();
                project::apply(&fresh, n, &entry).unwrap();
            }
            panic!("seed {seed}: {}", difference(&seat.db, &fresh));
        }
    }
}

/// No number twice, none left out, none awaited.
fn numbered(db: &Connection, seed: u64) {
    let count = |sql: &str| -> i64 { db.query_row(sql, [], |row| row.get(0)).unwrap() };
    let awaited = "SELECT count(*) FROM pending WHERE NOT EXISTS (
        SELECT 1 FROM assigned WHERE place = pending.n AND assigned.book = pending.book)";
    assert_eq!(count(awaited), 0, "seed {seed}: every awaited number came");
    let uneven = "SELECT count(*) FROM (SELECT 1 FROM number GROUP BY book, year, day
        HAVING count(*) <> max(value) OR count(DISTINCT value) <> count(*))";
    assert_eq!(count(uneven), 0, "seed {seed}: each number once and none left out");
}

#[test]
fn seats_that_exchange_end_with_the_same_tables() {
    let number = |name: &str, otherwise: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
    };
    let (first, count) = (number("MOTCUA_SEED", 1), number("MOTCUA_SCHEDULES", 10_000));
    println!("seeds {first} to {}", first + count - 1);
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let seen: Vec<Seen> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn(move || {
                    let mut seen = Seen::default();
                    (first..first + count)
                        .filter(|seed| seed % workers == worker)
                        .for_each(|seed| schedule(seed, &mut seen));
                    seen
                })
            })
            .collect();
        started.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let of = |kind| seen.iter().filter_map(|seen| seen.conflicts.get(&kind)).sum::<u64>();
    let conflicts = [1, 2, 3, 4].map(of);
    let held: u64 = seen.iter().map(|seen| seen.held).sum();
    let late: u64 = seen.iter().map(|seen| seen.late).sum();
    println!("conflicts of each kind {conflicts:?}, {held} entries held, {late} exchanges late");
    if count >= 1_000 {
        assert!(conflicts.iter().all(|count| *count > 0) && held > 0 && late > 0);
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
    insert(&author.db, &entry.envelope, &sealed).unwrap();
    author.head = Head::read(&author.db, &author.device.id).unwrap();
    write(&mut author.db, &author.device, &author.user, &mut author.head, |writing| {
        writing.record(at(101), read_event(1, Evidence::Typed), &[])
    })
    .unwrap();

    for (from, to) in [(0, 1), (1, 2)] {
        let sent = unknown(&seats[from].db, &seats[to].db);
        let taken = seats[to].take_from(&world, sent);
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
