//! DG11 and DG12: what passports add to the MRZ (ICAO 9303-10, 4.7.11 and 4.7.12).

use crate::fault::Fault;
use crate::person::Person;
use crate::tlv::{group, tlv};

/// DG11 of the holder.
pub fn dg11(person: &Person, fault: Option<Fault>) -> Vec<u8> {
    let number = if fault == Some(Fault::Dg11OtherNumber) { "099000999999" } else { person.number };
    let born = if fault == Some(Fault::Dg11OtherBirth) { "01/01/1970" } else { person.born };
    let (family, given) = person.name.split_once(' ').unwrap_or((person.name, ""));
    let others = [tlv(0x02, &[1]), tlv(0x5F0F, format!("{family}<<Khác").as_bytes())];
    let fields = [
        (0x5F0E, format!("{family}<<{}", given.replace(' ', "<"))),
        (0x5F10, number.to_owned()),
        (0x5F2B, solid(born)),
        (0x5F11, person.origin.replace(", ", "<")),
        (0x5F42, person.residence.replace(", ", "<")),
        (0x5F12, "+84 214 000 0000".to_owned()),
    ];
    file(0x6B, &fields, &others)
}

/// DG12 of the holder's passport.
pub fn dg12(person: &Person) -> Vec<u8> {
    let fields = [
        (0x5F19, "Cục Quản lý xuất nhập cảnh".to_owned()),
        (0x5F26, solid(person.issued)),
        (0x5F1B, "Không có bị chú".to_owned()),
    ];
    file(0x6C, &fields, &[])
}

/// Tag list, fields, and the counted repetitions in their own object.
fn file(tag: u32, fields: &[(u32, String)], repeated: &[Vec<u8>]) -> Vec<u8> {
    let list: Vec<u8> = fields.iter().flat_map(|(tag, _)| (*tag as u16).to_be_bytes()).collect();
    let mut parts = vec![tlv(0x5C, &list)];
    parts.extend(fields.iter().map(|(tag, text)| tlv(*tag, text.as_bytes())));
    if !repeated.is_empty() {
        parts.push(group(0xA0, repeated));
    }
    group(tag, &parts)
}

/// `dd/mm/yyyy` as `yyyymmdd`.
fn solid(date: &str) -> String {
    format!("{}{}{}", &date[6..], &date[3..5], &date[..2])
}
