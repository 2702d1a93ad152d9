//! Form 06, "Phiếu kiểm soát quá trình giải quyết hồ sơ": who had the dossier when, and whether each
//! stage and the whole came in time. It travels with the paper dossier, so its rows leave room for hands, and empty
//! rows can be printed for steps that are signed before they are typed.

use office::{
    dossier::Dossier,
    stage,
    unit::Office,
    workflow::{Course, Courses, Move, Punctuality, Step},
};
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    setting::{Setting, finish},
    words::{fill, moment, running},
};
use crate::{
    Pdf, ReportError,
    page::{
        Align,
        font::Cut,
        paper::{Mm, PaperSize, Pt},
        table::{Grid, Group, Row},
    },
};

/// Size of the sheet's text: the table is wide.
const BODY: Pt = Pt(12.0);
/// Height of a row: two names and two signatures.
const ROW: Mm = Mm(17.0);

/// The words of form 06. Blanks: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct ControlWords {
    /// Blank `{number}`.
    pub number: String,
    pub title: Vec<String>,
    pub applicant: String,
    pub holder: String,
    pub received_at: String,
    /// Agencies that carry out linked procedures.
    pub partners: String,
    pub due_at: String,
    pub due_unknown: String,
    pub columns: [String; 6],
    pub handover: String,
    /// Early, on time, late.
    pub results: [String; 3],
    /// What stands in the time's place where a hand writes it.
    pub by_hand: String,
    /// Blanks `{step}`, `{number}`.
    pub note_number: String,
    /// Blanks `{step}`, `{reason}`.
    pub note_reason: String,
    pub note: String,
}

impl FormWords for ControlWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/control.json");
}

/// Form 06 of `dossier` with the steps taken so far and `blank` rows for hands, on A4.
///
/// # Errors
/// [`ReportError::WrongStep`] where the steps are not those of this dossier in their order, else as
/// [`crate::receipt`].
pub fn control_sheet(
    office: &Office,
    dossier: &Dossier,
    moves: &[Move],
    blank: usize,
    form: &FormTexts<ControlWords>,
) -> Result<Pdf, ReportError> {
    let words = &form.texts;
    let counter = running(&office.counter, &form.common.names);
    let mut courses = Courses::begin(dossier);
    let mut rows = Vec::new();
    for (movement, stage) in moves.iter().zip(stage::results(moves)) {
        let before = courses.now().clone();
        courses.take(movement).map_err(|_| ReportError::WrongStep)?;
        let cells = cells(&counter, form, &before, movement, courses.now(), stage);
        rows.push(numbered(rows.len(), cells));
    }
    for _ in 0..blank {
        let cells =
            [String::new(), String::new(), words.by_hand.clone(), String::new(), String::new()];
        rows.push(numbered(rows.len(), cells));
    }

    let mut setting = Setting::new(office, &form.common, PaperSize::A4, BODY);
    let number = setting.numbered(&words.number, &dossier.tracking);
    setting.letterhead(&number, dossier.received_at.date())?;
    setting.title(&words.title)?;
    setting.code(dossier.code().as_deref())?;
    setting.skip(0.6);
    setting.field(&words.applicant, setting.bold(&dossier.applicant.person.name))?;
    setting.procedure(&dossier.procedure)?;
    let now = courses.now();
    let (unit, officer) = (held_by(&counter, now), now.officer.as_str());
    let holder = if officer.is_empty() { unit.to_owned() } else { format!("{unit} ({officer})") };
    let received = setting.moment(dossier.received_at);
    setting.field(&words.received_at, setting.plain(&received))?;
    setting.field(&words.holder, setting.plain(&holder))?;
    let mut partners: Vec<&str> = dossier.linked.iter().map(|part| part.agency.as_str()).collect();
    partners.dedup();
    setting.field(&words.partners, setting.plain(&partners.join("; ")))?;
    let due = match &now.deadline {
        Some(deadline) => setting.moment(deadline.at),
        None => words.due_unknown.clone(),
    };
    setting.field(&words.due_at, setting.bold(&due))?;
    setting.skip(0.3);

    let [number, from, to, at, result, note] = &words.columns;
    let columns = setting.columns(&[
        (number, 0.065, Align::Centre),
        (from, 0.225, Align::Left),
        (to, 0.225, Align::Left),
        (at, 0.18, Align::Left),
        (result, 0.11, Align::Centre),
        (note, 0.195, Align::Left),
    ]);
    let groups = vec![Group { heading: &words.handover, first: 1, count: 2 }];
    let grid = Grid { columns, groups, numbered: false, size: setting.body * 0.85 };
    setting.sheets.ruled(&grid, rows)?;
    setting.skip(0.3);
    let note = [setting.span(Cut::Italic, 0.9, &words.note)];
    setting.sheets.paragraph(Align::Left, &note)?;

    // The newest step is what the sheet tells: a sheet printed later is another one.
    let at = moves.last().map_or(dossier.received_at, |movement| movement.at);
    let id = format!("{} {} {} {blank}", form.id, dossier.id.0, moves.len());
    finish(setting.sheets, office, form, &dossier.code_label(), at, id)
}

fn numbered(before: usize, cells: [String; 5]) -> Row {
    let mut row = vec![(before + 1).to_string()];
    row.extend(cells);
    Row { least: ROW, ..Row::plain(row) }
}

fn held_by<'a>(counter: &'a str, course: &'a Course) -> &'a str {
    if course.unit.is_empty() { counter } else { &course.unit }
}

/// From whom, to whom, when, result, remark.
fn cells(
    counter: &str,
    form: &FormTexts<ControlWords>,
    before: &Course,
    movement: &Move,
    after: &Course,
    stage: Option<Punctuality>,
) -> [String; 5] {
    let words = &form.texts;
    let person = |unit: &str, officer: &str| {
        if officer.is_empty() { unit.to_owned() } else { format!("{unit}: {officer}") }
    };
    let from = person(held_by(counter, before), &movement.by);
    let to = match &movement.step {
        Step::Transferred(to) => person(&to.unit, &to.officer),
        Step::Resolved(_) if !before.unit.is_empty() => counter.to_owned(),
        Step::Returned(back) => back.receiver.clone(),
        _ => String::new(),
    };
    let ended = before.ended.is_none() && after.ended.is_some();
    let [early, on_time, late] = &words.results;
    // The last stage's row tells how the whole way ended, the others how their own stage did.
    let result = match if ended { after.punctuality() } else { stage } {
        Some(Punctuality::Early) => early.clone(),
        Some(Punctuality::OnTime) => on_time.clone(),
        Some(Punctuality::Late) => late.clone(),
        None => String::new(),
    };
    let step = movement.step.label();
    let number = movement.notice.as_ref().map(|number| match number.issued() {
        Some(issued) => format!("{:02}", issued.value),
        None => form.common.pending.clone(),
    });
    let note = match (&movement.step, number, movement.step.reason()) {
        (Step::Transferred(to), ..) => to.note.clone(),
        (_, Some(number), _) => fill(&words.note_number, &[("step", step), ("number", &number)]),
        (_, None, Some(reason)) => fill(&words.note_reason, &[("step", step), ("reason", reason)]),
        (_, None, None) => step.to_owned(),
    };
    let at = moment(&form.common.moment, &form.common.date, movement.at);
    [from, to, at, result, note]
}
