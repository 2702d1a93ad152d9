//! What was noted on a subject, and the files that were put to it.

use jiff::Timestamp;
use office::{
    attachment::{Attachment, AttachmentId},
    entry::{Entry, Envelope, Erasure, Event, EventKind, READERS, Seen, UserName},
    subject::Subject,
};
use rusqlite::params;

use crate::{
    Ledger, LedgerError, Result,
    roles::require,
    rows::{LARGEST_PAGE, unsigned},
};
use crate::{
    erase::erased_by,
    head::found,
    project::entry::{entry_at, sealed_at},
    rows::{page_size, rows},
};

/// A remark on a subject.
#[derive(Clone, Debug, PartialEq)]
pub struct RemarkRecord {
    /// Place of its entry, for [`Ledger::erase`].
    pub place: u64,
    /// When it was made.
    pub at: Timestamp,
    /// By whom.
    pub by: UserName,
    /// What it says, or that this is gone.
    pub words: RemarkWords,
}

/// What is left of a remark.
#[derive(Clone, Debug, PartialEq)]
pub enum RemarkWords {
    /// What it says.
    Kept(String),
    /// It was erased.
    Erased {
        /// When.
        at: Timestamp,
        /// By whom.
        by: UserName,
        /// The rule that asked for it, as it was called on that day.
        legal_basis: String,
        /// Why.
        reason: String,
    },
}

/// A file that was put to a subject.
#[derive(Clone, Debug, PartialEq)]
pub struct AttachmentRecord {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: UserName,
    /// Which.
    pub attachment: Attachment,
    /// How it left, if it did.
    pub removed: Option<Removal>,
}

/// How a file left its subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Removal {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: UserName,
    /// Why.
    pub reason: String,
}

impl Ledger {
    /// Remarks on a subject, oldest first; of more than a page's the newest. One that was erased here before its entry
    /// came is not known yet.
    pub fn remarks(&self, subject: impl Into<Subject>) -> Result<Vec<RemarkRecord>> {
        require(&self.user.roles, READERS)?;
        let places: Vec<i64> = rows(
            &self.db,
            "SELECT n FROM remark WHERE subject = ?1 ORDER BY n DESC LIMIT ?2",
            params![subject.into().to_string(), page_size(LARGEST_PAGE)],
            |row| row.get(0),
        )?;
        let mut remarks = Vec::new();
        for n in places {
            let Entry { envelope: Envelope { at, user: by, .. }, what } = entry_at(&self.db, n)?;
            match what {
                Event::RemarkMade { remark } => {
                    let words = RemarkWords::Kept(remark.text);
                    remarks.push(RemarkRecord { place: unsigned(n)?, at, by, words });
                }
                Event::Erased { erasure } => {
                    let Erasure { entries, legal_basis, reason, .. } = *erasure;
                    let words = RemarkWords::Erased { at, by, legal_basis, reason };
                    for erased in &entries {
                        // Two machines may have erased the same: the first did.
                        if erased_by(&self.db, &erased.hash)? == Some(n) {
                            remarks.extend(self.erased_remark(erased, &words)?);
                        }
                    }
                }
                _ => return Err(LedgerError::Damaged { place: "bảng ghi chú" }),
            }
        }
        remarks.sort_by_key(|remark| remark.place);
        Ok(remarks)
    }

    /// What is left of a remark: who made it, and when.
    fn erased_remark(&self, erased: &Seen, words: &RemarkWords) -> Result<Option<RemarkRecord>> {
        let Some(found) = found(&self.db, &erased.device, erased.sequence, &erased.hash)? else {
            return Ok(None);
        };
        let Envelope { at, user: by, kind, .. } =
            Envelope::parse(&sealed_at(&self.db, found.n)?.0)?;
        let is_remark = kind == EventKind::RemarkMade.name();
        let (place, words) = (unsigned(found.n)?, words.clone());
        Ok(is_remark.then_some(RemarkRecord { place, at, by, words }))
    }

    /// Files that were put to a subject, oldest first, those that left it included.
    pub fn attachments(&self, subject: impl Into<Subject>) -> Result<Vec<AttachmentRecord>> {
        require(&self.user.roles, READERS)?;
        let places: Vec<(i64, Option<i64>)> = rows(
            &self.db,
            "SELECT n, removed FROM attachment WHERE subject = ?1 ORDER BY n LIMIT ?2",
            params![subject.into().to_string(), page_size(LARGEST_PAGE)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        places.into_iter().map(|found| self.attachment_at(found)).collect()
    }

    /// Takes a file from its subject.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::NoReason`], [`LedgerError::Missing`],
    /// [`LedgerError::DocumentGone`].
    pub fn remove_attachment(
        &mut self,
        at: Timestamp,
        attachment: &AttachmentId,
        reason: &str,
    ) -> Result<()> {
        let (attachment, reason) = (attachment.clone(), office::text::clean_lines(reason));
        self.record(at, Event::AttachmentRemoved { attachment, reason }, &[]).map(drop)
    }

    fn attachment_at(&self, (n, removed): (i64, Option<i64>)) -> Result<AttachmentRecord> {
        let removed = match removed.map(|n| entry_at(&self.db, n)).transpose()? {
            Some(Entry {
                envelope: Envelope { at, user: by, .. },
                what: Event::AttachmentRemoved { reason, .. },
            }) => Some(Removal { at, by, reason }),
            _ => None,
        };
        match entry_at(&self.db, n)? {
            Entry {
                envelope: Envelope { at, user: by, .. },
                what: Event::AttachmentAdded { attachment },
            } => Ok(AttachmentRecord { at, by, attachment: *attachment, removed }),
            _ => Err(LedgerError::Damaged { place: "bảng tệp đính kèm" }),
        }
    }
}
