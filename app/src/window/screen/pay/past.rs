//! What was taken for the dossier before, and the taking back of it.

use office::payment::PaymentId;
use widgets::{
    Dialog, Element, Icon, Tone, banner, column, danger, field, icon, quiet, row, space, text,
};

use super::{Message, REASON, State};
use crate::window::layout;

impl State {
    pub(super) fn past(&self) -> Element<'_, Message> {
        let mut lines = column([]).spacing(space::XS);
        for paid in &self.about.paid {
            let words = text::body(paid.words.as_str()).width(iced::Length::Fill);
            lines = lines.push(match &paid.cancelled {
                Some(reason) => row([
                    icon(Icon::Cross),
                    words.into(),
                    text::toned(format!("đã hủy: {reason}"), Tone::Bad).into(),
                ]),
                None if self.about.may_cancel => row([
                    icon(Icon::Check),
                    words.into(),
                    quiet("Hủy").on_press(Message::CancelAsked(paid.id.clone())).into(),
                ]),
                None => row([icon(Icon::Check), words.into()]),
            });
        }
        for words in &self.about.arrived {
            lines = lines.push(banner(Tone::Info, words.as_str()));
        }
        lines.into()
    }

    pub(super) fn cancellation<'a>(
        &'a self,
        id: &PaymentId,
        reason: &'a str,
    ) -> Dialog<'a, Message> {
        let words = self.about.paid.iter().find(|paid| paid.id == *id).map(|paid| &*paid.words);
        let mut content = column([
            text::strong(words.unwrap_or_default().to_owned()).into(),
            text::body("Số biên lai vẫn giữ nguyên, không cấp lại. Việc hủy được ghi thành một mục mới; số tiền không còn tính là đã thu.").into(),
        ]);
        content = content.push(
            field("Lý do hủy", reason)
                .id(REASON)
                .lines(layout::REASON_LINES)
                .required()
                .on_change(Message::ReasonTyped)
                .on_submit(Message::Submitted),
        );
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        Dialog::new("Hủy biên lai này?", content)
            .action(layout::cancel(Message::Closed))
            .action(danger("Hủy biên lai").on_press(Message::Submitted))
            .on_close(Message::Closed)
    }
}
