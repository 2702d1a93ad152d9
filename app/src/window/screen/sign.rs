//! Signing with a token: which certificate, its PIN, and what becomes of it. The dialog of whatever is signed; the
//! shell finds the certificates and signs on a worker, so that a module that blocks for ten seconds stops nobody.
//!
//! The PIN is typed for this signing alone: it is wiped when it leaves the dialog, kept nowhere and never tried twice.

use office::{Explain, text::fold};
use token::wire::{Pin, PinState};
use widgets::{Dialog, Tone, column, field, keys::Pressed, pick, primary, quiet, secondary, text};
use zeroize::Zeroizing;

use crate::{signing::Choice, window::notice::Notice};

/// The PIN's field.
pub const PIN: &str = "sign-pin";
/// The dialog's title.
pub const TITLE: &str = "Ký số";
const WIDTH: f32 = 600.0;

/// The dialog's state.
pub struct State {
    /// What is signed, in words.
    what: String,
    /// Certificates that were found.
    choices: Vec<Choice>,
    chosen: usize,
    pin: Zeroizing<String>,
    /// The certifier, by whose certificate it is signed.
    certifier: String,
    /// It was asked about a certificate of another name: the same once more is meant.
    asked: bool,
    /// What runs, in words.
    busy: Option<&'static str>,
    notice: Option<Notice>,
}

/// What happened in the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// The tokens were looked through.
    Found(Result<Vec<Choice>, Notice>),
    /// A certificate was chosen.
    Chosen(usize),
    /// The PIN changed.
    PinTyped(Typed),
    /// Look for tokens again.
    SearchAsked,
    /// Sign.
    Confirmed,
    /// Rather not.
    Closed,
}

/// A PIN on its way: it never shows in a log.
#[derive(Clone)]
pub struct Typed(Zeroizing<String>);

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Typed")
    }
}

/// What has to be done.
pub enum Action {
    /// Nothing.
    None,
    /// The keyboard goes to the PIN.
    Focus,
    /// Look for certificates.
    Search,
    /// Sign with this certificate; without a PIN it is typed on the token's own keys.
    Sign(Box<Choice>, Option<Pin>),
    /// Close.
    Close,
}

impl State {
    /// Begins with looking for certificates.
    pub fn new(what: String, certifier: String) -> Self {
        Self {
            what,
            certifier,
            asked: false,
            choices: Vec::new(),
            chosen: 0,
            pin: Zeroizing::default(),
            busy: Some("Đang tìm thiết bị ký…"),
            notice: None,
        }
    }

    /// It was not signed; what the token said of its PIN is shown at the next try.
    pub fn failed(&mut self, error: &dyn Explain, pin: Option<PinState>) {
        self.busy = None;
        self.notice = Some(Notice::error(error));
        if let (Some(pin), Some(choice)) = (pin, self.choices.get_mut(self.chosen)) {
            choice.token.pin = pin;
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Found(found) => {
                self.busy = None;
                self.pin = Zeroizing::default();
                match found {
                    Ok(choices) => {
                        (self.choices, self.chosen, self.asked) = (choices, 0, false);
                        return Action::Focus;
                    }
                    Err(notice) => (self.choices, self.notice) = (Vec::new(), Some(notice)),
                }
            }
            // A PIN is for the token that it was typed for.
            Message::Chosen(chosen) => {
                (self.chosen, self.asked, self.pin) = (chosen, false, Zeroizing::default());
            }
            Message::PinTyped(Typed(pin)) => self.pin = pin,
            // What runs is not disturbed.
            Message::SearchAsked | Message::Confirmed | Message::Closed if self.busy.is_some() => {}
            Message::SearchAsked => {
                (self.busy, self.notice) = (Some("Đang tìm thiết bị ký…"), None);
                return Action::Search;
            }
            Message::Confirmed => return self.confirm(),
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn confirm(&mut self) -> Action {
        let Some(choice) = self.choices.get(self.chosen) else {
            (self.busy, self.notice) = (Some("Đang tìm thiết bị ký…"), None);
            return Action::Search;
        };
        if self.pin.is_empty() && !choice.token.has_keys {
            self.notice = Some(Notice::caution("Hãy nhập mã PIN của thiết bị ký."));
            return Action::None;
        }
        let name = choice.name();
        if fold(&name) != fold(&self.certifier) && !self.asked {
            let words = format!(
                "Chứng thư mang tên {name}, khác tên người thực hiện chứng thực {}. Chưa ký gì. Nếu đúng là chứng thư của người này, hãy nhấn Ký lần nữa.",
                self.certifier
            );
            (self.asked, self.notice) = (true, Some(Notice::caution(words)));
            return Action::None;
        }
        let pin = std::mem::take(&mut self.pin);
        let pin = (!choice.token.has_keys).then(|| Pin::new(pin));
        (self.busy, self.notice) = (Some("Đang ký. Đừng rút thiết bị…"), None);
        Action::Sign(Box::new(choice.clone()), pin)
    }

    /// What a key says here.
    pub fn key(&self, key: Pressed) -> Option<Message> {
        Some(match key {
            Pressed::Enter | Pressed::F(2) => Message::Confirmed,
            Pressed::F(5) => Message::SearchAsked,
            Pressed::Escape => Message::Closed,
            _ => return None,
        })
    }

    /// Draws the dialog.
    pub fn view(&self) -> Dialog<'_, Message> {
        let mut content = column([text::body(self.what.as_str()).into()]);
        let names = self.choices.iter().map(Choice::name).enumerate();
        if let Some(choice) = self.choices.get(self.chosen) {
            content = content
                .push(
                    pick("Chứng thư chữ ký số", names, Some(&self.chosen))
                        .required()
                        .on_pick(Message::Chosen),
                )
                .push(text::small(choice.detail()));
            content = match choice.token.has_keys {
                true => content.push(text::body("Nhập mã PIN trên bàn phím của thiết bị ký.")),
                false => content.push(
                    field("Mã PIN của thiết bị ký", &self.pin)
                        .id(PIN)
                        .secure()
                        .required()
                        .hint("Mã PIN không được lưu lại và không tự nhập lần hai.")
                        .on_change(|pin| Message::PinTyped(Typed(Zeroizing::new(pin))))
                        .on_submit(Message::Confirmed),
                ),
            };
            if choice.token.pin == PinState::LastTry {
                let words = "Thiết bị chỉ còn một lần nhập mã PIN: sai lần nữa sẽ bị khóa.";
                content = content.push(text::toned(words, Tone::Bad));
            }
        }
        if let Some(words) = self.busy {
            content = content.push(text::toned(words, Tone::Info));
        }
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        let ready = self.busy.is_none();
        Dialog::new(TITLE, content)
            .width(WIDTH)
            .action(quiet("Thôi").key("Esc").on_press_maybe(ready.then_some(Message::Closed)))
            .action(
                secondary("Tìm lại thiết bị")
                    .key("F5")
                    .on_press_maybe(ready.then_some(Message::SearchAsked)),
            )
            .action(
                primary("Ký").key("F2").on_press_maybe(
                    (ready && !self.choices.is_empty()).then_some(Message::Confirmed),
                ),
            )
            .on_close(Message::Closed)
    }
}
