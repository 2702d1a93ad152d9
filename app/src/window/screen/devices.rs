//! The devices of this machine, each with a live test: readers, scanner, camera, signing token. Part of the first start
//! and of the settings. The services of remote signing and of time stamps are kept here too.

pub mod remote;

use std::path::PathBuf;

use identity::{
    camera::{self, Place},
    code::{
        self, Scanned,
        port::{self, Port, Speed},
    },
    mrz::typed::Typed,
};
use widgets::{
    Element, Tone, banner, column, field, pick, quiet, row, secondary, section, space, text,
};

use super::camera as picture;
use crate::{
    browse::unquoted,
    devices::Devices,
    online, signing,
    window::{counter::Counter, live::Live, notice::Notice},
};

/// An address that is none.
const WEB: &str = "Địa chỉ phải bắt đầu bằng http:// hoặc https:// và có tên máy chủ. Chưa lưu. Hãy sửa lại địa chỉ.";

/// A path that is none.
const FOLDER: &str =
    "Hãy ghi đường dẫn đầy đủ của thư mục, ví dụ /mnt/scan hoặc \\\\maychu\\scan. Chưa lưu.";

/// The scanner's test field.
pub const TEST: &str = "devices-test";

/// The screen's state.
pub struct State {
    ports: Vec<String>,
    scanned: String,
    result: Option<Notice>,
    camera: Option<picture::State>,
    notice: Option<Notice>,
    card_seen: bool,
    token: Token,
    stamping: Stamping,
    remote: remote::State,
    // Boxed for the size of what lies over a screen.
    watching: Box<Watching>,
}

/// The time-stamping service's part.
#[derive(Default)]
struct Stamping {
    /// Another address as it is typed.
    typed: String,
    notice: Option<Notice>,
}

/// The watched folder's part.
#[derive(Default)]
struct Watching {
    /// Another folder as it is typed.
    typed: String,
    notice: Option<Notice>,
}

/// The signing token's part.
#[derive(Default)]
struct Token {
    /// Another library's path as it is typed.
    typed: String,
    busy: bool,
    /// The certificates that were found, in words.
    found: Vec<String>,
    notice: Option<Notice>,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// The scanner's port; none for a scanner that plays a keyboard.
    PortChosen(Option<String>),
    /// The port's speed.
    SpeedChosen(Speed),
    /// In the scanner's test field.
    ScanTyped(String),
    /// Enter in the test field.
    Scanned,
    /// The camera is to be tried.
    CameraTried,
    /// At the camera.
    Camera(picture::Message),
    /// The token's library.
    TokenTyped(String),
    /// Keep the library and look for certificates.
    TokenTried,
    /// The usual library again.
    TokenReset,
    /// The certificates of the tokens, or why there are none.
    TokenFound(Result<Vec<String>, Notice>),
    /// The time-stamping service's address.
    AuthorityTyped(String),
    /// Keep the address.
    AuthorityKept,
    /// No time stamps any more.
    AuthorityReset,
    /// The watched folder.
    FolderTyped(String),
    /// Watch it.
    FolderKept,
    /// Watch none.
    FolderReset,
    /// At the service of remote signing.
    Remote(remote::Message),
}

/// What is to be done.
pub enum Action {
    /// Nothing.
    None,
    /// Keep this choice.
    Keep(Devices),
    /// Start a camera.
    Start(Place),
    /// Keep this choice and try its token.
    TryToken(Devices),
}

impl Default for State {
    fn default() -> Self {
        Self {
            ports: port::ports(),
            scanned: String::new(),
            result: None,
            camera: None,
            notice: None,
            card_seen: false,
            token: Token::default(),
            stamping: Stamping::default(),
            remote: remote::State::default(),
            watching: Box::default(),
        }
    }
}

impl State {
    /// For pictures: with these ports.
    pub fn with_ports(ports: Vec<String>) -> Self {
        Self { ports, ..Self::default() }
    }

    /// A card lies on the reader.
    pub fn card_seen(&mut self) {
        self.card_seen = true;
    }

    /// A scanner sent this.
    pub fn scanned(&mut self, text: &str) {
        self.scanned.clear();
        self.result = Some(match Scanned::read(text) {
            _ if code::is_zone(text) => match Typed::new(text).mrz() {
                Ok(_) => Notice::done("Đọc đúng dòng MRZ."),
                Err(error) => Notice::error(&error),
            },
            Ok(Scanned::Card(card)) if !card.warnings.is_empty() => {
                Notice::caution(format!("Đọc được mã QR của thẻ. {}", card.warnings.join(" ")))
            }
            Ok(Scanned::Card(_)) => Notice::done("Đọc đúng mã QR của thẻ."),
            Ok(_) => Notice::caution("Nhận được chữ, nhưng đây không phải mã QR của thẻ căn cước."),
            Err(error) => Notice::error(&error),
        });
    }

    /// A device or the file of the choice does not work.
    pub fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// The camera was started.
    pub fn started(&mut self, live: Live) {
        if let Some(camera) = &mut self.camera {
            camera.started(live);
        }
    }

    /// Whether the camera's test is open.
    pub fn tries_camera(&self) -> bool {
        self.camera.is_some()
    }

    /// Takes a message in; `now` is the choice so far.
    pub fn update(&mut self, message: Message, now: &Devices) -> Action {
        let mut choice = now.clone();
        match message {
            Message::PortChosen(name) => {
                self.result = None;
                let speed = now.scanner.as_ref().map(|port| port.speed).unwrap_or_default();
                choice.scanner = name.map(|name| Port { name, speed });
            }
            Message::SpeedChosen(speed) => {
                if let Some(port) = &mut choice.scanner {
                    port.speed = speed;
                }
            }
            Message::ScanTyped(text) => {
                self.scanned = text;
                return Action::None;
            }
            Message::Scanned => {
                let text = std::mem::take(&mut self.scanned);
                self.scanned(&text);
                return Action::None;
            }
            Message::CameraTried => {
                let cameras = camera::cameras(picture::pictures());
                let (state, action) = picture::State::open(cameras, now.camera.as_deref());
                self.camera = Some(state);
                return self.of_camera(action);
            }
            Message::TokenTyped(text) => {
                self.token.typed = text;
                return Action::None;
            }
            Message::TokenTried if self.token.busy => return Action::None,
            Message::TokenTried => {
                let path = unquoted(&self.token.typed);
                if !path.is_empty() {
                    choice.token = Some(path.into());
                }
                let typed = std::mem::take(&mut self.token.typed);
                self.token = Token { typed, busy: true, ..Token::default() };
                return Action::TryToken(choice);
            }
            Message::TokenReset => {
                self.token = Token::default();
                choice.token = None;
            }
            Message::TokenFound(found) => {
                self.token.busy = false;
                match found {
                    Ok(found) => self.token.found = found,
                    Err(notice) => self.token.notice = Some(notice),
                }
                return Action::None;
            }
            Message::AuthorityTyped(text) => {
                self.stamping.typed = text;
                return Action::None;
            }
            Message::AuthorityKept => {
                let address = self.stamping.typed.trim();
                if !online::is_web(address) {
                    self.stamping.notice = Some(Notice::caution(WEB));
                    return Action::None;
                }
                choice.tsa = Some(address.to_owned());
                self.stamping = Stamping::default();
            }
            Message::AuthorityReset => {
                self.stamping = Stamping::default();
                choice.tsa = None;
            }
            Message::Remote(message) => {
                return self.remote.update(message, now).map_or(Action::None, Action::Keep);
            }
            Message::FolderTyped(text) => {
                self.watching.typed = text;
                return Action::None;
            }
            Message::FolderKept => {
                // Whether it is there is found out when it is looked at: a share may take its time.
                let folder = PathBuf::from(unquoted(&self.watching.typed));
                if !folder.is_absolute() {
                    self.watching.notice = Some(Notice::caution(FOLDER));
                    return Action::None;
                }
                choice.watched = Some(folder);
                *self.watching = Watching::default();
            }
            Message::FolderReset => {
                *self.watching = Watching::default();
                choice.watched = None;
            }
            Message::Camera(message) => {
                let Some(camera) = &mut self.camera else { return Action::None };
                let chosen = matches!(message, picture::Message::Chosen(_));
                let action = camera.update(message);
                if chosen {
                    choice.camera = camera.name().map(str::to_owned);
                    // The choice is kept when the camera starts: both are the shell's to do.
                    if let picture::Action::Start(place) = action {
                        self.notice = None;
                        return Action::Start(place);
                    }
                }
                return self.of_camera(action);
            }
        }
        self.notice = None;
        Action::Keep(choice)
    }

    /// The camera that is being tried, to be kept with the choice.
    pub fn camera_name(&self) -> Option<String> {
        self.camera.as_ref().and_then(|camera| camera.name()).map(str::to_owned)
    }

    fn of_camera(&mut self, action: picture::Action) -> Action {
        match action {
            picture::Action::None => Action::None,
            picture::Action::Start(place) => Action::Start(place),
            picture::Action::Code(code) => {
                self.camera = None;
                self.scanned(&code);
                Action::None
            }
            picture::Action::Close => {
                self.camera = None;
                Action::None
            }
        }
    }

    /// Draws the devices.
    pub fn view<'a>(&'a self, counter: &Counter) -> Element<'a, Message> {
        if let Some(camera) = &self.camera {
            return camera.view().map(Message::Camera);
        }
        let mut content = column([
            section("Đầu đọc thẻ", None, self.readers(counter)).into(),
            section("Máy quét mã", None, self.scanner(counter)).into(),
            section(
                "Camera",
                None,
                row([
                    text::body(match &counter.devices.camera {
                        Some(name) => format!("Đang chọn “{name}”."),
                        None => "Dùng camera đầu tiên của máy.".into(),
                    })
                    .width(iced::Length::Fill)
                    .into(),
                    secondary("Thử và chọn camera").key("F7").on_press(Message::CameraTried).into(),
                ]),
            )
            .into(),
            section("Thư mục máy quét", None, self.folder(counter)).into(),
            section("Thiết bị ký số", None, self.token(counter)).into(),
            section("Ký số từ xa", None, self.remote.view(&counter.devices).map(Message::Remote))
                .into(),
            section("Dấu thời gian", None, self.authority(counter)).into(),
        ])
        .spacing(space::M);
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        content.into()
    }

    fn token<'a>(&'a self, counter: &Counter) -> Element<'a, Message> {
        let used = match (&counter.devices.token, signing::usual_module()) {
            (Some(path), _) => format!("Đang chọn {}.", path.display()),
            (None, Some(path)) => format!("Dùng {}.", path.display()),
            (None, None) => "Chưa thấy thư viện nào ở các chỗ quen thuộc.".to_owned(),
        };
        let reset = counter
            .devices
            .token
            .is_some()
            .then(|| quiet("Dùng thư viện tìm thấy").on_press(Message::TokenReset));
        let library = field("Thư viện PKCS#11 của nơi cấp thiết bị", &self.token.typed)
            .hint(used)
            .on_change(Message::TokenTyped)
            .on_submit(Message::TokenTried);
        let keys =
            row([secondary("Thử thiết bị ký").key("F8").on_press(Message::TokenTried).into()]);
        let mut content = column([library.into(), keys.push(reset).into()]);
        if self.token.busy {
            content = content
                .push(text::toned("Đang tìm chứng thư. Có thiết bị cần mười giây…", Tone::Info));
        }
        for found in &self.token.found {
            content = content.push(text::toned(format!("Đã thấy chứng thư: {found}"), Tone::Good));
        }
        if let Some(notice) = &self.token.notice {
            content = content.push(notice.view());
        }
        content.into()
    }

    fn folder<'a>(&'a self, counter: &Counter) -> Element<'a, Message> {
        let used = match &counter.devices.watched {
            Some(folder) => format!(
                "Đang theo dõi {}. Tệp mới được mời lấy vào việc đang mở; tệp gốc giữ nguyên ở đó.",
                folder.display()
            ),
            None => "Chưa theo dõi thư mục nào.".to_owned(),
        };
        let mut folder =
            field("Thư mục mà máy quét lưu tệp (đường dẫn đầy đủ)", &self.watching.typed)
                .hint(used)
                .on_change(Message::FolderTyped);
        let typed = !self.watching.typed.trim().is_empty();
        // Enter in an empty field goes on with the first start.
        if typed {
            folder = folder.on_submit(Message::FolderKept);
        }
        let keep =
            secondary("Theo dõi thư mục này").on_press_maybe(typed.then_some(Message::FolderKept));
        let reset = counter
            .devices
            .watched
            .is_some()
            .then(|| quiet("Không theo dõi").on_press(Message::FolderReset));
        let content = column([folder.into(), row([keep.into()]).push(reset).into()]);
        content.push(self.watching.notice.as_ref().map(Notice::view)).into()
    }

    fn authority<'a>(&'a self, counter: &Counter) -> Element<'a, Message> {
        let used = match &counter.devices.tsa {
            Some(address) => format!(
                "Đang dùng {address}. Có mạng thì bản điện tử đã ký được thêm dấu thời gian."
            ),
            None => "Chưa đặt: chữ ký vẫn dùng được nhưng chưa có dấu thời gian.".to_owned(),
        };
        let mut address = field("Địa chỉ dịch vụ cấp dấu thời gian (TSA)", &self.stamping.typed)
            .hint(used)
            .on_change(Message::AuthorityTyped);
        let typed = !self.stamping.typed.trim().is_empty();
        // Enter in an empty field goes on with the first start.
        if typed {
            address = address.on_submit(Message::AuthorityKept);
        }
        let keep =
            secondary("Dùng địa chỉ này").on_press_maybe(typed.then_some(Message::AuthorityKept));
        let reset = counter
            .devices
            .tsa
            .is_some()
            .then(|| quiet("Không thêm dấu thời gian").on_press(Message::AuthorityReset));
        let mut content = column([address.into(), row([keep.into()]).push(reset).into()]);
        content = content.push(counter.stamping.clone().map(text::body));
        if let Some(notice) = &self.stamping.notice {
            content = content.push(notice.view());
        }
        content.into()
    }

    fn readers<'a>(&self, counter: &Counter) -> Element<'a, Message> {
        let names = counter.readers.join("”, “");
        let (tone, words) = if counter.no_service {
            (Tone::Bad, "Dịch vụ đầu đọc thẻ (pcscd) chưa chạy. Hãy khởi động lại máy hoặc gọi người quản trị máy.".to_owned())
        } else if counter.readers.is_empty() {
            (Tone::Caution, "Chưa thấy đầu đọc thẻ. Hãy cắm đầu đọc; có thể làm sau.".into())
        } else if self.card_seen || !counter.cards.is_empty() {
            (Tone::Good, format!("Đầu đọc “{names}” đã thấy thẻ."))
        } else {
            (Tone::Info, format!("Đã thấy đầu đọc “{names}”. Hãy đặt thử một thẻ lên."))
        };
        banner(tone, words).into()
    }

    fn scanner<'a>(&'a self, counter: &Counter) -> Element<'a, Message> {
        let chosen = counter.devices.scanner.clone();
        let name = chosen.as_ref().map(|port| port.name.clone());
        let mut ports: Vec<(Option<String>, String)> =
            vec![(None, "Kiểu bàn phím (không chọn cổng)".into())];
        let others = name.iter().filter(|name| !self.ports.contains(name));
        ports
            .extend(self.ports.iter().chain(others).map(|name| (Some(name.clone()), name.clone())));
        let mut line =
            row([pick("Cổng USB-COM", ports, Some(&name)).on_pick(Message::PortChosen).into()])
                .align_y(iced::Alignment::End);
        if let Some(port) = &chosen {
            let speeds = [Speed::B9600, Speed::B115200];
            let speeds = speeds.map(|speed| (speed, format!("{} bit/giây", speed.bits())));
            line = line.push(
                pick("Tốc độ", speeds, Some(&port.speed))
                    .width(SPEED_WIDTH)
                    .on_pick(Message::SpeedChosen),
            );
        }
        let mut content = column([line.into()]);
        if chosen.is_some() {
            let (words, tone) = counter.scanner_status().unwrap_or_default();
            content = content.push(text::toned(words, tone));
        }
        let mut test = field("Thử máy quét: bấm vào đây rồi quét mã QR trên thẻ", &self.scanned)
            .id(TEST)
            .on_change(Message::ScanTyped);
        // Enter in an empty field goes on with the first start.
        if !self.scanned.is_empty() {
            test = test.on_submit(Message::Scanned);
        }
        content = content.push(test);
        if let Some(result) = &self.result {
            content = content.push(result.view());
        }
        content.into()
    }
}

const SPEED_WIDTH: f32 = 180.0;

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    #[test]
    fn only_an_address_of_the_web_is_kept_for_time_stamps() {
        let mut state = State::default();
        let before = Devices { tsa: Some("http://tsa.vn/".into()), ..Devices::default() };
        for wrong in ["tsa.vn", "ftp://tsa.vn/", "https://", "31/2/x@"] {
            state.update(Message::AuthorityTyped(wrong.into()), &before);
            let action = state.update(Message::AuthorityKept, &before);
            assert!(matches!(action, Action::None), "{wrong}");
            assert!(state.stamping.notice.is_some() && state.stamping.typed == wrong);
        }
        state.update(Message::AuthorityTyped(" https://tsa.gov.vn/tsa ".into()), &before);
        let Action::Keep(kept) = state.update(Message::AuthorityKept, &before) else {
            panic!("it is kept")
        };
        assert_eq!(kept.tsa.as_deref(), Some("https://tsa.gov.vn/tsa"));
        assert!(state.stamping.notice.is_none());
        let Action::Keep(kept) = state.update(Message::AuthorityReset, &kept) else {
            panic!("it is kept")
        };
        assert_eq!(kept.tsa, None);
    }
}
