//! The screen's font, carried inside the program: a PC at a counter cannot be trusted to have
//! a font with all Vietnamese letters. Be Vietnam Pro is drawn for stacked marks (ế, ở, ặ).

use iced::font::{Font, Weight};
use iced::{Pixels, Settings};

const REGULAR: &[u8] =
    include_bytes!("../../assets/fonts/be-vietnam-pro/BeVietnamPro_400Regular.ttf");
const SEMIBOLD_FACE: &[u8] =
    include_bytes!("../../assets/fonts/be-vietnam-pro/BeVietnamPro_600SemiBold.ttf");
const BOLD_FACE: &[u8] =
    include_bytes!("../../assets/fonts/be-vietnam-pro/BeVietnamPro_700Bold.ttf");

/// The regular face of the screen's font.
pub const FONT: Font = Font::with_name("Be Vietnam Pro");

/// The face of headings, labels and buttons.
pub const SEMIBOLD: Font = Font { weight: Weight::Semibold, ..FONT };

/// The face of titles and of numbers that are read aloud.
pub const BOLD: Font = Font { weight: Weight::Bold, ..FONT };

/// The TrueType files to load before the first frame.
pub fn fonts() -> [&'static [u8]; 3] {
    [REGULAR, SEMIBOLD_FACE, BOLD_FACE]
}

/// Settings for `iced::application(..).settings(..)`: our fonts and text size.
pub fn settings() -> Settings {
    Settings {
        fonts: fonts().into_iter().map(Into::into).collect(),
        default_font: FONT,
        default_text_size: Pixels(crate::theme::size::BODY),
        antialiasing: true,
        ..Settings::default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use skrifa::{FontRef, MetadataProvider, string::StringId};

    /// Every Vietnamese letter, the signs of money and documents, and the dots of a password.
    const NEEDED: &str = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợ\
                          pqrstuùúủũụưừứửữựvwxyỳýỷỹỵz0123456789₫–—…•“”‘’§°×/";

    #[test]
    fn every_face_has_every_vietnamese_letter() {
        for bytes in super::fonts() {
            let face = FontRef::new(bytes).unwrap();
            let missing: String = NEEDED
                .chars()
                .flat_map(|c| std::iter::once(c).chain(c.to_uppercase()))
                .filter(|c| face.charmap().map(*c).is_none())
                .collect();
            let name = face.localized_strings(StringId::FULL_NAME).english_or_first();
            assert_eq!(missing, "", "{:?}", name.map(|name| name.to_string()));
        }
    }
}
