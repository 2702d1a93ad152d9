//! The table's widget: layout, drawing and events.

use std::ops::Range;

use iced::advanced::layout::{self, Layout};
use iced::advanced::mouse::{Click, click};
use iced::advanced::widget::{Id, Operation, Tree, Widget, tree};
use iced::advanced::{Clipboard, Renderer as _, Shell, renderer};
use iced::keyboard::{self, Key, key::Named};
use iced::{
    Border, Color, Event, Length, Point, Rectangle, Renderer, Size, Theme, mouse, touch, window,
};

use super::state::{Drag, State};
use super::{Cell, Column, Order, Width};
use crate::focus::ring;
use crate::font::SEMIBOLD;
use crate::lines::Place;
use crate::theme::{Tokens, measure, size, space};
use crate::{FONT, Icon};

/// Room for the scroll bar at the right edge, in px.
const BAR: f32 = 12.0;
/// The shortest thumb and the narrowest column, in px.
pub(super) const SHORTEST: f32 = 28.0;
/// Room of a column for each share that it takes, below which spare columns stay away, in px.
const LEAST_SHARE: f32 = 48.0;
/// How near to a column's edge the pointer takes hold of it, in px.
const GRIP: f32 = 4.0;

pub(super) struct View<'a, Message> {
    pub(super) columns: Vec<Column<'a>>,
    pub(super) total: u64,
    pub(super) cell: Box<dyn Fn(u64, usize) -> Option<Cell> + 'a>,
    pub(super) selected: Option<u64>,
    pub(super) sorted: Option<(usize, Order)>,
    pub(super) height: Length,
    pub(super) id: Option<Id>,
    pub(super) on_select: Option<Box<dyn Fn(u64) -> Message + 'a>>,
    pub(super) on_open: Option<Box<dyn Fn(u64) -> Message + 'a>>,
    pub(super) on_range: Option<Box<dyn Fn(Range<u64>) -> Message + 'a>>,
    pub(super) on_sort: Option<Box<dyn Fn(usize) -> Message + 'a>>,
    pub(super) on_pull: Option<Box<dyn Fn(usize, f32) -> Message + 'a>>,
    pub(super) sums: Option<u64>,
}

impl<Message> View<'_, Message> {
    /// The columns' left edges and widths; a column that is not shown has none.
    fn columns(&self, bounds: Rectangle, state: &State) -> Vec<Rectangle> {
        let pulled = |n: usize| state.pulled.get(n).copied().flatten();
        let fixed = |n: usize, column: &Column<'_>| match (pulled(n), column.width) {
            (Some(width), _) | (None, Width::Fixed(width)) => Some(width),
            (None, Width::Share(_)) => None,
        };
        let room = bounds.width - BAR;
        let shown = self.shown(room, &fixed);
        let columns = || self.columns.iter().enumerate().filter(|(n, _)| shown[*n]);
        let taken: f32 = columns().filter_map(|(n, column)| fixed(n, column)).sum();
        let shares: f32 = columns()
            .filter(|(n, column)| fixed(*n, column).is_none())
            .map(|(_, column)| column.shares())
            .sum();
        let left = (room - taken).max(0.0);
        let mut x = bounds.x;
        let place = |(n, column): (usize, &Column<'_>)| {
            let width = match shown[n] {
                true => fixed(n, column)
                    .unwrap_or_else(|| left * column.shares() / shares)
                    .max(SHORTEST),
                false => 0.0,
            };
            let place = Rectangle { x, y: bounds.y, width, height: measure::ROW };
            x += width;
            place
        };
        self.columns.iter().enumerate().map(place).collect()
    }

    /// Which columns are shown: what the user wants, without the last spare ones if they have no room.
    fn shown(&self, room: f32, fixed: &dyn Fn(usize, &Column<'_>) -> Option<f32>) -> Vec<bool> {
        let mut shown: Vec<bool> = self.columns.iter().map(|column| !column.hidden).collect();
        if !shown.contains(&true) {
            shown.fill(true);
        }
        let need = |n: usize| {
            let column = &self.columns[n];
            fixed(n, column).unwrap_or(LEAST_SHARE * column.shares())
        };
        loop {
            let needed: f32 = (0..shown.len()).filter(|n| shown[*n]).map(need).sum();
            let spare = (0..shown.len()).rfind(|n| shown[*n] && self.columns[*n].spare);
            match spare {
                Some(n) if needed > room => shown[n] = false,
                _ => return shown,
            }
        }
    }

    fn body(bounds: Rectangle) -> Rectangle {
        Rectangle {
            y: bounds.y + measure::ROW,
            height: (bounds.height - measure::ROW).max(0.0),
            ..bounds
        }
    }

    fn track(bounds: Rectangle) -> Rectangle {
        let body = Self::body(bounds).shrink(2.0);
        Rectangle { x: body.x + body.width - (BAR - space::XS), width: BAR - space::XS, ..body }
    }

    /// The rows in sight, the last one perhaps only in part.
    fn rows(&self, bounds: Rectangle, state: &State) -> Range<u64> {
        let count = (Self::body(bounds).height / measure::ROW).ceil() as u64;
        let top = state.scroll.top;
        top..top.saturating_add(count).min(self.total).max(top)
    }

    fn row_at(&self, bounds: Rectangle, state: &State, point: Point) -> Option<u64> {
        let body = Self::body(bounds);
        let line = ((point.y - body.y) / measure::ROW).floor();
        if line < 0.0 || !body.contains(point) {
            return None;
        }
        let row = state.scroll.top + line as u64;
        (row < self.total).then_some(row)
    }

    /// The room of a row on the screen.
    fn room(bounds: Rectangle, state: &State, row: u64) -> Rectangle {
        let line = row.saturating_sub(state.scroll.top) as f32;
        Rectangle { y: bounds.y + measure::ROW * (line + 1.0), height: measure::ROW, ..bounds }
    }

    fn mark(&self, state: &mut State, row: u64, shell: &mut Shell<'_, Message>) {
        let row = row.min(self.total.saturating_sub(1));
        state.scroll.reveal(row);
        shell.request_redraw();
        if self.total > 0 && state.cursor != Some(row) {
            state.cursor = Some(row);
            if let Some(on_select) = &self.on_select {
                shell.publish(on_select(row));
            }
        }
    }

    fn open(&self, row: u64, shell: &mut Shell<'_, Message>) -> bool {
        let message = self.on_open.as_ref().map(|on_open| on_open(row));
        let opens = message.is_some();
        message.into_iter().for_each(|message| shell.publish(message));
        opens
    }

    fn sorts(&self, column: usize) -> bool {
        self.on_sort.is_some() && self.columns.get(column).is_some_and(|c| c.sortable)
    }

    fn sort(&self, column: usize, shell: &mut Shell<'_, Message>) -> bool {
        match &self.on_sort {
            Some(on_sort) if self.sorts(column) => {
                shell.publish(on_sort(column));
                true
            }
            _ => false,
        }
    }

    /// Answers a key; returns whether it was for the table.
    fn key(
        &self,
        state: &mut State,
        event: &keyboard::Event,
        shell: &mut Shell<'_, Message>,
    ) -> bool {
        let keyboard::Event::KeyPressed { key, physical_key, modifiers, .. } = event else {
            return false;
        };
        let page = state.scroll.visible;
        let at = state.cursor;
        let named = match key {
            Key::Named(named) => *named,
            _ if modifiers.command() => {
                let number = key.to_latin(*physical_key).and_then(|c| c.to_digit(10));
                let place = number.and_then(|n| (n as usize).checked_sub(1));
                let columns = self.columns.iter().enumerate().filter(|(_, column)| !column.hidden);
                let column = place.and_then(|place| columns.map(|(n, _)| n).nth(place));
                return column.is_some_and(|column| self.sort(column, shell));
            }
            _ => return false,
        };
        let row = match named {
            Named::ArrowDown => at.map_or(state.scroll.top, |row| row.saturating_add(1)),
            Named::ArrowUp => at.map_or(state.scroll.top, |row| row.saturating_sub(1)),
            Named::PageDown => at.unwrap_or(0).saturating_add(page),
            Named::PageUp => at.unwrap_or(0).saturating_sub(page),
            Named::Home => 0,
            Named::End => u64::MAX,
            Named::Enter => return at.is_some_and(|row| self.open(row, shell)),
            _ => return false,
        };
        self.mark(state, row, shell);
        true
    }

    fn press(
        &self,
        state: &mut State,
        bounds: Rectangle,
        point: Point,
        shell: &mut Shell<'_, Message>,
    ) {
        let track = Self::track(bounds);
        if point.x >= track.x && point.y >= track.y {
            if let Some((offset, length)) = state.scroll.thumb(track.height, SHORTEST) {
                let y = point.y - track.y;
                let held =
                    if (offset..offset + length).contains(&y) { y - offset } else { length / 2.0 };
                state.drag = Some(Drag::Thumb(held));
                state.scroll.drag(y - held, track.height, SHORTEST);
            }
            return;
        }
        if let Some(row) = self.row_at(bounds, state, point) {
            let click = Click::new(point, mouse::Button::Left, state.click);
            state.click = Some(click);
            self.mark(state, row, shell);
            if click.kind() == click::Kind::Double {
                self.open(row, shell);
            }
            return;
        }
        let columns = self.columns(bounds, state);
        let edge = columns.iter().position(|room| on_edge(room, point));
        if let Some(column) = edge {
            let left = columns.get(column).map_or(0.0, |room| room.x);
            state.drag = Some(Drag::Edge { column, left });
        } else if let Some(column) = columns.iter().position(|room| room.contains(point)) {
            self.sort(column, shell);
        }
    }

    fn drag(&self, state: &mut State, bounds: Rectangle, point: Point) {
        match state.drag {
            Some(Drag::Thumb(held)) => {
                let track = Self::track(bounds);
                state.scroll.drag(point.y - track.y - held, track.height, SHORTEST);
            }
            Some(Drag::Edge { column, left }) => {
                state.pulled.resize(self.columns.len(), None);
                if let Some(pulled) = state.pulled.get_mut(column) {
                    *pulled = Some((point.x - left).max(SHORTEST));
                }
            }
            None => {}
        }
    }
}

/// Whether the pointer can take hold of a column's right edge.
fn on_edge(room: &Rectangle, point: Point) -> bool {
    room.width > 0.0 && (room.x + room.width - point.x).abs() <= GRIP
}

impl Column<'_> {
    fn shares(&self) -> f32 {
        match self.width {
            Width::Fixed(_) => 0.0,
            Width::Share(share) => f32::from(share.max(1)),
        }
    }
}

impl<Message> Widget<Message, Theme, Renderer> for View<'_, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, self.height)
    }

    fn layout(&mut self, tree: &mut Tree, _: &Renderer, limits: &layout::Limits) -> layout::Node {
        let node = layout::atomic(limits, Length::Fill, self.height);
        let state = tree.state.downcast_mut::<State>();
        let visible = Self::body(node.bounds()).height / measure::ROW;
        state.scroll.resize(visible.floor() as u64, self.total);
        state.cursor = state.cursor.filter(|row| *row < self.total);
        if state.given != self.selected {
            state.given = self.selected;
            if state.cursor != self.selected {
                state.cursor = self.selected;
                if let Some(row) = self.selected {
                    state.scroll.reveal(row.min(self.total.saturating_sub(1)));
                }
            }
        }
        node
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        _: &Renderer,
        operation: &mut dyn Operation,
    ) {
        let bounds = layout.bounds();
        let state = tree.state.downcast_mut::<State>();
        operation.container(self.id.as_ref(), bounds);
        operation.focusable(self.id.as_ref(), bounds, &mut state.focus);
        operation.custom(self.id.as_ref(), bounds, state);
        let columns = self.columns(bounds, state);
        let shown = |n: &usize| columns[*n].width > 0.0;
        for n in (0..columns.len()).filter(shown) {
            operation.text(None, columns[n], &self.columns[n].head);
        }
        for row in self.rows(bounds, state) {
            for n in (0..columns.len()).filter(shown) {
                if let Some(cell) = (self.cell)(row, n) {
                    let room = Self::room(bounds, state, row);
                    let room = Rectangle { x: columns[n].x, width: columns[n].width, ..room };
                    operation.text(None, room, &cell.words);
                }
            }
        }
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
        let bounds = layout.bounds();
        let state = tree.state.downcast_mut::<State>();
        if state.focus.follow(event, bounds, cursor, shell) {
            if let Some(point) = cursor.position() {
                self.press(state, bounds, point, shell);
            }
            shell.capture_event();
        }
        let hovered = cursor.position().and_then(|point| self.row_at(bounds, state, point));
        if state.hovered != hovered {
            state.hovered = hovered;
            shell.request_redraw();
        }
        match event {
            Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left))
            | Event::Touch(touch::Event::FingerLifted { .. } | touch::Event::FingerLost { .. }) => {
                if let (Some(Drag::Edge { column, .. }), Some(on_pull)) =
                    (state.drag.take(), &self.on_pull)
                    && let Some(width) = state.pulled.get(column).copied().flatten()
                {
                    shell.publish(on_pull(column, width));
                }
            }
            Event::Mouse(mouse::Event::CursorMoved { position })
            | Event::Touch(touch::Event::FingerMoved { position, .. })
                if state.drag.is_some() =>
            {
                self.drag(state, bounds, *position);
                shell.request_redraw();
                shell.capture_event();
            }
            Event::Mouse(mouse::Event::WheelScrolled { delta }) if cursor.is_over(bounds) => {
                state.wheel -= match delta {
                    mouse::ScrollDelta::Lines { y, .. } => y * 3.0,
                    mouse::ScrollDelta::Pixels { y, .. } => y / measure::ROW,
                };
                let rows = state.wheel.trunc();
                state.wheel -= rows;
                state.scroll.by(rows as i64);
                shell.request_redraw();
                shell.capture_event();
            }
            Event::Keyboard(event)
                if state.focus.is_focused()
                    && !shell.is_event_captured()
                    && self.key(state, event, shell) =>
            {
                shell.capture_event();
            }
            Event::Window(window::Event::RedrawRequested(_)) => {
                let rows = self.rows(bounds, state);
                if state.reported.as_ref() != Some(&rows) {
                    state.reported = Some(rows.clone());
                    if let Some(on_range) = &self.on_range {
                        shell.publish(on_range(rows));
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
        let Some(clip) = bounds.intersection(viewport) else {
            return;
        };
        let fill = |renderer: &mut Renderer, bounds: Rectangle, border: Border, ground: Color| {
            renderer
                .fill_quad(renderer::Quad { bounds, border, ..renderer::Quad::default() }, ground);
        };
        let edge = Border { color: tokens.line, width: 1.0, radius: measure::RADIUS.into() };
        fill(renderer, bounds, edge, tokens.surface);
        if state.focus.is_focused() {
            ring(renderer, bounds, measure::RADIUS, tokens);
        }
        let columns = self.columns(bounds, state);
        let Some(rows_clip) = Self::body(bounds).shrink([1.0, 0.0]).intersection(&clip) else {
            return;
        };
        state.lines.begin();
        renderer.with_layer(rows_clip, |renderer| {
            for row in self.rows(bounds, state) {
                let room = Self::room(bounds, state, row).shrink([0.0, 1.0]);
                let sum = self.sums.is_some_and(|from| row >= from);
                let ground = match () {
                    () if state.cursor == Some(row) => tokens.accent_soft,
                    () if state.hovered == Some(row) || sum => tokens.sunken,
                    () if row % 2 == 1 => tokens.background,
                    () => Color::TRANSPARENT,
                };
                fill(renderer, room, Border::default(), ground);
                if state.cursor == Some(row) && state.focus.is_focused() {
                    let mark = Rectangle { width: 3.0, ..room };
                    fill(renderer, mark, Border::default(), tokens.accent);
                }
                if sum {
                    let line = Rectangle { height: 1.0, ..room };
                    fill(renderer, line, Border::default(), tokens.border);
                }
                for (n, (column, place)) in self.columns.iter().zip(&columns).enumerate() {
                    if place.width == 0.0 {
                        continue;
                    }
                    let (words, ink) = match (self.cell)(row, n) {
                        Some(Cell { words, tone: None }) => (words, tokens.text),
                        Some(Cell { words, tone: Some(tone) }) => (words, tokens.tone(tone).ink),
                        None => ("…".to_owned(), tokens.faint),
                    };
                    // A row is one line high.
                    let words = office::text::in_one_line(&words);
                    let room = Rectangle { x: place.x, width: place.width, ..room };
                    let place = Place {
                        font: if sum { SEMIBOLD } else { FONT },
                        size: size::BODY,
                        ink,
                        room: room.shrink([0.0, space::S]),
                        end: column.end,
                        clip: rows_clip,
                    };
                    state.lines.draw(renderer, words, place);
                }
            }
            if let Some((offset, length)) = state.scroll.thumb(Self::track(bounds).height, SHORTEST)
            {
                let track = Self::track(bounds);
                let thumb = Rectangle { y: track.y + offset, height: length, ..track };
                fill(renderer, thumb, iced::border::rounded(space::XS), tokens.border);
            }
        });
        renderer.with_layer(clip, |renderer| {
            let head = Rectangle { height: measure::ROW, ..bounds };
            let edge = Border { radius: iced::border::top(measure::RADIUS), ..edge };
            fill(renderer, head, edge, tokens.sunken);
            for (n, (column, room)) in self.columns.iter().zip(&columns).enumerate() {
                let mut room = *room;
                if room.width == 0.0 {
                    continue;
                }
                if let Some((sorted, order)) = self.sorted
                    && sorted == n
                {
                    let icon = match order {
                        Order::Rising => Icon::Up,
                        Order::Falling => Icon::Down,
                    };
                    room.width -= size::BODY;
                    let place = Rectangle {
                        x: room.x + room.width - space::XS,
                        y: room.center_y() - size::BODY / 2.0,
                        width: size::BODY,
                        height: size::BODY,
                    };
                    icon.draw(renderer, place, tokens.accent);
                }
                let words = column.head.to_string();
                let place = Place {
                    font: SEMIBOLD,
                    size: size::SMALL,
                    // What can be sorted by is no mere label.
                    ink: if self.sorts(n) { tokens.accent } else { tokens.muted },
                    room: room.shrink([0.0, space::S]),
                    end: column.end,
                    clip,
                };
                state.lines.draw(renderer, words, place);
            }
        });
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _: &Rectangle,
        _: &Renderer,
    ) -> mouse::Interaction {
        let bounds = layout.bounds();
        let Some(point) = cursor.position_over(bounds) else {
            return mouse::Interaction::None;
        };
        let state = tree.state.downcast_ref::<State>();
        let in_head = point.y < bounds.y + measure::ROW;
        let columns = self.columns(bounds, state);
        let on_edge = columns.iter().any(|room| on_edge(room, point));
        let over = columns.iter().position(|room| room.contains(point));
        match state.drag {
            Some(Drag::Edge { .. }) => mouse::Interaction::ResizingHorizontally,
            _ if in_head && on_edge => mouse::Interaction::ResizingHorizontally,
            _ if in_head && over.is_some_and(|n| self.sorts(n)) => mouse::Interaction::Pointer,
            _ => mouse::Interaction::Idle,
        }
    }
}
