//! Every protocol between reader and chip: each mapping, group and cipher of PACE, each way of Chip
//! Authentication, and what is said where a chip's key is vouched for by nobody.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{both, mrz_keys, number, pace, read, read_with, trust};
use identity::{
    Fault as Wrong, ReadError,
    access::{Access as Opened, Keys},
    authenticity::{Chip, Finding},
    trust::Trust,
};
use office::evidence::Evidence;
use virtual_card::{
    Access, ActiveKey, Cipher, Curve, Fault, KeyKind, Mapping, Modular, Options, csca_der,
};

const MAPPINGS: [Mapping; 3] = [Mapping::Generic, Mapping::Integrated, Mapping::ChipAuthentication];

#[test]
fn every_variant_of_pace_reads_the_person() {
    let groups = Modular::ALL.map(Some).into_iter().chain([None]);
    let mut variants = Vec::new();
    for group in groups {
        for curve in if group.is_some() { &Curve::ALL[..1] } else { &Curve::ALL[..] } {
            for mapping in MAPPINGS {
                variants.extend(Cipher::ALL.map(|cipher| (mapping, group, *curve, cipher)));
            }
        }
    }
    variants.retain(|&(mapping, group, _, cipher)| {
        mapping != Mapping::ChipAuthentication || (group.is_none() && cipher != Cipher::Tdes)
    });
    assert_eq!(variants.len(), 3 * 2 * 4 + 6 * (4 + 4 + 3));
    for (row, (mapping, group, curve, cipher)) in variants.into_iter().enumerate() {
        let variant = format!("{mapping:?} {group:?} {curve:?} {cipher:?}");
        let options = Options {
            access: Access::Pace(pace(curve, cipher)),
            mapping,
            group,
            chip_authentication: Some(pace(curve, Cipher::Aes256)),
            ..Options::default()
        };
        let by_number = Keys::number(&number(&options.person));
        let keys = if row % 2 == 0 { by_number } else { mrz_keys(&options) };
        let (trust, name) = (trust(&options), options.person.name);
        let (reading, card) = read_with(options, &keys, &trust, true);
        let reading = reading.unwrap_or_else(|e| panic!("{variant}: {e}"));
        assert_eq!(reading.identity.person.name, name, "{variant}");
        assert_eq!(reading.identity.evidence, Evidence::ChipAuthentic, "{variant}");
        assert_eq!(reading.checks.access, Opened::Pace, "{variant}");
        // The key that opened the chip is the key of DG14: no second agreement is needed.
        let by_mapping = mapping == Mapping::ChipAuthentication;
        let chip = if by_mapping { Chip::PaceCam } else { Chip::ChipAuth };
        assert_eq!(reading.checks.chip, chip, "{variant}");
        assert_eq!(card.log().agreements, u32::from(!by_mapping), "{variant}");
        assert_eq!((card.log().opened_by_pace, card.log().wrong_keys), (1, 0), "{variant}");
    }
}

/// A chip that is opened by its static key.
fn by_mapping() -> Options {
    Options {
        access: Access::Pace(pace(Curve::Brainpool256, Cipher::Aes128)),
        mapping: Mapping::ChipAuthentication,
        chip_authentication: None,
        active_authentication: None,
        ..Options::default()
    }
}

#[test]
fn the_key_that_opened_the_chip_needs_somebody_to_vouch_for_it() {
    let known = trust(&by_mapping());
    let mut other = Trust::none();
    other.add(&csca_der(KeyKind::RsaPkcs1));
    let same = Some(pace(Curve::Brainpool256, Cipher::Aes128));
    let another = Some(pace(Curve::P256, Cipher::Aes128));
    let active = Some(ActiveKey::Curve(Curve::P256));
    let open = Evidence::ChipIssuerUnknown;
    for (options, trust, chip, evidence) in [
        // EF.CardSecurity is the only one that knows the key.
        (by_mapping(), &known, Chip::PaceCam, Evidence::ChipAuthentic),
        (by_mapping(), &other, Chip::Absent, Evidence::ChipIssuerUnknown),
        // DG14 knows it.
        (
            Options { chip_authentication: same, ..by_mapping() },
            &known,
            Chip::PaceCam,
            Evidence::ChipAuthentic,
        ),
        (
            Options { chip_authentication: same, ..by_mapping() },
            &other,
            Chip::PaceCam,
            Evidence::ChipIssuerUnknown,
        ),
        // The chip has other keys, for which the security object vouches.
        (
            Options { chip_authentication: another, ..by_mapping() },
            &known,
            Chip::ChipAuth,
            Evidence::ChipAuthentic,
        ),
        (
            Options { active_authentication: active, ..by_mapping() },
            &known,
            Chip::Active,
            Evidence::ChipAuthentic,
        ),
        // The master file cannot be selected once the chip is open.
        (Options { fault: Some(Fault::NoMasterFile), ..by_mapping() }, &known, Chip::Absent, open),
        (
            Options { fault: Some(Fault::SelfVouchingClone), ..by_mapping() },
            &known,
            Chip::Absent,
            open,
        ),
    ] {
        let (reading, card) = read_with(options, &mrz_keys(&by_mapping()), trust, false);
        let reading = reading.unwrap();
        assert_eq!(
            (reading.checks.chip, reading.identity.evidence),
            (chip, evidence),
            "{:?}",
            reading.findings
        );
        let unchecked = reading.findings.contains(&Finding::CopyNotChecked);
        assert_eq!(unchecked, chip == Chip::Absent, "{:?}", reading.findings);
        assert_eq!(card.log().agreements, u32::from(chip == Chip::ChipAuth));
    }
}

/// Opening the chip again makes a new proof; EF.CardSecurity comes in the blocks that the chip takes.
#[test]
fn a_chip_of_small_blocks_is_proven_all_the_same() {
    let same = Some(pace(Curve::Brainpool256, Cipher::Aes128));
    for fault in [Fault::SmallReads6988, Fault::SmallReads6700, Fault::NoShortIds] {
        for chip_authentication in [None, same] {
            let options = Options { fault: Some(fault), chip_authentication, ..by_mapping() };
            let reading = read(options).unwrap();
            assert_eq!(reading.checks.chip, Chip::PaceCam, "{fault:?} {:?}", reading.findings);
        }
    }
}

/// A copy of a chip whose key DG14 knows falls through every proof.
#[test]
fn a_copy_proves_nothing_by_mapping() {
    for fault in [Fault::Clone, Fault::MuteClone, Fault::FalseMappingProof] {
        let options = Options {
            fault: Some(fault),
            chip_authentication: Some(pace(Curve::Brainpool256, Cipher::Aes128)),
            ..by_mapping()
        };
        let reading = read(options).unwrap();
        assert_eq!(reading.checks.chip, Chip::Failed, "{fault:?} {:?}", reading.findings);
    }
}

#[test]
fn the_mapping_saves_the_agreement() {
    let cost = |mapping| {
        let suite = pace(Curve::P256, Cipher::Aes128);
        let options = Options {
            access: Access::Pace(suite),
            mapping,
            chip_authentication: Some(suite),
            ..Options::default()
        };
        read(options).unwrap().apdus
    };
    assert_eq!(cost(Mapping::ChipAuthentication) + 2, cost(Mapping::Generic));
}

#[test]
fn chip_authentication_modulo_a_prime() {
    for group in Modular::ALL {
        for cipher in Cipher::ALL {
            let options = Options {
                chip_group: Some(group),
                chip_authentication: Some(pace(Curve::P256, cipher)),
                ..Options::default()
            };
            let (keys, trust) = (mrz_keys(&options), trust(&options));
            for fault in [None, Some(Fault::Clone)] {
                let (active, options) = (None, Options { fault, ..options.clone() });
                let options = Options { active_authentication: active, ..options };
                let (reading, _) = read_with(options, &keys, &trust, true);
                let chip = if fault.is_none() { Chip::ChipAuth } else { Chip::Failed };
                assert_eq!(reading.unwrap().checks.chip, chip, "{group:?} {cipher:?}");
            }
        }
    }
}

/// Keys of 2048 bits do not fit short commands, and chaining is not for them.
#[test]
fn long_keys_over_short_commands() {
    let long = Some(Modular::Modp2048Order256);
    let chip_only = Options { active_authentication: None, ..Options::default() };
    for (options, chip, opened, finding) in [
        (
            Options { chip_group: long, ..chip_only.clone() },
            Chip::Absent,
            Opened::Bac,
            Some(Finding::CopyNotAskable),
        ),
        (Options { chip_group: long, ..Options::default() }, Chip::Active, Opened::Bac, None),
        (
            Options { chip_group: Some(Modular::Modp1024), ..chip_only.clone() },
            Chip::ChipAuth,
            Opened::Bac,
            None,
        ),
        (
            Options { access: both(), group: long, ..chip_only.clone() },
            Chip::ChipAuth,
            Opened::Bac,
            Some(Finding::FellBack),
        ),
        (
            Options { access: both(), group: Some(Modular::Modp1024), ..chip_only },
            Chip::ChipAuth,
            Opened::Pace,
            None,
        ),
    ] {
        let reading = read(options).unwrap();
        assert_eq!((reading.checks.chip, reading.checks.access), (chip, opened));
        let odd = [Finding::CopyNotAskable, Finding::FellBack];
        let found: Vec<_> = reading.findings.into_iter().filter(|f| odd.contains(f)).collect();
        assert_eq!(found, Vec::from_iter(finding));
    }
}

/// A false key in PACE ends PACE; a chip with BAC is still read, and the reading says so.
#[test]
fn false_keys_of_the_chip() {
    for fault in [Fault::OffGroupKey, Fault::SmallGroupKey, Fault::EchoedKey] {
        let options = Options::with_fault(fault);
        assert_eq!(read(options.clone()).err(), Some(Wrong::Point.into()), "{fault:?}");
        for group in [None, Some(Modular::Modp1024)] {
            let reading = read(Options { access: both(), group, ..options.clone() }).unwrap();
            assert_eq!(reading.checks.access, Opened::Bac, "{fault:?}");
            assert!(reading.findings.contains(&Finding::FellBack), "{fault:?}");
        }
    }
}

#[test]
fn answers_in_the_wrong_order_end_the_reading() {
    for access in [Access::Bac, both()] {
        let options = Options { access, ..Options::with_fault(Fault::SwappedAnswers) };
        assert_eq!(read(options).err(), Some(ReadError::from(Wrong::Mac)), "{access:?}");
    }
}
