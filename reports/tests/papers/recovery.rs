//! The recovery sheet.

use jiff::ToSpan;
use office::{Explain, unit::Office};
use reports::{
    FormTexts, PaperSize, Pdf, ReportError, form::recovery::RecoveryWords, recovery_sheet,
};

use crate::{
    fixtures,
    readers::{assert_within_margins, pages_of, read_by},
};

fn made(office: &Office, code: &str) -> Pdf {
    let form = FormTexts::bundled().unwrap();
    recovery_sheet(office, code, fixtures::MADE_AT, &form).unwrap()
}

#[test]
fn a_sheet_says_everything_on_one_page() {
    let pdf = made(&fixtures::office(), fixtures::EVERY_SIGN);
    let pages = pages_of(&pdf.bytes);
    assert_eq!((pdf.pages, pages.len()), (1, 1));
    let mut rest = pages[0].as_str();
    for said in [
        "ỦY BAN NHÂN DÂN XÃ HỢP THÀNH",
        "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",
        "Hợp Thành, ngày 23 tháng 11 năm 2026",
        "PHIẾU KHÔI PHỤC SỔ CÁI",
        "mở được sổ cái đã mã hóa của cơ quan khi quên mật khẩu",
        "đọc được toàn bộ sổ cái",
        "Mã khôi phục:",
        "Cách dùng và cách giữ phiếu:",
        "1. Mở chương trình Một Cửa",
        "“Quên mật khẩu”",
        "2. Gõ mã khôi phục, gõ mật khẩu mới",
        "3. Cho phiếu vào phong bì, niêm phong và cất trong két",
        "4. Không chụp ảnh phiếu, không lưu mã hoặc phiếu trong máy tính",
        "5. Nếu phiếu bị mất",
        "báo ngay người quản trị",
        "Người lập:",
        "Người giữ:",
        "Ngày niêm phong:",
        "BẢN THỬ NGHIỆM – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ",
    ] {
        let found = rest.find(said).unwrap_or_else(|| panic!("{said}: {rest}"));
        rest = &rest[found + said.len()..];
    }
    assert_eq!(rest, "");
}

/// The code between its caption and its note, blanks left out.
fn code_on(pdf: &Pdf) -> String {
    let text = pages_of(&pdf.bytes).join(" ");
    let (_, after) = text.split_once("Mã khôi phục:").unwrap();
    let (code, _) = after.split_once("Trong mã").unwrap();
    code.replace(' ', "")
}

#[test]
fn the_code_is_printed_sign_by_sign() {
    for (code, printed) in [
        (fixtures::EVERY_SIGN, fixtures::EVERY_SIGN),
        (fixtures::WIDEST_SIGNS, fixtures::WIDEST_SIGNS),
        ("abcd efgh jk", "abcd-efgh-jk"),
        ("", ""),
    ] {
        assert_eq!(code_on(&made(&fixtures::office(), code)), printed);
    }
    let long = "ABCD".repeat(300);
    let pdf = made(&fixtures::office(), &long);
    assert!(pdf.pages > 1);
    assert_within_margins("long", &pdf.bytes, PaperSize::A4);
}

#[test]
fn the_sheet_keeps_to_its_margins_and_is_sound() {
    let folder = tempfile::tempdir().unwrap();
    for (name, office, code) in fixtures::sheets() {
        let pdf = made(&office, code);
        assert_within_margins(name, &pdf.bytes, PaperSize::A4);
        let path = folder.path().join(name);
        std::fs::write(&path, &pdf.bytes).unwrap();
        read_by("qpdf", &["--check", path.to_str().unwrap()], &[]);
        let info = String::from_utf8(read_by("pdfinfo", &["-"], &pdf.bytes)).unwrap();
        assert!(info.contains("Phiếu khôi phục sổ cái – H38.12\n"), "{info}");
        assert!(info.contains("(A4)") && info.contains("Pages:           1\n"), "{info}");
        let marked = pages_of(&pdf.bytes)[0].contains("BẢN THỬ NGHIỆM");
        assert_eq!(marked, office.demo, "{name}");
    }
}

#[test]
fn the_same_sheet_has_the_same_bytes() {
    let office = fixtures::office();
    let form = FormTexts::bundled().unwrap();
    let sheet = |code, at| recovery_sheet(&office, code, at, &form).unwrap();
    let first = sheet(fixtures::EVERY_SIGN, fixtures::MADE_AT);
    assert_eq!(first, sheet(fixtures::EVERY_SIGN, fixtures::MADE_AT));
    assert_ne!(first, sheet(fixtures::WIDEST_SIGNS, fixtures::MADE_AT));
    assert_ne!(first, sheet(fixtures::EVERY_SIGN, fixtures::MADE_AT + 1.minute()));
}

#[test]
fn what_cannot_be_printed_is_refused() {
    let office = fixtures::office();
    let form = FormTexts::bundled().unwrap();
    let refused = |office: &Office, code: &str| {
        recovery_sheet(office, code, fixtures::MADE_AT, &form).unwrap_err()
    };
    assert_eq!(refused(&office, "ABCD-王"), ReportError::MissingGlyph { c: '王' });
    assert_eq!(refused(&office, &"A".repeat(100_000)), ReportError::TooLong);
    let unprintable = Office { place: "漢".into(), ..office };
    assert_eq!(refused(&unprintable, "ABCD"), ReportError::MissingGlyph { c: '漢' });
}

#[test]
fn a_sheet_without_a_text_is_none() {
    let bundled = include_str!("../../../assets/forms/recovery.json");
    FormTexts::<RecoveryWords>::parse(bundled).unwrap();
    for (from, to) in [("\"purpose\"", "\"aim\""), ("[\"Người lập\", ", "[")] {
        assert!(bundled.contains(from));
        let error = FormTexts::<RecoveryWords>::parse(&bundled.replace(from, to)).unwrap_err();
        assert_eq!(error.code(), "REP-04", "{to}");
    }
}
