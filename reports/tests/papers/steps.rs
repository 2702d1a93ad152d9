//! The papers of a dossier's steps.

use office::{
    arrival::NoticeKind,
    book::BookId,
    dossier::{Dossier, Status},
    unit::Office,
    workflow::{Move, Step},
};
use reports::{
    FormTexts, PaperSize, Pdf, ReportError, amount_in_words, apology, application, control_sheet,
    fee_receipt,
    form::{fee_receipt::Matter, notice::Told},
    page::paper::Mm,
    payment_request, refusal, result_receipt, stop_notice, supplement_request,
};

use crate::{
    fixtures::{self, steps},
    readers::{assert_within_margins, codes_on, grey, pages_of, read_by},
};

/// The text says each of these, in this order.
fn says(pdf: &Pdf, said: &[&str]) {
    let text = pages_of(&pdf.bytes).join(" ");
    let mut rest = text.as_str();
    for said in said {
        let found = rest.find(said).unwrap_or_else(|| panic!("{said}: {rest}"));
        rest = &rest[found + said.len()..];
    }
    assert!(!text.contains('{'), "{text}");
}

fn supplement(told: Told<'_>) -> Result<Pdf, ReportError> {
    supplement_request(&fixtures::office(), told, &FormTexts::bundled().unwrap(), PaperSize::A5)
}

fn refused(told: Told<'_>) -> Result<Pdf, ReportError> {
    refusal(&fixtures::office(), told, &FormTexts::bundled().unwrap(), PaperSize::A5)
}

#[test]
fn form_02_asks_for_what_is_missing() {
    let dossier = fixtures::dossier();
    let movement = steps::step(&dossier, steps::supplement(2));
    let pdf = supplement(Told::Step(&dossier, &movement)).unwrap();
    assert_eq!(pdf.pages, 1);
    says(
        &pdf,
        &[
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc",
            "Số: 31/HDHS",
            "Hợp Thành, ngày 25 tháng 11 năm 2026",
            "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
            "Mã hồ sơ: H38.12-261123-0007",
            "Tiếp nhận hồ sơ, yêu cầu của Ông/Bà: NGUYỄN VĂN MẪU",
            "Căn cứ xác định danh tính: đã đọc và xác thực dữ liệu trên chip",
            "Nội dung yêu cầu giải quyết: Đăng ký khai sinh; Mã thủ tục: 1.001193",
            "1. Bản sao có chứng thực",
            "2. Giấy chứng sinh",
            "Lý do: Thành phần hồ sơ chưa đầy đủ",
            "liên hệ với công chức Lý Thị Ví Dụ, số điện thoại 0214 3 999 001",
            "NGƯỜI HƯỚNG DẪN",
            "Lý Thị Ví Dụ",
            "BẢN THỬ NGHIỆM",
        ],
    );
}

#[test]
fn counter_notices_have_no_dossier_and_say_that_their_number_is_awaited() {
    let notice = steps::counter_notice(NoticeKind::Incomplete(vec!["Tờ khai theo mẫu".into()]));
    let pdf = supplement(Told::Counter(&notice)).unwrap();
    says(
        &pdf,
        &[
            "Số: chờ cấp số",
            "Tiếp nhận hồ sơ, yêu cầu của Ông/Bà: Đặng Ẩn Danh",
            "1. Tờ khai theo mẫu",
        ],
    );
    assert!(!pages_of(&pdf.bytes).join(" ").to_lowercase().contains("mã hồ sơ"));
    let notice = steps::counter_notice(NoticeKind::Refused);
    let pdf = refused(Told::Counter(&notice)).unwrap();
    says(&pdf, &["Số: chờ cấp số", "PHIẾU TỪ CHỐI", "không tiếp nhận", "Chưa có giấy tờ bắt buộc"]);
    assert_eq!(supplement(Told::Counter(&notice)).unwrap_err(), ReportError::WrongStep);
}

#[test]
fn form_03_refuses_with_its_reason() {
    let bare = fixtures::bare();
    let movement = steps::step(&bare, steps::refused());
    let pdf = refused(Told::Step(&bare, &movement)).unwrap();
    says(
        &pdf,
        &[
            "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
            "MÃ HỒ SƠ: CHỜ CẤP SỐ",
            "không thuộc thẩm quyền",
            "NGƯỜI NỘP HỒ SƠ",
            "NGƯỜI TIẾP NHẬN HỒ SƠ",
        ],
    );
    // Who is refused has no result to fetch with this paper.
    assert!(!pages_of(&pdf.bytes).join(" ").contains("nhận kết quả"));
}

#[test]
fn forms_04_and_05_are_signed_by_the_head() {
    let (office, dossier, before) = (fixtures::office(), fixtures::dossier(), steps::before());
    let movement = steps::step(&dossier, steps::extended());
    let form = FormTexts::bundled().unwrap();
    let pdf =
        apology(&office, &dossier, &movement, &before, "Trần Thị Ví Dụ", &form, PaperSize::A5);
    says(
        &pdf.unwrap(),
        &[
            "XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT HỒ SƠ",
            "Kính gửi: NGUYỄN VĂN MẪU",
            "Thời gian hẹn trả kết quả giải quyết hồ sơ: 08 giờ 30 phút, ngày 15 tháng 12 năm 2026",
            "với lý do: cần xác minh",
            "xin lỗi Ông/Bà",
            "17 giờ 00 phút, ngày 22 tháng 12 năm 2026",
            "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ",
            "Trần Thị Ví Dụ",
        ],
    );
    let movement = steps::step(&dossier, steps::stopped());
    let form = FormTexts::bundled().unwrap();
    let pdf = stop_notice(&office, &dossier, &movement, &before, "", &form, PaperSize::A5);
    says(
        &pdf.unwrap(),
        &[
            "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
            "Giai đoạn giải quyết: Được tiếp nhận, tại Phòng Kinh tế",
            "thông báo dừng giải quyết",
            "Phí, lệ phí đã nộp: Hoàn trả 50.000 đồng",
        ],
    );
}

#[test]
fn a_paper_of_another_step_is_refused() {
    let (office, dossier, before) = (fixtures::office(), fixtures::dossier(), steps::before());
    let wrong = steps::step(&dossier, steps::returned());
    let told = Told::Step(&dossier, &wrong);
    assert_eq!(supplement(told).unwrap_err(), ReportError::WrongStep);
    assert_eq!(refused(told).unwrap_err(), ReportError::WrongStep);
    let form = FormTexts::bundled().unwrap();
    let error = apology(&office, &dossier, &wrong, &before, "", &form, PaperSize::A5).unwrap_err();
    assert_eq!(error, ReportError::WrongStep);
    let form = FormTexts::bundled().unwrap();
    let error = stop_notice(&office, &dossier, &wrong, &before, "", &form, PaperSize::A5);
    assert_eq!(error.unwrap_err(), ReportError::WrongStep);
    let form = FormTexts::bundled().unwrap();
    let out_of_order = Move { seen: 9, ..wrong };
    let error = control_sheet(&office, &dossier, &[out_of_order], 0, &form).unwrap_err();
    assert_eq!(error, ReportError::WrongStep);
    let form = FormTexts::bundled().unwrap();
    let asked = steps::step(&dossier, steps::supplement(1));
    let error = result_receipt(&office, &dossier, &steps::outcome(), &asked, &form, PaperSize::A5);
    assert_eq!(error.unwrap_err(), ReportError::WrongStep);
}

#[test]
fn the_handover_slip_names_both_hands_and_every_paper() {
    let dossier = fixtures::dossier();
    let form = FormTexts::bundled().unwrap();
    let pdf = steps::handover(&dossier, PaperSize::A5, &form);
    says(
        &pdf,
        &[
            "PHIẾU BÀN GIAO HỒ SƠ",
            "Lý Thị Ví Dụ",
            "Phòng Văn hóa – Xã hội",
            "Giàng A Thử",
            "BÊN GIAO",
            "BÊN NHẬN",
        ],
    );
    let text = pages_of(&pdf.bytes).join(" ");
    for component in &dossier.components {
        let first = component.name.split(' ').take(3).collect::<Vec<_>>().join(" ");
        assert!(text.contains(&first), "{first:?} is not in {text}");
    }
    let other = steps::step(&dossier, steps::supplement(1));
    let before = office::workflow::Course::begin(&dossier);
    let office = fixtures::office();
    let error =
        reports::handover_slip(&office, &dossier, &other, &before, &[], &form, PaperSize::A5);
    assert_eq!(error.unwrap_err(), ReportError::WrongStep);
}

#[test]
fn form_06_shows_every_hand_and_leaves_rows_to_sign() {
    let (office, dossier) = (fixtures::office(), fixtures::dossier());
    let form = FormTexts::bundled().unwrap();
    let moves = steps::way(&dossier);
    let pdf = control_sheet(&office, &dossier, &moves, 2, &form).unwrap();
    says(
        &pdf,
        &[
            "Số: 1204/PKS",
            "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
            "Phòng Văn hóa – Xã hội:",
            "Giàng A Thử",
            "Yêu cầu bổ sung,",
            "số 31",
            "Nhận bổ sung",
            "Quá hạn",
            "Trước hạn",
            "Có kết quả",
            "Trả kết quả",
            "... giờ ... phút",
        ],
    );
    let empty = control_sheet(&office, &fixtures::bare(), &[], 30, &form).unwrap();
    assert!(empty.pages > 1);
    let text = pages_of(&empty.bytes).join(" ");
    assert_eq!(text.matches("... giờ ... phút").count(), 30);
    assert_eq!(text.matches("GHI CHÚ").count(), empty.pages);
}

#[test]
fn a_fee_receipt_has_three_parts_and_says_the_amount() {
    let (office, dossier) = (fixtures::office(), fixtures::dossier());
    for lines in [1, 3, 12] {
        let payment = steps::payment(lines);
        let form = FormTexts::bundled().unwrap();
        let pdf = fee_receipt(&office, &payment, Matter::Dossier(&dossier), &form).unwrap();
        let text = pages_of(&pdf.bytes).join(" ");
        let words = amount_in_words(payment.total().0);
        for said in [
            "Mẫu số, ký hiệu: 01BLP0-001, HT-26P",
            "Số: 0000123",
            "BIÊN LAI THU PHÍ, LỆ PHÍ",
            "Mã hồ sơ: H38.12-261123-0007",
            "Lệ phí: Đăng ký khai sinh có yếu tố nước ngoài 75.000 đồng",
            &format!("Bằng chữ: {words}."),
            "Hình thức thanh toán: Tiền mặt",
        ] {
            assert_eq!(text.matches(said).count(), 3, "{said}: {text}");
        }
        for copy in ["Liên 1:", "Liên 2:", "Liên 3:"] {
            assert_eq!(text.matches(copy).count(), 1);
        }
        if lines < 12 {
            assert_eq!(pdf.pages, 1, "{lines}");
            continue;
        }
        // Each copy goes to other hands: but for its name they are the same, none is the next one's page.
        let copies: Vec<String> = pages_of(&pdf.bytes)
            .into_iter()
            .zip(&form.texts.copies)
            .map(|(page, copy)| page.replace(copy, ""))
            .collect();
        assert_eq!(copies, vec![copies[0].clone(); 3]);
    }
    let mut payment = steps::payment(1);
    payment.receipt = fixtures::pending(BookId::FEE_RECEIPT);
    payment.series.clear();
    let form = FormTexts::bundled().unwrap();
    let pdf = fee_receipt(&office, &payment, Matter::Dossier(&dossier), &form).unwrap();
    says(&pdf, &["Số: chờ cấp số"]);
}

#[test]
fn what_is_to_be_paid_can_be_scanned() {
    let papers = steps::papers();
    let (_, pdf, _) = papers.iter().find(|(name, ..)| *name == "payment-request").unwrap();
    assert_eq!(codes_on(&pdf.bytes), [steps::VIETQR]);
    says(
        pdf,
        &["GIẤY ĐỀ NGHỊ NỘP PHÍ, LỆ PHÍ", "83.000 đồng", "Tám mươi ba nghìn đồng.", "Chưa nộp."],
    );
}

/// The code stands in the middle of the text, below everything else.
#[test]
fn the_code_to_pay_by_stands_in_the_middle() {
    let (dossier, form) = (fixtures::dossier(), FormTexts::bundled().unwrap());
    // Without the demo's mark at the foot the code is the lowest.
    let office = Office { demo: false, ..fixtures::office() };
    let (lines, size) = (steps::payment(2).lines, PaperSize::A5);
    let made =
        payment_request(&office, &dossier, &lines, steps::VIETQR, steps::AT, &form, size).unwrap();
    let (width, height, pixels) = grey(&made.bytes, 4.0);
    let rows: Vec<&[u8]> = pixels.chunks_exact(width).collect();
    let inked = |row: &[u8]| row.iter().any(|grey| *grey < 128);
    let lowest = (0..height).rev().find(|y| inked(rows[*y])).unwrap();
    let code = &rows[lowest - (Mm(36.0).pt().0 * 4.0) as usize..lowest];
    let dark = |x: &usize| code.iter().any(|row| row[*x] < 128);
    let (first, last) = ((0..width).find(dark).unwrap(), (0..width).rev().find(dark).unwrap());
    let margins = size.margins();
    let middle = (margins.left + size.width() - margins.right).pt().0 * 4.0 / 2.0;
    let off = (first + last + 1) as f32 / 2.0 - middle;
    assert!(off.abs() < 4.0, "{off} quarter points off");
}

#[test]
fn the_result_is_receipted() {
    let papers = steps::papers();
    let (_, pdf, _) = papers.iter().find(|(name, ..)| *name == "result").unwrap();
    says(
        pdf,
        &[
            "GIẤY BIÊN NHẬN TRẢ KẾT QUẢ",
            "Giấy khai sinh (bản chính)",
            "215/2026",
            "Trực tiếp tại quầy",
            "NGƯỜI TRẢ KẾT QUẢ",
            "NGƯỜI NHẬN KẾT QUẢ",
        ],
    );
}

#[test]
fn an_application_marks_what_was_verified_and_nothing_else() {
    let form = FormTexts::bundled().unwrap();
    let data = steps::form_data(0);
    let pdf = application(
        &fixtures::office(),
        &steps::application_of(&data, "H38.12-261123-0007"),
        &form,
    )
    .unwrap();
    says(
        &pdf,
        &[
            "Mẫu TP/HT-2020-TKKS.1",
            "TỜ KHAI ĐĂNG KÝ KHAI SINH",
            "Kính gửi: Ủy ban nhân dân xã Hợp Thành, tỉnh Lào Cai",
            "I. Thông tin về người yêu cầu",
            "Họ, chữ đệm, tên: NGUYỄN VĂN MẪU¹",
            "Số định danh cá nhân: 099099000123¹",
            "Nơi cư trú: Thôn Kíp Tước 1, xã Hợp Thành, tỉnh Lào Cai²",
            "Quan hệ với người được khai sinh: Cha II.",
            "Họ, chữ đệm, tên: NGUYỄN THỊ GIẢ ĐỊNH Ngày",
            "Tôi cam đoan",
            "¹ Dữ liệu đọc từ chip: Chip đã xác thực.",
            "² Dữ liệu đã được xác nhận: VNeID – tỉnh đã xác nhận.",
            "NGƯỜI KHAI",
        ],
    );
}

#[test]
fn a_linked_receipt_names_every_part_and_what_stands_for_papers() {
    let papers = steps::papers();
    let (_, pdf, _) = papers.iter().find(|(name, ..)| *name == "receipt-linked").unwrap();
    assert_eq!(pdf.pages, 1);
    says(
        pdf,
        &[
            "Mã hồ sơ gốc: G22.99-261122-000123",
            "theo mẫu (tờ khai điện tử)",
            "Giấy chứng sinh (kèm bản quét)",
            "(bản đã lưu tại cơ quan)",
            "(dữ liệu định danh đã xác thực)",
            "1. Đăng ký khai sinh (Ủy ban nhân dân xã Hợp Thành), hẹn trả: 17 giờ 00, 23/11/2026",
            "2. Đăng ký thường trú (Công an xã Hợp Thành), hẹn trả: 17 giờ 00, 26/11/2026",
            "3. Cấp thẻ bảo hiểm y tế",
            "toàn bộ hồ sơ liên thông: 17 giờ 00 phút, ngày 30 tháng 11 năm 2026",
        ],
    );
}

#[test]
fn a_ticket_is_one_slip_and_says_who_comes_before() {
    let papers = steps::papers();
    for (wanted, words) in [
        ("ticket", &["PHIẾU SỐ THỨ TỰ 012 Hộ tịch", "Số người chờ phía trước: 4"][..]),
        ("ticket-first", &["ƯU TIÊN Lấy số lúc 09 giờ 05 phút", "Không có ai chờ phía trước."]),
        ("ticket-awaited", &["CHỜ CẤP SỐ Việc khác", "(tính đến 09 giờ 05 phút)"]),
    ] {
        let (_, pdf, _) = papers.iter().find(|(name, ..)| *name == wanted).unwrap();
        assert_eq!(pdf.pages, 1, "{wanted}");
        says(pdf, words);
    }
}

#[test]
fn every_paper_keeps_to_its_margins_is_sound_and_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let papers = || {
        let tables = fixtures::tables::papers();
        steps::papers().into_iter().chain(tables).chain(fixtures::acts::papers())
    };
    for ((name, pdf, size), (_, again, _)) in papers().zip(papers()) {
        assert_within_margins(name, &pdf.bytes, size);
        assert_eq!(pdf, again, "{name}");
        let path = folder.path().join(name);
        std::fs::write(&path, &pdf.bytes).unwrap();
        read_by("qpdf", &["--check", path.to_str().unwrap()], &[]);
        for page in pages_of(&pdf.bytes) {
            assert!(page.ends_with("BẢN THỬ NGHIỆM – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"), "{name}: {page}");
        }
    }
}

#[test]
fn a_character_without_a_glyph_is_refused_in_every_paper() {
    let office = fixtures::office();
    let mut dossier: Dossier = fixtures::dossier();
    dossier.applicant.person.name = "WANG 王".into();
    let missing = ReportError::MissingGlyph { c: '王' };
    let step = |step: Step| steps::step(&dossier, step);
    let told = step(steps::supplement(1));
    assert_eq!(supplement(Told::Step(&dossier, &told)).unwrap_err(), missing);
    let told = step(steps::refused());
    assert_eq!(refused(Told::Step(&dossier, &told)).unwrap_err(), missing);
    let form = FormTexts::bundled().unwrap();
    assert_eq!(control_sheet(&office, &dossier, &[], 0, &form).unwrap_err(), missing);
    let payment = office::payment::Payment { payer: "王".into(), ..steps::payment(1) };
    let form = FormTexts::bundled().unwrap();
    assert_eq!(
        fee_receipt(&office, &payment, Matter::Dossier(&dossier), &form).unwrap_err(),
        missing
    );
    let mut data = steps::form_data(0);
    data.fields[3].value = "王".into();
    let form = FormTexts::bundled().unwrap();
    let error = application(&office, &steps::application_of(&data, ""), &form).unwrap_err();
    assert_eq!(error, missing);
    assert_eq!(steps::before().status, Status::Received);
}

#[test]
fn a_reason_longer_than_a_page_loses_nothing() {
    let dossier = fixtures::dossier();
    let words: Vec<String> = (0..1500).map(|n| format!("mục{n}")).collect();
    let movement = steps::step(&dossier, Step::Refused { reason: words.join(" ") });
    let pdf = refused(Told::Step(&dossier, &movement)).unwrap();
    let text = pages_of(&pdf.bytes).join(" ");
    let found: std::collections::BTreeSet<&str> = text.split(' ').collect();
    assert!(words.iter().all(|word| found.contains(word.as_str())));
}

/// What a clerk wrote in lines stands in lines.
#[test]
fn a_reason_of_several_lines_is_printed_in_lines() {
    let dossier = fixtures::dossier();
    let reason = "Chưa đủ giấy tờ:\n- bản sao giấy khai sinh;\n- ảnh chân dung.";
    let movement = steps::step(&dossier, Step::Refused { reason: reason.into() });
    let pdf = refused(Told::Step(&dossier, &movement)).unwrap();
    let text = read_by("pdftotext", &["-raw", "-", "-"], &pdf.bytes);
    let text = String::from_utf8(text).unwrap();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let first = lines.iter().position(|line| line.ends_with("Chưa đủ giấy tờ:")).unwrap();
    assert_eq!(lines[first + 1..first + 3], ["- bản sao giấy khai sinh;", "- ảnh chân dung."]);
}

/// What a wording says is the act's own: who, before whom, in which book; counts in figures and words agree.
#[test]
fn a_wording_is_filled_from_its_act() {
    let papers = fixtures::acts::papers();
    let day = "Ngày 25 tháng 11 năm 2026 (Bằng chữ: ngày hai mươi lăm tháng mười một năm hai nghìn \
               không trăm hai mươi sáu).";
    for (name, said) in [
        (
            "wording-copy",
            vec![
                "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH",
                "Số chứng thực 8160, quyển số 03/2026 - SCT/BS",
                "Ngày 25 tháng 11 năm 2026",
                "PHÓ CHỦ TỊCH",
                "(ký, ghi rõ họ, tên và đóng dấu)",
                "Trần Thị Ví Dụ",
            ],
        ),
        (
            "wording-copy-awaited",
            vec!["Số chứng thực ............, quyển số ............ - SCT/BS"],
        ),
        (
            "wording-signature",
            vec![
                day,
                "Tôi Trần Thị Ví Dụ, là Phó Chủ tịch,",
                "CHỨNG THỰC",
                "Ông NGUYỄN THỊ MẪU 1, ",
                "trước mặt ông/bà Nguyễn Văn Tiếp là người tiếp nhận hồ sơ.",
                "SCT/CK, ĐC.",
                "Người tiếp nhận hồ sơ",
                "Người thực hiện chứng thực",
            ],
        ),
        (
            "wording-transaction",
            vec![
                "Giao dịch mua bán xe máy được giao kết giữa:",
                "Bên bán: Ông NGUYỄN THỊ MẪU 1, ",
                ", đại diện cho Công ty Thử Nghiệm, mã số 5300000001.",
                "Bên mua: Bà NGUYỄN THỊ MẪU 2, ",
                "; Ông/Bà NGUYỄN THỊ MẪU 3, ",
                "đã ký vào giao dịch này trước mặt ông/bà Nguyễn Văn Tiếp",
                "có người làm chứng: Ông NGUYỄN THỊ MẪU 1, ",
                "Người phiên dịch: Ông/Bà NGUYỄN THỊ MẪU 3, ",
                "thành 02 (hai) bản gốc (mỗi bản gốc gồm 02 (hai) tờ, 04 (bốn) trang",
                "Cấp cho: mỗi bên 01 bản.",
                "SCT/GD.",
            ],
        ),
        ("wording-will", vec!["Di chúc này được lập bởi Ông NGUYỄN THỊ MẪU 1, "]),
        ("wording-division", vec!["1. Ông NGUYỄN", "4. Ông NGUYỄN", "không bỏ sót người thừa kế"]),
        (
            "wording-notary",
            vec![
                "LỜI CHỨNG CỦA CÔNG CHỨNG VIÊN",
                "Việc công chứng được thực hiện ngoài trụ sở: tại nhà riêng, người yêu cầu già yếu.",
                "Lý do có người làm chứng, người phiên dịch: Bên bán không đọc được.",
                "Giá trị giao dịch: 12.000.000 đồng (bằng chữ: mười hai triệu đồng).",
                "Công chứng viên",
            ],
        ),
        (
            "wording-signatures",
            vec!["1. Ông NGUYỄN", "2. Bà NGUYỄN", "3. Ông/Bà NGUYỄN", "30. Ông/Bà NGUYỄN"],
        ),
        ("wording-finger", vec!["đã điểm chỉ ngón trỏ của bàn tay phải vào"]),
        (
            "wording-translator",
            vec![
                "từ tiếng Trung sang tiếng Việt.",
                "thành 02 (hai) bản gốc (mỗi bản gốc gồm 2 tờ, 3 trang)",
            ],
        ),
        ("wording-by-hand", vec!["Số chứng thực 8160, quyển số 03/2026"]),
    ] {
        let (_, pdf, _) = papers.iter().find(|(known, ..)| *known == name).unwrap();
        says(pdf, &said);
        let pages = if name == "wording-signatures" { 2 } else { 1 };
        assert_eq!(pdf.pages, pages, "{name}");
    }
}
