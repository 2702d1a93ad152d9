//! The way in: logging in, locking and unlocking, and restoring what was lost.

use std::{ops::ControlFlow, path::Path, sync::Arc};

use iced::{Task, futures::channel::mpsc};
use ledger::{Home, Ledger, LedgerError, Present, Rebuilding, Restore};
use office::entry::UserName;
use widgets::travel;
use zeroize::Zeroizing;

use super::{
    App, LEGACY_TRUST, Message, Stage, backups, blocking,
    notice::Notice,
    rest,
    screen::{join, login, password, restore, setup},
    shell::Shell,
};
use crate::{assets::Law, browse, clock, crash, desk::Desk, folder, tables::Tables};

/// What a locked window hides.
pub enum Inside {
    /// The desk at work.
    Desk(Box<Shell>),
    /// The wizard's last pages, one of which shows the recovery code.
    Wizard(Box<setup::State>, Box<Desk>),
}

impl Inside {
    fn desk(&self) -> &Desk {
        match self {
            Self::Desk(shell) => &shell.desk,
            Self::Wizard(_, desk) => desk,
        }
    }

    fn desk_mut(&mut self) -> &mut Desk {
        match self {
            Self::Desk(shell) => &mut shell.desk,
            Self::Wizard(_, desk) => desk,
        }
    }
}

/// What the first start opens, and the field to focus: a machine that asked to join an office goes on with that.
pub(super) fn first_start(law: Arc<Law>, folder: &Path) -> (Stage, &'static str) {
    if Ledger::asked_to_join(folder) {
        return (Stage::Join(join::State::new(browse::places(), true)), join::COPY);
    }
    first_page(law)
}

/// The wizard's first page, and the field to focus.
pub(super) fn first_page(law: Arc<Law>) -> (Stage, &'static str) {
    (Stage::Setup(Box::new(setup::State::new(law))), setup::FIRST)
}

/// The login, and the field to focus.
pub(super) fn at_the_door(folder: &Path) -> (Stage, &'static str) {
    let users = Ledger::users(folder).unwrap_or_default();
    let only = match users.as_slice() {
        [user] => user.0.clone(),
        _ => String::new(),
    };
    let mut login = login::State::new("Một Cửa".into(), only);
    if let Some(words) = crash::was_opened_again() {
        login.failed(Notice::caution(words));
    }
    let focus = login.first_field();
    (Stage::Login(login), focus)
}

impl App {
    /// Looks at where the data lies, off the window's thread: it may be a share that does not answer.
    pub(super) fn look_at_folder(&self) -> Task<Message> {
        let (folder, state) = (self.folder.clone(), self.state.clone());
        let look = move || folder::concern(Home::new(&folder, state.as_deref()));
        let looked = async move { tokio::task::spawn_blocking(look).await.ok().flatten() };
        Task::future(looked).map(Message::Concern)
    }

    /// Says what is wrong with the data's place to whoever is about to open the ledger.
    pub(super) fn concerned(&mut self, words: Option<String>) {
        let concern = words.map(Notice::caution);
        match &mut self.stage {
            Stage::Login(login) => login.concern = concern,
            Stage::Setup(wizard) => wizard.concern = concern,
            _ => {}
        }
    }

    pub(super) fn login(&mut self, message: login::Message) -> Task<Message> {
        let (Stage::Login(login) | Stage::Locked(_, login)) = &mut self.stage else {
            return Task::none();
        };
        let (user, password) = match login.update(message) {
            login::Action::None => return Task::none(),
            login::Action::Turned => return travel::focus(login.first_field()),
            login::Action::Recover { user, code, password } => {
                // While a ledger is open it lets nobody else in.
                self.stage = match self.take_stage() {
                    Stage::Locked(inside, mut login) => {
                        drop(inside);
                        login.left();
                        Stage::Login(login)
                    }
                    other => other,
                };
                let (folder, state) = (self.folder.clone(), self.state.clone());
                return self.opening(move |watch| {
                    let (home, now) = (Home::new(&folder, state.as_deref()), clock::now());
                    Ledger::open_with_recovery(home, &code, &user, &password, now, watch)
                });
            }
            login::Action::Restore => return self.ask_restore(),
            login::Action::OpenOlder { user, password } => {
                let (folder, state) = (self.folder.clone(), self.state.clone());
                return self.opening(move |watch| {
                    let (home, now) = (Home::new(&folder, state.as_deref()), clock::now());
                    Ledger::open_older(home, &user, &password, now, watch)
                });
            }
            login::Action::Open { user, password } => (user, Zeroizing::new(password)),
        };
        // The same user goes on where the window was locked; another one starts anew. A wrong password
        // closes nobody's work.
        match self.take_stage() {
            Stage::Locked(mut inside, mut login) => {
                let ledger = &mut inside.desk_mut().ledger;
                let own = ledger.user().name == user;
                match ledger.confirm_password(clock::now(), &user, &password) {
                    Ok(()) if own => self.unlock(inside),
                    Ok(()) => {
                        // While a ledger is open it lets nobody else in.
                        drop(inside);
                        login.left();
                        self.open(login, user, password)
                    }
                    Err(error) => {
                        login.failed(Notice::error(&error));
                        self.stage = Stage::Locked(inside, login);
                        travel::focus(login::PASSWORD)
                    }
                }
            }
            Stage::Login(login) => self.open(login, user, password),
            other => {
                self.stage = other;
                Task::none()
            }
        }
    }

    /// What is open, to be put back changed.
    fn take_stage(&mut self) -> Stage {
        std::mem::replace(&mut self.stage, Stage::Login(login::State::default()))
    }

    /// The first own password holds, or the way back to the login.
    pub(super) fn first_password(&mut self, message: password::Message) -> Task<Message> {
        let Stage::First(desk, state) = &mut self.stage else { return Task::none() };
        match state.update(message) {
            password::Action::Focus(field) => travel::focus(field),
            password::Action::SetFirst(new) => {
                match desk.ledger.set_own_password(clock::now(), &new) {
                    Ok(()) => match self.take_stage() {
                        Stage::First(desk, _) => self.sit_down(*desk),
                        _ => Task::none(),
                    },
                    Err(error) => {
                        state.refused(Notice::error(&error));
                        travel::focus(state.first_field())
                    }
                }
            }
            password::Action::Close => self.leave_first(),
            password::Action::None
            | password::Action::ChangeOwn { .. }
            | password::Action::Reset { .. } => Task::none(),
        }
    }

    /// Back to the login: nothing was done under this name.
    pub(super) fn leave_first(&mut self) -> Task<Message> {
        let Stage::First(desk, _) = &self.stage else { return Task::none() };
        let (office, user) = (desk.office.name.clone(), desk.ledger.user().name.0.clone());
        self.help = None;
        self.stage = Stage::Login(login::State::new(office, user));
        travel::focus(login::PASSWORD)
    }

    fn open(
        &mut self,
        login: login::State,
        user: UserName,
        password: Zeroizing<String>,
    ) -> Task<Message> {
        self.stage = Stage::Login(login);
        let (folder, state) = (self.folder.clone(), self.state.clone());
        self.opening(move |watch| {
            let home = Home::new(&folder, state.as_deref());
            Ledger::open_watched(home, &user, &password, clock::now(), watch)
        })
    }

    fn unlock(&mut self, inside: Inside) -> Task<Message> {
        rest::begin();
        match inside {
            Inside::Desk(mut shell) => {
                shell.counter_changed(&self.counter);
                let field = shell.main_field();
                self.stage = Stage::Desk(shell);
                // A dialog that stood over the screen has taken the keyboard already.
                field.map_or_else(Task::none, travel::rest)
            }
            Inside::Wizard(wizard, desk) => {
                let focus = wizard.first_field();
                self.stage = Stage::Founded(wizard, desk);
                travel::focus(focus)
            }
        }
    }

    /// Opens the ledger off the window's thread; the login shows how far a rebuild is.
    pub(super) fn opening(
        &mut self,
        open: impl FnOnce(&dyn Fn(Rebuilding)) -> Result<Ledger, LedgerError> + Send + 'static,
    ) -> Task<Message> {
        let Some(law) = self.law() else { return Task::none() };
        let (told, tells) = mpsc::unbounded();
        let open = move || {
            let watch = |rebuilding| {
                // A window that is closed hears nothing more.
                let _ = told.unbounded_send(Message::Rebuilding(rebuilding));
            };
            Desk::new(open(&watch)?, law)
        };
        let opened = blocking(open, |opened| Message::Opened(Box::new(opened)));
        Task::batch([Task::stream(tells), opened])
    }

    pub(super) fn opened(&mut self, result: Result<Desk, LedgerError>) -> Task<Message> {
        match result {
            Ok(desk) => self.enter(desk),
            Err(error) => {
                if let Stage::Login(login) = &mut self.stage {
                    let older = matches!(
                        error,
                        LedgerError::EntriesLost { .. } | LedgerError::NoWitness { .. }
                    );
                    login.failed(Notice::error(&error));
                    login.may_be_older(older);
                }
                travel::focus(login::PASSWORD)
            }
        }
    }

    /// To work, or first to an own password.
    pub(super) fn enter(&mut self, desk: Desk) -> Task<Message> {
        match desk.ledger.must_set_password() {
            Ok(false) => self.sit_down(desk),
            Ok(true) => {
                rest::begin();
                let state = password::State::new(password::Whose::First);
                let field = state.first_field();
                self.stage = Stage::First(Box::new(desk), state);
                travel::focus(field)
            }
            Err(error) => self.opened(Err(error)),
        }
    }

    pub(super) fn sit_down(&mut self, desk: Desk) -> Task<Message> {
        rest::begin();
        let (mut shell, task) = Shell::new(desk, &self.counter);
        shell.data.clone_from(&self.folder);
        shell.tables = Tables::load(&self.folder);
        shell.legacy_trust = Some(self.folder.join(LEGACY_TRUST));
        self.stage = Stage::Desk(Box::new(shell));
        task.map(Message::Desk)
    }

    pub(super) fn lock(&mut self) -> Task<Message> {
        rest::begin();
        self.help = None;
        let inside = match std::mem::replace(&mut self.stage, Stage::Login(login::State::default()))
        {
            Stage::Desk(mut shell) => {
                shell.forget_passwords(&self.counter);
                shell.stop_reading();
                Inside::Desk(shell)
            }
            Stage::Founded(wizard, desk) => Inside::Wizard(wizard, desk),
            other => {
                self.stage = other;
                return Task::none();
            }
        };
        let desk = inside.desk();
        let user = desk.ledger.user().name.0.clone();
        let login = login::State::locked(desk.office.name.clone(), user);
        self.stage = Stage::Locked(inside, login);
        travel::focus(login::PASSWORD)
    }

    /// Closes the ledger; whoever logs in next has the database key changed.
    pub(super) fn log_in_again(&mut self) -> Task<Message> {
        let Stage::Desk(shell) = &self.stage else { return Task::none() };
        let (office, user) =
            (shell.desk.office.name.clone(), shell.desk.ledger.user().name.0.clone());
        self.help = None;
        self.stage = Stage::Login(login::State::new(office, user));
        travel::focus(login::PASSWORD)
    }

    /// Goes to the restore; a ledger that is open is closed.
    pub(super) fn ask_restore(&mut self) -> Task<Message> {
        let state = restore::State::new(browse::places(), Ledger::exists(&self.folder));
        self.stage = Stage::Restore(state);
        travel::focus(restore::FOLDER)
    }

    pub(super) fn restore(&mut self, message: restore::Message) -> Task<Message> {
        let Stage::Restore(state) = &mut self.stage else { return Task::none() };
        match state.update(message) {
            restore::Action::None => Task::none(),
            restore::Action::Close => {
                let (stage, focus) = match Ledger::exists(&self.folder) {
                    true => at_the_door(&self.folder),
                    false => match self.law() {
                        Some(law) => first_page(law),
                        None => return Task::none(),
                    },
                };
                self.stage = stage;
                Task::batch([travel::focus(focus), self.look_at_folder()])
            }
            restore::Action::Restore(request) => self.bring_back(request),
        }
    }

    /// Restores off the window's thread; the screen shows how far it is.
    fn bring_back(&mut self, request: restore::Request) -> Task<Message> {
        let Some(law) = self.law() else { return Task::none() };
        let (data, state) = (self.folder.clone(), self.state.clone());
        let (told, tells) = mpsc::unbounded();
        let work = move || {
            let restore = Restore {
                user: &request.user,
                password: &request.password,
                device_label: "Máy khôi phục",
                accept_findings: request.accept_findings,
                present: match request.replace {
                    true => Present::SetAside,
                    false => Present::Refused,
                },
                at: clock::now(),
            };
            let backup = backups::find(&request.folder);
            let watch = |progress| {
                // A window that is closed hears nothing more.
                let _ = told.unbounded_send(Message::Restoring(progress));
                ControlFlow::Continue(())
            };
            let home = Home::new(&data, state.as_deref());
            let (ledger, _) = Ledger::restore_watched(&backup, home, &restore, &watch)?;
            Desk::new(ledger, law)
        };
        let restored = blocking(work, |restored| Message::Restored(Box::new(restored)));
        Task::batch([Task::stream(tells), restored])
    }

    pub(super) fn restored(&mut self, result: Result<Desk, LedgerError>) -> Task<Message> {
        match result {
            Ok(desk) => self.enter(desk),
            Err(error) => {
                if let Stage::Restore(state) = &mut self.stage {
                    let findings = matches!(
                        error,
                        LedgerError::BackupHasFindings { .. } | LedgerError::BackupDamaged { .. }
                    );
                    state.failed(Notice::error(&error), findings);
                }
                travel::focus(restore::FOLDER)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use widgets::Mode;

    use super::*;
    use crate::{desk::tests::desk, window::counter::Counter};

    /// The recovery code opens everything: the page that shows it hides like the desk.
    #[test]
    fn the_page_with_the_recovery_code_locks_too() {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk(folder.path());
        let law = desk.law.clone();
        let mut wizard = setup::State::new(law.clone());
        wizard.founded("MAU0-MAU0".into());
        let stage = Stage::Founded(Box::new(wizard), Box::new(desk));
        let mut app = App::at(stage, law, Counter::default(), Mode::Light);
        drop(app.lock());
        assert!(app.title().contains("Đã khóa"));
        for (password, open) in [("sai", false), ("Mật-khẩu-7", true)] {
            drop(app.login(login::Message::PasswordTyped(password.into())));
            drop(app.login(login::Message::Submitted));
            assert_eq!(matches!(app.stage, Stage::Founded(..)), open, "{password}");
        }
    }

    /// Nobody is there: what was typed at the restore goes, its password too, and the door is shut again.
    #[test]
    fn a_restore_that_is_left_alone_leads_back_to_the_door() {
        let folder = tempfile::tempdir().unwrap();
        let law = desk(folder.path()).law.clone();
        let stage = Stage::Restore(restore::State::new(Vec::new(), true));
        let mut app = App::at(stage, law, Counter::default(), Mode::Light);
        app.folder = folder.path().to_path_buf();
        for message in [
            restore::Message::FolderTyped("/media/usb".into()),
            restore::Message::UserTyped("lanhdao".into()),
            restore::Message::PasswordTyped("Mật-khẩu-7".into()),
        ] {
            drop(app.restore(message));
        }
        drop(app.beat(false));
        assert!(matches!(app.stage, Stage::Restore(_)), "somebody is there");
        drop(app.beat(true));
        assert!(matches!(app.stage, Stage::Login(_)));
    }

    /// From the first start to the restore and back, and with the ledger that is there set aside.
    #[test]
    fn the_way_back_from_the_restore_leads_where_one_came_from() {
        let folder = tempfile::tempdir().unwrap();
        let law = Arc::new(Law::load().unwrap());
        let (stage, _) = first_start(law.clone(), folder.path());
        let mut app = App::at(stage, law, Counter::default(), Mode::Light);
        app.folder = folder.path().to_path_buf();
        for founded in [false, true] {
            if founded {
                drop(desk(folder.path()));
            }
            drop(app.ask_restore());
            assert!(app.title().contains("Khôi phục"));
            drop(app.restore(restore::Message::Closed));
            assert_eq!(matches!(app.stage, Stage::Login(_)), founded);
            assert_eq!(matches!(app.stage, Stage::Setup(_)), !founded);
        }
    }
}
