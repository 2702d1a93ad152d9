//! Who is at the counter. Also the face of a locked window: then the user is already named, and the
//! window's words say what becomes of their work, by the name that stands in the field.

use ledger::{Rebuilding, Rebuilt};
use office::entry::UserName;
use widgets::{Element, column, field, primary, progress::progress, quiet, row, text};

use super::password;
use crate::window::{layout, notice::Notice};

/// The screen's state.
#[derive(Default)]
pub struct State {
    office: String,
    user: String,
    password: String,
    busy: bool,
    /// Whose window is locked, by login name.
    locked: Option<String>,
    /// Another user's window was closed for this login.
    left: bool,
    recovery: Option<Recovery>,
    /// The ledger may not be its newest state: only the head can say that the office goes on with it.
    older: bool,
    /// The ledger is being made anew before it opens.
    rebuilding: Option<Rebuilding>,
    notice: Option<Notice>,
    /// What is wrong with the data folder's place.
    pub concern: Option<Notice>,
}

/// The password is forgotten: the recovery sheet opens.
#[derive(Default)]
struct Recovery {
    code: String,
    again: String,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The password is forgotten.
    Forgotten,
    /// Back to the password.
    Remembered,
    /// The recovery code changed.
    CodeTyped(String),
    /// The new password once more.
    AgainTyped(String),
    /// The login name changed.
    UserTyped(String),
    /// The password changed.
    PasswordTyped(String),
    /// Enter or the button.
    Submitted,
    /// The head says that the office goes on with this ledger.
    OlderAccepted,
    /// Another user wants in.
    OtherUser,
    /// A backup is to be restored.
    RestoreAsked,
}

/// What the window has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Open the ledger with these.
    Open {
        /// Login name.
        user: UserName,
        /// Password; forgotten by the screen.
        password: String,
    },
    /// Open it although no witness vouches for it.
    OpenOlder {
        /// The head's login name.
        user: UserName,
        /// Password; forgotten by the screen.
        password: String,
    },
    /// Open it with the recovery code and give the user a new password.
    Recover {
        /// Login name.
        user: UserName,
        /// The printed code.
        code: String,
        /// New password.
        password: String,
    },
    /// Focus the first field.
    Turned,
    /// Restore a backup.
    Restore,
}

/// Field that has the keyboard first.
pub const PASSWORD: &str = "login-password";
/// The login name's field.
pub const USER: &str = "login-user";
/// The recovery code's field.
pub const CODE: &str = "login-code";

/// What the head takes upon them.
const OLDER: &str = "Không có bản sao lưu nào mới hơn: lãnh đạo nhập mật khẩu rồi xác nhận. Máy này làm tiếp như máy mới khôi phục; mọi sổ chờ xác nhận số cuối (F10 → Số sau khi khôi phục). Việc xác nhận được ghi vào sổ.";

impl State {
    /// For an office, with the last user's name or nothing.
    pub fn new(office: String, user: String) -> Self {
        Self { office, user, ..Self::default() }
    }

    /// For a locked window.
    pub fn locked(office: String, user: String) -> Self {
        Self { locked: Some(user.clone()), ..Self::new(office, user) }
    }

    /// Someone else logs in: the locked window is gone, and of its work only the drafts are left.
    pub fn left(&mut self) {
        self.locked = None;
        self.left = true;
    }

    /// The field to focus.
    pub fn first_field(&self) -> &'static str {
        match &self.recovery {
            _ if self.user.is_empty() => USER,
            Some(recovery) if recovery.code.is_empty() => CODE,
            _ => PASSWORD,
        }
    }

    /// The window title.
    pub fn title(&self) -> &'static str {
        if self.locked.is_some() { "Đã khóa" } else { "Đăng nhập" }
    }

    /// The ledger is being made anew; it will be open soon.
    pub fn rebuilding(&mut self, rebuilding: Rebuilding) {
        self.rebuilding = self.busy.then_some(rebuilding);
    }

    /// The login failed.
    pub fn failed(&mut self, notice: Notice) {
        (self.busy, self.rebuilding) = (false, None);
        self.password.clear();
        self.notice = Some(notice);
    }

    /// Whether the ledger was refused as no witness vouches for it.
    pub fn may_be_older(&mut self, older: bool) {
        self.older = older;
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            // What was said concerned the other name.
            Message::UserTyped(user) => (self.user, self.notice) = (user, None),
            Message::PasswordTyped(password) => self.password = password,
            Message::OtherUser if !self.unlocks() || self.busy => {}
            Message::OtherUser => {
                self.user.clear();
                self.password.clear();
                self.notice = None;
                return Action::Turned;
            }
            Message::RestoreAsked
                if self.busy || self.locked.is_some() || self.recovery.is_some() => {}
            Message::RestoreAsked => return Action::Restore,
            Message::Forgotten if self.busy || self.recovery.is_some() => {}
            Message::Remembered if self.recovery.is_none() => {}
            Message::Forgotten => {
                self.recovery = Some(Recovery::default());
                self.password.clear();
                self.notice = None;
                return Action::Turned;
            }
            Message::Remembered => {
                self.recovery = None;
                self.password.clear();
                self.notice = None;
                return Action::Turned;
            }
            Message::CodeTyped(code) => {
                if let Some(recovery) = &mut self.recovery {
                    recovery.code = code;
                }
            }
            Message::AgainTyped(again) => {
                if let Some(recovery) = &mut self.recovery {
                    recovery.again = again;
                }
            }
            Message::OlderAccepted
                if !self.older || self.busy || self.user.is_empty() || self.password.is_empty() => {
            }
            Message::OlderAccepted => {
                (self.busy, self.notice) = (true, None);
                let user = UserName(self.user.trim().to_owned());
                return Action::OpenOlder { user, password: std::mem::take(&mut self.password) };
            }
            Message::Submitted if self.busy || self.user.is_empty() || self.password.is_empty() => {
            }
            Message::Submitted => {
                let user = UserName(self.user.trim().to_owned());
                if let Some(recovery) = &mut self.recovery {
                    if recovery.again != self.password {
                        self.notice = Some(Notice::caution(
                            "Hai lần nhập mật khẩu mới không giống nhau. Hãy nhập lại.",
                        ));
                        return Action::None;
                    }
                    recovery.again.clear();
                    self.busy = true;
                    self.notice = None;
                    let (code, password) =
                        (recovery.code.clone(), std::mem::take(&mut self.password));
                    return Action::Recover { user, code, password };
                }
                self.busy = true;
                self.notice = None;
                return Action::Open { user, password: std::mem::take(&mut self.password) };
            }
        }
        Action::None
    }

    /// Whether the one who locked the window is to come back.
    fn unlocks(&self) -> bool {
        self.locked.as_deref() == Some(self.user.trim()) && self.recovery.is_none()
    }

    /// Draws the screen.
    pub fn view(&self) -> Element<'_, Message> {
        if let Some(Rebuilding { what, done, all }) = self.rebuilding {
            let (why, label, cut) = match what {
                Rebuilt::ReadModels => (
                    "Sổ cái do phiên bản trước lập. Đang dựng lại dữ liệu tra cứu, chỉ làm một lần; sau đó vào làm việc ngay.",
                    "Đang dựng lại (mục)",
                    "Mọi việc đã ghi trong sổ giữ nguyên. Tắt máy giữa chừng không mất gì: lần đăng nhập sau dựng tiếp.",
                ),
                Rebuilt::Key => (
                    "Đang mã hóa lại sổ cái bằng khóa mới, để người còn giữ khóa cũ không đọc được những gì ghi từ nay; xong thì vào làm việc ngay.",
                    "Đang đổi khóa dữ liệu (trang)",
                    "Mật khẩu của mọi người và phiếu khôi phục vẫn dùng như cũ. Tắt máy giữa chừng không mất gì: lần đăng nhập sau làm lại.",
                ),
            };
            return layout::centred(column([
                text::title(self.office.as_str()).into(),
                text::body(why).into(),
                progress(label, done, all),
                text::small(cut).into(),
            ]));
        }
        let owner = self.locked.as_deref();
        let unlocks = self.unlocks();
        let words = if self.busy {
            "Đang mở sổ cái…"
        } else if unlocks {
            "Cửa sổ đã khóa. Việc đang làm vẫn còn nguyên."
        } else if owner.is_some() && self.recovery.is_none() {
            "Cửa sổ đã khóa. Người khác đăng nhập thì phiên này đóng lại; hồ sơ đang nhập dở được giữ làm bản nháp."
        } else if self.left && self.recovery.is_none() {
            "Phiên của người trước đã đóng. Hồ sơ họ nhập dở được giữ làm bản nháp."
        } else if self.recovery.is_some() {
            "Nhập mã trên phiếu khôi phục và đặt mật khẩu mới."
        } else {
            "Sổ cái được mã hóa; mật khẩu của bạn mở khóa."
        };
        let mut form = column([
            text::title(self.office.as_str()).into(),
            text::small(words).into(),
            field("Tên đăng nhập", &self.user)
                .id(USER)
                .on_change(Message::UserTyped)
                .on_submit(Message::Submitted)
                .into(),
        ]);
        if let Some(recovery) = &self.recovery {
            form = form
                .push(field("Mã khôi phục", &recovery.code).id(CODE).on_change(Message::CodeTyped));
        }
        let new = self.recovery.is_some();
        let mut password = field(if new { "Mật khẩu mới" } else { "Mật khẩu" }, &self.password)
            .id(PASSWORD)
            .secure()
            .on_change(Message::PasswordTyped)
            .on_submit(Message::Submitted);
        if new {
            password = password.hint(password::rule());
        }
        form = form.push(password);
        if let Some(recovery) = &self.recovery {
            form = form.push(
                field("Nhập lại mật khẩu mới", &recovery.again)
                    .secure()
                    .on_change(Message::AgainTyped)
                    .on_submit(Message::Submitted),
            );
        }
        for notice in self.concern.iter().chain(&self.notice) {
            form = form.push(notice.view());
        }
        let ready = !self.busy && !self.user.is_empty() && !self.password.is_empty();
        let go = if self.recovery.is_some() {
            "Đặt mật khẩu mới"
        } else if unlocks {
            "Mở khóa"
        } else {
            "Đăng nhập"
        };
        let mut actions = row([primary(go)
            .key("Enter")
            .on_press_maybe(ready.then_some(Message::Submitted))
            .into()]);
        if self.recovery.is_some() {
            actions = actions.push(quiet("Quay lại").key("Esc").on_press(Message::Remembered));
            return layout::centred(form.push(actions));
        }
        if unlocks {
            let other = quiet("Người khác đăng nhập").key("F4");
            actions = actions.push(other.on_press(Message::OtherUser));
        }
        if self.locked.is_none() {
            let restore = quiet("Khôi phục từ bản sao lưu").key("F8");
            actions = actions.push(restore.on_press(Message::RestoreAsked));
        }
        let mut form = form.push(actions);
        if self.older {
            let accept = quiet("Lãnh đạo xác nhận dùng dữ liệu này").key("F9");
            form = form
                .push(text::small(OLDER))
                .push(accept.on_press_maybe(ready.then_some(Message::OlderAccepted)));
        }
        let forgotten = quiet("Quên mật khẩu: dùng phiếu khôi phục").key("F2");
        layout::centred(form.push(forgotten.on_press(Message::Forgotten)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked() -> State {
        State::locked("UBND xã".into(), "an".into())
    }

    fn says(state: &State, words: &str) -> bool {
        let seen = widgets::shot::words(state.view(), iced::Size::new(1024.0, 700.0));
        seen.iter().any(|seen| seen.contains(words))
    }

    #[test]
    fn another_name_clears_what_was_said_and_takes_the_keyboard() {
        let mut state = locked();
        state.failed(Notice::caution("Mật khẩu không đúng."));
        assert!(says(&state, "Mật khẩu không đúng."));
        assert!(matches!(state.update(Message::OtherUser), Action::Turned));
        assert_eq!(state.first_field(), USER);
        assert!(!says(&state, "Mật khẩu không đúng."));

        let mut state = locked();
        state.failed(Notice::caution("Mật khẩu không đúng."));
        state.update(Message::UserTyped("ba".into()));
        assert!(!says(&state, "Mật khẩu không đúng."));

        // Who types their own name already is not cleared away by the key.
        for mut state in [state, State::new("UBND xã".into(), "ba".into())] {
            assert!(matches!(state.update(Message::OtherUser), Action::None));
            assert_eq!(state.first_field(), PASSWORD);
        }
    }

    /// The first user's work: as it was while only they may come back to it, a draft once somebody else is in.
    #[test]
    fn the_words_say_what_becomes_of_the_work() {
        let whole = "Việc đang làm vẫn còn nguyên";
        let draft = "được giữ làm bản nháp";
        let mut state = locked();
        assert!(says(&state, whole) && !says(&state, draft));
        state.update(Message::UserTyped("ba".into()));
        assert!(!says(&state, whole) && says(&state, draft));
        state.failed(Notice::caution("Mật khẩu không đúng."));
        state.update(Message::UserTyped("an".into()));
        assert!(says(&state, whole), "a failed login of another closed nothing");
        state.left();
        assert!(!says(&state, whole) && says(&state, draft));
    }

    #[test]
    fn only_a_ledger_that_was_refused_is_accepted_and_with_a_password() {
        let mut state = State::new("UBND xã".into(), "chi".into());
        state.update(Message::PasswordTyped("Mật-khẩu-7".into()));
        assert!(matches!(state.update(Message::OlderAccepted), Action::None));
        state.failed(Notice::caution("Sổ cái thiếu mục ghi."));
        state.may_be_older(true);
        assert!(says(&state, "Lãnh đạo xác nhận dùng dữ liệu này"));
        assert!(matches!(state.update(Message::OlderAccepted), Action::None), "no password");
        state.update(Message::PasswordTyped("Mật-khẩu-7".into()));
        let done = state.update(Message::OlderAccepted);
        assert!(matches!(done, Action::OpenOlder { user, password }
            if user.0 == "chi" && password == "Mật-khẩu-7"));
    }

    #[test]
    fn the_recovery_sheet_is_one_key_away_and_tells_the_rule_before_the_typing() {
        for mut state in [locked(), State::new("UBND xã".into(), "an".into())] {
            assert!(says(&state, "phiếu khôi phục"));
            assert!(matches!(state.update(Message::Forgotten), Action::Turned));
            assert_eq!(state.first_field(), CODE);
            assert!(says(&state, &password::rule()));
            assert!(matches!(state.update(Message::Remembered), Action::Turned));
            assert_eq!(state.first_field(), PASSWORD);
        }
    }
}
