//! Whatever the order in which entries come, the same people come of them: those that the entries say by
//! themselves, in the order of their places.
#![allow(clippy::unwrap_used)]

use ed25519_dalek::SigningKey;
use jiff::civil::Date;
use office::{
    act::ActId,
    book::{BookId, Number, Numbers, Period},
    document::DocumentId,
    dossier::DossierId,
    entry::{ContentHash, DeviceId, Envelope, Event, Moment, OfficeId, Purpose, Sealed, UserName},
    evidence::Evidence,
    person::{Document, DocumentKind, PersonalNumber},
};
use proptest::prelude::*;

use super::*;
use crate::{
    fixture::{at, identity, read_event, reception, rooms},
    head::insert,
    project,
    read::people::best_of,
    rows::{signed, unsigned},
    schema::{self, read_models},
};

/// What is told or said; people are named by the number of an act, which may be a later one or none that tells.
#[derive(Clone, Debug)]
enum Act {
    /// Claims as numbers of a list, a person who was gone on with, a level, whether it is a dossier.
    Tell(Option<usize>, Option<usize>, Option<usize>, usize, bool),
    Merge(usize, usize),
    Part(usize, usize),
    Split(usize),
    View(usize),
    Keep(usize),
    /// Two ask for an act, each by a number or as a person who was gone on with.
    Ask([(Option<usize>, usize); 2]),
    /// Something about such an act.
    Remark(usize),
}

const ACTS: usize = 12;

fn act() -> impl Strategy<Value = Act> {
    let who = || 0..ACTS;
    let asker = || (prop::option::weighted(0.4, 0..2_usize), who());
    let tell = (
        prop::option::weighted(0.6, 0..2_usize),
        prop::option::weighted(0.5, 0..2_usize),
        prop::option::weighted(0.6, who()),
        0..Evidence::ALL.len(),
        any::<bool>(),
    );
    prop_oneof![
        6 => tell.prop_map(|(number, passport, whose, level, dossier)| {
            Act::Tell(number, passport, whose, level, dossier)
        }),
        3 => (who(), who()).prop_map(|(one, other)| Act::Merge(one, other)),
        1 => (who(), who()).prop_map(|(one, other)| Act::Part(one, other)),
        3 => who().prop_map(Act::Split),
        1 => who().prop_map(Act::View),
        1 => who().prop_map(Act::Keep),
        2 => [asker(), asker()].prop_map(Act::Ask),
        2 => who().prop_map(Act::Remark),
    ]
}

fn place(act: usize) -> u64 {
    envelope(act).place()
}

fn envelope(act: usize) -> Envelope {
    Envelope {
        office: OfficeId("0".repeat(32)),
        device: DeviceId("0".repeat(32)),
        sequence: act as u64 + 1,
        previous: ContentHash("0".repeat(64)),
        seen: Vec::new(),
        at: at(act as i64),
        moment: Moment::of(at(act as i64)),
        user: UserName("chi".into()),
        kind: String::new(),
        payload: ContentHash(String::new()),
    }
}

fn told(
    number: Option<usize>,
    passport: Option<usize>,
    whose: Option<usize>,
    level: usize,
) -> Identity {
    let mut identity = identity(1, Evidence::ALL[level]);
    identity.person.number =
        number.map(|n| PersonalNumber::parse(&format!("09909900000{n}")).unwrap());
    identity.document = passport.map(|n| Document {
        kind: DocumentKind::Passport,
        number: format!("C{n}"),
        expiry: None,
    });
    identity.whose = whose.map(|act| PersonId(place(act)));
    identity
}

fn event(n: usize, act: &Act) -> Event {
    let who = |act: &usize| PersonId(place(*act));
    let reason = String::from("lý do");
    match act {
        Act::Tell(number, passport, whose, level, dossier) => {
            let identity = told(*number, *passport, *whose, *level);
            if *dossier && identity.evidence.usable() {
                let mut reception = reception(1, at(n as i64));
                reception.id = DossierId(format!("{n:032}"));
                reception.applicant = identity;
                let office = crate::fixture::office(false).code;
                let dossier = reception.receive(&office, &mut Pending).unwrap();
                return Event::DossierReceived { dossier: Box::new(dossier) };
            }
            let Event::IdentityRead { face, legal_basis, .. } = read_event(1, Evidence::Typed)
            else {
                unreachable!()
            };
            Event::IdentityRead { identity: Box::new(identity), face, signer: None, legal_basis }
        }
        Act::Merge(one, other) => Event::PeopleMerged { one: who(one), other: who(other), reason },
        Act::Part(one, other) => Event::PeopleParted { one: who(one), other: who(other), reason },
        Act::Split(act) => Event::PersonSplit { who: who(act), reason },
        Act::View(act) => Event::PersonViewed { who: who(act), purpose: Purpose::Search },
        Act::Keep(act) => {
            let mut document = rooms::document(who(act), b"scan");
            document.id = DocumentId(format!("{n:032}"));
            rooms::keep(document)
        }
        Act::Ask(askers) => {
            let askers = askers
                .map(|(number, whose)| told(number, None, Some(whose), Evidence::Typed.rank()));
            rooms::ask(act_id(n), BookId::NOTICE, askers.into(), at(n as i64))(&mut Pending)
                .unwrap()
        }
        Act::Remark(act) => rooms::remark(&act_id(*act), "lời"),
    }
}

fn act_id(act: usize) -> ActId {
    ActId(format!("{act:032}"))
}

/// Numbers that wait.
struct Pending;

impl Numbers for Pending {
    fn next(&mut self, book: BookId, day: Date) -> Number {
        Number::Pending { series: Period::Year.series(book, day) }
    }
}

/// The tables after the acts came in this order.
fn ledger(acts: &[Act], order: &[usize]) -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.set_prepared_statement_cache_capacity(256);
    schema::create(&db).unwrap();
    let key = SigningKey::from_bytes(&[7; 32]);
    for n in order {
        let mut entry = Entry { envelope: envelope(*n), what: event(*n, &acts[*n]) };
        let sealed = Sealed::seal(&mut entry, &key, [7; 16]).unwrap();
        let n = insert(&db, &entry.envelope, None, &sealed).unwrap();
        project::apply(&db, n, &entry).unwrap();
    }
    db
}

fn tables(db: &Connection) -> Vec<(&'static str, Vec<String>)> {
    let table = |(name, select): (&'static str, String)| {
        let mut statement = db.prepare(&select).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            Ok((0..columns).map(|i| format!("{:?} ", row.get_ref(i).unwrap())).collect())
        });
        (name, rows.unwrap().map(|row| row.unwrap()).collect())
    };
    read_models().into_iter().map(table).collect()
}

/// Who is one person by what the acts say: slow, and by the words of [`office::person::Claim`] alone.
struct Said<'a>(&'a [Act]);

impl Said<'_> {
    fn tells(&self, act: usize) -> bool {
        matches!(self.0.get(act), Some(Act::Tell(..)))
    }

    /// What a telling stands for, as an act of that number means it.
    fn name(&self, told: usize, then: usize) -> String {
        let splits = (told..then.min(self.0.len()))
            .filter(|n| matches!(self.0[*n], Act::Split(who) if who == told));
        if let Some(split) = splits.max() {
            return format!("split {split}");
        }
        match self.0[told] {
            Act::Tell(Some(number), ..) => format!("number {number}"),
            Act::Tell(None, Some(passport), ..) => format!("passport {passport}"),
            Act::Tell(None, None, Some(whose), ..) if whose < told && self.tells(whose) => {
                self.name(whose, then)
            }
            _ => format!("telling {told}"),
        }
    }

    fn is_split(&self, told: usize) -> bool {
        self.name(told, usize::MAX).starts_with("split ")
            && self
                .0
                .iter()
                .enumerate()
                .any(|(n, act)| matches!(act, Act::Split(who) if *who == told && n > told))
    }

    /// The groups of names that are one person's, and the acts that contradict.
    fn people(&self) -> (Vec<BTreeSet<String>>, Vec<usize>) {
        let mut pairs: Vec<(usize, usize, usize, bool)> = Vec::new();
        let mut ties: Vec<(usize, String, String)> = Vec::new();
        for (n, act) in self.0.iter().enumerate() {
            match act {
                Act::Merge(a, b) | Act::Part(a, b) => {
                    let (one, other) = (*a.min(b), *a.max(b));
                    if one != other && other < n && self.tells(one) && self.tells(other) {
                        pairs.retain(|(_, a, b, _)| (*a, *b) != (one, other));
                        pairs.push((n, one, other, matches!(act, Act::Merge(..))));
                    }
                }
                Act::Tell(Some(number), Some(passport), _, level, dossier)
                    if matches!(
                        Evidence::ALL[*level],
                        Evidence::ChipAuthentic | Evidence::ChipSigned
                    ) && !dossier
                        && !self.is_split(n) =>
                {
                    ties.push((n, format!("number {number}"), format!("passport {passport}")));
                }
                _ => {}
            }
        }
        for (n, one, other, same) in pairs {
            if same {
                ties.push((n, self.name(one, n), self.name(other, n)));
            }
        }
        ties.sort();
        let names = (0..self.0.len()).filter(|act| self.tells(*act));
        let mut groups: Vec<BTreeSet<String>> = Vec::new();
        let add = |groups: &mut Vec<BTreeSet<String>>, name: String| {
            if !groups.iter().any(|group| group.contains(&name)) {
                groups.push(BTreeSet::from([name]));
            }
        };
        names.for_each(|act| add(&mut groups, self.name(act, usize::MAX)));
        let mut refused = Vec::new();
        for (n, one, other) in ties {
            add(&mut groups, one.clone());
            add(&mut groups, other.clone());
            let one = groups.iter().position(|group| group.contains(&one)).unwrap();
            let other = groups.iter().position(|group| group.contains(&other)).unwrap();
            if one == other {
                continue;
            }
            let both: BTreeSet<String> = groups[one].union(&groups[other]).cloned().collect();
            if both.iter().filter(|name| name.starts_with("number ")).count() > 1 {
                refused.push(n);
            } else {
                groups[one] = both;
                groups.remove(other);
            }
        }
        (groups, refused)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn the_same_people_come_of_entries_in_any_order(
        (acts, order) in prop::collection::vec(act(), 1..=ACTS).prop_flat_map(|acts| {
            let places: Vec<usize> = (0..acts.len()).collect();
            (Just(acts), Just(places).prop_shuffle())
        })
    ) {
        let in_order: Vec<usize> = (0..acts.len()).collect();
        let db = ledger(&acts, &in_order);
        prop_assert_eq!(tables(&ledger(&acts, &order)), tables(&db));

        let said = Said(&acts);
        let (groups, refused) = said.people();
        let conflicts: Vec<i64> =
            rows(&db, "SELECT n FROM conflict WHERE kind = 8 ORDER BY n", [], |row| row.get(0)).unwrap();
        let refused: Vec<i64> = refused.iter().map(|n| signed(place(*n)).unwrap()).collect();
        prop_assert_eq!(conflicts, refused);
        for act in (0..acts.len()).filter(|act| said.tells(*act)) {
            let usable = |act: &usize| match &acts[*act] {
                Act::Tell(.., level, _) => Evidence::ALL[*level].usable(),
                _ => false,
            };
            let group = |act: usize| {
                let name = said.name(act, usize::MAX);
                groups.iter().position(|group| group.contains(&name)).unwrap()
            };
            let keys = keys_at(&db, PersonId(place(act))).unwrap();
            prop_assert_eq!(keys.is_some(), usable(&act), "a forged chip is nobody");
            let Some(keys) = keys else { continue };
            // A reading before a dossier, then the level, then the newest.
            let standing = (0..acts.len())
                .filter(|other| usable(other) && group(*other) == group(act))
                .max_by_key(|other| match &acts[*other] {
                    Act::Tell(.., level, dossier) => {
                        (!dossier, std::cmp::Reverse(Evidence::ALL[*level].rank()), *other)
                    }
                    _ => (false, std::cmp::Reverse(0), 0),
                });
            for (n, remark) in acts.iter().enumerate() {
                let Act::Remark(about) = remark else { continue };
                let Some(Act::Ask(askers)) = acts.get(*about).filter(|_| *about < n) else { continue };
                let is_asker = askers.iter().any(|(number, whose)| match number {
                    Some(number) => groups[group(act)].contains(&format!("number {number}")),
                    None => whose < about && said.tells(*whose) && group(*whose) == group(act),
                });
                let place = signed(place(n)).unwrap();
                let told = keys.iter().any(|key| {
                    let sql = "SELECT 1 FROM history WHERE who = ?1 AND n = ?2";
                    db.prepare(sql).unwrap().exists(params![key, place]).unwrap()
                });
                prop_assert_eq!(told, is_asker, "act {} of {}", about, act);
            }
            let best = best_of(&db, &keys).unwrap().map(|n| unsigned(n).unwrap());
            prop_assert_eq!(best, standing.map(place));
        }
    }
}
