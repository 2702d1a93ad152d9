//! A hand at a view without a window: it takes a field, types into it, presses what is written on the screen
//! and reads what stands there. For tests of whole screens and for pictures of what only a key shows; of a
//! window's own tasks only what is ready at once runs, moves of the keyboard, unless a test waits for files.

use std::any::Any;

use iced::advanced::widget::operation::{Focusable, TextInput};
use iced::advanced::widget::{Id, Operation};
use iced::advanced::{clipboard, mouse};
use iced::event::Status;
use iced::futures::{FutureExt, StreamExt, executor::block_on, stream::BoxStream};
use iced::keyboard::{self, Key, Location, Modifiers, key};
use iced::{Event, Point, Rectangle, Renderer, Size, Task, Theme};
use iced_runtime::user_interface::Cache;
use iced_runtime::{Action, UserInterface, task};

use crate::shot::{self, Picture, renderer};
use crate::{Element, field, table, travel};

/// What widgets keep from one view to the next, as a window keeps it.
#[derive(Debug)]
pub struct Hand {
    cache: Cache,
    renderer: Renderer,
    size: Size,
    taken: bool,
}

/// Who gets what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyboard {
    /// Nobody.
    Nobody,
    /// A field.
    Field,
    /// A table: its rows.
    Table,
    /// A button or a choice.
    Control,
}

/// A field that may be typed into, by its place among these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(pub usize);

impl Hand {
    /// A hand at a window of `size`.
    pub fn new(size: Size) -> Self {
        Self { cache: Cache::default(), renderer: renderer(), size, taken: false }
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

    /// Who has the keyboard.
    pub fn keyboard<'a, Message: 'a>(&mut self, view: impl Into<Element<'a, Message>>) -> Keyboard {
        let mut holder = Holder(Keyboard::Nobody);
        self.at(view, |ui, renderer| ui.operate(renderer, &mut holder));
        holder.0
    }

    /// Whether the control that has the keyboard shows these words; `None` where nothing shows them, or where there
    /// is something to fill in or to choose.
    pub fn is_at<'a, Message: 'a>(
        &mut self,
        view: impl Into<Element<'a, Message>>,
        words: &str,
    ) -> Option<bool> {
        let mut at = At { words, shown: None, focused: None, fills: false };
        self.at(view, |ui, renderer| ui.operate(renderer, &mut at));
        let shown = at.shown.filter(|_| !at.fills)?;
        Some(at.focused.is_some_and(|control| control.contains(shown)))
    }

    /// Whether a control took the last key that was pressed: the window then gives it to nobody else.
    pub fn taken(&self) -> bool {
        self.taken
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
        self.events(view, &[Event::Keyboard(key_press(key, text))], mouse::Cursor::Unavailable)
    }

    /// Presses the mouse on the last of these words that the view shows; gives what the widgets say to it, or
    /// `None` where there are no such words.
    pub fn click<'a, Message: 'a>(
        &mut self,
        view: impl Fn() -> Element<'a, Message>,
        words: &str,
    ) -> Option<Vec<Message>> {
        let mut find = Find { words, at: None };
        self.at(view(), |ui, renderer| ui.operate(renderer, &mut find));
        let position = find.at?;
        let pressed = [
            mouse::Event::CursorMoved { position },
            mouse::Event::ButtonPressed(mouse::Button::Left),
            mouse::Event::ButtonReleased(mouse::Button::Left),
        ];
        let cursor = mouse::Cursor::Available(position);
        Some(self.events(view(), &pressed.map(Event::Mouse), cursor))
    }

    fn events<'a, Message: 'a>(
        &mut self,
        view: impl Into<Element<'a, Message>>,
        events: &[Event],
        cursor: mouse::Cursor,
    ) -> Vec<Message> {
        let mut said = Vec::new();
        let (_, statuses) = self.at(view, |ui, renderer| {
            ui.update(events, cursor, renderer, &mut clipboard::Null, &mut said)
        });
        self.taken = statuses.contains(&Status::Captured);
        said
    }

    /// Runs what of a task is ready at once: moves the keyboard in the view, and gives the messages.
    pub fn run<'a, Message: 'static>(
        &mut self,
        view: impl Fn() -> Element<'a, Message>,
        task: Task<Message>,
    ) -> Vec<Message> {
        self.go_on(view, task, |actions| actions.next().now_or_never().flatten())
    }

    /// The same to the task's end, which may wait for files.
    pub fn wait<'a, Message: 'static>(
        &mut self,
        view: impl Fn() -> Element<'a, Message>,
        task: Task<Message>,
    ) -> Vec<Message> {
        self.go_on(view, task, |actions| block_on(actions.next()))
    }

    fn go_on<'a, Message: 'static>(
        &mut self,
        view: impl Fn() -> Element<'a, Message>,
        task: Task<Message>,
        next: impl Fn(&mut BoxStream<'static, Action<Message>>) -> Option<Action<Message>>,
    ) -> Vec<Message> {
        let mut said = Vec::new();
        let Some(mut actions) = task::into_stream(task) else { return said };
        while let Some(action) = next(&mut actions) {
            match action {
                Action::Output(message) => said.push(message),
                Action::Widget(operation) => {
                    self.at(view(), |ui, renderer| shot::operate(ui, renderer, operation));
                }
                _ => {}
            }
        }
        said
    }
}

/// The event of a pressed key, which may write `text`.
pub fn key_press(key: Key, text: Option<char>) -> keyboard::Event {
    keyboard::Event::KeyPressed {
        modified_key: key.clone(),
        key,
        physical_key: key::Physical::Unidentified(key::NativeCode::Unidentified),
        location: Location::Standard,
        modifiers: Modifiers::empty(),
        text: text.map(|c| c.to_string().into()),
        repeat: false,
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

/// Finds who has the keyboard.
struct Holder(Keyboard);

impl Operation for Holder {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Focusable) {
        if state.is_focused() {
            self.0 = Keyboard::Control;
        }
    }

    // Fields and tables tell of themselves once more, as what they are.
    fn custom(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Any) {
        if state.downcast_ref::<field::State>().is_some_and(Focusable::is_focused) {
            self.0 = Keyboard::Field;
        } else if state.downcast_ref::<table::State>().is_some_and(|t| t.focus.is_focused()) {
            self.0 = Keyboard::Table;
        }
    }
}

/// Finds words and the control that has the keyboard.
struct At<'w> {
    words: &'w str,
    shown: Option<Point>,
    focused: Option<Rectangle>,
    fills: bool,
}

impl Operation for At<'_> {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn text(&mut self, _: Option<&Id>, bounds: Rectangle, text: &str) {
        if text == self.words {
            self.shown = Some(bounds.center());
        }
    }

    fn focusable(&mut self, _: Option<&Id>, bounds: Rectangle, state: &mut dyn Focusable) {
        if state.is_focused() {
            self.focused = Some(bounds);
        }
    }

    fn custom(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Any) {
        self.fills |= travel::is_filled_in(state);
    }
}

/// Finds words.
struct Find<'w> {
    words: &'w str,
    at: Option<Point>,
}

impl Operation for Find<'_> {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn text(&mut self, _: Option<&Id>, bounds: Rectangle, text: &str) {
        if text == self.words {
            self.at = Some(bounds.center());
        }
    }
}
