//! The receipt.

use std::collections::BTreeSet;

use office::{
    Explain,
    calendar::TimeLimit,
    dossier::{Dossier, Fee, PaperForm},
    evidence::Evidence,
    unit::Office,
};
use reports::{FormTexts, PaperSize, Pdf, ReportError, preview, receipt};

use crate::{
    fixtures,
    readers::{assert_within_margins, codes_on, grey, pages_of, read_by},
};

fn made(office: &Office, dossier: &Dossier, size: PaperSize) -> Pdf {
    let form = FormTexts::bundled().unwrap();
    receipt(office, dossier, fixtures::qr(dossier), &form, size).unwrap()
}

#[test]
fn a_plain_receipt_says_everything_on_one_page() {
    let said = [
        "ỦY BAN NHÂN DÂN XÃ HỢP THÀNH",
        "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",
        "Số: 1204/TNHS",
        "Hợp Thành, ngày 23 tháng 11 năm 2026",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Mã hồ sơ: H38.12-261123-0007",
        "Tiếp nhận hồ sơ của: NGUYỄN VĂN MẪU",
        "Thẻ căn cước số: 099 099 000 123",
        "Căn cứ xác định danh tính: đã đọc và xác thực dữ liệu trên chip của giấy tờ",
        "Địa chỉ: Thôn Kíp Tước 1, xã Hợp Thành, tỉnh Lào Cai",
        "Số điện thoại: 0900 000 123; Email: mau@example.vn",
        "Nội dung yêu cầu giải quyết: Đăng ký khai sinh; Mã thủ tục: 1.001193",
        "Thành phần hồ sơ nộp gồm:",
        "STT Tên giấy tờ Hình thức Số lượng",
        "1 Tờ khai đăng ký khai sinh theo mẫu Bản chính 1",
        "2 Giấy chứng sinh Bản chính 1",
        "3 Giấy chứng nhận kết hôn của cha, mẹ trẻ (trường hợp cha, mẹ của trẻ đã đăng ký kết hôn) Bản sao chứng thực 1",
        "4 Thẻ căn cước của người yêu cầu Dữ liệu 1",
        "Số lượng hồ sơ: 01 (bộ); Hình thức nộp: Trực tiếp; Phí, lệ phí: không thu",
        "Thời gian giải quyết hồ sơ theo quy định: trong ngày (nhận sau 15 giờ: ngày làm việc tiếp theo)",
        "Thời gian nhận hồ sơ: 08 giờ 30 phút, ngày 23 tháng 11 năm 2026",
        "Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 23 tháng 11 năm 2026",
        "Đăng ký nhận kết quả tại: Trung tâm Phục vụ hành chính công xã Hợp Thành",
        "Vào Sổ theo dõi hồ sơ: quyển năm 2026, số thứ tự: 1204; Liên hệ: 0214 3 999 001",
        "Căn cứ xử lý dữ liệu cá nhân: giải quyết thủ tục hành chính theo yêu cầu của người nộp",
        "NGƯỜI NỘP HỒ SƠ (Ký và ghi rõ họ tên) NGUYỄN VĂN MẪU",
        "NGƯỜI TIẾP NHẬN HỒ SƠ (Ký và ghi rõ họ tên) Trần Thị Ví Dụ",
    ];
    let nation = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc";
    let stamp = "BẢN THỬ NGHIỆM – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ";
    for size in [PaperSize::A5, PaperSize::A4] {
        let pdf = made(&fixtures::office(), &fixtures::dossier(), size);
        assert_eq!(pdf.pages, 1);
        assert_eq!(pages_of(&pdf.bytes), [format!("{nation} {} {stamp}", said.join(" "))]);
    }
}

#[test]
fn a_bare_receipt_leaves_out_what_nobody_knows_and_says_that_numbers_are_awaited() {
    let pdf = made(&fixtures::office(), &fixtures::bare(), PaperSize::A5);
    let pages = pages_of(&pdf.bytes);
    assert_eq!(pages.len(), 1);
    for said in [
        "Số: chờ cấp số Hợp Thành",
        "MÃ HỒ SƠ: CHỜ CẤP SỐ",
        "của: Đặng Ẩn Danh Căn cứ xác định danh tính: do người tiếp nhận ghi theo giấy tờ hoặc lời khai;",
        "chưa xác thực điện tử Nội dung yêu cầu",
        "Phí, lệ phí: theo quy định; cơ quan tiếp nhận sẽ thông báo mức thu",
        "theo quy định: theo quy định của cơ quan giải quyết",
        "trả kết quả giải quyết hồ sơ: cơ quan tiếp nhận sẽ thông báo",
        "quyển năm 2026, số thứ tự: chờ cấp số",
    ] {
        assert!(pages[0].contains(said), "{said}: {}", pages[0]);
    }
    for unsaid in ["H38.12", "Địa chỉ", "Email", "Số điện thoại", "định danh cá nhân", "{"]
    {
        assert!(!pages[0].contains(unsaid), "{unsaid}: {}", pages[0]);
    }
    assert!(codes_on(&pdf.bytes).is_empty());
}

#[test]
fn long_tables_flow_with_header_and_page_number() {
    for (size, count) in [(PaperSize::A5, 4), (PaperSize::A4, 4)] {
        let pdf = made(&fixtures::office(), &fixtures::long(), size);
        let pages = pages_of(&pdf.bytes);
        assert_eq!((pdf.pages, pages.len()), (count, count));
        let mut rows = Vec::new();
        for (i, page) in pages.iter().enumerate() {
            let number = page
                .split_once(" BẢN THỬ NGHIỆM")
                .map(|(before, _)| before.ends_with(&format!(" {}", i + 1)));
            assert_eq!(number, Some(i > 0), "number of page {}: {page}", i + 1);
            let listed = (1..=60).filter(|n| {
                page.contains(&format!(" {n} Giấy tờ thành phần số {n} "))
                    || page.contains(&format!("trích đo bản đồ địa chính số {n} đã"))
            });
            let before = rows.len();
            rows.extend(listed);
            let headers = page.matches("STT Tên giấy tờ Hình thức Số lượng").count();
            assert_eq!(headers, usize::from(rows.len() > before), "page {}", i + 1);
        }
        assert_eq!(rows, (1..=60).collect::<Vec<_>>());
        assert!(pages[count - 1].contains("NGƯỜI NỘP HỒ SƠ"));
    }
}

#[test]
fn a_row_taller_than_a_page_loses_nothing() {
    let words: Vec<String> = (0..3000).map(|n| format!("mục{n}")).collect();
    let mut dossier = fixtures::dossier();
    dossier.components.push(fixtures::paper(&words.join(" "), PaperForm::Original, 1));
    let pdf = made(&fixtures::office(), &dossier, PaperSize::A5);
    let text = pages_of(&pdf.bytes).join(" ");
    let found: BTreeSet<&str> = text.split(' ').collect();
    let lost: Vec<_> = words.iter().filter(|w| !found.contains(w.as_str())).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn nothing_stands_outside_the_margins() {
    for (name, office, dossier, size) in fixtures::all() {
        assert_within_margins(name, &made(&office, &dossier, size).bytes, size);
    }
}

#[test]
fn the_proof_of_identity_is_printed_for_every_kind() {
    for evidence in Evidence::ALL {
        let mut dossier = fixtures::dossier();
        dossier.applicant.evidence = evidence;
        let pdf = made(&fixtures::office(), &dossier, PaperSize::A5);
        let words = match evidence {
            Evidence::ChipAuthentic => "đã đọc và xác thực dữ liệu trên chip của giấy tờ",
            Evidence::ChipSigned => "chữ ký số của cơ quan cấp hợp lệ",
            Evidence::ChipIssuerUnknown => "chưa kiểm tra đủ để coi là đã xác thực",
            Evidence::ChipNotAuthentic => "dữ liệu trên chip không được xác thực",
            Evidence::VneidConfirmed => "đã xác thực điện tử qua VNeID",
            Evidence::Declared => "theo mã QR trên giấy tờ; chưa xác thực điện tử",
            Evidence::Typed => "ghi theo giấy tờ hoặc lời khai; chưa xác thực điện tử",
        };
        let text = pages_of(&pdf.bytes).join(" ");
        let (_, said) = text.split_once("Căn cứ xác định danh tính: ").unwrap();
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn only_a_demo_office_marks_its_papers() {
    for demo in [true, false] {
        let office = Office { demo, ..fixtures::office() };
        let pdf = made(&office, &fixtures::long(), PaperSize::A5);
        for page in pages_of(&pdf.bytes) {
            let marked = page.ends_with("BẢN THỬ NGHIỆM – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ");
            assert_eq!(marked, demo, "{page}");
        }
    }
}

#[test]
fn every_vietnamese_letter_is_printed_in_every_cut() {
    let upper = fixtures::EVERY_LETTER.to_uppercase();
    let mut dossier = fixtures::dossier();
    dossier.applicant.person.name = format!("{} {upper}", fixtures::EVERY_LETTER);
    dossier.return_place = dossier.applicant.person.name.clone();
    dossier.legal_basis = dossier.applicant.person.name.clone();
    let text = pages_of(&made(&fixtures::office(), &dossier, PaperSize::A4).bytes).join(" ");
    let times = text.matches(&dossier.return_place).count();
    assert_eq!(times, 4, "name, place, basis, signature: {text}");
}

#[test]
fn a_character_without_a_glyph_is_refused_and_named() {
    let refused = |change: &dyn Fn(&mut Dossier), c: char| {
        let mut dossier = fixtures::dossier();
        change(&mut dossier);
        let form = FormTexts::bundled().unwrap();
        let office = fixtures::office();
        for size in [PaperSize::A5, PaperSize::A4] {
            let error =
                receipt(&office, &dossier, fixtures::qr(&dossier), &form, size).unwrap_err();
            assert_eq!(error, ReportError::MissingGlyph { c });
            assert!(error.to_string().contains(c));
            assert_eq!(error.code(), "REP-01");
        }
    };
    refused(&|d| d.applicant.person.name = "WANG 王".into(), '王');
    refused(&|d| d.receiver = "Trần 漢\u{1F600}".into(), '漢');
    refused(&|d| d.contact.email = "\u{1F600}@example.vn".into(), '\u{1F600}');
    refused(&|d| d.legal_basis = "ກ".into(), 'ກ');
}

/// Signs that people do write come from a second face, in the middle of a line as at its end.
#[test]
fn ticks_telephones_and_boxes_are_printed_as_they_were_written() {
    let mut dossier = fixtures::dossier();
    dossier.contact.email = "lan.tran☎@vidu.vn".into();
    dossier.components[0].name = "☑ đã nộp ✓ ☐ chưa nộp ★".into();
    dossier.return_place = "bàn ☎\u{FE0F} số 2 →".into();
    let pdf = made(&fixtures::office(), &dossier, PaperSize::A5);
    let text = pages_of(&pdf.bytes).join(" ");
    for words in ["lan.tran☎@vidu.vn", "☑ đã nộp ✓ ☐ chưa nộp ★", "bàn ☎ số 2 →"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_within_margins("signs", &pdf.bytes, PaperSize::A5);
}

#[test]
fn what_cannot_be_printed_is_told_before() {
    for (text, found) in [
        ("", None),
        ("Nguyễn Văn Mẫu, số 12/4 – “Tổ 5”; 3 × 4", None),
        ("NGUYE\u{302}\u{303}N \u{200B}\u{AD}\u{FE0F}", None),
        ("☎ ☏ ☑ ☐ ☒ ✓ ✔ ✗ ✉ ★ → ½ ₫ №", None),
        ("a\tb\u{A0}c\nd", None),
        ("WANG 王", Some('王')),
        ("SOMCHAI ສົມໃຈ", Some('ສ')),
        ("ភ្នំពេញ", Some('ភ')),
        ("\u{1F4DE} 0912 345 678", Some('\u{1F4DE}')),
        // Signs that show nothing are left out.
        ("a\u{1}b", None),
        ("\u{FFFF}", Some('\u{FFFF}')),
    ] {
        assert_eq!(reports::unprintable(text), found, "{text:?}");
    }
}

/// What the office does not know for certain is cleared up at the counter, not on the citizen's paper.
#[test]
fn inner_notes_stay_off_the_receipt() {
    let mut dossier = fixtures::dossier();
    let note = "Cổng ghi “Miễn phí” nhưng ghi chú khác: hãy xem nghị quyết của tỉnh";
    dossier.fee = Fee::Unknown(note.into());
    dossier.time_limit = TimeLimit::Unclear("3 (không rõ đơn vị)".into());
    for evidence in Evidence::ALL {
        dossier.applicant.evidence = evidence;
        let text = pages_of(&made(&fixtures::office(), &dossier, PaperSize::A5).bytes).join(" ");
        for inner in ["hãy", "Cổng ghi", "không rõ", "ai cũng", "máy này", "không được dùng"]
        {
            assert!(!text.contains(inner), "{inner}: {text}");
        }
        assert!(
            text.contains("Phí, lệ phí: theo quy định; cơ quan tiếp nhận sẽ thông báo mức thu")
        );
        let limit = "hồ sơ theo quy định: theo quy định của cơ quan giải quyết";
        assert!(text.contains(limit), "{text}");
    }
}

#[test]
fn the_same_dossier_gives_the_same_bytes_whatever_its_unicode_form() {
    use unicode_normalization::UnicodeNormalization;
    for (name, office, dossier, size) in fixtures::all() {
        let first = made(&office, &dossier, size);
        assert_eq!(first, made(&office, &dossier, size), "{name}");
        let mut decomposed = dossier.clone();
        let name_nfd = dossier.applicant.person.name.nfd().collect();
        decomposed.applicant.person.name = name_nfd;
        assert_eq!(first, made(&office, &decomposed, size), "{name}");
        let mut other = dossier;
        other.sets += 1;
        assert_ne!(first, made(&office, &other, size), "{name}");
    }
}

#[test]
fn the_file_is_sound_and_tells_its_title() {
    let folder = tempfile::tempdir().unwrap();
    for (name, office, dossier, size) in fixtures::all() {
        let pdf = made(&office, &dossier, size);
        let path = folder.path().join(name);
        std::fs::write(&path, &pdf.bytes).unwrap();
        read_by("qpdf", &["--check", path.to_str().unwrap()], &[]);
        let info = String::from_utf8(read_by("pdfinfo", &["-"], &pdf.bytes)).unwrap();
        let title = format!("Giấy tiếp nhận hồ sơ và hẹn trả kết quả – {}", dossier.code_label());
        assert!(info.contains(&title), "{info}");
        assert!(info.contains(&format!("Pages:           {}", pdf.pages)), "{info}");
    }
}

#[test]
fn the_code_can_be_scanned_from_the_page() {
    let longest = "x".repeat(210);
    for (name, office, dossier, size) in fixtures::all() {
        for qr in [fixtures::QR, "MC1", &longest] {
            let form = FormTexts::bundled().unwrap();
            let pdf = receipt(&office, &dossier, Some(qr), &form, size).unwrap();
            assert_eq!(codes_on(&pdf.bytes), [qr], "{name}");
        }
    }
    let form = FormTexts::bundled().unwrap();
    let error = receipt(
        &fixtures::office(),
        &fixtures::dossier(),
        Some(&"x".repeat(700)),
        &form,
        PaperSize::A5,
    )
    .unwrap_err();
    assert_eq!(error, ReportError::QrTooLong);
}

/// The preview promises "the very document": its ink is where another renderer puts it.
#[test]
fn the_preview_shows_what_other_viewers_show() {
    const BLOCK: usize = 12;
    for (name, office, dossier, size) in fixtures::all() {
        let pdf = made(&office, &dossier, size);
        let (width, height, ours) = grey(&pdf.bytes, 2.0);
        let pgm =
            read_by("pdftoppm", &["-r", "144", "-gray", "-f", "1", "-l", "1", "-"], &pdf.bytes);
        // P5, width, height and 255, each with one blank after it, then the pixels.
        let mut parts = pgm.splitn(5, u8::is_ascii_whitespace);
        assert_eq!(parts.next(), Some(&b"P5"[..]));
        let their_width: usize =
            std::str::from_utf8(parts.next().unwrap()).unwrap().parse().unwrap();
        let theirs = parts.nth(2).unwrap();
        let ink = |grey: &[u8], stride: usize, x: usize, y: usize| -> f32 {
            let mut sum = 0.0;
            for row in y..y + BLOCK {
                for column in x..x + BLOCK {
                    sum += 255.0 - f32::from(grey[row * stride + column]);
                }
            }
            sum / (BLOCK * BLOCK) as f32
        };
        assert!(theirs.len() >= their_width * (height - 1));
        let (mut worst, mut inked) = (0.0f32, 0);
        for y in (0..height - 2 * BLOCK).step_by(BLOCK) {
            for x in (0..width.min(their_width) - BLOCK).step_by(BLOCK) {
                let mine = ink(&ours, width, x, y);
                worst = worst.max((mine - ink(theirs, their_width, x, y)).abs());
                inked += usize::from(mine > 20.0);
            }
        }
        assert!(inked > 200, "{name}: {inked} blocks with ink");
        assert!(worst < 45.0, "{name}: a block differs by {worst} of 255");
    }
}

#[test]
fn what_is_no_pdf_has_no_preview() {
    let pdf = made(&fixtures::office(), &fixtures::dossier(), PaperSize::A5).bytes;
    for (bytes, scale) in [
        (&b"not a pdf"[..], 1.0),
        (&[][..], 1.0),
        (&pdf[..], 0.0),
        (&pdf[..], f32::NAN),
        (&pdf[..], -1.0),
        (&pdf[..], 1000.0),
    ] {
        assert!(preview::render(bytes, scale).is_err(), "{scale}");
    }
}

#[test]
fn a_form_with_a_hole_is_no_form() {
    use reports::form::receipt::ReceiptWords;
    let bundled = include_str!("../../../assets/forms/receipt.json");
    let form = FormTexts::<ReceiptWords>::parse(bundled).unwrap();
    assert!(!form.header.checked);
    for (from, to) in [
        ("\"channel\"", "\"canal\""),
        ("\"2025-07-01\"", "\"soon\""),
        ("\"VÀ HẸN TRẢ KẾT QUẢ\"", "\"VÀ HẸN\", \"TRẢ KẾT QUẢ\""),
    ] {
        assert!(bundled.contains(from));
        let error = FormTexts::<ReceiptWords>::parse(&bundled.replace(from, to)).unwrap_err();
        assert_eq!(error.code(), "REP-04", "{to}");
    }
}

#[test]
fn an_endless_dossier_is_refused() {
    let mut dossier = fixtures::dossier();
    dossier.components = vec![fixtures::paper("giấy", PaperForm::Original, 1); 12_000];
    let form = FormTexts::bundled().unwrap();
    let error = receipt(&fixtures::office(), &dossier, None, &form, PaperSize::A5).unwrap_err();
    assert_eq!(error, ReportError::TooLong);
}
