#![allow(clippy::unwrap_used)]
use jiff::civil::date;

use super::{
    import::{Fate, Line, Reading, judge, read},
    *,
};
use crate::Explain;

const TODAY: Date = date(2026, 11, 28);

/// Three fields and two procedures, synthetic.
fn names() -> Names {
    let map = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    };
    Names {
        fields: map(&[
            ("ho tich", "Hộ tịch"),
            ("dat dai", "Đất đai"),
            ("chung thuc", "Chứng thực"),
        ]),
        procedures: map(&[("1.001193", "Đăng ký khai sinh"), ("2.000815", "Chứng thực bản sao")]),
    }
}

fn field(name: &str) -> Coded {
    Coded::Field { name: name.into() }
}

fn fee(procedure: &str, line: &str) -> Coded {
    Coded::Fee { procedure: procedure.into(), line: line.into() }
}

fn table(codes: &[(Coded, &str, Option<Date>)]) -> Table {
    let mut table = Table::default();
    let entered = Entered {
        at: Timestamp::UNIX_EPOCH,
        by: UserName("chi".into()),
        file: String::new(),
        words: "giả định".into(),
    };
    for (subject, code, from) in codes {
        let (subject, code) = (subject.clone(), Code::parse(code).unwrap());
        table.enter(&entered, vec![PortalCode { subject, code, from: *from }]);
    }
    table
}

/// Each line as `place: fate`.
fn fates(reading: &Reading) -> Vec<String> {
    let words = |fate: &Fate| match fate {
        Fate::New(code) => format!("{} {} {:?}", code.subject.label(), code.code, code.from),
        Fate::Corrected { code, before } => format!("{before} -> {} {:?}", code.code, code.from),
        Fate::Unchanged => "như cũ".into(),
        Fate::Refused(why) => format!("không: {why}"),
    };
    reading.lines.iter().map(|line| format!("{}: {}", line.place, words(&line.fate))).collect()
}

#[test]
fn a_file_is_read_line_by_line_and_each_line_has_its_fate() {
    let file = "\
Loại;Tên;Mã thủ tục;Mã;Từ ngày;Ghi chú của tỉnh
Lĩnh vực;HỘ TỊCH;;GIA-01;;x
lĩnh vực;Đất đai;;GIA 02;;
lĩnh vực;Hộ  tịch giả;;GIA-03;;
Phí;Lệ phí khai sinh;1.001193;GIA.P1;01/12/2026;
Phí, lệ phí;;2.000815;GIA.P2;;
Lệ phí;;;GIA.P3;;
Phí;;9.999999;GIA.P4;;
Hình thức thu;thu trước;;1;;
Hình thức thu;Thu nợ;;2;;
Giấy tờ;x;;3;;
lĩnh vực;Chứng thực;;;;
;;;;;
lĩnh vực;Chứng thực;;GIA-05;31/02/2026;
lĩnh vực;Chứng thực;;GIA-06;01/12/2062;
lĩnh vực;Chứng thực;;GIA-07;tháng sau;
";
    let reading = read(file.as_bytes(), &Table::default(), &names(), None, TODAY).unwrap();
    let shape =
        "mã chỉ gồm chữ cái không dấu, chữ số và các dấu . - _ / ở giữa, không có khoảng trắng";
    assert_eq!(
        fates(&reading),
        [
            "dòng 2: Lĩnh vực “Hộ tịch” GIA-01 None",
            &format!("dòng 3: không: {shape}"),
            "dòng 4: không: danh mục thủ tục không có lĩnh vực “Hộ tịch giả”",
            "dòng 5: Khoản thu “Lệ phí khai sinh” của thủ tục 1.001193 GIA.P1 Some(2026-12-01)",
            "dòng 6: Phí, lệ phí của thủ tục 2.000815 GIA.P2 None",
            "dòng 7: không: mã phí, lệ phí phải ghi kèm mã thủ tục",
            "dòng 8: không: danh mục không có thủ tục “9.999999”",
            "dòng 9: Hình thức thu “Thu trước” 1 None",
            "dòng 10: không: hình thức thu phải là Thu trước, Thu sau hoặc Đối tượng miễn phí",
            "dòng 11: không: loại phải là Lĩnh vực; Phí, lệ phí; hoặc Hình thức thu",
            "dòng 12: không: chưa ghi mã",
            "dòng 14: không: tháng 2 không có ngày 31",
            "dòng 15: không: ngày 01/12/2062 quá xa, hãy kiểm tra lại năm",
            "dòng 16: không: gõ ngày theo dạng ngày/tháng/năm, ví dụ 05/09/1990",
        ]
    );
    assert_eq!(reading.unknown_columns, ["ghi_chu_cua_tinh"]);
    assert_eq!(
        reading.summary(),
        "Nhận 4 trong 14 dòng của tệp, 0 dòng đã có, 10 dòng bị từ chối."
    );
}

#[test]
fn duplicates_and_codes_of_another_field_are_refused() {
    let before = table(&[
        (field("Hộ tịch"), "K1", None),
        (field("Đất đai"), "K2", None),
        (fee("1.001193", ""), "P1", None),
    ]);
    let cases: [(&str, &[&str]); 9] = [
        // What holds already.
        ("lĩnh vực;Hộ tịch;;K1;", &["dòng 2: như cũ"]),
        // A correction says from when.
        (
            "lĩnh vực;Hộ tịch;;K9;",
            &["dòng 2: không: đã có mã K1; hãy ghi mã mới dùng cho hồ sơ nhận từ ngày nào"],
        ),
        ("lĩnh vực;Hộ tịch;;K9;1/12/2026", &["dòng 2: K1 -> K9 Some(2026-12-01)"]),
        // The same again, and a contradiction, in which neither is right for certain.
        (
            "lĩnh vực;Chứng thực;;K3;\nlĩnh vực;chứng thực;;K3;",
            &["dòng 2: Lĩnh vực “Chứng thực” K3 None", "dòng 3: không: dòng 2 đã ghi như vậy"],
        ),
        (
            "lĩnh vực;Chứng thực;;K3;\nlĩnh vực;Chứng thực;;K4;",
            &[
                "dòng 2: không: dòng 3 ghi mã khác cho cùng tên và cùng ngày",
                "dòng 3: không: dòng 2 ghi mã khác cho cùng tên và cùng ngày",
            ],
        ),
        // Another field's code, whatever its letters' size.
        ("lĩnh vực;Chứng thực;;k2;", &["dòng 2: không: mã này đang là của Lĩnh vực “Đất đai”"]),
        // Two fields change their codes on one day.
        (
            "lĩnh vực;Hộ tịch;;K2;1/12/2026\nlĩnh vực;Đất đai;;K1;1/12/2026",
            &["dòng 2: K1 -> K2 Some(2026-12-01)", "dòng 3: K2 -> K1 Some(2026-12-01)"],
        ),
        // A code that is free again, but only from that day on.
        (
            "lĩnh vực;Đất đai;;K5;1/12/2026\nlĩnh vực;Chứng thực;;K2;30/11/2026",
            &[
                "dòng 2: K2 -> K5 Some(2026-12-01)",
                "dòng 3: không: mã này đang là của Lĩnh vực “Đất đai”",
            ],
        ),
        // One fee of two procedures.
        ("phí;;2.000815;P1;", &["dòng 2: Phí, lệ phí của thủ tục 2.000815 P1 None"]),
    ];
    for (lines, expected) in cases {
        let file = format!("loai;ten;ma_thu_tuc;ma;tu_ngay\n{lines}\n");
        let reading = read(file.as_bytes(), &before, &names(), None, TODAY).unwrap();
        assert_eq!(fates(&reading), expected, "{lines}");
    }
}

#[test]
fn a_file_is_read_however_it_was_saved() {
    let wide = |text: &str| -> Vec<u8> {
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    };
    for bytes in [
        "loai,ten,ma\nLĩnh vực,Hộ tịch,K1\n".as_bytes().to_vec(),
        "\u{feff}loai;ten;ma\r\nLĩnh vực;Hộ tịch;K1\r\n".as_bytes().to_vec(),
        "sep=|\nloai|ten|ma\nLĩnh vực|Hộ tịch|K1\n".as_bytes().to_vec(),
        wide("Loại\tTên\tMã\r\nLĩnh vực\tHộ tịch\tK1\r\n"),
        r#" [{"loai":"Lĩnh vực","ten":"Hộ tịch","ma":"K1"}]"#.as_bytes().to_vec(),
    ] {
        let reading = read(&bytes, &Table::default(), &names(), None, TODAY).unwrap();
        let taken: Vec<_> = reading.taken().collect();
        let expected =
            PortalCode {
                subject: field("Hộ tịch"), code: Code::parse("K1").unwrap(), from: None
            };
        assert_eq!(taken, [&expected], "{}", String::from_utf8_lossy(&bytes));
    }
    // A day for all lines that say none.
    let file = b"loai,ten,ma\nL\xc4\xa9nh v\xe1\xbb\xb1c,Ho tich,K1\n";
    let reading = read(file, &Table::default(), &names(), Some(TODAY), TODAY).unwrap();
    assert_eq!(reading.taken().next().unwrap().from, Some(TODAY));
}

#[test]
fn a_file_that_is_no_list_of_codes_is_refused_whole() {
    let many = "lĩnh vực,Hộ tịch,K1\n".repeat(2_001);
    for (file, code) in [
        (Vec::new(), "OFF-133"),
        (b"loai;ma\n".to_vec(), "OFF-134"),
        (b"[]".to_vec(), "OFF-134"),
        (b"loai;ten\nx;y\n".to_vec(), "OFF-133"),
        (b"ten;ma\nx;y\n".to_vec(), "OFF-133"),
        (b"loai;ma\na;b;c\n".to_vec(), "OFF-132"),
        (b"[{\"loai\":1}]".to_vec(), "OFF-132"),
        (b"[{\"la\":\"1\"}]".to_vec(), "OFF-132"),
        (b"PK\x03\x04".to_vec(), "OFF-131"),
        (b"loai;ma\nL\xee;x\n".to_vec(), "OFF-131"),
        (format!("loai,ten,ma\n{many}").into_bytes(), "OFF-130"),
        (vec![b'x'; (2 << 20) + 1], "OFF-130"),
    ] {
        let error = read(&file, &Table::default(), &names(), None, TODAY).unwrap_err();
        assert_eq!(error.code(), code, "{}", String::from_utf8_lossy(&file[..file.len().min(30)]));
        assert!(error.to_string().contains("Các mã đang dùng không thay đổi."));
    }
}

#[test]
fn the_code_of_a_day_is_the_one_that_began_last() {
    let day = |d| date(2026, 12, d);
    let codes = table(&[
        (field("Hộ tịch"), "K1", None),
        (field("Hộ tịch"), "K3", Some(day(10))),
        // Entered later, from an earlier day.
        (field("Hộ tịch"), "K2", Some(day(5))),
        (fee("1.001193", ""), "P1", None),
        (fee("1.001193", "Bản sao"), "P2", Some(day(5))),
    ]);
    let on = |d| codes.on(&field("hộ TỊCH"), day(d)).unwrap().code.code.to_string();
    assert_eq!([on(1), on(4), on(5), on(9), on(10)], ["K1", "K1", "K2", "K2", "K3"]);
    let fee = |line, d| codes.fee("1.001193", line, day(d)).unwrap().code.code.to_string();
    assert_eq!([fee("Bản sao", 4), fee("Bản sao", 5), fee("Lệ phí", 5)], ["P1", "P2", "P1"]);
    assert_eq!(codes.fee("2.000815", "Bản sao", day(5)), None);
}

#[test]
fn what_is_no_code_never_becomes_one() {
    for text in ["G15-HT", "KQ.G15.000123", "Đ1", "1", "a/b_c"] {
        assert_eq!(Code::parse(&format!(" {text} ")).unwrap().as_str(), text);
    }
    for text in ["", "-", "A-", ".1", "hộ tịch", "A B", "#N/A", "Н38", "=1+1", &"x".repeat(51)]
    {
        assert!(Code::parse(text).is_err(), "{text}");
        assert!(serde_json::from_value::<Code>(text.into()).is_err(), "{text}");
    }
}

#[test]
fn an_entry_says_who_gave_the_codes() {
    let one = |words: &str| PortalCodes {
        codes: vec![PortalCode {
            subject: field("Hộ tịch"),
            code: Code::parse("K1").unwrap(),
            from: None,
        }],
        file: String::new(),
        words: words.into(),
    };
    assert!(one("Sở gửi").check().is_ok());
    assert_eq!(one(" ").check().unwrap_err().code(), "OFF-135");
    assert_eq!(one(&"x".repeat(501)).check().unwrap_err().code(), "OFF-130");
    let mut many = one("Sở gửi");
    many.codes = vec![many.codes[0].clone(); CHUNK + 1];
    assert_eq!(many.check().unwrap_err().code(), "OFF-130");
}

#[test]
fn what_is_missing_can_be_filled_in_elsewhere_and_comes_back() {
    let wanted =
        [field("Hộ tịch"), fee("2.000815", ""), Coded::Collection { way: Collection::After }];
    let named = wanted.iter().zip(["Hộ tịch", "2.000815 Chứng thực \"bản sao\"", "Thu sau"]);
    let table = import::to_fill_in(named);
    let text = String::from_utf8(table).unwrap();
    assert_eq!(
        text,
        "\u{feff}\"loai\";\"ten\";\"ma_thu_tuc\";\"ten_thu_tuc\";\"ma\";\"tu_ngay\"\r\n\
         \"Lĩnh vực\";\"Hộ tịch\";\"\";\"\";\"\";\"\"\r\n\
         \"Phí, lệ phí\";\"\";\"2.000815\";\"2.000815 Chứng thực \"\"bản sao\"\"\";\"\";\"\"\r\n\
         \"Hình thức thu\";\"Thu sau\";\"\";\"\";\"\";\"\"\r\n"
    );
    let filled = text.replace("\"\";\"\"\r\n", "\"K1\";\"\"\r\n");
    let reading = read(filled.as_bytes(), &Table::default(), &names(), None, TODAY).unwrap();
    let taken: Vec<_> = reading.taken().map(|code| code.subject.clone()).collect();
    assert_eq!((taken.as_slice(), reading.unknown_columns.len()), (&wanted[..], 0));
}

#[test]
fn what_is_typed_is_judged_as_a_line_of_a_file() {
    let line =
        Line {
            loai: "Lĩnh vực".into(), ten: "Hộ tịch".into(), ma: "K1".into(), ..Line::default()
        };
    let lines = vec![(String::new(), line)];
    let judged = judge(lines, &Table::default(), &names(), None, TODAY);
    assert!(matches!(&judged[0].fate, Fate::New(code) if code.code.as_str() == "K1"));
}
