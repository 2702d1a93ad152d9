//! Text at the border: NFC, and the folded form that search uses.

use unicode_normalization::{
    IsNormalized, UnicodeNormalization, char::is_combining_mark, is_nfc_quick,
};

/// Trims, joins runs of white space and normalises to NFC. Every text that comes from a keyboard, a
/// chip, a QR code or a file passes here once.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        // Most text is in NFC already, which is told much faster than made.
        match is_nfc_quick(word.chars()) {
            IsNormalized::Yes => out.push_str(word),
            IsNormalized::No | IsNormalized::Maybe => out.extend(word.nfc()),
        }
    }
    out
}

/// The same words with a large first letter, as a line begins.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The form in which text is searched: lower case, without diacritics, `đ` as `d`, other signs as
/// single spaces. `"Nguyễn Văn Đệ"` → `"nguyen van de"`.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        let c = if c == 'đ' { 'd' } else { c };
        if c.is_alphanumeric() {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        } else {
            gap = true;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fold_ignores_marks_case_and_form() {
        for (text, folded) in [
            ("Nguyễn Văn Đệ", "nguyen van de"),
            ("NGUYE\u{302}\u{303}N", "nguyen"),
            ("  Trương-Thị   Ỷ ", "truong thi y"),
            ("H38.12-261123-0007", "h38 12 261123 0007"),
            ("ƯỚC ĐỘNG", "uoc dong"),
            ("", ""),
            ("…", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn clean_gives_nfc_and_single_spaces() {
        assert_eq!(clean(" Đa\u{323}o \t Văn\n A "), "Đạo Văn A");
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            let once = fold(&text);
            proptest::prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn clean_text_is_in_nfc(text in "[aeiouăâêôơưđ\\u{300}-\\u{304}\\u{309}\\u{31b}\\u{323} \\PC]{0,40}") {
            let words: Vec<String> = text.split_whitespace().map(|word| word.nfc().collect()).collect();
            proptest::prop_assert_eq!(clean(&text), words.join(" "));
        }
    }
}
