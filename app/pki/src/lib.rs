//! Certificates and signatures: what identity chips, master lists and signed documents have in common.
//!
//! Here stands what anybody needs who verifies a signature, whatever was signed: is this the signer's
//! certificate, did this key sign these bytes, does its issuer's list name it. Whom to believe stands with
//! those who believe: which authorities are roots, what a kind of signer may sign, how long a chain may be,
//! what a revocation undoes. For chips that is ICAO 9303-12, in `identity`.
//!
//! # What it holds
//! - [`tlv`]: BER-TLV as cards write it, and a limited walk over any tree.
//! - [`asn1`]: parts of strict DER.
//! - [`hash`], [`number`], [`curve`], [`signature`]: the algorithms, and keys that verify. Nothing here
//!   holds a private key, makes keys or asks for random numbers.
//! - [`signing`]: the SignedData around a signature that a token made.
//! - [`certificate`]: X.509 (RFC 5280, 4).
//! - [`revocation`]: certificate revocation lists (RFC 5280, 5).
//! - [`cms`]: SignedData (RFC 5652, 5) with the content in it, as EF.SOD, EF.CardSecurity (ICAO 9303-10,
//!   4.6.2) and master lists (ICAO 9303-12, 9) use it, and without it, as signed documents do.
//! - [`ocsp`], [`stamp`]: answers on one certificate (RFC 6960) and time stamps (RFC 3161), and how they are
//!   asked for. Who carries the question is not known here.
//! - [`places`]: where a certificate says that its issuer, answers and lists are found.
//!
//! # What it refuses
//! - BER where DER is asked: two readers could see two different objects in the same bytes.
//! - Signatures without signed attributes, and content where it is not looked for.
//! - Attributes that stand there twice or with several values; extensions that stand there twice.
//! - Curves of the signer's own choice, even where they only change the generator (CVE-2020-0601).
//! - Partial and indirect revocation lists, and lists that do not say when the next one comes.
//! - Critical extensions that nobody who asks heeds ([`certificate::Certificate::is_understood`]); name
//!   constraints are one of them.
//!
//! An algorithm that is not known here is no false signature: the answer is then `None`, or
//! [`asn1::Asn1Error::UnknownHash`], and never `false`.
//!
//! # Limits
//! All bytes are a stranger's. A certificate has at most 32 KB, a revocation list 20 MB; a SignedData at
//! most 4 signers, of whose certificates 8 are looked at; a TLV tree 12 levels and 4096 elements, its tags
//! and lengths three bytes. RSA keys have 1024 to 8192 bits, curves are nine of 224 to 521 bits, hashes are
//! SHA-1 to SHA-512. How large a file may be is for whoever reads it.
//!
//! # Errors
//! The crate depends on no other of ours, so its errors have no code of support of their own: they say what
//! is wrong with bytes. Whoever read the bytes knows what the user had in hand and what to do now, and puts
//! that into an error with a code (`identity`: `ReadError`, `OfferError`) or into a finding. The words of
//! [`tlv::TlvError`] and [`revocation::Reason`] are made to stand inside such a sentence.

pub mod asn1;
pub mod certificate;
pub mod cms;
pub mod curve;
mod encode;
pub mod hash;
pub mod number;
pub mod ocsp;
pub mod places;
pub mod revocation;
pub mod signature;
pub mod signing;
pub mod stamp;
pub mod tlv;
