//! What the suite and the helper say to each other: one JSON object a line, each way.
//!
//! A module that writes to standard output itself must not be taken for the helper: every reply carries its
//! request's number, begins on a new line, and lines that are no reply are passed over.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Longest request.
pub const MAX_REQUEST: usize = 64 << 10;
/// Longest reply: the certificates of a full token.
pub const MAX_REPLY: usize = 4 << 20;

/// A PIN. Its memory is wiped; it has no `Debug` and never stands in a log.
pub struct Pin(Zeroizing<String>);

impl Serialize for Pin {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Pin {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(Zeroizing::new(text)))
    }
}

impl Pin {
    /// As it was typed.
    pub fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The text, for the module alone.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// Bytes, in hexadecimal on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        hex::decode(text).map(Self).map_err(serde::de::Error::custom)
    }
}

/// One question.
#[derive(Serialize, Deserialize)]
pub struct Request {
    /// Repeated in the reply.
    pub number: u64,
    /// What is asked.
    pub ask: Ask,
}

/// What can be asked.
#[derive(Serialize, Deserialize)]
pub enum Ask {
    /// Load this module; the first question.
    Open {
        /// The vendor's library.
        module: PathBuf,
    },
    /// Which tokens are there.
    Tokens,
    /// The certificates on one.
    Certificates {
        /// Where.
        slot: u64,
    },
    /// Log in.
    Login {
        /// Where.
        slot: u64,
        /// `None`: typed on the token's own keys.
        pin: Option<Pin>,
    },
    /// End the login; the module stays loaded, as opening one may take ten seconds.
    Logout {
        /// Where.
        slot: u64,
    },
    /// Sign.
    Sign {
        /// Where.
        slot: u64,
        /// The certificate whose key signs, DER.
        certificate: Bytes,
        /// How.
        mechanism: Mechanism,
        /// The message; its hash is made in the helper.
        message: Bytes,
    },
}

/// A hash that is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HashName {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mechanism {
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1(HashName),
    /// RSASSA-PSS with the mask's hash and the salt's length of the same hash.
    RsaPss(HashName),
    /// ECDSA; the signature comes back in DER.
    Ecdsa(HashName),
}

/// One reply.
#[derive(Serialize, Deserialize)]
pub struct Reply {
    /// The request's.
    pub number: u64,
    /// What came of it.
    pub answer: Result<Answer, Fault>,
}

/// What an [`Ask`] gives, in the same order.
#[derive(Serialize, Deserialize)]
pub enum Answer {
    /// Loaded.
    Opened,
    /// Tokens.
    Tokens(Vec<Token>),
    /// Certificates.
    Certificates(Vec<Found>),
    /// Logged in.
    LoggedIn,
    /// Logged out.
    LoggedOut,
    /// The signature.
    Signature(Bytes),
}

/// What a token says of its PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PinState {
    /// Nothing to worry about, or nothing told.
    Fine,
    /// At least one wrong PIN since the last right one.
    Low,
    /// The next wrong PIN locks the token.
    LastTry,
    /// Locked.
    Locked,
    /// No PIN was ever set.
    Missing,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Where it is; changes when it is put in again.
    pub slot: u64,
    /// Its name.
    pub label: String,
    /// Its number.
    pub serial: String,
    /// Who made it.
    pub manufacturer: String,
    /// State of the PIN.
    pub pin: PinState,
    /// Whether the PIN is typed on the token's own keys.
    pub has_keys: bool,
}

/// Whether a certificate's private key is on the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyPresence {
    /// It is.
    Here,
    /// It is not: an issuer's certificate.
    Absent,
    /// Most tokens tell only after the PIN.
    Untold,
}

/// A certificate on a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The certificate.
    pub der: Bytes,
    /// `CKA_ID`.
    pub id: Bytes,
    /// `CKA_LABEL`, as far as it is text.
    pub label: String,
    /// Its key.
    pub key: KeyPresence,
}

/// What went wrong in the helper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// The library does not load or is no PKCS#11 module.
    NotAModule,
    /// No token there.
    Gone,
    /// Not this PIN; the state afterwards.
    WrongPin(PinState),
    /// Locked by wrong PINs.
    Locked,
    /// Too short, too long or with characters that the token does not take.
    PinForm,
    /// Nobody logged in.
    NotLoggedIn,
    /// No private key for this certificate.
    NoKey,
    /// The signature has a shape that it cannot have.
    Nonsense,
    /// Anything else, as PKCS#11 calls it.
    Module(String),
}
