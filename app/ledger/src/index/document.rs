//! What an entry is found by: its words and its numbers.

use office::{
    date,
    dossier::Dossier,
    entry::{Event, Whom},
    person::{Century, Identity},
    phone,
    register::Value,
    text,
};

use super::{
    Kind,
    numbers::{dossier_numbers, hashes, is_digits, line_numbers, person_numbers, solid},
};

/// What the entry at `n` is found by.
pub(crate) struct Found {
    /// Its place.
    pub(crate) n: i64,
    /// What it is.
    pub(crate) kind: Kind,
    /// Hashes of its numbers, as in the table `exact`.
    pub(crate) numbers: Vec<i32>,
    /// Its words, folded, with a space between them.
    pub(crate) text: String,
}

impl Found {
    /// By what an entry is found if the tables hold it, see [`super::is_held`]; `None` for what nobody looks for.
    pub(crate) fn of(n: i64, event: &Event) -> Option<Self> {
        match event {
            Event::DossierReceived { dossier } => Some(Self::of_dossier(n, dossier)),
            Event::ActDone { .. } | Event::LineWritten { .. } => Self::of_line(n, event),
            told => told.about().concerns.into_iter().find_map(|(whom, _)| match whom {
                Whom::Told(identity) => Some(Self::of_person(n, identity)),
                Whom::Asker(_)
                | Whom::Person(_)
                | Whom::Subject(_)
                | Whom::Payment(_)
                | Whom::Attachment(_)
                | Whom::Document(_) => None,
            }),
        }
    }

    fn new(n: i64, kind: Kind, numbers: &[String], document: &Document) -> Self {
        let text = document.0.trim_start().to_owned();
        Self { n, kind, numbers: hashes(numbers), text }
    }

    /// A reading of a person.
    pub(crate) fn of_person(n: i64, identity: &Identity) -> Self {
        Self::new(n, Kind::Person, &person_numbers(identity), &person_document(identity))
    }

    /// A dossier.
    pub(crate) fn of_dossier(n: i64, dossier: &Dossier) -> Self {
        let person = &dossier.applicant.person;
        let mut document = Document(String::new());
        document.words(&person.name);
        if let Some(number) = &person.number {
            document.number(number.as_str());
        }
        if let Some(code) = dossier.code() {
            let code = code.strip_prefix(dossier.office.as_str()).unwrap_or(&code);
            document.words(code);
        }
        document.words(&dossier.origin_code);
        let phone = &dossier.contact.phone;
        document.number(phone::national(phone).as_ref().unwrap_or(phone));
        let address = if dossier.contact.address.is_empty() {
            &person.residence
        } else {
            &dossier.contact.address
        };
        document.words(address);
        document.words(&dossier.procedure.code);
        document.words(&dossier.procedure.name);
        Self::new(n, Kind::Dossier, &dossier_numbers(dossier), &document)
    }

    /// An act, or what was written into a book: number, kind or values, and the people.
    fn of_line(n: i64, event: &Event) -> Option<Self> {
        let mut document = Document(String::new());
        let (number, people): (_, Vec<&Identity>) = match event {
            Event::ActDone { act } => {
                document.words(&act.label);
                (&act.number, act.identities().collect())
            }
            Event::LineWritten { line } => {
                for value in line.values.values() {
                    match value {
                        Value::Text(words) | Value::Number(words) => document.words(words),
                        Value::Day(day) => document.words(&date::format(*day)),
                        Value::Time(at) => document.words(&date::format(at.date())),
                        Value::Empty | Value::Awaited | Value::Count(_) | Value::Money(_) => {}
                    }
                }
                (&line.number, line.people.iter().collect())
            }
            _ => return None,
        };
        // As papers have it, with two digits, and without: the book's own form may not be known here yet.
        if let Some(issued) = number.issued() {
            let (value, year) = (issued.value, issued.series.year);
            document.words(&format!("{value} {value:02} {year}"));
        }
        for who in &people {
            document.person(who);
            document.words(&who.person.residence);
        }
        Some(Self::new(n, Kind::Line, &line_numbers(&people), &document))
    }
}

/// The text of one document in the making.
struct Document(String);

impl Document {
    fn words(&mut self, text: &str) {
        self.0.push(' ');
        self.0.push_str(&text::fold(text));
    }

    /// A number as one word, and its last four, five and six digits.
    fn number(&mut self, number: &str) {
        let number = solid(number);
        self.0.push(' ');
        self.0.push_str(&number);
        if is_digits(&number) {
            for tail in [4, 5, 6].iter().filter(|tail| **tail < number.len()) {
                self.0.push(' ');
                self.0.push_str(&number[number.len() - tail..]);
            }
        }
    }

    /// Name and numbers of somebody.
    fn person(&mut self, identity: &Identity) {
        let person = &identity.person;
        self.words(&person.name);
        if let Some(number) = &person.number {
            self.number(number.as_str());
        }
        if let Some(shown) = &identity.document
            && person.number.as_ref().is_none_or(|number| number.as_str() != shown.number)
        {
            self.number(&shown.number);
        }
        self.number(&person.old_number);
    }
}

/// What a person is found by.
fn person_document(identity: &Identity) -> Document {
    let person = &identity.person;
    let mut document = Document(String::new());
    document.person(identity);
    let births = match person.birth_century {
        Century::Open { earlier, later } => [Some(earlier), Some(later)],
        Century::Told | Century::Typed => [person.birth_date, None],
    };
    for born in births.into_iter().flatten() {
        document.words(&born.to_string());
    }
    document.words(&person.residence);
    document
}

/// The words that a person is found by.
pub(crate) fn person_text(identity: &Identity) -> String {
    person_document(identity).0.trim_start().to_owned()
}
