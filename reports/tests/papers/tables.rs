//! Registers, statistics and cash sheets, on paper and as workbooks.

use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx};
use jiff::civil::Date;
use office::{
    book::BookShelf,
    money::Dong,
    register::{Line, Value},
};
use reports::{
    FormTexts, ReportError, cash_sheet, cash_workbook,
    form::{cash::Standing, register::Volume},
    preview, register, register_workbook, statistics, statistics_workbook,
};

use crate::{
    fixtures::{self, steps::AT, tables},
    readers::pages_of,
};

/// Puts words into a line's cell.
pub(crate) fn put(line: &mut Line, key: &str, words: &str) {
    let column = tables::book().columns.iter().position(|column| column.key == key).unwrap();
    line[column] = Value::text(words);
}

fn sheet(bytes: Vec<u8>) -> Range<Data> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    book.worksheet_range_at(0).unwrap().unwrap()
}

fn text(range: &Range<Data>, row: u32, column: u32) -> String {
    match range.get_value((row, column)) {
        Some(Data::String(text)) => text.clone(),
        other => panic!("{row}, {column}: {other:?}"),
    }
}

/// What whoever keeps the paper compares later.
const MARK: &str = "Mốc sổ cái lúc 09 giờ 05 phút, ngày 25 tháng 11 năm 2026, máy 5eb05eb0 (số mục:SHA-256): 120:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

#[test]
fn a_register_has_a_cover_and_repeats_its_header() {
    let form = FormTexts::bundled().unwrap();
    let pdf = register(
        &fixtures::office(),
        &tables::book(),
        &tables::volume(),
        &tables::lines(60),
        &form,
    )
    .unwrap();
    let pages = pages_of(&pdf.bytes);
    assert_eq!(pages.len(), pdf.pages);
    for said in [
        "SỔ THEO DÕI HỒ SƠ",
        "Năm 2026",
        "Quyển số: 01",
        "Từ 02/01/2026 đến 30/11/2026",
        "Ngày mở sổ: ngày 02 tháng 01 năm 2026",
        "Ngày khóa sổ: chưa khóa sổ",
    ] {
        assert!(pages[0].contains(said), "{said}: {}", pages[0]);
    }
    for (i, page) in pages.iter().enumerate().skip(1) {
        // The last page may hold the signatures alone.
        assert!(page.contains("Mã hồ sơ") || page.starts_with("Tổng số"), "{page}");
        assert!(page.contains(&format!("{} BẢN THỬ NGHIỆM", i + 1)), "{page}");
    }
    let all = pages.join(" ");
    for i in 1..=60 {
        assert!(all.contains(&format!("MẪU {i} ")), "{i}");
    }
    assert!(
        all.contains("Tổng số: 60 hồ sơ, 60 bộ; đã trả kết quả: 45 hồ sơ; chưa trả: 15 hồ sơ.")
    );
    assert!(all.contains("chờ cấp số"));
    assert!(pages.last().is_some_and(|page| page.contains(MARK)), "{all}");
}

#[test]
fn a_register_is_previewed_page_by_page() {
    let form = FormTexts::bundled().unwrap();
    let pdf = register(
        &fixtures::office(),
        &tables::book(),
        &tables::volume(),
        &tables::lines(60),
        &form,
    )
    .unwrap();
    for (pages, count) in [(0..1, 1), (1..3, 2), (pdf.pages - 1..pdf.pages + 5, 1), (90..99, 0)] {
        let images = preview::render_pages(&pdf.bytes, 0.3, pages).unwrap();
        assert_eq!(images.len(), count);
        assert!(images.iter().all(|image| image.width > image.height));
    }
    assert!(preview::render_pages(b"not a pdf", 0.3, 0..1).is_err());
}

/// Ten thousand lines are a year of a large ward: seconds, and no page is refused.
#[test]
fn a_year_of_a_large_ward_is_one_volume() {
    let form = FormTexts::bundled().unwrap();
    let lines = tables::lines(10_000);
    let pdf =
        register(&fixtures::office(), &tables::book(), &tables::volume(), &lines, &form).unwrap();
    assert!(pdf.pages > 300, "{}", pdf.pages);
    let form = FormTexts::bundled().unwrap();
    let book =
        register_workbook(&fixtures::office(), &tables::book(), &tables::volume(), &lines, &form)
            .unwrap();
    assert!(sheet(book).height() > 10_000);
}

#[test]
fn a_register_refuses_what_it_cannot_print() {
    let form = FormTexts::bundled().unwrap();
    let mut lines = tables::lines(3);
    put(&mut lines[1], "applicant", "王");
    let error = register(&fixtures::office(), &tables::book(), &tables::volume(), &lines, &form)
        .unwrap_err();
    assert_eq!(error, ReportError::MissingGlyph { c: '王' });
}

#[test]
fn a_line_taller_than_a_page_loses_nothing() {
    let form = FormTexts::bundled().unwrap();
    let words: Vec<String> = (0..2000).map(|n| format!("mục{n}")).collect();
    let mut lines = tables::lines(3);
    put(&mut lines[1], "procedure", &words.join(" "));
    let pdf =
        register(&fixtures::office(), &tables::book(), &tables::volume(), &lines, &form).unwrap();
    let text = pages_of(&pdf.bytes).join(" ");
    let found: std::collections::BTreeSet<&str> = text.split(' ').collect();
    assert!(words.iter().all(|word| found.contains(word.as_str())));
}

#[test]
fn complaint_2_a_workbook_keeps_leading_noughts_and_dates_as_they_are() {
    let form = FormTexts::bundled().unwrap();
    let (office, volume, lines) = (fixtures::office(), tables::volume(), tables::lines(20));
    let book = tables::book();
    let bytes = register_workbook(&office, &book, &volume, &lines, &form).unwrap();
    assert_eq!(bytes, register_workbook(&office, &book, &volume, &lines, &form).unwrap());
    let range = sheet(bytes);
    assert_eq!(text(&range, 0, 0), "SỔ THEO DÕI HỒ SƠ, 02/01/2026 – 30/11/2026");
    assert_eq!(text(&range, 3, 0), "BẢN THỬ NGHIỆM – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ");
    assert_eq!(
        (text(&range, 4, 1), text(&range, 4, 7)),
        ("Mã hồ sơ".into(), "Ngày, tháng, năm".into())
    );
    let first = ["1", "H38.12-260102-0001", "Đăng ký khai sinh", "01"];
    for (column, said) in (0..).zip(first) {
        assert_eq!(text(&range, 6, column), said);
    }
    assert_eq!(text(&range, 6, 5), "Thôn Kíp Tước 1, xã Hợp Thành; 0900000123");
    assert_eq!(text(&range, 6, 7), "02/01/2026");
    assert_eq!(text(&range, 25, 1), "chờ cấp số");
}

/// What is drawn is in the definition alone: no code knows this book.
#[test]
fn any_book_is_drawn_from_its_definition() {
    let definition = r#"{
        "header": {"title": "Sổ thử", "version": "2026-11-29", "source": "chỉ để kiểm thử",
            "mark": "M", "checked": false, "licence": "MIT OR Apache-2.0"},
        "id": "trial", "label": "Sổ công văn đến", "period": "year", "number": "{number}",
        "volumes": true, "readers": ["clerk"], "writers": ["clerk"], "retention": "forever",
        "profiles": [],
        "columns": [
            {"key": "number", "heading": "Số đến", "kind": "number", "weight": 1},
            {"key": "day", "heading": "Ngày đến", "kind": "day", "weight": 2, "group": "Thời gian"},
            {"key": "sent", "heading": "Ngày chuyển", "kind": "day", "weight": 2, "group": "Thời gian"},
            {"key": "cost", "heading": "Cước (đồng)", "kind": "money", "weight": 2}
        ],
        "total": "{lines} công văn, {sum:cost} đồng, chưa chuyển {empty:sent}."
    }"#;
    let shelf = BookShelf::parse_all(&[definition.as_bytes()]).unwrap();
    let book = &shelf.all()[0];
    let day = Value::Day(Date::constant(2026, 11, 23));
    let values = [("number", Value::Awaited), ("day", day), ("cost", Value::Money(Dong(12_000)))];
    let lines = vec![book.line(&values.map(|(key, value)| (key.to_owned(), value)).into()); 2];
    let (office, form) = (fixtures::office(), FormTexts::bundled().unwrap());
    let seal = Some("ab".repeat(32));
    let volume = Volume { closed: Some(Date::constant(2026, 12, 31)), seal, ..tables::volume() };
    let pages = pages_of(&register(&office, book, &volume, &lines, &form).unwrap().bytes);
    assert!(pages[0].contains("SỔ CÔNG VĂN ĐẾN"), "{}", pages[0]);
    assert!(pages[0].contains("Ngày khóa sổ: ngày 31 tháng 12 năm 2026"), "{}", pages[0]);
    assert!(pages[0].contains("abab"), "{}", pages[0]);
    let said = [
        "Thời gian",
        "Ngày chuyển",
        "chờ cấp số",
        "12.000",
        "2 công văn, 24.000 đồng, chưa chuyển 2.",
    ];
    let rest = pages[1..].join(" ");
    assert!(said.iter().all(|said| rest.contains(said)), "{rest}");
    let range = sheet(register_workbook(&office, book, &volume, &lines, &form).unwrap());
    assert_eq!(text(&range, 0, 0), "SỔ CÔNG VĂN ĐẾN, 02/01/2026 – 30/11/2026");
    assert_eq!(
        (text(&range, 6, 0), text(&range, 6, 1)),
        ("chờ cấp số".into(), "23/11/2026".into())
    );
}

#[test]
fn statistics_sum_up_and_say_what_does_not_agree() {
    let (office, of) = (fixtures::office(), tables::figures());
    let form = FormTexts::bundled().unwrap();
    let pdf = statistics(&office, &of, &form).unwrap();
    let text_of = pages_of(&pdf.bytes).join(" ");
    for said in [
        "Kỳ báo cáo: từ 01/10/2026 đến 31/10/2026",
        "Số lượng hồ sơ tiếp nhận",
        "1 Hộ tịch 186 93 62 31 131 93 31 7 55 55 0",
        "Tổng cộng 450 225 150 75 318 225 75 18 132 132 0",
        "Hồ sơ đã giải quyết theo lĩnh vực",
        "131 (7)",
    ] {
        assert!(text_of.contains(said), "{said}: {text_of}");
    }
    assert!(!text_of.contains("lệch nhau"));
    let mut uneven = of.clone();
    uneven.fields[0].procedures[0].1.open += 3;
    let form = FormTexts::bundled().unwrap();
    let pdf = statistics(&office, &uneven, &form).unwrap();
    assert!(pages_of(&pdf.bytes).join(" ").contains("lệch nhau 3 hồ sơ"));

    let form = FormTexts::bundled().unwrap();
    let range = sheet(statistics_workbook(&office, &of, &form).unwrap());
    assert_eq!(text(&range, 7, 1), "Hộ tịch");
    assert_eq!(range.get_value((7, 2)), Some(&Data::Float(186.0)));
    let empty = reports::form::statistics::Statistics { fields: Vec::new(), ..of };
    let form = FormTexts::bundled().unwrap();
    assert_eq!(statistics(&office, &empty, &form).unwrap().pages, 1);
}

#[test]
fn a_cash_sheet_counts_what_was_kept_and_explains_what_was_cancelled_or_given_back() {
    let (office, taken) = (fixtures::office(), tables::taken(9));
    let form = FormTexts::bundled().unwrap();
    let pdf = cash_sheet(&office, AT, &taken, &tables::mark(), &form).unwrap();
    let text_of = pages_of(&pdf.bytes).join(" ");
    for said in [
        "BẢNG KÊ THU PHÍ, LỆ PHÍ",
        "Tiền mặt, Giàng A Thử",
        "Đã hủy: ghi sai tên người nộp",
        "Hủy biên lai ngày 23/11/2026: công dân rút hồ sơ",
        "-8.000",
        "Tổng cộng 32.000 150.000",
        "Tổng số tiền: 182.000 đồng",
        "Bằng chữ: Một trăm tám mươi hai nghìn đồng.",
        "Số biên lai: 7; đã hủy: 1; biên lai ngày trước hủy trong ngày: 1",
        "chờ cấp số",
    ] {
        assert!(text_of.contains(said), "{said}: {text_of}");
    }
    let form = FormTexts::bundled().unwrap();
    let range = sheet(cash_workbook(&office, AT, &taken, &tables::mark(), &form).unwrap());
    let cells: Vec<&Data> = range.used_cells().map(|(_, _, cell)| cell).collect();
    assert!(cells.contains(&&Data::String("0000120".into())));
    assert!(cells.contains(&&Data::Float(150_000.0)));
    let form = FormTexts::bundled().unwrap();
    assert_eq!(cash_sheet(&office, AT, &[], &tables::mark(), &form).unwrap().pages, 1);
    // A day on which more is given back than taken.
    let back: Vec<_> =
        taken.iter().filter(|t| matches!(t.standing, Standing::Undone { .. })).collect();
    let form = FormTexts::bundled().unwrap();
    let pdf = cash_sheet(&office, AT, &[back[0].clone()], &tables::mark(), &form).unwrap();
    let text_of = pages_of(&pdf.bytes).join(" ");
    assert!(text_of.contains("Tổng số tiền chi trả lại nhiều hơn thu: 8.000 đồng"), "{text_of}");
}
