//! The window: first start, login, and the desk behind it.
//!
//! Keys that no control took go to the open screen. What a scanner types or sends goes there too,
//! whatever has the keyboard; at a closed window it falls. After [`rest::idle_limit`] without a touch the window locks
//! and keeps its state.

mod advice;
mod backups;
mod chip;
mod drop;
mod entrance;
mod exchange;
mod founding;
pub mod gallery;
mod help;
mod joining;
mod layout;
mod live;
mod notice;
mod outgoing;
mod papers;
mod rest;
mod scans;
mod screen;
mod shell;

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use iced::{
    Subscription, Task,
    futures::{SinkExt, Stream, channel::mpsc},
    keyboard, stream,
};
use identity::{card::Change, code::zone::Zone};
use ledger::{BackupProgress, Ledger, LedgerError, Rebuilding};
use sync::Link;
use widgets::{
    Dialog, Element, Mode, again::Again, column, danger, keys::Pressed, modal, secondary,
    swallowed, text, travel,
};

use crate::{
    assets::{Law, Reading},
    clock,
    command::Outcome,
    crash,
    desk::Desk,
    devices::Devices,
    failure::AppError,
    keys,
};
use entrance::{Inside, at_the_door, first_start};
use notice::Notice;
use scans::{Scan, Serial};
use screen::{camera, devices, join, login, password, restore, setup};
use shell::{Counter, Shell};

/// How often the way to the province is tried.
const LINK_EVERY: Duration = Duration::from_secs(30);
/// How long the way to the province may take to answer.
const LINK_PATIENCE: Duration = Duration::from_secs(3);

/// The whole window.
pub struct App {
    folder: PathBuf,
    law: Reading,
    stage: Stage,
    counter: Counter,
    link: Link,
    gateway: Option<Arc<str>>,
    mode: Mode,
    zone: Zone,
    /// Codes that were scanned so far.
    scans: u64,
    again: Again,
    /// The help that lies over everything.
    help: Option<help::State>,
    /// The window closes as soon as the backup that runs has ended.
    closing: bool,
}

enum Stage {
    Setup(Box<setup::State>),
    /// The office is founded and open; the wizard shows its last pages.
    Founded(Box<setup::State>, Box<Desk>),
    Login(login::State),
    /// The ledger is open by a password that another user gave: an own one comes first.
    First(Box<Desk>, password::State),
    Desk(Box<Shell>),
    Locked(Inside, login::State),
    Restore(restore::State),
    /// This machine becomes another machine of an office.
    Join(join::State),
}

/// What happened.
pub enum Message {
    /// In the wizard.
    Setup(setup::Message),
    /// At the login.
    Login(login::Message),
    /// In the help.
    Help(help::Message),
    /// At the first own password.
    First(password::Message),
    /// At the desk.
    Desk(shell::Message),
    /// A ledger was opened, or not.
    Opened(Box<Result<Desk, LedgerError>>),
    /// An older ledger is being rebuilt.
    Rebuilding(Rebuilding),
    /// An office was founded, or not; with its recovery code.
    Founded(Box<Result<(Ledger, String), LedgerError>>),
    /// A demo office was made, or not.
    DemoMade(Box<Result<Desk, LedgerError>>),
    /// A key that no control took.
    Keyboard(keyboard::Event),
    /// A digit was pressed a moment ago, after so many codes had been scanned.
    Digit(u8, u64),
    /// At the readers.
    Reader(Change),
    /// The way to the province.
    Link(Link),
    /// Time passed.
    Tick,
    /// The first frame stands on the screen.
    Drawn,
    /// The recovery sheet of a new office went out, or did not.
    SheetOut(outgoing::Told),
    /// Light or dark.
    ModeSwitched,
    /// A scanner typed a code.
    Scanned(String),
    /// The serial scanner.
    Serial(Serial),
    /// A line of a scan may wait for another in vain.
    ZoneWaits,
    /// At the restore.
    Restore(restore::Message),
    /// How far the restore is.
    Restoring(BackupProgress),
    /// A backup was restored, or not.
    Restored(Box<Result<Desk, LedgerError>>),
    /// At the joining of an office.
    Join(join::Message),
    /// The request to join was written, or not.
    JoinAsked(Result<join::Asked, LedgerError>),
    /// How far the joining is.
    Joining(BackupProgress),
    /// This machine joined, or not.
    Joined(Box<Result<Desk, LedgerError>>),
    /// A running backup.
    Backup(backups::Told),
    /// A running exchange of entries.
    Exchange(exchange::Told),
    /// The window is to be closed; the second time at once.
    CloseAsked,
    /// It stays open, and the backup goes on.
    CloseDropped,
    /// A file was dropped on the window.
    Dropped(PathBuf),
    /// A dropped picture was searched.
    Searched(Result<Scan, Notice>),
    /// Work off the window's thread ended by a panic.
    WorkFell,
}

/// Opens the window and stays until it is closed.
pub fn run(folder: PathBuf) -> Outcome {
    // The wizard of the first start shows the units at once.
    let law = if Ledger::exists(&folder) { None } else { Some(Arc::new(Law::load()?)) };
    let boot = move || App::boot(folder.clone(), law.clone());
    let window = iced::application(boot, App::update, App::view)
        .title(App::title)
        .theme(App::theme)
        .subscription(App::subscription)
        .settings(widgets::settings())
        .exit_on_close_request(false)
        .window_size((1280.0, 720.0));
    match crash::window(|| window.run()) {
        Some(Ok(())) => Ok(ExitCode::SUCCESS),
        Some(Err(error)) => Err(AppError::Window(error.to_string()).into()),
        None => Ok(ExitCode::FAILURE),
    }
}

impl App {
    fn boot(folder: PathBuf, law: Option<Arc<Law>>) -> (Self, Task<Message>) {
        let (law, stage, focus) = match law {
            Some(law) => {
                let (stage, focus) = first_start(law.clone(), &folder);
                (Reading::Done(law), stage, focus)
            }
            None => {
                let (stage, focus) = at_the_door(&folder);
                (Reading::Waiting, stage, focus)
            }
        };
        let counter = Counter { devices: Devices::load(&folder), ..Counter::default() };
        let app = Self {
            folder,
            law,
            stage,
            counter,
            link: Link::NotConfigured,
            gateway: std::env::var("MOTCUA_GATEWAY").ok().map(Arc::from),
            mode: Mode::Light,
            zone: Zone::default(),
            scans: 0,
            again: Again::default(),
            help: None,
            closing: false,
        };
        (app, travel::focus(focus))
    }

    /// The window at a stage, for pictures.
    fn at(stage: Stage, law: Arc<Law>, counter: Counter, mode: Mode) -> Self {
        Self {
            folder: PathBuf::new(),
            law: Reading::Done(law),
            stage,
            counter,
            link: Link::Offline,
            gateway: None,
            mode,
            zone: Zone::default(),
            scans: 0,
            again: Again::default(),
            help: None,
            closing: false,
        }
    }

    fn title(&self) -> String {
        let screen = match &self.stage {
            _ if self.help.is_some() => "Trợ giúp",
            Stage::Setup(_) | Stage::Founded(..) => "Thiết lập",
            Stage::Login(login) | Stage::Locked(_, login) => login.title(),
            Stage::First(..) => "Đặt mật khẩu",
            Stage::Desk(shell) => shell.title(),
            Stage::Restore(_) => "Khôi phục",
            Stage::Join(state) => state.title(),
        };
        format!("Một Cửa – {screen}")
    }

    fn theme(&self) -> iced::Theme {
        self.mode.theme()
    }

    fn subscription(&self) -> Subscription<Message> {
        let port = self.counter.devices.scanner.clone();
        let serial = port.map(|port| Subscription::run_with(port, scans::listen));
        let waits = iced::time::every(scans::LOOK).map(|_| Message::ZoneWaits);
        let drawn = iced::event::listen_raw(|event, _, _| match event {
            iced::Event::Window(iced::window::Event::RedrawRequested(_)) => Some(Message::Drawn),
            _ => None,
        });
        Subscription::batch([
            serial.map_or_else(Subscription::none, |serial| serial.map(Message::Serial)),
            if self.zone.is_waiting() { waits } else { Subscription::none() },
            if self.law.is_waiting() { drawn } else { Subscription::none() },
            iced::event::listen_with(|event, _, _| match event {
                iced::Event::Window(iced::window::Event::FileDropped(path)) => {
                    Some(Message::Dropped(path))
                }
                _ => None,
            }),
            keyboard::listen().map(Message::Keyboard),
            // Notes every touch without waking the window for it, unless it comes too late.
            iced::event::listen_with(|event, _, _| {
                let somebody = matches!(
                    event,
                    iced::Event::Keyboard(_) | iced::Event::Mouse(_) | iced::Event::Touch(_)
                );
                if somebody && !rest::touched() {
                    return Some(Message::Tick);
                }
                if matches!(event, iced::Event::Keyboard(keyboard::Event::KeyPressed { .. })) {
                    rest::key_pressed();
                }
                None
            }),
            iced::window::close_requests().map(|_| Message::CloseAsked),
            Subscription::run(chip::watch).map(Message::Reader),
            Subscription::run(rest::beats).map(|()| Message::Tick),
            match &self.gateway {
                Some(gateway) => {
                    Subscription::run_with(gateway.clone(), watch_link).map(Message::Link)
                }
                None => Subscription::none(),
            },
        ])
    }

    /// What is open, as a number that changes with it.
    fn place(&self) -> u64 {
        let mut place = DefaultHasher::new();
        std::mem::discriminant(&self.stage).hash(&mut place);
        match &self.stage {
            Stage::Setup(wizard) | Stage::Founded(wizard, _) => wizard.place().hash(&mut place),
            Stage::Login(login) | Stage::Locked(_, login) => login.title().hash(&mut place),
            Stage::Desk(shell) => shell.place().hash(&mut place),
            Stage::Join(state) => state.place().hash(&mut place),
            Stage::Restore(_) | Stage::First(..) => {}
        }
        self.help.is_some().hash(&mut place);
        place.finish()
    }

    /// Takes a message in. When what lay over a screen is gone, the keyboard is where it was, or at the screen's
    /// main field: never nowhere.
    fn update(&mut self, message: Message) -> Task<Message> {
        let (place, covered) = (self.place(), self.is_covered());
        let turned = turns(&message);
        let task = self.take_in(message);
        // A line of a zone that waits belongs to whoever was being looked at.
        let now = self.place();
        if turned || now != place {
            self.zone.drop_line();
        }
        self.again.sees(now, Instant::now());
        match self.main_field() {
            Some(field) if covered && !self.is_covered() => {
                Task::batch([task, travel::rest(field)])
            }
            _ => task,
        }
    }

    /// Whether a dialog or a question stands over the screen.
    fn is_covered(&self) -> bool {
        let asks = match &self.stage {
            Stage::Desk(shell) => shell.is_covered(),
            Stage::Setup(wizard) | Stage::Founded(wizard, _) => wizard.devices.tries_camera(),
            Stage::Login(_)
            | Stage::First(..)
            | Stage::Locked(..)
            | Stage::Restore(_)
            | Stage::Join(_) => false,
        };
        asks || self.closing || self.help.is_some()
    }

    /// The field that has the keyboard when nothing else does; none on a screen that has no field of its own.
    fn main_field(&self) -> Option<String> {
        let field = match &self.stage {
            Stage::Desk(shell) => return shell.main_field(),
            Stage::Setup(wizard) | Stage::Founded(wizard, _) => wizard.first_field(),
            Stage::Login(login) | Stage::Locked(_, login) => login.first_field(),
            Stage::First(_, state) => state.first_field(),
            Stage::Restore(_) => restore::FOLDER,
            Stage::Join(state) => state.first_field()?,
        };
        Some(field.to_owned())
    }

    fn take_in(&mut self, message: Message) -> Task<Message> {
        match message {
            Message::Setup(message) => self.setup(message),
            Message::Login(message) => self.login(message),
            Message::Help(message) => {
                self.help.take_if(|help| !help.update(message));
                Task::none()
            }
            Message::First(message) => self.first_password(message),
            Message::Drawn => {
                self.law.begin();
                Task::none()
            }
            Message::Desk(message) => self.desk(message),
            Message::Opened(result) => self.opened(*result),
            Message::Rebuilding(rebuilding) => {
                if let Stage::Login(login) = &mut self.stage {
                    login.rebuilding(rebuilding);
                }
                Task::none()
            }
            Message::DemoMade(result) => match *result {
                Ok(desk) => self.sit_down(desk),
                Err(error) => {
                    self.setup_failed(&error);
                    Task::none()
                }
            },
            Message::Founded(result) => self.founded(*result),
            Message::Restore(message) => self.restore(message),
            Message::Restoring(progress) => {
                if let Stage::Restore(state) = &mut self.stage {
                    state.progressed(progress);
                }
                Task::none()
            }
            Message::Restored(result) => self.restored(*result),
            Message::Join(message) => self.join(message),
            Message::JoinAsked(result) => self.join_asked(result),
            Message::Joining(progress) => {
                if let Stage::Join(state) = &mut self.stage {
                    state.progressed(progress);
                }
                Task::none()
            }
            Message::Joined(result) => self.joined(*result),
            Message::CloseAsked => self.close(),
            Message::CloseDropped => {
                self.closing = false;
                Task::none()
            }
            Message::Backup(told) => self.backup_told(told),
            Message::Exchange(told) => self.exchange_told(told),
            Message::SheetOut(told) => {
                self.sheet_went(&told);
                Task::none()
            }
            Message::Keyboard(event) => {
                if self.again.takes(&event, self.place(), Instant::now()) {
                    return Task::none();
                }
                self.keyboard(&event)
            }
            Message::Digit(digit, scans) => match &mut self.stage {
                Stage::Desk(shell) if rest::keys_rest() && scans == self.scans => {
                    let action = shell.key(Pressed::Digit(digit), &self.counter);
                    self.act(action)
                }
                _ => Task::none(),
            },
            Message::Reader(change) => {
                self.counter.note(&change);
                match &mut self.stage {
                    Stage::Setup(wizard) | Stage::Founded(wizard, _) => {
                        if !self.counter.cards.is_empty() {
                            wizard.devices.card_seen();
                        }
                        Task::none()
                    }
                    Stage::Desk(shell) => {
                        shell.reader_changed(&change, &self.counter).map(Message::Desk)
                    }
                    Stage::Login(_)
                    | Stage::First(..)
                    | Stage::Locked(..)
                    | Stage::Restore(_)
                    | Stage::Join(_) => Task::none(),
                }
            }
            Message::Link(link) => {
                self.link = link;
                Task::none()
            }
            Message::Tick => self.tick(),
            Message::Scanned(text) => self.typed_quickly(text),
            Message::Serial(heard) => self.serial(heard),
            Message::ZoneWaits => match self.zone.left_over(rest::moment()) {
                Some(text) => self.scanned_whole(text.into()),
                None => Task::none(),
            },
            Message::Dropped(path) => match &mut self.stage {
                Stage::Desk(shell) => match shell.file_dropped(path) {
                    Ok(message) => self.desk(message),
                    Err(path) => search(shell.picture_dropped(path)),
                },
                _ => Task::none(),
            },
            Message::Searched(result) => match &mut self.stage {
                Stage::Desk(shell) => match shell.picture_searched(result, &self.counter) {
                    Ok(next) => search(Some(next)),
                    Err(task) => task.map(Message::Desk),
                },
                _ => Task::none(),
            },
            Message::WorkFell => {
                let fell = Notice::caution(crash::work_fell());
                match &mut self.stage {
                    Stage::Login(login) | Stage::Locked(_, login) => login.failed(fell),
                    Stage::Restore(state) => state.failed(fell, false),
                    Stage::Join(state) => state.failed(fell),
                    Stage::Setup(_) | Stage::Founded(..) | Stage::First(..) | Stage::Desk(_) => {}
                }
                Task::none()
            }
            Message::ModeSwitched => {
                self.mode = match self.mode {
                    Mode::Light => Mode::Dark,
                    Mode::Dark => Mode::Light,
                };
                Task::none()
            }
        }
    }

    fn tick(&mut self) -> Task<Message> {
        let overdue = rest::overdue();
        if overdue {
            rest::begin();
        }
        self.beat(overdue)
    }

    /// Time passed; `overdue`: nobody was there for too long.
    fn beat(&mut self, overdue: bool) -> Task<Message> {
        let backup = self.back_up_by_plan();
        let done = match &mut self.stage {
            Stage::Desk(shell) => {
                shell.tick(clock::now());
                match (overdue, shell.in_hall()) {
                    (false, _) => Task::none(),
                    (true, true) => {
                        shell.hall_left_alone();
                        Task::none()
                    }
                    (true, false) => self.lock(),
                }
            }
            Stage::Founded(..) if overdue => self.lock(),
            Stage::First(..) if overdue => self.leave_first(),
            Stage::Restore(_) if overdue => self.restore(restore::Message::Closed),
            Stage::Join(_) if overdue => self.join(join::Message::Left),
            _ => Task::none(),
        };
        Task::batch([backup, done])
    }

    /// Keeps the choice of devices; what cannot be kept is not used either.
    fn keep(&mut self, choice: Devices) -> Task<Message> {
        match choice.save(&self.folder) {
            Ok(()) => {
                if choice.scanner != self.counter.devices.scanner {
                    self.counter.scanner = None;
                }
                self.counter.devices = choice;
            }
            Err(error) => match &mut self.stage {
                Stage::Setup(wizard) | Stage::Founded(wizard, _) => {
                    wizard.devices.tell(Notice::error(&error));
                }
                Stage::Desk(shell) => shell.devices_refused(Notice::error(&error)),
                Stage::Login(_)
                | Stage::First(..)
                | Stage::Locked(..)
                | Stage::Restore(_)
                | Stage::Join(_) => {}
            },
        }
        Task::none()
    }

    /// The law; without it says so.
    fn law(&mut self) -> Option<Arc<Law>> {
        let error = match self.law.law() {
            Ok(law) => return Some(law),
            Err(error) => Notice::error(&error),
        };
        match &mut self.stage {
            Stage::Login(login) | Stage::Locked(_, login) => login.failed(error),
            Stage::Setup(wizard) | Stage::Founded(wizard, _) => wizard.failed(error),
            Stage::Desk(shell) => shell.tell(Some(error)),
            Stage::Restore(state) => state.failed(error, false),
            Stage::Join(state) => state.failed(error),
            Stage::First(_, state) => state.refused(error),
        }
        None
    }

    fn desk(&mut self, message: shell::Message) -> Task<Message> {
        match (&mut self.stage, message) {
            (Stage::Desk(shell), message) => {
                let action = shell.update(message, &self.counter);
                self.act(action)
            }
            (Stage::Locked(Inside::Desk(shell), _), shell::Message::Outgoing(told)) => {
                shell.told_outgoing(told).map(Message::Desk)
            }
            _ => Task::none(),
        }
    }

    fn act(&mut self, action: shell::Action) -> Task<Message> {
        match action {
            shell::Action::Run(task) => task.map(Message::Desk),
            shell::Action::Lock => self.lock(),
            shell::Action::BackUp(folder) => self.back_up(folder, false),
            shell::Action::Exchange(way, folder) => self.exchange(way, &folder),
            shell::Action::Restore => self.ask_restore(),
            shell::Action::SwitchMode => self.update(Message::ModeSwitched),
            shell::Action::Help => self.open_help(),
            shell::Action::Keep(choice) => self.keep(choice),
            shell::Action::NextReader => {
                self.counter.choose_next();
                if let Stage::Desk(shell) = &mut self.stage {
                    shell.counter_changed(&self.counter);
                }
                Task::none()
            }
            shell::Action::KeepAndRun(choice, task) => {
                Task::batch([self.keep(choice), task.map(Message::Desk)])
            }
        }
    }

    fn keyboard(&mut self, event: &keyboard::Event) -> Task<Message> {
        crash::fall_if_asked();
        let Some(key) = Pressed::of(event) else { return Task::none() };
        if key == Pressed::F(11) {
            return self.update(Message::ModeSwitched);
        }
        if self.closing {
            return match key {
                Pressed::Escape | Pressed::Enter => self.update(Message::CloseDropped),
                _ => Task::none(),
            };
        }
        if let Some(help) = &self.help {
            return match help.key(key) {
                Some(message) => self.update(Message::Help(message)),
                None => Task::none(),
            };
        }
        if key == Pressed::F(1) {
            return self.open_help();
        }
        // A scanner in keyboard mode begins with a digit too: only one that stays alone is a choice.
        if let Pressed::Digit(digit) = key {
            let scans = self.scans;
            return Task::future(tokio::time::sleep(rest::ALONE))
                .map(move |()| Message::Digit(digit, scans));
        }
        match &mut self.stage {
            Stage::Desk(shell) => {
                let action = shell.key(key, &self.counter);
                self.act(action)
            }
            Stage::Setup(wizard) | Stage::Founded(wizard, _) if wizard.tries_devices() => {
                let camera = |message| devices::Message::Camera(message);
                let message = match key {
                    Pressed::F(7) => devices::Message::CameraTried,
                    Pressed::F(5) => camera(camera::Message::Again),
                    Pressed::Escape => camera(camera::Message::Closed),
                    Pressed::Enter if wizard.devices.tries_camera() => {
                        camera(camera::Message::Closed)
                    }
                    Pressed::Enter => return self.setup(setup::Message::Next),
                    _ => return Task::none(),
                };
                self.setup_devices(message)
            }
            Stage::Setup(_) | Stage::Founded(..) => match key {
                Pressed::Enter => self.setup(setup::Message::Next),
                Pressed::Escape => self.setup(setup::Message::Back),
                Pressed::F(8) => self.setup(setup::Message::SheetSaved),
                Pressed::F(9) => self.setup(setup::Message::SheetPrinted),
                Pressed::Ctrl('l') => self.lock(),
                _ => Task::none(),
            },
            Stage::Restore(_) => match key {
                Pressed::Enter => self.restore(restore::Message::Submitted),
                Pressed::Escape => self.restore(restore::Message::Closed),
                _ => Task::none(),
            },
            Stage::Join(_) => match key {
                Pressed::Enter => self.join(join::Message::Submitted),
                Pressed::Escape => self.join(join::Message::Back),
                Pressed::F(4) => self.join(join::Message::NextPlace),
                Pressed::F(8) => self.join(join::Message::CopyThere),
                _ => Task::none(),
            },
            Stage::Login(_) | Stage::Locked(..) => match key {
                Pressed::Enter => self.login(login::Message::Submitted),
                Pressed::F(2) => self.login(login::Message::Forgotten),
                Pressed::F(4) => self.login(login::Message::OtherUser),
                Pressed::F(8) => self.login(login::Message::RestoreAsked),
                Pressed::Escape => self.login(login::Message::Remembered),
                _ => Task::none(),
            },
            Stage::First(..) => match key {
                Pressed::Enter => self.first_password(password::Message::Submitted),
                Pressed::Escape => self.first_password(password::Message::Closed),
                _ => Task::none(),
            },
        }
    }

    /// Something was typed at a scanner's pace, into no field: a scan, or the work of a quick hand.
    fn typed_quickly(&mut self, text: String) -> Task<Message> {
        match &mut self.stage {
            Stage::Desk(shell) if keys::is_of_a_hand(&text) => {
                self.scans += 1;
                shell.typed_quickly(text, &self.counter).map(Message::Desk)
            }
            _ => self.scanned(&text),
        }
    }

    fn scanned(&mut self, scan: &str) -> Task<Message> {
        // A digit that still waits was the scanner's.
        self.scans += 1;
        match self.zone.join(scan, rest::moment()) {
            Some(whole) => self.scanned_whole(whole.into()),
            None => Task::none(),
        }
    }

    fn scanned_whole(&mut self, scan: Scan) -> Task<Message> {
        self.help = None;
        match &mut self.stage {
            Stage::Desk(shell) => shell.scanned(scan, &self.counter).map(Message::Desk),
            Stage::Setup(wizard) | Stage::Founded(wizard, _) if wizard.tries_devices() => {
                wizard.devices.scanned(&scan.text);
                Task::none()
            }
            _ => Task::none(),
        }
    }

    fn serial(&mut self, heard: Serial) -> Task<Message> {
        match heard {
            Serial::Ready => self.counter.scanner = Some(Ok(())),
            Serial::Lost(error) => self.counter.scanner = Some(Err(error)),
            Serial::Code(Ok(text)) if rest::touched() => return self.scanned(&text),
            Serial::Code(Ok(_)) => return self.tick(),
            Serial::Code(Err(error)) => match &mut self.stage {
                Stage::Desk(shell) => {
                    return shell.scan_failed(&error, &self.counter).map(Message::Desk);
                }
                Stage::Setup(wizard) | Stage::Founded(wizard, _) => {
                    wizard.devices.tell(Notice::error(&*error));
                }
                Stage::Login(_)
                | Stage::First(..)
                | Stage::Locked(..)
                | Stage::Restore(_)
                | Stage::Join(_) => {}
            },
        }
        Task::none()
    }

    fn open_help(&mut self) -> Task<Message> {
        self.help = Some(help::State::at(self.page()));
        travel::focus(help::QUERY)
    }

    /// The page of what is open.
    fn page(&self) -> help::Page {
        match &self.stage {
            Stage::Setup(_) | Stage::Founded(..) => help::Page::Setup,
            Stage::Login(_) | Stage::First(..) | Stage::Locked(..) => help::Page::Login,
            Stage::Restore(_) => help::Page::Restore,
            Stage::Join(_) => help::Page::Join,
            Stage::Desk(shell) => shell.page(),
        }
    }

    fn view(&self) -> Element<'_, Message> {
        let screen = match &self.stage {
            Stage::Setup(wizard) | Stage::Founded(wizard, _) => {
                wizard.view(&self.counter).map(Face::Setup)
            }
            Stage::Login(login) | Stage::Locked(_, login) => login.view().map(Face::Login),
            Stage::First(desk, state) => layout::centred(
                column([text::title(desk.office.name.as_str()).into()])
                    .push(column([text::strong(state.title()).into(), state.view()])),
            )
            .map(Face::First),
            Stage::Desk(shell) => shell.view(&self.counter, self.link).map(Face::Desk),
            Stage::Restore(state) => state.view().map(Face::Restore),
            Stage::Join(state) => state.view().map(Face::Join),
        };
        let help = self.help.as_ref().map(|help| help.dialog().map(Face::Help));
        let over = if self.closing { Some(closing()) } else { help };
        let screen = modal(screen, over).map(|face| match face {
            Face::Setup(message) => Message::Setup(message),
            Face::Login(message) => Message::Login(message),
            Face::First(message) => Message::First(message),
            Face::Desk(message) => Message::Desk(message),
            Face::Restore(message) => Message::Restore(message),
            Face::Join(message) => Message::Join(message),
            Face::Help(message) => Message::Help(message),
            Face::CloseAsked => Message::CloseAsked,
            Face::CloseDropped => Message::CloseDropped,
        });
        let menu =
            self.help.is_none() && matches!(&self.stage, Stage::Desk(shell) if shell.shows_menu());
        swallowed::keys(screen, Message::Keyboard)
            .arrows(menu)
            .place(self.place())
            .scans(scans::finder, Message::Scanned)
            .into()
    }
}

/// Whether the clerk turns to something else, even where the same screen opens anew.
fn turns(message: &Message) -> bool {
    match message {
        Message::Keyboard(event) => {
            matches!(Pressed::of(event), Some(Pressed::F(_) | Pressed::Escape | Pressed::Ctrl(_)))
        }
        Message::Desk(shell::Message::Bar(_)) => true,
        _ => false,
    }
}

/// What is drawn says of itself.
#[derive(Clone)]
enum Face {
    Setup(setup::Message),
    Login(login::Message),
    First(password::Message),
    Desk(shell::Message),
    Restore(restore::Message),
    Join(join::Message),
    Help(help::Message),
    CloseAsked,
    CloseDropped,
}

/// What waits for the day's backup before the window closes.
fn closing<'a>() -> Dialog<'a, Face> {
    let words = text::body(
        "Hôm nay chưa sao lưu theo lịch, nên chương trình đang sao lưu; xong thì cửa sổ tự đóng. Tiến độ hiện ở chân cửa sổ.",
    );
    Dialog::new("Đang sao lưu trước khi đóng", words)
        .action(secondary("Làm việc tiếp").key("Esc").on_press(Face::CloseDropped))
        .action(danger("Đóng ngay, bỏ lần sao lưu này").on_press(Face::CloseAsked))
        .on_close(Face::CloseDropped)
}

/// Folder of the data folder in which certificates were laid before the ledger kept them.
const LEGACY_TRUST: &str = "trust";

/// Work that takes its time, off the window's thread. A panic there ends the work, not the window.
fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
    then: impl Fn(T) -> Message + Send + 'static,
) -> Task<Message> {
    Task::future(tokio::task::spawn_blocking(work)).then(move |done| match done {
        Ok(value) => Task::done(then(value)),
        Err(_) => Task::done(Message::WorkFell),
    })
}

/// Tries the way to the province again and again and tells how it changes.
fn watch_link(gateway: &Arc<str>) -> impl Stream<Item = Link> + use<> {
    let gateway = gateway.clone();
    stream::channel(1, async move |mut sender: mpsc::Sender<Link>| {
        let mut known = None;
        loop {
            let gateway = gateway.clone();
            let tried =
                tokio::task::spawn_blocking(move || sync::link(Some(&gateway), LINK_PATIENCE));
            if let Ok(link) = tried.await
                && known.replace(link) != Some(link)
                && sender.send(link).await.is_err()
            {
                return;
            }
            tokio::time::sleep(LINK_EVERY).await;
        }
    })
}

/// Searches a picture, off the window's thread.
fn search(path: Option<PathBuf>) -> Task<Message> {
    match path {
        Some(path) => blocking(move || drop::search(&path), Message::Searched),
        None => Task::none(),
    }
}
