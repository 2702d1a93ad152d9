//! "Giấy biên nhận trả kết quả": the proof that a result left the house, and into whose hands. No
//! prescribed form exists; its fields are those in use.

use office::{
    dossier::Dossier,
    unit::Office,
    workflow::{Move, Outcome, Step},
};
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    setting::{Signer, finish, fitted},
};
use crate::{Pdf, ReportError, page::paper::PaperSize};

/// The words of the paper.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct ResultWords {
    pub title: Vec<String>,
    pub applicant: String,
    pub result: String,
    pub number: String,
    pub signed_on: String,
    pub returned_at: String,
    pub method: String,
    pub at_counter: String,
    pub by_post: String,
    pub giver: String,
    pub receiver: String,
    pub receiver_paper: String,
    pub confirm: String,
    pub signer_giver: String,
    pub signer_receiver: String,
}

impl FormWords for ResultWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/result.json");
}

/// The receipt for `outcome`, handed over by `movement`.
///
/// # Errors
/// [`ReportError::WrongStep`] where the step hands nothing over, else as [`crate::receipt`].
pub fn result_receipt(
    office: &Office,
    dossier: &Dossier,
    outcome: &Outcome,
    movement: &Move,
    form: &FormTexts<ResultWords>,
    size: PaperSize,
) -> Result<Pdf, ReportError> {
    let Step::Returned(back) = &movement.step else { return Err(ReportError::WrongStep) };
    let words = &form.texts;
    let sheets = fitted(office, &form.common, size, |setting| {
        setting.letterhead("", movement.at.date())?;
        setting.title(&words.title)?;
        setting.code(dossier.code().as_deref())?;
        setting.skip(0.6);
        let day = movement.at.date();
        setting.applicant(&words.applicant, &dossier.applicant, &dossier.contact, day)?;
        setting.procedure(&dossier.procedure)?;
        let signed_on = outcome.signed_on.map(|day| setting.date(day)).unwrap_or_default();
        setting.field(&words.result, setting.bold(&outcome.title))?;
        setting.fields(vec![
            (&words.number, setting.plain(&outcome.number)),
            (&words.signed_on, setting.plain(&signed_on)),
        ])?;
        let method = if back.by_post { &words.by_post } else { &words.at_counter };
        let returned = setting.moment(movement.at);
        setting.field(&words.returned_at, setting.plain(&returned))?;
        setting.field(&words.method, setting.plain(method))?;
        let common = setting.common;
        setting.fields(vec![
            (&words.giver, setting.plain(&movement.by)),
            (&common.phone, setting.number(&office.phone)),
        ])?;
        setting.fields(vec![
            (&words.receiver, setting.plain(&back.receiver)),
            (&words.receiver_paper, setting.plain(&back.receiver_paper)),
        ])?;
        let confirm = vec![setting.plain(&words.confirm)];
        let signer = |role, name| Signer { role, how: &common.sign_here, name };
        setting.closing(
            &[confirm],
            &[
                signer(&words.signer_giver, &movement.by),
                signer(&words.signer_receiver, &back.receiver),
            ],
        )
    })?;
    let id = format!("{} {} {}", form.id, dossier.id.0, movement.at);
    finish(sheets, office, form, &dossier.code_label(), movement.at, id)
}
