//! Electronic certified copies (NĐ 45/2020/NĐ-CP art. 10): the original's pages as they were scanned become an archive
//! document, its stamp tells the number, and the certifier's digital signature completes the act.
//!
//! A number is used by the entry alone. So the act is first written and taken back ([`ledger::Ledger::rehearse`]):
//! whatever the ledger would refuse is told before anybody signs, and the stamp gets the number that comes next. Then
//! it is signed, which may take as long as a token takes, and written: entry, signed file and the end of the draft
//! together, if the number is still the next. A signature that fails, or a power cut before that, leaves the draft as
//! it was and uses no number.

use std::sync::Arc;

use jiff::Timestamp;
use ledger::LedgerError;
use office::{
    act::{Act, ActError, ActId},
    entry::{ContentHash, Event},
    tag::CertificateTag,
};
use reports::{ReportError, pdfa::Facts};

use super::{
    Desk, DeskError,
    intake::{piece_key, pieces},
    lines::{DraftId, ToDo, end_draft, record_typed},
};
use crate::{clock, scan::Scan};

/// Most pages of one copy.
pub const MOST_PAGES: usize = 200;
/// Most bytes of its pages: what stands around them in the signed file takes far less than the rest of the room.
const MOST_BYTES: usize = ledger::BLOB_LIMIT - (4 << 20);

/// An electronic act that waits for its signature.
#[derive(Clone)]
pub struct Unsigned {
    /// The act with the number that comes next.
    act: Act,
    at: Timestamp,
    draft: DraftId,
    /// Shared with the worker that makes the document.
    scans: Arc<[Vec<u8>]>,
    /// What its QR code says.
    code: String,
    /// What its stamp says.
    pub stamp: String,
}

/// Debug output may reach a log: it never shows the pages.
impl std::fmt::Debug for Unsigned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Unsigned({:?}, {} pages)", self.act, self.scans.len())
    }
}

impl Unsigned {
    /// When the act was prepared: the time that its signature tells.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Of which act.
    pub fn id(&self) -> ActId {
        self.act.id.clone()
    }

    /// The document to be signed, PDF/A-2b. It takes some tenths of a second a page: not on the window's thread.
    ///
    /// # Errors
    /// Those of [`reports::scanned`].
    pub fn document(&self) -> Result<Vec<u8>, ReportError> {
        let scans: Vec<&[u8]> = self.scans.iter().map(Vec::as_slice).collect();
        let (act, id) = (&self.act, self.act.id.0.clone());
        let facts = Facts { title: act.name(), at: act.at, id };
        Ok(reports::scanned(&scans, &self.code, &facts)?.bytes)
    }
}

impl Desk {
    /// Keeps a page beside the draft of its act.
    pub fn keep_page(&mut self, draft: &DraftId, scan: &Scan) -> Result<ContentHash, LedgerError> {
        let content = ledger::content_hash(&scan.bytes);
        for (n, piece) in pieces(&scan.bytes) {
            self.ledger.save_draft(&piece_key(&draft.pages(), &content, n), piece)?;
        }
        Ok(content)
    }

    /// The bytes of a page that waits beside a draft.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] where it is not there any more, or not whole.
    pub fn page(&self, draft: &DraftId, content: &ContentHash) -> Result<Vec<u8>, LedgerError> {
        let pieces = self.ledger.drafts_under(&format!("{}{}/", draft.pages(), content.0))?;
        let bytes: Vec<u8> = pieces.into_iter().flat_map(|piece| piece.bytes).collect();
        let whole = ledger::content_hash(&bytes) == *content;
        whole.then_some(bytes).ok_or(LedgerError::Missing)
    }

    /// Throws the draft of an act or a line away, with its pages.
    pub fn drop_line(&mut self, draft: &DraftId) -> Result<(), LedgerError> {
        self.ledger.transact(|writing| end_draft(writing, draft))
    }

    /// Makes an electronic copy ready to be signed.
    ///
    /// # Errors
    /// [`ActError`] and those of the ledger and of [`reports::scanned`]; nothing is written.
    pub fn prepare_copy(
        &mut self,
        at: Timestamp,
        asked: ToDo,
        draft: &DraftId,
        pages: &[ContentHash],
    ) -> Result<Unsigned, DeskError> {
        let refused = |error: ActError| LedgerError::Refused(Box::new(error));
        if asked.certifier != self.ledger.user().name {
            return Err(refused(ActError::NotTheCertifier).into());
        }
        if pages.is_empty() {
            return Err(refused(ActError::NoDocument).into());
        }
        let scans =
            pages.iter().map(|page| self.page(draft, page)).collect::<Result<Vec<_>, _>>()?;
        // What the ledger cannot keep is told before anybody signs it.
        if scans.iter().map(Vec::len).sum::<usize>() > MOST_BYTES {
            return Err(LedgerError::TooLarge { limit: MOST_BYTES }.into());
        }
        let (law, colleagues) = (self.law.clone(), self.colleagues()?);
        let request = self.request(at, asked, &law, &colleagues)?;
        let book = self.ledger.book(request.kind.book)?;
        // Its contents do not matter, only that there are some.
        let stand_in = request.id.0.clone().into_bytes();
        let (act, volume) = self.ledger.rehearse(|writing| {
            let mut requesters = request.requesters.clone();
            record_typed(writing, at, &mut requesters, &request.legal_basis)?;
            let mut drawn = None;
            writing.append_with(at, &[&stand_in], |numbers| {
                let act = request.unsigned(numbers.next(book.id, clock::local(at).date()))?;
                drawn = Some(act.clone());
                let document = Some(ledger::content_hash(&stand_in));
                let act = Act { requesters, document, ..act };
                Ok::<_, ActError>(Event::ActDone { act: Box::new(act) })
            })?;
            let act = drawn.ok_or(LedgerError::Missing)?;
            let volume =
                act.number.issued().map(|issued| writing.volume_of(*issued)).transpose()?;
            Ok((act, volume.flatten()))
        })?;
        let numbered = self.numbered_in(&act.number, &book, volume);
        let wording = request.wording;
        let stamp = reports::stamp_words(
            &self.office,
            &act,
            wording,
            &numbered,
            &law.papers.certification,
        )?;
        let office = self.office.code.clone();
        let code = act.lookup().map(|code| CertificateTag { office, code }.to_string());
        let code = code.ok_or(LedgerError::Missing)?;
        Ok(Unsigned { act, at, draft: draft.clone(), scans: scans.into(), code, stamp })
    }

    /// Completes an electronic act by its signed file.
    ///
    /// # Errors
    /// [`ActError::NumberTaken`] and those of the ledger; then nothing is written, and the draft stands.
    pub fn finish_copy(&mut self, unsigned: Unsigned, signed: &[u8]) -> Result<Act, LedgerError> {
        let Unsigned { mut act, at, draft, .. } = unsigned;
        let legal_basis = act.legal_basis.clone();
        self.ledger.transact(|writing| {
            record_typed(writing, at, &mut act.requesters, &legal_basis)?;
            let mut done = None;
            writing.append_with(at, &[signed], |numbers| {
                let act = act.signed(numbers, ledger::content_hash(signed))?;
                done = Some(act.clone());
                Ok::<_, ActError>(Event::ActDone { act: Box::new(act) })
            })?;
            end_draft(writing, &draft)?;
            done.ok_or(LedgerError::Missing)
        })
    }
}
