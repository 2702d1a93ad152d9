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
    setting::{Setting, finish},
};
use crate::{
    Pdf, ReportError,
    page::{
        Align,
        font::Cut,
        line_height,
        paper::{Mm, PaperSize, Pt},
        text::{Span, balance, width},
    },
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
    pub title: String,
    pub purpose: String,
    pub code: String,
    pub code_note: String,
    pub how_to: String,
    /// Without their numbers.
    pub steps: Vec<String>,
    /// What a hand fills in: who made the sheet, who keeps it, when it was sealed.
    pub blanks: [String; 3],
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
    let setting = Setting::new(office, &form.common, size, size.body());
    let mut sheet = Sheet { words: &form.texts, setting };
    sheet.head(made_at)?;
    sheet.code(code)?;
    sheet.steps()?;
    sheet.blanks()?;
    let id = format!("{} {} {made_at}", form.id, office.code);
    finish(sheet.setting.sheets, office, form, office.code.as_str(), made_at, id)
}

struct Sheet<'a> {
    words: &'a RecoveryWords,
    setting: Setting<'a>,
}

impl Sheet<'_> {
    /// Left the office, right place and date; then the title and what the sheet is for.
    fn head(&mut self, made_at: DateTime) -> Result<(), ReportError> {
        let Self { words, setting } = self;
        let (left, room, top) = (setting.sheets.left(), setting.sheets.room(), setting.sheets.y());
        let agency_room = room * 0.42;
        let (place_x, place_room) = (left + agency_room, room - agency_room);
        let agency_end = agency(&mut setting.sheets, setting.office, left, agency_room)?;
        let place = setting.italic(&setting.place_date(made_at.date()));
        let place = balance(&[place], place_room)?;
        let place_end = setting.sheets.lines(place_x, top, place_room, Align::Centre, &place)?;
        setting.sheets.move_to(agency_end.max(place_end));

        setting.skip(2.2);
        let title = [setting.span(Cut::Bold, 1.5, &words.title)];
        setting.sheets.paragraph(Align::Centre, &title)?;
        setting.skip(1.2);
        let purpose = [setting.plain(&words.purpose)];
        setting.sheets.paragraph(Align::Left, &purpose)
    }

    /// Each sign in the middle of a cell of its own, so that signs stand below each other and none is
    /// overlooked; each group in a frame.
    fn code(&mut self, code: &str) -> Result<(), ReportError> {
        let Self { words, setting } = self;
        let size = setting.body * 2.0;
        let sign = |sign: &str| [Span::new(sign, Cut::Bold, size)];
        let high = line_height(&sign(""));
        // The widest sign, W, is as wide as the font is high; more keeps signs apart.
        let cell = size.mm() * 1.4;
        let (wide, gap) = (cell * GROUP as f32, cell);
        let in_row = GROUPS_IN_ROW as f32;
        let left = setting.sheets.left()
            + (setting.sheets.room() - wide * in_row - gap * (in_row - 1.0)) / 2.0;

        setting.skip(1.2);
        let caption = [setting.bold(&format!("{}:", words.code))];
        setting.sheets.paragraph(Align::Left, &caption)?;
        setting.skip(0.6);
        let signs: Vec<char> = code.chars().filter(|c| c.is_alphanumeric()).collect();
        let groups = signs.len().div_ceil(GROUP);
        for (i, group) in signs.chunks(GROUP).enumerate() {
            let column = i % GROUPS_IN_ROW;
            if column == 0 {
                setting.sheets.keep(high)?;
            }
            let (x, y) = (left + (wide + gap) * column as f32, setting.sheets.y());
            setting.sheets.frame(x, y, wide, high, Pt(0.6));
            for (j, c) in group.iter().enumerate() {
                let line = sign(c.encode_utf8(&mut [0; 4]));
                setting.sheets.line(x + cell * j as f32, y, cell, Align::Centre, &line)?;
            }
            let last = i + 1 == groups;
            if !last {
                setting.sheets.line(x + wide, y, gap, Align::Centre, &sign("-"))?;
            }
            if last || column + 1 == GROUPS_IN_ROW {
                setting.sheets.skip(high + (setting.body * 0.6).mm());
            }
        }
        let note = [setting.span(Cut::Italic, 0.95, &words.code_note)];
        setting.sheets.paragraph(Align::Left, &note)
    }

    /// The numbered how-to.
    fn steps(&mut self) -> Result<(), ReportError> {
        let Self { words, setting } = self;
        setting.skip(1.4);
        let caption = [setting.bold(&format!("{}:", words.how_to))];
        setting.sheets.paragraph(Align::Left, &caption)?;
        setting.list(&words.steps, 0.35)
    }

    /// Lines for a hand to write on, all on one page.
    fn blanks(&mut self) -> Result<(), ReportError> {
        let Self { words, setting } = self;
        let labels = words.blanks.each_ref().map(|label| [setting.plain(&format!("{label}:"))]);
        let longest = labels
            .iter()
            .try_fold(Mm(0.0), |longest, label| Ok::<_, ReportError>(width(label)?.max(longest)))?;
        let height = (setting.body * 2.4).mm();
        setting.skip(1.6);
        let sheets = &mut setting.sheets;
        sheets.keep(height * labels.len() as f32)?;
        for label in &labels {
            let (left, right, y) = (sheets.left(), sheets.right(), sheets.y());
            sheets.line(left, y, longest, Align::Left, label)?;
            sheets.dots(left + longest + Mm(2.0), right, y + line_height(label) * 0.8);
            sheets.skip(height);
        }
        Ok(())
    }
}
