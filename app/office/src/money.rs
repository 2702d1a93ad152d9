//! Money in whole đồng: the law's fees know no smaller unit, so no fraction and no float exists here.

use std::{fmt, iter::Sum, ops::Add};

use serde::{Deserialize, Serialize};

use crate::text;

/// No dossier costs more; the highest fee the suite knows of ends at 70 million đồng.
pub const MOST: Dong = Dong(10_000_000_000);

/// An amount of Vietnamese đồng.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Dong(pub u64);

impl Add for Dong {
    type Output = Dong;
    fn add(self, other: Dong) -> Dong {
        Dong(self.0.saturating_add(other.0))
    }
}

impl Sum for Dong {
    fn sum<I: Iterator<Item = Dong>>(amounts: I) -> Dong {
        amounts.fold(Dong(0), Add::add)
    }
}

impl Dong {
    /// An amount as a clerk types it: `8000`, `8.000`, `8 000`, `8,000 đ`. Figures are grouped by three or
    /// not at all: `1.5` is no amount, and neither is one above [`MOST`].
    pub fn parse(typed: &str) -> Option<Dong> {
        let typed = text::clean(typed).to_lowercase();
        let ends = ["vnđ", "vnd", "đồng", "đ", "d"];
        let body = ends.iter().find_map(|end| typed.strip_suffix(end)).unwrap_or(&typed).trim();
        let mut groups = body.split(['.', ',', ' ']);
        let first = groups.next()?;
        let rest: Vec<&str> = groups.collect();
        let grouped = rest.is_empty()
            || ((1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3));
        let digits = format!("{first}{}", rest.concat());
        if !grouped || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        digits.parse().ok().map(Dong).filter(|amount| *amount <= MOST)
    }

    /// `10.000`: for a column or a field that names the unit itself.
    pub fn digits(self) -> String {
        let digits = self.0.to_string();
        let mut out = String::new();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push('.');
            }
            out.push(digit);
        }
        out
    }
}

/// `10.000 đồng`: thousands parted by dots, as Vietnamese offices write.
impl fmt::Display for Dong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} đồng", self.digits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_clerks_type_them() {
        for (typed, amount) in [
            ("8000", Some(8_000)),
            (" 8.000 ", Some(8_000)),
            ("8,000", Some(8_000)),
            ("1 250 000 đ", Some(1_250_000)),
            ("70.000.000 đồng", Some(70_000_000)),
            ("50000VNĐ", Some(50_000)),
            ("0", Some(0)),
            ("10.000.000.000", Some(10_000_000_000)),
            ("10.000.000.001", None),
            ("1.5", None),
            ("8.00", None),
            ("8000.000", None),
            (".000", None),
            ("8..000", None),
            ("-8.000", None),
            ("8k", None),
            ("tám nghìn", None),
            ("", None),
            ("99999999999999999999999", None),
        ] {
            assert_eq!(Dong::parse(typed), amount.map(Dong), "{typed}");
        }
    }

    #[test]
    fn amounts_are_written_with_dots() {
        for (amount, text) in [
            (0, "0 đồng"),
            (999, "999 đồng"),
            (2_000, "2.000 đồng"),
            (200_000, "200.000 đồng"),
            (70_000_000, "70.000.000 đồng"),
        ] {
            assert_eq!(Dong(amount).to_string(), text);
        }
    }
}
