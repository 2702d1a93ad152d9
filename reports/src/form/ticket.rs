//! "Phiếu số thứ tự": the slip that a citizen waits with, on a roll of 80 mm. A form of the suite's own,
//! which no law prescribes. It names nobody.

use jiff::civil::DateTime;
use office::{ticket::Ticket, unit::Office};
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    letterhead::agency,
    setting::{Setting, finish},
    words::fill,
};
use crate::{
    Pdf, ReportError,
    page::{
        Align,
        font::Cut,
        paper::{PaperSize, Pt},
        text::balance,
    },
};

/// The number's size in font sizes: read from a bench away.
const NUMBER: f32 = 6.0;
/// The words that stand in the place of a number that is awaited.
const AWAITED: f32 = 2.0;

/// The words of the slip.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct TicketWords {
    pub title: String,
    /// In the place of the queue of those who come for anything.
    pub any_queue: String,
    pub first: String,
    pub pending: String,
    pub drawn_at: String,
    pub ahead: String,
    pub nobody_ahead: String,
    /// Blanks `{hour}`, `{minute}`.
    pub as_of: String,
    pub please: String,
    pub order: String,
    pub thanks: String,
}

impl FormWords for TicketWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/ticket.json");
}

/// The slip of `ticket`; `ahead` people wait before it at the local time `at`.
///
/// # Errors
/// As [`crate::receipt`].
pub fn ticket_slip(
    office: &Office,
    ticket: &Ticket,
    ahead: usize,
    at: DateTime,
    form: &FormTexts<TicketWords>,
) -> Result<Pdf, ReportError> {
    let (words, size) = (&form.texts, PaperSize::Roll80);
    let mut setting = Setting::new(office, &form.common, size, size.body());
    let (left, room) = (setting.sheets.left(), setting.sheets.room());
    let end = agency(&mut setting.sheets, office, left, room)?;
    setting.sheets.move_to(end);
    setting.skip(0.8);
    centred(&mut setting, Cut::Bold, 1.2, &words.title)?;

    let number = ticket.number.issued().map(|issued| format!("{:03}", issued.value));
    match &number {
        Some(number) => centred(&mut setting, Cut::Bold, NUMBER, number)?,
        None => centred(&mut setting, Cut::Bold, AWAITED, &words.pending)?,
    }
    let queue = if ticket.queue.is_empty() { &words.any_queue } else { &ticket.queue };
    centred(&mut setting, Cut::Bold, 1.5, queue)?;
    if ticket.first {
        centred(&mut setting, Cut::Bold, 1.0, &words.first)?;
    }
    setting.skip(0.5);
    let (y, right) = (setting.sheets.y(), setting.sheets.right());
    setting.sheets.rule((left, y), (right, y), Pt(0.5));
    setting.skip(0.4);
    let drawn = format!("{} {}", words.drawn_at, setting.moment(ticket.at));
    centred(&mut setting, Cut::Regular, 1.0, &drawn)?;
    let waiting = match ahead {
        0 => words.nobody_ahead.clone(),
        count => format!("{}: {count}", words.ahead),
    };
    centred(&mut setting, Cut::Bold, 1.1, &waiting)?;
    // A slip that is printed again later tells another figure: it says of which moment.
    let [hour, minute] = [at.hour(), at.minute()].map(|part| format!("{part:02}"));
    let as_of = fill(&words.as_of, &[("hour", &hour), ("minute", &minute)]);
    centred(&mut setting, Cut::Regular, 0.9, &as_of)?;
    setting.skip(0.5);
    for words in [&words.please, &words.order] {
        centred(&mut setting, Cut::Italic, 0.9, words)?;
    }
    setting.skip(0.3);
    centred(&mut setting, Cut::Italic, 1.0, &words.thanks)?;

    let about = number.unwrap_or_else(|| words.pending.clone());
    let id = format!("{} {} {at}", form.id, ticket.id.0);
    finish(setting.sheets, office, form, &about, at, id)
}

/// Lines in the middle, of about the same length.
fn centred(
    setting: &mut Setting<'_>,
    cut: Cut,
    scale: f32,
    words: &str,
) -> Result<(), ReportError> {
    for line in balance(&[setting.span(cut, scale, words)], setting.sheets.room())? {
        setting.sheets.paragraph(Align::Centre, &line)?;
    }
    Ok(())
}
