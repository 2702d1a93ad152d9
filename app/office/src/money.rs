//! Money in whole đồng: the law's fees know no smaller unit, so no fraction and no float exists here.

use std::{fmt, iter::Sum, ops::Add};

use serde::{Deserialize, Serialize};

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
