//! Which numbers a payload may hold.
//!
//! The ledger's tables, and programs that read its figures, hold whole numbers up to 2^63 - 1. An entry with a larger
//! one could be put into a chain and never into the tables, and all that rests on it would wait for ever. It is
//! no entry.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// Whether every number of this JSON fits.
pub(super) fn check(json: &[u8]) -> Result<(), serde_json::Error> {
    serde_json::from_slice::<Whole>(json).map(drop)
}

struct Whole;

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Walk)
    }
}

struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = Whole;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("whole numbers below 2^63")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Whole, E> {
        match i64::try_from(number) {
            Ok(_) => Ok(Whole),
            Err(_) => Err(E::custom("a number beyond all tables")),
        }
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Whole, E> {
        Ok(Whole)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Whole, E> {
        Ok(Whole)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Whole, E> {
        Ok(Whole)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Whole, E> {
        Ok(Whole)
    }

    fn visit_unit<E: Error>(self) -> Result<Whole, E> {
        Ok(Whole)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Whole, A::Error> {
        while items.next_element::<Whole>()?.is_some() {}
        Ok(Whole)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Whole, A::Error> {
        while fields.next_entry::<IgnoredAny, Whole>()?.is_some() {}
        Ok(Whole)
    }
}
