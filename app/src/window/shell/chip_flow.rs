//! From a named person to the person's screen: the chip is read while the window goes on, the reading
//! is recorded, and each look at a stored person is an entry before anything of it is shown.

use iced::{Task, widget::image::Handle};
use identity::{ReadError, access::Keys, authenticity::Finding, reading::Reading};
use ledger::{EventKind, LedgerError, PersonRecord};
use office::{
    entry::{ContentHash, Purpose},
    evidence::Evidence,
    person::{Identity, PersonId},
};
use widgets::travel;

use super::{Counter, Message, Screen, Shell, card_flow::NOT_THEIRS};
use crate::{
    clock,
    desk::store::is_over,
    window::{
        advice,
        chip::{self, Told},
        notice::Notice,
        papers,
        screen::{Shown, home, person},
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
        self.compared = None;
        self.second = false;
    }

    pub(super) fn read_chip(&mut self, reader: String, awaited: Awaited) -> Task<Message> {
        let (running, task) = chip::read(reader, awaited.keys.clone(), self.desk.trust.clone());
        if !matches!(self.screen, Screen::Home(_)) {
            self.screen = home::State::default().into();
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
        if self.compared.is_some() {
            return self.compared_told(told);
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
                    Err(ReadError::Cancelled) => self.go_home(counter),
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
            Err(error) => self.go_home_telling(counter, Some(Notice::error(&error))),
        }
    }

    /// Shows who was only declared. A scanned code is recorded as a chip is; what is typed is recorded
    /// with the act that uses it.
    pub(super) fn show_declared(
        &mut self,
        mut declared: Identity,
        notice: Option<Notice>,
        counter: &Counter,
    ) -> Task<Message> {
        if declared.evidence == Evidence::Declared
            && let Err(error) = self.desk.record_reading(clock::now(), &mut declared)
        {
            return self.go_home_telling(counter, Some(Notice::error(&error)));
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
        let named = awaited.as_ref().and_then(|awaited| awaited.declared.as_ref());
        let known = named.is_some_and(|who| who.person.number.is_some());
        let notice = match error {
            ReadError::AccessDenied if known => Notice::caution(format!("{NOT_THEIRS} {error}")),
            _ => Notice::error(error),
        };
        let declared = awaited.as_ref().and_then(|awaited| awaited.declared.clone());
        if matches!(error, ReadError::NeedMore) {
            let home = self.go_home(counter);
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
                let task = self.go_home_telling(counter, Some(notice));
                if let Screen::Home(state) = &mut self.screen {
                    state.keep_entry(entry);
                }
                task
            }
            None => self.go_home_telling(counter, Some(notice)),
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
        let mut known = None;
        // A chip that failed its checks opens nobody's record. The look is an entry before anything of the
        // record is shown.
        if identity.evidence.usable() {
            let purpose = Purpose::Reception;
            match self.look_at_person(&identity, purpose) {
                Ok(record) => known = record,
                Err(error) => notice = Some(Notice::error(&error)),
            }
        }
        let remarks = known.as_ref().and_then(|record| papers::stronger_before(record, &identity));
        self.show_person(identity, face, known, remarks.into_iter().collect(), notice)
    }

    /// The record of whom an identity is of, if the ledger knows them; the look is written down.
    pub(super) fn look_at_person(
        &mut self,
        identity: &Identity,
        purpose: Purpose,
    ) -> Result<Option<PersonRecord>, LedgerError> {
        match self.desk.ledger.whose(identity)? {
            Some(who) => self.desk.ledger.view_person(clock::now(), who, purpose),
            None => Ok(None),
        }
    }

    /// Shows a person whose record was looked at, if there is one.
    fn show_person(
        &mut self,
        identity: Identity,
        face: Option<papers::Face>,
        known: Option<PersonRecord>,
        remarks: Vec<String>,
        mut notice: Option<Notice>,
    ) -> Task<Message> {
        let blob = face.as_ref().map(|(_, hash)| hash.clone());
        let photo = face.map_or_else(Task::none, |(bytes, hash)| {
            // A JPEG 2000 photo may take longer than a frame.
            Task::future(async move {
                let picture = tokio::task::spawn_blocking(move || papers::photo(&bytes)).await;
                Message::Photo(hash, picture.ok().flatten())
            })
        });
        let today = clock::local(clock::now()).date();
        let store = known.as_ref().map(|record| self.known(self.desk.stored(record.who())));
        let mut state = person::State::new(identity, blob, today, notice.take());
        state.remark(remarks);
        if self.desk.ledger.may(EventKind::PeopleMerged) {
            state.offer_merging();
        }
        if self.desk.ledger.may(EventKind::LineWritten) {
            state.offer_writing();
        }
        // A help only: nobody is merged without the clerk.
        let alike = known.as_ref().map(|record| self.known(self.desk.ledger.alike(record.who())));
        if let Some(count) = alike.map(|alike| alike.len()).filter(|count| *count > 0) {
            state.remark(vec![format!(
                "Có {count} người khác trùng họ tên và ngày sinh hoặc số CMND cũ: có thể là cùng một người. Nhấn F6 để so và gộp, nếu đúng."
            )]);
        }
        if let Some(record) = known {
            state.know(record);
        }
        // Both are a help: without them the person is received through the search.
        state.offer(self.known(self.desk.usual(today)));
        if let Some(store) = store {
            let over = store.iter().filter(|document| is_over(document, today)).count();
            state.count_kept(store.len(), over);
        }
        let focus = state.first_field().map_or_else(Task::none, travel::focus);
        self.screen = state.into();
        self.fetch_history(None);
        Task::batch([focus, photo])
    }

    /// The part of the open person's history that is shown, from its beginning or from where it goes on.
    fn fetch_history(&mut self, before: Option<u64>) {
        let Screen::Person(state) = &mut self.screen else { return };
        let Some(who) = state.who() else { return };
        match self.desk.ledger.history(who, state.parts(), before, HISTORY_PAGE) {
            Ok(page) => {
                let rows = page.items.iter().map(|line| papers::happened(&self.desk, line));
                state.tell_history(rows.collect(), page.next, before.is_some());
            }
            Err(error) => state.tell(Notice::error(&error)),
        }
    }

    /// Shows a person again who was left for something that is written now.
    pub(super) fn back_to(&mut self, mut person: person::State) -> Task<Message> {
        self.stop_reading();
        // What was written may be the first that the ledger knows of them.
        if person.who().is_none() {
            match self.look_at_person(&person.identity, Purpose::Reception) {
                Ok(known) => known.into_iter().for_each(|record| person.know(record)),
                Err(error) => person.tell(Notice::error(&error)),
            }
        }
        self.screen = person.into();
        self.fetch_history(None);
        Task::none()
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
            person::Action::Close => self.go_home(counter),
            person::Action::Open(subject) => self.open_subject(&subject, counter),
            person::Action::Receive(identity) => {
                let face = state.face_blob.clone();
                self.open_reception(*identity, face, counter)
            }
            person::Action::ReceiveUsual(identity, code) => {
                let face = state.face_blob.clone();
                self.receive_usual(*identity, face, code, counter)
            }
            person::Action::Other(identity) => self.open_line_form(Some(*identity), None, counter),
            person::Action::Store => self.open_store(),
            person::Action::AskSame => self.open_same(),
            person::Action::Same(action) => self.same(action),
            person::Action::History(before) => {
                self.fetch_history(before);
                Task::none()
            }
        }
    }

    /// A person from the ledger whom the search found: as they count today.
    pub(super) fn open_stored(&mut self, who: PersonId) -> Task<Message> {
        let now = clock::now();
        let found = self.desk.ledger.view_person(now, who, Purpose::Search).and_then(|record| {
            let Some(record) = record else { return Ok(None) };
            let today = clock::local(now).date();
            let (identity, face) = papers::stored_person(&self.desk, &record, today)?;
            Ok(Some((record, identity, face)))
        });
        match found {
            Ok(Some((record, identity, face))) => {
                self.leave_counter();
                let remarks = papers::weaker_since(&record);
                self.show_person(identity, face, Some(record), remarks, None)
            }
            Ok(None) => Task::none(),
            Err(error) => {
                self.tell(Some(Notice::error(&error)));
                Task::none()
            }
        }
    }
}

/// Rows of a history fetched at once.
const HISTORY_PAGE: usize = 30;
