//! Who vouches for the document signer: its certificate, the country signer that issued it, and whether
//! both may sign this document on that day (ICAO 9303-12, 7.1).
//!
//! A country signer that changed its key, or its name, is known through a link certificate: the old key's
//! word for the new one. The way goes from the signer up over links to a country signer that is trusted
//! itself. Each step must have been made while its issuer was valid, by a key that may sign certificates
//! and for the same country, and no step may be revoked. RFC 5280's limit on the path's length is not
//! asked: every ICAO country signer writes "none below me", and its link certificates nevertheless.

use jiff::civil::Date;

use super::{Chain, Finding, certificate::Certificate, country};
use crate::{
    mrz::Mrz,
    trust::{Standing, Trust},
};

/// Most link certificates in a row; a country changes its key every three to five years.
const MAX_LINKS: usize = 8;
/// Most signatures that one search verifies.
const MAX_VERIFICATIONS: usize = 64;

/// The days that decide about validity.
pub(super) struct Days {
    /// Signed time of the security object.
    pub signed: Option<Date>,
    /// Best known day on which the document was made: the signed time, else the issue date.
    pub made: Option<Date>,
    /// The local date.
    pub today: Date,
}

/// Why there is no way up.
type Broken = (Chain, Finding);

/// Finds and checks the signer's issuer.
pub(super) fn check(
    signer: &Certificate,
    trust: &Trust,
    mrz: &Mrz,
    days: &Days,
) -> (Chain, Vec<Finding>) {
    checked(signer, trust, mrz, days).unwrap_or_else(|(chain, finding)| (chain, vec![finding]))
}

fn checked(
    signer: &Certificate,
    trust: &Trust,
    mrz: &Mrz,
    days: &Days,
) -> Result<(Chain, Vec<Finding>), Broken> {
    if !signer.may_sign_document(&mrz.code) || !signer.understood || signer.issuer == signer.subject
    {
        return Err((Chain::Failed, Finding::UsageWrong));
    }
    // The issuer's name is the country signer's subject, so this compares all three countries.
    let of_state = [&signer.country, &signer.issuer_country]
        .map(|country| country::may_sign_for(&mrz.issuer, country.as_deref().unwrap_or_default()));
    if of_state.contains(&Some(false)) {
        return Err((Chain::Failed, Finding::OtherCountry));
    }
    let path = Search::new(trust).path(signer)?;
    let steps: Vec<&Certificate> = std::iter::once(signer).chain(path.iter().copied()).collect();
    let mut stale = false;
    for (step, issuer) in steps.iter().zip(&path) {
        if !issuer.may_sign_certificates() || !issuer.understood {
            return Err((Chain::Failed, Finding::UsageWrong));
        }
        match trust.standing(step, days.today) {
            Standing::Revoked(revoked) if step.der == signer.der => {
                return Err((Chain::Failed, Finding::SignerRevoked(revoked)));
            }
            Standing::Revoked(revoked) => {
                return Err((Chain::Failed, Finding::IssuerRevoked(revoked)));
            }
            Standing::Stale => stale = true,
            Standing::Good | Standing::NoList => {}
        }
    }
    signer_out_of_time(signer, days)?;
    if steps.iter().zip(&path).any(|(step, issuer)| made_out_of_time(step, issuer)) {
        return Err((Chain::Failed, Finding::IssuerOutOfTime));
    }
    let mut findings = if stale { vec![Finding::RevocationsStale] } else { Vec::new() };
    if of_state.contains(&None) {
        findings.push(Finding::StateUnknown);
        return Ok((Chain::Unknown, findings));
    }
    if days.today > signer.not_after {
        findings.push(Finding::SignerEnded);
        return Ok((Chain::Expired, findings));
    }
    Ok((Chain::Ok, findings))
}

/// One search for the way up, within its limits.
pub(crate) struct Search<'t> {
    trust: &'t Trust,
    verifications: usize,
}

impl<'t> Search<'t> {
    pub(crate) fn new(trust: &'t Trust) -> Self {
        Self { trust, verifications: MAX_VERIFICATIONS }
    }

    /// The certificate's issuer, the issuer's issuer, and so on: links, and at the end a trusted country
    /// signer.
    pub(crate) fn path(
        &mut self,
        certificate: &Certificate,
    ) -> Result<Vec<&'t Certificate>, Broken> {
        self.up(certificate, MAX_LINKS)
    }

    fn up(
        &mut self,
        certificate: &Certificate,
        links_left: usize,
    ) -> Result<Vec<&'t Certificate>, Broken> {
        // A country may not link to another country's key.
        if certificate.is_authority && !certificate.is_of_one_country() {
            return Err((Chain::Unknown, Finding::IssuerUnknown));
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
            match (name, key) {
                (true, None | Some(true)) => {
                    named = true;
                    match self.verify(certificate, candidate) {
                        Some(true) if self.trust.is_root(candidate) => return Ok(vec![candidate]),
                        Some(true) => links.push(candidate),
                        Some(false) => {}
                        None => unchecked = true,
                    }
                }
                // Short key identifiers may meet by chance; a signature does not.
                (false, Some(true)) => {
                    other_name |= self.trust.is_root(candidate)
                        && self.verify(certificate, candidate) == Some(true);
                }
                _ => {}
            }
        }
        for link in links.iter().filter(|_| links_left > 0) {
            if let Ok(above) = self.up(link, links_left - 1) {
                return Ok(std::iter::once(*link).chain(above).collect());
            }
        }
        Err(match (unchecked, !links.is_empty(), other_name, named, same_name) {
            (true, ..) => (Chain::Unknown, Finding::IssuerUnsupported),
            // A link that leads to nobody trusted says no more than no link.
            (_, true, ..) => (Chain::Unknown, Finding::IssuerUnknown),
            (_, _, true, ..) => (Chain::Failed, Finding::IssuerOtherName),
            (_, _, _, true, _) => (Chain::Failed, Finding::IssuerFalse),
            (.., true) => (Chain::Unknown, Finding::IssuerOtherKey),
            _ => (Chain::Unknown, Finding::IssuerUnknown),
        })
    }

    fn verify(&mut self, certificate: &Certificate, issuer: &Certificate) -> Option<bool> {
        self.verifications = self.verifications.checked_sub(1)?;
        certificate.is_signed_by(issuer)
    }
}

fn signer_out_of_time(signer: &Certificate, days: &Days) -> Result<(), Broken> {
    let Days { signed, made, today } = *days;
    if signer.not_before > signed.unwrap_or(today).min(today) {
        return Err((Chain::Failed, Finding::SignerTooEarly));
    }
    if made.unwrap_or(today) > signer.not_after {
        return Err((Chain::Expired, Finding::SignerTooLate));
    }
    // A card may be signed some days after its issue date, so only the signed time tells "too early".
    let (first, last) = signer.key_days;
    let early = first.zip(signed).is_some_and(|(first, signed)| signed < first);
    let late = last.zip(made).is_some_and(|(last, made)| made > last);
    if early || late { Err((Chain::Failed, Finding::KeyOutOfTime)) } else { Ok(()) }
}

/// Whether a certificate was issued outside its issuer's validity.
fn made_out_of_time(certificate: &Certificate, issuer: &Certificate) -> bool {
    certificate.not_before < issuer.not_before || certificate.not_before > issuer.not_after
}
