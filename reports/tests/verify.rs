//! Verifying signed files that lie beside this test: made by pyHanko with keys of a test authority, synthetic.
#![allow(missing_docs, clippy::unwrap_used)]

use jiff::Timestamp;
use proptest::prelude::*;
use reports::verify::{Level, Overall, Trust, Verdict, VerifyError, verify};

const ROOT: &[u8] = include_bytes!("signed/root.crt");
const ARCHIVED: &[u8] = include_bytes!("signed/classic-B-LTA.pdf");
const TWO: &[u8] = include_bytes!("signed/certified-two.pdf");
const PACKED: &[u8] = include_bytes!("signed/objstm-B-B.pdf");

fn check(bytes: &[u8]) -> Result<Verdict, VerifyError> {
    // Half a year after the files were made.
    let now: Timestamp = "2027-06-01T00:00:00Z".parse().unwrap();
    verify(bytes, &Trust::read([ROOT]).unwrap(), now)
}

fn codes(verdict: &Verdict) -> Vec<&'static str> {
    let all = verdict.signatures.iter().flat_map(|one| &one.reasons).chain(&verdict.reasons);
    all.map(|reason| reason.code()).collect()
}

#[test]
fn genuine_files_are_valid() {
    for (bytes, levels) in
        [(ARCHIVED, &[Level::Archive][..]), (TWO, &[Level::Basic; 2]), (PACKED, &[Level::Basic])]
    {
        let verdict = check(bytes).unwrap();
        assert_eq!(verdict.overall, Overall::Valid, "{verdict:?}");
        let found: Vec<Level> = verdict.signatures.iter().map(|one| one.level).collect();
        assert_eq!(found, levels);
    }
}

#[test]
fn the_newest_signature_covers_the_whole_file() {
    let verdict = check(TWO).unwrap();
    let whole: Vec<bool> = verdict.signatures.iter().map(|one| one.covers_whole_file).collect();
    assert_eq!(whole, [false, true]);
    assert_eq!(verdict.signatures[0].signer.as_deref(), Some("Nguyễn Văn Mẫu"));
}

#[test]
fn a_certificate_that_expired_since_is_no_proof_without_a_time_stamp() {
    let later: Timestamp = "2041-01-01T00:00:00Z".parse().unwrap();
    let trust = Trust::read([ROOT]).unwrap();
    let verdict = verify(PACKED, &trust, later).unwrap();
    assert_eq!(verdict.overall, Overall::Invalid);
    assert!(codes(&verdict).contains(&"VER-35"), "{:?}", codes(&verdict));
    // The time stamps' own authority has expired too, so that nothing is proven any more.
    assert_eq!(verify(ARCHIVED, &trust, later).unwrap().overall, Overall::Invalid);
}

#[test]
fn files_that_are_no_signed_pdf_say_so() {
    assert_eq!(check(b"").unwrap_err(), VerifyError::NotPdf);
    assert_eq!(check(b"PK\x03\x04").unwrap_err(), VerifyError::NotPdf);
    assert_eq!(check(b"%PDF-1.7\nnothing").unwrap_err(), VerifyError::Broken);
    assert_eq!(Trust::read([&b"no certificate"[..]]).unwrap_err(), VerifyError::Trust);
}

/// Every place but those inside a signature's own digits.
fn covered(bytes: &[u8]) -> Vec<usize> {
    let mut inside = false;
    let mut places = Vec::new();
    for (at, byte) in bytes.iter().enumerate() {
        inside &= *byte != b'>';
        if !inside {
            places.push(at);
        }
        inside |= *byte == b'<' && bytes[..at].ends_with(b"/Contents ");
    }
    places
}

fn flipped(bytes: &[u8], at: usize, bit: u8) -> Vec<u8> {
    let mut copy = bytes.to_vec();
    copy[at] ^= 1 << bit;
    copy
}

/// The file with an update: one object written anew, and a table that names what stood before.
fn updated(bytes: &[u8], number: u32, object: &str, previous: Option<usize>) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let last = text.rsplit_once("startxref").unwrap().1.lines().nth(1).unwrap().to_owned();
    let size = text.rsplit_once("/Size ").unwrap().1.split_whitespace().next().unwrap().to_owned();
    let previous = previous.map_or(last, |at| at.to_string());
    let mut out = bytes.to_vec();
    let at = out.len();
    out.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    let table = out.len();
    out.extend(format!("xref\n{number} 1\n{at:010} 00000 n \ntrailer\n").bytes());
    out.extend(format!("<< /Size {size} /Root 1 0 R /Info 4 0 R /Prev {previous} >>\n").bytes());
    out.extend(format!("startxref\n{table}\n%%EOF\n").bytes());
    out
}

const FALSE_PAGE: &str = "<< /Length 30 >>\nstream\nBT /F1 18 Tf (9 000 000) Tj ET\nendstream";

fn told(bytes: &[u8]) -> (Overall, Vec<&'static str>) {
    let verdict = check(bytes).unwrap();
    (verdict.overall, codes(&verdict))
}

#[test]
fn a_page_that_was_changed_later_is_told() {
    let (overall, codes) = told(&updated(PACKED, 11, FALSE_PAGE, None));
    assert_eq!(overall, Overall::ValidChangedLater);
    assert!(codes.contains(&"VER-53"), "{codes:?}");
    // The certifying signer of this one allowed fields and signatures only.
    let (overall, codes) = told(&updated(TWO, 11, FALSE_PAGE, None));
    assert_eq!(overall, Overall::Invalid);
    assert!(codes.contains(&"VER-51"), "{codes:?}");
}

#[test]
fn updates_that_are_none_make_the_file_invalid() {
    let junk = [PACKED, b"\nmore"].concat();
    let looped = updated(PACKED, 11, FALSE_PAGE, Some(PACKED.len()));
    for (bytes, code) in [(junk, "VER-11"), (looped, "VER-10")] {
        let (overall, codes) = told(&bytes);
        assert_eq!(overall, Overall::Invalid);
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
}

#[test]
fn a_signature_of_zeros_is_none() {
    let mut bytes = PACKED.to_vec();
    let open = PACKED.windows(11).position(|part| part == b"/Contents <").unwrap() + 11;
    for byte in bytes[open..].iter_mut().take_while(|byte| **byte != b'>') {
        *byte = b'0';
    }
    assert_eq!(told(&bytes), (Overall::Invalid, vec!["VER-15"]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// No bit of signed bytes can be turned unseen. The last end of line is covered too.
    #[test]
    fn no_bit_turns_unseen(part in 0.0..1.0_f64, bit in 0..8_u8, which in 0..2_usize) {
        let bytes = [PACKED, TWO][which];
        let places = covered(bytes);
        let at = places[(places.len() as f64 * part) as usize];
        if let Ok(verdict) = check(&flipped(bytes, at, bit)) {
            prop_assert!(verdict.overall != Overall::Valid, "{at} {bit}: {verdict:?}");
            prop_assert!(verdict.overall != Overall::ValidChangedLater, "{at} {bit}: {verdict:?}");
        }
    }

    /// In what no signature covers, its own digits, a bit may be of no weight; it never adds any.
    #[test]
    fn a_turned_bit_never_raises_a_level(part in 0.0..1.0_f64, bit in 0..8_u8, which in 0..2_usize) {
        let bytes = [PACKED, TWO][which];
        let at = ((bytes.len() - 1) as f64 * part) as usize;
        if let Ok(verdict) = check(&flipped(bytes, at, bit)) {
            prop_assert!(verdict.signatures.iter().all(|one| one.level == Level::Basic));
        }
    }

    /// A file that is cut is valid only where a revision ends, and never stops the program.
    #[test]
    fn a_cut_file_is_not_valid(part in 0.0..1.0_f64, which in 0..3_usize) {
        let bytes = [PACKED, TWO, ARCHIVED][which];
        let cut = &bytes[..(bytes.len() as f64 * part) as usize];
        if let Ok(verdict) = check(cut) {
            let ends = cut.trim_ascii_end().ends_with(b"%%EOF");
            prop_assert!(ends || verdict.overall == Overall::Invalid || verdict.signatures.is_empty());
        }
    }

    /// Bytes of no sense, within something that looks like a PDF, end in an answer.
    #[test]
    fn noise_is_answered(noise in proptest::collection::vec(any::<u8>(), 0..400), part in 0.0..1.0_f64) {
        let at = (PACKED.len() as f64 * part) as usize;
        let mut copy = PACKED.to_vec();
        for (place, byte) in noise.iter().enumerate() {
            if let Some(own) = copy.get_mut(at + place) {
                *own = *byte;
            }
        }
        let _ = check(&copy);
        let _ = check(&[b"%PDF-1.7\n", &noise[..]].concat());
    }
}
