//! What support asks for first: one page about this machine, looked at off the window's thread, copied or
//! saved. Nothing of a citizen or user stands in it (see [`crate::diagnostics`]).

use widgets::{
    Element, Icon, column, flow, keys::Pressed, primary, quiet, row, secondary, section, space,
    text,
};

use super::{
    Shown,
    help::{Help, help},
    menu,
};
use crate::{diagnostics::Part, window::notice::Notice};

/// The screen's state.
#[derive(Default)]
pub struct State {
    parts: Option<Vec<Part>>,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// Everything was looked at.
    Looked(Vec<Part>),
    /// Look again.
    Again,
    /// The page is copied.
    Copied,
    /// The page is saved as a file.
    Saved,
    /// Back.
    Closed,
}

/// What the shell has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Look at everything.
    Look,
    /// Put this on the clipboard.
    Copy(String),
    /// Save this.
    Save(String),
    /// Back.
    Close,
}

impl State {
    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        self.notice = None;
        match message {
            Message::Looked(parts) => {
                self.parts = Some(parts);
                Action::None
            }
            Message::Again => {
                self.parts = None;
                Action::Look
            }
            Message::Copied => self.page().map_or(Action::None, |page| {
                self.notice =
                    Some(Notice::done("Đã sao chép. Hãy dán vào thư gửi bộ phận hỗ trợ."));
                Action::Copy(page)
            }),
            Message::Saved => self.page().map_or(Action::None, Action::Save),
            Message::Closed => Action::Close,
        }
    }

    fn page(&self) -> Option<String> {
        self.parts.as_deref().map(crate::diagnostics::text)
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("diagnostics");
    const MENU: Option<menu::Row> = Some(menu::Row::office(Icon::Info, "Thông tin chẩn đoán"));

    fn title(&self) -> &'static str {
        "Thông tin chẩn đoán"
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        Some(match key {
            Pressed::F(5) => Message::Again,
            Pressed::F(2) | Pressed::Ctrl('c') => Message::Copied,
            Pressed::F(8) | Pressed::Ctrl('s') => Message::Saved,
            Pressed::Escape => Message::Closed,
            _ => return None,
        })
    }

    fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        let there = self.parts.is_some();
        let head = row([
            text::title("Thông tin chẩn đoán").into(),
            flow::spring().into(),
            primary("Sao chép").key("F2").on_press_maybe(there.then_some(Message::Copied)).into(),
            secondary("Lưu tệp").key("F8").on_press_maybe(there.then_some(Message::Saved)).into(),
            secondary("Xem lại").key("F5").on_press_maybe(there.then_some(Message::Again)).into(),
            quiet("Về trang chính").key("Esc").on_press(Message::Closed).into(),
        ])
        .spacing(space::S);
        let mut page = column([
            head.into(),
            text::small(
                "Gửi kèm khi báo lỗi cho bộ phận hỗ trợ. Trang này không có dữ liệu của công dân hay người dùng.",
            )
            .into(),
        ]);
        if let Some(notice) = &self.notice {
            page = page.push(notice.view());
        }
        match &self.parts {
            None => page = page.push(text::body("Đang xem máy, thiết bị và sổ cái…")),
            Some(parts) => {
                for part in parts {
                    page = page.push(section(part.title, None, lines(part)));
                }
            }
        }
        flow::page(page)
    }
}

fn lines(part: &Part) -> Element<'_, Message> {
    let lines = part.lines.iter().map(|(name, value)| match name.is_empty() {
        true => text::small(value.as_str()).into(),
        false => row([
            text::body(name.as_str()).width(iced::Length::FillPortion(1)).into(),
            text::body(value.as_str()).width(iced::Length::FillPortion(2)).into(),
        ])
        .into(),
    });
    column(lines).spacing(space::XS).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_copied_and_saved_once_it_is_there() {
        let mut state = State::default();
        assert_eq!(state.update(Message::Copied), Action::None);
        assert_eq!(state.update(Message::Saved), Action::None);
        let lines = vec![("Phiên bản".to_owned(), "1".to_owned())];
        state.update(Message::Looked(vec![Part { title: "Chương trình", lines }]));
        let page = "[Chương trình]\nPhiên bản: 1\n";
        assert!(
            matches!(state.update(Message::Copied), Action::Copy(text) if text.ends_with(page))
        );
        assert!(matches!(state.update(Message::Saved), Action::Save(text) if text.ends_with(page)));
        assert_eq!(state.update(Message::Again), Action::Look);
        assert_eq!(state.update(Message::Copied), Action::None, "it is looked at anew");
    }
}
