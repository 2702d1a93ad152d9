//! Questions and answers of other makers: OpenSSL's `ts` and `ocsp` made the files in `answers`.
#![allow(missing_docs, clippy::unwrap_used)]

use pki::{
    certificate::Certificate,
    hash::Hash,
    ocsp,
    places::Places,
    stamp::{Denial, Fault, Request},
};

const QUERY: &[u8] = include_bytes!("answers/query.der");
const REPLY: &[u8] = include_bytes!("answers/reply.der");
const DENIED: &[u8] = include_bytes!("answers/denied.der");

/// The number that OpenSSL chose.
const NONCE: [u8; 8] = 0xA9E7_3142_40C8_0004_u64.to_be_bytes();

fn request(data: &[u8], nonce: [u8; 8]) -> Request {
    let mut whole = [0; 16];
    whole[8..].copy_from_slice(&nonce);
    Request::new(Hash::Sha256.digest(data), whole)
}

fn certificate(der: &[u8]) -> Certificate {
    Certificate::parse(der).unwrap()
}

#[test]
fn a_stamp_is_asked_for_as_openssl_does() {
    assert_eq!(request(b"abc", NONCE).der(), QUERY);
}

#[test]
fn the_right_answer_is_taken_and_every_other_refused_by_name() {
    let right = request(b"abc", NONCE);
    let (der, token) = right.accept(REPLY).unwrap();
    assert!(REPLY.ends_with(&der));
    assert_eq!(token.time.to_string(), "2026-11-30T10:34:51Z");
    let fault = |request: &Request, answer: &[u8]| request.accept(answer).err().unwrap();
    assert_eq!(fault(&request(b"abd", NONCE), REPLY), Fault::Imprint);
    assert_eq!(fault(&request(b"abc", [7; 8]), REPLY), Fault::Nonce);
    assert_eq!(fault(&right, DENIED), Fault::Denied(Denial::Algorithm));
    for garbage in [&b""[..], b"<html>", &REPLY[..REPLY.len() - 1], &[REPLY, b"\0"].concat()] {
        assert_eq!(fault(&right, garbage), Fault::Unreadable);
    }
}

/// Whatever byte is changed: no answer is taken but one that says the same, as where the status may be "granted
/// with modifications".
#[test]
fn no_changed_answer_is_taken_for_another_time() {
    let right = request(b"abc", NONCE);
    let (_, token) = right.accept(REPLY).unwrap();
    // The root lies beside the token, and nobody signed that it does.
    let root = include_bytes!("answers/root.der");
    let beside = REPLY.windows(root.len()).position(|window| window == root).unwrap();
    let beside = beside..beside + root.len();
    let mut taken = 0;
    for place in (0..REPLY.len()).filter(|place| !beside.contains(place)) {
        let mut changed = REPLY.to_vec();
        changed[place] ^= 1;
        if let Ok((_, other)) = right.accept(&changed) {
            assert_eq!(other.time, token.time, "byte {place}");
            taken += 1;
        }
    }
    // The status, versions and the list of digests.
    assert!(taken < 30, "{taken}");
}

/// An answer that was cut anywhere, or a question in place of an answer, is no answer and no crash.
#[test]
fn what_is_cut_is_no_answer() {
    for length in 0..REPLY.len() {
        assert_eq!(request(b"abc", NONCE).accept(&REPLY[..length]).err(), Some(Fault::Unreadable));
    }
    assert!(ocsp::Answer::read(include_bytes!("answers/ocsp.der")).is_err());
}

#[test]
fn a_status_is_asked_for_as_openssl_does() {
    let leaf = certificate(include_bytes!("answers/leaf.der"));
    let root = certificate(include_bytes!("answers/root.der"));
    assert_eq!(ocsp::request(&leaf, &root).unwrap(), include_bytes!("answers/ocsp.der"));
    assert!(!ocsp::needs_no_check(&leaf));
}

#[test]
fn a_certificate_names_places_of_the_web() {
    let leaf = certificate(include_bytes!("answers/leaf.der"));
    let wanted = Places {
        answers: vec!["http://ocsp.test/a".into()],
        issuers: vec!["http://ca.test/root.cer".into()],
        lists: vec!["http://ca.test/root.crl".into()],
    };
    assert_eq!(Places::of(&leaf), wanted);
    assert_eq!(Places::of(&certificate(include_bytes!("answers/root.der"))), Places::default());
}
