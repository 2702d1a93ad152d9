//! Who is known, and what happened to whom.
//!
//! **One reading stands for a person**: its facts, level, day and photo are shown together and never mixed
//! with another's. It is the strongest, of equally strong ones the newest by its entry's time, then device
//! and place in that device's chain, then place among all entries; so whatever the order in which readings come in, the same one stands. What a dossier says of
//! its applicant stands only where no reading is there. A chip that failed its checks stands for nobody.
//!
//! `history` has a row for each entry that concerns a person, so that the whole of it is one walk of one
//! table.

use office::{
    dossier::Dossier,
    entry::{Entry, Envelope, Event, Part, Whom},
    person::{Identity, PersonKey},
    subject::Subject,
};
use rusqlite::{Connection, params};

use super::{DAMAGED, conflict};
use crate::{Result, read::rows, search};

/// A part of a history in the table: never changed, never reused.
pub(crate) fn part_key(part: Part) -> i64 {
    match part {
        Part::Dossier => 1,
        Part::Work => 2,
        Part::Reading => 3,
        Part::Store => 4,
        Part::Look => 5,
        Part::Act => 6,
    }
}

/// A reading that failed its checks is kept, but it is nobody's record and no search finds it.
pub(super) fn read(db: &Connection, n: i64, entry: &Entry, identity: &Identity) -> Result<()> {
    let usable = identity.evidence.usable();
    let who = identity.key();
    db.prepare_cached("INSERT INTO reading (n, who, usable) VALUES (?1, ?2, ?3)")?
        .execute(params![n, who.text(), usable])?;
    if usable {
        know(db, n, &who, &strength(n, entry, identity, Source::Reading))?;
        search::index_person(db, n, identity)?;
    }
    Ok(())
}

/// The applicant of a dossier, and how to reach them.
pub(super) fn apply(db: &Connection, n: i64, entry: &Entry, dossier: &Dossier) -> Result<()> {
    let applicant = &dossier.applicant;
    let who = applicant.key();
    if !applicant.evidence.usable() {
        return Ok(());
    }
    know(db, n, &who, &strength(n, entry, applicant, Source::Dossier))?;
    db.prepare_cached(
        "UPDATE person SET contact = ?2, contact_age = ?3
         WHERE who = ?1 AND (contact_age IS NULL OR contact_age < ?3)",
    )?
    .execute(params![who.text(), n, age(n, entry)])?;
    Ok(())
}

/// Namesakes share a key and stay apart: no reading stands for all of them.
fn know(db: &Connection, n: i64, who: &PersonKey, strength: &str) -> Result<()> {
    if who.is_unique() {
        db.prepare_cached(
            "INSERT INTO person (who, best, strength) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET best = excluded.best, strength = excluded.strength
             WHERE excluded.strength > strength",
        )?
        .execute(params![who.text(), n, strength])?;
    }
    Ok(())
}

/// Where facts of a person come from.
#[derive(Clone, Copy)]
enum Source {
    Dossier,
    Reading,
}

/// A text that is greater for the reading that is to stand: a reading before a dossier's applicant, then the
/// level, then the time.
fn strength(n: i64, entry: &Entry, identity: &Identity, source: Source) -> String {
    let source = match source {
        Source::Dossier => 0,
        Source::Reading => 1,
    };
    let level = 9_usize.saturating_sub(identity.evidence.rank());
    format!("{source}{level}{}", age(n, entry))
}

/// A text that is greater for the newer entry; no two entries have the same, and a device's chain and a branch of
/// it differ in their places.
fn age(n: i64, entry: &Entry) -> String {
    // Shifted, so that times before 1970 sort as well.
    let moment = i128::from(entry.envelope.at.as_microsecond()) - i128::from(i64::MIN);
    let Envelope { device, sequence, .. } = &entry.envelope;
    format!("{moment:020}{}{sequence:020}{n:020}", device.0)
}

/// Writes down whom the entry at `n` concerns. What speaks of something that does not stand before it waits.
pub(super) fn remember(db: &Connection, n: i64, event: &Event) -> Result<()> {
    for (whom, part) in event.about().concerns {
        match owner(db, n, &whom)? {
            Owner::Known(owners) => {
                for who in owners {
                    // A statement may pay two dossiers of one person.
                    db.prepare_cached(
                        "INSERT OR IGNORE INTO history (who, n, part) VALUES (?1, ?2, ?3)",
                    )?
                    .execute(params![who, n, part_key(part)])?;
                }
            }
            Owner::Missing(name) => conflict::stray(db, &name, n)?,
        }
    }
    Ok(())
}

/// Its name in `stray`.
pub(super) fn waited_for(whom: &Whom<'_>) -> String {
    match whom {
        Whom::Person(who) => format!("person:{}", who.text()),
        Whom::Subject(subject) => subject.to_string(),
        Whom::Payment(id) => format!("payment:{}", id.0),
        Whom::Attachment(id) => format!("attachment:{}", id.0),
        Whom::Document(id) => format!("document:{}", id.0),
    }
}

/// Whose something is.
enum Owner {
    /// Of these, at least one.
    Known(Vec<String>),
    /// This does not stand before the entry.
    Missing(String),
}

fn owner(db: &Connection, n: i64, whom: &Whom<'_>) -> Result<Owner> {
    let found = |sql: &str, id: &str| -> Result<Vec<String>> {
        rows(db, sql, params![id, n], |row| row.get(0))
    };
    let known = |owners: Vec<String>, whom: &Whom<'_>| match owners.is_empty() {
        true => Owner::Missing(waited_for(whom)),
        false => Owner::Known(owners),
    };
    let subject = match whom {
        Whom::Person(who) => return Ok(Owner::Known(vec![who.text()])),
        Whom::Document(id) => {
            let sql = "SELECT owner FROM document WHERE id = ?1 AND n <= ?2";
            return Ok(known(found(sql, &id.0)?, whom));
        }
        Whom::Subject(subject) => vec![subject.to_string()],
        Whom::Payment(id) => found("SELECT subject FROM payment WHERE id = ?1 AND n <= ?2", &id.0)?,
        Whom::Attachment(id) => {
            found("SELECT subject FROM attachment WHERE id = ?1 AND n <= ?2", &id.0)?
        }
    };
    let Some(subject) = subject.first() else { return Ok(Owner::Missing(waited_for(whom))) };
    let subject: Subject = subject.parse().map_err(|_| DAMAGED)?;
    let owners = match &subject {
        Subject::Dossier(id) => found("SELECT who FROM dossier WHERE id = ?1 AND n <= ?2", &id.0)?,
        Subject::Act(id) => found(
            "SELECT who FROM act JOIN asker ON asker.act = act.n WHERE id = ?1 AND n <= ?2",
            &id.0,
        )?,
    };
    Ok(known(owners, &Whom::Subject(subject)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use jiff::ToSpan;
    use office::{
        book::{BookId, Number, Numbers, Period},
        dossier::DossierId,
        entry::{ContentHash, DeviceId, Moment, OfficeId, UserName},
        evidence::Evidence,
    };
    use proptest::prelude::*;
    use rusqlite::OptionalExtension;

    use super::*;
    use crate::fixture::{at, read_event, reception};

    /// What may be told of the one person: read at a level, or named in a dossier at one.
    #[derive(Clone, Debug)]
    struct Telling {
        level: Evidence,
        hour: i64,
        dossier: bool,
    }

    fn telling() -> impl Strategy<Value = Telling> {
        // Few hours, so that some coincide.
        (0..Evidence::ALL.len(), 0..6_i64, prop::bool::weighted(0.2)).prop_map(
            |(level, hour, dossier)| Telling { level: Evidence::ALL[level], hour, dossier },
        )
    }

    fn entry(place: usize, telling: &Telling) -> Entry {
        let moment = at(0).checked_add(telling.hour.hours()).unwrap();
        let what = if telling.dossier {
            let mut reception = reception(1, moment);
            reception.applicant.evidence = telling.level;
            reception.id = DossierId(format!("{place:032x}"));
            let office = office::unit::OfficeCode::parse("H38.12").unwrap();
            let dossier = reception.receive(&office, &mut Pending).unwrap();
            Event::DossierReceived { dossier: Box::new(dossier) }
        } else {
            read_event(1, telling.level)
        };
        Entry {
            envelope: Envelope {
                office: OfficeId("0".repeat(32)),
                device: DeviceId("0".repeat(32)),
                sequence: place as u64 + 1,
                previous: ContentHash("0".repeat(64)),
                seen: Vec::new(),
                at: moment,
                moment: Moment::of(moment),
                user: UserName("chi".into()),
                kind: String::new(),
                payload: ContentHash(format!("{place:064x}")),
            },
            what,
        }
    }

    /// Numbers that wait.
    struct Pending;

    impl Numbers for Pending {
        fn next(&mut self, book: BookId, day: jiff::civil::Date) -> Number {
            Number::Pending { series: Period::Year.series(book, day) }
        }
    }

    /// The entry that stands after these came in this order.
    fn standing(entries: &[&Entry]) -> Option<ContentHash> {
        let db = Connection::open_in_memory().unwrap();
        crate::schema::create_read_models(&db).unwrap();
        for (n, entry) in entries.iter().enumerate() {
            crate::project::apply(&db, n as i64 + 1, entry).unwrap();
        }
        let best: Option<i64> =
            db.query_row("SELECT best FROM person", [], |row| row.get(0)).optional().unwrap();
        best.map(|n| entries[n as usize - 1].envelope.payload.clone())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        #[test]
        fn the_strongest_reading_then_the_newest_stands_whatever_the_order(
            (told, order) in prop::collection::vec(telling(), 1..9).prop_flat_map(|told| {
                let places: Vec<usize> = (0..told.len()).collect();
                (Just(told), Just(places).prop_shuffle())
            })
        ) {
            // A forged applicant is received by no dossier.
            let told: Vec<&Telling> =
                told.iter().filter(|one| !one.dossier || one.level.usable()).collect();
            let entries: Vec<Entry> = told.iter().enumerate().map(|(n, one)| entry(n, one)).collect();
            let in_order: Vec<&Entry> = entries.iter().collect();
            let stands = standing(&in_order);
            let shuffled: Vec<&Entry> = order.iter().filter_map(|n| entries.get(*n)).collect();
            prop_assert_eq!(&standing(&shuffled), &stands);

            let readings = told.iter().any(|one| !one.dossier && one.level.usable());
            let of_kind: Vec<usize> = (0..told.len())
                .filter(|n| told[*n].level.usable() && told[*n].dossier != readings)
                .collect();
            let strongest = of_kind.iter().map(|n| told[*n].level.rank()).min();
            let newest = of_kind.iter().filter(|n| Some(told[**n].level.rank()) == strongest)
                .map(|n| told[*n].hour).max();
            match stands {
                None => prop_assert_eq!(strongest, None),
                Some(id) => {
                    let n = entries.iter().position(|entry| entry.envelope.payload == id).unwrap();
                    prop_assert!(of_kind.contains(&n));
                    prop_assert_eq!(Some(told[n].level.rank()), strongest);
                    prop_assert_eq!(Some(told[n].hour), newest);
                }
            }
        }
    }
}
