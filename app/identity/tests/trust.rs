//! Country signers from the files that administrators have: DER, PEM with remarks, folders, master lists.
#![allow(clippy::unwrap_used)]

use std::fs;

use base64ct::{Base64, Encoding};
use identity::{
    tlv::encode,
    trust::{Trust, TrustError},
};
use virtual_card::{Curve, KeyKind, csca_der};

fn certificates() -> [Vec<u8>; 3] {
    [KeyKind::Named(Curve::P384), KeyKind::Explicit(Curve::Brainpool512), KeyKind::RsaPss]
        .map(csca_der)
}

fn pem(der: &[u8]) -> String {
    let body = Base64::encode_string(der);
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|l| str::from_utf8(l).unwrap()).collect();
    format!(
        "subject=CSCA\n-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        lines.join("\n")
    )
}

/// A master list (ICAO 9303-12, 9) without signers, which the reader does not ask for.
fn master_list(certificates: &[Vec<u8>]) -> Vec<u8> {
    let oid = |hex: &str| encode(0x06, &hex::decode(hex).unwrap());
    let version = encode(0x02, &[0]);
    let list = encode(0x30, &[version.clone(), encode(0x31, &certificates.concat())].concat());
    // id-icao-cscaMasterList 2.23.136.1.1.2 and id-signedData 1.2.840.113549.1.7.2.
    let content = [oid("678108010102"), encode(0xA0, &encode(0x04, &list))].concat();
    let data =
        [encode(0x02, &[3]), encode(0x31, &[]), encode(0x30, &content), encode(0x31, &[])].concat();
    encode(0x30, &[oid("2A864886F70D010702"), encode(0xA0, &encode(0x30, &data))].concat())
}

#[test]
fn every_kind_of_file() {
    let [first, second, third] = certificates();
    let broken = encode(0x30, b"no certificate");
    for (name, bytes, expected) in [
        ("DER", first.clone(), 1),
        ("PEM", pem(&second).into_bytes(), 1),
        ("two in one PEM", (pem(&first) + &pem(&third)).into_bytes(), 2),
        ("master list", master_list(&[first.clone(), second.clone(), third.clone()]), 3),
        ("master list with an odd certificate", master_list(&[first, broken, third]), 2),
        ("text", b"hello".to_vec(), 0),
        ("nothing", vec![], 0),
    ] {
        let mut trust = Trust::none();
        assert_eq!(trust.add(&bytes), expected, "{name}");
        assert_eq!(trust.certificates().len(), expected, "{name}");
        // The same again changes nothing.
        trust.add(&bytes);
        assert_eq!(trust.certificates().len(), expected, "{name}");
    }
}

#[test]
fn folders_and_files() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let [first, second, third] = certificates();
    fs::write(folder.join("a.cer"), &first).unwrap();
    fs::write(folder.join("b.pem"), pem(&second)).unwrap();
    let note = folder.join("note.txt");
    fs::write(&note, "no certificate").unwrap();
    let single = folder.join("c.ml");
    fs::write(&single, master_list(&[third])).unwrap();

    assert_eq!(Trust::load(&[folder]).unwrap().certificates().len(), 3);
    assert_eq!(Trust::load(&[&single]).unwrap().certificates().len(), 1);
    assert!(matches!(Trust::load(&[&note]), Err(TrustError::Nothing(path)) if path == note));
    let absent = folder.join("absent.cer");
    assert!(matches!(Trust::load(&[&absent]), Err(TrustError::File { .. })));
}
