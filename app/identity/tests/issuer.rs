//! Who may sign which document: countries, names, and documents of other states.
#![allow(clippy::unwrap_used)]

mod common;

use common::{TODAY, both, mrz_keys, number, read_on, read_with, trust};
use identity::{
    access::Keys,
    authenticity::{Chain, Finding, Outcome},
    groups::Group,
    trust::Trust,
};
use office::{evidence::Evidence, person::DocumentKind};
use virtual_card::{
    Card, Document, Fault, KeyKind, Options, PEOPLE, SOD, csca_der, data_group, foreign_csca_der,
};

/// A trusted state's signer may sign the documents of its own state alone.
#[test]
fn a_signer_signs_for_its_own_state() {
    for (state, document, evidence, chain) in [
        (("VNM", "VN"), Document::IdCard, Evidence::ChipAuthentic, Chain::Ok),
        (("VNM", "vn"), Document::IdCard, Evidence::ChipAuthentic, Chain::Ok),
        (("D<<", "de"), Document::Passport, Evidence::ChipAuthentic, Chain::Ok),
        (("LAO", "LA"), Document::IdCard, Evidence::ChipAuthentic, Chain::Ok),
        (("VNM", "LA"), Document::IdCard, Evidence::ChipNotAuthentic, Chain::Failed),
        (("VNM", "LA"), Document::Passport, Evidence::ChipNotAuthentic, Chain::Failed),
        (("LAO", "VN"), Document::IdCard, Evidence::ChipNotAuthentic, Chain::Failed),
        // A state that is in no list: neither good nor bad.
        (("UTO", "UT"), Document::Passport, Evidence::ChipIssuerUnknown, Chain::Unknown),
    ] {
        let options = Options { state, document, ..Options::default() };
        let mut trust = Trust::none();
        assert_eq!(trust.add(&foreign_csca_der(state.1, options.signing.issuer)), 1);
        let reading = read_with(options.clone(), &mrz_keys(&options), &trust, true).0.unwrap();
        assert_eq!(reading.identity.evidence, evidence, "{state:?} {:?}", reading.findings);
        assert_eq!(reading.checks.chain, chain, "{state:?}");
        let other = reading.findings.contains(&Finding::OtherCountry);
        assert_eq!(other, chain == Chain::Failed, "{state:?}");
    }
}

/// Without any country signer here, a signer of another country is found all the same.
#[test]
fn a_foreign_signer_needs_no_known_issuer_to_be_refused() {
    let options = Options::with_fault(Fault::ForeignSigner);
    let reading = read_with(options.clone(), &mrz_keys(&options), &Trust::none(), false).0.unwrap();
    assert_eq!(reading.identity.evidence, Evidence::ChipNotAuthentic);
    assert_eq!(reading.checks.signature, Outcome::Ok);
}

#[test]
fn a_foreign_document_keeps_its_own_number() {
    for (document, kind) in [
        (Document::IdCard, DocumentKind::Other),
        (Document::LargeCard, DocumentKind::Other),
        (Document::Passport, DocumentKind::Passport),
    ] {
        let options = Options { state: ("LAO", "LA"), document, ..Options::default() };
        let mut trust = Trust::none();
        trust.add(&foreign_csca_der("LA", options.signing.issuer));
        let reading = read_with(options.clone(), &mrz_keys(&options), &trust, true).0.unwrap();
        let read = reading.identity.document.unwrap();
        assert_eq!(read.kind, kind);
        assert_eq!(reading.identity.person.number, None, "twelve digits of another state");
        let printed = match document {
            Document::IdCard => options.person.document_number().to_owned(),
            Document::Passport | Document::LargeCard => options.person.passport_number(),
        };
        assert_eq!(read.number, printed);
        // DG13 means something else there, and is not asked for a person.
        assert_eq!(reading.identity.person.residence, "");
        assert!(!reading.findings.contains(&Finding::FactsOpaque));
    }
}

/// A chip that gives no number cannot confirm the declared one.
#[test]
fn a_declared_number_needs_a_number_on_the_chip() {
    let options = Options { state: ("LAO", "LA"), access: both(), ..Options::default() };
    let keys = Keys::number(&number(&options.person));
    let reading = read_with(options, &keys, &Trust::none(), false).0.unwrap();
    assert!(reading.findings.contains(&Finding::OtherCard), "{:?}", reading.findings);
    assert_eq!(reading.identity.evidence, Evidence::ChipNotAuthentic);
}

/// A chip that opens with the printed MRZ and holds another one in DG1 is another document's.
#[test]
fn the_zone_on_the_chip_is_the_one_that_opened_it() {
    let honest = Options { document: Document::Passport, ..Options::default() };
    let person = honest.person;
    let printed = virtual_card::Person { expires: "12/03/2029", ..person };
    let printed_zone = Options { person: printed, ..honest.clone() }.mrz();
    let options = Options {
        mrz_information: Some(printed.mrz_information(&printed.passport_number())),
        ..honest.clone()
    };
    let trust = trust(&options);
    let keys = Keys::mrz(&printed_zone).unwrap();
    let reading = read_with(options, &keys, &trust, false).0.unwrap();
    assert!(reading.findings.contains(&Finding::OtherCard), "{:?}", reading.findings);
    assert_eq!(reading.identity.evidence, Evidence::ChipNotAuthentic);

    let reading = read_with(honest.clone(), &mrz_keys(&honest), &trust, false).0.unwrap();
    assert_eq!(reading.identity.evidence, Evidence::ChipAuthentic);
}

#[test]
fn opaque_facts_leave_the_zones() {
    let options = Options::with_fault(Fault::EncipheredDg13);
    let (keys, trust) = (mrz_keys(&options), trust(&options));
    let reading = read_with(options, &keys, &trust, false).0.unwrap();
    assert!(reading.findings.contains(&Finding::FactsOpaque));
    assert_eq!(reading.identity.evidence, Evidence::ChipAuthentic);
    let person = &reading.identity.person;
    assert_eq!(person.name, "NGUYEN THI HUONG GIANG");
    assert_eq!(person.number, Some(number(&PEOPLE[0])));
    assert_eq!(person.residence, "");
    // Its hash is checked all the same.
    let options = Options::with_fault(Fault::EncipheredDg13);
    let mut card = Card::new(options);
    let mut bytes = card.file(data_group(13)).unwrap().to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    card.replace_file(data_group(13), bytes);
    let reading = common::InProcess::new(card, false).read(&keys, &trust).unwrap();
    assert!(reading.findings.contains(&Finding::Altered(Group::DG13)));
    assert_eq!(reading.identity.evidence, Evidence::ChipNotAuthentic);
}

/// DG14 may hold PACE alone: then there is no key against copying.
#[test]
fn only_a_key_is_a_key() {
    let options = Options {
        access: both(),
        chip_authentication: None,
        active_authentication: None,
        ..Options::default()
    };
    let (keys, trust) = (mrz_keys(&options), trust(&options));
    let reading = read_with(options, &keys, &trust, false).0.unwrap();
    assert!(reading.groups.contains_key(&Group::DG14));
    assert!(reading.findings.contains(&Finding::NoCopyProof), "{:?}", reading.findings);
}

/// The same name with another key stays unknown; the real issuer beside it is found.
#[test]
fn two_keys_of_one_issuer() {
    let options = Options::default();
    let mut trust = trust(&options);
    trust.add(&csca_der(KeyKind::RsaPkcs1));
    let keys = mrz_keys(&options);
    let reading = read_on(TODAY, options, &keys, &trust, false).0.unwrap();
    assert_eq!(reading.checks.chain, Chain::Ok);
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let hex = hex::encode_upper(bytes);
    let at = hex.rfind(from).unwrap();
    hex::decode([&hex[..at], to, &hex[at + from.len()..]].concat()).unwrap()
}

/// What this program cannot check is not called forged, and proves nothing.
#[test]
fn an_unknown_algorithm_is_no_forgery_and_no_proof() {
    let options = Options::default();
    let keys = mrz_keys(&options);
    // The SOD's own algorithm, ecdsa-with-SHA256, becomes one that nobody has defined.
    let mut card = Card::new(options.clone());
    let sod = replaced(card.file(SOD).unwrap(), "2A8648CE3D040302", "2A8648CE3D040309");
    card.replace_file(SOD, sod);
    let reading = common::InProcess::new(card, false).read(&keys, &trust(&options)).unwrap();
    assert!(reading.findings.contains(&Finding::Unsupported), "{:?}", reading.findings);
    assert!(!reading.findings.contains(&Finding::SignatureWrong));
    assert_eq!(reading.identity.evidence, Evidence::ChipNotAuthentic);

    // So does the hash, SHA-256, wherever the SOD names it.
    let mut card = Card::new(options.clone());
    let sod = hex::encode_upper(card.file(SOD).unwrap());
    let unknown = sod.replace("608648016503040201", "608648016503040208");
    card.replace_file(SOD, hex::decode(unknown).unwrap());
    let reading = common::InProcess::new(card, false).read(&keys, &trust(&options)).unwrap();
    assert!(reading.findings.contains(&Finding::Unsupported), "{:?}", reading.findings);
    assert!(!reading.findings.contains(&Finding::SodBroken));
    assert_eq!(reading.checks.hashes, Outcome::Failed, "nothing was compared");
    assert_eq!(reading.identity.evidence, Evidence::ChipNotAuthentic);

    // The country signer's curve, P-384, becomes an unknown one.
    let csca = replaced(&csca_der(options.signing.issuer), "2B81040022", "2B81040059");
    let mut trust = Trust::none();
    assert_eq!(trust.add(&csca), 1);
    let reading = read_with(options, &keys, &trust, false).0.unwrap();
    assert!(reading.findings.contains(&Finding::IssuerUnsupported), "{:?}", reading.findings);
    assert_eq!(reading.identity.evidence, Evidence::ChipIssuerUnknown);
}

#[test]
fn a_broken_signature_is_found_under_every_kind_of_key() {
    for (name, signer) in KeyKind::ALL {
        let mut options = Options::with_fault(Fault::SodSignatureBroken);
        options.signing.signer = signer;
        let (keys, trust) = (mrz_keys(&options), trust(&options));
        let reading = read_with(options, &keys, &trust, true).0.unwrap();
        assert!(reading.findings.contains(&Finding::SignatureWrong), "{name}");
        assert_eq!(reading.identity.evidence, Evidence::ChipNotAuthentic, "{name}");
    }
}
