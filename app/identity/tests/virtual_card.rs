//! Whole readings of a virtual chip that was written from the chip's side of the standard and shares no
//! code with the reader: every way in, every signature, every fault.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::ops::ControlFlow;

use common::{InProcess, TODAY, both, mrz_keys, number, pace, read, read_on, read_with, trust};
use identity::{
    ReadError,
    access::{Access as Opened, Keys},
    authenticity::{Chain, Chip, Finding, Outcome, Reason, Revoked},
    groups::{Group, face::Format},
    reading::{self, Progress},
    trust::Trust,
};
use jiff::civil::{Date, date};
use office::{
    evidence::Evidence,
    person::{DocumentKind, Expiry, PersonalNumber},
};
use virtual_card::{
    Access, ActiveKey, Card, Cipher, Curve, Document, Era, Fault, Hash, KeyKind, Mapping, Nature,
    Options, PEOPLE, Person, Signing, csca_der, publish::link_in,
};

#[test]
fn a_good_card_is_a_person() {
    for person in PEOPLE {
        let reading = read(Options { person, ..Options::default() }).unwrap();
        let fatal: Vec<_> = reading.findings.iter().filter(|f| f.is_fatal()).collect();
        assert!(fatal.is_empty(), "{}: {fatal:?}", person.name);
        assert_eq!(reading.identity.evidence, Evidence::ChipAuthentic, "{:?}", reading.findings);
        let read = &reading.identity.person;
        assert_eq!(read.number, Some(number(&person)));
        assert_eq!(read.name, person.name);
        assert_eq!(
            (read.origin.as_str(), read.residence.as_str()),
            (person.origin, person.residence)
        );
        assert_eq!(read.features, person.features);
        assert_eq!(read.father, person.father.unwrap_or(""));
        assert_eq!(read.mother, person.mother.unwrap_or(""));
        assert_eq!(read.spouses, person.spouses);
        assert_eq!(read.old_number, person.former.unwrap_or(""));
        assert_eq!(read.expiry_date == Some(Expiry::Never), person.expires.starts_with("Không"));
        let issued = read.issue_date.unwrap();
        assert_eq!(
            format!("{:02}/{:02}/{}", issued.day(), issued.month(), issued.year()),
            person.issued
        );
        let kind =
            if issued >= date(2024, 7, 1) { DocumentKind::CanCuoc } else { DocumentKind::Cccd };
        assert_eq!(reading.identity.document.as_ref().unwrap().kind, kind);
        let face = reading.face.unwrap();
        assert_eq!((face.format, face.bytes), (Format::Jpeg, virtual_card::portrait(&person)));
    }
}

#[test]
fn every_way_in() {
    let ciphers = [Cipher::Tdes, Cipher::Aes128, Cipher::Aes192, Cipher::Aes256];
    for curve in Curve::ALL {
        for cipher in ciphers {
            let options =
                Options { access: Access::Pace(pace(curve, cipher)), ..Options::default() };
            let keys = Keys::number(&number(&options.person));
            let trust = trust(&options);
            let (reading, card) = read_with(options, &keys, &trust, false);
            let reading = reading.unwrap_or_else(|e| panic!("{curve:?} {cipher:?}: {e}"));
            assert_eq!(reading.checks.access, Opened::Pace);
            assert_eq!(reading.identity.evidence, Evidence::ChipAuthentic, "{curve:?} {cipher:?}");
            assert_eq!(card.log().opened_by_pace, 1);
        }
    }
    let options = Options::default();
    let (birth, expiry) = (date(1988, 3, 12), date(2028, 3, 12));
    let with_dates = Keys::number_and_dates(&number(&options.person), birth, expiry);
    let can = Keys::can(options.person.can()).unwrap();
    for (access, keys, opened) in [
        (Access::Bac, &with_dates, Opened::Bac),
        (both(), &with_dates, Opened::Pace),
        (both(), &mrz_keys(&options), Opened::Pace),
        (both(), &can, Opened::Pace),
    ] {
        let options = Options { access, ..options.clone() };
        let trust = trust(&options);
        let (reading, _) = read_with(options, keys, &trust, false);
        assert_eq!(reading.unwrap().checks.access, opened);
    }
}

#[test]
fn the_number_alone_does_not_open_a_card_without_pace() {
    let options = Options::default();
    let keys = Keys::number(&number(&options.person));
    let (reading, card) = read_with(options, &keys, &Trust::none(), false);
    assert_eq!(reading.err(), Some(ReadError::NeedMore));
    assert_eq!(card.log().wrong_keys, 0);
}

#[test]
fn a_wrong_key_is_tried_once_by_each_protocol() {
    let stranger = PEOPLE[1];
    let dates = (date(1990, 1, 29), date(2030, 1, 29));
    for (access, keys, tries) in [
        (Access::Bac, Keys::mrz(&stranger.mrz()).unwrap(), 1),
        (both(), Keys::mrz(&stranger.mrz()).unwrap(), 2),
        (Access::Pace(pace(Curve::P256, Cipher::Aes128)), Keys::mrz(&stranger.mrz()).unwrap(), 1),
        (both(), Keys::number(&number(&stranger)), 1),
        (both(), Keys::number_and_dates(&number(&stranger), dates.0, dates.1), 2),
    ] {
        let options = Options { access, ..Options::default() };
        let (reading, card) = read_with(options, &keys, &Trust::none(), false);
        assert_eq!(reading.err(), Some(ReadError::AccessDenied));
        assert_eq!(card.log().wrong_keys, tries, "{access:?}");
    }
}

#[test]
fn a_passport() {
    let options = Options { document: Document::Passport, access: both(), ..Options::default() };
    let reading = read(options.clone()).unwrap();
    assert_eq!(reading.identity.evidence, Evidence::ChipAuthentic, "{:?}", reading.findings);
    let document = reading.identity.document.unwrap();
    assert_eq!(document.kind, DocumentKind::Passport);
    assert_eq!(document.number, options.person.passport_number());
    assert_eq!(reading.identity.person.birth_date, Some(date(1988, 3, 12).into()));
}

#[test]
fn every_signature() {
    let hashes = [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512];
    for (index, (name, kind)) in KeyKind::ALL.into_iter().enumerate() {
        for (signer, issuer) in
            [(kind, KeyKind::Named(Curve::P256)), (KeyKind::Named(Curve::P256), kind)]
        {
            let hash = hashes[index % 4];
            let signing = Signing {
                digest: hash,
                signature_digest: hash,
                signer,
                issuer,
                wrapped: index % 2 == 0,
            };
            let reading = read(Options { signing, ..Options::default() }).unwrap();
            assert_eq!(
                reading.identity.evidence,
                Evidence::ChipAuthentic,
                "{name}: {:?}",
                reading.findings
            );
            assert_eq!((reading.checks.signature, reading.checks.chain), (Outcome::Ok, Chain::Ok));
            assert_eq!(reading.findings.contains(&Finding::WeakHash), hash == Hash::Sha1, "{name}");
        }
    }
}

#[test]
fn without_its_issuer_a_card_is_neither_true_nor_false() {
    let options = Options::default();
    let keys = mrz_keys(&options);
    let mut other = Trust::none();
    other.add(&csca_der(KeyKind::RsaPkcs1));
    for trust in [Trust::none(), other] {
        let (reading, _) = read_with(options.clone(), &keys, &trust, false);
        let reading = reading.unwrap();
        assert_eq!(reading.identity.evidence, Evidence::ChipIssuerUnknown);
        assert_eq!(reading.checks.chain, Chain::Unknown);
        assert_eq!(reading.checks.signature, Outcome::Ok);
    }
}

/// The virtual signer's certificate ends with 2036; the card says when it was made.
#[test]
fn a_signer_that_ended_after_the_card_was_made_is_said_so() {
    let options = Options::default();
    let (keys, trust) = (mrz_keys(&options), trust(&options));
    for (today, chain, evidence) in [
        (date(2036, 12, 31), Chain::Ok, Evidence::ChipAuthentic),
        (date(2037, 1, 1), Chain::Expired, Evidence::ChipIssuerUnknown),
        (date(2020, 12, 31), Chain::Failed, Evidence::ChipNotAuthentic),
    ] {
        let reading = read_on(today, options.clone(), &keys, &trust, false).0.unwrap();
        assert_eq!((reading.checks.chain, reading.identity.evidence), (chain, evidence), "{today}");
    }
}

/// Signer valid in years that are over: without a word on when it signed it may have signed yesterday.
#[test]
fn a_signer_whose_time_is_over_is_no_good_signer() {
    let issuer = KeyKind::Named(Curve::P384);
    let root = link_in((2012, 2039), Era::First, Era::First, issuer);
    let old = PEOPLE[0];
    let passport = Document::Passport;
    for (dated, document, issued, finding) in [
        (false, passport, "10/05/2017", Finding::SignerEnded),
        (true, passport, "10/05/2017", Finding::SignerEnded),
        (true, passport, "10/05/2021", Finding::SignerTooLate),
        (false, Document::IdCard, "10/05/2017", Finding::SignerEnded),
        (false, Document::IdCard, "10/05/2021", Finding::SignerTooLate),
    ] {
        let person = Person { issued, ..old };
        let options =
            Options { person, document, dated, signer_years: (2015, 2018), ..Options::default() };
        let (keys, trust) = (mrz_keys(&options), Trust::from_der([root.as_slice()], []));
        let reading = read_with(options, &keys, &trust, false).0.unwrap();
        let refused = finding == Finding::SignerTooLate;
        let level = if refused { Evidence::ChipNotAuthentic } else { Evidence::ChipIssuerUnknown };
        assert_eq!(reading.identity.evidence, level, "{dated} {issued}: {:?}", reading.findings);
        assert_eq!((reading.checks.chain, reading.checks.chip), (Chain::Expired, Chip::ChipAuth));
        assert_eq!(reading.findings, [finding]);
    }
}

/// A chip that offers a mapping with a proof and opens without it leaves the question open.
#[test]
fn a_mapping_that_was_not_used_leaves_the_question_open() {
    let options = Options {
        mapping: Mapping::ChipAuthentication,
        chip_authentication: None,
        active_authentication: None,
        ..Options::with_fault(Fault::PaceFails)
    };
    let reading = read(options).unwrap();
    assert_eq!(reading.identity.evidence, Evidence::ChipIssuerUnknown);
    assert_eq!(reading.checks.access, Opened::Bac);
    assert!(reading.findings.contains(&Finding::CopyNotChecked), "{:?}", reading.findings);
}

/// The same key signs many cards; a signer is told only where its signature holds.
#[test]
fn the_signer_is_known_again() {
    let with = |options: Options| {
        let keys = mrz_keys(&options);
        read_with(options, &keys, &Trust::none(), false).0.unwrap().signer
    };
    let first = with(Options::default()).unwrap();
    assert_eq!((first.state.as_str(), first.key.len()), ("VN", 64));
    let other_card = Options { person: PEOPLE[1], ..Options::default() };
    assert_eq!(with(other_card), Some(first.clone()));
    let signing = Signing { signer: KeyKind::RsaPss, ..Options::default().signing };
    assert_ne!(with(Options { signing, ..Options::default() }), Some(first.clone()));
    assert_eq!(with(Options::with_fault(Fault::TwoSigners)), Some(first));
    for fault in [Fault::SodSignatureBroken, Fault::SecondSignerFalse, Fault::IndefiniteSod] {
        assert_eq!(with(Options::with_fault(fault)), None, "{}", fault.name());
    }
}

#[test]
fn proofs_against_copying() {
    let curve = Some(ActiveKey::Curve(Curve::Brainpool256));
    for (chip, active, extended, expected) in [
        (Some(pace(Curve::Brainpool512, Cipher::Aes256)), curve, false, Chip::ChipAuth),
        (Some(pace(Curve::P384, Cipher::Tdes)), None, false, Chip::ChipAuth),
        (None, curve, false, Chip::Active),
        (None, Some(ActiveKey::Rsa(Hash::Sha1)), true, Chip::Active),
        (None, Some(ActiveKey::Rsa(Hash::Sha512)), true, Chip::Active),
        (None, Some(ActiveKey::Rsa(Hash::Sha256)), false, Chip::Absent),
        (None, Some(ActiveKey::Unknown), true, Chip::Absent),
        (None, None, false, Chip::Absent),
    ] {
        let options = Options {
            chip_authentication: chip,
            active_authentication: active,
            ..Options::default()
        };
        let (keys, trust) = (mrz_keys(&options), trust(&options));
        let (reading, _) = read_with(options, &keys, &trust, extended);
        let reading = reading.unwrap();
        assert_eq!(reading.checks.chip, expected, "{chip:?} {active:?}");
        let (evidence, finding) = match (expected, active) {
            (Chip::Absent, None) => (Evidence::ChipSigned, Some(Finding::NoCopyProof)),
            // Its answer is too long.
            (Chip::Absent, Some(ActiveKey::Rsa(_))) => {
                (Evidence::ChipIssuerUnknown, Some(Finding::CopyNotAskable))
            }
            (Chip::Absent, _) => (Evidence::ChipIssuerUnknown, Some(Finding::CopyNotChecked)),
            _ => (Evidence::ChipAuthentic, None),
        };
        assert_eq!(reading.identity.evidence, evidence);
        assert_eq!(reading.findings, Vec::from_iter(finding));
    }
}

#[test]
fn a_declared_number_must_be_the_chips() {
    let options = Options { access: both(), ..Options::default() };
    // The same last six digits open the card by its CAN.
    let other = PersonalNumber::parse("001188000101").unwrap();
    let trust = trust(&options);
    let (reading, _) = read_with(options, &Keys::number(&other), &trust, false);
    let reading = reading.unwrap();
    assert_eq!(reading.findings[0], Finding::OtherCard);
    assert!(!reading.checks.consistent);
    assert_eq!(reading.identity.evidence, Evidence::ChipNotAuthentic);
}

#[test]
fn forgeries_never_look_like_a_person() {
    for fault in Fault::ALL.iter().filter(|f| f.nature() == Nature::Forgery) {
        let reading =
            read(Options::with_fault(*fault)).unwrap_or_else(|e| panic!("{}: {e}", fault.name()));
        let allowed = match fault {
            Fault::UnknownIssuer | Fault::ImpostorIssuer => Evidence::ChipIssuerUnknown,
            // Nothing vouches here for the key that it offers, or it lets nobody ask: it proves nothing, and
            // may be honest.
            Fault::SelfVouchingClone | Fault::CardSecurityClosed | Fault::DeniedLengths => {
                Evidence::ChipIssuerUnknown
            }
            _ => Evidence::ChipNotAuthentic,
        };
        assert_eq!(reading.identity.evidence, allowed, "{}: {:?}", fault.name(), reading.findings);
        assert!(!reading.identity.reasons.is_empty());
    }
}

#[test]
fn forgeries_are_named() {
    let findings = |fault| read(Options::with_fault(fault)).unwrap().findings;
    for (fault, finding) in [
        (Fault::AlteredDg1, Finding::Altered(Group::DG1)),
        (Fault::AlteredDg2, Finding::Altered(Group::DG2)),
        (Fault::SodSignatureBroken, Finding::SignatureWrong),
        (Fault::SodDigestMismatch, Finding::SignatureWrong),
        (Fault::SignedByStranger, Finding::SignatureWrong),
        (Fault::SelfSignedSigner, Finding::UsageWrong),
        (Fault::SignerIsAuthority, Finding::UsageWrong),
        (Fault::SignerFlaggedAuthority, Finding::UsageWrong),
        (Fault::SignerWithoutUsage, Finding::UsageWrong),
        (Fault::SignerForOtherUse, Finding::UsageWrong),
        (Fault::SignerForOtherDocuments, Finding::UsageWrong),
        (Fault::SignerKeyRetired, Finding::KeyOutOfTime),
        (Fault::ForeignSigner, Finding::OtherCountry),
        (Fault::RenamedIssuer, Finding::IssuerOtherName),
        (Fault::HiddenPace, Finding::AccessDiffers),
        (Fault::UnknownIssuer, Finding::IssuerUnknown),
        (Fault::ImpostorIssuer, Finding::IssuerOtherKey),
        (Fault::ExpiredSigner, Finding::SignerTooLate),
        (Fault::FutureSigner, Finding::SignerTooEarly),
        (Fault::ListedMissing, Finding::Missing(Group::DG13)),
        (Fault::PresentUnlisted, Finding::Unsigned(Group::DG13)),
        (Fault::NumberMismatch, Finding::Contradiction("số định danh")),
        (Fault::Clone, Finding::CopyProofFalse),
        (Fault::MuteClone, Finding::CopyProofFalse),
        (Fault::StrippedClone, Finding::SignedNotListed(Group::DG14)),
        (Fault::CardAccessDiffers, Finding::AccessDiffers),
        (Fault::StrippedMapping, Finding::AccessDiffers),
        (Fault::FalseMappingProof, Finding::CopyProofFalse),
        (Fault::CardSecurityAltered, Finding::CopyProofFalse),
        (Fault::CardSecurityMissing, Finding::CopyProofFalse),
        (Fault::SelfVouchingClone, Finding::CopyNotChecked),
        (Fault::CardSecurityClosed, Finding::CopyNotChecked),
        (Fault::DeniedLengths, Finding::CopyNotAskable),
        (Fault::TwoNumbers, Finding::Contradiction("số định danh")),
        (Fault::RevokedSigner, revoked(date(2026, 8, 1), Reason::KeyCompromise)),
        (Fault::SodHashMismatch, Finding::Altered(Group::DG2)),
        (Fault::SignerDigestMismatch, Finding::SignatureWrong),
        (Fault::ShortGroupHash, Finding::Altered(Group::DG1)),
        (Fault::GroupHashedTwice, Finding::SodBroken),
        (Fault::SecondSignerFalse, Finding::SignatureWrong),
        (Fault::IndefiniteSod, Finding::SodBroken),
        (Fault::DeepCertificate, Finding::SodBroken),
    ] {
        let found = findings(fault);
        assert!(found.contains(&finding), "{}: {found:?}", fault.name());
    }
}

fn revoked(day: Date, reason: Reason) -> Finding {
    Finding::SignerRevoked(Revoked { day, reason })
}

#[test]
fn malfunctions_end_in_a_sentence() {
    for fault in Fault::ALL.iter().filter(|f| f.nature() == Nature::Malfunction) {
        let options = Options::with_fault(*fault);
        let own = [options.access];
        let accesses = if fault.is_about_pace() { &own[..] } else { &[Access::Bac, both()] };
        for &access in accesses {
            let options = Options { access, ..options.clone() };
            let (keys, trust) = (mrz_keys(&options), trust(&options));
            let (result, card) = read_with(options, &keys, &trust, false);
            let error = result.err().unwrap_or_else(|| panic!("{} was read", fault.name()));
            let expected = match fault {
                Fault::WrongKey => error == ReadError::AccessDenied,
                Fault::Pulled => error == ReadError::CardLost,
                Fault::NotAnId => error == ReadError::NotIdentity,
                _ => matches!(error, ReadError::Unreadable(_)),
            };
            assert!(expected, "{}: {error:?}", fault.name());
            assert!(card.log().commands < 2_500, "{}: {}", fault.name(), card.log().commands);
            assert!(card.log().wrong_keys <= 2, "{}", fault.name());
        }
    }
}

#[test]
fn quirks_do_not_matter() {
    for fault in Fault::ALL.iter().filter(|f| f.nature() == Nature::Quirk) {
        for extended in [false, true] {
            let mut options = Options::with_fault(*fault);
            if *fault == Fault::DerSignature {
                options.chip_authentication = None;
            }
            let (keys, trust) = (mrz_keys(&options), trust(&options));
            let (reading, _) = read_with(options, &keys, &trust, extended);
            let reading = reading.unwrap_or_else(|e| panic!("{}: {e}", fault.name()));
            let expected = match fault {
                Fault::NoChipKeys => Evidence::ChipSigned,
                _ => Evidence::ChipAuthentic,
            };
            assert_eq!(
                reading.identity.evidence,
                expected,
                "{}: {:?}",
                fault.name(),
                reading.findings
            );
            let proof = match fault {
                Fault::NoChipKeys => Chip::Absent,
                Fault::DerSignature => Chip::Active,
                _ => Chip::ChipAuth,
            };
            assert_eq!(reading.checks.chip, proof, "{}", fault.name());
            let fell_back = reading.findings.contains(&Finding::FellBack);
            assert_eq!(fell_back, *fault == Fault::PaceFails, "{}", fault.name());
            let person = &reading.identity.person;
            let sparse = [Fault::EncipheredDg13, Fault::SparseDg13, Fault::NoDg13].contains(fault);
            assert_eq!(person.residence.is_empty(), sparse, "{}", fault.name());
            for (finding, of) in [
                (Finding::WeakKey, Fault::WeakSigner),
                (Finding::VersionDiffers, Fault::LdsVersionDiffers),
                (Finding::Discrepancy("giới tính"), Fault::Dg13OtherSex),
            ] {
                let found = reading.findings.contains(&finding);
                assert_eq!(found, *fault == of, "{}: {finding:?}", fault.name());
            }
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(96))]

    /// One altered byte in a signed file is always found; one in EF.SOD or EF.COM never panics and
    /// never makes the chip say something else.
    #[test]
    fn altered_bytes_are_found(file in 0usize..6, position in 0.0f64..1.0, mask in 1u8..=255) {
        let options = Options { chip_authentication: None, ..Options::default() };
        let (keys, trust) = (mrz_keys(&options), trust(&options));
        let mut card = Card::new(options);
        let identifier = [1, 2, 13, 15, 0x1D, 0x1E].map(virtual_card::data_group)[file];
        let mut bytes = card.file(identifier).unwrap().to_vec();
        let at = (bytes.len() as f64 * position) as usize;
        bytes[at] ^= mask;
        card.replace_file(identifier, bytes);
        let mut transport = InProcess::new(card, true);
        let mut go_on = |_: Progress| ControlFlow::Continue(());
        if let Ok(reading) = reading::read(&mut transport, &keys, &trust, TODAY, &mut go_on) {
            let person = &reading.identity.person;
            let same = person.name == PEOPLE[0].name && person.number == Some(number(&PEOPLE[0]));
            let believed = reading.identity.evidence != Evidence::ChipNotAuthentic;
            proptest::prop_assert!(!believed || (file >= 4 && same), "{:?}", reading.findings);
        }
    }
}

#[test]
fn reading_can_be_stopped() {
    let options = Options::default();
    let keys = mrz_keys(&options);
    let mut transport = InProcess::new(Card::new(options), false);
    let mut facts = None;
    let result =
        reading::read(&mut transport, &keys, &Trust::none(), TODAY, &mut |event| match event {
            Progress::Facts(person) => {
                facts = Some(person.name.clone());
                ControlFlow::Break(())
            }
            _ => ControlFlow::Continue(()),
        });
    assert_eq!(result.err(), Some(ReadError::Cancelled));
    assert_eq!(facts.as_deref(), Some(PEOPLE[0].name));
}

#[test]
fn the_costs_stay_low() {
    let with = |access, extended| {
        let options = Options { access, ..Options::default() };
        let (keys, trust) = (mrz_keys(&options), trust(&options));
        let (reading, card) = read_with(options, &keys, &trust, extended);
        let reading = reading.unwrap();
        assert_eq!(reading.apdus, card.log().commands);
        assert_eq!(reading.bytes, card.log().octets as u64);
        let content: usize =
            reading.groups.values().map(Vec::len).sum::<usize>() + reading.sod.unwrap().len();
        (reading.apdus as usize, content)
    };
    // Eight files by short id, opening, chip authentication, and no more blocks than needed.
    let (apdus, content) = with(both(), false);
    assert!(apdus <= content.div_ceil(223) + 8 + 10, "{apdus} APDUs for {content} bytes");
    let (apdus, _) = with(both(), true);
    assert!(apdus <= 8 + 10, "{apdus} APDUs in extended length");
}

#[test]
fn the_json_keeps_its_contract() {
    let json = read(Options::default()).unwrap().to_json();
    let keys = |value: &serde_json::Value| {
        let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys.join(" ")
    };
    assert_eq!(
        keys(&json),
        "apdus bytes checks document evidence face milliseconds person reasons"
    );
    assert_eq!(
        keys(&json["person"]),
        "birth_date ethnicity expiry_date father features issue_date mother name nationality number \
         old_number origin religion residence sex spouses"
    );
    for (pointer, value) in [
        ("/person/number", "099188000101"),
        ("/person/birth_date", "1988-03-12"),
        ("/person/issue_date", "2021-05-10"),
        ("/person/expiry_date", "2028-03-12"),
        ("/person/spouses/0", "Trần Đình Khôi"),
        ("/document/kind", "cccd"),
        ("/document/number", "099188000101"),
        ("/document/expiry", "2028-03-12"),
        ("/evidence", "chip_authentic"),
        ("/checks/access", "bac"),
        ("/checks/hashes", "ok"),
        ("/checks/signature", "ok"),
        ("/checks/chain", "ok"),
        ("/checks/chip", "chip_auth"),
        ("/face/format", "jpeg"),
    ] {
        assert_eq!(json.pointer(pointer).unwrap(), value, "{pointer}");
    }
    assert_eq!(json["checks"]["consistent"], true);
}
