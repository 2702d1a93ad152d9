//! How the questions of a step look.

use office::{dossier::PaperForm, workflow::StepKind};
use widgets::{
    Dialog, Element, Tone, banner, check, column, date_field, field, flow, pick, pressable,
    primary, quiet, row, secondary, space, text,
};

use super::{
    ASKED_BEFORE, CHECKLIST, CHOICE, FIRST, Form, IN_SIGHT, LIST, Message, SECOND, WIDTH, label,
    meaning,
};
use crate::window::layout;
use crate::window::screen::dossier;

impl Form {
    /// Draws the dialog.
    pub fn view(&self) -> Dialog<'_, dossier::Message> {
        let mut content = column([text::small(meaning(self.kind)).into()]);
        for part in self.fields() {
            content = content.push(part);
        }
        if !self.gaps.is_empty() {
            content = content.push(text::strong("Tỉnh sẽ chấm thiếu ở hồ sơ này:"));
        }
        if self.kind == StepKind::SupplementAsked && self.asked_and_undone {
            content = content.push(banner(Tone::Caution, ASKED_BEFORE));
        }
        for gap in &self.gaps {
            content = content.push(text::small(format!("{}  {}", gap.indicator, gap.sentence)));
        }
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        let content: Element<'_, Message> = content.into();
        Dialog::new(label(self.kind), content.map(dossier::Message::Step))
            .width(WIDTH)
            .action(quiet("Thôi").key("Esc").on_press(dossier::Message::Dropped))
            .action(
                primary("Ghi vào sổ")
                    .key("Enter")
                    .on_press(dossier::Message::Step(Message::Submitted)),
            )
            .on_close(dossier::Message::Dropped)
    }

    fn fields(&self) -> Vec<Element<'_, Message>> {
        let reason = || self.lines(FIRST, "Lý do", &self.first, Message::First).required().into();
        match self.kind {
            StepKind::Transferred => {
                let unit = self.text(FIRST, "Đơn vị nhận", &self.first, Message::First);
                let mut parts = vec![unit.required().suggest(&self.units).into()];
                parts.push(
                    self.text(SECOND, "Người nhận (nếu biết)", &self.second, Message::Second)
                        .into(),
                );
                parts.push(
                    flow::fields([
                        layout::paper_field("Ghi chú", &self.third)
                            .lines(layout::REASON_LINES)
                            .on_change(Message::Third)
                            .on_submit(Message::Submitted)
                            .into(),
                        date_field("Hạn xử lý của bước (nếu có)", &self.day)
                            .on_change(Message::Day)
                            .on_submit(Message::Submitted)
                            .into(),
                    ])
                    .into(),
                );
                parts
            }
            StepKind::SupplementAsked => vec![
                text::label("Giấy tờ còn thiếu hoặc phải sửa").into(),
                self.ticks(),
                self.text(FIRST, "Giấy tờ, nội dung khác cần bổ sung", &self.first, Message::First)
                    .hint("Nhiều mục cách nhau bằng dấu chấm phẩy ;")
                    .into(),
                self.lines(SECOND, "Lý do", &self.second, Message::Second).required().into(),
            ],
            StepKind::Supplemented => vec![
                self.text(FIRST, "Giấy tờ, nội dung đã nộp", &self.first, Message::First)
                    .hint("Nhiều mục cách nhau bằng dấu chấm phẩy ;")
                    .into(),
                pick(
                    "Nộp dưới dạng",
                    PaperForm::ALL.iter().map(|form| (*form, form.label())),
                    self.paper.as_ref(),
                )
                .on_pick(Message::Paper)
                .into(),
                match &self.due {
                    Some(due) => {
                        text::strong(format!("Hẹn trả mới: {}", dossier::moment(due.at))).into()
                    }
                    None => text::body("Hồ sơ không có ngày hẹn tính được.").into(),
                },
            ],
            StepKind::PaymentAsked => vec![
                self.text(FIRST, "Số tiền (đồng)", &self.first, Message::First)
                    .required()
                    .plain()
                    .into(),
                self.lines(SECOND, "Nội dung", &self.second, Message::Second).required().into(),
            ],
            StepKind::Extended | StepKind::DueCorrected => vec![
                date_field("Ngày hẹn mới", &self.day)
                    .id(FIRST)
                    .required()
                    .on_change(Message::Day)
                    .on_submit(Message::Submitted)
                    .into(),
                self.lines(SECOND, "Lý do", &self.first, Message::First).required().into(),
            ],
            StepKind::Resolved => vec![
                self.text(FIRST, "Tên giấy tờ kết quả", &self.first, Message::First)
                    .required()
                    .into(),
                row([
                    self.text(SECOND, "Số, ký hiệu", &self.second, Message::Second).into(),
                    date_field("Ngày ký", &self.day)
                        .on_change(Message::Day)
                        .on_submit(Message::Submitted)
                        .into(),
                ])
                .into(),
                row([
                    field("Tệp kết quả điện tử", &self.third)
                        .placeholder("PDF, JPEG hoặc PNG; bỏ trống nếu chỉ có bản giấy")
                        .plain()
                        .on_change(Message::Third)
                        .on_submit(Message::Submitted)
                        .into(),
                    secondary("Chọn tệp…").key("F4").on_press(Message::FileAsked).into(),
                ])
                .align_y(iced::Alignment::End)
                .into(),
            ],
            StepKind::Returned => vec![
                self.text(FIRST, "Người nhận kết quả", &self.first, Message::First)
                    .required()
                    .into(),
                self.text(SECOND, "Giấy tờ của người nhận thay", &self.second, Message::Second)
                    .into(),
                check("Trả qua bưu chính công ích", self.ticked).on_toggle(Message::Ticked).into(),
            ],
            StepKind::Stopped => vec![
                reason(),
                self.lines(SECOND, "Xử lý phí, lệ phí đã nộp", &self.second, Message::Second)
                    .into(),
            ],
            StepKind::Refused | StepKind::Withdrawn => vec![reason()],
            StepKind::Undone => vec![
                text::strong(format!("Bước sẽ hoàn tác: {}", self.last.unwrap_or("(không rõ)")))
                    .into(),
                reason(),
            ],
        }
    }

    /// The papers of the procedure, to be ticked.
    fn ticks(&self) -> Element<'_, Message> {
        let ticks = self.checklist.iter().enumerate().map(|(n, (name, ticked))| {
            let tick =
                check(name.as_str(), *ticked).on_toggle(move |on| Message::ItemTicked(n, on));
            if n == 0 { tick.id(CHECKLIST).into() } else { tick.into() }
        });
        let ticks = column(ticks).spacing(space::S);
        // A long list scrolls: the reason and the button must stay in sight.
        match self.checklist.len() > IN_SIGHT {
            true => iced::widget::container(flow::scroll(ticks)).height(LIST).into(),
            false => ticks.into(),
        }
    }

    /// A field for a reason: what is written in lines is printed in lines.
    fn lines<'a>(
        &'a self,
        id: &'static str,
        label: &'a str,
        value: &'a str,
        message: fn(String) -> Message,
    ) -> widgets::field::Field<'a, Message> {
        self.text(id, label, value, message).lines(layout::REASON_LINES)
    }

    fn text<'a>(
        &'a self,
        id: &'static str,
        label: &'a str,
        value: &'a str,
        message: fn(String) -> Message,
    ) -> widgets::field::Field<'a, Message> {
        layout::paper_field(label, value).id(id).on_change(message).on_submit(Message::Submitted)
    }
}

/// The list of possible steps, to choose from. The digit before a step is its key.
pub fn choice<'a>(kinds: &[StepKind]) -> Dialog<'a, dossier::Message> {
    let rows = kinds.iter().enumerate().map(|(n, kind)| {
        pressable(
            row([
                text::number(format!("{}", (n + 1) % 10)).into(),
                text::strong(label(*kind)).into(),
                widgets::flow::spring().into(),
            ])
            .spacing(space::M),
        )
        .on_press(dossier::Message::Chosen(*kind))
        .into()
    });
    Dialog::new(CHOICE, column(rows).spacing(space::XS))
        .width(WIDTH)
        .action(quiet("Thôi").key("Esc").on_press(dossier::Message::Dropped))
        .on_close(dossier::Message::Dropped)
}
