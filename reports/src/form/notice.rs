//! Forms 02 to 05 (TT 03/2025/TT-VPCP, annex I): what a citizen is told in writing about a dossier that
//! does not simply go on: completing it, refusing it, a later day, its end.
//!
//! Forms 02 and 03 are also given at the counter to whom no dossier was received ([`Told::Counter`]).

use jiff::civil::DateTime;
use office::{
    arrival::{CounterNotice, NoticeKind},
    book::Number,
    dossier::{Dossier, ProcedureStamp},
    person::{Contact, Identity},
    unit::Office,
    workflow::{Course, Move, Step},
};
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    setting::{Setting, Signer, finish, fitted},
    words::fill,
};
use crate::{Pdf, ReportError, page::paper::PaperSize};

/// What is told.
#[derive(Clone, Copy, Debug)]
pub enum Told<'a> {
    /// A step of a dossier.
    Step(&'a Dossier, &'a Move),
    /// A paper given at the counter, without a dossier.
    Counter(&'a CounterNotice),
}

/// The facts that every notice carries, wherever they come from.
struct Matter<'a> {
    id: &'a str,
    number: &'a Number,
    /// The dossier's code for the eye; `None` where there is no dossier.
    dossier: Option<Option<String>>,
    applicant: &'a Identity,
    contact: &'a Contact,
    procedure: &'a ProcedureStamp,
    by: &'a str,
    at: DateTime,
}

impl<'a> Told<'a> {
    fn matter(self) -> Result<Matter<'a>, ReportError> {
        match self {
            Told::Step(dossier, movement) => Ok(Matter {
                id: &dossier.id.0,
                number: movement.notice.as_ref().ok_or(ReportError::WrongStep)?,
                dossier: Some(dossier.code()),
                applicant: &dossier.applicant,
                contact: &dossier.contact,
                procedure: &dossier.procedure,
                by: &movement.by,
                at: movement.at,
            }),
            Told::Counter(notice) => Ok(Matter {
                id: &notice.id,
                number: &notice.number,
                dossier: None,
                applicant: &notice.applicant,
                contact: &notice.contact,
                procedure: &notice.procedure,
                by: &notice.by,
                at: notice.at,
            }),
        }
    }
}

impl Matter<'_> {
    fn head(
        &self,
        setting: &mut Setting<'_>,
        number: &str,
        title: &[String],
        applicant: &str,
    ) -> Result<(), ReportError> {
        let number = setting.numbered(number, self.number);
        setting.letterhead(&number, self.at.date())?;
        setting.title(title)?;
        if let Some(code) = &self.dossier {
            setting.code(code.as_deref())?;
        }
        setting.skip(0.6);
        setting.applicant(applicant, self.applicant, self.contact, self.at.date())?;
        setting.procedure(self.procedure)
    }

    /// For titles: the dossier's code, or whose paper it is not to say.
    fn about(&self, pending: &str) -> String {
        match (&self.dossier, self.number.issued()) {
            (Some(code), _) => code.clone().unwrap_or_else(|| pending.to_owned()),
            (None, Some(issued)) => format!("{:02}/{}", issued.value, issued.series.year),
            (None, None) => pending.to_owned(),
        }
    }

    fn finish<Words>(
        &self,
        sheets: crate::page::Sheets,
        office: &Office,
        form: &FormTexts<Words>,
    ) -> Result<Pdf, ReportError> {
        let about = self.about(&form.common.pending);
        let id = format!("{} {} {}", form.id, self.id, self.at);
        finish(sheets, office, form, &about, self.at, id)
    }
}

/// The words of form 02. Blanks: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct SupplementWords {
    /// Blank `{number}`.
    pub number: String,
    pub title: Vec<String>,
    pub applicant: String,
    pub items: String,
    pub reason: String,
    /// Blanks `{officer}`, `{phone}`.
    pub guidance: String,
    pub signer: String,
}

impl FormWords for SupplementWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/supplement.json");
}

/// Form 02, "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ".
///
/// # Errors
/// [`ReportError::WrongStep`] where nothing is asked for, else as [`crate::receipt`].
pub fn supplement_request(
    office: &Office,
    told: Told<'_>,
    form: &FormTexts<SupplementWords>,
    size: PaperSize,
) -> Result<Pdf, ReportError> {
    let (items, reason) = match told {
        Told::Step(_, Move { step: Step::SupplementAsked { items, reason }, .. }) => {
            (items, reason)
        }
        Told::Counter(CounterNotice { kind: NoticeKind::Incomplete(items), reason, .. }) => {
            (items, reason)
        }
        _ => return Err(ReportError::WrongStep),
    };
    let (words, matter) = (&form.texts, told.matter()?);
    let sheets = fitted(office, &form.common, size, |setting| {
        matter.head(setting, &words.number, &words.title, &words.applicant)?;
        setting.text(&format!("{}:", words.items))?;
        setting.list(items, 0.1)?;
        setting.skip(0.2);
        setting.field(&words.reason, setting.plain(reason))?;
        let guidance = fill(&words.guidance, &[("officer", matter.by), ("phone", &office.phone)]);
        let guidance = vec![setting.plain(&guidance)];
        let signer =
            Signer { role: &words.signer, how: &setting.common.sign_here, name: matter.by };
        setting.closing(&[guidance], &[signer])
    })?;
    matter.finish(sheets, office, form)
}

/// The words of form 03. Blanks: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct RefusalWords {
    /// Blank `{number}`.
    pub number: String,
    pub title: Vec<String>,
    pub applicant: String,
    /// Blank `{office}`.
    pub refused: String,
    pub end: String,
    pub signer_applicant: String,
    pub signer_receiver: String,
}

impl FormWords for RefusalWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/refusal.json");
}

/// Form 03, "Phiếu từ chối tiếp nhận giải quyết hồ sơ".
///
/// # Errors
/// [`ReportError::WrongStep`] where nothing is refused, else as [`crate::receipt`].
pub fn refusal(
    office: &Office,
    told: Told<'_>,
    form: &FormTexts<RefusalWords>,
    size: PaperSize,
) -> Result<Pdf, ReportError> {
    let reason = match told {
        Told::Step(_, Move { step: Step::Refused { reason }, .. }) => reason,
        Told::Counter(CounterNotice { kind: NoticeKind::Refused, reason, .. }) => reason,
        _ => return Err(ReportError::WrongStep),
    };
    let (words, matter) = (&form.texts, told.matter()?);
    let sheets = fitted(office, &form.common, size, |setting| {
        matter.head(setting, &words.number, &words.title, &words.applicant)?;
        setting.text(&fill(&words.refused, &[("office", &setting.counter_name())]))?;
        setting.text(reason)?;
        let end = vec![setting.plain(&words.end)];
        let how = &setting.common.sign_here;
        let signers = [
            Signer { role: &words.signer_applicant, how, name: &matter.applicant.person.name },
            Signer { role: &words.signer_receiver, how, name: matter.by },
        ];
        setting.closing(&[end], &signers)
    })?;
    matter.finish(sheets, office, form)
}

/// The words of form 04. Blanks: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct ApologyWords {
    /// Blank `{number}`.
    pub number: String,
    pub title: Vec<String>,
    pub addressee: String,
    /// Blanks `{date}`, `{office}`, `{name}`, `{code}`.
    pub received: String,
    pub due_at: String,
    pub due_unknown: String,
    /// Blank `{office}`.
    pub late: String,
    /// Blanks `{office}`, `{new}`.
    pub sorry: String,
    pub end: String,
    pub signer: String,
    pub sign_and_seal: String,
}

impl FormWords for ApologyWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/apology.json");
}

/// Form 04, "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết". `before` is where the dossier
/// stood before the step: it holds the day that is not kept. `head` signs: full name, or empty where the
/// hand writes it.
///
/// # Errors
/// [`ReportError::WrongStep`] where nothing is extended, else as [`crate::receipt`].
pub fn apology(
    office: &Office,
    dossier: &Dossier,
    movement: &Move,
    before: &Course,
    head: &str,
    form: &FormTexts<ApologyWords>,
    size: PaperSize,
) -> Result<Pdf, ReportError> {
    let Step::Extended { deadline, reason } = &movement.step else {
        return Err(ReportError::WrongStep);
    };
    let (words, matter) = (&form.texts, Told::Step(dossier, movement).matter()?);
    let sheets = fitted(office, &form.common, size, |setting| {
        matter.head(setting, &words.number, &words.title, &words.addressee)?;
        let received = fill(
            &words.received,
            &[
                ("date", &setting.date(dossier.received_at.date())),
                ("office", &setting.office_name()),
                ("name", &dossier.applicant.person.name),
                ("code", &dossier.code().unwrap_or_else(|| form.common.pending.clone())),
            ],
        );
        setting.text(&received)?;
        let due = match &before.deadline {
            Some(due) => setting.moment(due.at),
            None => words.due_unknown.clone(),
        };
        setting.field(&words.due_at, setting.bold(&due))?;
        let late = fill(&words.late, &[("office", &setting.office_name())]);
        setting.field(&late, setting.plain(reason))?;
        let new = setting.moment(deadline.at);
        let sorry = match words.sorry.split_once("{new}") {
            Some((lead, tail)) => {
                let lead = fill(lead, &[("office", &setting.office_name())]);
                vec![setting.plain(&lead), setting.bold(&new), setting.plain(tail)]
            }
            None => vec![setting.plain(&words.sorry), setting.bold(&format!(" {new}"))],
        };
        let end = vec![setting.plain(&words.end)];
        let signer = Signer { role: &words.signer, how: &words.sign_and_seal, name: head };
        setting.closing(&[sorry, end], &[signer])
    })?;
    matter.finish(sheets, office, form)
}

/// The words of form 05. Blanks: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct StopWords {
    /// Blank `{number}`.
    pub number: String,
    pub title: Vec<String>,
    pub addressee: String,
    /// Blanks `{office}`, `{date}`.
    pub received: String,
    pub stage: String,
    /// Blanks `{status}`, `{unit}`.
    pub stage_at: String,
    /// Blank `{office}`.
    pub decision: String,
    pub reason: String,
    pub fees: String,
    pub fees_none: String,
    pub enquiries: String,
    pub signer: String,
    pub sign_and_seal: String,
}

impl FormWords for StopWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/stop.json");
}

/// Form 05, "Thông báo dừng giải quyết hồ sơ". `before` is where the dossier stood before the step, the
/// stage that the form asks for. `head` signs: full name, or empty.
///
/// # Errors
/// [`ReportError::WrongStep`] where nothing is stopped, else as [`crate::receipt`].
pub fn stop_notice(
    office: &Office,
    dossier: &Dossier,
    movement: &Move,
    before: &Course,
    head: &str,
    form: &FormTexts<StopWords>,
    size: PaperSize,
) -> Result<Pdf, ReportError> {
    let Step::Stopped { reason, fees } = &movement.step else {
        return Err(ReportError::WrongStep);
    };
    let (words, matter) = (&form.texts, Told::Step(dossier, movement).matter()?);
    let sheets = fitted(office, &form.common, size, |setting| {
        matter.head(setting, &words.number, &words.title, &words.addressee)?;
        let day = setting.date(dossier.received_at.date());
        setting
            .text(&fill(&words.received, &[("office", &setting.counter_name()), ("date", &day)]))?;
        let counter = setting.counter_name();
        let unit = if before.unit.is_empty() { &counter } else { &before.unit };
        let stage = fill(&words.stage_at, &[("status", before.status.label()), ("unit", unit)]);
        setting.field(&words.stage, setting.plain(&stage))?;
        let decision = fill(&words.decision, &[("office", &setting.office_name())]);
        let decision = [setting.bold(&decision)];
        setting.sheets.paragraph(crate::page::Align::Left, &decision)?;
        setting.field(&words.reason, setting.plain(reason))?;
        let fees = if fees.is_empty() { &words.fees_none } else { fees };
        setting.field(&words.fees, setting.plain(fees))?;
        let enquiries = setting.pairs(vec![(&words.enquiries, setting.number(&office.phone))]);
        let signer = Signer { role: &words.signer, how: &words.sign_and_seal, name: head };
        setting.closing(&[enquiries], &[signer])
    })?;
    matter.finish(sheets, office, form)
}
