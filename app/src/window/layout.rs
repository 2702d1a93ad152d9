//! Shapes that several screens share.

use iced::{
    Alignment, Length,
    widget::{container, text::IntoFragment},
};
use widgets::{
    Dialog, Element, Icon, Tone, card, column, danger, empty_state, field, field::Field, flow,
    quiet, row, space, text,
};

use office::{
    dossier::Channel,
    evidence,
    person::{Identity, ReadOn},
};

/// Width of a lone form in the middle of the window.
const LONE_FORM: f32 = 460.0;

/// A field whose text goes onto papers: what no paper can show is told as it is typed, before anything is
/// written.
pub fn paper_field<'a, Message>(
    label: impl IntoFragment<'a>,
    value: &'a str,
) -> Field<'a, Message> {
    field(label, value).error(unprintable(value))
}

/// Lines in sight of a field for a reason or a remark.
pub const REASON_LINES: u16 = 3;

/// What of a text no paper can show, in a sentence.
pub fn unprintable(text: &str) -> Option<String> {
    let c = reports::unprintable(text)?;
    Some(format!(
        "Không in được ký tự “{c}” trên giấy tờ. Hãy viết lại bằng chữ Việt hoặc La-tinh."
    ))
}

/// A card in the middle of the window; one that is higher than the window scrolls, so that its buttons can
/// be reached.
pub fn centred<'a, Message: 'a>(content: impl Into<Element<'a, Message>>) -> Element<'a, Message> {
    let card = card(container(content).padding(space::M)).width(LONE_FORM);
    container(flow::scroll_if_needed(container(card).padding(space::M).center_x(Length::Fill)))
        .center(Length::Fill)
        .into()
}

/// A wide column with a narrower one at its right.
pub fn two_columns<'a, Message: 'a>(
    main: impl Into<Element<'a, Message>>,
    side: impl Into<Element<'a, Message>>,
) -> Element<'a, Message> {
    container(
        iced::widget::Row::new()
            .push(container(flow::scroll(main)).width(Length::FillPortion(5)))
            .push(container(flow::scroll(side)).width(Length::FillPortion(3)))
            .spacing(space::L)
            .align_y(Alignment::Start),
    )
    .padding(space::L)
    .height(Length::Fill)
    .into()
}

/// A wide column with a narrower one whose foot stays in sight: the main action may not scroll away.
pub fn two_columns_with_foot<'a, Message: 'a>(
    main: impl Into<Element<'a, Message>>,
    side: impl Into<Element<'a, Message>>,
    foot: impl Into<Element<'a, Message>>,
) -> Element<'a, Message> {
    container(
        iced::widget::Row::new()
            .push(container(flow::scroll(main)).width(Length::FillPortion(5)))
            .push(
                column([container(flow::scroll(side)).height(Length::Fill).into(), foot.into()])
                    .width(Length::FillPortion(3)),
            )
            .spacing(space::L),
    )
    .padding(space::L)
    .height(Length::Fill)
    .into()
}

/// The key that leads to the part of this number, where one digit does.
pub fn part_key<'a, Message: 'a>(number: usize) -> Element<'a, Message> {
    let words = if number <= 9 { format!("Ctrl+{number}") } else { String::new() };
    text::small(words).into()
}

/// The key of the part that begins with this control, where it is one of these parts.
pub fn key_of_part<'a, Message: 'a>(parts: &[String], first: &str) -> Option<Element<'a, Message>> {
    parts.iter().position(|part| part == first).map(|place| part_key(place + 1))
}

/// The control with which a part begins, counted from 1 as its key is.
pub fn part_at(parts: Vec<String>, number: u8) -> Option<String> {
    parts.into_iter().nth(usize::from(number).checked_sub(1)?)
}

/// In place of a list that could not be read: that is not the same as an empty one.
pub fn unread<'a, Message: 'a>() -> Element<'a, Message> {
    empty_state(
        Icon::Warning,
        "Chưa đọc được danh sách này",
        "Lý do ghi ở trên. Dữ liệu đã ghi không bị thay đổi. Hãy chọn lại kỳ để thử lại.",
        None,
    )
}

/// The way out of a question without an answer: one word everywhere. “Hủy” is what the law calls
/// annulling, and stands for nothing else.
pub fn cancel<'a, Message: Clone + 'a>(message: Message) -> Element<'a, Message> {
    quiet("Thôi").key("Esc").on_press(message).into()
}

/// A question that is answered with a reason, and without one not at all.
pub struct Reasoned<'a, Message> {
    /// What is asked.
    pub title: &'a str,
    /// What comes of it.
    pub words: &'a str,
    /// The reason's field.
    pub id: &'static str,
    /// An example, or empty.
    pub example: &'a str,
    /// The reason.
    pub reason: &'a str,
    /// What the button says.
    pub verb: &'a str,
    /// Something was typed.
    pub typed: fn(String) -> Message,
    /// It is meant.
    pub confirmed: Message,
    /// It is not.
    pub dropped: Message,
}

impl<'a, Message: Clone + 'a> Reasoned<'a, Message> {
    /// Draws it.
    pub fn view(self) -> Dialog<'a, Message> {
        let ready = !self.reason.trim().is_empty();
        let reason = field("Lý do", self.reason)
            .id(self.id)
            .lines(REASON_LINES)
            .required()
            .placeholder(self.example)
            .on_change(self.typed)
            .on_submit(self.confirmed.clone());
        let act = danger(self.verb).key("Enter");
        Dialog::new(self.title, column([text::body(self.words).into(), reason.into()]))
            .action(cancel(self.dropped.clone()))
            .action(act.on_press_maybe(ready.then_some(self.confirmed)))
            .on_close(self.dropped)
    }
}

/// A second line of a tick box, in line with its words.
pub fn under_tick<'a, Message: 'a>(line: impl Into<Element<'a, Message>>) -> Element<'a, Message> {
    container(line).padding(iced::Padding::ZERO.left(space::XL)).into()
}

/// Name and value of a fact, side by side; a fact that is not known is left out.
pub fn fact<'a, Message: 'a>(
    name: &'a str,
    value: impl Into<String>,
) -> Option<Element<'a, Message>> {
    let value = value.into();
    if value.is_empty() {
        return None;
    }
    Some(
        row([
            container(text::label(name)).width(FACT_NAME).into(),
            container(text::body(value)).width(Length::Fill).into(),
        ])
        .align_y(Alignment::Start)
        .into(),
    )
}

const FACT_NAME: f32 = 132.0;

/// Facts one under the other.
pub fn facts<'a, Message: 'a>(
    facts: impl IntoIterator<Item = Option<Element<'a, Message>>>,
) -> Element<'a, Message> {
    column(facts.into_iter().flatten()).spacing(space::XS).into()
}

/// A level of evidence in words: what somebody declared online was no printed code.
pub fn evidence_label(evidence: evidence::Evidence, channel: Channel) -> &'static str {
    match (evidence, channel) {
        (evidence::Evidence::Declared, Channel::Online) => "Tự khai khi nộp trực tuyến",
        _ => evidence.label(),
    }
}

/// The proof of an identity in the words of a badge.
pub fn proof_label(identity: &Identity, channel: Channel) -> &'static str {
    match identity.read {
        ReadOn::Earlier { .. } => "Lưu từ lần trước",
        ReadOn::Unread | ReadOn::Day(_) => evidence_label(identity.evidence, channel),
    }
}

/// How a level of evidence looks.
pub fn tone(evidence: evidence::Evidence) -> Tone {
    match evidence.tone() {
        evidence::Tone::Good => Tone::Good,
        evidence::Tone::Caution => Tone::Caution,
        evidence::Tone::Plain => Tone::Plain,
        evidence::Tone::Bad => Tone::Bad,
    }
}

/// How a deadline's state looks; `near`: half of its time is over.
pub fn due_tone(due: office::calendar::DueState, near: bool) -> Tone {
    use office::calendar::DueState;
    match due {
        DueState::DaysLeft(0..=1) | DueState::Today if near => Tone::Caution,
        DueState::DaysLeft(_) | DueState::Today => Tone::Plain,
        DueState::Overdue(_) => Tone::Bad,
    }
}
