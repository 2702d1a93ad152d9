//! The code by which anybody looks an act up (mã tra cứu): it names no person and cannot be guessed.
//!
//! Eighty of the random bits of the act's id, as sixteen letters and digits in groups of four (Crockford's base 32:
//! no I, L, O, U). Read by eye, O is taken for 0 and I or L for 1.

use std::fmt;

use super::ActId;

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters and digits of a code.
const LENGTH: usize = 16;

/// A look-up code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LookupCode([u8; 10]);

impl LookupCode {
    /// An act's code; `None` where the id is none of this suite's.
    pub fn of(act: &ActId) -> Option<Self> {
        let digits = act.0.get(..20)?;
        let mut bytes = [0; 10];
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(digits.get(2 * place..2 * place + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// Reads a code as people type it: small letters, spaces, with its hyphens or without.
    pub fn parse(text: &str) -> Option<Self> {
        let signs = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let mut bits: u128 = 0;
        let mut count = 0;
        for sign in signs {
            let sign = match sign.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let value = DIGITS.iter().position(|digit| char::from(*digit) == sign)?;
            count += 1;
            if count > LENGTH {
                return None;
            }
            bits = bits << 5 | value as u128;
        }
        let [.., a, b, c, d, e, f, g, h, i, j] = bits.to_be_bytes();
        (count == LENGTH).then_some(Self([a, b, c, d, e, f, g, h, i, j]))
    }

    /// How the id of its act begins: twenty hex digits.
    pub fn begins(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// `7D3K-9QXA-0M2F-TT5C`
impl fmt::Display for LookupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.0.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        for place in 0..LENGTH {
            if place > 0 && place % 4 == 0 {
                f.write_str("-")?;
            }
            let value = (bits >> (5 * (LENGTH - 1 - place))) & 31;
            let digit = DIGITS.get(usize::try_from(value).unwrap_or(0)).copied().unwrap_or(b'0');
            write!(f, "{}", char::from(digit))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let act = ActId("00443214c74254b635cf84653a56d7c6".into());
        let code = LookupCode::of(&act).unwrap();
        assert_eq!(code.to_string(), "0123-4567-89AB-CDEF");
        for text in ["0123 4567 89ab cdef", "oI23-4567-89AB-CDEF", "OL23456789ABCDEF"] {
            assert_eq!(LookupCode::parse(text), Some(code), "{text}");
        }
        for text in [
            "",
            "0123-4567-89AB-CDE",
            "0123-4567-89AB-CDEF0",
            "0123-4567-89AB-CDEU",
            "0123.4567.89AB.CDEF",
        ] {
            assert_eq!(LookupCode::parse(text), None, "{text}");
        }
        assert_eq!(LookupCode::of(&ActId("ngắn".into())), None);
    }

    proptest! {
        #[test]
        fn every_act_has_a_code_that_leads_back(id in "[0-9a-f]{32}") {
            let code = LookupCode::of(&ActId(id.clone())).unwrap();
            prop_assert_eq!(LookupCode::parse(&code.to_string()), Some(code));
            prop_assert!(id.starts_with(&code.begins()));
        }
    }
}
