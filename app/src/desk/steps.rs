//! A dossier's steps at the desk: each is written with its number and its paper, or not at all.

use jiff::Timestamp;
use ledger::{DossierRecord, LedgerError, MoveRecord};
use office::{
    book::BookId,
    calendar::Deadline,
    dossier::DossierId,
    entry::{Event, PaperKind, PaperOf},
    indicators::{Facts, Gap, gaps},
    workflow::{Move, Step, WorkflowError},
};

use super::{
    Desk,
    money::Money,
    papers::{Paper, Whole, printable, refused},
};
use crate::clock;

impl Desk {
    /// Takes a step. `seen`: how many steps the officer had seen. `result`: the file of an electronic
    /// result, which the step names. The paper that tells the step is made in the same act.
    pub fn step(
        &mut self,
        at: Timestamp,
        dossier: &DossierId,
        seen: u32,
        step: Step,
        result: Option<&[u8]>,
    ) -> Result<Move, LedgerError> {
        printable(step.texts()).map_err(refused)?;
        let (record, head) = (self.dossier(dossier)?, self.head_of_office()?);
        let moves = self.ledger.moves(dossier)?;
        let mut steps: Vec<Move> = moves.into_iter().map(|made| made.movement).collect();
        let local = clock::local(at);
        let mut movement = Move {
            dossier: dossier.clone(),
            seen,
            at: local,
            by: self.ledger.user().full_name.clone(),
            step,
            notice: None,
        };
        let (office, law) = (&self.office, &self.law);
        self.ledger.transact(|writing| {
            if movement.step.is_notified() {
                writing.append(at, |numbers| {
                    movement.notice = Some(numbers.next(BookId::NOTICE, local.date()));
                    let movement = Box::new(movement.clone());
                    Ok::<_, WorkflowError>(Event::DossierMoved { movement })
                })?;
            } else {
                let event = Event::DossierMoved { movement: Box::new(movement.clone()) };
                let blobs: Vec<&[u8]> = result.into_iter().collect();
                writing.record(at, event, &blobs)?;
            }
            if let Some(paper) = paper_of(&movement) {
                steps.push(movement.clone());
                let dossier = &record.dossier;
                let head = &head;
                Whole { office, law, head, dossier, steps: &steps, payments: &[] }
                    .keep(writing, at, paper)?;
            }
            Ok(movement)
        })
    }

    /// The deadline if a stopped clock ran on at `at`; the deadline as it is where none is stopped.
    pub fn resumed(&self, record: &DossierRecord, at: Timestamp) -> Option<Deadline> {
        let course = &record.course;
        let deadline = course.deadline.as_ref()?;
        match course.paused {
            Some(since) => self.law.calendar.resumed(
                deadline,
                &record.dossier.time_limit,
                since,
                clock::local(at),
            ),
            None => Some(deadline.clone()),
        }
    }

    /// What the province will miss in a dossier as it stands, most pressing first.
    pub fn gaps(
        &self,
        record: &DossierRecord,
        moves: &[MoveRecord],
        money: &Money,
        at: Timestamp,
    ) -> Vec<Gap> {
        let (dossier, course) = (&record.dossier, &record.course);
        if course.returned.is_some() || record.annulled.is_some() {
            return Vec::new();
        }
        let moves: Vec<Move> = moves.iter().map(|made| made.movement.clone()).collect();
        let paid: Vec<_> = money.account.payments.iter().collect();
        let calendar = &self.law.calendar;
        gaps(&Facts::of(dossier, course, &moves, &paid, false, calendar, clock::local(at)))
    }

    /// A dossier's way, oldest first.
    pub fn moves(&self, dossier: &DossierId) -> Result<Vec<MoveRecord>, LedgerError> {
        self.ledger.moves(dossier)
    }
}

/// The paper that tells of a step.
pub fn paper_of(movement: &Move) -> Option<Paper> {
    let kind = match movement.step {
        Step::SupplementAsked { .. } => PaperKind::Supplement,
        Step::Refused { .. } => PaperKind::Refusal,
        Step::Extended { .. } => PaperKind::Apology,
        Step::Stopped { .. } => PaperKind::StopNotice,
        Step::Returned(_) => PaperKind::ResultReceipt,
        Step::Transferred(_) => PaperKind::ControlSheet,
        Step::Supplemented { .. }
        | Step::PaymentAsked { .. }
        | Step::DueCorrected { .. }
        | Step::Resolved(_)
        | Step::Withdrawn { .. }
        | Step::Undone { .. } => return None,
    };
    Some(Paper { kind, of: PaperOf::Step(movement.seen) })
}

/// What a step says beyond its name: to whom, why, how much.
pub fn detail(step: &Step) -> String {
    let day = |deadline: &Deadline| deadline.at.strftime("%d/%m/%Y").to_string();
    match step {
        Step::Transferred(to) => {
            let until = to.until.map(|at| at.strftime("hạn %H:%M %d/%m/%Y").to_string());
            let parts = [to.unit.clone(), to.officer.clone(), to.note.clone()];
            let parts: Vec<_> =
                parts.into_iter().chain(until).filter(|part| !part.is_empty()).collect();
            parts.join(" – ")
        }
        Step::SupplementAsked { items, reason } => format!("{}. {reason}", items.join("; ")),
        Step::Supplemented { components, deadline } => {
            let brought = components.iter().map(|one| one.name.clone());
            let due = deadline.as_ref().map(|d| format!("Hẹn trả mới {}", day(d)));
            brought.chain(due).collect::<Vec<_>>().join("; ")
        }
        Step::PaymentAsked { amount, reason } => format!("{amount} – {reason}"),
        Step::Extended { deadline, reason } | Step::DueCorrected { deadline, reason } => {
            format!("Hẹn trả {}. {reason}", day(deadline))
        }
        Step::Resolved(outcome) => match outcome.number.as_str() {
            "" => outcome.title.clone(),
            number => format!("{}, số {number}", outcome.title),
        },
        Step::Returned(back) if back.by_post => format!("{} (qua bưu chính)", back.receiver),
        Step::Returned(back) => back.receiver.clone(),
        Step::Refused { reason } | Step::Withdrawn { reason } | Step::Undone { reason } => {
            reason.clone()
        }
        Step::Stopped { reason, fees } if fees.is_empty() => reason.clone(),
        Step::Stopped { reason, fees } => format!("{reason}. {fees}"),
    }
}
