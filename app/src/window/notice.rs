//! A sentence to the user: what happened, what is safe, what to do.

use office::{Explain, money::Dong};
use reports::amount_in_words;
use widgets::{Element, Tone, banner};

/// A sentence on its way to the screen.
#[derive(Clone, Debug)]
pub struct Notice {
    tone: Tone,
    words: String,
    code: Option<&'static str>,
}

impl Notice {
    /// An error with its code for support.
    pub fn error(error: &dyn Explain) -> Self {
        tracing::warn!(code = error.code(), "told");
        Self { tone: Tone::Bad, words: error.to_string(), code: Some(error.code()) }
    }

    /// The same, where what was done cannot be shown now.
    pub fn not_shown(self, error: &dyn Explain) -> Self {
        let words = format!("{} Chưa mở lại được: {error}", self.words);
        Self { tone: Tone::Caution, words, code: Some(error.code()) }
    }

    /// The same, and what else there is to know.
    pub fn and(self, words: &str) -> Self {
        Self { words: format!("{} {words}", self.words), ..self }
    }

    /// Something was done.
    pub fn done(words: impl Into<String>) -> Self {
        Self { tone: Tone::Good, words: words.into(), code: None }
    }

    /// Something is under way.
    pub fn info(words: impl Into<String>) -> Self {
        Self { tone: Tone::Info, words: words.into(), code: None }
    }

    /// Something to know before going on.
    pub fn caution(words: impl Into<String>) -> Self {
        Self { tone: Tone::Caution, words: words.into(), code: None }
    }

    /// The question about an amount that has noughts too many, before it is written.
    pub fn unusual(amount: Dong) -> Self {
        Self::caution(format!(
            "Số tiền {amount} ({}) cao bất thường. Chưa ghi gì. Nếu đúng, hãy bấm lại lần nữa; nếu không, hãy sửa số tiền.",
            amount_in_words(amount.0)
        ))
    }

    /// The banner.
    pub fn view<'a, Message: Clone + 'a>(&'a self) -> Element<'a, Message> {
        let banner = banner(self.tone, self.words.as_str());
        match self.code {
            Some(code) => banner.code(code).into(),
            None => banner.into(),
        }
    }
}
