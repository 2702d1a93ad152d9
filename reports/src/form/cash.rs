//! The day's cash sheet, "Bảng kê thu phí, lệ phí": every receipt of the day by method and collector, those
//! cancelled on the same day struck out with their reason, since a gap in receipt numbers must explain
//! itself. A receipt of an earlier day that is cancelled on this one is taken off with a minus: the sheet of
//! its own day is signed and stays as it was.

use jiff::civil::{Date, DateTime};
use office::{money::Dong, unit::Office};
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    amount::amount_in_words,
    mark::Mark,
    setting::{Setting, Signer, finish},
    words::{dotted, fill, short},
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
    /// Whether it counts.
    pub standing: Standing,
}

/// How a receipt stands on the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    Counts,
    /// Taken and cancelled on this day; the reason.
    Cancelled(String),
    /// Of an earlier day, cancelled on this one: its amount is given back.
    Undone {
        /// Day of the receipt.
        taken_on: Date,
        /// Why it was cancelled.
        reason: String,
    },
}

impl Taken {
    /// What it adds: charge and duty in đồng.
    fn change(&self) -> [i64; 2] {
        let amounts = [self.charge, self.duty];
        let amounts = amounts.map(|amount| i64::try_from(amount.0).unwrap_or(i64::MAX));
        match self.standing {
            Standing::Counts => amounts,
            Standing::Cancelled(_) => [0, 0],
            Standing::Undone { .. } => amounts.map(|amount| -amount),
        }
    }
}

/// Sums of charges and duties, in đồng.
fn sum<'a>(taken: impl IntoIterator<Item = &'a Taken>) -> [i64; 2] {
    taken.into_iter().map(Taken::change).fold([0, 0], |sum, change| {
        [sum[0].saturating_add(change[0]), sum[1].saturating_add(change[1])]
    })
}

/// `-8.000`.
fn signed(amount: i64) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    format!("{sign}{}", dotted(Dong(amount.unsigned_abs())))
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
    /// Blanks `{date}`, `{reason}`.
    pub undone: String,
    /// The sum where more is given back than taken.
    pub paid_out: String,
    /// Blanks `{method}`, `{collector}`.
    pub group: String,
    pub subtotal: String,
    pub total: String,
    pub sum: String,
    pub words: String,
    /// Blanks `{kept}`, `{cancelled}`.
    pub count: String,
    /// Blank `{undone}`.
    pub count_undone: String,
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
            let look = match receipt.standing {
                Standing::Cancelled(_) => Look::Struck,
                Standing::Counts | Standing::Undone { .. } => Look::Plain,
            };
            rows.push((cells(receipt, line, words), look));
        }
        rows.push((sums(&here, &words.subtotal), Look::Total));
    }
    rows.push((sums(&taken.iter().collect::<Vec<_>>(), &words.total), Look::Total));
    rows
}

fn cells(receipt: &Taken, line: usize, words: &CashWords) -> Vec<Cell> {
    let number = receipt.number.map_or_else(|| words.pending.clone(), |n| format!("{n:07}"));
    let why = match &receipt.standing {
        Standing::Counts => String::new(),
        Standing::Cancelled(reason) => fill(&words.cancelled, &[("reason", reason)]),
        Standing::Undone { taken_on, reason } => {
            fill(&words.undone, &[("date", &short(*taken_on)), ("reason", reason)])
        }
    };
    let [charge, duty] = match receipt.standing {
        // What was struck out is still to be read.
        Standing::Cancelled(_) => Taken { standing: Standing::Counts, ..receipt.clone() }.change(),
        Standing::Counts | Standing::Undone { .. } => receipt.change(),
    };
    let text = |text: &str| Cell::Text(text.to_owned());
    vec![
        Cell::Text(line.to_string()),
        Cell::Text(number),
        Cell::Text(receipt.at.strftime("%H:%M").to_string()),
        text(&receipt.code),
        text(&receipt.payer),
        text(&receipt.matter),
        Cell::Number(charge),
        Cell::Number(duty),
        text(&receipt.method),
        text(&receipt.collector),
        Cell::Text(why),
    ]
}

/// A row of totals; what was cancelled does not count.
fn sums(taken: &[&Taken], label: &str) -> Vec<Cell> {
    let [charge, duty] = sum(taken.iter().copied());
    (0..11)
        .map(|column| match column {
            5 => Cell::Text(label.to_owned()),
            6 => Cell::Number(charge),
            7 => Cell::Number(duty),
            _ => Cell::Text(String::new()),
        })
        .collect()
}

/// Sum in figures and words, and how many receipts.
fn summary(taken: &[Taken], words: &CashWords) -> [String; 3] {
    let count = |is: fn(&Standing) -> bool| taken.iter().filter(|t| is(&t.standing)).count();
    let kept = count(|standing| *standing == Standing::Counts).to_string();
    let cancelled = count(|standing| matches!(standing, Standing::Cancelled(_))).to_string();
    let undone = count(|standing| matches!(standing, Standing::Undone { .. }));
    let total: i64 = sum(taken).iter().sum();
    let label = if total < 0 { &words.paid_out } else { &words.sum };
    let amount = Dong(total.unsigned_abs());
    let mut counts = fill(&words.count, &[("kept", &kept), ("cancelled", &cancelled)]);
    if undone > 0 {
        counts += &fill(&words.count_undone, &[("undone", &undone.to_string())]);
    }
    [
        format!("{label}: {amount}"),
        format!("{}: {}.", words.words, amount_in_words(amount.0)),
        counts,
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
    mark: &Mark,
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
            Cell::Number(amount) => signed(amount),
        });
        Row::of(cells.collect(), look)
    });
    setting.sheets.ruled(&grid, printed)?;
    setting.skip(0.5);
    let summary = summary(taken, words).map(|line| vec![setting.bold(&line)]);
    let last: Vec<_> = summary.into_iter().chain([vec![setting.mark(mark)]]).collect();
    let how = &form.common.sign_here;
    let signers = [
        Signer { role: &words.collector, how, name: "" },
        Signer { role: &words.cashier, how, name: "" },
    ];
    setting.closing(&last, &signers)?;
    let about = format!("{} {}", office.code, short(at.date()));
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
    mark: &Mark,
    form: &FormTexts<CashWords>,
) -> Result<Vec<u8>, ReportError> {
    let words = &form.texts;
    let widths = [6.0, 12.0, 8.0, 20.0, 26.0, 32.0, 14.0, 14.0, 16.0, 20.0, 28.0];
    let day = fill(&words.day, &[("date", &short(at.date()))]);
    let title = format!("{}, {day}", words.title.join(" "));
    let mut above = vec![title, office.name.clone(), office.counter.clone()];
    above.extend(office.demo.then(|| form.common.demo.clone()));
    Table {
        name: &words.sheet,
        above,
        groups: Vec::new(),
        columns: words.columns.iter().map(String::as_str).zip(widths).collect(),
        rows: rows(taken, words),
        below: summary(taken, words).into_iter().chain([mark.line(&form.common)]).collect(),
        at,
    }
    .write()
}
