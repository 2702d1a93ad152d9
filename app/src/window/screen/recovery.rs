//! A new recovery sheet, shown once: printed or saved, then put away.

use widgets::{Element, card, column, primary, quiet, row, secondary, text};

use crate::window::notice::Notice;

/// The dialog's state.
pub struct State {
    /// The code, wiped when the dialog closes.
    pub code: zeroize::Zeroizing<String>,
    notice: Option<Notice>,
}

/// What happened in the dialog.
#[derive(Clone, Copy, Debug)]
pub enum Message {
    /// Print it.
    Printed,
    /// Save it to print elsewhere.
    Saved,
    /// It is put away.
    Closed,
}

impl State {
    /// Shows a code.
    pub fn new(code: zeroize::Zeroizing<String>) -> Self {
        Self { code, notice: None }
    }

    /// Says how it went.
    pub fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// Draws the dialog's content.
    pub fn view(&self) -> Element<'_, Message> {
        let mut content = column([
            text::body("Phiếu cũ không còn mở được sổ cái này. Mã mới chỉ hiện một lần: hãy in, niêm phong và cất trong két.").into(),
            card(text::number(self.code.as_str())).into(),
        ]);
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        content
            .push(row([
                primary("In phiếu").key("F9").on_press(Message::Printed).into(),
                secondary("Lưu tệp PDF").key("F8").on_press(Message::Saved).into(),
                quiet("Đã cất phiếu").on_press(Message::Closed).into(),
            ]))
            .into()
    }
}
