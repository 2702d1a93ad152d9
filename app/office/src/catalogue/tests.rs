#![allow(clippy::unwrap_used, clippy::panic)]
mod data;
mod import;
mod merge;
mod more;
mod rates;

use std::sync::LazyLock;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::header::Mark;
use crate::{
    calendar::TimeLimit,
    dossier::{Channel, Fee},
    money::Dong,
};

const ONE_STOP: &[u8] = include_bytes!("../../../../assets/procedures/one_stop.json");

/// Procedures in it: ten checked by hand, the others converted from their source by program.
const ROWS: usize = 265;

fn today() -> Date {
    date(2026, 11, 23)
}

fn one_stop() -> &'static Catalogue {
    static PARSED: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::parse(ONE_STOP).unwrap());
    &PARSED
}

#[test]
fn the_catalogue_in_use_says_what_is_known_and_what_is_not() {
    let catalogue = one_stop();
    for (code, short_name, limit, fee) in [
        ("1.001193", "Đăng ký khai sinh", "same day", "free"),
        ("1.010041", "Xác nhận thông tin về cư trú", "unclear", "unknown"),
        ("1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân", "3 working days", "unknown"),
        ("2.000815", "Chứng thực bản sao từ bản chính", "same day", "unknown"),
        ("1.001776", "Trợ cấp xã hội hàng tháng", "10 working days", "free"),
        ("2.000884", "Chứng thực chữ ký", "same day", "10000"),
        ("1.000894", "Đăng ký kết hôn", "same day", "free"),
        ("1.000656", "Đăng ký khai tử", "same day", "unknown"),
        ("1.014027", "Trợ cấp hưu trí xã hội", "10 working days", "free"),
        (
            "1.001731",
            "Hỗ trợ chi phí mai táng cho đối tượng bảo trợ xã hội",
            "3 working days",
            "free",
        ),
    ] {
        let procedure = catalogue.find(code, today()).unwrap();
        assert_eq!(procedure.short_name(), short_name);
        let found = match procedure.time_limit(Channel::Counter) {
            TimeLimit::SameDay => "same day".into(),
            TimeLimit::WorkingDays(n) => format!("{n} working days"),
            TimeLimit::Unclear(_) => "unclear".into(),
            other => panic!("{other:?}"),
        };
        assert_eq!(found, limit, "{code}");
        let found = match procedure.fee(Channel::Counter, today()) {
            Fee::Free => "free".into(),
            Fee::Amount(amount) => amount.0.to_string(),
            Fee::Unknown(why) => {
                assert!(!why.is_empty());
                "unknown".into()
            }
        };
        assert_eq!(found, fee, "{code}");
        assert!(!procedure.checked && procedure.mark != Mark::V, "{code}");
        assert!(procedure.components.iter().any(|c| c.obligatory), "{code}");
        assert!(procedure.components.iter().all(|c| c.originals + c.copies > 0), "{code}");
    }
}

#[test]
fn a_case_has_its_own_limit() {
    let catalogue = one_stop();
    let residence = catalogue.find("1.010041", today()).unwrap();
    let cases: Vec<(&str, &TimeLimit)> = residence
        .cases(Channel::Online)
        .map(|rule| (rule.case.as_str(), &rule.time_limit))
        .collect();
    assert_eq!(
        cases,
        [("", &TimeLimit::WorkingDays(1)), ("Trường hợp cần xác minh", &TimeLimit::WorkingDays(3)),]
    );
    assert_eq!(residence.time_limit(Channel::Online), TimeLimit::WorkingDays(1));
    assert_eq!(residence.fee(Channel::Online, today()), Fee::Free);
}

#[test]
fn words_in_any_order_find_a_procedure() {
    let catalogue = one_stop();
    for (query, code) in [
        ("khai sinh", "1.001193"),
        ("Khai Sinh đăng ký", "1.001193"),
        ("dang ky khai sinh", "1.001193"),
        ("ban sao", "2.000815"),
        ("hon nhan", "1.004873"),
        ("tro cap xa hoi", "1.001776"),
        ("tro cap", "1.014027"),
        ("chung thuc chu ky", "2.000884"),
        ("dang ky tam tru", "1.004194"),
        ("ho kinh doanh", "1.001612"),
        ("1.010041", "1.010041"),
        ("cu tru", "1.010041"),
    ] {
        let found = catalogue.search(query, today(), &[]);
        assert_eq!(found.first().map(|p| p.code.as_str()), Some(code), "{query}");
    }
    assert!(catalogue.search("phi thuyền", today(), &[]).is_empty());
    assert_eq!(catalogue.search("", today(), &[]).len(), ROWS);
}

#[test]
fn the_copy_fee_follows_the_table() {
    let catalogue = one_stop();
    let procedure = catalogue.find("2.000815", today()).unwrap();
    let rule = procedure.cases(Channel::Counter).next().unwrap();
    let [FeeRule::PerPage(rate)] = rule.fees.as_slice() else { panic!("{:?}", rule.fees) };
    for (pages, copies, fee) in [
        (0, 1, 0),
        (1, 1, 2_000),
        (2, 1, 4_000),
        (3, 1, 5_000),
        (4, 1, 6_000),
        (10, 1, 12_000),
        (197, 1, 199_000),
        (198, 1, 200_000),
        (199, 1, 200_000),
        (5_000, 1, 200_000),
        (1, 10, 20_000),
        (3, 2, 10_000),
        (300, 3, 600_000),
        (3, 0, 0),
    ] {
        assert_eq!(rate.amount(pages, copies), Dong(fee), "{pages} × {copies}");
    }
    assert_eq!(
        procedure.fee(Channel::Counter, today()),
        Fee::Unknown(
            "Tính theo trang: 2.000 đồng/trang, từ trang thứ 3 là 1.000 đồng/trang, tối đa 200.000 đồng/bản".into()
        )
    );
}

#[test]
fn a_dossier_keeps_the_version_it_was_received_under() {
    let catalogue = one_stop();
    let stamp = catalogue.stamp(catalogue.find("1.001193", today()).unwrap());
    assert_eq!(stamp.version, "2026-11-29");
    assert_eq!(stamp.name, "Thủ tục đăng ký khai sinh");
    assert!(!stamp.checked);
}

/// Edits a row of the file.
type Edit = fn(&mut serde_json::Value);

/// The catalogue in use with the registration of births replaced by copies that `change` edits.
fn with(changes: &[Edit]) -> Result<Catalogue, CatalogueError> {
    let mut file: serde_json::Value = serde_json::from_slice(ONE_STOP).unwrap();
    let rows = file["procedures"].as_array_mut().unwrap();
    let first = rows.iter().position(|row| row["code"] == "1.001193");
    let first = rows.remove(first.unwrap());
    for change in changes {
        let mut row = first.clone();
        change(&mut row);
        rows.push(row);
    }
    Catalogue::parse(file.to_string().as_bytes())
}

#[test]
fn the_row_in_force_is_found_by_day() {
    let catalogue =
        with(&[|row| row["from"] = "2027-01-01".into(), |row| row["until"] = "2026-12-31".into()])
            .unwrap();
    let code = "1.001193";
    assert!(catalogue.find(code, date(2026, 12, 31)).unwrap().until.is_some());
    assert!(catalogue.find(code, date(2027, 1, 1)).unwrap().from.is_some());
    assert_eq!(catalogue.in_force(today()).count(), ROWS);
}

#[test]
fn wrong_catalogues_are_refused() {
    let cases: [(&[Edit], &str); 9] = [
        (&[|_| (), |_| ()], "OFF-42"),
        (&[|row| row["until"] = "2026-12-31".into(), |_| ()], "OFF-42"),
        (&[|row| row["code"] = "1.1193".into()], "OFF-42"),
        (&[|row| row["code"] = "1.00119x".into()], "OFF-42"),
        (&[|row| row["name"] = "".into()], "OFF-42"),
        (&[|row| row["name"] = "Khai  sinh".into()], "OFF-42"),
        (&[|row| row["name"] = "Khai sinh cho tre\u{309}".into()], "OFF-42"),
        (&[|row| row["colour"] = "red".into()], "OFF-41"),
        (&[|row| row["flags"] = vec!["looks_fine"].into()], "OFF-41"),
    ];
    for (changes, code) in cases {
        assert_eq!(with(changes).unwrap_err().code(), code);
    }
    assert_eq!(Catalogue::parse(b"").unwrap_err().code(), "OFF-41");
}

proptest! {
    #[test]
    fn a_longer_original_never_costs_less(pages in 0u32..100_000, copies in 0u32..10_000) {
        let rate = PerPage { first: Dong(2_000), from_page: 3, then: Dong(1_000), cap: Dong(200_000) };
        prop_assert!(rate.amount(pages + 1, copies) >= rate.amount(pages, copies));
        prop_assert!(rate.amount(pages, copies).0 <= 200_000 * u64::from(copies));
    }

    #[test]
    fn searching_never_fails(query in "\\PC{0,40}") {
        let catalogue = one_stop();
        prop_assert!(catalogue.search(&query, today(), &[]).len() <= ROWS);
    }
}
