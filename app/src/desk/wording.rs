//! The wording of an act on paper: drawn in the text that the act keeps, kept as it was handed over, and drawn anew
//! only where its number has come since.

use jiff::Timestamp;
use ledger::{ActRecord, LedgerError};
use office::{
    act::{ActError, ActId},
    book::{Book, Number, VolumeId},
    entry::{ContentHash, Numbering, PaperKind, PaperOf},
    register::Value,
};
use reports::{Pdf, form::certification::Numbered};

use super::{Desk, DeskError, papers::Paper};

/// The wording of an act.
pub const WORDING: Paper = Paper { kind: PaperKind::Wording, of: PaperOf::Beginning };

impl Desk {
    /// The wording of an act: the one that was kept, or one that is drawn and then kept.
    ///
    /// # Errors
    /// [`ActError::NoWording`] where this machine's data do not hold the act's text, and those of the ledger.
    pub fn wording(&mut self, at: Timestamp, id: &ActId) -> Result<ContentHash, DeskError> {
        let record = self.act(id)?;
        let numbers = match record.act.number.issued() {
            Some(_) => Numbering::Issued,
            None => Numbering::Awaited,
        };
        self.kept_or(at, id.into(), &WORDING, numbers, |desk| desk.draw_wording(&record))
    }

    fn draw_wording(&self, record: &ActRecord) -> Result<Pdf, DeskError> {
        let act = &record.act;
        let wording = self.law.wordings.find(&act.wording);
        let wording = wording.ok_or_else(|| LedgerError::Refused(Box::new(ActError::NoWording)))?;
        let numbered = self.numbered(&act.number)?;
        let words = &self.law.papers.certification;
        Ok(reports::certification(&self.office, act, wording, &numbered, words)?)
    }

    /// A number as its book writes it, with its volume where the book has some; both empty while it is awaited.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn numbered(&self, number: &Number) -> Result<Numbered, LedgerError> {
        let Some(issued) = number.issued() else { return Ok(Numbered::default()) };
        let book = self.ledger.book(number.series().book)?;
        Ok(self.numbered_in(number, &book, self.ledger.volume_of(*issued)?))
    }

    /// A number with the volume that holds it.
    pub(super) fn numbered_in(
        &self,
        number: &Number,
        book: &Book,
        volume: Option<VolumeId>,
    ) -> Numbered {
        let volume = volume.map(|id| format!("{:02}/{}", id.volume, id.year));
        Numbered {
            number: Value::number(number, book, self.office.code.as_str()).to_string(),
            volume: volume.unwrap_or_default(),
        }
    }
}
