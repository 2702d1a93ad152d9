//! Letters without their marks, so that "lao cai" finds "Lào Cai".

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case without diacritics; đ becomes d.
pub fn fold(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect()
}

/// Whether every word of `query` begins a word of `text`, marks and case aside.
/// An empty query matches everything.
pub fn matches(text: &str, query: &str) -> bool {
    let text = fold(text);
    let is_edge = |c: char| !c.is_alphanumeric();
    fold(query)
        .split(is_edge)
        .filter(|word| !word.is_empty())
        .all(|word| text.split(is_edge).any(|start| start.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_case_do_not_hide_a_name() {
        for (text, query, found) in [
            ("Phường Lào Cai", "lao cai", true),
            ("Phường Lào Cai", "cai lào", true),
            ("Xã Đồng Tuyển", "dong", true),
            ("Xã Đồng Tuyển", "ĐỒNG T", true),
            ("Xã Bát Xát", "at", false),
            ("Xã Bát Xát", "", true),
            ("Xã Bát Xát", "ba\u{301}t", true),
            ("Căn cước (thẻ)", "the", true),
        ] {
            assert_eq!(matches(text, query), found, "{text} / {query}");
        }
    }
}
