//! Letters without their marks, so that "lao cai" finds "Lào Cai".

use office::text::fold;

/// Whether every word of `query` begins a word of `text`, marks and case aside.
/// An empty query matches everything.
pub fn matches(text: &str, query: &str) -> bool {
    let text = fold(text);
    fold(query)
        .split(' ')
        .filter(|word| !word.is_empty())
        .all(|word| text.split(' ').any(|start| start.starts_with(word)))
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
            ("Xã Đồng Tuyển", "Ðồng\u{200b} tu", true),
        ] {
            assert_eq!(matches(text, query), found, "{text} / {query}");
        }
    }
}
