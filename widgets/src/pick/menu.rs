//! The open list: over everything, below its drop-down or above it where there is more room.

use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::Operation;
use iced::advanced::{Clipboard, Overlay, Renderer as _, Shell, renderer};
use iced::{Border, Event, Point, Rectangle, Renderer, Size, Theme, Vector, mouse, touch};

use super::widget::{DropDown, State};
use crate::lines::Place;
use crate::theme::{Tokens, measure, size, space};
use crate::words::say;
use crate::{FONT, Icon};

/// How many lines are in sight at once.
pub(super) const LINES: usize = 10;

pub(super) struct Menu<'a, 'b, Message> {
    pub(super) drop_down: &'b DropDown<'a, Message>,
    pub(super) state: &'b mut State,
    /// Where the drop-down stands in the window.
    pub(super) anchor: Rectangle,
}

impl<Message> Menu<'_, '_, Message> {
    fn line_at(&self, bounds: Rectangle, cursor: mouse::Cursor) -> Option<usize> {
        let point = cursor.position_in(bounds)?;
        let line = self.state.top + ((point.y - space::XS).max(0.0) / measure::ROW) as usize;
        (line < self.state.found.len()).then_some(line)
    }

    /// The lines in sight with their rooms.
    fn lines(&self, bounds: Rectangle) -> impl Iterator<Item = (usize, &str, Rectangle)> {
        let state = &*self.state;
        let lines = state.found.iter().enumerate().skip(state.top).take(LINES);
        lines.filter_map(move |(n, option)| {
            let room = Rectangle {
                x: bounds.x + space::XS,
                y: bounds.y + space::XS + (n - state.top) as f32 * measure::ROW,
                width: bounds.width - 2.0 * space::XS,
                height: measure::ROW,
            };
            let label = self.drop_down.labels.get(*option)?;
            Some((n, label.as_ref(), room))
        })
    }
}

impl<Message> Overlay<Message, Theme, Renderer> for Menu<'_, '_, Message> {
    fn layout(&mut self, _: &Renderer, window: Size) -> layout::Node {
        let lines = self.state.found.len().clamp(1, LINES);
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
        match event {
            Event::Mouse(mouse::Event::CursorMoved { .. }) => {
                if let Some(line) = line
                    && line != self.state.marked
                {
                    self.state.marked = line;
                    shell.request_redraw();
                }
            }
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left))
            | Event::Touch(touch::Event::FingerPressed { .. }) => {
                if let Some(line) = line {
                    self.state.marked = line;
                    self.drop_down.take(self.state, shell);
                }
            }
            Event::Mouse(mouse::Event::WheelScrolled { delta }) => {
                let (mouse::ScrollDelta::Lines { y, .. } | mouse::ScrollDelta::Pixels { y, .. }) =
                    delta;
                let last = self.state.found.len().saturating_sub(LINES);
                let step = if *y < 0.0 { 3 } else { -3 };
                self.state.top = self.state.top.saturating_add_signed(step).min(last);
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
        self.state.lines.begin();
        let mut words = |words: &str, room: Rectangle, ink| {
            let room = room.shrink([0.0, space::S]);
            let place = Place { font: FONT, size: size::BODY, ink, room, end: false, clip: room };
            self.state.lines.draw(renderer, words.to_owned(), place);
        };
        if self.state.found.is_empty() {
            let none = say("Không có mục nào khớp", "Nothing matches");
            words(none, bounds, tokens.muted);
        }
        for (_, label, room) in self.lines(bounds) {
            words(label, room, tokens.text);
        }
        for (n, _, room) in self.lines(bounds) {
            if self.state.found.get(n).copied() == self.drop_down.selected {
                let edge = measure::ICON;
                let corner = Point::new(room.x + room.width - edge - space::S, room.y);
                let place = Rectangle::new(corner, Size::new(edge, edge));
                let lower = Vector::new(0.0, (measure::ROW - edge) / 2.0);
                Icon::Check.draw(renderer, place + lower, tokens.accent);
            }
            if n == self.state.marked {
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
        let (shown, all) = (LINES as f32, self.state.found.len() as f32);
        if all > shown {
            let track = bounds.height - 2.0 * space::XS;
            renderer.fill_quad(
                renderer::Quad {
                    bounds: Rectangle {
                        x: bounds.x + bounds.width - space::XS - 2.0,
                        y: bounds.y + space::XS + track * self.state.top as f32 / all,
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
