//! Filling the blanks of a form's sentences, and dates in the official style.

use jiff::civil::{Date, DateTime};
use office::money::Dong;

/// `template` with each `{name}` replaced by its value. A value is never searched for further blanks,
/// and a blank that nobody fills stays visible.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let filled = after.split_once('}').and_then(|(name, tail)| {
            let (_, value) = values.iter().find(|(key, _)| *key == name)?;
            Some((value, tail))
        });
        match filled {
            Some((value, tail)) => {
                out.push_str(value);
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The months 1 and 2 carry a nought, so that no digit can be added before them (NĐ 30/2020, annex I).
pub(super) fn month(date: Date) -> String {
    match date.month() {
        month @ ..=2 => format!("{month:02}"),
        month => month.to_string(),
    }
}

/// `ngày 05 tháng 01 năm 2026`: days below 10 carry a nought as well, see [`month`].
pub(super) fn date(template: &str, date: Date) -> String {
    fill(
        template,
        &[
            ("day", &format!("{:02}", date.day())),
            ("month", &month(date)),
            ("year", &date.year().to_string()),
        ],
    )
}

/// `07 giờ 30 phút, ngày …`
pub(super) fn moment(template: &str, date_template: &str, at: DateTime) -> String {
    fill(
        template,
        &[
            ("hour", &format!("{:02}", at.hour())),
            ("minute", &format!("{:02}", at.minute())),
            ("date", &date(date_template, at.date())),
        ],
    )
}

/// A name that letterheads write in capitals as running text writes it: known names as `names` spells them,
/// other words with a large first letter. A name that is not all capitals stays as it is.
pub(super) fn running(name: &str, names: &[String]) -> String {
    if name.chars().any(char::is_lowercase) {
        return name.to_owned();
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let known = names.iter().find(|known| {
            let spelt: Vec<String> = known.to_uppercase().split(' ').map(str::to_owned).collect();
            words[at..].len() >= spelt.len() && words[at..].iter().zip(&spelt).all(|(a, b)| a == b)
        });
        match known {
            Some(known) => {
                out.push(known.clone());
                at += known.split(' ').count();
            }
            None => {
                let mut letters = words[at].chars();
                let first = letters.next();
                out.push(first.into_iter().chain(letters.flat_map(char::to_lowercase)).collect());
                at += 1;
            }
        }
    }
    out.join(" ")
}

/// `23/11/2026`: in tables and workbooks.
pub(super) fn short(date: Date) -> String {
    date.strftime("%d/%m/%Y").to_string()
}

/// `1.250.000`: an amount under a heading that says its unit.
pub(super) fn dotted(amount: Dong) -> String {
    let text = amount.to_string();
    text.split(' ').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_filled_once_and_unknown_ones_stay() {
        for (template, values, text) in [
            ("{n} ngày", vec![("n", "5")], "5 ngày"),
            ("a {b} c", vec![], "a {b} c"),
            ("{b", vec![("b", "x")], "{b"),
            ("{a}{b}", vec![("a", "{b}"), ("b", "x")], "{b}x"),
        ] {
            assert_eq!(fill(template, &values), text);
        }
    }

    #[test]
    fn names_in_capitals_are_written_as_in_running_text() {
        let names = ["Ủy ban nhân dân", "Trung tâm Phục vụ hành chính công", "xã", "phường"];
        let names = names.map(str::to_owned);
        for (name, text) in [
            ("ỦY BAN NHÂN DÂN XÃ HỢP THÀNH", "Ủy ban nhân dân xã Hợp Thành"),
            ("ỦY BAN NHÂN DÂN PHƯỜNG SA PA", "Ủy ban nhân dân phường Sa Pa"),
            ("TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG", "Trung tâm Phục vụ hành chính công"),
            ("Công an xã Hợp Thành", "Công an xã Hợp Thành"),
            ("", ""),
        ] {
            assert_eq!(running(name, &names), text);
        }
    }

    #[test]
    fn dates_guard_their_small_numbers() {
        let template = "ngày {day} tháng {month} năm {year}";
        for (day, text) in [
            (Date::constant(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
            (Date::constant(2026, 2, 28), "ngày 28 tháng 02 năm 2026"),
            (Date::constant(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
            (Date::constant(2026, 11, 23), "ngày 23 tháng 11 năm 2026"),
        ] {
            assert_eq!(date(template, day), text);
        }
        assert_eq!(
            moment(
                "{hour} giờ {minute} phút, {date}",
                template,
                DateTime::constant(2026, 11, 23, 8, 5, 0, 0)
            ),
            "08 giờ 05 phút, ngày 23 tháng 11 năm 2026"
        );
    }
}
