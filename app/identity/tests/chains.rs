//! Whether a document signer is revoked, how new keys of a country signer are known through links, and
//! chips that leave their signer out.
#![allow(clippy::unwrap_used)]

mod common;

use common::{TODAY, mrz_keys, read_on, read_with, trust};
use identity::{
    authenticity::{Chain, Finding, Reason, Revoked},
    reading::Reading,
    trust::Trust,
};
use jiff::civil::{Date, date};
use office::evidence::Evidence;
use virtual_card::{
    Curve, Era, Fault, KeyKind, Options, csca_der,
    publish::{Revocations, csca_without_revocations, foreign_link, link, link_in, signer_der},
};

const ISSUER: KeyKind = KeyKind::Named(Curve::P384);
const SIGNER: KeyKind = KeyKind::Named(Curve::P256);

fn of(parts: &[Vec<u8>]) -> Trust {
    let mut trust = Trust::none();
    for part in parts {
        assert_eq!(trust.add(part), 1);
    }
    trust
}

fn read(options: &Options, trust: &Trust) -> Reading {
    read_with(options.clone(), &mrz_keys(options), trust, true).0.unwrap()
}

fn usual() -> Revocations {
    Revocations::usual(ISSUER, SIGNER)
}

/// Which of several lists counts, and for whom.
#[test]
fn the_newest_list_of_each_key_decides() {
    let revoked = Options::with_fault(Fault::RevokedSigner);
    let first = csca_der(ISSUER);
    let second = Era::NewKey.certificate(ISSUER);
    let empty = |era, days| Revocations { era, serials: vec![], days, ..usual() }.der();
    let (early, late) = (("260101", "261231"), ("261101", "271101"));
    let ok = (Evidence::ChipAuthentic, Chain::Ok);
    let fatal = (Evidence::ChipNotAuthentic, Chain::Failed);
    for (name, parts, expected) in [
        ("no list", vec![first.clone()], ok),
        ("the list", vec![first.clone(), usual().der()], fatal),
        (
            "an older list without it",
            vec![first.clone(), usual().der(), empty(Era::First, early)],
            fatal,
        ),
        (
            "a newer list without it",
            vec![first.clone(), usual().der(), empty(Era::First, late)],
            ok,
        ),
        // Another key's newer list takes nothing back.
        (
            "another key's newer list",
            vec![first.clone(), second.clone(), usual().der(), empty(Era::NewKey, late)],
            fatal,
        ),
        // After a change of key the new key signs the lists for the old one's signers.
        (
            "the new key's list",
            vec![first.clone(), second, Revocations { era: Era::NewKey, ..usual() }.der()],
            fatal,
        ),
        (
            "the new key's list, known through its link",
            vec![
                first.clone(),
                link(Era::First, Era::NewKey, ISSUER),
                Revocations { era: Era::NewKey, ..usual() }.der(),
            ],
            fatal,
        ),
        (
            "the new name's key, for the old name",
            vec![
                first.clone(),
                Era::NewName.certificate(ISSUER),
                Revocations { era: Era::NewName, ..usual() }.der(),
            ],
            fatal,
        ),
        (
            "a list of the new name does not speak of the old one",
            vec![
                first.clone(),
                Era::NewName.certificate(ISSUER),
                Revocations { era: Era::NewName, name: Era::NewName, ..usual() }.der(),
            ],
            ok,
        ),
        // A key without the right to it signed: it says nothing.
        (
            "a key that may sign certificates alone",
            vec![usual().der(), csca_without_revocations(ISSUER)],
            ok,
        ),
        // Nobody trusted signed it: it says nothing.
        (
            "an unknown key's list",
            vec![first, Revocations { era: Era::NewKey, ..usual() }.der()],
            ok,
        ),
    ] {
        let reading = read(&revoked, &of(&parts));
        assert_eq!(
            (reading.identity.evidence, reading.checks.chain),
            expected,
            "{name}: {:?}",
            reading.findings
        );
    }
}

/// No reason and no date excuses a revoked signer; both are told.
#[test]
fn a_revoked_signer_is_refused_for_whatever_reason() {
    let options = Options::with_fault(Fault::RevokedSigner);
    for (code, reason) in [
        (None, Reason::Unspecified),
        (Some(1), Reason::KeyCompromise),
        (Some(3), Reason::AffiliationChanged),
        (Some(4), Reason::Superseded),
        (Some(5), Reason::CessationOfOperation),
        (Some(6), Reason::Hold),
        (Some(77), Reason::Unspecified),
    ] {
        let list = Revocations { reason: code, ..usual() }.der();
        let reading = read(&options, &of(&[csca_der(ISSUER), list]));
        let revoked = Revoked { day: date(2026, 8, 1), reason };
        assert_eq!(reading.findings[0], Finding::SignerRevoked(revoked));
        assert_eq!(reading.identity.evidence, Evidence::ChipNotAuthentic);
        let sentence = &reading.identity.reasons[0];
        assert!(sentence.contains("01/08/2026") && sentence.contains(&reason.to_string()));
    }
}

#[test]
fn a_list_that_is_out_of_date_is_said_and_still_counts() {
    let honest = Options::default();
    let revoked = Options::with_fault(Fault::RevokedSigner);
    let trust = trust(&honest);
    for (today, stale) in [(TODAY, false), (date(2027, 9, 1), false), (date(2027, 9, 2), true)] {
        let on = |options: &Options| {
            let keys = mrz_keys(options);
            read_on(today, options.clone(), &keys, &trust, true).0.unwrap()
        };
        let reading = on(&honest);
        assert_eq!(reading.findings.contains(&Finding::RevocationsStale), stale, "{today}");
        assert_eq!(reading.identity.evidence, Evidence::ChipAuthentic, "{today}");
        assert_eq!(on(&revoked).identity.evidence, Evidence::ChipNotAuthentic, "{today}");
    }
}

/// A new key is believed for the old one's word, and for nothing less.
#[test]
fn links_lead_to_new_keys() {
    let first = csca_der(ISSUER);
    let to_key = link(Era::First, Era::NewKey, ISSUER);
    let to_name = link(Era::NewKey, Era::NewName, ISSUER);
    let straight = link(Era::First, Era::NewName, ISSUER);
    let back = link(Era::NewName, Era::NewKey, ISSUER);
    let ok = (Evidence::ChipAuthentic, Chain::Ok);
    let unknown = (Evidence::ChipIssuerUnknown, Chain::Unknown);
    let failed = (Evidence::ChipNotAuthentic, Chain::Failed);
    let link_revoked =
        Revocations { serials: vec![Era::NewKey.authority(ISSUER).serial()], ..usual() };
    for (name, era, parts, expected) in [
        ("old key alone, same name", Era::NewKey, vec![first.clone()], unknown),
        ("old key alone, new name", Era::NewName, vec![first.clone()], unknown),
        ("one link", Era::NewKey, vec![first.clone(), to_key.clone()], ok),
        ("one link, in the other order", Era::NewKey, vec![to_key.clone(), first.clone()], ok),
        ("two links", Era::NewName, vec![first.clone(), to_key.clone(), to_name.clone()], ok),
        ("a change of name", Era::NewName, vec![first.clone(), straight.clone()], ok),
        ("the new key itself", Era::NewKey, vec![Era::NewKey.certificate(ISSUER)], ok),
        ("a link alone", Era::NewKey, vec![to_key.clone()], unknown),
        ("two links alone", Era::NewName, vec![to_key.clone(), to_name.clone()], unknown),
        ("links in a circle", Era::NewName, vec![to_name.clone(), back], unknown),
        ("the last link alone", Era::NewName, vec![first.clone(), to_name], unknown),
        (
            "a link made before its issuer was valid",
            Era::NewKey,
            vec![first.clone(), link_in((2019, 2039), Era::First, Era::NewKey, ISSUER)],
            failed,
        ),
        (
            "a link whose new key came after the signer",
            Era::NewKey,
            vec![first.clone(), link_in((2025, 2039), Era::First, Era::NewKey, ISSUER)],
            failed,
        ),
        ("a revoked link", Era::NewKey, vec![first.clone(), to_key, link_revoked.der()], failed),
    ] {
        let options = Options { era, ..Options::default() };
        let reading = read(&options, &of(&parts));
        assert_eq!(
            (reading.identity.evidence, reading.checks.chain),
            expected,
            "{name}: {:?}",
            reading.findings
        );
    }
}

/// Another state's key may not vouch for this one's, even where the file of the link was taken as it is.
#[test]
fn no_country_links_to_another() {
    let options = Options { era: Era::NewName, ..Options::default() };
    let stranger = virtual_card::foreign_csca_der("LA", ISSUER);
    let link = foreign_link("LA", ISSUER);
    let trust = Trust::from_der([stranger.as_slice(), link.as_slice()], []);
    assert_eq!(trust.len(), 2);
    assert_eq!(read(&options, &trust).checks.chain, Chain::Unknown);
}

#[test]
fn a_signer_that_the_chip_leaves_out_is_looked_up() {
    let options = Options { encloses_signer: false, ..Options::default() };
    let (issuer, signer) = (csca_der(ISSUER), signer_der(&options));
    for (name, parts, evidence) in [
        ("not known", vec![issuer.clone()], Evidence::ChipNotAuthentic),
        ("known", vec![issuer, signer.clone()], Evidence::ChipAuthentic),
        // Looking it up is no trust.
        ("its issuer unknown", vec![signer.clone()], Evidence::ChipIssuerUnknown),
    ] {
        let reading = read(&options, &of(&parts));
        assert_eq!(reading.identity.evidence, evidence, "{name}: {:?}", reading.findings);
        let lacking = reading.findings.contains(&Finding::NoSigner);
        assert_eq!(lacking, evidence == Evidence::ChipNotAuthentic, "{name}");
    }
    // A document signer in the store is no country signer.
    let trust = of(&[signer]);
    assert_eq!(read(&Options::default(), &trust).checks.chain, Chain::Unknown);
}

#[test]
fn lists_that_say_nothing_any_more_can_be_named() {
    let list = |days| Revocations { days, ..usual() }.der();
    let (old, new) = (list(("260101", "260701")), list(("260901", "270901")));
    let trust = of(&[csca_der(ISSUER), old.clone(), new]);
    let superseded = trust.superseded();
    assert_eq!(superseded.len(), 1);
    let first: Vec<Date> = trust
        .lists()
        .filter(|list| list.fingerprint() == superseded[0])
        .map(|list| list.this_update)
        .collect();
    assert_eq!(first, [date(2026, 1, 1)]);
}
