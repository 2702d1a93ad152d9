//! How the reception looks: the form and the components at the left, person, terms and linked
//! procedures at the right, and what to press always in sight.

use office::{
    catalogue::Procedure,
    dossier::{Channel, Fee},
};
use widgets::{
    Element, Tone, badge, banner, card, column, date_field, field, flow, modal, pick, primary,
    quiet, row, secondary, section, text,
};

use super::{Asked, DUE, Message, PAGES, PAPERS, PHONE, SETS, State, papers, search};
use crate::window::{
    eform,
    layout::{self, paper_field},
};

impl State {
    /// Draws the screen.
    pub(super) fn draw(&self) -> Element<'_, Message> {
        let main = match self.procedure() {
            Some(procedure) => self.main(procedure),
            None => search::view(&self.query, self.matches(), self.marked),
        };
        let base = layout::two_columns_with_foot(main, self.side(), self.foot());
        let question = self.asked.as_ref().map(|asked| match asked {
            Asked::Attach(dialog) => {
                dialog.view(&self.draft.papers, &self.law.legal_basis).map(Message::Attach)
            }
            Asked::Incomplete(dialog) => dialog.view().map(Message::Incomplete),
        });
        modal(base, question)
    }

    fn main<'a>(&'a self, procedure: &'a Procedure) -> Element<'a, Message> {
        // The form first: the keyboard goes to the first of its fields that is missing.
        let mut main = column([]);
        if let Some((form, data)) = self.used_form() {
            let awaited = self.awaited.as_ref().map(|(of, words)| (of.as_str(), words.as_str()));
            let sheet = eform::Sheet {
                filling: data,
                form,
                today: self.now.date(),
                all: self.tried,
                awaited,
                lists: &self.law.lists,
                applicant: self.draft.identity.person.sex,
            };
            main = main.push(sheet.view().map(Message::Form));
        }
        if self.draft.form.is_some() {
            main = main.push(self.form_choice());
        }
        let key = self.part_key(PAPERS);
        main = main.push(papers::view(
            procedure,
            &self.draft.papers,
            &self.draft.naming,
            &self.store,
            key,
        ));
        main.into()
    }

    /// The way from the electronic form to one that was handed in, and back.
    fn form_choice(&self) -> Element<'_, Message> {
        let rests = self.draft.form_rests;
        let (words, button) = match (rests, self.draft.channel) {
            (true, Channel::Online) => (
                "Công dân đã khai trực tuyến; không phải nhập lại tờ khai.",
                "Nhập tờ khai điện tử",
            ),
            (true, _) => ("Nhận tờ khai giấy công dân đã điền.", "Nhập tờ khai điện tử"),
            (false, _) => ("Công dân mang tờ khai đã điền sẵn?", "Nhận tờ khai giấy"),
        };
        card(row([
            text::body(words).width(iced::Length::Fill).into(),
            quiet(button).key("F6").on_press(Message::FormRested(!rests)).into(),
        ]))
        .into()
    }

    fn side(&self) -> Element<'_, Message> {
        let identity = &self.draft.identity;
        let mut applicant = column([
            text::heading(identity.person.name.as_str()).into(),
            text::number(identity.person.number.as_ref().map(|n| n.grouped()).unwrap_or_default())
                .into(),
            badge(
                layout::proof_label(identity, self.draft.channel),
                layout::tone(identity.evidence),
            )
            .into(),
        ]);
        if self.is_kept() {
            applicant = applicant.push(text::small(identity.proof()));
        }
        if let Some(why) =
            self.draft.still_asked().filter(|_| self.draft.channel != Channel::Online)
        {
            applicant = applicant.push(text::toned(why.to_string(), Tone::Caution));
        }
        if self.draft.channel == Channel::Online {
            let words = format!("Nộp trực tuyến, mã {}", self.draft.origin_code);
            applicant = applicant.push(text::small(words));
        }
        let applicant = applicant
            .push(
                paper_field("Điện thoại", &self.draft.contact.phone)
                    .id(PHONE)
                    .on_change(Message::PhoneTyped),
            )
            .push(
                paper_field("Thư điện tử", &self.draft.contact.email)
                    .on_change(Message::EmailTyped),
            )
            .push(
                paper_field("Nơi ở hiện nay (nếu khác giấy tờ)", &self.draft.contact.address)
                    .on_change(Message::AddressTyped),
            );
        let mut side = column([section("Người nộp", self.part_key(PHONE), applicant).into()]);
        if let Some(procedure) = self.procedure() {
            let (terms, channel) = (&self.draft.terms, self.draft.channel);
            let due = terms.deadline(procedure, channel, &self.law.calendar, self.now).ok();
            let linked = self.linked.view(&self.draft.linked, &self.law, due, self.now);
            side = side
                .push(section("Thời hạn và phí", self.part_key(SETS), self.terms(procedure)))
                .push(linked.map(Message::Linked));
        }
        side.into()
    }

    /// The key of the part that begins with this control.
    fn part_key(&self, first: &str) -> Option<Element<'_, Message>> {
        layout::key_of_part(&self.parts(), first)
    }

    fn foot(&self) -> Element<'_, Message> {
        let mut actions = column([]);
        if let Some(notice) = &self.notice {
            actions = actions.push(notice.view());
        } else if papers::is_paper_free(&self.draft.papers) {
            let words = "Thành phần đã chọn đều có sẵn dữ liệu: không thu giấy.";
            actions = actions.push(text::toned(words, Tone::Good));
        }
        let chosen = self.draft.procedure.is_some();
        let incomplete = chosen.then_some(Message::IncompleteAsked);
        actions = actions.push(
            row([
                primary("Tiếp nhận").key("F2").on_press(Message::Submitted).into(),
                secondary("Chưa đủ giấy tờ").key("F7").on_press_maybe(incomplete).into(),
                quiet("Để sau").key("Esc").on_press(Message::Closed).into(),
            ])
            .wrap(),
        );
        card(actions).into()
    }

    fn terms<'a>(&'a self, procedure: &'a Procedure) -> Element<'a, Message> {
        let (channel, day) = (self.draft.channel, self.now.date());
        let limit = procedure.time_limit(channel);
        let counted = self.law.calendar.deadline(self.now, &limit);
        let due = counted.as_ref().map(|d| d.at.strftime("%H giờ %M, ngày %d/%m/%Y").to_string());
        let fee = match self.draft.terms.fee(procedure, channel, day) {
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
                        .id(DUE)
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
        if procedure.per_page(channel, day).is_some() {
            terms = terms.push(flow::fields([
                field("Số trang bản chính", &self.draft.terms.pages)
                    .id(PAGES)
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
        if matches!(procedure.fee(channel, day), Fee::Unknown(_))
            && procedure.per_page(channel, day).is_none()
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
            .push(field("Số bộ hồ sơ", &self.draft.sets).id(SETS).on_change(Message::SetsTyped))
            .push(
                pick(
                    "Căn cứ dùng dữ liệu căn cước",
                    self.law.legal_basis.iter().map(String::as_str).enumerate(),
                    Some(&self.draft.basis),
                )
                .on_pick(Message::BasisChosen),
            )
            .push(
                paper_field("Ghi chú", &self.draft.note)
                    .lines(layout::REASON_LINES)
                    .on_change(Message::NoteTyped),
            )
            .into()
    }
}
