//! What is noted on a subject, and the files that are put to it.

use jiff::Timestamp;
use ledger::LedgerError;
use office::{
    attachment::{Attachment, AttachmentId},
    entry::Event,
    remark::Remark,
    subject::Subject,
    text::clean,
};

use super::Desk;
use crate::scan::Scan;

impl Desk {
    /// Notes what was typed on a subject.
    pub fn remark(
        &mut self,
        at: Timestamp,
        subject: Subject,
        typed: &str,
    ) -> Result<(), LedgerError> {
        let remark =
            Remark::new(subject, typed).map_err(|error| LedgerError::Refused(Box::new(error)))?;
        self.ledger.record(at, Event::RemarkMade { remark: Box::new(remark) }, &[]).map(drop)
    }

    /// Puts a file to a subject.
    pub fn attach(
        &mut self,
        at: Timestamp,
        subject: Subject,
        name: &str,
        scan: &Scan,
    ) -> Result<(), LedgerError> {
        let attachment = Attachment {
            id: AttachmentId(ledger::random_id()?),
            subject,
            name: clean(name),
            media: scan.media,
            content: ledger::content_hash(&scan.bytes),
        };
        let event = Event::AttachmentAdded { attachment: Box::new(attachment) };
        self.ledger.record(at, event, &[&scan.bytes]).map(drop)
    }
}
