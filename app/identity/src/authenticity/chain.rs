//! Who vouches for the document signer: its certificate, the country signer that issued it, and whether
//! both may sign this document on that day (ICAO 9303-12, 7.1).

use jiff::civil::Date;

use super::{Chain, Finding, certificate::Certificate, country};
use crate::{mrz::Mrz, trust::Trust};

/// The days that decide about validity.
pub(super) struct Days {
    /// Signed time of the security object.
    pub signed: Option<Date>,
    /// Best known day on which the document was made: the signed time, else the issue date.
    pub made: Option<Date>,
    /// The local date.
    pub today: Date,
}

/// Finds and checks the signer's issuer.
pub(super) fn check(
    signer: &Certificate,
    trust: &Trust,
    mrz: &Mrz,
    days: &Days,
) -> (Chain, Option<Finding>) {
    if !signer.may_sign_document(&mrz.code) || !signer.understood || signer.issuer == signer.subject
    {
        return (Chain::Failed, Some(Finding::UsageWrong));
    }
    // The issuer's name is the country signer's subject, so this compares all three countries.
    let of_state = [&signer.country, &signer.issuer_country]
        .map(|country| country::may_sign_for(&mrz.issuer, country.as_deref().unwrap_or_default()));
    if of_state.contains(&Some(false)) {
        return (Chain::Failed, Some(Finding::OtherCountry));
    }
    let issuer = match issuer(signer, trust) {
        Ok(issuer) => issuer,
        Err((chain, finding)) => return (chain, Some(finding)),
    };
    if !issuer.may_sign_certificates() || !issuer.understood {
        return (Chain::Failed, Some(Finding::UsageWrong));
    }
    if let Some(result) = out_of_time(signer, issuer, days) {
        return result;
    }
    if of_state.contains(&None) {
        return (Chain::Unknown, Some(Finding::StateUnknown));
    }
    if days.today > signer.not_after {
        return (Chain::Expired, Some(Finding::SignerEnded));
    }
    (Chain::Ok, None)
}

/// The trusted country signer that issued the signer's certificate.
fn issuer<'t>(signer: &Certificate, trust: &'t Trust) -> Result<&'t Certificate, (Chain, Finding)> {
    let mut same_name = false;
    let mut named = false;
    let mut unchecked = false;
    for candidate in trust.certificates() {
        let (name, key) = (signer.names_as_issuer(candidate), signer.names_key_of(candidate));
        same_name |= name;
        match (name, key) {
            (true, None | Some(true)) => {
                named = true;
                match signer.is_signed_by(candidate) {
                    Some(true) => return Ok(candidate),
                    Some(false) => {}
                    None => unchecked = true,
                }
            }
            // Short key identifiers may meet by chance; a signature does not.
            (false, Some(true)) if signer.is_signed_by(candidate) == Some(true) => {
                return Err((Chain::Failed, Finding::IssuerOtherName));
            }
            _ => {}
        }
    }
    Err(match (unchecked, named, same_name) {
        (true, ..) => (Chain::Unknown, Finding::IssuerUnsupported),
        (_, true, _) => (Chain::Failed, Finding::IssuerFalse),
        (_, _, true) => (Chain::Unknown, Finding::IssuerOtherKey),
        _ => (Chain::Unknown, Finding::IssuerUnknown),
    })
}

fn out_of_time(
    signer: &Certificate,
    issuer: &Certificate,
    days: &Days,
) -> Option<(Chain, Option<Finding>)> {
    let Days { signed, made, today } = *days;
    if signer.not_before > signed.unwrap_or(today).min(today) {
        return Some((Chain::Failed, Some(Finding::SignerTooEarly)));
    }
    if made.unwrap_or(today) > signer.not_after {
        return Some((Chain::Expired, Some(Finding::SignerTooLate)));
    }
    // A card may be signed some days after its issue date, so only the signed time tells "too early".
    let (first, last) = signer.key_days;
    let early = first.zip(signed).is_some_and(|(first, signed)| signed < first);
    let late = last.zip(made).is_some_and(|(last, made)| made > last);
    if early || late {
        return Some((Chain::Failed, Some(Finding::KeyOutOfTime)));
    }
    if signer.not_before < issuer.not_before || signer.not_before > issuer.not_after {
        return Some((Chain::Failed, Some(Finding::IssuerOutOfTime)));
    }
    None
}
