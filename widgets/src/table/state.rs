//! What a table remembers: which row is at the top and which is marked. All in row numbers.

use std::ops::Range;

use iced::advanced::mouse::Click;

use crate::focus::Focus;
use crate::lines::Lines;

#[derive(Default)]
pub(crate) struct State {
    pub(crate) focus: Focus,
    pub(super) scroll: Scroll,
    /// The marked row.
    pub(super) cursor: Option<u64>,
    /// The selection that the screen gave last.
    pub(super) given: Option<u64>,
    pub(super) reported: Option<Range<u64>>,
    /// Rows of wheel movement that are not a whole row yet.
    pub(super) wheel: f32,
    /// The row under the pointer.
    pub(super) hovered: Option<u64>,
    pub(super) drag: Option<Drag>,
    pub(super) click: Option<Click>,
    /// Widths of columns that the user has pulled, in px.
    pub(super) pulled: Vec<Option<f32>>,
    pub(super) lines: Lines,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Drag {
    /// The scroll bar's thumb, held so far below its upper edge, in px.
    Thumb(f32),
    /// The right edge of a column whose left edge is at this place, in px.
    Edge { column: usize, left: f32 },
}

/// The window of rows in sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Scroll {
    pub(super) top: u64,
    /// Rows that are in sight as a whole; at least 1.
    pub(super) visible: u64,
    pub(super) total: u64,
}

impl Scroll {
    pub(super) fn last_top(self) -> u64 {
        self.total.saturating_sub(self.visible)
    }

    pub(super) fn resize(&mut self, visible: u64, total: u64) {
        self.visible = visible.max(1);
        self.total = total;
        self.top = self.top.min(self.last_top());
    }

    pub(super) fn by(&mut self, rows: i64) {
        self.top = self.top.saturating_add_signed(rows).min(self.last_top());
    }

    pub(super) fn reveal(&mut self, row: u64) {
        if row < self.top {
            self.top = row;
        } else if row - self.top >= self.visible {
            self.top = row + 1 - self.visible;
        }
        self.top = self.top.min(self.last_top());
    }

    /// The thumb's offset and length on a track of `track` px.
    pub(super) fn thumb(self, track: f32, shortest: f32) -> Option<(f32, f32)> {
        if self.total <= self.visible {
            return None;
        }
        let share = self.visible as f64 / self.total as f64;
        let length = (f64::from(track) * share).max(f64::from(shortest));
        let way = (f64::from(track) - length).max(0.0);
        let offset = way * self.top as f64 / self.last_top() as f64;
        Some((offset as f32, length as f32))
    }

    /// Puts the thumb's offset; the reverse of [`Self::thumb`].
    pub(super) fn drag(&mut self, offset: f32, track: f32, shortest: f32) {
        if let Some((_, length)) = self.thumb(track, shortest) {
            let way = f64::from((track - length).max(1.0));
            let share = (f64::from(offset) / way).clamp(0.0, 1.0);
            self.top = (share * self.last_top() as f64).round() as u64;
            self.top = self.top.min(self.last_top());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_row_can_be_brought_in_sight(
            total in 1..=u64::MAX, row in 0..u64::MAX, top in 0..u64::MAX, visible in 1..200u64
        ) {
            let row = row % total;
            let mut scroll = Scroll { top, ..Scroll::default() };
            scroll.resize(visible, total);
            scroll.reveal(row);
            prop_assert!(scroll.top <= row && row - scroll.top < visible);
        }

        #[test]
        fn the_thumb_reaches_both_ends(total in 2..10_000_000u64, visible in 1..100u64) {
            prop_assume!(total > visible);
            let mut scroll = Scroll { top: 0, visible, total };
            scroll.drag(1e6, 400.0, 24.0);
            prop_assert_eq!(scroll.top, total - visible);
            let (offset, length) = scroll.thumb(400.0, 24.0).unwrap_or_default();
            prop_assert!((offset + length - 400.0).abs() < 0.1);
            scroll.drag(-5.0, 400.0, 24.0);
            prop_assert_eq!(scroll.top, 0);
        }
    }
}
