//! A book as it is printed to be bound ([`Binding`]): the lines of a month, or of a year with all its volumes. The
//! cover tells volumes, numbers and sheets; every sheet has its place for the seal that joins it to its neighbours
//! (giáp lai). What no law prescribes of it says the form's file.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};
use office::{
    book::{Binding, BookDefinition, ColumnKind},
    money::Dong,
    register::{Line, Value},
    unit::Office,
    words as in_words,
};
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    letterhead::agency,
    mark::Mark,
    register::{self, SMALL},
    setting::{Setting, Signer},
    words::{fill, short},
};
use crate::{
    Pdf, ReportError,
    page::{
        Align, Sheets,
        font::Cut,
        line_height,
        paper::{Mm, PaperSize},
        table::{Column, Grid, Look, Row},
        text::balance,
    },
    pdfa::Facts,
};

/// The words of the form. Blanks: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct BoundWords {
    /// Blank `{period}`.
    pub month: String,
    /// Blank `{period}`.
    pub year: String,
    pub unfinished: String,
    /// Blanks `{volume}`, `{numbers}`, `{opened}`, `{closed}`.
    pub volume: String,
    /// Blanks `{from}`, `{to}`.
    pub numbers: String,
    pub no_numbers: String,
    /// Blanks `{day}`, `{seal}`.
    pub closed: String,
    pub not_closed: String,
    pub no_volume: String,
    /// Blanks `{numbers}`, `{count}`.
    pub used: String,
    /// Blanks `{numbers}`, `{count}`.
    pub annulled: String,
    /// Blank `{count}`.
    pub awaited: String,
    pub none: String,
    /// Blank `{count}`.
    pub lines: String,
    /// Blanks `{count}`, `{words}`.
    pub sheets: String,
    /// Blanks `{sheet}`, `{sheets}`.
    pub sheet: String,
    /// Blanks `{title}`, `{period}`.
    pub head: String,
    /// Blank `{volume}`.
    pub caption: String,
    pub caption_none: String,
    /// Blank `{count}`.
    pub without: String,
    pub by_month: String,
    /// Month, numbers, lines, annulled.
    pub by_month_columns: [String; 4],
    pub whole: String,
    pub keeper: String,
    pub head_of: String,
    pub sign_and_seal: String,
}

impl FormWords for BoundWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/bound.json");
}

/// What is bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Of which days.
    pub binding: Binding,
    /// The volumes that were open on one of these days, in their order.
    pub volumes: Vec<BoundVolume>,
    /// The lines, in the order of their numbers, those that await one last.
    pub lines: Vec<BoundLine>,
    /// When this print was asked for, local time.
    pub at: DateTime,
    /// The ledger then.
    pub mark: Mark,
}

/// A volume on the cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundVolume {
    /// From 1.
    pub volume: u16,
    /// Its first and last number; `None` before the first.
    pub numbers: Option<(u32, u32)>,
    /// Day of its opening.
    pub opened: Date,
    /// Day of its closing, and the hash of the entry that closed it.
    pub closed: Option<(Date, String)>,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundLine {
    /// A value for each column of the book.
    pub line: Line,
    /// The day on which it was written.
    pub day: Date,
    /// Its number; `None` while it is awaited.
    pub number: Option<u32>,
    /// Whether it still counts.
    pub standing: Standing,
}

/// Whether a line counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Counts,
    /// It was annulled: it stays, struck out, with its number.
    Annulled,
}

/// Lines with their numbers, as totals tell them.
#[derive(Default)]
struct Counted<'a> {
    lines: Vec<&'a BoundLine>,
}

impl Counted<'_> {
    fn numbers(&self, standing: Option<Standing>) -> BTreeSet<u32> {
        let lines = self.lines.iter();
        let of = lines.filter(|line| standing.is_none_or(|standing| line.standing == standing));
        of.filter_map(|line| line.number).collect()
    }

    fn annulled(&self) -> usize {
        self.lines.iter().filter(|line| line.standing == Standing::Annulled).count()
    }

    /// What stands, without what was annulled.
    fn standing(&self) -> Vec<Line> {
        let lines = self.lines.iter().filter(|line| line.standing == Standing::Counts);
        lines.map(|line| line.line.clone()).collect()
    }
}

/// The book as a PDF.
///
/// # Errors
/// As [`crate::receipt`]; [`ReportError::TooLong`] beyond [`crate::page::MAX_REGISTER_PAGES`].
pub fn bound(
    office: &Office,
    book: &BookDefinition,
    bound: &Bound,
    form: &FormTexts<BoundWords>,
) -> Result<Pdf, ReportError> {
    let words = &form.texts;
    let size = PaperSize::A4Landscape;
    let mut setting = Setting::on(office, &form.common, Sheets::of_register(size, size.body()));
    let all = Counted { lines: bound.lines.iter().collect() };
    let sheets_at = cover(&mut setting, words, book, bound, &all)?;

    setting.sheets.new_page()?;
    let title = book.label.to_uppercase();
    let period = bound.binding.to_string();
    let head = fill(&words.head, &[("title", &title), ("period", &period)]);
    let head = [setting.bold(&head)];
    setting.sheets.paragraph(Align::Centre, &head)?;
    setting.skip(0.4);
    let grid = register::grid(&setting, book);
    setting.sheets.ruled(&grid, rows(words, bound))?;
    if bound.binding.is_year() {
        by_month(&mut setting, words, book, &all)?;
    }

    setting.skip(0.5);
    let mut total = book.totals(&all.standing());
    if all.annulled() > 0 {
        total.push(' ');
        total.push_str(&fill(&words.without, &[("count", &all.annulled().to_string())]));
    }
    let last = [vec![setting.bold(&total)], vec![setting.mark(&bound.mark)]];
    let signers = [
        Signer { role: &words.keeper, how: &form.common.sign_here, name: "" },
        Signer { role: &words.head_of, how: &words.sign_and_seal, name: "" },
    ];
    setting.closing_at(&setting.place_date(bound.at.date()), &last, &signers)?;

    // How many sheets there are is known only now.
    let count = setting.sheets.pages();
    let sheets = fill(
        &words.sheets,
        &[("count", &count.to_string()), ("words", &in_words::number(count as u64))],
    );
    let sheets = [setting.bold(&sheets)];
    let (left, room) = (setting.sheets.left(), setting.sheets.room());
    setting.sheets.line_on(0, (left, sheets_at), room, Align::Centre, &sheets)?;
    setting.sheets.number_sheets(&words.sheet);
    let about = format!("{} {period}", office.code);
    let facts = Facts {
        title: format!("{} – {about}", book.label),
        at: bound.at,
        id: format!("{} {about}", book.id),
    };
    setting.sheets.finish(&facts, office.demo.then_some(form.common.demo.as_str()))
}

/// The lines; in a year each volume's below its name.
fn rows(words: &BoundWords, bound: &Bound) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut before = None;
    for line in &bound.lines {
        let volume = line.number.and_then(|number| {
            let holds = |of: &&BoundVolume| {
                of.numbers.is_some_and(|(first, last)| (first..=last).contains(&number))
            };
            bound.volumes.iter().find(holds).map(|of| of.volume)
        });
        if bound.binding.is_year() && !bound.volumes.is_empty() && before != Some(volume) {
            let name = match volume {
                Some(volume) => fill(&words.caption, &[("volume", &format!("{volume:02}"))]),
                None => words.caption_none.clone(),
            };
            rows.push(Row::of(vec![name], Look::Caption));
            before = Some(volume);
        }
        let look = match line.standing {
            Standing::Counts => Look::Plain,
            Standing::Annulled => Look::Struck,
        };
        rows.push(Row::of(line.line.iter().map(Value::to_string).collect(), look));
    }
    rows
}

/// The cover; returns where the line about the sheets belongs.
fn cover(
    setting: &mut Setting<'_>,
    words: &BoundWords,
    book: &BookDefinition,
    bound: &Bound,
    all: &Counted<'_>,
) -> Result<Mm, ReportError> {
    let (left, room, top) = (setting.sheets.left(), setting.sheets.room(), setting.sheets.y());
    let column = room * 0.42;
    let nation = setting.nation(left + room - column, top, column)?;
    let end = agency(&mut setting.sheets, setting.office, left, column)?;
    setting.sheets.move_to(end.max(nation) + Mm(18.0));
    for line in balance(&[setting.span(Cut::Bold, 2.2, &book.label.to_uppercase())], room)? {
        setting.sheets.paragraph(Align::Centre, &line)?;
    }
    setting.skip(0.6);
    let kind = if bound.binding.is_year() { &words.year } else { &words.month };
    let period = fill(kind, &[("period", &bound.binding.to_string())]);
    let period = [setting.span(Cut::Regular, 1.2, &period)];
    setting.sheets.paragraph(Align::Centre, &period)?;
    setting.skip(1.0);

    let mut lines: Vec<String> = Vec::new();
    if bound.at.date() < bound.binding.last() {
        lines.push(words.unfinished.clone());
    }
    if book.volumes && bound.volumes.is_empty() {
        lines.push(words.no_volume.clone());
    }
    lines.extend(bound.volumes.iter().map(|volume| told(words, volume)));
    lines.push(fill(&words.lines, &[("count", &all.lines.len().to_string())]));
    for (template, standing) in [(&words.used, None), (&words.annulled, Some(Standing::Annulled))] {
        let numbers = all.numbers(standing);
        let told = if numbers.is_empty() { words.none.clone() } else { runs(&numbers) };
        let count = numbers.len().to_string();
        lines.push(fill(template, &[("numbers", &told), ("count", &count)]));
    }
    let awaited = all.lines.iter().filter(|line| line.number.is_none()).count();
    if awaited > 0 {
        lines.push(fill(&words.awaited, &[("count", &awaited.to_string())]));
    }
    let high = line_height(&[setting.bold("")]);
    let sheets_at = setting.sheets.y();
    setting.sheets.skip(high * 1.4);
    for line in lines {
        for line in balance(&[setting.plain(&line)], room)? {
            setting.sheets.keep(line_height(&line))?;
            setting.sheets.paragraph(Align::Centre, &line)?;
        }
    }
    setting.skip(0.6);
    let mark = [setting.mark(&bound.mark)];
    setting.sheets.paragraph(Align::Centre, &mark)?;
    Ok(sheets_at)
}

/// `Quyển số 01: số 1 đến số 24; mở 02/01/2026; …`
fn told(words: &BoundWords, volume: &BoundVolume) -> String {
    let numbers = match volume.numbers {
        Some((from, to)) => {
            fill(&words.numbers, &[("from", &from.to_string()), ("to", &to.to_string())])
        }
        None => words.no_numbers.clone(),
    };
    let closed = match &volume.closed {
        Some((day, seal)) => fill(&words.closed, &[("day", &short(*day)), ("seal", seal)]),
        None => words.not_closed.clone(),
    };
    let blanks = [
        ("volume", &*format!("{:02}", volume.volume)),
        ("numbers", &numbers),
        ("opened", &short(volume.opened)),
        ("closed", &closed),
    ];
    fill(&words.volume, &blanks)
}

/// What each month has: its numbers, its lines, what was annulled, and the sums of what stands.
fn by_month(
    setting: &mut Setting<'_>,
    words: &BoundWords,
    book: &BookDefinition,
    all: &Counted<'_>,
) -> Result<(), ReportError> {
    let summed: Vec<(usize, &office::book::Column)> = book
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| matches!(column.kind, ColumnKind::Count | ColumnKind::Money))
        .collect();
    let headings = words.by_month_columns.iter().map(String::as_str);
    let headings = headings.chain(summed.iter().map(|(_, column)| column.heading.as_str()));
    let headings: Vec<&str> = headings.collect();
    // Numbers of a month may be several runs.
    let shares = (0..headings.len()).map(|place| if place == 1 { 3.0 } else { 1.0 });
    let whole: f32 = shares.clone().sum();
    let room = setting.sheets.room();
    let columns = headings.iter().zip(shares).enumerate();
    let columns = columns.map(|(place, (heading, share))| Column {
        heading,
        width: room * (share / whole),
        align: match place {
            0 | 1 => Align::Left,
            _ => Align::Right,
        },
    });
    let grid =
        Grid { columns: columns.collect(), groups: Vec::new(), numbered: false, size: SMALL };
    let row = |name: String, of: &Counted<'_>, look: Look| {
        let standing = of.standing();
        let numbers = of.numbers(None);
        let told = if numbers.is_empty() { words.none.clone() } else { runs(&numbers) };
        let mut cells = vec![name, told, of.lines.len().to_string(), of.annulled().to_string()];
        cells.extend(summed.iter().map(|(place, column)| {
            let sum = sum(&standing, *place);
            match column.kind {
                ColumnKind::Money => Dong(sum).digits(),
                _ => sum.to_string(),
            }
        }));
        Row::of(cells, look)
    };
    let months = (1..=12).map(|month| {
        let lines = all.lines.iter().filter(|line| line.day.month() == month);
        row(format!("{month:02}"), &Counted { lines: lines.copied().collect() }, Look::Plain)
    });
    let rows: Vec<Row> = months.chain([row(words.whole.clone(), all, Look::Total)]).collect();
    setting.skip(1.0);
    let title = [setting.bold(&words.by_month)];
    // The heading stays with the table's own and its first rows.
    setting.sheets.keep(line_height(&title) * 6.0)?;
    setting.sheets.paragraph(Align::Centre, &title)?;
    setting.skip(0.4);
    setting.sheets.ruled(&grid, rows)
}

fn sum(lines: &[Line], column: usize) -> u64 {
    let values = lines.iter().filter_map(|line| line.get(column));
    values
        .map(|value| match value {
            Value::Count(count) => u64::from(*count),
            Value::Money(amount) => amount.0,
            Value::Empty
            | Value::Number(_)
            | Value::Awaited
            | Value::Text(_)
            | Value::Day(_)
            | Value::Time(_) => 0,
        })
        .fold(0, u64::saturating_add)
}

/// `1–10, 12`
fn runs(numbers: &BTreeSet<u32>) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let told = runs.iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}–{last}"),
    });
    told.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::runs;

    #[test]
    fn numbers_are_told_in_runs() {
        for (numbers, told) in [
            (&[][..], ""),
            (&[7], "7"),
            (&[1, 2, 3, 5, 8, 9], "1–3, 5, 8–9"),
            (&[u32::MAX], "4294967295"),
        ] {
            assert_eq!(runs(&numbers.iter().copied().collect()), told);
        }
    }
}
