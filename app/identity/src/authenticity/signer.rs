//! Every signer of the security object: its certificate, its signature, its issuer.
//!
//! ICAO 9303-10 recommends one signer and forbids no second. With several, each must hold and the weakest
//! decides: a genuine signature beside a false one is no genuine object.

use jiff::civil::Date;

use super::{
    Chain, Finding, Material, Outcome,
    chain::{self, Days},
    cms::Signer,
    sod::SecurityObject,
};
use crate::{cipher::Hash, trust::Trust};

/// Checks all signers; tells what was found and the worst results.
pub(super) fn check(
    material: &Material<'_>,
    sod: &SecurityObject,
    trust: &Trust,
    today: Date,
    findings: &mut Vec<Finding>,
) -> (Outcome, Chain) {
    let mut worst = (Outcome::Ok, Chain::Ok);
    for signer in &sod.signers {
        let before = findings.len();
        let (signature, chain) = check_one(material, sod, signer, trust, today, findings);
        if signature == Outcome::Failed {
            worst.0 = Outcome::Failed;
        }
        if severity(chain) > severity(worst.1) {
            worst.1 = chain;
        }
        // The same remark on a second signer tells nothing new.
        let (known, found) = findings.split_at(before);
        let new: Vec<Finding> = found.iter().filter(|f| !known.contains(f)).cloned().collect();
        findings.truncate(before);
        findings.extend(new);
    }
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
) -> (Outcome, Chain) {
    let info = &signer.info;
    // Older chips leave the certificate out (ICAO 9303-10, 4.6.2.1); one that is known here is no more
    // trusted than one from the chip.
    let named = signer.certificate.as_ref().or_else(|| trust.named_signer(info));
    let Some(certificate) = named else {
        findings.push(Finding::NoSigner);
        return (Outcome::Failed, Chain::Failed);
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
    (signature, chain)
}
