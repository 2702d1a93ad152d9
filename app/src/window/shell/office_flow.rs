//! The office itself: its users, their passwords, and the log of everything that happened.
//!
//! Passwords go from the form into the ledger and are wiped here; what the ledger refuses, the form tells
//! and keeps everything but the passwords.

use iced::Task;
use ledger::{EventKind, LedgerError, Page};
use office::entry::{Event, Role};
use widgets::travel;

use super::{Action, Counter, Message, Over, PAGE, Screen, Shell};
use crate::{
    clock,
    window::{
        notice::Notice,
        papers,
        screen::{log, paged::seek, password, recovery, users},
    },
};

impl Shell {
    /// Opens the list of users.
    pub fn go_users(&mut self, counter: &Counter) -> Task<Message> {
        let ledger = &self.desk.ledger;
        let may = users::May {
            add: ledger.may(EventKind::UserAdded),
            grant: Role::ALL.into_iter().filter(|role| ledger.may_grant(*role)).collect(),
            change: ledger.may(EventKind::UserChanged),
            end: ledger.may(EventKind::UserDisabled),
            set_password: ledger.may(EventKind::PasswordChanged),
            delegate: ledger.may(EventKind::DelegationGiven),
        };
        let own = ledger.user().name.clone();
        let today = clock::local(clock::now()).date();
        let state = ledger.all_users().and_then(|list| {
            let (all, kinds) = (ledger.delegations()?, self.desk.delegable(today));
            let delegations = users::Delegations { all, kinds, today };
            Ok(users::State::new(list, own, may, delegations))
        });
        self.enter(state, counter)
    }

    pub(super) fn users(&mut self, message: users::Message, counter: &Counter) -> Task<Message> {
        let Screen::Users(state) = &mut self.screen else { return Task::none() };
        let (done, words) = match state.update(message) {
            users::Action::None => return Task::none(),
            users::Action::Close => return self.go_home(counter),
            users::Action::Focus(field) => return travel::focus(field),
            users::Action::SetPassword(user) => {
                return self.ask_password(password::Whose::Other(user));
            }
            users::Action::OwnPassword => return self.ask_password(password::Whose::Own),
            users::Action::Add { user, password } => {
                let words = format!(
                    "Đã thêm {} ({}). Hãy trao mật khẩu tận tay; họ phải đặt mật khẩu riêng khi đăng nhập lần đầu.",
                    user.full_name, user.name.0
                );
                (self.desk.ledger.add_user(clock::now(), user, &password), words)
            }
            users::Action::Change(user) => {
                let words = format!(
                    "Đã sửa {} ({}). Vai trò mới có hiệu lực ngay.",
                    user.full_name, user.name.0
                );
                (self.desk.ledger.change_user(clock::now(), user), words)
            }
            users::Action::End { user, reason } => {
                let words = format!(
                    "Đã ngừng quyền của {}. Việc họ đã làm vẫn giữ nguyên.",
                    user.full_name
                );
                (self.desk.ledger.disable_user(clock::now(), &user.name, &reason), words)
            }
            users::Action::Delegate { to, terms } => {
                let words = format!(
                    "Đã ghi ủy quyền cho {}. Trong thời hạn ấy, người này có tên trong danh sách người thực hiện chứng thực.",
                    to.full_name
                );
                (self.desk.delegate(clock::now(), &to, &terms).map(drop), words)
            }
            users::Action::EndDelegation { id, reason } => {
                let words = "Đã chấm dứt ủy quyền. Việc đã chứng thực vẫn giữ nguyên.".to_owned();
                (self.desk.ledger.end_delegation(clock::now(), &id, &reason), words)
            }
        };
        let ledger = &self.desk.ledger;
        match done.and_then(|()| Ok((ledger.all_users()?, ledger.delegations()?))) {
            Ok((list, delegations)) => {
                state.done(list, delegations, Notice::done(words));
                travel::focus(users::TABLE)
            }
            Err(error) => match state.refused(Notice::error(&error)) {
                Some(field) => travel::focus(field),
                None => Task::none(),
            },
        }
    }

    pub(super) fn ask_password(&mut self, whose: password::Whose) -> Task<Message> {
        let state = password::State::new(whose);
        let field = state.first_field();
        self.over = Some(Over::Password(state));
        travel::focus(field)
    }

    pub(super) fn password(&mut self, message: password::Message) -> Task<Message> {
        let Some(Over::Password(state)) = &mut self.over else { return Task::none() };
        let now = clock::now();
        let changed = match state.update(message) {
            password::Action::None => return Task::none(),
            password::Action::Focus(field) => return travel::focus(field),
            password::Action::Close => {
                self.over = None;
                return Task::none();
            }
            password::Action::ChangeOwn { old, new } => {
                self.desk.ledger.change_password(now, &old, &new)
            }
            password::Action::SetFirst(_) => return Task::none(),
            password::Action::Reset { user, new } => {
                self.desk.ledger.reset_password(now, &user, &new)
            }
        };
        match changed {
            Ok(()) => {
                state.done();
                Task::none()
            }
            Err(error) => {
                state.refused(Notice::error(&error));
                travel::focus(state.first_field())
            }
        }
    }

    /// Makes a new recovery sheet and shows it, once.
    pub(super) fn renew_recovery(&mut self, counter: &Counter) -> Task<Message> {
        match self.desk.ledger.renew_recovery(clock::now()) {
            Ok(sheet) => {
                self.over = Some(Over::Recovery(recovery::State::new(sheet.code())));
                Task::none()
            }
            Err(error) => self.go_home_telling(counter, Some(Notice::error(&error))),
        }
    }

    /// The database key is to change: the next login does it.
    pub(super) fn demand_key(&mut self, counter: &Counter) -> Action {
        match self.desk.ledger.demand_new_key(clock::now()) {
            Ok(()) => Action::LogIn,
            Err(error) => Action::Run(self.go_home_telling(counter, Some(Notice::error(&error)))),
        }
    }

    pub(super) fn recovery(&mut self, message: recovery::Message) -> Task<Message> {
        let Some(Over::Recovery(state)) = &mut self.over else { return Task::none() };
        match message {
            recovery::Message::Closed => self.over = None,
            recovery::Message::Printed | recovery::Message::Saved => {
                let sheet = match papers::recovery_sheet(&self.desk, &state.code) {
                    Ok(sheet) => sheet,
                    Err(notice) => {
                        state.tell(notice);
                        return Task::none();
                    }
                };
                if matches!(message, recovery::Message::Printed) {
                    return self.print(sheet, 1);
                }
                state.tell(Notice::caution(papers::REMOVE_SHEET));
                return self.save(sheet);
            }
        }
        Task::none()
    }

    /// The head says that the clock, which went back, is right now.
    pub(super) fn accept_clock(&mut self, counter: &Counter) -> Task<Message> {
        let notice = match self.desk.ledger.accept_clock(clock::now()) {
            Ok(()) => Notice::done("Giờ máy hiện tại được dùng cho các mục ghi từ nay."),
            Err(error) => Notice::error(&error),
        };
        self.go_home_telling(counter, Some(notice))
    }

    /// Opens the log.
    pub fn go_log(&mut self, counter: &Counter) -> Task<Message> {
        let mut state = log::State::default();
        match self.log_page(&state, None) {
            Ok(page) => state.show(page.items, page.next),
            Err(error) => state.refused(&error),
        }
        self.enter(Ok(state), counter)
    }

    pub(super) fn log(&mut self, message: log::Message, counter: &Counter) -> Task<Message> {
        let Screen::Log(state) = &mut self.screen else { return Task::none() };
        let after = match state.update(message) {
            log::Action::None => return Task::none(),
            log::Action::Close => return self.go_home(counter),
            log::Action::Fetch => None,
            log::Action::More(after) => Some(after),
        };
        let Screen::Log(state) = &self.screen else { return Task::none() };
        let page = self.log_page(state, after);
        let Screen::Log(state) = &mut self.screen else { return Task::none() };
        match (page, after) {
            (Ok(page), None) => state.show(page.items, page.next),
            (Ok(page), Some(_)) => state.extend(page.items, page.next),
            (Err(error), _) => state.refused(&error),
        }
        match state.goes_on() {
            true => Task::done(log::Message::Ranged(0..u64::MAX).into()),
            false => Task::none(),
        }
    }

    fn log_page(
        &self,
        state: &log::State,
        after: Option<u64>,
    ) -> Result<Page<log::Row>, LedgerError> {
        let ledger = &self.desk.ledger;
        let names = self.desk.names()?;
        let detail = |event: &Event| papers::detail(&self.desk, event);
        let (kinds, way) = state.wanted();
        let turn = |after| -> Result<Page<log::Row>, LedgerError> {
            let page = ledger.log(&kinds, way, after, PAGE)?;
            let rows = page.items.into_iter().map(|line| log::Row::of(line, &names, detail));
            Ok(Page { items: rows.collect(), next: page.next })
        };
        seek(after, turn, |row| state.holds(row))
    }

    /// Wipes typed passwords: the window is being locked.
    pub fn forget_passwords(&mut self, counter: &Counter) {
        if let Some(Over::Password(state)) = &mut self.over {
            state.forget();
        }
        if let Screen::Users(state) = &mut self.screen {
            state.forget_passwords();
        }
        // What a worker brings while the window is locked reaches nobody: nothing waits for it.
        self.unsigned = None;
        self.hide_telephone(counter);
        self.stop_batch();
        self.desk.forget_pages();
        if let Some(form) = self.act_form() {
            form.stop_waiting();
        }
    }
}
