//! What needs no signer; what is raised, and whether others accept it, is judged by `tests/signing/run`.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use lopdf::{Document, Object, dictionary};
use office::Explain;
use pki::stamp::{Denial, Fault};

use super::*;
use crate::sign::{dictionary_at, tests::plain};

/// Services that must not be asked.
struct Nobody;

impl Ask for Nobody {
    fn nonce(&mut self) -> [u8; 16] {
        [7; 16]
    }
    fn time_stamp(&mut self, _: &[u8]) -> Result<Vec<u8>, Silence> {
        Err(Silence::TooSlow)
    }
    fn status(&mut self, url: &str, _: &[u8]) -> Result<Vec<u8>, Silence> {
        unreachable!("{url}")
    }
    fn fetch(&mut self, url: &str, _: usize) -> Result<Vec<u8>, Silence> {
        unreachable!("{url}")
    }
}

#[test]
fn what_nobody_signed_is_not_raised_and_nobody_is_asked() {
    let wish =
        Wish { level: Level::Archive, renew: false, issuers: &[], now: Timestamp::UNIX_EPOCH };
    for (bytes, code) in [(plain(), "SIG-16"), (b"text".to_vec(), "SIG-18")] {
        let short = raise(bytes, &wish, &mut Nobody).unwrap_err();
        assert_eq!((short.code(), short.reached), (code, None));
        assert_eq!(short.why.again(), Again::Never);
    }
    let why = time_stamp(vec![0; 32], &mut Nobody).unwrap_err();
    assert_eq!((why.again(), why.to_string().contains("không trả lời kịp")), (Again::Later, true));
}

/// A form that is its own kid, many times over, is walked to an end.
#[test]
fn a_form_that_goes_in_circles_ends() {
    let mut read = Document::load_mem(&plain()).unwrap();
    let field = read.new_object_id();
    let kids: Vec<Object> = (0..100).map(|_| field.into()).collect();
    read.objects.insert(field, dictionary! { "T" => "a", "Kids" => kids }.into());
    let form = dictionary! { "Fields" => vec![field.into()] };
    read.catalog_mut().unwrap().set("AcroForm", form);
    assert!(Held::of(&read).signatures.is_empty());
}

/// A store grows and holds nothing twice, whether the file's list is an object of its own or not.
#[test]
fn a_store_grows() {
    let mut bytes = plain();
    for (round, wanted) in [(1, 2), (1, 2), (2, 3)] {
        let mut update = Update::of(bytes).unwrap();
        let proof = Proof {
            certificates: vec![b"root".to_vec(), vec![round; 9]],
            lists: vec![b"list".to_vec()],
            answers: Vec::new(),
        };
        store::put(&mut update, &proof).unwrap();
        bytes = update.finish().unwrap();
        let read = Document::load_mem(&bytes).unwrap();
        let store = dictionary_at(&read, read.catalog().unwrap(), b"DSS").unwrap();
        let count = |key: &[u8]| store.get(key).map(|list| list.as_array().unwrap().len());
        assert_eq!(count(b"Certs").unwrap(), wanted);
        assert_eq!(count(b"CRLs").unwrap(), 1);
        assert!(count(b"OCSPs").is_err(), "no empty list");
    }
}

/// Every reason has a code of its own, says the level, and what is over is said to be over.
#[test]
fn every_shortfall_says_where_the_file_stands() {
    let faults = [
        Fault::Unreadable,
        Fault::Denied(Denial::NoTime),
        Fault::Nonce,
        Fault::Imprint,
        Fault::Authority,
        Fault::Signature,
        Fault::Weak,
    ];
    let silences = [
        Silence::Unreachable,
        Silence::TooSlow,
        Silence::Status(500),
        Silence::TooLarge,
        Silence::BrokeOff,
        Silence::Unproven,
        Silence::Address,
        Silence::Unset,
    ];
    let name = || "Nguyễn Thị Mẫu".to_owned();
    let mut all = vec![
        Why::Unsigned,
        Why::NotSound(String::new()),
        Why::Document(SignError::Broken),
        Why::NoIssuer(name()),
        Why::NoPlace(name()),
        Why::Standing(name()),
        Why::Revoked(name()),
        Why::NotReached,
    ];
    all.extend(faults.map(Why::Stamp));
    all.extend(silences.map(|silence| Why::Silent(Service::TimeStamp, silence)));
    let mut codes = BTreeSet::new();
    for why in all {
        let again = why.again();
        let short = Shortfall { wished: Level::Archive, reached: Some(Level::Basic), why };
        assert!(codes.insert(short.code()), "{} twice", short.code());
        let (vietnamese, english) = (short.to_string(), short.english());
        for sentence in [&vietnamese, &english] {
            assert!(sentence.contains("B-LTA") && sentence.contains("B-B"), "{sentence}");
        }
        assert_eq!(vietnamese.contains("motcua raise"), again == Again::Later, "{vietnamese}");
    }
    assert_eq!(codes.len(), 23);
}
