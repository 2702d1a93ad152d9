//! Books that are bound: every line once, numbers and sheets as the cover says.

use jiff::civil::date;
use office::book::Binding;
use reports::FormTexts;

use crate::{
    fixtures::{
        self,
        bound::{ANNULLED, FIRST, LINES, book, bound},
    },
    readers::pages_of,
};

fn pages(binding: Binding) -> Vec<String> {
    let form = FormTexts::bundled().unwrap();
    let pdf = reports::bound(&fixtures::office(), &book(), &bound(binding), &form).unwrap();
    let pages = pages_of(&pdf.bytes);
    assert_eq!(pages.len(), pdf.pages);
    pages
}

/// The sheets are numbered one after the other, each with its place for the seal.
fn assert_numbered(pages: &[String]) {
    let all = pages.len();
    let words = office::words::number(all as u64);
    let told = format!("gồm {all} tờ ({words}), đánh số từ 1 đến {all}, đóng dấu giáp lai");
    assert!(pages[0].contains(&told), "{told}: {}", pages[0]);
    for (i, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Tờ {}/{all}", i + 1)), "{page}");
        assert_eq!(page.matches("Tờ ").count(), 1, "{page}");
    }
}

#[test]
fn a_year_has_every_line_once_under_its_volume_and_its_totals_by_month() {
    let pages = pages(Binding::year_of(date(2026, 5, 1)));
    assert_numbered(&pages);
    let all = pages.join(" ");
    for number in 1..=LINES {
        let name = format!("NGUYỄN THỊ MẪU {number} ");
        assert_eq!(all.matches(&name).count(), 1, "{name}");
    }
    let cover = &pages[0];
    let seal = "fedcba9876543210".repeat(4);
    let last = LINES - 1;
    for said in [
        "SỔ CHỨNG THỰC BẢN SAO TỪ BẢN CHÍNH".to_owned(),
        "Sổ gộp năm 2026".into(),
        "Kỳ này chưa kết thúc".into(),
        format!(
            "Quyển số 01: số 1 đến số {FIRST}; mở 02/01/2026; khóa 30/06/2026, niêm phong (SHA-256) {seal}"
        ),
        format!("Quyển số 02: số {} đến số {last}; mở 01/07/2026; chưa khóa sổ", FIRST + 1),
        format!("Số dòng: {LINES}"),
        format!("Số đã dùng trong kỳ: 1–{last} ({last} số)"),
        format!("Số đã hủy: {ANNULLED} (1 số)"),
        "Dòng chờ cấp số: 1".into(),
        "120:0123456789abcdef".into(),
    ] {
        assert!(cover.contains(&said), "{said}: {cover}");
    }
    let (first, second) =
        (all.find("Quyển số 01 1 ").unwrap(), all.find("Quyển số 02 61 ").unwrap());
    assert!(first < all.find("MẪU 60 ").unwrap() && all.find("MẪU 60 ").unwrap() < second, "{all}");
    assert!(all.contains("Đã hủy ngày 21/01/2026: ghi nhầm người"), "{all}");
    // What was annulled stands, with its number, and is not summed up.
    let kept = LINES - 1;
    let total = format!(
        "Tổng số: {kept} việc, {} bản sao, {} đồng. Không tính 1 dòng đã hủy.",
        kept * 2,
        office::money::Dong(u64::from(kept) * 8_000).digits()
    );
    assert!(all.contains(&total), "{total}: {all}");
    let (months, whole) =
        all.split_once("CỘNG THEO THÁNG").unwrap().1.split_once("Cả năm").unwrap();
    // January: ten lines on the days 2, 5, … 29, one annulled.
    assert!(months.contains("01 1–10 10 1 18 72.000"), "{months}");
    assert!(months.contains("12 không có 0 0 0 0"), "{months}");
    assert!(whole.starts_with(&format!(" 1–{last} {LINES} 1 {} ", kept * 2)), "{whole}");
}

#[test]
fn a_month_has_the_lines_of_its_days_alone() {
    let pages = pages(Binding::month_of(date(2026, 1, 15)));
    assert_numbered(&pages);
    let all = pages.join(" ");
    assert_eq!(all.matches("NGUYỄN THỊ MẪU").count(), 10, "{all}");
    for said in [
        "Bản in đóng tập tháng 01 năm 2026",
        "Số đã dùng trong kỳ: 1–10 (10 số)",
        "Số đã hủy: 7 (1 số)",
    ] {
        assert!(pages[0].contains(said), "{said}: {}", pages[0]);
    }
    for never in ["CỘNG THEO THÁNG", "chưa kết thúc", "Dòng chờ cấp số"] {
        assert!(!all.contains(never), "{never}: {all}");
    }
}

/// A month in which nothing was done is bound all the same, and says so.
#[test]
fn an_empty_month_says_that_it_is_empty() {
    let pages = pages(Binding::month_of(date(2027, 1, 15)));
    assert_numbered(&pages);
    for said in ["Số dòng: 0", "Số đã dùng trong kỳ: không có (0 số)", "Số đã hủy: không có (0 số)"]
    {
        assert!(pages[0].contains(said), "{said}: {}", pages[0]);
    }
}

/// A reprint is the document that was bound.
#[test]
fn the_same_lines_give_the_same_file() {
    let (one, other) = (fixtures::bound::papers(), fixtures::bound::papers());
    assert!(one.len() == 2 && one == other);
}
