//! The desk behind the login: which screen is open, what lies on the reader, what the ledger says.
//!
//! Screens know neither ledger nor reader. They answer a message with an action; the shell carries it
//! out and gives the screen its data; only a list says itself what it reads ([`super::screen::list`]). Which screens there are stands in `screens`; each has its flow here. What a screen shows of people is logged here. A file is the one thing
//! asked for above the screens (`file_flow`): F4, the button and a drop all end at the dialog that waits.

mod arrival_flow;
mod authorities_flow;
mod bars;
mod card_flow;
mod chip_flow;
mod codes_flow;
mod device_flow;
mod diagnostics_flow;
mod dossier_flow;
mod draft_flow;
mod file_flow;
pub mod file_read;
mod find_flow;
mod folder_flow;
mod home_flow;
mod keyboard;
mod law_flow;
mod line_flow;
mod list_flow;
mod money_flow;
mod office_flow;
mod over;
mod pending_flow;
mod queue_flow;
mod reception_flow;
mod safety_flow;
mod same_flow;
mod screens;
mod seats_flow;
mod second_flow;
mod settings_flow;
mod sign_flow;
mod stamp_flow;
mod store_flow;
mod telephone_flow;
#[cfg(test)]
mod tests;
mod trust_flow;
mod unread;
mod verify_flow;
mod volumes_flow;
mod written_flow;

use std::{cell::OnceCell, hash::Hash, path::PathBuf};

use iced::{Task, widget::image::Handle};
use identity::card::Change;
use jiff::Timestamp;
use ledger::{Lagging, LedgerError};
use office::{act::ActId, entry::ContentHash, person::PersonalNumber};
use widgets::travel;

use super::{
    chip::{Running, Told},
    counter::Counter,
    drop::Dropped,
    exchange::Way,
    notice::Notice,
    outgoing, papers,
    scans::Scan,
    screen::{
        camera, chip_key, chooser, devices, find, grid, help::Help, home, paged::PAGE, paper,
        password, pay, person, recovery, telephone,
    },
    stamping::Stamping,
};
use crate::{
    clock,
    desk::{Desk, electronic::Unsigned},
    devices::Devices,
    signing::{Signer, SigningError},
    tables::Tables,
};
pub use bars::Bar;
use chip_flow::Awaited;
use folder_flow::Came;
use over::Over;
use safety_flow::Backups;
pub use screens::{Door, On, Screen};
use seats_flow::Exchange;

/// Somebody new, while a form holds what would be lost.
struct Newcomer {
    words: &'static str,
    /// What was scanned.
    scan: Option<Scan>,
}

/// The desk at work.
pub struct Shell {
    /// The desk.
    pub desk: Desk,
    /// The open screen.
    pub screen: Screen,
    /// The data folder.
    pub data: PathBuf,
    /// Where certificates were laid before the ledger kept them.
    pub legacy_trust: Option<PathBuf>,
    awaited: Option<Awaited>,
    running: Option<Running>,
    over: Option<Over>,
    newcomer: Option<Newcomer>,
    /// The bank statement that is shown.
    statement: Option<crate::desk::money::Read>,
    /// The signing token's module, with the path that was chosen for it.
    signer: Option<(Option<PathBuf>, Signer)>,
    /// The electronic act that is being signed.
    unsigned: Option<Unsigned>,
    /// The document that waits for the user's telephone.
    waiting_telephone: Option<telephone_flow::Waiting>,
    /// The copies that the open dialog is to sign.
    to_sign: Vec<ActId>,
    /// The copies that are being signed under one login.
    batch: Option<pending_flow::Batch>,
    /// Another person's chip is being read for the open form.
    second: bool,
    /// The open person whose key is tried on the card.
    compared: Option<PersonalNumber>,
    /// Files and pages that were asked for so far.
    scans: u64,
    /// The person whose store or form is open.
    left: Option<Box<person::State>>,
    /// The form that was left for the shown person.
    begun: Option<home::Begun>,
    dropped: Dropped,
    /// Files that came into the scanner's folder.
    came: Came,
    /// What goes out of the machine.
    outgoing: outgoing::State,
    /// How this machine shows its tables.
    pub(super) tables: Tables,
    /// How many entries wait to be sent, in words; counted now and then, not at every frame.
    waiting: String,
    /// The next login changes the database key.
    key_is_due: bool,
    /// Read models that lag behind and are taken on.
    pub lagging: Option<Lagging>,
    /// Signed files that wait for a time stamp.
    pub stamping: Stamping,
    /// Why something that the screens need could not be read.
    unread: OnceCell<Notice>,
    /// Backups, and books that wait after a restore.
    pub backups: Backups,
    /// Entries that go to other machines or come from them.
    pub exchange: Exchange,
}

/// What happened.
#[derive(Clone)]
pub enum Message {
    /// On a screen.
    On(On),
    /// In the search.
    Find(find::Message),
    /// At the choice of a file.
    Chooser(chooser::Message),
    /// In the form for a password.
    Password(password::Message),
    /// With a new recovery sheet.
    Recovery(recovery::Message),
    /// At the devices.
    Devices(devices::Message),
    /// At the camera.
    Camera(camera::Message),
    /// With a chip's key.
    ChipKey(chip_key::Message),
    /// With money for a dossier.
    Pay(pay::Message),
    /// With a paper of no dossier.
    Paper(paper::Message),
    /// A file of online dossiers was read.
    ArrivalsRead(Result<Vec<u8>, Notice>),
    /// A file that a dialog asked for was read, or not.
    FileRead(file_read::Asked, Result<Vec<u8>, Notice>),
    /// With the columns of the open table.
    Columns(grid::Message),
    /// A button of the bars or a row of the menu.
    Bar(Bar),
    /// The chip's reading.
    Chip((u64, Told)),
    /// A file or page came, the how manieth that was asked for, and to whom it goes.
    ScanCame(u64, Box<Message>),
    /// An electronic act was signed, or was not.
    Signed(ActId, sign_flow::Signed),
    /// The token took the PIN for a batch, or did not.
    BatchBegun(Result<(), SigningError>),
    /// At a document that waits for the telephone.
    Telephone(telephone::Message),
    /// What a thread brought that signs remotely.
    Remote(telephone_flow::Told),
    /// One of a batch was signed, or was not.
    BatchSigned(ActId, sign_flow::Signed),
    /// At what goes out of the machine.
    Outgoing(outgoing::Message),
    /// A photo was decoded, or cannot be shown.
    Photo(ContentHash, Option<Handle>),
}

/// The pages of the help about what opens at the desk.
pub fn help() -> impl Iterator<Item = Help> {
    Screen::HELP.iter().copied().chain(Over::HELP)
}

/// What the window has to do.
pub enum Action {
    /// Run this.
    Run(Task<Message>),
    /// Lock the window.
    Lock,
    /// Close the ledger and ask who is here.
    LogIn,
    /// Light or dark.
    SwitchMode,
    /// Open the help.
    Help,
    /// Take the card of the next reader.
    NextReader,
    /// Keep this choice of devices.
    Keep(Devices),
    /// Keep this choice of devices and run this.
    KeepAndRun(Devices, Task<Message>),
    /// Make a backup in this folder.
    BackUp(PathBuf),
    /// Exchange entries by this folder.
    Exchange(Way, PathBuf),
    /// Leave the desk and restore a backup.
    Restore,
}

impl From<Task<Message>> for Action {
    fn from(task: Task<Message>) -> Self {
        Self::Run(task)
    }
}

impl Shell {
    /// Opens at the home screen, or where books wait after a restore with whoever may tell their numbers, there.
    pub fn new(desk: Desk, counter: &Counter) -> (Self, Task<Message>) {
        let backups = Backups::of(&desk.ledger, desk.office.demo);
        let mut shell = Self {
            desk,
            screen: home::State::default().into(),
            data: PathBuf::new(),
            legacy_trust: None,
            awaited: None,
            running: None,
            over: None,
            newcomer: None,
            statement: None,
            signer: None,
            unsigned: None,
            waiting_telephone: None,
            to_sign: Vec::new(),
            batch: None,
            second: false,
            compared: None,
            scans: 0,
            left: None,
            begun: None,
            dropped: Dropped::default(),
            came: Came::default(),
            outgoing: outgoing::State::default(),
            tables: Tables::default(),
            waiting: String::new(),
            key_is_due: false,
            lagging: None,
            stamping: Stamping::default(),
            unread: OnceCell::new(),
            backups,
            exchange: Exchange::default(),
        };
        let problem = shell.desk.law_problem.clone().map(Notice::caution);
        let task = match shell.asks_numbers() {
            true => shell.go_numbers(counter),
            false => shell.go_home_telling(counter, problem),
        };
        shell.clear_away();
        shell.find_waiting();
        if shell.waiting_telephone.is_some() {
            shell.refresh_home(counter);
        }
        (shell, task)
    }

    /// The window title; it names no person.
    pub fn title(&self) -> &'static str {
        match (&self.over, self.telephone_dialog()) {
            (Some(Over::Telephone), Some(dialog)) => dialog.title(),
            (Some(over), _) => over.title(),
            (None, _) => self.screen.title(),
        }
    }

    /// What is open, screen and dialog, as a value that changes with it.
    pub fn place(&self) -> impl Hash {
        let over = self.over.as_ref().map(std::mem::discriminant);
        (self.title(), std::mem::discriminant(&self.screen), over, self.screen.asks())
    }

    /// The help's page about what is open.
    pub fn page(&self) -> Help {
        self.over.as_ref().map_or_else(|| self.screen.page(), Over::page)
    }

    /// Whether the menu is open, or a list of steps to choose from.
    pub fn shows_menu(&self) -> bool {
        match &self.over {
            Some(over) => matches!(over, Over::Menu),
            None => self.screen.chooses(),
        }
    }

    /// Something happened at the readers.
    pub fn reader_changed(&mut self, change: &Change, counter: &Counter) -> Task<Message> {
        match change {
            // A card on another reader does not disturb a reading.
            Change::CardPlaced(reader)
                if self.running.as_ref().is_some_and(|running| running.reader != *reader) =>
            {
                self.refresh_home(counter);
                Task::none()
            }
            Change::CardPlaced(_) if self.waiting_form().is_some() => {
                if let Some(form) = self.waiting_form() {
                    form.reading("Đã thấy thẻ trên đầu đọc. Hãy quét mã QR của thẻ này.".into());
                }
                Task::none()
            }
            Change::CardPlaced(reader) => {
                self.running = None;
                self.compared = None;
                let awaited = self.awaited.take();
                if awaited.is_none()
                    && let Some(comparing) = self.compare_card(reader)
                {
                    return comparing;
                }
                let newcomer =
                    Newcomer { words: "Có thẻ mới trên đầu đọc.", scan: None };
                // A form that was opened for this very card does not ask.
                if awaited.is_none() && self.asks_for(newcomer) {
                    return Task::none();
                }
                match (&self.screen, awaited) {
                    (_, Some(awaited)) => self.read_chip(reader.clone(), awaited),
                    (Screen::Home(_), None) => {
                        self.refresh_home(counter);
                        travel::focus(home::ENTRY)
                    }
                    (_, None) => Task::none(),
                }
            }
            _ => {
                // A reading that loses its card says so itself; a scan is kept without a card.
                if counter.cards.is_empty() {
                    self.newcomer.take_if(|newcomer| newcomer.scan.is_none());
                }
                self.refresh_home(counter);
                Task::none()
            }
        }
    }

    /// Time passed.
    pub fn tick(&mut self, now: Timestamp) {
        self.waiting = self.known(papers::waiting(&self.desk));
        self.key_is_due = self.known(self.desk.ledger.key_is_due());
        self.refresh_line();
        self.outgoing.tick(now);
        self.screen.tick(clock::local(now));
    }

    /// What came of a document that went out; told behind a locked screen too.
    pub fn told_outgoing(&mut self, message: outgoing::Message) -> Task<Message> {
        self.outgoing.update(message).map(Message::Outgoing)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message, counter: &Counter) -> Action {
        let action = self.take(message, counter);
        self.settle_table();
        action
    }

    /// Whether a dialog or a question stands over the screen.
    pub fn is_covered(&self) -> bool {
        self.over.is_some() || self.screen.asks()
    }

    /// The field that has the keyboard when nothing else does; none on a screen that has no field of its own.
    pub fn main_field(&self) -> Option<String> {
        self.screen.main_field()
    }

    /// Hands the open table the columns that this machine keeps for it, or keeps what changed in them.
    fn settle_table(&mut self) {
        let Some(grid) = self.screen.grid_mut() else { return };
        match &grid.layout {
            None => grid.layout = Some(self.tables.layout(grid.name)),
            Some(layout) => self.tables.keep(grid.name, layout),
        }
        if grid.take_asked() {
            self.over = Some(Over::Columns);
        }
    }

    fn take(&mut self, message: Message, counter: &Counter) -> Action {
        let task = match message {
            Message::On(on) if on.asks_for_file() => self.choose_file(counter),
            Message::On(on) => return self.on(on, counter),
            Message::Find(message) => return self.found(message, counter),
            Message::Chooser(message) => return self.chooser(message, counter),
            Message::Password(message) => self.password(message),
            Message::Recovery(message) => self.recovery(message),
            Message::Devices(message) => return self.devices(message, counter),
            Message::Camera(message) => self.camera(message, counter),
            Message::ChipKey(message) => self.chip_key(message, counter),
            Message::Pay(message) => self.pay(message, counter),
            Message::Paper(message) => self.paper(message),
            Message::FileRead(asked, read) => self.file_read(asked, read),
            Message::ArrivalsRead(read) => {
                self.file_of_arrivals(read);
                Task::none()
            }
            Message::ScanCame(scan, message) if scan == self.scans => {
                return self.update(*message, counter);
            }
            Message::ScanCame(..) => Task::none(),
            Message::Signed(act, signed) => self.signed(&act, signed, counter),
            Message::Telephone(message) => self.telephone(message, counter),
            Message::Remote(told) => self.told_remote(told, counter),
            Message::BatchBegun(begun) => self.batch_begun(begun),
            Message::BatchSigned(act, signed) => self.batch_signed(&act, signed),
            Message::Chip(told) => self.chip_told(told, counter),
            Message::Photo(blob, picture) => {
                self.photo_decoded(&blob, picture);
                Task::none()
            }
            Message::Outgoing(message) => self.told_outgoing(message),
            Message::Columns(message) => {
                if let Some(grid) = self.screen.grid_mut() {
                    grid.update(message);
                }
                Task::none()
            }
            Message::Bar(bar) => return self.bar(bar, counter),
        };
        Action::Run(task)
    }

    fn bar(&mut self, bar: Bar, counter: &Counter) -> Action {
        self.over = None;
        Action::Run(match bar {
            Bar::Open(door) => self.go(door, counter),
            Bar::Lock => return Action::Lock,
            Bar::Mode => return Action::SwitchMode,
            Bar::Help => return Action::Help,
            Bar::TakeNewcomer => self.take_newcomer(counter),
            Bar::Devices => self.open_devices(),
            Bar::StopPictures => {
                self.dropped.stop();
                Task::none()
            }
            Bar::TakeFiles => return self.take_files(counter),
            Bar::LeaveFiles => {
                self.leave_files();
                Task::none()
            }
            Bar::Find => self.open_find(),
            Bar::Menu => {
                self.over = Some(Over::Menu);
                Task::none()
            }
            Bar::OwnPassword => self.ask_password(password::Whose::Own),
            Bar::Recovery => self.renew_recovery(counter),
            Bar::NewKey => {
                self.over = Some(Over::NewKey);
                Task::none()
            }
            Bar::DemandKey => return self.demand_key(counter),
            Bar::Clock => self.accept_clock(counter),
            Bar::IgnoreNewcomer => {
                self.newcomer = None;
                Task::none()
            }
            Bar::CloseOver => Task::none(),
        })
    }

    /// Opens a screen, or says at home why it could not be read.
    fn enter<S: Into<Screen>>(
        &mut self,
        state: Result<S, LedgerError>,
        counter: &Counter,
    ) -> Task<Message> {
        match state {
            Ok(state) => {
                self.leave_counter();
                self.screen = state.into();
                self.main_field().map_or_else(Task::none, travel::focus)
            }
            Err(error) => self.go_home_telling(counter, Some(Notice::error(&error))),
        }
    }
}
