//! Codes that a scanner typed while CapsLock was on: every letter comes in the other case. A card prints the
//! sex as `Nam` or `Nữ` and begins every name with a capital, so the other way round is certain.

/// The same letters in the other case.
pub(super) fn swapped(text: &str) -> String {
    text.chars().map(|c| other_case(c).unwrap_or(c)).collect()
}

/// Whether CapsLock was on when these fields of a card were typed.
pub(super) fn was_on(sex: &str, name: &str) -> bool {
    let (mut words, mut any) = (name.split(' ').filter(|word| !word.is_empty()), false);
    let small_first = words.all(|word| {
        any = true;
        word.starts_with(|c: char| c.is_lowercase())
    });
    let by_name = name.split(' ').any(|word| {
        word.chars().skip(1).any(|c| c.is_ascii_uppercase())
            && !word.chars().skip(1).any(|c| c.is_ascii_lowercase())
    });
    let by_sex = sex.starts_with('n') && sex.chars().skip(1).all(|c| !c.is_ascii_lowercase());
    any && small_first && if sex.is_empty() { by_name } else { by_sex }
}

/// Sets the fields right. Some scanners type letters with marks by their code, which CapsLock leaves alone:
/// then those differ in case from their neighbours.
pub(super) fn set_right(fields: &mut [String]) {
    let differ = |word: &str| {
        let upper = |ascii: bool| {
            let mut letters =
                word.chars().skip(1).filter(move |c| c.is_alphabetic() && c.is_ascii() == ascii);
            letters.next().map(char::is_uppercase)
        };
        upper(true).zip(upper(false)).is_some_and(|(plain, marked)| plain != marked)
    };
    let only_plain = fields.iter().flat_map(|field| field.split(' ')).any(differ);
    for field in fields {
        *field = field
            .chars()
            .map(|c| other_case(c).filter(|_| c.is_ascii() || !only_plain).unwrap_or(c))
            .collect();
    }
}

/// The letter in the other case, where that is one letter.
fn other_case(c: char) -> Option<char> {
    let mut letters: Box<dyn Iterator<Item = char>> =
        if c.is_lowercase() { Box::new(c.to_uppercase()) } else { Box::new(c.to_lowercase()) };
    letters.next().filter(|_| letters.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_other_way_round_is_capslock() {
        for (sex, name, on) in [
            ("nAM", "nGUYỄN vĂN a", true),
            ("nAM", "nguyễn văn a", true),
            ("nỮ", "trần thị b", true),
            // Letters with marks as they were.
            ("nữ", "tRầN tHị b", true),
            ("", "nGUYỄN vĂN a", true),
            ("Nam", "NGUYỄN VĂN A", false),
            ("Nam", "Nguyễn Văn A", false),
            ("NAM", "NGUYỄN VĂN A", false),
            ("nam", "nguyễn văn a", false),
            ("nữ", "Trần Thị B", false),
            ("", "nguyễn văn a", false),
            ("", "K'Brơi", false),
            ("nAM", "", false),
        ] {
            assert_eq!(was_on(sex, name), on, "{sex} {name}");
        }
    }

    #[test]
    fn letters_go_back_into_their_case() {
        for (typed, meant) in [
            ("tHÔN 1, xÃ hỢP tHÀNH, lÀO cAI", "Thôn 1, Xã Hợp Thành, Lào Cai"),
            ("tHôN 1, xã hợP tHàNH, làO cAI", "Thôn 1, Xã Hợp Thành, Lào Cai"),
            ("nguyễn văn đỗ", "NGUYỄN VĂN ĐỖ"),
            ("nguyỄn vĂn a", "NGUYỄN VĂN A"),
        ] {
            let mut fields = [typed.to_owned()];
            set_right(&mut fields);
            assert_eq!(fields, [meant], "{typed}");
        }
    }
}
