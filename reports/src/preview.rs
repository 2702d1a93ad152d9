//! The print preview: pixels of exactly the bytes that are printed or saved.
//!
//! The renderer is pure Rust and asks nothing of the machine. It gets no fonts from outside: an
//! archive file brings its own.

use std::{
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
};

use hayro::{
    PixmapSettings, RenderCache, RenderSettings,
    hayro_interpret::InterpreterSettings,
    hayro_syntax::{DecryptionError, LoadPdfError, Pdf},
    render as rasterise,
    vello_cpu::{color::palette::css::WHITE, peniko::ImageAlphaType},
};

use crate::{ReportError, error::MAX_PAGES, page::MAX_REGISTER_PAGES};

/// More pixels per page than any screen shows; foreign files may claim any size.
const MAX_SIDE: f32 = 8000.0;

/// One page as pixels.
#[derive(Clone, PartialEq, Eq)]
pub struct PageImage {
    /// Pixels per row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Red, green, blue, alpha of each pixel, row by row; opaque.
    pub rgba: Vec<u8>,
}

/// What a PDF lets a reader do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Everything; or no encryption is told.
    Open,
    /// To read, but not to change: a signature cannot be added.
    Restricted,
    /// Nothing without a password.
    Password,
}

/// How a PDF is locked. A file that is too damaged to tell counts as open: drawing it says what is wrong.
pub fn lock(pdf: &[u8]) -> Lock {
    let told = || match Pdf::new(pdf.to_vec()) {
        Err(LoadPdfError::Decryption(DecryptionError::PasswordProtected)) => Lock::Password,
        Err(_) => Lock::Open,
        Ok(_) => match lopdf::Document::load_metadata_mem(pdf) {
            Ok(facts) if facts.encrypted => Lock::Restricted,
            Ok(_) | Err(_) => Lock::Open,
        },
    };
    // As in `guarded`.
    catch_unwind(AssertUnwindSafe(told)).unwrap_or(Lock::Open)
}

/// Draws every page of `pdf`; `scale` is pixels per point (1.0 = 72 dpi).
///
/// # Errors
/// [`ReportError::Preview`] where the file is no PDF, has no page, too many, or too large ones.
pub fn render(pdf: &[u8], scale: f32) -> Result<Vec<PageImage>, ReportError> {
    guarded(|| draw(pdf, scale, 0..MAX_PAGES, MAX_PAGES))
}

/// Draws some pages of a register (from 0); those behind its end are left out.
///
/// # Errors
/// [`ReportError::Preview`] as [`render`], but for up to [`MAX_REGISTER_PAGES`] pages.
pub fn render_pages(
    pdf: &[u8],
    scale: f32,
    pages: Range<usize>,
) -> Result<Vec<PageImage>, ReportError> {
    guarded(|| draw(pdf, scale, pages, MAX_REGISTER_PAGES))
}

/// A renderer of foreign files may have a bug that panics; the window must outlive it.
fn guarded(
    draw: impl FnOnce() -> Result<Vec<PageImage>, ReportError>,
) -> Result<Vec<PageImage>, ReportError> {
    catch_unwind(AssertUnwindSafe(draw)).unwrap_or(Err(ReportError::Preview))
}

fn draw(
    pdf: &[u8],
    scale: f32,
    wanted: Range<usize>,
    limit: usize,
) -> Result<Vec<PageImage>, ReportError> {
    let pdf = Pdf::new(pdf.to_vec()).map_err(|_| ReportError::Preview)?;
    let pages = pdf.pages();
    if pages.is_empty() || pages.len() > limit {
        return Err(ReportError::Preview);
    }
    let cache = RenderCache::new();
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    pages
        .iter()
        .skip(wanted.start)
        .take(wanted.len())
        .map(|page| {
            let (width, height) = page.render_dimensions();
            let fits = |side: f32| (1.0..=MAX_SIDE).contains(&(side * scale));
            if !fits(width) || !fits(height) {
                return Err(ReportError::Preview);
            }
            let pixmap = rasterise(
                page,
                &cache,
                &InterpreterSettings::default(),
                &RenderSettings::default(),
                &settings,
            );
            Ok(PageImage {
                width: pixmap.width().into(),
                height: pixmap.height().into(),
                rgba: pixmap.take_rgba8(ImageAlphaType::Alpha),
            })
        })
        .collect()
}
