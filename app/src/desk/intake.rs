//! A reception with everything that belongs to it in one transaction: the dossier, the scans that show
//! its papers, the documents that the citizen lets the office keep, the end of the draft. All or none.
//!
//! A scan that waits in a form lies beside the form's draft, in pieces of a draft's size, encrypted as
//! everything in the ledger: no scan ever lies in a folder, and a kill -9 loses none. It becomes a blob
//! only when the dossier is received; a form that is dropped takes its scans with it.

use std::borrow::Cow;

use jiff::{Timestamp, civil::Date};
use ledger::{DRAFT_LIMIT, LedgerError};
use office::{
    arrival::{ArrivalId, CounterNotice, NoticeKind},
    book::BookId,
    document::{DocumentId, KeptDocument, Kind, Media, Origin},
    dossier::{Dossier, DossierId, ProcedureStamp, Proof, Reception, ReceptionError},
    entry::{ContentHash, Event, PaperKind, PaperOf},
    evidence::Evidence,
    linked::{Part, link},
    person::{Contact, Identity, PersonId, ReadOn},
    unit::Office,
};
use reports::{Pdf, ReportError, form::notice::Told};

use super::{
    Desk, DeskError, draft_key,
    papers::{Paper, Whole, printable, refused, sheet},
};
use crate::{assets::FormSet, clock, scan::Scan};

/// What is received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intake {
    /// The dossier as the clerk filled it in.
    pub reception: Reception,
    /// Scans that also go into the person's store.
    pub keep: Vec<ToKeep>,
}

impl From<Reception> for Intake {
    fn from(reception: Reception) -> Self {
        Self { reception, keep: Vec::new() }
    }
}

/// A document that is to be kept for later dossiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToKeep {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub title: String,
    /// Form of the file.
    pub media: Media,
    /// The file.
    pub content: ContentHash,
    /// Legal basis or consent for keeping it.
    pub legal_basis: String,
    /// Day after which it is removed.
    pub keep_until: Option<Date>,
}

/// A paper of form 02 or 03 that is to be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToTell {
    /// Which form.
    pub kind: NoticeKind,
    /// Why.
    pub reason: String,
    /// For whom.
    pub applicant: Identity,
    /// How to reach them.
    pub contact: Contact,
    /// What they came for.
    pub procedure: ProcedureStamp,
    /// The online dossier that it answers.
    pub arrival: Option<ArrivalId>,
}

impl ToTell {
    /// What the paper tells, by its names on the screen.
    fn texts(&self) -> Vec<(&str, &str)> {
        let mut texts = vec![
            ("Lý do", self.reason.as_str()),
            ("Họ và tên", self.applicant.person.name.as_str()),
            ("Nơi cư trú", self.applicant.person.residence.as_str()),
            ("Điện thoại", self.contact.phone.as_str()),
            ("Thư điện tử", self.contact.email.as_str()),
            ("Nơi ở hiện nay", self.contact.address.as_str()),
            ("Thủ tục", self.procedure.name.as_str()),
        ];
        if let NoticeKind::Incomplete(items) = &self.kind {
            texts.extend(items.iter().map(|item| ("Nội dung cần bổ sung", item.as_str())));
        }
        texts
    }
}

fn scans_key(dossier: &DossierId) -> String {
    format!("scan/{}/", dossier.0)
}

/// A scan in pieces that a draft can hold.
pub(super) fn pieces(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    bytes.chunks(DRAFT_LIMIT).enumerate()
}

/// Where a piece of a scan is kept, below the key of all scans of its draft.
pub(super) fn piece_key(scans: &str, content: &ContentHash, piece: usize) -> String {
    format!("{scans}{}/{piece:03}", content.0)
}

impl Desk {
    /// Keeps a scan beside the draft of its dossier.
    pub fn keep_scan(
        &mut self,
        dossier: &DossierId,
        scan: &Scan,
    ) -> Result<ContentHash, LedgerError> {
        let content = ledger::content_hash(&scan.bytes);
        for (n, piece) in pieces(&scan.bytes) {
            self.ledger.save_draft(&piece_key(&scans_key(dossier), &content, n), piece)?;
        }
        Ok(content)
    }

    /// The bytes of a scan that waits in a form.
    fn waiting_scan(
        &self,
        dossier: &DossierId,
        content: &ContentHash,
    ) -> Result<Option<Vec<u8>>, LedgerError> {
        let pieces = self.ledger.drafts_under(&format!("{}{}/", scans_key(dossier), content.0))?;
        let bytes: Vec<u8> = pieces.into_iter().flat_map(|piece| piece.bytes).collect();
        Ok((ledger::content_hash(&bytes) == *content).then_some(bytes))
    }

    /// Throws a form away, with its scans.
    pub fn drop_form(&mut self, dossier: &DossierId) -> Result<(), LedgerError> {
        self.ledger.transact(|writing| {
            writing.delete_drafts_under(&scans_key(dossier))?;
            writing.delete_draft(&draft_key(dossier))
        })
    }

    /// Receives a dossier: numbers, entry, receipt, scans, kept documents. The clerk's part comes filled
    /// in; signer, place and time are given here.
    pub fn take_in(&mut self, at: Timestamp, intake: Intake) -> Result<Dossier, LedgerError> {
        let Intake { mut reception, keep } = intake;
        reception.receiver = self.ledger.user().full_name.clone();
        reception.received_at = clock::local(at);
        // Counted anew at this very moment; a limit that cannot be counted keeps the clerk's day.
        let counted = self.law.calendar.deadline(reception.received_at, &reception.time_limit);
        reception.deadline = counted.or(reception.deadline);
        let parts = std::mem::take(&mut reception.linked).into_iter().map(|part| Part {
            procedure: part.procedure,
            agency: part.agency,
            time_limit: part.time_limit,
        });
        reception.linked = link(&self.law.calendar, reception.deadline.as_ref(), parts);
        reception.return_place = format!("{}, {}", self.office.counter, self.office.name);
        let scans = self.scans_of(&reception)?;
        // A form may lie on two machines: a copy of the ledger has it. Each machine's reception of it is a dossier.
        let received = reception.id.received_on(&self.ledger.head().device);
        let form = std::mem::replace(&mut reception.id, received);
        let blobs: Vec<&[u8]> = scans.iter().map(Vec::as_slice).collect();
        let kept = documents(keep)?;
        // What a chip or a code said was recorded when it was read; what is typed is recorded with the act.
        let applicant = &reception.applicant;
        let has_claim = applicant.claim().is_some();
        let is_kept = matches!(applicant.read, ReadOn::Earlier { .. });
        let typed =
            (applicant.evidence == Evidence::Typed && !is_kept).then(|| Event::IdentityRead {
                identity: Box::new(reception.applicant.clone()),
                face: None,
                signer: None,
                legal_basis: reception.legal_basis.clone(),
            });
        printable(reception.texts()).map_err(refused)?;
        let (office, law) = (&self.office, &self.law);
        self.ledger.transact(|writing| {
            if let Some(event) = typed {
                let read = PersonId(writing.record(at, event, &[])?.envelope.place());
                if !has_claim {
                    reception.applicant.whose = Some(read);
                }
            }
            let mut received = None;
            let entry = writing.append_with(at, &blobs, |numbers| {
                let dossier = reception.receive(&office.code, numbers)?;
                received = Some(dossier.clone());
                Ok::<_, ReceptionError>(Event::DossierReceived { dossier: Box::new(dossier) })
            })?;
            let received = received.ok_or(LedgerError::Missing)?;
            let dossier = &received;
            let whole = Whole { office, law, head: "", dossier, steps: &[], payments: &[] };
            whole.keep(writing, at, Paper::RECEIPT)?;
            if received.form.is_some() {
                // It is printed when it is asked for, and must not fail then.
                let paper = Paper { kind: PaperKind::Application, of: PaperOf::Beginning };
                whole.draw(&paper).map_err(refused)?;
            }
            let owner = PersonId(entry.envelope.place());
            for document in kept {
                // Its content is among the dossier's scans.
                let document = KeptDocument { owner, ..document };
                let event = Event::DocumentKept { document: Box::new(document) };
                writing.record(at, event, &[])?;
            }
            // All or none: a draft that outlived its dossier would be received twice.
            writing.delete_drafts_under(&scans_key(&form))?;
            writing.delete_draft(&draft_key(&form))?;
            Ok(received)
        })
    }

    /// The bytes of the scans that the reception names, each once; what is a blob already is not needed.
    fn scans_of(&self, reception: &Reception) -> Result<Vec<Vec<u8>>, LedgerError> {
        let mut named: Vec<&ContentHash> = Vec::new();
        for component in &reception.components {
            if let Some(Proof::Scan(content)) = &component.proof
                && !named.contains(&content)
            {
                named.push(content);
            }
        }
        let scans = named.into_iter().map(|content| self.waiting_scan(&reception.id, content));
        Ok(scans.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// Tells a citizen in writing what is missing or refused, with a number; the paper is kept with it.
    /// With `form` the reception form that it ends is thrown away in the same act.
    pub fn tell(
        &mut self,
        at: Timestamp,
        what: ToTell,
        form: Option<&DossierId>,
    ) -> Result<CounterNotice, LedgerError> {
        printable(what.texts()).map_err(refused)?;
        let local = clock::local(at);
        let (id, by) = (ledger::random_id()?, self.ledger.user().full_name.clone());
        let (office, words) = (&self.office, &self.law.papers);
        let mut given = None;
        self.ledger.transact(|writing| {
            writing.append_drawn(at, |numbers| {
                let mut notice = CounterNotice {
                    id,
                    number: numbers.next(BookId::NOTICE, local.date()),
                    kind: what.kind,
                    applicant: what.applicant,
                    contact: what.contact,
                    procedure: what.procedure,
                    reason: what.reason,
                    by,
                    at: local,
                    arrival: what.arrival,
                    content: None,
                };
                let (_, pdf) = draw(office, words, &notice)?;
                notice.content = Some(ledger::content_hash(&pdf.bytes));
                given = Some(notice.clone());
                let event = Event::NoticeGiven { notice: Box::new(notice) };
                Ok::<_, ReportError>((event, vec![Cow::Owned(pdf.bytes)]))
            })?;
            if let Some(form) = form {
                writing.delete_drafts_under(&scans_key(form))?;
                writing.delete_draft(&draft_key(form))?;
            }
            Ok(())
        })?;
        given.ok_or(LedgerError::Missing)
    }

    /// The paper of a notice as it was handed over; one of an earlier version, which kept none, is drawn
    /// from its entry.
    pub fn notice(&self, notice: &CounterNotice) -> Result<(PaperKind, Vec<u8>), DeskError> {
        match &notice.content {
            Some(content) => Ok((form(notice), self.ledger.blob(content)?)),
            None => {
                let (kind, pdf) = draw(&self.office, &self.law.papers, notice)?;
                Ok((kind, pdf.bytes))
            }
        }
    }
}

/// Documents to keep, as their dossier's entry will name their owner.
fn documents(keep: Vec<ToKeep>) -> Result<Vec<KeptDocument>, LedgerError> {
    keep.into_iter()
        .map(|document| {
            Ok(KeptDocument {
                id: DocumentId(ledger::random_id()?),
                owner: PersonId::default(),
                kind: document.kind,
                title: document.title,
                number: String::new(),
                issuer: String::new(),
                issued_on: None,
                valid_until: None,
                origin: Origin::Scanned,
                media: document.media,
                content: document.content,
                legal_basis: document.legal_basis,
                keep_until: document.keep_until,
            })
        })
        .collect()
}

/// The form that a notice is written on.
pub fn form(notice: &CounterNotice) -> PaperKind {
    match notice.kind {
        NoticeKind::Incomplete(_) => PaperKind::Supplement,
        NoticeKind::Refused => PaperKind::Refusal,
    }
}

fn draw(
    office: &Office,
    words: &FormSet,
    notice: &CounterNotice,
) -> Result<(PaperKind, Pdf), ReportError> {
    let (kind, told) = (form(notice), Told::Counter(notice));
    let pdf = match notice.kind {
        NoticeKind::Incomplete(_) => {
            reports::supplement_request(office, told, &words.supplement, sheet(kind))?
        }
        NoticeKind::Refused => reports::refusal(office, told, &words.refusal, sheet(kind))?,
    };
    Ok((kind, pdf))
}
