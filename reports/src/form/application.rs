//! The electronic form printed as the official application (A4, type sizes of NĐ 30/2020), which the
//! applicant signs. A value that came from verified data carries a small sign, and a footnote says in the
//! words of the evidence where it is from: what the applicant declares and what a chip says must stay apart
//! on paper too.

use jiff::civil::DateTime;
use office::{eform::FormData, evidence::Evidence, unit::Office};
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    setting::{Setting, Signer, finish},
    words::fill,
};
use crate::{
    Pdf, ReportError,
    page::{Align, font::Cut, line_height, paper::PaperSize, text::balance},
};

/// Signs of the footnotes.
const SIGNS: [&str; 4] = ["¹", "²", "³", "⁴"];

/// The words of the sheet. Blanks: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct ApplicationWords {
    /// Blank `{addressee}`.
    pub addressee: String,
    /// What stands where nothing is filled in.
    pub empty: String,
    /// Blanks `{sign}`, `{evidence}`.
    pub footnote: String,
    /// Blanks `{sign}`, `{evidence}`: confirmed by the state, not read from a chip.
    pub footnote_confirmed: String,
    pub pledge: String,
    pub signer: String,
}

impl FormWords for ApplicationWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/application.json");
}

/// Who the application is of and for, beside the form's fields.
#[derive(Clone, Copy, Debug)]
pub struct Application<'a> {
    /// The filled form.
    pub data: &'a FormData,
    /// `Mẫu số …` with its decree, printed top right, or empty.
    pub number: &'a str,
    /// Who it is addressed to, after "Kính gửi".
    pub addressee: &'a str,
    /// Who signs: full name.
    pub signer: &'a str,
    /// The dossier's code, or empty before there is one.
    pub code: &'a str,
    /// When it was filled, local time.
    pub at: DateTime,
}

/// Whether what this evidence stands for was read from something signed or was confirmed.
fn verified(evidence: Evidence) -> bool {
    match evidence {
        Evidence::ChipAuthentic
        | Evidence::ChipSigned
        | Evidence::ChipIssuerUnknown
        | Evidence::VneidConfirmed => true,
        Evidence::ChipNotAuthentic | Evidence::Declared | Evidence::Typed => false,
    }
}

/// The application on A4.
///
/// # Errors
/// As [`crate::receipt`].
pub fn application(
    office: &Office,
    of: &Application<'_>,
    form: &FormTexts<ApplicationWords>,
) -> Result<Pdf, ReportError> {
    let words = &form.texts;
    let size = PaperSize::A4;
    let mut setting = Setting::new(office, &form.common, size, size.body());
    head(&mut setting, of, words)?;

    let mut proofs: Vec<Evidence> = Vec::new();
    let mut section = "";
    for field in &of.data.fields {
        if field.section != section {
            section = &field.section;
            setting.skip(0.5);
            let heading = [setting.bold(section)];
            // A heading stays with its first field.
            let high = line_height(&heading) * 2.2;
            setting.sheets.keep(high)?;
            setting.sheets.paragraph(Align::Left, &heading)?;
            setting.skip(0.15);
        }
        let mut spans = vec![setting.plain(&format!("{}: ", field.label))];
        if field.value.trim().is_empty() {
            spans.push(setting.plain(&words.empty));
        } else {
            spans.push(setting.plain(&field.value));
        }
        if let Some(evidence) = field.evidence.filter(|evidence| verified(*evidence)) {
            let place = proofs.iter().position(|known| *known == evidence);
            let place = place.unwrap_or_else(|| {
                proofs.push(evidence);
                proofs.len() - 1
            });
            spans.push(setting.plain(SIGNS[place.min(SIGNS.len() - 1)]));
        }
        setting.sheets.paragraph(Align::Left, &spans)?;
        setting.skip(0.15);
    }

    setting.skip(0.4);
    let mut last = vec![vec![setting.plain(&words.pledge)]];
    for (evidence, sign) in proofs.iter().zip(SIGNS) {
        let template = match evidence {
            Evidence::VneidConfirmed => &words.footnote_confirmed,
            _ => &words.footnote,
        };
        let note = fill(template, &[("sign", sign), ("evidence", evidence.label())]);
        last.push(vec![setting.span(Cut::Italic, 0.85, &note)]);
    }
    let how = &setting.common.sign_here;
    let place = setting.place_date(of.at.date());
    setting.closing_at(&place, &last, &[Signer { role: &words.signer, how, name: of.signer }])?;

    let about = if of.code.is_empty() { form.common.pending.as_str() } else { of.code };
    let data = of.data;
    let id = format!("{} {} {} {about} {}", form.id, data.form, data.version, of.at);
    finish(setting.sheets, office, form, about, of.at, id)
}

/// Form number, nation and motto, title and addressee.
fn head(
    setting: &mut Setting<'_>,
    of: &Application<'_>,
    words: &ApplicationWords,
) -> Result<(), ReportError> {
    let (left, room) = (setting.sheets.left(), setting.sheets.room());
    if !of.number.is_empty() {
        let number = balance(&[setting.span(Cut::Italic, 0.85, of.number)], room * 0.5)?;
        let y = setting.sheets.y();
        let x = left + room * 0.5;
        let end = setting.sheets.lines(x, y, room * 0.5, Align::Right, &number)?;
        setting.sheets.move_to(end);
        setting.skip(0.4);
    }
    let y = setting.sheets.y();
    let end = setting.nation(left, y, room)?;
    setting.sheets.move_to(end);
    setting.skip(0.6);
    let title = of.data.title.to_uppercase();
    setting.title(&[title])?;
    if !of.code.is_empty() {
        setting.code(Some(of.code))?;
    }
    setting.skip(0.5);
    let addressee = fill(&words.addressee, &[("addressee", of.addressee)]);
    for line in balance(&[setting.plain(&addressee)], room)? {
        setting.sheets.paragraph(Align::Centre, &line)?;
    }
    setting.skip(0.2);
    Ok(())
}
