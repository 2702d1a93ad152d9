//! The rows of a field's text, and where on them things are. A field of one line has one row; in a field of several
//! lines the text breaks at its line ends and where a row is full: behind a space, or inside a word that is
//! longer than the row. Each row is shaped by itself, so a place on it is counted as on a single line.

use std::ops::Range;

use iced::advanced::text::paragraph::Plain;
use iced::advanced::text::{self, Paragraph as _};
use iced::{Point, Renderer};
use unicode_segmentation::UnicodeSegmentation;

use super::state::shape;
use crate::theme::size;

type Line = Plain<<Renderer as text::Renderer>::Paragraph>;

#[derive(Default)]
pub(super) struct Rows {
    /// The text and the width that the rows were made for.
    made: Option<(String, Option<f32>)>,
    rows: Vec<Row>,
}

struct Row {
    range: Range<usize>,
    line: Line,
}

impl Rows {
    /// Breaks `text` at `width` px; `None`: never.
    pub(super) fn update(&mut self, text: &str, width: Option<f32>) {
        if self.made.as_ref().is_some_and(|(old, at)| old == text && *at == width) {
            return;
        }
        let ranges = match width {
            Some(width) => wrap(text, width, |part| {
                let mut line = Line::default();
                line.update(shape(part));
                line.min_width()
            }),
            None => std::iter::once(0..text.len()).collect(),
        };
        self.rows.resize_with(ranges.len(), || Row { range: 0..0, line: Line::default() });
        for (row, range) in self.rows.iter_mut().zip(ranges) {
            row.line.update(shape(text.get(range.clone()).unwrap_or_default()));
            row.range = range;
        }
        self.made = Some((text.to_owned(), width));
    }

    pub(super) fn count(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn line(&self, row: usize) -> Option<&Line> {
        self.rows.get(row).map(|row| &row.line)
    }

    /// The width of the longest row, in px.
    pub(super) fn width(&self) -> f32 {
        self.rows.iter().map(|row| row.line.min_width()).fold(0.0, f32::max)
    }

    /// The row of a byte offset and its distance from the row's start, in px.
    pub(super) fn place(&self, offset: usize) -> (usize, f32) {
        let row = self.rows.partition_point(|row| row.range.start <= offset).saturating_sub(1);
        (row, self.x(row, offset))
    }

    fn x(&self, row: usize, offset: usize) -> f32 {
        let Some(Row { range, line }) = self.rows.get(row) else { return 0.0 };
        let text = self.made.as_ref().map_or("", |(text, _)| text.as_str());
        let before = text.get(range.start..offset.min(range.end)).unwrap_or_default();
        line.raw().grapheme_position(0, before.graphemes(true).count()).map_or(0.0, |point| point.x)
    }

    /// From where to where a range lies in each row that it touches: the row and two distances in px.
    pub(super) fn spans(&self, range: Range<usize>) -> Vec<(usize, f32, f32)> {
        let touched = |row: &Row| row.range.start <= range.end && row.range.end >= range.start;
        let rows = self.rows.iter().enumerate().filter(|(_, row)| touched(row));
        rows.map(|(n, row)| {
            let (from, to) = (range.start.max(row.range.start), range.end.min(row.range.end));
            (n, self.x(n, from), self.x(n, to))
        })
        .collect()
    }

    /// The byte offset nearest to `x` px from the left edge of a row.
    pub(super) fn hit(&self, row: usize, x: f32) -> usize {
        let row = row.min(self.rows.len().saturating_sub(1));
        let Some(Row { range, line }) = self.rows.get(row) else { return 0 };
        let point = Point::new(x.max(0.0), size::BODY / 2.0);
        let offset = range.start + line.raw().hit_test(point).map_or(0, text::Hit::cursor);
        // The end of a row that was only full is the start of the next.
        let next = self.rows.get(row + 1).map(|next| next.range.start);
        let text = self.made.as_ref().map_or("", |(text, _)| text.as_str());
        match text.get(range.clone()).and_then(|row| row.grapheme_indices(true).next_back()) {
            Some((last, _)) if next == Some(offset) => range.start + last,
            _ => offset,
        }
    }
}

/// Where the rows of a text lie. The sign of a line's end is in no row.
fn wrap(text: &str, width: f32, measure: impl Fn(&str) -> f32) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let mut row = start..start;
        for word in line.split_inclusive(' ') {
            let end = row.end + word.len();
            let fits = |range: Range<usize>| {
                measure(text.get(range).unwrap_or_default().trim_end_matches(' ')) <= width
            };
            if fits(row.start..end) {
                row.end = end;
                continue;
            }
            if !row.is_empty() {
                rows.push(row.clone());
            }
            row = row.end..row.end;
            for letter in word.graphemes(true) {
                let end = row.end + letter.len();
                if !row.is_empty() && !fits(row.start..end) {
                    rows.push(row.clone());
                    row.start = row.end;
                }
                row.end = end;
            }
        }
        rows.push(row);
        start += line.len() + 1;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten px a letter.
    fn rows(text: &str, width: f32) -> Vec<&str> {
        let measure = |part: &str| part.chars().count() as f32 * 10.0;
        wrap(text, width, measure).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn rows_break_behind_spaces_at_line_ends_and_in_words_that_are_too_long() {
        for (text, width, expected) in [
            ("", 100.0, &[""][..]),
            ("một hai", 100.0, &["một hai"]),
            ("một hai ba", 70.0, &["một hai ", "ba"]),
            // Spaces at the end of a row hang over.
            ("một hai   ba", 70.0, &["một hai   ", "ba"]),
            ("một\nhai", 100.0, &["một", "hai"]),
            ("một\n\nhai\n", 100.0, &["một", "", "hai", ""]),
            ("một H38991126 hai", 60.0, &["một ", "H38991", "126 ", "hai"]),
            ("đường", 5.0, &["đ", "ư", "ờ", "n", "g"]),
        ] {
            assert_eq!(rows(text, width), expected, "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_letter_is_lost_and_rows_follow_each_other(text in "[a-c \n]{0,60}", width in 5.0..200.0f32) {
            let measure = |part: &str| part.len() as f32 * 10.0;
            let rows = wrap(&text, width, measure);
            let shown: String = rows.iter().map(|row| &text[row.clone()]).collect();
            proptest::prop_assert_eq!(shown, text.replace('\n', ""));
            proptest::prop_assert!(rows.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }
}
