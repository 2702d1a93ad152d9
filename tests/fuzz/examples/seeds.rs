//! Writes the first inputs of every corpus from the virtual card. usage: `cargo run --example seeds`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{fs, path::Path};

use virtual_card::{
    Access, ActiveKey, Biometric, Card, Cipher, Curve, Document, Era, Fault, Hash, KeyKind,
    Options, PEOPLE, Pace, Photo, csca_der,
    publish::{self, DirectoryValue, Revocations},
};

fn write(corpus: &str, name: &str, bytes: &[u8]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(corpus);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), bytes).unwrap();
}

/// The files of one card, without the photo's bulk.
fn card(name: &str, options: Options) {
    let both = Pace { curve: Curve::P256, cipher: Cipher::Aes128 };
    write("mrz", name, options.mrz().as_bytes());
    let card = Card::new(Options { access: Access::Both(both), ..options });
    for (file, corpus) in [
        (0x0101, "mrz"),
        (0x0102, "dg2"),
        (0x010B, "details"),
        (0x010C, "details"),
        (0x010D, "dg13"),
        (0x010E, "card_access"),
        (0x010F, "card_access"),
        (0x011D, "sod"),
    ] {
        let Some(bytes) = card.file(file) else { continue };
        write(corpus, &format!("{name}-{file:04x}"), &bytes[..bytes.len().min(4_000)]);
        write("tlv", &format!("{name}-{file:04x}"), &bytes[..bytes.len().min(600)]);
    }
}

fn main() {
    card("card", Options::default());
    card("other", Options { person: PEOPLE[1], ..Options::default() });
    card("passport", Options { document: Document::Passport, details: true, ..Options::default() });
    let iso_39794 =
        Options { biometric: Biometric::Iso39794, photo: Photo::Jp2, ..Options::default() };
    card("iso-39794", iso_39794);
    for kind in [Photo::Jp2, Photo::J2k] {
        write("photo", &format!("{kind:?}").to_lowercase(), &virtual_card::photo(&PEOPLE[0], kind));
    }
    let rsa =
        Options { active_authentication: Some(ActiveKey::Rsa(Hash::Sha256)), ..Options::default() };
    card("rsa", rsa);
    for fault in [Fault::DeepNesting, Fault::IndefiniteLength, Fault::FlatDg13, Fault::SparseDg13] {
        card(fault.name(), Options::with_fault(fault));
    }
    let kind = KeyKind::Named(Curve::P256);
    let csca = csca_der(kind);
    let crl = Revocations::usual(kind, kind).der();
    let list = publish::master_list(&[csca.clone()], kind, None);
    let values =
        [DirectoryValue::Certificate(csca.clone()), DirectoryValue::Revocations(crl.clone())];
    write("trust", "directory.ldif", publish::ldif(&values).as_bytes());
    write("trust", "link", &publish::link(Era::First, Era::NewKey, kind));
    for (name, bytes) in [("csca", &csca), ("crl", &crl), ("list", &list)] {
        write("trust", name, bytes);
    }
    let code = PEOPLE[0].qr();
    write("qr_text", "card", code.as_bytes());
    write("qr_text", "receipt", b"MC1|R|H38.12-261123-0007|20261123|1a2b3c4d");
    write("qr_text", "vneid", b"https://vneid.gov.vn/qr?x=1");
    let keys: Vec<u8> = code.bytes().flat_map(|byte| [byte, 10]).chain([b'\n', 10]).collect();
    write("wedge", "scan", &keys);
    write(
        "wedge",
        "typing",
        &keys.iter().map(|b| if *b == 10 { 200 } else { *b }).collect::<Vec<_>>(),
    );
    write("serial", "scan", format!("\u{feff}{code}\r\n{code}\n").as_bytes());
    write("picture", "none", &virtual_card::portrait(&PEOPLE[0])[..1_500]);
    write("chip", "empty", &[]);
    write("chip", "files", &[2, 0x31, 0x00, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]);
}
