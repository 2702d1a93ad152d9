//! One dossier and its receipt: the preview is the very PDF that is printed or saved.

use jiff::civil::DateTime;
use office::{
    calendar::due_state,
    dossier::{Dossier, Status},
};
use widgets::{
    Dialog, Element, Tone, badge, card, column, danger, field, modal,
    preview::{Page, Zoom, preview},
    primary, quiet, row, secondary, section, text,
};

use crate::window::{layout, notice::Notice};

/// The reason's field.
pub const REASON: &str = "annul-reason";

/// The screen's state.
pub struct State {
    /// The dossier.
    pub dossier: Dossier,
    status: Status,
    may_annul: bool,
    pages: Vec<Page>,
    zoom: Zoom,
    now: DateTime,
    reason: Option<String>,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// Print.
    Printed,
    /// Save as a file.
    Saved,
    /// Larger or smaller.
    Zoomed(Zoom),
    /// Annul the reception.
    AnnulAsked,
    /// Why.
    ReasonTyped(String),
    /// Annul it now.
    AnnulConfirmed,
    /// Rather not.
    AnnulDropped,
    /// Done.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Print the receipt.
    Print,
    /// Save the receipt.
    Save,
    /// Focus the reason.
    AskReason,
    /// Write the correcting entry.
    Annul(String),
    /// Back.
    Close,
}

impl State {
    /// Shows a dossier and the pages of its receipt.
    pub fn new(
        dossier: Dossier,
        status: Status,
        may_annul: bool,
        pages: Vec<Page>,
        now: DateTime,
        notice: Option<Notice>,
    ) -> Self {
        Self { dossier, status, may_annul, pages, zoom: Zoom::Width, now, reason: None, notice }
    }

    /// Says how it went.
    pub fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// The reception was annulled.
    pub fn annulled(&mut self) {
        self.status = Status::Annulled;
        self.reason = None;
    }

    /// Whether a question is open.
    pub fn asks(&self) -> bool {
        self.reason.is_some()
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Printed => return Action::Print,
            Message::Saved => return Action::Save,
            Message::Zoomed(zoom) => self.zoom = zoom,
            Message::AnnulAsked => {
                self.reason = Some(String::new());
                return Action::AskReason;
            }
            Message::ReasonTyped(text) => self.reason = Some(text),
            Message::AnnulDropped => self.reason = None,
            Message::AnnulConfirmed => {
                let reason = office::text::clean(self.reason.as_deref().unwrap_or_default());
                if !reason.is_empty() {
                    return Action::Annul(reason);
                }
            }
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    /// Draws the screen.
    pub fn view(&self) -> Element<'_, Message> {
        let pages = preview(&self.pages, self.zoom).on_zoom(Message::Zoomed);
        let base = iced::widget::container(
            iced::widget::Row::new()
                .push(iced::widget::container(pages).width(iced::Length::FillPortion(5)))
                .push(
                    iced::widget::container(widgets::flow::scroll(self.side()))
                        .width(iced::Length::FillPortion(3)),
                )
                .spacing(widgets::space::L),
        )
        .padding(widgets::space::L);
        modal(base, self.question())
    }

    fn side(&self) -> Element<'_, Message> {
        let dossier = &self.dossier;
        let mut state = row([match self.status {
            Status::Annulled => badge(self.status.label(), Tone::Bad).into(),
            _ => badge(self.status.label(), Tone::Good).into(),
        }]);
        if let (Some(deadline), Status::Received) = (&dossier.deadline, self.status) {
            let due = due_state(deadline, self.now);
            state = state.push(badge(due.to_string(), layout::due_tone(due)));
        }
        let facts = layout::facts([
            layout::fact("Người nộp", dossier.applicant.person.name.as_str()),
            layout::fact("Thủ tục", dossier.procedure.name.as_str()),
            layout::fact("Nhận lúc", moment(dossier.received_at)),
            layout::fact(
                "Hẹn trả",
                dossier.deadline.as_ref().map(|d| moment(d.at)).unwrap_or_default(),
            ),
            layout::fact("Người nhận", dossier.receiver.as_str()),
            layout::fact("Ghi chú", dossier.note.as_str()),
        ]);
        let mut side = column([card(column([
            text::label("Mã hồ sơ").into(),
            text::title(dossier.code_label()).into(),
            state.into(),
            facts,
        ]))
        .into()]);
        if let Some(notice) = &self.notice {
            side = side.push(notice.view());
        }
        side = side.push(section(
            "Giấy tiếp nhận và hẹn trả kết quả",
            None,
            column([
                row([
                    primary("In").key("F9").on_press(Message::Printed).into(),
                    secondary("Lưu tệp PDF").key("F8").on_press(Message::Saved).into(),
                ])
                .into(),
                quiet("Xong, về trang chính").key("Esc").on_press(Message::Closed).into(),
            ]),
        ));
        if self.may_annul && self.status == Status::Received {
            side = side.push(quiet("Hủy tiếp nhận (ghi nhầm)").on_press(Message::AnnulAsked));
        }
        side.into()
    }

    fn question(&self) -> Option<Dialog<'_, Message>> {
        let reason = self.reason.as_ref()?;
        let ready = !reason.trim().is_empty();
        Some(
            Dialog::new(
                "Hủy tiếp nhận hồ sơ này?",
                column([
                    text::body("Mã hồ sơ và số trong sổ vẫn giữ nguyên, không cấp lại cho hồ sơ khác. Việc hủy được ghi thành một mục mới.").into(),
                    field("Lý do", reason)
                        .id(REASON)
                        .required()
                        .on_change(Message::ReasonTyped)
                        .on_submit(Message::AnnulConfirmed)
                        .into(),
                ]),
            )
            .action(secondary("Giữ hồ sơ").key("Esc").on_press(Message::AnnulDropped))
            .action(danger("Hủy tiếp nhận").on_press_maybe(ready.then_some(Message::AnnulConfirmed)))
            .on_close(Message::AnnulDropped),
        )
    }
}

fn moment(at: DateTime) -> String {
    at.strftime("%H:%M ngày %d/%m/%Y").to_string()
}
