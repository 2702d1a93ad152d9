//! A query's words, as people type them.

use office::{phone, text};

use crate::index::numbers::is_digits;

/// Most words of a query that count.
const MOST_WORDS: usize = 8;
/// Longest word that is looked up.
const LONGEST_WORD: usize = 40;

/// A query's words.
pub(super) struct Query {
    words: Vec<String>,
    /// Whether the last word may be the beginning of one.
    unfinished: bool,
    /// The same for FTS5.
    pub(super) expression: String,
}

impl Query {
    /// `None` when no word is left. Words are letters and digits only, and quoted: nothing a user types
    /// is FTS5 syntax.
    pub(super) fn parse(query: &str, office_code: &str) -> Option<Self> {
        let unfinished = !query.ends_with(char::is_whitespace);
        // However it is written, a telephone number is in the index in one form.
        let phone = phone::national(query);
        let query = phone.as_deref().unwrap_or(query);
        let mut folded = text::fold(query);
        let code = text::fold(office_code);
        if let Some(rest) = folded.strip_prefix(&code)
            && (rest.is_empty() || rest.starts_with(' '))
        {
            folded = rest.trim_start().to_owned();
        }
        let mut words: Vec<String> = folded
            .split(' ')
            .filter(|w| !w.is_empty())
            .map(|w| w.chars().take(LONGEST_WORD).collect())
            .collect();
        // `099 099 000 123`, `0912 345 678`: a number written in groups.
        let digits: usize = words.iter().map(String::len).sum();
        if words.len() > 1
            && (9..=12).contains(&digits)
            && !query.contains('-')
            && words.iter().all(|w| is_digits(w))
        {
            words = vec![words.concat()];
        }
        words.truncate(MOST_WORDS);
        if words.is_empty() {
            return None;
        }
        let mut expression =
            words.iter().map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(" AND ");
        if unfinished {
            expression.push('*');
        }
        Some(Self { words, unfinished, expression })
    }

    /// The same answer as FTS5's, for a document that is in no volume yet.
    pub(super) fn matches(&self, document: &str) -> bool {
        let last = self.words.len() - 1;
        self.words.iter().enumerate().all(|(i, wanted)| {
            document.split(' ').any(|word| {
                word == wanted
                    || (i == last && self.unfinished && word.starts_with(wanted.as_str()))
            })
        })
    }
}
