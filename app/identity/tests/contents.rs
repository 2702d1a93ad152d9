//! What chips of every kind hold: documents, details, face records, photos.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::ops::ControlFlow;

use common::{InProcess, TODAY, both, mrz_keys, read, read_with, trust};
use identity::{
    authenticity::Finding,
    groups::{Group, face::Format},
    picture,
    reading::{self, Progress},
    trust::Trust,
};
use jiff::civil::date;
use office::{
    evidence::Evidence,
    person::{DocumentKind, Expiry, Sex},
};
use virtual_card::{
    Biometric, Card, Document, Fault, Options, PEOPLE, Photo, data_group, foreign_csca_der, photo,
};

#[test]
fn a_passport_tells_its_details() {
    for person in PEOPLE {
        let options =
            Options { person, document: Document::Passport, details: true, ..Options::default() };
        let reading = read(options).unwrap();
        assert!(!reading.findings.iter().any(Finding::is_fatal), "{:?}", reading.findings);
        let read = &reading.identity.person;
        // The zone cuts the long name and has no marks; DG11 has both.
        assert_eq!(read.name, person.name);
        assert_eq!(read.number.as_ref().unwrap().as_str(), person.number);
        assert_eq!((&*read.origin, &*read.residence), (person.origin, person.residence));
        let issued = read.issue_date.unwrap().strftime("%d/%m/%Y").to_string();
        assert_eq!(issued, person.issued);
        let born = read.birth_date.unwrap().to_string();
        assert_eq!(born, person.born);
        let holder = reading.holder.unwrap();
        assert_eq!((holder.other_names.len(), &*holder.telephone), (1, "+84 214 000 0000"));
        assert_eq!(reading.issue.unwrap().authority, "Cục Quản lý xuất nhập cảnh");
        assert_eq!(reading.identity.document.unwrap().kind, DocumentKind::Passport);
    }
}

/// Another state's optional data hold twelve digits too: they are no Vietnamese number.
#[test]
fn foreign_documents_have_no_vietnamese_number() {
    let person = PEOPLE[0];
    for document in [Document::Passport, Document::LargeCard, Document::IdCard] {
        let options =
            Options { document, details: true, state: ("LAO", "LA"), ..Options::default() };
        let mut trust = Trust::none();
        trust.add(&foreign_csca_der("LA", options.signing.issuer));
        let (reading, _) = read_with(options.clone(), &mrz_keys(&options), &trust, false);
        let reading = reading.unwrap();
        assert_eq!(reading.identity.evidence, Evidence::ChipAuthentic, "{:?}", reading.findings);
        let read = &reading.identity.person;
        assert_eq!((&read.number, &*read.nationality), (&None, "LAO"), "{document:?}");
        assert_eq!(read.name, person.name);
        assert_eq!(reading.holder.unwrap().number, person.number);
        let kind = if document == Document::Passport {
            DocumentKind::Passport
        } else {
            DocumentKind::Other
        };
        assert_eq!(reading.identity.document.unwrap().kind, kind);
    }
}

#[test]
fn a_larger_card() {
    let options = Options { document: Document::LargeCard, access: both(), ..Options::default() };
    let reading = read(options.clone()).unwrap();
    assert_eq!(reading.identity.evidence, Evidence::ChipAuthentic, "{:?}", reading.findings);
    let person = reading.identity.person;
    assert_eq!(person.name, "NGUYEN THI HUONG GIANG");
    assert_eq!(
        (person.birth_date, person.sex),
        (Some(date(1988, 3, 12).into()), Some(Sex::Female))
    );
    assert_eq!(person.expiry_date, Some(Expiry::On(date(2028, 3, 12))));
    assert_eq!(reading.identity.document.unwrap().number, options.person.passport_number());
}

#[test]
fn groups_that_are_not_listed_cost_nothing() {
    let steps = |details| {
        let options = Options { document: Document::Passport, details, ..Options::default() };
        let keys = mrz_keys(&options);
        let mut transport = InProcess::new(Card::new(options), false);
        let mut steps = Vec::new();
        let mut note = |step: Progress| {
            let step = match step {
                Progress::Reading { group, .. } => group.to_string(),
                Progress::Facts(person) => format!("facts of {}", person.name),
                _ => return ControlFlow::Continue(()),
            };
            if steps.last() != Some(&step) {
                steps.push(step);
            }
            ControlFlow::Continue(())
        };
        let (trust, today) = (Trust::none(), TODAY);
        reading::read(&mut transport, &keys, &trust, today, &mut note).unwrap();
        (steps, transport.card.log().commands)
    };
    let (plain, few) = steps(false);
    assert_eq!(plain, ["DG1", "facts of NGUYEN THI HUONG GIANG", "DG14", "DG15", "DG2"]);
    let (full, more) = steps(true);
    let facts = "facts of Nguyễn Thị Hương Giang";
    let zone = "facts of NGUYEN THI HUONG GIANG";
    assert_eq!(full, ["DG1", zone, "DG11", facts, "DG12", facts, "DG14", "DG15", "DG2"]);
    // Two files of one or two blocks, and a SOD with two more hashes.
    assert!((few + 2..=few + 6).contains(&more), "{few} {more}");
}

#[test]
fn every_face_record_shows_its_photo() {
    for biometric in [Biometric::Iso19794, Biometric::Iso39794] {
        for (kind, format, name) in [
            (Photo::Jpeg, Format::Jpeg, "jpeg"),
            (Photo::Jp2, Format::Jpeg2000, "jp2"),
            (Photo::J2k, Format::Jpeg2000, "jp2"),
        ] {
            let options = Options { photo: kind, biometric, ..Options::default() };
            let person = options.person;
            let reading = read(options).unwrap();
            assert_eq!(reading.identity.evidence, Evidence::ChipAuthentic);
            assert!(!reading.findings.contains(&Finding::NoPhoto), "{biometric:?} {kind:?}");
            assert_eq!(reading.to_json()["face"]["format"], name);
            let face = reading.face.unwrap();
            assert_eq!((face.format, &face.bytes), (format, &photo(&person, kind)));
            let shown = picture::decode(&face.bytes).unwrap();
            assert_eq!((shown.width, shown.height, shown.rgba.len()), (300, 400, 480_000));
        }
    }
}

#[test]
fn odd_face_records_are_told_and_never_shown() {
    for (fault, found, shown) in [
        (Fault::FaceOf4Gb, true, true),
        (Fault::NoFaces, false, false),
        (Fault::FaceBeyond, false, false),
        (Fault::PhotoBomb, true, false),
    ] {
        for kind in [Photo::Jpeg, Photo::Jp2] {
            let reading = read(Options { photo: kind, ..Options::with_fault(fault) }).unwrap();
            let face = reading.face;
            assert_eq!(face.is_some(), found, "{}", fault.name());
            let picture = face.and_then(|face| picture::decode(&face.bytes));
            assert_eq!(picture.is_some(), shown, "{}", fault.name());
            let told = reading.findings.contains(&Finding::NoPhoto);
            assert_eq!(told, !shown, "{}", fault.name());
        }
    }
}

#[test]
fn contradictions_are_named() {
    for (fault, fact) in [
        (Fault::NumberMismatch, "số định danh"),
        (Fault::Dg13NumberTwice, "số định danh"),
        (Fault::Dg13OtherName, "họ tên"),
        (Fault::Dg13OtherNation, "quốc tịch"),
        (Fault::Dg11OtherNumber, "số định danh"),
        (Fault::Dg11OtherBirth, "ngày sinh"),
    ] {
        let reading = read(Options::with_fault(fault)).unwrap();
        let fatal: Vec<_> = reading.findings.iter().filter(|f| f.is_fatal()).collect();
        assert_eq!(fatal, [&Finding::Contradiction(fact)], "{}", fault.name());
        assert!(!reading.checks.consistent);
        // The zone has the word where DG11 differs.
        assert_ne!(reading.identity.person.birth_date, Some(date(1970, 1, 1).into()));
    }
    for (fault, finding) in [
        (Fault::AlteredDg11, Finding::Altered(Group::DG11)),
        (Fault::AlteredDg12, Finding::Altered(Group::DG12)),
        (Fault::Dg11Missing, Finding::Missing(Group::DG11)),
        (Fault::Dg11Withheld, Finding::Missing(Group::DG11)),
        (Fault::CompositeWrong, Finding::CheckDigits),
    ] {
        let found = read(Options::with_fault(fault)).unwrap().findings;
        assert!(found.contains(&finding), "{}: {found:?}", fault.name());
    }
}

/// Details that cannot be understood leave the MRZ its word; those that attack the parser end the
/// reading.
#[test]
fn unclear_details() {
    let with = |group: u8, file: &[u8]| {
        let options = Options { document: Document::Passport, details: true, ..Options::default() };
        let (keys, trust) = (mrz_keys(&options), trust(&options));
        let mut card = Card::new(options);
        card.replace_file(data_group(group), file.to_vec());
        InProcess::new(card, false).read(&keys, &trust)
    };
    for (group, file) in [(11, &[0x6B, 3, 0x5F, 0x0E, 9][..]), (12, &[0x6C, 2, 0x5F, 0x19])] {
        let reading = with(group, file).unwrap();
        let unclear = Finding::DetailsOpaque(Group::from_number(group).unwrap());
        assert!(reading.findings.contains(&unclear), "{:?}", reading.findings);
        assert_eq!(reading.identity.evidence, Evidence::ChipNotAuthentic, "the hash differs");
    }
    assert!(with(11, &[0x6B, 4, 0x30, 0x80, 0, 0]).is_err());
}
