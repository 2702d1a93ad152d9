//! Who vouches for the document signer: its certificate, the country signer that issued it, and whether
//! both may sign this document on that day (ICAO 9303-12, 7.1).
//!
//! A country signer that changed its key, or its name, is known through a link certificate: the old key's
//! word for the new one. The way goes from the signer up over links to a country signer that is trusted
//! itself. Each step must have been made while its issuer was valid, by a key that may sign certificates
//! and for the same country, and no step may be revoked. A country signer may be issued anew with the same
//! name and key, and links double: every way is tried, so that the order of the certificates decides
//! nothing. RFC 5280's limit on the path's length is not
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

/// A way up: links, and at the end a trusted country signer.
type Way<'t> = Vec<&'t Certificate>;

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
    signer_out_of_time(signer, days)?;
    let ways = Search::new(trust).ways(signer)?;
    let results = ways.iter().map(|way| {
        along(signer, way, trust, days).unwrap_or_else(|(chain, finding)| (chain, vec![finding]))
    });
    // The first way without a remark, else the mildest.
    let mildest = results.min_by_key(|(chain, findings)| {
        (findings.iter().any(Finding::is_fatal), *chain != Chain::Ok, findings.len())
    });
    let (chain, mut findings) = mildest.ok_or((Chain::Unknown, Finding::IssuerUnknown))?;
    if chain == Chain::Ok && of_state.contains(&None) {
        findings.push(Finding::StateUnknown);
        return Ok((Chain::Unknown, findings));
    }
    if chain == Chain::Ok && days.today > signer.not_after {
        findings.push(Finding::SignerEnded);
        return Ok((Chain::Expired, findings));
    }
    Ok((chain, findings))
}

/// Whether each step of one way may have been made, and still stands.
fn along(
    signer: &Certificate,
    way: &[&Certificate],
    trust: &Trust,
    days: &Days,
) -> Result<(Chain, Vec<Finding>), Broken> {
    let steps: Vec<&Certificate> = std::iter::once(signer).chain(way.iter().copied()).collect();
    let mut stale = false;
    for (step, issuer) in steps.iter().zip(way) {
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
    if steps.iter().zip(way).any(|(step, issuer)| made_out_of_time(step, issuer)) {
        return Err((Chain::Failed, Finding::IssuerOutOfTime));
    }
    Ok((Chain::Ok, if stale { vec![Finding::RevocationsStale] } else { Vec::new() }))
}

/// One search for the ways up, within its limits.
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
    pub(crate) fn ways(mut self, certificate: &Certificate) -> Result<Vec<Way<'t>>, Broken> {
        let broken = self.up(certificate, &[]);
        if self.found.is_empty() { Err(broken) } else { Ok(self.found) }
    }

    /// Collects the ways above `certificate`, to which `below` led; tells why, if there is none.
    fn up(&mut self, certificate: &Certificate, below: &[&'t Certificate]) -> Broken {
        // A country may not link to another country's key.
        if certificate.is_authority && !certificate.is_of_one_country() {
            return (Chain::Unknown, Finding::IssuerUnknown);
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
                return (Chain::Unknown, Finding::SearchTooLong);
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
            (true, ..) => (Chain::Unknown, Finding::IssuerUnsupported),
            // A link that leads to nobody trusted says no more than no link.
            (_, true, ..) => (Chain::Unknown, Finding::IssuerUnknown),
            (_, _, true, ..) => (Chain::Failed, Finding::IssuerOtherName),
            (_, _, _, true, _) => (Chain::Failed, Finding::IssuerFalse),
            (.., true) => (Chain::Unknown, Finding::IssuerOtherKey),
            _ => (Chain::Unknown, Finding::IssuerUnknown),
        }
    }
}

/// The signed time is the signer's own word: it can accuse him and not clear him.
fn signer_out_of_time(signer: &Certificate, days: &Days) -> Result<(), Broken> {
    let Days { signed, made, today } = *days;
    if signed.is_some_and(|signed| signed < signer.not_before) {
        return Err((Chain::Failed, Finding::SignerTooEarly));
    }
    if today < signer.not_before {
        let finding = if made.is_some_and(|made| made >= signer.not_before) {
            Finding::ClockBehind
        } else {
            Finding::SignerTooEarly
        };
        return Err((Chain::Failed, finding));
    }
    if made.is_some_and(|made| made > signer.not_after) {
        return Err((Chain::Expired, Finding::SignerTooLate));
    }
    // A card may be signed some days before or after its issue date, so only the signed time tells.
    let (first, last) = signer.key_days;
    let early = first.zip(signed).is_some_and(|(first, signed)| signed < first);
    let late = last.zip(signed).is_some_and(|(last, signed)| signed > last);
    if early || late { Err((Chain::Failed, Finding::KeyOutOfTime)) } else { Ok(()) }
}

/// Whether a certificate was issued outside its issuer's validity.
fn made_out_of_time(certificate: &Certificate, issuer: &Certificate) -> bool {
    certificate.not_before < issuer.not_before || certificate.not_before > issuer.not_after
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::authenticity::certificate::Certificate;
    use jiff::civil::date;
    use virtual_card::{
        Curve, Era, Fault, KeyKind, Options, csca_der,
        publish::{link, link_in, signer_der},
    };

    const ISSUER: KeyKind = KeyKind::Named(Curve::P384);
    const TODAY: Date = date(2026, 11, 23);

    fn signer(options: &Options) -> Certificate {
        Certificate::parse(&signer_der(options)).unwrap()
    }

    fn trust(parts: &[&Vec<u8>]) -> Trust {
        Trust::from_der(parts.iter().map(|der| der.as_slice()), [])
    }

    /// Days of a card that was signed, if it tells, and issued, if it tells.
    fn days(signed: Option<Date>, issued: Option<Date>, today: Date) -> Days {
        Days { signed, made: signed.or(issued), today }
    }

    fn found(signer: &Certificate, trust: &Trust, days: &Days) -> (Chain, Vec<Finding>) {
        let mrz = Mrz::parse(&Options::default().mrz()).unwrap();
        check(signer, trust, &mrz, days)
    }

    /// A country signer issued anew under the same name and key, and a link beside it.
    #[test]
    fn the_order_of_certificates_decides_nothing() {
        let signed = days(Some(date(2022, 5, 20)), None, TODAY);
        let old = link_in((2012, 2018), Era::First, Era::First, ISSUER);
        let good = (Chain::Ok, vec![]);
        let out = (Chain::Failed, vec![Finding::IssuerOutOfTime]);
        let (first, second) = (csca_der(ISSUER), Era::NewKey.certificate(ISSUER));
        let linked = link(Era::First, Era::NewKey, ISSUER);
        let ended = link_in((2012, 2018), Era::First, Era::NewKey, ISSUER);
        for (era, parts, expected) in [
            (Era::First, vec![&old, &first], &good),
            (Era::First, vec![&old], &out),
            (Era::NewKey, vec![&ended, &linked, &first], &good),
            (Era::NewKey, vec![&ended, &second, &first], &good),
            (Era::NewKey, vec![&ended, &linked, &old], &out),
            (Era::NewKey, vec![&linked, &old, &first], &good),
        ] {
            let signer = signer(&Options { era, ..Options::default() });
            for turn in 0..parts.len() {
                let mut parts = parts.clone();
                parts.rotate_left(turn);
                assert_eq!(found(&signer, &trust(&parts), &signed), *expected, "{era:?} {turn}");
            }
        }
    }

    /// Where no key identifier says which key is meant, another key of the same name accuses nobody.
    #[test]
    fn only_a_named_key_can_be_abused() {
        let signed = days(Some(date(2022, 5, 20)), None, TODAY);
        let first = trust(&[&csca_der(ISSUER)]);
        let second = trust(&[&Era::NewKey.certificate(ISSUER)]);
        let mut signer = signer(&Options { era: Era::NewKey, ..Options::default() });
        signer.authority = None;
        let other_key = (Chain::Unknown, vec![Finding::IssuerOtherKey]);
        assert_eq!(found(&signer, &first, &signed), other_key);
        assert_eq!(found(&signer, &second, &signed), (Chain::Ok, vec![]));
        let first_key = Certificate::parse(&csca_der(ISSUER)).unwrap();
        signer.authority = first_key.identifier;
        assert_eq!(found(&signer, &first, &signed), (Chain::Failed, vec![Finding::IssuerFalse]));
    }

    /// The signer may sign from 2021 to 2036; the expired one signed from 2015 to 2018.
    #[test]
    fn days_that_accuse_and_days_that_do_not() {
        let known = trust(&[&link_in((2012, 2039), Era::First, Era::First, ISSUER)]);
        let good = signer(&Options::default());
        let ended = signer(&Options::with_fault(Fault::ExpiredSigner));
        let mut retired = signer(&Options::default());
        retired.key_days = (Some(date(2021, 1, 1)), Some(date(2022, 12, 31)));
        let day = |year| Some(date(year, 6, 1));
        for (name, signer, signed, issued, today, expected) in [
            ("as usual", &good, day(2022), None, TODAY, None),
            ("nothing tells when", &good, None, None, TODAY, None),
            ("signed before", &good, day(2020), None, TODAY, Some(Finding::SignerTooEarly)),
            ("issued before", &good, day(2021), day(2020), TODAY, None),
            (
                "a clock of 2015",
                &good,
                day(2022),
                None,
                date(2015, 1, 1),
                Some(Finding::ClockBehind),
            ),
            (
                "the same, issued",
                &good,
                None,
                day(2022),
                date(2015, 1, 1),
                Some(Finding::ClockBehind),
            ),
            (
                "the same, untold",
                &good,
                None,
                None,
                date(2015, 1, 1),
                Some(Finding::SignerTooEarly),
            ),
            ("ended since", &ended, day(2017), None, TODAY, Some(Finding::SignerEnded)),
            ("ended, untold", &ended, None, None, TODAY, Some(Finding::SignerEnded)),
            ("signed after the end", &ended, day(2025), None, TODAY, Some(Finding::SignerTooLate)),
            ("issued after the end", &ended, None, day(2025), TODAY, Some(Finding::SignerTooLate)),
            (
                "signed by a retired key",
                &retired,
                day(2023),
                None,
                TODAY,
                Some(Finding::KeyOutOfTime),
            ),
            ("issued later than signed", &retired, day(2022), day(2023), TODAY, None),
            ("issued, not known when signed", &retired, None, day(2023), TODAY, None),
        ] {
            let (_, findings) = found(signer, &known, &days(signed, issued, today));
            assert_eq!(findings, Vec::from_iter(expected), "{name}");
        }
    }

    /// A store full of certificates of one name costs a bounded time, and is said.
    #[test]
    fn a_search_ends() {
        let signed = days(Some(date(2022, 5, 20)), None, TODAY);
        let many: Vec<Vec<u8>> = (0..MAX_VERIFICATIONS as u16 + 1)
            .map(|n| link_in((2000, 2000 + n), Era::First, Era::NewKey, ISSUER))
            .collect();
        let signer = signer(&Options { era: Era::NewKey, ..Options::default() });
        let trust = trust(&many.iter().collect::<Vec<_>>());
        assert_eq!(found(&signer, &trust, &signed), (Chain::Unknown, vec![Finding::SearchTooLong]));
    }
}
