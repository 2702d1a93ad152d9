//! Who works here: everybody sees the list, and whoever keeps users adds them, changes their roles, ends
//! their rights and sets passwords, each for one login: its owner then sets an own one. Nobody is ever deleted: what a user did stays theirs.

mod delegation;
mod form;
#[cfg(test)]
mod tests;

use form::Form;
use jiff::civil::Date;
use ledger::{DelegationRecord, UserState};
use office::{
    act::{DelegationId, Name, delegation::Terms},
    entry::{Role, User, UserName},
    text::clean_lines,
};
use widgets::{
    Dialog, Element, Icon, Tone, card, column, danger, empty_state, field, flow,
    keys::Pressed,
    modal, primary, quiet, row, secondary, space, table,
    table::{Cell, Column},
    text,
};
use zeroize::Zeroizing;

use super::{
    Shown,
    grid::{self, Grid, Key},
    help::{Help, help},
    menu,
};
use crate::window::{layout, notice::Notice};

/// The list.
pub const TABLE: &str = "users-table";
/// The reason's field.
const REASON: &str = "users-reason";

const HEADS: [&str; 5] = ["Tên đăng nhập", "Họ và tên", "Chức danh", "Vai trò", "Quyền"];

/// Width of the form for a new user.
const FORM_WIDTH: f32 = 760.0;

/// What the logged-in user may do with users.
#[derive(Clone)]
pub struct May {
    /// Add them.
    pub add: bool,
    /// Give them these roles.
    pub grant: Vec<Role>,
    /// Change their names, positions and roles.
    pub change: bool,
    /// End their rights.
    pub end: bool,
    /// Set their passwords.
    pub set_password: bool,
    /// Let them certify by a decision.
    pub delegate: bool,
}

/// What is known of delegations to certify.
#[derive(Default)]
pub struct Delegations {
    /// All of them, oldest first.
    pub all: Vec<DelegationRecord>,
    /// The kinds of acts that can be delegated, with their names.
    pub kinds: Vec<(Name, String)>,
    /// Today.
    pub today: Date,
}

/// The screen's state.
pub struct State {
    users: Vec<UserState>,
    /// Places in `users`, as they are shown.
    shown: Vec<usize>,
    /// Order and columns of the list.
    pub grid: Grid,
    me: UserName,
    may: May,
    delegations: Delegations,
    /// How many of the selected user's delegations are shown.
    length: delegation::Length,
    selected: Option<u64>,
    asked: Option<Asked>,
    notice: Option<Notice>,
}

/// The question that is open.
enum Asked {
    /// A new user.
    Add(Form),
    /// A user who is there.
    Change(Form),
    /// Why someone's rights end.
    End { user: User, reason: String, notice: Option<Notice> },
    /// By which decision somebody is to certify.
    Delegate { to: User, form: delegation::Form },
    /// Why a delegation ends; what it says.
    EndDelegation { id: DelegationId, words: String, reason: String, notice: Option<Notice> },
}

/// What happened on the screen.
#[derive(Clone)]
pub enum Message {
    /// A row was selected.
    Selected(u64),
    /// With the list itself.
    Grid(grid::Message),
    /// A user is to be added.
    AddAsked,
    /// The selected user, whose rights ended, is to get new ones.
    ReturnAsked,
    /// The selected user is to be changed.
    ChangeAsked,
    /// The selected user's rights are to end.
    EndAsked,
    /// The selected user's password is to be set.
    PasswordAsked,
    /// In the form of a user.
    Form(form::Message),
    /// Why someone's rights end.
    ReasonTyped(String),
    /// The selected user is to certify by a decision.
    DelegateAsked,
    /// In the form of a delegation.
    Delegation(delegation::Message),
    /// All delegations of the selected user are to be shown.
    OlderAsked,
    /// A delegation is to end.
    EndDelegationAsked(DelegationId),
    /// Enter or the question's main button.
    Confirmed,
    /// Rather not.
    Dropped,
    /// Back.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Focus a field.
    Focus(&'static str),
    /// Add a user.
    Add {
        /// Who.
        user: User,
        /// Their first password.
        password: Zeroizing<String>,
    },
    /// Write how a user is from now on.
    Change(User),
    /// End a user's rights.
    End {
        /// Whose.
        user: User,
        /// Why.
        reason: String,
    },
    /// Let somebody certify by a decision.
    Delegate {
        /// Whom.
        to: User,
        /// What the decision says.
        terms: Terms,
    },
    /// End a delegation.
    EndDelegation {
        /// Which.
        id: DelegationId,
        /// Why.
        reason: String,
    },
    /// Ask for another user's new password.
    SetPassword(User),
    /// Ask for one's own.
    OwnPassword,
    /// Back.
    Close,
}

impl State {
    /// Shows the users.
    pub fn new(users: Vec<UserState>, me: UserName, may: May, delegations: Delegations) -> Self {
        let mut state = Self {
            users: Vec::new(),
            shown: Vec::new(),
            grid: Grid::new(TABLE, &HEADS),
            me,
            may,
            delegations,
            length: delegation::Length::default(),
            selected: Some(0),
            asked: None,
            notice: None,
        };
        state.list(users);
        state
    }

    /// By name; those whose rights ended come last.
    fn list(&mut self, mut users: Vec<UserState>) {
        users.sort_by_cached_key(|known| {
            (!known.active, office::collate::name(&known.user.full_name))
        });
        self.users = users;
        self.arrange();
    }

    fn arrange(&mut self) {
        let words = |known: &UserState, column| match column {
            0 => known.user.name.0.clone(),
            1 => known.user.full_name.clone(),
            2 => known.user.title.clone(),
            3 => roles(&known.user.roles),
            _ => right(known).0.to_owned(),
        };
        let key = |known: &UserState, column| match column {
            1 => Key::name(&known.user.full_name),
            _ => Key::words(&words(known, column)),
        };
        self.shown = self.grid.order(&self.users, key, |known| words(known, 1));
    }

    fn row(&self, place: u64) -> Option<&UserState> {
        self.users.get(*self.shown.get(usize::try_from(place).ok()?)?)
    }

    /// The question was carried out.
    pub fn done(
        &mut self,
        users: Vec<UserState>,
        delegations: Vec<DelegationRecord>,
        notice: Notice,
    ) {
        let name = match self.asked.take() {
            Some(Asked::Add(form) | Asked::Change(form)) => Some(form.name()),
            Some(Asked::End { user, .. } | Asked::Delegate { to: user, .. }) => Some(user.name),
            Some(Asked::EndDelegation { .. }) | None => {
                self.chosen().map(|known| known.user.name.clone())
            }
        };
        self.delegations.all = delegations;
        self.list(users);
        let place = (0..self.users.len() as u64)
            .find(|place| self.row(*place).map(|known| &known.user.name) == name.as_ref());
        self.selected = place.or(self.selected);
        self.notice = Some(notice);
    }

    /// The ledger refused; gives the field to correct.
    pub fn refused(&mut self, notice: Notice) -> Option<&'static str> {
        match &mut self.asked {
            Some(Asked::Add(form)) => {
                form.refused(notice);
                Some(form::PASSWORD)
            }
            Some(Asked::Change(form)) => {
                form.refused(notice);
                Some(form::FULL_NAME)
            }
            Some(Asked::Delegate { form, .. }) => {
                form.refused(notice);
                Some(delegation::DECISION)
            }
            Some(Asked::End { notice: place, .. } | Asked::EndDelegation { notice: place, .. }) => {
                *place = Some(notice);
                Some(REASON)
            }
            None => {
                self.notice = Some(notice);
                None
            }
        }
    }

    /// Wipes typed passwords.
    pub fn forget_passwords(&mut self) {
        if let Some(Asked::Add(form)) = &mut self.asked {
            form.forget_passwords();
        }
    }

    fn chosen(&self) -> Option<&UserState> {
        self.row(self.selected?)
    }

    fn ask(&mut self, asked: Asked, field: &'static str) -> Action {
        self.asked = Some(asked);
        self.notice = None;
        Action::Focus(field)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        let chosen = self.chosen().cloned();
        match message {
            Message::Selected(place) => {
                self.selected = Some(place);
                self.length = delegation::Length::Short;
                self.notice = None;
            }
            Message::Grid(message) => {
                if self.grid.update(message) {
                    self.arrange();
                }
            }
            Message::AddAsked if self.may.add => {
                return self.ask(Asked::Add(Form::empty(&self.may.grant)), form::FULL_NAME);
            }
            Message::ReturnAsked if self.may.add => {
                if let Some(known) = chosen.filter(|known| !known.active) {
                    return self.ask(
                        Asked::Add(Form::again(&known.user, &self.may.grant)),
                        form::PASSWORD,
                    );
                }
            }
            Message::ChangeAsked if self.may.change => {
                if let Some(known) = chosen.filter(|known| known.active) {
                    let own = known.user.name == self.me;
                    let grant = if own { &[][..] } else { &self.may.grant };
                    let form = Form::changing(&known.user, grant);
                    return self.ask(Asked::Change(form), form::FULL_NAME);
                }
            }
            Message::EndAsked if self.may.end => {
                if let Some(known) =
                    chosen.filter(|known| known.active && known.user.name != self.me)
                {
                    let (reason, notice) = (String::new(), None);
                    return self.ask(Asked::End { user: known.user, reason, notice }, REASON);
                }
            }
            Message::DelegateAsked if self.may.delegate => {
                if let Some(known) =
                    chosen.filter(|known| known.active && known.user.name != self.me)
                {
                    let form = delegation::Form::new(self.delegations.kinds.clone());
                    let asked = Asked::Delegate { to: known.user, form };
                    return self.ask(asked, delegation::DECISION);
                }
            }
            Message::EndDelegationAsked(id) if self.may.delegate => {
                let all = self.delegations.all.iter();
                let found = all.map(|record| &record.delegation).find(|one| one.id == id);
                if let Some(words) = found.map(|one| one.words()) {
                    let (reason, notice) = (String::new(), None);
                    return self.ask(Asked::EndDelegation { id, words, reason, notice }, REASON);
                }
            }
            Message::OlderAsked => self.length = delegation::Length::Whole,
            Message::AddAsked
            | Message::ReturnAsked
            | Message::ChangeAsked
            | Message::EndAsked
            | Message::DelegateAsked
            | Message::EndDelegationAsked(_) => {}
            Message::Delegation(message) => {
                if let Some(Asked::Delegate { form, .. }) = &mut self.asked {
                    form.update(message);
                }
            }
            Message::PasswordAsked => match chosen.filter(|known| known.active) {
                Some(known) if known.user.name == self.me => return Action::OwnPassword,
                Some(known) if self.may.set_password => return Action::SetPassword(known.user),
                _ => {}
            },
            Message::Form(message) => {
                if let Some(Asked::Add(form) | Asked::Change(form)) = &mut self.asked {
                    form.update(message);
                }
            }
            Message::ReasonTyped(text) => {
                if let Some(Asked::End { reason, .. } | Asked::EndDelegation { reason, .. }) =
                    &mut self.asked
                {
                    *reason = text;
                }
            }
            Message::Confirmed => return self.confirm(),
            Message::Dropped => {
                self.asked = None;
                return Action::Focus(TABLE);
            }
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn confirm(&mut self) -> Action {
        match &mut self.asked {
            None => Action::None,
            Some(Asked::Add(form) | Asked::Change(form)) => match form.submit() {
                Ok((user, Some(password))) => Action::Add { user, password },
                Ok((user, None)) => Action::Change(user),
                Err(field) => Action::Focus(field),
            },
            Some(Asked::End { user, reason, notice }) => {
                let reason = clean_lines(reason);
                if reason.is_empty() {
                    *notice = Some(Notice::caution(
                        "Chưa nhập lý do: lý do được ghi vào nhật ký cùng việc ngừng quyền.",
                    ));
                    return Action::Focus(REASON);
                }
                Action::End { user: user.clone(), reason }
            }
            Some(Asked::Delegate { to, form }) => match form.submit() {
                Ok(terms) => Action::Delegate { to: to.clone(), terms },
                Err(field) => Action::Focus(field),
            },
            Some(Asked::EndDelegation { id, reason, notice, .. }) => {
                let reason = clean_lines(reason);
                if reason.is_empty() {
                    *notice = Some(Notice::caution(
                        "Chưa nhập lý do: lý do được ghi vào nhật ký cùng việc chấm dứt ủy quyền.",
                    ));
                    return Action::Focus(REASON);
                }
                Action::EndDelegation { id: id.clone(), reason }
            }
        }
    }

    fn cell(&self, place: u64, column: usize) -> Option<Cell> {
        let known = self.row(place)?;
        let user = &known.user;
        Some(match column {
            0 => user.name.0.as_str().into(),
            1 if user.name == self.me => format!("{} (bạn)", user.full_name).into(),
            1 => user.full_name.as_str().into(),
            2 => user.title.as_str().into(),
            3 => roles(&user.roles).into(),
            _ => Cell::toned(right(known).0, right(known).1),
        })
    }

    /// The selected user and what may be done.
    fn about<'a>(&self, known: &'a UserState) -> Element<'a, Message> {
        let user = &known.user;
        let own = user.name == self.me;
        let mut line = row([column([
            text::strong(user.full_name.as_str()).into(),
            text::small(roles(&user.roles)).into(),
        ])
        .spacing(0.0)
        .width(iced::Length::Fill)
        .into()]);
        if known.active && own {
            line = line.push(secondary("Đổi mật khẩu của tôi").on_press(Message::PasswordAsked));
        } else if known.active && self.may.set_password {
            line = line.push(secondary("Đặt mật khẩu mới").on_press(Message::PasswordAsked));
        }
        if known.active && self.may.change {
            line = line.push(secondary("Sửa").key("F4").on_press(Message::ChangeAsked));
        }
        // Nobody shuts themselves out.
        if known.active && self.may.end && !own {
            line = line.push(quiet("Ngừng quyền").on_press(Message::EndAsked));
        }
        if !known.active && self.may.add {
            line = line.push(secondary("Cấp quyền lại").on_press(Message::ReturnAsked));
        }
        if known.active && self.may.delegate && !own {
            line = line
                .push(secondary("Ủy quyền chứng thực").key("F7").on_press(Message::DelegateAsked));
        }
        let given = self.delegations.of(&user.name, self.may.delegate, self.length);
        card(column([line.into()]).push(given)).into()
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("users");
    const MENU: Option<menu::Row> = Some(menu::Row::office(Icon::Person, "Người dùng"));

    fn title(&self) -> &'static str {
        match self.asked {
            None => "Người dùng",
            Some(Asked::Add(_)) => "Thêm người dùng",
            Some(Asked::Change(_)) => "Sửa người dùng",
            Some(Asked::End { .. }) => "Ngừng quyền",
            Some(Asked::Delegate { .. }) => delegation::TITLE,
            Some(Asked::EndDelegation { .. }) => "Chấm dứt ủy quyền",
        }
    }

    fn asks(&self) -> bool {
        self.asked.is_some()
    }

    fn main_field(&self) -> Option<String> {
        Some(TABLE.into())
    }

    fn grid(&self) -> Option<&Grid> {
        Some(&self.grid)
    }

    fn grid_mut(&mut self) -> Option<&mut Grid> {
        Some(&mut self.grid)
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        Some(match (key, self.asks()) {
            (Pressed::Escape, true) => Message::Dropped,
            (Pressed::Enter, true) => Message::Confirmed,
            (Pressed::F(2), false) => Message::AddAsked,
            (Pressed::F(4), false) => Message::ChangeAsked,
            (Pressed::F(7), false) => Message::DelegateAsked,
            (Pressed::Escape, false) => Message::Closed,
            _ => return None,
        })
    }

    fn tell(&mut self, notice: Notice) {
        let _ = self.refused(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        let mut head = row([
            text::title("Người dùng").into(),
            flow::spring().into(),
            Grid::button(Message::Grid),
        ]);
        if self.may.add {
            head = head.push(
                primary("Thêm người dùng").icon(Icon::Plus).key("F2").on_press(Message::AddAsked),
            );
        }
        let list: Element<'_, Message> = if self.users.is_empty() {
            empty_state(Icon::Person, "Chưa có người dùng nào", "", None)
        } else {
            let [name, full_name, title, roles, right] = HEADS;
            let list = table(
                [
                    Column::fixed(name, 152.0).sortable(),
                    Column::share(full_name, 3).sortable(),
                    Column::share(title, 3).sortable().spare(),
                    Column::share(roles, 4).sortable(),
                    Column::fixed(right, 152.0).sortable(),
                ],
                self.shown.len() as u64,
                |place, column| self.cell(place, column),
            )
            .id(TABLE)
            .selected(self.selected)
            .on_select(Message::Selected);
            self.grid.dress(list, Message::Grid).into()
        };
        let base = iced::widget::Column::new()
            .push(head)
            .push(self.notice.as_ref().map(Notice::view))
            .push(iced::widget::container(list).height(iced::Length::Fill))
            .push(self.chosen().map(|known| self.about(known)))
            .spacing(space::M);
        let base = iced::widget::container(base).padding(space::L).height(iced::Length::Fill);
        modal(base, self.asked.as_ref().map(Asked::dialog))
    }
}

impl Asked {
    fn dialog(&self) -> Dialog<'_, Message> {
        match self {
            Self::Add(form) => Dialog::new("Thêm người dùng", form.view().map(Message::Form))
                .width(FORM_WIDTH)
                .action(layout::cancel(Message::Dropped))
                .action(primary("Thêm người dùng").key("Enter").on_press(Message::Confirmed))
                .on_close(Message::Dropped),
            Self::Change(form) => Dialog::new("Sửa người dùng", form.view().map(Message::Form))
                .width(FORM_WIDTH)
                .action(layout::cancel(Message::Dropped))
                .action(primary("Lưu").key("Enter").on_press(Message::Confirmed))
                .on_close(Message::Dropped),
            Self::Delegate { to, form } => form.dialog(&to.full_name),
            Self::EndDelegation { words, reason, notice, .. } => {
                delegation::ending(words, reason, notice.as_ref())
            }
            Self::End { user, reason, notice } => Dialog::new(
                format!("Ngừng quyền của {}?", user.full_name),
                iced::widget::Column::new()
                    .push(text::body(format!(
                        "Tên đăng nhập {} không mở được sổ cái nữa. Những gì họ đã ghi vẫn giữ nguyên tên họ.",
                        user.name.0
                    )))
                    .push(
                        field("Lý do", reason)
                            .id(REASON)
                            .lines(layout::REASON_LINES)
                            .required()
                            .placeholder("Chuyển công tác")
                            .on_change(Message::ReasonTyped)
                            .on_submit(Message::Confirmed),
                    )
                    .push(notice.as_ref().map(Notice::view))
                    .spacing(space::M),
            )
            .action(layout::cancel(Message::Dropped))
            .action(danger("Ngừng quyền").on_press(Message::Confirmed))
            .on_close(Message::Dropped),
        }
    }
}

/// Whether somebody may log in.
fn right(known: &UserState) -> (&'static str, Tone) {
    match (known.active, known.lent) {
        (true, true) => ("Chờ đặt mật khẩu", Tone::Caution),
        (true, false) => ("Còn quyền", Tone::Good),
        (false, _) => ("Đã ngừng", Tone::Plain),
    }
}

fn roles(roles: &[Role]) -> String {
    let names: Vec<_> = roles.iter().map(|role| role.label()).collect();
    names.join(", ")
}
