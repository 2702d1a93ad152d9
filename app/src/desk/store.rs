//! A person's store of documents: what was kept on a stated basis is used again, looked at only with an
//! entry, and leaves when its time is over or the person asks.

use jiff::{Timestamp, civil::Date};
use ledger::LedgerError;
use office::{
    document::{DocumentId, KeptDocument},
    entry::{Event, Purpose},
    person::PersonalNumber,
};

use super::Desk;
use crate::scan::Scan;

impl Desk {
    /// The person's documents, newest first.
    pub fn stored(&self, owner: &PersonalNumber) -> Result<Vec<KeptDocument>, LedgerError> {
        Ok(self.ledger.documents(owner)?.into_iter().map(|record| record.document).collect())
    }

    /// Puts a document in; its id, form and content are those of `scan`.
    pub fn store(
        &mut self,
        at: Timestamp,
        mut document: KeptDocument,
        scan: &Scan,
    ) -> Result<DocumentId, LedgerError> {
        document.id = DocumentId(ledger::random_id()?);
        document.media = scan.media;
        document.content = ledger::content_hash(&scan.bytes);
        let id = document.id.clone();
        let event = Event::DocumentKept { document: Box::new(document) };
        self.ledger.record(at, event, &[&scan.bytes])?;
        Ok(id)
    }

    /// A document's file; that it was looked at is written first.
    pub fn look(&mut self, at: Timestamp, id: &DocumentId) -> Result<Vec<u8>, LedgerError> {
        self.ledger.open_document(at, id, Purpose::Reception)
    }

    /// Takes a document out, with its content.
    pub fn discard(
        &mut self,
        at: Timestamp,
        id: &DocumentId,
        reason: String,
    ) -> Result<(), LedgerError> {
        self.ledger.record(at, Event::DocumentRemoved { document: id.clone(), reason }, &[])?;
        Ok(())
    }
}

/// Whether the document's time in the store is over.
pub fn is_over(document: &KeptDocument, today: Date) -> bool {
    document.keep_until.is_some_and(|last| last < today)
}
