//! One dossier, whole: where it stands and what comes next, its way so far, and its papers. The preview
//! is the very PDF that is printed or saved.

pub mod erase;
mod history;
pub mod notes;
pub mod steps;
mod view;

use std::path::PathBuf;

use jiff::civil::DateTime;
use office::{
    attachment::AttachmentId,
    calendar::Deadline,
    dossier::{Dossier, Status},
    entry::ContentHash,
    indicators::Gap,
    person::Identity,
    workflow::{Course, StepKind},
};
pub use view::{COPIES_WIDTH, status_tone};
use widgets::{
    Element,
    keys::Pressed,
    preview::{Page, Zoom},
};

use super::{
    Shown,
    help::{Help, help},
};
use crate::{browse::Wanted, desk::papers::Paper, window::notice::Notice};

/// The reason's field.
pub const REASON: &str = "annul-reason";

/// A file that goes with the dossier.
#[derive(Clone, Debug)]
pub struct Attached {
    /// Its bytes.
    pub content: ContentHash,
    /// The paper it shows.
    pub name: String,
    /// Under what it was put to the dossier afterwards, and may leave it.
    pub put: Option<AttachmentId>,
}

/// One step of the way so far.
#[derive(Clone, Debug)]
pub struct Past {
    /// When.
    pub at: DateTime,
    /// Who.
    pub by: String,
    /// What.
    pub label: &'static str,
    /// To whom, why, how much.
    pub detail: String,
    /// Whether it was taken back.
    pub undone: bool,
    /// Place of the remark that this is, as long as what it says is there.
    pub remark: Option<u64>,
}

/// A paper that was made.
#[derive(Clone, Debug)]
pub struct Made {
    /// When, local.
    pub at: DateTime,
    /// What it is called.
    pub title: String,
    /// Which.
    pub paper: Paper,
    /// The PDF.
    pub content: ContentHash,
}

/// What the shell knows of a dossier.
pub struct Record {
    /// As it was received.
    pub dossier: Dossier,
    /// Where it stands.
    pub course: Course,
    /// Its way, oldest first.
    pub past: Vec<Past>,
    /// What else belongs to its history: the reception, money that came, what was annulled.
    pub also: Vec<Past>,
    /// The files that came with it, with supplements, and as its result.
    pub files: Vec<Attached>,
    /// Its papers, newest first.
    pub papers: Vec<Made>,
    /// Papers that may be made, by what they are called.
    pub to_make: Vec<(String, Paper)>,
    /// What the province will miss in it (indicators of QĐ 766).
    pub gaps: Vec<Gap>,
    /// What was paid and what is owed, in words.
    pub money: Vec<String>,
    /// What the procedure ends with.
    pub result: String,
    /// The deadline if a stopped clock ran on now.
    pub resumed: Option<Deadline>,
    /// What the citizen was last asked to bring.
    pub asked: Vec<String>,
    /// Whether a request for a supplement was taken back.
    pub asked_and_undone: bool,
    /// The papers that the procedure asks for.
    pub checklist: Vec<String>,
}

/// What the user may do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rights {
    /// Annul a reception.
    pub annul: bool,
    /// Take steps.
    pub step: bool,
    /// Note something.
    pub remark: bool,
    /// Put files to it and take them away.
    pub attach: bool,
    /// Erase what a remark says.
    pub erase: bool,
}

/// A question over the screen.
enum Asked {
    Annulment(String),
    Choice(Vec<StepKind>),
    Step(Box<steps::Form>),
    Note(notes::Form),
    Erase(erase::Form),
}

/// The screen's state.
pub struct State {
    /// The dossier.
    pub record: Record,
    rights: Rights,
    units: Vec<String>,
    grounds: erase::Grounds,
    pages: Vec<Page>,
    shown: Option<ContentHash>,
    copies: String,
    zoom: Zoom,
    now: DateTime,
    asked: Option<Asked>,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// Print the paper that is shown.
    Printed,
    /// How many copies.
    CopiesTyped(String),
    /// Save it as a file.
    Saved,
    /// Another paper.
    PaperChosen(ContentHash),
    /// A paper that is not made by itself.
    PaperAsked(Paper),
    /// A file that came with the dossier.
    FileChosen(ContentHash),
    /// Its pages are ready, or why not.
    FileDrawn(ContentHash, Result<Vec<Page>, Notice>),
    /// Larger or smaller.
    Zoomed(Zoom),
    /// The usual next step.
    NextAsked,
    /// All possible steps.
    ChoiceAsked,
    /// One of them.
    Chosen(StepKind),
    /// In the form of a step.
    Step(steps::Message),
    /// Note something.
    RemarkAsked,
    /// Put a file to it.
    AttachAsked,
    /// Take this file away.
    DetachAsked(AttachmentId, String),
    /// Erase what the remark at this place says.
    EraseAsked(u64),
    /// In the form of an erasing.
    Erase(erase::Message),
    /// In the form of a note.
    Note(notes::Message),
    /// Take money.
    PaymentAsked,
    /// Annul the reception.
    AnnulAsked,
    /// Why.
    ReasonTyped(String),
    /// Annul it now.
    AnnulConfirmed,
    /// Rather not.
    Dropped,
    /// Done.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Print so many copies of the paper that is shown.
    Print(u16),
    /// Save it.
    Save,
    /// Show this paper.
    Show(ContentHash),
    /// Draw this file.
    Draw(ContentHash),
    /// Make this paper.
    Make(Paper),
    /// Move the keyboard to this field.
    Focus(&'static str),
    /// The form of a step is sent.
    Step,
    /// Write this note.
    Note(notes::Note),
    /// Erase this.
    Erase(erase::Erasing),
    /// Open the form for money.
    Pay,
    /// Write the correcting entry.
    Annul(String),
    /// Back.
    Close,
}

impl State {
    /// Shows a dossier. `grounds`: of the law, for erasing.
    pub fn new(
        record: Record,
        rights: Rights,
        units: Vec<String>,
        grounds: erase::Grounds,
        now: DateTime,
        notice: Option<Notice>,
    ) -> Self {
        Self {
            record,
            rights,
            units,
            grounds,
            pages: Vec::new(),
            shown: None,
            copies: ONE.into(),
            zoom: Zoom::Width,
            now,
            asked: None,
            notice,
        }
    }

    /// The pages of a paper.
    pub fn show(&mut self, paper: Option<ContentHash>, pages: Vec<Page>) {
        self.shown = paper;
        self.pages = pages;
        self.copies = ONE.into();
    }

    /// The paper that is shown.
    pub fn shown(&self) -> Option<&Made> {
        let shown = self.shown.as_ref()?;
        self.record.papers.iter().find(|paper| paper.content == *shown)
    }

    /// A question could not be answered as it was: it stays with the reason.
    pub fn refused(&mut self, notice: Notice) {
        match &mut self.asked {
            Some(Asked::Step(form)) => form.refused(notice),
            Some(Asked::Note(form)) => form.refused(notice),
            Some(Asked::Erase(form)) => form.refused(notice),
            _ => self.notice = Some(notice),
        }
    }

    /// The form of a step that is open.
    pub fn form(&mut self) -> Option<&mut steps::Form> {
        match &mut self.asked {
            Some(Asked::Step(form)) => Some(form),
            _ => None,
        }
    }

    fn holds(&self, content: &ContentHash) -> bool {
        self.record.files.iter().any(|file| file.content == *content)
    }

    /// Only what nobody has worked on.
    fn annullable(&self) -> bool {
        let course = &self.record.course;
        self.rights.annul && course.status == Status::Received && course.steps == 0
    }

    fn undoable(&self) -> bool {
        self.record.past.iter().any(|past| !past.undone && past.label != UNDONE)
    }

    fn open(&mut self, kind: StepKind) -> Action {
        let last = self.record.past.iter().rev().find(|past| !past.undone && past.label != UNDONE);
        let about = steps::About {
            applicant: &self.record.dossier.applicant.person.name,
            result: &self.record.result,
            last: last.map(|past| past.label),
            gaps: self.record.gaps.iter().filter(|gap| gap.indicator != ON_TIME).copied().collect(),
            resumed: self.record.resumed.clone(),
            asked: &self.record.asked,
            asked_and_undone: self.record.asked_and_undone,
            checklist: &self.record.checklist,
        };
        let form = steps::Form::new(kind, &about, &self.units, self.now);
        let field = form.first_field();
        self.asked = Some(Asked::Step(Box::new(form)));
        Action::Focus(field)
    }

    fn note(&mut self, kind: notes::Kind) -> Action {
        let form = notes::Form::new(kind);
        let field = form.first_field();
        self.asked = Some(Asked::Note(form));
        Action::Focus(field)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Printed => match copies(&self.copies) {
                Some(_) if self.shown().is_none() => self.notice = Some(Notice::caution(NO_PAPER)),
                Some(copies) => return Action::Print(copies),
                None => self.notice = Some(Notice::caution(COPIES)),
            },
            Message::CopiesTyped(text) => self.copies = text,
            Message::Saved if self.shown().is_none() => {
                self.notice = Some(Notice::caution(NO_PAPER));
            }
            Message::Saved => return Action::Save,
            Message::PaperChosen(content) => return Action::Show(content),
            Message::PaperAsked(paper) => return Action::Make(paper),
            Message::FileChosen(content) => return Action::Draw(content),
            // Another dossier may have been opened meanwhile.
            Message::FileDrawn(content, _) if !self.holds(&content) => {}
            Message::FileDrawn(content, Ok(pages)) => self.show(Some(content), pages),
            Message::FileDrawn(_, Err(notice)) => self.notice = Some(notice),
            Message::Zoomed(zoom) => self.zoom = zoom,
            Message::NextAsked if self.rights.step => {
                if let Some(kind) = StepKind::next(self.record.course.status) {
                    return self.open(kind);
                }
            }
            Message::ChoiceAsked if self.rights.step => {
                let kinds = self.record.course.possible(self.undoable());
                if !kinds.is_empty() {
                    self.asked = Some(Asked::Choice(kinds));
                }
            }
            Message::NextAsked | Message::ChoiceAsked => {}
            Message::Chosen(kind) => return self.open(kind),
            Message::Step(steps::Message::Submitted) => return Action::Step,
            Message::Dropped => self.asked = None,
            Message::Step(message) => {
                if let Some(form) = self.form() {
                    form.update(message);
                }
            }
            Message::RemarkAsked if self.rights.remark => return self.note(notes::Kind::Remark),
            Message::AttachAsked if self.rights.attach => return self.note(notes::Kind::Attach),
            Message::DetachAsked(id, name) if self.rights.attach => {
                return self.note(notes::Kind::Detach(id, name));
            }
            Message::EraseAsked(place) if self.rights.erase => {
                let remark = self.record.also.iter().find(|past| past.remark == Some(place));
                if let Some(text) = remark.map(|past| past.detail.clone()) {
                    let form = erase::Form::new(place, text, self.grounds.clone());
                    self.asked = Some(Asked::Erase(form));
                    return Action::Focus(erase::GROUND);
                }
            }
            Message::RemarkAsked
            | Message::AttachAsked
            | Message::DetachAsked(..)
            | Message::EraseAsked(_) => {}
            Message::Note(message) => {
                if let Some(Asked::Note(form)) = &mut self.asked
                    && let Some(note) = form.update(message)
                {
                    return Action::Note(note);
                }
            }
            Message::Erase(message) => {
                if let Some(Asked::Erase(form)) = &mut self.asked
                    && let Some(erasing) = form.update(message)
                {
                    return Action::Erase(erasing);
                }
            }
            Message::PaymentAsked => return Action::Pay,
            Message::AnnulAsked if !self.annullable() => {}
            Message::AnnulAsked => {
                self.asked = Some(Asked::Annulment(String::new()));
                return Action::Focus(REASON);
            }
            Message::ReasonTyped(text) => self.asked = Some(Asked::Annulment(text)),
            Message::AnnulConfirmed => {
                if let Some(Asked::Annulment(reason)) = &self.asked {
                    let reason = office::text::clean_lines(reason);
                    if !reason.is_empty() {
                        return Action::Annul(reason);
                    }
                }
            }
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    /// What Enter means while a question is open.
    pub fn confirmed(&self) -> Option<Message> {
        match &self.asked {
            Some(Asked::Step(_)) => Some(Message::Step(steps::Message::Submitted)),
            Some(Asked::Choice(kinds)) => kinds.first().copied().map(Message::Chosen),
            Some(Asked::Annulment(_)) => Some(Message::AnnulConfirmed),
            Some(Asked::Note(_)) => Some(Message::Note(notes::Message::Submitted)),
            Some(Asked::Erase(_)) => Some(Message::Erase(erase::Message::Submitted)),
            None => None,
        }
    }

    /// Whether a result's file may be chosen now.
    pub fn takes_result(&self) -> bool {
        matches!(&self.asked, Some(Asked::Step(form)) if form.kind == StepKind::Resolved)
    }

    /// Whether a file to be put to the dossier may be chosen now.
    pub fn takes_attachment(&self) -> bool {
        matches!(&self.asked, Some(Asked::Note(form)) if form.takes_file())
    }

    /// The step that this digit stands before while the steps are shown; the tenth has the 0.
    pub fn digit(&self, digit: u8) -> Option<Message> {
        let Some(Asked::Choice(kinds)) = &self.asked else { return None };
        let place = usize::from(digit).checked_sub(1).unwrap_or(9);
        kinds.get(place).copied().map(Message::Chosen)
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("dossier");

    fn chooses(&self) -> bool {
        matches!(self.asked, Some(Asked::Choice(_)))
    }

    fn card_of(&self) -> Option<&Identity> {
        Some(&self.record.dossier.applicant)
    }

    fn title(&self) -> &'static str {
        match &self.asked {
            None => "Chi tiết hồ sơ",
            Some(Asked::Choice(_)) => steps::CHOICE,
            Some(Asked::Step(form)) => steps::label(form.kind),
            Some(Asked::Annulment(_)) => "Hủy tiếp nhận",
            Some(Asked::Note(form)) => form.title(),
            Some(Asked::Erase(form)) => form.title(),
        }
    }

    fn subject(&self) -> String {
        self.record.dossier.id.0.clone()
    }

    fn asks(&self) -> bool {
        self.asked.is_some()
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        if self.asks() {
            return match key {
                Pressed::Escape => Some(Message::Dropped),
                Pressed::Enter => self.confirmed(),
                Pressed::Digit(digit) => self.digit(digit),
                _ => None,
            };
        }
        Some(match key {
            Pressed::F(2) => Message::NextAsked,
            Pressed::F(4) => Message::ChoiceAsked,
            Pressed::F(5) => Message::RemarkAsked,
            Pressed::Ctrl('t') => Message::AttachAsked,
            Pressed::F(6) => Message::PaymentAsked,
            Pressed::F(7) => Message::AnnulAsked,
            Pressed::F(9) | Pressed::Ctrl('p') => Message::Printed,
            Pressed::F(8) | Pressed::Ctrl('s') => Message::Saved,
            Pressed::Escape | Pressed::Enter => Message::Closed,
            _ => return None,
        })
    }

    fn waits_for(&self) -> Option<Wanted> {
        (self.takes_result() || self.takes_attachment()).then_some(Wanted::Paper)
    }

    fn given(&self, path: PathBuf) -> Option<Message> {
        let path = path.display().to_string();
        Some(match self.takes_attachment() {
            true => Message::Note(notes::Message::PathTyped(path)),
            false => Message::Step(steps::Message::Third(path)),
        })
    }

    fn asks_for_file(message: &Message) -> bool {
        matches!(
            message,
            Message::Step(steps::Message::FileAsked) | Message::Note(notes::Message::FileAsked)
        )
    }

    fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        self.draw()
    }
}

/// How many copies are asked for; `None` where that is no sensible number.
pub fn copies(text: &str) -> Option<u16> {
    text.trim().parse().ok().filter(|n| (1..=reports::print::MOST_COPIES).contains(n))
}

/// One copy.
pub const ONE: &str = "1";
/// What is said of another number of copies.
pub const COPIES: &str = "Số bản in là số từ 1 đến 20. Chưa in gì. Hãy sửa số bản rồi in lại.";
const NO_PAPER: &str =
    "Chưa có giấy tờ nào được chọn. Hãy chọn một giấy trong danh sách rồi làm lại.";
const UNDONE: &str = "Hoàn tác";
/// The indicator of punctuality.
const ON_TIME: &str = "2.1";

/// `10:15 ngày 23/11/2026`.
pub fn moment(at: DateTime) -> String {
    at.strftime("%H:%M ngày %d/%m/%Y").to_string()
}
