//! The papers of a dossier: made once, kept as blobs, printed again as they were.

use jiff::Timestamp;
use ledger::DossierRecord;
use office::{
    dossier::{Dossier, DossierId},
    entry::{ContentHash, Event, PaperKind},
    tag::{ReceiptTag, TagCheck},
};
use reports::{PaperSize, Pdf, ReportError};

use super::{Desk, DeskError};

/// Sheet of a paper (TT 03/2025/TT-VPCP: forms A5; what is bound or signed by many A4).
pub fn sheet(kind: PaperKind) -> PaperSize {
    match kind {
        PaperKind::Receipt
        | PaperKind::Supplement
        | PaperKind::Refusal
        | PaperKind::Apology
        | PaperKind::StopNotice
        | PaperKind::ResultReceipt => PaperSize::A5,
        PaperKind::ControlSheet | PaperKind::FeeReceipt | PaperKind::Application => PaperSize::A4,
    }
}

impl Desk {
    /// The receipt of a dossier: the one that was kept, or a new one which is then kept.
    pub fn receipt(&mut self, at: Timestamp, dossier: &Dossier) -> Result<Vec<u8>, DeskError> {
        if let Some(paper) =
            self.ledger.papers(&dossier.id)?.into_iter().find(|p| p.kind == PaperKind::Receipt)
        {
            return Ok(self.ledger.blob(&paper.content)?);
        }
        let pdf = self.draw_receipt(dossier)?;
        self.keep(at, &dossier.id, PaperKind::Receipt, &pdf)?;
        Ok(pdf.bytes)
    }

    /// Makes a paper of a dossier as it stands now and keeps it.
    pub fn make_paper(
        &mut self,
        at: Timestamp,
        id: &DossierId,
        kind: PaperKind,
    ) -> Result<ContentHash, DeskError> {
        let record = self.dossier(id)?;
        let pdf = self.draw(&record, kind)?;
        self.keep(at, id, kind, &pdf)
    }

    /// The receipt of a payment, kept with its dossier.
    pub fn fee_receipt(
        &mut self,
        at: Timestamp,
        payment: &office::payment::Payment,
    ) -> Result<ContentHash, DeskError> {
        let dossier = self.dossier(&payment.dossier)?.dossier;
        let form = reports::FormTexts::bundled()?;
        let pdf = reports::fee_receipt(&self.office, payment, &dossier, &form)?;
        self.keep(at, &dossier.id, PaperKind::FeeReceipt, &pdf)
    }

    fn draw(&self, record: &DossierRecord, kind: PaperKind) -> Result<Pdf, DeskError> {
        let _ = kind;
        Ok(self.draw_receipt(&record.dossier)?)
    }

    /// The same bytes are kept once.
    pub(super) fn keep(
        &mut self,
        at: Timestamp,
        id: &DossierId,
        kind: PaperKind,
        pdf: &Pdf,
    ) -> Result<ContentHash, DeskError> {
        let content = ledger::content_hash(&pdf.bytes);
        if !self.ledger.papers(id)?.iter().any(|paper| paper.content == content) {
            let event = Event::PaperMade { dossier: id.clone(), kind, content: content.clone() };
            self.ledger.record(at, event, &[&pdf.bytes])?;
        }
        Ok(content)
    }

    fn draw_receipt(&self, dossier: &Dossier) -> Result<Pdf, ReportError> {
        let tag = ReceiptTag::of(dossier, tag_check(&dossier.id)).map(|tag| tag.to_string());
        let size = sheet(PaperKind::Receipt);
        reports::receipt(&self.office, dossier, tag.as_deref(), &self.law.receipt, size)
    }
}

/// Ties a receipt's code to its dossier: the first four bytes of the hash of the dossier's id.
fn tag_check(id: &DossierId) -> TagCheck {
    let hash = ledger::content_hash(id.0.as_bytes());
    let check = hash.0.get(..8).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    TagCheck(check.unwrap_or_default().to_be_bytes())
}
