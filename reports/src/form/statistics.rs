//! Statistics of a period: what came in, what was resolved and what is open, by field and procedure, as a
//! PDF with a bar chart and as a workbook. Sums are made here from plain counts; where what came in and what
//! became of it do not agree (withdrawn, refused, stopped), the report says by how much.

use jiff::civil::{Date, DateTime};
use office::unit::Office;
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    setting::{Setting, Signer, finish},
    words::{fill, short},
};
use crate::{
    Pdf, ReportError,
    page::{
        Align,
        font::Cut,
        line_height,
        paper::{Mm, PaperSize, Pt},
        table::{Grid, Group, Look, Row},
        text::wrap,
    },
    workbook::{Cell, Table},
};

/// Size of the table's text: thirteen columns.
const SMALL: Pt = Pt(10.0);
/// Grey of what was on time; what was late is black.
const ON_TIME: f32 = 0.72;

/// A bar with its gap; the chart's height is estimated by it.
const BAR: Mm = Mm(6.5);

/// Counts of dossiers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Received online in the period.
    pub online: u32,
    /// Received at the counter or by post in the period.
    pub direct: u32,
    /// Carried over from the period before.
    pub carried: u32,
    /// Resolved before the day.
    pub early: u32,
    /// Resolved on the day.
    pub on_time: u32,
    /// Resolved after the day.
    pub late: u32,
    /// Open, in time.
    pub open: u32,
    /// Open, overdue.
    pub overdue: u32,
}

impl Counts {
    fn received(self) -> u32 {
        self.online + self.direct + self.carried
    }

    fn resolved(self) -> u32 {
        self.early + self.on_time + self.late
    }

    fn pending(self) -> u32 {
        self.open + self.overdue
    }

    fn plus(self, other: Counts) -> Counts {
        Counts {
            online: self.online + other.online,
            direct: self.direct + other.direct,
            carried: self.carried + other.carried,
            early: self.early + other.early,
            on_time: self.on_time + other.on_time,
            late: self.late + other.late,
            open: self.open + other.open,
            overdue: self.overdue + other.overdue,
        }
    }

    /// In the order of the columns.
    fn cells(self) -> [u32; 11] {
        [
            self.received(),
            self.online,
            self.direct,
            self.carried,
            self.resolved(),
            self.early,
            self.on_time,
            self.late,
            self.pending(),
            self.open,
            self.overdue,
        ]
    }
}

/// The procedures of a field (lĩnh vực).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field's name.
    pub name: String,
    /// Procedures and their counts; the field's row is their sum.
    pub procedures: Vec<(String, Counts)>,
}

impl Field {
    fn sum(&self) -> Counts {
        self.procedures.iter().fold(Counts::default(), |sum, (_, counts)| sum.plus(*counts))
    }
}

/// The period and its counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statistics {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// When the report was made, local time.
    pub at: DateTime,
    /// Fields in order.
    pub fields: Vec<Field>,
    /// Who made it: full name, or empty.
    pub author: String,
    /// Who signs: full name, or empty.
    pub head: String,
}

impl Statistics {
    fn sum(&self) -> Counts {
        self.fields.iter().fold(Counts::default(), |sum, field| sum.plus(field.sum()))
    }
}

/// The words of the report. Blanks: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct StatisticsWords {
    pub title: Vec<String>,
    /// Blanks `{from}`, `{to}`.
    pub period: String,
    pub unit: String,
    /// Received, resolved, open.
    pub groups: [String; 3],
    pub columns: [String; 13],
    pub total: String,
    /// Blank `{n}`.
    pub difference: String,
    pub chart: String,
    pub chart_on_time: String,
    pub chart_late: String,
    pub author: String,
    pub head_of: String,
    pub sign_and_seal: String,
    /// Name of the workbook's sheet.
    pub sheet: String,
}

impl FormWords for StatisticsWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/statistics.json");
}

/// Number, name, counts and look of each row: a field's sum, then its procedures; the total last.
fn rows(of: &Statistics, words: &StatisticsWords) -> Vec<(String, String, Counts, Look)> {
    let mut rows = Vec::new();
    for (i, field) in of.fields.iter().enumerate() {
        rows.push(((i + 1).to_string(), field.name.clone(), field.sum(), Look::Total));
        for (j, (name, counts)) in field.procedures.iter().enumerate() {
            rows.push((format!("{}.{}", i + 1, j + 1), name.clone(), *counts, Look::Plain));
        }
    }
    rows.push((String::new(), words.total.clone(), of.sum(), Look::Total));
    rows
}

fn groups(words: &StatisticsWords) -> Vec<Group<'_>> {
    let [received, resolved, open] = &words.groups;
    vec![
        Group { heading: received, first: 2, count: 4 },
        Group { heading: resolved, first: 6, count: 4 },
        Group { heading: open, first: 10, count: 3 },
    ]
}

fn difference(of: &Statistics, words: &StatisticsWords) -> Option<String> {
    let sum = of.sum();
    let n = sum.received().abs_diff(sum.resolved() + sum.pending());
    (n > 0).then(|| fill(&words.difference, &[("n", &n.to_string())]))
}

/// The report on A4 landscape.
///
/// # Errors
/// As [`crate::receipt`].
pub fn statistics(
    office: &Office,
    of: &Statistics,
    form: &FormTexts<StatisticsWords>,
) -> Result<Pdf, ReportError> {
    let words = &form.texts;
    let size = PaperSize::A4Landscape;
    let mut setting = Setting::new(office, &form.common, size, Pt(12.0));
    setting.letterhead("", of.at.date())?;
    setting.title(&words.title)?;
    let period = [("from", short(of.from)), ("to", short(of.to))];
    let period = fill(&words.period, &period.each_ref().map(|(k, v)| (*k, v.as_str())));
    for line in [&period, &words.unit] {
        let line = [setting.italic(line)];
        setting.sheets.paragraph(Align::Centre, &line)?;
    }
    setting.skip(0.4);
    let mut columns = Vec::new();
    for (i, heading) in words.columns.iter().enumerate() {
        columns.push(match i {
            0 => (heading, 0.05, Align::Centre),
            1 => (heading, 0.235, Align::Left),
            _ => (heading, 0.065, Align::Right),
        });
    }
    let grid = Grid {
        columns: setting.columns(&columns),
        groups: groups(words),
        numbered: false,
        size: SMALL,
    };
    let printed = rows(of, words).into_iter().map(|(number, name, counts, look)| {
        let mut cells = vec![number, name];
        cells.extend(counts.cells().iter().map(u32::to_string));
        Row::of(cells, look)
    });
    setting.sheets.ruled(&grid, printed)?;
    setting.skip(0.4);
    if let Some(difference) = difference(of, words) {
        let line = [setting.span(Cut::Italic, 0.9, &difference)];
        setting.sheets.paragraph(Align::Left, &line)?;
    }
    let signers = [
        Signer { role: &words.author, how: &form.common.sign_here, name: &of.author },
        Signer { role: &words.head_of, how: &words.sign_and_seal, name: &of.head },
    ];
    // The signatures stand below the chart, never alone on a page.
    setting.keep_signed(BAR * (of.fields.len() as f32 + 3.0), &signers)?;
    chart(&mut setting, of, words)?;
    setting.closing(&[], &signers)?;
    let about = format!("{} {}–{}", office.code, short(of.from), short(of.to));
    let id = format!("{} {about} {}", form.id, of.at);
    finish(setting.sheets, office, form, &about, of.at, id)
}

/// One bar a field: what was resolved, grey in time and black late, with its number. Bars share one scale.
fn chart(
    setting: &mut Setting<'_>,
    of: &Statistics,
    words: &StatisticsWords,
) -> Result<(), ReportError> {
    let most = of.fields.iter().map(|field| field.sum().resolved()).max().unwrap_or(0);
    if most == 0 {
        return Ok(());
    }
    let (left, room) = (setting.sheets.left(), setting.sheets.room());
    let (names, pad, high) = (room * 0.28, Mm(3.0), Mm(4.0));
    let longest = room - names - pad - Mm(32.0);

    setting.skip(0.6);
    let caption = [setting.bold(&words.chart)];
    setting.sheets.keep(line_height(&caption) * 3.0 + high * 2.0)?;
    setting.sheets.paragraph(Align::Left, &caption)?;
    let y = setting.sheets.y();
    let mut x = left;
    for (grey, label) in [(ON_TIME, &words.chart_on_time), (0.0, &words.chart_late)] {
        let label = setting.single(Cut::Regular, 0.85, label);
        setting.sheets.shade(x, y + Mm(0.9), Mm(3.0), Mm(3.0), grey);
        setting.sheets.line(x + Mm(4.5), y, room, Align::Left, &label)?;
        x += Mm(9.0) + crate::page::text::width(&label)?;
    }
    setting.skip(1.5);
    for field in &of.fields {
        let sum = field.sum();
        let name = wrap(&[setting.span(Cut::Regular, 0.85, &field.name)], names)?;
        let tall = name.iter().fold(Mm(0.0), |sum, line| sum + line_height(line)).max(high);
        setting.sheets.keep(tall)?;
        let y = setting.sheets.y();
        setting.sheets.lines(left, y, names, Align::Left, &name)?;
        let scale = |n: u32| longest * (n as f32 / most as f32);
        let (in_time, late) = (scale(sum.early + sum.on_time), scale(sum.late));
        let (x, middle) = (left + names + pad, y + (tall - high) / 2.0);
        setting.sheets.shade(x, middle, in_time, high, ON_TIME);
        setting.sheets.shade(x + in_time, middle, late, high, 0.0);
        let says = format!("{} ({})", sum.resolved(), sum.late);
        let says = setting.single(Cut::Regular, 0.85, &says);
        let end = x + in_time + late + Mm(1.5);
        setting.sheets.line(
            end,
            y + (tall - line_height(&says)) / 2.0,
            room,
            Align::Left,
            &says,
        )?;
        setting.sheets.move_to(y + tall + Mm(1.2));
    }
    Ok(())
}

/// The report's table as a workbook (XLSX).
///
/// # Errors
/// [`ReportError::Workbook`].
pub fn statistics_workbook(
    office: &Office,
    of: &Statistics,
    form: &FormTexts<StatisticsWords>,
) -> Result<Vec<u8>, ReportError> {
    let words = &form.texts;
    let period = [("from", short(of.from)), ("to", short(of.to))];
    let period = fill(&words.period, &period.each_ref().map(|(k, v)| (*k, v.as_str())));
    let mut above = vec![words.title.join(" "), office.name.clone(), period, words.unit.clone()];
    above.extend(office.demo.then(|| form.common.demo.clone()));
    let widths = (0..13).map(|i| if i == 1 { 44.0 } else { 10.0 });
    let rows = rows(of, words).into_iter().map(|(number, name, counts, look)| {
        let mut cells = vec![Cell::Text(number), Cell::Text(name)];
        cells.extend(counts.cells().iter().map(|n| Cell::Number(i64::from(*n))));
        (cells, look)
    });
    Table {
        name: &words.sheet,
        above,
        groups: groups(words),
        columns: words.columns.iter().map(String::as_str).zip(widths).collect(),
        rows,
        below: difference(of, words).into_iter().collect(),
        at: of.at,
    }
    .write()
}
