//! The day's cash sheet, "Bảng kê thu phí, lệ phí": every receipt of the day by method and collector, the
//! cancelled ones struck out with their reason, since a gap in receipt numbers must explain itself.

use jiff::civil::DateTime;
use office::{money::Dong, unit::Office};
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    amount::amount_in_words,
    setting::{Setting, Signer, finish},
    words::{dotted, fill},
};
use crate::{
    Pdf, ReportError,
    page::{
        Align,
        paper::{PaperSize, Pt},
        table::{Grid, Look, Row},
    },
    workbook::{Cell, Table},
};

/// Size of the table's text: eleven columns.
const SMALL: Pt = Pt(10.0);
/// Columns of the amounts.
const AMOUNTS: [usize; 2] = [6, 7];

/// One receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Number of the receipt; `None`: awaited.
    pub number: Option<u32>,
    /// When.
    pub at: DateTime,
    /// The dossier's code.
    pub code: String,
    /// Who paid.
    pub payer: String,
    /// What for.
    pub matter: String,
    /// Phí.
    pub charge: Dong,
    /// Lệ phí.
    pub duty: Dong,
    /// How it was paid, in words.
    pub method: String,
    /// Who took it.
    pub collector: String,
    /// Why it was cancelled, if it was.
    pub cancelled: Option<String>,
}

/// The words of the sheet. Blanks: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct CashWords {
    pub title: Vec<String>,
    /// Blank `{date}`.
    pub day: String,
    pub columns: [String; 11],
    /// Blank `{reason}`.
    pub cancelled: String,
    /// Blanks `{method}`, `{collector}`.
    pub group: String,
    pub subtotal: String,
    pub total: String,
    pub sum: String,
    pub words: String,
    /// Blanks `{kept}`, `{cancelled}`.
    pub count: String,
    pub collector: String,
    pub cashier: String,
    pub pending: String,
    /// Name of the workbook's sheet.
    pub sheet: String,
}

impl FormWords for CashWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/cash.json");
}

/// Rows of the table, of cells that know whether they are amounts.
fn rows(taken: &[Taken], words: &CashWords) -> Vec<(Vec<Cell>, Look)> {
    let mut groups: Vec<(&str, &str)> =
        taken.iter().map(|t| (t.method.as_str(), t.collector.as_str())).collect();
    groups.sort_unstable();
    groups.dedup();
    let mut rows = Vec::new();
    let mut line = 0;
    for (method, collector) in groups {
        let caption = fill(&words.group, &[("method", method), ("collector", collector)]);
        rows.push((vec![Cell::Text(caption)], Look::Caption));
        let here: Vec<&Taken> =
            taken.iter().filter(|t| t.method == method && t.collector == collector).collect();
        for receipt in &here {
            line += 1;
            let look = if receipt.cancelled.is_some() { Look::Struck } else { Look::Plain };
            rows.push((cells(receipt, line, words), look));
        }
        rows.push((sums(&here, &words.subtotal), Look::Total));
    }
    rows.push((sums(&taken.iter().collect::<Vec<_>>(), &words.total), Look::Total));
    rows
}

fn cells(receipt: &Taken, line: usize, words: &CashWords) -> Vec<Cell> {
    let number = receipt.number.map_or_else(|| words.pending.clone(), |n| format!("{n:07}"));
    let why = receipt.cancelled.as_ref();
    let why = why.map(|reason| fill(&words.cancelled, &[("reason", reason)]));
    let text = |text: &str| Cell::Text(text.to_owned());
    vec![
        Cell::Text(line.to_string()),
        Cell::Text(number),
        Cell::Text(receipt.at.strftime("%H:%M").to_string()),
        text(&receipt.code),
        text(&receipt.payer),
        text(&receipt.matter),
        Cell::Number(receipt.charge.0),
        Cell::Number(receipt.duty.0),
        text(&receipt.method),
        text(&receipt.collector),
        Cell::Text(why.unwrap_or_default()),
    ]
}

/// A row of totals; what was cancelled does not count.
fn sums(taken: &[&Taken], label: &str) -> Vec<Cell> {
    let kept = || taken.iter().filter(|t| t.cancelled.is_none());
    let (charge, duty): (Dong, Dong) =
        (kept().map(|t| t.charge).sum(), kept().map(|t| t.duty).sum());
    (0..11)
        .map(|column| match column {
            5 => Cell::Text(label.to_owned()),
            6 => Cell::Number(charge.0),
            7 => Cell::Number(duty.0),
            _ => Cell::Text(String::new()),
        })
        .collect()
}

/// Sum in figures and words, and how many receipts.
fn summary(taken: &[Taken], words: &CashWords) -> [String; 3] {
    let cancelled = taken.iter().filter(|t| t.cancelled.is_some()).count();
    let kept = taken.iter().filter(|t| t.cancelled.is_none());
    let sum: Dong = kept.map(|t| t.charge + t.duty).sum();
    let counts =
        [("kept", (taken.len() - cancelled).to_string()), ("cancelled", cancelled.to_string())];
    [
        format!("{}: {sum}", words.sum),
        format!("{}: {}.", words.words, amount_in_words(sum.0)),
        fill(&words.count, &counts.each_ref().map(|(k, v)| (*k, v.as_str()))),
    ]
}

/// The sheet of the day of `at` on A4 landscape. `taken` keeps its order within a method and collector.
///
/// # Errors
/// As [`crate::receipt`].
pub fn cash_sheet(
    office: &Office,
    at: DateTime,
    taken: &[Taken],
    form: &FormTexts<CashWords>,
) -> Result<Pdf, ReportError> {
    let words = &form.texts;
    let size = PaperSize::A4Landscape;
    let mut setting = Setting::new(office, &form.common, size, Pt(12.0));
    setting.letterhead("", at.date())?;
    setting.title(&words.title)?;
    let day = fill(&words.day, &[("date", &setting.date(at.date()))]);
    let day = [setting.italic(&day)];
    setting.sheets.paragraph(Align::Centre, &day)?;
    setting.skip(0.5);
    let shares = [0.04, 0.07, 0.05, 0.13, 0.14, 0.17, 0.08, 0.08, 0.08, 0.08, 0.08];
    let columns: Vec<_> = words
        .columns
        .iter()
        .zip(shares)
        .enumerate()
        .map(|(i, (heading, share))| match i {
            0..=2 => (heading, share, Align::Centre),
            _ if AMOUNTS.contains(&i) => (heading, share, Align::Right),
            _ => (heading, share, Align::Left),
        })
        .collect();
    let grid = Grid {
        columns: setting.columns(&columns),
        groups: Vec::new(),
        numbered: false,
        size: SMALL,
    };
    let printed = rows(taken, words).into_iter().map(|(cells, look)| {
        let cells = cells.into_iter().map(|cell| match cell {
            Cell::Text(text) => text,
            Cell::Number(amount) => dotted(Dong(amount)),
        });
        Row::of(cells.collect(), look)
    });
    setting.sheets.ruled(&grid, printed)?;
    setting.skip(0.5);
    let summary = summary(taken, words).map(|line| vec![setting.bold(&line)]);
    let how = &form.common.sign_here;
    let signers = [
        Signer { role: &words.collector, how, name: "" },
        Signer { role: &words.cashier, how, name: "" },
    ];
    setting.closing(&summary, &signers)?;
    let about = format!("{} {}", office.code, super::words::short(at.date()));
    let id = format!("{} {about}", form.id);
    finish(setting.sheets, office, form, &about, at, id)
}

/// The sheet as a workbook (XLSX).
///
/// # Errors
/// [`ReportError::Workbook`].
pub fn cash_workbook(
    office: &Office,
    at: DateTime,
    taken: &[Taken],
    form: &FormTexts<CashWords>,
) -> Result<Vec<u8>, ReportError> {
    let words = &form.texts;
    let widths = [6.0, 12.0, 8.0, 20.0, 26.0, 32.0, 14.0, 14.0, 16.0, 20.0, 28.0];
    let day = fill(&words.day, &[("date", &super::words::short(at.date()))]);
    let title = format!("{}, {day}", words.title.join(" "));
    let mut above = vec![title, office.name.clone(), office.counter.clone()];
    above.extend(office.demo.then(|| form.common.demo.clone()));
    Table {
        name: &words.sheet,
        above,
        groups: Vec::new(),
        columns: words.columns.iter().map(String::as_str).zip(widths).collect(),
        rows: rows(taken, words),
        below: summary(taken, words).to_vec(),
        at,
    }
    .write()
}
