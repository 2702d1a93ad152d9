//! The rows of the menu: each screen that opens from there says its own.

use widgets::Icon;

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its column.
    pub part: Part,
    /// Its sign; no other row has it.
    pub icon: Icon,
    /// What it opens or does.
    pub words: &'static str,
    /// The key that does the same; empty without one.
    pub key: &'static str,
}

/// The menu's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The office's work behind the counter.
    Work,
    /// The office and this machine.
    Office,
}

impl Row {
    /// A row of the office's work.
    pub const fn work(icon: Icon, words: &'static str) -> Self {
        Self { part: Part::Work, icon, words, key: "" }
    }

    /// A row about the office and this machine.
    pub const fn office(icon: Icon, words: &'static str) -> Self {
        Self { part: Part::Office, icon, words, key: "" }
    }

    /// The same with the key that does it too.
    pub const fn key(self, key: &'static str) -> Self {
        Self { key, ..self }
    }
}
