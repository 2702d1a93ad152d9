//! A hand at a view without a window: it takes a field, types into it and reads what stands there. For tests
//! of whole screens and for pictures of what only a key shows; a window's own tasks (files, devices) do not run.

use iced::advanced::widget::operation::{Focusable, TextInput};
use iced::advanced::widget::{Id, Operation};
use iced::advanced::{clipboard, mouse};
use iced::keyboard::{self, Key, Location, Modifiers, key};
use iced::{Event, Rectangle, Renderer, Size, Theme};
use iced_runtime::UserInterface;
use iced_runtime::user_interface::Cache;

use crate::Element;
use crate::shot::{self, Picture, renderer};

/// What widgets keep from one view to the next, as a window keeps it.
#[derive(Debug)]
pub struct Hand {
    cache: Cache,
    renderer: Renderer,
    size: Size,
}

/// A field that may be typed into, by its place among these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(pub usize);

impl Hand {
    /// A hand at a window of `size`.
    pub fn new(size: Size) -> Self {
        Self { cache: Cache::default(), renderer: renderer(), size }
    }

    fn at<'a, Message: 'a, T>(
        &mut self,
        view: impl Into<Element<'a, Message>>,
        act: impl FnOnce(&mut UserInterface<'a, Message, Theme, Renderer>, &mut Renderer) -> T,
    ) -> T {
        let cache = std::mem::take(&mut self.cache);
        let mut ui = UserInterface::build(view, self.size, cache, &mut self.renderer);
        let done = act(&mut ui, &mut self.renderer);
        self.cache = ui.into_cache();
        done
    }

    /// What stands in each field, in their order; secret ones are empty.
    pub fn fields<'a, Message: 'a>(
        &mut self,
        view: impl Into<Element<'a, Message>>,
    ) -> Vec<String> {
        let mut fields = Fields { focus: None, last: None, texts: Vec::new() };
        self.at(view, |ui, renderer| ui.operate(renderer, &mut fields));
        fields.texts
    }

    /// Gives a field the keyboard.
    pub fn take<'a, Message: 'a>(&mut self, view: impl Into<Element<'a, Message>>, place: Place) {
        let mut fields = Fields { focus: Some(place), last: None, texts: Vec::new() };
        self.at(view, |ui, renderer| ui.operate(renderer, &mut fields));
    }

    /// Gives the control with this id the keyboard.
    pub fn focus<'a, Message: 'a>(
        &mut self,
        view: impl Into<Element<'a, Message>>,
        id: impl Into<Id>,
    ) {
        self.at(view, |ui, renderer| shot::focus(ui, renderer, id.into()));
    }

    /// Draws the view as the hand left it.
    pub fn draw<'a, Message: 'a>(
        &mut self,
        view: impl Into<Element<'a, Message>>,
        theme: &Theme,
    ) -> Picture {
        let size = self.size;
        self.at(view, |ui, renderer| shot::paint(ui, renderer, theme, size, 1.0))
    }

    /// Presses a key, which may write `text`; gives what the widgets say to it.
    pub fn press<'a, Message: 'a>(
        &mut self,
        view: impl Into<Element<'a, Message>>,
        key: Key,
        text: Option<char>,
    ) -> Vec<Message> {
        let event = Event::Keyboard(keyboard::Event::KeyPressed {
            modified_key: key.clone(),
            key,
            physical_key: key::Physical::Unidentified(key::NativeCode::Unidentified),
            location: Location::Standard,
            modifiers: Modifiers::empty(),
            text: text.map(|c| c.to_string().into()),
            repeat: false,
        });
        let mut said = Vec::new();
        let cursor = mouse::Cursor::Unavailable;
        self.at(view, |ui, renderer| {
            drop(ui.update(&[event], cursor, renderer, &mut clipboard::Null, &mut said));
        });
        said
    }
}

/// Visits the fields that can have the keyboard.
struct Fields {
    focus: Option<Place>,
    /// The text of the field whose focus is asked for next.
    last: Option<String>,
    texts: Vec<String>,
}

impl Operation for Fields {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn text_input(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn TextInput) {
        self.last = Some(state.text().to_owned());
    }

    fn focusable(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Focusable) {
        let field = self.last.take();
        if let Some(place) = self.focus {
            match field.is_some() && place.0 == self.texts.len() {
                true => state.focus(),
                false => state.unfocus(),
            }
        }
        self.texts.extend(field);
    }
}
