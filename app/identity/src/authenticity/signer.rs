//! Every signer of the security object: its certificate, its signature, its issuer.
//!
//! ICAO 9303-10 recommends one signer and forbids no second. With several, each must hold and the weakest
//! decides: a genuine signature beside a false one is no genuine object.

use jiff::civil::Date;
use office::evidence::DocumentSigner;
use pki::{cms::Signer, hash::Hash};

use super::{
    Chain, Finding, Material, Outcome,
    chain::{self, Days},
    sod::SecurityObject,
};
use crate::trust::{Trust, profile};

/// What all signers together are worth.
pub(super) struct Signed {
    /// The worst signature.
    pub signature: Outcome,
    /// The weakest chain.
    pub chain: Chain,
    /// The first signer, where every signature holds.
    pub signer: Option<DocumentSigner>,
}

/// Checks all signers; tells what was found and the worst results.
pub(super) fn check(
    material: &Material<'_>,
    sod: &SecurityObject,
    trust: &Trust,
    today: Date,
    findings: &mut Vec<Finding>,
) -> Signed {
    let mut worst = Signed { signature: Outcome::Ok, chain: Chain::Ok, signer: None };
    for signer in &sod.signers {
        let before = findings.len();
        let one = check_one(material, sod, signer, trust, today, findings);
        worst.signer = worst.signer.or(one.signer);
        if one.signature == Outcome::Failed {
            worst.signature = Outcome::Failed;
        }
        if severity(one.chain) > severity(worst.chain) {
            worst.chain = one.chain;
        }
        // The same remark on a second signer tells nothing new.
        let (known, found) = findings.split_at(before);
        let new: Vec<Finding> = found.iter().filter(|f| !known.contains(f)).cloned().collect();
        findings.truncate(before);
        findings.extend(new);
    }
    worst.signer = worst.signer.filter(|_| worst.signature == Outcome::Ok);
    worst
}

fn severity(chain: Chain) -> u8 {
    match chain {
        Chain::Ok => 0,
        Chain::Expired => 1,
        Chain::Unknown => 2,
        Chain::Failed => 3,
    }
}

fn check_one(
    material: &Material<'_>,
    sod: &SecurityObject,
    signer: &Signer,
    trust: &Trust,
    today: Date,
    findings: &mut Vec<Finding>,
) -> Signed {
    let info = &signer.info;
    // Older chips leave the certificate out (ICAO 9303-10, 4.6.2.1); one that is known here is no more
    // trusted than one from the chip.
    let named = signer.certificate.as_ref().or_else(|| trust.named_signer(info));
    let Some(certificate) = named else {
        findings.push(Finding::NoSigner);
        return Signed { signature: Outcome::Failed, chain: Chain::Failed, signer: None };
    };
    let signature = match info.holds(certificate) {
        Some(true) => Outcome::Ok,
        Some(false) => {
            findings.push(Finding::SignatureWrong);
            Outcome::Failed
        }
        None => {
            findings.push(Finding::Unsupported);
            Outcome::Failed
        }
    };
    let sha1 = [Some(sod.hash), certificate.hash()].contains(&Some(Hash::Sha1));
    if sha1 || info.uses_sha1() {
        findings.push(Finding::WeakHash);
    }
    if certificate.key().is_some_and(|key| key.is_weak()) {
        findings.push(Finding::WeakKey);
    }
    let signed = info.signing_day;
    let made = signed.or(material.issued);
    let days = Days { signed, made, today };
    let (chain, found) = chain::check(certificate, trust, material.mrz, &days);
    findings.extend(found);
    Signed { signature, chain, signer: Some(profile::as_signer(certificate)) }
}
