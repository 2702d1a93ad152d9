//! The ways from a certificate up over links to trusted country signers, and why there is none.
//!
//! RFC 5280's limit on the path's length is not asked: every ICAO country signer writes "none below me",
//! and its link certificates nevertheless.

use pki::certificate::Certificate;

use super::{Trust, profile};

/// Most link certificates in a row; a country changes its key every three to five years.
const MAX_LINKS: usize = 8;
/// Most signatures that one search verifies.
pub(crate) const MAX_VERIFICATIONS: usize = 64;

/// A way up: links, and at the end a trusted country signer.
pub(crate) type Way<'t> = Vec<&'t Certificate>;

/// Why there is no way up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoWay {
    /// No trusted country signer is named as issuer.
    Unknown,
    /// One has the issuer's name, but another key.
    OtherKey,
    /// One is named, and its algorithm or key is not supported.
    Unsupported,
    /// One is named by name and key, and did not sign.
    False,
    /// One signed, and another name is given as the issuer's.
    OtherName,
    /// More certificates have the issuer's name or key than one search looks at.
    TooLong,
}

/// One search, within its limits.
pub(crate) struct Search<'t> {
    trust: &'t Trust,
    verifications: usize,
    found: Vec<Way<'t>>,
}

impl<'t> Search<'t> {
    pub(crate) fn new(trust: &'t Trust) -> Self {
        Self { trust, verifications: MAX_VERIFICATIONS, found: Vec::new() }
    }

    /// Every way from the certificate to a trusted country signer: at least one. Each step costs a
    /// verification, so there are no more ways than verifications.
    pub(crate) fn ways(mut self, certificate: &Certificate) -> Result<Vec<Way<'t>>, NoWay> {
        let none = self.up(certificate, &[]);
        if self.found.is_empty() { Err(none) } else { Ok(self.found) }
    }

    /// Collects the ways above `certificate`, to which `below` led; tells why, if there is none.
    fn up(&mut self, certificate: &Certificate, below: &[&'t Certificate]) -> NoWay {
        // A country may not link to another country's key.
        if certificate.is_authority && !profile::is_of_one_country(certificate) {
            return NoWay::Unknown;
        }
        let mut same_name = false;
        let mut named = false;
        let mut unchecked = false;
        let mut other_name = false;
        let mut links = Vec::new();
        for candidate in self.trust.authorities() {
            let (name, key) =
                (certificate.names_as_issuer(candidate), certificate.names_key_of(candidate));
            same_name |= name;
            if !name && key != Some(true) || key == Some(false) {
                continue;
            }
            if self.verifications == 0 {
                return NoWay::TooLong;
            }
            self.verifications -= 1;
            let holds = certificate.is_signed_by(candidate);
            let is_root = holds == Some(true) && self.trust.is_root(candidate);
            match (name, holds) {
                (true, Some(true)) if is_root => {
                    self.found.push([below, &[candidate]].concat());
                }
                (true, Some(true)) => links.push(candidate),
                // Without a key identifier the name alone points here, and one name may have several keys.
                (true, Some(false)) => named |= key == Some(true),
                (true, None) => unchecked = true,
                // Short key identifiers may meet by chance; a signature does not.
                (false, _) => other_name |= is_root,
            }
        }
        for link in links.iter().filter(|_| below.len() < MAX_LINKS) {
            if !below.iter().any(|known| std::ptr::eq(*known, *link)) {
                self.up(link, &[below, &[*link]].concat());
            }
        }
        match (unchecked, !links.is_empty(), other_name, named, same_name) {
            (true, ..) => NoWay::Unsupported,
            // A link that leads to nobody trusted says no more than no link.
            (_, true, ..) => NoWay::Unknown,
            (_, _, true, ..) => NoWay::OtherName,
            (_, _, _, true, _) => NoWay::False,
            (.., true) => NoWay::OtherKey,
            _ => NoWay::Unknown,
        }
    }
}
