//! A screen without a window: a view and its update, driven by raw events, with a clipboard
//! that can be looked into. Unlike iced_test's simulator it builds the view again after each
//! message, as a running application does.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::type_complexity
)]

use std::time::Instant;

use iced::advanced::clipboard::{Clipboard, Kind};
use iced::advanced::input_method;
use iced::advanced::widget::operation::{self, Operation, Outcome};
use iced::advanced::widget::{self};
use iced::keyboard::{self, Key, Location, Modifiers, key::Named};
use iced::{Event, Point, Rectangle, Renderer, Size, mouse, window};
use iced_runtime::UserInterface;
use iced_runtime::user_interface::{Cache, State as Frame};
use iced_test::Selector;
use iced_test::selector::{Bounded, Candidate};
use widgets::{Element, Mode, shot, travel};

pub const SIZE: Size = Size::new(800.0, 600.0);

#[derive(Default)]
pub struct Pasteboard(pub Option<String>);

impl Clipboard for Pasteboard {
    fn read(&self, _: Kind) -> Option<String> {
        self.0.clone()
    }

    fn write(&mut self, _: Kind, contents: String) {
        self.0 = Some(contents);
    }
}

pub struct Stage<S, M> {
    pub state: S,
    view: for<'a> fn(&'a S) -> Element<'a, M>,
    update: fn(&mut S, M),
    cache: Option<Cache>,
    renderer: Renderer,
    pub cursor: mouse::Cursor,
    pub clipboard: Pasteboard,
    /// All messages so far.
    pub heard: Vec<M>,
    /// Whether the last frame asked for the input method.
    pub wants_input_method: bool,
}

impl<S, M: Clone + 'static> Stage<S, M> {
    pub fn new(state: S, view: for<'a> fn(&'a S) -> Element<'a, M>, update: fn(&mut S, M)) -> Self {
        let mut stage = Self {
            state,
            view,
            update,
            cache: Some(Cache::default()),
            renderer: shot::renderer(),
            cursor: mouse::Cursor::Unavailable,
            clipboard: Pasteboard::default(),
            heard: Vec::new(),
            wants_input_method: false,
        };
        stage.frame();
        stage
    }

    fn with<R>(
        &mut self,
        act: impl FnOnce(
            &mut UserInterface<'_, M, iced::Theme, Renderer>,
            &mut Renderer,
            &mut Pasteboard,
            &mut Vec<M>,
        ) -> R,
    ) -> R {
        let mut messages = Vec::new();
        let cache = self.cache.take().unwrap();
        let mut ui =
            UserInterface::build((self.view)(&self.state), SIZE, cache, &mut self.renderer);
        let result = act(&mut ui, &mut self.renderer, &mut self.clipboard, &mut messages);
        self.cache = Some(ui.into_cache());
        for message in messages {
            self.heard.push(message.clone());
            (self.update)(&mut self.state, message);
        }
        result
    }

    /// Sends one event; returns whether a widget took it. A frame follows, as in a window.
    pub fn send(&mut self, event: Event) -> bool {
        let cursor = self.cursor;
        let taken = self.with(|ui, renderer, clipboard, messages| {
            let (_, statuses) = ui.update(&[event], cursor, renderer, clipboard, messages);
            statuses == [iced::event::Status::Captured]
        });
        self.frame();
        taken
    }

    /// Sends events that come within one frame.
    pub fn send_all(&mut self, events: &[Event]) {
        let cursor = self.cursor;
        self.with(|ui, renderer, clipboard, messages| {
            let _ = ui.update(events, cursor, renderer, clipboard, messages);
        });
        self.frame();
    }

    pub fn frame(&mut self) {
        let cursor = self.cursor;
        let redraw = Event::Window(window::Event::RedrawRequested(Instant::now()));
        self.wants_input_method = self.with(|ui, renderer, clipboard, messages| {
            match ui.update(&[redraw], cursor, renderer, clipboard, messages).0 {
                Frame::Updated { input_method, .. } => input_method.is_enabled(),
                Frame::Outdated => false,
            }
        });
    }

    pub fn operate(&mut self, operation: impl Operation + 'static) {
        self.with(|ui, renderer, _, _| {
            let mut next: Option<Box<dyn Operation>> = Some(Box::new(operation));
            while let Some(mut operation) = next.take() {
                ui.operate(renderer, operation.as_mut());
                if let Outcome::Chain(following) = operation.finish() {
                    next = Some(following);
                }
            }
        });
        self.frame();
    }

    pub fn tab(&mut self) {
        if !self.key(Named::Tab) {
            self.operate(travel::next());
        }
    }

    pub fn back_tab(&mut self) {
        if !self.press(Key::Named(Named::Tab), None, Modifiers::SHIFT) {
            self.operate(travel::previous());
        }
    }

    pub fn focus(&mut self, id: &'static str) {
        self.operate(travel::to(widget::Id::new(id)));
    }

    /// The id of the focused widget.
    pub fn focused(&mut self) -> Option<widget::Id> {
        self.with(|ui, renderer, _, _| {
            let mut find = operation::focusable::find_focused();
            ui.operate(renderer, &mut operation::black_box(&mut find));
            match find.finish() {
                Outcome::Some(id) => Some(id),
                _ => None,
            }
        })
    }

    pub fn press(&mut self, key: Key, text: Option<&str>, modifiers: Modifiers) -> bool {
        self.send(Self::pressing_with(key, text, modifiers))
    }

    fn pressing_with(key: Key, text: Option<&str>, modifiers: Modifiers) -> Event {
        Event::Keyboard(keyboard::Event::KeyPressed {
            modified_key: key.clone(),
            key,
            physical_key: keyboard::key::Physical::Unidentified(
                keyboard::key::NativeCode::Unidentified,
            ),
            location: Location::Standard,
            modifiers,
            text: text.map(Into::into),
            repeat: false,
        })
    }

    /// The event of a key.
    pub fn pressing(key: Key, text: Option<&str>) -> Event {
        Self::pressing_with(key, text, Modifiers::NONE)
    }

    pub fn release(&mut self, named: Named) -> bool {
        self.send(Event::Keyboard(keyboard::Event::KeyReleased {
            key: Key::Named(named),
            modified_key: Key::Named(named),
            physical_key: keyboard::key::Physical::Unidentified(
                keyboard::key::NativeCode::Unidentified,
            ),
            location: Location::Standard,
            modifiers: Modifiers::NONE,
        }))
    }

    pub fn key(&mut self, named: Named) -> bool {
        let text = (named == Named::Space).then_some(" ");
        self.press(Key::Named(named), text, Modifiers::NONE)
    }

    pub fn chord(&mut self, modifiers: Modifiers, letter: &str) -> bool {
        self.press(Key::Character(letter.into()), None, modifiers)
    }

    /// One key event for each character.
    pub fn write(&mut self, text: &str) {
        for c in text.chars() {
            self.burst(&c.to_string());
        }
    }

    /// One key event that carries all of `text`.
    pub fn burst(&mut self, text: &str) {
        self.press(Key::Character(text.into()), Some(text), Modifiers::NONE);
    }

    pub fn preedit(&mut self, text: &str) {
        let caret = Some(text.len()..text.len());
        self.send(Event::InputMethod(input_method::Event::Preedit(text.to_owned(), caret)));
    }

    /// Commits as input methods do: an empty preedit first.
    pub fn commit(&mut self, text: &str) {
        self.preedit("");
        self.send(Event::InputMethod(input_method::Event::Commit(text.to_owned())));
    }

    /// Where the widget with an id or text is.
    pub fn bounds<Q>(&mut self, selector: Q) -> Option<Rectangle>
    where
        Q: Selector + Send,
        Q::Output: Bounded + Clone + Send,
    {
        self.with(|ui, renderer, _, _| {
            let mut find = selector.find();
            ui.operate(renderer, &mut operation::black_box(&mut find));
            match find.finish() {
                Outcome::Some(found) => found.map(|found| found.bounds()),
                _ => None,
            }
        })
    }

    pub fn sees(&mut self, text: &str) -> bool {
        self.bounds(text).is_some()
    }

    /// All texts on the screen, in order.
    pub fn texts(&mut self) -> Vec<String> {
        let all = |candidate: Candidate<'_>| match candidate {
            Candidate::Text { content, .. } => Some(content.to_owned()),
            _ => None,
        };
        self.with(|ui, renderer, _, _| {
            let mut find = all.find_all();
            ui.operate(renderer, &mut operation::black_box(&mut find));
            match find.finish() {
                Outcome::Some(found) => found,
                _ => Vec::new(),
            }
        })
    }

    pub fn point(&mut self, point: Point) {
        self.cursor = mouse::Cursor::Available(point);
        self.send(Event::Mouse(mouse::Event::CursorMoved { position: point }));
    }

    pub fn mouse_down(&mut self) -> bool {
        self.send(Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left)))
    }

    pub fn mouse_up(&mut self) {
        self.send(Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left)));
    }

    pub fn click_at(&mut self, point: Point) {
        self.point(point);
        self.mouse_down();
        self.mouse_up();
    }

    pub fn click<Q>(&mut self, selector: Q)
    where
        Q: Selector + Send,
        Q::Output: Bounded + Clone + Send,
    {
        let name = selector.description();
        let bounds = self.bounds(selector);
        self.click_at(bounds.unwrap_or_else(|| panic!("no {name}")).center());
    }

    /// The pixels of the screen.
    pub fn look(&mut self) -> shot::Picture {
        self.with(|ui, renderer, _, _| shot::paint(ui, renderer, &Mode::Light.theme(), SIZE, 1.0))
    }
}
