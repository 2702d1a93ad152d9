//! A person's store of documents: what was kept on a stated basis is used again, looked at only with an
//! entry, and leaves when its time is over or the person asks.

use jiff::{Timestamp, civil::Date};
use ledger::LedgerError;
use office::{
    document::{DocumentId, KeptDocument},
    entry::{Event, Purpose},
    person::PersonId,
};

use super::Desk;
use crate::scan::Scan;

impl Desk {
    /// The person's documents, newest first.
    pub fn stored(&self, owner: PersonId) -> Result<Vec<KeptDocument>, LedgerError> {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;
    use ledger::EventKind;
    use office::{
        document::{Kind, Media, Origin},
        entry::ContentHash,
    };

    use super::*;
    use crate::{clock, demo, desk::tests::desk};

    #[test]
    fn a_document_is_kept_looked_at_with_an_entry_and_leaves_with_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk(folder.path());
        let mut person = demo::people()[0].identity();
        let owner = desk.record_reading(clock::now(), &mut person).unwrap();
        let scan = Scan::of("khai-sinh.pdf".into(), b"%PDF-1.7 khai sinh".to_vec()).unwrap();
        let document = KeptDocument {
            id: DocumentId(String::new()),
            owner,
            kind: Kind::BirthCertificate,
            title: "Giấy khai sinh".into(),
            number: "12/2026".into(),
            issuer: "UBND xã Hợp Thành".into(),
            issued_on: None,
            valid_until: None,
            origin: Origin::Scanned,
            media: Media::Png,
            content: ContentHash(String::new()),
            legal_basis: desk.law.legal_basis[0].clone(),
            keep_until: Some(date(2030, 12, 31)),
        };
        let id = desk.store(clock::now(), document, &scan).unwrap();
        let kept = desk.stored(owner).unwrap();
        assert_eq!((kept.len(), kept[0].media), (1, Media::Pdf));
        assert!(!is_over(&kept[0], date(2030, 12, 31)));
        assert!(is_over(&kept[0], date(2031, 1, 1)));
        assert_eq!(desk.look(clock::now(), &id).unwrap(), scan.bytes);
        let log = |desk: &Desk, kind| {
            desk.ledger.log(&[kind], ledger::Way::Falling, None, 10).unwrap().items.len()
        };
        assert_eq!(log(&desk, EventKind::DocumentViewed), 1);
        assert!(desk.discard(clock::now(), &id, " ".into()).is_err(), "a reason is needed");
        desk.discard(clock::now(), &id, "Công dân yêu cầu xóa".into()).unwrap();
        assert!(desk.stored(owner).unwrap().is_empty());
        assert!(desk.ledger.blob(&ledger::content_hash(&scan.bytes)).is_err());
        assert!(desk.look(clock::now(), &id).is_err());
        assert_eq!(log(&desk, EventKind::DocumentViewed), 1, "who cannot look leaves no look");
        assert!(desk.ledger.check().unwrap().findings.is_empty());
    }
}
