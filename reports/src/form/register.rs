//! Form 07, "Sổ theo dõi hồ sơ" (TT 03/2025/TT-VPCP, annex I): the year's or a period's dossiers as a
//! bound volume in A4 landscape, and as a workbook. Its lines are plain values, so that the register knows
//! nothing of where they are kept.

use jiff::civil::{Date, DateTime};
use office::unit::Office;
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    letterhead::agency,
    setting::{Setting, Signer, finish},
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
    workbook::{Cell, Table},
};

/// Size of the table's text: thirteen columns.
const SMALL: Pt = Pt(8.5);

/// One dossier in the register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Line number in the book; `None`: awaited.
    pub number: Option<u32>,
    /// Mã hồ sơ; empty: awaited.
    pub code: String,
    /// Name of the procedure.
    pub procedure: String,
    /// Số bộ.
    pub sets: u16,
    /// Who applied.
    pub applicant: String,
    /// Address.
    pub address: String,
    /// Telephone.
    pub phone: String,
    /// Who decides.
    pub agency: String,
    /// Day of reception.
    pub received: Date,
    /// Day of return that was promised.
    pub due: Option<Date>,
    /// Day of return.
    pub returned: Option<Date>,
    /// How the result is received.
    pub method: String,
    /// Who received it; empty for a hand to sign.
    pub signed: String,
    /// Remark.
    pub note: String,
}

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
    /// Day on which the book was opened.
    pub opened: Date,
    /// Day on which it was closed.
    pub closed: Option<Date>,
    /// When this print was asked for, local time.
    pub at: DateTime,
}

/// The words of form 07. Blanks: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct RegisterWords {
    pub cover_title: String,
    /// Blank `{year}`.
    pub year: String,
    /// Blank `{volume}`.
    pub volume: String,
    pub opened: String,
    pub closed: String,
    pub not_closed: String,
    /// Blanks `{from}`, `{to}`.
    pub period: String,
    /// Blanks `{from}`, `{to}`.
    pub head: String,
    pub columns: [String; 13],
    /// Above the three days.
    pub dates: String,
    /// Blanks `{lines}`, `{sets}`, `{returned}`, `{open}`.
    pub total: String,
    pub pending: String,
    pub keeper: String,
    pub head_of: String,
    pub sign_and_seal: String,
    /// Name of the workbook's sheet.
    pub sheet: String,
}

impl FormWords for RegisterWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/register.json");
}

/// The register as a PDF: cover, lines, totals and signatures.
///
/// # Errors
/// As [`crate::receipt`]; [`ReportError::TooLong`] beyond [`crate::page::MAX_REGISTER_PAGES`].
pub fn register(
    office: &Office,
    volume: &Volume,
    lines: &[Line],
    form: &FormTexts<RegisterWords>,
) -> Result<Pdf, ReportError> {
    let words = &form.texts;
    let size = PaperSize::A4Landscape;
    let sheets = Sheets::of_register(size, size.body());
    let mut setting = Setting::on(office, &form.common, sheets);
    cover(&mut setting, words, volume)?;
    setting.sheets.new_page()?;
    let head = fill(&words.head, &period(volume).each_ref().map(|(k, v)| (*k, v.as_str())));
    let head = [setting.bold(&head)];
    setting.sheets.paragraph(Align::Centre, &head)?;
    setting.skip(0.4);

    let shares =
        [0.04, 0.118, 0.13, 0.03, 0.11, 0.12, 0.09, 0.066, 0.066, 0.066, 0.056, 0.054, 0.054];
    let columns: Vec<_> = words
        .columns
        .iter()
        .zip(shares)
        .enumerate()
        .map(|(i, (heading, share))| {
            let align = if [0, 3, 7, 8, 9].contains(&i) { Align::Centre } else { Align::Left };
            (heading, share, align)
        })
        .collect();
    let grid = Grid {
        columns: setting.columns(&columns),
        groups: vec![Group { heading: &words.dates, first: 7, count: 3 }],
        numbered: true,
        size: SMALL,
    };
    setting.sheets.ruled(&grid, lines.iter().map(|line| Row::plain(cells(line, words))))?;

    setting.skip(0.5);
    let total = vec![setting.bold(&totals(words, lines))];
    let signers = [
        Signer { role: &words.keeper, how: &form.common.sign_here, name: "" },
        Signer { role: &words.head_of, how: &words.sign_and_seal, name: "" },
    ];
    setting.closing_at(&setting.place_date(volume.at.date()), &[total], &signers)?;
    let about = format!("{} {}–{}", office.code, short(volume.from), short(volume.to));
    let id = format!("{} {about} {}", form.id, volume.volume);
    finish(setting.sheets, office, form, &about, volume.at, id)
}

fn period(volume: &Volume) -> [(&'static str, String); 2] {
    [("from", short(volume.from)), ("to", short(volume.to))]
}

fn cover(
    setting: &mut Setting<'_>,
    words: &RegisterWords,
    volume: &Volume,
) -> Result<(), ReportError> {
    let (left, room, top) = (setting.sheets.left(), setting.sheets.room(), setting.sheets.y());
    let column = room * 0.42;
    let right = left + room - column;
    let nation = setting.nation(right, top, column)?;
    let end = agency(&mut setting.sheets, setting.office, left, column)?;
    setting.sheets.move_to(end.max(nation) + Mm(38.0));
    let title = [setting.span(Cut::Bold, 2.2, &words.cover_title)];
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
    let opened = format!("{}: {}", words.opened, setting.date(volume.opened));
    let closed = match volume.closed {
        Some(day) => setting.date(day),
        None => words.not_closed.clone(),
    };
    for line in [opened, format!("{}: {closed}", words.closed)] {
        for line in balance(&[setting.plain(&line)], room)? {
            let high = line_height(&line);
            setting.sheets.keep(high)?;
            setting.sheets.paragraph(Align::Centre, &line)?;
        }
    }
    Ok(())
}

fn cells(line: &Line, words: &RegisterWords) -> Vec<String> {
    let day = |day: Option<Date>| day.map(short).unwrap_or_default();
    let contact: Vec<&str> =
        [line.address.as_str(), &line.phone].into_iter().filter(|part| !part.is_empty()).collect();
    vec![
        line.number.map_or_else(|| words.pending.clone(), |number| number.to_string()),
        if line.code.is_empty() { words.pending.clone() } else { line.code.clone() },
        line.procedure.clone(),
        format!("{:02}", line.sets),
        line.applicant.clone(),
        contact.join("; "),
        line.agency.clone(),
        short(line.received),
        day(line.due),
        day(line.returned),
        line.method.clone(),
        line.signed.clone(),
        line.note.clone(),
    ]
}

fn totals(words: &RegisterWords, lines: &[Line]) -> String {
    let sets: u64 = lines.iter().map(|line| u64::from(line.sets)).sum();
    let returned = lines.iter().filter(|line| line.returned.is_some()).count();
    fill(
        &words.total,
        &[
            ("lines", &lines.len().to_string()),
            ("sets", &sets.to_string()),
            ("returned", &returned.to_string()),
            ("open", &(lines.len() - returned).to_string()),
        ],
    )
}

/// The register as a workbook (XLSX). Every cell is text.
///
/// # Errors
/// [`ReportError::Workbook`].
pub fn register_workbook(
    office: &Office,
    volume: &Volume,
    lines: &[Line],
    form: &FormTexts<RegisterWords>,
) -> Result<Vec<u8>, ReportError> {
    let words = &form.texts;
    let widths = [6.0, 20.0, 36.0, 6.0, 26.0, 36.0, 26.0, 12.0, 12.0, 12.0, 16.0, 16.0, 20.0];
    let head = fill(&words.head, &period(volume).each_ref().map(|(k, v)| (*k, v.as_str())));
    let mut above = vec![head, office.name.clone(), office.counter.clone()];
    above.extend(office.demo.then(|| form.common.demo.clone()));
    let rows = lines
        .iter()
        .map(|line| (cells(line, words).into_iter().map(Cell::Text).collect(), Look::Plain));
    Table {
        name: &words.sheet,
        above,
        groups: vec![Group { heading: &words.dates, first: 7, count: 3 }],
        columns: words.columns.iter().map(String::as_str).zip(widths).collect(),
        rows,
        below: vec![totals(words, lines)],
        at: volume.at,
    }
    .write()
}
