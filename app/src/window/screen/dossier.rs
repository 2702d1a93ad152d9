//! One dossier, whole: where it stands and what comes next, its way so far, and its papers. The preview
//! is the very PDF that is printed or saved.

mod history;
pub mod steps;

use jiff::civil::DateTime;
use office::{
    calendar::{Deadline, due_state, is_near},
    dossier::{Dossier, Status},
    entry::ContentHash,
    indicators::Gap,
    workflow::{Course, Punctuality},
};
use widgets::{
    Dialog, Element, Icon, Tone, badge, banner, card, column, danger, field, fresh, icon, modal,
    pressable,
    preview::{Page, Zoom, preview},
    primary, quiet, row, secondary, section, space, text,
};

use crate::{
    desk::papers::Paper,
    window::{layout, notice::Notice},
};
use steps::Kind;

/// The reason's field.
pub const REASON: &str = "annul-reason";

/// A file that goes with the dossier.
#[derive(Clone, Debug)]
pub struct Attached {
    /// Its bytes.
    pub content: ContentHash,
    /// The paper it shows.
    pub name: String,
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
}

/// A question over the screen.
enum Asked {
    Annulment(String),
    Choice(Vec<Kind>),
    Step(Box<steps::Form>),
}

/// The screen's state.
pub struct State {
    /// The dossier.
    pub record: Record,
    rights: Rights,
    units: Vec<String>,
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
    Chosen(Kind),
    /// In the form of a step.
    Step(steps::Message),
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
    /// Open the form for money.
    Pay,
    /// Write the correcting entry.
    Annul(String),
    /// Back.
    Close,
}

impl State {
    /// Shows a dossier.
    pub fn new(
        record: Record,
        rights: Rights,
        units: Vec<String>,
        now: DateTime,
        notice: Option<Notice>,
    ) -> Self {
        Self {
            record,
            rights,
            units,
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

    /// Says how it went.
    pub fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// A question could not be answered as it was: it stays with the reason.
    pub fn refused(&mut self, notice: Notice) {
        match &mut self.asked {
            Some(Asked::Step(form)) => form.refused(notice),
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

    /// Whether a question is open.
    pub fn asks(&self) -> bool {
        self.asked.is_some()
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

    fn open(&mut self, kind: Kind) -> Action {
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
                if let Some(kind) = Kind::next(self.record.course.status) {
                    return self.open(kind);
                }
            }
            Message::ChoiceAsked if self.rights.step => {
                let kinds = Kind::possible(&self.record.course, self.undoable());
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
            None => None,
        }
    }

    /// Whether a result's file may be chosen now.
    pub fn takes_result(&self) -> bool {
        matches!(&self.asked, Some(Asked::Step(form)) if form.kind == Kind::Resolve)
    }

    /// The step that this digit stands before while the steps are shown; the tenth has the 0.
    pub fn digit(&self, digit: u8) -> Option<Message> {
        let Some(Asked::Choice(kinds)) = &self.asked else { return None };
        let place = usize::from(digit).checked_sub(1).unwrap_or(9);
        kinds.get(place).copied().map(Message::Chosen)
    }

    /// Whether the steps are listed to choose from.
    pub fn chooses(&self) -> bool {
        matches!(self.asked, Some(Asked::Choice(_)))
    }

    /// The window's title.
    pub fn title(&self) -> &'static str {
        match &self.asked {
            None => "Chi tiết hồ sơ",
            Some(Asked::Choice(_)) => steps::CHOICE,
            Some(Asked::Step(form)) => form.kind.label(),
            Some(Asked::Annulment(_)) => "Hủy tiếp nhận",
        }
    }

    /// Draws the screen.
    pub fn view(&self) -> Element<'_, Message> {
        let pages = preview(&self.pages, self.zoom).on_zoom(Message::Zoomed);
        // Another paper begins at its top.
        let pages = fresh(&self.shown, pages);
        let base = iced::widget::container(
            iced::widget::Row::new()
                .push(iced::widget::container(pages).width(iced::Length::FillPortion(5)))
                .push(
                    column([
                        iced::widget::container(widgets::flow::scroll(self.side()))
                            .height(iced::Length::Fill)
                            .into(),
                        self.outgoing(),
                        self.foot(),
                    ])
                    .width(iced::Length::FillPortion(4)),
                )
                .spacing(space::L),
        )
        .padding(space::L);
        modal(base, self.question())
    }

    /// The way out for the paper that is shown, always in sight.
    fn outgoing(&self) -> Element<'_, Message> {
        row([
            secondary("In").key("F9").on_press(Message::Printed).into(),
            field("", &self.copies)
                .width(COPIES_WIDTH)
                .on_change(Message::CopiesTyped)
                .on_submit(Message::Printed)
                .into(),
            text::small("bản").into(),
            secondary("Lưu tệp PDF").key("F8").on_press(Message::Saved).into(),
        ])
        .align_y(iced::Alignment::Center)
        .wrap()
        .into()
    }

    fn side(&self) -> Element<'_, Message> {
        let mut side = column([self.head()]);
        if let Some(notice) = &self.notice {
            side = side.push(notice.view());
        }
        // Time cannot be made up later; the rest is told where the result is entered and returned.
        for gap in self.record.gaps.iter().filter(|gap| gap.indicator == ON_TIME) {
            side = side.push(banner(Tone::Caution, gap.sentence));
        }
        side = side.push(self.money()).push(self.papers()).push(self.files());
        side.push(section("Quá trình giải quyết", None, self.way())).into()
    }

    fn head(&self) -> Element<'_, Message> {
        let (dossier, course) = (&self.record.dossier, &self.record.course);
        let mut state = row([badge(course.status.label(), status_tone(course.status)).into()]);
        if let Some(deadline) = course.deadline.as_ref().filter(|_| course.status.is_open()) {
            match course.paused {
                Some(since) => {
                    let words = format!("thời hạn dừng từ {}", since.strftime("%d/%m/%Y"));
                    state = state.push(badge(words, Tone::Info));
                }
                None => {
                    let due = due_state(deadline, self.now);
                    let near = is_near(deadline, self.record.dossier.received_at, self.now);
                    state = state.push(badge(due.to_string(), layout::due_tone(due, near)));
                }
            }
        }
        // In time is what was done in time; a refusal is no early success.
        let done = matches!(course.status, Status::Resolved | Status::Returned);
        if let Some(punctuality) = course.punctuality().filter(|_| done) {
            let (words, tone) = match punctuality {
                Punctuality::Early => ("trước hạn", Tone::Good),
                Punctuality::OnTime => ("đúng hạn", Tone::Good),
                Punctuality::Late => ("quá hạn", Tone::Bad),
            };
            state = state.push(badge(words, tone));
        }
        let due = |deadline: Option<&Deadline>| deadline.map(|d| moment(d.at)).unwrap_or_default();
        let total = dossier.total_deadline().filter(|_| !dossier.linked.is_empty());
        let holder = match (course.unit.as_str(), course.officer.as_str()) {
            ("", officer) => officer.to_owned(),
            (unit, "") => unit.to_owned(),
            (unit, officer) => format!("{unit} – {officer}"),
        };
        let facts = layout::facts([
            layout::fact("Người nộp", dossier.applicant.person.name.as_str()),
            layout::fact("Thủ tục", dossier.procedure.name.as_str()),
            layout::fact("Nhận lúc", moment(dossier.received_at)),
            layout::fact("Hẹn trả", due(course.deadline.as_ref())),
            layout::fact("Cả quy trình", due(total)),
            layout::fact("Đang giữ", holder),
            layout::fact("Mã nơi nộp", dossier.origin_code.as_str()),
            layout::fact("Ghi chú", dossier.note.as_str()),
        ]);
        card(column([
            text::label("Mã hồ sơ").into(),
            text::title(dossier.code_label()).into(),
            state.into(),
            facts,
        ]))
        .into()
    }

    fn money(&self) -> Element<'_, Message> {
        let lines = self.record.money.iter().map(|line| text::body(line.as_str()).into());
        let ask = quiet("Thu phí, lệ phí").key("F6").on_press(Message::PaymentAsked);
        section("Phí, lệ phí", Some(ask.into()), column(lines).spacing(space::XS)).into()
    }

    fn papers(&self) -> Element<'_, Message> {
        let mut lines = column([]).spacing(space::XS);
        for paper in &self.record.papers {
            lines = lines.push(
                pressable(row([
                    icon(Icon::Document),
                    text::body(paper.title.as_str()).width(iced::Length::Fill).into(),
                    text::small(paper.at.strftime("%H:%M %d/%m").to_string()).into(),
                ]))
                .chosen(self.shown.as_ref() == Some(&paper.content))
                .on_press(Message::PaperChosen(paper.content.clone())),
            );
        }
        let make = self.record.to_make.iter().map(|(title, paper)| {
            let words = format!("Lập {}", lower(title));
            quiet(words).on_press(Message::PaperAsked(paper.clone())).into()
        });
        section("Giấy tờ đã lập", None, column([lines.into(), row(make).wrap().into()])).into()
    }

    fn foot(&self) -> Element<'_, Message> {
        let course = &self.record.course;
        let mut foot = row([]);
        if self.rights.step {
            if let Some(next) = Kind::next(course.status) {
                foot = foot.push(primary(next.label()).key("F2").on_press(Message::NextAsked));
            }
            if !Kind::possible(course, self.undoable()).is_empty() {
                foot = foot.push(secondary("Bước khác").key("F4").on_press(Message::ChoiceAsked));
            }
        }
        if self.annullable() {
            foot = foot.push(quiet("Hủy tiếp nhận").key("F7").on_press(Message::AnnulAsked));
        }
        foot.push(quiet("Về trang chính").key("Esc").on_press(Message::Closed)).wrap().into()
    }

    fn question(&self) -> Option<Dialog<'_, Message>> {
        Some(match self.asked.as_ref()? {
            Asked::Step(form) => form.view(),
            Asked::Choice(kinds) => steps::choice(kinds),
            Asked::Annulment(reason) => annulment(reason),
        })
    }
}

/// `Phiếu bàn giao` → `phiếu bàn giao`: inside a sentence.
fn lower(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// How many copies are asked for; `None` where that is no sensible number.
pub fn copies(text: &str) -> Option<u16> {
    text.trim().parse().ok().filter(|n| (1..=reports::print::MOST_COPIES).contains(n))
}

/// One copy.
pub const ONE: &str = "1";
/// What is said of another number of copies.
pub const COPIES: &str = "Số bản in là số từ 1 đến 20. Chưa in gì. Hãy sửa số bản rồi in lại.";
/// Room for two figures.
pub const COPIES_WIDTH: f32 = 56.0;
const NO_PAPER: &str =
    "Chưa có giấy tờ nào được chọn. Hãy chọn một giấy trong danh sách rồi làm lại.";
const UNDONE: &str = "Hoàn tác";
/// The indicator of punctuality.
const ON_TIME: &str = "2.1";

fn annulment(reason: &str) -> Dialog<'_, Message> {
    let ready = !reason.trim().is_empty();
    Dialog::new(
        "Hủy tiếp nhận hồ sơ này?",
        column([
            text::body("Mã hồ sơ và số trong sổ vẫn giữ nguyên, không cấp lại cho hồ sơ khác. Việc hủy được ghi thành một mục mới.").into(),
            field("Lý do", reason)
                .id(REASON)
                .lines(layout::REASON_LINES)
                .required()
                .on_change(Message::ReasonTyped)
                .on_submit(Message::AnnulConfirmed)
                .into(),
        ]),
    )
    .action(layout::cancel(Message::Dropped))
    .action(
        danger("Hủy tiếp nhận")
            .key("Enter")
            .on_press_maybe(ready.then_some(Message::AnnulConfirmed)),
    )
    .on_close(Message::Dropped)
}

/// How a status looks.
pub fn status_tone(status: Status) -> Tone {
    match status {
        Status::Received | Status::Processing => Tone::Info,
        Status::SupplementAsked | Status::PaymentAsked => Tone::Caution,
        Status::Resolved | Status::Returned => Tone::Good,
        Status::NotAccepted | Status::Withdrawn | Status::Stopped => Tone::Plain,
        Status::Annulled => Tone::Bad,
    }
}

/// `10:15 ngày 23/11/2026`.
pub fn moment(at: DateTime) -> String {
    at.strftime("%H:%M ngày %d/%m/%Y").to_string()
}
