//! The few words that widgets say by themselves, in the language of the interface.

use std::sync::atomic::{AtomicBool, Ordering};

/// The language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// The language of the offices.
    #[default]
    Vietnamese,
    /// For visitors and support.
    English,
}

static ENGLISH: AtomicBool = AtomicBool::new(false);

/// Switches the words of all widgets, from the next frame on.
pub fn set_language(language: Language) {
    ENGLISH.store(language == Language::English, Ordering::Relaxed);
}

pub(crate) fn is_english() -> bool {
    ENGLISH.load(Ordering::Relaxed)
}

pub(crate) fn say(vietnamese: &'static str, english: &'static str) -> &'static str {
    if is_english() { english } else { vietnamese }
}
