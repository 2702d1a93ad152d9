//! A virtual identity card: a whole ICAO 9303 chip in software, with invented holders, its own issuing
//! state and a list of faults.
//!
//! It exists so that the reader is tested against something that is not itself: this crate shares no
//! code with `identity` beyond the cryptographic primitives, and follows the standard from the chip's
//! side. [`Card::respond`] takes commands in process; [`vpcd`] puts the same card into a real PC/SC
//! reader. Random numbers can be given, so the published worked examples run against it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod apdu;
mod bp512;
mod card;
mod cipher;
mod curve;
mod details;
mod dg2;
mod domain;
mod fault;
mod files;
mod messaging;
mod numbers;
mod options;
pub mod person;
mod pki;
mod portrait;
pub mod publish;
pub mod qr;
mod sod;
pub mod terminal;
#[cfg(test)]
mod tests;
mod tlv;
pub mod vpcd;

pub use access::Random;
pub use card::{APPLICATION, Card, Log, SMALL_READ};
pub use cipher::Cipher;
pub use curve::Curve;
pub use domain::{Domain, Mapping, Modular};
pub use fault::{Fault, Nature};
pub use files::{COM, SOD, data_group};
pub use options::{Access, ActiveKey, Biometric, Document, Options, Pace};
pub use person::{PEOPLE, Person, Sex};
pub use pki::{Hash, KeyKind};
pub use portrait::{Photo, jpeg as portrait, photo};
pub use publish::Era;
pub use sod::Signing;

/// Self-signed certificate (DER) of the virtual country signing authority with a key of `kind`; the
/// same octets in every process.
pub fn csca_der(kind: KeyKind) -> Vec<u8> {
    pki::Authority::csca(kind).certificate()
}

/// The same of another country, as its certificates write it.
pub fn foreign_csca_der(country: &'static str, kind: KeyKind) -> Vec<u8> {
    pki::Authority::csca(kind).of(country).certificate()
}
