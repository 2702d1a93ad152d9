//! The first start: the wizard's work behind its pages.

use iced::Task;
use ledger::{Home, Ledger, LedgerError};
use widgets::travel;

use super::{
    App, Message, Stage, blocking,
    entrance::Inside,
    live,
    notice::Notice,
    outgoing::{self, Document, Told},
    papers,
    screen::{camera, devices, login, setup},
    tokens,
};
use crate::{clock, demo, desk::Desk, devices::Devices};

impl App {
    pub(super) fn setup(&mut self, message: setup::Message) -> Task<Message> {
        let (Stage::Setup(wizard) | Stage::Founded(wizard, _)) = &mut self.stage else {
            return Task::none();
        };
        match wizard.update(message) {
            setup::Action::None => Task::none(),
            setup::Action::Turned => travel::focus(wizard.first_field()),
            setup::Action::Restore => self.ask_restore(),
            setup::Action::Join => self.ask_join(),
            setup::Action::Demo => {
                let (folder, state) = (self.folder.clone(), self.state.clone());
                let Some(law) = self.law() else { return Task::none() };
                let make = move || {
                    let home = Home::new(&folder, state.as_deref());
                    Desk::new(demo::make(home, &law, clock::now())?, law)
                };
                blocking(make, |made| Message::DemoMade(Box::new(made)))
            }
            setup::Action::Found(mut founding) => {
                let (folder, state) = (self.folder.clone(), self.state.clone());
                let Some(law) = self.law() else { return Task::none() };
                founding.books = law.books.of(founding.office.profile);
                blocking(
                    move || {
                        Ledger::create(Home::new(&folder, state.as_deref()), *founding)
                            .map(|(ledger, sheet)| (ledger, sheet.code().to_string()))
                    },
                    |founded| Message::Founded(Box::new(founded)),
                )
            }
            setup::Action::Devices(message) => self.setup_devices(message),
            setup::Action::PrintSheet(code) => {
                self.sheet_out(&code, |sheet| outgoing::printed(sheet, 1))
            }
            setup::Action::KeepSheet(code) => self.sheet_out(&code, outgoing::saved),
            setup::Action::Finish => {
                match std::mem::replace(&mut self.stage, Stage::Login(login::State::default())) {
                    Stage::Founded(_, desk) => self.sit_down(*desk),
                    other => {
                        self.stage = other;
                        Task::none()
                    }
                }
            }
        }
    }

    pub(super) fn setup_devices(&mut self, message: devices::Message) -> Task<Message> {
        let (Stage::Setup(wizard) | Stage::Founded(wizard, _)) = &mut self.stage else {
            return Task::none();
        };
        match wizard.devices.update(message, &self.counter.devices) {
            devices::Action::None => Task::none(),
            devices::Action::Keep(choice) => self.keep(choice),
            devices::Action::TryToken(choice) => {
                let tried = tokens::try_token(choice.token.clone());
                let tried = tried.map(|told| Message::Setup(setup::Message::Devices(told)));
                Task::batch([self.keep(choice), tried])
            }
            devices::Action::Start(place) => {
                let (live, told) = live::start(place);
                wizard.devices.started(live);
                let camera = wizard.devices.camera_name();
                let kept = self.keep(Devices { camera, ..self.counter.devices.clone() });
                let told = told.map(|told| {
                    let told = devices::Message::Camera(camera::Message::Told(told));
                    Message::Setup(setup::Message::Devices(told))
                });
                Task::batch([kept, told])
            }
        }
    }

    /// Sends the recovery sheet out.
    fn sheet_out(&mut self, code: &str, out: fn(Document) -> Task<Told>) -> Task<Message> {
        let Stage::Founded(wizard, desk) = &mut self.stage else { return Task::none() };
        match papers::recovery_sheet(desk, code) {
            Ok(sheet) => out(sheet).map(Message::SheetOut),
            Err(notice) => {
                wizard.done(notice);
                Task::none()
            }
        }
    }

    /// What came of it.
    pub(super) fn sheet_went(&mut self, told: &Told) {
        if let Stage::Founded(wizard, _) | Stage::Locked(Inside::Wizard(wizard, _), _) =
            &mut self.stage
        {
            wizard.done(match told {
                Told::Saved(path) => {
                    Notice::done(format!("Đã lưu: {}. {}", path.display(), papers::REMOVE_SHEET))
                }
                told => told.notice(),
            });
        }
    }

    pub(super) fn founded(
        &mut self,
        result: Result<(Ledger, String), LedgerError>,
    ) -> Task<Message> {
        let Some(law) = self.law() else { return Task::none() };
        let opened = result.and_then(|(ledger, code)| Ok((Desk::new(ledger, law.clone())?, code)));
        match opened {
            Ok((desk, code)) => {
                let mut wizard = setup::State::new(law);
                wizard.founded(code);
                self.stage = Stage::Founded(Box::new(wizard), Box::new(desk));
                travel::focus(setup::FIRST)
            }
            Err(error) => {
                self.setup_failed(&error);
                Task::none()
            }
        }
    }

    pub(super) fn setup_failed(&mut self, error: &LedgerError) {
        if let Stage::Setup(wizard) = &mut self.stage {
            wizard.failed(Notice::error(error));
        }
    }
}
