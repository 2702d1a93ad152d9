//! The portal's messages: made from dossiers, checked against the field tables, read from files.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeSet;

use common::{ask, codes, dossier, moves, payment, source, time, whole_way};
use office::{
    Explain,
    arrival::ArrivalId,
    book::{BookId, Number, Period},
    dossier::{Channel, Fee, Status},
    entry::ContentHash,
    evidence::Evidence,
    person::Person,
    workflow::Step,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use sync::dvcqg::{
    CHUNK, Service,
    export::{Codes, Export, ExportError, Source, export},
    import::{Import, ImportError, ItemError, MAX_ITEMS, import},
    message::Envelope,
    reply::Reply,
    schema::{FaultKind, Schema},
};

fn schema() -> Schema {
    Schema::bundled().unwrap()
}

fn paths(export: &Export) -> Vec<&str> {
    export.gaps.iter().map(|gap| gap.path.as_str()).collect()
}

#[test]
fn a_whole_dossier_is_written_as_it_is() {
    let dossier = dossier();
    let (course, moves) = moves(&dossier, whole_way());
    let (payment, codes) = (payment(&dossier), codes());
    let payments = [&payment];
    let source = source(&dossier, &course, &moves, &payments, &codes);
    let export = export(&source, &schema()).unwrap();
    assert_eq!(export.gaps, []);
    assert_eq!(export.cuts, []);
    let file = |name: &str, component: &str, link: &str, reused: &str| {
        json!({
            "TenTepDinhKem": name, "MaThanhPhanHoSo": component,
            "DuongDanTaiTepTin": format!("https://kho.example/{link}"),
            "DuocSoHoa": "1", "DuocTaiSuDung": reused, "DuocLayTuKhoDMQG": "0",
        })
    };
    let mut stored = file("Giấy chứng sinh", "TP-2", "b", "2");
    stored["MaKetQuaThayThe"] = "KQ-9".into();
    assert_eq!(
        serde_json::to_value(&export.dossier).unwrap(),
        json!({
            "MaHoSo": "H38.12-261123-0007", "MaTTHC": "1.001193", "TenTTHC": "Đăng ký khai sinh",
            "MaLinhVuc": "LV-GIA-DINH", "TenLinhVuc": "Hộ tịch", "KenhThucHien": "1",
            "ChuHoSo": "Người Giả Định A", "SoGiayToChuHoSo": "099099000123", "LoaiDoiTuong": "1",
            "TrichYeuHoSo": "Đăng ký khai sinh", "NgayTiepNhan": "20261123090000",
            "NgayHenTra": "20261201170000", "TrangThaiHoSo": "10", "NgayTra": "20261201090000",
            "HinhThuc": "1", "NgayKetThucXuLy": "20261130160000", "DonViXuLy": "Phòng Tư pháp",
            "NgayNopHoSo": "20261123090000", "NoiNopHoSo": "2", "HoSoCoThanhPhanSoHoa": "1",
            "TaiKhoanDuocXacThucVoiVNeID": "0", "DuocThanhToanTrucTuyen": "3",
            "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "099099000123"}],
            "DSKetNoiCSDL": [],
            "TaiLieuNop": [file("Tờ khai", "TP-1", "a", "0"), stored],
            "DanhSachLePhi": [{
                "TenPhiLePhi": "Lệ phí hộ tịch", "MaPhiLePhi": "LP-1", "HinhThucThu": "1",
                "Gia": "8000", "LoaiPhiLePhi": "2",
            }],
            "DanhSachTepDinhKemKhac": [{"TenGiayTo": "Văn bản ủy quyền", "SoLuong": 2}],
            "DanhSachHoSoBoSung": [{
                "HoSoBoSungId": 1, "NguoiYeuCauBoSung": "Cán bộ Giả Định B",
                "NoiDungBoSung": "Giấy chứng sinh. Lý do: bản chụp mờ",
                "NgayBoSung": "20261125080000", "NguoiTiepNhanBoSung": "Cán bộ Giả Định B",
                "NgayTiepNhanBoSung": "20261127080000", "TrangThaiBoSung": true,
                "DanhSachGiayToBoSung": [file("Giấy chứng sinh", "TP-2", "c", "0")],
                "NgayHenTraTruoc": "20261127170000", "NgayHenTraMoi": "20261201170000",
            }],
            "DanhSachGiayToKetQua": [{
                "TenGiayTo": "Giấy khai sinh", "DuongDanTepTinKetQua": "https://kho.example/d",
                "MaGiayToKetQua": "KQ-1",
            }],
        })
    );
    let statuses: Vec<&str> =
        export.progress.iter().map(|item| item.status.as_deref().unwrap()).collect();
    assert_eq!(statuses, ["2", "4", "2", "4", "5", "4", "9", "10"]);
    let first = serde_json::to_value(&export.progress[0]).unwrap();
    assert_eq!(
        first,
        json!({
            "MaHoSo": "H38.12-261123-0007", "NguoiXuLy": "Cán bộ Giả Định",
            "ThoiDiemXuLy": "20261123090000", "PhongBanXuLy": "Ủy ban nhân dân xã Giả Định",
            "NoiDungXuLy": "Tiếp nhận hồ sơ", "TrangThai": "2",
            "NgayKetThucTheoQuyDinh": "20261127170000",
        })
    );
    assert_eq!(export.progress[2].content.as_deref(), Some("Hoàn tác: nhầm phòng"));
}

#[test]
fn what_is_not_known_is_a_gap_and_no_invention() {
    let mut dossier = dossier();
    dossier.applicant.person =
        Person { name: "Người Giả Định A".into(), ..Person::default() };
    let (course, moves) = moves(&dossier, whole_way().into_iter().take(6).collect());
    let payment = payment(&dossier);
    let (payments, codes) = ([&payment], Codes::default());
    let export = export(&source(&dossier, &course, &moves, &payments, &codes), &schema()).unwrap();
    assert_eq!(
        paths(&export),
        [
            "DinhDanhCHS",
            "MaLinhVuc",
            "HinhThuc",
            "TaiLieuNop[0].MaThanhPhanHoSo",
            "TaiLieuNop[0].DuongDanTaiTepTin",
            "TaiLieuNop[1].MaThanhPhanHoSo",
            "TaiLieuNop[1].DuongDanTaiTepTin",
            "DanhSachLePhi[0].MaPhiLePhi",
            "DanhSachLePhi[0].HinhThucThu",
            "DanhSachHoSoBoSung[0].DanhSachGiayToBoSung[0].MaThanhPhanHoSo",
            "DanhSachHoSoBoSung[0].DanhSachGiayToBoSung[0].DuongDanTaiTepTin",
            "DanhSachGiayToKetQua[0].DuongDanTepTinKetQua",
            "DanhSachGiayToKetQua[0].MaGiayToKetQua",
        ]
    );
    assert!(export.gaps.iter().all(|gap| gap.sentence.ends_with('.')));
    let written = serde_json::to_string(&export.dossier).unwrap();
    assert!(!written.contains("000000001") && !written.contains("null"), "{written}");
    assert!(written.contains(r#""DinhDanhCHS":[]"#));
}

#[test]
fn every_status_is_sent_as_it_is() {
    let reason = || "theo đơn".to_owned();
    let fee = office::money::Dong(8_000);
    let ways = [
        (vec![], "2"),
        (vec![("2026-11-24 08:00", ask())], "5"),
        (vec![("2026-11-24 08:00", Step::PaymentAsked { amount: fee, reason: reason() })], "6"),
        (vec![("2026-11-24 08:00", Step::Refused { reason: reason() })], "3"),
        (vec![("2026-11-24 08:00", Step::Withdrawn { reason: reason() })], "7"),
        (vec![("2026-11-24 08:00", Step::Stopped { reason: reason(), fees: String::new() })], "8"),
        (whole_way().into_iter().take(1).collect(), "4"),
        (whole_way().into_iter().take(6).collect(), "9"),
        (whole_way(), "10"),
    ];
    for (steps, status) in ways {
        let dossier = dossier();
        let (course, moves) = moves(&dossier, steps);
        let codes = codes();
        let source =
            Source { by_post: Some(false), ..source(&dossier, &course, &moves, &[], &codes) };
        let export = export(&source, &schema()).unwrap();
        assert_eq!(export.gaps, [], "{status}");
        assert_eq!(export.dossier.status.as_deref(), Some(status));
        assert_eq!(export.progress.last().unwrap().status.as_deref(), Some(status));
        assert_eq!(export.dossier.refused.is_some(), status == "3");
        assert_eq!(export.dossier.returned.is_some(), status == "10");
    }
}

#[test]
fn pending_numbers_annulled_dossiers_and_broken_histories_are_not_sent() {
    let pending = Number::Pending {
        series: Period::Day.series(BookId::DOSSIER_CODE, time("2026-11-23 09:00").date()),
    };
    let mut dossier = dossier();
    dossier.serial = pending;
    let (mut course, moves) = moves(&dossier, vec![]);
    course.status = Status::Annulled;
    let codes = codes();
    let source = Source { by_post: Some(false), ..source(&dossier, &course, &moves, &[], &codes) };
    let annulled = export(&source, &schema()).unwrap();
    assert_eq!(paths(&annulled), ["MaHoSo", "TrangThaiHoSo", "CapNhatTienDoHoSoMC[0].MaHoSo"]);
    assert!(annulled.gaps[1].sentence.contains("hủy tiếp nhận"));
    let other = office::workflow::Course { status: Status::Resolved, ..course.clone() };
    let broken = export(&Source { course: &other, ..source }, &schema()).unwrap_err();
    assert!(matches!(broken, ExportError::Inconsistent) && broken.code() == "SYN-03");
}

#[test]
fn a_dossier_from_the_portal_keeps_the_portals_code() {
    let mut dossier = dossier();
    dossier.channel = Channel::Online;
    dossier.origin_code = "000.00.19.H38-261122-0042".into();
    let (course, moves) = moves(&dossier, vec![]);
    let codes = codes();
    let elsewhere = export(&source(&dossier, &course, &moves, &[], &codes), &schema()).unwrap();
    assert_eq!(elsewhere.dossier.code.as_deref(), Some("H38.12-261123-0007"));
    assert_eq!(elsewhere.dossier.other.as_deref(), Some("Mã hồ sơ gốc: 000.00.19.H38-261122-0042"));
    dossier.arrival = Some(ArrivalId("a1".into()));
    let source = Source {
        filed_at: Some(time("2026-11-22 20:15")),
        ..source(&dossier, &course, &moves, &[], &codes)
    };
    let portal = export(&source, &schema()).unwrap().dossier;
    assert_eq!(portal.code.as_deref(), Some("000.00.19.H38-261122-0042"));
    assert_eq!(portal.receipt.as_deref(), Some("H38.12-261123-0007"));
    assert_eq!(portal.filed.as_deref(), Some("20261122201500"));
    assert_eq!((portal.filed_at.as_deref(), portal.channel.as_deref()), (Some("1"), Some("2")));
}

#[test]
fn long_texts_are_cut_and_told() {
    let mut dossier = dossier();
    dossier.procedure.name = "ế".repeat(1_001);
    dossier.receiver = "Đ".repeat(51);
    dossier.components[0].name = "ậ".repeat(4_001);
    dossier.fee = Fee::Free;
    dossier.applicant.evidence = Evidence::VneidConfirmed;
    let (course, moves) = moves(&dossier, vec![]);
    let codes = codes();
    let export = export(&source(&dossier, &course, &moves, &[], &codes), &schema()).unwrap();
    let cuts: Vec<(&str, usize, usize)> =
        export.cuts.iter().map(|cut| (cut.path.as_str(), cut.from, cut.to)).collect();
    assert_eq!(
        cuts,
        [
            ("TaiLieuNop[0].TenTepDinhKem", 4_001, 4_000),
            ("TrichYeuHoSo", 1_001, 998),
            ("CapNhatTienDoHoSoMC[0].NguoiXuLy", 51, 49),
        ]
    );
    assert_eq!(export.dossier.summary.as_deref(), Some(format!("{}...", "ế".repeat(995)).as_str()));
    assert_eq!(export.dossier.paid_online.as_deref(), Some("0"));
    assert_eq!(export.dossier.confirmed.as_deref(), Some("1"));
    assert!(!format!("{export:?}").contains("Người"), "no personal data in debug output");
}

#[test]
fn requests_have_the_portals_form() {
    let dossier = dossier();
    let (course, moves) = moves(&dossier, whole_way());
    let codes = codes();
    let export = export(&source(&dossier, &course, &moves, &[], &codes), &schema()).unwrap();
    let items = [export.dossier];
    let request = serde_json::to_value(Envelope::dossiers("s", "H38.12", true, &items)).unwrap();
    assert_eq!(request["service"], "DongBoHoSoMC");
    assert_eq!(request["isUpdating"], "True");
    assert_eq!(request["madonvi"], "H38.12");
    let many: Vec<_> = export.progress.iter().cycle().take(23).cloned().collect();
    let chunks: Vec<Value> = Envelope::progress("s", "H38.12", &many)
        .map(|request| serde_json::to_value(request).unwrap())
        .collect();
    let sizes: Vec<usize> = chunks.iter().map(|c| c["data"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [CHUNK, CHUNK, 3]);
    assert_eq!(chunks[0]["service"], "CapNhatTienDoHoSoMC");
    assert!(chunks[0].get("isUpdating").is_none());
}

#[test]
fn the_tables_find_every_kind_of_fault() {
    let good = exported();
    let schema = schema();
    assert_eq!(schema.check(Service::Dossier, &good), []);
    assert!(!schema.header().checked);
    type Change = fn(&mut Value);
    let changes: [(Change, &str, FaultKind); 12] = [
        (|v| v["MaHoSo"] = Value::Null, "MaHoSo", FaultKind::Missing),
        (|v| v["MaHoSo"] = " ".into(), "MaHoSo", FaultKind::Missing),
        (|v| v["MaHoSo"] = 7.into(), "MaHoSo", FaultKind::Type),
        (|v| v["TrangThaiHoSo"] = "11".into(), "TrangThaiHoSo", FaultKind::Code),
        (|v| v["NgayTiepNhan"] = "2026-11-23".into(), "NgayTiepNhan", FaultKind::Date),
        (|v| v["NgayTiepNhan"] = "20261323090000".into(), "NgayTiepNhan", FaultKind::Date),
        (
            |v| v["TrichYeuHoSo"] = "x".repeat(1_001).into(),
            "TrichYeuHoSo",
            FaultKind::TooLong(1_000),
        ),
        (|v| v["GiaTriLa"] = "x".into(), "GiaTriLa", FaultKind::Unknown),
        (|v| v["TaiLieuNop"] = "x".into(), "TaiLieuNop", FaultKind::Type),
        (|v| v["TaiLieuNop"][0] = 1.into(), "TaiLieuNop[0]", FaultKind::Type),
        (
            |v| v["TaiLieuNop"][0]["DuocSoHoa"] = "2".into(),
            "TaiLieuNop[0].DuocSoHoa",
            FaultKind::Code,
        ),
        (
            |v| v["DanhSachLePhi"][0]["Gia"] = "8.000".into(),
            "DanhSachLePhi[0].Gia",
            FaultKind::Digits,
        ),
    ];
    for (change, path, kind) in changes {
        let mut item = good.clone();
        change(&mut item);
        let faults = schema.check(Service::Dossier, &item);
        assert_eq!(faults.len(), 1, "{path}: {faults:?}");
        assert_eq!((faults[0].path.as_str(), &faults[0].kind), (path, &kind));
        assert!(faults[0].to_string().contains(path));
    }
    assert_eq!(schema.check(Service::Dossier, &json!([]))[0].kind, FaultKind::Type);
    assert_eq!(Schema::parse(b"{}").unwrap_err().code(), "SYN-01");
}

fn exported() -> Value {
    let dossier = dossier();
    let (course, moves) = moves(&dossier, whole_way());
    let (payment, codes) = (payment(&dossier), codes());
    let payments = [&payment];
    let source = source(&dossier, &course, &moves, &payments, &codes);
    serde_json::to_value(export(&source, &schema()).unwrap().dossier).unwrap()
}

#[test]
fn answers_are_understood() {
    let refused =
        |code: &str, words: &str| Reply::Refused { code: code.into(), words: words.into() };
    for (answer, reply) in [
        (r#"{"error_code":0}"#, Some(Reply::Accepted { result: None })),
        (r#"{"error_code":"00","result":[1]}"#, Some(Reply::Accepted { result: Some(json!([1])) })),
        (r#"{"error_code":"0","result":null}"#, Some(Reply::Accepted { result: None })),
        (r#"{"error_code":3,"message":"Hồ sơ Đã Tồn Tại"}"#, Some(Reply::SendAsUpdate)),
        (r#"{"error_code":"-3","message":"Mã hồ sơ đã tồn tại"}"#, Some(Reply::SendAsUpdate)),
        (r#"{"error_code":3,"message":"sai mã"}"#, Some(refused("3", "sai mã"))),
        (r#"{"error_code":-1}"#, Some(refused("-1", ""))),
        (r#"{"error_code":null}"#, None),
        (r#"{"error_code":""}"#, None),
        (r#"{"message":"ok"}"#, None),
        ("<html>", None),
        ("", None),
    ] {
        assert_eq!(Reply::parse(answer.as_bytes()).ok(), reply, "{answer}");
    }
}

fn online(code: &str) -> Value {
    json!({
        "MaHoSo": code, "MaTTHC": "1.001193", "TenTTHC": "Đăng ký khai sinh",
        "KenhThucHien": "2", "TrangThaiHoSo": "1", "ChuHoSo": "Người Giả Định  A",
        "SoDienThoai": "0900000000", "NgayNopHoSo": "20261122201500",
        "TaiKhoanDuocXacThucVoiVNeID": "1",
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "099099000123"}],
        "TaiLieuNop": [
            {"TenTepDinhKem": "Giấy chứng sinh", "MaThanhPhanHoSo": "TP-2", "DuongDanTaiTepTin": "https://kho.example/x"},
            {"TenTepDinhKem": "Bản đã xóa", "IsDeleted": "1"},
        ],
        "DanhSachTepDinhKemKhac": [{"TenGiayTo": "Tờ khai", "SoLuong": 2}],
    })
}

fn take(file: &Value, known: &[&str]) -> Import {
    let known: BTreeSet<String> = known.iter().map(|code| (*code).to_owned()).collect();
    let mut next = 0;
    import(file.to_string().as_bytes(), &schema(), &known, |bytes| {
        next += 1;
        (ArrivalId(format!("a{next}")), ContentHash(format!("{:064}", bytes.len())))
    })
    .unwrap()
}

#[test]
fn online_dossiers_are_taken_as_declared() {
    let mut item = online("000.00.19.H38-261122-0042");
    item["TruongLa"] = "x".into();
    let import = take(&json!({"service": "DongBoHoSoMC", "data": [item.clone()]}), &[]);
    assert_eq!(import.summary(), "Nhận 1 trong 1 hồ sơ trực tuyến.");
    let taken = &import.taken[0];
    let arrival = &taken.arrival;
    assert_eq!(arrival.code, "000.00.19.H38-261122-0042");
    assert_eq!(arrival.applicant.evidence, Evidence::Declared, "whatever it says of VNeID");
    assert_eq!(arrival.applicant.person.name, "Người Giả Định A");
    assert_eq!(arrival.applicant.person.number.as_ref().unwrap().as_str(), "099099000123");
    assert_eq!(arrival.filed_at, time("2026-11-22 20:15"));
    let papers: Vec<(&str, u16)> =
        arrival.components.iter().map(|c| (c.name.as_str(), c.quantity)).collect();
    assert_eq!(papers, [("Giấy chứng sinh", 1), ("Tờ khai", 2)]);
    assert_eq!(taken.unknown, ["TruongLa"]);
    assert!(taken.faults.iter().any(|fault| fault.path == "MaLinhVuc"));
    assert_eq!(serde_json::from_slice::<Value>(&taken.message).unwrap(), item);
    // The same dossier alone or as a list.
    assert_eq!(take(&item, &[]).taken.len(), 1);
    assert_eq!(take(&json!([item]), &[]).taken.len(), 1);
}

#[test]
fn every_refused_dossier_has_its_reason() {
    type Change = fn(&mut Value);
    let changes: [(Change, ItemError); 11] = [
        (|v| *v = 1.into(), ItemError::NotADossier),
        (|v| v["MaHoSo"] = "".into(), ItemError::Missing("mã hồ sơ (MaHoSo)")),
        (|v| v["MaHoSo"] = "x".repeat(101).into(), ItemError::TooLong("mã hồ sơ (MaHoSo)")),
        (|v| v["MaHoSo"] = "K".into(), ItemError::Known),
        (|v| v["KenhThucHien"] = "1".into(), ItemError::NotOnline),
        (|v| v["TrangThaiHoSo"] = "2".into(), ItemError::NotNew),
        (|v| v["MaTTHC"] = Value::Null, ItemError::Missing("mã thủ tục (MaTTHC)")),
        (|v| v["ChuHoSo"] = "".into(), ItemError::Missing("tên chủ hồ sơ (ChuHoSo)")),
        (
            |v| v["NgayNopHoSo"] = "hôm qua".into(),
            ItemError::Missing("ngày nộp hồ sơ (NgayNopHoSo)"),
        ),
        (|v| v["Email"] = "x".repeat(2_001).into(), ItemError::TooLong("thư điện tử (Email)")),
        (
            |v| v["TaiLieuNop"] = vec![json!({"TenTepDinhKem": "x"}); 301].into(),
            ItemError::TooLong("thành phần hồ sơ"),
        ),
    ];
    for (change, why) in changes {
        let mut item = online("C");
        change(&mut item);
        let import = take(&json!([item, online("D")]), &["K"]);
        assert_eq!((import.taken.len(), import.refused.len()), (1, 1), "{why}");
        assert_eq!(import.refused[0].why, why);
        assert!(import.refused[0].sentence().starts_with("Hồ sơ thứ 1"));
    }
    let twice = take(&json!([online("C"), online("C")]), &[]);
    assert_eq!(twice.refused[0].why, ItemError::Known);
    assert_eq!(twice.refused[0].sentence(), "Hồ sơ thứ 2 (C): mã hồ sơ đã có, không nhận hai lần.");
    // Filler numbers of other systems become no identity.
    let mut filler = online("C");
    filler["DinhDanhCHS"] = json!([{"LoaiDinhDanh": "1", "SoDinhDanh": "000000000000"},
        {"LoaiDinhDanh": "2", "SoDinhDanh": "000000001"}]);
    let person = take(&filler, &[]).taken.remove(0).arrival.applicant.person;
    assert!(person.number.is_none() && person.old_number.is_empty());
}

#[test]
fn files_that_are_no_message_are_refused_whole() {
    let many = Value::Array(vec![Value::Null; MAX_ITEMS + 1]);
    let mut deep = json!("x");
    for _ in 0..40 {
        deep = json!([deep]);
    }
    let mut item = online("C");
    item["TaiLieuNop"] = deep;
    for (file, code) in [
        (many.to_string(), "SYN-05"),
        (json!([item]).to_string(), "SYN-05"),
        ("[".repeat(100_000), "SYN-06"),
        ("{".into(), "SYN-06"),
        (String::new(), "SYN-06"),
        (r#"{"service":"CapNhatTienDoHoSoMC","data":[]}"#.into(), "SYN-07"),
        (r#"{"data":7}"#.into(), "SYN-07"),
        ("{}".into(), "SYN-07"),
        ("7".into(), "SYN-07"),
    ] {
        let keep = |_: &[u8]| (ArrivalId(String::new()), ContentHash(String::new()));
        let error = import(file.as_bytes(), &schema(), &BTreeSet::new(), keep).unwrap_err();
        assert_eq!(error.code(), code, "{}", file.chars().take(30).collect::<String>());
        assert!(error.to_string().contains("Chưa nhận hồ sơ nào"));
    }
    assert_eq!(
        ImportError::NotJson { line: 1, column: 2 }.english(),
        "The file of online dossiers is no JSON (line 1, column 2). No dossier was taken. Download it again."
    );
}

proptest! {
    #[test]
    fn no_file_breaks_it(bytes: Vec<u8>, text in "[\\[\\]{}\":,a-zA-Z0-9 ]{0,80}") {
        let keep = |_: &[u8]| (ArrivalId(String::new()), ContentHash(String::new()));
        let schema = schema();
        let _ = import(&bytes, &schema, &BTreeSet::new(), keep);
        let _ = import(text.as_bytes(), &schema, &BTreeSet::new(), keep);
        let _ = Reply::parse(text.as_bytes());
    }

    #[test]
    fn a_damaged_item_is_taken_or_refused_with_a_sentence(
        field in prop::sample::select(vec!["MaHoSo", "KenhThucHien", "ChuHoSo", "TaiLieuNop", "DinhDanhCHS", "NgayNopHoSo"]),
        value in prop_oneof![
            Just(Value::Null), any::<bool>().prop_map(Value::from), any::<i32>().prop_map(Value::from),
            "\\PC{0,20}".prop_map(Value::from), Just(json!([1, [2], {"a": null}])), Just(json!({"a": []})),
        ],
    ) {
        let mut item = online("C");
        item[field] = value;
        let import = take(&json!([item]), &[]);
        prop_assert_eq!(import.taken.len() + import.refused.len(), 1);
        for refused in &import.refused {
            prop_assert!(refused.sentence().ends_with('.'));
        }
    }
}
