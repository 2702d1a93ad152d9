//! Receiving a dossier without asking for what is known: the procedure's form filled from the chip, its
//! components from verified data, the person's store or a scan; then contact, deadline, fee. What the
//! chip told is not typed again; everything that is typed is kept as a draft until it is received.

mod attach;
mod draft;
mod eform;
mod linked;
mod papers;
mod search;
mod submit;
mod terms;
mod view;

use std::{path::PathBuf, sync::Arc};

use jiff::civil::DateTime;
use office::{
    arrival::Arrival,
    catalogue::Procedure,
    document::KeptDocument,
    dossier::{DossierId, PaperForm},
    eform::Form,
    entry::ContentHash,
    money::Dong,
    person::{Contact, Identity, ReadOn},
};
use widgets::{DateInput, date::Century, keys::Pressed};

use super::{camera, notice_form};
use crate::{assets::Law, desk::intake::Intake, scan::Scan, window::notice::Notice};
pub use attach::{Message as AttachMessage, PATH};
pub use draft::Draft;
use draft::{Paper, Stands};
use eform::Filled;
pub use eform::Message as FormMessage;
pub use linked::Message as LinkedMessage;

/// The search for a procedure.
pub const PROCEDURE: &str = "reception-procedure";
/// The telephone's field.
pub const PHONE: &str = "reception-phone";
/// Day of return.
const DUE: &str = "reception-due";
/// Pages of the original.
const PAGES: &str = "reception-pages";

/// The screen's state.
pub struct State {
    law: Arc<Law>,
    draft: Draft,
    query: String,
    highlighted: usize,
    now: DateTime,
    due: DateInput,
    notice: Option<Notice>,
    /// Valid documents of the person's store.
    store: Vec<KeptDocument>,
    /// It was tried to receive it: what is only missing is told too.
    tried: bool,
    /// The unusual fee that was asked about: the same once more is meant.
    asked_amount: Option<Dong>,
    /// The section that waits for another person's paper, and how far its reading is.
    awaited: Option<(String, String)>,
    linked: linked::Search,
    asked: Option<Asked>,
}

/// A question over the form.
enum Asked {
    Attach(Box<attach::State>),
    Incomplete(Box<notice_form::State>),
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The search changed.
    QueryTyped(String),
    /// Arrow keys in the list of procedures.
    Moved(i8),
    /// Enter in the search.
    FirstChosen,
    /// A procedure was chosen.
    ProcedureChosen(String),
    /// Another procedure is wanted.
    ProcedureDropped,
    /// A paper was ticked or unticked.
    PaperTaken(usize, bool),
    /// Every paper that the catalogue asks for came, as it asks.
    AllTaken,
    /// The form of a paper.
    PaperFormChosen(usize, PaperForm),
    /// How many of a paper.
    QuantityTyped(usize, String),
    /// The store's document is to stand for a paper.
    StoredUsed(usize),
    /// Every document of the store that fits is to be used.
    AllStoredUsed,
    /// A file is to be attached, to this paper or to one to be chosen.
    AttachAsked(Option<usize>),
    /// In the dialog for a file.
    Attach(attach::Message),
    /// What shows a paper is taken back.
    ProofDropped(usize),
    /// In the electronic form.
    Form(eform::Message),
    /// The application form was handed in by itself, or the electronic one is wanted again.
    FormRested(bool),
    /// In the linked procedures.
    Linked(linked::Message),
    /// Something is missing: nothing is received.
    IncompleteAsked,
    /// In the dialog for form 02 or 03.
    Incomplete(notice_form::Message),
    /// Telephone.
    PhoneTyped(String),
    /// Email.
    EmailTyped(String),
    /// Present address.
    AddressTyped(String),
    /// Số bộ.
    SetsTyped(String),
    /// Legal basis.
    BasisChosen(usize),
    /// Note.
    NoteTyped(String),
    /// Day of return.
    DueTyped(DateInput),
    /// Pages of the original.
    PagesTyped(String),
    /// Copies wanted.
    CopiesTyped(String),
    /// Amount to pay.
    AmountTyped(String),
    /// Receive it.
    Submitted,
    /// Back; the draft stays.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Something changed: keep the draft.
    Changed,
    /// Something changed: keep the draft and move the keyboard there.
    Focus(String),
    /// The procedure was chosen: keep the draft and move the keyboard on.
    Chosen,
    /// Back to the search.
    Search,
    /// Receive.
    Receive(Box<Intake>),
    /// Read this file for the open dialog.
    Read(PathBuf),
    /// Open the camera for the open dialog.
    OpenCamera,
    /// What the dialog's camera asks for.
    Camera(camera::Action),
    /// Scan a page for the open dialog.
    Flatbed,
    /// Keep these bytes beside the draft.
    KeepScan(Scan),
    /// Give a notice in place of a reception.
    Notice(Box<Given>),
    /// Back.
    Close,
}

/// A notice that is to be given, with whom and what it concerns.
pub struct Given {
    /// Which form and why.
    pub answer: notice_form::Answer,
    /// For whom.
    pub applicant: Identity,
    /// How to reach them.
    pub contact: Contact,
    /// What they came for.
    pub procedure: office::dossier::ProcedureStamp,
    /// The online dossier that it answers.
    pub arrival: Option<office::arrival::ArrivalId>,
}

impl State {
    /// An empty form for a person.
    pub fn new(
        law: Arc<Law>,
        id: DossierId,
        identity: Identity,
        face: Option<ContentHash>,
        contact: Contact,
        now: DateTime,
    ) -> Self {
        Self::resume(law, Draft::new(id, identity, face, contact, now), now)
    }

    /// The form of an online dossier that is being accepted.
    pub fn of_arrival(law: Arc<Law>, id: DossierId, arrival: &Arrival, now: DateTime) -> Self {
        let mut state = Self::resume(law, Draft::of_arrival(id, arrival, now), now);
        state.choose(&arrival.procedure);
        state
    }

    /// The form as it was left.
    pub fn resume(law: Arc<Law>, draft: Draft, now: DateTime) -> Self {
        let due = DateInput::new(draft.terms.due, Century::This);
        let mut draft = draft;
        draft.age(now.date());
        let mut state = Self {
            law,
            draft,
            query: String::new(),
            highlighted: 0,
            now,
            due,
            notice: None,
            store: Vec::new(),
            tried: false,
            asked_amount: None,
            awaited: None,
            linked: linked::Search::default(),
            asked: None,
        };
        // A form whose definition changed meanwhile is filled anew: its fields are not the same any more.
        let fits = state.form().zip(state.draft.form.as_ref()).map(|(form, data)| data.is_of(form));
        if state.draft.procedure.is_some() && fits != Some(true) {
            state.draft.form = state.fresh_form();
        }
        if state.draft.procedure.is_some() && state.procedure().is_none() {
            state.notice = Some(Notice::caution(state.no_procedure()));
        }
        state
    }

    /// Offers what the person's store holds and is valid today.
    pub fn offer(&mut self, store: Vec<KeptDocument>) {
        let today = self.now.date();
        self.store = store.into_iter().filter(|document| document.is_valid(today)).collect();
    }

    /// What was said last.
    #[cfg(test)]
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// What to keep.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// Whether anything was entered that would be lost.
    pub fn is_touched(&self) -> bool {
        self.draft.procedure.is_some()
    }

    /// Whether a question stands over the form and must be answered first.
    pub fn asks(&self) -> bool {
        self.asked.is_some()
    }

    /// The window's title.
    pub fn title(&self) -> &'static str {
        match &self.asked {
            None => "Tiếp nhận hồ sơ",
            Some(Asked::Attach(_)) => attach::TITLE,
            Some(Asked::Incomplete(_)) => notice_form::TITLE,
        }
    }

    /// The clock moved on.
    pub fn tick(&mut self, now: DateTime) {
        self.now = now;
        self.draft.age(now.date());
    }

    /// Whether the applicant's data were read on an earlier day.
    pub fn is_kept(&self) -> bool {
        matches!(self.draft.identity.read, ReadOn::Earlier { .. })
    }

    /// The applicant's document was read again.
    pub fn applicant_read(&mut self, identity: Identity, face: Option<ContentHash>) {
        let law = self.law.clone();
        let form = self.draft.procedure.as_deref().and_then(|code| law.forms.of(code));
        if let Some((form, data)) = form.zip(self.draft.form.as_mut()) {
            data.reread(form, &identity);
        }
        self.notice = Some(Notice::done(format!("Đã đọc lại giấy tờ: {}.", identity.proof())));
        self.draft.reread(identity, face);
    }

    /// The field to focus: the first that must be filled and is not.
    pub fn first_field(&self) -> String {
        let Some(procedure) = self.procedure() else { return PROCEDURE.to_owned() };
        let form = self.used_form();
        if let Some(missing) = form.and_then(|(form, data)| data.first_missing(form)) {
            return missing;
        }
        let terms = &self.draft.terms;
        match terms.deadline(procedure, self.draft.channel, &self.law.calendar, self.now) {
            Err(_) => DUE.to_owned(),
            Ok(_) if terms.fee(procedure, self.draft.channel).is_err() => PAGES.to_owned(),
            Ok(_) => PHONE.to_owned(),
        }
    }

    /// Shows why it was not received, or another sentence.
    pub fn refused(&mut self, notice: Notice) {
        match &mut self.asked {
            Some(Asked::Attach(dialog)) => dialog.tell(notice),
            Some(Asked::Incomplete(dialog)) => dialog.refused(notice),
            None => self.notice = Some(notice),
        }
    }

    /// Whether dropped files are papers of this dossier.
    pub fn takes_files(&self) -> bool {
        self.draft.procedure.is_some()
            && self.awaited.is_none()
            && !matches!(self.asked, Some(Asked::Incomplete(_)))
    }

    /// Whether the dialog that attaches a file waits for one.
    pub fn attaches(&self) -> bool {
        matches!(&self.asked, Some(Asked::Attach(dialog)) if !dialog.shows_camera())
    }

    /// The bytes are kept beside the draft: the dialog shows what came.
    pub fn got(&mut self, content: ContentHash, scan: &Scan) {
        if let Some(Asked::Attach(dialog)) = &mut self.asked {
            dialog.got(content, scan);
        }
    }

    /// The camera was opened for the dialog.
    pub fn show_camera(&mut self, camera: camera::State) {
        if let Some(Asked::Attach(dialog)) = &mut self.asked {
            dialog.show_camera(camera);
        }
    }

    /// The camera of the open dialog.
    pub fn camera(&mut self) -> Option<&mut camera::State> {
        match &mut self.asked {
            Some(Asked::Attach(dialog)) => dialog.camera(),
            _ => None,
        }
    }

    /// Whether the next person that is scanned belongs into a section of the form.
    pub fn awaits(&self) -> bool {
        self.awaited.is_some()
    }

    /// How far the other person's reading is.
    pub fn reading(&mut self, words: impl Into<String>) {
        if let Some((_, told)) = &mut self.awaited {
            *told = words.into();
        }
    }

    /// The other person was read: fills their section.
    pub fn read(&mut self, who: &Identity) {
        let Some((section, _)) = self.awaited.take() else { return };
        self.fill(&section, who);
    }

    /// The other person's paper is not waited for any longer.
    pub fn stop_waiting(&mut self) {
        self.awaited = None;
    }

    fn fill(&mut self, section: &str, who: &Identity) {
        let law = self.law.clone();
        let form = self.draft.procedure.as_deref().and_then(|code| law.forms.of(code));
        if let Some((form, data)) = form.zip(self.draft.form.as_mut()) {
            self.notice = data.fill(form, section, who).err().map(|error| Notice::error(&error));
        }
    }

    fn procedure(&self) -> Option<&Procedure> {
        self.law.catalogue.find(self.draft.procedure.as_deref()?, self.now.date())
    }

    /// Why there is no procedure.
    fn no_procedure(&self) -> String {
        match &self.draft.procedure {
            Some(code) => format!(
                "Thủ tục mã {code} không có hiệu lực vào hôm nay nên không tiếp nhận được. Nội dung đã nhập vẫn còn nguyên. Hãy chọn thủ tục đang có hiệu lực."
            ),
            None => "Chưa chọn thủ tục. Hãy gõ vài chữ của tên thủ tục rồi nhấn Enter.".into(),
        }
    }

    fn form(&self) -> Option<&Form> {
        self.law.forms.of(self.draft.procedure.as_deref()?)
    }

    /// The electronic form and its data, unless another one was handed in.
    fn used_form(&self) -> Option<(&Form, &Filled)> {
        self.form().zip(self.draft.form.as_ref()).filter(|_| !self.draft.form_rests)
    }

    fn fresh_form(&self) -> Option<Filled> {
        let (form, draft) = (self.form()?, &self.draft);
        let name = self.procedure()?.short_name();
        Some(Filled::new(form, name, &draft.identity, &draft.contact))
    }

    fn matches(&self) -> Vec<&Procedure> {
        self.law.catalogue.search(&self.query, self.now.date())
    }

    fn choose(&mut self, code: &str) {
        let law = self.law.clone();
        let Some(procedure) = law.catalogue.find(code, self.now.date()) else { return };
        let draft = &self.draft;
        let form = law.forms.of(code);
        let name = procedure.short_name();
        let filled = form.map(|f| Filled::new(f, name, &draft.identity, &draft.contact));
        self.draft.choose(procedure, filled);
        self.tried = false;
        self.notice = None;
    }

    /// What a key says here. What attaches a file has its own keys.
    pub fn key(&self, key: Pressed) -> Option<Message> {
        let attach = |message| Some(Message::Attach(message));
        let notice = |message| Some(Message::Incomplete(message));
        match (key, &self.asked) {
            (Pressed::Escape, Some(Asked::Attach(_))) => attach(attach::Message::Closed),
            (Pressed::F(2), Some(Asked::Attach(dialog))) if dialog.shows_camera() => {
                attach(attach::Message::Still)
            }
            (Pressed::F(2) | Pressed::Enter, Some(Asked::Attach(_))) => {
                attach(attach::Message::Confirmed)
            }
            (Pressed::F(7), Some(Asked::Attach(_))) => attach(attach::Message::CameraAsked),
            (Pressed::F(8), Some(Asked::Attach(_))) => attach(attach::Message::FlatbedAsked),
            (Pressed::Escape, Some(Asked::Incomplete(_))) => notice(notice_form::Message::Closed),
            (Pressed::F(2) | Pressed::Enter, Some(Asked::Incomplete(_))) => {
                notice(notice_form::Message::Submitted)
            }
            (_, Some(_)) => None,
            (Pressed::F(2), None) => Some(Message::Submitted),
            (Pressed::F(4), None) => Some(Message::AllStoredUsed),
            (Pressed::F(5), None) => {
                let (form, data) = self.used_form()?;
                let section = data.next_person(form)?;
                Some(Message::Form(eform::Message::IsApplicant(section.id.clone())))
            }
            (Pressed::F(6), None) if self.draft.form.is_some() => {
                Some(Message::FormRested(!self.draft.form_rests))
            }
            (Pressed::F(7), None) => Some(Message::IncompleteAsked),
            (Pressed::F(8), None) => Some(Message::AttachAsked(None)),
            (Pressed::F(9), None) => Some(Message::AllTaken),
            (Pressed::Escape, None) => Some(Message::Closed),
            (Pressed::Up, None) => Some(Message::Moved(-1)),
            (Pressed::Down, None) => Some(Message::Moved(1)),
            _ => None,
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::QueryTyped(query) => {
                self.query = query;
                self.highlighted = 0;
                return Action::None;
            }
            Message::Moved(by) => {
                let last = self.matches().len().saturating_sub(1);
                self.highlighted = self.highlighted.saturating_add_signed(by.into()).min(last);
                return Action::None;
            }
            Message::FirstChosen => {
                let Some(code) = self.matches().get(self.highlighted).map(|p| p.code.clone())
                else {
                    return Action::None;
                };
                self.choose(&code);
                return Action::Chosen;
            }
            Message::ProcedureChosen(code) => {
                self.choose(&code);
                return Action::Chosen;
            }
            Message::ProcedureDropped => {
                self.draft.procedure = None;
                self.draft.papers.clear();
                self.draft.form = None;
                return Action::Search;
            }
            Message::PaperTaken(i, taken) => {
                self.paper(i, |p| p.tick(taken));
                let undecided = |paper: &Paper| paper.taken && paper.form.is_none();
                if self.draft.papers.get(i).is_some_and(undecided) {
                    return Action::Focus(papers::form_id(i));
                }
            }
            Message::AllTaken => {
                let awaited = self.draft.papers.iter_mut().filter(|paper| paper.is_awaited());
                awaited.for_each(Paper::take_as_asked);
            }
            Message::PaperFormChosen(i, form) => self.paper(i, |p| p.form = Some(form)),
            Message::QuantityTyped(i, quantity) => self.paper(i, |p| p.quantity = quantity),
            Message::StoredUsed(i) => self.use_stored(i),
            Message::AllStoredUsed => {
                (0..self.draft.papers.len()).for_each(|i| self.use_stored(i));
            }
            Message::AttachAsked(paper) => {
                let dialog = attach::State::new(paper, &self.draft.papers);
                self.asked = Some(Asked::Attach(Box::new(dialog)));
                return Action::Focus(PATH.to_owned());
            }
            Message::Attach(message) => return self.attach(message),
            Message::ProofDropped(i) => self.paper(i, |p| {
                if p.stands.take().is_some_and(|s| matches!(s, Stands::Stored(..))) {
                    p.form = None;
                }
            }),
            Message::Form(message) => return self.in_form(message),
            Message::FormRested(rests) => {
                self.draft.rest_form(rests);
                return Action::Focus(self.first_field());
            }
            Message::Linked(message) => {
                let day = self.now.date();
                let links = &mut self.draft.linked;
                let next = self.linked.update(links, message, &self.law.catalogue, day);
                return next.map_or(Action::Changed, Action::Focus);
            }
            Message::IncompleteAsked => return self.ask_incomplete(),
            Message::Incomplete(message) => return self.incomplete(message),
            Message::PhoneTyped(text) => self.contact(|contact| contact.phone = text),
            Message::EmailTyped(text) => self.contact(|contact| contact.email = text),
            Message::AddressTyped(text) => self.contact(|contact| contact.address = text),
            Message::SetsTyped(text) => self.draft.sets = text,
            Message::BasisChosen(basis) => self.draft.basis = basis,
            Message::NoteTyped(text) => self.draft.note = text,
            Message::DueTyped(due) => {
                self.draft.terms.due = due.date();
                self.due = due;
            }
            Message::PagesTyped(text) => self.draft.terms.pages = text,
            Message::CopiesTyped(text) => self.draft.terms.copies = text,
            Message::AmountTyped(text) => self.draft.terms.amount = text,
            Message::Submitted => return self.submit(),
            Message::Closed if self.awaited.is_some() => self.stop_waiting(),
            Message::Closed => return Action::Close,
        }
        Action::Changed
    }

    fn contact(&mut self, change: impl FnOnce(&mut Contact)) {
        let old = self.draft.contact.clone();
        change(&mut self.draft.contact);
        let law = self.law.clone();
        let form = self.draft.procedure.as_deref().and_then(|code| law.forms.of(code));
        if let Some((form, data)) = form.zip(self.draft.form.as_mut()) {
            data.follow(form, &old, &self.draft.contact);
        }
    }

    fn paper(&mut self, i: usize, change: impl FnOnce(&mut Paper)) {
        if let Some(paper) = self.draft.papers.get_mut(i) {
            change(paper);
        }
    }

    fn use_stored(&mut self, i: usize) {
        let Some(paper) = self.draft.papers.get_mut(i) else { return };
        if let Some(document) = papers::offered(paper, &self.store) {
            paper.stands = Some(Stands::Stored(document.content.clone(), document.title.clone()));
            paper.taken = true;
            paper.form = Some(PaperForm::Data);
        }
    }

    fn attach(&mut self, message: attach::Message) -> Action {
        let Some(Asked::Attach(dialog)) = &mut self.asked else {
            // A file that was dropped on the form.
            return match message {
                attach::Message::FileGiven(_) => {
                    let dialog = attach::State::new(None, &self.draft.papers);
                    self.asked = Some(Asked::Attach(Box::new(dialog)));
                    self.attach(message)
                }
                _ => Action::None,
            };
        };
        match dialog.update(message, &self.draft.papers, &self.law.legal_basis) {
            attach::Action::None => Action::None,
            attach::Action::Read(path) => Action::Read(path),
            attach::Action::OpenCamera => Action::OpenCamera,
            attach::Action::Camera(action) => Action::Camera(action),
            attach::Action::Flatbed => Action::Flatbed,
            attach::Action::Keep(scan) => Action::KeepScan(scan),
            attach::Action::Close => {
                self.asked = None;
                Action::None
            }
            attach::Action::Attach(i, scan) => {
                self.asked = None;
                self.paper(i, |paper| {
                    paper.stands = Some(Stands::Scan(scan));
                    paper.taken = true;
                });
                Action::Changed
            }
        }
    }

    fn in_form(&mut self, message: eform::Message) -> Action {
        if let eform::Message::Awaited(section) = message {
            let words = "Hãy quét mã QR trên thẻ của người này, hoặc đặt thẻ lên đầu đọc rồi quét mã. Esc để thôi.";
            self.awaited = Some((section, words.to_owned()));
            return Action::None;
        }
        if let eform::Message::IsApplicant(section) = message {
            let applicant = self.draft.identity.clone();
            self.fill(&section, &applicant);
            return Action::Focus(self.first_field());
        }
        let law = self.law.clone();
        let form = self.draft.procedure.as_deref().and_then(|code| law.forms.of(code));
        let Some((form, data)) = form.zip(self.draft.form.as_mut()) else { return Action::None };
        match message {
            eform::Message::Typed(key, words) => data.typed(key, words),
            eform::Message::Left(key) => data.left(form, &key),
            eform::Message::Picked(key, words) => {
                data.typed(key.clone(), words);
                data.left(form, &key);
            }
            eform::Message::Opened(section) => data.open(section),
            eform::Message::IsApplicant(_) | eform::Message::Awaited(_) => {}
        }
        Action::Changed
    }
}
