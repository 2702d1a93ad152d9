//! Files of an updated catalogue: known answers, strange ones, and rubbish.

use super::*;
use crate::catalogue::import::{COLUMNS, Import, Origin, portal, table};

fn origin() -> Origin {
    Origin { source: "Cổng Dịch vụ công quốc gia".into(), date: today(), mark: Mark::V }
}

const ANSWER: &str = r#"{"error_code":"00","result":[{
  "MATTHC":"1.009999","MATTHCDP":"1.009999.H38","TENTTHC":"Thủ tục  mẫu","MACOQUANCONGBO":"G01","TRANGTHAI":1,
  "LINHVUCTHUCHIEN":[{"MALINHVUC":"LV01","TENLINHVUC":"Hộ tịch","MANGANH":"N1","THUTU":2}],
  "TRINHTUTHUCHIEN":[{"TRUONGHOP":"","TRINHTU":[{"TENTRINHTU":"Bước 1"}]}],
  "CACHTHUCTHUCHIEN":[
    {"KENH":1,"THOIGIAN":[{"THOIGIANGIAIQUYET":3,"DONVITINH":"Ngày làm việc","MOTA":"",
      "PHILEPHI":[{"MAPHILEPHI":"PL1","SOTIEN":8000.0,"DONVI":"VNĐ","MOTA":""}]}]},
    {"KENH":"2","THOIGIAN":[
      {"THOIGIANGIAIQUYET":"2","DONVITINH":"Ngày làm việc","MOTA":"Trường hợp đơn giản","PHILEPHI":{"SOTIEN":"0","DONVI":"Đồng","MOTA":""}},
      {"THOIGIANGIAIQUYET":"5","DONVITINH":"","MOTA":"","PHILEPHI":[{"SOTIEN":0,"MOTA":"Mức thu do Hội đồng nhân dân tỉnh quyết định"}]}]}],
  "THANHPHANHOSO":[{"TRUONGHOP":"","GIAYTO":[
      {"MAGIAYTO":"GT1","TENGIAYTO":"Tờ khai mẫu","TENMAUDON":"CT01","URL":"x.doc"},
      {"MAGIAYTO":"GT2","TENGIAYTO":"Văn bản ủy quyền trong trường hợp ủy quyền","TENMAUDON":""}]}],
  "KETQUATHUCHIEN":[{"MAKETQUA":"KQ1","TENKETQUA":"Giấy xác nhận"}],
  "DOITUONGTHUCHIEN":[{"TENDOITUONG":"Công dân"}],"COQUANTHUCHIEN":[{"MADONVI":"D","TENDONVI":"UBND"}],
  "CANCUPHAPLY":[{"SOVANBAN":"60/2014/QH13","TENVANBAN":"Luật Hộ tịch"}],
  "YEUCAU":"Không","MAUMOI":true}]}"#;

#[test]
fn the_portals_answer_is_read_as_it_stands() {
    let import = portal(ANSWER.as_bytes(), &origin()).unwrap();
    assert_eq!(import.unknown_fields, ["MAUMOI", "THUTU"]);
    assert_eq!(import.summary(), "Đã đọc đủ 1 thủ tục của tệp.");
    let [row] = import.procedures.as_slice() else { panic!("{import:?}") };
    assert_eq!((row.code.as_str(), row.name.as_str()), ("1.009999", "Thủ tục mẫu"));
    assert_eq!((row.field.as_str(), row.field_code.as_str()), ("Hộ tịch", "LV01"));
    assert_eq!(row.result_codes, ["KQ1"]);
    assert_eq!(row.legal_basis, ["60/2014/QH13"]);
    assert_eq!(row.time_limit(Channel::Counter), TimeLimit::WorkingDays(3));
    assert_eq!(row.fee(Channel::Counter, today()), Fee::Amount(Dong(8_000)));
    assert_eq!(row.cases(Channel::Counter).next().unwrap().fee_codes, ["PL1"]);
    assert_eq!(
        row.time_limit(Channel::Online),
        TimeLimit::Unclear("tùy trường hợp: 2 ngày làm việc, 5".into())
    );
    let online: Vec<&ChannelRule> = row.cases(Channel::Online).collect();
    assert_eq!(online[1].fees, [FeeRule::Free]);
    assert_eq!(online[2].time_limit, TimeLimit::Unclear("5".into()));
    assert!(matches!(online[2].fees.as_slice(), [FeeRule::Unknown(_)]));
    let [form, paper] = row.components.as_slice() else { panic!() };
    assert_eq!((form.code.as_str(), form.form_no.as_str(), form.obligatory), ("GT1", "CT01", true));
    assert_eq!((paper.code.as_str(), paper.obligatory), ("GT2", false));
    for flag in [Flag::TimeLimitUnitMissing, Flag::TimeLimitHasCases, Flag::FeeDoubtful] {
        assert!(row.flags.contains(&flag), "{flag:?}");
    }
    assert_eq!((row.mark, row.source_date.as_str()), (Mark::V, "2026-11-23"));
}

#[test]
fn the_bare_array_and_the_bare_object_are_read_too() {
    let whole: serde_json::Value = serde_json::from_str(ANSWER).unwrap();
    let expected = portal(ANSWER.as_bytes(), &origin()).unwrap();
    for bare in [whole["result"].to_string(), whole["result"][0].to_string()] {
        assert_eq!(portal(bare.as_bytes(), &origin()).unwrap(), expected);
    }
    let marked = format!("\u{feff}{ANSWER}");
    assert_eq!(portal(marked.as_bytes(), &origin()).unwrap(), expected);
}

#[test]
fn rows_that_cannot_be_right_are_refused_one_by_one() {
    let rows = r#"[{"MATTHC":"1.000001","TENTTHC":"Một"},{"MATTHC":"1.1","TENTTHC":"Hai"},
        {"MATTHC":"1.000001","TENTTHC":"Lặp"},7,{"MATTHC":"1.000003","TENTTHC":""}]"#;
    let import = portal(rows.as_bytes(), &origin()).unwrap();
    assert_eq!(import.summary(), "Đã đọc 1 trong 5 thủ tục của tệp, 4 bị từ chối.");
    let places: Vec<&str> = import.refused.iter().map(|r| r.place.as_str()).collect();
    assert_eq!(places, ["thủ tục thứ 2", "thủ tục thứ 3", "thủ tục thứ 4", "thủ tục thứ 5"]);
    assert!(import.refused[0].reason.contains("1.001193"));
    assert!(import.refused[1].reason.contains("đã có"));
}

#[test]
fn a_file_of_which_nothing_is_taken_says_so() {
    let rows: Vec<serde_json::Value> =
        (0..40).map(|i| serde_json::json!({ "MATTHC": format!("x{i}"), "TENTTHC": "T" })).collect();
    let import = portal(serde_json::to_string(&rows).unwrap().as_bytes(), &origin()).unwrap();
    assert!(import.procedures.is_empty());
    assert_eq!(import.summary(), "Không nhận được thủ tục nào trong 40 thủ tục của tệp.");
}

#[test]
fn files_that_are_no_answer_are_refused_whole() {
    let deep = "[".repeat(100_000);
    for (bytes, code) in [
        ("", "OFF-62"),
        ("<html>", "OFF-62"),
        ("[]", "OFF-66"),
        ("{\"error_code\":0,\"result\":[]}", "OFF-66"),
        ("{\"error_code\":\"-1\",\"message\":\"hết phiên\"}", "OFF-64"),
        ("{\"error_code\":0}", "OFF-63"),
        ("7", "OFF-63"),
        ("[1,2]", "OFF-63"),
        ("{\"header\":{}}", "OFF-63"),
        (deep.as_str(), "OFF-62"),
    ] {
        let error = portal(bytes.as_bytes(), &origin()).unwrap_err();
        assert_eq!(error.code(), code, "{}", &bytes[..bytes.len().min(40)]);
        assert!(error.to_string().contains("đang dùng không thay đổi"));
        assert!(error.english().contains("unchanged"));
    }
    assert_eq!(portal(b"\xff\xfe\x00", &origin()).unwrap_err().code(), "OFF-61");
    assert_eq!(portal(&vec![b' '; MAX_BYTES + 1], &origin()).unwrap_err().code(), "OFF-60");
    let many = format!("[{}1]", "{\"MATTHC\":1},".repeat(MAX_PROCEDURES));
    assert_eq!(portal(many.as_bytes(), &origin()).unwrap_err().code(), "OFF-60");
    let long = format!("[{{\"MATTHC\":\"1.000001\",\"TENTTHC\":\"{}\"}}]", "a".repeat(3_000));
    assert_eq!(portal(long.as_bytes(), &origin()).unwrap().refused.len(), 1);
}

#[test]
fn a_table_is_read_with_either_sign_and_mark() {
    let rows = [
        "ma_thu_tuc;ten_thu_tuc;linh_vuc;kenh;thoi_han;muc_thu;ma_phi;ten_giay_to;ban_chinh;bat_buoc;ket_qua;ma_ket_qua;mau",
        "1.000001;Thủ tục một;Hộ tịch;Trực tiếp;3 ngày làm việc;8000;P1;Tờ khai;1;1;Giấy;K1;x",
        "1.000001;;;2;5;;;Giấy tờ khác;0;;;;",
        "1.000002;Thủ tục hai;;fax;;;;;;;;;",
        "1.000003;Thủ tục ba;;;;;;Tờ khai;hai;;;;",
    ];
    let semicolons = format!("\u{feff}{}\r\n", rows.join("\r\n"));
    let import = table(semicolons.as_bytes(), &origin()).unwrap();
    assert_eq!(import, table(rows.join("\n").replace(';', ",").as_bytes(), &origin()).unwrap());
    assert_eq!(import.unknown_fields, ["mau"]);
    assert_eq!(import.summary(), "Đã đọc 1 trong 3 thủ tục của tệp, 2 bị từ chối.");
    let places: Vec<(&str, &str)> =
        import.refused.iter().map(|r| (r.place.as_str(), r.what.as_str())).collect();
    assert_eq!(places, [("dòng 4", "1.000002"), ("dòng 5", "1.000003")]);
    let row = &import.procedures[0];
    assert_eq!(row.time_limit(Channel::Counter), TimeLimit::WorkingDays(3));
    assert_eq!(row.time_limit(Channel::Online), TimeLimit::Unclear("5".into()));
    assert_eq!(row.fee(Channel::Counter, today()), Fee::Amount(Dong(8_000)));
    assert_eq!(row.channels[0].fee_codes, ["P1"]);
    assert_eq!(row.result_codes, ["K1"]);
    assert_eq!(row.components.len(), 2);
    assert!(row.components[0].obligatory && row.components[0].originals == 1);
    assert!(row.flags.contains(&Flag::TimeLimitUnitMissing));
    assert!(row.flags.contains(&Flag::ObligatoryInferred));
}

#[test]
fn a_table_without_its_columns_is_refused() {
    for (bytes, code) in [
        ("", "OFF-65"),
        ("a;b\n1;2\n", "OFF-65"),
        ("ma_thu_tuc;linh_vuc\n1.000001;X\n", "OFF-65"),
        ("ma_thu_tuc;ten_thu_tuc\n", "OFF-66"),
        ("ma_thu_tuc;ten_thu_tuc\n1.000001;A;thừa\n", "OFF-62"),
    ] {
        assert_eq!(table(bytes.as_bytes(), &origin()).unwrap_err().code(), code, "{bytes}");
    }
    let ends =
        "ma_thu_tuc,ten_thu_tuc,het_hieu_luc\n1.000001,A,31/12/2026\n1.000002,B,32/12/2026\n";
    let import = table(ends.as_bytes(), &origin()).unwrap();
    assert_eq!(import.procedures[0].until, Some(date(2026, 12, 31)));
    assert!(import.refused[0].reason.contains("dd/mm/yyyy"));
    assert!(COLUMNS.iter().all(|(name, words)| !name.is_empty() && !words.is_empty()));
}

fn outcome(result: Result<Import, crate::catalogue::import::ImportError>) {
    match result {
        Ok(import) => assert!(import.rows() > 0 && !import.summary().is_empty()),
        Err(error) => assert!(error.code().starts_with("OFF-")),
    }
}

proptest! {
    #[test]
    fn rubbish_never_breaks_the_import(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        outcome(portal(&bytes, &origin()));
        outcome(table(&bytes, &origin()));
    }

    #[test]
    fn cells_of_any_text_never_break_the_import(cells in proptest::collection::vec("\\PC{0,20}", 1..12)) {
        let head = "ma_thu_tuc;ten_thu_tuc;kenh;thoi_han;muc_thu;ten_giay_to";
        let file = format!("{head}\n{}\n", cells.join(";"));
        outcome(table(file.as_bytes(), &origin()));
        let row = serde_json::json!([{ "MATTHC": cells[0], "TENTTHC": cells, "THANHPHANHOSO": cells }]);
        outcome(portal(row.to_string().as_bytes(), &origin()));
    }
}
