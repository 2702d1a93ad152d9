//! The desk behind the login: which screen is open, what lies on the reader, what the ledger says.
//!
//! Screens know neither ledger nor reader. They answer a message with an action; the shell carries it
//! out and gives the screen its data. What a screen shows of people is logged here. A file is the one thing
//! asked for above the screens (`file_flow`): F4, the button and a drop all end at the dialog that waits.

mod arrival_flow;
mod bars;
mod books_flow;
mod card_flow;
mod chip_flow;
mod codes_flow;
mod counter;
mod device_flow;
mod diagnostics_flow;
mod dossier_flow;
mod file_flow;
pub mod file_read;
mod issued_flow;
mod keyboard;
mod law_flow;
mod list_flow;
mod money_flow;
mod office_flow;
mod queue_flow;
mod reception_flow;
pub mod rooms;
mod safety_flow;
mod seats_flow;
mod second_flow;
mod settings_flow;
mod store_flow;
#[cfg(test)]
mod tests;
mod trust_flow;

use std::{hash::Hash, path::PathBuf};

use iced::{Task, widget::image::Handle};
use identity::{ReadError, access::Keys, card::Change};
use jiff::{Timestamp, ToSpan, civil::DateTime};
use office::{dossier::DossierId, entry::ContentHash, person::PersonalNumber};
use widgets::travel;

use super::{
    chip::{Running, Told},
    drop::Dropped,
    exchange::Way,
    help::Page,
    notice::Notice,
    outgoing, papers,
    scans::Scan,
    screen::{
        arrivals, camera, chip_key, chooser, devices, dossier, dossiers, find,
        grid::{self, Grid},
        home, log, paper, password, pay, person, reception, recovery, store, trust, users,
    },
};
use crate::{
    clock,
    desk::{Desk, FORMS, draft_key},
    devices::Devices,
    keys::{self, Handed},
    tables::Tables,
};
pub use bars::Bar;
use chip_flow::Awaited;
pub use counter::Counter;
use rooms::Door;
use safety_flow::Backups;
use seats_flow::Exchange;

/// Rows fetched at once.
const PAGE: usize = 100;

/// What is open.
pub enum Screen {
    /// Waiting for a person.
    Home(home::State),
    /// A person.
    Person(Box<person::State>),
    /// Receiving.
    Reception(Box<reception::State>),
    /// A dossier, its way and its papers.
    Dossier(Box<dossier::State>),
    /// The list.
    Dossiers(dossiers::State),
    /// Who works here.
    Users(Box<users::State>),
    /// Everything that happened.
    Log(log::State),
    /// Whom the office trusts.
    Trust(Box<trust::State>),
    /// A room behind the counter.
    Room(Box<rooms::Room>),
    /// A person's kept documents.
    Store(Box<store::State>),
    /// Online dossiers that wait.
    Arrivals(Box<arrivals::State>),
}

impl Screen {
    /// Whether a question stands over the screen and must be answered first.
    fn asks(&self) -> bool {
        match self {
            Self::Dossier(state) => state.asks(),
            Self::Users(state) => state.asks(),
            Self::Trust(state) => state.asks(),
            Self::Room(room) => room.asks(),
            Self::Reception(state) => state.asks(),
            Self::Store(state) => state.asks(),
            Self::Arrivals(state) => state.asks(),
            _ => false,
        }
    }
}

impl Screen {
    /// The table of the screen, if it has one whose columns can be chosen.
    fn grid(&self) -> Option<&Grid> {
        match self {
            Self::Dossiers(state) => Some(&state.grid),
            Self::Users(state) => Some(&state.grid),
            Self::Log(state) => Some(&state.grid),
            Self::Room(room) => room.grid(),
            Self::Home(_)
            | Self::Person(_)
            | Self::Reception(_)
            | Self::Dossier(_)
            | Self::Trust(_)
            | Self::Store(_)
            | Self::Arrivals(_) => None,
        }
    }

    fn grid_mut(&mut self) -> Option<&mut Grid> {
        match self {
            Self::Dossiers(state) => Some(&mut state.grid),
            Self::Users(state) => Some(&mut state.grid),
            Self::Log(state) => Some(&mut state.grid),
            Self::Room(room) => room.grid_mut(),
            Self::Home(_)
            | Self::Person(_)
            | Self::Reception(_)
            | Self::Dossier(_)
            | Self::Trust(_)
            | Self::Store(_)
            | Self::Arrivals(_) => None,
        }
    }
}

/// What lies over whichever screen is open.
enum Over {
    /// The search.
    Find(find::State),
    /// A file is chosen.
    Chooser(chooser::State),
    /// The menu.
    Menu,
    /// The columns of the open table.
    Columns,
    /// A password is set.
    Password(password::State),
    /// A new recovery sheet is shown.
    Recovery(recovery::State),
    /// The devices of this machine.
    Devices(devices::State),
    /// The camera looks for a code.
    Camera(camera::State),
    /// A chip's key is asked for.
    ChipKey(chip_key::State),
    /// Money is taken for the dossier on the screen.
    Pay(Box<pay::State>),
    /// A paper that was just made and belongs to no dossier.
    Paper(Box<paper::State>),
}

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
    /// Another person's chip is being read for the open form.
    second: bool,
    /// The open person whose key is tried on the card.
    compared: Option<PersonalNumber>,
    /// Files and pages that were asked for so far.
    scans: u64,
    /// The person whose store or form is open.
    left: Option<Box<person::State>>,
    /// The form that was left for the shown person.
    begun: Option<DossierId>,
    dropped: Dropped,
    /// What goes out of the machine.
    outgoing: outgoing::State,
    /// How this machine shows its tables.
    pub(super) tables: Tables,
    /// How many entries wait to be sent, in words; counted now and then, not at every frame.
    waiting: String,
    /// Backups, and books that wait after a restore.
    pub backups: Backups,
    /// Entries that go to other machines or come from them.
    pub exchange: Exchange,
}

/// What happened.
#[derive(Clone)]
pub enum Message {
    /// On the home screen.
    Home(home::Message),
    /// On the person screen.
    Person(person::Message),
    /// On the reception form.
    Reception(reception::Message),
    /// On a dossier.
    Dossier(dossier::Message),
    /// On the list.
    Dossiers(dossiers::Message),
    /// On the list of users.
    Users(users::Message),
    /// On the log.
    Log(log::Message),
    /// On what is trusted.
    Trust(trust::Message),
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
    /// In a room behind the counter.
    Room(rooms::Message),
    /// With a paper of no dossier.
    Paper(paper::Message),
    /// In a person's store.
    Store(store::Message),
    /// At the online dossiers.
    Arrivals(arrivals::Message),
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
    /// At what goes out of the machine.
    Outgoing(outgoing::Message),
    /// A photo was decoded, or cannot be shown.
    Photo(ContentHash, Option<Handle>),
}

/// What the window has to do.
pub enum Action {
    /// Run this.
    Run(Task<Message>),
    /// Lock the window.
    Lock,
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

impl Shell {
    /// Opens at the home screen, or where books wait after a restore with whoever may tell their numbers, there.
    pub fn new(desk: Desk, counter: &Counter) -> (Self, Task<Message>) {
        let backups = Backups::of(&desk.ledger, desk.office.demo);
        let mut shell = Self {
            desk,
            screen: Screen::Home(home::State::default()),
            data: PathBuf::new(),
            legacy_trust: None,
            awaited: None,
            running: None,
            over: None,
            newcomer: None,
            statement: None,
            second: false,
            compared: None,
            scans: 0,
            left: None,
            begun: None,
            dropped: Dropped::default(),
            outgoing: outgoing::State::default(),
            tables: Tables::default(),
            waiting: String::new(),
            backups,
            exchange: Exchange::default(),
        };
        let problem = shell.desk.law_problem.clone().map(Notice::caution);
        let task = match shell.asks_numbers() {
            true => shell.go_room(Door::Numbers, counter),
            false => shell.go_home(counter, problem),
        };
        shell.clear_away();
        (shell, task)
    }

    /// The window title; it names no person.
    pub fn title(&self) -> &'static str {
        match (&self.over, &self.screen) {
            (Some(Over::Find(_)), _) => "Tìm",
            (Some(Over::Menu), _) => "Khác",
            (Some(Over::Columns), _) => "Chọn cột",
            (Some(Over::Chooser(state)), _) => state.title(),
            (Some(Over::Devices(_)), _) => "Thiết bị",
            (Some(Over::Camera(_)), _) => "Camera",
            (Some(Over::ChipKey(_)), _) => "Khóa mở chip",
            (Some(Over::Pay(_)), _) => "Thu phí, lệ phí",
            (Some(Over::Recovery(_)), _) => "Phiếu khôi phục",
            (Some(Over::Password(_)), _) => "Đổi mật khẩu",
            (Some(Over::Paper(_)), _) => "Phiếu",
            (None, Screen::Home(_)) => "Trang chính",
            (None, Screen::Person(_)) => "Công dân",
            (None, Screen::Reception(state)) => state.title(),
            (None, Screen::Dossier(state)) => state.title(),
            (None, Screen::Dossiers(_)) => "Hồ sơ",
            (None, Screen::Users(state)) => state.title(),
            (None, Screen::Log(_)) => "Nhật ký",
            (None, Screen::Trust(state)) => state.title(),
            (None, Screen::Room(room)) => room.title(),
            (None, Screen::Store(_)) => "Kho giấy tờ",
            (None, Screen::Arrivals(_)) => "Hồ sơ trực tuyến",
        }
    }

    /// What is open, screen and dialog, as a value that changes with it.
    pub fn place(&self) -> impl Hash {
        let over = self.over.as_ref().map(std::mem::discriminant);
        (self.title(), std::mem::discriminant(&self.screen), over, self.screen.asks())
    }

    /// The help's page about what is open.
    pub fn page(&self) -> Page {
        match (&self.over, &self.screen) {
            (Some(Over::Find(_)), _) => Page::Find,
            (Some(Over::Menu), _) => Page::Menu,
            (Some(Over::Columns), _) => Page::Keys,
            (Some(Over::Chooser(_)), _) => Page::Chooser,
            (Some(Over::Devices(_)), _) => Page::Devices,
            (Some(Over::Camera(_)), _) => Page::Camera,
            (Some(Over::ChipKey(_)), _) => Page::ChipKey,
            (Some(Over::Pay(_)), _) => Page::Pay,
            (Some(Over::Recovery(_)), _) => Page::Recovery,
            (Some(Over::Password(_)), _) => Page::Password,
            (Some(Over::Paper(_)), _) => Page::Paper,
            (None, Screen::Home(_)) => Page::Home,
            (None, Screen::Person(_)) => Page::Person,
            (None, Screen::Reception(_)) => Page::Reception,
            (None, Screen::Dossier(_)) => Page::Dossier,
            (None, Screen::Dossiers(_)) => Page::Dossiers,
            (None, Screen::Users(_)) => Page::Users,
            (None, Screen::Log(_)) => Page::Log,
            (None, Screen::Trust(_)) => Page::Trust,
            (None, Screen::Room(room)) => room.page(),
            (None, Screen::Store(_)) => Page::Store,
            (None, Screen::Arrivals(_)) => Page::Arrivals,
        }
    }

    /// Whether the menu is open, or a list of steps to choose from.
    pub fn shows_menu(&self) -> bool {
        match (&self.over, &self.screen) {
            (Some(over), _) => matches!(over, Over::Menu),
            (None, Screen::Dossier(state)) => state.chooses(),
            (None, _) => false,
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
                    form.reading("Đã thấy thẻ trên đầu đọc. Hãy quét mã QR của thẻ này.");
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
        self.waiting = papers::waiting(&self.desk);
        self.refresh_line();
        self.outgoing.tick(now);
        if let Screen::Reception(form) = &mut self.screen {
            form.tick(clock::local(now));
        }
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
        let field = match &self.screen {
            Screen::Home(_) => home::ENTRY,
            Screen::Person(state) => state.first_field()?,
            Screen::Reception(state) => return Some(state.first_field()),
            Screen::Dossiers(_) => dossiers::SEARCH,
            Screen::Users(_) => users::TABLE,
            Screen::Log(_) => log::TABLE,
            Screen::Trust(_) => trust::TABLE,
            Screen::Room(room) => room.main_field()?,
            Screen::Dossier(_) | Screen::Store(_) | Screen::Arrivals(_) => return None,
        };
        Some(field.to_owned())
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
        if file_flow::asks_for_file(&message) {
            return Action::Run(self.choose_file(counter));
        }
        let task = match message {
            Message::Home(home::Message::NextReader) => return Action::NextReader,
            Message::Home(message) => self.home(message, counter),
            Message::Person(message) => self.person(message, counter),
            Message::Reception(message) => self.reception(message, counter),
            Message::Dossier(message) => self.dossier(message, counter),
            Message::Dossiers(message) => self.dossiers(message, counter),
            Message::Users(message) => self.users(message, counter),
            Message::Log(message) => self.log(message, counter),
            Message::Trust(message) => self.trust(message, counter),
            Message::Find(message) => return self.found(message, counter),
            Message::Chooser(message) => return self.chooser(message, counter),
            Message::Password(message) => self.password(message),
            Message::Recovery(message) => self.recovery(message),
            Message::Devices(message) => return self.devices(message, counter),
            Message::Camera(message) => self.camera(message, counter),
            Message::ChipKey(message) => self.chip_key(message, counter),
            Message::Pay(message) => self.pay(message),
            Message::Room(message) => return self.room(message, counter),
            Message::Paper(message) => self.paper(message),
            Message::Store(message) => self.store(message),
            Message::Arrivals(message) => self.arrivals(message, counter),
            Message::FileRead(asked, read) => self.file_read(asked, read),
            Message::ArrivalsRead(read) => {
                self.file_of_arrivals(read);
                Task::none()
            }
            Message::ScanCame(scan, message) if scan == self.scans => {
                return self.update(*message, counter);
            }
            Message::ScanCame(..) => Task::none(),
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
            Bar::Lock => return Action::Lock,
            Bar::Mode => return Action::SwitchMode,
            Bar::Help => return Action::Help,
            Bar::Home => self.go_home(counter, None),
            Bar::TakeNewcomer => self.take_newcomer(counter),
            Bar::Devices => self.open_devices(),
            Bar::StopPictures => {
                self.dropped.stop();
                Task::none()
            }
            Bar::Dossiers => self.go_list(),
            Bar::Find => self.open_find(),
            Bar::Menu => {
                self.over = Some(Over::Menu);
                Task::none()
            }
            Bar::Users => self.go_users(counter),
            Bar::Log => self.go_log(),
            Bar::Trust => self.go_trust(),
            Bar::Room(door) => self.go_room(door, counter),
            Bar::Arrivals => self.go_arrivals(counter),
            Bar::OwnPassword => self.ask_password(password::Whose::Own),
            Bar::Recovery => self.renew_recovery(counter),
            Bar::Clock => self.accept_clock(counter),
            Bar::IgnoreNewcomer => {
                self.newcomer = None;
                Task::none()
            }
            Bar::CloseOver => Task::none(),
        })
    }

    fn go_home(&mut self, counter: &Counter, notice: Option<Notice>) -> Task<Message> {
        self.leave_counter();
        self.over = None;
        self.screen = Screen::Home(home::State::telling(notice));
        self.refresh_home(counter);
        travel::focus(home::ENTRY)
    }

    /// Turns away from the counter: no chip is awaited or read any longer.
    fn leave_counter(&mut self) {
        self.stop_reading();
        self.newcomer = None;
        self.left = None;
        self.begun = None;
    }

    /// What the devices are has changed, or may have while nobody was told.
    pub fn counter_changed(&mut self, counter: &Counter) {
        self.refresh_home(counter);
    }

    fn refresh_home(&mut self, counter: &Counter) {
        let now = clock::local(clock::now());
        let drafts = self.drafts();
        let drafts = drafts.iter().take(DRAFTS).map(|draft| home::Line {
            id: draft.id.clone(),
            code: String::new(),
            name: draft.summary(&self.desk.law, now.date()),
            procedure: String::new(),
            badge: None,
        });
        let drafts = drafts.collect();
        let thrown_away = self.thrown_away().map(|d| d.summary(&self.desk.law, now.date()));
        let day = self.desk.ledger.sees_people().then(|| papers::day(&self.desk, now));
        let arrivals = self.waiting_arrivals(now);
        self.waiting = papers::waiting(&self.desk);
        let Screen::Home(state) = &mut self.screen else { return };
        state.cards = counter.cards.clone();
        state.problem = counter.problem();
        state.drafts = drafts;
        state.thrown_away = thrown_away;
        state.arrivals = arrivals;
        match day.transpose() {
            Ok(day) => state.day = day,
            Err(error) => state.notice = Some(Notice::error(&error)),
        }
        if self.running.is_none() {
            state.reading = None;
        }
    }

    fn home(&mut self, message: home::Message, counter: &Counter) -> Task<Message> {
        let Screen::Home(state) = &mut self.screen else { return Task::none() };
        match state.update(message) {
            home::Action::None => Task::none(),
            home::Action::Entered(text) => self.entered(text.into(), counter),
            home::Action::Open(id) => self.open_dossier(&id, counter),
            home::Action::List => self.go_list(),
            home::Action::Arrivals => self.go_arrivals(counter),
            home::Action::Camera => self.open_camera(counter),
            home::Action::AskKey => self.ask_key(None, None),
            home::Action::StopReading => {
                self.stop_reading();
                self.refresh_home(counter);
                self.tell_home(Some(Notice::caution(ReadError::Cancelled.to_string())));
                Task::none()
            }
            home::Action::ResumeDraft(id) => self.resume_draft(&id, counter),
            home::Action::DropDraft(id) => {
                self.put_aside(&id, Some(clock::local(clock::now())));
                self.refresh_home(counter);
                Task::none()
            }
            home::Action::UndoDrop => {
                if let Some(id) = self.thrown_away().map(|draft| draft.id) {
                    self.put_aside(&id, None);
                    self.refresh_home(counter);
                }
                Task::none()
            }
        }
    }

    fn tell_home(&mut self, notice: Option<Notice>) {
        if let (Screen::Home(state), Some(notice)) = (&mut self.screen, notice) {
            state.notice = Some(notice);
        }
    }

    /// Forms that were begun and not finished, the latest first.
    fn drafts(&self) -> Vec<reception::Draft> {
        let mut drafts = self.all_drafts();
        drafts.retain(|draft| draft.dropped.is_none());
        drafts.sort_by_key(|draft| std::cmp::Reverse(draft.begun));
        drafts
    }

    fn all_drafts(&self) -> Vec<reception::Draft> {
        let kept = self.desk.ledger.drafts_under(FORMS).unwrap_or_default();
        kept.iter().filter_map(|draft| serde_json::from_slice(&draft.bytes).ok()).collect()
    }

    /// The form that was thrown away last and can be taken back.
    fn thrown_away(&self) -> Option<reception::Draft> {
        self.all_drafts()
            .into_iter()
            .max_by_key(|draft| draft.dropped)
            .filter(|draft| draft.dropped.is_some())
    }

    /// Throws a form away, or takes it back. Its scans stay beside it meanwhile.
    fn put_aside(&mut self, id: &DossierId, dropped: Option<DateTime>) {
        let Some(mut draft) = self.all_drafts().into_iter().find(|draft| draft.id == *id) else {
            return;
        };
        draft.dropped = dropped;
        let kept = serde_json::to_vec(&draft)
            .map(|bytes| self.desk.ledger.save_draft(&draft_key(id), &bytes));
        if let Ok(Err(error)) = kept {
            self.tell_home(Some(Notice::error(&error)));
        }
    }

    /// What was thrown away more than a day ago goes for good, with its scans.
    fn clear_away(&mut self) {
        let yesterday = clock::local(clock::now()).saturating_sub(1.day());
        for draft in self.all_drafts() {
            if draft.dropped.is_some_and(|dropped| dropped < yesterday)
                && let Err(error) = self.desk.drop_form(&draft.id)
            {
                self.tell_home(Some(Notice::error(&error)));
            }
        }
    }

    fn entered(&mut self, scan: Scan, counter: &Counter) -> Task<Message> {
        let handed = match Handed::read(&scan.text) {
            Ok(handed) => handed,
            Err(error) => {
                self.tell_home(Some(Notice::error(&*error)));
                return Task::none();
            }
        };
        match handed {
            Handed::Code(code) => {
                let mut identity = code.identity;
                identity.reasons.splice(0..0, scan.remarks);
                match identity.person.number.clone() {
                    Some(number) => self.approach(Keys::number(&number), Some(identity), counter),
                    None => self.show_declared(identity, None, counter),
                }
            }
            Handed::Number(number) => {
                self.approach(Keys::number(&number), Some(keys::typed(number)), counter)
            }
            Handed::Zone(mrz) => self.approach_by_zone(&mrz, None, scan.remarks, counter),
            Handed::ChipKey(keys) => self.approach(*keys, None, counter),
            Handed::Opaque => {
                self.tell_home(Some(Notice::caution(identity::code::VNEID_OPAQUE)));
                Task::none()
            }
            Handed::Receipt(words) | Handed::Words(words) => {
                let task = self.go_list();
                Task::batch([task, self.dossiers(dossiers::Message::QueryTyped(words), counter)])
            }
        }
    }
}

/// Drafts shown at once on the home screen.
const DRAFTS: usize = 4;
