//! What an input method has begun and not yet handed over.
//!
//! A word in composition belongs to the input method until it commits. If the focus leaves
//! first (a click on Save in mid-word), the control takes the word as it stands. The input method
//! does not know that: it would go on composing in the next control or commit the word there.
//! So it is switched off for one frame, and one commit of the very same word is refused.

use std::cell::{Cell, RefCell};

thread_local! {
    static TAKEN: RefCell<Option<String>> = const { RefCell::new(None) };
    static SWITCH_OFF: Cell<bool> = const { Cell::new(false) };
}

/// The composition of one control.
#[derive(Debug, Clone, Default)]
pub(crate) struct Composition {
    text: String,
    /// Where the input method wants the caret, in bytes of `text`.
    caret: usize,
}

impl Composition {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn caret(&self) -> usize {
        self.caret
    }

    /// The input method shows what it has so far.
    pub(crate) fn show(&mut self, text: &str, caret: Option<usize>) {
        self.text = text.to_owned();
        self.caret = caret.filter(|caret| text.is_char_boundary(*caret)).unwrap_or(text.len());
        if !text.is_empty() {
            forget_taken();
        }
    }

    /// The input method hands over a word. `None` if the word was taken before.
    pub(crate) fn commit(&mut self, text: &str) -> Option<String> {
        self.text.clear();
        let taken = TAKEN.take();
        (taken.as_deref() != Some(text)).then(|| text.to_owned())
    }

    /// Takes the word away from the input method, if there is one.
    pub(crate) fn take(&mut self) -> Option<String> {
        if self.text.is_empty() {
            return None;
        }
        let text = std::mem::take(&mut self.text);
        TAKEN.set(Some(text.clone()));
        SWITCH_OFF.set(true);
        Some(text)
    }
}

/// Any key typed after a taken word makes a later commit a new word.
pub(crate) fn forget_taken() {
    TAKEN.set(None);
}

/// Whether the input method must stay off for this frame. Asked once per frame by the focused
/// control.
pub(crate) fn must_switch_off() -> bool {
    SWITCH_OFF.replace(false)
}
