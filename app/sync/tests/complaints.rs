//! What users of today's systems complain about (the list of user complaints, by its numbers), as far as
//! the exchange answers it. The other answers stand in the tests of `office`.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeSet;

use common::{codes, dossier, moves, source, whole_way};
use office::{arrival::ArrivalId, entry::ContentHash, workflow::Step};
use serde_json::{Value, json};
use sync::dvcqg::{export::export, import::import, schema::Schema};

#[test]
fn complaint_1_nothing_taken_is_never_reported_as_success() {
    let wrong: Vec<Value> = (0..40).map(|i| json!({"MaHoSo": format!("{i}")})).collect();
    let keep = |_: &[u8]| (ArrivalId(String::new()), ContentHash(String::new()));
    let schema = Schema::bundled().unwrap();
    let file = json!({"data": wrong}).to_string();
    let import = import(file.as_bytes(), &schema, &BTreeSet::new(), keep).unwrap();
    assert_eq!(
        import.summary(),
        "Nhận 0 trong 40 hồ sơ trực tuyến; 40 hồ sơ không nhận, có lý do từng hồ sơ. Chưa có gì thay đổi."
    );
    assert_eq!(import.refused.len(), 40, "each with its sentence");
}

#[test]
fn complaint_7_the_number_stays_through_the_supplement() {
    let dossier = dossier();
    let codes = codes();
    let mut seen = BTreeSet::new();
    for steps in 0..=whole_way().len() {
        let (course, moves) = moves(&dossier, whole_way().into_iter().take(steps).collect());
        let source = source(&dossier, &course, &moves, &[], &codes);
        let export = export(&source, &Schema::bundled().unwrap()).unwrap();
        seen.extend(export.progress.iter().map(|item| item.code.clone()));
        seen.insert(export.dossier.code);
    }
    assert_eq!(seen, BTreeSet::from([Some("H38.12-261123-0007".to_owned())]));
}

#[test]
fn complaint_8_officer_and_citizen_see_one_status() {
    let dossier = dossier();
    let codes = codes();
    let mut ways: Vec<Vec<(&str, Step)>> =
        (0..=whole_way().len()).map(|n| whole_way().into_iter().take(n).collect()).collect();
    ways.push(vec![("2026-11-24 08:00", Step::Withdrawn { reason: "theo đơn".into() })]);
    for steps in ways {
        let (course, moves) = moves(&dossier, steps);
        let source = source(&dossier, &course, &moves, &[], &codes);
        let export = export(&source, &Schema::bundled().unwrap()).unwrap();
        let here = course.status.national_code().map(|code| code.to_string());
        assert_eq!(export.dossier.status, here);
        assert_eq!(export.progress.last().unwrap().status, here, "progress ends with the same");
    }
}
