//! Lengths and sheets. Positions are millimetres from the sheet's top left corner, because forms are
//! specified in millimetres; only the writer turns them into PDF points from the bottom.

use std::ops::{Add, AddAssign, Div, Mul, Sub};

/// Millimetres on paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Mm(pub f32);

/// Points (1/72 inch): font sizes and line widths.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Pt(pub f32);

impl Mm {
    /// The larger of both.
    pub fn max(self, other: Mm) -> Mm {
        Mm(self.0.max(other.0))
    }

    /// In points.
    pub fn pt(self) -> Pt {
        Pt(self.0 * 72.0 / 25.4)
    }
}

impl Pt {
    /// In millimetres.
    pub fn mm(self) -> Mm {
        Mm(self.0 * 25.4 / 72.0)
    }
}

impl Add for Mm {
    type Output = Mm;
    fn add(self, other: Mm) -> Mm {
        Mm(self.0 + other.0)
    }
}

impl AddAssign for Mm {
    fn add_assign(&mut self, other: Mm) {
        self.0 += other.0;
    }
}

impl Sub for Mm {
    type Output = Mm;
    fn sub(self, other: Mm) -> Mm {
        Mm(self.0 - other.0)
    }
}

impl Mul<f32> for Mm {
    type Output = Mm;
    fn mul(self, by: f32) -> Mm {
        Mm(self.0 * by)
    }
}

impl Div<f32> for Mm {
    type Output = Mm;
    fn div(self, by: f32) -> Mm {
        Mm(self.0 / by)
    }
}

impl Mul<f32> for Pt {
    type Output = Pt;
    fn mul(self, by: f32) -> Pt {
        Pt(self.0 * by)
    }
}

/// A sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PaperSize {
    /// 148 × 210 mm: the forms of TT 03/2025/TT-VPCP.
    A5,
    /// 210 × 297 mm.
    A4,
    /// 297 × 210 mm: registers and wide tables.
    A4Landscape,
    /// 80 × 120 mm: a slip from a roll.
    Roll80,
}

impl PaperSize {
    /// Width of the sheet.
    pub fn width(self) -> Mm {
        match self {
            PaperSize::A5 => Mm(148.0),
            PaperSize::A4 => Mm(210.0),
            PaperSize::A4Landscape => Mm(297.0),
            PaperSize::Roll80 => Mm(80.0),
        }
    }

    /// Height of the sheet.
    pub fn height(self) -> Mm {
        match self {
            PaperSize::A5 | PaperSize::A4Landscape => Mm(210.0),
            PaperSize::A4 => Mm(297.0),
            PaperSize::Roll80 => Mm(120.0),
        }
    }

    /// Margins. A4: NĐ 30/2020 (top and bottom 20–25, left 30–35, right 15–20); A5 in proportion,
    /// with room on the left for filing; landscape with the binding at the left edge too. A roll's
    /// printer leaves some 4 mm free at both sides.
    pub fn margins(self) -> Margins {
        let (top, bottom, left, right) = match self {
            PaperSize::A5 => (Mm(12.0), Mm(12.0), Mm(17.0), Mm(11.0)),
            PaperSize::A4 => (Mm(20.0), Mm(20.0), Mm(30.0), Mm(16.0)),
            PaperSize::A4Landscape => (Mm(20.0), Mm(16.0), Mm(20.0), Mm(15.0)),
            PaperSize::Roll80 => (Mm(5.0), Mm(12.0), Mm(5.0), Mm(5.0)),
        };
        Margins { top, bottom, left, right }
    }

    /// Size of running text.
    pub fn body(self) -> Pt {
        match self {
            PaperSize::A5 | PaperSize::Roll80 => Pt(10.0),
            PaperSize::A4 | PaperSize::A4Landscape => Pt(13.0),
        }
    }
}

/// Empty borders of a sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Margins {
    /// Above.
    pub top: Mm,
    /// Below.
    pub bottom: Mm,
    /// Left, where the sheet is bound.
    pub left: Mm,
    /// Right.
    pub right: Mm,
}
