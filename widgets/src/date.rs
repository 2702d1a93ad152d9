//! A field for a date. The text stays as typed until the focus leaves; then it is understood as every
//! date of the suite ([`office::date`]), written out as dd/mm/yyyy or answered with an error.

use iced::Length;
use iced::advanced::widget::Id;
use iced::widget::text::IntoFragment;
use jiff::civil::Date;
use office::Explain;
pub use office::date::{Century, DateError, format, parse};

use crate::Element;
use crate::field::{Field, field};
use crate::words::{is_english, say};

/// The content of a date field, kept by the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DateInput {
    text: String,
    century: Century,
    left: bool,
}

impl DateInput {
    /// A field that shows a date, or is empty.
    pub fn new(date: Option<Date>, century: Century) -> Self {
        Self { text: date.map(format).unwrap_or_default(), century, left: false }
    }

    /// The text as it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The date, if the text is one.
    pub fn date(&self) -> Option<Date> {
        parse(&self.text, self.century).ok().flatten()
    }

    /// What is wrong, once the focus has left the field.
    pub fn error(&self) -> Option<DateError> {
        parse(&self.text, self.century).err().filter(|_| self.left)
    }

    /// Shows an error from now on even if the focus never left: called before a form is sent.
    pub fn check(&mut self) -> Result<Option<Date>, DateError> {
        self.left = true;
        parse(&self.text, self.century)
    }

    fn typed(&self, text: String) -> Self {
        Self { text, century: self.century, left: false }
    }

    fn left(&self, text: String) -> Self {
        let date = parse(&text, self.century).ok().flatten();
        Self { text: date.map_or(text, format), century: self.century, left: true }
    }
}

/// A field for a date.
pub struct DateField<'a, Message> {
    field: Field<'a, Message>,
    input: &'a DateInput,
    error: Option<String>,
}

/// A field for a date under its label.
pub fn date_field<'a, Message>(
    label: impl IntoFragment<'a>,
    input: &'a DateInput,
) -> DateField<'a, Message> {
    let example = say("ngày/tháng/năm", "day/month/year");
    DateField {
        field: field(label, &input.text).placeholder(example),
        input,
        error: input.error().map(
            |error| {
                if is_english() { error.english() } else { error.to_string() }
            },
        ),
    }
}

impl<'a, Message: 'a> DateField<'a, Message> {
    /// The name by which operations and tests find it.
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.field = self.field.id(id);
        self
    }

    /// Marks the field as one that must be filled.
    pub fn required(mut self) -> Self {
        self.field = self.field.required();
        self
    }

    /// The line below the field while there is no error.
    pub fn hint(mut self, words: impl IntoFragment<'a>) -> Self {
        self.field = self.field.hint(words);
        self
    }

    /// An error of the screen's own, shown unless the date itself is wrong.
    pub fn error(mut self, words: Option<impl Into<String>>) -> Self {
        self.error = self.error.or(words.map(Into::into));
        self
    }

    /// The width; it fills its room unless said.
    pub fn width(mut self, width: impl Into<Length>) -> Self {
        self.field = self.field.width(width);
        self
    }

    /// The message of the new content. Without one the field is disabled.
    pub fn on_change(mut self, message: impl Fn(DateInput) -> Message + Clone + 'a) -> Self {
        let input = self.input;
        let leave = message.clone();
        self.field = self
            .field
            .on_change(move |text| message(input.typed(text)))
            .on_leave(move |text| leave(input.left(text)));
        self
    }

    /// The message of Enter. Without one Enter is left to the screen.
    pub fn on_submit(mut self, message: Message) -> Self {
        self.field = self.field.on_submit(message);
        self
    }
}

impl<'a, Message: Clone + 'a> From<DateField<'a, Message>> for Element<'a, Message> {
    fn from(date: DateField<'a, Message>) -> Self {
        date.field.error(date.error).into()
    }
}
