//! How a person looks: facts at the left, the proof and what can be done in the middle, what happened here
//! at the right, and what to press always in sight.

use iced::Length;
use office::{
    evidence::Evidence,
    partial_date::PartialDate,
    person::{Century, Identity, ReadOn},
};
use widgets::{
    Element, Icon, Tone, badge, banner, card, column, field, flow, icon, modal, photo, pressable,
    primary, quiet, row, secondary, section, space, text,
};

use super::{Happened, Message, NAME, PARTS, State};
use crate::window::layout;

const DIGIT: f32 = 20.0;

/// What a person without a chip waits for.
const PLACE: &str =
    "Đặt thẻ hoặc hộ chiếu lên đầu đọc để đọc chip: kết quả từ chip sẽ thay cho thông tin này.";

impl State {
    /// Draws the screen.
    pub(super) fn draw(&self) -> Element<'_, Message> {
        let side = row([part(self.actions(), 1), part(self.past(), 1)])
            .spacing(space::L)
            .align_y(iced::Alignment::Start);
        let side = column([iced::widget::container(side).height(Length::Fill).into(), self.foot()])
            .width(Length::FillPortion(8));
        let base = iced::widget::container(
            iced::widget::Row::new().push(part(self.facts(), 5)).push(side).spacing(space::L),
        )
        .padding(space::L)
        .height(Length::Fill);
        modal(base, self.same.as_ref().map(|same| same.view().map(Message::Same)))
    }

    fn facts(&self) -> Element<'_, Message> {
        let mut content =
            column([if self.identity.evidence.usable() { self.head() } else { self.warning() }]);
        if self.needs_name() {
            content = content.push(
                field("Họ và tên theo giấy tờ", &self.name)
                    .id(NAME)
                    .required()
                    .error(self.name_problem())
                    .on_change(Message::NameTyped)
                    .on_submit(Message::ReceptionAsked),
            );
        }
        let facts = facts(&self.identity);
        content = content.push(self.century()).push(listed(&facts, |_| true));
        if let Some((stronger, day)) = &self.stronger {
            let told = self::facts(stronger);
            let now: Vec<String> =
                facts.iter().map(|(name, value)| name_value(name, value)).collect();
            let head = format!(
                "Lần đọc trước: {}, {}",
                stronger.evidence.label(),
                day.strftime("%d/%m/%Y")
            );
            content = content
                .push(flow::divider())
                .push(text::label(head))
                .push(listed(&told, |(name, value)| !now.contains(&name_value(name, value))));
        }
        let contact = &self.contact;
        if *contact != office::person::Contact::default() {
            content = content
                .push(flow::divider())
                .push(text::label("Liên hệ – khai ở hồ sơ gần nhất"))
                .push(layout::facts([
                    layout::fact("Điện thoại", contact.phone.as_str()),
                    layout::fact("Thư điện tử", contact.email.as_str()),
                    layout::fact("Nơi ở", contact.address.as_str()),
                ]));
        }
        card(content).into()
    }

    /// Two digits of a year are no year: the clerk sees who stands here.
    fn century(&self) -> Option<Element<'_, Message>> {
        let Century::Open { earlier, later } = self.identity.person.birth_century else {
            return None;
        };
        let answer = |born: PartialDate, key: &'static str, message: Message| {
            secondary(format!("Sinh {born}")).key(key).on_press(message)
        };
        let answers = row([
            answer(earlier, "F7", Message::EarlierBirth).into(),
            answer(later, "F8", Message::LaterBirth).into(),
        ])
        .wrap();
        let question = text::strong("Người này sinh năm nào?");
        Some(column([question.into(), answers.into()]).spacing(space::S).into())
    }

    fn head(&self) -> Element<'_, Message> {
        let person = &self.identity.person;
        let name =
            if person.name.is_empty() { "(chưa có họ tên)" } else { person.name.as_str() };
        let head = column([text::title(name).into()])
            .push(person.number.as_ref().map(|number| text::number(number.grouped())))
            .push(self.badge())
            .push(self.read_on().map(text::small));
        row([photo(self.face.clone()), iced::widget::container(head).width(Length::Fill).into()])
            .spacing(space::L)
            .into()
    }

    /// When the facts were read: all of them, and the photo, at once.
    fn read_on(&self) -> Option<String> {
        match self.identity.read {
            ReadOn::Unread => None,
            ReadOn::Day(day) if day == self.today => {
                Some(format!("Đọc hôm nay, {}", day.strftime("%d/%m/%Y")))
            }
            ReadOn::Day(day) => Some(format!("Đọc ngày {}", day.strftime("%d/%m/%Y"))),
            ReadOn::Earlier { .. } => Some(self.identity.proof()),
        }
    }

    /// In place of photo and name: a chip that failed its checks must never look like a person.
    fn warning(&self) -> Element<'_, Message> {
        let person = &self.identity.person;
        column([
            text::title("Chưa xác nhận được danh tính").into(),
            row([self.badge()]).into(),
            text::toned(
                "Dưới đây là những gì chip tự khai. Không dùng làm căn cứ cho bất cứ việc gì.",
                Tone::Bad,
            )
            .into(),
            layout::facts([
                layout::fact("Họ tên tự khai", person.name.as_str()),
                layout::fact(
                    "Số tự khai",
                    person.number.as_ref().map(|n| n.grouped()).unwrap_or_default(),
                ),
            ]),
        ])
        .into()
    }

    fn badge(&self) -> Element<'_, Message> {
        let tone = layout::tone(self.identity.evidence);
        let icon = match tone {
            Tone::Good => Icon::Check,
            Tone::Bad => Icon::Cross,
            Tone::Caution => Icon::Warning,
            Tone::Plain | Tone::Info => Icon::Info,
        };
        let words = layout::proof_label(&self.identity, office::dossier::Channel::Counter);
        badge(words, tone).icon(icon).into()
    }

    fn actions(&self) -> Element<'_, Message> {
        let tone = layout::tone(self.identity.evidence);
        let mut why = column([banner(tone, self.identity.proof_meaning()).into()]);
        for warning in self.warnings.iter().chain(&self.remarks) {
            why = why.push(banner(Tone::Caution, warning.as_str()));
        }
        if let Some(notice) = &self.notice {
            why = why.push(notice.view());
        }
        let mut steps = column([]).spacing(space::S);
        if self.awaits_chip {
            steps = steps.push(row([icon(Icon::Card), text::strong(PLACE).into()]));
        }
        for step in &self.steps {
            steps = steps.push(text::body(format!("– {step}")));
        }
        let reasons = (!self.identity.reasons.is_empty()).then(|| {
            let reasons = self.identity.reasons.iter().map(|why| text::body(why.as_str()).into());
            section("Vì sao", None, column(reasons).spacing(space::S))
        });
        // A code or a typed zone has few, and they say what to look at. A chip may have many: they stand
        // below what to do, which must be in sight.
        let few = matches!(self.identity.evidence, Evidence::Declared | Evidence::Typed);
        let (above, below) = if few { (reasons, None) } else { (None, reasons) };
        column([section("Chứng cứ về danh tính", None, why).into()])
            .push(above)
            .push(section("Việc cần làm", None, steps))
            .push(self.usual())
            .push(below)
            .into()
    }

    /// Usual procedures, each one key away.
    fn usual(&self) -> Option<Element<'_, Message>> {
        if self.usual.is_empty() || self.whole().is_none() {
            return None;
        }
        let lines = self.usual.iter().zip(1..).map(|((_, name), digit)| {
            pressable(row([
                text::strong(digit.to_string()).width(DIGIT).into(),
                text::body(name.as_str()).width(Length::Fill).into(),
            ]))
            .on_press(Message::UsualChosen(digit))
            .into()
        });
        let lines = column(lines).spacing(space::XS);
        Some(section("Tiếp nhận ngay – nhấn số", None, lines).into())
    }

    /// What happened with the person here.
    fn past(&self) -> Element<'_, Message> {
        let shown = PARTS.get(self.part).map_or("", |(name, _)| name);
        let other = quiet("Phần khác").key("F9").on_press(Message::NextPart);
        let mut content = column([row([
            text::strong(shown).width(Length::Fill).into(),
            text::small("↑ ↓ chọn, Enter mở").into(),
        ])
        .into()])
        .spacing(space::S);
        if self.history.is_empty() {
            let words = match self.who {
                Some(_) => "Chưa có gì trong phần này.",
                None => "Chưa có lần nào ở đây.",
            };
            content = content.push(text::small(words));
        }
        for (n, line) in self.history.iter().enumerate() {
            content = content.push(happened(n, line, self.selected == Some(n)));
        }
        if self.next.is_some() {
            content = content.push(quiet("Xem cũ hơn").on_press(Message::MoreAsked));
        }
        section("Lịch sử", Some(other.into()), content).into()
    }

    fn foot(&self) -> Element<'_, Message> {
        let store = self.kept.map(|(kept, over)| {
            let words = match (kept, over) {
                (0, _) => "Kho giấy tờ".to_owned(),
                (_, 0) => format!("Kho giấy tờ ({kept})"),
                _ => format!("Kho giấy tờ ({kept}, {over} cần xóa)"),
            };
            secondary(words).key("F4").on_press(Message::StoreOpened)
        });
        let merge = self
            .who
            .filter(|_| self.may_merge)
            .map(|_| secondary("Gộp, tách").key("F6").on_press(Message::SameAsked));
        let receive = self.whole().map(|_| Message::ReceptionAsked);
        let other = self.may_write.then(|| {
            let asked = self.whole().map(|_| Message::OtherAsked);
            secondary("Việc khác").key("F5").on_press_maybe(asked)
        });
        row([primary("Tiếp nhận hồ sơ").key("F2").on_press_maybe(receive).into()])
            .push(other)
            .push(store)
            .push(merge)
            .push(quiet("Về trang chính").key("Esc").on_press(Message::Closed))
            .wrap()
            .into()
    }
}

/// A column that scrolls by itself.
fn part(content: Element<'_, Message>, width: u16) -> Element<'_, Message> {
    iced::widget::container(flow::scroll(content)).width(Length::FillPortion(width)).into()
}

fn happened(n: usize, line: &Happened, selected: bool) -> Element<'_, Message> {
    let when = format!("{} · {}", line.at.strftime("%d/%m/%Y %H:%M"), line.by);
    let words = column([
        text::strong(line.label).into(),
        text::small(line.detail.as_str()).into(),
        text::small(when).into(),
    ])
    .spacing(0.0);
    let press = match &line.opens {
        Some(id) => Message::LineOpened(id.clone()),
        None => Message::Selected(n),
    };
    pressable(words).chosen(selected).on_press(press).into()
}

/// All that a reading told, by name.
pub(super) fn facts(identity: &Identity) -> Vec<(&'static str, String)> {
    let person = &identity.person;
    let day = |date: &jiff::civil::Date| date.strftime("%d/%m/%Y").to_string();
    let kind = identity.document.as_ref().map(|document| document.kind);
    let expiry = person.expiry_date.as_ref().map(ToString::to_string).unwrap_or_default();
    let own = person.number.as_ref().map(|number| number.as_str());
    let number = identity.document.as_ref().map(|document| document.number.as_str());
    // The document's own number, where it is not its holder's.
    let number = number.filter(|number| Some(*number) != own).unwrap_or_default();
    vec![
        ("Giấy tờ", kind.map(|kind| kind.label().to_owned()).unwrap_or_default()),
        ("Số giấy tờ", number.to_owned()),
        ("Ngày sinh", person.birth_date.map(|born| born.to_string()).unwrap_or_default()),
        ("Giới tính", person.sex.map(|sex| sex.label().to_owned()).unwrap_or_default()),
        ("Quốc tịch", person.nationality.clone()),
        ("Dân tộc", person.ethnicity.clone()),
        ("Tôn giáo", person.religion.clone()),
        (kind.map_or("Quê quán", |kind| kind.origin_label()), person.origin.clone()),
        ("Nơi thường trú", person.residence.clone()),
        ("Đặc điểm", person.features.clone()),
        ("Ngày cấp", person.issue_date.as_ref().map(day).unwrap_or_default()),
        ("Có giá trị đến", expiry),
        ("Cha", person.father.clone()),
        ("Mẹ", person.mother.clone()),
        ("Vợ, chồng", person.spouses.join(", ")),
        ("Số CMND cũ", person.old_number.clone()),
    ]
}

fn name_value(name: &str, value: &str) -> String {
    format!("{name}: {value}")
}

fn listed<'a>(
    facts: &[(&'static str, String)],
    shown: impl Fn(&(&'static str, String)) -> bool,
) -> Element<'a, Message> {
    let facts = facts.iter().filter(|fact| shown(fact));
    layout::facts(facts.map(|(name, value)| layout::fact(name, value.clone())))
}
