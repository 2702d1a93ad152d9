//! What the field remembers between frames, and where on the line things are.

use std::time::Instant;

use iced::Renderer;
use iced::advanced::mouse::Click;
use iced::advanced::text;
use iced::advanced::text::paragraph::Plain;
use iced::advanced::widget::operation;
use unicode_segmentation::UnicodeSegmentation;

use super::rows::Rows;
use crate::FONT;
use crate::edit::{Edit, Motion};
use crate::focus::Focus;
use crate::ime::Composition;
use crate::menu::List;
use crate::theme::size;

/// The height of a row, in px.
pub(super) const ROW: f32 = size::BODY * 1.5;

/// What stands for a hidden letter.
const DOT: &str = "•";

pub(crate) struct State {
    pub(super) focus: Focus,
    pub(super) was_focused: bool,
    pub(super) edit: Edit,
    /// The line as it was when a run of quick keys began.
    pub(super) before: Option<Edit>,
    /// The line was changed by no key of its own, and the screen does not know yet.
    pub(super) changed: bool,
    pub(super) secure: bool,
    /// Codes belong here, also those that a scanner types.
    pub(super) plain: bool,
    pub(super) composition: Composition,
    /// What it suggests.
    pub(super) list: List,
    /// Lines in sight; with more than one the text breaks.
    pub(super) lines: u16,
    pub(super) rows: Rows,
    /// The first row in sight.
    pub(super) first: usize,
    pub(super) placeholder: Plain<<Renderer as text::Renderer>::Paragraph>,
    /// How far the line is moved to the left, in px.
    pub(super) scroll: f32,
    pub(super) dragging: bool,
    pub(super) click: Option<Click>,
    pub(super) shift: bool,
    pub(super) window_focused: bool,
    pub(super) touched: Instant,
    pub(super) now: Instant,
}

impl operation::Focusable for State {
    fn is_focused(&self) -> bool {
        self.focus.is_focused()
    }

    /// Reached by the keyboard, the whole text is selected: typing replaces it.
    fn focus(&mut self) {
        if !self.focus.is_focused() {
            self.focus.set(true);
            self.edit.select_all();
            self.touched = Instant::now();
        }
    }

    fn unfocus(&mut self) {
        self.focus.set(false);
    }
}

impl operation::TextInput for State {
    fn text(&self) -> &str {
        if self.secure { "" } else { self.edit.text() }
    }

    fn move_cursor_to_front(&mut self) {
        self.edit.go(Motion::Start, false);
    }

    fn move_cursor_to_end(&mut self) {
        self.edit.go(Motion::End, false);
    }

    fn move_cursor_to(&mut self, position: usize) {
        self.edit.put(offset_of(self.edit.text(), position), false);
    }

    fn select_all(&mut self) {
        self.edit.select_all();
    }

    fn select_range(&mut self, start: usize, end: usize) {
        self.edit.put(offset_of(self.edit.text(), start), false);
        self.edit.put(offset_of(self.edit.text(), end), true);
    }
}

/// The byte offset of the `n`-th grapheme.
fn offset_of(text: &str, n: usize) -> usize {
    text.grapheme_indices(true).nth(n).map_or(text.len(), |(offset, _)| offset)
}

fn dots(text: &str) -> String {
    DOT.repeat(text.graphemes(true).count())
}

impl State {
    pub(super) fn new(text: &str, secure: bool) -> Self {
        let now = Instant::now();
        Self {
            focus: Focus::default(),
            was_focused: false,
            edit: Edit::new(text),
            before: None,
            changed: false,
            secure,
            plain: false,
            composition: Composition::default(),
            list: List::default(),
            lines: 1,
            rows: Rows::default(),
            first: 0,
            placeholder: Plain::default(),
            scroll: 0.0,
            dragging: false,
            click: None,
            shift: false,
            window_focused: true,
            touched: now,
            now,
        }
    }

    /// Remembers the line, with the word that is in composition, if it has the focus.
    pub(crate) fn remember(&mut self) -> bool {
        self.before = self.focus.is_focused().then(|| {
            let mut line = self.edit.clone();
            line.type_in(self.composition.text());
            line
        });
        self.before.is_some()
    }

    /// What was put into the line since, if the line would give it back; empty if
    /// more has changed than that.
    pub(crate) fn put_in(&self) -> Option<String> {
        let before = self.before.as_ref().filter(|_| self.focus.is_focused() && !self.plain)?;
        let mut now = self.edit.clone();
        now.type_in(self.composition.text());
        let selection = before.selection();
        let head = before.text().get(..selection.start)?;
        let tail = before.text().get(selection.end..)?;
        // An input method may have changed the word before, too.
        let rest = now.text().strip_prefix(head).and_then(|rest| rest.strip_suffix(tail));
        Some(rest.unwrap_or_default().to_owned())
    }

    /// Puts in what was typed before the line had the focus.
    pub(crate) fn put(&mut self, keys: &str) -> bool {
        let focused = self.focus.is_focused();
        if focused {
            self.edit.type_in(keys);
            self.changed = true;
        }
        focused
    }

    /// Makes the line what it was.
    pub(crate) fn restore(&mut self) -> bool {
        let Some(before) = self.before.take().filter(|_| self.focus.is_focused()) else {
            return false;
        };
        self.composition.take();
        self.list.open = false;
        self.edit = before;
        self.changed = true;
        true
    }

    /// What stands before the caret, in composition at the caret, and after it.
    pub(super) fn shown(&self) -> [String; 3] {
        let (before, after) =
            self.edit.text().split_at_checked(self.edit.caret()).unwrap_or_default();
        [before, self.composition.text(), after]
            .map(|part| if self.secure { dots(part) } else { part.to_owned() })
    }

    /// Shapes the line anew and scrolls so that the caret is in sight.
    pub(super) fn refresh(&mut self, width: f32) {
        let [before, composed, after] = self.shown();
        let line = [before.as_str(), &composed, &after].concat();
        let caret = before.len() + self.composed_caret(&composed);
        if self.breaks() {
            self.rows.update(&line, Some(width));
            let (row, in_sight) = (self.rows.place(caret).0, usize::from(self.lines));
            self.first = self.first.clamp((row + 1).saturating_sub(in_sight), row);
            self.first = self.first.min(self.rows.count().saturating_sub(in_sight));
            self.scroll = 0.0;
            return;
        }
        self.rows.update(&line, None);
        let caret = self.rows.place(caret).1;
        self.scroll = self.scroll.clamp((caret + 2.0 - width).max(0.0), caret);
        let overhang = (self.rows.width() + 2.0 - width).max(0.0);
        self.scroll = self.scroll.min(overhang);
    }

    /// Whether the text has several lines.
    pub(super) fn breaks(&self) -> bool {
        self.lines > 1
    }

    /// Moves the caret to the row above or below. Returns whether there is one.
    pub(super) fn climb(&mut self, down: bool, select: bool) -> bool {
        let (row, x) = self.rows.place(self.edit.caret());
        let to = if down { row.checked_add(1) } else { row.checked_sub(1) };
        let to = to.filter(|to| self.breaks() && *to < self.rows.count());
        if let Some(to) = to {
            self.edit.put(self.rows.hit(to, x), select);
        }
        to.is_some()
    }

    pub(super) fn composed_caret(&self, composed: &str) -> usize {
        if self.secure { composed.len() } else { self.composition.caret().min(composed.len()) }
    }

    /// How long the shown line is up to a byte offset of the text, in bytes.
    pub(super) fn shown_len(&self, offset: usize) -> usize {
        let part = self.edit.text().get(..offset).unwrap_or_default();
        if self.secure { dots(part).len() } else { part.len() }
    }

    /// The byte offset in the text nearest to a place, in px from the left edge and from the first row in
    /// sight. Nothing is composed.
    pub(super) fn hit(&self, x: f32, y: f32) -> usize {
        let below = (y / ROW).floor().max(0.0) as usize;
        let shown = self.rows.hit(self.first + below, x + self.scroll);
        if self.secure { offset_of(self.edit.text(), shown / DOT.len()) } else { shown }
    }
}

/// The text of the field, ready to be shaped.
pub(super) fn shape(content: &str) -> text::Text<&str, iced::Font> {
    crate::text::line(content, FONT, size::BODY)
}
