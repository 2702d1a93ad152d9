//! What is noted on the dossier, and the files that are put to it and taken from it: the three small forms.

use office::attachment::AttachmentId;
use widgets::{Dialog, Element, column, danger, field, primary, row, secondary, text};

use crate::{
    browse::unquoted,
    window::{layout, notice::Notice},
};

/// The field that has the keyboard first.
pub const FIRST: &str = "note-first";
/// The path's field.
pub const PATH: &str = "note-path";

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A remark.
    Remark,
    /// A file.
    Attach,
    /// Why this file leaves the dossier.
    Detach(AttachmentId, String),
}

/// An open form.
pub struct Form {
    kind: Kind,
    /// The remark, the file's name or the reason.
    first: String,
    path: String,
    notice: Option<Notice>,
}

/// What happened in a form.
#[derive(Clone, Debug)]
pub enum Message {
    /// The remark, the name or the reason was typed.
    FirstTyped(String),
    /// The path was typed, or a file was given.
    PathTyped(String),
    /// A file is to be chosen.
    FileAsked,
    /// It is meant.
    Submitted,
}

/// What the form was filled with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Note this.
    Remark(String),
    /// Put this file to the dossier under this name; where none was typed, the file's own.
    Attach {
        /// Its name.
        name: String,
        /// Where it lies.
        path: String,
    },
    /// Take this file from the dossier, for this reason.
    Detach(AttachmentId, String),
}

impl Form {
    /// An empty form.
    pub fn new(kind: Kind) -> Self {
        Self { kind, first: String::new(), path: String::new(), notice: None }
    }

    /// The field that has the keyboard first.
    pub fn first_field(&self) -> &'static str {
        match self.kind {
            Kind::Attach => PATH,
            Kind::Remark | Kind::Detach(..) => FIRST,
        }
    }

    /// Whether a file may be chosen now.
    pub fn takes_file(&self) -> bool {
        self.kind == Kind::Attach
    }

    /// It could not be written: what was typed stays.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Option<Note> {
        match message {
            Message::FirstTyped(text) => self.first = text,
            Message::PathTyped(path) => self.path = path,
            Message::FileAsked => {}
            Message::Submitted => return self.note(),
        }
        None
    }

    fn note(&mut self) -> Option<Note> {
        let first = office::text::clean_lines(&self.first);
        let path = unquoted(&self.path).to_owned();
        let lack = match self.kind {
            Kind::Remark if first.is_empty() => "Chưa ghi gì. Hãy viết ghi chú.",
            Kind::Detach(..) if first.is_empty() => "Chưa ghi lý do. Chưa bỏ tệp nào.",
            Kind::Attach if path.is_empty() => "Chưa chọn tệp. Chưa đính kèm gì.",
            Kind::Remark | Kind::Attach | Kind::Detach(..) => "",
        };
        if !lack.is_empty() {
            self.notice = Some(Notice::caution(lack));
            return None;
        }
        Some(match &self.kind {
            Kind::Remark => Note::Remark(first),
            Kind::Attach => Note::Attach { name: first, path },
            Kind::Detach(id, _) => Note::Detach(id.clone(), first),
        })
    }

    /// The window's title.
    pub fn title(&self) -> &'static str {
        match self.kind {
            Kind::Remark => "Ghi chú",
            Kind::Attach => "Đính kèm tệp",
            Kind::Detach(..) => "Bỏ tệp đính kèm",
        }
    }

    /// Draws the form; `dropped` closes it.
    pub fn view<M: Clone + 'static>(
        &self,
        to: impl Fn(Message) -> M + Copy + 'static,
        dropped: M,
    ) -> Dialog<'_, M> {
        let label = match self.kind {
            Kind::Remark => "Nội dung",
            Kind::Attach => "Tên giấy tờ",
            Kind::Detach(..) => "Lý do",
        };
        let first = field(label, &self.first)
            .id(FIRST)
            .on_change(move |text| to(Message::FirstTyped(text)))
            .on_submit(to(Message::Submitted));
        let content: Element<'_, M> = match &self.kind {
            Kind::Remark => column([
                text::body("Ghi chú hiện trong quá trình giải quyết của hồ sơ, không sửa được sau khi ghi.").into(),
                first.lines(layout::REASON_LINES).required().into(),
            ])
            .into(),
            Kind::Attach => column([
                row([
                    field("Tệp", &self.path)
                        .id(PATH)
                        .placeholder("PDF, JPEG hoặc PNG")
                        .plain()
                        .required()
                        .on_change(move |text| to(Message::PathTyped(text)))
                        .on_submit(to(Message::Submitted))
                        .into(),
                    secondary("Chọn tệp…").key("F4").on_press(to(Message::FileAsked)).into(),
                ])
                .align_y(iced::Alignment::End)
                .into(),
                first.placeholder("bỏ trống thì lấy tên tệp").into(),
            ])
            .into(),
            Kind::Detach(_, name) => column([
                text::strong(name.clone()).into(),
                text::body("Tệp rời hồ sơ và nội dung bị xóa nếu không giấy tờ nào khác dùng đến; việc bỏ tệp được ghi vào sổ cùng lý do.").into(),
                first.lines(layout::REASON_LINES).required().into(),
            ])
            .into(),
        };
        let content = match &self.notice {
            Some(notice) => column([content, notice.view()]),
            None => column([content]),
        };
        let submit = match self.kind {
            Kind::Remark => primary("Ghi vào sổ"),
            Kind::Attach => primary("Đính kèm"),
            Kind::Detach(..) => danger("Bỏ tệp"),
        };
        Dialog::new(self.title(), content)
            .action(layout::cancel(dropped.clone()))
            .action(submit.key("Enter").on_press(to(Message::Submitted)))
            .on_close(dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_sent_when_it_says_what_is_needed() {
        let id = || AttachmentId("a".into());
        let detach = Kind::Detach(id(), "Trích lục".into());
        for (kind, first, path, expected) in [
            (Kind::Remark, " ", "", None),
            (Kind::Remark, " hẹn \n chiều", "", Some(Note::Remark("hẹn\nchiều".into()))),
            (Kind::Attach, "Trích lục", "", None),
            (
                Kind::Attach,
                "",
                "\"/tmp/a.pdf\" ",
                Some(Note::Attach { name: String::new(), path: "/tmp/a.pdf".into() }),
            ),
            (detach.clone(), "", "", None),
            (detach, "nhầm", "", Some(Note::Detach(id(), "nhầm".into()))),
        ] {
            let mut form = Form::new(kind);
            form.update(Message::FirstTyped(first.into()));
            form.update(Message::PathTyped(path.into()));
            assert_eq!(form.update(Message::Submitted), expected, "{first} {path}");
            assert_eq!(form.notice.is_some(), expected.is_none());
        }
    }
}
