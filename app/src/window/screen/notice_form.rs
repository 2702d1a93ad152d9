//! What a citizen is told in writing without a dossier being received: form 02 (what is missing) or
//! form 03 (not received). Used at the reception form and for online dossiers; the dialog is the
//! confirmation, nothing is written before it.

use office::{
    arrival::NoticeKind,
    text::{clean, clean_lines},
};
use widgets::{Dialog, Element, check, column, flow, primary, quiet, tabs, text};

use crate::window::{layout, notice::Notice};

/// The reason's field.
pub const REASON: &str = "notice-reason";
/// The dialog's title.
pub const TITLE: &str = "Chưa tiếp nhận";
const WIDTH: f32 = 640.0;
/// Papers that are listed without scrolling.
const IN_SIGHT: usize = 5;
const LIST: f32 = 220.0;
/// Most lines of a form 02.
const MOST_ITEMS: usize = 30;

/// The dialog's state.
pub struct State {
    refuse: bool,
    /// What may be missing, and whether it is.
    items: Vec<(String, bool)>,
    other: String,
    reason: String,
    notice: Option<Notice>,
}

/// What happened in the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// Which form.
    FormChosen(usize),
    /// A paper is missing, or not.
    ItemTicked(usize, bool),
    /// Something else that is missing.
    OtherTyped(String),
    /// Why.
    ReasonTyped(String),
    /// Write it.
    Submitted,
    /// Rather not.
    Closed,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Which form, and what has to be completed.
    pub kind: NoticeKind,
    /// Why.
    pub reason: String,
}

/// What has to be done.
pub enum Action {
    /// Nothing.
    None,
    /// Write the notice.
    Give(Answer),
    /// Close.
    Close,
}

impl State {
    /// Asks what is missing of `items`; those marked are thought to be.
    pub fn new(refuse: bool, items: Vec<(String, bool)>) -> Self {
        Self { refuse, items, other: String::new(), reason: String::new(), notice: None }
    }

    /// It could not be written: everything stays.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::FormChosen(n) => self.refuse = n == 1,
            Message::ItemTicked(n, missing) => {
                if let Some(item) = self.items.get_mut(n) {
                    item.1 = missing;
                }
            }
            Message::OtherTyped(words) => self.other = words,
            Message::ReasonTyped(words) => self.reason = words,
            Message::Submitted => return self.answer(),
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn answer(&mut self) -> Action {
        let reason = clean_lines(&self.reason);
        if reason.is_empty() {
            self.notice = Some(Notice::caution("Chưa ghi lý do. Phiếu phải nêu rõ lý do."));
            return Action::None;
        }
        if self.refuse {
            return Action::Give(Answer { kind: NoticeKind::Refused, reason });
        }
        let ticked =
            self.items.iter().filter(|(_, missing)| *missing).map(|(name, _)| name.clone());
        let other = self.other.split(';').map(clean).filter(|item| !item.is_empty());
        let items: Vec<String> = ticked.chain(other).take(MOST_ITEMS).collect();
        if items.is_empty() {
            self.notice = Some(Notice::caution(
                "Chưa ghi cần bổ sung gì. Hãy đánh dấu giấy tờ còn thiếu hoặc ghi nội dung khác.",
            ));
            return Action::None;
        }
        Action::Give(Answer { kind: NoticeKind::Incomplete(items), reason })
    }

    /// Draws the dialog.
    pub fn view(&self) -> Dialog<'_, Message> {
        let mut content = column([tabs(
            "notice-form",
            ["Cần bổ sung (mẫu 02)", "Từ chối tiếp nhận (mẫu 03)"],
            usize::from(self.refuse),
            Message::FormChosen,
        )]);
        if self.refuse {
            content = content.push(text::body(
                "Hồ sơ không được tiếp nhận; công dân nhận phiếu từ chối nêu lý do.",
            ));
        } else {
            content = content.push(text::body(
                "Hồ sơ chưa được tiếp nhận; phiếu ghi đủ một lần những gì cần bổ sung.",
            ));
            let items = self.items.iter().enumerate().map(|(n, (name, missing))| {
                check(name.as_str(), *missing)
                    .on_toggle(move |missing| Message::ItemTicked(n, missing))
                    .into()
            });
            let items = column(items).spacing(widgets::space::S);
            // A long list scrolls: the reason and the button must stay in sight.
            content = content.push(if self.items.len() > IN_SIGHT {
                Element::from(iced::widget::container(flow::scroll(items)).height(LIST))
            } else {
                items.into()
            });
            content = content.push(
                layout::paper_field("Nội dung khác (cách nhau bằng dấu chấm phẩy)", &self.other)
                    .on_change(Message::OtherTyped),
            );
        }
        content = content.push(
            layout::paper_field("Lý do", &self.reason)
                .id(REASON)
                .lines(layout::REASON_LINES)
                .required()
                .on_change(Message::ReasonTyped),
        );
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        Dialog::new(TITLE, content)
            .width(WIDTH)
            .action(quiet("Thôi").key("Esc").on_press(Message::Closed))
            .action(primary("Lập phiếu").key("F2").on_press(Message::Submitted))
            .on_close(Message::Closed)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    #[test]
    fn a_notice_says_what_is_missing_and_why() {
        let papers = || vec![("Tờ khai".to_owned(), false), ("Giấy chứng sinh".to_owned(), true)];
        let mut state = State::new(false, papers());
        assert!(matches!(state.update(Message::Submitted), Action::None), "no reason");
        let _ = state.update(Message::ReasonTyped("  Thiếu   giấy tờ ".into()));
        let _ = state.update(Message::OtherTyped("Ký tên; ".into()));
        let Action::Give(answer) = state.update(Message::Submitted) else { panic!("no answer") };
        let items = vec!["Giấy chứng sinh".to_owned(), "Ký tên".to_owned()];
        assert_eq!(
            answer,
            Answer { kind: NoticeKind::Incomplete(items), reason: "Thiếu giấy tờ".into() }
        );
        let _ = state.update(Message::FormChosen(1));
        let Action::Give(answer) = state.update(Message::Submitted) else { panic!("no answer") };
        assert_eq!(answer.kind, NoticeKind::Refused);
        let mut empty = State::new(false, Vec::new());
        let _ = empty.update(Message::ReasonTyped("Thiếu".into()));
        assert!(matches!(empty.update(Message::Submitted), Action::None), "nothing is missing");
    }
}
