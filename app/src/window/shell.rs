//! The desk behind the login: which screen is open, what lies on the reader, what the ledger says.
//!
//! Screens know neither ledger nor reader. They answer a message with an action; the shell carries it
//! out and gives the screen its data. What a screen shows of people is logged here.

use std::{path::PathBuf, time::Duration};

use iced::{Task, widget::operation};
use identity::{ReadError, access::Keys, card::Change, reading::Reading};
use jiff::Timestamp;
use ledger::{Dossiers, Scope};
use office::{
    dossier::DossierId,
    entry::{ContentHash, Purpose},
    evidence::Evidence,
    person::{Contact, Identity, PersonalNumber},
};
use widgets::{
    Element, Icon, Tone, column, flow, keys::Pressed, modal, primary, progress::status, quiet, row,
    text,
};

use super::{
    chip::{self, Running, Told},
    notice::Notice,
    papers,
    screen::{dossiers, find, home, person, receipt, reception},
};
use crate::{
    clock,
    desk::Desk,
    keys::{self, Handed},
};

/// Key of the reception form's draft.
const DRAFT: &str = "reception";
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
    /// A dossier and its receipt.
    Receipt(Box<receipt::State>),
    /// The list.
    Dossiers(dossiers::State),
}

/// What lies on the counter's reader.
#[derive(Default)]
pub struct Counter {
    /// Readers plugged in.
    pub readers: Vec<String>,
    /// The reader that holds a card.
    pub card: Option<String>,
    /// No PC/SC service.
    pub no_service: bool,
}

impl Counter {
    /// Takes a change in.
    pub fn note(&mut self, change: &Change) {
        match change {
            Change::Readers(readers) => {
                self.no_service = false;
                if self.card.as_ref().is_some_and(|card| !readers.contains(card)) {
                    self.card = None;
                }
                self.readers.clone_from(readers);
            }
            Change::CardPlaced(reader) => self.card = Some(reader.clone()),
            Change::CardRemoved(reader) if self.card.as_ref() == Some(reader) => self.card = None,
            Change::CardRemoved(_) => {}
            Change::ServiceLost => *self = Self { no_service: true, ..Self::default() },
        }
    }

    fn status(&self) -> (String, Tone) {
        if self.no_service {
            ("Dịch vụ đầu đọc thẻ chưa chạy".into(), Tone::Bad)
        } else if self.card.is_some() {
            ("Có thẻ trên đầu đọc".into(), Tone::Good)
        } else {
            match self.readers.as_slice() {
                [] => ("Chưa cắm đầu đọc thẻ".into(), Tone::Caution),
                [_] => ("Đầu đọc sẵn sàng".into(), Tone::Good),
                readers => (format!("{} đầu đọc sẵn sàng", readers.len()), Tone::Good),
            }
        }
    }
}

/// Who is awaited: known by code or number, the chip not read yet.
struct Awaited {
    keys: Keys,
    declared: Option<Identity>,
}

/// The desk at work.
pub struct Shell {
    /// The desk.
    pub desk: Desk,
    /// The open screen.
    pub screen: Screen,
    trust: PathBuf,
    awaited: Option<Awaited>,
    running: Option<Running>,
    find: Option<find::State>,
    newcomer: Option<String>,
    /// How many entries wait to be sent, in words; counted now and then, not at every frame.
    waiting: String,
}

/// What happened.
pub enum Message {
    /// On the home screen.
    Home(home::Message),
    /// On the person screen.
    Person(person::Message),
    /// On the reception form.
    Reception(reception::Message),
    /// On a dossier.
    Receipt(receipt::Message),
    /// On the list.
    Dossiers(dossiers::Message),
    /// In the search.
    Find(find::Message),
    /// A button of the bars.
    Bar(Bar),
    /// The chip's reading.
    Chip(Told),
}

/// Buttons of the bars at the window's edges.
#[derive(Clone, Copy, Debug)]
pub enum Bar {
    /// Home.
    Home,
    /// The list.
    Dossiers,
    /// The search.
    Find,
    /// Lock the window.
    Lock,
    /// Light or dark.
    Mode,
    /// Leave the form for the new card; the draft stays.
    TakeNewcomer,
    /// Stay with the form.
    IgnoreNewcomer,
}

/// What the window has to do.
pub enum Action {
    /// Run this.
    Run(Task<Message>),
    /// Lock the window.
    Lock,
    /// Light or dark.
    SwitchMode,
}

impl Shell {
    /// Opens at the home screen.
    pub fn new(desk: Desk, trust: PathBuf, counter: &Counter) -> (Self, Task<Message>) {
        let mut shell = Self {
            desk,
            screen: Screen::Home(home::State::default()),
            trust,
            awaited: None,
            running: None,
            find: None,
            newcomer: None,
            waiting: String::new(),
        };
        let task = shell.go_home(counter, None);
        (shell, task)
    }

    /// The window title; it names no person.
    pub fn title(&self) -> &'static str {
        match (&self.find, &self.screen) {
            (Some(_), _) => "Tìm",
            (None, Screen::Home(_)) => "Trang chính",
            (None, Screen::Person(_)) => "Công dân",
            (None, Screen::Reception(_)) => "Tiếp nhận hồ sơ",
            (None, Screen::Receipt(_)) => "Giấy tiếp nhận",
            (None, Screen::Dossiers(_)) => "Hồ sơ",
        }
    }

    /// Something happened at the readers.
    pub fn reader_changed(&mut self, change: &Change, counter: &Counter) -> Task<Message> {
        match change {
            Change::CardPlaced(reader) => {
                self.running = None;
                match (&self.screen, self.awaited.take()) {
                    (Screen::Reception(form), _) if form.is_touched() => {
                        self.newcomer = Some("Có thẻ mới trên đầu đọc.".into());
                        Task::none()
                    }
                    (_, Some(awaited)) => self.read_chip(reader.clone(), awaited),
                    (Screen::Home(_), None) => {
                        self.refresh_home(counter);
                        operation::focus(home::ENTRY)
                    }
                    (_, None) => Task::none(),
                }
            }
            _ => {
                // A reading that loses its card says so itself.
                if counter.card.is_none() {
                    self.newcomer = None;
                }
                self.refresh_home(counter);
                Task::none()
            }
        }
    }

    /// Time passed.
    pub fn tick(&mut self, now: Timestamp) {
        self.waiting = papers::waiting(&self.desk);
        if let Screen::Reception(form) = &mut self.screen {
            form.tick(clock::local(now));
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message, counter: &Counter) -> Action {
        let task = match message {
            Message::Home(message) => self.home(message, counter),
            Message::Person(message) => self.person(message, counter),
            Message::Reception(message) => self.reception(message, counter),
            Message::Receipt(message) => self.receipt(message, counter),
            Message::Dossiers(message) => self.dossiers(message, counter),
            Message::Find(message) => self.found(message, counter),
            Message::Chip(told) => self.chip_told(told, counter),
            Message::Bar(Bar::Lock) => return Action::Lock,
            Message::Bar(Bar::Mode) => return Action::SwitchMode,
            Message::Bar(Bar::Home) => self.go_home(counter, None),
            Message::Bar(Bar::Dossiers) => self.go_list(),
            Message::Bar(Bar::Find) => self.open_find(),
            Message::Bar(Bar::TakeNewcomer) => self.go_home(counter, None),
            Message::Bar(Bar::IgnoreNewcomer) => {
                self.newcomer = None;
                Task::none()
            }
        };
        Action::Run(task)
    }

    /// A key that no control took.
    pub fn key(&mut self, key: Pressed, counter: &Counter) -> Action {
        let message = if self.find.is_some() {
            match key {
                Pressed::Up => Message::Find(find::Message::Moved(-1)),
                Pressed::Down => Message::Find(find::Message::Moved(1)),
                Pressed::Enter => Message::Find(find::Message::Entered),
                Pressed::Escape => Message::Find(find::Message::Closed),
                _ => return Action::Run(Task::none()),
            }
        } else {
            match (key, &self.screen) {
                (Pressed::Ctrl('k'), _) => Message::Bar(Bar::Find),
                (Pressed::Ctrl('l'), _) => Message::Bar(Bar::Lock),
                (Pressed::F(1), _) => Message::Bar(Bar::Home),
                (Pressed::F(3), _) => Message::Bar(Bar::Dossiers),
                (Pressed::Escape, Screen::Home(_)) => Message::Home(home::Message::ReadingStopped),
                (Pressed::F(4), Screen::Home(_)) => Message::Home(home::Message::DraftResumed),
                (Pressed::F(2) | Pressed::Enter, Screen::Person(_)) => {
                    Message::Person(person::Message::ReceptionAsked)
                }
                (Pressed::Escape, Screen::Person(_)) => Message::Person(person::Message::Closed),
                (Pressed::F(2), Screen::Reception(_)) => {
                    Message::Reception(reception::Message::Submitted)
                }
                (Pressed::Escape, Screen::Reception(_)) => {
                    Message::Reception(reception::Message::Closed)
                }
                (Pressed::Up, Screen::Reception(_)) => {
                    Message::Reception(reception::Message::Moved(-1))
                }
                (Pressed::Down, Screen::Reception(_)) => {
                    Message::Reception(reception::Message::Moved(1))
                }
                (Pressed::Escape, Screen::Receipt(state)) if state.asks() => {
                    Message::Receipt(receipt::Message::AnnulDropped)
                }
                (Pressed::F(9) | Pressed::Ctrl('p'), Screen::Receipt(_)) => {
                    Message::Receipt(receipt::Message::Printed)
                }
                (Pressed::F(8) | Pressed::Ctrl('s'), Screen::Receipt(_)) => {
                    Message::Receipt(receipt::Message::Saved)
                }
                (Pressed::Escape | Pressed::Enter, Screen::Receipt(_)) => {
                    Message::Receipt(receipt::Message::Closed)
                }
                (Pressed::Escape, Screen::Dossiers(_)) => {
                    Message::Dossiers(dossiers::Message::Closed)
                }
                _ => return Action::Run(Task::none()),
            }
        };
        self.update(message, counter)
    }

    /// A scanner spoke while no field had the keyboard.
    pub fn scanned(&mut self, text: String, counter: &Counter) -> Task<Message> {
        match &self.screen {
            Screen::Reception(form) if form.is_touched() => {
                self.newcomer = Some("Có mã vừa quét.".into());
                Task::none()
            }
            _ => {
                let task = self.go_home(counter, None);
                Task::batch([task, self.entered(&text, counter)])
            }
        }
    }

    // --- home

    fn go_home(&mut self, counter: &Counter, notice: Option<Notice>) -> Task<Message> {
        self.running = None;
        self.awaited = None;
        self.newcomer = None;
        self.screen = Screen::Home(home::State::telling(notice));
        self.refresh_home(counter);
        operation::focus(home::ENTRY)
    }

    fn refresh_home(&mut self, counter: &Counter) {
        let now = clock::local(clock::now());
        let draft = self.draft().map(|draft| draft.summary(&self.desk.law, now.date()));
        let day = papers::day(&self.desk, now);
        self.waiting = papers::waiting(&self.desk);
        let Screen::Home(state) = &mut self.screen else { return };
        state.card_waits = counter.card.is_some();
        state.draft = draft;
        match day {
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
            home::Action::Entered(text) => self.entered(&text, counter),
            home::Action::Open(id) => self.open_dossier(&id, counter),
            home::Action::List => self.go_list(),
            home::Action::StopReading => {
                self.running = None;
                self.refresh_home(counter);
                Task::none()
            }
            home::Action::ResumeDraft => match self.draft() {
                Some(draft) => {
                    let form = reception::State::resume(
                        self.desk.law.clone(),
                        draft,
                        clock::local(clock::now()),
                    );
                    let field = form.first_field();
                    self.screen = Screen::Reception(Box::new(form));
                    operation::focus(field)
                }
                None => Task::none(),
            },
            home::Action::DropDraft => {
                let dropped = self.desk.ledger.delete_draft(DRAFT);
                self.refresh_home(counter);
                self.tell_home(dropped.err().map(|error| Notice::error(&error)));
                Task::none()
            }
        }
    }

    fn tell_home(&mut self, notice: Option<Notice>) {
        if let (Screen::Home(state), Some(notice)) = (&mut self.screen, notice) {
            state.notice = Some(notice);
        }
    }

    fn draft(&self) -> Option<reception::Draft> {
        let drafts = self.desk.ledger.drafts().ok()?;
        let bytes = drafts.into_iter().find(|d| d.key == DRAFT)?.bytes;
        serde_json::from_slice(&bytes).ok()
    }

    fn entered(&mut self, text: &str, counter: &Counter) -> Task<Message> {
        let handed = match Handed::read(text) {
            Ok(handed) => handed,
            Err(error) => {
                self.tell_home(Some(Notice::error(&*error)));
                return Task::none();
            }
        };
        match handed {
            Handed::Code(code) => {
                let identity = code.identity;
                match identity.person.number.clone() {
                    Some(number) => self.approach(Keys::number(&number), Some(identity), counter),
                    None => self.open_person(identity, None, None),
                }
            }
            Handed::Number(number) => {
                self.approach(Keys::number(&number), Some(keys::typed(number)), counter)
            }
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

    // --- person and chip

    /// Someone is named: read the card that lies there, else show them and wait for it.
    fn approach(
        &mut self,
        keys: Keys,
        declared: Option<Identity>,
        counter: &Counter,
    ) -> Task<Message> {
        let awaited = Awaited { keys, declared };
        match (&counter.card, &awaited.declared) {
            (Some(reader), _) => self.read_chip(reader.clone(), awaited),
            (None, Some(declared)) => {
                let declared = declared.clone();
                let task = self.open_person(declared, None, None);
                self.awaited = Some(awaited);
                task
            }
            (None, None) => {
                self.awaited = Some(awaited);
                self.tell_home(Some(Notice::caution(
                    "Đã có khóa đọc chip. Hãy đặt thẻ hoặc hộ chiếu lên đầu đọc.",
                )));
                Task::none()
            }
        }
    }

    fn read_chip(&mut self, reader: String, awaited: Awaited) -> Task<Message> {
        let (running, task) = chip::read(reader, awaited.keys.clone(), self.trust.clone());
        if !matches!(self.screen, Screen::Home(_)) {
            self.screen = Screen::Home(home::State::default());
        }
        if let Screen::Home(state) = &mut self.screen {
            state.reading = Some(("Đang mở chip".into(), 0, 1));
            state.notice = None;
        }
        self.running = Some(running);
        self.awaited = Some(awaited);
        task.map(Message::Chip)
    }

    fn chip_told(&mut self, told: Told, counter: &Counter) -> Task<Message> {
        // A reading that was given up may still speak.
        if self.running.is_none() {
            return Task::none();
        }
        match told {
            Told::Progress(words, done, total) => {
                if let Screen::Home(state) = &mut self.screen {
                    state.reading = Some((words, done, total));
                }
                Task::none()
            }
            Told::Done(result) => {
                self.running = None;
                let declared = self.awaited.take().and_then(|awaited| awaited.declared);
                match *result {
                    Ok(reading) => self.chip_read(reading),
                    Err(ReadError::Cancelled) => self.go_home(counter, None),
                    Err(error) => self.chip_failed(&error, declared, counter),
                }
            }
        }
    }

    fn chip_read(&mut self, reading: Reading) -> Task<Message> {
        let face = reading.face.map(|face| face.bytes);
        match self.desk.record_reading(clock::now(), &reading.identity, face.as_deref()) {
            Ok(hash) => self.open_person(reading.identity, face.zip(hash), None),
            Err(error) => {
                let notice = Notice::error(&error);
                self.open_person(reading.identity, None, Some(notice))
            }
        }
    }

    /// The chip did not open: whoever was declared is still shown, as declared.
    fn chip_failed(
        &mut self,
        error: &ReadError,
        declared: Option<Identity>,
        counter: &Counter,
    ) -> Task<Message> {
        let notice = Notice::error(error);
        match declared {
            Some(declared) if declared.evidence == Evidence::Declared => {
                self.open_person(declared, None, Some(notice))
            }
            Some(typed) => {
                let entry = typed.person.number.map(|number| number.grouped()).unwrap_or_default();
                let task = self.go_home(counter, Some(notice));
                if let Screen::Home(state) = &mut self.screen {
                    state.keep_entry(entry);
                }
                task
            }
            None => self.go_home(counter, Some(notice)),
        }
    }

    pub fn open_person(
        &mut self,
        identity: Identity,
        face: Option<(Vec<u8>, ContentHash)>,
        mut notice: Option<Notice>,
    ) -> Task<Message> {
        let mut history = Vec::new();
        if let Some(number) = &identity.person.number {
            // The look is an entry before anything of the record is shown.
            match self.desk.ledger.view_person(clock::now(), number, Purpose::Reception) {
                Ok(Some(_)) => {
                    match self.desk.ledger.dossiers(&Dossiers::Of(number.clone()), None, 10) {
                        Ok(page) => history = page.items.iter().map(papers::line).collect(),
                        Err(error) => notice = Some(Notice::error(&error)),
                    }
                }
                Ok(None) => {}
                Err(error) => notice = Some(Notice::error(&error)),
            }
        }
        let (picture, blob) = match face {
            Some((bytes, hash)) => (papers::photo(&bytes), Some(hash)),
            None => (None, None),
        };
        let state = person::State::new(identity, picture, blob, history, notice);
        let task = state.first_field().map_or_else(Task::none, operation::focus);
        self.screen = Screen::Person(Box::new(state));
        task
    }

    fn person(&mut self, message: person::Message, counter: &Counter) -> Task<Message> {
        let Screen::Person(state) = &mut self.screen else { return Task::none() };
        match state.update(message) {
            person::Action::None => Task::none(),
            person::Action::Close => self.go_home(counter, None),
            person::Action::Open(id) => self.open_dossier(&id, counter),
            person::Action::Receive(identity) => {
                let face = state.face_blob.clone();
                self.open_reception(*identity, face)
            }
        }
    }

    // --- reception

    pub fn open_reception(
        &mut self,
        identity: Identity,
        face: Option<ContentHash>,
    ) -> Task<Message> {
        self.awaited = None;
        let contact = identity
            .person
            .number
            .as_ref()
            .map_or_else(Contact::default, |number| self.contact(number));
        let now = clock::local(clock::now());
        let form = reception::State::new(self.desk.law.clone(), identity, face, contact, now);
        let field = form.first_field();
        self.screen = Screen::Reception(Box::new(form));
        operation::focus(field)
    }

    /// Contact data of the person's newest dossier here.
    fn contact(&self, number: &PersonalNumber) -> Contact {
        let newest = self.desk.ledger.dossiers(&Dossiers::Of(number.clone()), None, 1);
        newest
            .ok()
            .and_then(|page| page.items.into_iter().next())
            .map(|record| record.dossier.contact)
            .unwrap_or_default()
    }

    fn reception(&mut self, message: reception::Message, counter: &Counter) -> Task<Message> {
        let Screen::Reception(form) = &mut self.screen else { return Task::none() };
        let next = match form.update(message) {
            reception::Action::None => return Task::none(),
            reception::Action::Close => return self.go_home(counter, None),
            reception::Action::Receive(dossier) => return self.receive(*dossier),
            reception::Action::Changed => Task::none(),
            reception::Action::Chosen => operation::focus(reception::PHONE),
            reception::Action::Search => operation::focus(reception::PROCEDURE),
        };
        let kept = serde_json::to_vec(form.draft())
            .map(|bytes| self.desk.ledger.save_draft(DRAFT, &bytes));
        if let Ok(Err(error)) = kept {
            form.refused(Notice::error(&error));
        }
        next
    }

    fn receive(&mut self, reception: office::dossier::Reception) -> Task<Message> {
        let at = clock::now();
        match self.desk.receive(at, reception) {
            Ok(dossier) => {
                // The dossier is safe in the ledger; a draft that stays behind only offers itself again.
                let forgotten = self.desk.ledger.delete_draft(DRAFT);
                let notice = forgotten.err().map(|error| Notice::error(&error));
                let notice = notice.unwrap_or_else(|| {
                    Notice::done("Đã ghi vào sổ. Hãy in hoặc lưu giấy tiếp nhận.")
                });
                self.show_receipt(dossier, office::dossier::Status::Received, Some(notice))
            }
            Err(error) => {
                if let Screen::Reception(form) = &mut self.screen {
                    form.refused(Notice::error(&error));
                }
                Task::none()
            }
        }
    }

    // --- a dossier

    pub fn open_dossier(&mut self, id: &DossierId, counter: &Counter) -> Task<Message> {
        let record = match self.desk.dossier(id) {
            Ok(record) => record,
            Err(error) => return self.go_home(counter, Some(Notice::error(&error))),
        };
        let status = record.status();
        if let Some(number) = &record.dossier.applicant.person.number
            && let Err(error) = self.desk.ledger.view_person(clock::now(), number, Purpose::Reprint)
        {
            return self.go_home(counter, Some(Notice::error(&error)));
        }
        self.show_receipt(record.dossier, status, None)
    }

    fn show_receipt(
        &mut self,
        dossier: office::dossier::Dossier,
        status: office::dossier::Status,
        mut notice: Option<Notice>,
    ) -> Task<Message> {
        let pages = match papers::pages(&mut self.desk, &dossier) {
            Ok(pages) => pages,
            Err(error) => {
                notice = Some(Notice::error(&error));
                Vec::new()
            }
        };
        let may_annul = self.desk.ledger.may(ledger::EventKind::DossierAnnulled);
        let now = clock::local(clock::now());
        self.screen = Screen::Receipt(Box::new(receipt::State::new(
            dossier, status, may_annul, pages, now, notice,
        )));
        Task::none()
    }

    fn receipt(&mut self, message: receipt::Message, counter: &Counter) -> Task<Message> {
        let Screen::Receipt(state) = &mut self.screen else { return Task::none() };
        match state.update(message) {
            receipt::Action::None => {}
            receipt::Action::Close => return self.go_home(counter, None),
            receipt::Action::AskReason => return operation::focus(receipt::REASON),
            receipt::Action::Print => {
                let notice = papers::print(&mut self.desk, &state.dossier);
                state.tell(notice);
            }
            receipt::Action::Save => {
                let notice = papers::save(&mut self.desk, &state.dossier);
                state.tell(notice);
            }
            receipt::Action::Annul(reason) => {
                match self.desk.annul(clock::now(), &state.dossier.id, reason) {
                    Ok(()) => {
                        state.annulled();
                        state.tell(Notice::done(
                            "Đã hủy tiếp nhận. Mã hồ sơ và số trong sổ vẫn giữ nguyên.",
                        ));
                    }
                    Err(error) => state.tell(Notice::error(&error)),
                }
            }
        }
        Task::none()
    }

    // --- lists and search

    pub fn go_list(&mut self) -> Task<Message> {
        self.running = None;
        let mut list = dossiers::State::new(clock::local(clock::now()));
        if let Ok(page) = self.desk.ledger.dossiers(&Dossiers::All, None, PAGE) {
            list.show(page);
        }
        self.screen = Screen::Dossiers(list);
        operation::focus(dossiers::SEARCH)
    }

    fn dossiers(&mut self, message: dossiers::Message, counter: &Counter) -> Task<Message> {
        let Screen::Dossiers(list) = &mut self.screen else { return Task::none() };
        match list.update(message) {
            dossiers::Action::None => {}
            dossiers::Action::Close => return self.go_home(counter, None),
            dossiers::Action::Open(id) => return self.open_dossier(&id, counter),
            dossiers::Action::Search => {
                match papers::find_dossiers(&self.desk, list.query(), None, PAGE) {
                    Ok(page) => list.show(page),
                    Err(error) => return self.go_home(counter, Some(Notice::error(&error))),
                }
            }
            dossiers::Action::More => {
                if let Ok(page) = papers::find_dossiers(&self.desk, list.query(), list.next(), PAGE)
                {
                    list.extend(page);
                }
            }
        }
        Task::none()
    }

    fn open_find(&mut self) -> Task<Message> {
        self.find = Some(find::State::default());
        operation::focus(find::QUERY)
    }

    fn found(&mut self, message: find::Message, counter: &Counter) -> Task<Message> {
        let Some(find) = &mut self.find else { return Task::none() };
        match find.update(message) {
            find::Action::None => Task::none(),
            find::Action::Close => {
                self.find = None;
                Task::none()
            }
            find::Action::Search(query) => {
                let hits = if query.trim().is_empty() {
                    Vec::new()
                } else {
                    match self.desk.ledger.search(&query, Scope::All, None, FOUND) {
                        Ok(page) => page.items.into_iter().filter_map(find::Found::of).collect(),
                        Err(_) => Vec::new(),
                    }
                };
                find.show(hits);
                Task::none()
            }
            find::Action::Go(target) => {
                self.find = None;
                match target {
                    find::Target::Dossier(id) => self.open_dossier(&id, counter),
                    find::Target::Person(number) => self.open_stored(&number),
                }
            }
        }
    }

    /// A person from the ledger: what was read once proves nothing of who stands here today.
    fn open_stored(&mut self, number: &PersonalNumber) -> Task<Message> {
        match papers::stored_person(&mut self.desk, clock::now(), number) {
            Ok(Some((identity, face))) => self.open_person(identity, face, None),
            Ok(None) => Task::none(),
            Err(error) => {
                self.tell_home(Some(Notice::error(&error)));
                Task::none()
            }
        }
    }

    // --- drawing

    /// Draws bars, screen and dialogs.
    pub fn view<'a>(&'a self, counter: &Counter, link: sync::Link) -> Element<'a, Message> {
        let screen = match &self.screen {
            Screen::Home(state) => state.view().map(Message::Home),
            Screen::Person(state) => state.view().map(Message::Person),
            Screen::Reception(state) => state.view().map(Message::Reception),
            Screen::Receipt(state) => state.view().map(Message::Receipt),
            Screen::Dossiers(state) => state.view().map(Message::Dossiers),
        };
        let mut rows = column([self.top().map(Message::Bar)]).spacing(0.0);
        if let Some(words) = &self.newcomer {
            rows = rows.push(newcomer(words).map(Message::Bar));
        }
        let base = rows
            .push(iced::widget::container(screen).height(iced::Length::Fill))
            .push(self.bottom(counter, link));
        let Some(find) = &self.find else { return base.into() };
        iced::widget::stack![base, find_layer(find).map(Message::Find)].into()
    }

    fn top(&self) -> Element<'_, Bar> {
        flow::bar(row([
            text::heading("Một Cửa").into(),
            text::small(self.desk.office.name.as_str()).into(),
            flow::spring().into(),
            quiet("Trang chính").icon(Icon::Home).key("F1").on_press(Bar::Home).into(),
            quiet("Hồ sơ").icon(Icon::Folder).key("F3").on_press(Bar::Dossiers).into(),
            quiet("Tìm").icon(Icon::Search).key("Ctrl+K").on_press(Bar::Find).into(),
            quiet("Sáng, tối").key("F11").on_press(Bar::Mode).into(),
            quiet("Khóa").icon(Icon::Lock).key("Ctrl+L").on_press(Bar::Lock).into(),
        ]))
        .into()
    }

    fn bottom<'a>(&'a self, counter: &Counter, link: sync::Link) -> Element<'a, Message> {
        let (reader, tone) = counter.status();
        let waiting = &self.waiting;
        let (network, network_tone) = match link {
            sync::Link::Online => (format!("Trực tuyến{waiting}"), Tone::Good),
            sync::Link::Offline => (format!("Ngoại tuyến{waiting}"), Tone::Plain),
            sync::Link::NotConfigured => (format!("Chưa nối với tỉnh{waiting}"), Tone::Plain),
        };
        let mut bar =
            row([status(reader, tone), status(network, network_tone)]).spacing(widgets::space::L);
        if self.desk.office.demo {
            bar = bar.push(status("Cơ quan mẫu – người và hồ sơ giả định", Tone::Caution));
        }
        let user = self.desk.ledger.user();
        flow::bar(
            bar.push(flow::spring())
                .push(text::small(format!("{} ({})", user.full_name, user.name.0))),
        )
        .into()
    }
}

/// Hits shown at once.
const FOUND: usize = 12;

/// How often the way to the province is tried.
pub const LINK_EVERY: Duration = Duration::from_secs(30);

fn find_layer(find: &find::State) -> Element<'_, find::Message> {
    modal(
        iced::widget::Space::new().width(iced::Length::Fill).height(iced::Length::Fill),
        Some(find.view()),
    )
}

fn newcomer(words: &str) -> Element<'_, Bar> {
    flow::bar(row([
        text::strong(words).into(),
        text::body("Hồ sơ đang nhập vẫn được giữ làm bản nháp.").into(),
        flow::spring().into(),
        primary("Mở người mới").on_press(Bar::TakeNewcomer).into(),
        quiet("Nhập tiếp").on_press(Bar::IgnoreNewcomer).into(),
    ]))
    .into()
}
