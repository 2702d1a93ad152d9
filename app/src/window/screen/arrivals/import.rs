//! Taking in online dossiers from a file of the portal: chosen, looked at, then taken in. Nothing is
//! written before the clerk has seen what would come and what would not.

use std::path::PathBuf;

use sync::dvcqg::{
    import::{Import, Taken},
    schema::{Fault, FaultKind},
};
use widgets::{
    Dialog, Element, Tone, column, field, flow, primary, quiet, row, secondary, space, text,
};

use crate::{browse::unquoted, window::notice::Notice};

/// The field of the file.
pub const PATH: &str = "arrivals-path";
/// The dialog's title.
pub const TITLE: &str = "Nhập hồ sơ trực tuyến";
const WIDTH: f32 = 720.0;
const LIST: f32 = 260.0;

/// The dialog's state.
#[derive(Default)]
pub struct State {
    path: String,
    /// The file's bytes, and what would become of its dossiers.
    read: Option<(Vec<u8>, Import)>,
    notice: Option<Notice>,
}

/// What happened in the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// The path was typed.
    PathTyped(String),
    /// A file is to be chosen.
    FileAsked,
    /// A file was chosen or dropped.
    FileGiven(PathBuf),
    /// Read what stands there, or take in what was read.
    Submitted,
    /// Rather not.
    Closed,
}

/// What has to be done.
pub enum Action {
    /// Nothing.
    None,
    /// Read this file.
    Read(PathBuf),
    /// Take in the dossiers of this file.
    Take(Vec<u8>),
    /// Close.
    Close,
}

impl State {
    /// The file was read.
    pub fn got(&mut self, bytes: Vec<u8>, read: Import) {
        self.notice = None;
        self.read = Some((bytes, read));
    }

    /// It could not be read or taken in.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::PathTyped(path) => {
                self.path = path;
                self.read = None;
            }
            Message::FileAsked => {}
            Message::FileGiven(path) => {
                self.path = path.display().to_string();
                self.read = None;
                return Action::Read(path);
            }
            Message::Submitted => match &self.read {
                Some((bytes, read)) if !read.taken.is_empty() => {
                    return Action::Take(bytes.clone());
                }
                Some(_) => return Action::Close,
                None if unquoted(&self.path).is_empty() => {
                    let words = "Chưa chọn tệp. Nhấn F4 để chọn tệp hồ sơ tải từ Cổng.";
                    self.notice = Some(Notice::caution(words));
                }
                None => return Action::Read(PathBuf::from(unquoted(&self.path))),
            },
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    /// Draws the dialog.
    pub fn view(&self) -> Dialog<'_, Message> {
        let mut content = column([
            text::body("Chọn tệp JSON tải từ hệ thống thông tin giải quyết thủ tục. Chưa có gì được ghi cho đến khi nhấn Nhập.").into(),
            row([
                field("Tệp hồ sơ", &self.path)
                    .id(PATH)
                    .plain()
                    .on_change(Message::PathTyped)
                    .on_submit(Message::Submitted)
                    .into(),
                secondary("Chọn tệp…").key("F4").on_press(Message::FileAsked).into(),
            ])
            .align_y(iced::Alignment::End)
            .into(),
        ]);
        if let Some((_, read)) = &self.read {
            content = content.push(preview(read));
        }
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        let act = match &self.read {
            Some((_, read)) if !read.taken.is_empty() => {
                primary(format!("Nhập {} hồ sơ", read.taken.len()))
            }
            Some(_) => primary("Đóng"),
            None => primary("Xem tệp"),
        };
        Dialog::new(TITLE, content)
            .width(WIDTH)
            .action(quiet("Thôi").key("Esc").on_press(Message::Closed))
            .action(act.key("Enter").on_press(Message::Submitted))
            .on_close(Message::Closed)
    }
}

/// What a dossier's fields lack, or have beyond the tables: fields of one kind stand in one sentence.
fn notes(taken: &Taken) -> Option<String> {
    let (missing, others): (Vec<&Fault>, Vec<&Fault>) =
        taken.faults.iter().partition(|fault| fault.kind == FaultKind::Missing);
    let missing: Vec<&str> = missing.iter().map(|fault| fault.path.as_str()).collect();
    let counted = |fields: &[&str], what: &str, words: &str| {
        (!fields.is_empty())
            .then(|| format!("{what}{} {words}: {}", fields.len(), fields.join(", ")))
    };
    let unknown: Vec<&str> = taken.unknown.iter().map(String::as_str).collect();
    let notes: Vec<String> = counted(&missing, "thiếu ", "trường bắt buộc")
        .into_iter()
        .chain(others.iter().map(ToString::to_string))
        .chain(counted(&unknown, "", "trường lạ, không dùng"))
        .collect();
    (!notes.is_empty()).then(|| notes.join("; "))
}

/// What would come, and what would not and why.
fn preview(read: &Import) -> Element<'_, Message> {
    let (taken, refused) = (read.taken.len(), read.refused.len());
    let head =
        format!("Tệp có {} hồ sơ: nhập được {taken}, không nhập {refused}.", taken + refused);
    let mut lines = column([]).spacing(space::S);
    for taken in &read.taken {
        let arrival = &taken.arrival;
        let words = format!("{} – {}", arrival.applicant.person.name, arrival.procedure_name);
        let notes = notes(taken).map(|notes| text::small(format!("Lưu ý: {notes}.")));
        let line = column([text::number(arrival.code.as_str()).into(), text::body(words).into()]);
        lines = lines.push(line.push(notes).spacing(0.0));
    }
    for refused in &read.refused {
        lines = lines.push(text::toned(refused.sentence(), Tone::Caution));
    }
    column([
        text::strong(head).into(),
        iced::widget::container(flow::scroll(lines)).max_height(LIST).into(),
    ])
    .into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    fn nothing() -> Import {
        Import { taken: Vec::new(), refused: Vec::new() }
    }

    #[test]
    fn nothing_is_taken_in_unseen() {
        let mut state = State::default();
        assert!(matches!(state.update(Message::Submitted), Action::None), "no file");
        let _ = state.update(Message::PathTyped(" /tmp/ho-so.json ".into()));
        let Action::Read(path) = state.update(Message::Submitted) else { panic!("not read") };
        assert_eq!(path, PathBuf::from("/tmp/ho-so.json"));
        state.got(b"[]".to_vec(), nothing());
        assert!(matches!(state.update(Message::Submitted), Action::Close), "nothing to take in");
        // Another file is looked at anew.
        let _ = state.update(Message::PathTyped("/tmp/khac.json".into()));
        assert!(matches!(state.update(Message::Submitted), Action::Read(_)));
    }
}
