//! A paper is attached as a file: from a path, a file that was dropped, a camera's still or the flatbed.
//! Whether it is also kept for the citizen's later dossiers is asked each time and is off: keeping needs
//! a legal basis of its own (Luật 91/2025), which is never presumed.

use std::path::PathBuf;

use office::{
    document::{Kind, Media},
    entry::ContentHash,
};
use widgets::{
    DateInput, Dialog, Element, Icon, Tone, check, column, date::Century, date_field, field, pick,
    primary, quiet, row, secondary, text,
};

use super::draft::{Attached, Paper};
use crate::{
    browse::unquoted,
    scan::{self, Scan},
    window::{notice::Notice, screen::camera},
};

/// The path's field.
pub const PATH: &str = "attach-path";
/// The dialog's title.
pub const TITLE: &str = "Đính kèm giấy tờ";
const WIDTH: f32 = 640.0;

/// The dialog's state.
pub struct State {
    /// The component it is for.
    paper: Option<usize>,
    path: String,
    camera: Option<camera::State>,
    file: Option<Attached>,
    /// What runs, in words.
    busy: Option<&'static str>,
    keep: bool,
    kind: Option<Kind>,
    basis: Option<usize>,
    until: DateInput,
    notice: Option<Notice>,
}

/// What happened in the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// The component was chosen.
    PaperChosen(usize),
    /// The path changed.
    PathTyped(String),
    /// Take the file.
    PathEntered,
    /// A file is to be chosen.
    FileAsked,
    /// A file was chosen or dropped on the window.
    FileGiven(PathBuf),
    /// The camera is wanted.
    CameraAsked,
    /// At the camera.
    Camera(camera::Message),
    /// Take the picture.
    Still,
    /// The flatbed is wanted.
    FlatbedAsked,
    /// A file was read, or why not.
    Read(Result<Scan, Notice>),
    /// Keep it for later dossiers.
    KeepTicked(bool),
    /// As what it is kept.
    KindChosen(Kind),
    /// On what basis it is kept.
    BasisChosen(usize),
    /// Until when it is kept.
    UntilTyped(DateInput),
    /// Attach it.
    Confirmed,
    /// Rather not.
    Closed,
}

/// What has to be done.
pub enum Action {
    /// Nothing.
    None,
    /// Read this file.
    Read(PathBuf),
    /// Open the camera.
    OpenCamera,
    /// What the camera asks for.
    Camera(camera::Action),
    /// Scan a page.
    Flatbed,
    /// Keep these bytes beside the draft.
    Keep(Scan),
    /// Attach this to the component.
    Attach(usize, Attached),
    /// Close.
    Close,
}

impl State {
    /// For a component, or for one that is yet to be chosen.
    pub fn new(paper: Option<usize>, papers: &[Paper]) -> Self {
        Self {
            paper,
            path: String::new(),
            camera: None,
            file: None,
            busy: None,
            keep: false,
            kind: paper.and_then(|n| papers.get(n)).and_then(Paper::kind),
            basis: None,
            until: DateInput::new(None, Century::This),
            notice: None,
        }
    }

    /// The camera that was opened.
    pub fn show_camera(&mut self, camera: camera::State) {
        self.camera = Some(camera);
    }

    /// Whether the camera is open.
    pub fn shows_camera(&self) -> bool {
        self.camera.is_some()
    }

    /// The running camera.
    pub fn camera(&mut self) -> Option<&mut camera::State> {
        self.camera.as_mut()
    }

    /// The bytes are kept: shows what came.
    pub fn got(&mut self, content: ContentHash, scan: &Scan) {
        self.busy = None;
        self.notice = scan.restricted.then(|| Notice::caution(scan::RESTRICTED));
        self.file = Some(Attached {
            content,
            name: scan.name.clone(),
            media: scan.media,
            bytes: scan.bytes.len(),
            restricted: scan.restricted,
            keep: None,
        });
    }

    /// Something did not work.
    pub fn tell(&mut self, notice: Notice) {
        self.busy = None;
        self.notice = Some(notice);
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message, papers: &[Paper], bases: &[String]) -> Action {
        match message {
            Message::PaperChosen(paper) => {
                self.paper = Some(paper);
                self.kind = self.kind.or_else(|| papers.get(paper).and_then(Paper::kind));
            }
            Message::PathTyped(path) => self.path = path,
            Message::PathEntered if self.path.trim().is_empty() && self.file.is_some() => {
                return self.confirm(bases);
            }
            Message::PathEntered => {
                return self.read(unquoted(&self.path).into());
            }
            Message::FileAsked => {}
            Message::FileGiven(path) => return self.read(path),
            Message::CameraAsked => {
                self.notice = None;
                return Action::OpenCamera;
            }
            Message::Camera(message) => {
                let Some(camera) = &mut self.camera else { return Action::None };
                match camera.update(message) {
                    camera::Action::Close => self.camera = None,
                    // A code on the paper is not what is wanted here.
                    camera::Action::Code(_) | camera::Action::None => {}
                    start @ camera::Action::Start(_) => return Action::Camera(start),
                }
            }
            Message::Still => {
                let still = self.camera.as_ref().and_then(camera::State::still);
                match still {
                    Some(Ok(bytes)) => {
                        self.camera = None;
                        match Scan::of(String::new(), bytes) {
                            Ok(scan) => return Action::Keep(scan),
                            Err(error) => self.notice = Some(Notice::error(&error)),
                        }
                    }
                    Some(Err(error)) => self.notice = Some(Notice::error(&error)),
                    None => {}
                }
            }
            // One page at a time: the scanner is busy with the first.
            Message::FlatbedAsked if self.busy.is_some() => {}
            Message::FlatbedAsked => {
                self.busy = Some("Đang quét. Máy quét có thể cần nửa phút…");
                self.notice = None;
                return Action::Flatbed;
            }
            // Asked for in a dialog that was closed meanwhile.
            Message::Read(_) if self.busy.is_none() => {}
            Message::Read(Ok(scan)) => {
                self.path.clear();
                return Action::Keep(scan);
            }
            Message::Read(Err(notice)) => self.tell(notice),
            Message::KeepTicked(keep) => self.keep = keep,
            Message::KindChosen(kind) => self.kind = Some(kind),
            Message::BasisChosen(basis) => self.basis = Some(basis),
            Message::UntilTyped(until) => self.until = until,
            Message::Confirmed => return self.confirm(bases),
            Message::Closed if self.camera.is_some() => self.camera = None,
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn read(&mut self, path: PathBuf) -> Action {
        if path.as_os_str().is_empty() {
            self.notice = Some(Notice::caution("Hãy chọn tệp, hoặc gõ đường dẫn của tệp."));
            return Action::None;
        }
        self.busy = Some("Đang đọc tệp…");
        self.notice = None;
        Action::Read(path)
    }

    fn confirm(&mut self, bases: &[String]) -> Action {
        let words = match (&self.file, self.paper) {
            (None, _) => "Chưa có tệp nào. Hãy chọn tệp, chụp hoặc quét giấy tờ.",
            (_, None) => "Hãy chọn thành phần hồ sơ mà giấy này thuộc về.",
            (Some(_), Some(_)) if self.keep && self.kind.is_none() => {
                "Hãy chọn loại giấy tờ để lưu vào kho."
            }
            (Some(_), Some(_)) if self.keep && self.basis.is_none() => {
                "Lưu vào kho cần căn cứ. Hãy chọn căn cứ, hoặc bỏ đánh dấu để chỉ dùng cho hồ sơ này."
            }
            // The field says itself what is wrong with the day.
            (Some(_), Some(_)) if self.keep && self.until.check().is_err() => {
                self.notice = None;
                return Action::None;
            }
            (Some(file), Some(paper)) => {
                let basis = self.basis.and_then(|n| bases.get(n)).cloned();
                let keep = self.kind.zip(basis).filter(|_| self.keep);
                let keep = keep.map(|(kind, basis)| (kind, basis, self.until.date()));
                return Action::Attach(paper, Attached { keep, ..file.clone() });
            }
        };
        self.notice = Some(Notice::caution(words));
        Action::None
    }

    /// Draws the dialog.
    pub(super) fn view<'a>(
        &'a self,
        papers: &'a [Paper],
        bases: &'a [String],
    ) -> Dialog<'a, Message> {
        if let Some(camera) = &self.camera {
            return Dialog::new("Chụp giấy tờ", camera.picture().map(Message::Camera))
                .width(WIDTH)
                .action(quiet("Đóng").key("Esc").on_press(Message::Closed))
                .action(primary("Chụp").key("F2").on_press(Message::Still))
                .on_close(Message::Closed);
        }
        let mut content = column([]);
        let names = papers.iter().enumerate().filter(|(_, paper)| !paper.is_data());
        content = content.push(
            pick("Thành phần hồ sơ", names.map(|(n, p)| (n, p.name.as_str())), self.paper.as_ref())
                .required()
                .on_pick(Message::PaperChosen),
        );
        content = content.push(match (&self.file, self.busy) {
            (_, Some(words)) => Element::from(text::toned(words, Tone::Info)),
            (Some(file), None) => {
                row([widgets::icon(Icon::Document), text::strong(describe(file)).into()]).into()
            }
            (None, None) => text::body("Chọn một cách lấy giấy tờ:").into(),
        });
        content = content
            .push(
                field("Tệp PDF, JPEG hoặc PNG", &self.path)
                    .id(PATH)
                    .placeholder("Thả tệp vào cửa sổ, hoặc gõ đường dẫn rồi Enter")
                    .on_change(Message::PathTyped)
                    .on_submit(Message::PathEntered),
            )
            .push(row([
                secondary("Chọn tệp…").key("F4").on_press(Message::FileAsked).into(),
                secondary("Chụp bằng camera").key("F7").on_press(Message::CameraAsked).into(),
                secondary("Quét bằng máy quét").key("F8").on_press(Message::FlatbedAsked).into(),
            ]));
        if self.file.is_some() {
            content = content.push(self.keeping(bases));
        }
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        let ready = self.file.is_some() && self.busy.is_none();
        Dialog::new(TITLE, content)
            .width(WIDTH)
            .action(quiet("Thôi").key("Esc").on_press(Message::Closed))
            .action(
                primary("Đính kèm").key("F2").on_press_maybe(ready.then_some(Message::Confirmed)),
            )
            .on_close(Message::Closed)
    }

    fn keeping<'a>(&'a self, bases: &'a [String]) -> Element<'a, Message> {
        let mut content = column([check("Lưu vào kho giấy tờ của công dân", self.keep)
            .on_toggle(Message::KeepTicked)
            .into()]);
        if self.keep {
            content = content
                .push(
                    pick(
                        "Loại giấy tờ",
                        Kind::ALL.map(|kind| (kind, kind.label())),
                        self.kind.as_ref(),
                    )
                    .required()
                    .on_pick(Message::KindChosen),
                )
                .push(
                    pick(
                        "Căn cứ lưu giữ",
                        bases.iter().map(String::as_str).enumerate(),
                        self.basis.as_ref(),
                    )
                    .required()
                    .on_pick(Message::BasisChosen),
                )
                .push(
                    date_field("Giữ đến ngày", &self.until)
                        .hint("Để trống: giữ theo thời hạn lưu của hồ sơ.")
                        .on_change(Message::UntilTyped),
                );
        }
        content.into()
    }
}

/// A file in words: name, form, size.
pub(super) fn describe(file: &Attached) -> String {
    let media = match file.media {
        Media::Pdf => "PDF",
        Media::Jpeg => "ảnh JPEG",
        Media::Png => "ảnh PNG",
    };
    let locked = if file.restricted { ", khóa quyền sửa" } else { "" };
    let size = format!("{}{locked}", scan::size(file.bytes));
    match file.name.as_str() {
        "" => format!("Ảnh vừa chụp hoặc quét – {media}, {size}"),
        name => format!("{name} – {media}, {size}"),
    }
}
