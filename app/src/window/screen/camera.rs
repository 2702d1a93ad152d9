//! The camera's picture, and what is found in it: a code, or a machine readable zone.

use std::path::PathBuf;

use iced::widget::image::Handle;
use identity::{
    camera::{self, Camera, CameraError, Place},
    code::{Scanned, is_zone},
};
use widgets::{Element, Tone, column, pick, picture, quiet, row, text};

use crate::window::{
    live::{Live, Told},
    notice::Notice,
};

/// The list of cameras.
const CAMERAS: &str = "camera-list";

/// The screen's state.
#[derive(Default)]
pub struct State {
    cameras: Vec<Camera>,
    chosen: Option<usize>,
    live: Option<Live>,
    picture: Option<Handle>,
    notice: Option<Notice>,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// Another camera.
    Chosen(usize),
    /// The camera tells something.
    Told(Told),
    /// Once more.
    Again,
    /// Back.
    Closed,
}

/// What is to be done.
pub enum Action {
    /// Nothing.
    None,
    /// Start this camera.
    Start(Place),
    /// A code was read.
    Code(String),
    /// Back.
    Close,
}

/// A folder of pictures in place of a camera, for machines without one.
pub fn pictures() -> Option<PathBuf> {
    std::env::var_os("MOTCUA_CAMERA").map(PathBuf::from)
}

impl State {
    /// Looks which cameras there are; the one with `name`, else the first, is to be started.
    pub fn open(cameras: Vec<Camera>, name: Option<&str>) -> (Self, Action) {
        let named = cameras.iter().position(|camera| Some(camera.name.as_str()) == name);
        let mut state = Self { cameras, ..Self::default() };
        let action = state.choose(named.unwrap_or(0));
        (state, action)
    }

    fn choose(&mut self, n: usize) -> Action {
        // The one before is let go first: two programs or two handles cannot have a camera.
        self.live = None;
        self.picture = None;
        self.notice = None;
        self.chosen = Some(n);
        match self.cameras.get(n) {
            Some(camera) => Action::Start(camera.place.clone()),
            None => {
                self.notice = Some(Notice::error(&CameraError::Absent));
                Action::None
            }
        }
    }

    /// The camera was started.
    pub fn started(&mut self, live: Live) {
        self.live = Some(live);
    }

    /// The name of the chosen camera.
    pub fn name(&self) -> Option<&str> {
        self.cameras.get(self.chosen?).map(|camera| camera.name.as_str())
    }

    /// The camera gives no pictures.
    pub fn failed(&mut self, error: CameraError) {
        self.live = None;
        self.picture = None;
        self.notice = Some(Notice::error(&error));
    }

    /// Shows a picture, for pictures of the window.
    pub fn show(&mut self, picture: Handle) {
        self.picture = Some(picture);
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Chosen(n) => return self.choose(n),
            Message::Again => {
                self.cameras = camera::cameras(pictures());
                return self
                    .choose(self.chosen.unwrap_or(0).min(self.cameras.len().saturating_sub(1)));
            }
            Message::Told(Told::Picture) => {
                if let Some(picture) = self.live.as_ref().and_then(Live::picture) {
                    self.picture = Some(picture);
                }
            }
            Message::Told(Told::Code(code)) if self.live.is_some() && is_zone(&code) => {
                return Action::Code(code);
            }
            Message::Told(Told::Code(code)) if self.live.is_some() => match Scanned::read(&code) {
                Ok(Scanned::Other(_)) => {
                    self.notice = Some(Notice::caution(
                        "Thấy một mã QR, nhưng không phải mã của thẻ, giấy tiếp nhận hay VNeID. Đang tìm tiếp.",
                    ));
                }
                Ok(_) => return Action::Code(code),
                Err(error) => self.notice = Some(Notice::error(&error)),
            },
            Message::Told(Told::Ended(Some(error))) if self.live.is_some() => self.failed(error),
            Message::Told(Told::Code(_) | Told::Ended(_)) => {}
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    /// The newest picture as a JPEG file, if there is one.
    pub fn still(&self) -> Option<Result<Vec<u8>, CameraError>> {
        self.live.as_ref()?.still()
    }

    fn list(&self) -> iced::widget::Column<'_, Message> {
        let mut content = column([]);
        if self.cameras.len() > 1 {
            let cameras = self.cameras.iter().enumerate().map(|(n, c)| (n, c.name.as_str()));
            content = content.push(
                pick("Camera", cameras, self.chosen.as_ref()).id(CAMERAS).on_pick(Message::Chosen),
            );
        }
        content
    }

    /// Draws the picture for who takes one, without a word about codes.
    pub fn picture(&self) -> Element<'_, Message> {
        let mut content = self.list();
        if self.live.is_some() || self.picture.is_some() {
            content = content.push(picture::framed(self.picture.clone()));
            if self.picture.is_none() {
                content = content.push(text::toned("Đang mở camera…", Tone::Info));
            }
        }
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        content.push(quiet("Thử lại").key("F5").on_press(Message::Again)).into()
    }

    /// Draws picture, list and words.
    pub fn view(&self) -> Element<'_, Message> {
        let mut content = self.list();
        if self.live.is_some() || self.picture.is_some() {
            content = content.push(picture::live(self.picture.clone()));
            let words = if self.picture.is_some() {
                "Đang tìm mã. Đưa mã QR của thẻ, hoặc dòng MRZ của hộ chiếu, vào khung, cách camera khoảng một gang tay."
            } else {
                "Đang mở camera…"
            };
            content = content.push(text::toned(words, Tone::Info));
        }
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        content
            .push(row([
                quiet("Thử lại").key("F5").on_press(Message::Again).into(),
                quiet("Đóng").key("Esc").on_press(Message::Closed).into(),
            ]))
            .into()
    }
}
