//! What was noted on a subject, and the files that were put to it.

use jiff::Timestamp;
use office::{
    attachment::{Attachment, AttachmentId},
    entry::{Entry, Envelope, Event, READERS, UserName},
    subject::Subject,
};
use rusqlite::params;

use crate::{
    Ledger, LedgerError, Result,
    roles::require,
    rows::{LARGEST_PAGE, unsigned},
};
use crate::{
    project::entry::entry_at,
    rows::{page_size, rows},
};

/// A remark on a subject, or that one was erased.
#[derive(Clone, Debug, PartialEq)]
pub struct RemarkRecord {
    /// Place of its entry, for [`Ledger::erase`].
    pub place: u64,
    /// When it was made.
    pub at: Timestamp,
    /// By whom.
    pub by: UserName,
    /// What it says; why it was erased.
    pub text: String,
    /// By which rule remarks of the subject were erased; none where this is a remark.
    pub erased_by: Option<String>,
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
    /// Remarks on a subject, oldest first; of more than a page's the newest.
    pub fn remarks(&self, subject: impl Into<Subject>) -> Result<Vec<RemarkRecord>> {
        require(&self.user.roles, READERS)?;
        let mut places: Vec<i64> = rows(
            &self.db,
            "SELECT n FROM remark WHERE subject = ?1 ORDER BY n DESC LIMIT ?2",
            params![subject.into().to_string(), page_size(LARGEST_PAGE)],
            |row| row.get(0),
        )?;
        places.reverse();
        places
            .into_iter()
            .map(|n| {
                let Entry { envelope: Envelope { at, user: by, .. }, what } =
                    entry_at(&self.db, n)?;
                let (text, erased_by) = match what {
                    Event::RemarkMade { remark } => (remark.text, None),
                    Event::Erased { erasure } => (erasure.reason, Some(erasure.legal_basis)),
                    _ => return Err(LedgerError::Damaged { place: "bảng ghi chú" }),
                };
                Ok(RemarkRecord { place: unsigned(n)?, at, by, text, erased_by })
            })
            .collect()
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
