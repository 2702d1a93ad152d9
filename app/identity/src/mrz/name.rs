//! Whether a name with diacritics is the one that the zone writes.
//!
//! Vietnamese names go into the zone without marks, `Đ` as `D`, apostrophes left out, hyphens and spaces
//! as fillers; letters that look like `Đ`, and the barred `b` of Central Highlands names, lose their bar.
//! Composed and decomposed text are the same. Spaces do not count: issuers differ over `H'Hen`. What
//! stands in parentheses is another name and not in the zone. A name that fills its field, or would not
//! fit, may be cut (ICAO 9303-3, 4.6): words are then left out or shortened, never reordered.

use office::text;

use super::Mrz;

impl Mrz {
    /// Whether `name` can be this zone's; `None` if it has letters that no rule here turns into the
    /// zone's.
    pub fn name_agrees(&self, name: &str) -> Option<bool> {
        let name = words(name.split('(').next().unwrap_or_default())?;
        let zone = words(&self.name)?;
        if zone.concat() == name.concat() {
            return Some(true);
        }
        // One filler between words, two after the surname.
        let needed = name.concat().len() + name.len();
        let is_cut = needed > self.name_field.len() || !self.name_field.ends_with("<<");
        let mut rest = name.iter();
        let shortened = zone.iter().all(|short| rest.any(|word| word.starts_with(&**short)));
        Some(is_cut && shortened)
    }
}

/// What stands at the end of a zone's name and may be fillers that a scanner, or an eye, took for letters:
/// no check digit watches a name. Letters after a second gap, or after a gap of more than two fillers; a
/// letter three times in a row; words of nothing but `K`, the letter that looks like a filler.
pub(super) fn mistaken_fillers(field: &str) -> Option<&str> {
    let name = field.trim_end_matches('<');
    let behind = |gap: &str| name.split_once(gap).map(|(_, rest)| rest);
    let loose = behind("<<<").or_else(|| Some(behind("<<")?.split_once("<<")?.1));
    let last = name.chars().next_back()?;
    let run = name.trim_end_matches(last);
    let of_k = name.trim_end_matches(['K', '<']);
    let of_k = &name[of_k.len()..];
    let words = of_k.split('<').filter(|word| !word.is_empty()).count();
    // What precedes the first of these fillers belongs to a word of its own.
    let words = if of_k.starts_with('<') { words } else { words.saturating_sub(1) };
    loose
        .or((name.len() - run.len() >= 3).then(|| &name[run.len()..]))
        .or((words >= 2).then_some(of_k))
        .map(|rest| rest.trim_start_matches('<'))
}

/// The words in plain lower-case letters; `None` without any or with others.
fn words(name: &str) -> Option<Vec<String>> {
    let joined = name.replace(['\'', '’', '‘', 'ʼ', '`', '´'], "");
    let plain = text::fold(&joined);
    let known = plain.chars().all(|c| c.is_ascii_lowercase() || c == ' ');
    (known && !plain.is_empty()).then(|| plain.split(' ').map(Into::into).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    /// A card of three lines with that name.
    fn zone(name: &str) -> Mrz {
        let numbers = "IDVNM0990001232001099000123<<39901029M3901027VNM<<<<<<<<<<<2";
        Mrz::parse(&format!("{numbers}{name:<<30}")).unwrap()
    }

    #[test]
    fn names_are_compared_as_the_zone_writes_them() {
        let long = "Công Tằng Tôn Nữ Nguyễn Phước Quỳnh Diễm Thuỵ Đoan Trang";
        for (field, name, agrees) in [
            ("NGUYEN<<VAN<A", "Nguyễn Văn A", Some(true)),
            ("NGUYEN<<VAN<A", "NGUYE\u{302}\u{303}N VA\u{306}N A", Some(true)),
            ("NGUYEN<<VAN<A", "Nguyễn Văn B", Some(false)),
            ("NGUYEN<<VAN<A", "Nguyễn Văn", Some(false)),
            ("NGUYEN<<VAN<A", "Văn A Nguyễn", Some(false)),
            ("DO<<DUC<DAT", "Đỗ Đức Đạt", Some(true)),
            // Eth and African D, typed in place of Đ.
            ("DO<<DUC<DAT", "Ðỗ Ðức Ɖạt", Some(true)),
            ("DO<<DUC<DAT", "Tô Đức Đạt", Some(false)),
            ("TRUONG<<THI<Y", "Trương Thị Ỷ", Some(true)),
            ("HHEN<<NIE", "H'Hen Niê", Some(true)),
            ("H<HEN<<NIE", "H’Hen Niê", Some(true)),
            ("KBROI", "K’Brơi", Some(true)),
            ("Y<BLUM<EBAN", "Y Ƀlŭm Êban", Some(true)),
            ("TON<NU<<DIEM<MY", "Tôn-Nữ Diễm My", Some(true)),
            ("LY<<TA<MAY", "  Lý   Tả\tMẩy ", Some(true)),
            // Cut after 30 characters, by words left out, by initials.
            ("CONG<<TANG<TON<NU<NGUYEN<PHUOC", long, Some(true)),
            ("CONG<<TANG<TON<NU<NGUYEN<PHUO<", long, Some(true)),
            ("CONG<<T<T<N<NGUYEN<PHUOC<QUYNH", long, Some(true)),
            ("CONG<<TANG<TON<NU<NGUYEN<TRANG", long, Some(true)),
            ("CONG<<TANG<TON<NU<PHUOC<NGUYEN", long, Some(false)),
            ("TRAN<<TANG<TON<NU<NGUYEN<PHUOC", long, Some(false)),
            // A long name may be cut to less than the field, by whole words or by letters.
            ("CONG<<TANG<TON<NU", long, Some(true)),
            ("NGUYEN<<HOANG<PHUONG<THANH", "Nguyễn Hoàng Phương Thanh Nguyệt", Some(true)),
            ("NGUYEN<<HOANG<PHUONG<THANH", "Nguyễn Hoàng Phương Thanh An", Some(false)),
            ("NGUYEN<<VAN<A", "Nguyễn Văn A (Ba)", Some(true)),
            ("NGUYEN<<VAN<A", "Nguyễn Văn B (A)", Some(false)),
            ("NGUYEN<<VAN<A", "(Nguyễn Văn A)", None),
            ("NGUYEN<<VAN<A", "", None),
            ("NGUYEN<<VAN<A", "阮文A", None),
            ("NGUYEN<<VAN<A", "Нгуен Ван А", None),
            ("", "Nguyễn Văn A", None),
        ] {
            assert_eq!(zone(field).name_agrees(name), agrees, "{field} {name}");
        }
    }

    #[test]
    fn fillers_read_as_letters_are_doubted() {
        for (field, doubted) in [
            ("MUSTER<<ANNA<<<<<<<<<", None),
            ("MUSTER<<ANNA<<<KKKKKKKKK", Some("KKKKKKKKK")),
            ("MUSTER<<ANNA<<KK<K<<<", Some("KK<K")),
            ("MUSTER<<ANNAKKKKK<<<<", Some("KKKKK")),
            ("MUSTER<<ANNA<K<K<KK<<", Some("K<K<KK")),
            ("MUSTER<<ANNA<<<<C<<<", Some("C")),
            ("MUSTER<<ANNA<CCCC<<<<", Some("CCCC")),
            ("SUHARTO<<<<<<<KK<<<<<", Some("KK")),
            // Names are like that.
            ("KUKK<<MARK<<<<<<<<<<", None),
            ("KUKK<<MARK<K<<<<<<<<", None),
            ("MUSTER<<ANNA<K<<<<<<", None),
            ("DAK<<LAK<<<<<<<<<<<<", None),
            ("NGUYEN<<VAN<A<<<<<<<", None),
            ("ARKFREITH<<<<<<<<<<<", None),
            ("PAPANDROPOULOUS<<JONATHON<ALEC", None),
            ("<<<<<<<<", None),
            ("", None),
        ] {
            assert_eq!(mistaken_fillers(field), doubted, "{field}");
        }
    }

    proptest! {
        /// Marks, case and form never make two names of one.
        #[test]
        fn a_name_agrees_with_itself(words in proptest::collection::vec("[aăâđeêioôơuưyáảễựỵ]{1,4}", 1..6)) {
            let name = words.join(" ");
            let plain = text::fold(&name).to_uppercase().replace(' ', "<");
            prop_assume!(plain.len() <= 27);
            prop_assert_eq!(zone(&plain).name_agrees(&name), Some(true));
            prop_assert_eq!(zone(&plain).name_agrees(&name.to_uppercase()), Some(true));
            prop_assert_eq!(zone(&plain).name_agrees(&format!("{name} x")), Some(false));
        }
    }
}
