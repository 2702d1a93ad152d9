//! Tables as XLSX workbooks, for offices that go on counting. Text stays text: numbers of people and
//! telephones keep their leading noughts, dates stay as they are read (dd/mm/yyyy), and only counts and
//! amounts are numbers. The same input gives the same bytes: the file's date is the record's.

use jiff::civil::DateTime;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::{
    ReportError,
    page::table::{Group, Look},
};

/// A4, in the numbers of the format.
const A4: u8 = 9;

/// A cell.
pub(crate) enum Cell {
    /// Text, whatever it looks like.
    Text(String),
    /// A count or an amount; less than nothing where money is given back.
    Number(i64),
}

/// A sheet with one table.
pub(crate) struct Table<'a, Rows> {
    /// The sheet's name.
    pub name: &'a str,
    /// Lines above the table; the first is the title.
    pub above: Vec<String>,
    /// Headings above several columns.
    pub groups: Vec<Group<'a>>,
    /// Headings and widths in characters.
    pub columns: Vec<(&'a str, f64)>,
    /// The rows.
    pub rows: Rows,
    /// Lines below the table.
    pub below: Vec<String>,
    /// When what it tells was recorded.
    pub at: DateTime,
}

impl<Rows: IntoIterator<Item = (Vec<Cell>, Look)>> Table<'_, Rows> {
    /// The workbook's bytes.
    pub fn write(self) -> Result<Vec<u8>, ReportError> {
        self.written().map_err(|_| ReportError::Workbook)
    }

    fn written(self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let day = self.at.date();
        let (year, month, day) = (day.year(), day.month(), day.day());
        let created = ExcelDateTime::from_ymd(year as u16, month as u8, day as u8)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&created));

        let plain = Format::new()
            .set_font_name("Times New Roman")
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_border(FormatBorder::Thin);
        let text = plain.clone().set_num_format("@");
        let number = plain.clone().set_num_format("#,##0");
        let heading = plain.clone().set_bold().set_align(FormatAlign::Center);
        let outside = Format::new().set_font_name("Times New Roman");
        let title = outside.clone().set_bold();

        let sheet = book.add_worksheet();
        sheet.set_name(self.name)?;
        let mut row = 0;
        for (i, line) in self.above.iter().enumerate() {
            let format = if i == 0 { &title } else { &outside };
            sheet.write_string_with_format(row, 0, line, format)?;
            row += 1;
        }
        let first = row;
        row = self.headings(sheet, row, &heading)?;
        sheet.set_freeze_panes(row, 0)?;
        sheet.set_repeat_rows(first, row - 1)?;
        let last = self.columns.len().saturating_sub(1) as u16;
        for (cells, look) in self.rows {
            let of = |format: &Format| match look {
                Look::Plain => format.clone(),
                Look::Total | Look::Caption => format.clone().set_bold(),
                Look::Struck => format.clone().set_font_strikethrough(),
            };
            if let (Look::Caption, Some(Cell::Text(caption))) = (look, cells.first()) {
                sheet.merge_range(row, 0, row, last, caption, &of(&text))?;
                row += 1;
                continue;
            }
            for (column, cell) in (0..).zip(&cells) {
                // The last cell of a cancelled row says why and is not struck out.
                let why = look == Look::Struck && column == last;
                match cell {
                    Cell::Text(words) if why => {
                        sheet.write_string_with_format(row, column, words, &text)?
                    }
                    Cell::Text(words) => {
                        sheet.write_string_with_format(row, column, words, &of(&text))?
                    }
                    Cell::Number(n) => {
                        sheet.write_number_with_format(row, column, *n as f64, &of(&number))?
                    }
                };
            }
            row += 1;
        }
        for line in &self.below {
            sheet.write_string_with_format(row, 0, line, &outside)?;
            row += 1;
        }
        sheet.set_landscape();
        sheet.set_paper_size(A4);
        sheet.set_print_fit_to_pages(1, 0);
        sheet.set_footer("&C&P/&N");
        book.save_to_buffer()
    }

    /// The heading rows; returns the row below them.
    fn headings(&self, sheet: &mut Worksheet, row: u32, format: &Format) -> Result<u32, XlsxError> {
        let grouped = |column: usize| {
            self.groups.iter().any(|g| (g.first..g.first + g.count).contains(&column))
        };
        let below = if self.groups.is_empty() { row } else { row + 1 };
        for group in &self.groups {
            let (from, to) = (group.first as u16, (group.first + group.count - 1) as u16);
            sheet.merge_range(row, from, row, to, group.heading, format)?;
        }
        for (i, (heading, width)) in self.columns.iter().enumerate() {
            let column = i as u16;
            sheet.set_column_width(column, *width)?;
            if below > row && !grouped(i) {
                sheet.merge_range(row, column, below, column, heading, format)?;
            } else {
                sheet.write_string_with_format(below, column, *heading, format)?;
            }
        }
        Ok(below + 1)
    }
}
