//! What an import changes.

use super::*;

const FROM: Date = date(2027, 1, 1);

fn row(code: &str) -> Procedure {
    one_stop().find(code, today()).unwrap().clone()
}

#[test]
fn what_is_the_same_changes_nothing() {
    let rows: Vec<Procedure> = one_stop().in_force(today()).cloned().collect();
    let (catalogue, changes) = one_stop().merged(rows, FROM).unwrap();
    assert_eq!(&catalogue, one_stop());
    assert_eq!(changes.len(), ROWS);
    assert!(changes.iter().all(|change| change.kind == ChangeKind::Unchanged));
}

#[test]
fn a_changed_procedure_gets_a_row_of_its_own_from_the_day() {
    let mut new = row("1.001193");
    new.name = "Đăng ký khai sinh mới".into();
    new.channels[0].time_limit = TimeLimit::WorkingDays(2);
    let (catalogue, changes) = one_stop().merged(vec![new.clone()], FROM).unwrap();
    let [Change { code, name, kind: ChangeKind::Changed(fields) }] = changes.as_slice() else {
        panic!("{changes:?}")
    };
    assert_eq!((code.as_str(), name.as_str()), ("1.001193", "Đăng ký khai sinh mới"));
    let labels: Vec<&str> = fields.iter().map(|f| f.label).collect();
    assert_eq!(labels, ["Tên thủ tục", "Thời hạn"]);
    assert_eq!(fields[0].before, "Thủ tục đăng ký khai sinh");
    assert!(fields[1].after.contains("02 ngày làm việc"), "{}", fields[1].after);
    let before = catalogue.find("1.001193", date(2026, 12, 31)).unwrap();
    assert_eq!(
        (before.name.as_str(), before.until),
        ("Thủ tục đăng ký khai sinh", Some(date(2026, 12, 31)))
    );
    assert_eq!(catalogue.find("1.001193", FROM).unwrap().from, Some(FROM));
    assert_eq!(catalogue.header().version, FROM);
    assert_eq!(catalogue.in_force(FROM).count(), ROWS);

    let (again, changes) = catalogue.merged(vec![new], FROM).unwrap();
    assert_eq!(again, catalogue);
    assert_eq!(changes[0].kind, ChangeKind::Unchanged);
    let bytes = catalogue.to_json().unwrap();
    assert_eq!(Catalogue::parse(&bytes).unwrap(), catalogue);
}

#[test]
fn a_second_change_on_the_same_day_replaces_the_first() {
    let mut new = row("1.001193");
    new.name = "Một".into();
    let (catalogue, _) = one_stop().merged(vec![new.clone()], FROM).unwrap();
    new.name = "Hai".into();
    let (catalogue, changes) = catalogue.merged(vec![new.clone(), new], FROM).unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(catalogue.find("1.001193", FROM).unwrap().name, "Hai");
    assert_eq!(catalogue.in_force(FROM).count(), ROWS);
}

#[test]
fn an_earlier_change_stops_before_a_later_one() {
    let mut new = row("1.001193");
    new.name = "Sau".into();
    let (catalogue, _) = one_stop().merged(vec![new.clone()], date(2027, 6, 1)).unwrap();
    new.name = "Giữa".into();
    let (catalogue, _) = catalogue.merged(vec![new], FROM).unwrap();
    for (day, name) in [
        (date(2026, 12, 31), "Thủ tục đăng ký khai sinh"),
        (FROM, "Giữa"),
        (date(2027, 5, 31), "Giữa"),
        (date(2027, 6, 1), "Sau"),
    ] {
        assert_eq!(catalogue.find("1.001193", day).unwrap().name, name, "{day}");
    }
}

#[test]
fn a_new_procedure_is_in_force_from_the_day_and_may_end() {
    let mut new = row("1.001193");
    new.code = "1.999999".into();
    let (catalogue, changes) = one_stop().merged(vec![new.clone()], FROM).unwrap();
    assert_eq!(changes[0].kind, ChangeKind::Added);
    assert!(catalogue.find("1.999999", date(2026, 12, 31)).is_none());
    assert!(catalogue.find("1.999999", FROM).is_some());

    new.until = Some(date(2027, 3, 31));
    let (catalogue, changes) = catalogue.merged(vec![new.clone()], FROM).unwrap();
    assert_eq!(changes[0].kind, ChangeKind::Ended(date(2027, 3, 31)));
    assert!(catalogue.find("1.999999", date(2027, 4, 1)).is_none());
    assert_eq!(catalogue.merged(vec![new], FROM).unwrap().1[0].kind, ChangeKind::Unchanged);
}

#[test]
fn an_import_keeps_what_only_the_catalogue_knows() {
    let mut new = row("1.001193");
    new.short_name.clear();
    new.level.clear();
    new.common = false;
    for component in &mut new.components {
        component.satisfied_by.clear();
        component.shown_only = false;
        (component.originals, component.copies, component.obligatory) = (0, 0, true);
        component.code = "GT".into();
    }
    let (catalogue, changes) = one_stop().merged(vec![new], FROM).unwrap();
    let ChangeKind::Changed(fields) = &changes[0].kind else { panic!("{changes:?}") };
    assert_eq!(fields.iter().map(|f| f.label).collect::<Vec<_>>(), ["Mã của Cổng"]);
    let kept = catalogue.find("1.001193", FROM).unwrap();
    assert_eq!(kept.short_name(), "Đăng ký khai sinh");
    assert!(kept.components.iter().any(|c| c.satisfied_by.contains(&Means::Identity)));
}

#[test]
fn a_row_that_cannot_be_right_is_refused() {
    let mut new = row("1.001193");
    new.name = "Hai  khoảng trắng".into();
    assert_eq!(one_stop().merged(vec![new], FROM).unwrap_err().code(), "OFF-42");
}

/// A change of some field of some row.
fn changed() -> impl Strategy<Value = Procedure> {
    let rows: Vec<Procedure> = one_stop().in_force(today()).cloned().collect();
    (0..rows.len(), "[A-Z][a-z]{2,8}", 0u8..5, any::<bool>()).prop_map(
        move |(i, word, what, ends)| {
            let mut row = rows[i].clone();
            match what {
                0 => row.name = word,
                1 => row.notes.push(word),
                2 => row.components[0].name = word,
                3 => row.legal_basis = vec![word],
                _ => {}
            }
            row.until = ends.then_some(date(2028, 1, 1));
            row
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn importing_twice_changes_nothing_more(rows in proptest::collection::vec(changed(), 0..6)) {
        let (once, changes) = one_stop().merged(rows.clone(), FROM).unwrap();
        let (twice, again) = once.merged(rows.clone(), FROM).unwrap();
        prop_assert_eq!(&twice, &once);
        prop_assert!(again.iter().all(|change| change.kind == ChangeKind::Unchanged));
        prop_assert_eq!(changes.len(), again.len());
        prop_assert_eq!(once.in_force(FROM).count(), ROWS);
        for day in [today(), date(2026, 12, 31)] {
            let same = once.in_force(day).zip(one_stop().in_force(day));
            prop_assert!(same.into_iter().all(|(a, b)| a.name == b.name && a.notes == b.notes));
        }
        for change in changes {
            if let ChangeKind::Changed(fields) = change.kind {
                prop_assert!(!fields.is_empty());
                prop_assert!(fields.iter().all(|field| field.before != field.after));
            }
        }
        prop_assert_eq!(Catalogue::parse(&once.to_json().unwrap()).unwrap(), once);
    }
}
