//! QR codes as vector shapes: sharp on every printer.

use qrcode::{Color, EcLevel, QrCode};

use super::{Align, Sheets, paper::Mm};
use crate::ReportError;

/// Smallest module that office scanners and telephones read from a laser print.
pub const MIN_MODULE: Mm = Mm(0.5);
/// Empty modules around the code (ISO/IEC 18004).
const QUIET: usize = 4;

/// A code as its dark runs.
pub(crate) struct Code {
    /// Modules of a side, without the quiet zone.
    pub width: usize,
    /// Row and column of each run's beginning, from the top left, and its length.
    pub dark: Vec<(usize, usize, usize)>,
}

impl Code {
    /// # Errors
    /// [`ReportError::QrTooLong`].
    pub(crate) fn of(text: &str) -> Result<Self, ReportError> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)
            .map_err(|_| ReportError::QrTooLong)?;
        let mut dark = Vec::new();
        for (row, colors) in code.to_colors().chunks(code.width()).enumerate() {
            let mut column = 0;
            for run in colors.chunk_by(|a, b| a == b) {
                if run.first() == Some(&Color::Dark) {
                    dark.push((row, column, run.len()));
                }
                column += run.len();
            }
        }
        Ok(Self { width: code.width(), dark })
    }
}

impl Sheets {
    /// Draws `text` as a QR code whose dark square stands at an edge of the text or in its middle, from `top`
    /// on: the quiet zone reaches into the margin, and the form keeps it free beside and below. The side, quiet
    /// zone included, is `wanted`, or larger where the modules would become smaller than [`MIN_MODULE`].
    /// Returns the side less the part in the margin.
    ///
    /// # Errors
    /// [`ReportError::QrTooLong`] where the code would be wider than `limit`.
    pub fn qr(
        &mut self,
        text: &str,
        place: Align,
        top: Mm,
        wanted: Mm,
        limit: Mm,
    ) -> Result<Mm, ReportError> {
        let code = Code::of(text)?;
        let modules = code.width + 2 * QUIET;
        let module = (wanted / modules as f32).max(MIN_MODULE);
        let side = module * modules as f32;
        if side > limit {
            return Err(ReportError::QrTooLong);
        }
        let free = self.room() - module * code.width as f32;
        let left = match place {
            Align::Left => self.left(),
            Align::Centre => self.left() + free / 2.0,
            Align::Right => self.left() + free,
        };
        let dark = code.dark.iter().map(|(row, column, length)| {
            (
                left + module * *column as f32,
                top + module * *row as f32,
                module * *length as f32,
                module,
            )
        });
        self.shape(dark.collect());
        Ok(side - module * QUIET as f32)
    }
}
