//! What a book tells of an event that stands there as a line, by the names of columns.

use super::Event;
use crate::{
    act::{Act, Part},
    asset,
    book::Book,
    dossier::Fee,
    money::Dong,
    person::Identity,
    register::{Value, Values},
};

impl Event {
    /// What a book tells in the office with this code of an event that stands there as a line, see
    /// [`About::line`](super::About::line). What was written or filled in stands by its own keys; beside it stand:
    /// - `number`, `at`, `day`: of every line;
    /// - `people`, `numbers`, `people_papers`, `residence`: names of those of whom it speaks, their identity numbers, both
    ///   together, where they live;
    /// - of acts `act`, `assets`, `copies`, `pages`, `fee`, `receives`, `certifies`: kind, counts, fee, full name and position of who signs.
    pub fn told(&self, book: &Book, office: &str) -> Values {
        let (number, people, mut values): (_, Vec<&Identity>, _) = match self {
            Event::LineWritten { line } => {
                (line.number, line.people.iter().collect(), line.values.clone())
            }
            Event::ActDone { act } => (act.number, act.requesters().collect(), of_act(act)),
            _ => return Values::new(),
        };
        let joined = |part: fn(&Identity) -> &str| {
            let parts: Vec<&str> =
                people.iter().map(|who| part(who)).filter(|part| !part.is_empty()).collect();
            Value::text(parts.join("; "))
        };
        let with_papers = people.iter().map(|who| match known_by(who) {
            "" => who.person.name.clone(),
            number => format!("{}, {number}", who.person.name),
        });
        let with_papers: Vec<String> = with_papers.collect();
        let at = self.about().line.map(|(_, at)| at);
        for (key, value) in [
            ("number", Value::number(&number, book, office)),
            ("at", at.map_or(Value::Empty, Value::Time)),
            ("day", Value::day(at.map(|at| at.date()))),
            ("people", joined(|who| &who.person.name)),
            ("numbers", joined(known_by)),
            ("people_papers", Value::text(with_papers.join("; "))),
            ("residence", joined(|who| &who.person.residence)),
        ] {
            values.insert(key.into(), value);
        }
        values
    }
}

/// The number that a person has, else that of the document that was read.
fn known_by(who: &Identity) -> &str {
    let document = who.document.as_ref().map(|document| document.number.as_str());
    who.person.number.as_ref().map(|number| number.as_str()).or(document).unwrap_or_default()
}

fn of_act(act: &Act) -> Values {
    let fields = act.form.fields.iter();
    let mut values: Values =
        fields.map(|field| (field.key.clone(), Value::text(&*field.value))).collect();
    let signed = |part: Part| {
        let signers = act.signers.iter().filter(|signer| signer.part == part);
        let names = signers.map(|signer| match signer.title.as_str() {
            "" => signer.full_name.clone(),
            title => format!("{}, {title}", signer.full_name),
        });
        Value::text(names.collect::<Vec<_>>().join("; "))
    };
    let fee = match act.fee {
        Fee::Amount(amount) => Value::Money(amount),
        Fee::Free => Value::Money(Dong(0)),
        Fee::Unknown(_) => Value::Empty,
    };
    if act.form.value("name").is_empty() {
        values.insert("name".into(), Value::text(&*act.label));
    }
    for (key, value) in [
        ("act", Value::text(&*act.label)),
        ("assets", Value::text(asset::told(&act.form))),
        ("copies", Value::Count(act.copies)),
        ("pages", Value::Count(act.pages)),
        ("fee", fee),
        ("receives", signed(Part::Receives)),
        ("certifies", signed(Part::Certifies)),
    ] {
        values.insert(key.into(), value);
    }
    values
}
