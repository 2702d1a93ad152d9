//! The window: first start, login, and the desk behind it.
//!
//! Keys that no control took go to the open screen. What a scanner types or sends goes there too,
//! whatever has the keyboard; at a closed window it falls. After [`rest::idle_limit`] without a touch the window locks
//! and keeps its state.

mod advice;
mod backing_up;
mod backups;
mod chip;
mod counter;
mod drop;
mod eform;
mod entrance;
mod exchange;
mod feeding;
mod founding;
mod frame;
pub mod gallery;
mod hearing;
mod help;
mod joining;
mod layout;
mod live;
mod notice;
mod outgoing;
mod papers;
mod province;
mod rest;
mod scans;
mod screen;
mod shell;
mod stamping;
mod tending;
mod tokens;
mod typing;
mod watching;

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use iced::{Subscription, Task, keyboard};
use identity::{card::Change, code::zone::Zone};
use ledger::{BackupProgress, Ledger, LedgerError, Rebuilding};
use sync::Link;
use widgets::{Mode, again::Again, keys::Pressed, travel};

use crate::{
    assets::{Law, Reading},
    crash,
    desk::Desk,
    devices::Devices,
    failure::{AppError, Outcome},
    program_log,
    watched::{Folder, News},
};
use counter::Counter;
use entrance::{Inside, at_the_door, first_start};
use notice::Notice;
use scans::{Scan, Serial};
use screen::{join, login, password, restore, setup, telephone};
use shell::Shell;

/// The whole window.
pub struct App {
    folder: PathBuf,
    /// Folder of the ledger's second witness.
    state: Option<PathBuf>,
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
    /// Keys that controls took before the last one that none took.
    taken: u64,
    /// The help that lies over everything.
    help: Option<help::State>,
    /// The window closes as soon as the backup that runs has ended.
    closing: bool,
    /// The folder of the scanner.
    watch: watching::Watch,
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
    /// What is wrong with the place of the data, if anything is.
    Concern(Option<String>),
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
    /// A key that no control took, and how many controls took before.
    Keyboard(keyboard::Event, u64),
    /// A digit was pressed a moment ago, after so many codes had been scanned.
    Digit(u8, u64),
    /// At the readers.
    Reader(Change),
    /// The way to the province.
    Link(Link),
    /// Time passed.
    Tick,
    /// The next slice of what lags behind.
    Tended,
    /// What the worker with this number brought from the time-stamping service.
    Stamped(u64, Option<stamping::Outcome>),
    /// A look at the scanner's folder came back, and what it brought.
    Watched(Box<(Folder, News)>),
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
pub fn run(folder: PathBuf, state: Option<PathBuf>) -> Outcome {
    // The wizard of the first start shows the units at once.
    let law = if Ledger::exists(&folder) { None } else { Some(Arc::new(Law::load()?)) };
    let boot = move || App::boot(folder.clone(), state.clone(), law.clone());
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
    fn boot(
        folder: PathBuf,
        state: Option<PathBuf>,
        law: Option<Arc<Law>>,
    ) -> (Self, Task<Message>) {
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
            state,
            law,
            stage,
            counter,
            link: Link::NotConfigured,
            gateway: std::env::var("MOTCUA_GATEWAY").ok().map(Arc::from),
            mode: Mode::Light,
            zone: Zone::default(),
            scans: 0,
            again: Again::default(),
            taken: 0,
            help: None,
            closing: false,
            watch: watching::Watch::default(),
        };
        let begun = Task::future(async { program_log::begun() }).discard();
        let beside = Task::batch([begun, app.look_at_folder()]);
        (app, Task::batch([travel::focus(focus), beside]))
    }

    /// The window at a stage, for pictures.
    fn at(stage: Stage, law: Arc<Law>, counter: Counter, mode: Mode) -> Self {
        Self {
            folder: PathBuf::new(),
            state: None,
            law: Reading::Done(law),
            stage,
            counter,
            link: Link::Offline,
            gateway: None,
            mode,
            zone: Zone::default(),
            scans: 0,
            again: Again::default(),
            taken: 0,
            help: None,
            closing: false,
            watch: watching::Watch::default(),
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
        let counts = matches!(&self.stage, Stage::Desk(shell) if shell.counts_seconds());
        let seconds = iced::time::every(Duration::from_secs(1))
            .map(|_| Message::Desk(shell::Message::Telephone(telephone::Message::Second)));
        Subscription::batch([
            if counts { seconds } else { Subscription::none() },
            serial.map_or_else(Subscription::none, |serial| serial.map(Message::Serial)),
            if self.zone.is_waiting() { waits } else { Subscription::none() },
            if self.law.is_waiting() { drawn } else { Subscription::none() },
            iced::event::listen_with(|event, _, _| match event {
                iced::Event::Window(iced::window::Event::FileDropped(path)) => {
                    Some(Message::Dropped(path))
                }
                _ => None,
            }),
            iced::event::listen_with(|event, status, _| typing::heard(event, status)),
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
                    Subscription::run_with(gateway.clone(), province::watch).map(Message::Link)
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

/// Whether the clerk turns to something else, even where the same screen opens anew.
fn turns(message: &Message) -> bool {
    match message {
        Message::Keyboard(event, _) => {
            matches!(Pressed::of(event), Some(Pressed::F(_) | Pressed::Escape | Pressed::Ctrl(_)))
        }
        Message::Desk(shell::Message::Bar(_)) => true,
        _ => false,
    }
}
