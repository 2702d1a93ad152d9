//! Who is at the counter. Also the face of a locked window: then the user is already named.

use ledger::Rebuilding;
use office::entry::UserName;
use widgets::{Element, column, field, primary, progress::progress, quiet, row, text};

use crate::window::{layout, notice::Notice};

/// The screen's state.
#[derive(Default)]
pub struct State {
    office: String,
    user: String,
    password: String,
    busy: bool,
    locked: bool,
    /// Another user's window was closed for this login.
    left: bool,
    recovery: Option<Recovery>,
    /// The ledger is of an older structure and is being rebuilt.
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

impl State {
    /// For an office, with the last user's name or nothing.
    pub fn new(office: String, user: String) -> Self {
        Self { office, user, ..Self::default() }
    }

    /// For a locked window.
    pub fn locked(office: String, user: String) -> Self {
        Self { locked: true, ..Self::new(office, user) }
    }

    /// Someone else logs in: the locked window is gone, and of its work only the drafts are left.
    pub fn left(&mut self) {
        self.locked = false;
        self.left = true;
    }

    /// The field to focus.
    pub fn first_field(&self) -> &'static str {
        if self.user.is_empty() { USER } else { PASSWORD }
    }

    /// The window title.
    pub fn title(&self) -> &'static str {
        if self.locked { "Đã khóa" } else { "Đăng nhập" }
    }

    /// The ledger is being rebuilt; it will be open soon.
    pub fn rebuilding(&mut self, rebuilding: Rebuilding) {
        self.rebuilding = self.busy.then_some(rebuilding);
    }

    /// The login failed.
    pub fn failed(&mut self, notice: Notice) {
        (self.busy, self.rebuilding) = (false, None);
        self.password.clear();
        self.notice = Some(notice);
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::UserTyped(user) => self.user = user,
            Message::PasswordTyped(password) => self.password = password,
            Message::OtherUser => {
                self.user.clear();
                self.password.clear();
            }
            Message::RestoreAsked if self.busy || self.locked => {}
            Message::RestoreAsked => return Action::Restore,
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

    /// Draws the screen.
    pub fn view(&self) -> Element<'_, Message> {
        if let Some(Rebuilding { done, all }) = self.rebuilding {
            return layout::centred(column([
                text::title(self.office.as_str()).into(),
                text::body("Sổ cái do phiên bản trước lập. Đang dựng lại dữ liệu tra cứu, chỉ làm một lần; sau đó vào làm việc ngay.").into(),
                progress("Đang dựng lại (mục)", done, all),
                text::small("Mọi việc đã ghi trong sổ giữ nguyên. Tắt máy giữa chừng không mất gì: lần đăng nhập sau dựng lại từ đầu.").into(),
            ]));
        }
        let words = if self.busy {
            "Đang mở sổ cái…"
        } else if self.locked {
            "Cửa sổ đã khóa. Việc đang làm vẫn còn nguyên."
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
            form = form.push(field("Mã khôi phục", &recovery.code).on_change(Message::CodeTyped));
        }
        let password = if self.recovery.is_some() { "Mật khẩu mới" } else { "Mật khẩu" };
        form = form.push(
            field(password, &self.password)
                .id(PASSWORD)
                .secure()
                .on_change(Message::PasswordTyped)
                .on_submit(Message::Submitted),
        );
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
        let go = if self.locked {
            "Mở khóa"
        } else if self.recovery.is_some() {
            "Đặt mật khẩu mới"
        } else {
            "Đăng nhập"
        };
        let mut actions = row([primary(go)
            .key("Enter")
            .on_press_maybe(ready.then_some(Message::Submitted))
            .into()]);
        if self.locked {
            actions = actions.push(quiet("Người khác đăng nhập").on_press(Message::OtherUser));
        } else if self.recovery.is_some() {
            actions = actions.push(quiet("Quay lại").on_press(Message::Remembered));
        } else {
            actions = actions
                .push(quiet("Quên mật khẩu").on_press(Message::Forgotten))
                .push(quiet("Khôi phục").on_press(Message::RestoreAsked));
        }
        layout::centred(form.push(actions))
    }
}
