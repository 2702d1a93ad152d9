//! The chip's elementary files (ICAO 9303-10) and the secrets behind them.

use std::collections::BTreeMap;

use crate::curve::Curve;
use crate::fault::Fault;
use crate::options::{ActiveKey, Document, Options, Pace};
use crate::person::{PEOPLE, Person};
use crate::pki::{Hash, Key, KeyKind};
use crate::portrait;
use crate::sod;
use crate::tlv::{group, integer, oid, sequence, set, tlv};

/// Protocol prefixes (BSI TR-03110-3, A.1.1).
pub mod protocol {
    /// id-PACE-ECDH-GM; one more arc names the cipher.
    pub const PACE_ECDH_GM: &str = "0.4.0.127.0.7.2.2.4.2";
    /// id-CA-ECDH; one more arc names the cipher.
    pub const CHIP_AUTHENTICATION_ECDH: &str = "0.4.0.127.0.7.2.2.3.2";
    /// id-PK-ECDH.
    pub const PUBLIC_KEY_ECDH: &str = "0.4.0.127.0.7.2.2.1.2";
    /// id-icao-mrtd-security-aaProtocolObject.
    pub const ACTIVE_AUTHENTICATION: &str = "2.23.136.1.1.5";
    /// ecdsa-plain-SHA256.
    pub const ECDSA_PLAIN_SHA256: &str = "0.4.0.127.0.7.1.1.4.1.3";
}

/// EF.CardAccess, in the master file.
pub const CARD_ACCESS: u16 = 0x011C;
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

/// A private key of the chip.
#[derive(Clone)]
pub struct ChipKey {
    /// Its curve.
    pub curve: Curve,
    /// The secret scalar.
    pub secret: Vec<u8>,
}

/// Key of the chip for `purpose`; a card's keys differ from any other card's.
pub fn chip_key(person: &Person, purpose: &str, curve: Curve) -> ChipKey {
    ChipKey {
        curve,
        secret: Hash::Sha256
            .digest(format!("virtual card: {purpose} of {}", person.number).as_bytes()),
    }
}

/// All files of a card.
pub fn build(options: &Options) -> Files {
    let fault = options.fault;
    let person = &options.person;
    let mut groups = BTreeMap::from([(1, dg1(options, person)), (2, dg2(person, fault))]);
    if options.document == Document::IdCard && fault != Some(Fault::NoDg13) {
        groups.insert(13, tlv(0x6D, &dg13_content(person, fault)));
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
    Files { master: card_access(options), application }
}

/// Changes made behind the signature's back.
fn alter(groups: &mut BTreeMap<u8, Vec<u8>>, options: &Options) {
    let person = &options.person;
    let other = Person { name: "Trần Văn Khác", ..*person };
    match options.fault {
        Some(Fault::AlteredDg1) => drop(groups.insert(1, dg1(options, &other))),
        Some(Fault::AlteredDg2) => {
            let stranger = PEOPLE.iter().find(|p| p.number != person.number).expect("more people");
            groups.insert(2, dg2(stranger, None));
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
    let mrz = Options { person: *person, ..options.clone() }.mrz();
    tlv(0x61, &tlv(0x5F1F, mrz.as_bytes()))
}

/// Portrait in an ISO 19794-5 record inside a biometric information template (ICAO 9303-10, 4.7.2).
fn dg2(person: &Person, fault: Option<Fault>) -> Vec<u8> {
    let mut portrait = portrait::jpeg(person);
    if fault == Some(Fault::TrailingOctets) {
        portrait.extend([0; 7]);
    }
    let facial_information = [
        &((32 + portrait.len()) as u32).to_be_bytes()[..],
        &[0, 0],
        &[if person.mrz().as_bytes()[37] == b'M' { 1 } else { 2 }],
        &[0; 13],
    ]
    .concat();
    // Full frontal, JPEG, 300 by 400, sRGB 24, unspecified source.
    let image_information = [1, 0, 0x01, 0x2C, 0x01, 0x90, 1, 0, 0, 0, 0, 0];
    let length = 14 + 32 + portrait.len() as u32;
    let record = [
        b"FAC\x00010\x00",
        &length.to_be_bytes()[..],
        &[0, 1],
        &facial_information,
        &image_information,
        &portrait,
    ]
    .concat();
    let header = group(
        0xA1,
        &[
            tlv(0x80, &[1, 1]),
            tlv(0x81, &[2]),
            tlv(0x82, &[0]),
            // Format owner JTC 1/SC 37, format 19794-5.
            tlv(0x87, &[1, 1]),
            tlv(0x88, &[0, 8]),
        ],
    );
    group(0x75, &[group(0x7F61, &[integer(&[1]), group(0x7F60, &[header, tlv(0x5F2E, &record)])])])
}

fn dg13_content(person: &Person, fault: Option<Fault>) -> Vec<u8> {
    let utf8 = |text: &str| vec![tlv(0x0C, text.as_bytes())];
    let printable = |text: &str| vec![tlv(0x13, text.as_bytes())];
    let person_field = |name: Option<&str>| {
        sequence(&name.map(|name| tlv(0x0C, name.as_bytes())).into_iter().collect::<Vec<_>>())
    };
    let number = if fault == Some(Fault::NumberMismatch) { "099000999999" } else { person.number };
    let mut items = vec![
        (1, printable(number)),
        (2, utf8(person.name)),
        (3, printable(person.born)),
        (4, utf8(person.sex.word())),
        (5, utf8("Việt Nam")),
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
    if fault == Some(Fault::SparseDg13) {
        items.retain(|item| [1, 2, 11].contains(&item.0));
    }
    let items: Vec<u8> = items
        .into_iter()
        .flat_map(|(number, value)| sequence(&[integer(&[number]), value.concat()]))
        .collect();
    match fault {
        Some(Fault::FlatDg13) => items,
        Some(Fault::EncipheredDg13) => {
            (0..16u8).flat_map(|n| Hash::Sha256.digest(&[&[n][..], &items].concat())).collect()
        }
        Some(Fault::DeepNesting) => (0..2000).fold(items, |inner, _| tlv(0x30, &inner)),
        Some(Fault::IndefiniteLength) => [&[0x30, 0x80][..], &items, &[0, 0]].concat(),
        _ => tlv(0x30, &tlv(0x31, &items)),
    }
}

fn pace_info(pace: Pace) -> Vec<u8> {
    let suite = format!("{}.{}", protocol::PACE_ECDH_GM, pace.cipher.arc());
    sequence(&[oid(&suite), integer(&[2]), integer(&[pace.curve.parameter_id()])])
}

/// The files of the master file: EF.CardAccess if PACE is offered.
fn card_access(options: &Options) -> BTreeMap<u16, Vec<u8>> {
    let pace = options.access.pace().map(|pace| match options.fault {
        Some(Fault::CardAccessDiffers) => Pace { cipher: crate::cipher::Cipher::Tdes, ..pace },
        _ => pace,
    });
    let pace = pace.filter(|_| options.fault != Some(Fault::HiddenPace));
    pace.map(|pace| (CARD_ACCESS, set(vec![pace_info(pace)]))).into_iter().collect()
}

/// SecurityInfos of DG14; `None` if the chip has nothing to declare.
fn dg14(options: &Options) -> Option<Vec<u8>> {
    let mut infos: Vec<Vec<u8>> = options.access.pace().map(pace_info).into_iter().collect();
    if let Some(suite) = options.chip_authentication {
        let key = chip_key(&options.person, "chip authentication", suite.curve);
        let name = format!("{}.{}", protocol::CHIP_AUTHENTICATION_ECDH, suite.cipher.arc());
        infos.push(sequence(&[oid(&name), integer(&[1])]));
        // BSI TR-03110 wants explicit parameters here, as passports have them.
        let public = key.curve.public_key_info(&key.curve.public_key(&key.secret), true);
        infos.push(sequence(&[oid(protocol::PUBLIC_KEY_ECDH), public]));
    }
    if let Some(ActiveKey::Curve(_)) = options.active_authentication {
        let plain = oid(protocol::ECDSA_PLAIN_SHA256);
        infos.push(sequence(&[oid(protocol::ACTIVE_AUTHENTICATION), integer(&[1]), plain]));
    }
    (!infos.is_empty()).then(|| set(infos))
}

fn dg15(person: &Person, kind: ActiveKey) -> Vec<u8> {
    let public = match kind {
        ActiveKey::Curve(curve) => {
            let key = chip_key(person, "active authentication", curve);
            curve.public_key_info(&curve.public_key(&key.secret), false)
        }
        ActiveKey::Rsa(_) => Key::of("chip", KeyKind::RsaPkcs1).public_key_info(),
    };
    tlv(0x6F, &public)
}
