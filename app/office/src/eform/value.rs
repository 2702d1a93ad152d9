//! The one written form of each kind of value, and what a reading gives for a field.

use jiff::civil::Date;

use super::definition::{Fact, Field, FieldKind};
use crate::{
    date::{self, Century},
    evidence::Evidence,
    partial_date::PartialDate,
    person::{Contact, Expiry, Identity, PersonalNumber, Sex},
    text::{self, TEXT_LIMIT},
};

/// Most characters of a value of several lines; other values keep to [`MAX_LINE`].
pub(super) const MAX_VALUE: usize = TEXT_LIMIT;
/// Most characters of a value of one line.
pub(super) const MAX_LINE: usize = 500;

/// Whether a value is longer than its kind allows.
pub(super) fn is_too_long(kind: &FieldKind, value: &str) -> bool {
    let most = match kind {
        FieldKind::LongText => MAX_VALUE,
        _ => MAX_LINE,
    };
    value.chars().nth(most).is_some()
}

/// The value in its one written form; what cannot be understood stays as it was typed, clean, so that
/// nothing typed is lost and [`Form::problems`](super::Form::problems) can tell of it.
pub(super) fn normalised(field: &Field, value: &str) -> String {
    let value = match field.kind {
        FieldKind::LongText => lines(value),
        _ => text::clean(value),
    };
    let understood = match &field.kind {
        FieldKind::Text | FieldKind::LongText | FieldKind::Address | FieldKind::Email => None,
        FieldKind::Date => PartialDate::parse(&value).map(|date| date.to_string()),
        FieldKind::Number => digits(&value, &[]),
        FieldKind::Money => {
            let amount = value.trim_end_matches("đồng").trim_end_matches('đ').trim_end();
            digits(amount, &['.', ',', ' '])
        }
        FieldKind::PersonalNumber | FieldKind::IdentityNumber => {
            PersonalNumber::parse(&value).ok().map(String::from)
        }
        FieldKind::Phone => digits(value.trim_start_matches('+'), &['.', ' ', '-'])
            .map(|number| if value.starts_with('+') { format!("+{number}") } else { number }),
        FieldKind::Sex => Sex::parse(&value).map(|sex| sex.label().to_owned()),
        FieldKind::Choice(options) => {
            options.iter().find(|option| text::fold(option) == text::fold(&value)).cloned()
        }
        FieldKind::YesNo => match text::fold(&value).as_str() {
            "co" => Some(YES.to_owned()),
            "khong" => Some(NO.to_owned()),
            _ => None,
        },
    };
    understood.unwrap_or(value)
}

pub(super) const YES: &str = "Có";
pub(super) const NO: &str = "Không";

/// Each line clean, empty lines at the ends dropped.
fn lines(value: &str) -> String {
    let lines: Vec<String> = value.lines().map(text::clean).collect();
    lines.join("\n").trim().to_owned()
}

/// Only digits, between which `signs` are forgiven.
fn digits(value: &str, signs: &[char]) -> Option<String> {
    let digits: String = value.chars().filter(|c| !signs.contains(c)).collect();
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

/// What the reading says for the field, in the field's written form; empty: it does not say.
pub(super) fn of_identity(field: &Field, fact: Fact, identity: &Identity) -> String {
    let person = &identity.person;
    let date = |date: Option<PartialDate>| date.map(|d| d.to_string()).unwrap_or_default();
    let value = match fact {
        Fact::Name => person.name.clone(),
        Fact::Number => match (&person.number, &identity.document) {
            (Some(number), _) => number.to_string(),
            // A Vietnamese card's own number is the end of its holder's: nine digits are not the twelve.
            (None, Some(document))
                if field.kind == FieldKind::IdentityNumber && !document.kind.is_card() =>
            {
                document.number.clone()
            }
            (None, _) => String::new(),
        },
        Fact::BirthDate => date(person.birth_date),
        Fact::Sex => person.sex.map(|sex| sex.label().to_owned()).unwrap_or_default(),
        Fact::Nationality => person.nationality.clone(),
        Fact::Ethnicity => person.ethnicity.clone(),
        Fact::Religion => person.religion.clone(),
        Fact::Origin => person.origin.clone(),
        Fact::Residence => person.residence.clone(),
        Fact::IssueDate => date(person.issue_date.map(PartialDate::from)),
        Fact::ExpiryDate => match &person.expiry_date {
            Some(Expiry::On(day)) => PartialDate::from(*day).to_string(),
            Some(Expiry::Never | Expiry::NotStated) | None => String::new(),
        },
        Fact::Father => person.father.clone(),
        Fact::Mother => person.mother.clone(),
        Fact::Spouse => person.spouses.join(", "),
        Fact::OldNumber => person.old_number.clone(),
        Fact::Phone | Fact::Email | Fact::Address => String::new(),
    };
    let value = text::clean(&value);
    if is_too_long(&field.kind, &value) { String::new() } else { normalised(field, &value) }
}

/// How strong the proof of a fact of the reading is.
pub(super) fn evidence(fact: Fact, identity: &Identity) -> Evidence {
    match fact {
        Fact::BirthDate => identity.birth_evidence(),
        _ => identity.evidence,
    }
}

/// What the contact data say for the field.
pub(super) fn of_contact(field: &Field, fact: Fact, contact: &Contact) -> String {
    let value = match fact {
        Fact::Phone => &contact.phone,
        Fact::Email => &contact.email,
        Fact::Address => &contact.address,
        _ => return String::new(),
    };
    normalised(field, value)
}

impl Field {
    /// A day as it was typed in any way ([`date::parse`]) in the written form; what is no day, or only a
    /// month or a year, stays as it is. The two digits of a year mean the last such year where the day cannot
    /// be ahead.
    pub fn in_full(&self, typed: &str, today: Date) -> String {
        let century = if self.future { Century::This } else { Century::Before(today) };
        match (&self.kind, date::parse(typed, century)) {
            (FieldKind::Date, Ok(Some(day))) => date::format(day),
            _ => typed.to_owned(),
        }
    }
}
