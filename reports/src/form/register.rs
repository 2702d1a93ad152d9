//! A book's lines of a year or a period as a bound volume in A4 landscape, and as a workbook. The book's
//! definition says its columns; cover and signatures are those of form 07, "Sổ theo dõi hồ sơ"
//! (TT 03/2025/TT-VPCP, annex I). Its lines are plain values, so that the register knows nothing of where they
//! are kept.

use jiff::civil::{Date, DateTime};
use office::{
    book::{BookDefinition, ColumnKind},
    register::{Line, Value},
    unit::Office,
};
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    letterhead::agency,
    mark::Mark,
    setting::{Setting, Signer},
    words::{fill, short},
};
use crate::{
    Pdf, ReportError,
    page::{
        Align, Sheets,
        font::Cut,
        line_height,
        paper::{Mm, PaperSize, Pt},
        table::{Grid, Group, Look, Row},
        text::balance,
    },
    pdfa::Facts,
    workbook::{Cell, Table},
};

/// Size of the table's text: some thirteen columns.
pub(super) const SMALL: Pt = Pt(8.5);

/// Width of a workbook's columns together, and of the narrowest, in characters.
const SHEET: f64 = 240.0;
const NARROWEST: f64 = 6.0;
/// Longest name of a workbook's sheet.
const LONGEST_NAME: usize = 31;

/// The volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Quyển số.
    pub volume: String,
    /// Year of the book.
    pub year: i16,
    /// First day of the lines.
    pub from: Date,
    /// Last day of the lines.
    pub to: Date,
    /// Day on which it was opened; `None` before its first number.
    pub opened: Option<Date>,
    /// Day on which it was closed.
    pub closed: Option<Date>,
    /// Hash of the entry that closed it.
    pub seal: Option<String>,
    /// When this print was asked for, local time.
    pub at: DateTime,
    /// The ledger then.
    pub mark: Mark,
}

/// The words that all books share. Blanks: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct RegisterWords {
    /// Blank `{year}`.
    pub year: String,
    /// Blank `{volume}`.
    pub volume: String,
    pub opened: String,
    pub closed: String,
    pub not_closed: String,
    pub not_opened: String,
    /// Blank `{seal}`.
    pub seal: String,
    /// Blanks `{from}`, `{to}`.
    pub period: String,
    /// Blanks `{title}`, `{from}`, `{to}`.
    pub head: String,
    pub keeper: String,
    pub head_of: String,
    pub sign_and_seal: String,
}

impl FormWords for RegisterWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/register.json");
}

/// The book as a PDF: cover, lines, totals and signatures.
///
/// # Errors
/// As [`crate::receipt`]; [`ReportError::TooLong`] beyond [`crate::page::MAX_REGISTER_PAGES`].
pub fn register(
    office: &Office,
    book: &BookDefinition,
    volume: &Volume,
    lines: &[Line],
    form: &FormTexts<RegisterWords>,
) -> Result<Pdf, ReportError> {
    let words = &form.texts;
    let size = PaperSize::A4Landscape;
    let sheets = Sheets::of_register(size, size.body());
    let mut setting = Setting::on(office, &form.common, sheets);
    cover(&mut setting, words, book, volume)?;
    setting.sheets.new_page()?;
    let head = [setting.bold(&head(words, book, volume))];
    setting.sheets.paragraph(Align::Centre, &head)?;
    setting.skip(0.4);

    let grid = grid(&setting, book);
    let rows = lines.iter().map(|line| Row::plain(line.iter().map(Value::to_string).collect()));
    setting.sheets.ruled(&grid, rows)?;

    setting.skip(0.5);
    let last = [vec![setting.bold(&book.totals(lines))], vec![setting.mark(&volume.mark)]];
    let signers = [
        Signer { role: &words.keeper, how: &form.common.sign_here, name: "" },
        Signer { role: &words.head_of, how: &words.sign_and_seal, name: "" },
    ];
    setting.closing_at(&setting.place_date(volume.at.date()), &last, &signers)?;
    let about = format!("{} {}–{}", office.code, short(volume.from), short(volume.to));
    let facts = Facts {
        title: format!("{} – {about}", book.label),
        at: volume.at,
        id: format!("{} {about} {}", book.id, volume.volume),
    };
    setting.sheets.finish(&facts, office.demo.then_some(form.common.demo.as_str()))
}

/// The frame of a book's lines.
pub(super) fn grid<'a>(setting: &Setting<'_>, book: &'a BookDefinition) -> Grid<'a> {
    let all: f32 = book.columns.iter().map(|column| f32::from(column.weight)).sum();
    let columns: Vec<_> = book
        .columns
        .iter()
        .map(|column| {
            let align = match column.kind {
                ColumnKind::Text | ColumnKind::Code => Align::Left,
                ColumnKind::Money => Align::Right,
                ColumnKind::Number | ColumnKind::Count | ColumnKind::Day | ColumnKind::Time => {
                    Align::Centre
                }
            };
            (&column.heading, f32::from(column.weight) / all, align)
        })
        .collect();
    Grid { columns: setting.columns(&columns), groups: groups(book), numbered: true, size: SMALL }
}

fn groups(book: &BookDefinition) -> Vec<Group<'_>> {
    let groups = book.groups().into_iter();
    groups.map(|(heading, first, count)| Group { heading, first, count }).collect()
}

fn head(words: &RegisterWords, book: &BookDefinition, volume: &Volume) -> String {
    let (title, [from, to]) = (book.label.to_uppercase(), period(volume));
    fill(&words.head, &[("title", &title), (from.0, &from.1), (to.0, &to.1)])
}

fn period(volume: &Volume) -> [(&'static str, String); 2] {
    [("from", short(volume.from)), ("to", short(volume.to))]
}

fn cover(
    setting: &mut Setting<'_>,
    words: &RegisterWords,
    book: &BookDefinition,
    volume: &Volume,
) -> Result<(), ReportError> {
    let (left, room, top) = (setting.sheets.left(), setting.sheets.room(), setting.sheets.y());
    let column = room * 0.42;
    let right = left + room - column;
    let nation = setting.nation(right, top, column)?;
    let end = agency(&mut setting.sheets, setting.office, left, column)?;
    setting.sheets.move_to(end.max(nation) + Mm(38.0));
    let title = [setting.span(Cut::Bold, 2.2, &book.label.to_uppercase())];
    setting.sheets.paragraph(Align::Centre, &title)?;
    setting.skip(0.6);
    let year = fill(&words.year, &[("year", &volume.year.to_string())]);
    let number = fill(&words.volume, &[("volume", &volume.volume)]);
    let span = fill(&words.period, &period(volume).each_ref().map(|(k, v)| (*k, v.as_str())));
    for line in [year, number, span] {
        let line = [setting.span(Cut::Regular, 1.2, &line)];
        setting.sheets.paragraph(Align::Centre, &line)?;
    }
    setting.skip(1.2);
    let day = |day: Option<Date>, none: &String| day.map_or(none.clone(), |day| setting.date(day));
    let mut lines = vec![
        format!("{}: {}", words.opened, day(volume.opened, &words.not_opened)),
        format!("{}: {}", words.closed, day(volume.closed, &words.not_closed)),
    ];
    lines.extend(volume.seal.as_ref().map(|seal| fill(&words.seal, &[("seal", seal)])));
    for line in lines {
        for line in balance(&[setting.plain(&line)], room)? {
            let high = line_height(&line);
            setting.sheets.keep(high)?;
            setting.sheets.paragraph(Align::Centre, &line)?;
        }
    }
    Ok(())
}

/// The book as a workbook (XLSX). Every cell but an amount is text.
///
/// # Errors
/// [`ReportError::Workbook`].
pub fn register_workbook(
    office: &Office,
    book: &BookDefinition,
    volume: &Volume,
    lines: &[Line],
    form: &FormTexts<RegisterWords>,
) -> Result<Vec<u8>, ReportError> {
    let all: f64 = book.columns.iter().map(|column| f64::from(column.weight)).sum();
    let width = |weight: u16| (f64::from(weight) / all * SHEET).max(NARROWEST);
    let mut above =
        vec![head(&form.texts, book, volume), office.name.clone(), office.counter.clone()];
    above.extend(office.demo.then(|| form.common.demo.clone()));
    let cell = |value: &Value| match value {
        Value::Money(amount) => match i64::try_from(amount.0) {
            Ok(amount) => Cell::Number(amount),
            Err(_) => Cell::Text(value.to_string()),
        },
        other => Cell::Text(other.to_string()),
    };
    Table {
        name: &book.label.chars().take(LONGEST_NAME).collect::<String>(),
        above,
        groups: groups(book),
        columns: book
            .columns
            .iter()
            .map(|column| (column.heading.as_str(), width(column.weight)))
            .collect(),
        rows: lines.iter().map(|line| (line.iter().map(cell).collect(), Look::Plain)),
        below: vec![book.totals(lines), volume.mark.line(&form.common)],
        at: volume.at,
    }
    .write()
}
