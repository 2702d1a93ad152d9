//! This machine joins an office that has one: the work behind the screen, off the window's thread.

use std::ops::ControlFlow;

use iced::{Task, futures::channel::mpsc};
use ledger::{Home, Ledger, LedgerError, SeatRequest};
use widgets::travel;

use super::{
    App, Message, Stage, backups, blocking,
    entrance::first_page,
    notice::Notice,
    screen::join::{self, Asked},
};
use crate::{browse, clock, desk::Desk};

impl App {
    /// Goes to the joining.
    pub(super) fn ask_join(&mut self) -> Task<Message> {
        let state = join::State::new(browse::places(), Ledger::asked_to_join(&self.folder));
        self.stage = Stage::Join(state);
        self.turn_join()
    }

    /// The open step's field has the keyboard.
    fn turn_join(&self) -> Task<Message> {
        match &self.stage {
            Stage::Join(state) => state.first_field().map_or_else(Task::none, travel::focus),
            _ => Task::none(),
        }
    }

    pub(super) fn join(&mut self, message: join::Message) -> Task<Message> {
        let Stage::Join(state) = &mut self.stage else { return Task::none() };
        match state.update(message) {
            join::Action::None => Task::none(),
            join::Action::Turned => self.turn_join(),
            join::Action::Close => {
                let Some(law) = self.law() else { return Task::none() };
                let (stage, focus) = first_page(law);
                self.stage = stage;
                Task::batch([travel::focus(focus), self.look_at_folder()])
            }
            join::Action::Ask { label, folder } => {
                let data = self.folder.clone();
                let ask = move || {
                    let request = SeatRequest::make(&data, &label)?;
                    let code = request.code()?;
                    let file = folder.join(format!("motcua-xin-vao-{code}.json"));
                    request.write(&file)?;
                    Ok(Asked { code, file })
                };
                blocking(ask, Message::JoinAsked)
            }
            join::Action::Join(joining) => self.join_with(joining),
        }
    }

    pub(super) fn join_asked(&mut self, result: Result<Asked, LedgerError>) -> Task<Message> {
        if let Stage::Join(state) = &mut self.stage {
            match result {
                Ok(asked) => state.asked(asked),
                Err(error) => state.failed(Notice::error(&error)),
            }
        }
        self.turn_join()
    }

    /// Joins off the window's thread; the screen shows how far it is.
    fn join_with(&mut self, joining: join::Joining) -> Task<Message> {
        let Some(law) = self.law() else { return Task::none() };
        let (data, state) = (self.folder.clone(), self.state.clone());
        let (told, tells) = mpsc::unbounded();
        let work = move || {
            let copy = backups::find(&joining.folder);
            let watch = |progress| {
                // A window that is closed hears nothing more.
                let _ = told.unbounded_send(Message::Joining(progress));
                ControlFlow::Continue(())
            };
            let joining = ledger::Joining {
                user: &joining.user,
                password: &joining.password,
                at: clock::now(),
            };
            let home = Home::new(&data, state.as_deref());
            Desk::new(Ledger::join_office(&copy, home, &joining, &watch)?, law)
        };
        let joined = blocking(work, |joined| Message::Joined(Box::new(joined)));
        Task::batch([Task::stream(tells), joined])
    }

    pub(super) fn joined(&mut self, result: Result<Desk, LedgerError>) -> Task<Message> {
        match result {
            Ok(desk) => self.enter(desk),
            Err(error) => {
                if let Stage::Join(state) = &mut self.stage {
                    state.failed(Notice::error(&error));
                }
                travel::focus(match error {
                    LedgerError::WrongPassword { .. } => join::PASSWORD,
                    _ => join::COPY,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::path::Path;

    use iced::Size;
    use widgets::{Mode, hand::Hand};

    use super::*;
    use crate::{
        desk::tests::desk,
        window::{counter::Counter, entrance::first_start, screen::setup},
    };

    const SIZE: Size = Size::new(1366.0, 900.0);

    /// A window at its first start, and the office of another machine.
    fn window(scratch: &Path) -> (App, Desk) {
        let office = desk(&scratch.join("a"));
        let law = office.law.clone();
        let data = scratch.join("b");
        let (stage, _) = first_start(law.clone(), &data);
        let mut app = App::at(stage, law, Counter::default(), Mode::Light);
        app.folder = data;
        (app, office)
    }

    /// Takes a message in, and what comes of it when all work is done.
    fn tell(app: &mut App, message: join::Message) {
        let task = app.join(message);
        let said = Hand::new(SIZE).wait(|| app.view(), task);
        for said in said {
            drop(app.update(said));
        }
    }

    fn type_in(app: &mut App, folder: &Path, user: &str, password: &str) {
        for message in [
            join::Message::FolderTyped(folder.display().to_string()),
            join::Message::UserTyped(user.into()),
            join::Message::PasswordTyped(password.into()),
            join::Message::Submitted,
        ] {
            tell(app, message);
        }
    }

    fn words(app: &App) -> Vec<String> {
        widgets::shot::words(app.view(), SIZE)
    }

    fn shows(app: &App, part: &str) -> bool {
        words(app).iter().any(|words| words.contains(part))
    }

    #[test]
    fn a_machine_asks_is_let_in_and_works_in_the_office() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _entered = runtime.enter();
        let scratch = tempfile::tempdir().unwrap();
        let (mut app, mut office) = window(scratch.path());
        drop(app.setup(setup::Message::JoinAsked));
        assert_eq!(app.title(), "Một Cửa – Xin vào cơ quan");
        let stick = scratch.path().join("usb");
        let ask = |app: &mut App| {
            tell(app, join::Message::FolderTyped(stick.display().to_string()));
            tell(app, join::Message::Submitted);
        };
        // The stick is not there yet: told, and what was typed is kept.
        ask(&mut app);
        assert_eq!(app.title(), "Một Cửa – Xin vào cơ quan");
        assert!(shows(&app, "LED-"), "{:?}", words(&app));
        std::fs::create_dir(&stick).unwrap();
        tell(&mut app, join::Message::Submitted);
        assert_eq!(app.title(), "Một Cửa – Mã của máy này");

        let file = std::fs::read_dir(&stick).unwrap().next().unwrap().unwrap().path();
        let request = SeatRequest::read(&file).unwrap();
        assert!(shows(&app, &request.code().unwrap()));
        assert_eq!(request.label, "Máy quầy 2");
        let copy = stick.join("motcua-H38.99-20261123-113000");
        office.ledger.admit_seat(&request, &copy, clock::now()).unwrap();

        // The program was closed meanwhile.
        let law = office.law.clone();
        let (stage, focus) = first_start(law.clone(), &app.folder);
        assert_eq!(focus, join::COPY);
        let data = app.folder.clone();
        app = App::at(stage, law, Counter::default(), Mode::Light);
        app.folder = data;
        assert_eq!(app.title(), "Một Cửa – Vào cơ quan");

        type_in(&mut app, &stick, "chi", "sai");
        assert!(shows(&app, "LED-05"), "{:?}", words(&app));
        let fields = Hand::new(SIZE).fields(app.view());
        assert_eq!(fields[..2], [stick.display().to_string(), "chi".to_owned()]);
        tell(&mut app, join::Message::PasswordTyped("Mật-khẩu-7".into()));
        tell(&mut app, join::Message::Submitted);
        let Stage::Desk(shell) = &app.stage else { panic!("{:?}", words(&app)) };
        assert_eq!(shell.desk.office.name, office.office.name);
        assert_eq!(shell.desk.ledger.user().name.0, "chi");
        assert!(!Ledger::asked_to_join(&app.folder));
        assert!(shell.desk.ledger.check().unwrap().clean());
    }

    /// A copy that was made before this machine was let in opens nothing here, and says so.
    #[test]
    fn a_copy_that_lets_another_in_is_refused() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _entered = runtime.enter();
        let scratch = tempfile::tempdir().unwrap();
        let (mut app, mut office) = window(scratch.path());
        let copy = scratch.path().join("copy");
        office.ledger.backup(&copy, clock::now()).unwrap();
        SeatRequest::make(&app.folder, "Máy quầy 2").unwrap();
        drop(app.ask_join());
        type_in(&mut app, &copy, "chi", "Mật-khẩu-7");
        assert!(shows(&app, "LED-72"), "{:?}", words(&app));
        assert!(!Ledger::exists(&app.folder));
        assert!(Ledger::asked_to_join(&app.folder));
    }

    /// Esc leads back step by step to the first page, though this machine asked; left alone, at once.
    #[test]
    fn the_way_back_leads_to_the_first_page() {
        let scratch = tempfile::tempdir().unwrap();
        let (mut app, office) = window(scratch.path());
        SeatRequest::make(&app.folder, "Máy quầy 2").unwrap();
        drop(app.ask_join());
        for title in ["Vào cơ quan", "Xin vào cơ quan", "Thiết lập"] {
            assert_eq!(app.title(), format!("Một Cửa – {title}"));
            drop(app.join(join::Message::Back));
        }
        let (stage, _) = first_start(office.law.clone(), &app.folder);
        app.stage = stage;
        drop(app.join(join::Message::PasswordTyped("Mật-khẩu-7".into())));
        drop(app.beat(false));
        assert!(matches!(app.stage, Stage::Join(_)), "somebody is there");
        drop(app.beat(true));
        assert!(matches!(app.stage, Stage::Setup(_)));
    }
}
