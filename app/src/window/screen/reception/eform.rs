//! The electronic form within the reception: what a card said stands there with its evidence and is not
//! typed again; only what is missing has a field. A field is put into its written form when it is left,
//! never while it is typed.

use std::collections::{BTreeMap, BTreeSet};

use iced::{Length, widget::container};
use jiff::civil::Date;
use office::{
    eform::{Fact, Field, FieldKind, FieldValue, Form, FormData, FormError, Problem, Section, Who},
    evidence::Evidence,
    lists::Lists,
    person::{Contact, Identity, Sex},
};
use serde::{Deserialize, Serialize};
use widgets::{
    Element, Icon, Tone, badge, column, field, flow, pick, quiet, row, section, space, text,
};

use crate::{clock, window::layout};

/// A form in the making.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Filled {
    data: FormData,
    /// What is being typed and not yet in its written form, by key.
    typed: BTreeMap<String, String>,
    /// Sections in which the clerk changes what a card said.
    open: BTreeSet<String>,
}

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

impl Filled {
    /// The form filled with what is known of the applicant and of what they came for.
    pub fn new(form: &Form, procedure: &str, identity: &Identity, contact: &Contact) -> Self {
        let mut data = form.fill(identity, contact);
        // Chosen with the procedure; a form without the field is left as it is.
        let _ = form.set(&mut data, REQUEST, procedure);
        Self { data, typed: BTreeMap::new(), open: BTreeSet::new() }
    }

    /// The first section about another person that is still empty: often the applicant is that person.
    pub fn next_person<'a>(&self, form: &'a Form, applicant: Option<Sex>) -> Option<&'a Section> {
        form.sections.iter().find(|section| {
            let other_sex = section.sex.zip(applicant).is_some_and(|(wanted, sex)| wanted != sex);
            !other_sex
                && matches!(section.subject, Some(Who::Other(_)))
                && section.fields.iter().any(|field| field.fills_from.is_some())
                && section.fields.iter().all(|field| self.text(&field.key).is_empty())
        })
    }

    /// Whether it was made with this form.
    pub fn is_of(&self, form: &Form) -> bool {
        self.data.form == form.id
            && form.fields().map(|(_, f)| &f.key).eq(self.data.fields.iter().map(|v| &v.key))
    }

    fn text(&self, key: &str) -> &str {
        self.typed.get(key).map_or_else(|| self.data.value(key), String::as_str)
    }

    fn value(&self, key: &str) -> Option<&FieldValue> {
        self.data.fields.iter().find(|value| value.key == key)
    }

    /// Evidence of a value that a reading gave and nobody touched.
    fn read(&self, section: &Section, key: &str) -> Option<Evidence> {
        let evidence = self.value(key)?.evidence.filter(|e| *e != Evidence::Typed)?;
        (!self.open.contains(&section.id) && !self.typed.contains_key(key)).then_some(evidence)
    }

    /// A field changed.
    pub fn typed(&mut self, key: String, words: String) {
        self.typed.insert(key, words);
    }

    /// A field was left: its value takes its written form.
    pub fn left(&mut self, form: &Form, key: &str) {
        let Some(words) = self.typed.remove(key) else { return };
        let today = clock::local(clock::now()).date();
        let in_full = form.field(key).map(|field| field.in_full(&words, today));
        if form.set(&mut self.data, key, in_full.as_ref().unwrap_or(&words)).is_err() {
            self.typed.insert(key.to_owned(), words);
        }
    }

    /// Every field as if it were left.
    pub fn settle(&mut self, form: &Form) {
        let keys: Vec<String> = self.typed.keys().cloned().collect();
        for key in keys {
            self.left(form, &key);
        }
    }

    /// What was read is no longer of today: it stands there as typed.
    pub fn age(&mut self) {
        let read = self.data.fields.iter_mut().filter(|field| field.evidence.is_some());
        read.for_each(|field| field.evidence = Some(Evidence::Typed));
    }

    /// The applicant's document was read again.
    pub fn reread(&mut self, form: &Form, who: &Identity) {
        let own = form.sections.iter().filter(|s| s.subject == Some(Who::Applicant));
        for section in own {
            // A reading that may not be used never comes here, and the sections are the form's own.
            let _ = self.fill(form, &section.id, who);
        }
    }

    /// Opens a section for changes.
    pub fn open(&mut self, section: String) {
        self.open.insert(section);
    }

    /// Fills a section from a reading; what was typed there and is not said stays.
    pub fn fill(&mut self, form: &Form, section: &str, who: &Identity) -> Result<(), FormError> {
        self.settle(form);
        form.fill_section(&mut self.data, section, who)?;
        self.open.remove(section);
        Ok(())
    }

    /// Follows a relation that was said.
    pub fn relate(
        &mut self,
        form: &Form,
        key: &str,
        applicant: &Identity,
    ) -> Result<(), FormError> {
        if form.field(key).is_none_or(|field| field.parties.is_empty()) {
            return Ok(());
        }
        form.relate(&mut self.data, key, applicant)
    }

    /// The first control of each section.
    pub fn parts(&self, form: &Form) -> Vec<String> {
        let first = |section: &Section| {
            let free = section.fields.iter().find(|f| self.read(section, &f.key).is_none());
            free.map_or_else(|| opener(section), |field| id(&field.key))
        };
        form.sections.iter().map(first).collect()
    }

    /// Telephone, email and address are typed once: the applicant's fields follow the contact data for
    /// as long as they say the same.
    pub fn follow(&mut self, form: &Form, old: &Contact, new: &Contact) {
        let applicant = form.sections.iter().filter(|s| s.subject == Some(Who::Applicant));
        for field in applicant.flat_map(|section| &section.fields) {
            let (before, now) = match field.fills_from {
                Some(Fact::Phone) => (&old.phone, &new.phone),
                Some(Fact::Email) => (&old.email, &new.email),
                Some(Fact::Address) => (&old.address, &new.address),
                _ => continue,
            };
            if before != now
                && (self.text(&field.key) == before || self.text(&field.key).is_empty())
            {
                self.typed.insert(field.key.clone(), now.clone());
            }
        }
    }

    /// What keeps it from being handed in.
    pub fn problems(&self, form: &Form, today: Date) -> Vec<Problem> {
        let mut settled = self.clone();
        settled.settle(form);
        form.problems(&settled.data, today)
    }

    /// The first field that must be filled and is not.
    pub fn first_missing(&self, form: &Form) -> Option<String> {
        let mut fields = form.fields().map(|(_, field)| field);
        let missing = fields.find(|f| f.required && self.text(&f.key).trim().is_empty())?;
        Some(id(&missing.key))
    }

    /// The data as the dossier keeps them.
    pub fn finished(&self, form: &Form) -> FormData {
        let mut settled = self.clone();
        settled.settle(form);
        settled.data
    }

    /// How many values come from a reading, of how many fields.
    fn score(&self) -> String {
        let filled = self.data.fields.iter().filter(|f| !f.value.is_empty()).count();
        format!(
            "{} ô lấy từ giấy tờ, {} ô đã điền trên {}",
            self.data.read(),
            filled,
            self.data.fields.len()
        )
    }

    /// Draws the form. `all`: whether what is only missing is told as well; `awaited`: the section that
    /// waits for another person's paper, with words on how far it is.
    pub fn view<'a>(
        &'a self,
        form: &'a Form,
        today: Date,
        all: bool,
        awaited: Option<(&'a str, &'a str)>,
        about: About<'a>,
    ) -> Element<'a, Message> {
        let problems = self.problems(form, today);
        let next = self.next_person(form, about.applicant).map(|section| &section.id);
        let mut content = column([row([
            text::small(self.score()).width(Length::Fill).into(),
            if form.checked {
                badge("Đã đối chiếu mẫu chính thức", Tone::Good).into()
            } else {
                badge("Chưa đối chiếu mẫu chính thức", Tone::Caution).into()
            },
        ])
        .into()]);
        for (n, part) in form.sections.iter().enumerate() {
            let look = Look { keyed: next == Some(&part.id), number: n + 1, all, awaited };
            content = content.push(self.section(part, look, &problems, about.lists));
        }
        section(form.title.as_str(), None, content).into()
    }

    fn section<'a>(
        &'a self,
        part: &'a Section,
        look: Look<'a>,
        problems: &[Problem],
        lists: &'a Lists,
    ) -> Element<'a, Message> {
        let Look { keyed, number, all, awaited } = look;
        let mut helps = row([]);
        if let Some(Who::Other(who)) = &part.subject {
            let same = quiet(format!("Người nộp là {who}"))
                .icon(Icon::Person)
                .on_press(Message::IsApplicant(part.id.clone()));
            helps = helps.push(if keyed { same.key("F5") } else { same }).push(
                quiet("Đọc giấy tờ").icon(Icon::Card).on_press(Message::Awaited(part.id.clone())),
            );
        }
        let read = |field: &Field| self.read(part, &field.key);
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
        if let Some((_, words)) = awaited.filter(|(section, _)| *section == part.id) {
            content = content.push(text::toned(words, Tone::Info));
        }
        let known: Vec<Element<'a, Message>> = part
            .fields
            .iter()
            .filter_map(|field| Some(fact(field, self.text(&field.key), read(field)?)))
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
            line.push(self.input(field, problems, all, lists));
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

    fn input<'a>(
        &'a self,
        field: &'a Field,
        problems: &[Problem],
        all: bool,
        lists: &'a Lists,
    ) -> Element<'a, Message> {
        let value = self.text(&field.key);
        let being_typed = self.typed.contains_key(&field.key) && !all;
        let told = (all || !value.trim().is_empty()) && !being_typed;
        let problem = problems.iter().find(|problem| told && problem.key == field.key);
        let error = problem.map(|problem| problem.sentence.clone());
        let key = field.key.clone();
        let options: Vec<String> = match &field.kind {
            FieldKind::Sex => vec!["Nam".into(), "Nữ".into()],
            FieldKind::YesNo => vec!["Có".into(), "Không".into()],
            FieldKind::Choice(options) => options.clone(),
            _ => return self.line(field, value, error, lists),
        };
        let chosen = value.to_owned();
        let mut list = pick(
            field.label.as_str(),
            options.into_iter().map(|option| (option.clone(), option)),
            Some(&chosen),
        )
        .id(id(&field.key))
        .error(error)
        .on_pick(move |option| Message::Picked(key.clone(), option));
        if field.required {
            list = list.required();
        }
        list.into()
    }

    fn line<'a>(
        &'a self,
        of: &'a Field,
        value: &'a str,
        error: Option<String>,
        lists: &'a Lists,
    ) -> Element<'a, Message> {
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
            line = line.suggest(lists.entries(list)).on_choose(chosen);
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

/// What the form is drawn with besides its own data.
#[derive(Clone, Copy)]
pub struct About<'a> {
    /// The lists that its fields suggest.
    pub lists: &'a Lists,
    /// The applicant's sex, as far as it was read.
    pub applicant: Option<Sex>,
}

/// How a section is drawn.
struct Look<'a> {
    /// Whether one key says that the applicant is its person.
    keyed: bool,
    /// Its number, which is its key.
    number: usize,
    all: bool,
    awaited: Option<(&'a str, &'a str)>,
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

/// "Nội dung đề nghị" of form CT01: the procedure that was chosen, until the clerk writes it otherwise.
const REQUEST: &str = "request";
/// Fields side by side.
const A_LINE: usize = 2;
/// A label with more characters has a line of its own.
const LONG_LABEL: usize = 44;
const FACT_NAME: f32 = 208.0;
