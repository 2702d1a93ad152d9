//! Electronic certified copies (NĐ 45/2020/NĐ-CP art. 10): the original's pages as they were scanned become an archive
//! document, its stamp tells the number, and the certifier's digital signature completes the act.
//!
//! A number is used by the entry alone. So the act is first written and taken back ([`ledger::Ledger::rehearse`]):
//! whatever the ledger would refuse is told before anybody signs, and the stamp gets the number that comes next. Then
//! it is signed, which may take as long as a token takes, and written: entry, signed file and the end of the draft
//! together, if the number is still the next. A signature that fails, or a power cut before that, leaves the draft as
//! it was and uses no number. What somebody else prepared ([`super::prepared`]) is signed in the same way.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use ledger::{Kept, LedgerError, Writing};
use office::{
    Explain,
    act::{Act, ActError, ActId, Participant, Wording, prepared},
    book::{BookId, Number, VolumeId},
    entry::{ContentHash, Event},
    tag::CertificateTag,
};
use reports::pdfa::Facts;
use serde::{Deserialize, Serialize};

use super::{
    Desk, DeskError,
    intake::{piece_key, pieces},
    lines::{DraftId, ToDo, end_draft, identities, record_typed},
    telephone,
};
use crate::{clock, scan::Scan};

/// Most pages of one copy.
pub const MOST_PAGES: usize = prepared::MOST_PAGES;
/// Most bytes of its pages: what stands around them in the signed file takes far less than the rest of the room.
pub(super) const MOST_BYTES: usize = ledger::BLOB_LIMIT - (4 << 20);

/// An electronic act that waits for its signature.
#[derive(Clone)]
pub struct Unsigned {
    /// The act with the number that comes next.
    act: Act,
    /// The volume that its stamp names.
    volume: Option<VolumeId>,
    at: Timestamp,
    from: Origin,
    /// Shared with the worker that makes the document.
    scans: Scans,
    /// What its QR code says.
    code: String,
    /// What its stamp says.
    pub stamp: String,
}

/// An act with what its signed file tells of it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Told {
    /// It, with its number.
    pub(super) act: Act,
    /// The volume that its stamp names.
    pub(super) volume: Option<VolumeId>,
}

/// Where an act that is signed comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Origin {
    /// A draft, which ends with it.
    Draft(DraftId),
    /// A preparation: its people were recorded with it.
    Preparation,
}

/// The scanned pages.
#[derive(Clone)]
pub(super) enum Scans {
    /// Of a draft.
    Held(Vec<Arc<[u8]>>),
    /// Of a preparation: read by whoever makes the document.
    Kept(Arc<[Kept]>),
}

impl Scans {
    fn len(&self) -> usize {
        match self {
            Self::Held(pages) => pages.len(),
            Self::Kept(pages) => pages.len(),
        }
    }
}

/// The pages of the draft that is open, as they came: what was just scanned is not read and decrypted again when it is
/// signed. Of a draft that is gone on with, pages are read once.
#[derive(Default)]
pub(super) struct OpenPages {
    draft: Option<DraftId>,
    pages: HashMap<ContentHash, Arc<[u8]>>,
}

impl OpenPages {
    fn of(&mut self, draft: &DraftId) -> &mut HashMap<ContentHash, Arc<[u8]>> {
        if self.draft.as_ref() != Some(draft) {
            *self = Self { draft: Some(draft.clone()), pages: HashMap::new() };
        }
        &mut self.pages
    }
}

/// Debug output may reach a log: it never shows the pages.
impl std::fmt::Debug for Unsigned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Unsigned({:?}, {} pages)", self.act, self.scans.len())
    }
}

/// What a rehearsal tells of an act that is to be signed.
pub(super) struct Drawn {
    act: Act,
    volume: Option<VolumeId>,
    stamp: String,
    code: String,
}

impl Unsigned {
    /// When the act was prepared: the time that its signature tells.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The act and where it comes from, without its document.
    pub(super) fn parts(self) -> (Told, Timestamp, Origin) {
        (Told { act: self.act, volume: self.volume }, self.at, self.from)
    }

    /// What it is, with the number that it will have.
    pub fn name(&self) -> String {
        self.act.name()
    }

    /// Of which act.
    pub fn id(&self) -> ActId {
        self.act.id.clone()
    }

    /// The document to be signed, PDF/A-2b. It takes some tenths of a second a page: not on the window's thread.
    ///
    /// # Errors
    /// Those of [`reports::scanned`], [`LedgerError::ContentLost`].
    pub fn document(&self) -> Result<Vec<u8>, DeskError> {
        let read: Vec<Vec<u8>>;
        let scans: Vec<&[u8]> = match &self.scans {
            Scans::Held(pages) => pages.iter().map(AsRef::as_ref).collect(),
            Scans::Kept(pages) => {
                read = pages.iter().map(Kept::read).collect::<Result<_, _>>()?;
                read.iter().map(Vec::as_slice).collect()
            }
        };
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
        self.open_pages.of(draft).insert(content.clone(), scan.bytes.as_slice().into());
        Ok(content)
    }

    /// A page that waits beside a draft and is not meant any more goes.
    pub fn drop_page(&mut self, draft: &DraftId, content: &ContentHash) -> Result<(), LedgerError> {
        self.open_pages.of(draft).remove(content);
        let under = format!("{}{}/", draft.pages(), content.0);
        self.ledger.transact(|writing| writing.delete_drafts_under(&under))
    }

    /// The pages of a draft in their order.
    pub(super) fn scans(
        &mut self,
        draft: &DraftId,
        pages: &[ContentHash],
    ) -> Result<Vec<Arc<[u8]>>, LedgerError> {
        let mut scans = Vec::with_capacity(pages.len());
        for page in pages {
            scans.push(self.waiting_page(draft, page)?);
        }
        // What the ledger cannot keep is told before anybody signs it.
        if scans.iter().map(|scan| scan.len()).sum::<usize>() > MOST_BYTES {
            return Err(LedgerError::TooLarge { limit: MOST_BYTES });
        }
        Ok(scans)
    }

    /// A page that waits beside a draft; read once.
    ///
    /// # Errors
    /// Those of [`Desk::page`].
    pub fn waiting_page(
        &mut self,
        draft: &DraftId,
        content: &ContentHash,
    ) -> Result<Arc<[u8]>, LedgerError> {
        if let Some(known) = self.open_pages.of(draft).get(content) {
            return Ok(known.clone());
        }
        let page: Arc<[u8]> = self.page(draft, content)?.into();
        self.open_pages.of(draft).insert(content.clone(), page.clone());
        Ok(page)
    }

    /// Lets go of the open draft's pages: the window is locked, or it is left.
    pub fn forget_pages(&mut self) {
        self.open_pages = OpenPages::default();
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
        let scans = self.scans(draft, pages)?;
        let (law, office) = (self.law.clone(), self.certifying()?);
        let request = self.request(at, asked, &law, &office)?;
        let record = |writing: &mut Writing<'_>| {
            let mut people = request.people.clone();
            record_typed(writing, at, identities(&mut people), &request.legal_basis)?;
            Ok(people)
        };
        let of = (request.kind.book, request.wording);
        let drawn = self.draw(at, of, record, |number| request.unsigned(number))?;
        Ok(drawn.unsigned(at, Origin::Draft(draft.clone()), Scans::Held(scans)))
    }

    /// Rehearses an act: what the ledger would refuse, its number, and the stamp that tells it. `people`: those who take part,
    /// as the act would name them.
    pub(super) fn draw<E: Explain + Send + Sync + 'static>(
        &mut self,
        at: Timestamp,
        (book, wording): (BookId, &Wording),
        people: impl FnOnce(&mut Writing<'_>) -> Result<Vec<Participant>, LedgerError>,
        make: impl FnOnce(Number) -> Result<Act, E>,
    ) -> Result<Drawn, DeskError> {
        let book = self.ledger.book(book)?;
        // Its contents do not matter, only that there are some.
        let stand_in = b"to be signed".as_slice();
        let (act, volume) = self.ledger.rehearse(|writing| {
            let people = people(writing)?;
            let mut drawn = None;
            writing.append_with(at, &[stand_in], |numbers| {
                let act = make(numbers.next(book.id, clock::local(at).date()))?;
                drawn = Some(act.clone());
                let document = Some(ledger::content_hash(stand_in));
                let act = Act { people, document, ..act };
                Ok::<_, E>(Event::ActDone { act: Box::new(act) })
            })?;
            let act = drawn.ok_or(LedgerError::Missing)?;
            let volume =
                act.number.issued().map(|issued| writing.volume_of(*issued)).transpose()?;
            Ok((act, volume.flatten()))
        })?;
        let numbered = self.numbered_in(&act.number, &book, volume);
        let law = self.law.clone();
        let words = &law.papers.certification;
        let stamp = reports::stamp_words(&self.office, &act, wording, &numbered, words)?;
        let office = self.office.code.clone();
        let code = act.lookup().map(|code| CertificateTag { office, code }.to_string());
        let code = code.ok_or(LedgerError::Missing)?;
        Ok(Drawn { act, volume, stamp, code })
    }

    /// Completes an electronic act by its signed file.
    ///
    /// # Errors
    /// [`ActError::NumberTaken`] and those of the ledger; then nothing is written, and the draft stands.
    pub fn finish_copy(&mut self, unsigned: Unsigned, signed: &[u8]) -> Result<Act, LedgerError> {
        let (told, at, from) = unsigned.parts();
        self.complete(at, told, &from, signed)
    }

    /// The same at a time of its own: a signature may come long after its act was made ready. What was kept while it was
    /// waited for goes with the entry.
    pub(super) fn complete(
        &mut self,
        at: Timestamp,
        told: Told,
        from: &Origin,
        signed: &[u8],
    ) -> Result<Act, LedgerError> {
        let act = self.ledger.transact(|writing| told.write(writing, at, from, signed))?;
        self.forget_pages();
        Ok(act)
    }

    /// Completes it and takes it back: whether its number and its volume are still those that its stamp tells.
    ///
    /// # Errors
    /// Those of completing it.
    pub(super) fn rehearse_completion(
        &mut self,
        at: Timestamp,
        told: Told,
        from: &Origin,
    ) -> Result<(), LedgerError> {
        let stand_in = b"to be signed".as_slice();
        self.ledger.rehearse(|writing| told.write(writing, at, from, stand_in)).map(drop)
    }
}

impl Told {
    /// Writes the act, if it gets what its file tells.
    fn write(
        self,
        writing: &mut Writing<'_>,
        at: Timestamp,
        from: &Origin,
        signed: &[u8],
    ) -> Result<Act, LedgerError> {
        let Self { mut act, volume } = self;
        if let Origin::Draft(_) = from {
            let legal_basis = act.legal_basis.clone();
            record_typed(writing, at, identities(&mut act.people), &legal_basis)?;
        }
        let mut done = None;
        writing.append_with(at, &[signed], |numbers| {
            let act = act.signed(numbers, ledger::content_hash(signed))?;
            done = Some(act.clone());
            Ok::<_, ActError>(Event::ActDone { act: Box::new(act) })
        })?;
        let act = done.ok_or(LedgerError::Missing)?;
        let holding = act.number.issued().map(|issued| writing.volume_of(*issued)).transpose()?;
        // The same number in a volume that was opened meanwhile is another one.
        if holding.flatten() != volume {
            return Err(LedgerError::Refused(Box::new(ActError::NumberTaken)));
        }
        if let Origin::Draft(draft) = from {
            end_draft(writing, draft)?;
        }
        telephone::forget(writing, &act.id)?;
        Ok(act)
    }
}

impl Drawn {
    /// Ready to be signed.
    pub(super) fn unsigned(self, at: Timestamp, from: Origin, scans: Scans) -> Unsigned {
        let Self { act, volume, stamp, code } = self;
        Unsigned { act, volume, at, from, scans, code, stamp }
    }
}
