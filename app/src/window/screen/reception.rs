//! Receiving a dossier without asking for what is known: the procedure's form filled from the chip, its
//! components from verified data, the person's store or a scan; then contact, deadline, fee. What the
//! chip told is not typed again; everything that is typed is kept as a draft until it is received.

mod attach;
mod draft;
mod linked;
mod papers;
mod search;
mod submit;
mod terms;
mod update;
mod view;

use std::{path::PathBuf, sync::Arc};

use jiff::civil::DateTime;
use office::{
    arrival::Arrival,
    catalogue::Procedure,
    document::KeptDocument,
    dossier::{DossierId, PaperForm},
    eform::{Filling, Form},
    entry::ContentHash,
    money::Dong,
    person::{Contact, Identity, ReadOn},
    unit::Office,
};
use widgets::{DateInput, Element, date::Century, keys::Pressed};

use super::{
    Shown, camera,
    help::{Help, help},
    notice_form,
};
pub use crate::window::eform::Message as FormMessage;
use crate::{
    assets::Law,
    browse::Wanted,
    desk::intake::Intake,
    scan::Scan,
    window::{eform, notice::Notice},
};
pub use attach::Message as AttachMessage;
pub use draft::Draft;
pub use linked::{Message as LinkedMessage, agency};

/// The search for a procedure.
pub const PROCEDURE: &str = "reception-procedure";
/// The telephone's field.
pub const PHONE: &str = "reception-phone";
/// Day of return.
const DUE: &str = "reception-due";
/// The first of the papers.
const PAPERS: &str = "reception-papers";
/// Số bộ.
const SETS: &str = "reception-sets";
/// "Nội dung đề nghị" of form CT01: the procedure that was chosen, until the clerk writes it otherwise.
const REQUEST: &str = "request";
/// Pages of the original.
const PAGES: &str = "reception-pages";

/// The screen's state.
pub struct State {
    law: Arc<Law>,
    draft: Draft,
    query: String,
    /// Procedures that this clerk and office receive most, the most usual first.
    usual: Vec<String>,
    /// The marked line of the search; none while nothing tells what is meant.
    marked: Option<usize>,
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
    /// Enter in a field: to the next.
    GoneOn,
    /// To the part of this number, counted from 1.
    PartAsked(u8),
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
    /// The name of a paper that the catalogue does not know.
    PaperNaming(String),
    /// It is named.
    PaperNamed,
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
    Form(FormMessage),
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
    /// Something changed: keep the draft and move the keyboard to the next field.
    GoOn,
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
            usual: Vec::new(),
            marked: None,
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

    /// Puts the usual procedures first: the first of them is one Enter away. Nothing is marked before any
    /// use of the office tells what is usual.
    pub fn put_first(&mut self, usual: Vec<String>) {
        self.marked = (!usual.is_empty()).then_some(0);
        self.usual = usual;
    }

    /// Offers agencies for linked procedures: the one that carries a procedure out in the office's unit, then
    /// those to which the office hands dossiers over.
    pub fn offer_agencies(&mut self, office: &Office, units: Vec<String>) {
        let unit = self.law.units.find(&office.unit_code);
        let by_law = unit.into_iter().flat_map(|unit| self.law.agencies.within(unit));
        self.linked = linked::Search::among(units, by_law);
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

    /// Whether the applicant's data were read on an earlier day.
    pub fn is_kept(&self) -> bool {
        matches!(self.draft.identity.read, ReadOn::Earlier { .. })
    }

    /// The field to focus: the first that must be filled and is not.
    pub fn first_field(&self) -> String {
        let Some(procedure) = self.procedure() else { return PROCEDURE.to_owned() };
        let form = self.used_form();
        if let Some(missing) = form.and_then(|(form, data)| data.first_missing(form)) {
            return eform::id(&missing.key);
        }
        let terms = &self.draft.terms;
        match terms.deadline(procedure, self.draft.channel, &self.law.calendar, self.now) {
            Err(_) => DUE.to_owned(),
            Ok(_) if terms.fee(procedure, self.draft.channel, self.now.date()).is_err() => {
                PAGES.to_owned()
            }
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

    /// The other person's paper is not waited for any longer.
    pub fn stop_waiting(&mut self) {
        self.awaited = None;
    }

    fn fill(&mut self, section: &str, who: &Identity) {
        let (law, who) = (self.law.clone(), &self.named(who));
        let form = self.draft.procedure.as_deref().and_then(|code| law.forms.of(code));
        if let Some((form, data)) = form.zip(self.draft.form.as_mut()) {
            let filled = data.fill(form, section, who, self.now.date());
            self.notice = filled.err().map(|error| Notice::error(&error));
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
    fn used_form(&self) -> Option<(&Form, &Filling)> {
        self.form().zip(self.draft.form.as_ref()).filter(|_| !self.draft.form_rests)
    }

    fn fresh_form(&self) -> Option<Filling> {
        let form = self.form()?;
        let name = self.procedure()?.short_name();
        let applicant = self.named(&self.draft.identity);
        Some(Filling::new(form, &applicant, &self.draft.contact, &[(REQUEST, name)]))
    }

    /// Somebody as a form names them: a passport's code of a nation becomes its name.
    fn named(&self, who: &Identity) -> Identity {
        let mut who = who.clone();
        who.person.nationality = self.law.lists.nation(&who.person.nationality).to_owned();
        who
    }

    fn matches(&self) -> Vec<&Procedure> {
        self.law.catalogue.search(&self.query, self.now.date(), &self.usual)
    }

    fn choose(&mut self, code: &str) {
        let law = self.law.clone();
        let Some(procedure) = law.catalogue.find(code, self.now.date()) else { return };
        let form = law.forms.of(code);
        let (name, applicant) = (procedure.short_name(), self.named(&self.draft.identity));
        let filled =
            form.map(|f| Filling::new(f, &applicant, &self.draft.contact, &[(REQUEST, name)]));
        self.draft.choose(procedure, filled);
        self.tried = false;
        self.notice = None;
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("reception");

    fn unfinished(&self) -> Option<&'static str> {
        (self.is_touched() || self.asks()).then_some("Hồ sơ đang nhập vẫn được giữ làm bản nháp.")
    }

    fn card_read(&mut self, identity: Identity, face: Option<ContentHash>) {
        let law = self.law.clone();
        let form = self.draft.procedure.as_deref().and_then(|code| law.forms.of(code));
        if let Some((form, data)) = form.zip(self.draft.form.as_mut()) {
            data.reread(form, &identity, self.now.date());
        }
        self.notice = Some(Notice::done(format!("Đã đọc lại giấy tờ: {}.", identity.proof())));
        self.draft.reread(identity, face);
    }

    fn tick(&mut self, now: DateTime) {
        self.now = now;
        self.draft.age(now.date());
    }

    fn card_of(&self) -> Option<&Identity> {
        (!self.awaits()).then_some(&self.draft.identity)
    }

    fn awaits(&self) -> bool {
        self.awaited.is_some()
    }

    fn reading(&mut self, words: String) {
        if let Some((_, told)) = &mut self.awaited {
            *told = words;
        }
    }

    fn other_read(&mut self, who: &Identity) {
        if let Some((section, _)) = self.awaited.take() {
            self.fill(&section, who);
        }
    }

    fn title(&self) -> &'static str {
        match &self.asked {
            None => "Tiếp nhận hồ sơ",
            Some(Asked::Attach(_)) => attach::TITLE,
            Some(Asked::Incomplete(_)) => notice_form::TITLE,
        }
    }

    fn subject(&self) -> String {
        format!("{} {}", self.draft.id.0, self.draft.procedure.as_deref().unwrap_or_default())
    }

    fn asks(&self) -> bool {
        self.asked.is_some()
    }

    fn main_field(&self) -> Option<String> {
        Some(self.first_field())
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        self.pressed(key)
    }

    fn waits_for(&self) -> Option<Wanted> {
        self.attaches().then_some(Wanted::Paper)
    }

    fn takes_drop(&self) -> bool {
        self.attaches() || self.takes_files()
    }

    fn given(&self, path: PathBuf) -> Option<Message> {
        Some(Message::Attach(AttachMessage::FileGiven(path)))
    }

    fn asks_for_file(message: &Message) -> bool {
        matches!(message, Message::Attach(AttachMessage::FileAsked))
    }

    fn tell(&mut self, notice: Notice) {
        self.refused(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        self.draw()
    }
}
