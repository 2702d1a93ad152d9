//! Receiving: the form is opened with what is known, its files come in, it is written or ended by a
//! notice. Every change is kept as it is made.

use std::path::PathBuf;

use iced::Task;
use ledger::Dossiers;
use office::{
    dossier::DossierId,
    entry::ContentHash,
    person::{Contact, Identity},
};
use widgets::travel;

use super::{Counter, Message, Over, Screen, Shell};
use crate::{
    clock,
    desk::intake::{Intake, ToTell},
    scan::{self, Scan, ScanError},
    window::{
        live,
        notice::Notice,
        papers,
        screen::{Shown, camera, home, paper, reception},
    },
};

impl Shell {
    /// Opens the form for a person.
    pub fn open_reception(
        &mut self,
        identity: Identity,
        face: Option<ContentHash>,
        counter: &Counter,
    ) -> Task<Message> {
        self.awaited = None;
        if let Some(draft) = self.begun_for(&identity, None) {
            return self.resume_draft(&draft.id, counter);
        }
        let contact = self.contact(&identity);
        let now = clock::local(clock::now());
        let id = match ledger::random_id() {
            Ok(id) => DossierId(id),
            Err(error) => {
                self.screen = home::State::telling(Some(Notice::error(&error))).into();
                return Task::none();
            }
        };
        let law = self.desk.law.clone();
        self.show_form(reception::State::new(law, id, identity, face, contact, now))
    }

    /// Opens the form for a person with a usual procedure chosen.
    pub(super) fn receive_usual(
        &mut self,
        identity: Identity,
        face: Option<ContentHash>,
        code: String,
        counter: &Counter,
    ) -> Task<Message> {
        if let Some(draft) = self.begun_for(&identity, Some(&code)) {
            return self.resume_draft(&draft.id, counter);
        }
        self.begun = None;
        let opened = self.open_reception(identity, face, counter);
        let chosen = self.reception(reception::Message::ProcedureChosen(code), counter);
        Task::batch([opened, chosen])
    }

    /// Goes on with a form that was left.
    pub(super) fn resume_draft(&mut self, id: &DossierId, counter: &Counter) -> Task<Message> {
        let Some(draft) = self.drafts().into_iter().find(|draft| draft.id == *id) else {
            return Task::none();
        };
        let now = clock::local(clock::now());
        let law = self.desk.law.clone();
        let form = self.show_form(reception::State::resume(law, draft, now));
        Task::batch([form, self.read_anew(counter)])
    }

    /// Shows a form; the person's store is offered in it.
    pub(super) fn show_form(&mut self, mut form: reception::State) -> Task<Message> {
        let store = self.desk.ledger.whose(&form.draft().identity).and_then(|who| match who {
            Some(who) => self.desk.stored(who),
            None => Ok(Vec::new()),
        });
        match store {
            Ok(store) => form.offer(store),
            Err(error) => form.refused(Notice::error(&error)),
        }
        // A help only: without it the list has the catalogue's order.
        form.put_first(self.known(self.desk.received()));
        form.offer_agencies(&self.desk.office, self.desk.settings.units.clone());
        let field = form.first_field();
        let before = std::mem::replace(&mut self.screen, form.into());
        if let Screen::Person(person) = before {
            self.left = Some(person);
        }
        travel::focus(field)
    }

    /// Contact data of the person's newest dossier here.
    fn contact(&self, identity: &Identity) -> Contact {
        let ledger = &self.desk.ledger;
        let newest = ledger.whose(identity).and_then(|who| match who {
            Some(who) => Ok(ledger.dossiers(&Dossiers::Of(who), None, 1)?.items.into_iter().next()),
            None => Ok(None),
        });
        let newest = self.known(newest);
        newest.map(|record| record.dossier.contact).unwrap_or_default()
    }

    pub(super) fn reception(
        &mut self,
        message: reception::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Screen::Reception(form) = &mut self.screen else { return Task::none() };
        let id = form.draft().id.clone();
        let action = form.update(message);
        let waits = form.awaits();
        if self.second && !waits {
            self.stop_reading();
        }
        let next = match action {
            reception::Action::None => return Task::none(),
            reception::Action::Close => return self.leave_form(counter),
            reception::Action::Receive(intake) => return self.receive(*intake),
            reception::Action::Notice(given) => return self.give_notice(*given, &id, counter),
            reception::Action::Read(path) => {
                return self.read_scan(path, |read| attached(reception::AttachMessage::Read(read)));
            }
            reception::Action::Flatbed => {
                return self.off_thread(scan::flatbed, |read| {
                    attached(reception::AttachMessage::Read(read))
                });
            }
            reception::Action::OpenCamera => {
                let cameras = identity::camera::cameras(camera::pictures());
                let name = counter.devices.camera.as_deref();
                let (state, action) = camera::State::open(cameras, name);
                if let Screen::Reception(form) = &mut self.screen {
                    form.show_camera(state);
                }
                return self.still_camera(action);
            }
            reception::Action::Camera(action) => return self.still_camera(action),
            reception::Action::KeepScan(scan) => {
                self.keep_scan(&id, &scan);
                return Task::none();
            }
            reception::Action::Changed => Task::none(),
            reception::Action::Focus(field) => travel::focus(field),
            reception::Action::GoOn => travel::go_on(),
            reception::Action::Chosen => travel::focus(self.first_field()),
            reception::Action::Search => travel::focus(reception::PROCEDURE),
        };
        self.keep_draft();
        next
    }

    /// One step back: to the person for whom the form was opened, or home. The form is kept.
    fn leave_form(&mut self, counter: &Counter) -> Task<Message> {
        let Screen::Reception(form) = &self.screen else { return Task::none() };
        let (begun, touched) = (form.draft().id.clone(), form.is_touched());
        let Some(mut person) = self.left.take() else { return self.go_home(counter) };
        self.stop_reading();
        if touched {
            self.begun = Some(home::Begun::Reception(begun));
            person.tell(Notice::done("Đã giữ tờ đang nhập. Nhấn F2 để nhập tiếp."));
        }
        self.screen = Screen::Person(person);
        Task::none()
    }

    /// The form that was just left for the person, if this is the same reading of them.
    fn begun_for(&mut self, identity: &Identity, code: Option<&str>) -> Option<reception::Draft> {
        let Some(home::Begun::Reception(id)) = &self.begun else { return None };
        let draft = self.drafts().into_iter().find(|draft| draft.id == *id)?;
        let same = code.is_none() || draft.procedure.as_deref() == code;
        (same && draft.identity == *identity).then_some(draft)
    }

    fn first_field(&self) -> String {
        match &self.screen {
            Screen::Reception(form) => form.first_field(),
            _ => String::new(),
        }
    }

    fn still_camera(&mut self, action: camera::Action) -> Task<Message> {
        let (camera::Action::Start(place), Screen::Reception(form)) = (action, &mut self.screen)
        else {
            return Task::none();
        };
        let (live, told) = live::start(place);
        if let Some(camera) = form.camera() {
            camera.started(live);
        }
        told.map(|told| attached(reception::AttachMessage::Camera(camera::Message::Told(told))))
    }

    fn keep_scan(&mut self, id: &DossierId, scan: &Scan) {
        let kept = self.desk.keep_scan(id, scan);
        let Screen::Reception(form) = &mut self.screen else { return };
        match kept {
            Ok(content) => form.got(content, scan),
            Err(error) => form.refused(Notice::error(&error)),
        }
    }

    fn receive(&mut self, intake: Intake) -> Task<Message> {
        let at = clock::now();
        match self.desk.take_in(at, intake) {
            Ok(received) => {
                let words = "Đã ghi vào sổ. Nhấn F9 để in giấy tiếp nhận, F8 để lưu tệp PDF.";
                let notice = Notice::done(words);
                self.show_dossier(&received.id, None, Some(notice))
            }
            Err(error) => {
                if let Screen::Reception(form) = &mut self.screen {
                    form.refused(Notice::error(&error));
                }
                Task::none()
            }
        }
    }

    fn give_notice(
        &mut self,
        given: reception::Given,
        form: &DossierId,
        counter: &Counter,
    ) -> Task<Message> {
        let what = ToTell {
            kind: given.answer.kind,
            reason: given.answer.reason,
            applicant: given.applicant,
            contact: given.contact,
            procedure: given.procedure,
            arrival: given.arrival,
        };
        match self.desk.tell(clock::now(), what, Some(form)) {
            Ok(notice) => {
                let words = "Đã lập phiếu và ghi vào sổ. Hồ sơ chưa được tiếp nhận.";
                let home = self.go_home_telling(counter, Some(Notice::done(words)));
                self.show_notice(&notice);
                home
            }
            Err(error) => {
                if let Screen::Reception(form) = &mut self.screen {
                    form.refused(Notice::error(&error));
                }
                Task::none()
            }
        }
    }

    /// Shows the paper of a notice over the screen.
    pub(super) fn show_notice(&mut self, notice: &office::arrival::CounterNotice) {
        match papers::notice(&self.desk, notice) {
            Ok(paper) => self.over = Some(Over::Paper(Box::new(paper))),
            Err(error) => self.tell(Some(Notice::error(&error))),
        }
    }

    pub(super) fn paper(&mut self, message: paper::Message) -> Task<Message> {
        let Some(Over::Paper(state)) = &mut self.over else { return Task::none() };
        match message {
            paper::Message::Printed => {
                if let Some(copies) = state.copies() {
                    let document = state.document();
                    return self.print(document, copies);
                }
            }
            paper::Message::CopiesTyped(text) => state.type_copies(text),
            paper::Message::Saved => {
                let document = state.document();
                return self.save(document);
            }
            paper::Message::Zoomed(zoom) => state.zoom(zoom),
            paper::Message::Closed => self.over = None,
        }
        Task::none()
    }
}

fn attached(message: reception::AttachMessage) -> Message {
    reception::Message::Attach(message).into()
}

impl Shell {
    /// Gets a file off the window's thread.
    pub(super) fn read_scan(
        &mut self,
        path: PathBuf,
        then: impl Fn(Result<Scan, Notice>) -> Message + Send + 'static,
    ) -> Task<Message> {
        self.off_thread(move || Scan::read(&path), then)
    }

    /// Gets a scan off the window's thread. A scanner is slow: what comes when another one was asked for
    /// meanwhile is dropped, or it would fall to another person's dossier.
    pub(super) fn off_thread<T: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> Result<T, ScanError> + Send + 'static,
        then: impl Fn(Result<T, Notice>) -> Message + Send + 'static,
    ) -> Task<Message> {
        self.scans += 1;
        let scan = self.scans;
        let work = async move { tokio::task::spawn_blocking(work).await };
        Task::future(work).then(move |read| match read {
            Ok(read) => {
                let message = then(read.map_err(|error| Notice::error(&error)));
                Task::done(Message::ScanCame(scan, Box::new(message)))
            }
            Err(_) => {
                let message = then(Err(Notice::error(&ScanError::NoPicture)));
                Task::done(Message::ScanCame(scan, Box::new(message)))
            }
        })
    }
}
