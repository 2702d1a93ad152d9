//! Choosing one of many: a drop-down that is searched by typing, without diacritics.
//!
//! Closed it shows the choice; Enter, Space, an arrow or a letter opens it. What is typed
//! narrows the list; Enter or Tab takes the marked line, Escape closes. The list draws only
//! the lines in sight, so all communes of the country can be in it. The widget is in `widget`,
//! the list that hangs from it in `crate::menu`.

mod widget;

use iced::Length;
use iced::advanced::widget::Id;
use iced::widget::text::{Fragment, IntoFragment};

use crate::theme::{Tone, space};
use crate::words::say;
use crate::{Element, text};
use widget::DropDown;
pub(crate) use widget::State;

/// A choice of one of many.
pub struct Pick<'a, T, Message> {
    label: Fragment<'a>,
    required: bool,
    error: Option<Fragment<'a>>,
    placeholder: Fragment<'a>,
    options: Vec<T>,
    labels: Vec<Fragment<'a>>,
    selected: Option<usize>,
    width: Length,
    id: Option<Id>,
    goes_on: bool,
    on_pick: Option<Box<dyn Fn(T) -> Message + 'a>>,
}

/// A choice of one of many under its label. An empty label takes no room.
pub fn pick<'a, T: PartialEq, Message, W: IntoFragment<'a>>(
    label: impl IntoFragment<'a>,
    options: impl IntoIterator<Item = (T, W)>,
    selected: Option<&T>,
) -> Pick<'a, T, Message> {
    let (options, labels): (Vec<T>, Vec<Fragment<'a>>) =
        options.into_iter().map(|(option, words)| (option, words.into_fragment())).unzip();
    Pick {
        label: label.into_fragment(),
        required: false,
        error: None,
        placeholder: say("Chọn…", "Choose…").into(),
        selected: selected.and_then(|selected| options.iter().position(|o| o == selected)),
        options,
        labels,
        width: Length::Fill,
        id: None,
        goes_on: false,
        on_pick: None,
    }
}

impl<'a, T, Message> Pick<'a, T, Message> {
    /// What comes of a choice moves the keyboard on: Tab, which takes the marked line, does not move it once more.
    pub fn goes_on(mut self) -> Self {
        self.goes_on = true;
        self
    }

    /// The name by which operations and tests find it.
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Marks it as one that must be chosen.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// What stands there while nothing is chosen.
    pub fn placeholder(mut self, words: impl IntoFragment<'a>) -> Self {
        self.placeholder = words.into_fragment();
        self
    }

    /// What is wrong with the choice and what to do, or nothing.
    pub fn error(mut self, words: Option<impl IntoFragment<'a>>) -> Self {
        self.error = words.map(IntoFragment::into_fragment);
        self
    }

    /// The width; it fills its room unless said.
    pub fn width(mut self, width: impl Into<Length>) -> Self {
        self.width = width.into();
        self
    }

    /// The message of a choice. Without one it is disabled.
    pub fn on_pick(mut self, message: impl Fn(T) -> Message + 'a) -> Self {
        self.on_pick = Some(Box::new(message));
        self
    }
}

impl<'a, T: Clone + 'a, Message: 'a> From<Pick<'a, T, Message>> for Element<'a, Message> {
    fn from(pick: Pick<'a, T, Message>) -> Self {
        let options = pick.options;
        let on_pick = pick.on_pick.map(|on_pick| {
            let choose = move |n: usize| options.get(n).cloned().map(&on_pick);
            Box::new(choose) as Box<dyn Fn(usize) -> Option<Message> + 'a>
        });
        let drop_down = Element::new(DropDown {
            labels: pick.labels,
            selected: pick.selected,
            placeholder: pick.placeholder,
            wrong: pick.error.is_some(),
            width: pick.width,
            id: pick.id,
            goes_on: pick.goes_on,
            on_pick,
        });
        let mut parts = iced::widget::Column::new().spacing(space::XS).width(pick.width);
        if !pick.label.is_empty() {
            let mark = if pick.required { " *" } else { "" };
            parts = parts.push(text::label(format!("{}{mark}", pick.label)));
        }
        parts
            .push(drop_down)
            .push(
                pick.error
                    .map(|error| text::toned(error, Tone::Bad).size(crate::theme::size::SMALL)),
            )
            .into()
    }
}
