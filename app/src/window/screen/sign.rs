//! Signing with a token: which certificate, its PIN, and what becomes of it. The dialog of whatever is signed; the
//! shell finds the certificates and signs on a worker, so that a module that blocks for ten seconds stops nobody.
//!
//! Where the office has a contract with a provider it may also be signed remotely ([`remote`]): this dialog asks for whom
//! and by which certificate; what follows on the telephone is another dialog's.
//!
//! The PIN is typed for this signing alone: it is wiped when it leaves the dialog, kept nowhere and never tried twice.

pub mod remote;

use office::{Explain, text::fold};
use token::wire::{Pin, PinState};
use widgets::{Dialog, Tone, column, field, keys::Pressed, pick, primary, quiet, secondary, text};
use zeroize::Zeroizing;

use crate::{
    signing::{
        Choice, Way,
        remote::{Offered, Secret},
    },
    window::notice::Notice,
};
use remote::{ASKING, Remote};

/// The PIN's field.
pub const PIN: &str = "sign-pin";
/// The dialog's title.
pub const TITLE: &str = "Ký số";
const WIDTH: f32 = 600.0;
const LOOKING: &str = "Đang tìm thiết bị ký…";

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
    /// By a token or remotely.
    way: Way,
    /// Remote signing, where it can be chosen.
    remote: Option<Remote>,
    /// What runs, in words.
    busy: Option<&'static str>,
    notice: Option<Notice>,
}

/// Remote signing as it is offered to whoever signs.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Whose service it is.
    pub provider: String,
    /// The signer's number there, as it was typed last.
    pub user: String,
    /// By what was signed last.
    pub way: Way,
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
    /// The other way: by a token, or remotely.
    WayTurned,
    /// Remotely.
    Remote(remote::Message),
    /// Sign.
    Confirmed,
    /// Rather not.
    Closed,
}

/// A PIN on its way: it never shows in a log.
#[derive(Clone)]
pub struct Typed(pub Zeroizing<String>);

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Typed")
    }
}

/// What has to be done.
pub enum Action {
    /// Nothing.
    None,
    /// The keyboard goes there.
    Focus(&'static str),
    /// Look for certificates.
    Search,
    /// Sign with this certificate; without a PIN it is typed on the token's own keys.
    Sign(Box<Choice>, Option<Pin>),
    /// Ask the provider for the certificates of this user.
    AskProvider(String, Secret),
    /// Ask this user's telephone, for a signature by this certificate.
    AskTelephone(Box<Offered>, String, Secret),
    /// Close.
    Close,
}

impl State {
    /// Begins with looking for certificates, or where it was signed remotely last, with whom to ask there.
    pub fn new(what: String, certifier: String, offer: Option<Offer>) -> Self {
        let way = offer.as_ref().map_or(Way::Token, |offer| offer.way);
        Self {
            what,
            certifier,
            asked: false,
            choices: Vec::new(),
            chosen: 0,
            pin: Zeroizing::default(),
            way,
            remote: offer.map(Remote::new),
            busy: (way == Way::Token).then_some(LOOKING),
            notice: None,
        }
    }

    /// What has to be done first.
    pub fn first(&self) -> Action {
        match (&self.remote, self.way) {
            (Some(remote), Way::Remote) => Action::Focus(remote.first_field()),
            _ => Action::Search,
        }
    }

    /// It was not signed; what the token said of its PIN is shown at the next try.
    pub fn failed(&mut self, error: &dyn Explain, pin: Option<PinState>) {
        self.busy = None;
        self.notice = Some(Notice::error(error));
        // A certificate that a provider offered may be another one by now.
        self.remote.iter_mut().for_each(Remote::forget);
        self.asked &= self.way == Way::Token;
        if let (Some(pin), Some(choice)) = (pin, self.choices.get_mut(self.chosen)) {
            choice.token.pin = pin;
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            // A token that is found late stands in nobody's way.
            Message::Found(_) if self.way == Way::Remote => {}
            Message::Found(found) => {
                self.busy = None;
                self.pin = Zeroizing::default();
                match found {
                    Ok(choices) => {
                        (self.choices, self.chosen, self.asked) = (choices, 0, false);
                        return Action::Focus(PIN);
                    }
                    Err(notice) => (self.choices, self.notice) = (Vec::new(), Some(notice)),
                }
            }
            // A PIN is for the token that it was typed for.
            Message::Chosen(chosen) => {
                (self.chosen, self.asked, self.pin) = (chosen, false, Zeroizing::default());
            }
            Message::PinTyped(Typed(pin)) => self.pin = pin,
            Message::Remote(message) => return self.remotely(message),
            // A provider may be silent for a minute: nothing was asked of the telephone yet.
            Message::Closed if self.way == Way::Remote => return Action::Close,
            // Looking and asking can be left; what signs is not disturbed.
            Message::WayTurned if self.remote.is_none() => {}
            Message::WayTurned
                if self.busy.is_some_and(|busy| busy != LOOKING && busy != ASKING) => {}
            Message::WayTurned => {
                self.way = match self.way {
                    Way::Token => Way::Remote,
                    Way::Remote => Way::Token,
                };
                (self.notice, self.asked) = (None, false);
                self.pin = Zeroizing::default();
                let first = self.first();
                self.busy = matches!(first, Action::Search).then_some(LOOKING);
                return first;
            }
            Message::SearchAsked | Message::Confirmed | Message::Closed if self.busy.is_some() => {}
            Message::SearchAsked if self.way == Way::Remote => {}
            Message::SearchAsked => {
                (self.busy, self.notice) = (Some(LOOKING), None);
                return Action::Search;
            }
            Message::Confirmed => return self.confirm(),
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn confirm(&mut self) -> Action {
        if self.way == Way::Remote {
            return self.confirm_remotely();
        }
        let Some(choice) = self.choices.get(self.chosen) else {
            (self.busy, self.notice) = (Some(LOOKING), None);
            return Action::Search;
        };
        if self.pin.is_empty() && !choice.token.has_keys {
            self.notice = Some(Notice::caution("Hãy nhập mã PIN của thiết bị ký."));
            return Action::None;
        }
        let name = choice.name();
        if self.asks_about(&name) {
            return Action::None;
        }
        let Some(choice) = self.choices.get(self.chosen) else { return Action::None };
        let pin = std::mem::take(&mut self.pin);
        let pin = (!choice.token.has_keys).then(|| Pin::new(pin));
        (self.busy, self.notice) = (Some("Đang ký. Đừng rút thiết bị…"), None);
        Action::Sign(Box::new(choice.clone()), pin)
    }

    /// Asks once about a certificate of another name than the certifier's.
    fn asks_about(&mut self, name: &str) -> bool {
        let asks = fold(name) != fold(&self.certifier) && !self.asked;
        if asks {
            let words = format!(
                "Chứng thư mang tên {name}, khác tên người thực hiện chứng thực {}. Chưa ký gì. Nếu đúng là chứng thư của người này, hãy nhấn F2 lần nữa.",
                self.certifier
            );
            (self.asked, self.notice) = (true, Some(Notice::caution(words)));
        }
        asks
    }

    /// What a key says here.
    pub fn key(&self, key: Pressed) -> Option<Message> {
        Some(match key {
            Pressed::Enter | Pressed::F(2) => Message::Confirmed,
            Pressed::F(5) => Message::SearchAsked,
            Pressed::F(6) => Message::WayTurned,
            Pressed::Escape => Message::Closed,
            _ => return None,
        })
    }

    /// Draws the dialog.
    pub fn view(&self) -> Dialog<'_, Message> {
        let mut content = column([text::body(self.what.as_str()).into()]);
        if let (Way::Remote, Some(remote)) = (self.way, &self.remote) {
            let words = format!(
                "Ký số từ xa qua {}: người ký xác nhận trên điện thoại của mình.",
                remote.provider()
            );
            content = content.push(text::small(words)).push(remote.view().map(Message::Remote));
        }
        let names = self.choices.iter().map(Choice::name).enumerate();
        if let Some(choice) = self.choices.get(self.chosen).filter(|_| self.way == Way::Token) {
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
        let dialog = Dialog::new(TITLE, content).width(WIDTH).on_close(Message::Closed);
        let turn = |words| secondary(words).key("F6").on_press(Message::WayTurned);
        let dialog = match (&self.remote, self.way) {
            (None, _) => dialog,
            (Some(_), Way::Token) => dialog.action(turn("Ký bằng điện thoại")),
            (Some(_), Way::Remote) => dialog.action(turn("Ký bằng thiết bị")),
        };
        match self.way {
            Way::Token => dialog
                .action(quiet("Thôi").key("Esc").on_press_maybe(ready.then_some(Message::Closed)))
                .action(
                    secondary("Tìm lại thiết bị")
                        .key("F5")
                        .on_press_maybe(ready.then_some(Message::SearchAsked)),
                )
                .action(primary("Ký").key("F2").on_press_maybe(
                    (ready && !self.choices.is_empty()).then_some(Message::Confirmed),
                )),
            Way::Remote => {
                dialog.action(quiet("Thôi").key("Esc").on_press(Message::Closed)).action(
                    primary("Hỏi điện thoại")
                        .key("F2")
                        .on_press_maybe(ready.then_some(Message::Confirmed)),
                )
            }
        }
    }
}
