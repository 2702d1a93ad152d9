//! What lies over whichever screen is open: the search, the menu, the choice of columns or of a file, and the
//! dialogs of devices, money, passwords and papers.

use office::subject::Subject;
use widgets::{Dialog, column, keys::Pressed, primary, quiet, text};

use super::{Bar, Counter, Message, Shell};
use crate::window::screen::{
    camera, chip_key, chooser, devices, find,
    help::{self, Help, help},
    paper, password, pay, recovery, telephone,
};

const MENU_WIDTH: f32 = 760.0;
const FIND_WIDTH: f32 = 640.0;

/// What lies over the screen.
pub(super) enum Over {
    /// The search.
    Find(find::State),
    /// A file is chosen.
    Chooser(chooser::State),
    /// The menu.
    Menu,
    /// The columns of the open table.
    Columns,
    /// A password is set.
    Password(password::State),
    /// A new recovery sheet is shown.
    Recovery(recovery::State),
    /// Whether the database key is to change.
    NewKey,
    /// The devices of this machine.
    Devices(devices::State),
    /// The camera looks for a code.
    Camera(camera::State),
    /// A chip's key is asked for.
    ChipKey(chip_key::State),
    /// Money is taken for this.
    Pay(Subject, Box<pay::State>),
    /// A paper that was just made and belongs to no dossier.
    Paper(Box<paper::State>),
    /// A document waits for the telephone.
    Telephone,
}

const FIND: Help = help!("find");
const CHOOSER: Help = help!("chooser");
const MENU: Help = help!("menu");
const PASSWORD: Help = help!("password");
const RECOVERY: Help = help!("recovery");
const NEW_KEY: Help = help!("new_key");
const DEVICES: Help = help!("devices");
const CAMERA: Help = help!("camera");
const CHIP_KEY: Help = help!("chip_key");
const PAY: Help = help!("pay");
const PAPER: Help = help!("paper");
const TELEPHONE: Help = help!("telephone");

impl Over {
    /// The pages of the help, but for the keys that mean the same everywhere.
    pub const HELP: [Help; 12] = [
        PAY, PAPER, TELEPHONE, FIND, MENU, CHOOSER, CAMERA, CHIP_KEY, DEVICES, PASSWORD, RECOVERY,
        NEW_KEY,
    ];

    /// The window's title.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Find(_) => "Tìm",
            Self::Menu => "Khác",
            Self::Columns => "Chọn cột",
            Self::Chooser(state) => state.title(),
            Self::Devices(_) => "Thiết bị",
            Self::Camera(_) => "Camera",
            Self::ChipKey(_) => "Khóa mở chip",
            Self::Pay(..) => "Thu phí, lệ phí",
            Self::Recovery(_) => "Phiếu khôi phục",
            Self::NewKey => "Đổi khóa dữ liệu",
            Self::Password(_) => "Đổi mật khẩu",
            Self::Paper(_) => "Phiếu",
            Self::Telephone => telephone::TITLE,
        }
    }

    /// Its page of the help.
    pub fn page(&self) -> Help {
        match self {
            Self::Find(_) => FIND,
            Self::Menu => MENU,
            Self::Columns => help::KEYS,
            Self::Chooser(_) => CHOOSER,
            Self::Devices(_) => DEVICES,
            Self::Camera(_) => CAMERA,
            Self::ChipKey(_) => CHIP_KEY,
            Self::Pay(..) => PAY,
            Self::Recovery(_) => RECOVERY,
            Self::NewKey => NEW_KEY,
            Self::Password(_) => PASSWORD,
            Self::Paper(_) => PAPER,
            Self::Telephone => TELEPHONE,
        }
    }

    /// What a key says here.
    pub fn key(&self, key: Pressed) -> Option<Message> {
        Some(match (self, key) {
            (Self::Find(_), Pressed::Up) => Message::Find(find::Message::Moved(-1)),
            (Self::Find(_), Pressed::Down) => Message::Find(find::Message::Moved(1)),
            (Self::Find(_), Pressed::Enter) => Message::Find(find::Message::Entered),
            (Self::Find(_), Pressed::Escape) => Message::Find(find::Message::Closed),
            (Self::Chooser(_), Pressed::Up) => Message::Chooser(chooser::Message::Moved(-1)),
            (Self::Chooser(_), Pressed::Down) => Message::Chooser(chooser::Message::Moved(1)),
            (Self::Chooser(_), Pressed::Enter) => Message::Chooser(chooser::Message::Entered),
            (Self::Chooser(_), Pressed::F(7)) => Message::Chooser(chooser::Message::AllAsked),
            (Self::Chooser(_), Pressed::F(6)) => Message::Chooser(chooser::Message::UpAsked),
            (Self::Chooser(_), Pressed::Escape) => Message::Chooser(chooser::Message::Closed),
            (Self::Menu, Pressed::Escape | Pressed::F(10)) => Message::Bar(Bar::CloseOver),
            (Self::Columns, Pressed::Escape | Pressed::Enter | Pressed::F(6)) => {
                Message::Bar(Bar::CloseOver)
            }
            (Self::Camera(_), Pressed::Escape) => Message::Camera(camera::Message::Closed),
            (Self::Camera(_), Pressed::F(5)) => Message::Camera(camera::Message::Again),
            (Self::ChipKey(_), Pressed::Enter) => Message::ChipKey(chip_key::Message::Submitted),
            (Self::ChipKey(_), Pressed::Escape) => Message::ChipKey(chip_key::Message::Closed),
            (Self::Devices(state), Pressed::Escape) if state.tries_camera() => {
                Message::Devices(devices::Message::Camera(camera::Message::Closed))
            }
            (Self::Devices(state), Pressed::F(5)) if state.tries_camera() => {
                Message::Devices(devices::Message::Camera(camera::Message::Again))
            }
            (Self::Devices(_), Pressed::F(7)) => Message::Devices(devices::Message::CameraTried),
            (Self::Devices(_), Pressed::F(8)) => Message::Devices(devices::Message::TokenTried),
            (Self::Devices(_), Pressed::Escape) => Message::Bar(Bar::CloseOver),
            (Self::NewKey, Pressed::F(2)) => Message::Bar(Bar::DemandKey),
            (Self::NewKey, Pressed::Escape) => Message::Bar(Bar::CloseOver),
            (Self::Recovery(_), Pressed::F(8)) => Message::Recovery(recovery::Message::Saved),
            (Self::Recovery(_), Pressed::F(9)) => Message::Recovery(recovery::Message::Printed),
            (Self::Pay(..), Pressed::F(2)) => Message::Pay(pay::Message::LineAdded),
            (Self::Pay(..), Pressed::Enter) => Message::Pay(pay::Message::Submitted),
            (Self::Pay(..), Pressed::Escape) => Message::Pay(pay::Message::Closed),
            (Self::Paper(_), Pressed::F(8)) => Message::Paper(paper::Message::Saved),
            (Self::Paper(_), Pressed::F(9)) => Message::Paper(paper::Message::Printed),
            (Self::Paper(_), Pressed::Escape | Pressed::Enter) => {
                Message::Paper(paper::Message::Closed)
            }
            (Self::Telephone, key) => Message::Telephone(telephone::State::key(key)?),
            (Self::Password(_), Pressed::Enter) => Message::Password(password::Message::Submitted),
            (Self::Password(_), Pressed::Escape) => Message::Password(password::Message::Closed),
            _ => return None,
        })
    }
}

impl Shell {
    /// Draws what lies over the screen.
    pub(super) fn dialog<'a>(&'a self, over: &'a Over, counter: &Counter) -> Dialog<'a, Message> {
        match over {
            Over::Menu => Dialog::new("Khác", self.menu().map(Message::Bar))
                .width(MENU_WIDTH)
                .on_close(Message::Bar(Bar::CloseOver)),
            Over::Columns => {
                let choice = self.screen.grid().map(|grid| grid.choice().map(Message::Columns));
                Dialog::new("Chọn cột của bảng", column(choice))
                    .action(primary("Xong").key("Enter").on_press(Message::Bar(Bar::CloseOver)))
                    .on_close(Message::Bar(Bar::CloseOver))
            }
            Over::Find(state) => Dialog::new("Tìm", state.view().map(Message::Find))
                .width(FIND_WIDTH)
                .on_close(Message::Find(find::Message::Closed)),
            Over::Chooser(state) => state.view().map(Message::Chooser),
            Over::Devices(state) => {
                let dialog = Dialog::new("Thiết bị", state.view(counter).map(Message::Devices))
                    .width(FIND_WIDTH);
                if state.tries_camera() {
                    let back = devices::Message::Camera(camera::Message::Closed);
                    return dialog.on_close(Message::Devices(back));
                }
                let close = Message::Bar(Bar::CloseOver);
                dialog.action(quiet("Đóng").key("Esc").on_press(close.clone())).on_close(close)
            }
            Over::Camera(state) => {
                Dialog::new("Đọc mã bằng camera", state.view().map(Message::Camera))
                    .width(FIND_WIDTH)
                    .on_close(Message::Camera(camera::Message::Closed))
            }
            Over::ChipKey(state) => Dialog::new("Khóa mở chip", state.view().map(Message::ChipKey))
                .width(FIND_WIDTH)
                .on_close(Message::ChipKey(chip_key::Message::Closed)),
            Over::Pay(_, state) => state.dialog().map(Message::Pay),
            Over::Paper(state) => state.view().map(Message::Paper),
            Over::Telephone => match self.telephone_dialog() {
                Some(state) => state.view().map(Message::Telephone),
                None => {
                    Dialog::new(telephone::TITLE, column([])).on_close(Message::Bar(Bar::CloseOver))
                }
            },
            Over::Recovery(state) => {
                Dialog::new("Phiếu khôi phục mới", state.view().map(Message::Recovery))
                    .width(FIND_WIDTH)
                    .on_close(Message::Recovery(recovery::Message::Closed))
            }
            Over::NewKey => {
                let close = Message::Bar(Bar::CloseOver);
                let question = column([
                    text::body("Dùng khi nghi có người đã lấy được tệp khóa cũ kèm mật khẩu, hoặc phiếu khôi phục cũ. Sổ cái được mã hóa lại bằng khóa mới: ai còn giữ khóa cũ không đọc được những gì ghi từ nay.").into(),
                    text::body("Cửa sổ trở về màn hình đăng nhập; khóa được đổi ngay khi có người đăng nhập. Mật khẩu của mọi người và phiếu khôi phục vẫn dùng như cũ. Việc đang nhập dở được giữ làm bản nháp.").into(),
                    text::small("Bản sao lưu đã làm trước đó vẫn mở được bằng khóa cũ: hãy cất giữ hoặc hủy những bản không cần.").into(),
                ]);
                Dialog::new("Đổi khóa dữ liệu?", question)
                    .width(FIND_WIDTH)
                    .action(quiet("Thôi").key("Esc").on_press(close.clone()))
                    .action(
                        primary("Đổi khóa và đăng nhập lại")
                            .key("F2")
                            .on_press(Message::Bar(Bar::DemandKey)),
                    )
                    .on_close(close)
            }
            Over::Password(state) => {
                Dialog::new(state.title(), state.view().map(Message::Password))
                    .on_close(Message::Password(password::Message::Closed))
            }
        }
    }
}
