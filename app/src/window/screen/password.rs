//! A password is set: one's own, with the old one asked again; one's own instead of the one that another
//! user gave, right after logging in with it; or another user's by whoever keeps users.

use office::entry::{User, UserName};
use widgets::{Element, column, field, flow, primary, row, text};
use zeroize::Zeroizing;

use crate::window::{layout, notice::Notice};

/// The old password's field.
const OLD: &str = "password-old";
/// The new password's field.
const NEW: &str = "password-new";

/// Whose password.
pub enum Whose {
    /// The logged-in user's.
    Own,
    /// The logged-in user's, whose present one another user gave.
    First,
    /// Another user's.
    Other(User),
}

/// The form's state. Passwords are wiped when they leave it.
pub struct State {
    whose: Whose,
    old: Zeroizing<String>,
    new: Zeroizing<String>,
    again: Zeroizing<String>,
    notice: Option<Notice>,
    done: bool,
}

/// What happened in the form.
#[derive(Clone)]
pub enum Message {
    /// The old password changed.
    OldTyped(String),
    /// The new password changed.
    NewTyped(String),
    /// The new password once more.
    AgainTyped(String),
    /// Enter or the button.
    Submitted,
    /// Closed.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Focus a field.
    Focus(&'static str),
    /// Change the user's own password.
    ChangeOwn {
        /// The one until now.
        old: Zeroizing<String>,
        /// The one from now on.
        new: Zeroizing<String>,
    },
    /// Set the first own one.
    SetFirst(Zeroizing<String>),
    /// Set another user's.
    Reset {
        /// Whose.
        user: UserName,
        /// The one from now on.
        new: Zeroizing<String>,
    },
    /// Close.
    Close,
}

impl State {
    /// An empty form.
    pub fn new(whose: Whose) -> Self {
        Self {
            whose,
            old: Zeroizing::default(),
            new: Zeroizing::default(),
            again: Zeroizing::default(),
            notice: None,
            done: false,
        }
    }

    /// The dialog's title.
    pub fn title(&self) -> String {
        match &self.whose {
            Whose::Own => "Đổi mật khẩu của tôi".into(),
            Whose::First => "Đặt mật khẩu của riêng bạn".into(),
            Whose::Other(user) => format!("Đặt mật khẩu mới cho {}", user.full_name),
        }
    }

    /// The field to begin with.
    pub fn first_field(&self) -> &'static str {
        match self.whose {
            Whose::Own => OLD,
            Whose::First | Whose::Other(_) => NEW,
        }
    }

    /// Wipes what was typed.
    pub fn forget(&mut self) {
        self.old = Zeroizing::default();
        self.new = Zeroizing::default();
        self.again = Zeroizing::default();
    }

    /// The ledger refused.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// The new password holds.
    pub fn done(&mut self) {
        self.done = true;
        self.notice = Some(Notice::done(match &self.whose {
            Whose::Own | Whose::First => {
                "Đã đổi mật khẩu. Lần đăng nhập sau hãy dùng mật khẩu mới.".to_owned()
            }
            Whose::Other(user) => format!(
                "Đã đặt mật khẩu mới cho {}. Hãy trao tận tay; họ phải đặt mật khẩu riêng khi đăng nhập.",
                user.full_name
            ),
        }));
    }

    fn ready(&self) -> bool {
        let own = matches!(self.whose, Whose::Own);
        !self.new.is_empty() && !self.again.is_empty() && (!own || !self.old.is_empty())
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::OldTyped(text) => self.old = text.into(),
            Message::NewTyped(text) => self.new = text.into(),
            Message::AgainTyped(text) => self.again = text.into(),
            Message::Submitted if self.done => return Action::Close,
            Message::Submitted if !self.ready() => {}
            Message::Submitted if self.new != self.again => {
                self.new = Zeroizing::default();
                self.again = Zeroizing::default();
                self.notice = Some(mismatch());
                return Action::Focus(NEW);
            }
            Message::Submitted => {
                self.notice = None;
                self.again = Zeroizing::default();
                let (old, new) = (std::mem::take(&mut self.old), std::mem::take(&mut self.new));
                return match &self.whose {
                    Whose::Own => Action::ChangeOwn { old, new },
                    Whose::First => Action::SetFirst(new),
                    Whose::Other(user) => Action::Reset { user: user.name.clone(), new },
                };
            }
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    /// Draws the form.
    pub fn view(&self) -> Element<'_, Message> {
        let notice = self.notice.as_ref().map(Notice::view);
        if self.done {
            let close = primary("Xong").key("Enter").on_press(Message::Submitted);
            return column(notice).push(row([flow::spring().into(), close.into()])).into();
        }
        let mut form = column([]);
        form = match self.whose {
            Whose::Own => form.push(
                field("Mật khẩu hiện nay", &self.old)
                    .id(OLD)
                    .secure()
                    .on_change(Message::OldTyped)
                    .on_submit(Message::Submitted),
            ),
            Whose::First => form.push(text::body(
                "Mật khẩu vừa dùng do người quản trị đặt nên có người khác biết. Hãy đặt mật khẩu mà chỉ bạn biết rồi vào làm việc.",
            )),
            Whose::Other(_) => form.push(text::body(
                "Việc này được ghi vào nhật ký. Người dùng phải đặt mật khẩu riêng khi đăng nhập.",
            )),
        };
        form.push(
            field("Mật khẩu mới", &self.new)
                .id(NEW)
                .secure()
                .hint(rule())
                .on_change(Message::NewTyped)
                .on_submit(Message::Submitted),
        )
        .push(
            field("Nhập lại mật khẩu mới", &self.again)
                .secure()
                .on_change(Message::AgainTyped)
                .on_submit(Message::Submitted),
        )
        .push(notice)
        .push(row([
            flow::spring().into(),
            layout::cancel(Message::Closed),
            primary("Đổi mật khẩu")
                .key("Enter")
                .on_press_maybe(self.ready().then_some(Message::Submitted))
                .into(),
        ]))
        .into()
    }
}

/// Two entries of a new password differ.
pub fn mismatch() -> Notice {
    Notice::caution("Hai lần nhập mật khẩu mới không giống nhau. Hãy nhập lại cả hai.")
}

/// What a password must be like, for the hint below its field.
pub fn rule() -> String {
    let rule = ledger::PasswordRule::default();
    format!(
        "Ít nhất {} ký tự, đủ {} trong 4 loại: chữ thường, chữ hoa, chữ số, ký tự khác.",
        rule.min_length, rule.kinds
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    fn other() -> Whose {
        Whose::Other(User {
            name: UserName("tiepnhan".into()),
            full_name: "Hoàng Văn Thử".into(),
            title: String::new(),
            roles: Vec::new(),
        })
    }

    fn submit(whose: Whose, [old, new, again]: [&str; 3]) -> (State, Action) {
        let mut state = State::new(whose);
        state.update(Message::OldTyped(old.into()));
        state.update(Message::NewTyped(new.into()));
        state.update(Message::AgainTyped(again.into()));
        let action = state.update(Message::Submitted);
        (state, action)
    }

    #[test]
    fn only_complete_and_equal_passwords_reach_the_ledger() {
        for (whose, typed, expected) in [
            (Whose::Own, ["cu", "moi", "moi"], "change cu moi"),
            (Whose::Own, ["", "moi", "moi"], "none"),
            (Whose::Own, ["cu", "", ""], "none"),
            (Whose::Own, ["cu", "moi", ""], "none"),
            (Whose::Own, ["cu", "moi", "mới"], "focus password-new"),
            (Whose::First, ["", "moi", "moi"], "first moi"),
            (Whose::First, ["", "moi", "khac"], "focus password-new"),
            (Whose::First, ["", "", ""], "none"),
            (other(), ["", "moi", "moi"], "reset tiepnhan moi"),
            (other(), ["", "moi", "moi "], "focus password-new"),
            (other(), ["", "", ""], "none"),
        ] {
            let (_, action) = submit(whose, typed);
            let found = match action {
                Action::None => "none".to_owned(),
                Action::Focus(field) => format!("focus {field}"),
                Action::ChangeOwn { old, new } => format!("change {} {}", *old, *new),
                Action::SetFirst(new) => format!("first {}", *new),
                Action::Reset { user, new } => format!("reset {} {}", user.0, *new),
                Action::Close => "close".to_owned(),
            };
            assert_eq!(found, expected, "{typed:?}");
        }
    }

    #[test]
    fn no_password_stays_behind() {
        for (typed, old_stays) in [(["cu", "moi", "moi"], false), (["cu", "moi", "khac"], true)] {
            let (mut state, _) = submit(Whose::Own, typed);
            assert_eq!(!state.old.is_empty(), old_stays, "{typed:?}");
            assert!(state.new.is_empty() && state.again.is_empty(), "{typed:?}");
            state.forget();
            assert!(state.old.is_empty());
        }
    }
}
