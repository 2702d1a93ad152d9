//! A document waits for its signer's telephone: who has to confirm what, and how long that may take. Nothing is in the book
//! before the signature is; what the request ended in is one sentence, and stands here until it was read.

use office::Explain;
use widgets::{
    Dialog, Element, Tone, column, field, keys::Pressed, primary, quiet, secondary, text,
};
use zeroize::Zeroizing;

use super::sign::Typed;
use crate::{
    desk::telephone::Awaited,
    signing::remote::{RemoteError, Secret},
    window::{layout, notice::Notice},
};

/// The secret of the connection.
pub const SECRET: &str = "telephone-secret";
/// The dialog's title while the telephone is waited for.
pub const TITLE: &str = "Chờ điện thoại";
const WIDTH: f32 = 600.0;
/// Digits of a signer's number that are shown.
const SHOWN: usize = 4;

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// The document is being made, kept, or read.
    Preparing,
    /// The telephone is asked.
    Asked,
    /// It is kept, and nobody waits for it: since an earlier session, or it was stopped.
    Kept,
    /// It ended without a signature: nothing is kept.
    Ended,
    /// The same, and too much time has passed for the same document.
    Stale,
    /// It is signed, and could not be written yet.
    Unwritten,
}

/// The dialog's state.
pub struct State {
    stand: Stand,
    /// What is to be signed, with the number that it will have.
    what: String,
    provider: String,
    signer: String,
    user: String,
    /// What the telephone shows.
    name: String,
    /// Seconds until the provider gives it up.
    left: i64,
    until: jiff::Timestamp,
    /// The secret has to be typed to go on.
    takes_secret: bool,
    secret: Zeroizing<String>,
    notice: Option<Notice>,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// The secret.
    SecretTyped(Typed),
    /// Go on waiting, ask again, or write again.
    GoneOn,
    /// The telephone is to be asked anew.
    AskedAgain,
    /// The request is not wanted any more.
    GivenUp,
    /// Stop waiting, or close.
    Closed,
    /// A second passed.
    Second,
}

/// What the shell has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// The keyboard goes to the secret.
    Focus,
    /// Go on as it stands.
    GoOn(Stand),
    /// Ask the telephone anew.
    Again,
    /// Give the request up.
    GiveUp,
    /// Stop waiting: it is kept.
    Stop,
    /// Close.
    Close,
}

impl State {
    /// A document that is being made, of this service.
    pub fn new(what: String, provider: String) -> Self {
        Self {
            stand: Stand::Preparing,
            what,
            provider,
            signer: String::new(),
            user: String::new(),
            name: String::new(),
            left: 0,
            until: jiff::Timestamp::UNIX_EPOCH,
            takes_secret: false,
            secret: Zeroizing::default(),
            notice: None,
        }
    }

    /// A document that waits since an earlier session.
    pub fn of(awaited: &Awaited) -> Self {
        let mut state = Self::new(awaited.what(), awaited.provider.clone());
        state.tells(awaited);
        (state.stand, state.takes_secret) = (Stand::Kept, awaited.takes_secret);
        state
    }

    /// What is asked for, as it is kept.
    pub fn tells(&mut self, awaited: &Awaited) {
        self.provider.clone_from(&awaited.provider);
        self.signer.clone_from(&awaited.signer);
        self.name.clone_from(&awaited.name);
        self.user = shown(&awaited.user);
        self.until = awaited.until;
    }

    /// For pictures: who signs, their number, what the telephone shows, and the seconds that are left.
    pub fn shows(&mut self, signer: &str, user: &str, name: &str, left: i64) {
        (self.signer, self.user, self.name) = (signer.into(), shown(user), name.into());
        self.left = left;
    }

    /// How it stands.
    pub fn stand(&self) -> Stand {
        self.stand
    }

    /// The dialog's title.
    pub fn title(&self) -> &'static str {
        match self.stand {
            Stand::Preparing | Stand::Asked => TITLE,
            Stand::Kept => "Yêu cầu ký còn chờ",
            Stand::Ended | Stand::Stale => "Chưa ký được",
            Stand::Unwritten => "Chưa ghi được vào sổ",
        }
    }

    /// It stands so, and nothing is to be told.
    pub fn stands(&mut self, stand: Stand) {
        (self.stand, self.notice) = (stand, None);
    }

    /// It stands so; why, in a sentence.
    pub fn ended(&mut self, stand: Stand, why: Notice) {
        (self.stand, self.notice) = (stand, Some(why));
    }

    /// A sentence to read; nothing changes.
    pub fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// The sentence that stands to be read.
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// Whether the secret has to be typed to ask again.
    pub fn asks_secret(&mut self, asks: bool) {
        self.takes_secret = asks;
    }

    /// Whether the secret can be typed.
    pub fn shows_secret(&self) -> bool {
        self.takes_secret && matches!(self.stand, Stand::Kept | Stand::Ended)
    }

    /// The secret that was typed, which leaves the dialog.
    pub fn secret(&mut self) -> Option<Secret> {
        let secret = std::mem::take(&mut self.secret);
        (!secret.is_empty()).then(|| Secret::new(secret))
    }

    /// How long it may take at `now`.
    pub fn tick(&mut self, now: jiff::Timestamp) {
        self.left = self.until.duration_since(now).as_secs().max(0);
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        let secretless = self.shows_secret() && self.secret.is_empty();
        match message {
            Message::SecretTyped(Typed(secret)) => self.secret = secret,
            Message::GoneOn | Message::AskedAgain if secretless => {
                let words = "Hãy nhập mật khẩu kết nối với nhà cung cấp. Chưa hỏi ai.";
                self.notice = Some(Notice::caution(words));
                return Action::Focus;
            }
            Message::GoneOn => match self.stand {
                Stand::Preparing | Stand::Asked => {}
                stand @ (Stand::Kept | Stand::Ended | Stand::Stale | Stand::Unwritten) => {
                    return Action::GoOn(stand);
                }
            },
            Message::AskedAgain if self.stand == Stand::Asked => return Action::Again,
            Message::AskedAgain => {}
            Message::GivenUp => match self.stand {
                Stand::Asked | Stand::Kept | Stand::Unwritten => return Action::GiveUp,
                Stand::Preparing | Stand::Ended | Stand::Stale => {}
            },
            Message::Closed => match self.stand {
                // It takes moments, and what it began is not left half done.
                Stand::Preparing => {}
                Stand::Asked => return Action::Stop,
                Stand::Kept | Stand::Ended | Stand::Stale | Stand::Unwritten => {
                    return Action::Close;
                }
            },
            Message::Second => {}
        }
        Action::None
    }

    /// What a key says here.
    pub fn key(key: Pressed) -> Option<Message> {
        Some(match key {
            Pressed::Enter | Pressed::F(2) => Message::GoneOn,
            Pressed::F(5) => Message::AskedAgain,
            Pressed::F(8) => Message::GivenUp,
            Pressed::Escape => Message::Closed,
            _ => return None,
        })
    }

    /// Draws the dialog.
    pub fn view(&self) -> Dialog<'_, Message> {
        let mut content = column([text::body(self.what.as_str()).into()]);
        if self.stand == Stand::Asked {
            content = content.push(self.asked());
        }
        if self.stand == Stand::Preparing {
            let words = "Đang lập và cất bản điện tử trước khi hỏi điện thoại…";
            content = content.push(text::toned(words, Tone::Info));
        }
        if self.stand == Stand::Kept {
            let words = format!(
                "Yêu cầu ký mã {} đã gửi tới điện thoại của {}, nhưng chưa có kết quả. Chưa ghi gì vào sổ, chưa mất số nào.",
                self.name, self.signer
            );
            content = content.push(text::body(words));
        }
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        if self.shows_secret() {
            content = content.push(
                field("Mật khẩu kết nối của cơ quan với nhà cung cấp", &self.secret)
                    .id(SECRET)
                    .secure()
                    .required()
                    .hint("Không được lưu lại nên nhập mỗi lần hỏi điện thoại.")
                    .on_change(|secret| Message::SecretTyped(Typed(Zeroizing::new(secret))))
                    .on_submit(Message::GoneOn),
            );
        }
        let dialog = Dialog::new(self.title(), content).width(WIDTH).on_close(Message::Closed);
        let give_up = || quiet("Bỏ yêu cầu").key("F8").on_press(Message::GivenUp);
        let close = |words| quiet(words).key("Esc").on_press(Message::Closed);
        let go_on = |words| primary(words).key("F2").on_press(Message::GoneOn);
        match self.stand {
            Stand::Preparing => dialog,
            // The first has the keyboard: what Enter does loses nothing.
            Stand::Asked => dialog
                .action(secondary("Dừng chờ").key("Esc").on_press(Message::Closed))
                .action(give_up())
                .action(secondary("Hỏi lại điện thoại").key("F5").on_press(Message::AskedAgain)),
            Stand::Kept => {
                dialog.action(close("Để sau")).action(give_up()).action(go_on("Tiếp tục chờ"))
            }
            Stand::Ended => dialog.action(close("Đóng")).action(go_on("Hỏi lại điện thoại")),
            Stand::Stale => dialog.action(close("Đóng")).action(go_on("Lập lại để ký")),
            Stand::Unwritten => {
                dialog.action(close("Để sau")).action(give_up()).action(go_on("Ghi lại vào sổ"))
            }
        }
    }

    /// Who has to do what.
    fn asked(&self) -> Element<'_, Message> {
        let left = format!("{} giây", self.left);
        column([
            text::body(format!(
                "Hãy mở ứng dụng {} trên điện thoại và xác nhận. Mã trên điện thoại khác mã dưới đây thì từ chối.",
                self.provider
            ))
            .into(),
            layout::facts([
                layout::fact("Người xác nhận", format!("{} (số định danh {})", self.signer, self.user)),
                layout::fact("Mã văn bản", self.name.clone()),
                layout::fact("Còn lại", left),
            ]),
            text::small("Số trong sổ chỉ được cấp khi chữ ký về tới đây. Dừng chờ, mất điện hay mất mạng thì yêu cầu vẫn được giữ.").into(),
        ])
        .into()
    }
}

/// A signer's number as far as a screen shows it.
fn shown(user: &str) -> String {
    let hidden = user.chars().count().saturating_sub(SHOWN);
    let end: String = user.chars().skip(hidden).collect();
    if hidden > 0 { format!("…{end}") } else { end }
}

/// What a request ended in. Where a provider may still answer, it is kept.
pub fn told(error: &RemoteError) -> Notice {
    Notice::error(error as &dyn Explain)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each key does, however it stands.
    #[test]
    fn keys_do_what_the_buttons_say() {
        let mut state = State::new("Bản sao".into(), "VNPT SmartCA".into());
        let [go_on, again, give_up, close] =
            [Pressed::F(2), Pressed::F(5), Pressed::F(8), Pressed::Escape];
        for (stand, key, expected) in [
            (Stand::Preparing, go_on, Action::None),
            (Stand::Preparing, close, Action::None),
            (Stand::Asked, go_on, Action::None),
            (Stand::Asked, again, Action::Again),
            (Stand::Asked, give_up, Action::GiveUp),
            (Stand::Asked, close, Action::Stop),
            (Stand::Kept, go_on, Action::GoOn(Stand::Kept)),
            (Stand::Kept, give_up, Action::GiveUp),
            (Stand::Kept, close, Action::Close),
            (Stand::Ended, go_on, Action::GoOn(Stand::Ended)),
            (Stand::Ended, give_up, Action::None),
            (Stand::Stale, go_on, Action::GoOn(Stand::Stale)),
            (Stand::Unwritten, go_on, Action::GoOn(Stand::Unwritten)),
            (Stand::Unwritten, give_up, Action::GiveUp),
        ] {
            state.stands(stand);
            let action = State::key(key).map(|message| state.update(message));
            assert_eq!(action, Some(expected), "{stand:?} {key:?}");
        }
        state.stands(Stand::Kept);
        state.asks_secret(true);
        assert_eq!(state.update(Message::GoneOn), Action::Focus, "nobody is asked without it");
        state.update(Message::SecretTyped(Typed(Zeroizing::new("bí mật".into()))));
        assert_eq!(state.update(Message::GoneOn), Action::GoOn(Stand::Kept));
        assert!(state.secret().is_some() && state.secret().is_none(), "it is used once");
    }

    #[test]
    fn a_signers_number_is_not_shown_whole() {
        assert_eq!((shown("001099000123"), shown("0123")), ("…0123".into(), "0123".into()));
    }
}
