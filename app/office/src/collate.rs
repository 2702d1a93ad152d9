//! The order of Vietnamese words in lists, as keys that are compared byte by byte: first the letters in the order of
//! the alphabet (a ă â b c d đ e ê … o ô ơ … u ư …), then the tones (none, huyền, hỏi, ngã, sắc, nặng).
//! Capitals, signs and spaces between words make no difference; letters of other alphabets stand as
//! [`fold`](crate::text::fold) reads them. What has the same key is alike for the eye of a list.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::text::{plain, shown};

/// Between letters and tones: before any letter, so that a shorter word comes first.
const TONES: char = '\u{1}';
/// Between a given name and the rest.
const REST: char = '\u{2}';

/// The key of words: `"Đất"` lies between `"Dữ"` and `"E"`.
pub fn words(text: &str) -> String {
    let (mut letters, mut tones) = (String::new(), String::new());
    let mut gap = false;
    for c in shown(text).nfkd().flat_map(char::to_lowercase) {
        if is_combining_mark(c) {
            match sign(c) {
                Some(Sign::Letter(sign)) => letters.push(sign),
                Some(Sign::Tone(tone)) => {
                    tones.pop();
                    tones.push(tone);
                }
                None => {}
            }
        } else if c.is_alphanumeric() {
            if gap && !letters.is_empty() {
                letters.push(' ');
            }
            gap = false;
            match plain(c) {
                Some("d") => letters.push_str("d{"),
                Some(plain) => letters.push_str(plain),
                None => letters.push(c),
            }
            tones.push('0');
        } else {
            gap = true;
        }
    }
    letters.push(TONES);
    letters.push_str(tones.trim_end_matches('0'));
    letters
}

/// The key of a person's name, by the given name, which is its last word: `"Bùi Thị An"` before `"Lê Văn Bình"`.
pub fn name(name: &str) -> String {
    let name = name.trim();
    let (rest, given) = name.rsplit_once(char::is_whitespace).unwrap_or(("", name));
    format!("{}{REST}{}", words(given), words(rest))
}

enum Sign {
    /// Makes another letter, behind all that begins with the bare one.
    Letter(char),
    Tone(char),
}

fn sign(mark: char) -> Option<Sign> {
    Some(match mark {
        '\u{306}' => Sign::Letter('{'),
        '\u{302}' => Sign::Letter('|'),
        '\u{31b}' => Sign::Letter('}'),
        '\u{300}' => Sign::Tone('1'),
        '\u{309}' => Sign::Tone('2'),
        '\u{303}' => Sign::Tone('3'),
        '\u{301}' => Sign::Tone('4'),
        '\u{323}' => Sign::Tone('5'),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lie_in_the_order_of_the_alphabet_and_then_of_the_tones() {
        let order = [
            "",
            "07",
            "An",
            "an toàn",
            "Anh",
            "Az",
            "Ăn",
            "Ân",
            "Ba",
            "Bà",
            "Bả",
            "Bã",
            "Bá",
            "Bạ",
            "Bạ An",
            "Bà Triệu",
            "Dữ",
            "Đá",
            "Đất",
            "E",
            "Ếch",
            "La",
            "Ma",
            "Mà",
            "Mai",
            "Oai",
            "Ông",
            "Ơn",
            "Quy",
            "U",
            "Ưng",
            "Y",
        ];
        // The letters of `Bạ An` come before those of `Bà Triệu`; tones decide only between the same letters.
        let keys: Vec<String> = order.iter().map(|word| words(word)).collect();
        for pair in keys.windows(2).zip(order.windows(2)) {
            assert!(pair.0[0] < pair.0[1], "{:?}", pair.1);
        }
    }

    #[test]
    fn what_looks_alike_is_alike() {
        for (one, other) in [
            ("ĐẶNG  THỊ-AN", "đặng thị an"),
            ("NGUYE\u{302}\u{303}N", "Nguyễn"),
            ("Ðỗ", "Đỗ"),
            ("ệ", "e\u{323}\u{302}"),
            ("НОÀNG", "Hoàng"),
        ] {
            assert_eq!(words(one), words(other), "{one}");
        }
    }

    #[test]
    fn names_lie_by_the_given_name() {
        let order = [
            "Bùi Thị An",
            "Nguyễn Văn An",
            "Vàng A An",
            "Lê Thị Ân",
            "Trần Bình",
            "Y Blŭm",
            "Lò Cường",
            "Hoàng Dũng",
            "Hoàng Văn Đạt",
            "Chảo Láo Lở",
        ];
        let mut sorted = order;
        sorted.reverse();
        sorted.sort_by_key(|person| name(person));
        assert_eq!(sorted, order);
    }
}
