//! Signed files that got a time stamp. The act's entry names the hash of the file that was signed, for ever; what is
//! added behind its signature makes another file, which begins with the signed one byte by byte and is kept as a paper
//! of the act. So what still waits is what the ledger has no such paper of: nothing else is written down.

use jiff::{Timestamp, ToSpan};
use ledger::{Kept, LedgerError, Sealed, Sealer};
use office::{
    act::ActId,
    entry::{ContentHash, Event, Numbering, PaperKind, PaperOf},
    subject::Subject,
};
use reports::verify::Level;

use super::Desk;

/// Acts that are looked through at once.
const A_PAGE: usize = 50;
/// How long the proof for a file that has its time stamp is tried for. Its certificates tell for years whether they
/// were revoked; services that did not within this time are not there.
const DAYS_OF_PROOF: i64 = 30;

/// Acts of this user whose signed file is not yet of the highest level, newest first, and where to look on.
pub struct Unstamped {
    /// Them.
    pub acts: Vec<ActId>,
    /// Hand in for the next ones; `None` at the end.
    pub next: Option<u64>,
}

/// The newest file of an act, to be read and added to on a worker.
pub struct Extendable {
    /// What it is; `None` for the signed one.
    kind: Option<PaperKind>,
    content: ContentHash,
    kept: Kept,
}

/// A file that begins with another one, sealed on the disk: only its entry is to be written.
pub struct Extended {
    of: ContentHash,
    sealed: Sealed,
    kind: PaperKind,
}

/// Debug output may reach a log: it shows no content.
impl std::fmt::Debug for Extended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Extended({:.8}, {:?})", self.sealed.hash().0, self.kind)
    }
}

impl Extendable {
    /// Its bytes.
    ///
    /// # Errors
    /// [`LedgerError::ContentLost`].
    pub fn read(&self) -> Result<Vec<u8>, LedgerError> {
        self.kept.read()
    }

    /// That file with something added, of this level, put on the disk: not on the window's thread. `None` for one that does
    /// not begin with it or is worth no more: each is kept whole, so a service that answers in part each time would fill
    /// the disk. Where the disk does not take it, why.
    pub fn extended(
        &self,
        bytes: Vec<u8>,
        level: Level,
        sealer: &Sealer,
    ) -> Option<Result<Extended, LedgerError>> {
        let kind = match (level, self.kind) {
            (Level::Time | Level::LongTerm, None) => PaperKind::Stamped,
            (Level::Archive, None | Some(PaperKind::Stamped)) => PaperKind::LongTerm,
            (Level::Basic | Level::Time | Level::LongTerm | Level::Archive, _) => return None,
        };
        let before = self.kept.read().ok()?;
        let adds = bytes.len() > before.len() && bytes.starts_with(&before);
        let of = self.content.clone();
        adds.then(|| Ok(Extended { of, sealed: sealer.seal(bytes)?, kind }))
    }
}

/// A file that an act's signed file became.
pub struct Later {
    /// [`PaperKind::Stamped`] or [`PaperKind::LongTerm`].
    pub kind: PaperKind,
    /// When it was kept.
    pub at: Timestamp,
    /// It.
    pub content: ContentHash,
}

impl Desk {
    /// What an act's signed file became: first what is worth most, of equal ones the newest.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn later_files(&self, id: &ActId) -> Result<Vec<Later>, LedgerError> {
        let mut made = self.ledger.papers(id)?;
        made.retain(|made| matches!(made.kind, PaperKind::Stamped | PaperKind::LongTerm));
        // They come newest first, and stay so among equal ones.
        made.sort_by_key(|made| made.kind != PaperKind::LongTerm);
        let later = made.into_iter();
        Ok(later
            .map(|made| Later { kind: made.kind, at: made.at, content: made.content })
            .collect())
    }

    /// The first of them.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn stamped(&self, id: &ActId) -> Result<Option<Later>, LedgerError> {
        Ok(self.later_files(id)?.into_iter().next())
    }

    /// The file of an electronic act as it is handed out: what it became, where that begins with what was signed; else
    /// what was signed. Nobody answers for the rest of a paper that another machine kept.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] for an act on paper, and those of the ledger.
    pub fn signed_file(&self, id: &ActId) -> Result<Vec<u8>, LedgerError> {
        let signed = self.act(id)?.act.document.ok_or(LedgerError::Missing)?;
        let signed = self.ledger.blob(&signed)?;
        for later in self.later_files(id)? {
            match self.ledger.blob(&later.content) {
                Ok(later) if later.starts_with(&signed) => return Ok(later),
                Ok(_) | Err(_) => {}
            }
        }
        Ok(signed)
    }

    /// Looks through some acts. Only who wrote an act has its file stamped: two machines would otherwise ask for the
    /// same.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn unstamped(&self, now: Timestamp, before: Option<u64>) -> Result<Unstamped, LedgerError> {
        let page = self.ledger.acts(before, A_PAGE)?;
        let own = &self.ledger.user().name;
        let proven_since = now.checked_sub((24 * DAYS_OF_PROOF).hours()).unwrap_or(now);
        let mut acts = Vec::new();
        for record in page.items {
            let is_ours = record.by == *own && record.annulled.is_none();
            if !is_ours || record.act.document.is_none() {
                continue;
            }
            let waits = match self.stamped(&record.act.id)? {
                None => true,
                Some(later) => later.kind == PaperKind::Stamped && later.at > proven_since,
            };
            if waits {
                acts.push(record.act.id);
            }
        }
        Ok(Unstamped { acts, next: page.next })
    }

    /// The file of an act that something can be added to: what it became, else the signed one.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] for an act on paper, and those of the ledger.
    pub fn to_stamp(&self, id: &ActId) -> Result<Extendable, LedgerError> {
        let signed = self.act(id)?.act.document.ok_or(LedgerError::Missing)?;
        let (kind, content) = match self.stamped(id)? {
            Some(later) => (Some(later.kind), later.content),
            None => (None, signed),
        };
        Ok(Extendable { kind, kept: self.ledger.kept(&content)?, content })
    }

    /// Keeps a file that something was added to.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] where the act has got another file meanwhile, and those of the ledger: nothing is kept
    /// then.
    pub fn keep_stamped(
        &mut self,
        at: Timestamp,
        id: &ActId,
        extended: &Extended,
    ) -> Result<(), LedgerError> {
        if self.to_stamp(id)?.content != extended.of {
            return Err(LedgerError::Missing);
        }
        let event = Event::PaperMade {
            subject: Subject::from(id),
            kind: extended.kind,
            of: PaperOf::Beginning,
            content: extended.sealed.hash().clone(),
            numbers: Numbering::Issued,
        };
        self.ledger.record_sealed(at, event, &extended.sealed).map(drop)
    }
}
