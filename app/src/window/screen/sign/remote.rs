//! Remote signing in the dialog that signs: the signer's number at the provider, the connection's secret, and which of the
//! certificates that the provider has. The number is offered again the next time; the secret is kept nowhere, as every
//! machine's own key store is another one.

use widgets::{Element, column, field, pick, text};
use zeroize::Zeroizing;

use super::{Action, Offer, State, Typed};
use crate::{
    signing::remote::{Offered, Secret},
    window::notice::Notice,
};

/// The signer's number.
pub const USER: &str = "sign-remote-user";
/// The secret of the connection.
pub const SECRET: &str = "sign-remote-secret";
pub(super) const ASKING: &str = "Đang hỏi nhà cung cấp về chứng thư. Chưa gửi gì tới điện thoại…";
const MAKING: &str = "Đang lập bản điện tử…";

/// Remote signing, while it can be chosen.
pub(super) struct Remote {
    provider: String,
    user: String,
    secret: Zeroizing<String>,
    /// The certificates that the provider has.
    offered: Vec<Offered>,
    chosen: usize,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// The signer's number.
    UserTyped(String),
    /// The secret.
    SecretTyped(Typed),
    /// The certificates that the provider has of this user, or why none.
    Came(String, Result<Vec<Offered>, Notice>),
    /// A certificate was chosen.
    Chosen(usize),
    /// Go on.
    Confirmed,
}

impl Remote {
    pub(super) fn new(offer: Offer) -> Self {
        Self {
            provider: offer.provider,
            user: offer.user,
            secret: Zeroizing::default(),
            offered: Vec::new(),
            chosen: 0,
        }
    }

    pub(super) fn provider(&self) -> &str {
        &self.provider
    }

    /// The first field that waits for something.
    pub(super) fn first_field(&self) -> &'static str {
        if self.user.trim().is_empty() { USER } else { SECRET }
    }

    /// Nothing that a provider offered stays; what was typed does.
    pub(super) fn forget(&mut self) {
        (self.offered, self.chosen) = (Vec::new(), 0);
    }

    fn user(&self) -> String {
        self.user.trim().to_owned()
    }

    pub(super) fn view(&self) -> Element<'_, Message> {
        let names = self.offered.iter().map(Offered::name).enumerate();
        let chosen = self.offered.get(self.chosen);
        column([
            field("Số định danh của người ký ở nhà cung cấp", &self.user)
                .id(USER)
                .required()
                .on_change(Message::UserTyped)
                .on_submit(Message::Confirmed)
                .into(),
            field("Mật khẩu kết nối của cơ quan với nhà cung cấp", &self.secret)
                .id(SECRET)
                .secure()
                .required()
                .hint("Không được lưu lại nên nhập mỗi lần ký. Đây không phải mã PIN trên điện thoại.")
                .on_change(|secret| Message::SecretTyped(Typed(Zeroizing::new(secret))))
                .on_submit(Message::Confirmed)
                .into(),
        ])
        .push(chosen.map(|_| {
            pick("Chứng thư chữ ký số", names, Some(&self.chosen))
                .required()
                .on_pick(Message::Chosen)
        }))
        .push(chosen.map(|offered| text::small(offered.detail())))
        .into()
    }
}

impl State {
    /// Takes a message in.
    pub(super) fn remotely(&mut self, message: Message) -> Action {
        let Some(remote) = &mut self.remote else { return Action::None };
        match message {
            // What runs is not disturbed.
            Message::UserTyped(_)
            | Message::SecretTyped(_)
            | Message::Chosen(_)
            | Message::Confirmed
                if self.busy.is_some() => {}
            Message::UserTyped(user) => {
                (remote.user, self.asked) = (user, false);
                remote.forget();
            }
            Message::SecretTyped(Typed(secret)) => {
                (remote.secret, self.asked) = (secret, false);
                remote.forget();
            }
            Message::Chosen(chosen) => (remote.chosen, self.asked) = (chosen, false),
            Message::Confirmed => return self.confirm_remotely(),
            // Of another user, or of one that nobody waits for any more.
            Message::Came(user, _) if user != remote.user() || self.busy != Some(ASKING) => {}
            Message::Came(_, Ok(offered)) => {
                (self.busy, remote.offered, remote.chosen) = (None, offered, 0);
                // What was confirmed before was of another certificate.
                self.asked = false;
                // The only one is meant.
                if remote.offered.len() == 1 {
                    return self.confirm_remotely();
                }
            }
            Message::Came(_, Err(notice)) => {
                (self.busy, self.notice, self.asked) = (None, Some(notice), false);
                return Action::Focus(SECRET);
            }
        }
        Action::None
    }

    /// Asks for certificates, or for the signature by the chosen one.
    pub(super) fn confirm_remotely(&mut self) -> Action {
        let Some(remote) = &self.remote else { return Action::None };
        let user = remote.user();
        if user.is_empty() || remote.secret.is_empty() {
            let words = "Hãy nhập số định danh của người ký và mật khẩu kết nối. Chưa ký gì.";
            self.notice = Some(Notice::caution(words));
            return Action::Focus(remote.first_field());
        }
        let secret = Secret::new(remote.secret.clone());
        let Some(offered) = remote.offered.get(remote.chosen).cloned() else {
            (self.busy, self.notice) = (Some(ASKING), None);
            return Action::AskProvider(user, secret);
        };
        if self.asks_about(&offered.name()) {
            return Action::None;
        }
        (self.busy, self.notice) = (Some(MAKING), None);
        Action::AskTelephone(Box::new(offered), user, secret)
    }
}
