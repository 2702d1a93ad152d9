//! The form of a document that is put into a person's store.

use std::path::PathBuf;

use jiff::civil::Date;
use office::{
    document::{KeptDocument, Kind, Origin},
    person::PersonId,
    text::clean,
};
use widgets::{
    DateInput, Dialog, Tone, check, column, date::Century, date_field, field, flow, pick, primary,
    quiet, row, secondary, text,
};

use super::unkept;
use crate::{
    browse::unquoted,
    scan::{self, Scan},
    window::notice::Notice,
};

/// The path's field.
pub const PATH: &str = "store-path";
const WIDTH: f32 = 680.0;

/// A certified electronic copy of this office that is offered to be kept.
pub struct Copy {
    /// The signed file.
    pub file: Scan,
    /// Of what it is a copy.
    pub title: String,
    /// Its number in the book.
    pub number: String,
    /// Who certified it.
    pub issuer: String,
    /// When.
    pub issued_on: Date,
}

/// The form's state.
pub struct Form {
    path: String,
    scan: Option<Scan>,
    busy: Option<&'static str>,
    /// Scanned from the paper that was shown here, and not brought as a file.
    scanned: bool,
    /// The file is a certified copy that this office made.
    copy: bool,
    kind: Option<Kind>,
    title: String,
    number: String,
    issuer: String,
    issued_on: DateInput,
    valid_until: DateInput,
    basis: Option<usize>,
    keep_until: DateInput,
    notice: Option<Notice>,
}

impl Default for Form {
    fn default() -> Self {
        let day = || DateInput::new(None, Century::This);
        Self {
            path: String::new(),
            scan: None,
            busy: None,
            scanned: false,
            copy: false,
            kind: None,
            title: String::new(),
            number: String::new(),
            issuer: String::new(),
            issued_on: day(),
            valid_until: day(),
            basis: None,
            keep_until: day(),
            notice: None,
        }
    }
}

/// What happened in the form.
#[derive(Clone, Debug)]
pub enum Message {
    /// The path changed.
    PathTyped(String),
    /// Take the file.
    PathEntered,
    /// A file is to be chosen.
    FileAsked,
    /// A file was chosen or dropped on the window.
    FileGiven(PathBuf),
    /// The flatbed is wanted.
    FlatbedAsked,
    /// A file was read, or why not.
    Read(Result<Scan, Notice>),
    /// The paper was shown here.
    ScannedTicked(bool),
    /// What it is.
    KindChosen(Kind),
    /// Its name.
    TitleTyped(String),
    /// Its number.
    NumberTyped(String),
    /// Who issued it.
    IssuerTyped(String),
    /// When it was issued.
    IssuedTyped(DateInput),
    /// Its last valid day.
    ValidTyped(DateInput),
    /// On what basis it is kept.
    BasisChosen(usize),
    /// Until when it is kept.
    UntilTyped(DateInput),
    /// Keep it.
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
    /// Scan a page.
    Flatbed,
    /// Keep it.
    Keep,
    /// Close.
    Close,
}

impl Form {
    /// For a certified copy: what it says stands there; what kind of paper it is and on what basis it is kept the clerk
    /// says.
    pub fn of_copy(copy: Copy) -> Self {
        Self {
            scan: Some(copy.file),
            copy: true,
            title: copy.title,
            number: copy.number,
            issuer: copy.issuer,
            issued_on: DateInput::new(Some(copy.issued_on), Century::This),
            ..Self::default()
        }
    }

    /// Something did not work.
    pub fn tell(&mut self, notice: Notice) {
        self.busy = None;
        self.notice = Some(notice);
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::PathTyped(path) => self.path = path,
            Message::PathEntered => {
                let path = unquoted(&self.path).to_owned();
                if path.is_empty() {
                    self.notice = Some(Notice::caution("Hãy chọn tệp, hoặc gõ đường dẫn của tệp."));
                    return Action::None;
                }
                return self.read(path.into());
            }
            Message::FileAsked => {}
            Message::FileGiven(path) => return self.read(path),
            // One page at a time: the scanner is busy with the first.
            Message::FlatbedAsked if self.busy.is_some() => {}
            Message::FlatbedAsked => {
                self.notice = None;
                self.busy = Some("Đang quét. Máy quét có thể cần nửa phút…");
                self.scanned = true;
                return Action::Flatbed;
            }
            // Asked for in a dialog that was closed meanwhile.
            Message::Read(_) if self.busy.is_none() => {}
            Message::Read(Ok(scan)) => {
                (self.busy, self.path) = (None, String::new());
                self.notice = scan.restricted.then(|| Notice::caution(scan::RESTRICTED));
                // Another file was taken in the copy's place.
                self.copy = false;
                self.scan = Some(scan);
            }
            Message::Read(Err(notice)) => self.tell(notice),
            Message::ScannedTicked(scanned) => self.scanned = scanned,
            Message::KindChosen(kind) => {
                let was = self.kind.map(Kind::label).unwrap_or_default();
                if self.title.trim().is_empty() || self.title == was {
                    self.title = kind.label().to_owned();
                }
                self.kind = Some(kind);
            }
            Message::TitleTyped(words) => self.title = words,
            Message::NumberTyped(words) => self.number = words,
            Message::IssuerTyped(words) => self.issuer = words,
            Message::IssuedTyped(day) => self.issued_on = day,
            Message::ValidTyped(day) => self.valid_until = day,
            Message::BasisChosen(basis) => self.basis = Some(basis),
            Message::UntilTyped(day) => self.keep_until = day,
            Message::Submitted => return Action::Keep,
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn read(&mut self, path: PathBuf) -> Action {
        self.busy = Some("Đang đọc tệp…");
        self.notice = None;
        Action::Read(path)
    }

    /// The document as it is to be kept; without one the form says what is missing.
    pub fn document(&mut self, owner: PersonId, bases: &[String]) -> Option<(KeptDocument, Scan)> {
        let basis = self.basis.and_then(|n| bases.get(n)).cloned();
        let days = [&mut self.issued_on, &mut self.valid_until, &mut self.keep_until];
        let wrong_day = days.into_iter().any(|day| day.check().is_err());
        let title = clean(&self.title);
        let missing = match (&self.scan, self.kind, &basis) {
            (None, ..) => Some("Chưa có tệp. Hãy chọn tệp hoặc quét giấy tờ."),
            (_, None, _) => Some("Hãy chọn loại giấy tờ."),
            _ if title.is_empty() => Some("Hãy ghi tên giấy tờ."),
            (.., None) => Some("Lưu giữ cần căn cứ hoặc sự đồng ý. Hãy chọn căn cứ."),
            _ => None,
        };
        self.notice = missing.map(Notice::caution);
        // Each field says itself what is wrong with its day.
        if missing.is_some() || wrong_day {
            return None;
        }
        let (id, content) = unkept();
        let scan = self.scan.clone()?;
        let document = KeptDocument {
            id,
            owner,
            kind: self.kind?,
            title,
            number: clean(&self.number),
            issuer: clean(&self.issuer),
            issued_on: self.issued_on.date(),
            valid_until: self.valid_until.date(),
            origin: match (self.copy, self.scanned) {
                (true, _) => Origin::CertifiedCopy,
                (false, true) => Origin::Scanned,
                (false, false) => Origin::Brought,
            },
            media: scan.media,
            content,
            legal_basis: basis?,
            keep_until: self.keep_until.date(),
        };
        Some((document, scan))
    }

    /// Draws the dialog.
    pub fn view<'a>(&'a self, bases: &'a [String]) -> Dialog<'a, Message> {
        let file = match (&self.scan, self.busy) {
            (_, Some(words)) => text::toned(words, Tone::Info),
            (Some(scan), None) => {
                let name = match scan.name.as_str() {
                    _ if self.copy => "Bản sao điện tử đã ký số",
                    "" => "Ảnh vừa quét",
                    name => name,
                };
                text::strong(format!("{name} – {}", scan::size(scan.bytes.len())))
            }
            (None, None) => text::body("Chưa có tệp."),
        };
        let mut content = column([
            field("Tệp PDF, JPEG hoặc PNG", &self.path)
                .id(PATH)
                .placeholder("Thả tệp vào cửa sổ, hoặc gõ đường dẫn rồi Enter")
                .on_change(Message::PathTyped)
                .on_submit(Message::PathEntered)
                .into(),
            row([
                file.width(iced::Length::Fill).into(),
                secondary("Chọn tệp…").key("F4").on_press(Message::FileAsked).into(),
                secondary("Quét").key("F8").on_press(Message::FlatbedAsked).into(),
            ])
            .into(),
            flow::fields([
                pick(
                    "Loại giấy tờ",
                    Kind::ALL.map(|kind| (kind, kind.label())),
                    self.kind.as_ref(),
                )
                .required()
                .on_pick(Message::KindChosen)
                .into(),
                field("Tên giấy tờ", &self.title).required().on_change(Message::TitleTyped).into(),
            ])
            .into(),
            flow::fields([
                field("Số", &self.number).on_change(Message::NumberTyped).into(),
                field("Nơi cấp", &self.issuer).on_change(Message::IssuerTyped).into(),
            ])
            .into(),
            flow::fields([
                date_field("Ngày cấp", &self.issued_on).on_change(Message::IssuedTyped).into(),
                date_field("Hiệu lực đến", &self.valid_until).on_change(Message::ValidTyped).into(),
                date_field("Giữ đến ngày", &self.keep_until).on_change(Message::UntilTyped).into(),
            ])
            .into(),
            pick(
                "Căn cứ lưu giữ",
                bases.iter().map(String::as_str).enumerate(),
                self.basis.as_ref(),
            )
            .required()
            .on_pick(Message::BasisChosen)
            .into(),
            check("Quét từ giấy đã xuất trình tại quầy", self.scanned)
                .on_toggle(Message::ScannedTicked)
                .into(),
        ]);
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        Dialog::new("Thêm giấy tờ vào kho", content)
            .width(WIDTH)
            .action(quiet("Thôi").key("Esc").on_press(Message::Closed))
            .action(primary("Lưu vào kho").key("F2").on_press(Message::Submitted))
            .on_close(Message::Closed)
    }
}
