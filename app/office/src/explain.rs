//! How the suite says what went wrong.
//!
//! An error's `Display` is the Vietnamese sentence for the clerk: what happened, what is safe, what to
//! do. The code is for the telephone: it never changes meaning once released.

/// An error that a clerk can read, act on and quote to support.
pub trait Explain: std::error::Error {
    /// Stable code such as `IDN-03`: three letters for the part, two digits.
    fn code(&self) -> &'static str;

    /// The same sentence as `Display`, in English.
    fn english(&self) -> String;

    /// The sentence in `language`, with the code for support.
    fn sentence(&self, language: Language) -> String {
        match language {
            Language::Vietnamese => format!("{self} (mã {})", self.code()),
            Language::English => format!("{} (code {})", self.english(), self.code()),
        }
    }
}

/// The language of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Tiếng Việt, the suite's own language.
    #[default]
    Vietnamese,
    /// English, by switch.
    English,
}
