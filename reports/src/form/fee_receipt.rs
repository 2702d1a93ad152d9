//! "Biên lai thu phí, lệ phí": three parts on one A4 sheet, for the collecting office, the payer and the
//! file. Amounts stand in figures and in words.
//!
//! Money that has not come has no receipt: [`payment_request`] asks for it, with the bank's code to scan.

use jiff::civil::DateTime;
use office::{
    act::Act,
    book::Number,
    dossier::Dossier,
    money::Dong,
    payment::{FeeKind, FeeLine, Payment},
    unit::Office,
};
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    amount::amount_in_words,
    letterhead::agency,
    setting::{Setting, Signer, finish, fitted},
    words::fill,
};
use crate::{
    Pdf, ReportError,
    page::{
        Align,
        font::Cut,
        line_height,
        paper::{Mm, PaperSize, Pt},
        text::balance,
    },
};

/// Sizes of the parts' text that are tried, so that all three fit on a sheet.
const SIZES: [Pt; 4] = [Pt(10.5), Pt(10.0), Pt(9.3), Pt(8.6)];
/// Kept free between two parts, for scissors.
const CUT: Mm = Mm(4.0);
/// Room for a signature in font sizes: a third of a sheet is low.
const SIGNING: f32 = 2.8;

/// The words of the receipt. Blanks: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct FeeReceiptWords {
    pub title: String,
    /// Title of [`payment_request`].
    pub awaited_title: String,
    pub copies: [String; 3],
    pub series: String,
    pub number: String,
    pub payer: String,
    pub address: String,
    pub code: String,
    pub matter: String,
    pub charge: String,
    pub duty: String,
    /// Blanks `{kind}`, `{label}`.
    pub line: String,
    pub exempted: String,
    /// Blanks `{label}`, `{basis}`.
    pub exempted_value: String,
    pub total: String,
    pub words: String,
    pub method: String,
    pub payer_role: String,
    pub collector: String,
    pub qr: String,
}

impl FormWords for FeeReceiptWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/fee_receipt.json");
}

/// What a receipt is for.
#[derive(Clone, Copy, Debug)]
pub enum Matter<'a> {
    /// A dossier.
    Dossier(&'a Dossier),
    /// An act.
    Act(&'a Act),
}

impl Matter<'_> {
    /// Where who asked for it lives.
    fn address(&self) -> &str {
        match self {
            Matter::Dossier(dossier) => match dossier.contact.address.as_str() {
                "" => &dossier.applicant.person.residence,
                address => address,
            },
            Matter::Act(act) => {
                act.requesters().next().map_or("", |who| who.person.residence.as_str())
            }
        }
    }
}

/// The receipt of `payment` in three parts; a receipt too long for a third of a sheet gets sheets of its
/// own for each part.
///
/// # Errors
/// As [`crate::receipt`].
pub fn fee_receipt(
    office: &Office,
    payment: &Payment,
    of: Matter<'_>,
    form: &FormTexts<FeeReceiptWords>,
) -> Result<Pdf, ReportError> {
    let words = &form.texts;
    let size = PaperSize::A4;
    let new = |body| Setting { signing: SIGNING, ..Setting::new(office, &form.common, size, body) };
    let empty = new(SIZES[0]);
    let (top, third) =
        (empty.sheets.y(), (empty.sheets.bottom() - empty.sheets.y()) / words.copies.len() as f32);

    let mut setting = empty;
    let mut fits = false;
    for body in SIZES {
        let mut tried = new(body);
        fits = true;
        for (i, copy) in words.copies.iter().enumerate() {
            let from = top + third * i as f32;
            tried.sheets.move_to(from);
            if i > 0 {
                let (left, right) = (tried.sheets.left(), tried.sheets.right());
                tried.sheets.dots(left, right, from - CUT / 2.0);
            }
            part(&mut tried, words, payment, of, copy)?;
            fits &= tried.sheets.pages() == 1 && tried.sheets.y() <= from + third - CUT;
        }
        if fits {
            setting = tried;
            break;
        }
    }
    if !fits {
        for (i, copy) in words.copies.iter().enumerate() {
            if i > 0 {
                setting.sheets.new_part()?;
            }
            part(&mut setting, words, payment, of, copy)?;
        }
    }
    let about = number(&payment.receipt, &form.common.pending);
    let id = format!("{} {}", form.id, payment.id.0);
    finish(setting.sheets, office, form, &about, payment.at, id)
}

/// Receipts are numbered with seven digits.
fn number(number: &Number, pending: &str) -> String {
    match number.issued() {
        Some(issued) => format!("{:07}", issued.value),
        None => pending.to_owned(),
    }
}

fn part(
    setting: &mut Setting<'_>,
    words: &FeeReceiptWords,
    payment: &Payment,
    of: Matter<'_>,
    copy: &str,
) -> Result<(), ReportError> {
    let (left, room, top) = (setting.sheets.left(), setting.sheets.room(), setting.sheets.y());
    let half = room * 0.55;
    let agency_end = agency(&mut setting.sheets, setting.office, left, half)?;
    let number = number(&payment.receipt, &setting.common.pending);
    let series = setting.pairs(vec![(&words.series, setting.plain(&payment.series))]);
    let mut right = balance(&series, room - half)?;
    right.push(vec![
        setting.plain(&format!("{}: ", words.number)),
        setting.span(Cut::Bold, 1.15, &number),
    ]);
    let end = setting.sheets.lines(left + half, top, room - half, Align::Right, &right)?;
    setting.sheets.move_to(agency_end.max(end));
    setting.skip(0.25);
    let title = [setting.span(Cut::Bold, 1.3, &words.title)];
    setting.sheets.paragraph(Align::Centre, &title)?;
    let copy = [setting.span(Cut::Italic, 0.95, copy)];
    setting.sheets.paragraph(Align::Centre, &copy)?;
    setting.skip(0.2);

    setting.field(&words.payer, setting.bold(&payment.payer))?;
    setting.field(&words.address, setting.plain(of.address()))?;
    matter(setting, words, of)?;
    amounts(setting, words, &payment.lines)?;
    if let Some(exempted) = &payment.exempted {
        let value =
            fill(&words.exempted_value, &[("label", &exempted.label), ("basis", &exempted.basis)]);
        setting.field(&words.exempted, setting.plain(&value))?;
    }
    sum(setting, words, payment.total())?;
    // Method at the left and the day at the right share a line.
    let method = setting.pairs(vec![(&words.method, setting.plain(payment.method.label()))]);
    let place = [setting.italic(&setting.place_date(payment.at.date()))];
    let how = &setting.common.sign_here;
    let signers = [
        Signer { role: &words.payer_role, how, name: &payment.payer },
        Signer { role: &words.collector, how, name: &payment.collector },
    ];
    setting.keep_signed(line_height(&method), &signers)?;
    let y = setting.sheets.y();
    setting.sheets.line(left, y, room, Align::Left, &method)?;
    setting.sheets.line(left, y, room, Align::Right, &place)?;
    setting.sheets.skip(line_height(&method));
    setting.closing(&[], &signers)
}

fn matter(
    setting: &mut Setting<'_>,
    words: &FeeReceiptWords,
    of: Matter<'_>,
) -> Result<(), ReportError> {
    match of {
        Matter::Dossier(dossier) => {
            let code = dossier.code().unwrap_or_else(|| setting.common.pending.clone());
            setting.fields(vec![
                (&words.code, setting.plain(&code)),
                (&words.matter, setting.plain(&dossier.procedure.name)),
            ])
        }
        Matter::Act(act) => setting.field(&words.matter, setting.plain(&act.name())),
    }
}

/// Each line with its amount at the right.
fn amounts(
    setting: &mut Setting<'_>,
    words: &FeeReceiptWords,
    lines: &[FeeLine],
) -> Result<(), ReportError> {
    for line in lines {
        let kind = match line.kind {
            FeeKind::Charge => &words.charge,
            FeeKind::Duty => &words.duty,
        };
        let label = fill(&words.line, &[("kind", kind), ("label", &line.label)]);
        amount(setting, Cut::Regular, &label, line.amount)?;
    }
    Ok(())
}

fn amount(
    setting: &mut Setting<'_>,
    cut: Cut,
    label: &str,
    amount: Dong,
) -> Result<(), ReportError> {
    let (left, room) = (setting.sheets.left(), setting.sheets.room());
    let figures = vec![setting.span(cut, 1.0, &amount.to_string())];
    let label = crate::page::text::wrap(&[setting.span(cut, 1.0, label)], room * 0.78)?;
    let last = label.len().saturating_sub(1);
    for (i, line) in label.iter().enumerate() {
        setting.sheets.keep(line_height(line))?;
        let y = setting.sheets.y();
        setting.sheets.line(left, y, room, Align::Left, line)?;
        if i == last {
            setting.sheets.line(left, y, room, Align::Right, &figures)?;
        }
        setting.sheets.skip(line_height(line));
    }
    Ok(())
}

fn sum(setting: &mut Setting<'_>, words: &FeeReceiptWords, total: Dong) -> Result<(), ReportError> {
    amount(setting, Cut::Bold, &words.total, total)?;
    let said = format!("{}.", amount_in_words(total.0));
    setting.field(&words.words, setting.italic(&said))
}

/// What is to be paid for `dossier`, with the VietQR code of `payload` (as the bank's standard builds it),
/// on one sheet.
///
/// # Errors
/// As [`crate::receipt`].
pub fn payment_request(
    office: &Office,
    dossier: &Dossier,
    lines: &[FeeLine],
    payload: &str,
    at: DateTime,
    form: &FormTexts<FeeReceiptWords>,
    size: PaperSize,
) -> Result<Pdf, ReportError> {
    let words = &form.texts;
    let sheets = fitted(office, &form.common, size, |setting| {
        setting.letterhead("", at.date())?;
        setting.title(std::slice::from_ref(&words.awaited_title))?;
        setting.code(dossier.code().as_deref())?;
        setting.skip(0.6);
        setting.applicant(&words.payer, &dossier.applicant, &dossier.contact, at.date())?;
        setting.procedure(&dossier.procedure)?;
        setting.skip(0.3);
        amounts(setting, words, lines)?;
        sum(setting, words, lines.iter().map(|line| line.amount).sum())?;
        setting.skip(0.6);
        let side = Mm(45.0);
        setting.sheets.keep(side + (setting.body * 1.6).mm())?;
        let says = [setting.bold(&words.qr)];
        setting.sheets.paragraph(Align::Centre, &says)?;
        setting.skip(0.4);
        let y = setting.sheets.y();
        let room = setting.sheets.room();
        let dark = setting.sheets.qr(payload, Align::Centre, y, side, room)?;
        setting.sheets.move_to(y + dark);
        Ok(())
    })?;
    let id = format!("{} {} {at}", form.id, dossier.id.0);
    finish(sheets, office, form, &dossier.code_label(), at, id)
}
