//! What the codes say: invented people in the form of both years' cards, receipts, long tokens.

use crate::Chance;

const FAMILY: [&str; 8] = ["NGUYỄN", "ĐẶNG", "LÒ", "GIÀNG", "H'WEN", "TRẦN", "VÀNG", "PHÙNG"];
const MIDDLE: [&str; 6] = ["VĂN", "THỊ THÚY", "A", "THỊ", "ĐỨC", "NIÊ HỒNG"];
const GIVEN: [&str; 8] = ["AN", "ƯỚC", "PHỬ", "KĐĂM", "QUỲNH", "HẠNH", "DŨNG", "MỶ"];
const PLACES: [&str; 6] = [
    "Thôn 1, Hợp Thành, Thành phố Lào Cai, Lào Cai",
    "Tổ 5, Cam Đường, Thành phố Lào Cai, Lào Cai",
    "Bản Xèo, Bát Xát, Lào Cai",
    "Số 12, ngõ 34, đường Hoàng Quốc Việt, Nghĩa Tân, Cầu Giấy, Hà Nội",
    "Buôn Kwang, Ea Ktur, Cư Kuin, Đắk Lắk",
    "Khóm 3, Thị trấn Cái Nước, Huyện Cái Nước, Tỉnh Cà Mau",
];

/// The text of one code.
pub fn text(chance: &mut Chance) -> String {
    match chance.below(10) {
        0..=4 => card(chance),
        5..=7 => format!("{}|||{}|{}|", card(chance), name(chance), name(chance)),
        8 => format!(
            "MC1|R|H38.12-261123-{:04}|20261123|{:08x}",
            chance.below(9_999),
            chance.bits() as u32
        ),
        _ => token(chance),
    }
}

fn card(chance: &mut Chance) -> String {
    let old = if chance.odds(0.5) { digits(chance, 9) } else { String::new() };
    format!(
        "0{}|{old}|{}|{:02}{:02}{}|{}|{}|{:02}{:02}202{}",
        digits(chance, 11),
        name(chance),
        1 + chance.below(28),
        1 + chance.below(12),
        1940 + chance.below(70),
        chance.pick(&["Nam", "Nữ"]),
        chance.pick(&PLACES),
        1 + chance.below(28),
        1 + chance.below(12),
        1 + chance.below(5),
    )
}

fn name(chance: &mut Chance) -> String {
    format!("{} {} {}", chance.pick(&FAMILY), chance.pick(&MIDDLE), chance.pick(&GIVEN))
}

fn digits(chance: &mut Chance, count: usize) -> String {
    (0..count).map(|_| char::from(b'0' + chance.below(10) as u8)).collect()
}

fn token(chance: &mut Chance) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let length = 120 + chance.below(120);
    (0..length).map(|_| char::from(*chance.pick(LETTERS))).collect()
}
