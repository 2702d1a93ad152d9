//! From a named person to the person's screen: the chip is read while the window goes on, the reading
//! is recorded, and each look at a stored person is an entry before anything of it is shown.

use iced::{Task, widget::image::Handle};
use identity::{ReadError, access::Keys, authenticity::Finding, reading::Reading};
use ledger::Dossiers;
use office::{
    entry::{ContentHash, Purpose},
    evidence::Evidence,
    person::{Identity, PersonalNumber},
};
use widgets::travel;

use super::{Counter, Message, Screen, Shell};
use crate::{
    clock,
    desk::store::is_over,
    window::{
        advice,
        chip::{self, Told},
        notice::Notice,
        papers,
        screen::{home, person},
    },
};

/// Who is awaited: known by code or number, the chip not read yet.
pub(super) struct Awaited {
    pub(super) keys: Keys,
    pub(super) declared: Option<Identity>,
}

impl Shell {
    /// Someone is named: read the card that lies there, else show them and wait for it.
    pub(super) fn approach(
        &mut self,
        keys: Keys,
        declared: Option<Identity>,
        counter: &Counter,
    ) -> Task<Message> {
        let awaited = Awaited { keys, declared };
        match (counter.card(), &awaited.declared) {
            (Some(reader), _) => self.read_chip(reader.clone(), awaited),
            (None, Some(declared)) => {
                let declared = declared.clone();
                let task = self.show_declared(declared, None, counter);
                self.await_chip(awaited);
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

    /// Keeps the key for the next card that is placed.
    fn await_chip(&mut self, awaited: Awaited) {
        if let Screen::Person(state) = &mut self.screen {
            state.await_chip();
        }
        self.awaited = Some(awaited);
    }

    /// Stops the reading and forgets its key.
    pub fn stop_reading(&mut self) {
        self.running = None;
        self.awaited = None;
        self.second = false;
    }

    pub(super) fn read_chip(&mut self, reader: String, awaited: Awaited) -> Task<Message> {
        let (running, task) = chip::read(reader, awaited.keys.clone(), self.desk.trust.clone());
        if !matches!(self.screen, Screen::Home(_)) {
            self.screen = Screen::Home(home::State::default());
        }
        if let Screen::Home(state) = &mut self.screen {
            state.reading = Some(("Đang mở chip".into(), 0, 1));
            state.facts = None;
            state.notice = None;
        }
        self.running = Some(running);
        self.awaited = Some(awaited);
        task.map(Message::Chip)
    }

    pub(super) fn chip_told(
        &mut self,
        (number, told): (u64, Told),
        counter: &Counter,
    ) -> Task<Message> {
        // A reading that was given up may still speak.
        if self.running.as_ref().is_none_or(|running| running.number != number) {
            return Task::none();
        }
        if self.second {
            return self.second_told(told);
        }
        match told {
            Told::Progress(words, done, total) => {
                if let Screen::Home(state) = &mut self.screen {
                    state.reading = Some((words, done, total));
                }
                Task::none()
            }
            Told::Facts(words) => {
                if let Screen::Home(state) = &mut self.screen {
                    state.facts = Some(words);
                }
                Task::none()
            }
            Told::Done(result) => {
                self.running = None;
                let awaited = self.awaited.take();
                match &*result {
                    Ok(reading) => self.chip_read(reading, counter),
                    Err(ReadError::Cancelled) => self.go_home(counter, None),
                    Err(error) => self.chip_failed(error, awaited, counter),
                }
            }
        }
    }

    /// A reading that cannot be recorded is not used: what was done with it could not be proven.
    fn chip_read(&mut self, reading: &Reading, counter: &Counter) -> Task<Message> {
        let notice = self.desk.trust_problem.clone().map(Notice::caution);
        let face = reading.face.as_ref().map(|face| face.bytes.clone());
        match self.desk.record_chip(clock::now(), reading) {
            Ok((identity, hash)) => {
                self.open_read(identity, &reading.findings, face.zip(hash), notice)
            }
            Err(error) => self.go_home(counter, Some(Notice::error(&error))),
        }
    }

    /// Shows who was only declared. A scanned code is recorded as a chip is; what is typed is recorded
    /// with the act that uses it.
    pub(super) fn show_declared(
        &mut self,
        declared: Identity,
        notice: Option<Notice>,
        counter: &Counter,
    ) -> Task<Message> {
        if declared.evidence == Evidence::Declared
            && let Err(error) = self.desk.record_reading(clock::now(), &declared)
        {
            return self.go_home(counter, Some(Notice::error(&error)));
        }
        self.open_person(declared, None, notice)
    }

    /// The chip did not open: whoever a code or a zone names is still shown, as declared or typed. Placing
    /// a card again reads again; only a key that was refused is not tried by itself a second time.
    fn chip_failed(
        &mut self,
        error: &ReadError,
        awaited: Option<Awaited>,
        counter: &Counter,
    ) -> Task<Message> {
        let notice = Notice::error(error);
        let declared = awaited.as_ref().and_then(|awaited| awaited.declared.clone());
        if matches!(error, ReadError::NeedMore) {
            let home = self.go_home(counter, None);
            return Task::batch([home, self.ask_key(declared, Some(notice))]);
        }
        let task = match declared {
            Some(declared)
                if declared.evidence == Evidence::Declared || declared.document.is_some() =>
            {
                self.show_declared(declared, Some(notice), counter)
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
        };
        if let Some(awaited) = awaited.filter(|_| *error != ReadError::AccessDenied) {
            self.await_chip(awaited);
        }
        task
    }

    /// Shows what a chip said and what its findings ask for.
    pub fn open_read(
        &mut self,
        identity: Identity,
        findings: &[Finding],
        face: Option<papers::Face>,
        notice: Option<Notice>,
    ) -> Task<Message> {
        let steps = advice::next_steps(identity.evidence, findings);
        let task = self.open_person(identity, face, notice);
        if let Screen::Person(state) = &mut self.screen {
            state.advise(steps);
        }
        task
    }

    /// Shows a person; the look at a stored record is written down first.
    pub fn open_person(
        &mut self,
        identity: Identity,
        face: Option<papers::Face>,
        mut notice: Option<Notice>,
    ) -> Task<Message> {
        let mut history = Vec::new();
        // A chip that failed its checks opens nobody's record.
        if let Some(number) = identity.person.number.as_ref().filter(|_| identity.evidence.usable())
        {
            // The look is an entry before anything of the record is shown.
            match self.desk.ledger.view_person(clock::now(), number, Purpose::Reception) {
                Ok(Some(_)) => {
                    match self.desk.ledger.dossiers(&Dossiers::Of(number.clone()), None, 10) {
                        Ok(page) => {
                            history =
                                page.items.iter().map(|r| papers::line(&self.desk.law, r)).collect()
                        }
                        Err(error) => notice = Some(Notice::error(&error)),
                    }
                }
                Ok(None) => {}
                Err(error) => notice = Some(Notice::error(&error)),
            }
        }
        let blob = face.as_ref().map(|(_, hash)| hash.clone());
        let photo = face.map_or_else(Task::none, |(bytes, hash)| {
            // A JPEG 2000 photo may take longer than a frame.
            Task::future(async move {
                let picture = tokio::task::spawn_blocking(move || papers::photo(&bytes)).await;
                Message::Photo(hash, picture.ok().flatten())
            })
        });
        let today = clock::local(clock::now()).date();
        let store = identity.person.number.as_ref().filter(|_| identity.evidence.usable());
        let store = store.and_then(|number| self.desk.stored(number).ok());
        let mut state = person::State::new(identity, blob, history, notice);
        // Both are a help: without them the person is received through the search.
        state.offer(self.desk.usual(today).unwrap_or_default());
        if let Some(store) = store {
            let over = store.iter().filter(|document| is_over(document, today)).count();
            state.count_kept(store.len(), over);
        }
        let focus = state.first_field().map_or_else(Task::none, travel::focus);
        self.screen = Screen::Person(Box::new(state));
        Task::batch([focus, photo])
    }

    /// Shows the photo, if its person is still there.
    pub fn photo_decoded(&mut self, blob: &ContentHash, picture: Option<Handle>) {
        if let Screen::Person(state) = &mut self.screen
            && state.face_blob.as_ref() == Some(blob)
        {
            state.show_photo(picture);
        }
    }

    pub(super) fn person(&mut self, message: person::Message, counter: &Counter) -> Task<Message> {
        let Screen::Person(state) = &mut self.screen else { return Task::none() };
        match state.update(message) {
            person::Action::None => Task::none(),
            person::Action::Close => self.go_home(counter, None),
            person::Action::Open(id) => self.open_dossier(&id, counter),
            person::Action::Receive(identity) => {
                let face = state.face_blob.clone();
                self.open_reception(*identity, face)
            }
            person::Action::ReceiveUsual(identity, code) => {
                let face = state.face_blob.clone();
                self.receive_usual(*identity, face, code, counter)
            }
            person::Action::Store => self.open_store(),
        }
    }

    /// A person from the ledger: what was read once proves nothing of who stands here today.
    pub(super) fn open_stored(&mut self, number: &PersonalNumber) -> Task<Message> {
        match papers::stored_person(&mut self.desk, clock::now(), number) {
            Ok(Some((identity, face))) => self.open_person(identity, face, None),
            Ok(None) => Task::none(),
            Err(error) => {
                self.tell_home(Some(Notice::error(&error)));
                Task::none()
            }
        }
    }
}
