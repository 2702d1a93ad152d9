//! Form 01, "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" (TT 03/2025/TT-VPCP, annex I): what the citizen
//! takes home.
//!
//! The receipt says how the applicant's identity was proven, in the words of the evidence: whoever
//! reads the paper later must not take typed data for chip data. A number that is not issued yet is
//! said to be awaited, in a frame nobody can overlook. Fields that the dossier leaves empty are left
//! out, except where the form asks for an answer.

use office::{
    book::Number,
    calendar::{Deadline, TimeLimit},
    dossier::{Dossier, Fee, Proof, Submitted},
    unit::Office,
};
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    setting::{Setting, Signer, finish, fitted},
    words::{fill, moment},
};
use crate::{
    Pdf, ReportError,
    page::{
        Align,
        font::Cut,
        line_height,
        paper::{Mm, PaperSize},
        text::balance,
    },
};

/// The words of form 01. Blanks: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct ReceiptWords {
    /// Blank `{number}`.
    pub number: String,
    pub title: [String; 2],
    pub applicant: String,
    pub channel: String,
    pub origin_code: String,
    pub components: String,
    pub columns: [String; 4],
    /// Blanks `{name}`, `{proof}`.
    pub with_proof: String,
    /// What stands in a paper's place: identity data, e-form, stored document, scan.
    pub proofs: [String; 4],
    pub linked: String,
    /// Blanks `{procedure}`, `{agency}`, `{due}`.
    pub linked_part: String,
    /// Blanks `{hour}`, `{minute}`, `{date}`.
    pub linked_due: String,
    pub sets: String,
    /// Blank `{n}`.
    pub sets_value: String,
    pub time_limit: String,
    /// Blank `{n}`.
    pub working_days: String,
    /// Blank `{n}`.
    pub days: String,
    /// Blank `{n}`.
    pub working_hours: String,
    pub same_day: String,
    pub time_limit_unknown: String,
    pub received_at: String,
    pub due_at: String,
    /// In place of [`Self::due_at`] where procedures are linked.
    pub total_due_at: String,
    pub due_unknown: String,
    pub return_place: String,
    pub fee: String,
    pub fee_free: String,
    pub fee_unknown: String,
    pub book: String,
    /// Blanks `{year}`, `{number}`.
    pub book_value: String,
    pub legal_basis: String,
    pub signer_applicant: String,
    pub signer_receiver: String,
}

impl FormWords for ReceiptWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/receipt.json");
}

/// Makes the receipt of `dossier`. `qr` is the text of its code ([`office::tag::ReceiptTag`]), at most
/// 210 bytes; a dossier whose number is pending has none. The same input gives the same bytes.
///
/// # Errors
/// [`ReportError::MissingGlyph`] for a character that cannot be printed, [`ReportError::QrTooLong`],
/// [`ReportError::TooLong`].
pub fn receipt(
    office: &Office,
    dossier: &Dossier,
    qr: Option<&str>,
    form: &FormTexts<ReceiptWords>,
    size: PaperSize,
) -> Result<Pdf, ReportError> {
    let words = &form.texts;
    let sheets = fitted(office, &form.common, size, |setting| {
        let number = setting.numbered(&words.number, &dossier.tracking);
        setting.letterhead(&number, dossier.received_at.date())?;
        heading(setting, words, dossier, qr)?;
        let day = dossier.received_at.date();
        setting.applicant(&words.applicant, &dossier.applicant, &dossier.contact, day)?;
        matter(setting, words, dossier)?;
        terms(setting, words, dossier)
    })?;
    let (about, id) = (dossier.code_label(), dossier.id.0.clone());
    finish(sheets, office, form, &about, dossier.received_at, id)
}

/// Title and dossier code at the left, the QR code at the right text edge.
fn heading(
    setting: &mut Setting<'_>,
    words: &ReceiptWords,
    dossier: &Dossier,
    qr: Option<&str>,
) -> Result<(), ReportError> {
    let (body, left, room) = (setting.body, setting.sheets.left(), setting.sheets.room());
    let top = setting.sheets.y() + (body * 0.5).mm();
    let side = match qr {
        Some(text) => setting.sheets.qr(text, Align::Right, top, room * 0.2, room * 0.36)?,
        None => Mm(0.0),
    };
    let title_room = room - side;

    let title = words.title.each_ref().map(|line| setting.single(Cut::Bold, 1.2, line));
    let y = top + (body * 0.4).mm();
    let y = setting.sheets.lines(left, y, title_room, Align::Centre, &title)?;
    let y = y + (body * 0.45).mm();
    let mut code_end = setting.code_at(dossier.code().as_deref(), left, y, title_room)?;
    if dossier.code().is_none() {
        let note = [setting.span(Cut::Italic, 0.85, &setting.common.pending_note)];
        let pad = (body * 0.8).mm();
        let note = balance(&note, title_room - pad * 2.0)?;
        let (x, room) = (left + pad, title_room - pad * 2.0);
        code_end = setting.sheets.lines(x, code_end, room, Align::Centre, &note)?;
    }
    setting.sheets.move_to(code_end.max(top + side) + (body * 0.3).mm());
    Ok(())
}

/// What is asked for and what was handed in.
fn matter(
    setting: &mut Setting<'_>,
    words: &ReceiptWords,
    dossier: &Dossier,
) -> Result<(), ReportError> {
    setting.procedure(&dossier.procedure)?;
    setting.field(&words.origin_code, setting.plain(&dossier.origin_code))?;

    let caption = setting.plain(&format!("{}:", words.components));
    // The caption stays with the table's header and first row.
    setting.sheets.keep(line_height(std::slice::from_ref(&caption)) * 4.5)?;
    setting.sheets.paragraph(Align::Left, &[caption])?;
    setting.skip(0.15);
    let [number, name, form, quantity] = &words.columns;
    let columns = setting.columns(&[
        (number, 0.085, Align::Centre),
        (name, 0.595, Align::Left),
        (form, 0.17, Align::Centre),
        (quantity, 0.15, Align::Centre),
    ]);
    let rows = dossier.components.iter().enumerate().map(|(i, component)| {
        vec![
            (i + 1).to_string(),
            named(words, component),
            component.form.label().to_owned(),
            component.quantity.to_string(),
        ]
    });
    setting.sheets.table(&columns, setting.body * 0.95, rows)?;
    setting.skip(0.4);
    Ok(())
}

/// The component's name, and what stands in its place or shows it.
fn named(words: &ReceiptWords, component: &Submitted) -> String {
    let [identity, form, stored, scan] = &words.proofs;
    let proof = match &component.proof {
        None => return component.name.clone(),
        Some(Proof::Identity) => identity,
        Some(Proof::Form) => form,
        Some(Proof::Stored(_)) => stored,
        Some(Proof::Scan(_)) => scan,
    };
    fill(&words.with_proof, &[("name", &component.name), ("proof", proof)])
}

/// Each procedure of a linked dossier with its agency and day, the office's own first.
fn linked(
    setting: &mut Setting<'_>,
    words: &ReceiptWords,
    dossier: &Dossier,
) -> Result<(), ReportError> {
    if dossier.linked.is_empty() {
        return Ok(());
    }
    let part = |name: &str, agency: &str, deadline: &Option<Deadline>| {
        let due = match deadline {
            Some(deadline) => moment(&words.linked_due, "{day}/{month}/{year}", deadline.at),
            None => words.due_unknown.clone(),
        };
        fill(&words.linked_part, &[("procedure", name), ("agency", agency), ("due", &due)])
    };
    let own = part(&dossier.procedure.name, &setting.office_name(), &dossier.deadline);
    let parts: Vec<String> = std::iter::once(own)
        .chain(dossier.linked.iter().map(|p| part(&p.procedure.name, &p.agency, &p.deadline)))
        .collect();
    setting.text(&format!("{}:", words.linked))?;
    setting.list(&parts, 0.0)?;
    setting.skip(0.1);
    Ok(())
}

/// How much, how long, until when and where; then the signatures.
fn terms(
    setting: &mut Setting<'_>,
    words: &ReceiptWords,
    dossier: &Dossier,
) -> Result<(), ReportError> {
    let counted = |template: &str, n: u16| fill(template, &[("n", &format!("{n:02}"))]);
    let limit = match &dossier.time_limit {
        TimeLimit::WorkingDays(n) => counted(&words.working_days, *n),
        TimeLimit::Days(n) => counted(&words.days, *n),
        TimeLimit::WorkingHours(n) => counted(&words.working_hours, *n),
        TimeLimit::SameDay => words.same_day.clone(),
        // What the source leaves in doubt is the clerk's to clear up: it stays on the screen.
        TimeLimit::Unclear(_) => words.time_limit_unknown.clone(),
    };
    let due = match dossier.total_deadline() {
        Some(deadline) => setting.moment(deadline.at),
        None => words.due_unknown.clone(),
    };
    let due_at = if dossier.linked.is_empty() { &words.due_at } else { &words.total_due_at };
    let fee = match &dossier.fee {
        Fee::Free => words.fee_free.clone(),
        Fee::Amount(amount) => amount.to_string(),
        Fee::Unknown(_) => words.fee_unknown.clone(),
    };
    let series = match &dossier.tracking {
        Number::Issued(issued) => &issued.series,
        Number::Pending { series } => series,
    };
    let line = match dossier.tracking.issued() {
        Some(issued) => format!("{:02}", issued.value),
        None => setting.common.pending.clone(),
    };
    let book = fill(&words.book_value, &[("year", &series.year.to_string()), ("number", &line)]);

    let sets = counted(&words.sets_value, dossier.sets);
    setting.fields(vec![
        (&words.sets, setting.plain(&sets)),
        (&words.channel, setting.plain(dossier.channel.label())),
        (&words.fee, setting.plain(&fee)),
    ])?;
    setting.field(&words.time_limit, setting.plain(&limit))?;
    linked(setting, words, dossier)?;
    let received = setting.moment(dossier.received_at);
    setting.field(&words.received_at, setting.plain(&received))?;
    setting.field(due_at, setting.bold(&due))?;
    setting.field(&words.return_place, setting.plain(&dossier.return_place))?;

    let common = setting.common;
    let book = setting.pairs(vec![
        (&words.book, setting.plain(&book)),
        (&common.enquiries, setting.number(&setting.office.phone)),
    ]);
    let basis = format!("{}: {}", words.legal_basis, dossier.legal_basis);
    let basis = vec![setting.span(Cut::Italic, 0.85, &basis)];
    let signer = |role, name| Signer { role, how: &common.sign_here, name };
    setting.closing(
        &[book, basis],
        &[
            signer(&words.signer_applicant, &dossier.applicant.person.name),
            signer(&words.signer_receiver, &dossier.receiver),
        ],
    )
}
