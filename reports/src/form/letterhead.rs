//! What heads every paper of the office (NĐ 30/2020, annex I).

use office::unit::Office;

use crate::{
    ReportError,
    page::{
        Align, Sheets,
        font::Cut,
        paper::{Mm, Pt},
        text::{Span, balance, width},
    },
};

/// The office, its counter and a rule below them, in the column from `x` of width `room`, from here on
/// down; returns where they end.
pub(super) fn agency(
    sheets: &mut Sheets,
    office: &Office,
    x: Mm,
    room: Mm,
) -> Result<Mm, ReportError> {
    let size = sheets.body() * 0.92;
    // NĐ 30/2020, annex I: both in capitals, the issuing body in bold.
    let name = office.name.to_uppercase();
    let counter = office.counter.to_uppercase();
    let name = balance(&[Span::new(&name, Cut::Regular, size)], room)?;
    let counter = balance(&[Span::new(&counter, Cut::Bold, size)], room)?;
    let longest = counter
        .iter()
        .try_fold(Mm(0.0), |longest, line| Ok::<_, ReportError>(width(line)?.max(longest)))?;
    let y = sheets.lines(x, sheets.y(), room, Align::Centre, &name)?;
    let y = sheets.lines(x, y, room, Align::Centre, &counter)?;
    Ok(underline(sheets, x, room, y, longest * 0.4))
}

/// A rule of `length` in the middle of a column, just below `y`; returns where it is.
pub(super) fn underline(sheets: &mut Sheets, x: Mm, room: Mm, y: Mm, length: Mm) -> Mm {
    let y = y + (sheets.body() * 0.06).mm();
    let from = x + (room - length) / 2.0;
    sheets.rule((from, y), (from + length, y), Pt(0.6));
    y
}
