//! How it looks: what is typed, counted and signed at the left, in the order of the hand; whom it is for at the right,
//! with what to press always in sight.

use office::{
    act::{Definition, Exclusion, Hindrance, Medium, Participant, Wording},
    dossier::Fee,
};
use widgets::{
    Element, Icon, Tone, badge, card, check, column, empty_state, field, flow, modal, pick,
    pressable, primary, quiet, row, secondary, section, space, text,
};

use super::{AMOUNT, Awaited, CERTIFIER, COPIES, Message, PAGES, PEOPLE, QUERY, State};
use crate::{
    desk::lines::Known,
    window::{eform, layout},
};

/// Works shown at once; typing narrows the rest down.
const SHOWN: usize = 7;
/// Width of a count.
const COUNT: f32 = 132.0;

impl State {
    /// Draws the screen.
    pub(super) fn draw(&self) -> Element<'_, Message> {
        let (main, side) = match self.filled() {
            Some((known, data)) => {
                let awaited = match &self.awaited {
                    Some((Awaited::Section(of), words)) => Some((of.as_str(), words.as_str())),
                    Some((Awaited::Person, _)) | None => None,
                };
                let sheet = eform::Sheet {
                    filling: data,
                    form: known.form(),
                    today: self.now.date(),
                    all: self.tried,
                    awaited,
                    lists: &self.law.lists,
                    applicant: self.draft.people.first().and_then(|one| one.who.person.sex),
                };
                let mut main = column([sheet.view().map(Message::Form)]);
                if let Known::Act(kind, _) = known {
                    let key = self.part_key(self.first_count(kind));
                    main = match kind.medium {
                        Medium::Electronic => main
                            .push(section("Trang bản chính", key, self.pages()))
                            .push(section("Phí", None, self.fee_view(kind))),
                        Medium::Paper => {
                            main.push(section("Số bản và phí", key, self.counted(kind)))
                        }
                    };
                    main = main.push(section(
                        "Người ký",
                        self.part_key(CERTIFIER),
                        self.signers(kind),
                    ));
                }
                // Beside the key that confirms that none of them is given.
                let excluded = match known {
                    Known::Act(kind, _) => self.excluded(kind).map(cases),
                    Known::Line(..) => None,
                };
                (main.into(), column([self.people(Some(known))]).push(excluded).into())
            }
            None => (self.choice(), self.people(None)),
        };
        let screen = layout::two_columns_with_foot(main, side, self.foot());
        let signing = self.signing.as_ref().map(|dialog| dialog.view().map(Message::Sign));
        let refusing = self.refusing.as_ref().map(|dialog| dialog.view().map(Message::Refusal));
        let look = self.look.as_ref().map(|dialog| dialog.view().map(Message::Look));
        modal(screen, signing.or(refusing).or(look))
    }

    fn choice(&self) -> Element<'_, Message> {
        let matches = self.matches();
        let list: Element<'_, Message> = if matches.is_empty() {
            let (words, advice) = match self.offers.all.is_empty() {
                true => (
                    "Chưa có việc nào bạn được ghi",
                    "Vai trò của bạn, hoặc các sổ đã mở, chưa cho ghi việc nào.",
                ),
                false => ("Không có việc nào khớp", "Hãy gõ ít chữ hơn. Không cần gõ dấu."),
            };
            empty_state(Icon::Search, words, advice, None)
        } else {
            // The marked line stays in sight.
            let first = (self.marked + 1).saturating_sub(SHOWN);
            let shown = matches.into_iter().enumerate().skip(first).take(SHOWN);
            let lines = shown.map(|(i, offer)| {
                let words = [
                    text::strong(offer.label.as_str()).into(),
                    text::small(offer.detail.as_str()).into(),
                ];
                pressable(column(words).spacing(0.0))
                    .chosen(i == self.marked)
                    .on_press(Message::Chosen(offer.work.clone()))
                    .into()
            });
            column(lines).spacing(space::XS).into()
        };
        let closed = (!self.offers.closed.is_empty()).then(|| {
            let books = self.offers.closed.join("; ");
            text::small(format!(
                "Chưa mở sổ: {books}. Lãnh đạo hoặc văn thư mở trong F10 → Sổ và quyển sổ."
            ))
        });
        let search = field("Tên việc hoặc tên sổ", &self.query)
            .id(QUERY)
            .icon(Icon::Search)
            .placeholder("ban sao, khach …")
            .hint("Mũi tên lên, xuống để chọn; Enter để lấy.")
            .on_change(Message::QueryTyped)
            .on_submit(Message::FirstChosen);
        section("Chọn việc", None, column([search.into(), list]).push(closed)).into()
    }

    /// Who asks, or of whom the line speaks.
    fn people<'a>(&'a self, known: Option<Known<'a>>) -> Element<'a, Message> {
        let title = match known {
            Some(Known::Line(..)) => "Người được ghi",
            Some(Known::Act(kind, _)) if kind.standings().len() > 1 => "Người tham gia",
            Some(Known::Act(..)) | None => "Người yêu cầu",
        };
        let mut content = column([]);
        if self.draft.people.is_empty() {
            let words = match known {
                Some(Known::Line(..)) => "Chưa đọc giấy tờ của ai: gõ tay, hoặc nhấn F7 để đọc.",
                Some(Known::Act(..)) => "Chưa có người yêu cầu: nhấn F7 rồi đọc giấy tờ.",
                None => "Chưa đọc giấy tờ của ai.",
            };
            content = content.push(text::body(words));
        }
        let kind = match known {
            Some(Known::Act(kind, _)) => Some(kind),
            Some(Known::Line(..)) | None => None,
        };
        for (place, one) in self.draft.people.iter().enumerate() {
            content = content.push(self.person(place, one, kind));
        }
        if let Some((Awaited::Person, words)) = &self.awaited {
            content = content.push(text::toned(words.as_str(), Tone::Info));
        }
        if known.is_some() {
            let none = self.draft.people.is_empty();
            let more = if none { "Đọc giấy tờ" } else { "Đọc thêm người" };
            content = content.push(
                quiet(more).icon(Icon::Card).key("F7").id(PEOPLE).on_press(Message::PersonAsked),
            );
        }
        if !self.draft.people.is_empty() {
            content = content.push(
                pick(
                    "Căn cứ dùng dữ liệu căn cước",
                    self.law.legal_basis.iter().map(String::as_str).enumerate(),
                    Some(&self.draft.basis),
                )
                .on_pick(Message::BasisChosen),
            );
        }
        let key = known.and_then(|_| self.part_key(PEOPLE));
        section(title, key, content).into()
    }

    /// One of them, with what has to be said of people who take part in an act with sides or helpers.
    fn person<'a>(
        &'a self,
        place: usize,
        one: &'a Participant,
        kind: Option<&Definition>,
    ) -> Element<'a, Message> {
        let who = &one.who;
        let number = who.person.number.as_ref().map(|number| number.grouped());
        // The first one's paper filled the form.
        let drop = (place > 0).then(|| quiet("Bỏ").on_press(Message::PersonDropped(place)));
        let name = text::strong(who.person.name.as_str()).width(iced::Length::Fill);
        let proof = badge(
            layout::proof_label(who, office::dossier::Channel::Counter),
            layout::tone(who.evidence),
        );
        let mut told = column([
            row([name.into()]).push(drop).into(),
            text::number(number.unwrap_or_default()).into(),
            proof.into(),
        ])
        .spacing(space::XS);
        let standings = kind.map(Definition::standings).unwrap_or_default();
        if standings.len() > 1 {
            let is_last = place + 1 == self.draft.people.len();
            let label = if is_last { "Tư cách (Ctrl+T để đổi)" } else { "Tư cách" };
            let named = standings.into_iter().map(|one| (one.clone(), one.label().to_owned()));
            told = told.push(
                pick(label, named, Some(&one.standing))
                    .on_pick(move |standing| Message::StandingChosen(place, standing)),
            );
        }
        if kind.is_some_and(|kind| kind.helpers) && one.standing.asks() {
            let hindrances = Hindrance::ALL.map(|one| (Some(one), one.label()));
            let none = [(None, "Không có")];
            told = told
                .push(
                    pick(
                        "Hạn chế (cần người giúp)",
                        none.into_iter().chain(hindrances),
                        Some(&one.hindrance),
                    )
                    .on_pick(move |hindrance| Message::HindranceChosen(place, hindrance)),
                )
                .push(
                    field("Đại diện cho (để trống nếu tự mình)", &one.acts_for)
                        .on_change(move |whom| Message::ActsForTyped(place, whom)),
                );
        }
        told.into()
    }

    fn counted(&self, kind: &Definition) -> Element<'_, Message> {
        let pages = self.counts_pages(kind);
        let wrong = |typed: &str| {
            let none = typed.trim().is_empty();
            let counted = typed
                .trim()
                .parse::<u32>()
                .is_ok_and(|count| (1..=office::act::MOST_COUNTED).contains(&count));
            let told = (self.tried || !none) && !counted;
            told.then(|| format!("Số từ 1 đến {}.", office::act::MOST_COUNTED))
        };
        let mut counts = flow::fields([]);
        if pages {
            counts = counts.push(
                field("Số trang bản chính", &self.draft.pages)
                    .id(PAGES)
                    .width(COUNT)
                    .required()
                    .error(wrong(&self.draft.pages))
                    .on_change(Message::PagesTyped),
            );
        }
        let counts = counts.push(
            field("Số bản", &self.draft.copies)
                .id(COPIES)
                .width(COUNT)
                .required()
                .error(wrong(&self.draft.copies))
                .on_change(Message::CopiesTyped),
        );
        column([counts.into(), self.fee_view(kind)]).into()
    }

    fn fee_view(&self, kind: &Definition) -> Element<'_, Message> {
        let fee = match self.fee(kind) {
            Ok(Fee::Free) => "Không thu".to_owned(),
            Ok(Fee::Amount(amount)) => amount.to_string(),
            Ok(Fee::Unknown(why)) => why,
            Err(_) => "tính khi có số trang, số bản".to_owned(),
        };
        let unknown =
            matches!(self.fee(kind), Ok(Fee::Unknown(_))) || !self.draft.amount.is_empty();
        let typed = unknown.then(|| {
            field("Số tiền thu (đồng), nếu đã biết", &self.draft.amount)
                .id(AMOUNT)
                .on_change(Message::AmountTyped)
        });
        column([layout::facts([layout::fact("Phí", fee)])])
            .push(self.fee_source(kind).map(|source| text::small(format!("Căn cứ: {source}"))))
            .push(typed)
            .into()
    }

    fn signers<'a>(&'a self, kind: &'a Definition) -> Element<'a, Message> {
        let competent = self.competent(kind);
        let own = self.office.colleagues.iter().find(|user| user.name == self.own);
        let receives = own.map(|user| user.full_name.clone()).unwrap_or_default();
        let alone = self.draft.certifier.as_ref() == Some(&self.own);
        let error = (self.tried && self.certifier(kind).is_none())
            .then_some("Chưa chọn người thực hiện chứng thực.");
        let certifier = pick(
            "Người thực hiện chứng thực",
            competent.into_iter().map(|user| {
                let title = match user.title.as_str() {
                    "" => String::new(),
                    title => format!(", {title}"),
                };
                let by = self.office.delegation(user, kind, self.today());
                let by = by.map_or("", |_| " (theo ủy quyền)");
                (user.name.clone(), format!("{}{title}{by}", user.full_name))
            }),
            self.draft.certifier.as_ref(),
        )
        .id(CERTIFIER)
        .required()
        .placeholder("Chọn người ký")
        .error(error)
        .on_pick(Message::CertifierChosen);
        let wordings = self.wordings(kind);
        let named = |wording: &Wording| match wording.number.as_str() {
            "" => wording.label.clone(),
            number => format!("Mẫu {number}: {}", wording.label),
        };
        let used = self.wording(kind);
        let mut content = column([]);
        if !alone {
            content = content.push(layout::facts([layout::fact("Người tiếp nhận", receives)]));
        }
        content = content.push(certifier);
        if kind.medium == Medium::Electronic {
            let words = "Khi chuyển ký: ai có thẩm quyền cũng ký được";
            content = content.push(check(words, self.draft.anyone).on_toggle(Message::AnyoneAsked));
        }
        match wordings.as_slice() {
            [] => {
                let words = "Chưa có lời chứng cho trường hợp này.";
                content = content.push(text::toned(words, Tone::Caution));
            }
            [only] => {
                let words = [layout::fact("Lời chứng", named(only))];
                content = content.push(layout::facts(words));
            }
            several => {
                let id = used.map(|wording| &wording.id);
                let chosen = several.iter().position(|wording| Some(&wording.id) == id);
                content = content.push(
                    pick(
                        "Mẫu lời chứng",
                        several.iter().map(|wording| named(wording)).enumerate(),
                        chosen.as_ref(),
                    )
                    .on_pick(Message::WordingChosen),
                );
            }
        }
        let checked = match kind.checked && used.is_some_and(|wording| wording.checked) {
            true => badge("Đã đối chiếu văn bản", Tone::Good),
            false => badge("Lời chứng chưa đối chiếu bản chính của văn bản", Tone::Caution),
        };
        content.push(checked).into()
    }

    /// What F2 does.
    fn verb(&self) -> &'static str {
        match (self.takes_pages(), self.hands_on()) {
            (true, true) => "Chuyển ký số",
            (true, false) => "Ký số và ghi vào sổ",
            (false, _) => "Ghi vào sổ",
        }
    }

    /// Whether an electronic act can only be handed on: another one certifies it.
    fn hands_on(&self) -> bool {
        self.draft.certifier.as_ref() != Some(&self.own)
    }

    /// The key of the part that begins with this control.
    fn part_key(&self, first: &str) -> Option<Element<'_, Message>> {
        layout::key_of_part(&self.parts(), first)
    }

    fn foot(&self) -> Element<'_, Message> {
        let mut actions = column([]);
        if let Some(notice) = &self.notice {
            actions = actions.push(notice.view());
        }
        let known = self.filled().map(|(known, _)| known);
        let chosen = known.is_some();
        if let Some(Known::Act(kind, _)) = known
            && let Some(excluded) = self.excluded(kind)
        {
            let keys = match kind.medium {
                Medium::Paper => "F2",
                Medium::Electronic => "F2 hoặc F9",
            };
            let words = format!(
                "Nhấn {keys} là xác nhận đã kiểm tra, không thuộc trường hợp nào trong danh sách ở trên, theo {}.",
                excluded.law
            );
            actions = actions.push(text::small(words));
        }
        let words = if self.is_touched() && !self.choosing { "Để sau" } else { "Quay lại" };
        let mut keys = row([]);
        if chosen {
            keys =
                keys.push(primary(self.verb()).key("F2").on_press(Message::Submitted))
                    .push((self.takes_pages() && !self.hands_on()).then(|| {
                        secondary("Chuyển ký số").key("F9").on_press(Message::HandOnAsked)
                    }))
                    .push(self.refuses().then(|| {
                        secondary("Từ chối").key("Ctrl+R").on_press(Message::RefusalAsked)
                    }))
                    .push(secondary("Chọn việc khác").key("F6").on_press(Message::ChoiceAsked));
        }
        let back = quiet(words).key("Esc").on_press(Message::Closed);
        card(actions.push(keys.push(back).wrap())).into()
    }
}

/// The cases in which it may not be done.
fn cases(excluded: &Exclusion) -> Element<'_, Message> {
    let numbered = (1..).zip(&excluded.cases);
    let lines = numbered.map(|(n, case)| text::small(format!("{n}. {case}.")).into());
    let mut content = column(lines).spacing(space::XS);
    content = content.push(text::small(format!("Căn cứ: {}", excluded.law)));
    let checked = (!excluded.checked)
        .then(|| badge("Danh sách chưa đối chiếu bản chính của văn bản", Tone::Caution));
    section(excluded.title.as_str(), None, content.push(checked)).into()
}
