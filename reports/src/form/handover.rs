//! "Phiếu bàn giao hồ sơ": a dossier goes from one pair of hands into another, with every paper in it, and
//! both sign. No prescribed form exists; form 06 travels on with the dossier, this one stays with whoever
//! gave it away.

use office::{
    dossier::{Dossier, Submitted},
    unit::Office,
    workflow::{Course, Handover, Move, Step},
};
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    setting::{Signer, finish, fitted},
    words::running,
};
use crate::{
    Pdf, ReportError,
    page::{Align, paper::PaperSize},
};

/// The words of the paper.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct HandoverWords {
    pub title: Vec<String>,
    pub applicant: String,
    pub giver: String,
    pub taker: String,
    pub handed_at: String,
    pub until: String,
    pub due_at: String,
    pub components: String,
    pub columns: [String; 4],
    pub note: String,
    pub confirm: String,
    pub signer_giver: String,
    pub signer_taker: String,
}

impl FormWords for HandoverWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/handover.json");
}

/// The slip of `movement`, a handover. `before` is where the dossier stood before it; `papers` are those
/// in it, what was brought later included.
///
/// # Errors
/// [`ReportError::WrongStep`] where the step hands nothing over, else as [`crate::receipt`].
pub fn handover_slip(
    office: &Office,
    dossier: &Dossier,
    movement: &Move,
    before: &Course,
    papers: &[&Submitted],
    form: &FormTexts<HandoverWords>,
    size: PaperSize,
) -> Result<Pdf, ReportError> {
    let Step::Transferred(to) = &movement.step else { return Err(ReportError::WrongStep) };
    let Handover { unit, officer, note, until } = to;
    let words = &form.texts;
    let counter = running(&office.counter, &form.common.names);
    let from = if before.unit.is_empty() { &counter } else { &before.unit };
    let hands = |unit: &str, name: &str| match name {
        "" => unit.to_owned(),
        name => format!("{unit} – {name}"),
    };
    let sheets = fitted(office, &form.common, size, |setting| {
        setting.letterhead("", movement.at.date())?;
        setting.title(&words.title)?;
        setting.code(dossier.code().as_deref())?;
        setting.skip(0.6);
        setting.field(&words.applicant, setting.bold(&dossier.applicant.person.name))?;
        setting.procedure(&dossier.procedure)?;
        setting.field(&words.giver, setting.plain(&hands(from, &movement.by)))?;
        setting.field(&words.taker, setting.plain(&hands(unit, officer)))?;
        let handed = setting.moment(movement.at);
        setting.field(&words.handed_at, setting.plain(&handed))?;
        let until = until.map(|at| setting.moment(at)).unwrap_or_default();
        setting.field(&words.until, setting.plain(&until))?;
        let due = before.deadline.as_ref().map(|due| setting.moment(due.at)).unwrap_or_default();
        setting.field(&words.due_at, setting.bold(&due))?;
        setting.text(&format!("{}:", words.components))?;
        setting.skip(0.15);
        let [number, name, kind, quantity] = &words.columns;
        let columns = setting.columns(&[
            (number, 0.085, Align::Centre),
            (name, 0.595, Align::Left),
            (kind, 0.17, Align::Centre),
            (quantity, 0.15, Align::Centre),
        ]);
        let rows = papers.iter().enumerate().map(|(i, paper)| {
            vec![
                (i + 1).to_string(),
                paper.name.clone(),
                paper.form.label().to_owned(),
                paper.quantity.to_string(),
            ]
        });
        setting.sheets.table(&columns, setting.body * 0.95, rows)?;
        setting.skip(0.3);
        setting.field(&words.note, setting.plain(note))?;
        let confirm = vec![setting.plain(&words.confirm)];
        let how = &setting.common.sign_here;
        let signers = [
            Signer { role: &words.signer_giver, how, name: &movement.by },
            Signer { role: &words.signer_taker, how, name: officer },
        ];
        setting.closing(&[confirm], &signers)
    })?;
    let id = format!("{} {} {}", form.id, dossier.id.0, movement.at);
    finish(sheets, office, form, &dossier.code_label(), movement.at, id)
}
