#![allow(clippy::unwrap_used)]
use super::*;
use crate::{
    dossier::{PaperForm, Proof, Submitted},
    fixture::{self, time},
    id::ContentHash,
    workflow::{Courses, Outcome},
};

fn data() -> Indicators {
    Indicators::parse(include_bytes!("../../../../assets/exchange/indicators_766.json")).unwrap()
}

/// A dossier that lacks nothing.
fn whole() -> Facts {
    Facts {
        channel: Channel::Online,
        timing: Timing::InTime,
        supplements: 1,
        input_files: 1,
        resolved: true,
        result_file: true,
        fee: FeeState::PaidOnline,
        confirmed: true,
        national_store: true,
    }
}

fn missing(facts: &Facts) -> Vec<&'static str> {
    gaps(facts).into_iter().map(|gap| gap.indicator).collect()
}

#[test]
fn each_rule_has_its_gap() {
    assert_eq!(missing(&whole()), [""; 0]);
    for (facts, indicators) in [
        (Facts { timing: Timing::Late, ..whole() }, vec!["2.1"]),
        (Facts { timing: Timing::Late, resolved: false, ..whole() }, vec!["2.1"]),
        (Facts { timing: Timing::Soon, resolved: false, ..whole() }, vec!["2.1"]),
        (Facts { timing: Timing::Unknown, ..whole() }, vec!["2.1"]),
        (Facts { supplements: 2, ..whole() }, vec!["2.1"]),
        (Facts { channel: Channel::Counter, ..whole() }, vec!["3.3"]),
        (Facts { channel: Channel::Post, ..whole() }, vec!["3.3"]),
        (Facts { result_file: false, ..whole() }, vec!["3.3", "4.1", "4.2"]),
        (Facts { fee: FeeState::Due, ..whole() }, vec!["3.6"]),
        (Facts { fee: FeeState::PaidOtherwise, ..whole() }, vec!["3.6"]),
        (Facts { fee: FeeState::None, ..whole() }, vec![]),
        (Facts { input_files: 0, ..whole() }, vec!["4.2", "4.3"]),
        (
            Facts { input_files: 0, result_file: false, channel: Channel::Counter, ..whole() },
            vec!["3.3", "4.1", "4.2", "4.3"],
        ),
        (Facts { national_store: false, ..whole() }, vec!["4.4"]),
        (Facts { national_store: false, confirmed: false, ..whole() }, vec!["4.4", "4.5"]),
        (Facts { confirmed: false, ..whole() }, vec![]),
    ] {
        assert_eq!(missing(&facts), indicators, "{facts:?}");
        for gap in gaps(&facts) {
            assert!(data().find(gap.indicator).is_some(), "{}", gap.indicator);
            let mendable = gap.sentence.contains("ãy ");
            assert!(mendable || gap.sentence.contains("Không sửa được"), "{}", gap.sentence);
        }
    }
}

#[test]
fn the_data_carries_its_doubt() {
    let data = data();
    assert!(!data.header().checked);
    assert!(data.header().source.contains("766"));
    assert_eq!(data.find("4.2").unwrap().full_marks, ">=80%");
    assert!(Indicators::parse(b"{}").is_err());
}

#[test]
fn facts_are_those_of_the_dossier() {
    let calendar = fixture::calendar();
    let file = |proof| Submitted {
        name: "Giấy chứng sinh".into(),
        form: PaperForm::Original,
        quantity: 1,
        proof: Some(proof),
    };
    let hash = || ContentHash("ab".repeat(32));
    let mut dossier = fixture::dossier();
    dossier.components.extend([
        file(Proof::Scan(hash())),
        file(Proof::Stored(hash())),
        file(Proof::Identity),
    ]);
    let mut courses = Courses::begin(&dossier);
    let facts = |courses: &Courses, moves: &[Move], now: &str| {
        Facts::of(&dossier, courses.now(), moves, &[], false, &calendar, time(now))
    };
    let open = facts(&courses, &[], "2026-11-25 09:00");
    assert_eq!((open.timing, open.fee, open.input_files), (Timing::InTime, FeeState::Due, 2));
    assert_eq!(facts(&courses, &[], "2026-11-26 07:00").timing, Timing::Soon);
    assert_eq!(facts(&courses, &[], "2026-11-27 17:01").timing, Timing::Late);
    let mut moves = Vec::new();
    for (at, step) in [
        ("2026-11-26 08:00", Step::SupplementAsked { items: vec!["x".into()], reason: "y".into() }),
        ("2026-11-26 08:05", Step::Undone { reason: "nhầm".into() }),
        ("2026-11-26 08:10", Step::SupplementAsked { items: vec!["x".into()], reason: "y".into() }),
        ("2026-12-10 08:00", Step::Withdrawn { reason: "y".into() }),
    ] {
        let movement = Move {
            dossier: dossier.id.clone(),
            seen: courses.now().steps,
            at: time(at),
            by: "Cán bộ Giả Định".into(),
            step,
            notice: None,
        };
        courses.take(&movement).unwrap();
        moves.push(movement);
        if moves.len() == 3 {
            // The citizen has the word: no lateness of the office.
            assert_eq!(facts(&courses, &moves, "2026-12-09 08:00").timing, Timing::InTime);
        }
    }
    let closed = facts(&courses, &moves, "2026-12-20 08:00");
    assert_eq!((closed.timing, closed.supplements), (Timing::InTime, 2));
    assert!(closed.resolved && !closed.result_file);

    let mut courses = Courses::begin(&dossier);
    let result = Outcome {
        title: "Giấy khai sinh".into(),
        number: String::new(),
        signed_on: None,
        content: Some(hash()),
    };
    let movement = Move {
        dossier: dossier.id.clone(),
        seen: 0,
        at: time("2026-11-26 08:00"),
        by: "Cán bộ Giả Định".into(),
        step: Step::Resolved(result),
        notice: None,
    };
    courses.take(&movement).unwrap();
    let resolved = facts(&courses, &[movement], "2026-12-20 08:00");
    assert!(resolved.result_file && resolved.timing == Timing::InTime);
}
