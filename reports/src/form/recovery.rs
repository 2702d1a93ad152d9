//! The recovery sheet, "Phiếu khôi phục sổ cái": the printed code that opens the encrypted ledger when
//! the password is forgotten. A form of the suite's own, which no law prescribes.
//!
//! The code is there for eyes and fingers only. It has no QR code, because what a camera reads stays in
//! a telephone, and it is neither in the file's title nor in its id.

use jiff::civil::DateTime;
use office::unit::Office;
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    letterhead::agency,
    words::{date, fill},
};
use crate::{
    Pdf, ReportError,
    page::{
        Align, Sheets,
        font::Cut,
        line_height,
        paper::{Mm, PaperSize, Pt},
        text::{Span, balance, width, wrap},
    },
    pdfa::Facts,
};

/// Signs that are typed in one go.
const GROUP: usize = 4;
/// Groups side by side.
const GROUPS_IN_ROW: usize = 2;

/// The words of the recovery sheet. Blanks: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct RecoveryWords {
    /// Blanks `{place}`, `{date}`.
    pub place_date: String,
    /// Blanks `{day}`, `{month}`, `{year}`.
    pub date: String,
    pub title: String,
    pub purpose: String,
    pub code: String,
    pub code_note: String,
    pub how_to: String,
    /// Without their numbers.
    pub steps: Vec<String>,
    /// What a hand fills in: who made the sheet, who keeps it, when it was sealed.
    pub blanks: [String; 3],
    pub demo: String,
}

impl FormWords for RecoveryWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/recovery.json");
}

/// Makes the recovery sheet of `office` on A4. Of `code` the letters and digits are printed, in groups
/// of four joined by hyphens (`XXXX-XXXX-…`). `made_at` is in Asia/Ho_Chi_Minh. The same input gives the
/// same bytes; whoever holds them holds the code.
///
/// # Errors
/// [`ReportError::MissingGlyph`] for a character that cannot be printed, [`ReportError::TooLong`].
pub fn recovery_sheet(
    office: &Office,
    code: &str,
    made_at: DateTime,
    form: &FormTexts<RecoveryWords>,
) -> Result<Pdf, ReportError> {
    let size = PaperSize::A4;
    let mut sheet = Sheet { words: &form.texts, body: size.body(), sheets: Sheets::new(size) };
    sheet.head(office, made_at)?;
    sheet.code(code)?;
    sheet.steps()?;
    sheet.blanks()?;
    let facts = Facts {
        title: format!("{} – {}", form.header.title, office.code),
        at: made_at,
        id: format!("{} {} {made_at}", form.id, office.code),
    };
    let stamp = office.demo.then_some(form.texts.demo.as_str());
    sheet.sheets.finish(&facts, stamp)
}

struct Sheet<'a> {
    words: &'a RecoveryWords,
    body: Pt,
    sheets: Sheets,
}

impl Sheet<'_> {
    fn span(&self, cut: Cut, scale: f32, text: &str) -> Span {
        Span::new(text, cut, self.body * scale)
    }

    fn skip(&mut self, lines: f32) {
        self.sheets.skip((self.body * lines).mm());
    }

    /// Left the office, right place and date; then the title and what the sheet is for.
    fn head(&mut self, office: &Office, made_at: DateTime) -> Result<(), ReportError> {
        let words = self.words;
        let (left, room, top) = (self.sheets.left(), self.sheets.room(), self.sheets.y());
        let agency_room = room * 0.42;
        let (place_x, place_room) = (left + agency_room, room - agency_room);
        let agency_end = agency(&mut self.sheets, office, left, agency_room)?;
        let day = date(&words.date, made_at.date());
        let place = fill(&words.place_date, &[("place", &office.place), ("date", &day)]);
        let place = balance(&[self.span(Cut::Italic, 1.0, &place)], place_room)?;
        let place_end = self.sheets.lines(place_x, top, place_room, Align::Centre, &place)?;
        self.sheets.move_to(agency_end.max(place_end));

        self.skip(2.2);
        self.sheets.paragraph(Align::Centre, &[self.span(Cut::Bold, 1.5, &words.title)])?;
        self.skip(1.2);
        self.sheets.paragraph(Align::Left, &[self.span(Cut::Regular, 1.0, &words.purpose)])
    }

    /// Each sign in the middle of a cell of its own, so that signs stand below each other and none is
    /// overlooked; each group in a frame.
    fn code(&mut self, code: &str) -> Result<(), ReportError> {
        let words = self.words;
        let size = self.body * 2.0;
        let sign = |sign: &str| [Span::new(sign, Cut::Bold, size)];
        let high = line_height(&sign(""));
        // The widest sign, W, is as wide as the font is high; more keeps signs apart.
        let cell = size.mm() * 1.4;
        let (wide, gap) = (cell * GROUP as f32, cell);
        let in_row = GROUPS_IN_ROW as f32;
        let left =
            self.sheets.left() + (self.sheets.room() - wide * in_row - gap * (in_row - 1.0)) / 2.0;

        self.skip(1.2);
        self.sheets
            .paragraph(Align::Left, &[self.span(Cut::Bold, 1.0, &format!("{}:", words.code))])?;
        self.skip(0.6);
        let signs: Vec<char> = code.chars().filter(|c| c.is_alphanumeric()).collect();
        let groups = signs.len().div_ceil(GROUP);
        for (i, group) in signs.chunks(GROUP).enumerate() {
            let column = i % GROUPS_IN_ROW;
            if column == 0 {
                self.sheets.keep(high)?;
            }
            let (x, y) = (left + (wide + gap) * column as f32, self.sheets.y());
            self.sheets.frame(x, y, wide, high, Pt(0.6));
            for (j, c) in group.iter().enumerate() {
                let line = sign(c.encode_utf8(&mut [0; 4]));
                self.sheets.line(x + cell * j as f32, y, cell, Align::Centre, &line)?;
            }
            let last = i + 1 == groups;
            if !last {
                self.sheets.line(x + wide, y, gap, Align::Centre, &sign("-"))?;
            }
            if last || column + 1 == GROUPS_IN_ROW {
                self.sheets.skip(high + (self.body * 0.6).mm());
            }
        }
        self.sheets.paragraph(Align::Left, &[self.span(Cut::Italic, 0.95, &words.code_note)])
    }

    /// The numbered how-to, with hanging numbers.
    fn steps(&mut self) -> Result<(), ReportError> {
        let words = self.words;
        let indent = (self.body * 1.6).mm();
        self.skip(1.4);
        self.sheets
            .paragraph(Align::Left, &[self.span(Cut::Bold, 1.0, &format!("{}:", words.how_to))])?;
        for (i, step) in words.steps.iter().enumerate() {
            self.skip(0.35);
            let (left, room) = (self.sheets.left(), self.sheets.room());
            let mut number = self.span(Cut::Regular, 1.0, &format!("{}.", i + 1));
            for line in wrap(&[self.span(Cut::Regular, 1.0, step)], room - indent)? {
                self.sheets.keep(line_height(&line))?;
                let y = self.sheets.y();
                self.sheets.line(left, y, indent, Align::Left, &[number.clone()])?;
                self.sheets.line(left + indent, y, room - indent, Align::Left, &line)?;
                self.sheets.skip(line_height(&line));
                number.text.clear();
            }
        }
        Ok(())
    }

    /// Lines for a hand to write on, all on one page.
    fn blanks(&mut self) -> Result<(), ReportError> {
        let labels = self
            .words
            .blanks
            .each_ref()
            .map(|label| [self.span(Cut::Regular, 1.0, &format!("{label}:"))]);
        let longest = labels
            .iter()
            .try_fold(Mm(0.0), |longest, label| Ok::<_, ReportError>(width(label)?.max(longest)))?;
        let height = (self.body * 2.4).mm();
        self.skip(1.6);
        self.sheets.keep(height * labels.len() as f32)?;
        for label in &labels {
            let (left, right, y) = (self.sheets.left(), self.sheets.right(), self.sheets.y());
            self.sheets.line(left, y, longest, Align::Left, label)?;
            self.sheets.dots(left + longest + Mm(2.0), right, y + line_height(label) * 0.8);
            self.sheets.skip(height);
        }
        Ok(())
    }
}
