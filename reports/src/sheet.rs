//! A page of an original as it lies in its scan: how far it is turned, where the sheet ends, whether it is empty; and
//! the page made straight and cut to its sheet.
//!
//! A page is made straight by itself ([`Found::straightening`]): whoever certifies the copy sees it before and after, and
//! may take that back. Nothing is cut off by itself. A lid cannot be told from a dark cover or a band at the edge of the
//! original, and a copy that lacks a part of its original is worse than one with a dark border; where the sheet seems to
//! end is only offered. A page that lies straight and fills its picture is none the worse: nothing is found, and its
//! bytes stay as the scanner wrote them. What has to be turned by a small angle or cut is sampled once, at the scan's
//! own points, so that its resolution stays what it was.
//!
//! Angles are measured on a grey picture of some hundred points an inch: the lower edges of letters, rules and the
//! sheet itself fall into few rows when rows run along the lines of text ([`skew`]). A page that stands on its head or
//! on its side is not recognised; the clerk turns it.

mod edges;
mod picture;
mod skew;
mod turn;

use serde::{Deserialize, Serialize};

use crate::ReportError;

use picture::{Decoded, Grey, encode};
pub(crate) use picture::{decode, on_white};

/// An angle in hundredths of a degree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Angle(pub i16);

impl Angle {
    /// Within this a page counts as straight: 0.7 mm over the width of A4.
    pub const STRAIGHT: Angle = Angle(20);
    /// Farther from straight than this no page is turned by itself: ten degrees, and what measuring errs.
    pub const MOST: Angle = Angle(1_010);

    /// In radians.
    fn radians(self) -> f64 {
        (f64::from(self.0) / 100.0).to_radians()
    }

    /// The nearest to so many degrees; 0 for what is none.
    fn of_degrees(degrees: f64) -> Self {
        // At most 10.5 degrees are looked at.
        Self((degrees * 100.0).round().clamp(-9_000.0, 9_000.0) as i16)
    }

    /// Whether a page that is turned so far is left as it is.
    fn is_straight(self) -> bool {
        self.0.abs() <= Self::STRAIGHT.0
    }
}

/// `1,25°`.
impl std::fmt::Display for Angle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hundredths = self.0.unsigned_abs();
        write!(f, "{},{:02}°", hundredths / 100, hundredths % 100)
    }
}

/// Points that are cut off at each side of the straightened picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edges {
    /// At the left.
    pub left: u32,
    /// Above.
    pub top: u32,
    /// At the right.
    pub right: u32,
    /// Below.
    pub bottom: u32,
}

/// Quarters of a turn, clockwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Quarters {
    /// As it was scanned.
    #[default]
    None,
    /// To the right.
    Right,
    /// Upside down.
    Half,
    /// To the left.
    Left,
}

impl Quarters {
    /// One more to the right.
    pub fn next(self) -> Self {
        match self {
            Self::None => Self::Right,
            Self::Right => Self::Half,
            Self::Half => Self::Left,
            Self::Left => Self::None,
        }
    }
}

/// What is done to a scan, in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Treatment {
    /// How far the page lies turned in its scan, clockwise: it is turned back by as much.
    pub skew: Angle,
    /// What is cut off.
    pub cut: Edges,
    /// The turn onto its feet.
    pub quarters: Quarters,
}

impl Treatment {
    /// Whether the scan stays as it is.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// What was found in a scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// How far the page lies turned; 0 where it is straight or nothing tells.
    pub skew: Angle,
    /// What seems to lie beside the sheet once it is straight: an offer, for somebody who looks at the page.
    pub cut: Edges,
    /// What seems to lie beside it as it was scanned.
    pub cut_as_is: Edges,
    /// Nothing stands on it, as on the back of a sheet with one page.
    pub blank: bool,
}

impl Found {
    /// What is done by itself. All points of the scan are there afterwards.
    pub fn straightening(&self) -> Treatment {
        Treatment { skew: self.skew, ..Treatment::default() }
    }
}

/// A page's scan, decoded.
pub struct Sheet {
    decoded: Decoded,
    grey: Grey,
}

impl Sheet {
    /// Decodes a scan: some tenths of a second, so not on the window's thread.
    ///
    /// # Errors
    /// [`ReportError::NoPicture`], [`ReportError::PictureTooLarge`], [`ReportError::TooCoarse`], each naming page
    /// `page`: what could not become a page of an electronic copy is refused as it comes.
    pub fn open(bytes: &[u8], page: usize) -> Result<Self, ReportError> {
        let mut decoded = decode(bytes, page)?;
        decoded.stand_up();
        let grey = Grey::of(&decoded.picture);
        Ok(Self { decoded, grey })
    }

    /// What is to be seen on it.
    pub fn found(&self) -> Found {
        let measured = skew::measure(&self.grey).unwrap_or_default();
        let skew = if measured.is_straight() { Angle::default() } else { measured };
        let blank = edges::is_blank(&self.grey);
        let cut = |skew| edges::around(&self.grey, skew, self.size());
        let cut_as_is = cut(Angle::default());
        Found { skew, cut: if skew.0 == 0 { cut_as_is } else { cut(skew) }, cut_as_is, blank }
    }

    /// Width and height in points.
    pub fn size(&self) -> (u32, u32) {
        (self.decoded.picture.width(), self.decoded.picture.height())
    }

    /// Points per inch, where the scan tells.
    pub fn dpi(&self) -> Option<u32> {
        self.decoded.dpi
    }

    /// The page after `treatment`, as a JPEG of the same points per inch; `None` where the scan stays as it is.
    ///
    /// # Errors
    /// [`ReportError::Assembly`] where it cannot be written.
    pub fn treated(&self, treatment: &Treatment) -> Result<Option<Vec<u8>>, ReportError> {
        if treatment.is_none() {
            return Ok(None);
        }
        let ground = edges::ground(&self.grey);
        let picture = turn::treat(&self.decoded.picture, treatment, ground);
        encode(&picture, self.decoded.dpi).map(Some)
    }
}

#[cfg(test)]
mod tests;
