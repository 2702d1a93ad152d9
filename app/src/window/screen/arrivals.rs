//! Online dossiers that wait to be checked: within 8 working hours each is accepted, or its citizen is
//! told in writing what is missing or why it is refused.

pub mod import;

use std::path::PathBuf;

use iced::Length;
use jiff::civil::DateTime;
use ledger::Ledger;
use office::{
    arrival::{Arrival, ArrivalId},
    calendar::{Deadline, due_state},
    dossier::Channel,
};
use widgets::{
    Element, Icon, Tone, badge, column, empty_state, keys::Pressed, modal, pressable, primary,
    quiet, row, secondary, section, space, text,
};

use super::{
    Shown,
    help::{Help, help},
    menu, notice_form,
};
use crate::{
    browse::Wanted,
    window::{layout, notice::Notice},
};

/// A row of the list.
pub struct Row {
    /// What came.
    pub arrival: Arrival,
    /// The catalogue's name of its procedure, or what was sent.
    pub procedure: String,
    /// Whether the catalogue knows the procedure.
    pub known: bool,
    /// Until when it has to be checked.
    pub check_by: Option<Deadline>,
}

/// What the user may do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rights {
    /// Receive dossiers and answer their citizens.
    pub answer: bool,
    /// Take in dossiers from a file.
    pub import: bool,
}

/// The screen's state.
pub struct State {
    rows: Vec<Row>,
    selected: usize,
    now: DateTime,
    may_answer: bool,
    may_import: bool,
    asked: Option<Asked>,
    notice: Option<Notice>,
}

/// A question over the list.
enum Asked {
    Notice(Box<notice_form::State>),
    Import(Box<import::State>),
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// One was chosen.
    Chosen(usize),
    /// Arrow keys.
    Moved(i8),
    /// Accept the chosen one.
    Accepted,
    /// Something is missing.
    IncompleteAsked,
    /// It is to be refused.
    RefusalAsked,
    /// In the dialog for form 02 or 03.
    Form(notice_form::Message),
    /// Dossiers are to be taken in from a file.
    ImportAsked,
    /// In the dialog for it.
    Import(import::Message),
    /// Back.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Move the keyboard there.
    Focus(&'static str),
    /// Open the reception form with it.
    Accept(Box<Arrival>),
    /// Tell its citizen.
    Tell(Box<Arrival>, notice_form::Answer),
    /// Read this file for the open dialog.
    Read(PathBuf),
    /// Take in its dossiers.
    Take(Vec<u8>),
    /// Back.
    Close,
}

impl State {
    /// The list, the most pressing first.
    pub fn new(mut rows: Vec<Row>, rights: Rights, now: DateTime) -> Self {
        rows.sort_by_key(|row| row.check_by.as_ref().map_or(row.arrival.filed_at, |d| d.at));
        let Rights { answer: may_answer, import: may_import } = rights;
        Self { rows, selected: 0, now, may_answer, may_import, asked: None, notice: None }
    }

    /// The dialog that takes in a file, while it is open.
    pub fn import(&mut self) -> Option<&mut import::State> {
        match &mut self.asked {
            Some(Asked::Import(dialog)) => Some(dialog),
            _ => None,
        }
    }

    /// Whether a file is waited for.
    pub fn takes_file(&self) -> bool {
        matches!(self.asked, Some(Asked::Import(_)))
    }

    /// One was answered: it leaves the list.
    pub fn answered(&mut self, id: &ArrivalId, notice: Notice) {
        self.rows.retain(|row| row.arrival.id != *id);
        self.selected = self.selected.min(self.rows.len().saturating_sub(1));
        self.asked = None;
        self.notice = Some(notice);
    }

    fn chosen(&self) -> Option<&Row> {
        self.rows.get(self.selected)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Chosen(n) => self.selected = n,
            Message::Moved(by) => {
                let last = self.rows.len().saturating_sub(1);
                self.selected = self.selected.saturating_add_signed(by.into()).min(last);
            }
            Message::Accepted => {
                if let Some(row) = self.chosen().filter(|_| self.may_answer) {
                    return Action::Accept(Box::new(row.arrival.clone()));
                }
            }
            Message::IncompleteAsked => return self.ask(false),
            Message::RefusalAsked => return self.ask(true),
            Message::Form(message) => {
                let Some(Asked::Notice(form)) = &mut self.asked else { return Action::None };
                match form.update(message) {
                    notice_form::Action::None => {}
                    notice_form::Action::Close => self.asked = None,
                    notice_form::Action::Give(answer) => {
                        let row = self.rows.get(self.selected);
                        return row.map_or(Action::None, |row| {
                            Action::Tell(Box::new(row.arrival.clone()), answer)
                        });
                    }
                }
            }
            Message::ImportAsked if self.may_import => {
                self.asked = Some(Asked::Import(Box::default()));
                return Action::Focus(import::PATH);
            }
            Message::ImportAsked => {}
            Message::Import(message) => {
                let Some(dialog) = self.import() else { return Action::None };
                match dialog.update(message) {
                    import::Action::None => {}
                    import::Action::Read(path) => return Action::Read(path),
                    import::Action::Take(bytes) => return Action::Take(bytes),
                    import::Action::Close => self.asked = None,
                }
            }
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn ask(&mut self, refuse: bool) -> Action {
        let Some(row) = self.rows.get(self.selected).filter(|_| self.may_answer) else {
            return Action::None;
        };
        let items = row.arrival.components.iter().map(|c| (c.name.clone(), false)).collect();
        self.asked = Some(Asked::Notice(Box::new(notice_form::State::new(refuse, items))));
        Action::Focus(notice_form::REASON)
    }

    fn list(&self) -> Element<'_, Message> {
        let mut content = column([]);
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        if self.rows.is_empty() {
            content = content.push(empty_state(
                Icon::Check,
                "Không có hồ sơ trực tuyến nào chờ",
                "Nhấn F8 để nhập tệp hồ sơ tải từ Cổng dịch vụ công.",
                None,
            ));
        }
        let lines = self.rows.iter().enumerate().map(|(n, row_of)| {
            let due = row_of.check_by.as_ref().map(|deadline| {
                let due = due_state(deadline, self.now);
                let words = deadline.at.strftime("kiểm tra trước %H:%M %d/%m").to_string();
                badge(words, layout::due_tone(due, true))
            });
            pressable(
                row([column([
                    row([
                        text::number(row_of.arrival.code.as_str()).into(),
                        text::small(row_of.arrival.applicant.person.name.as_str()).into(),
                    ])
                    .into(),
                    text::small(row_of.procedure.as_str()).into(),
                ])
                .spacing(0.0)
                .width(Length::Fill)
                .into()])
                .push(due),
            )
            .chosen(n == self.selected)
            .on_press(Message::Chosen(n))
            .into()
        });
        let head = format!("Hồ sơ trực tuyến chờ tiếp nhận ({})", self.rows.len());
        section(head, None, content.push(column(lines).spacing(space::XS))).into()
    }

    fn detail(&self) -> Element<'_, Message> {
        let Some(chosen) = self.chosen() else { return column([]).into() };
        let arrival = &chosen.arrival;
        let person = &arrival.applicant.person;
        let evidence = arrival.applicant.evidence;
        let mut facts = column([
            text::heading(person.name.as_str()).into(),
            badge(layout::evidence_label(evidence, Channel::Online), layout::tone(evidence)).into(),
            layout::facts([
                layout::fact(
                    "Số định danh",
                    person.number.as_ref().map(|n| n.grouped()).unwrap_or_default(),
                ),
                layout::fact("Điện thoại", arrival.contact.phone.as_str()),
                layout::fact("Thư điện tử", arrival.contact.email.as_str()),
                layout::fact("Thủ tục", chosen.procedure.as_str()),
                layout::fact("Mã thủ tục", arrival.procedure.as_str()),
                layout::fact(
                    "Nộp lúc",
                    arrival.filed_at.strftime("%H:%M ngày %d/%m/%Y").to_string(),
                ),
            ]),
        ]);
        if !chosen.known {
            facts = facts.push(text::toned(
                "Danh mục không có mã thủ tục này: khi tiếp nhận, hãy chọn thủ tục tương ứng.",
                Tone::Caution,
            ));
        }
        let handed: Vec<Element<'_, Message>> = arrival
            .components
            .iter()
            .map(|component| {
                let words = format!("{} – {}", component.name, component.form.label());
                text::body(words).into()
            })
            .collect();
        let handed: Element<'_, Message> = if handed.is_empty() {
            text::small("Thông điệp không kèm thành phần hồ sơ nào.").into()
        } else {
            column(handed).spacing(space::XS).into()
        };
        column([
            section("Người nộp", None, facts).into(),
            section("Thành phần hồ sơ", None, handed).into(),
        ])
        .into()
    }

    fn foot(&self) -> Element<'_, Message> {
        let may =
            |message: Message| (self.may_answer && self.chosen().is_some()).then_some(message);
        row([
            primary("Tiếp nhận").key("F2").on_press_maybe(may(Message::Accepted)).into(),
            secondary("Chưa đủ (mẫu 02)")
                .key("F4")
                .on_press_maybe(may(Message::IncompleteAsked))
                .into(),
            secondary("Từ chối (mẫu 03)")
                .key("F6")
                .on_press_maybe(may(Message::RefusalAsked))
                .into(),
            secondary("Nhập tệp…")
                .key("F8")
                .on_press_maybe(self.may_import.then_some(Message::ImportAsked))
                .into(),
            quiet("Về trang chính").key("Esc").on_press(Message::Closed).into(),
        ])
        .wrap()
        .into()
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("arrivals");
    const MENU: Option<menu::Row> =
        Some(menu::Row::work(Icon::Network, "Hồ sơ trực tuyến").key("Ctrl+O"));

    fn may_open(ledger: &Ledger) -> bool {
        ledger.sees_people()
    }

    fn title(&self) -> &'static str {
        "Hồ sơ trực tuyến"
    }

    fn asks(&self) -> bool {
        self.asked.is_some()
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        if self.takes_file() {
            return Some(Message::Import(match key {
                Pressed::Escape => import::Message::Closed,
                Pressed::F(2) | Pressed::Enter => import::Message::Submitted,
                _ => return None,
            }));
        }
        Some(match (key, self.asks()) {
            (Pressed::Escape, true) => Message::Form(notice_form::Message::Closed),
            (Pressed::F(2) | Pressed::Enter, true) => {
                Message::Form(notice_form::Message::Submitted)
            }
            (Pressed::F(2) | Pressed::Enter, false) => Message::Accepted,
            (Pressed::F(4), false) => Message::IncompleteAsked,
            (Pressed::F(6), false) => Message::RefusalAsked,
            (Pressed::F(8), false) => Message::ImportAsked,
            (Pressed::Up, false) => Message::Moved(-1),
            (Pressed::Down, false) => Message::Moved(1),
            (Pressed::Escape, false) => Message::Closed,
            _ => return None,
        })
    }

    fn waits_for(&self) -> Option<Wanted> {
        self.takes_file().then_some(Wanted::Arrivals)
    }

    fn given(&self, path: PathBuf) -> Option<Message> {
        Some(Message::Import(import::Message::FileGiven(path)))
    }

    fn asks_for_file(message: &Message) -> bool {
        matches!(message, Message::Import(import::Message::FileAsked))
    }

    fn tell(&mut self, notice: Notice) {
        match &mut self.asked {
            Some(Asked::Notice(form)) => form.refused(notice),
            Some(Asked::Import(dialog)) => dialog.refused(notice),
            None => self.notice = Some(notice),
        }
    }

    fn view(&self) -> Element<'_, Message> {
        let base = layout::two_columns_with_foot(self.list(), self.detail(), self.foot());
        let question = self.asked.as_ref().map(|asked| match asked {
            Asked::Notice(form) => form.view().map(Message::Form),
            Asked::Import(dialog) => dialog.view().map(Message::Import),
        });
        modal(base, question)
    }
}
