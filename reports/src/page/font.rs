//! The paper's typeface: Tinos, which has the metrics and look of Times New Roman (NĐ 30/2020) and
//! every Vietnamese letter. Signs that it lacks (☎, ☑, ✓) come from Noto Sans Symbols 2.
//!
//! Glyphs are looked up here and nowhere else. A character that neither face has (other scripts, pictures)
//! is an error that names it; [`unprintable`] tells it beforehand.
//! Each document embeds only the glyphs it uses, renumbered from 1 in the order of their characters.

use std::{collections::BTreeMap, collections::BTreeSet, sync::LazyLock};

use allsorts::{
    binary::read::ReadScope,
    font_data::FontData,
    subset::{CmapTarget, SubsetProfile, subset},
};
use printpdf::{FontMetrics, FontType, ParsedFont, PdfFontMetricsStub};
use sha2::{Digest, Sha256};
use skrifa::{
    FontRef, GlyphId, MetadataProvider,
    charmap::Charmap,
    instance::{LocationRef, Size},
    metrics::{GlyphMetrics, Metrics},
};

use super::{
    paper::{Mm, Pt},
    text::clean,
};
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

impl Cut {
    const ALL: [Cut; 3] = [Cut::Regular, Cut::Bold, Cut::Italic];
}

/// A font of the document: a cut, or the signs that the typeface lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Face {
    Cut(Cut),
    Symbols,
}

/// A font and its bytes.
struct Loaded {
    chars: Charmap<'static>,
    glyphs: GlyphMetrics<'static>,
    metrics: Metrics,
    weight: u16,
    bytes: &'static [u8],
    /// Advances of the characters below [`MEASURED`], in thousandths of the font size: measuring is most
    /// of the work of breaking lines.
    advances: Vec<Option<u32>>,
}

/// Vietnamese ends below U+2200, with the punctuation that goes with it.
const MEASURED: u32 = 0x2200;

fn load(bytes: &'static [u8]) -> Option<Loaded> {
    let font = FontRef::new(bytes).ok()?;
    let (size, place) = (Size::unscaled(), LocationRef::default());
    let mut loaded = Loaded {
        chars: font.charmap(),
        glyphs: font.glyph_metrics(size, place),
        metrics: font.metrics(size, place),
        weight: font.attributes().weight.value() as u16,
        bytes,
        advances: Vec::new(),
    };
    loaded.advances = (0..MEASURED).map(|c| loaded.measure(char::from_u32(c)?)).collect();
    Some(loaded)
}

impl Loaded {
    fn glyph(&self, c: char) -> Option<GlyphId> {
        self.chars.map(c).filter(|glyph| *glyph != GlyphId::NOTDEF)
    }

    /// Advance of a glyph in the font's units, which are whole.
    fn units(&self, glyph: GlyphId) -> u16 {
        self.glyphs.advance_width(glyph).unwrap_or(0.0) as u16
    }

    /// Advance of one character in thousandths of the font size, rounded down as the PDF's width table is,
    /// so that measured text and shown text agree.
    fn measure(&self, c: char) -> Option<u32> {
        let units = u32::from(self.units(self.glyph(c)?));
        Some(units * 1000 / u32::from(self.metrics.units_per_em))
    }

    fn advance(&self, c: char) -> Option<u32> {
        match self.advances.get(c as usize) {
            Some(known) => *known,
            None => self.measure(c),
        }
    }
}

static REGULAR: LazyLock<Option<Loaded>> =
    LazyLock::new(|| load(include_bytes!("../../../assets/fonts/tinos/Tinos-Regular.ttf")));
static BOLD: LazyLock<Option<Loaded>> =
    LazyLock::new(|| load(include_bytes!("../../../assets/fonts/tinos/Tinos-Bold.ttf")));
static ITALIC: LazyLock<Option<Loaded>> =
    LazyLock::new(|| load(include_bytes!("../../../assets/fonts/tinos/Tinos-Italic.ttf")));
static SYMBOLS: LazyLock<Option<Loaded>> = LazyLock::new(|| {
    load(include_bytes!("../../../assets/fonts/noto-symbols/NotoSansSymbols2_400Regular.ttf"))
});

/// The first character of `text` that no paper can show; `None` where all can be printed. Asked before
/// anything is written that a paper tells.
pub fn unprintable(text: &str) -> Option<char> {
    let printable = |c: &char| Cut::ALL.iter().all(|cut| cut.advance(*c).is_ok());
    clean(text).chars().find(|c| *c != '\n' && !printable(c))
}

impl Cut {
    /// Advance of a character in thousandths of the font size, and the face that has it.
    fn advance(self, c: char) -> Result<(Face, u32), ReportError> {
        let of = |face: Face| Ok::<_, ReportError>(face.loaded()?.advance(c).map(|w| (face, w)));
        match of(Face::Cut(self))? {
            Some(found) => Ok(found),
            None => of(Face::Symbols)?.ok_or(ReportError::MissingGlyph { c }),
        }
    }

    /// Width of `text` at `size`.
    ///
    /// # Errors
    /// [`ReportError::MissingGlyph`] for the first character that no face has.
    pub fn width(self, text: &str, size: Pt) -> Result<Mm, ReportError> {
        let thousandths = text.chars().try_fold(0u32, |sum, c| Ok(sum + self.advance(c)?.1))?;
        Ok((size * (thousandths as f32 / 1000.0)).mm())
    }

    /// The text in stretches of one face.
    pub(super) fn runs(self, text: &str) -> Result<Vec<(Face, String)>, ReportError> {
        let mut runs: Vec<(Face, String)> = Vec::new();
        for c in text.chars() {
            let (face, _) = self.advance(c)?;
            match runs.last_mut() {
                Some((last, run)) if *last == face => run.push(c),
                _ => runs.push((face, c.into())),
            }
        }
        Ok(runs)
    }
}

impl Face {
    /// Resource name in the PDF.
    pub(super) fn resource(self) -> &'static str {
        match self {
            Face::Cut(Cut::Regular) => "TR",
            Face::Cut(Cut::Bold) => "TB",
            Face::Cut(Cut::Italic) => "TI",
            Face::Symbols => "TS",
        }
    }

    fn postscript_name(self) -> &'static str {
        match self {
            Face::Cut(Cut::Regular) => "Tinos",
            Face::Cut(Cut::Bold) => "Tinos-Bold",
            Face::Cut(Cut::Italic) => "Tinos-Italic",
            Face::Symbols => "NotoSansSymbols2-Regular",
        }
    }

    fn loaded(self) -> Result<&'static Loaded, ReportError> {
        match self {
            Face::Cut(Cut::Regular) => &REGULAR,
            Face::Cut(Cut::Bold) => &BOLD,
            Face::Cut(Cut::Italic) => &ITALIC,
            Face::Symbols => &SYMBOLS,
        }
        .as_ref()
        .ok_or(ReportError::Font)
    }

    /// The face cut down to `used`, ready for printpdf. Glyph 0 stays `.notdef`.
    pub(super) fn cut_down(self, used: &BTreeSet<char>) -> Result<ParsedFont, ReportError> {
        let loaded = self.loaded()?;
        let mut glyphs = vec![0u16];
        let mut by_char = BTreeMap::new();
        let mut widths = BTreeMap::new();
        for &c in used {
            let glyph = loaded.glyph(c).ok_or(ReportError::MissingGlyph { c })?;
            let number = u16::try_from(glyph.to_u32()).map_err(|_| ReportError::Font)?;
            let new = glyphs.iter().position(|&g| g == number).unwrap_or(glyphs.len()) as u16;
            if usize::from(new) == glyphs.len() {
                glyphs.push(number);
                widths.insert(new, loaded.units(glyph));
            }
            by_char.insert(u32::from(c), new);
        }

        let font =
            ReadScope::new(loaded.bytes).read::<FontData<'_>>().map_err(|_| ReportError::Font)?;
        let tables = font.table_provider(0).map_err(|_| ReportError::Font)?;
        let program = subset(&tables, &glyphs, &SubsetProfile::Pdf, CmapTarget::Unicode)
            .map_err(|_| ReportError::Font)?;

        let metrics = &loaded.metrics;
        let bounds = metrics.bounds.unwrap_or_default();
        let slope = metrics.italic_angle.to_radians().tan();
        Ok(ParsedFont {
            font_index: 0,
            font_name: Some(format!("{}+{}", tag(&program), self.postscript_name())),
            original_bytes: program,
            codepoint_to_glyph: by_char,
            glyph_widths: widths,
            units_per_em: metrics.units_per_em,
            font_metrics: FontMetrics {
                ascent: metrics.ascent as i16,
                descent: metrics.descent as i16,
            },
            font_type: FontType::TrueType,
            pdf_font_metrics: PdfFontMetricsStub {
                units_per_em: metrics.units_per_em,
                x_min: bounds.x_min as i16,
                y_min: bounds.y_min as i16,
                x_max: bounds.x_max as i16,
                y_max: bounds.y_max as i16,
                caret_slope_rise: 1000,
                caret_slope_run: (-slope * 1000.0) as i16,
                us_weight_class: loaded.weight,
            },
        })
    }
}

/// The six capitals that mark a subset (ISO 32000-1, 9.6.4), from its content.
fn tag(program: &[u8]) -> String {
    Sha256::digest(program).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}
