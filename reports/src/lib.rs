//! Documents on paper: the forms that a counter hands to citizens or keeps, its registers, statistics and
//! cash sheets, as PDF/A-2b; tables also as workbooks (XLSX).
//!
//! Only this crate knows PDF. It is pure: the same input gives the same bytes, so that a reprint is
//! the document that was handed over. Dates come from the office's records, never from a clock, and
//! ids from a hash of the content.
//!
//! - [`page`]: sheets, text, tables, QR codes; every character is checked against the font, because a
//!   glyph that is missing would otherwise become a silent box in a person's name.
//! - [`form`]: the forms; their words are data in `assets/forms`.
//! - [`pdfa`]: what makes the file an archive document (ISO 19005-2, level B). It is not tagged, so it
//!   claims B and nothing more.
//! - `workbook`: tables as XLSX.
//! - [`preview`]: the pixels of exactly these bytes, for the print preview.
//! - [`verify`]: whether a signed PDF is what was signed, by whom and when.
//! - [`sheet`]: a scanned page made straight and cut to its sheet.
//! - [`sign`]: electronic signatures on a PDF.
//! - [`mod@print`]: the way to the system's printer.

pub mod error;
pub mod form;
pub mod page;
pub mod pdfa;
pub mod preview;
pub mod print;
pub mod sheet;
pub mod sign;
pub mod verify;
mod workbook;

pub use error::ReportError;
pub use form::{
    FormTexts,
    amount::amount_in_words,
    application::application,
    bound::bound,
    cash::{cash_sheet, cash_workbook},
    certification::{certification, stamp_words},
    control::control_sheet,
    fee_receipt::{fee_receipt, payment_request},
    handover::handover_slip,
    notice::{apology, refusal, stop_notice, supplement_request},
    receipt::receipt,
    recovery::recovery_sheet,
    register::{register, register_workbook},
    result::result_receipt,
    scanned::scanned,
    statistics::{statistics, statistics_workbook},
    ticket::ticket_slip,
    verification::{Verification, verification_sheet},
};
pub use page::{font::unprintable, paper::PaperSize};

/// A finished document.
#[derive(Clone, PartialEq, Eq)]
pub struct Pdf {
    /// The file, PDF/A-2b.
    pub bytes: Vec<u8>,
    /// Number of pages, at least 1.
    pub pages: usize,
}

/// Debug output may reach a log: it never shows the document.
impl std::fmt::Debug for Pdf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pdf({} pages, {} bytes)", self.pages, self.bytes.len())
    }
}
