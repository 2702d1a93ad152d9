//! The text field: label, line, hint or error.
//!
//! It is our own because iced's takes only the first character of a key event, has no
//! Shift+Insert and no undo, and forgets a composition when the focus leaves. The line itself
//! is in [`crate::edit`], how it breaks into rows in `rows`, what input methods do in `crate::ime`, what keys do in `keyboard`, what it
//! suggests in `suggest`, the widget in `input` and its `state`.

mod input;
mod keyboard;
mod rows;
mod state;
mod suggest;

use iced::Length;
use iced::advanced::widget::Id;
use iced::widget::text::{Fragment, IntoFragment};

use crate::theme::{Tone, space};
use crate::words::say;
use crate::{Element, Icon, text};
use input::Input;
pub(crate) use state::State;

/// A field for text: one line, unless it is said to have more.
pub struct Field<'a, Message> {
    label: Fragment<'a>,
    required: bool,
    hint: Option<Fragment<'a>>,
    error: Option<Fragment<'a>>,
    input: Input<'a, Message>,
}

/// A field for one line of text under its label. An empty label takes no room.
pub fn field<'a, Message>(label: impl IntoFragment<'a>, value: &'a str) -> Field<'a, Message> {
    Field {
        label: label.into_fragment(),
        required: false,
        hint: None,
        error: None,
        input: Input::new(value),
    }
}

impl<'a, Message> Field<'a, Message> {
    /// The name by which operations and tests find it.
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.input.id = Some(id.into());
        self
    }

    /// Marks the field as one that must be filled.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// What stands in the empty field, as an example.
    pub fn placeholder(mut self, words: impl IntoFragment<'a>) -> Self {
        self.input.placeholder = words.into_fragment();
        self
    }

    /// The line below the field while there is no error.
    pub fn hint(mut self, words: impl IntoFragment<'a>) -> Self {
        self.hint = Some(words.into_fragment());
        self
    }

    /// What is wrong with the value and what to do, or nothing.
    pub fn error(mut self, words: Option<impl IntoFragment<'a>>) -> Self {
        self.error = words.map(IntoFragment::into_fragment);
        self
    }

    /// Hides the text, keeps it from being copied and keeps no undo.
    pub fn secure(mut self) -> Self {
        self.input.secure = true;
        self
    }

    /// For codes: keeps input methods out, and keeps what a scanner types.
    pub fn plain(mut self) -> Self {
        self.input.plain = true;
        self
    }

    /// An icon at the front of the line.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.input.icon = Some(icon);
        self
    }

    /// The width; it fills its room unless said.
    pub fn width(mut self, width: impl Into<Length>) -> Self {
        self.input.width = width.into();
        self
    }

    /// The message of the whole text after each change. Without one the field is disabled.
    /// The text is as it was typed: normalise it (NFC) where it leaves the form.
    pub fn on_change(mut self, message: impl Fn(String) -> Message + 'a) -> Self {
        self.input.on_change = Some(Box::new(message));
        self
    }

    /// Several lines in sight, for whole sentences: Ctrl+Enter or Shift+Enter begins a new line, Enter goes on as in
    /// every field, and both are told below it.
    pub fn lines(mut self, lines: u16) -> Self {
        self.input.lines = lines.max(1);
        self
    }

    /// The message of Enter. Without one Enter is left to the screen.
    pub fn on_submit(mut self, message: Message) -> Self {
        self.input.on_submit = Some(message);
        self
    }

    /// Entries that may stand in the field: found as it is typed in, without diacritics. Another text
    /// stays possible.
    pub fn suggest(mut self, entries: &'a [String]) -> Self {
        self.input.suggestions = entries;
        self
    }

    /// The message after an entry was chosen, for a form that goes on to its next field.
    pub fn on_choose(mut self, message: Message) -> Self {
        self.input.on_choose = Some(message);
        self
    }

    /// The message of the text when the focus leaves: the moment for masks and checks.
    pub fn on_leave(mut self, message: impl Fn(String) -> Message + 'a) -> Self {
        self.input.on_leave = Some(Box::new(message));
        self
    }
}

impl<'a, Message: Clone + 'a> From<Field<'a, Message>> for Element<'a, Message> {
    fn from(mut field: Field<'a, Message>) -> Self {
        field.input.wrong = field.error.is_some();
        if field.input.lines > 1 && field.hint.is_none() {
            let keys =
                say("Enter: xong · Ctrl+Enter: xuống dòng", "Enter: done · Ctrl+Enter: new line");
            field.hint = Some(keys.into());
        }
        let width = field.input.width;
        let input = Element::new(field.input);
        // The input keeps its place among the children, so its state survives an error
        // that comes or goes.
        let mut parts = iced::widget::Column::new().spacing(space::XS).width(width);
        if !field.label.is_empty() {
            let mark = if field.required { " *" } else { "" };
            parts = parts.push(text::label(format!("{}{mark}", field.label)));
        }
        parts = parts.push(input);
        match (field.error, field.hint) {
            (Some(error), _) => {
                parts.push(text::toned(error, Tone::Bad).size(crate::theme::size::SMALL))
            }
            (None, Some(hint)) => parts.push(text::small(hint)),
            (None, None) => parts,
        }
        .into()
    }
}
