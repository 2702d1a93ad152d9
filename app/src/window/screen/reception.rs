//! Receiving a dossier: procedure, papers, contact, deadline, fee. What the chip told is not typed
//! again; everything that is typed is kept as a draft until it is received.

mod terms;

use std::sync::Arc;

use jiff::civil::DateTime;
use office::{
    catalogue::Procedure,
    dossier::{Channel, DossierId, Fee, PaperForm, Reception, Submitted},
    entry::ContentHash,
    person::{Contact, Identity},
    text::clean,
};
use serde::{Deserialize, Serialize};
use terms::Terms;
use widgets::{
    DateInput, Element, Icon, Tone, badge, banner, card, check, column, date::Century, date_field,
    empty_state, field, flow, pick, pressable, primary, quiet, row, section, text,
};

use crate::{
    assets::Law,
    window::{layout, notice::Notice},
};

/// The search for a procedure.
pub const PROCEDURE: &str = "reception-procedure";
/// The telephone's field.
pub const PHONE: &str = "reception-phone";

/// What is kept while it is typed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// Id of the dossier that it becomes; one draft becomes one dossier.
    pub id: DossierId,
    /// When the form was opened.
    pub begun: DateTime,
    /// Applicant.
    pub identity: Identity,
    /// Face blob.
    pub face: Option<ContentHash>,
    /// Code of the chosen procedure.
    pub procedure: Option<String>,
    papers: Vec<Paper>,
    contact: Contact,
    sets: String,
    basis: usize,
    note: String,
    #[serde(default)]
    terms: Terms,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Paper {
    name: String,
    /// When it is needed, and other words of the catalogue.
    hint: String,
    taken: bool,
    form: PaperForm,
    quantity: String,
}

impl Draft {
    /// What the home screen says of it.
    pub fn summary(&self, law: &Law, day: jiff::civil::Date) -> String {
        let procedure = self
            .procedure
            .as_deref()
            .and_then(|code| law.catalogue.find(code, day))
            .map_or("chưa chọn thủ tục", |p| p.short_name());
        format!("{} – {procedure}", self.identity.person.name)
    }
}

/// The screen's state.
pub struct State {
    law: Arc<Law>,
    draft: Draft,
    query: String,
    highlighted: usize,
    now: DateTime,
    due: DateInput,
    notice: Option<Notice>,
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
    /// The form of a paper.
    PaperFormChosen(usize, PaperForm),
    /// How many of a paper.
    QuantityTyped(usize, String),
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
    /// The procedure was chosen: keep the draft and move the keyboard on.
    Chosen,
    /// Back to the search.
    Search,
    /// Receive.
    Receive(Box<Reception>),
    /// Back.
    Close,
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
        let draft = Draft {
            id,
            begun: now,
            identity,
            face,
            procedure: None,
            papers: Vec::new(),
            contact,
            sets: "1".into(),
            basis: 0,
            note: String::new(),
            terms: Terms::default(),
        };
        Self::resume(law, draft, now)
    }

    /// The form as it was left.
    pub fn resume(law: Arc<Law>, draft: Draft, now: DateTime) -> Self {
        let due = DateInput::new(draft.terms.due, Century::This);
        Self { law, draft, query: String::new(), highlighted: 0, now, due, notice: None }
    }

    /// What to keep.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// Whether anything was entered that would be lost.
    pub fn is_touched(&self) -> bool {
        self.draft.procedure.is_some()
    }

    /// The clock moved on.
    pub fn tick(&mut self, now: DateTime) {
        self.now = now;
    }

    /// The field to focus.
    pub fn first_field(&self) -> &'static str {
        if self.draft.procedure.is_some() { PHONE } else { PROCEDURE }
    }

    /// Shows why it was not received.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn procedure(&self) -> Option<&Procedure> {
        self.law.catalogue.find(self.draft.procedure.as_deref()?, self.now.date())
    }

    fn matches(&self) -> Vec<&Procedure> {
        self.law.catalogue.search(&self.query, self.now.date())
    }

    fn choose(&mut self, code: String) {
        let Some(procedure) = self.law.catalogue.find(&code, self.now.date()) else { return };
        self.draft.papers = procedure
            .components
            .iter()
            .map(|component| Paper {
                name: component.name.clone(),
                hint: [component.group.as_str(), component.when.as_str()]
                    .into_iter()
                    .filter(|t| !t.is_empty())
                    .collect::<Vec<_>>()
                    .join(" · "),
                taken: component.obligatory,
                form: if component.shown_only || component.originals > 0 || component.copies == 0 {
                    PaperForm::Original
                } else {
                    PaperForm::Photocopy
                },
                quantity: component.originals.max(component.copies).max(1).to_string(),
            })
            .collect();
        self.draft.procedure = Some(code);
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
                self.choose(code);
                return Action::Chosen;
            }
            Message::ProcedureChosen(code) => {
                self.choose(code);
                return Action::Chosen;
            }
            Message::ProcedureDropped => {
                self.draft.procedure = None;
                self.draft.papers.clear();
                return Action::Search;
            }
            Message::PaperTaken(i, taken) => self.paper(i, |p| p.taken = taken),
            Message::PaperFormChosen(i, form) => self.paper(i, |p| p.form = form),
            Message::QuantityTyped(i, quantity) => self.paper(i, |p| p.quantity = quantity),
            Message::PhoneTyped(text) => self.draft.contact.phone = text,
            Message::EmailTyped(text) => self.draft.contact.email = text,
            Message::AddressTyped(text) => self.draft.contact.address = text,
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
            Message::Closed => return Action::Close,
        }
        Action::Changed
    }

    fn paper(&mut self, i: usize, change: impl FnOnce(&mut Paper)) {
        if let Some(paper) = self.draft.papers.get_mut(i) {
            change(paper);
        }
    }

    fn submit(&mut self) -> Action {
        let Some(procedure) = self.procedure() else {
            self.notice = Some(Notice::caution(
                "Chưa chọn thủ tục. Hãy gõ vài chữ của tên thủ tục rồi nhấn Enter.",
            ));
            return Action::None;
        };
        // Anything that is no number becomes 0, which the office's rules refuse with their own sentence.
        let count = |text: &str| text.trim().parse().unwrap_or(0);
        let terms = &self.draft.terms;
        let settled = terms
            .deadline(procedure, &self.law.calendar, self.now)
            .and_then(|deadline| Ok((deadline, terms.fee(procedure)?)));
        let (deadline, fee) = match settled {
            Ok(settled) => settled,
            Err(missing) => {
                self.notice = Some(Notice::caution(missing.sentence()));
                return Action::None;
            }
        };
        Action::Receive(Box::new(Reception {
            id: self.draft.id.clone(),
            // The desk gives the signer's name and the time when it is written.
            receiver: String::new(),
            received_at: self.now,
            return_place: String::new(),
            procedure: self.law.catalogue.stamp(procedure),
            applicant: self.draft.identity.clone(),
            contact: Contact {
                phone: clean(&self.draft.contact.phone),
                email: clean(&self.draft.contact.email),
                address: clean(&self.draft.contact.address),
            },
            legal_basis: self.law.legal_basis.get(self.draft.basis).cloned().unwrap_or_default(),
            channel: Channel::Counter,
            components: self
                .draft
                .papers
                .iter()
                .filter(|p| p.taken)
                .map(|p| Submitted {
                    name: p.name.clone(),
                    form: p.form,
                    quantity: count(&p.quantity),
                    proof: None,
                })
                .collect(),
            sets: count(&self.draft.sets),
            deadline: Some(deadline),
            time_limit: procedure.time_limit(Channel::Counter),
            fee,
            note: clean(&self.draft.note),
            form: None,
            linked: Vec::new(),
            arrival: None,
            origin_code: String::new(),
        }))
    }

    /// Draws the screen.
    pub fn view(&self) -> Element<'_, Message> {
        let main = match self.procedure() {
            Some(procedure) => self.papers(procedure),
            None => self.search(),
        };
        layout::two_columns_with_foot(main, self.side(), self.foot())
    }

    fn search(&self) -> Element<'_, Message> {
        let matches = self.matches();
        let list: Element<'_, Message> = if matches.is_empty() {
            empty_state(
                Icon::Search,
                "Không có thủ tục nào khớp",
                "Hãy gõ ít chữ hơn, hoặc mã thủ tục. Không cần gõ dấu.",
                None,
            )
        } else {
            column(matches.into_iter().take(SHOWN).enumerate().map(|(i, procedure)| {
                pressable(
                    column([
                        text::strong(procedure.short_name()).into(),
                        text::small(format!("{} · {}", procedure.code, procedure.field)).into(),
                    ])
                    .spacing(0.0),
                )
                .chosen(i == self.highlighted)
                .on_press(Message::ProcedureChosen(procedure.code.clone()))
                .into()
            }))
            .spacing(widgets::space::XS)
            .into()
        };
        section(
            "Chọn thủ tục",
            None,
            column([
                field("Tên hoặc mã thủ tục", &self.query)
                    .id(PROCEDURE)
                    .icon(Icon::Search)
                    .placeholder("khai sinh, tam tru, 1.001193 …")
                    .hint("Mũi tên lên, xuống để chọn; Enter để lấy.")
                    .on_change(Message::QueryTyped)
                    .on_submit(Message::FirstChosen)
                    .into(),
                list,
            ]),
        )
        .into()
    }

    fn papers<'a>(&'a self, procedure: &'a Procedure) -> Element<'a, Message> {
        let mut list = column([
            text::strong(procedure.name.as_str()).into(),
            row([
                text::small(format!("{} · {}", procedure.code, procedure.field)).into(),
                if procedure.checked {
                    badge("Đã đối chiếu bản chính", Tone::Good).into()
                } else {
                    badge("Chưa đối chiếu bản chính", Tone::Caution).into()
                },
            ])
            .into(),
        ]);
        for (i, paper) in self.draft.papers.iter().enumerate() {
            let name = column([check(paper.name.as_str(), paper.taken)
                .on_toggle(move |taken| Message::PaperTaken(i, taken))
                .into()])
            .push(
                (!paper.hint.is_empty())
                    .then(|| layout::under_tick(text::small(paper.hint.as_str()))),
            )
            .spacing(0.0)
            .width(iced::Length::Fill);
            let mut line = row([name.into()]);
            if paper.taken {
                line = line
                    .push(
                        pick(
                            "",
                            PaperForm::ALL.map(|form| (form, form.label())),
                            Some(&paper.form),
                        )
                        .width(FORM_WIDTH)
                        .on_pick(move |form| Message::PaperFormChosen(i, form)),
                    )
                    .push(
                        field("", &paper.quantity)
                            .width(QUANTITY_WIDTH)
                            .on_change(move |text| Message::QuantityTyped(i, text)),
                    );
            }
            list = list.push(line);
        }
        for note in &procedure.notes {
            list = list.push(text::small(note.as_str()));
        }
        section(
            "Thành phần hồ sơ",
            Some(quiet("Chọn thủ tục khác").on_press(Message::ProcedureDropped).into()),
            list,
        )
        .into()
    }

    fn side(&self) -> Element<'_, Message> {
        let identity = &self.draft.identity;
        let applicant = column([
            text::heading(identity.person.name.as_str()).into(),
            text::number(identity.person.number.as_ref().map(|n| n.grouped()).unwrap_or_default())
                .into(),
            badge(identity.evidence.label(), layout::tone(identity.evidence)).into(),
            field("Điện thoại", &self.draft.contact.phone)
                .id(PHONE)
                .on_change(Message::PhoneTyped)
                .into(),
            field("Thư điện tử", &self.draft.contact.email).on_change(Message::EmailTyped).into(),
            field("Nơi ở hiện nay (nếu khác giấy tờ)", &self.draft.contact.address)
                .on_change(Message::AddressTyped)
                .into(),
        ]);
        let mut side = column([section("Người nộp", None, applicant).into()]);
        if let Some(procedure) = self.procedure() {
            side = side.push(section("Thời hạn và phí", None, self.terms(procedure)));
        }
        side.into()
    }

    fn foot(&self) -> Element<'_, Message> {
        let mut actions = column([]);
        if let Some(notice) = &self.notice {
            actions = actions.push(notice.view());
        }
        actions = actions.push(row([
            primary("Tiếp nhận").key("F2").on_press(Message::Submitted).into(),
            quiet("Để sau").key("Esc").on_press(Message::Closed).into(),
        ]));
        card(actions).into()
    }

    fn terms<'a>(&'a self, procedure: &'a Procedure) -> Element<'a, Message> {
        let limit = procedure.time_limit(Channel::Counter);
        let counted = self.law.calendar.deadline(self.now, &limit);
        let due = counted.as_ref().map(|d| d.at.strftime("%H giờ %M, ngày %d/%m/%Y").to_string());
        let fee = match self.draft.terms.fee(procedure) {
            Ok(Fee::Free) => "Không thu".to_owned(),
            Ok(Fee::Amount(amount)) => amount.to_string(),
            Ok(Fee::Unknown(why)) => why,
            Err(missing) => missing.sentence().to_owned(),
        };
        let mut terms = column([layout::facts([
            layout::fact("Thời hạn", limit.to_string()),
            layout::fact("Hẹn trả", due.unwrap_or_default()),
        ])]);
        match &counted {
            None => {
                terms = terms.push(
                    date_field("Hẹn trả ngày", &self.due)
                        .required()
                        .hint("Danh mục không cho biết thời hạn tính được.")
                        .on_change(Message::DueTyped),
                );
            }
            Some(deadline) if !self.law.calendar.covers(deadline.at.year()) => {
                let year = deadline.at.year();
                let words = format!("Lịch nghỉ năm {year} chưa chính thức: ngày hẹn có thể đổi.");
                terms = terms.push(banner(Tone::Caution, words));
            }
            Some(_) => {}
        }
        if terms::per_page(procedure).is_some() {
            terms = terms.push(flow::fields([
                field("Số trang bản chính", &self.draft.terms.pages)
                    .required()
                    .on_change(Message::PagesTyped)
                    .into(),
                field("Số bản sao", &self.draft.terms.copies)
                    .required()
                    .on_change(Message::CopiesTyped)
                    .into(),
            ]));
        }
        terms = terms.push(layout::facts([layout::fact("Phí, lệ phí", fee)]));
        if matches!(procedure.fee(Channel::Counter), Fee::Unknown(_))
            && terms::per_page(procedure).is_none()
        {
            terms = terms.push(
                field("Số tiền thu (đồng), nếu đã biết", &self.draft.terms.amount)
                    .on_change(Message::AmountTyped),
            );
        }
        for flag in &procedure.flags {
            terms = terms.push(text::small(flag.label()));
        }
        terms
            .push(field("Số bộ hồ sơ", &self.draft.sets).on_change(Message::SetsTyped))
            .push(
                pick(
                    "Căn cứ dùng dữ liệu căn cước",
                    self.law.legal_basis.iter().map(String::as_str).enumerate(),
                    Some(&self.draft.basis),
                )
                .on_pick(Message::BasisChosen),
            )
            .push(field("Ghi chú", &self.draft.note).on_change(Message::NoteTyped))
            .into()
    }
}

/// Procedures shown at once; typing narrows the rest down.
const SHOWN: usize = 12;
const FORM_WIDTH: f32 = 132.0;
const QUANTITY_WIDTH: f32 = 64.0;
