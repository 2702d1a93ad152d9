//! Codes in the words of a transfer.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use crate::subject::Subject;

/// A code that was cut must keep at least so much: office, day and the first figure of the serial.
const SERIAL: usize = 4;

/// The codes of subjects that money may come for.
#[derive(Clone, Debug, Default)]
pub struct Codes {
    /// Letters and figures only, in capitals; the whole codes, longest first.
    known: Vec<(String, Subject)>,
}

/// What the words say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// This subject's whole code, and no other.
    One(Subject),
    /// Perhaps one of these: several codes, one that runs into other figures, or one that was cut.
    Perhaps(Vec<Subject>),
    /// No code of a subject here.
    None,
}

/// Letters and figures in capitals; where in the result something else stood between them.
fn bare(text: &str) -> (String, BTreeSet<usize>) {
    let (mut out, mut breaks) = (String::new(), BTreeSet::new());
    for c in text.nfd() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_uppercase());
        } else if c.is_ascii() {
            breaks.insert(out.len());
        }
    }
    (out, breaks)
}

impl Codes {
    /// Of these subjects by their codes (`H38.12-261123-0007`); codes without a figure are left out.
    pub fn new<'a>(subjects: impl IntoIterator<Item = (&'a Subject, &'a str)>) -> Codes {
        let mut known: Vec<(String, Subject)> = subjects
            .into_iter()
            .map(|(id, code)| (bare(code).0, id.clone()))
            .filter(|(code, _)| code.len() > SERIAL && code.bytes().any(|b| b.is_ascii_digit()))
            .collect();
        known.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        known.dedup();
        Codes { known }
    }

    /// Looks for codes in a transfer's words, whatever happened to dots, dashes, spaces and case.
    pub fn find(&self, words: &str) -> Found {
        let (text, breaks) = bare(words);
        let mut taken: Vec<(usize, usize)> = Vec::new();
        let (mut sure, mut perhaps) = (BTreeSet::new(), BTreeSet::new());
        for (code, subject) in &self.known {
            for (start, _) in text.match_indices(code.as_str()) {
                let end = start + code.len();
                // A code inside a longer code that is known belongs to that one.
                if taken
                    .iter()
                    .any(|(from, to)| *from <= start && end <= *to && (*from, *to) != (start, end))
                {
                    continue;
                }
                taken.push((start, end));
                let figure = |i: usize| text.as_bytes().get(i).is_some_and(u8::is_ascii_digit);
                let clean_end = breaks.contains(&end) || !figure(end);
                let clean_start = start == 0 || breaks.contains(&start) || !figure(start - 1);
                if clean_start && clean_end {
                    sure.insert(subject);
                } else {
                    perhaps.insert(subject);
                }
            }
        }
        if sure.is_empty() && perhaps.is_empty() {
            perhaps.extend(self.cut(&text));
        }
        match (sure.len(), perhaps.len()) {
            (0, 0) => Found::None,
            (1, 0) => sure.into_iter().next().map_or(Found::None, |id| Found::One(id.clone())),
            _ => Found::Perhaps(sure.union(&perhaps).map(|id| (*id).clone()).collect()),
        }
    }

    /// Dossiers whose codes' beginning ends the text: the bank cut the rest.
    fn cut<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a Subject> {
        self.known.iter().filter_map(move |(code, subject)| {
            let shortest = code.len() + 1 - SERIAL;
            let fits = (shortest..code.len())
                .any(|length| code.get(..length).is_some_and(|part| text.ends_with(part)));
            fits.then_some(subject)
        })
    }
}
