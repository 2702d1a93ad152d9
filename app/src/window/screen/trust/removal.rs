//! The question before something is trusted no longer: what that means, and why it is done. Both lists of trust ask
//! it, the one for chips and the one for documents.

use office::{entry::ContentHash, text::clean_lines, trust::TrustItem};
use widgets::{Dialog, danger, field, space, text};

use super::words::grouped;
use crate::window::{layout, notice::Notice};

/// The reason's field.
pub const REASON: &str = "trust-reason";

/// The question's state.
pub struct Removal {
    item: TrustItem,
    reason: String,
    notice: Option<Notice>,
}

/// The words of a list's question.
pub struct Words {
    /// Its title.
    pub title: &'static str,
    /// What removing means.
    pub meaning: &'static str,
    /// An example of a reason.
    pub example: &'static str,
    /// The main button.
    pub button: &'static str,
}

impl Removal {
    /// About this.
    pub fn of(item: TrustItem) -> Self {
        Self { item, reason: String::new(), notice: None }
    }

    /// What it is about.
    pub fn item(&self) -> &TrustItem {
        &self.item
    }

    /// The reason is typed.
    pub fn type_reason(&mut self, reason: String) {
        self.reason = reason;
    }

    /// The ledger refused.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// What is to be removed and why; `None` while no reason is there.
    pub fn confirm(&mut self) -> Option<(ContentHash, String)> {
        let reason = clean_lines(&self.reason);
        if reason.is_empty() {
            self.notice = Some(Notice::caution(
                "Chưa nhập lý do: lý do được ghi vào nhật ký cùng việc bỏ chứng thư.",
            ));
            return None;
        }
        Some((self.item.fingerprint.clone(), reason))
    }

    /// Draws the question.
    pub fn dialog<'a, M: Clone + 'a>(
        &'a self,
        words: &Words,
        typed: fn(String) -> M,
        [confirmed, forgone]: [M; 2],
    ) -> Dialog<'a, M> {
        Dialog::new(
            words.title,
            iced::widget::Column::new()
                .push(text::strong(self.item.name.as_str()))
                .push(text::small(format!("SHA-256 {}", grouped(&self.item.fingerprint))))
                .push(text::body(words.meaning))
                .push(
                    field("Lý do", &self.reason)
                        .id(REASON)
                        .lines(layout::REASON_LINES)
                        .required()
                        .placeholder(words.example)
                        .on_change(typed)
                        .on_submit(confirmed.clone()),
                )
                .push(self.notice.as_ref().map(Notice::view))
                .spacing(space::M),
        )
        .action(layout::cancel(forgone.clone()))
        .action(danger(words.button).on_press(confirmed))
        .on_close(forgone)
    }
}
