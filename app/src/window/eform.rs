//! An electronic form on any screen: what a card said stands there with its evidence and is not typed again;
//! only what is missing has a field. A field is put into its written form when it is left, never while it is
//! typed.

use iced::{Length, widget::container};
use jiff::civil::Date;
use office::{
    eform::{Field, FieldKind, Filling, Form, FormError, Problem, Section, Who},
    evidence::Evidence,
    lists::Lists,
    person::{Identity, Sex},
};
use widgets::{
    Element, Icon, Tone, badge, column, field, flow, pick, quiet, row, section, space, text,
};

use super::layout;

/// What happened in the form.
#[derive(Clone, Debug)]
pub enum Message {
    /// A field changed.
    Typed(String, String),
    /// A field was left.
    Left(String),
    /// An entry of a field's suggestions was chosen; it is typed already.
    Chosen(String),
    /// One of a list was chosen.
    Picked(String, String),
    /// What a card said in this section is to be changed.
    Opened(String),
    /// The applicant is the person of this section.
    IsApplicant(String),
    /// Another person's paper is to be read for this section.
    Awaited(String),
}

/// The button that opens a section which is read whole.
fn opener(section: &Section) -> String {
    format!("eform-open-{}", section.id)
}

/// The name of a field's control.
pub fn id(key: &str) -> String {
    format!("eform-{key}")
}

/// What the screen has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Keep it as a draft.
    Changed,
    /// The same, and the keyboard goes on to the next field.
    GoOn,
    /// The applicant is the person of this section.
    IsApplicant(String),
    /// The paper of this section's person is to be read.
    Await(String),
}

/// Takes a message in; who the applicant is said to be fills their section.
///
/// # Errors
/// [`FormError`] where a section cannot be the applicant's; what was typed stands.
pub fn update(
    filling: &mut Filling,
    form: &Form,
    message: Message,
    applicant: &Identity,
    today: Date,
) -> Result<Outcome, FormError> {
    match message {
        Message::Awaited(section) => return Ok(Outcome::Await(section)),
        Message::IsApplicant(section) => return Ok(Outcome::IsApplicant(section)),
        Message::Typed(key, words) => filling.typed(key, words),
        Message::Left(key) => {
            filling.left(form, &key, today);
            filling.relate(form, &key, applicant)?;
        }
        Message::Chosen(key) => {
            filling.left(form, &key, today);
            filling.relate(form, &key, applicant)?;
            return Ok(Outcome::GoOn);
        }
        Message::Picked(key, words) => {
            filling.typed(key.clone(), words);
            filling.left(form, &key, today);
            return Ok(Outcome::GoOn);
        }
        Message::Opened(section) => filling.open(section),
    }
    Ok(Outcome::Changed)
}

/// The first control of each section.
pub fn parts(filling: &Filling, form: &Form) -> Vec<String> {
    let control = |(section, field): (&Section, Option<&Field>)| {
        field.map_or_else(|| opener(section), |field| id(&field.key))
    };
    filling.firsts(form).map(control).collect()
}

/// A form as it is drawn.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    /// What stands in it.
    pub filling: &'a Filling,
    /// Its definition.
    pub form: &'a Form,
    /// The day.
    pub today: Date,
    /// Whether what is only missing is told as well.
    pub all: bool,
    /// The section that waits for another person's paper, with words on how far it is.
    pub awaited: Option<(&'a str, &'a str)>,
    /// The lists that its fields suggest.
    pub lists: &'a Lists,
    /// The applicant's sex, as far as it was read.
    pub applicant: Option<Sex>,
}

impl<'a> Sheet<'a> {
    /// Draws the form.
    pub fn view(self) -> Element<'a, Message> {
        let Self { filling, form, .. } = self;
        let problems = filling.problems(form, self.today);
        let next = filling.next_person(form, self.applicant).map(|section| &section.id);
        let (read, filled, all) = filling.score();
        let mut content = column([row([
            text::small(format!("{read} ô lấy từ giấy tờ, {filled} ô đã điền trên {all}"))
                .width(Length::Fill)
                .into(),
            if form.checked {
                badge("Đã đối chiếu mẫu chính thức", Tone::Good).into()
            } else {
                badge("Chưa đối chiếu mẫu chính thức", Tone::Caution).into()
            },
        ])
        .into()]);
        for (n, part) in form.sections.iter().enumerate() {
            let keyed = next == Some(&part.id);
            content = content.push(self.section(part, keyed, n + 1, &problems));
        }
        section(form.title.as_str(), None, content).into()
    }

    /// `keyed`: whether one key says that the applicant is its person; `number` is its key.
    fn section(
        self,
        part: &'a Section,
        keyed: bool,
        number: usize,
        problems: &[Problem],
    ) -> Element<'a, Message> {
        let mut helps = row([]);
        if let Some(Who::Other(who)) = &part.subject {
            let same = quiet(format!("Người nộp là {who}"))
                .icon(Icon::Person)
                .on_press(Message::IsApplicant(part.id.clone()));
            helps = helps.push(if keyed { same.key("F5") } else { same }).push(
                quiet("Đọc giấy tờ").icon(Icon::Card).on_press(Message::Awaited(part.id.clone())),
            );
        }
        let read = |field: &Field| self.filling.read(part, &field.key);
        if part.fields.iter().any(|field| read(field).is_some()) {
            let open = quiet("Sửa phần này").id(opener(part));
            helps = helps.push(open.on_press(Message::Opened(part.id.clone())));
        }
        let head = row([
            text::strong(part.title.as_str()).into(),
            layout::part_key(number),
            iced::widget::container(
                helps.wrap().vertical_spacing(0.0).align_x(iced::alignment::Horizontal::Right),
            )
            .align_right(Length::Fill)
            .into(),
        ]);
        let mut content = column([head.into()]).spacing(space::S);
        if let Some((_, words)) = self.awaited.filter(|(section, _)| *section == part.id) {
            content = content.push(text::toned(words, Tone::Info));
        }
        let known: Vec<Element<'a, Message>> = part
            .fields
            .iter()
            .filter_map(|field| Some(fact(field, self.filling.text(&field.key), read(field)?)))
            .collect();
        if !known.is_empty() {
            content = content.push(column(known).spacing(space::XS));
        }
        let mut line: Vec<Element<'a, Message>> = Vec::new();
        for field in part.fields.iter().filter(|field| read(field).is_none()) {
            let whole = matches!(field.kind, FieldKind::LongText | FieldKind::Address)
                || field.label.chars().count() > LONG_LABEL;
            if whole && !line.is_empty() {
                content = content.push(flow::fields(std::mem::take(&mut line)));
            }
            line.push(self.input(field, problems));
            if whole || line.len() == A_LINE {
                content = content.push(flow::fields(std::mem::take(&mut line)));
            }
        }
        if !line.is_empty() {
            // A lone field keeps the width of its column.
            line.push(flow::spring().into());
            content = content.push(flow::fields(line));
        }
        content.push(flow::divider()).into()
    }

    fn input(self, field: &'a Field, problems: &[Problem]) -> Element<'a, Message> {
        let value = self.filling.text(&field.key);
        let being_typed = self.filling.is_typed(&field.key) && !self.all;
        let told = (self.all || !value.trim().is_empty()) && !being_typed;
        let problem = problems.iter().find(|problem| told && problem.key == field.key);
        let error = problem.map(|problem| problem.sentence.clone());
        let key = field.key.clone();
        let options: Vec<String> = match &field.kind {
            FieldKind::Sex => vec!["Nam".into(), "Nữ".into()],
            FieldKind::YesNo => vec!["Có".into(), "Không".into()],
            FieldKind::Choice(options) => options.clone(),
            _ => return self.line(field, value, error),
        };
        let chosen = value.to_owned();
        let mut list = pick(
            field.label.as_str(),
            options.into_iter().map(|option| (option.clone(), option)),
            Some(&chosen),
        )
        .id(id(&field.key))
        .error(error)
        .goes_on()
        .on_pick(move |option| Message::Picked(key.clone(), option));
        if field.required {
            list = list.required();
        }
        list.into()
    }

    fn line(self, of: &'a Field, value: &'a str, error: Option<String>) -> Element<'a, Message> {
        let error = layout::unprintable(value).or(error);
        let (key, left) = (of.key.clone(), of.key.clone());
        let mut line = field(of.label.as_str(), value)
            .id(id(&of.key))
            .error(error)
            .on_change(move |words| Message::Typed(key.clone(), words))
            .on_leave(move |_| Message::Left(left.clone()));
        if of.required {
            line = line.required();
        }
        if let Some(list) = of.list {
            let chosen = Message::Chosen(of.key.clone());
            line = line.suggest(self.lists.entries(list)).on_choose(chosen);
        }
        line = match of.kind {
            FieldKind::Date if of.partial => line.placeholder("ngày/tháng/năm, hoặc chỉ năm"),
            FieldKind::Date => line.placeholder("ngày/tháng/năm"),
            FieldKind::PersonalNumber => line.placeholder("12 chữ số"),
            _ => line,
        };
        line.into()
    }
}

/// A value that a reading gave.
fn fact<'a, Message: 'a>(field: &'a Field, value: &'a str, from: Evidence) -> Element<'a, Message> {
    row([
        container(text::label(field.label.as_str())).width(FACT_NAME).into(),
        text::body(value).width(Length::Fill).into(),
        badge(from.label(), layout::tone(from)).into(),
    ])
    .into()
}

/// Fields side by side.
const A_LINE: usize = 2;
/// A label with more characters has a line of its own.
const LONG_LABEL: usize = 44;
const FACT_NAME: f32 = 208.0;
