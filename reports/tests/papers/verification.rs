//! The sheet of a verified file.

use reports::{FormTexts, Verification, verification_sheet};

use crate::{
    fixtures,
    readers::{assert_within_margins, pages_of},
};

fn found(signatures: usize) -> Verification {
    let line = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let signature = vec![
        line("Kết quả", "hợp lệ"),
        line("Người ký", "Nguyễn Văn Mẫu"),
        line("Thời điểm ký", "14:05:30 ngày 12/11/2026, theo dấu thời gian được tin cậy"),
        line("Toàn vẹn", "nội dung được ký còn nguyên"),
    ];
    Verification {
        file: "Giấy ủy quyền.pdf".into(),
        sha256: "ab".repeat(32),
        at: fixtures::MADE_AT,
        by: "Lò Thị Mẫu".into(),
        outcome: "Hợp lệ: mọi chữ ký đều đúng và tệp không bị thay đổi sau khi ký.".into(),
        about_file: Vec::new(),
        signatures: vec![signature; signatures],
    }
}

#[test]
fn the_sheet_tells_signer_time_integrity_and_result() {
    let (office, form) = (fixtures::office(), FormTexts::bundled().unwrap());
    let pdf = verification_sheet(&office, &found(2), &form).unwrap();
    let pages = pages_of(&pdf.bytes);
    assert_eq!((pdf.pages, pages.len()), (1, 1));
    let mut rest = pages[0].as_str();
    for said in [
        "KẾT QUẢ KIỂM TRA CHỮ KÝ SỐ",
        "Tệp: Giấy ủy quyền.pdf",
        "Người kiểm tra: Lò Thị Mẫu",
        "Kết quả: Hợp lệ: mọi chữ ký đều đúng",
        "Chữ ký 1",
        "Người ký: Nguyễn Văn Mẫu",
        "theo dấu thời gian được tin cậy",
        "Toàn vẹn: nội dung được ký còn nguyên",
        "Chữ ký 2",
        "Kiểm tra ngoại tuyến",
    ] {
        let place = rest.find(said).unwrap_or_else(|| panic!("{said}: {rest}"));
        rest = &rest[place + said.len()..];
    }
    assert!(!rest.contains("Về tệp"));
}

#[test]
fn many_signatures_go_on_overleaf() {
    let (office, form) = (fixtures::office(), FormTexts::bundled().unwrap());
    let pdf = verification_sheet(&office, &found(40), &form).unwrap();
    assert!(pdf.pages > 2);
    assert_within_margins("verification", &pdf.bytes, reports::PaperSize::A4);
    let same = verification_sheet(&office, &found(40), &form).unwrap();
    assert_eq!(pdf.bytes, same.bytes);
}
