//! How a dossier looks: the paper at the left; its facts, money, papers and way at the right; the steps in sight.

use office::{
    calendar::{Deadline, due_state, is_near},
    dossier::Status,
    workflow::{Punctuality, StepKind},
};
use widgets::{
    Dialog, Element, Icon, Tone, badge, banner, card, column, field, fresh, icon, modal, pressable,
    preview::preview, primary, quiet, row, secondary, section, space, text,
};

use super::{Asked, Message, ON_TIME, REASON, State, moment, steps};
use crate::window::layout;

impl State {
    pub(super) fn draw(&self) -> Element<'_, Message> {
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
            let words = format!("Lập {}", office::text::lower_first(title));
            quiet(words).on_press(Message::PaperAsked(paper.clone())).into()
        });
        section("Giấy tờ đã lập", None, column([lines.into(), row(make).wrap().into()])).into()
    }

    fn foot(&self) -> Element<'_, Message> {
        let course = &self.record.course;
        let mut foot = row([]);
        if self.rights.step {
            if let Some(next) = StepKind::next(course.status) {
                foot =
                    foot.push(primary(steps::label(next)).key("F2").on_press(Message::NextAsked));
            }
            if !course.possible(self.undoable()).is_empty() {
                foot = foot.push(secondary("Bước khác").key("F4").on_press(Message::ChoiceAsked));
            }
        }
        if self.rights.remark {
            foot = foot.push(quiet("Ghi chú").key("F5").on_press(Message::RemarkAsked));
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
            Asked::Note(form) => form.view(Message::Note, Message::Dropped),
            Asked::Erase(form) => form.view(Message::Erase, Message::Dropped),
        })
    }
}

fn annulment(reason: &str) -> Dialog<'_, Message> {
    layout::Reasoned {
        title: "Hủy tiếp nhận hồ sơ này?",
        words: "Mã hồ sơ và số trong sổ vẫn giữ nguyên, không cấp lại cho hồ sơ khác. Việc hủy được ghi thành một mục mới.",
        id: REASON,
        example: "",
        reason,
        verb: "Hủy tiếp nhận",
        typed: Message::ReasonTyped,
        confirmed: Message::AnnulConfirmed,
        dropped: Message::Dropped,
    }
    .view()
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

/// Room for two figures.
pub const COPIES_WIDTH: f32 = 56.0;
