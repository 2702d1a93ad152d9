//! What must hold for any bytes from outside, one function a border.
//!
//! The fuzzers call these with inputs of their own making; the replay (`app/identity/tests/corpora.rs`)
//! calls them with the corpora on every test run. A check says more than "no panic": what a parser
//! accepts must be what the bytes say.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{ops::ControlFlow, time::Duration};

use identity::{
    ReadError,
    access::{Keys, pace_infos},
    authenticity::{
        chip::{self, ActiveKey, ChipKey},
        sod::SecurityObject,
    },
    card::Transport,
    code::{Scanned, image, serial::Lines, wedge::Wedge},
    groups::{self, details, dg13, face},
    mrz::{self, Mrz},
    reading,
    trust::{Offer, Trust},
};
use jiff::civil::{Date, date};
use pki::tlv::{self, MAX_NODES};

const TODAY: Date = date(2026, 11, 23);

/// A border's name and its check.
pub type Check = (&'static str, fn(&[u8]));

/// Each border by the name of its corpus.
pub const ALL: [Check; 14] = [
    ("tlv", tlv),
    ("mrz", mrz),
    ("card_access", card_access),
    ("dg2", dg2),
    ("dg13", dg13),
    ("details", details),
    ("photo", photo),
    ("sod", sod),
    ("trust", trust),
    ("qr_text", qr_text),
    ("wedge", wedge),
    ("serial", serial),
    ("picture", picture),
    ("chip", chip),
];

/// Elements cover their bytes, and the walk ends within its limits.
pub fn tlv(data: &[u8]) {
    if let Ok((element, rest)) = tlv::split(data) {
        assert_eq!(element.whole.len() + rest.len(), data.len());
        assert!(element.whole.ends_with(element.value));
        let again = tlv::encode(element.tag, element.value);
        let whole = tlv::single(&again).unwrap();
        assert_eq!((whole.tag, whole.value), (element.tag, element.value));
    }
    let mut visited = 0;
    let walked = tlv::walk(data, &mut |_| {
        visited += 1;
        true
    });
    assert!(visited <= MAX_NODES);
    if walked.is_ok() {
        let flat: usize = tlv::elements(data).map(|e| e.unwrap().whole.len()).sum();
        assert_eq!(flat, data.len());
    }
}

/// Line breaks do not matter, and what a clerk types only counts with right check digits.
pub fn mrz(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let parsed = Mrz::parse(&text);
    let broken: String = text.chars().flat_map(|c| [c, '\n']).collect();
    assert!(parsed == Mrz::parse(&broken));
    let typed = Mrz::parse_typed(&text);
    assert_eq!(typed.is_ok(), parsed.as_ref().is_ok_and(|mrz| mrz.checked));
    if let Ok(mrz) = typed {
        let (number, check) = mrz.key_information().split_at(mrz.number.len().max(9));
        assert_eq!(mrz::check_digit(number).to_string(), check[..1]);
        let births = mrz.birth.map(|birth| birth.births(TODAY)).unwrap_or_default();
        assert!(births.iter().all(|born| born.earliest() <= TODAY));
    }
    let _ = groups::mrz(data);
}

/// What is offered is in the file.
pub fn card_access(data: &[u8]) {
    for info in pace_infos(data) {
        assert!(data.windows(info.oid.len()).any(|part| part == info.oid));
    }
    chip::offers_proof(data);
    ChipKey::of_dg14(data);
    ActiveKey::read(data, Some(data));
}

/// The photo is a part of the group.
pub fn dg2(data: &[u8]) {
    if let Ok(face) = face::face(data) {
        assert!(!face.bytes.is_empty());
        assert!(data.windows(face.bytes.len()).any(|part| part == face.bytes));
    }
}

/// A person's words are no longer than the group, and come out the same twice.
pub fn dg13(data: &[u8]) {
    if let Ok(content) = dg13::read(data) {
        let person = &content.person;
        let words = [&person.name, &person.origin, &person.residence, &person.features];
        let words: usize = words.into_iter().map(String::len).sum();
        // Normal form may lengthen a letter to three times its bytes.
        assert!(words <= 3 * data.len());
        assert!(dg13::read(data).is_ok_and(|again| again.person == *person));
    }
}

/// DG11 and DG12 give no more words than they have bytes.
pub fn details(data: &[u8]) {
    if let Ok(holder) = details::holder(data) {
        assert!(holder.name.len() + holder.residence.len() <= 3 * data.len());
    }
    let _ = details::issue(data);
}

/// A photo is drawn within its limits or not at all.
pub fn photo(data: &[u8]) {
    if let Some(picture) = identity::picture::decode(data) {
        let pixels = picture.width as usize * picture.height as usize;
        assert!(pixels > 0 && pixels <= 2_560_000);
        assert_eq!(picture.rgba.len(), 4 * pixels);
    }
}

/// Whatever was signed can be asked whether it holds.
pub fn sod(data: &[u8]) {
    if let Ok(sod) = SecurityObject::parse(data) {
        assert!(!sod.signers.is_empty());
        for signer in &sod.signers {
            let _ = signer.certificate.as_ref().map(|certificate| signer.info.holds(certificate));
            signer.info.uses_sha1();
        }
    }
}

/// What a file offers is taken once, and everything taken can be asked everything.
pub fn trust(data: &[u8]) {
    let mut trust = Trust::none();
    let Ok(offer) = Offer::read(data, &trust) else { return };
    trust.accept(&offer);
    for certificate in trust.certificates() {
        certificate.may_sign_certificates();
        certificate.is_signed_by(certificate);
        trust.standing(certificate, TODAY);
    }
    assert!(Offer::read(data, &trust).is_ok_and(|again| again.is_known()));
}

/// A card's text gives its own number, behind a prefix of the scanner's at most, as a declared person.
pub fn qr_text(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(Scanned::Card(card)) = Scanned::read(&text) {
        let number = card.identity.person.number.unwrap();
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        assert!(digits.contains(number.as_str()));
        assert_eq!(card.identity.evidence, office::evidence::Evidence::Declared);
    }
}

/// Two bytes a key: the letter and the pause before it. A scan is a run of keys without a long pause.
pub fn wedge(data: &[u8]) {
    let mut wedge = Wedge::default();
    let mut now = 0;
    let mut run = String::new();
    let seen = |scan: Option<String>, run: &str| {
        if let Some(scan) = scan {
            assert_eq!(scan, run);
            assert!(scan.chars().count() >= 12);
        }
    };
    for key in data.chunks_exact(2) {
        let gap = u64::from(key[1]);
        now += gap;
        if key[0] == b'\n' {
            seen(wedge.entered(now), &run);
            run.clear();
        } else {
            let scan = wedge.typed(char::from(key[0]), now);
            seen(scan, &run);
            if gap > 80 {
                run.clear();
            }
            run.push(char::from(key[0]));
        }
    }
    seen(wedge.pause(now + 1_000), &run);
}

/// However the bytes are cut, the same codes come out.
pub fn serial(data: &[u8]) {
    let told =
        |result: Result<String, identity::code::CodeError>| result.map_err(|e| e.to_string());
    let mut whole = Lines::default();
    let mut at_once: Vec<_> = whole.push(data).into_iter().map(told).collect();
    at_once.extend(whole.pause().map(told));
    let mut pieces = Lines::default();
    let mut by_byte: Vec<_> =
        data.iter().flat_map(|byte| pieces.push(&[*byte])).map(told).collect();
    by_byte.extend(pieces.pause().map(told));
    assert_eq!(at_once, by_byte);
}

/// Any file is a picture or a sentence.
pub fn picture(data: &[u8]) {
    let _ = image::decode_image(data);
}

/// A chip that answers anything at all ends in an error, and soon.
pub fn chip(data: &[u8]) {
    struct Liar<'d>(&'d [u8], u32);
    impl Transport for Liar<'_> {
        fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, ReadError> {
            self.1 += 1;
            let Some((&length, rest)) = self.0.split_first() else {
                return Err(ReadError::CardLost);
            };
            let (answer, rest) = rest.split_at(rest.len().min(usize::from(length)));
            self.0 = rest;
            Ok([answer, &[0x90, 0x00]].concat())
        }
    }
    let mut liar = Liar(data, 0);
    let keys = Keys::mrz(
        "IDVNM0990001232001099000123<<39901029M3901027VNM<<<<<<<<<<<2NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<",
    );
    let mut go_on = |_| ControlFlow::Continue(());
    let read = reading::read(&mut liar, &keys.unwrap(), &Trust::none(), TODAY, &mut go_on);
    assert!(read.is_err(), "a chip without the key was read");
    assert!(liar.1 <= data.len() as u32 + 1);
}

/// The longest that one input may take in a replay.
pub const PATIENCE: Duration = Duration::from_secs(20);
