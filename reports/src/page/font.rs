//! The paper's typeface: Tinos, which has the metrics and look of Times New Roman (NĐ 30/2020) and
//! every Vietnamese letter.
//!
//! Glyphs are looked up here and nowhere else. A character without a glyph is an error that names it.
//! Each document embeds only the glyphs it uses, renumbered from 1 in the order of their characters.

use std::{collections::BTreeMap, collections::BTreeSet, sync::LazyLock};

use allsorts::{
    binary::read::ReadScope,
    font_data::FontData,
    subset::{CmapTarget, SubsetProfile, subset},
};
use printpdf::{FontMetrics, FontType, ParsedFont, PdfFontMetricsStub};
use sha2::{Digest, Sha256};

use super::paper::{Mm, Pt};
use crate::ReportError;

/// A cut of the typeface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cut {
    /// Upright.
    Regular,
    /// Bold.
    Bold,
    /// Italic.
    Italic,
}

/// A face and its bytes.
struct Loaded {
    face: ttf_parser::Face<'static>,
    bytes: &'static [u8],
    /// Advances of the characters below [`MEASURED`], in thousandths of the font size: measuring is most
    /// of the work of breaking lines.
    advances: Vec<Option<u32>>,
}

/// Vietnamese ends below U+2200, with the punctuation that goes with it.
const MEASURED: u32 = 0x2200;

fn load(bytes: &'static [u8]) -> Option<Loaded> {
    let face = ttf_parser::Face::parse(bytes, 0).ok()?;
    let advances = (0..MEASURED).map(|c| advance(&face, char::from_u32(c)?)).collect();
    Some(Loaded { face, bytes, advances })
}

/// Advance of one character in thousandths of the font size, rounded down as the PDF's width table is, so
/// that measured text and shown text agree.
fn advance(face: &ttf_parser::Face<'_>, c: char) -> Option<u32> {
    let advance = u32::from(face.glyph_hor_advance(face.glyph_index(c)?).unwrap_or(0));
    Some(advance * 1000 / u32::from(face.units_per_em()))
}

static REGULAR: LazyLock<Option<Loaded>> =
    LazyLock::new(|| load(include_bytes!("../../../assets/fonts/tinos/Tinos-Regular.ttf")));
static BOLD: LazyLock<Option<Loaded>> =
    LazyLock::new(|| load(include_bytes!("../../../assets/fonts/tinos/Tinos-Bold.ttf")));
static ITALIC: LazyLock<Option<Loaded>> =
    LazyLock::new(|| load(include_bytes!("../../../assets/fonts/tinos/Tinos-Italic.ttf")));

impl Cut {
    /// Resource name in the PDF.
    pub(super) fn resource(self) -> &'static str {
        match self {
            Cut::Regular => "TR",
            Cut::Bold => "TB",
            Cut::Italic => "TI",
        }
    }

    fn postscript_name(self) -> &'static str {
        match self {
            Cut::Regular => "Tinos",
            Cut::Bold => "Tinos-Bold",
            Cut::Italic => "Tinos-Italic",
        }
    }

    fn loaded(self) -> Result<&'static Loaded, ReportError> {
        match self {
            Cut::Regular => &REGULAR,
            Cut::Bold => &BOLD,
            Cut::Italic => &ITALIC,
        }
        .as_ref()
        .ok_or(ReportError::Font)
    }

    /// Width of `text` at `size`.
    ///
    /// # Errors
    /// [`ReportError::MissingGlyph`] for the first character that the face lacks.
    pub fn width(self, text: &str, size: Pt) -> Result<Mm, ReportError> {
        let Loaded { face, advances, .. } = self.loaded()?;
        let thousandths = text.chars().try_fold(0u32, |sum, c| {
            let known = match advances.get(c as usize) {
                Some(known) => *known,
                None => advance(face, c),
            };
            Ok(sum + known.ok_or(ReportError::MissingGlyph { c })?)
        })?;
        Ok((size * (thousandths as f32 / 1000.0)).mm())
    }

    /// The face cut down to `used`, ready for printpdf. Glyph 0 stays `.notdef`.
    pub(super) fn cut_down(self, used: &BTreeSet<char>) -> Result<ParsedFont, ReportError> {
        let Loaded { face, bytes, .. } = self.loaded()?;
        let mut glyphs = vec![0u16];
        let mut by_char = BTreeMap::new();
        let mut widths = BTreeMap::new();
        for &c in used {
            let glyph = face.glyph_index(c).ok_or(ReportError::MissingGlyph { c })?;
            let new = glyphs.iter().position(|&g| g == glyph.0).unwrap_or(glyphs.len()) as u16;
            if usize::from(new) == glyphs.len() {
                glyphs.push(glyph.0);
                widths.insert(new, face.glyph_hor_advance(glyph).unwrap_or(0));
            }
            by_char.insert(u32::from(c), new);
        }

        let font = ReadScope::new(bytes).read::<FontData<'_>>().map_err(|_| ReportError::Font)?;
        let tables = font.table_provider(0).map_err(|_| ReportError::Font)?;
        let program = subset(&tables, &glyphs, &SubsetProfile::Pdf, CmapTarget::Unicode)
            .map_err(|_| ReportError::Font)?;

        let bounds = face.global_bounding_box();
        let slope = face.italic_angle().to_radians().tan();
        Ok(ParsedFont {
            font_index: 0,
            font_name: Some(format!("{}+{}", tag(&program), self.postscript_name())),
            original_bytes: program,
            codepoint_to_glyph: by_char,
            glyph_widths: widths,
            units_per_em: face.units_per_em(),
            font_metrics: FontMetrics { ascent: face.ascender(), descent: face.descender() },
            font_type: FontType::TrueType,
            pdf_font_metrics: PdfFontMetricsStub {
                units_per_em: face.units_per_em(),
                x_min: bounds.x_min,
                y_min: bounds.y_min,
                x_max: bounds.x_max,
                y_max: bounds.y_max,
                caret_slope_rise: 1000,
                caret_slope_run: (-slope * 1000.0) as i16,
                us_weight_class: face.weight().to_number(),
            },
        })
    }
}

/// The six capitals that mark a subset (ISO 32000-1, 9.6.4), from its content.
fn tag(program: &[u8]) -> String {
    Sha256::digest(program).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}
