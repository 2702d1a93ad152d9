//! The closed drop-down and its keyboard.

use iced::advanced::input_method::{self, InputMethod, Purpose};
use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::{Id, Operation, Tree, Widget, tree};
use iced::advanced::{Clipboard, Renderer as _, Shell, overlay, renderer};
use iced::keyboard::{self, Key, Modifiers, key::Named};
use iced::widget::text::Fragment;
use iced::{Border, Color, Event, Length, Rectangle, Renderer, Size, Theme, Vector, mouse, window};

use crate::focus::Focus;
use crate::ime::{self, Composition};
use crate::lines::Place;
use crate::menu::{Host, LINES, List, Menu};
use crate::theme::{Tokens, measure, size, space};
use crate::{FONT, Icon};

pub(super) struct DropDown<'a, Message> {
    pub(super) labels: Vec<Fragment<'a>>,
    pub(super) selected: Option<usize>,
    pub(super) placeholder: Fragment<'a>,
    pub(super) wrong: bool,
    pub(super) width: Length,
    pub(super) id: Option<Id>,
    pub(super) goes_on: bool,
    pub(super) on_pick: Option<Box<dyn Fn(usize) -> Option<Message> + 'a>>,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) focus: Focus,
    query: String,
    composed: Composition,
    list: List,
}

impl State {
    /// What was typed, with what an input method still composes.
    fn query(&self) -> String {
        [self.query.as_str(), self.composed.text()].concat()
    }

    fn search(&mut self, labels: &[Fragment<'_>]) {
        let query = self.query();
        self.list.search(labels.iter().map(AsRef::as_ref), &query);
    }

    pub(crate) fn is_focused(&self) -> bool {
        self.focus.is_focused()
    }

    pub(crate) fn close(&mut self) {
        self.list.open = false;
        self.query.clear();
        self.composed = Composition::default();
    }
}

impl<Message> DropDown<'_, Message> {
    fn open(&self, state: &mut State) {
        state.close();
        state.list.open = true;
        state.search(&self.labels);
        if let Some(selected) = self.selected {
            state.list.mark(selected);
        }
    }

    /// Answers a key; returns whether it was for the drop-down.
    fn key(
        &self,
        state: &mut State,
        named: Option<Named>,
        typed: Option<&str>,
        modifiers: Modifiers,
        shell: &mut Shell<'_, Message>,
    ) -> bool {
        let page = LINES - 1;
        let marked = state.list.marked;
        match named {
            Some(Named::Enter | Named::Space | Named::ArrowDown | Named::ArrowUp)
                if !state.list.open =>
            {
                self.open(state);
            }
            Some(Named::Enter) => self.take(state, shell),
            Some(Named::Space) if state.query.is_empty() => self.take(state, shell),
            Some(Named::Escape) if state.list.open => state.close(),
            Some(Named::Tab) => {
                let searched = state.list.open && !state.query.is_empty();
                let takes = searched && state.list.option().is_some();
                if takes {
                    self.take(state, shell);
                }
                state.close();
                return takes && self.goes_on;
            }
            Some(Named::ArrowDown) => state.list.mark(marked + 1),
            Some(Named::ArrowUp) => state.list.mark(marked.saturating_sub(1)),
            Some(Named::PageDown) if state.list.open => state.list.mark(marked + page),
            Some(Named::PageUp) if state.list.open => state.list.mark(marked.saturating_sub(page)),
            Some(Named::Home) if state.list.open => state.list.mark(0),
            Some(Named::End) if state.list.open => state.list.mark(usize::MAX),
            Some(Named::Backspace) if state.list.open => {
                state.query.pop();
                state.search(&self.labels);
            }
            _ => {
                let typed: String = typed
                    .filter(|_| crate::keys::is_typing(modifiers))
                    .unwrap_or_default()
                    .chars()
                    .filter(|c| !c.is_control())
                    .collect();
                if typed.is_empty() {
                    return false;
                }
                self.type_in(state, &typed);
            }
        }
        true
    }

    fn type_in(&self, state: &mut State, typed: &str) {
        if !state.list.open {
            self.open(state);
        }
        state.query.push_str(typed);
        state.search(&self.labels);
    }

    fn input_method(&self, state: &mut State, event: &input_method::Event) {
        match event {
            input_method::Event::Opened => {}
            input_method::Event::Preedit(text, _) => {
                if !text.is_empty() && !state.list.open {
                    self.open(state);
                }
                state.composed.show(text, None);
                if state.list.open {
                    state.search(&self.labels);
                }
            }
            input_method::Event::Commit(text) => {
                if let Some(word) = state.composed.commit(text) {
                    self.type_in(state, &word);
                }
            }
            input_method::Event::Closed => {
                if let Some(word) = state.composed.take() {
                    self.type_in(state, &word);
                }
            }
        }
    }
}

impl<Message> Host<Message> for DropDown<'_, Message> {
    type State = State;

    fn label(&self, option: usize) -> Option<&str> {
        self.labels.get(option).map(AsRef::as_ref)
    }

    fn selected(&self) -> Option<usize> {
        self.selected
    }

    fn list(state: &mut State) -> &mut List {
        &mut state.list
    }

    fn shown(state: &State) -> &List {
        &state.list
    }

    /// Chooses the marked line and closes.
    fn take(&self, state: &mut State, shell: &mut Shell<'_, Message>) {
        if let Some(on_pick) = &self.on_pick
            && let Some(option) = state.list.option()
            && let Some(message) = on_pick(option)
        {
            shell.publish(message);
        }
        state.close();
        shell.request_redraw();
    }
}

impl<Message> Widget<Message, Theme, Renderer> for DropDown<'_, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn diff(&self, tree: &mut Tree) {
        let state = tree.state.downcast_mut::<State>();
        if self.on_pick.is_none() {
            state.focus.clear();
            state.close();
        }
        // The options may have changed under an open list.
        if state.list.open && state.list.found.iter().any(|n| *n >= self.labels.len()) {
            state.search(&self.labels);
        }
    }

    fn size(&self) -> Size<Length> {
        Size::new(self.width, Length::Fixed(measure::CONTROL))
    }

    fn layout(&mut self, _: &mut Tree, _: &Renderer, limits: &layout::Limits) -> layout::Node {
        layout::atomic(limits, self.width, measure::CONTROL)
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        _: &Renderer,
        operation: &mut dyn Operation,
    ) {
        operation.container(self.id.as_ref(), layout.bounds());
        if self.on_pick.is_some() {
            let state = tree.state.downcast_mut::<State>();
            operation.focusable(self.id.as_ref(), layout.bounds(), &mut state.focus);
            operation.custom(self.id.as_ref(), layout.bounds(), state);
        }
        let label = self.selected.and_then(|n| self.labels.get(n));
        operation.text(None, layout.bounds(), label.unwrap_or(&self.placeholder));
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _: &Renderer,
        _: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
        _: &Rectangle,
    ) {
        if self.on_pick.is_none() {
            return;
        }
        let state = tree.state.downcast_mut::<State>();
        if state.focus.follow(event, layout.bounds(), cursor, shell) {
            if state.list.open {
                state.close();
            } else {
                self.open(state);
            }
            shell.capture_event();
        }
        if !state.focus.is_focused() {
            if state.list.open {
                state.close();
                shell.request_redraw();
            }
            return;
        }
        match event {
            Event::Keyboard(keyboard::Event::KeyPressed { key, text, modifiers, .. })
                if !shell.is_event_captured() =>
            {
                let named = match key {
                    Key::Named(named) => Some(*named),
                    _ => None,
                };
                ime::forget_taken();
                if self.key(state, named, text.as_deref(), *modifiers, shell) {
                    shell.capture_event();
                    shell.request_redraw();
                }
            }
            Event::InputMethod(event) if !shell.is_event_captured() => {
                self.input_method(state, event);
                shell.capture_event();
                shell.request_redraw();
            }
            Event::Window(window::Event::RedrawRequested(_)) if ime::must_switch_off() => {
                shell.request_redraw();
            }
            Event::Window(window::Event::RedrawRequested(_)) if state.list.open => {
                shell.request_input_method::<&str>(&InputMethod::Enabled {
                    cursor: layout.bounds(),
                    purpose: Purpose::Normal,
                    preedit: None,
                });
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
        let enabled = self.on_pick.is_some();
        let (border, border_width) = match () {
            () if !enabled => (tokens.line, 1.0),
            () if state.focus.is_focused() && !self.wrong => (tokens.accent, measure::RING),
            () if state.focus.is_focused() => (tokens.bad.ink, measure::RING),
            () if self.wrong => (tokens.bad.ink, 1.0),
            () if state.focus.is_hovered() => (tokens.text, 1.0),
            () => (tokens.border, 1.0),
        };
        renderer.fill_quad(
            renderer::Quad {
                bounds,
                border: Border {
                    color: border,
                    width: border_width,
                    radius: measure::RADIUS.into(),
                },
                ..renderer::Quad::default()
            },
            if enabled { tokens.surface } else { tokens.sunken },
        );
        let query = state.query();
        let label = self.selected.and_then(|n| self.labels.get(n));
        let (words, ink): (&str, Color) = match label {
            _ if !query.is_empty() => (&query, tokens.accent),
            Some(label) if enabled => (label, tokens.text),
            Some(label) => (label, tokens.muted),
            None => (&self.placeholder, tokens.faint),
        };
        let room = bounds.shrink([0.0, space::S + 2.0]);
        let room = Rectangle { width: (room.width - measure::ICON - space::XS).max(0.0), ..room };
        let place = Place { font: FONT, size: size::BODY, ink, room, end: false, clip: *viewport };
        state.list.lines.begin();
        state.list.lines.draw(renderer, words.to_owned(), place);
        Icon::Down.draw(
            renderer,
            Rectangle {
                x: room.x + room.width + space::XS,
                y: bounds.center_y() - measure::ICON / 2.0,
                width: measure::ICON,
                height: measure::ICON,
            },
            if enabled { tokens.muted } else { tokens.faint },
        );
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
            true if self.on_pick.is_some() => mouse::Interaction::Pointer,
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
        state.list.open.then(|| {
            let anchor = layout.bounds() + translation;
            overlay::Element::new(Box::new(Menu::new(&*self, state, anchor)))
        })
    }
}
