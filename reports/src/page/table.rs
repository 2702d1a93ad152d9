//! Ruled tables that flow over pages and repeat their header.

use super::{
    Align, Sheets,
    font::Cut,
    line_height,
    paper::{Mm, Pt},
    text::{Line, Span, wrap},
};
use crate::ReportError;

/// Thickness of the grid.
const GRID: Pt = Pt(0.5);

/// A column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column<'a> {
    /// Its heading.
    pub heading: &'a str,
    /// Its width; the widths add up to the table's.
    pub width: Mm,
    /// How its cells stand.
    pub align: Align,
}

/// Empty borders inside a cell.
#[derive(Clone, Copy)]
struct Pad {
    side: Mm,
    edge: Mm,
}

impl Sheets {
    /// Sets a table from here on. A row stays on one page unless it is taller than a page.
    ///
    /// # Errors
    /// [`ReportError::MissingGlyph`], [`ReportError::TooLong`].
    pub fn table(
        &mut self,
        columns: &[Column<'_>],
        size: Pt,
        rows: impl IntoIterator<Item = Vec<String>>,
    ) -> Result<(), ReportError> {
        let pad = Pad { side: (size * 0.35).mm(), edge: (size * 0.18).mm() };
        let cells = |texts: &[&str], cut: Cut| -> Result<Vec<Vec<Line>>, ReportError> {
            columns
                .iter()
                .zip(texts)
                .map(|(column, text)| {
                    let span = Span::new(text, cut, size);
                    wrap(&[span], column.width - pad.side * 2.0)
                })
                .collect()
        };
        let headings: Vec<&str> = columns.iter().map(|column| column.heading).collect();
        let header = cells(&headings, Cut::Bold)?;
        let line = line_height(&[Span::new("", Cut::Regular, size)]);
        let tall = |row: &[Vec<Line>]| row.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let height = |lines: usize| line * lines as f32 + pad.edge * 2.0;

        // A header alone at the foot of a page would be lost: it needs one line of rows below it.
        self.keep(height(tall(&header)) + height(1))?;
        self.header(columns, &header, pad, height(tall(&header)))?;
        for texts in rows {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let mut row = cells(&texts, Cut::Regular)?;
            loop {
                let lines = tall(&row);
                if self.y() + height(lines) <= self.bottom() {
                    self.row(columns, &row, pad, height(lines))?;
                    break;
                }
                let fresh = self.bottom() - self.size().margins().top - height(tall(&header));
                if height(lines) > fresh {
                    let here =
                        ((self.bottom() - self.y() - pad.edge * 2.0) / line.0).0.max(0.0) as usize;
                    if here > 0 {
                        let first: Vec<Vec<Line>> = row
                            .iter_mut()
                            .map(|cell| cell.drain(..here.min(cell.len())).collect())
                            .collect();
                        self.row(columns, &first, pad, height(here))?;
                    }
                }
                self.new_page()?;
                self.header(columns, &header, pad, height(tall(&header)))?;
            }
        }
        Ok(())
    }

    /// The header, which begins the table on its page: it alone has an edge above.
    fn header(
        &mut self,
        columns: &[Column<'_>],
        cells: &[Vec<Line>],
        pad: Pad,
        height: Mm,
    ) -> Result<(), ReportError> {
        let columns: Vec<Column<'_>> =
            columns.iter().map(|column| Column { align: Align::Centre, ..*column }).collect();
        let end = columns.iter().fold(self.left(), |sum, column| sum + column.width);
        self.rule((self.left(), self.y()), (end, self.y()), GRID);
        self.row(&columns, cells, pad, height)
    }

    /// One row at the present place: edges left, right and below and cells, each in the middle of the row's height.
    fn row(
        &mut self,
        columns: &[Column<'_>],
        cells: &[Vec<Line>],
        pad: Pad,
        height: Mm,
    ) -> Result<(), ReportError> {
        let (top, mut x) = (self.y(), self.left());
        let (bottom, end) =
            (top + height, columns.iter().fold(x, |sum, column| sum + column.width));
        self.rule((x, top), (x, bottom), GRID);
        self.rule((x, bottom), (end, bottom), GRID);
        for (column, cell) in columns.iter().zip(cells) {
            let next = x + column.width;
            self.rule((next, top), (next, bottom), GRID);
            let used = cell.iter().fold(Mm(0.0), |sum, line| sum + line_height(line));
            self.lines(
                x + pad.side,
                top + (height - used) / 2.0,
                column.width - pad.side * 2.0,
                column.align,
                cell,
            )?;
            x = next;
        }
        self.move_to(bottom);
        Ok(())
    }
}
