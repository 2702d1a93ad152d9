//! Tells Vietnamese from what input methods and wrong encodings make of it.
//!
//! A scanner that plays a keyboard types letters; Unikey and its kin then take them for Telex or VNI
//! keys, or the scanner itself types Telex, VNI or the single bytes of UTF-8. Names of all peoples of
//! Vietnam must pass (`H'Wen Niê`, `Y Jut`, `A Thuận`), and their places (`Kroong`, `Ia Boòng`), so one odd
//! letter proves nothing: only spellings that no name has count at once, weaker signs must come from two
//! different words. A double vowel is a sign only in a text without any mark: where one letter kept its mark,
//! the double letters of the others were meant.
//!
//! A keyboard layout may change the digits instead ([`is_of_another_layout`]).

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

/// Whether `name` and `address` show that letters were changed on the way.
pub(super) fn is_garbled(name: &str, address: &str) -> bool {
    let lost = |c: char| matches!(c, '\u{80}'..='\u{bf}' | '\u{fffd}' | '?');
    // UTF-8 taken for a single-byte encoding: Ã, Ä, Æ do not exist in Vietnamese, á» and áº do so only then.
    let bytes = |c: char| matches!(c, 'Ä' | 'Å' | 'Æ' | 'ä' | 'å' | 'æ' | '‘' | '’' | '†' | '€');
    let names = name.split(' ');
    let places = || address.split([' ', ',', '.', '-', '/']);
    if name.chars().any(|c| lost(c) || (bytes(c) && c != '’')) || address.contains("áº") {
        return true;
    }
    if name.chars().any(|c| c.is_ascii_digit()) {
        return true;
    }
    let is_marked = [name, address].iter().any(|text| !text.is_ascii());
    let words: BTreeSet<String> = names.chain(places()).map(str::to_lowercase).collect();
    if words.iter().any(|word| sign(word, is_marked) == Sign::Certain) {
        return true;
    }
    words.iter().filter(|word| sign(word, is_marked) == Sign::Weak).count() >= 2
}

#[derive(PartialEq)]
enum Sign {
    None,
    Weak,
    Certain,
}

/// What one word tells, in lower case; `is_marked`: other letters have kept their marks.
fn sign(word: &str, is_marked: bool) -> Sign {
    let any = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    let tone_key = word.ends_with(['s', 'f', 'r', 'x', 'j']);
    // `xoong`, `Kroong`, `moóc`: so the sound is spelled.
    let meant = is_marked || any(&["oong", "ooc"]);
    let marks = any(&["aw", "ow", "uw"]) || (any(&["aa", "ee", "oo"]) && !meant);
    if word.starts_with("dd") || (marks && tone_key && word.len() > 2) || is_vni(word) {
        Sign::Certain
    } else if marks || word.ends_with(['f', 'j']) {
        Sign::Weak
    } else {
        Sign::None
    }
}

/// A digit of the VNI method between a vowel and the end of its syllable (`Nguye64n`, `d9o62ng`), but
/// no number of a house, plot or road (`12A`, `B5`, `Khu6`, `QL4D`).
fn is_vni(word: &str) -> bool {
    let Some((start, rest)) = word.split_once(|c: char| c.is_ascii_digit()) else {
        return false;
    };
    let end = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let spelled = start == "d" || start.ends_with(['a', 'e', 'i', 'o', 'u', 'y']);
    let goes_on = end.starts_with(['a', 'c', 'e', 'i', 'm', 'n', 'o', 'p', 't', 'u', 'y']);
    word.is_ascii() && spelled && goes_on && start.len() + end.len() >= 3
}

/// Whether a keyboard layout typed letters where a card's code, a number or a receipt has digits.
///
/// The "Vietnamese" layout of Windows and X11 has ă â ê ô, five tone marks and đ where others have
/// 1 to 9 and 0; X11 may drop the marks. Other layouts are known by a card's bars around fields without
/// any digit.
pub(super) fn is_of_another_layout(text: &str) -> bool {
    let text = text.to_lowercase();
    let bars = text.matches('|').count();
    let mut fields = text.split('|');
    let (number, born) = (fields.next().unwrap_or_default(), fields.nth(2).unwrap_or_default());
    let without_digits = |field: &str| {
        field.chars().count() >= 5
            && !field.contains(|c: char| c.is_ascii_alphanumeric() || c == ' ')
    };
    let (keys, whole) = leading_row(number);
    keys >= SURELY
        || (bars >= 5 && keys > 0 && whole)
        || (bars == 6 && without_digits(number) && without_digits(born))
        || text.starts_with("mcă|r|")
}

/// So many letters of the digits' row in one word are no Vietnamese.
const SURELY: usize = 9;

/// How many keys of the digits' row of the Vietnamese layout the text begins with, and whether that is all.
fn leading_row(text: &str) -> (usize, bool) {
    let mut keys = 0;
    let mut letters = text.nfd().peekable();
    while let Some(c) = letters.next() {
        let key = match c {
            'đ' => true,
            'a' | 'e' | 'o' => {
                // A tone mark may have come between the letter and its hat.
                let tones = std::iter::from_fn(|| letters.next_if(|c| is_tone(*c))).count();
                let hat = letters.next_if(|c| is_hat(*c)).is_some();
                keys += if hat { tones } else { 0 };
                hat
            }
            other => is_tone(other),
        };
        if !key {
            return (keys, false);
        }
        keys += 1;
    }
    (keys, true)
}

/// Breve and circumflex: part of a letter.
fn is_hat(c: char) -> bool {
    matches!(c, '\u{302}' | '\u{306}')
}

/// The five tone marks.
fn is_tone(c: char) -> bool {
    matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
}

#[cfg(test)]
mod tests {
    use super::is_garbled;

    #[test]
    fn real_names_pass() {
        for (name, address) in [
            ("NGUYỄN VĂN A", "Tổ 5, Phường Lào Cai, Lào Cai"),
            ("Đỗ Thị Ỷ", "Số 12A ngõ 3/4, P. Cam Đường"),
            ("LÒ A PHỬ", "Bản Xèo, Bát Xát"),
            ("H'Wen Niê", "Buôn Kwang B"),
            ("Y Jut Mlô", ""),
            ("Ksor H’Jư", "Xã Ia Boòng"),
            ("Rmah Nar", "Thôn 2"),
            ("VÀNG SEO SÌN", "Lô B5, Khu 6"),
            ("LY SA XOA", "Km3, QL4D, TL155, Sa Pa"),
            ("LY SA XOA", "Khu6, Lô A2B, CT1A, Thôn3"),
            ("TRAN VAN B", "Hà Nội"),
            ("Âu Dương Ngọc", "Xoong 1"),
            // Names of one letter, and places of the Central Highlands.
            ("A THUẬN", "Kroong Klah, Kroong, Thành phố Kon Tum, Kon Tum"),
            ("A THUAN", "Kroong Klah, Kroong, Kloong, Kon Tum"),
            ("Y", "Làng Kleeng, Xã Đăk Taang"),
            ("A", ""),
            ("Y BLƠ", "Plei Weh, Ia Ly"),
            ("U Ê", "Kon Jơ Dreh"),
        ] {
            assert!(!is_garbled(name, address), "{name} | {address}");
        }
    }

    #[test]
    fn garbled_names_do_not() {
        for (name, address) in [
            ("NGUYEENX VAWN A", ""), // Telex keys typed out
            ("Nguyeexn Vawn A", ""),
            ("ddoox Thij Y", ""),
            ("DDINHJ VAWN BINHF", ""),
            ("HOANGF THIJ C", ""), // two weak signs
            ("LEE VAN C", "Thoon Kip"),
            ("NGUYỄN VAWN A", "Xã Tuwong"), // half of it put together again
            ("Nguye64n Va8n A", ""),        // VNI keys
            ("TRA62N VAN B", ""),
            ("LE VAN C", "Xa4 Hop75 Tha2nh"),
            ("LE VAN C", "Toor 5, phuwowngf Laof Cai"),
            ("Nguyá»…n VÄƒn A", ""), // UTF-8 taken for Windows-1252
            ("NGUY\u{1ec4}N V\u{fffd}N A", ""), // bytes lost
            ("NGUY?N V?N A", ""),
            ("LE VAN C", "XÃ£ Há»£p ThÃ nh áº¥p"),
        ] {
            assert!(is_garbled(name, address), "{name} | {address}");
        }
    }
}
