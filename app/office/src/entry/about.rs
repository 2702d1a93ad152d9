//! What an event says of itself by its content: numbers, blobs, the subject, the people, the evidence.
//!
//! One match without a wildcard: a new event does not compile before it has answered, and whoever needs
//! such an answer (ledger, log, exchange) takes it from here.

use jiff::civil::DateTime;

use super::{ContentHash, Event};
use crate::{
    act::ActId,
    arrival::ArrivalId,
    attachment::AttachmentId,
    book::{BookId, Issued, Number},
    document::DocumentId,
    dossier::{DossierId, Submitted},
    evidence::Evidence,
    payment::{MatchedLine, PaymentId},
    person::{Identity, PersonId},
    subject::Subject,
    ticket::TicketId,
    workflow::Step,
};

/// What an entry of a person's history is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A dossier that was received, or online and waits to be.
    Dossier,
    /// What followed: steps, papers, payments, notices.
    Work,
    /// An act that was asked for, a line of a book.
    Act,
    /// A document that was read, a person typed; who is one with whom.
    Reading,
    /// A document in the person's store.
    Store,
    /// Someone looked at the record.
    Look,
}

impl Part {
    /// Every part.
    pub const ALL: [Part; 6] =
        [Part::Dossier, Part::Work, Part::Act, Part::Reading, Part::Store, Part::Look];
}

/// Through what an event concerns a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom<'a> {
    /// It tells of the person itself.
    Told(&'a Identity),
    /// It names the person.
    Person(PersonId),
    /// It asks for an act or stands in a book: known by their number, else the person with whom the clerk went on.
    Asker(&'a Identity),
    /// The applicant of a subject.
    Subject(Subject),
    /// The applicant of a payment's subject.
    Payment(&'a PaymentId),
    /// The applicant of an attachment's subject.
    Attachment(&'a AttachmentId),
    /// The owner of a document in the store.
    Document(&'a DocumentId),
}

/// The id by which other entries name what an event brings. Whoever writes it chooses it, so two may bear one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bears<'a> {
    /// A dossier.
    Dossier(&'a DossierId),
    /// An act.
    Act(&'a ActId),
    /// What is to become the act with this id.
    Prepared(&'a ActId),
    /// A file put to a subject.
    Attachment(&'a AttachmentId),
    /// A payment.
    Payment(&'a PaymentId),
    /// A ticket.
    Ticket(&'a TicketId),
    /// A document in the store.
    Document(&'a DocumentId),
    /// An online dossier.
    Arrival(&'a ArrivalId),
}

/// The answers of one event.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct About<'a> {
    /// Numbers, issued or awaited, each with the book that it must be of.
    pub numbers: Vec<(Number, BookId)>,
    /// The book that has a line for it, and the local time of that. What is in the line, [`Event::told`] says.
    pub line: Option<(BookId, DateTime)>,
    /// The id that it bears.
    pub bears: Option<Bears<'a>>,
    /// Contents that it names.
    pub blobs: Vec<&'a ContentHash>,
    /// The subject that it is about.
    pub subject: Option<Subject>,
    /// Whose history it belongs to.
    pub concerns: Vec<(Whom<'a>, Part)>,
    /// The evidence that it rests on.
    pub evidence: Option<Evidence>,
}

impl<'a> About<'a> {
    /// Who asked for an act, or of whom a written line speaks.
    pub fn asked_by(&self) -> impl Iterator<Item = &'a Identity> {
        self.concerns.iter().filter_map(|(whom, _)| match whom {
            Whom::Asker(who) => Some(*who),
            _ => None,
        })
    }
}

impl Event {
    /// What the event says of itself.
    pub fn about(&self) -> About<'_> {
        let nothing = About::default();
        match self {
            Event::IdentityRead { identity, face, .. } => About {
                blobs: face.iter().collect(),
                concerns: vec![(Whom::Told(identity), Part::Reading)],
                evidence: Some(identity.evidence),
                ..nothing
            },
            Event::PersonViewed { who, .. } => {
                About { concerns: vec![(Whom::Person(*who), Part::Look)], ..nothing }
            }
            Event::PeopleMerged { one, other, .. } | Event::PeopleParted { one, other, .. } => {
                let concerns = [one, other].map(|who| (Whom::Person(*who), Part::Reading));
                About { concerns: concerns.into(), ..nothing }
            }
            Event::PersonSplit { who, .. } => {
                About { concerns: vec![(Whom::Person(*who), Part::Reading)], ..nothing }
            }
            Event::DossierReceived { dossier } => About {
                bears: Some(Bears::Dossier(&dossier.id)),
                numbers: vec![
                    (dossier.serial, BookId::DOSSIER_CODE),
                    (dossier.tracking, BookId::TRACKING),
                ],
                blobs: proofs(&dossier.components),
                subject: Some(Subject::from(&dossier.id)),
                concerns: vec![(Whom::Told(&dossier.applicant), Part::Dossier)],
                evidence: Some(dossier.applicant.evidence),
                ..nothing
            },
            Event::DossierAnnulled { dossier, .. } => about(dossier.into()),
            Event::PaperMade { subject, content, .. } => {
                About { blobs: vec![content], ..about(subject.clone()) }
            }
            Event::DossierMoved { movement } => About {
                numbers: movement.notice.iter().map(|number| (*number, BookId::NOTICE)).collect(),
                blobs: step_blobs(&movement.step),
                ..about((&movement.dossier).into())
            },
            Event::NoticeGiven { notice } => About {
                numbers: vec![(notice.number, BookId::NOTICE)],
                blobs: notice.content.iter().collect(),
                concerns: vec![(Whom::Told(&notice.applicant), Part::Work)],
                evidence: Some(notice.applicant.evidence),
                ..nothing
            },
            Event::DossierArrived { arrival } => {
                let mut blobs = proofs(&arrival.components);
                blobs.push(&arrival.content);
                About {
                    bears: Some(Bears::Arrival(&arrival.id)),
                    blobs,
                    concerns: vec![(Whom::Told(&arrival.applicant), Part::Dossier)],
                    evidence: Some(arrival.applicant.evidence),
                    ..nothing
                }
            }
            Event::FeePaid { payment } => About {
                bears: Some(Bears::Payment(&payment.id)),
                numbers: vec![(payment.receipt, BookId::FEE_RECEIPT)],
                ..about(payment.subject.clone())
            },
            Event::PaymentCancelled { payment, .. } => {
                About { concerns: vec![(Whom::Payment(payment), Part::Work)], ..nothing }
            }
            Event::StatementImported { statement } => {
                let lines = statement.matched.iter();
                let whom = |line: &MatchedLine| Whom::Subject(line.subject.clone());
                About { concerns: lines.map(|line| (whom(line), Part::Work)).collect(), ..nothing }
            }
            Event::TicketDrawn { ticket } => About {
                bears: Some(Bears::Ticket(&ticket.id)),
                numbers: vec![(ticket.number, BookId::TICKET)],
                ..nothing
            },
            Event::DocumentKept { document } => About {
                bears: Some(Bears::Document(&document.id)),
                blobs: vec![&document.content],
                concerns: vec![(Whom::Person(document.owner), Part::Store)],
                ..nothing
            },
            Event::DocumentViewed { document, .. } => {
                About { concerns: vec![(Whom::Document(document), Part::Look)], ..nothing }
            }
            Event::DocumentRemoved { document, .. } => {
                About { concerns: vec![(Whom::Document(document), Part::Store)], ..nothing }
            }
            Event::LineWritten { line } => About {
                numbers: vec![(line.number, line.book)],
                line: Some((line.book, line.at)),
                concerns: asked_by(&line.people),
                evidence: weakest(&line.people),
                ..nothing
            },
            Event::NumberAssigned { number, .. } => {
                About { numbers: vec![(Number::Issued(*number), number.series.book)], ..nothing }
            }
            Event::ActDone { act } => About {
                bears: Some(Bears::Act(&act.id)),
                numbers: vec![(act.number, act.number.series().book)],
                line: Some((act.number.series().book, act.at)),
                blobs: act.document.iter().collect(),
                subject: Some(Subject::from(&act.id)),
                concerns: asked_by(act.identities()),
                evidence: weakest(act.identities()),
            },
            Event::ActAnnulled { act, .. } => about(act.into()),
            Event::ActPrepared { prepared } => About {
                bears: Some(Bears::Prepared(&prepared.act.id)),
                blobs: prepared.pages.iter().collect(),
                concerns: asked_by(prepared.act.identities()),
                evidence: weakest(prepared.act.identities()),
                ..nothing
            },
            Event::RemarkMade { remark } => about(remark.subject.clone()),
            Event::AttachmentAdded { attachment } => About {
                bears: Some(Bears::Attachment(&attachment.id)),
                blobs: vec![&attachment.content],
                ..about(attachment.subject.clone())
            },
            Event::AttachmentRemoved { attachment, .. } => {
                About { concerns: vec![(Whom::Attachment(attachment), Part::Work)], ..nothing }
            }
            Event::Erased { erasure } => erasure.subject.clone().map_or(nothing, about),
            Event::TrustAdded { item, .. } => About { blobs: vec![&item.fingerprint], ..nothing },
            Event::LawUpdated { update } => About { blobs: vec![&update.content], ..nothing },
            Event::OfficeFounded { .. }
            | Event::DeviceEnrolled { .. }
            | Event::DeviceAdmitted { .. }
            | Event::BranchAdmitted { .. }
            | Event::UserAdded { .. }
            | Event::UserChanged { .. }
            | Event::UserDisabled { .. }
            | Event::UserEnabled { .. }
            | Event::PasswordChanged { .. }
            | Event::LoginsFailed { .. }
            | Event::BookOpened { .. }
            | Event::VolumeOpened { .. }
            | Event::VolumeClosed { .. }
            | Event::LeaseTaken { .. }
            | Event::BackupMade { .. }
            | Event::WitnessMade
            | Event::KeyDemanded
            | Event::KeyChanged
            | Event::BackupPlanned { .. }
            | Event::Exported { .. }
            | Event::Restored { .. }
            | Event::ClockAccepted { .. }
            | Event::RecoveryUsed { .. }
            | Event::RecoveryRenewed
            | Event::TrustRemoved { .. }
            | Event::TicketMoved { .. }
            | Event::ActReturned { .. }
            | Event::DelegationGiven { .. }
            | Event::DelegationEnded { .. }
            | Event::SettingsChanged { .. }
            | Event::ConflictSettled { .. }
            | Event::PortalCodesEntered { .. } => nothing,
        }
    }

    /// The numbers that stand in it as it was written, to fill in those that came later: those of
    /// [`About::numbers`], but for a [`Event::NumberAssigned`]'s own.
    pub fn numbers_mut(&mut self) -> Vec<&mut Number> {
        match self {
            Event::DossierReceived { dossier } => {
                vec![&mut dossier.serial, &mut dossier.tracking]
            }
            Event::DossierMoved { movement } => movement.notice.iter_mut().collect(),
            Event::NoticeGiven { notice } => vec![&mut notice.number],
            Event::FeePaid { payment } => vec![&mut payment.receipt],
            Event::TicketDrawn { ticket } => vec![&mut ticket.number],
            Event::ActDone { act } => vec![&mut act.number],
            Event::LineWritten { line } => vec![&mut line.number],
            Event::OfficeFounded { .. }
            | Event::DeviceEnrolled { .. }
            | Event::DeviceAdmitted { .. }
            | Event::BranchAdmitted { .. }
            | Event::UserAdded { .. }
            | Event::UserChanged { .. }
            | Event::UserDisabled { .. }
            | Event::UserEnabled { .. }
            | Event::PasswordChanged { .. }
            | Event::LoginsFailed { .. }
            | Event::BookOpened { .. }
            | Event::VolumeOpened { .. }
            | Event::VolumeClosed { .. }
            | Event::LeaseTaken { .. }
            | Event::NumberAssigned { .. }
            | Event::IdentityRead { .. }
            | Event::PersonViewed { .. }
            | Event::PeopleMerged { .. }
            | Event::PeopleParted { .. }
            | Event::PersonSplit { .. }
            | Event::DossierAnnulled { .. }
            | Event::PaperMade { .. }
            | Event::BackupMade { .. }
            | Event::WitnessMade
            | Event::KeyDemanded
            | Event::KeyChanged
            | Event::BackupPlanned { .. }
            | Event::Exported { .. }
            | Event::Restored { .. }
            | Event::ClockAccepted { .. }
            | Event::RecoveryUsed { .. }
            | Event::RecoveryRenewed
            | Event::TrustAdded { .. }
            | Event::TrustRemoved { .. }
            | Event::DossierArrived { .. }
            | Event::PaymentCancelled { .. }
            | Event::StatementImported { .. }
            | Event::TicketMoved { .. }
            | Event::DocumentKept { .. }
            | Event::DocumentViewed { .. }
            | Event::DocumentRemoved { .. }
            | Event::ActAnnulled { .. }
            | Event::ActPrepared { .. }
            | Event::ActReturned { .. }
            | Event::DelegationGiven { .. }
            | Event::DelegationEnded { .. }
            | Event::RemarkMade { .. }
            | Event::AttachmentAdded { .. }
            | Event::AttachmentRemoved { .. }
            | Event::Erased { .. }
            | Event::SettingsChanged { .. }
            | Event::LawUpdated { .. }
            | Event::ConflictSettled { .. }
            | Event::PortalCodesEntered { .. } => Vec::new(),
        }
    }

    /// The people that it names by their places, which may be found elsewhere: in a branch, see
    /// [`super::Envelope::place_in`].
    pub fn people_mut(&mut self) -> Vec<&mut PersonId> {
        match self {
            Event::IdentityRead { identity, .. } => identity.whose.iter_mut().collect(),
            Event::DossierReceived { dossier } => dossier.applicant.whose.iter_mut().collect(),
            Event::NoticeGiven { notice } => notice.applicant.whose.iter_mut().collect(),
            Event::DossierArrived { arrival } => arrival.applicant.whose.iter_mut().collect(),
            Event::PersonViewed { who, .. } | Event::PersonSplit { who, .. } => vec![who],
            Event::PeopleMerged { one, other, .. } | Event::PeopleParted { one, other, .. } => {
                vec![one, other]
            }
            Event::DocumentKept { document } => vec![&mut document.owner],
            Event::ActDone { act } => {
                act.people.iter_mut().filter_map(|one| one.who.whose.as_mut()).collect()
            }
            Event::ActPrepared { prepared } => {
                let people = prepared.act.people.iter_mut().map(|one| &mut one.who);
                people.filter_map(|who| who.whose.as_mut()).collect()
            }
            Event::LineWritten { line } => {
                line.people.iter_mut().filter_map(|who| who.whose.as_mut()).collect()
            }
            Event::OfficeFounded { .. }
            | Event::DeviceEnrolled { .. }
            | Event::DeviceAdmitted { .. }
            | Event::BranchAdmitted { .. }
            | Event::UserAdded { .. }
            | Event::UserChanged { .. }
            | Event::UserDisabled { .. }
            | Event::UserEnabled { .. }
            | Event::PasswordChanged { .. }
            | Event::LoginsFailed { .. }
            | Event::BookOpened { .. }
            | Event::VolumeOpened { .. }
            | Event::VolumeClosed { .. }
            | Event::LeaseTaken { .. }
            | Event::NumberAssigned { .. }
            | Event::DossierAnnulled { .. }
            | Event::PaperMade { .. }
            | Event::DossierMoved { .. }
            | Event::FeePaid { .. }
            | Event::TicketDrawn { .. }
            | Event::BackupMade { .. }
            | Event::WitnessMade
            | Event::KeyDemanded
            | Event::KeyChanged
            | Event::BackupPlanned { .. }
            | Event::Exported { .. }
            | Event::Restored { .. }
            | Event::ClockAccepted { .. }
            | Event::RecoveryUsed { .. }
            | Event::RecoveryRenewed
            | Event::TrustAdded { .. }
            | Event::TrustRemoved { .. }
            | Event::PaymentCancelled { .. }
            | Event::StatementImported { .. }
            | Event::TicketMoved { .. }
            | Event::DocumentViewed { .. }
            | Event::DocumentRemoved { .. }
            | Event::ActAnnulled { .. }
            | Event::ActReturned { .. }
            | Event::DelegationGiven { .. }
            | Event::DelegationEnded { .. }
            | Event::RemarkMade { .. }
            | Event::AttachmentAdded { .. }
            | Event::AttachmentRemoved { .. }
            | Event::Erased { .. }
            | Event::SettingsChanged { .. }
            | Event::LawUpdated { .. }
            | Event::ConflictSettled { .. }
            | Event::PortalCodesEntered { .. } => Vec::new(),
        }
    }

    /// Numbers that this event issues.
    pub fn numbers(&self) -> Vec<Issued> {
        let numbers = self.about().numbers;
        numbers.into_iter().filter_map(|(number, _)| number.issued().copied()).collect()
    }
}

fn about<'a>(subject: Subject) -> About<'a> {
    About {
        concerns: vec![(Whom::Subject(subject.clone()), Part::Work)],
        subject: Some(subject),
        ..About::default()
    }
}

fn asked_by<'a>(people: impl IntoIterator<Item = &'a Identity>) -> Vec<(Whom<'a>, Part)> {
    people.into_iter().map(|who| (Whom::Asker(who), Part::Act)).collect()
}

fn weakest<'a>(people: impl IntoIterator<Item = &'a Identity>) -> Option<Evidence> {
    people.into_iter().map(|who| who.evidence).max_by_key(|evidence| evidence.rank())
}

fn proofs(components: &[Submitted]) -> Vec<&ContentHash> {
    components.iter().filter_map(|component| component.proof.as_ref()?.content()).collect()
}

fn step_blobs(step: &Step) -> Vec<&ContentHash> {
    match step {
        Step::Supplemented { components, .. } => proofs(components),
        Step::Resolved(outcome) => outcome.content.iter().collect(),
        Step::Transferred(_)
        | Step::SupplementAsked { .. }
        | Step::PaymentAsked { .. }
        | Step::Extended { .. }
        | Step::DueCorrected { .. }
        | Step::Returned(_)
        | Step::Refused { .. }
        | Step::Stopped { .. }
        | Step::Withdrawn { .. }
        | Step::Undone { .. } => Vec::new(),
    }
}
