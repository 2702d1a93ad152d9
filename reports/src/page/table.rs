//! Ruled tables that flow over pages and repeat their header.

use super::{
    Align, Sheets,
    font::Cut,
    line_height,
    paper::{Mm, Pt},
    text::{Line, Span, width, wrap},
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

/// A heading above several columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group<'a> {
    /// Its words.
    pub heading: &'a str,
    /// The first of its columns, from 0.
    pub first: usize,
    /// How many columns.
    pub count: usize,
}

/// The frame of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid<'a> {
    /// The columns; their widths add up to the table's.
    pub columns: Vec<Column<'a>>,
    /// Headings above several columns, from left to right.
    pub groups: Vec<Group<'a>>,
    /// Whether the columns are numbered below their headings, as official registers do.
    pub numbered: bool,
    /// Size of the text.
    pub size: Pt,
}

/// How a row looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// An ordinary row.
    Plain,
    /// A total.
    Total,
    /// A caption across all columns: only the first cell is set.
    Caption,
    /// Cancelled: struck out, still legible. The last cell, which says why, is not struck.
    Struck,
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The cells' texts, one for each column.
    pub cells: Vec<String>,
    /// How it looks.
    pub look: Look,
    /// At least this high, for hands to write in.
    pub least: Mm,
}

impl Row {
    /// An ordinary row.
    pub fn plain(cells: Vec<String>) -> Self {
        Self::of(cells, Look::Plain)
    }

    /// A row of this look.
    pub fn of(cells: Vec<String>, look: Look) -> Self {
        Self { cells, look, least: Mm(0.0) }
    }
}

/// Empty borders inside a cell.
#[derive(Clone, Copy)]
struct Pad {
    side: Mm,
    edge: Mm,
}

/// A table under way: what every row needs.
struct Ruler<'a> {
    grid: &'a Grid<'a>,
    pad: Pad,
    line: Mm,
    /// Cells of the heading row, and of the row of group headings above it.
    headings: Vec<Vec<Line>>,
    groups: Vec<Vec<Line>>,
}

impl<'a> Ruler<'a> {
    fn new(grid: &'a Grid<'a>) -> Result<Self, ReportError> {
        let size = grid.size;
        let pad = Pad { side: (size * 0.35).mm(), edge: (size * 0.18).mm() };
        let line = line_height(&[Span::new("", Cut::Regular, size)]);
        let mut ruler = Self { grid, pad, line, headings: Vec::new(), groups: Vec::new() };
        for column in &grid.columns {
            ruler.headings.push(ruler.cell(column.heading, Cut::Bold, column.width)?);
        }
        for group in &grid.groups {
            let width = ruler.span(group.first, group.count);
            ruler.groups.push(ruler.cell(group.heading, Cut::Bold, width)?);
        }
        Ok(ruler)
    }

    fn cell(&self, text: &str, cut: Cut, width: Mm) -> Result<Vec<Line>, ReportError> {
        wrap(&[Span::new(text, cut, self.grid.size)], width - self.pad.side * 2.0)
    }

    /// Width of `count` columns from `first` on.
    fn span(&self, first: usize, count: usize) -> Mm {
        let columns = self.grid.columns.iter().skip(first).take(count);
        columns.fold(Mm(0.0), |sum, column| sum + column.width)
    }

    fn width(&self) -> Mm {
        self.span(0, self.grid.columns.len())
    }

    fn cells(&self, row: &Row) -> Result<Vec<Vec<Line>>, ReportError> {
        let cut = match row.look {
            Look::Plain | Look::Struck => Cut::Regular,
            Look::Total | Look::Caption => Cut::Bold,
        };
        if row.look == Look::Caption {
            let text = row.cells.first().map_or("", String::as_str);
            return Ok(vec![self.cell(text, cut, self.width())?]);
        }
        let columns = self.grid.columns.iter().zip(&row.cells);
        columns.map(|(column, text)| self.cell(text, cut, column.width)).collect()
    }

    fn height(&self, lines: usize) -> Mm {
        self.line * lines as f32 + self.pad.edge * 2.0
    }

    fn header_height(&self) -> Mm {
        let mut height = self.height(tall(&self.headings));
        if !self.groups.is_empty() {
            height += self.height(tall(&self.groups));
        }
        if self.grid.numbered {
            height += self.height(1);
        }
        height
    }

    /// Whether a group stands above the column.
    fn grouped(&self, column: usize) -> bool {
        self.grid.groups.iter().any(|g| (g.first..g.first + g.count).contains(&column))
    }
}

fn tall(row: &[Vec<Line>]) -> usize {
    row.iter().map(Vec::len).max().unwrap_or(0).max(1)
}

impl Sheets {
    /// Sets a plain table from here on. A row stays on one page unless it is taller than a page.
    ///
    /// # Errors
    /// [`ReportError::MissingGlyph`], [`ReportError::TooLong`].
    pub fn table(
        &mut self,
        columns: &[Column<'_>],
        size: Pt,
        rows: impl IntoIterator<Item = Vec<String>>,
    ) -> Result<(), ReportError> {
        let grid = Grid { columns: columns.to_vec(), groups: Vec::new(), numbered: false, size };
        self.ruled(&grid, rows.into_iter().map(Row::plain))
    }

    /// Sets a table from here on; its header is repeated on every page.
    ///
    /// # Errors
    /// [`ReportError::MissingGlyph`], [`ReportError::TooLong`].
    pub fn ruled(
        &mut self,
        grid: &Grid<'_>,
        rows: impl IntoIterator<Item = Row>,
    ) -> Result<(), ReportError> {
        let ruler = Ruler::new(grid)?;
        let head = ruler.header_height();
        let fresh = self.bottom() - self.size().margins().top - head;

        // A header alone at the foot of a page would be lost: it needs one line of rows below it.
        self.keep(head + ruler.height(1))?;
        self.header(&ruler)?;
        for row in rows {
            let mut cells = ruler.cells(&row)?;
            // A caption stays with the row below it.
            let with = if row.look == Look::Caption { ruler.height(1) } else { Mm(0.0) };
            loop {
                let lines = tall(&cells);
                let height = ruler.height(lines).max(row.least);
                if self.y() + height + with <= self.bottom() {
                    self.row(&ruler, &cells, row.look, height)?;
                    break;
                }
                if height + with > fresh {
                    let room = self.bottom() - self.y() - ruler.pad.edge * 2.0;
                    let here = (room / ruler.line.0).0.max(0.0) as usize;
                    if here > 0 {
                        let first: Vec<Vec<Line>> = cells
                            .iter_mut()
                            .map(|cell| cell.drain(..here.min(cell.len())).collect())
                            .collect();
                        self.row(&ruler, &first, row.look, ruler.height(here))?;
                    }
                }
                self.new_page()?;
                self.header(&ruler)?;
            }
        }
        Ok(())
    }

    /// The header, which begins the table on its page: it alone has an edge above.
    fn header(&mut self, ruler: &Ruler<'_>) -> Result<(), ReportError> {
        let (left, top) = (self.left(), self.y());
        self.rule((left, top), (left + ruler.width(), top), GRID);
        if ruler.groups.is_empty() {
            self.row_of(
                ruler,
                &ruler.headings,
                Look::Plain,
                ruler.height(tall(&ruler.headings)),
                true,
            )?;
        } else {
            self.group_header(ruler)?;
        }
        if ruler.grid.numbered {
            let cells: Result<Vec<_>, _> = (1..=ruler.grid.columns.len())
                .map(|n| ruler.cell(&format!("({n})"), Cut::Italic, Mm(f32::INFINITY)))
                .collect();
            self.row_of(ruler, &cells?, Look::Plain, ruler.height(1), true)?;
        }
        Ok(())
    }

    /// Two rows of headings: a group above its columns, other columns as high as both.
    fn group_header(&mut self, ruler: &Ruler<'_>) -> Result<(), ReportError> {
        let (left, top) = (self.left(), self.y());
        let middle = top + ruler.height(tall(&ruler.groups));
        let bottom = middle + ruler.height(tall(&ruler.headings));
        let end = left + ruler.width();
        self.rule((left, bottom), (end, bottom), GRID);
        self.rule((left, top), (left, bottom), GRID);
        for (group, cell) in ruler.grid.groups.iter().zip(&ruler.groups) {
            let x = left + ruler.span(0, group.first);
            let width = ruler.span(group.first, group.count);
            self.rule((x, middle), (x + width, middle), GRID);
            self.in_box(ruler, x, width, (top, middle), Align::Centre, cell)?;
        }
        let mut x = left;
        for (i, (column, cell)) in ruler.grid.columns.iter().zip(&ruler.headings).enumerate() {
            let from = if ruler.grouped(i) { middle } else { top };
            self.in_box(ruler, x, column.width, (from, bottom), Align::Centre, cell)?;
            x += column.width;
            let inside = ruler
                .grid
                .groups
                .iter()
                .any(|g| (g.first..g.first + g.count.saturating_sub(1)).contains(&i));
            self.rule((x, if inside { middle } else { top }), (x, bottom), GRID);
        }
        self.move_to(bottom);
        Ok(())
    }

    /// Lines in the middle of a box's height.
    fn in_box(
        &mut self,
        ruler: &Ruler<'_>,
        x: Mm,
        width: Mm,
        (top, bottom): (Mm, Mm),
        align: Align,
        cell: &[Line],
    ) -> Result<Mm, ReportError> {
        let used = cell.iter().fold(Mm(0.0), |sum, line| sum + line_height(line));
        let top = top + (bottom - top - used) / 2.0;
        self.lines(x + ruler.pad.side, top, width - ruler.pad.side * 2.0, align, cell)?;
        Ok(top)
    }

    fn row(
        &mut self,
        ruler: &Ruler<'_>,
        cells: &[Vec<Line>],
        look: Look,
        height: Mm,
    ) -> Result<(), ReportError> {
        self.row_of(ruler, cells, look, height, false)
    }

    /// One row at the present place: edges left, right and below and cells, each in the middle of the row's height.
    fn row_of(
        &mut self,
        ruler: &Ruler<'_>,
        cells: &[Vec<Line>],
        look: Look,
        height: Mm,
        heading: bool,
    ) -> Result<(), ReportError> {
        let (top, mut x) = (self.y(), self.left());
        let (bottom, end) = (top + height, x + ruler.width());
        self.rule((x, top), (x, bottom), GRID);
        self.rule((x, bottom), (end, bottom), GRID);
        if look == Look::Caption {
            self.rule((end, top), (end, bottom), GRID);
            for cell in cells {
                self.in_box(ruler, x, ruler.width(), (top, bottom), Align::Left, cell)?;
            }
            self.move_to(bottom);
            return Ok(());
        }
        let last = cells.len().saturating_sub(1);
        for (i, (column, cell)) in ruler.grid.columns.iter().zip(cells).enumerate() {
            let align = if heading { Align::Centre } else { column.align };
            let from = self.in_box(ruler, x, column.width, (top, bottom), align, cell)?;
            if look == Look::Struck && i < last {
                self.strike(
                    x + ruler.pad.side,
                    from,
                    column.width - ruler.pad.side * 2.0,
                    align,
                    cell,
                )?;
            }
            x += column.width;
            self.rule((x, top), (x, bottom), GRID);
        }
        self.move_to(bottom);
        Ok(())
    }

    /// A stroke through each line of a cell.
    fn strike(
        &mut self,
        x: Mm,
        top: Mm,
        room: Mm,
        align: Align,
        cell: &[Line],
    ) -> Result<(), ReportError> {
        let mut top = top;
        for line in cell {
            let long = width(line)?;
            let from = match align {
                Align::Left => x,
                Align::Centre => x + (room - long) / 2.0,
                Align::Right => x + room - long,
            };
            let y = top + line_height(line) * 0.56;
            self.rule((from, y), (from + long, y), GRID);
            top += line_height(line);
        }
        Ok(())
    }
}
