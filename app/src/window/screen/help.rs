//! The pages of the help, as what is open names its own.
//!
//! A page is a file of `assets/help`: its title, then a line each: `KEY | what it does`,
//! `? TERM | what it means`, or a sentence.

use office::text::fold;

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Help {
    /// Its file's name.
    pub name: &'static str,
    source: &'static str,
}

/// One line of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// A key and what it does.
    Key(&'static str, &'static str),
    /// A word and what it means.
    Term(&'static str, &'static str),
    /// A sentence.
    Words(&'static str),
}

/// The page of this name.
macro_rules! help {
    ($name:literal) => {
        $crate::window::screen::help::Help::of(
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/help/", $name, ".txt")),
        )
    };
}
pub(crate) use help;

/// Keys that mean the same everywhere.
pub const KEYS: Help = help!("keys");
/// Words.
pub const TERMS: Help = help!("terms");

impl Help {
    /// The page of this name; see [`help!`].
    pub const fn of(name: &'static str, source: &'static str) -> Self {
        Self { name, source }
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        self.source.lines().next().unwrap_or_default()
    }

    /// What stands on it.
    pub fn lines(self) -> impl Iterator<Item = Line> {
        self.source.lines().skip(1).filter(|line| !line.is_empty()).map(|line| {
            match (line.strip_prefix("? "), line.split_once(" | ")) {
                (Some(term), _) => match term.split_once(" | ") {
                    Some((term, words)) => Line::Term(term, words),
                    None => Line::Words(term),
                },
                (None, Some((key, words))) => Line::Key(key, words),
                (None, None) => Line::Words(line),
            }
        })
    }

    /// Whether every word of the query begins a word of the page.
    pub fn holds(self, query: &str) -> bool {
        let words = format!(" {}", fold(self.source));
        query.split_whitespace().all(|word| words.contains(&format!(" {word}")))
    }
}
