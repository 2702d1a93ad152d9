//! The papers of a dossier. Each act draws its paper in the transaction that writes it: what cannot be
//! printed is not written, and the form keeps what was typed. The PDF is kept as a blob and printed again
//! as it was handed over; a paper that was not kept is drawn from its own act, never from the latest of
//! its kind. One that was drawn while a number was awaited is drawn anew once the number has come; what was
//! handed over before is kept beside it.

use jiff::Timestamp;
use ledger::{LedgerError, Writing};
use office::{
    book::{Issued, Number},
    dossier::{Dossier, DossierId, PaperForm},
    entry::{ContentHash, Event, Numbering, PaperKind, PaperOf, Role},
    payment::Payment,
    subject::Subject,
    tag::{ReceiptTag, TagCheck},
    unit::Office,
    workflow::{Course, Courses, Move, Step},
};
use reports::{
    PaperSize, Pdf, ReportError,
    form::{application::Application, fee_receipt::Matter, notice},
};

use super::{Desk, DeskError, steps::paper_of};
use crate::assets::Law;

/// A paper of a dossier: which form, and what of the dossier it tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Which form.
    pub kind: PaperKind,
    /// What of it.
    pub of: PaperOf,
}

impl Paper {
    /// The receipt of the reception.
    pub const RECEIPT: Paper = Paper { kind: PaperKind::Receipt, of: PaperOf::Beginning };

    /// Of a payment.
    pub fn fee_receipt(payment: &Payment) -> Self {
        Self { kind: PaperKind::FeeReceipt, of: PaperOf::Payment(payment.id.clone()) }
    }
}

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
        PaperKind::ControlSheet
        | PaperKind::FeeReceipt
        | PaperKind::Application
        | PaperKind::Wording
        | PaperKind::Stamped
        | PaperKind::LongTerm => PaperSize::A4,
    }
}

/// Refuses the first of these texts, by its name on the screen, that a paper cannot show.
pub fn printable<'t>(
    texts: impl IntoIterator<Item = (&'t str, &'t str)>,
) -> Result<(), ReportError> {
    let found = texts.into_iter().find_map(|(field, text)| {
        Some(ReportError::Unprintable { field: field.to_owned(), c: reports::unprintable(text)? })
    });
    found.map_or(Ok(()), Err)
}

/// An act that is not written because its paper cannot be made.
pub(super) fn refused(error: ReportError) -> LedgerError {
    LedgerError::Refused(Box::new(error))
}

/// Draws the receipt of a payment and keeps it, in the transaction of the payment.
pub(super) fn keep_fee_receipt(
    writing: &mut Writing<'_>,
    at: Timestamp,
    (office, law): (&Office, &Law),
    payment: &Payment,
    of: Matter<'_>,
) -> Result<(), LedgerError> {
    let pdf =
        reports::fee_receipt(office, payment, of, &law.papers.fee_receipt).map_err(refused)?;
    let content = ledger::content_hash(&pdf.bytes);
    let numbered = match of {
        Matter::Dossier(dossier) => dossier.code().is_some(),
        Matter::Act(act) => act.number.issued().is_some(),
    };
    let numbers = match numbered && payment.receipt.issued().is_some() {
        true => Numbering::Issued,
        false => Numbering::Awaited,
    };
    let (subject, Paper { kind, of }) = (payment.subject.clone(), Paper::fee_receipt(payment));
    let event = Event::PaperMade { subject, kind, of, content, numbers };
    writing.record(at, event, &[&pdf.bytes]).map(drop)
}

/// A dossier with what its papers tell: all of it, or as it will be once the act is written.
pub(super) struct Whole<'a> {
    pub office: &'a Office,
    pub law: &'a Law,
    /// Who signs for the office: full name of its head; empty where there are several, they sign by hand.
    pub head: &'a str,
    pub dossier: &'a Dossier,
    /// Its steps, oldest first, those taken back included.
    pub steps: &'a [Move],
    /// Its payments, cancelled ones too.
    pub payments: &'a [Payment],
}

impl Whole<'_> {
    /// The step that a paper tells.
    fn told(&self, paper: &Paper) -> Result<&Move, ReportError> {
        let PaperOf::Step(seen) = paper.of else { return Err(ReportError::WrongStep) };
        self.steps.iter().find(|told| told.seen == seen).ok_or(ReportError::WrongStep)
    }

    /// Where the dossier stood before one of its steps.
    fn course_before(&self, told: &Move) -> Course {
        let mut courses = Courses::begin(self.dossier);
        for movement in self.steps.iter().take_while(|step| step.seen != told.seen) {
            // Each was checked when it was written.
            let _ = courses.take(movement);
        }
        courses.now().clone()
    }

    /// The steps that counted before this one was taken.
    fn standing_before(&self, told: &Move) -> Vec<&Move> {
        let mut standing = Vec::new();
        for movement in self.steps.iter().take_while(|step| step.seen != told.seen) {
            match movement.step {
                Step::Undone { .. } => drop(standing.pop()),
                _ => standing.push(movement),
            }
        }
        standing
    }

    /// Draws a paper.
    pub fn draw(&self, paper: &Paper) -> Result<Pdf, ReportError> {
        let &Self { office, dossier, head, .. } = self;
        let (words, size) = (&self.law.papers, sheet(paper.kind));
        match paper.kind {
            PaperKind::Receipt | PaperKind::Application if paper.of != PaperOf::Beginning => {
                Err(ReportError::WrongStep)
            }
            PaperKind::Receipt => {
                let tag =
                    ReceiptTag::of(dossier, tag_check(&dossier.id)).map(|tag| tag.to_string());
                reports::receipt(office, dossier, tag.as_deref(), &words.receipt, size)
            }
            PaperKind::Supplement => {
                let told = notice::Told::Step(dossier, self.told(paper)?);
                reports::supplement_request(office, told, &words.supplement, size)
            }
            PaperKind::Refusal => {
                let told = notice::Told::Step(dossier, self.told(paper)?);
                reports::refusal(office, told, &words.refusal, size)
            }
            PaperKind::Apology => {
                let told = self.told(paper)?;
                let before = self.course_before(told);
                reports::apology(office, dossier, told, &before, head, &words.apology, size)
            }
            PaperKind::StopNotice => {
                let told = self.told(paper)?;
                let before = self.course_before(told);
                reports::stop_notice(office, dossier, told, &before, head, &words.stop, size)
            }
            PaperKind::ControlSheet => {
                let last = self.told(paper)?;
                let until = self.steps.iter().filter(|step| step.seen <= last.seen).cloned();
                let steps: Vec<Move> = until.collect();
                reports::control_sheet(office, dossier, &steps, BLANK_ROWS, &words.control)
            }
            PaperKind::ResultReceipt => {
                let told = self.told(paper)?;
                let standing = self.standing_before(told);
                let outcome = standing.iter().rev().find_map(|before| match &before.step {
                    Step::Resolved(outcome) => Some(outcome),
                    _ => None,
                });
                let outcome = outcome.ok_or(ReportError::WrongStep)?;
                reports::result_receipt(office, dossier, outcome, told, &words.result, size)
            }
            PaperKind::FeeReceipt => {
                let of = |payment: &&Payment| Paper::fee_receipt(payment) == *paper;
                let payment = self.payments.iter().find(of).ok_or(ReportError::WrongStep)?;
                let of = Matter::Dossier(dossier);
                reports::fee_receipt(office, payment, of, &words.fee_receipt)
            }
            PaperKind::Application => self.draw_application(),
            // Of acts only.
            PaperKind::Wording | PaperKind::Stamped | PaperKind::LongTerm => {
                Err(ReportError::WrongStep)
            }
            PaperKind::Handover => {
                let told = self.told(paper)?;
                let standing = self.standing_before(told);
                let brought = standing.iter().filter_map(|before| match &before.step {
                    Step::Supplemented { components, .. } => Some(components),
                    _ => None,
                });
                let papers = dossier.components.iter().chain(brought.flatten());
                // What was only shown went home again.
                let papers: Vec<_> = papers.filter(|p| p.form != PaperForm::Shown).collect();
                let (before, words) = (self.course_before(told), &words.handover);
                reports::handover_slip(office, dossier, told, &before, &papers, words, size)
            }
        }
    }

    /// The electronic form as the official application; sections by their headings.
    fn draw_application(&self) -> Result<Pdf, ReportError> {
        let dossier = self.dossier;
        let mut data = dossier.form.clone().ok_or(ReportError::WrongStep)?;
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
        reports::application(self.office, &of, &self.law.papers.application)
    }

    /// Whether a number that the paper tells is awaited.
    fn numbers(&self, paper: &Paper) -> Numbering {
        let is_awaited = |number: &Number| number.issued().is_none();
        let of_act = match &paper.of {
            PaperOf::Beginning => false,
            PaperOf::Step(seen) => {
                let told = self.steps.iter().find(|told| told.seen == *seen);
                told.and_then(|told| told.notice.as_ref()).is_some_and(is_awaited)
            }
            PaperOf::Payment(id) => self
                .payments
                .iter()
                .any(|payment| payment.id == *id && is_awaited(&payment.receipt)),
        };
        match of_act || self.dossier.code().is_none() || is_awaited(&self.dossier.tracking) {
            true => Numbering::Awaited,
            false => Numbering::Issued,
        }
    }

    /// Draws a paper and keeps it, in the transaction of its act.
    pub fn keep(
        &self,
        writing: &mut Writing<'_>,
        at: Timestamp,
        paper: Paper,
    ) -> Result<(), LedgerError> {
        let pdf = self.draw(&paper).map_err(refused)?;
        let content = ledger::content_hash(&pdf.bytes);
        let (subject, numbers) = (Subject::from(&self.dossier.id), self.numbers(&paper));
        let Paper { kind, of } = paper;
        let event = Event::PaperMade { subject, kind, of, content, numbers };
        writing.record(at, event, &[&pdf.bytes]).map(drop)
    }
}

impl Desk {
    /// The receipt of a dossier as it was handed over.
    pub fn receipt(&mut self, at: Timestamp, dossier: &Dossier) -> Result<Vec<u8>, DeskError> {
        let content = self.paper(at, &dossier.id, &Paper::RECEIPT)?;
        Ok(self.ledger.blob(&content)?)
    }

    /// A paper of a dossier: the one that was kept, or one that is drawn from its act and then kept.
    pub fn paper(
        &mut self,
        at: Timestamp,
        id: &DossierId,
        paper: &Paper,
    ) -> Result<ContentHash, DeskError> {
        let numbers = self.with_whole(id, |whole| whole.numbers(paper))?;
        self.kept_or(at, id.into(), paper, numbers, |desk| desk.draw_again(id, paper))
    }

    /// The paper of a subject that was kept, unless a number that it awaited has come since; else the one that `draw`
    /// gives, which is kept then.
    pub(super) fn kept_or(
        &mut self,
        at: Timestamp,
        subject: Subject,
        paper: &Paper,
        numbers: Numbering,
        draw: impl FnOnce(&Self) -> Result<Pdf, DeskError>,
    ) -> Result<ContentHash, DeskError> {
        let mut made = self.ledger.papers(subject.clone())?.into_iter();
        let newest = made.find(|made| made.kind == paper.kind && made.of == paper.of);
        if let Some(made) = newest
            && (made.numbers == Numbering::Issued || numbers == Numbering::Awaited)
        {
            return Ok(made.content);
        }
        let pdf = draw(self)?;
        let content = ledger::content_hash(&pdf.bytes);
        let Paper { kind, of } = paper.clone();
        let event = Event::PaperMade { subject, kind, of, content: content.clone(), numbers };
        self.ledger.record(at, event, &[&pdf.bytes])?;
        Ok(content)
    }

    /// Draws a paper from the entries of its dossier.
    pub fn draw_again(&self, id: &DossierId, paper: &Paper) -> Result<Pdf, DeskError> {
        Ok(self.with_whole(id, |whole| whole.draw(paper))??)
    }

    /// What the entries of a dossier tell its papers.
    fn with_whole<T>(
        &self,
        id: &DossierId,
        tell: impl FnOnce(&Whole) -> T,
    ) -> Result<T, LedgerError> {
        let record = self.dossier(id)?;
        let moves = self.ledger.moves(id)?;
        let payments = self.ledger.payments(id)?;
        let steps: Vec<Move> = moves.into_iter().map(|made| made.movement).collect();
        let payments: Vec<Payment> = payments.into_iter().map(|taken| taken.payment).collect();
        let whole = Whole {
            office: &self.office,
            law: &self.law,
            head: &self.head_of_office()?,
            dossier: &record.dossier,
            steps: &steps,
            payments: &payments,
        };
        Ok(tell(&whole))
    }

    /// Papers that are only made when they are asked for and are not made yet, and those whose number has come since
    /// they were made; oldest act first.
    pub fn papers_to_make(&self, id: &DossierId) -> Result<Vec<Paper>, LedgerError> {
        let (record, made) = (self.dossier(id)?, self.ledger.papers(id)?);
        let mut papers = Vec::new();
        if record.dossier.form.is_some() {
            papers.push(Paper { kind: PaperKind::Application, of: PaperOf::Beginning });
        }
        let moves = self.ledger.moves(id)?;
        for step in moves.iter().map(|made| &made.movement) {
            let of = PaperOf::Step(step.seen);
            if matches!(step.step, Step::Transferred(_)) {
                papers.push(Paper { kind: PaperKind::Handover, of: of.clone() });
            }
            // A control sheet tells the whole way so far: the newest is enough.
            if moves.last().is_some_and(|last| last.movement.seen == step.seen) {
                papers.push(Paper { kind: PaperKind::ControlSheet, of });
            }
            papers.extend(paper_of(step).filter(|paper| paper.kind != PaperKind::ControlSheet));
        }
        for taken in self.ledger.payments(id)? {
            papers.push(Paper::fee_receipt(&taken.payment));
        }
        papers.retain(|paper| !made.iter().any(|m| m.kind == paper.kind && m.of == paper.of));
        let come = self.with_whole(id, |whole| {
            let mut come: Vec<Paper> = Vec::new();
            for (n, old) in made.iter().enumerate().rev() {
                let paper = Paper { kind: old.kind, of: old.of.clone() };
                let again = made[..n].iter().any(|m| m.kind == old.kind && m.of == old.of);
                let awaited = old.numbers == Numbering::Awaited;
                if awaited && !again && whole.numbers(&paper) == Numbering::Issued {
                    come.push(paper);
                }
            }
            come
        })?;
        papers.splice(0..0, come);
        Ok(papers)
    }

    /// What a paper is called, told apart from others of its kind: by its number, or by the unit that a
    /// dossier was handed to.
    pub fn title(&self, id: &DossierId, paper: &Paper) -> Result<String, LedgerError> {
        let label = match paper.kind {
            PaperKind::Receipt => "Giấy tiếp nhận",
            other => other.label(),
        };
        let numbered = |number: Option<&Issued>| match number {
            Some(issued) => format!("{label} số {:02}", issued.value),
            None => label.to_owned(),
        };
        Ok(match &paper.of {
            PaperOf::Beginning => label.to_owned(),
            PaperOf::Payment(payment) => {
                let payments = self.ledger.payments(id)?;
                let taken = payments.iter().find(|taken| taken.payment.id == *payment);
                numbered(taken.and_then(|taken| taken.payment.receipt.issued()))
            }
            PaperOf::Step(seen) => {
                let moves = self.ledger.moves(id)?;
                let told = moves.iter().find(|made| made.movement.seen == *seen);
                let step = told.map(|made| (&made.movement.step, &made.movement.notice));
                match step {
                    Some((Step::Transferred(to), _)) => format!("{label} – {}", to.unit),
                    Some((_, Some(notice))) => numbered(notice.issued()),
                    Some((_, None)) | None => label.to_owned(),
                }
            }
        })
    }

    /// Full name of the office's head, or empty where there are several.
    pub(super) fn head_of_office(&self) -> Result<String, LedgerError> {
        let users = self.ledger.all_users()?;
        let mut heads =
            users.into_iter().filter(|u| u.active && u.user.roles.contains(&Role::Head));
        Ok(match (heads.next(), heads.next()) {
            (Some(head), None) => head.user.full_name,
            _ => String::new(),
        })
    }
}

/// Empty rows of a control sheet, to be signed by hand.
const BLANK_ROWS: usize = 4;

/// Ties a receipt's code to its dossier: the first four bytes of the hash of the dossier's id.
fn tag_check(id: &DossierId) -> TagCheck {
    let hash = ledger::content_hash(id.0.as_bytes());
    let check = hash.0.get(..8).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    TagCheck(check.unwrap_or_default().to_be_bytes())
}
