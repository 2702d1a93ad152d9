//! A page of an original on its way into an electronic copy: looked at as it comes, made straight where that
//! is needed, and looked at again by whoever certifies, who alone cuts it. All of it takes some tenths of a second, so it
//! runs off the window's thread.

use iced::widget::image::Handle;
use office::document::Media;
use reports::sheet::{Edges, Found, Sheet, Treatment};

use crate::scan::{Scan, ScanError};

/// Longer side, in pixels, of a page that is looked at.
const SHOWN: u32 = 900;

/// A page that came.
#[derive(Clone, Debug)]
pub struct Taken {
    /// As it came.
    pub scan: Scan,
    /// What was seen on it.
    pub found: Found,
    /// What was done to it.
    pub treatment: Treatment,
    /// What became of it, where something was done.
    pub treated: Option<Scan>,
}

impl Taken {
    /// Looks at a page, the how manieth it will be, and makes it straight. A PDF is no capture of an original: it is
    /// not looked at, and whoever takes pages says so.
    ///
    /// # Errors
    /// What could not become a page of a copy, as [`ScanError::Page`].
    pub fn of(scan: Scan, page: usize) -> Result<Self, ScanError> {
        let (found, treatment) = (Found::default(), Treatment::default());
        let as_it_came = Self { scan, found, treatment, treated: None };
        if as_it_came.scan.media == Media::Pdf {
            return Ok(as_it_came);
        }
        let sheet = Sheet::open(&as_it_came.scan.bytes, page)?;
        let found = sheet.found();
        let treatment = found.straightening();
        let name = as_it_came.scan.name.clone();
        // A page that grew too large by being written anew stays as it came.
        let treated = sheet.treated(&treatment)?.and_then(|bytes| Scan::of(name, bytes).ok());
        let treatment = if treated.is_some() { treatment } else { Treatment::default() };
        Ok(Self { found, treatment, treated, ..as_it_came })
    }

    /// What will stand in the copy.
    pub fn page(&self) -> &Scan {
        self.treated.as_ref().unwrap_or(&self.scan)
    }
}

/// A page that is looked at: decoded once, treated as often as the clerk likes.
pub struct Opened {
    sheet: Sheet,
    name: String,
    /// What was seen on it.
    pub found: Found,
    /// As it came.
    pub before: Handle,
    /// Points that two millimetres are, or a hundredth of the page where nobody knows its size.
    pub step: u32,
}

/// Debug output may reach a log: it never shows the page.
impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened({:?})", self.found)
    }
}

/// A page after its treatment.
#[derive(Clone, Debug)]
pub struct After {
    /// What was done.
    pub treatment: Treatment,
    /// What became of it, where something was done.
    pub treated: Option<Scan>,
    /// How it looks.
    pub picture: Handle,
}

impl Opened {
    /// Decodes a page that waits under this name.
    ///
    /// # Errors
    /// [`ScanError::Page`].
    pub fn of(bytes: &[u8], name: String, page: usize) -> Result<Self, ScanError> {
        let sheet = Sheet::open(bytes, page)?;
        let found = sheet.found();
        let before = shown(bytes).ok_or(ScanError::NoPicture)?;
        let (width, height) = sheet.size();
        let step = match sheet.dpi() {
            Some(dpi) => dpi * 20 / 254,
            None => width.max(height) / 100,
        };
        Ok(Self { sheet, name, found, before, step: step.max(1) })
    }

    /// Its width and height in points.
    pub fn size(&self) -> (u32, u32) {
        self.sheet.size()
    }

    /// The page after a treatment.
    ///
    /// # Errors
    /// [`ScanError::Page`], [`ScanError::TooLarge`].
    pub fn after(&self, treatment: Treatment) -> Result<After, ScanError> {
        let Some(bytes) = self.sheet.treated(&treatment)? else {
            return Ok(After { treatment, treated: None, picture: self.before.clone() });
        };
        let picture = shown(&bytes).ok_or(ScanError::NoPicture)?;
        let treated = Some(Scan::of(self.name.clone(), bytes)?);
        Ok(After { treatment, treated, picture })
    }
}

fn shown(bytes: &[u8]) -> Option<Handle> {
    let (width, height, pixels) = crate::picture::scaled(bytes, SHOWN)?;
    Some(Handle::from_rgba(width, height, pixels))
}

/// What was done to a page, in words; empty where nothing was.
pub fn words(treatment: &Treatment) -> String {
    let mut words = Vec::new();
    if treatment.skew.0 != 0 {
        words.push(format!("đã làm thẳng {}", treatment.skew));
    }
    if treatment.cut != Edges::default() {
        words.push("đã cắt mép".to_owned());
    }
    if treatment.quarters != reports::sheet::Quarters::None {
        words.push("đã xoay".to_owned());
    }
    words.join(", ")
}
