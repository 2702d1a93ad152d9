//! Numbers and dates in Vietnamese words, as papers must carry them: figures alone are too easily changed.
//!
//! School rules: mốt after mươi, lăm after mười and mươi, tư after mươi, linh for an empty ten, không
//! trăm inside a number, tỷ as the second base (nghìn tỷ, triệu tỷ). The fourth month is tháng tư.

use jiff::civil::Date;

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

const BILLION: u64 = 1_000_000_000;

/// `một trăm linh năm nghìn`
pub fn number(n: u64) -> String {
    if n == 0 { DIGITS[0].to_owned() } else { above_zero(n, false) }
}

/// `ngày ba mươi tháng mười một năm hai nghìn không trăm hai mươi sáu`
pub fn date(day: Date) -> String {
    let figure = |n: i16| number(u64::from(n.unsigned_abs()));
    let month = match day.month() {
        4 => "tư".to_owned(),
        month => figure(month.into()),
    };
    format!("ngày {} tháng {month} năm {}", figure(day.day().into()), figure(day.year()))
}

/// `inside`: something stands before it, so that an empty hundred is said.
fn above_zero(n: u64, inside: bool) -> String {
    let (billions, rest) = (n / BILLION, n % BILLION);
    let mut parts = Vec::new();
    if billions > 0 {
        parts.push(format!("{} tỷ", above_zero(billions, inside)));
    }
    for (unit, size) in [(" triệu", 1_000_000), (" nghìn", 1_000), ("", 1)] {
        let group = rest / size % 1000;
        if group > 0 {
            let inside = inside || !parts.is_empty();
            parts.push(format!("{}{unit}", hundreds(group as usize, inside)));
        }
    }
    parts.join(" ")
}

/// 1 to 999.
fn hundreds(n: usize, inside: bool) -> String {
    let (hundred, ten, one) = (n / 100, n / 10 % 10, n % 10);
    let mut parts = Vec::new();
    if hundred > 0 || inside {
        parts.extend([DIGITS[hundred], "trăm"]);
    }
    match ten {
        0 if one > 0 && !parts.is_empty() => parts.push("linh"),
        0 => {}
        1 => parts.push("mười"),
        _ => parts.extend([DIGITS[ten], "mươi"]),
    }
    match (ten, one) {
        (_, 0) => {}
        (2.., 1) => parts.push("mốt"),
        (2.., 4) => parts.push("tư"),
        (1.., 5) => parts.push("lăm"),
        _ => parts.push(DIGITS[one]),
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_schools_teach() {
        for (n, words) in [
            (0, "không"),
            (1, "một"),
            (4, "bốn"),
            (5, "năm"),
            (10, "mười"),
            (11, "mười một"),
            (14, "mười bốn"),
            (15, "mười lăm"),
            (19, "mười chín"),
            (20, "hai mươi"),
            (21, "hai mươi mốt"),
            (24, "hai mươi tư"),
            (25, "hai mươi lăm"),
            (31, "ba mươi mốt"),
            (44, "bốn mươi tư"),
            (55, "năm mươi lăm"),
            (91, "chín mươi mốt"),
            (99, "chín mươi chín"),
            (100, "một trăm"),
            (101, "một trăm linh một"),
            (104, "một trăm linh bốn"),
            (105, "một trăm linh năm"),
            (110, "một trăm mười"),
            (111, "một trăm mười một"),
            (115, "một trăm mười lăm"),
            (121, "một trăm hai mươi mốt"),
            (205, "hai trăm linh năm"),
            (214, "hai trăm mười bốn"),
            (524, "năm trăm hai mươi tư"),
            (555, "năm trăm năm mươi lăm"),
            (999, "chín trăm chín mươi chín"),
            (1_000, "một nghìn"),
            (1_001, "một nghìn không trăm linh một"),
            (1_010, "một nghìn không trăm mười"),
            (1_015, "một nghìn không trăm mười lăm"),
            (1_050, "một nghìn không trăm năm mươi"),
            (1_105, "một nghìn một trăm linh năm"),
            (2_000, "hai nghìn"),
            (5_000, "năm nghìn"),
            (8_000, "tám nghìn"),
            (10_000, "mười nghìn"),
            (10_500, "mười nghìn năm trăm"),
            (15_000, "mười lăm nghìn"),
            (21_000, "hai mươi mốt nghìn"),
            (24_500, "hai mươi tư nghìn năm trăm"),
            (50_000, "năm mươi nghìn"),
            (100_000, "một trăm nghìn"),
            (105_000, "một trăm linh năm nghìn"),
            (125_000, "một trăm hai mươi lăm nghìn"),
            (200_005, "hai trăm nghìn không trăm linh năm"),
            (999_999, "chín trăm chín mươi chín nghìn chín trăm chín mươi chín"),
            (1_000_000, "một triệu"),
            (1_000_005, "một triệu không trăm linh năm"),
            (1_005_000, "một triệu không trăm linh năm nghìn"),
            (1_250_000, "một triệu hai trăm năm mươi nghìn"),
            (2_200_000, "hai triệu hai trăm nghìn"),
            (32_200_000, "ba mươi hai triệu hai trăm nghìn"),
            (70_000_000, "bảy mươi triệu"),
            (101_001_001, "một trăm linh một triệu không trăm linh một nghìn không trăm linh một"),
            (BILLION, "một tỷ"),
            (BILLION + 1, "một tỷ không trăm linh một"),
            (1_500_000_000, "một tỷ năm trăm triệu"),
            (2_050_000_000, "hai tỷ không trăm năm mươi triệu"),
            (21_000_000_000, "hai mươi mốt tỷ"),
            (105_000_000_000, "một trăm linh năm tỷ"),
            (1_000 * BILLION, "một nghìn tỷ"),
            (1_005 * BILLION, "một nghìn không trăm linh năm tỷ"),
            (1_500 * BILLION, "một nghìn năm trăm tỷ"),
            (1_000_000 * BILLION, "một triệu tỷ"),
            (BILLION * BILLION, "một tỷ tỷ"),
        ] {
            assert_eq!(number(n), words);
        }
    }

    #[test]
    fn dates_are_said_in_full() {
        for (day, words) in [
            ((2026, 11, 30), "ngày ba mươi tháng mười một năm hai nghìn không trăm hai mươi sáu"),
            ((2025, 4, 4), "ngày bốn tháng tư năm hai nghìn không trăm hai mươi lăm"),
            ((2031, 1, 21), "ngày hai mươi mốt tháng một năm hai nghìn không trăm ba mươi mốt"),
        ] {
            let (year, month, day) = day;
            assert_eq!(date(Date::constant(year, month, day)), words);
        }
    }
}
