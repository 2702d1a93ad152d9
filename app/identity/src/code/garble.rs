//! Tells Vietnamese from what input methods and wrong encodings make of it.
//!
//! A scanner that plays a keyboard types letters; Unikey and its kin then take them for Telex or VNI
//! keys, or the scanner itself types Telex, VNI or the single bytes of UTF-8. Names of all peoples of
//! Vietnam must pass (`H'Wen Niê`, `Y Jut`, `Ksor`), so one odd letter proves nothing: only spellings
//! that no name has count at once, weaker signs must come in pairs.

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
    if names.clone().chain(places()).any(|w| sign(w) == Sign::Certain) {
        return true;
    }
    names.chain(places()).filter(|w| sign(w) == Sign::Weak).count() >= 2
}

#[derive(PartialEq)]
enum Sign {
    None,
    Weak,
    Certain,
}

/// What one word tells.
fn sign(word: &str) -> Sign {
    let word = word.to_lowercase();
    let any = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    let tone_key = word.ends_with(['s', 'f', 'r', 'x', 'j']);
    let marks = any(&["aa", "ee", "oo", "aw", "ow", "uw"]);
    if word.starts_with("dd") || (marks && tone_key && word.len() > 2) || is_vni(&word) {
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
            ("HOANGF THIJ C", ""),   // two weak signs
            ("Nguye64n Va8n A", ""), // VNI keys
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
