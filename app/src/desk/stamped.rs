//! Signed files that got a time stamp. The act's entry names the hash of the file that was signed, for ever; what is
//! added behind its signature makes another file, which begins with the signed one byte by byte and is kept as a paper
//! of the act.

use jiff::Timestamp;
use ledger::LedgerError;
use office::{
    act::ActId,
    entry::{ContentHash, Event, Numbering, PaperKind, PaperOf},
    subject::Subject,
};

use super::Desk;

/// Acts that are looked through at once.
const A_PAGE: usize = 50;

/// Acts of this user whose signed file has no time stamp yet, newest first, and where to look on.
pub struct Unstamped {
    /// Them.
    pub acts: Vec<ActId>,
    /// Hand in for the next ones; `None` at the end.
    pub next: Option<u64>,
}

impl Desk {
    /// The newest file of an act that got a time stamp.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn stamped(&self, id: &ActId) -> Result<Option<ContentHash>, LedgerError> {
        let made = self.ledger.papers(id)?;
        let newest = made.into_iter().find(|made| made.kind == PaperKind::Stamped);
        Ok(newest.map(|made| made.content))
    }

    /// Looks through some acts. Only who wrote an act has its file stamped: two machines would otherwise ask for the
    /// same.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn unstamped(&self, before: Option<u64>) -> Result<Unstamped, LedgerError> {
        let page = self.ledger.acts(before, A_PAGE)?;
        let own = &self.ledger.user().name;
        let mut acts = Vec::new();
        for record in page.items {
            let is_ours = record.by == *own && record.annulled.is_none();
            if is_ours && record.act.document.is_some() && self.stamped(&record.act.id)?.is_none() {
                acts.push(record.act.id);
            }
        }
        Ok(Unstamped { acts, next: page.next })
    }

    /// The file of an act that something can be added to: the stamped one, else the signed one.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] for an act on paper.
    pub fn to_stamp(&self, id: &ActId) -> Result<Vec<u8>, LedgerError> {
        let content = match self.stamped(id)? {
            Some(content) => Some(content),
            None => self.act(id)?.act.document,
        };
        self.ledger.blob(&content.ok_or(LedgerError::Missing)?)
    }

    /// Keeps a file that something was added to.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] where it does not begin with what the act has: nothing is kept then.
    pub fn keep_stamped(
        &mut self,
        at: Timestamp,
        id: &ActId,
        bytes: &[u8],
    ) -> Result<(), LedgerError> {
        let before = self.to_stamp(id)?;
        if bytes.len() <= before.len() || !bytes.starts_with(&before) {
            return Err(LedgerError::Missing);
        }
        let event = Event::PaperMade {
            subject: Subject::from(id),
            kind: PaperKind::Stamped,
            of: PaperOf::Beginning,
            content: ledger::content_hash(bytes),
            numbers: Numbering::Issued,
        };
        self.ledger.record(at, event, &[bytes]).map(drop)
    }
}
