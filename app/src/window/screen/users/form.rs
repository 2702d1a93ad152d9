//! The form for a new user, and for one who is there: then the login name stays, and no password is set.
//! Roles are those of a one-stop office; each user gets as few as the work needs. Only roles that the
//! logged-in user may grant are offered; others that the user has are kept, and told.

use office::{
    entry::{Role, User, UserName},
    text::clean,
};
use widgets::{Element, check, column, field, flow, space, text};
use zeroize::Zeroizing;

use crate::{
    desk::papers::printable,
    window::{layout, notice::Notice, screen::password},
};

/// The full name's field.
pub const FULL_NAME: &str = "user-full-name";
/// The login name's field.
const NAME: &str = "user-name";
/// The first role's box.
const ROLES: &str = "user-roles";
/// The password's field.
pub const PASSWORD: &str = "user-password";

/// Roles that a one-stop office gives.
const OFFERED: [Role; 5] =
    [Role::Clerk, Role::Certifier, Role::Head, Role::Archivist, Role::SecurityAdministrator];

/// What is being typed. Passwords are wiped when they leave the form.
#[derive(Default)]
pub struct Form {
    full_name: String,
    title: String,
    name: String,
    /// Whether the user is there already.
    known: bool,
    /// Roles that the logged-in user may give.
    offered: Vec<Role>,
    roles: Vec<Role>,
    /// Roles of the user that are not for the logged-in user to take.
    kept: Vec<Role>,
    password: Zeroizing<String>,
    again: Zeroizing<String>,
    notice: Option<Notice>,
}

/// What happened in the form.
#[derive(Clone)]
pub enum Message {
    /// Full name.
    FullNameTyped(String),
    /// Position.
    TitleTyped(String),
    /// Login name.
    NameTyped(String),
    /// A role was given or taken away.
    RoleTicked(Role, bool),
    /// Password.
    PasswordTyped(String),
    /// Password once more.
    AgainTyped(String),
}

impl Form {
    fn offering(grant: &[Role]) -> Self {
        let offered = OFFERED.into_iter().filter(|role| grant.contains(role)).collect();
        Self { offered, ..Self::default() }
    }

    /// For someone new: most of them receive dossiers. `grant` are the roles that may be given.
    pub fn empty(grant: &[Role]) -> Self {
        let form = Self::offering(grant);
        let roles = form.offered.iter().copied().filter(|role| *role == Role::Clerk).collect();
        Self { roles, ..form }
    }

    /// For someone whose rights ended.
    pub fn again(user: &User, grant: &[Role]) -> Self {
        let form = Self::offering(grant);
        Self {
            full_name: user.full_name.clone(),
            title: user.title.clone(),
            name: user.name.0.clone(),
            roles: user.roles.iter().copied().filter(|role| form.offered.contains(role)).collect(),
            ..form
        }
    }

    /// For someone whose rights last. `grant` is empty for oneself: nobody changes own rights.
    pub fn changing(user: &User, grant: &[Role]) -> Self {
        let form = Self::again(user, grant);
        let kept = user.roles.iter().copied().filter(|role| !form.offered.contains(role)).collect();
        Self { known: true, kept, ..form }
    }

    /// The login name as typed.
    pub fn name(&self) -> UserName {
        UserName(self.name.trim().to_owned())
    }

    /// The ledger refused.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// Wipes the passwords.
    pub fn forget_passwords(&mut self) {
        self.password = Zeroizing::default();
        self.again = Zeroizing::default();
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) {
        match message {
            Message::FullNameTyped(text) => self.full_name = text,
            Message::TitleTyped(text) => self.title = text,
            Message::NameTyped(text) => self.name = text,
            Message::RoleTicked(role, true) if !self.roles.contains(&role) => {
                self.roles.push(role);
                self.roles.sort_unstable();
            }
            Message::RoleTicked(_, true) => {}
            Message::RoleTicked(role, false) => self.roles.retain(|given| *given != role),
            Message::PasswordTyped(text) => self.password = text.into(),
            Message::AgainTyped(text) => self.again = text.into(),
        }
    }

    /// The user, and a new one's first password, which leaves the form; or the field to correct, with a
    /// sentence.
    pub fn submit(&mut self) -> Result<(User, Option<Zeroizing<String>>), &'static str> {
        let mut roles = [self.roles.as_slice(), &self.kept].concat();
        roles.sort_unstable();
        let user = User {
            name: self.name(),
            full_name: clean(&self.full_name),
            title: clean(&self.title),
            roles,
        };
        let missing = if user.full_name.is_empty() {
            Some(("Chưa nhập họ tên: họ tên được in dưới chữ ký trên giấy tờ.", FULL_NAME))
        } else if user.name.0.is_empty() {
            Some(("Chưa nhập tên đăng nhập.", NAME))
        } else if user.roles.is_empty() {
            Some(("Chưa chọn vai trò. Hãy chọn ít nhất một vai trò cho người dùng này.", ROLES))
        } else if !self.known && self.password.is_empty() {
            Some(("Chưa nhập mật khẩu đầu tiên cho người dùng này.", PASSWORD))
        } else {
            None
        };
        if let Some((words, field)) = missing {
            self.notice = Some(Notice::caution(words));
            return Err(field);
        }
        let texts = [("Họ và tên", user.full_name.as_str()), ("Chức danh", user.title.as_str())];
        if let Err(error) = printable(texts) {
            self.notice = Some(Notice::error(&error));
            return Err(FULL_NAME);
        }
        if self.known {
            self.notice = None;
            return Ok((user, None));
        }
        let (password, again) =
            (std::mem::take(&mut self.password), std::mem::take(&mut self.again));
        if password != again {
            self.notice = Some(password::mismatch());
            return Err(PASSWORD);
        }
        self.notice = None;
        Ok((user, Some(password)))
    }

    /// Draws the form. Enter goes on to the screen, from any of its fields.
    pub fn view(&self) -> Element<'_, Message> {
        let name: Element<'_, Message> = if self.known {
            text::small(format!("Tên đăng nhập: {} (không đổi)", self.name)).into()
        } else {
            field("Tên đăng nhập", &self.name)
                .id(NAME)
                .required()
                .hint("Chữ cái không dấu, chữ số, dấu chấm.")
                .on_change(Message::NameTyped)
                .into()
        };
        let who = column([
            layout::paper_field("Họ và tên", &self.full_name)
                .id(FULL_NAME)
                .required()
                .on_change(Message::FullNameTyped)
                .into(),
            layout::paper_field("Chức danh", &self.title)
                .placeholder("Công chức tư pháp – hộ tịch")
                .on_change(Message::TitleTyped)
                .into(),
            name,
        ]);
        let roles = self.offered.iter().enumerate().map(|(n, role)| {
            let tick = check(role.label(), self.roles.contains(role))
                .on_toggle(|on| Message::RoleTicked(*role, on));
            if n == 0 { tick.id(ROLES).into() } else { tick.into() }
        });
        let kept: Vec<_> = self.kept.iter().map(|role| role.label()).collect();
        let roles =
            column([text::label("Vai trò *").into(), column(roles).spacing(space::XS).into()])
                .push((!kept.is_empty()).then(|| {
                    text::small(format!("Giữ nguyên, bạn không được đổi: {}.", kept.join(", ")))
                }))
                .push(
                    (!self.offered.is_empty())
                        .then(|| text::small("Chỉ chọn vai trò mà công việc cần.")),
                )
                .spacing(space::XS);
        iced::widget::Column::new()
            .push(flow::fields([who.into(), roles.width(iced::Length::Fill).into()]))
            .push((!self.known).then(|| {
                flow::fields([
                    field("Mật khẩu đăng nhập lần đầu", &self.password)
                        .id(PASSWORD)
                        .required()
                        .secure()
                        .on_change(Message::PasswordTyped)
                        .into(),
                    field("Nhập lại mật khẩu", &self.again)
                        .required()
                        .secure()
                        .on_change(Message::AgainTyped)
                        .into(),
                ])
            }))
            .push((!self.known).then(|| {
                text::small(format!(
                    "{} Người dùng phải đặt mật khẩu riêng khi đăng nhập lần đầu.",
                    password::rule()
                ))
            }))
            .push(self.notice.as_ref().map(Notice::view))
            .spacing(space::M)
            .into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    struct Typed {
        full_name: &'static str,
        name: &'static str,
        roles: &'static [Role],
        passwords: [&'static str; 2],
    }

    const GOOD: Typed = Typed {
        full_name: " Lò  Thị Mẫu ",
        name: " mau.lo ",
        roles: &[Role::Archivist, Role::Clerk, Role::Archivist],
        passwords: ["Suoi-trong-26", "Suoi-trong-26"],
    };

    fn fill(typed: &Typed) -> Form {
        let mut form = Form::empty(&Role::ALL);
        form.update(Message::FullNameTyped(typed.full_name.into()));
        form.update(Message::NameTyped(typed.name.into()));
        form.update(Message::RoleTicked(Role::Clerk, false));
        for role in typed.roles {
            form.update(Message::RoleTicked(*role, true));
        }
        form.update(Message::PasswordTyped(typed.passwords[0].into()));
        form.update(Message::AgainTyped(typed.passwords[1].into()));
        form
    }

    #[test]
    fn an_incomplete_form_names_its_field_and_keeps_its_words() {
        for (typed, field) in [
            (Typed { full_name: "  ", ..GOOD }, FULL_NAME),
            (Typed { name: "", ..GOOD }, NAME),
            (Typed { roles: &[], ..GOOD }, ROLES),
            (Typed { passwords: ["", ""], ..GOOD }, PASSWORD),
            (Typed { passwords: ["Suoi-trong-26", "Suoi-trong-27"], ..GOOD }, PASSWORD),
            (Typed { passwords: ["Suoi-trong-26", ""], ..GOOD }, PASSWORD),
        ] {
            let mut form = fill(&typed);
            assert_eq!(form.submit().err(), Some(field));
            assert!(form.notice.is_some());
            assert_eq!(
                (form.full_name.as_str(), form.name.as_str()),
                (typed.full_name, typed.name)
            );
        }
    }

    #[test]
    fn a_known_user_keeps_the_name_the_password_and_what_is_not_ours_to_take() {
        let user = User {
            name: UserName("mau.lo".into()),
            full_name: "Lò Thị Mẫu".into(),
            title: String::new(),
            roles: vec![Role::Clerk, Role::Head, Role::SecurityAdministrator],
        };
        let mut form = Form::changing(&user, &[Role::SecurityAdministrator]);
        form.update(Message::RoleTicked(Role::SecurityAdministrator, false));
        form.update(Message::TitleTyped(" Phó  phòng ".into()));
        let (changed, password) = form.submit().unwrap();
        assert_eq!(changed.roles, [Role::Clerk, Role::Head]);
        assert_eq!((changed.title.as_str(), changed.name), ("Phó phòng", user.name.clone()));
        assert!(password.is_none());
        // Nobody changes own rights.
        let mut form = Form::changing(&user, &[]);
        let (changed, _) = form.submit().unwrap();
        assert_eq!(changed.roles, user.roles);
    }

    #[test]
    fn a_complete_form_gives_a_user_and_forgets_the_password() {
        let mut form = fill(&GOOD);
        let (user, password) = form.submit().unwrap();
        assert_eq!(user.name.0, "mau.lo");
        assert_eq!(user.full_name, "Lò Thị Mẫu");
        assert_eq!(user.roles, [Role::Clerk, Role::Archivist], "sorted, each once");
        assert_eq!(*password.unwrap(), GOOD.passwords[0]);
        assert!(form.password.is_empty() && form.again.is_empty());
        assert_eq!(form.full_name, GOOD.full_name);
    }
}
