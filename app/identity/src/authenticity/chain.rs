//! Who vouches for the document signer: its certificate, the country signer that issued it, and whether
//! both may sign this document on that day (ICAO 9303-12, 7.1).
//!
//! A country signer that changed its key, or its name, is known through a link certificate: the old key's
//! word for the new one. The way goes from the signer up over links to a country signer that is trusted
//! itself. Each step must have been made while its issuer was valid, by a key that may sign certificates
//! and for the same country, and no step may be revoked. A country signer may be issued anew with the same
//! name and key, and links double: every way is tried, so that the order of the certificates decides
//! nothing.

use jiff::civil::Date;
use pki::certificate::Certificate;

use super::{Chain, Finding, country};
use crate::{
    mrz::Mrz,
    trust::{
        Standing, Trust, profile,
        search::{NoWay, Search},
    },
};

/// The days that decide about validity.
pub(super) struct Days {
    /// Signed time of the security object.
    pub signed: Option<Date>,
    /// Best known day on which the document was made: the signed time, else the issue date.
    pub made: Option<Date>,
    /// The local date.
    pub today: Date,
}

/// Why the signer is not vouched for.
type Broken = (Chain, Finding);

impl From<NoWay> for Broken {
    fn from(no_way: NoWay) -> Self {
        match no_way {
            NoWay::Unknown => (Chain::Unknown, Finding::IssuerUnknown),
            NoWay::OtherKey => (Chain::Unknown, Finding::IssuerOtherKey),
            NoWay::Unsupported => (Chain::Unknown, Finding::IssuerUnsupported),
            NoWay::False => (Chain::Failed, Finding::IssuerFalse),
            NoWay::OtherName => (Chain::Failed, Finding::IssuerOtherName),
            NoWay::TooLong => (Chain::Unknown, Finding::SearchTooLong),
        }
    }
}

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
    if !profile::may_sign_document(signer, &mrz.code)
        || !profile::is_understood(signer)
        || signer.issuer == signer.subject
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
        if !issuer.may_sign_certificates() || !profile::is_understood(issuer) {
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
    use crate::trust::search::MAX_VERIFICATIONS;
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
