//! The chip's elementary files (ICAO 9303-10) and the secrets behind them.

use std::collections::BTreeMap;

use crate::cipher::Cipher;
use crate::curve::Curve;
use crate::details;
use crate::dg2;
use crate::domain::{Domain, Mapping, Suite};
use crate::fault::Fault;
use crate::options::{ActiveKey, Document, Options, Pace};
use crate::person::{PEOPLE, Person};
use crate::pki::{Hash, Key, KeyKind};
use crate::sod;
use crate::tlv::{bit_string, group, integer, oid, sequence, set, tlv};

/// Protocol prefixes (BSI TR-03110-3, A.1.1).
pub mod protocol {
    /// id-PACE; two more arcs name key agreement with mapping, and cipher.
    pub const PACE: &str = "0.4.0.127.0.7.2.2.4";
    /// id-CA-DH; one more arc names the cipher.
    pub const CHIP_AUTHENTICATION_DH: &str = "0.4.0.127.0.7.2.2.3.1";
    /// id-CA-ECDH; one more arc names the cipher.
    pub const CHIP_AUTHENTICATION_ECDH: &str = "0.4.0.127.0.7.2.2.3.2";
    /// id-PK-DH.
    pub const PUBLIC_KEY_DH: &str = "0.4.0.127.0.7.2.2.1.1";
    /// id-PK-ECDH.
    pub const PUBLIC_KEY_ECDH: &str = "0.4.0.127.0.7.2.2.1.2";
    /// id-icao-mrtd-security-aaProtocolObject.
    pub const ACTIVE_AUTHENTICATION: &str = "2.23.136.1.1.5";
    /// ecdsa-plain-SHA256.
    pub const ECDSA_PLAIN_SHA256: &str = "0.4.0.127.0.7.1.1.4.1.3";
}

/// EF.CardAccess, in the master file.
pub const CARD_ACCESS: u16 = 0x011C;
/// EF.CardSecurity, in the master file.
pub const CARD_SECURITY: u16 = 0x011D;
/// EF.COM.
pub const COM: u16 = 0x011E;
/// EF.SOD.
pub const SOD: u16 = 0x011D;

/// File identifier of a data group.
pub fn data_group(number: u8) -> u16 {
    0x0100 | u16::from(number)
}

/// Application tag of a data group (ICAO 9303-10, table 38).
fn group_tag(number: u8) -> u32 {
    [0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70]
        [usize::from(number) - 1]
}

/// Contents of a chip.
#[derive(Clone)]
pub struct Files {
    /// Files of the master file.
    pub master: BTreeMap<u16, Vec<u8>>,
    /// Files of the identity application.
    pub application: BTreeMap<u16, Vec<u8>>,
}

/// Secret of the chip's key for `purpose`, on whatever curve; a card's keys differ from any other card's.
pub fn chip_key(person: &Person, purpose: &str) -> Vec<u8> {
    Hash::Sha256.digest(format!("virtual card: {purpose} of {}", person.number).as_bytes())
}

/// All files of a card.
pub fn build(options: &Options) -> Files {
    let fault = options.fault;
    let person = &options.person;
    let mut groups = BTreeMap::from([(1, dg1(options, person)), (2, dg2::file(options, person))]);
    let bare = matches!(fault, Some(Fault::NoDg13 | Fault::TwoNumbers));
    if options.document == Document::IdCard && !bare {
        groups.insert(13, tlv(0x6D, &dg13_content(person, fault)));
    }
    if options.details {
        groups.insert(11, details::dg11(person, fault));
        groups.insert(12, details::dg12(person));
    }
    if fault != Some(Fault::NoChipKeys) {
        if let Some(content) = dg14(options) {
            groups.insert(14, tlv(0x6E, &content));
        }
        if let Some(key) = options.active_authentication {
            groups.insert(15, dg15(person, key));
        }
    }
    let mut signed = groups.clone();
    if fault == Some(Fault::PresentUnlisted) {
        signed.remove(&13);
    }
    let sod = sod::build(options, &signed);
    alter(&mut groups, options);
    let mut listed: Vec<u8> = groups.keys().copied().collect();
    if fault == Some(Fault::ListedMissing) {
        groups.remove(&13);
    }
    if fault == Some(Fault::Dg11Missing) {
        groups.remove(&11);
    }
    // Fingerprints are there but need terminal authentication.
    listed.push(3);
    listed.sort_unstable();
    let mut application: BTreeMap<u16, Vec<u8>> =
        groups.into_iter().map(|(n, file)| (data_group(n), file)).collect();
    application.insert(COM, com(&listed, fault));
    application.insert(SOD, sod);
    if fault == Some(Fault::TrailingOctets) {
        application.values_mut().for_each(|file| file.extend([0; 5]));
    }
    Files { master: master(options), application }
}

/// Changes made behind the signature's back.
fn alter(groups: &mut BTreeMap<u8, Vec<u8>>, options: &Options) {
    let person = &options.person;
    let other = Person { name: "Trần Văn Khác", ..*person };
    match options.fault {
        Some(Fault::AlteredDg1) => drop(groups.insert(1, dg1(options, &other))),
        Some(Fault::AlteredDg2) => {
            let stranger = PEOPLE.iter().find(|p| p.number != person.number).expect("more people");
            groups.insert(2, dg2::file(options, stranger));
        }
        Some(Fault::AlteredDg13 | Fault::GroupHashedTwice) => {
            groups.insert(13, altered_dg13(options));
        }
        Some(Fault::AlteredDg14) => {
            let stranger =
                Options { person: Person { number: "099000000000", ..*person }, ..options.clone() };
            groups.insert(14, tlv(0x6E, &dg14(&stranger).expect("chip authentication")));
        }
        Some(Fault::AlteredDg15) => {
            let stranger = Person { number: "099000000000", ..*person };
            groups.insert(15, dg15(&stranger, ActiveKey::Curve(Curve::P256)));
        }
        Some(Fault::AlteredDg11) => {
            let moved = Person { residence: "Tổ 1, Cốc Lếu, Lào Cai, Lào Cai", ..*person };
            groups.insert(11, details::dg11(&moved, None));
        }
        Some(Fault::AlteredDg12) => {
            groups.insert(12, details::dg12(&Person { issued: "01/01/2026", ..*person }));
        }
        Some(Fault::StrippedClone) => groups.retain(|number, _| *number < 14),
        Some(Fault::HugeLength) => drop(groups.insert(2, tlv(0x75, &vec![0; 1 << 20]))),
        Some(Fault::EndlessFile) => drop(groups.insert(13, tlv(0x6D, &vec![0x30; 32_000]))),
        Some(Fault::CutFile) => {
            groups.entry(13).and_modify(|file| file.truncate(file.len() - 100));
        }
        _ => {}
    }
}

/// DG13 with another expiry date.
pub fn altered_dg13(options: &Options) -> Vec<u8> {
    let younger = Person { expires: "01/01/2049", ..options.person };
    tlv(0x6D, &dg13_content(&younger, None))
}

fn com(listed: &[u8], fault: Option<Fault>) -> Vec<u8> {
    let version = if fault == Some(Fault::LdsVersion1) { b"0108" } else { b"0107" };
    let tags: Vec<u8> = listed.iter().map(|&number| group_tag(number) as u8).collect();
    group(0x60, &[tlv(0x5F01, version), tlv(0x5F36, b"040000"), tlv(0x5C, &tags)])
}

fn dg1(options: &Options, person: &Person) -> Vec<u8> {
    let mut mrz = Options { person: *person, ..options.clone() }.mrz();
    match options.fault {
        Some(Fault::CompositeWrong) => {
            // The last character of the second line: position 60 of a card.
            let digit = mrz.as_bytes()[59] - b'0';
            mrz.replace_range(59..60, &((digit + 1) % 10).to_string());
        }
        Some(Fault::ControlCharacters) => mrz.replace_range(66..68, "\t\u{b}"),
        _ => {}
    }
    tlv(0x61, &tlv(0x5F1F, mrz.as_bytes()))
}

fn dg13_content(person: &Person, fault: Option<Fault>) -> Vec<u8> {
    let utf8 = |text: &str| vec![tlv(0x0C, text.as_bytes())];
    let printable = |text: &str| vec![tlv(0x13, text.as_bytes())];
    let person_field = |name: Option<&str>| {
        sequence(&name.map(|name| tlv(0x0C, name.as_bytes())).into_iter().collect::<Vec<_>>())
    };
    let number = if fault == Some(Fault::NumberMismatch) { "099000999999" } else { person.number };
    let name = if fault == Some(Fault::Dg13OtherName) { "Trần Văn Khác" } else { person.name };
    let nation = match fault {
        Some(Fault::Dg13OtherNation) => "Lào",
        Some(Fault::NationCode) => "VN",
        _ => "Việt Nam",
    };
    let sex = match (fault, person.sex.word()) {
        (Some(Fault::Dg13OtherSex), "Nam") => "Nữ",
        (Some(Fault::Dg13OtherSex), _) => "Nam",
        (_, word) => word,
    };
    let mut items = vec![
        (1, printable(number)),
        (2, utf8(name)),
        (3, printable(person.born)),
        (4, utf8(sex)),
        (5, utf8(nation)),
        (6, utf8(person.ethnicity)),
        (7, utf8(person.religion)),
        (8, utf8(person.origin)),
        (9, utf8(person.residence)),
        (10, utf8(person.features)),
        (11, printable(person.issued)),
        (12, utf8(person.expires)),
        (13, vec![person_field(person.father), person_field(person.mother)]),
        (14, person.spouses.iter().map(|name| person_field(Some(name))).collect()),
    ];
    items.extend(person.former.map(|former| (15, printable(former))));
    items.push((16, printable(&format!("{}0001", person.number))));
    if fault == Some(Fault::Dg13NumberTwice) {
        items.push((1, printable("099000999999")));
    }
    if fault == Some(Fault::SparseDg13) {
        items.retain(|item| [1, 2, 11].contains(&item.0));
    }
    let items: Vec<u8> = items
        .into_iter()
        .flat_map(|(number, value)| sequence(&[integer(&[number]), value.concat()]))
        .collect();
    match fault {
        Some(Fault::FlatDg13) => items,
        Some(Fault::VersionedDg13) => sequence(&[integer(&[1]), tlv(0x31, &items)]),
        Some(Fault::EncipheredDg13) => {
            (0..16u8).flat_map(|n| Hash::Sha256.digest(&[&[n][..], &items].concat())).collect()
        }
        Some(Fault::DeepNesting) => (0..10_000).fold(items, |inner, _| tlv(0x30, &inner)),
        Some(Fault::IndefiniteLength) => [&[0x30, 0x80][..], &items, &[0, 0]].concat(),
        _ => tlv(0x30, &tlv(0x31, &items)),
    }
}

/// The files of the master file: EF.CardAccess if PACE is offered, EF.CardSecurity if it proves the
/// static key.
fn master(options: &Options) -> BTreeMap<u16, Vec<u8>> {
    let fault = options.fault;
    let mut files = BTreeMap::new();
    let mut offered = options.suites();
    match fault {
        Some(Fault::CardAccessDiffers) => {
            offered.iter_mut().for_each(|suite| suite.cipher = Cipher::Tdes);
        }
        Some(Fault::StrippedMapping) => {
            offered.retain(|suite| suite.mapping != Mapping::ChipAuthentication);
        }
        Some(Fault::HiddenPace) => offered.clear(),
        _ => {}
    }
    if !offered.is_empty() {
        files.insert(CARD_ACCESS, set(offered.into_iter().map(Suite::info).collect()));
    }
    let pace = options.access.pace().filter(|_| options.mapping == Mapping::ChipAuthentication);
    if let Some(pace) = pace.filter(|_| fault != Some(Fault::CardSecurityMissing)) {
        let infos = |purpose| {
            let mut infos: Vec<_> = options.suites().into_iter().map(Suite::info).collect();
            let key = chip_key(&options.person, purpose);
            let public = pace.curve.standardised_key_info(&pace.curve.public_key(&key));
            infos.push(sequence(&[oid(protocol::PUBLIC_KEY_ECDH), public]));
            set(infos)
        };
        let signed = infos("chip authentication");
        let file = match fault {
            Some(Fault::CardSecurityAltered) => {
                sod::card_security(options, &signed, &infos("a guess"))
            }
            Some(Fault::SelfVouchingClone) => {
                let own = infos("a guess");
                let forger = Options { fault: Some(Fault::UnknownIssuer), ..options.clone() };
                sod::card_security(&forger, &own, &own)
            }
            _ => sod::card_security(options, &signed, &signed),
        };
        files.insert(CARD_SECURITY, file);
    }
    files
}

/// SecurityInfos of DG14; `None` if the chip has nothing to declare.
fn dg14(options: &Options) -> Option<Vec<u8>> {
    let mut infos: Vec<Vec<u8>> = options.suites().into_iter().map(Suite::info).collect();
    if let Some(suite) = options.chip_authentication {
        let id = (options.fault == Some(Fault::TwoChipKeys)).then_some(2);
        infos.extend(chip_key_infos(options, suite, "chip authentication", id));
    }
    if options.fault == Some(Fault::TwoChipKeys) {
        let suite = Pace { curve: Curve::Brainpool256, cipher: Cipher::Tdes };
        infos.extend(chip_key_infos(options, suite, "second chip key", Some(1)));
    }
    if let Some(ActiveKey::Curve(_)) = options.active_authentication {
        let plain = oid(protocol::ECDSA_PLAIN_SHA256);
        infos.push(sequence(&[oid(protocol::ACTIVE_AUTHENTICATION), integer(&[1]), plain]));
    }
    (!infos.is_empty()).then(|| set(infos))
}

/// ChipAuthenticationInfo and ChipAuthenticationPublicKeyInfo.
fn chip_key_infos(options: &Options, suite: Pace, purpose: &str, id: Option<u8>) -> Vec<Vec<u8>> {
    let key = chip_key(&options.person, purpose);
    let domain = options.chip_domain(suite);
    let public = domain.public_key(&key);
    let (kind, public) = match domain {
        // BSI TR-03110 wants explicit parameters here, as passports have them.
        Domain::Curve(curve) => (protocol::PUBLIC_KEY_ECDH, curve.public_key_info(&public, true)),
        Domain::Modular(group) => (protocol::PUBLIC_KEY_DH, group.public_key_info(&public)),
    };
    let id = id.map(|id| integer(&[id])).unwrap_or_default();
    let name = chip_protocol(domain, suite.cipher);
    let info = sequence(&[oid(&name), integer(&[1]), id.clone()]);
    let key = sequence(&[oid(kind), public, id]);
    if options.fault == Some(Fault::NoChipInfo) { vec![key] } else { vec![info, key] }
}

/// Object identifier of chip authentication.
pub fn chip_protocol(domain: Domain, cipher: Cipher) -> String {
    let kind = match domain {
        Domain::Curve(_) => protocol::CHIP_AUTHENTICATION_ECDH,
        Domain::Modular(_) => protocol::CHIP_AUTHENTICATION_DH,
    };
    format!("{kind}.{}", cipher.arc())
}

fn dg15(person: &Person, kind: ActiveKey) -> Vec<u8> {
    let public = match kind {
        ActiveKey::Curve(curve) => {
            let key = chip_key(person, "active authentication");
            curve.public_key_info(&curve.public_key(&key), false)
        }
        ActiveKey::Rsa(_) => Key::of("chip", KeyKind::RsaPkcs1).public_key_info(),
        // Ed25519.
        ActiveKey::Unknown => sequence(&[sequence(&[oid("1.3.101.112")]), bit_string(&[7; 32])]),
    };
    tlv(0x6F, &public)
}
