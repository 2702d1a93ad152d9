//! A backup comes back: at the first start, or in the place of a ledger that is there. What is there is kept
//! beside the restored one. Everything is checked before anything changes.

use std::path::PathBuf;

use ledger::BackupProgress;
use office::entry::UserName;
use widgets::{
    Element, Tone, banner, check, column, field, primary, progress::progress, quiet, row, space,
    text,
};

use crate::{
    browse::Place,
    window::{layout, notice::Notice},
};

/// The field for the folder.
pub const FOLDER: &str = "restore-folder";

/// The screen's state.
pub struct State {
    folder: String,
    user: String,
    password: String,
    places: Vec<Place>,
    /// The data folder holds an office.
    replaces: bool,
    /// That it is set aside was read.
    sure: bool,
    /// The backup was made of a damaged ledger; whether that is accepted.
    findings: Option<bool>,
    busy: bool,
    progress: Option<BackupProgress>,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The folder changed.
    FolderTyped(String),
    /// One of the places.
    PlaceChosen(usize),
    /// The login name changed.
    UserTyped(String),
    /// The password changed.
    PasswordTyped(String),
    /// That the present office is set aside is understood, or not.
    Sure(bool),
    /// The findings are accepted, or not.
    FindingsAccepted(bool),
    /// Enter or the button.
    Submitted,
    /// Back.
    Closed,
}

/// What the window has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Restore with these.
    Restore(Request),
    /// Back.
    Close,
}

/// A restore as it was asked for.
pub struct Request {
    /// The backup's folder, or one that holds backups.
    pub folder: PathBuf,
    /// Head or security administrator.
    pub user: UserName,
    /// Their password; forgotten by the screen.
    pub password: zeroize::Zeroizing<String>,
    /// Restore what can be read although something is wrong.
    pub accept_findings: bool,
    /// Take the place of the office that is there.
    pub replace: bool,
}

impl State {
    /// Asks which backup; `replaces`: the data folder holds an office.
    pub fn new(places: Vec<Place>, replaces: bool) -> Self {
        Self {
            folder: String::new(),
            user: String::new(),
            password: String::new(),
            places,
            replaces,
            sure: false,
            findings: None,
            busy: false,
            progress: None,
            notice: None,
        }
    }

    /// How far it is.
    pub fn progressed(&mut self, progress: BackupProgress) {
        self.progress = self.busy.then_some(progress);
    }

    /// It did not work; `findings`: because the ledger was damaged when it was backed up.
    pub fn failed(&mut self, notice: Notice, findings: bool) {
        (self.busy, self.progress) = (false, None);
        if findings {
            self.findings = Some(false);
        }
        self.notice = Some(notice);
    }

    fn ready(&self) -> bool {
        let filled = [&self.folder, &self.user, &self.password].iter().all(|text| !text.is_empty());
        filled && !self.busy && (self.sure || !self.replaces)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::FolderTyped(text) => (self.folder, self.findings) = (text, None),
            Message::PlaceChosen(n) => {
                if let Some(place) = self.places.get(n) {
                    self.folder = place.folder.display().to_string();
                }
            }
            Message::UserTyped(text) => self.user = text,
            Message::PasswordTyped(text) => self.password = text,
            Message::Sure(sure) => self.sure = sure,
            Message::FindingsAccepted(accepted) => self.findings = Some(accepted),
            Message::Closed if !self.busy => return Action::Close,
            Message::Submitted if self.ready() => {
                (self.busy, self.notice) = (true, None);
                return Action::Restore(Request {
                    folder: PathBuf::from(self.folder.trim()),
                    user: UserName(self.user.trim().to_owned()),
                    password: std::mem::take(&mut self.password).into(),
                    accept_findings: self.findings == Some(true),
                    replace: self.replaces,
                });
            }
            Message::Closed | Message::Submitted => {}
        }
        Action::None
    }

    /// Draws the screen.
    pub fn view(&self) -> Element<'_, Message> {
        let places = self.places.iter().enumerate().map(|(n, place)| -> Element<'_, Message> {
            quiet(place.label.as_str()).on_press(Message::PlaceChosen(n)).into()
        });
        let mut form = column([
            text::title("Khôi phục từ bản sao lưu").into(),
            text::small("Bản sao lưu được kiểm tra từng mục ghi trước khi dùng. Sau đó mỗi sổ chờ xác nhận số cuối cùng trên giấy.").into(),
            iced::widget::Row::with_children(places).spacing(space::XS).wrap().into(),
            field("Thư mục của bản sao lưu", &self.folder)
                .id(FOLDER)
                .required()
                .plain()
                .hint("Thư mục có tệp manifest.json, hoặc thư mục chứa các bản sao lưu: khi đó lấy bản mới nhất.")
                .on_change(Message::FolderTyped)
                .into(),
            field("Tên đăng nhập của lãnh đạo hoặc quản trị an toàn thông tin", &self.user)
                .required()
                .on_change(Message::UserTyped)
                .into(),
            field("Mật khẩu lúc sao lưu", &self.password)
                .required()
                .secure()
                .on_change(Message::PasswordTyped)
                .on_submit(Message::Submitted)
                .into(),
        ]);
        if self.replaces {
            form = form
                .push(banner(
                    Tone::Caution,
                    "Máy này đang có một sổ cái. Bản khôi phục sẽ thay chỗ nó; sổ đang có không bị xóa mà được giữ cạnh đó trong thư mục dữ liệu, tên bắt đầu bằng office.before.",
                ))
                .push(
                    check("Tôi hiểu: từ nay làm việc trên bản khôi phục", self.sure)
                        .on_toggle(Message::Sure),
                );
        }
        if let Some(accepted) = self.findings {
            form = form.push(
                check(
                    "Khôi phục phần còn đọc được, chấp nhận các điểm không đúng đã nêu",
                    accepted,
                )
                .on_toggle(Message::FindingsAccepted),
            );
        }
        if let Some(notice) = &self.notice {
            form = form.push(notice.view());
        }
        match self.progress {
            Some(progress) => form = form.push(how_far(progress)),
            None if self.busy => form = form.push(text::body("Đang khôi phục…")),
            None => {}
        }
        layout::centred(
            form.push(row([
                primary("Khôi phục")
                    .key("Enter")
                    .on_press_maybe(self.ready().then_some(Message::Submitted))
                    .into(),
                quiet("Quay lại")
                    .key("Esc")
                    .on_press_maybe((!self.busy).then_some(Message::Closed))
                    .into(),
            ])),
        )
    }
}

/// How far the copying or the checking is.
pub fn how_far<'a, Message: 'a>(at: BackupProgress) -> Element<'a, Message> {
    match at {
        BackupProgress::Copying(done, all) => {
            progress("Đang chép (MB)", megabytes(done), megabytes(all))
        }
        BackupProgress::Trying(done, all) => progress("Đang kiểm tra (mục ghi)", done, all),
    }
}

/// Bytes as megabytes, the begun one too.
pub fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1024 * 1024)
}
