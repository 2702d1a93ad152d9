//! DG11 and DG12: what passports tell beyond the MRZ (ICAO 9303-10, 4.7.11 and 4.7.12).
//!
//! Only what an office may use is taken: pictures, tax and custody remarks stay on the chip. Dates are
//! digits or, on older chips, packed two to an octet.

use jiff::civil::Date;
use office::{partial_date::PartialDate, text};

use pki::tlv;

use crate::error::ReadError;

/// Longest text of one field, in bytes.
const MAX_TEXT: usize = 2048;
/// Most other names.
const MAX_NAMES: usize = 16;

/// What DG11 says of the holder. Texts are clean; what the chip does not say is empty.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Holder {
    /// Full name in the state's own writing.
    pub name: String,
    /// Other names, such as one before marriage.
    pub other_names: Vec<String>,
    /// The state's number of the person, whatever it looks like.
    pub number: String,
    /// Date of birth with its century, as far as it is known.
    pub birth_date: Option<PartialDate>,
    /// Place of birth, parts joined by commas.
    pub birth_place: String,
    /// Permanent address, parts joined by commas.
    pub residence: String,
    /// Telephone.
    pub telephone: String,
    /// Profession.
    pub profession: String,
}

/// What DG12 says of the document.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Issue {
    /// Issuing authority.
    pub authority: String,
    /// Date of issue.
    pub date: Option<Date>,
    /// Endorsements and observations.
    pub endorsements: String,
}

/// Personal data stays out of logs.
impl std::fmt::Debug for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Holder(…)")
    }
}

/// Personal data stays out of logs.
impl std::fmt::Debug for Issue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Issue(…)")
    }
}

/// Reads DG11. A field that is no UTF-8 or too long stays empty.
///
/// Errors: broken TLV.
pub fn holder(dg11: &[u8]) -> Result<Holder, ReadError> {
    let mut holder = Holder::default();
    each_field(dg11, |tag, value| match tag {
        0x5F0E => fill(&mut holder.name, parts(value, " ")),
        0x5F0F if holder.other_names.len() < MAX_NAMES => {
            holder.other_names.extend(parts(value, " "));
        }
        0x5F10 => fill(&mut holder.number, parts(value, " ")),
        0x5F2B => holder.birth_date = holder.birth_date.or_else(|| date(value)),
        0x5F11 => fill(&mut holder.birth_place, parts(value, ", ")),
        0x5F42 => fill(&mut holder.residence, parts(value, ", ")),
        0x5F12 => fill(&mut holder.telephone, parts(value, " ")),
        0x5F13 => fill(&mut holder.profession, parts(value, " ")),
        _ => {}
    })?;
    Ok(holder)
}

/// Reads DG12, as [`holder`] does DG11.
pub fn issue(dg12: &[u8]) -> Result<Issue, ReadError> {
    let mut issue = Issue::default();
    each_field(dg12, |tag, value| match tag {
        0x5F19 => fill(&mut issue.authority, parts(value, ", ")),
        0x5F26 => issue.date = issue.date.or_else(|| date(value)?.day()),
        0x5F1B => fill(&mut issue.endorsements, parts(value, ", ")),
        _ => {}
    })?;
    Ok(issue)
}

/// The fields and those repeated inside A0. The tag list 5C promises fields; what is there counts.
fn each_field(group: &[u8], mut visit: impl FnMut(u32, &[u8])) -> Result<(), ReadError> {
    let outer = tlv::single(group)?;
    tlv::walk(outer.value, &mut |element| {
        visit(element.tag, element.value);
        true
    })?;
    Ok(())
}

/// The first of its kind counts.
fn fill(field: &mut String, text: Option<String>) {
    if field.is_empty() {
        *field = text.unwrap_or_default();
    }
}

/// A text whose parts fillers divide.
fn parts(value: &[u8], joint: &str) -> Option<String> {
    let text = str::from_utf8(value).ok().filter(|text| text.len() <= MAX_TEXT)?;
    let parts: Vec<String> = text.split('<').map(text::clean).filter(|p| !p.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(joint))
}

/// `YYYYMMDD` as digits or packed. Days and months that are not known are zeros or fillers.
fn date(value: &[u8]) -> Option<PartialDate> {
    let digits = match value.len() {
        4 => hex::encode(value),
        8 => str::from_utf8(value).ok()?.replace('<', "0"),
        _ => return None,
    };
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |from, to| digits.get(from..to)?.parse::<i8>().ok().filter(|n| *n != 0);
    PartialDate::new(digits.get(..4)?.parse().ok()?, part(4, 6), part(6, 8))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::civil::date as day;
    use pki::tlv::encode;
    use proptest::prelude::*;

    fn field(tag: u32, text: &str) -> Vec<u8> {
        encode(tag, text.as_bytes())
    }

    fn others(names: &[&str]) -> Vec<u8> {
        let count = vec![0x02, 0x01, names.len() as u8];
        let names = names.iter().map(|name| field(0x5F0F, name));
        encode(0xA0, &std::iter::once(count).chain(names).flatten().collect::<Vec<_>>())
    }

    fn dg11() -> Vec<u8> {
        let fields = [
            encode(0x5C, &[0x5F, 0x0E, 0x5F, 0x0F, 0x5F, 0x10, 0x5F, 0x2B]),
            field(0x5F0E, "Nguye\u{302}\u{303}n<<Thị<Hương<Giang"),
            others(&["Nguyễn<<Thị<Giang", "Giang"]),
            field(0x5F10, "099188000101"),
            field(0x5F2B, "19880312"),
            field(0x5F11, "Bảo Thắng<Lào Cai"),
            field(0x5F42, "Tổ 5<Phố Lu<Bảo Thắng<Lào Cai"),
            field(0x5F12, "+84 214 000 0000"),
            field(0x5F13, "Giáo viên"),
            // A picture of some proof.
            encode(0x5F16, &[0xFF; 300]),
        ];
        encode(0x6B, &fields.concat())
    }

    #[test]
    fn all_details_are_read() {
        let holder = holder(&dg11()).unwrap();
        assert_eq!(holder.name, "Nguyễn Thị Hương Giang");
        assert_eq!(holder.other_names, ["Nguyễn Thị Giang", "Giang"]);
        assert_eq!(holder.number, "099188000101");
        assert_eq!(holder.birth_date, Some(day(1988, 3, 12).into()));
        assert_eq!(holder.birth_place, "Bảo Thắng, Lào Cai");
        assert_eq!(holder.residence, "Tổ 5, Phố Lu, Bảo Thắng, Lào Cai");
        assert_eq!((&*holder.telephone, &*holder.profession), ("+84 214 000 0000", "Giáo viên"));
        let dg12 = [
            encode(0x5C, &[0x5F, 0x19, 0x5F, 0x26]),
            field(0x5F19, "Cục Quản lý<xuất nhập cảnh"),
            encode(0x5F26, &[0x20, 0x21, 0x05, 0x10]),
            field(0x5F1B, "Bị chú"),
        ];
        let issue = issue(&encode(0x6C, &dg12.concat())).unwrap();
        assert_eq!(issue.authority, "Cục Quản lý, xuất nhập cảnh");
        assert_eq!((issue.date, &*issue.endorsements), (Some(day(2021, 5, 10)), "Bị chú"));
    }

    #[test]
    fn dates_have_two_forms() {
        for (value, expected) in [
            (&b"19880312"[..], "1988-03-12"),
            (&[0x19, 0x88, 0x03, 0x12], "1988-03-12"),
            (b"19880000", "1988"),
            (b"1988<<<<", "1988"),
            (b"198803<<", "1988-03"),
            (&[0x19, 0x88, 0x00, 0x00], "1988"),
            (&[0x19, 0x88, 0x03, 0x00], "1988-03"),
            (b"19881300", ""),
            (b"19880230", ""),
            (b"<<<<<<<<", ""),
            (&[0x19, 0x8A, 0x03, 0x12], ""),
            (b"880312", ""),
            (b"+1980312", ""),
            ("1988年".as_bytes(), ""),
            (b"", ""),
        ] {
            assert_eq!(date(value).map(|d| d.iso()).unwrap_or_default(), expected, "{value:?}");
        }
    }

    #[test]
    fn sparse_odd_and_broken_details() {
        let with = |content: Vec<u8>| holder(&encode(0x6B, &content));
        assert_eq!(with(vec![]).unwrap(), Holder::default());
        for (field, name) in [
            (encode(0x5F0E, &[0xC3, 0x28]), ""),
            (encode(0x5F0E, &vec![b'A'; MAX_TEXT + 1]), ""),
            (field(0x5F0E, "<<<<"), ""),
            (field(0x5F0E, "  MÜLLER<<JÜRGEN  "), "MÜLLER JÜRGEN"),
            ([field(0x5F0E, "A"), field(0x5F0E, "B")].concat(), "A"),
        ] {
            assert_eq!(with(field).unwrap().name, name);
        }
        let many = vec!["X"; 200];
        assert_eq!(with(others(&many)).unwrap().other_names.len(), MAX_NAMES);
        for broken in [vec![0x5F, 0x0E, 0x05, 0x41], vec![0x30, 0x80, 0, 0], vec![0x5F]] {
            assert!(with(broken).is_err());
        }
        let deep = (0..50).fold(vec![], |inner, _| encode(0xA0, &inner));
        assert!(with(deep).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = (holder(&encode(0x6B, &bytes)), issue(&bytes));
        }

        #[test]
        fn altered_details_are_survived(at in 0usize..700, byte in any::<u8>()) {
            let mut file = dg11();
            if let Some(slot) = file.get_mut(at) {
                *slot = byte;
            }
            let _ = holder(&file);
        }
    }
}
