//! The widget of one line: layout, drawing and events.

use std::time::{Duration, Instant};

use iced::advanced::input_method::{self, InputMethod, Purpose};
use iced::advanced::layout::{self, Layout};
use iced::advanced::mouse::{Click, click};
use iced::advanced::text::Renderer as _;
use iced::advanced::widget::operation::Operation;
use iced::advanced::widget::{Id, Tree, Widget, tree};
use iced::advanced::{Clipboard, Renderer as _, Shell, overlay, renderer};
use iced::keyboard::{self, Key};
use iced::widget::text::Fragment;
use iced::{
    Border, Color, Element, Event, Length, Point, Rectangle, Renderer, Size, Theme, Vector, mouse,
    touch, window,
};

use super::state::{ROW, State, shape};
use crate::edit::Edit;
use crate::menu::Menu;
use crate::theme::{Tokens, measure, space};
use crate::{Icon, ime};

const BLINK: Duration = Duration::from_millis(500);
/// After so long without a key the caret stays lit: a window that nobody uses draws nothing.
const BLINKS_FOR: Duration = Duration::from_secs(10);
/// Room of the arrow at the end of a field that suggests.
const ARROW_ROOM: f32 = measure::ICON + 2.0 * space::S;

pub(super) struct Input<'a, Message> {
    pub(super) id: Option<Id>,
    pub(super) value: &'a str,
    pub(super) placeholder: Fragment<'a>,
    pub(super) secure: bool,
    pub(super) plain: bool,
    pub(super) wrong: bool,
    pub(super) icon: Option<Icon>,
    pub(super) width: Length,
    pub(super) on_change: Option<Box<dyn Fn(String) -> Message + 'a>>,
    pub(super) on_leave: Option<Box<dyn Fn(String) -> Message + 'a>>,
    pub(super) on_submit: Option<Message>,
    /// Lines in sight; with more than one Ctrl+Enter breaks the line.
    pub(super) lines: u16,
    /// Entries that may stand in the field.
    pub(super) suggestions: &'a [String],
    /// The message after an entry was chosen.
    pub(super) on_choose: Option<Message>,
}

impl<'a, Message> Input<'a, Message> {
    pub(super) fn new(value: &'a str) -> Self {
        Self {
            id: None,
            value,
            placeholder: "".into(),
            secure: false,
            plain: false,
            wrong: false,
            icon: None,
            width: Length::Fill,
            on_change: None,
            on_leave: None,
            on_submit: None,
            lines: 1,
            suggestions: &[],
            on_choose: None,
        }
    }
}

impl<Message: Clone> Input<'_, Message> {
    fn text_bounds(&self, bounds: Rectangle) -> Rectangle {
        let front = match self.icon {
            Some(_) => space::S + measure::ICON + space::S,
            None => space::S + 2.0,
        };
        let end = if self.suggestions.is_empty() { space::S } else { ARROW_ROOM };
        Rectangle {
            x: bounds.x + front,
            y: bounds.y,
            width: (bounds.width - front - end).max(1.0),
            height: bounds.height,
        }
    }

    /// Where the arrow stands that opens the list.
    fn arrow(&self, bounds: Rectangle) -> Option<Rectangle> {
        (!self.suggestions.is_empty()).then_some(Rectangle {
            x: bounds.x + bounds.width - ARROW_ROOM,
            width: ARROW_ROOM,
            ..bounds
        })
    }

    fn height(&self) -> f32 {
        measure::CONTROL + f32::from(self.lines.saturating_sub(1)) * ROW
    }

    /// How far below the first row in sight a place lies, in px.
    fn below(bounds: Rectangle, point: Point) -> f32 {
        point.y - bounds.y - (measure::CONTROL - ROW) / 2.0
    }

    pub(super) fn publish(&self, state: &State, shell: &mut Shell<'_, Message>) {
        if let Some(on_change) = &self.on_change {
            shell.publish(on_change(state.edit.text().to_owned()));
        }
    }

    /// Takes a word in composition into the text.
    pub(super) fn take_composition(&self, state: &mut State, shell: &mut Shell<'_, Message>) {
        if let Some(word) = state.composition.take() {
            state.edit.type_in(&word);
            self.publish(state, shell);
        }
    }

    /// Notices a focus that came or went since the last event.
    fn notice_focus(&self, state: &mut State, shell: &mut Shell<'_, Message>) {
        let focused = state.focus.is_focused();
        if state.was_focused && !focused {
            self.take_composition(state, shell);
            self.spell(state, shell);
            state.dragging = false;
            state.before = None;
            state.edit.put(0, false);
            if let Some(on_leave) = &self.on_leave {
                shell.publish(on_leave(state.edit.text().to_owned()));
            }
            shell.request_redraw();
        }
        if !state.was_focused && focused {
            shell.request_redraw();
        }
        state.was_focused = focused;
    }

    fn press(
        &self,
        state: &mut State,
        bounds: Rectangle,
        cursor: mouse::Cursor,
        shell: &mut Shell<'_, Message>,
    ) {
        let Some(position) = cursor.position_over(bounds) else {
            return;
        };
        self.take_composition(state, shell);
        if self.arrow(bounds).is_some_and(|arrow| arrow.contains(position)) {
            match state.list.open {
                true => state.list.open = false,
                false => self.open_list(state),
            }
            shell.capture_event();
            return;
        }
        let text_bounds = self.text_bounds(bounds);
        state.refresh(text_bounds.width);
        let offset = state.hit(position.x - text_bounds.x, Self::below(bounds, position));
        let click = Click::new(position, mouse::Button::Left, state.click);
        match click.kind() {
            click::Kind::Single => {
                state.edit.put(offset, state.shift);
                state.dragging = true;
            }
            click::Kind::Double if !self.secure => state.edit.select_word(offset),
            click::Kind::Double | click::Kind::Triple => state.edit.select_all(),
        }
        state.click = Some(click);
        shell.capture_event();
    }

    fn input_method(
        &self,
        state: &mut State,
        event: &input_method::Event,
        shell: &mut Shell<'_, Message>,
    ) {
        match event {
            input_method::Event::Opened => {}
            input_method::Event::Preedit(text, caret) => {
                if !text.is_empty() && state.edit.erase_selection() {
                    self.publish(state, shell);
                }
                let caret = caret.as_ref().map(|range| range.end);
                state.composition.show(text, caret);
            }
            input_method::Event::Commit(text) => {
                if let Some(word) = state.composition.commit(text) {
                    state.edit.type_in(&word);
                    self.publish(state, shell);
                }
            }
            input_method::Event::Closed => self.take_composition(state, shell),
        }
        if !matches!(event, input_method::Event::Opened | input_method::Event::Closed) {
            self.suggest(state);
        }
        shell.request_redraw();
    }

    fn ask_input_method(&self, bounds: Rectangle, shell: &mut Shell<'_, Message>) {
        if ime::must_switch_off() {
            shell.request_redraw();
            return;
        }
        // A password is typed as it is. Telling the purpose does not stop an input method on X11
        // or Windows; not asking for one does.
        if self.secure || self.plain {
            return;
        }
        shell.request_input_method::<&str>(&InputMethod::Enabled {
            // The field, not the caret: each new place makes Xlib wait for the input method's answer,
            // and words and keys that come meanwhile are handed on in the wrong order.
            cursor: self.text_bounds(bounds),
            purpose: Purpose::Normal,
            // The composition is drawn in the line itself.
            preedit: None,
        });
    }
}

impl<Message: Clone> Widget<Message, Theme, Renderer> for Input<'_, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::new(self.value, self.secure))
    }

    /// The screen's value wins over the field's, so that a screen can fill or empty it.
    fn diff(&self, tree: &mut Tree) {
        let state = tree.state.downcast_mut::<State>();
        state.secure = self.secure;
        state.plain = self.plain;
        state.lines = self.lines;
        if state.edit.text() != self.value {
            state.edit = Edit::new(self.value);
            state.list.open = false;
        }
        if self.secure {
            state.edit.forget();
        }
        if self.on_change.is_none() {
            state.focus.clear();
        }
    }

    fn size(&self) -> Size<Length> {
        Size::new(self.width, Length::Fixed(self.height()))
    }

    fn layout(&mut self, tree: &mut Tree, _: &Renderer, limits: &layout::Limits) -> layout::Node {
        let node = layout::atomic(limits, self.width, self.height());
        let state = tree.state.downcast_mut::<State>();
        state.lines = self.lines;
        state.placeholder.update(shape(&self.placeholder));
        state.refresh(self.text_bounds(node.bounds()).width);
        node
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        _: &Renderer,
        operation: &mut dyn Operation,
    ) {
        let state = tree.state.downcast_mut::<State>();
        operation.text_input(self.id.as_ref(), layout.bounds(), state);
        if self.on_change.is_some() {
            operation.focusable(self.id.as_ref(), layout.bounds(), state);
            operation.custom(self.id.as_ref(), layout.bounds(), state);
        }
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _: &Renderer,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
        _: &Rectangle,
    ) {
        if self.on_change.is_none() {
            return;
        }
        let bounds = layout.bounds();
        let width = self.text_bounds(bounds).width;
        let state = tree.state.downcast_mut::<State>();
        if std::mem::take(&mut state.changed) {
            self.publish(state, shell);
            state.refresh(width);
        }
        self.notice_focus(state, shell);
        if state.focus.follow(event, bounds, cursor, shell) {
            self.press(state, bounds, cursor, shell);
            state.touched = Instant::now();
        }
        self.notice_focus(state, shell);

        let focused = state.focus.is_focused();
        match event {
            Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left))
            | Event::Touch(touch::Event::FingerLifted { .. } | touch::Event::FingerLost { .. }) => {
                state.dragging = false;
            }
            Event::Mouse(mouse::Event::CursorMoved { position })
            | Event::Touch(touch::Event::FingerMoved { position, .. })
                if state.dragging =>
            {
                let x = position.x - self.text_bounds(bounds).x;
                let offset = state.hit(x, Self::below(bounds, *position));
                state.edit.put(offset, true);
                state.refresh(width);
                shell.request_redraw();
                shell.capture_event();
            }
            Event::Keyboard(keyboard::Event::ModifiersChanged(modifiers)) => {
                state.shift = modifiers.shift();
            }
            Event::Keyboard(keyboard::Event::KeyPressed { key: Key::Named(named), .. })
                if focused
                    && !shell.is_event_captured()
                    && state.composition.text().is_empty()
                    && self.list_key(state, Some(*named), shell) =>
            {
                state.refresh(width);
                shell.capture_event();
                shell.request_redraw();
            }
            Event::Keyboard(event) if focused && !shell.is_event_captured() => {
                if let Some(changed) = self.key(state, event, clipboard, shell) {
                    if changed {
                        self.publish(state, shell);
                        self.suggest(state);
                    }
                    if self.secure {
                        state.edit.forget();
                    }
                    shell.capture_event();
                }
                state.refresh(width);
                state.touched = Instant::now();
                shell.request_redraw();
            }
            Event::InputMethod(event) if focused && !shell.is_event_captured() => {
                self.input_method(state, event, shell);
                state.refresh(width);
                state.touched = Instant::now();
                shell.capture_event();
            }
            Event::Window(window::Event::Unfocused) => state.window_focused = false,
            Event::Window(window::Event::Focused) => {
                state.window_focused = true;
                shell.request_redraw();
            }
            Event::Window(window::Event::RedrawRequested(now)) if focused => {
                state.now = *now;
                state.refresh(width);
                if state.window_focused {
                    self.ask_input_method(bounds, shell);
                    let since = now.saturating_duration_since(state.touched);
                    if since < BLINKS_FOR {
                        let beats = since.as_millis() / BLINK.as_millis() + 1;
                        let next = state.touched + BLINK * u32::try_from(beats).unwrap_or(u32::MAX);
                        shell.request_redraw_at(next);
                    }
                }
            }
            _ => {}
        }
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        _: &renderer::Style,
        layout: Layout<'_>,
        _: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let tokens = Tokens::of(theme);
        let state = tree.state.downcast_ref::<State>();
        let bounds = layout.bounds();
        let enabled = self.on_change.is_some();
        let focused = state.focus.is_focused();
        let (border, border_width) = match () {
            () if !enabled => (tokens.line, 1.0),
            () if self.wrong => (tokens.bad.ink, if focused { measure::RING } else { 1.0 }),
            () if focused => (tokens.accent, measure::RING),
            () if state.focus.is_hovered() => (tokens.text, 1.0),
            () => (tokens.border, 1.0),
        };
        let mut quad = |bounds: Rectangle, border: Border, ground: Color| {
            renderer
                .fill_quad(renderer::Quad { bounds, border, ..renderer::Quad::default() }, ground);
        };
        quad(
            bounds,
            Border { color: border, width: border_width, radius: measure::RADIUS.into() },
            if enabled { tokens.surface } else { tokens.sunken },
        );

        let text_bounds = self.text_bounds(bounds);
        let scroll = if focused { state.scroll } else { 0.0 };
        let [before, composed, after] = state.shown();
        let empty = before.is_empty() && composed.is_empty() && after.is_empty();
        let left = text_bounds.x - scroll;
        let top = bounds.y + (measure::CONTROL - ROW) / 2.0;
        let last = state.first + usize::from(self.lines);
        let top_of = |row: usize| top + (row - state.first) as f32 * ROW;
        // A bar in each row of a range: as high as the row, or a line at its foot.
        let mut bars = |spans: Vec<(usize, f32, f32)>, height: f32, color: Color| {
            for (row, from, to) in spans {
                if !(state.first..last).contains(&row) {
                    continue;
                }
                let y = top_of(row) + ROW - height;
                let bar = Rectangle { x: left + from, y, width: (to - from).max(1.0), height };
                if let Some(bar) = bar.intersection(&text_bounds.expand(1.0)) {
                    quad(bar, Border::default(), color);
                }
            }
        };
        let caret = |offset: usize| {
            let (row, x) = state.rows.place(offset);
            vec![(row, x, x)]
        };
        if focused && composed.is_empty() {
            let selection = state.edit.selection();
            if selection.is_empty() {
                let since = state.now.saturating_duration_since(state.touched);
                let lit = since >= BLINKS_FOR
                    || (since.as_millis() / BLINK.as_millis()).is_multiple_of(2);
                if lit && state.window_focused {
                    bars(caret(before.len()), ROW, tokens.text);
                }
            } else {
                let selected = state.shown_len(selection.start)..state.shown_len(selection.end);
                bars(state.rows.spans(selected), ROW, tokens.accent.scale_alpha(0.3));
            }
        } else if focused {
            let end = before.len() + composed.len();
            bars(state.rows.spans(before.len()..end), 1.0, tokens.accent);
            bars(caret(before.len() + state.composed_caret(&composed)), ROW, tokens.text);
        }

        let ink = match () {
            () if empty => tokens.faint,
            () if enabled => tokens.text,
            () => tokens.muted,
        };
        if let Some(clip) = text_bounds.intersection(viewport) {
            for row in state.first..last.min(state.rows.count()) {
                let line = if empty { Some(&state.placeholder) } else { state.rows.line(row) };
                let Some(line) = line else { continue };
                let y = top_of(row) + (ROW - line.min_height()) / 2.0;
                renderer.fill_paragraph(line.raw(), Point::new(left, y), ink, clip);
            }
        }
        if let Some(arrow) = self.arrow(bounds) {
            let edge = measure::ICON;
            let corner = Point::new(arrow.x + space::S, bounds.center_y() - edge / 2.0);
            Icon::Down.draw(renderer, Rectangle::new(corner, Size::new(edge, edge)), tokens.muted);
        }
        if let Some(icon) = self.icon {
            let edge = measure::ICON;
            let square = Rectangle {
                x: bounds.x + space::S,
                y: bounds.center_y() - edge / 2.0,
                width: edge,
                height: edge,
            };
            icon.draw(renderer, square, tokens.muted);
        }
    }

    fn mouse_interaction(
        &self,
        _: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _: &Rectangle,
        _: &Renderer,
    ) -> mouse::Interaction {
        match cursor.is_over(layout.bounds()) {
            true if self.on_change.is_some() => mouse::Interaction::Text,
            true => mouse::Interaction::Idle,
            false => mouse::Interaction::None,
        }
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        _: &Renderer,
        _: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, Message, Theme, Renderer>> {
        let state = tree.state.downcast_mut::<State>();
        (state.list.open && state.focus.is_focused()).then(|| {
            let anchor = layout.bounds() + translation;
            overlay::Element::new(Box::new(Menu::new(&*self, state, anchor)))
        })
    }
}

impl<'a, Message: Clone + 'a> From<Input<'a, Message>> for Element<'a, Message> {
    fn from(input: Input<'a, Message>) -> Self {
        Element::new(input)
    }
}
