//! A query that is one whole number: it is looked up, not searched for.
//!
//! A personal number is the key of its person and of their dossiers, and a dossier's code stands in the book of
//! codes, as a line's number does in its own. What no such table leads to stands in `exact`: numbers of documents, old numbers, telephones, codes that
//! other systems gave, and of lines of books the numbers of their people. A row there holds 32 bits of a hash and a place, so that it costs a commit little; what is
//! found is compared with the entry. Numbers are compared by their letters and digits alone ([`solid`]): papers,
//! scanners and hands set different signs between them.

use jiff::civil::Date;
use office::{book::BookId, dossier::Dossier, entry::Event, person::Identity, phone, text::fold};
use rusqlite::{Connection, params};

use crate::index::numbers::{
    dossier_numbers, hash, is_digits, is_number, line_numbers, person_numbers, solid,
};
use crate::{
    Result,
    project::entry::entry_at,
    read::dossiers::OF_PERSON,
    rows::{page_size, rows, signed},
};

/// Digits of the day in a dossier's code.
const DAY: usize = 6;

/// A whole number, as a query.
pub(super) struct Exact {
    solid: String,
    /// The query as a telephone number in its one form.
    phone: Option<String>,
    /// The office's own code, with which the codes of its dossiers begin.
    office: String,
    /// The query as the number and year of a line in a book, which may have other signs about them.
    numbered: Option<(u32, i16)>,
}

impl Exact {
    /// `None` for what is no number.
    pub(super) fn parse(query: &str, office_code: &str) -> Option<Self> {
        let number = solid(query);
        is_number(&number).then(|| Self {
            solid: number,
            phone: phone::national(query),
            office: solid(office_code),
            numbered: numbered(query),
        })
    }

    /// Whether a reading under this key is of somebody with the number.
    pub(super) fn is_person(&self, key: &str, identity: &Identity) -> bool {
        key == self.solid || self.is_among(&person_numbers(identity))
    }

    /// Whether the number is the dossier's or its applicant's, whose key this is.
    pub(super) fn is_dossier(&self, key: &str, dossier: &Dossier) -> bool {
        let is_code = |(day, value)| {
            let issued = dossier.serial.issued();
            issued.is_some_and(|issued| (issued.series.day, issued.value) == (Some(day), value))
        };
        key == self.solid
            || self.code().is_some_and(is_code)
            || self.is_among(&dossier_numbers(dossier))
    }

    /// Whether the number is the line's, or that of somebody of whom it speaks.
    pub(super) fn is_line(&self, event: &Event) -> bool {
        let (number, people): (_, Vec<&Identity>) = match event {
            Event::ActDone { act } => (&act.number, act.identities().collect()),
            Event::LineWritten { line } => (&line.number, line.people.iter().collect()),
            _ => return false,
        };
        // In a book that restarts daily many lines have the number: they are found as words.
        let issued = number.issued().filter(|issued| issued.series.day.is_none());
        let issued = issued.map(|issued| (issued.value, issued.series.year));
        (issued.is_some() && issued == self.numbered) || self.is_among(&line_numbers(&people))
    }

    fn is_among(&self, numbers: &[String]) -> bool {
        numbers.iter().any(|number| self.forms().any(|form| form == number))
    }

    fn forms(&self) -> impl Iterator<Item = &String> {
        [&self.solid].into_iter().chain(&self.phone)
    }

    /// Places of readings that stand for a person and may hold the number, newest first.
    pub(super) fn people(&self, db: &Connection, before: i64, limit: usize) -> Result<Vec<i64>> {
        let mut places = rows(
            db,
            "SELECT best FROM person JOIN reading ON reading.n = best
             WHERE person.who = ?1 AND best < ?2",
            params![self.solid, before],
            |row| row.get(0),
        )?;
        let sql = "SELECT exact.n FROM exact CROSS JOIN reading ON reading.n = exact.n
            CROSS JOIN person ON person.who = reading.who
            WHERE hash = ?1 AND exact.n < ?2 AND person.best = exact.n
            ORDER BY exact.n DESC LIMIT ?3";
        for form in self.forms() {
            let wanted = params![hash(form), before, page_size(limit)];
            places.extend(rows(db, sql, wanted, |row| row.get::<_, i64>(0))?);
        }
        Ok(places)
    }

    /// Places of dossiers that may hold the number, newest first.
    pub(super) fn dossiers(&self, db: &Connection, before: i64, limit: usize) -> Result<Vec<i64>> {
        let mut places = rows(
            db,
            &format!("{OF_PERSON} AND n < ?2 ORDER BY n DESC LIMIT ?3"),
            params![self.solid, before, page_size(limit)],
            |row| row.get(0),
        )?;
        let sql = "SELECT exact.n FROM exact CROSS JOIN dossier ON dossier.n = exact.n
            WHERE hash = ?1 AND exact.n < ?2 ORDER BY exact.n DESC LIMIT ?3";
        for form in self.forms() {
            let wanted = params![hash(form), before, page_size(limit)];
            places.extend(rows(db, sql, wanted, |row| row.get::<_, i64>(0))?);
        }
        places.extend(self.coded(db)?.into_iter().filter(|n| *n < before));
        Ok(places)
    }

    /// Places of lines of these books that may hold the number, newest first.
    pub(super) fn lines(
        &self,
        db: &Connection,
        books: &str,
        before: i64,
        limit: usize,
    ) -> Result<Vec<i64>> {
        let mut places = Vec::new();
        let sql = "SELECT exact.n FROM exact CROSS JOIN line ON line.n = exact.n
            WHERE hash = ?1 AND exact.n < ?2 AND book IN (SELECT value FROM json_each(?4))
            ORDER BY exact.n DESC LIMIT ?3";
        for form in self.forms() {
            let wanted = params![hash(form), before, page_size(limit), books];
            places.extend(rows(db, sql, wanted, |row| row.get::<_, i64>(0))?);
        }
        let Some((value, year)) = self.numbered else { return Ok(places) };
        // The number came with the line, or for it later.
        let issued: Vec<i64> = rows(
            db,
            "SELECT n FROM json_each(?1) AS mine CROSS JOIN number ON book = mine.value
             WHERE year = ?2 AND day = '' AND number.value = ?3",
            params![books, year, value],
            |row| row.get(0),
        )?;
        let line = "SELECT 1 FROM line WHERE n = ?1";
        for n in issued {
            let n = match db.prepare_cached(line)?.exists([n])? {
                true => n,
                false => match entry_at(db, n)?.what {
                    Event::NumberAssigned { place, .. } => signed(place)?,
                    _ => continue,
                },
            };
            if n < before && db.prepare_cached(line)?.exists([n])? {
                places.push(n);
            }
        }
        Ok(places)
    }

    /// Dossiers that got the number as their code, at their reception or later.
    fn coded(&self, db: &Connection) -> Result<Vec<i64>> {
        let Some((day, value)) = self.code() else { return Ok(Vec::new()) };
        let issued: Vec<(i64, bool)> = rows(
            db,
            "SELECT n, EXISTS (SELECT 1 FROM dossier WHERE dossier.n = number.n) FROM number
             WHERE book = ?1 AND year = ?2 AND day = ?3 AND value = ?4",
            params![BookId::DOSSIER_CODE.as_str(), day.year(), day.to_string(), value],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let mut places = Vec::new();
        for (n, received) in issued {
            if received {
                places.push(n);
            } else if let Event::NumberAssigned { place, .. } = entry_at(db, n)?.what {
                let place = signed(place)?;
                let sql = "SELECT 1 FROM dossier WHERE n = ?1";
                places.extend(db.prepare_cached(sql)?.exists([place])?.then_some(place));
            }
        }
        Ok(places)
    }

    /// Day and number of a dossier's code, which may stand without the office's.
    fn code(&self) -> Option<(Date, u32)> {
        let code = self.solid.strip_prefix(&self.office).unwrap_or(&self.solid);
        let (day, value) = code.split_at_checked(DAY)?;
        let written = value.len() == 4 || (value.len() > 4 && !value.starts_with('0'));
        let value = value.parse().ok().filter(|_| written && is_digits(code))?;
        Some((Date::strptime("%y%m%d", day).ok()?, value))
    }
}

/// `12/2026`, `CT-07/2026`, `03/2026-CV`: number and year of a line.
fn numbered(query: &str) -> Option<(u32, i16)> {
    let folded = fold(query);
    let words: Vec<&str> = folded.split(' ').collect();
    let mut figures = words.iter().enumerate().filter(|(_, word)| is_digits(word));
    let ((at, number), (next, year)) = (figures.next()?, figures.next()?);
    let is_year = year.len() == 4 && next == at + 1 && figures.next().is_none();
    Some((number.parse().ok()?, year.parse().ok().filter(|_| is_year)?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::collections::HashSet;

    use jiff::civil;
    use office::{
        book::{Number, Numbers},
        dossier::Reception,
        evidence::Evidence,
        person::{Document, DocumentKind, PersonId, PersonalNumber},
    };
    use tempfile::tempdir;

    use super::*;
    use crate::{
        Hit, Ledger, Scope,
        fixture::{assert_clean, at, found, open, read_event, receive, reception, series},
    };

    /// No book is held here.
    struct Awaited;

    impl Numbers for Awaited {
        fn next(&mut self, book: BookId, day: civil::Date) -> Number {
            Number::Pending { series: series(book, day) }
        }
    }

    /// Somebody with these numbers: name, personal number, passport, old number, telephone, code of origin.
    type Told = [&'static str; 6];

    const AN: Told =
        ["Lý Văn An", "099090000001", "", "012345678", "+84 912.345.678", "G22.99.01-261101-0042"];
    const ANNA: Told = ["Anna Novak", "", "C1234567", "", "+1 202 555 0100", ""];
    const BINH: Told = ["Lý Thị Bình", "099190000004", "N7654321", "", "(0214) 3840 123", ""];
    /// Of the same family: their numbers begin or end as others' do.
    const CHI: Told = ["Lý Thị Chi", "091234567812", "", "912345678", "0912345679", ""];

    fn told([name, number, passport, old, phone, origin]: Told) -> Reception {
        let mut reception = reception(0, at(0));
        let applicant = &mut reception.applicant;
        applicant.person.name = name.into();
        applicant.person.number = PersonalNumber::parse(number).ok();
        applicant.person.old_number = old.into();
        applicant.document = (!passport.is_empty()).then(|| Document {
            kind: DocumentKind::Passport,
            number: passport.into(),
            expiry: None,
        });
        reception.contact.phone = phone.into();
        reception.origin_code = origin.into();
        reception
    }

    fn read(ledger: &mut Ledger, identity: Identity) -> PersonId {
        let mut event = read_event(0, Evidence::ChipSigned);
        if let Event::IdentityRead { identity: read, .. } = &mut event {
            **read = identity;
        }
        PersonId(ledger.record(at(0), event, &[]).unwrap().envelope.place())
    }

    /// Four who were here long ago, and many after them.
    fn filled(ledger: &mut Ledger) {
        for one in [AN, ANNA, BINH] {
            read(ledger, told(one).applicant);
            ledger.append(at(0), receive(told(one))).unwrap();
        }
        let awaiting = |_: &mut dyn Numbers| receive(told(ANNA))(&mut Awaited);
        ledger.append(at(0), awaiting).unwrap();
        assert_eq!(ledger.assign_numbers(at(0)).unwrap(), 2);
        ledger
            .transact(|writing| {
                // No number of theirs begins or ends like one of those four.
                for i in 10_010..10_609 {
                    writing.record(at(1), read_event(i, Evidence::ChipSigned), &[])?;
                    writing.append(at(1), receive(reception(i, at(1))))?;
                }
                Ok(())
            })
            .unwrap();
        read(ledger, told(CHI).applicant);
        ledger.append(at(2), receive(told(CHI))).unwrap();
    }

    fn label(hit: &Hit) -> String {
        match hit {
            Hit::Person { identity, .. } => format!("P {}", identity.person.name),
            Hit::Dossier(record) => {
                let code = record.dossier.code_label();
                let number = code.rsplit('-').next().unwrap();
                format!("D {} {number}", record.dossier.applicant.person.name)
            }
            Hit::Line(record) => panic!("no line was written: {record:?}"),
        }
    }

    /// The first page, and all rows of all pages.
    fn pages(ledger: &Ledger, query: &str, scope: Scope, limit: usize) -> [Vec<String>; 2] {
        let first = ledger.search(query, scope, None, limit).unwrap();
        let shown = first.items.iter().map(label).collect();
        let (mut all, mut next) = (first.items, first.next);
        while next.is_some() {
            let page = ledger.search(query, scope, next, limit).unwrap();
            assert!(page.items.len() <= limit, "{query:?}");
            all.extend(page.items);
            next = page.next;
        }
        let places: HashSet<u64> = all.iter().map(Hit::place).collect();
        assert_eq!(places.len(), all.len(), "{query:?}: no row twice");
        [shown, all.iter().map(label).collect()]
    }

    #[test]
    fn whole_numbers_are_on_the_first_page_however_they_are_written() {
        let data = tempdir().unwrap();
        let (mut ledger, _) = found(data.path());
        filled(&mut ledger);
        for words in ["anna novak", "ly van an", "c123456", "261123 000"] {
            let first = ledger.search(words, Scope::All, None, 50).unwrap();
            let far = |hit: &Hit| !["Lý Văn An", "Anna"].iter().any(|n| label(hit).contains(n));
            assert!(first.items.iter().all(far) && first.next.is_some(), "{words}");
        }
        // How it may be written; what is on the first page; what comes after.
        let table: [(&[&str], &[&str], &[&str]); 9] = [
            (
                &["099090000001", "099 090 000 001", "099.090.000.001", " 099090000001\r\n"],
                &["D Lý Văn An 0001", "P Lý Văn An"],
                &[],
            ),
            (&["012345678", "012 345 678", "012.345.678"], &["P Lý Văn An"], &[]),
            (
                &["0912345678", "0912 345 678", "0912.345.678", "+84 912 345 678", "84912345678"],
                &["D Lý Văn An 0001"],
                &["D Lý Thị Chi 0604", "P Lý Thị Chi"],
            ),
            (
                &["C1234567", "c1234567", "C 123 4567", "c-1234567"],
                &["D Anna Novak 0004", "D Anna Novak 0002", "P Anna Novak"],
                &[],
            ),
            (&["N7654321", "n 7654321"], &["P Lý Thị Bình"], &[]),
            (&["02143840123", "(0214) 3840 123", "+842143840123"], &["D Lý Thị Bình 0003"], &[]),
            (
                &["H38.99-261123-0001", "h38.99-261123-0001", "H38992611230001", "2611230001"],
                &["D Lý Văn An 0001"],
                &[],
            ),
            (
                &["G22.99.01-261101-0042", "G2299012611010042", "g22 99 01 261101 0042"],
                &["D Lý Văn An 0001"],
                &[],
            ),
            (&["912345678"], &["P Lý Thị Chi"], &[]),
        ];
        let check = |ledger: &Ledger| {
            for (queries, shown, later) in table {
                for query in queries {
                    let [first, all] = pages(ledger, query, Scope::All, 50);
                    assert_eq!(first, shown, "{query:?}");
                    assert_eq!(all, [shown, later].concat(), "{query:?}");
                    for (scope, letter) in [(Scope::People, 'P'), (Scope::Dossiers, 'D')] {
                        let [_, all] = pages(ledger, query, scope, 1);
                        let wanted = |row: &&&str| row.starts_with(letter);
                        let expected: Vec<&str> =
                            shown.iter().chain(later).filter(wanted).copied().collect();
                        assert_eq!(all, expected, "{query:?} {scope:?}");
                    }
                }
            }
        };
        check(&ledger);
        assert_clean(&ledger);
        drop(ledger);
        check(&open(data.path()));
    }

    /// The rest is on the pages after, each row once.
    #[test]
    fn many_with_one_number_and_people_of_several_are_given_once() {
        let data = tempdir().unwrap();
        let (mut ledger, _) = found(data.path());
        for _ in 0..7 {
            ledger.append(at(0), receive(told(BINH))).unwrap();
        }
        let [first, all] = pages(&ledger, "02143840123", Scope::Dossiers, 3);
        assert_eq!((first.len(), all.len()), (3, 7));
        // Of the two who are one, the older has the number, the newer one that begins with it.
        let longer = ["Lý Văn An", "", "C1234567", "0123456789", "", ""];
        let two = [AN, longer].map(|one| read(&mut ledger, told(one).applicant));
        assert_eq!(pages(&ledger, "012345678", Scope::People, 9)[1].len(), 2);
        let reason = "một người".to_owned();
        let merged = Event::PeopleMerged { one: two[0], other: two[1], reason: reason.clone() };
        ledger.record(at(1), merged, &[]).unwrap();
        for query in ["012345678", "0123456789", "099090000001", "C1234567"] {
            for limit in [1, 9] {
                let [first, all] = pages(&ledger, query, Scope::People, limit);
                assert_eq!((first.len(), all.len()), (1, 1), "{query}");
            }
        }
        // A dossier that was set apart is its applicant's no longer; its words still say the number.
        ledger.append(at(2), receive(told(AN))).unwrap();
        let apart = ledger.append(at(2), receive(told(AN))).unwrap().envelope.place();
        let split = Event::PersonSplit { who: PersonId(apart), reason };
        ledger.record(at(3), split, &[]).unwrap();
        for limit in [1, 9] {
            let [first, all] = pages(&ledger, "099090000001", Scope::Dossiers, limit);
            assert_eq!(first, ["D Lý Văn An 0008"]);
            assert_eq!(all, ["D Lý Văn An 0008", "D Lý Văn An 0009"]);
        }
        assert_clean(&ledger);
    }
}
