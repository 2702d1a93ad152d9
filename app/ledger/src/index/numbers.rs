//! Whole numbers that lead to entries, see [`crate::search`]: how they are written down in `exact`.

use std::ops::RangeInclusive;

use office::{
    dossier::Dossier,
    person::{Document, Identity},
    phone, text,
};
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use crate::Result;

/// Letters and digits of a number that can be looked up.
const LENGTHS: RangeInclusive<usize> = 5..=40;

/// The letters and digits of a number, folded.
pub(crate) fn solid(number: &str) -> String {
    text::fold(number).split(' ').collect()
}

pub(crate) fn is_number(solid: &str) -> bool {
    LENGTHS.contains(&solid.len()) && solid.bytes().any(|b| b.is_ascii_digit())
}

/// By which numbers a reading stands in `exact`.
pub(crate) fn person_numbers(identity: &Identity) -> Vec<String> {
    let own = identity.person.number.as_ref().map(|number| number.as_str());
    let shown = identity.document.as_ref().map(|document| document.number.as_str());
    let shown = shown.filter(|shown| Some(*shown) != own).unwrap_or_default();
    numbers([shown, &identity.person.old_number])
}

/// By which numbers a dossier stands in `exact`.
pub(crate) fn dossier_numbers(dossier: &Dossier) -> Vec<String> {
    let Dossier { applicant, contact, origin_code, .. } = dossier;
    let national = phone::national(&contact.phone);
    let document: Option<&Document> = applicant.document.as_ref();
    // Whoever has a personal number is found by it.
    let shown = document.filter(|_| applicant.person.number.is_none());
    let shown = shown.map(|document| document.number.as_str()).unwrap_or_default();
    numbers([national.as_ref().unwrap_or(&contact.phone), origin_code, shown])
}

/// By which numbers a line of a book stands in `exact`: those of the people of whom it speaks.
pub(crate) fn line_numbers(people: &[&Identity]) -> Vec<String> {
    let own = people.iter().filter_map(|who| who.person.number.as_ref());
    let own = own.map(|number| number.as_str().to_owned());
    own.chain(people.iter().flat_map(|who| person_numbers(who))).collect()
}

fn numbers<const N: usize>(told: [&str; N]) -> Vec<String> {
    told.map(solid).into_iter().filter(|number| is_number(number)).collect()
}

/// Notes that the entry at `n` holds numbers with these hashes.
pub(crate) fn write(db: &Connection, n: i64, hashes: &[i32]) -> Result<()> {
    for hash in hashes {
        db.prepare_cached("INSERT OR IGNORE INTO exact (hash, n) VALUES (?1, ?2)")?
            .execute(params![hash, n])?;
    }
    Ok(())
}

pub(crate) fn hashes(numbers: &[String]) -> Vec<i32> {
    numbers.iter().map(|number| hash(number)).collect()
}

pub(crate) fn hash(number: &str) -> i32 {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(number));
    i32::from_be_bytes([a, b, c, d])
}

/// Whether a word is a number alone.
pub(crate) fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}
