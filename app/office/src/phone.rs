//! Telephone numbers of Viet Nam as people write and say them.
//!
//! `0912 345 678`, `0912.345.678`, `+84 912 345 678`, `84912345678` and `(0214) 3840 123` are compared and
//! searched in one form, with the leading zero. Lengths: the numbering plan of 2014 with the area codes of
//! 2017 and the mobile prefixes of 2018 (mobile 03, 05, 07, 08, 09 with ten digits; fixed 02 with eleven).

use crate::text;

/// The number with its leading zero and digits only, if it is one of Viet Nam's.
pub fn national(text: &str) -> Option<String> {
    let text = text::solid(text);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if !text.chars().all(|c| c.is_ascii_digit() || "+.-()".contains(c)) {
        return None;
    }
    let abroad = digits.strip_prefix("0084").or_else(|| digits.strip_prefix("84"));
    let number = match abroad {
        // `+84 (0)912…`: some write the zero all the same.
        Some(rest) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
        None if text.contains('+') => return None,
        None => digits,
    };
    let mobile = number.len() == 10 && ["03", "05", "07", "08", "09"].contains(&number.get(..2)?);
    let fixed = number.len() == 11 && number.starts_with("02");
    (mobile || fixed).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::national;

    #[test]
    fn numbers_are_brought_into_one_form() {
        for (text, number) in [
            ("0912345678", "0912345678"),
            (" 0912 345 678 ", "0912345678"),
            ("0912.345.678", "0912345678"),
            ("0912-345-678", "0912345678"),
            ("+84912345678", "0912345678"),
            ("+84 912 345 678", "0912345678"),
            ("(+84) 912.345.678", "0912345678"),
            ("+84 (0)912 345 678", "0912345678"),
            ("84912345678", "0912345678"),
            ("0084 912 345 678", "0912345678"),
            ("02143840123", "02143840123"),
            ("(0214) 3840 123", "02143840123"),
            ("+84 214 3840 123", "02143840123"),
            ("\u{202a}0912345678\u{202c}", "0912345678"),
            ("0912\u{a0}345\u{200b}678", "0912345678"),
        ] {
            assert_eq!(national(text).as_deref(), Some(number), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_of_viet_nam_is_none() {
        for text in [
            "",
            "0",
            "912345678",
            "099099000123",
            "00109900012",
            "0990990001234",
            "000123",
            "099000123",
            "+1 202 555 0100",
            "0112345678",
            "0912 345 67",
            "0912 345 678 (nhà)",
            "26112300071",
            "H38.12-261123-0007",
            "261123-0007",
        ] {
            assert_eq!(national(text), None, "{text}");
        }
    }
}
