//! The ways out of a paper that covers days: printer, PDF/A, workbook.

use widgets::{Element, keys::Pressed, row, secondary, space};

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Out {
    /// The default printer.
    Print,
    /// A PDF/A file.
    Pdf,
    /// A workbook.
    Xlsx,
}

impl Out {
    /// The way that a key means.
    pub fn key(key: Pressed) -> Option<Out> {
        Some(match key {
            Pressed::F(7) => Out::Xlsx,
            Pressed::F(8) | Pressed::Ctrl('s') => Out::Pdf,
            Pressed::F(9) | Pressed::Ctrl('p') => Out::Print,
            _ => return None,
        })
    }
}

/// Their buttons.
pub fn buttons<'a, M: Clone + 'a>(message: fn(Out) -> M) -> Element<'a, M> {
    row([
        secondary("In").key("F9").on_press(message(Out::Print)).into(),
        secondary("PDF").key("F8").on_press(message(Out::Pdf)).into(),
        secondary("XLSX").key("F7").on_press(message(Out::Xlsx)).into(),
    ])
    .spacing(space::S)
    .into()
}
