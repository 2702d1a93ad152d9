//! A list of options: which of them match what was typed, which line is marked, and how the open list
//! looks: over everything, below its control or above it where there is more room. It hangs from a
//! drop-down or from a field that suggests.

use std::marker::PhantomData;

use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::Operation;
use iced::advanced::{Clipboard, Overlay, Renderer as _, Shell, renderer};
use iced::{Border, Event, Point, Rectangle, Renderer, Size, Theme, Vector, mouse, touch};

use crate::fold;
use crate::lines::{Lines, Place};
use crate::theme::{Tokens, measure, size, space};
use crate::words::say;
use crate::{FONT, Icon};

/// How many lines are in sight at once.
pub(crate) const LINES: usize = 10;

/// What is found and marked.
#[derive(Default)]
pub(crate) struct List {
    /// Whether it is shown.
    pub(crate) open: bool,
    /// The options that match what was typed.
    pub(crate) found: Vec<usize>,
    /// The marked line of `found`.
    pub(crate) marked: usize,
    /// The first line of `found` in sight.
    pub(crate) top: usize,
    pub(crate) lines: Lines,
}

impl List {
    /// Finds the options in which every word of the query begins a word, in their own order.
    pub(crate) fn search<'l>(&mut self, labels: impl Iterator<Item = &'l str>, query: &str) {
        let found = labels.enumerate().filter(|(_, label)| fold::matches(label, query));
        self.found = found.map(|(n, _)| n).collect();
        self.mark(0);
    }

    pub(crate) fn mark(&mut self, line: usize) {
        self.marked = line.min(self.found.len().saturating_sub(1));
        self.top = self.top.clamp((self.marked + 1).saturating_sub(LINES), self.marked);
    }

    /// The marked option.
    pub(crate) fn option(&self) -> Option<usize> {
        self.found.get(self.marked).copied()
    }
}

/// The control that a list hangs from.
pub(crate) trait Host<Message> {
    /// What the control remembers.
    type State;
    /// The words of an option.
    fn label(&self, option: usize) -> Option<&str>;
    /// The option that is chosen now.
    fn selected(&self) -> Option<usize>;
    /// Its list.
    fn list(state: &mut Self::State) -> &mut List;
    /// Its list, to be drawn.
    fn shown(state: &Self::State) -> &List;
    /// Takes the marked line.
    fn take(&self, state: &mut Self::State, shell: &mut Shell<'_, Message>);
}

/// The open list.
pub(crate) struct Menu<'b, H: Host<Message>, Message> {
    host: &'b H,
    state: &'b mut H::State,
    /// Where the control stands in the window.
    anchor: Rectangle,
    message: PhantomData<Message>,
}

impl<'b, H: Host<Message>, Message> Menu<'b, H, Message> {
    pub(crate) fn new(host: &'b H, state: &'b mut H::State, anchor: Rectangle) -> Self {
        Self { host, state, anchor, message: PhantomData }
    }

    fn line_at(&self, bounds: Rectangle, cursor: mouse::Cursor) -> Option<usize> {
        let point = cursor.position_in(bounds)?;
        let list = H::shown(self.state);
        let line = list.top + ((point.y - space::XS).max(0.0) / measure::ROW) as usize;
        (line < list.found.len()).then_some(line)
    }

    /// The lines in sight with their rooms.
    fn lines(&self, bounds: Rectangle) -> impl Iterator<Item = (usize, &str, Rectangle)> {
        let list = H::shown(self.state);
        let lines = list.found.iter().enumerate().skip(list.top).take(LINES);
        lines.filter_map(move |(n, option)| {
            let room = Rectangle {
                x: bounds.x + space::XS,
                y: bounds.y + space::XS + (n - list.top) as f32 * measure::ROW,
                width: bounds.width - 2.0 * space::XS,
                height: measure::ROW,
            };
            Some((n, self.host.label(*option)?, room))
        })
    }
}

impl<H: Host<Message>, Message> Overlay<Message, Theme, Renderer> for Menu<'_, H, Message> {
    fn layout(&mut self, _: &Renderer, window: Size) -> layout::Node {
        let lines = H::shown(self.state).found.len().clamp(1, LINES);
        let height = lines as f32 * measure::ROW + 2.0 * space::XS;
        let anchor = self.anchor;
        let below = anchor.y + anchor.height + space::XS;
        let y = if below + height <= window.height || anchor.y < window.height - below {
            below
        } else {
            (anchor.y - space::XS - height).max(0.0)
        };
        layout::Node::new(Size::new(anchor.width, height)).move_to(Point::new(anchor.x, y))
    }

    fn operate(&mut self, layout: Layout<'_>, _: &Renderer, operation: &mut dyn Operation) {
        operation.container(None, layout.bounds());
        for (_, label, room) in self.lines(layout.bounds()) {
            operation.text(None, room, label);
        }
    }

    fn update(
        &mut self,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _: &Renderer,
        _: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
    ) {
        let bounds = layout.bounds();
        if !cursor.is_over(bounds) {
            return;
        }
        let line = self.line_at(bounds, cursor);
        let list = H::list(self.state);
        match event {
            Event::Mouse(mouse::Event::CursorMoved { .. }) => {
                if let Some(line) = line
                    && line != list.marked
                {
                    list.marked = line;
                    shell.request_redraw();
                }
            }
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left))
            | Event::Touch(touch::Event::FingerPressed { .. }) => {
                if let Some(line) = line {
                    list.marked = line;
                    self.host.take(self.state, shell);
                }
            }
            Event::Mouse(mouse::Event::WheelScrolled { delta }) => {
                let (mouse::ScrollDelta::Lines { y, .. } | mouse::ScrollDelta::Pixels { y, .. }) =
                    delta;
                let last = list.found.len().saturating_sub(LINES);
                let step = if *y < 0.0 { 3 } else { -3 };
                list.top = list.top.saturating_add_signed(step).min(last);
                shell.request_redraw();
            }
            _ => return,
        }
        shell.capture_event();
    }

    fn draw(
        &self,
        renderer: &mut Renderer,
        theme: &Theme,
        _: &renderer::Style,
        layout: Layout<'_>,
        _: mouse::Cursor,
    ) {
        let tokens = Tokens::of(theme);
        let bounds = layout.bounds();
        renderer.fill_quad(
            renderer::Quad {
                bounds,
                border: Border { color: tokens.border, width: 1.0, radius: measure::RADIUS.into() },
                ..renderer::Quad::default()
            },
            tokens.surface,
        );
        let list = H::shown(self.state);
        list.lines.begin();
        let mut words = |words: &str, room: Rectangle, ink| {
            let room = room.shrink([0.0, space::S]);
            let place = Place { font: FONT, size: size::BODY, ink, room, end: false, clip: room };
            list.lines.draw(renderer, words.to_owned(), place);
        };
        if list.found.is_empty() {
            let none = say("Không có mục nào khớp", "Nothing matches");
            words(none, bounds, tokens.muted);
        }
        for (_, label, room) in self.lines(bounds) {
            words(label, room, tokens.text);
        }
        for (n, _, room) in self.lines(bounds) {
            if list.found.get(n).copied() == self.host.selected() {
                let edge = measure::ICON;
                let corner = Point::new(room.x + room.width - edge - space::S, room.y);
                let place = Rectangle::new(corner, Size::new(edge, edge));
                let lower = Vector::new(0.0, (measure::ROW - edge) / 2.0);
                Icon::Check.draw(renderer, place + lower, tokens.accent);
            }
            if n == list.marked {
                renderer.fill_quad(
                    renderer::Quad {
                        bounds: room,
                        border: iced::border::rounded(space::XS),
                        ..renderer::Quad::default()
                    },
                    tokens.accent_soft,
                );
            }
        }
        let (shown, all) = (LINES as f32, list.found.len() as f32);
        if all > shown {
            let track = bounds.height - 2.0 * space::XS;
            renderer.fill_quad(
                renderer::Quad {
                    bounds: Rectangle {
                        x: bounds.x + bounds.width - space::XS - 2.0,
                        y: bounds.y + space::XS + track * list.top as f32 / all,
                        width: 3.0,
                        height: (track * shown / all).max(space::M),
                    },
                    border: iced::border::rounded(2.0),
                    ..renderer::Quad::default()
                },
                tokens.border,
            );
        }
    }

    fn mouse_interaction(
        &self,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _: &Renderer,
    ) -> mouse::Interaction {
        if cursor.is_over(layout.bounds()) {
            mouse::Interaction::Pointer
        } else {
            mouse::Interaction::None
        }
    }
}
