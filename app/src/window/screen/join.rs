//! This machine becomes another machine of an office that has one: it asks by a file, the head lets it in on the
//! office's machine, and it joins with the copy that was made there.

use std::path::PathBuf;

use iced::widget::Column;
use ledger::BackupProgress;
use office::entry::UserName;
use widgets::{
    Element, card, column, field, primary, progress::stepper, quiet, row, secondary, space, text,
};

use super::restore;
use crate::{
    browse::Place,
    window::{layout, notice::Notice},
};

/// First field of the request.
pub const LABEL: &str = "join-label";
/// The field for the copy's folder.
pub const COPY: &str = "join-copy";
/// The password's field.
pub const PASSWORD: &str = "join-password";

const STEPS: [&str; 2] = ["Xin vào", "Vào cơ quan"];

/// Where one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The request is to be written.
    Ask,
    /// It was written: the code to compare.
    Asked,
    /// The copy is there.
    Join,
}

/// A request that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What both machines show.
    pub code: String,
    /// Its file.
    pub file: PathBuf,
}

/// The screen's state.
pub struct State {
    step: Step,
    /// This machine asked, now or before the program was started.
    asked: bool,
    request: Option<Asked>,
    label: String,
    folder: String,
    copy: String,
    user: String,
    password: String,
    places: Vec<Place>,
    /// The place that was chosen last.
    place: Option<usize>,
    busy: bool,
    progress: Option<BackupProgress>,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The machine's name changed.
    LabelTyped(String),
    /// The folder of the open step changed.
    FolderTyped(String),
    /// One of the places.
    PlaceChosen(usize),
    /// The place after the one that was chosen last.
    NextPlace,
    /// The login name changed.
    UserTyped(String),
    /// The password changed.
    PasswordTyped(String),
    /// The copy is there already.
    CopyThere,
    /// Enter or the button.
    Submitted,
    /// One step back.
    Back,
    /// Nobody is there.
    Left,
}

/// What the window has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Focus the step's first field.
    Turned,
    /// Write the request.
    Ask {
        /// Name of the machine.
        label: String,
        /// Where the file goes.
        folder: PathBuf,
    },
    /// Join with these.
    Join(Joining),
    /// Back to the first page.
    Close,
}

/// A joining as it was asked for.
pub struct Joining {
    /// The copy's folder, or one that holds copies.
    pub folder: PathBuf,
    /// A user of the office.
    pub user: UserName,
    /// Their password; forgotten by the screen.
    pub password: zeroize::Zeroizing<String>,
}

impl State {
    /// Begins with the request, or where this machine `asked` before, with the copy.
    pub fn new(places: Vec<Place>, asked: bool) -> Self {
        Self {
            step: if asked { Step::Join } else { Step::Ask },
            asked,
            request: None,
            label: "Máy quầy 2".into(),
            folder: String::new(),
            copy: String::new(),
            user: String::new(),
            password: String::new(),
            places,
            place: None,
            busy: false,
            progress: None,
            notice: asked.then(|| {
                Notice::info(
                    "Máy này đã xin vào và đang chờ bản sao. Chưa có bản sao thì bấm Esc: tạo lại tệp xin vào, mã của máy vẫn như cũ.",
                )
            }),
        }
    }

    /// The request is written: show its code.
    pub fn asked(&mut self, request: Asked) {
        (self.busy, self.asked, self.step) = (false, true, Step::Asked);
        self.request = Some(request);
    }

    /// How far it is.
    pub fn progressed(&mut self, progress: BackupProgress) {
        self.progress = self.busy.then_some(progress);
    }

    /// It did not work.
    pub fn failed(&mut self, notice: Notice) {
        (self.busy, self.progress) = (false, None);
        self.notice = Some(notice);
    }

    /// The window's title.
    pub fn title(&self) -> &'static str {
        match self.step {
            Step::Ask => "Xin vào cơ quan",
            Step::Asked => "Mã của máy này",
            Step::Join => "Vào cơ quan",
        }
    }

    /// The open step's first field; the code has none.
    pub fn first_field(&self) -> Option<&'static str> {
        match self.step {
            Step::Ask => Some(LABEL),
            Step::Asked => None,
            Step::Join => Some(COPY),
        }
    }

    /// Which step is open, as a number.
    pub fn place(&self) -> usize {
        match self.step {
            Step::Ask => 0,
            Step::Asked => 1,
            Step::Join => 2,
        }
    }

    fn ready(&self) -> bool {
        let needed = match self.step {
            Step::Ask => vec![&self.label, &self.folder],
            Step::Asked => Vec::new(),
            Step::Join => vec![&self.copy, &self.user, &self.password],
        };
        !self.busy && needed.iter().all(|text| !text.trim().is_empty())
    }

    fn turn(&mut self, step: Step) -> Action {
        (self.step, self.notice, self.place) = (step, None, None);
        self.password.clear();
        Action::Turned
    }

    fn set_folder(&mut self, text: String) {
        match self.step {
            Step::Ask => self.folder = text,
            Step::Asked => {}
            Step::Join => self.copy = text,
        }
    }

    fn choose(&mut self, n: usize) {
        if let Some(place) = self.places.get(n) {
            let folder = place.folder.display().to_string();
            self.place = Some(n);
            self.set_folder(folder);
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::LabelTyped(text) => self.label = text,
            Message::FolderTyped(text) => self.set_folder(text),
            Message::PlaceChosen(n) => self.choose(n),
            Message::NextPlace => {
                let after = self.place.map_or(0, |n| n + 1);
                self.choose(if after < self.places.len() { after } else { 0 });
            }
            Message::UserTyped(text) => self.user = text,
            Message::PasswordTyped(text) => self.password = text,
            Message::CopyThere if self.offers_copy() => return self.turn(Step::Join),
            Message::Submitted if self.ready() => return self.submit(),
            Message::Back if !self.busy => {
                return match self.step {
                    Step::Ask => Action::Close,
                    Step::Asked => self.turn(Step::Ask),
                    Step::Join if self.request.is_some() => self.turn(Step::Asked),
                    Step::Join => self.turn(Step::Ask),
                };
            }
            Message::Left if !self.busy => return Action::Close,
            Message::CopyThere | Message::Submitted | Message::Back | Message::Left => {}
        }
        Action::None
    }

    fn offers_copy(&self) -> bool {
        self.step == Step::Ask && self.asked && !self.busy
    }

    fn submit(&mut self) -> Action {
        if self.step == Step::Asked {
            return self.turn(Step::Join);
        }
        (self.busy, self.notice) = (true, None);
        if self.step == Step::Ask {
            let folder = PathBuf::from(self.folder.trim());
            return Action::Ask { label: self.label.clone(), folder };
        }
        Action::Join(Joining {
            folder: PathBuf::from(self.copy.trim()),
            user: UserName(self.user.trim().to_owned()),
            password: std::mem::take(&mut self.password).into(),
        })
    }

    /// Draws the screen.
    pub fn view(&self) -> Element<'_, Message> {
        let mut form = match self.step {
            Step::Ask => self.ask(),
            Step::Asked => self.compare(),
            Step::Join => self.join(),
        };
        if let Some(notice) = &self.notice {
            form = form.push(notice.view());
        }
        match (self.progress, self.step) {
            (Some(progress), _) => form = form.push(restore::how_far(progress)),
            (None, Step::Join) if self.busy => form = form.push(text::body("Đang vào cơ quan…")),
            (None, _) => {}
        }
        let words = match self.step {
            Step::Ask => "Tạo tệp xin vào",
            Step::Asked => "Đã có bản sao",
            Step::Join => "Vào cơ quan",
        };
        let submitted = self.ready().then_some(Message::Submitted);
        let mut actions = row([primary(words).key("Enter").on_press_maybe(submitted).into()]);
        if self.offers_copy() {
            actions =
                actions.push(secondary("Đã có bản sao").key("F8").on_press(Message::CopyThere));
        }
        layout::centred(form.push(actions.push(
            quiet("Quay lại").key("Esc").on_press_maybe((!self.busy).then_some(Message::Back)),
        )))
    }

    fn head(&self, words: &'static str) -> Column<'_, Message> {
        column([
            text::title("Máy thứ hai của cơ quan").into(),
            stepper(STEPS, usize::from(self.step == Step::Join)),
            text::small(words).into(),
        ])
    }

    fn places(&self) -> Element<'_, Message> {
        let places = self.places.iter().enumerate().map(|(n, place)| -> Element<'_, Message> {
            quiet(place.label.as_str()).on_press(Message::PlaceChosen(n)).into()
        });
        let mut places = iced::widget::Row::with_children(places);
        if !self.places.is_empty() {
            places = places.push(quiet("Chỗ kế tiếp").key("F4").on_press(Message::NextPlace));
        }
        places.spacing(space::XS).wrap().into()
    }

    fn ask(&self) -> Column<'_, Message> {
        self.head("Cơ quan đã dùng Một Cửa trên máy khác. Máy này tạo một tệp xin vào để mang sang máy ấy; trong tệp không có mật khẩu, không có hồ sơ.")
            .push(
                field("Tên gọi của máy này", &self.label)
                    .id(LABEL)
                    .required()
                    .hint("Lãnh đạo thấy tên này khi cho máy vào.")
                    .on_change(Message::LabelTyped),
            )
            .push(self.places())
            .push(
                field("Thư mục ghi tệp xin vào", &self.folder)
                    .required()
                    .plain()
                    .hint("USB, hoặc thư mục mà máy của lãnh đạo cũng mở được.")
                    .on_change(Message::FolderTyped)
                    .on_submit(Message::Submitted),
            )
    }

    fn compare(&self) -> Column<'_, Message> {
        let mut form = self.head("Mang tệp xin vào sang máy đang dùng của cơ quan.");
        if let Some(request) = &self.request {
            form = form
                .push(card(column([
                    text::label("Mã của máy này").into(),
                    text::display(request.code.as_str()).into(),
                ])))
                .push(text::body("Trên máy ấy, lãnh đạo mở F10 → Các máy (hoặc chạy lệnh motcua seat admit), so mã hiện ra với mã này. Mã giống nhau thì cho máy này vào; mã khác thì không cho vào."))
                .push(text::body("Sau đó mang bản sao do máy ấy ghi về máy này."))
                .push(text::small(format!("Tệp xin vào: {}", request.file.display())));
        }
        form
    }

    fn join(&self) -> Column<'_, Message> {
        self.head("Bản sao do máy của lãnh đạo ghi khi cho máy này vào. Từng mục ghi được kiểm tra trước khi dùng.")
            .push(self.places())
            .push(
                field("Thư mục của bản sao", &self.copy)
                    .id(COPY)
                    .required()
                    .plain()
                    .hint("Thư mục có tệp manifest.json, hoặc thư mục chứa các bản sao: khi đó lấy bản mới nhất.")
                    .on_change(Message::FolderTyped),
            )
            .push(
                field("Tên đăng nhập của bạn trong cơ quan", &self.user)
                    .required()
                    .on_change(Message::UserTyped),
            )
            .push(
                field("Mật khẩu", &self.password)
                    .id(PASSWORD)
                    .required()
                    .secure()
                    .on_change(Message::PasswordTyped)
                    .on_submit(Message::Submitted),
            )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    fn place(name: &str) -> Place {
        Place { label: name.into(), folder: format!("/media/{name}").into() }
    }

    #[test]
    fn nothing_is_asked_before_all_is_there_or_twice() {
        let mut state = State::new(vec![place("A"), place("B")], false);
        assert!(matches!(state.update(Message::Submitted), Action::None), "no folder");
        for folder in ["/media/A", "/media/B", "/media/A"] {
            state.update(Message::NextPlace);
            assert_eq!(state.folder, folder);
        }
        state.update(Message::LabelTyped(" ".into()));
        assert!(matches!(state.update(Message::Submitted), Action::None), "no name");
        assert!(matches!(state.update(Message::CopyThere), Action::None), "never asked");
        state.update(Message::LabelTyped("Máy quầy 3".into()));
        let Action::Ask { label, folder } = state.update(Message::Submitted) else {
            panic!("not asked")
        };
        assert_eq!((label.as_str(), folder), ("Máy quầy 3", "/media/A".into()));
        for message in [Message::Submitted, Message::Back, Message::Left] {
            assert!(matches!(state.update(message), Action::None), "while it is written");
        }
    }

    #[test]
    fn the_steps_follow_one_another_and_lead_back() {
        let mut state = State::new(Vec::new(), false);
        state.update(Message::NextPlace);
        state.asked(Asked { code: "3FA2-91B0-77CD".into(), file: "/media/A/x".into() });
        assert_eq!(state.step, Step::Asked);
        assert!(matches!(state.update(Message::Submitted), Action::Turned));
        for (step, back) in [(Step::Join, Step::Asked), (Step::Asked, Step::Ask)] {
            assert_eq!(state.step, step);
            assert!(matches!(state.update(Message::Back), Action::Turned));
            assert_eq!(state.step, back);
        }
        assert!(matches!(state.update(Message::CopyThere), Action::Turned));
        assert_eq!(state.step, Step::Join);
        for message in [
            Message::FolderTyped("/media/A".into()),
            Message::UserTyped(" chi ".into()),
            Message::PasswordTyped("Mật-khẩu-7".into()),
        ] {
            assert!(matches!(state.update(Message::Submitted), Action::None));
            state.update(message);
        }
        let Action::Join(joining) = state.update(Message::Submitted) else { panic!("not joined") };
        assert_eq!((joining.user.0.as_str(), joining.folder), ("chi", "/media/A".into()));
        assert_eq!(joining.password.as_str(), "Mật-khẩu-7");
        state.progressed(BackupProgress::Trying(1, 2));
        state.failed(Notice::caution("x"));
        assert_eq!((state.user.as_str(), state.password.as_str()), (" chi ", ""));
        assert!(state.progress.is_none() && !state.busy);
    }
}
