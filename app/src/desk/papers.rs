//! The papers of a dossier: made once, kept as blobs, printed again as they were.

use jiff::Timestamp;
use ledger::{DossierRecord, LedgerError, MoveRecord};
use office::{
    dossier::{Dossier, DossierId},
    entry::{ContentHash, Event, PaperKind, Role},
    tag::{ReceiptTag, TagCheck},
    workflow::{Course, Courses, Move, Step},
};
use reports::{
    PaperSize, Pdf, ReportError,
    form::{application::Application, notice::Told},
};

use super::{Desk, DeskError, steps::paper_of};

/// Sheet of a paper (TT 03/2025/TT-VPCP: forms A5; what is bound or signed by many A4).
pub fn sheet(kind: PaperKind) -> PaperSize {
    match kind {
        PaperKind::Receipt
        | PaperKind::Supplement
        | PaperKind::Refusal
        | PaperKind::Apology
        | PaperKind::StopNotice
        | PaperKind::Handover
        | PaperKind::ResultReceipt => PaperSize::A5,
        PaperKind::ControlSheet | PaperKind::FeeReceipt | PaperKind::Application => PaperSize::A4,
    }
}

impl Desk {
    /// The receipt of a dossier: the one that was kept, or a new one which is then kept.
    pub fn receipt(&mut self, at: Timestamp, dossier: &Dossier) -> Result<Vec<u8>, DeskError> {
        if let Some(paper) =
            self.ledger.papers(&dossier.id)?.into_iter().find(|p| p.kind == PaperKind::Receipt)
        {
            return Ok(self.ledger.blob(&paper.content)?);
        }
        let pdf = self.draw_receipt(dossier)?;
        self.keep(at, &dossier.id, PaperKind::Receipt, &pdf)?;
        Ok(pdf.bytes)
    }

    /// Makes a paper of a dossier as it stands now and keeps it.
    pub fn make_paper(
        &mut self,
        at: Timestamp,
        id: &DossierId,
        kind: PaperKind,
    ) -> Result<ContentHash, DeskError> {
        let record = self.dossier(id)?;
        let pdf = self.draw(&record, kind)?;
        self.keep(at, id, kind, &pdf)
    }

    fn draw(&self, record: &DossierRecord, kind: PaperKind) -> Result<Pdf, DeskError> {
        let (office, dossier) = (&self.office, &record.dossier);
        let (words, size) = (&self.law.papers, sheet(kind));
        let moves = self.ledger.moves(&dossier.id)?;
        let told = || {
            let made = moves.iter().rev().find(|made| paper_of(&made.movement.step) == Some(kind));
            made.map(|made| &made.movement).ok_or(LedgerError::Missing)
        };
        Ok(match kind {
            PaperKind::Receipt => self.draw_receipt(dossier)?,
            PaperKind::Supplement => {
                let told = Told::Step(dossier, told()?);
                reports::supplement_request(office, told, &words.supplement, size)?
            }
            PaperKind::Refusal => {
                reports::refusal(office, Told::Step(dossier, told()?), &words.refusal, size)?
            }
            PaperKind::Apology => {
                let (told, head) = (told()?, self.head_of_office()?);
                let before = course_before(dossier, &moves, told);
                reports::apology(office, dossier, told, &before, &head, &words.apology, size)?
            }
            PaperKind::StopNotice => {
                let (told, head) = (told()?, self.head_of_office()?);
                let before = course_before(dossier, &moves, told);
                reports::stop_notice(office, dossier, told, &before, &head, &words.stop, size)?
            }
            PaperKind::ControlSheet => {
                let moves: Vec<Move> = moves.into_iter().map(|made| made.movement).collect();
                reports::control_sheet(office, dossier, &moves, BLANK_ROWS, &words.control)?
            }
            PaperKind::ResultReceipt => {
                let told = told()?;
                let outcome = moves.iter().rev().find_map(|made| match &made.movement.step {
                    Step::Resolved(outcome) if made.counts => Some(outcome),
                    _ => None,
                });
                let outcome = outcome.ok_or(LedgerError::Missing)?;
                reports::result_receipt(office, dossier, outcome, told, &words.result, size)?
            }
            PaperKind::FeeReceipt => {
                let payment = self.ledger.payments(&dossier.id)?.pop();
                let payment = payment.ok_or(LedgerError::Missing)?.payment;
                reports::fee_receipt(office, &payment, dossier, &words.fee_receipt)?
            }
            PaperKind::Application => self.draw_application(dossier)?,
            PaperKind::Handover => {
                let standing = || moves.iter().filter(|made| made.counts).map(|m| &m.movement);
                let handed = |told: &&Move| matches!(told.step, Step::Transferred(_));
                let told = standing().rfind(handed).ok_or(LedgerError::Missing)?;
                let brought = standing().filter_map(|movement| match &movement.step {
                    Step::Supplemented { components, .. } if movement.seen < told.seen => {
                        Some(components)
                    }
                    _ => None,
                });
                let papers: Vec<_> = dossier.components.iter().chain(brought.flatten()).collect();
                let (before, words) = (course_before(dossier, &moves, told), &words.handover);
                reports::handover_slip(office, dossier, told, &before, &papers, words, size)?
            }
        })
    }

    /// The electronic form as the official application; sections by their headings.
    fn draw_application(&self, dossier: &Dossier) -> Result<Pdf, DeskError> {
        let mut data = dossier.form.clone().ok_or(LedgerError::Missing)?;
        let form = self.law.forms.find(&data.form);
        for field in &mut data.fields {
            let section =
                form.and_then(|form| form.sections.iter().find(|s| s.id == field.section));
            if let Some(section) = section {
                field.section.clone_from(&section.title);
            }
        }
        let of = Application {
            number: form.map(|form| form.number.as_str()).unwrap_or_default(),
            addressee: form.map(|form| form.addressee.as_str()).unwrap_or_default(),
            signer: &dossier.applicant.person.name,
            code: &dossier.code_label(),
            at: dossier.received_at,
            data: &data,
        };
        Ok(reports::application(&self.office, &of, &self.law.papers.application)?)
    }

    /// Who signs for the office: full name of its head; empty where there are several, they sign by hand.
    fn head_of_office(&self) -> Result<String, LedgerError> {
        let users = self.ledger.all_users()?;
        let mut heads =
            users.into_iter().filter(|u| u.active && u.user.roles.contains(&Role::Head));
        Ok(match (heads.next(), heads.next()) {
            (Some(head), None) => head.user.full_name,
            _ => String::new(),
        })
    }

    /// The same bytes are kept once.
    pub(super) fn keep(
        &mut self,
        at: Timestamp,
        id: &DossierId,
        kind: PaperKind,
        pdf: &Pdf,
    ) -> Result<ContentHash, DeskError> {
        let content = ledger::content_hash(&pdf.bytes);
        if !self.ledger.papers(id)?.iter().any(|paper| paper.content == content) {
            let event = Event::PaperMade { dossier: id.clone(), kind, content: content.clone() };
            self.ledger.record(at, event, &[&pdf.bytes])?;
        }
        Ok(content)
    }

    fn draw_receipt(&self, dossier: &Dossier) -> Result<Pdf, ReportError> {
        let tag = ReceiptTag::of(dossier, tag_check(&dossier.id)).map(|tag| tag.to_string());
        let size = sheet(PaperKind::Receipt);
        reports::receipt(&self.office, dossier, tag.as_deref(), &self.law.papers.receipt, size)
    }
}

/// Empty rows of a control sheet, to be signed by hand.
const BLANK_ROWS: usize = 4;

/// Where a dossier stood before one of its steps.
fn course_before(dossier: &Dossier, moves: &[MoveRecord], told: &Move) -> Course {
    let mut courses = Courses::begin(dossier);
    for made in moves.iter().take_while(|made| made.movement.seen != told.seen) {
        // Each was checked when it was written.
        let _ = courses.take(&made.movement);
    }
    courses.now().clone()
}

/// Ties a receipt's code to its dossier: the first four bytes of the hash of the dossier's id.
fn tag_check(id: &DossierId) -> TagCheck {
    let hash = ledger::content_hash(id.0.as_bytes());
    let check = hash.0.get(..8).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    TagCheck(check.unwrap_or_default().to_be_bytes())
}
