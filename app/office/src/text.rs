//! Text at the border: NFC without signs that show nothing, and the folded form that search uses.
//!
//! What is pasted, scanned or imported brings signs along that nobody sees: zero-width spaces, soft
//! hyphens, marks of the writing direction, a scanner's control characters. [`visible`] is the one place
//! where they fall away: records and screens take text through [`clean`], numbers through [`solid`], search
//! through [`fold`], and the papers' running text rests on it too, so that all four see the same.

use std::borrow::Cow;

use unicode_normalization::{
    IsNormalized, UnicodeNormalization, char::is_combining_mark, is_nfc_quick,
};

/// Most characters of a text in a record.
pub const TEXT_LIMIT: usize = 2_000;

/// Whether the character shows nothing and parts nothing: control characters of ASCII, and the
/// default-ignorable code points of Unicode (DerivedCoreProperties).
fn is_invisible(c: char) -> bool {
    if c.is_ascii() {
        return c.is_control() && !c.is_whitespace();
    }
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// The characters that show. Where hidden signs stand between a small and a
/// capital letter (`Lê`, U+2060, `Thị`) a space was lost and is put back; elsewhere they stood in a word.
pub fn visible(text: &str) -> impl Iterator<Item = char> {
    let (mut before, mut hidden) = (' ', false);
    text.chars()
        .flat_map(move |c| {
            if is_invisible(c) {
                hidden = true;
                return [None, None];
            }
            let gap = std::mem::take(&mut hidden) && before.is_lowercase() && c.is_uppercase();
            if c < '\u{300}' || !is_combining_mark(c) {
                before = c;
            }
            [gap.then_some(' '), Some(c)]
        })
        .flatten()
}

/// [`visible`] as text; most has nothing to hide, which is told much faster than made.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_invisible) {
        Cow::Owned(visible(text).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Trims, joins runs of white space, drops what shows nothing and normalises to NFC. Every text that
/// comes from a keyboard, a chip, a QR code or a file passes here once.
pub fn clean(text: &str) -> String {
    if is_plain(text) { text.into() } else { cleaned(text) }
}

fn cleaned(text: &str) -> String {
    let text = shown(text);
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        // Most text is in NFC already, too.
        match is_nfc_quick(word.chars()) {
            IsNormalized::Yes => out.push_str(word),
            IsNormalized::No | IsNormalized::Maybe => out.extend(word.nfc()),
        }
    }
    out
}

/// Whether [`clean`] would leave the text as it is; told much faster than made.
pub fn is_clean(text: &str) -> bool {
    if is_plain(text) {
        return true;
    }
    let mut before = ' ';
    let plain = text.chars().all(|c| {
        let gap = std::mem::replace(&mut before, c) == ' ' && c == ' ';
        !gap && !is_invisible(c) && (c == ' ' || !c.is_whitespace())
    });
    plain
        && (text.is_empty() || before != ' ')
        && (is_nfc_quick(text.chars()) == IsNormalized::Yes || clean(text) == text)
}

/// [`is_clean`] for the letters that nearly all text here is of (ASCII, Latin up to
/// U+02FF, the Vietnamese letters U+1EA0–U+1EF9, general punctuation): all of them show and are in NFC.
fn is_plain(text: &str) -> bool {
    let mut before = ' ';
    let plain = text.chars().all(|c| {
        let is_fine = match c {
            ' ' => before != ' ',
            '!'..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' => true,
            '\u{1ea0}'..='\u{1ef9}' | '\u{2010}'..='\u{2027}' => true,
            _ => false,
        };
        before = c;
        is_fine
    });
    plain && (text.is_empty() || before != ' ')
}

/// The same for text of several lines: each is cleaned, and empty ones at either end fall away.
pub fn clean_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(clean).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// The first character that no name of a person has. Names are letters, and what joins them: spaces,
/// apostrophes, hyphens, dots and commas (`Y Bli Ê-ban`, `D’Arcy`, `Jr.`).
pub fn not_in_names(text: &str) -> Option<char> {
    let fits = |c: &char| {
        let letter = (c.is_alphabetic() && !c.is_numeric()) || is_combining_mark(*c);
        letter || c.is_whitespace() || matches!(c, '\'' | '‘' | '’' | '-' | '‐' | '‑' | '.' | ',')
    };
    visible(text).find(|c| !fits(c))
}

/// The lines of a text as one, for where there is room for one only.
pub fn in_one_line(text: &str) -> String {
    text.split('\n').filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What shows, without any white space: for numbers, which people write and paste in groups.
pub fn solid(text: &str) -> String {
    visible(text).filter(|c| !c.is_whitespace()).collect()
}

/// The same words with a large first letter, as a line begins.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The same words with a small first letter, as inside a sentence: `Đăng ký khai sinh` → `đăng ký khai sinh`.
pub fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Most bytes of a file's name on the file systems in use (ext4, NTFS through UTF-8 tools).
pub const MOST_NAME: usize = 255;

/// A name that every system takes for a file: `stem` with what cannot stand in a name left out, not longer
/// than `room` bytes together with `.ending`. Windows reserves names (`CON`, `LPT1`) and takes no dot or
/// blank at the end; a leading dot would hide the file.
pub fn file_name(stem: &str, ending: &str, room: usize) -> String {
    let shown = |c: char| match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '-',
        c if c.is_control() => ' ',
        c => c,
    };
    let hidden = |c: char| matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let visible: String = stem.chars().filter(|c| !hidden(*c)).map(shown).collect();
    let edges = |c: char| c == '.' || c == ' ';
    let words = clean(&visible);
    let words = words.trim_matches(edges);
    let first = words.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let device = matches!(first.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || ["COM", "LPT"]
            .iter()
            .any(|port| first.strip_prefix(port).is_some_and(|n| n.chars().count() == 1));
    let mut name = match (words, device) {
        ("", _) => "Giấy tờ".to_owned(),
        (words, true) => format!("_{words}"),
        (words, false) => words.to_owned(),
    };
    let room = room.min(MOST_NAME).saturating_sub(ending.len() + 1).max(1);
    while name.len() > room {
        name.pop();
    }
    format!("{}.{ending}", name.trim_end_matches(edges))
}

/// The form in which text is searched: lower case, without diacritics, look-alike letters as the Latin
/// ones, other signs as single spaces. `"Nguyễn Văn Đệ"` → `"nguyen van de"`. Index and query both pass
/// here, or nothing is found.
pub fn fold(text: &str) -> String {
    let text = shown(text);
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if !c.is_alphanumeric() {
            gap = true;
            continue;
        }
        if gap && !out.is_empty() {
            out.push(' ');
        }
        gap = false;
        match plain(c) {
            Some(letters) => out.push_str(letters),
            None => out.push(c),
        }
    }
    out
}

/// The plain letters for a small letter that decomposes into none: letters with a bar or joined together,
/// and letters of other alphabets whose capitals look like Latin ones. No eye tells them apart on a paper,
/// and keyboards in other layouts type them.
pub(crate) fn plain(c: char) -> Option<&'static str> {
    if c.is_ascii() {
        return None;
    }
    Some(match c {
        'а' | 'α' | 'ɑ' => "a",
        'ƀ' | 'ɓ' | 'в' | 'β' => "b",
        'с' | 'ϲ' => "c",
        // Eth and African D stand in for Đ in names typed with other layouts.
        'đ' | 'ð' | 'ɖ' | 'ɗ' | 'ԁ' => "d",
        'е' | 'ε' | 'ɛ' => "e",
        'ɡ' => "g",
        'ħ' | 'н' | 'η' | 'һ' => "h",
        'ı' | 'ɨ' | 'і' | 'ι' | 'ӏ' => "i",
        'ј' | 'ϳ' => "j",
        'ƙ' | 'к' | 'κ' => "k",
        'ł' => "l",
        'м' | 'μ' => "m",
        'ɲ' | 'ŋ' | 'ν' => "n",
        'ø' | 'ɔ' | 'ɵ' | 'о' | 'ο' => "o",
        'р' | 'ρ' => "p",
        'ԛ' => "q",
        'ѕ' => "s",
        'ŧ' | 'т' | 'τ' => "t",
        'ʉ' => "u",
        'ѵ' => "v",
        'ԝ' => "w",
        'х' | 'χ' => "x",
        'у' | 'ү' | 'υ' => "y",
        'ƶ' | 'ζ' => "z",
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        'þ' => "th",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_files_are_taken_by_every_system() {
        for (stem, name) in [
            ("Giấy tiếp nhận H38.12-261123-0007", "Giấy tiếp nhận H38.12-261123-0007.pdf"),
            ("Biên lai 05/2026: a\\b", "Biên lai 05-2026- a-b.pdf"),
            ("  . nháp . ", "nháp.pdf"),
            ("con", "_con.pdf"),
            ("Lpt1.bản sao", "_Lpt1.bản sao.pdf"),
            ("Console", "Console.pdf"),
            ("COM10", "COM10.pdf"),
            ("a\u{202E}fdp\nb", "afdp b.pdf"),
            ("", "Giấy tờ.pdf"),
            ("...", "Giấy tờ.pdf"),
        ] {
            assert_eq!(file_name(stem, "pdf", MOST_NAME), name);
        }
        let long = file_name(&"Ế".repeat(400), "xlsx", MOST_NAME);
        assert_eq!(long, format!("{}.xlsx", "Ế".repeat(83)));
        assert_eq!(file_name("Thủ tục . dài", "pdf", 14), "Thủ tụ.pdf");
    }

    proptest! {
        /// The short way round gives what the long one gives.
        #[test]
        fn what_is_clean_stays_as_it_is(text in "[ -~\u{a0}-\u{2ff}\u{300}\u{1e80}-\u{1eff}\u{2000}-\u{206f}]{0,12}") {
            prop_assert_eq!(clean(&text), cleaned(&text));
        }

        #[test]
        fn no_name_is_too_long_or_leaves_its_folder(stem in any::<String>(), room in 12usize..400) {
            let name = file_name(&stem, "pdf", room);
            prop_assert!(name.len() <= room.min(MOST_NAME), "{name:?}");
            prop_assert!(name.ends_with(".pdf") && name.len() > 4);
            let bad = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
            prop_assert!(!name.contains(bad) && !name.starts_with(['.', ' ']), "{name:?}");
            let stem = name.trim_end_matches(".pdf");
            prop_assert!(!stem.ends_with(['.', ' ']), "{name:?}");
        }
    }

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
            // Eth and African D.
            ("Ðỗ Ðức Ðạt", "do duc dat"),
            ("Ɖỗ Đức Đạt", "do duc dat"),
            ("ðỗ đức ɖạt", "do duc dat"),
            // Cyrillic and Greek capitals that look like Latin ones.
            ("НОÀNG ТНỊ С", "hoang thi c"),
            ("ΤRẦΝ ΤΗỊ Β", "tran thi b"),
            ("Ｎｇｕｙễｎ　Ｖăｎ　Ａ", "nguyen van a"),
            ("０９９", "099"),
            ("Łukasz Øster Groß", "lukasz oster gross"),
            ("Y Ƀlŭm", "y blum"),
            // Hidden signs within a word, and where a space was lost.
            ("Nguy\u{200b}ễn Văn A", "nguyen van a"),
            ("NGUY\u{ad}ỄN VĂN A", "nguyen van a"),
            ("Nguyễn\u{ad}Văn A", "nguyen van a"),
            ("\u{feff}Trần Thị B", "tran thi b"),
            ("Lê\u{2060}Thị C", "le thi c"),
            ("Le\u{302}\u{2060}Thị C", "le thi c"),
            ("\u{202e}Lò\u{202c}\u{a0}\u{2066}Thị\u{2069}", "lo thi"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn clean_gives_nfc_single_spaces_and_nothing_hidden() {
        for (text, expected) in [
            (" Đa\u{323}o \t Văn\n A ", "Đạo Văn A"),
            ("\u{feff}Đạo\u{a0}Văn\u{202f}A\u{200e}", "Đạo Văn A"),
            ("Đa\u{200d}\u{323}o", "Đạo"),
            ("\u{2}099\u{3}", "099"),
            ("\u{202a}0912345678\u{202c}", "0912345678"),
            ("xã\u{200b}, huyện", "xã, huyện"),
            ("\u{200b}\u{feff} \u{ad}", ""),
            // What a name really has stays.
            ("Ðỗ H’Hen Müller-Øster", "Ðỗ H’Hen Müller-Øster"),
        ] {
            assert_eq!(clean(text), expected, "{text:?}");
        }
    }

    #[test]
    fn lines_are_cleaned_each_and_stay_lines() {
        for (text, expected, flat) in [
            ("một  dòng ", "một dòng", "một dòng"),
            (
                " Thiếu bản sao.\r\n\t- Giấy \u{200b}khai sinh \n",
                "Thiếu bản sao.\n- Giấy khai sinh",
                "Thiếu bản sao. - Giấy khai sinh",
            ),
            ("\n \nmột\n\nhai\n \n", "một\n\nhai", "một hai"),
            (" \n\u{200b}\n", "", ""),
        ] {
            assert_eq!(clean_lines(text), expected, "{text:?}");
            assert_eq!(in_one_line(expected), flat, "{text:?}");
        }
    }

    #[test]
    fn numbers_are_solid() {
        for text in ["0912\u{200b}345678", "0912 345\u{a0}678", "\u{202d}0912345678\u{202c}"] {
            assert_eq!(solid(text), "0912345678", "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            let once = fold(&text);
            proptest::prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn what_is_clean_is_found_as_it_was_given(text in "[\\PC\u{200b}\u{ad}\u{2060}\u{feff}\u{202e}]{0,40}") {
            let clean = clean(&text);
            proptest::prop_assert_eq!(fold(&clean), fold(&text));
            proptest::prop_assert_eq!(super::clean(&clean), clean);
        }

        #[test]
        fn clean_text_is_in_nfc(text in "[aeiouăâêôơưđ\\u{300}-\\u{304}\\u{309}\\u{31b}\\u{323} \\PC]{0,40}") {
            let text: String = visible(&text).collect();
            let words: Vec<String> = text.split_whitespace().map(|word| word.nfc().collect()).collect();
            proptest::prop_assert_eq!(clean(&text), words.join(" "));
        }
    }
}
