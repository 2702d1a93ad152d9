#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;
use crate::fixture::time;

fn dossiers() -> Vec<(DossierId, String)> {
    ["H38.12-261123-0007", "H38.12-261123-0008", "H38.12-261123-0071", "H38.12-261123-00071"]
        .iter()
        .enumerate()
        .map(|(i, code)| (DossierId(format!("d{i}")), (*code).to_owned()))
        .collect()
}

fn codes() -> Codes {
    let dossiers = dossiers();
    Codes::new(dossiers.iter().map(|(id, code)| (id, code.as_str())))
}

fn ids(numbers: &[u32]) -> Vec<DossierId> {
    numbers.iter().map(|n| DossierId(format!("d{n}"))).collect()
}

#[test]
fn codes_are_found_however_the_bank_writes_them() {
    for words in [
        "H38.12-261123-0007",
        "NGUYEN VAN A chuyen tien H38.12-261123-0007",
        "H3812 261123 0007 nop le phi",
        "h3812-261123-0007",
        "MBVCB.123.H38122611230007.CT tu 0011",
        "Nộp lệ phí hồ sơ H38.12–261123–0007.",
        "CT DEN:H38122611230007 NOP LE PHI",
        "H38122611230007NOPLEPHI",
        "H38.12-261123-0007 H38.12-261123-0007",
    ] {
        assert_eq!(codes().find(words), Found::One(DossierId("d0".into())), "{words}");
    }
    for (words, perhaps) in [
        // Cut off at the end.
        ("nop le phi H38.12-261123-000", &[0, 1, 3][..]),
        ("nop le phi H38122611230", &[0, 1, 2]),
        // Run into other figures.
        ("H38122611230008123456", &[1]),
        ("99H38122611230008", &[1]),
        // Two dossiers with one transfer.
        ("H38.12-261123-0007 va H38.12-261123-0008", &[0, 1]),
    ] {
        assert_eq!(codes().find(words), Found::Perhaps(ids(perhaps)), "{words}");
    }
    // The longer code is not the shorter one with a figure behind.
    assert_eq!(codes().find("H38.12-261123-00071"), Found::One(DossierId("d3".into())));
    for words in ["", "ung ho", "H38.12-261123-0009", "H38.13-261123-0007", "H38.12-261123", "0007"]
    {
        assert_eq!(codes().find(words), Found::None, "{words}");
    }
    assert_eq!(Codes::new([(&DossierId("x".into()), "")]).find("bat ky"), Found::None);
}

const SEMICOLON: &str = "\u{feff}NGÂN HÀNG GIẢ ĐỊNH;;;;;
Tài khoản;8800205012345;;;;
Ngày giao dịch;Số tham chiếu;Phát sinh nợ;Phát sinh có;Số dư;Diễn giải
23/11/2026 09:15:00;FT001;;8.000;108.000;NGUYEN VAN A H38122611230007
23/11/2026;FT002;50.000;;58.000;Phi quan ly tai khoan
24/11/2026 10:00:00;FT003;;1.000.000;1.058.000;H38.12-261123-000
24/11/2026;;;5.000;;khong co so tham chieu
24/13/2026;FT005;;5.000;;ngay sai
24/11/2026;FT006;;5.000,50;;le dong
25/11/2026;FT007;;20.000;;ung ho
25/11/2026;FT001;;8.000;;lap lai
Tổng cộng;;50.000;1.049.000;;
";

#[test]
fn a_statement_is_read_sorted_and_told() {
    let reading = read(SEMICOLON.as_bytes()).unwrap();
    assert_eq!(reading.debits, 1);
    assert_eq!(
        reading.credits[0],
        Credit {
            row: 4,
            reference: "FT001".into(),
            at: time("2026-11-23 09:15"),
            amount: Dong(8_000),
            words: "NGUYEN VAN A H38122611230007".into(),
        }
    );
    let refused: Vec<(u64, RowFault)> = reading.refused.iter().map(|r| (r.row, r.why)).collect();
    assert_eq!(refused, [(7, RowFault::NoReference), (8, RowFault::Date), (9, RowFault::Amount)]);
    assert_eq!(
        reading.refused[1].to_string(),
        "Dòng 8: ngày giao dịch không đọc được. Hãy đối chiếu dòng này bằng tay."
    );
    let sorted = sort(&reading.credits, &codes(), &BTreeSet::new());
    assert_eq!(sorted.matched.len(), 1);
    assert_eq!(sorted.matched[0].dossier, DossierId("d0".into()));
    assert_eq!(sorted.doubtful.len(), 1);
    assert_eq!(sorted.unmatched.len(), 1);
    assert_eq!(sorted.known, 1);
    assert_eq!(
        sorted.summary(&reading),
        "Khớp 1 trong 7 khoản tiền vào; 1 khoản cần xem lại; 1 khoản không ghi mã hồ sơ của cơ quan; 1 khoản đã tính trước đây; 3 dòng không đọc được."
    );
    // The same file again: nothing is new, and that is said.
    let known = reading.credits.iter().map(|c| c.reference.clone()).collect();
    let again = sort(&reading.credits, &codes(), &known);
    assert_eq!((again.matched.len(), again.known), (0, 4));
    assert!(again.summary(&reading).starts_with("Khớp 0 trong 7 khoản tiền vào"));
}

#[test]
fn banks_differ_in_separator_order_and_words() {
    for file in [
        "Ngày,Mã giao dịch,Nội dung,Số tiền ghi có,Số tiền ghi nợ\n23/11/2026,FT1,x,\"8,000\",\n24/11/2026,FT2,y,,\"9,000\"\n",
        "Diễn giải\tPhát sinh có\tSố tham chiếu\tNgày giao dịch\nx\t8000\tFT1\t2026-11-23\n",
        "STT;Ngày giao dịch/Transaction date;Số bút toán/Reference no;Ghi có/Credit (VND);Ghi nợ/Debit (VND);Nội dung chi tiết/Transaction detail\n1;23/11/2026 00:00;FT1;8.000,00;0;x\n",
        "Transaction Date,Reference No,Description,Amount\r\n23-11-2026,FT1,x,\"+8,000.00\"\r\n24-11-2026,FT2,y,\"-9,000.00\"\r\n",
        "No.;Transaction Date;Reference No;Description;Có;Nợ\n1;23/11/2026;FT1;x;8.000;\n2;24/11/2026;FT2;y;;9.000\n",
        "Ngày GD;Số CT;Nội dung;Số tiền;Nợ/Có\n23.11.2026;FT1;x;8 000 VND;Có\n24.11.2026;FT2;y;9 000 VND;Nợ\n",
    ] {
        let reading = read(file.as_bytes()).unwrap();
        assert_eq!(reading.refused, [], "{file}");
        assert_eq!(reading.credits.len(), 1, "{file}");
        let credit = &reading.credits[0];
        assert_eq!((credit.reference.as_str(), credit.words.as_str()), ("FT1", "x"));
        assert_eq!((credit.amount, credit.at), (Dong(8_000), time("2026-11-23 00:00")), "{file}");
    }
}

#[test]
fn amounts_are_whole_dong_or_refused() {
    for (cell, amount) in [
        ("1.000.000", Some(1_000_000)),
        ("1,000,000", Some(1_000_000)),
        ("1000000", Some(1_000_000)),
        ("1 000 000 VNĐ", Some(1_000_000)),
        ("1.000.000,00", Some(1_000_000)),
        ("1,000,000.0", Some(1_000_000)),
        ("1.000", Some(1_000)),
        ("12.00", Some(12)),
        ("+8.000 đ", Some(8_000)),
        ("1.00.000", None),
        ("1000.000", None),
        ("1.000.000,50", None),
        ("1e6", None),
        ("99999999999999999999", None),
        ("tám nghìn", None),
    ] {
        let file = format!("Ngày;Mã giao dịch;Nội dung;Ghi có\n23/11/2026;FT1;x;{cell}\n");
        let reading = read(file.as_bytes()).unwrap();
        assert_eq!(reading.credits.first().map(|c| c.amount.0), amount, "{cell}");
        assert_eq!(reading.refused.len(), usize::from(amount.is_none()), "{cell}");
    }
    for out in ["-8.000", "(8.000)", "−8.000"] {
        let file = format!("Ngày;Mã giao dịch;Nội dung;Ghi có\n23/11/2026;FT1;x;{out}\n");
        let reading = read(file.as_bytes()).unwrap();
        assert_eq!((reading.credits.len(), reading.debits), (0, 1), "{out}");
    }
    let both = "Ngày;Mã giao dịch;Nội dung;Ghi có;Ghi nợ\n23/11/2026;FT1;x;5;5\n";
    assert_eq!(read(both.as_bytes()).unwrap().refused[0].why, RowFault::Amount);
}

#[test]
fn files_that_are_no_statement_are_refused() {
    let header = "Ngày;Mã giao dịch;Nội dung;Ghi có\n";
    let long = format!("{header}23/11/2026;FT1;{};5\n", "x".repeat(1_001));
    assert_eq!(read(long.as_bytes()).unwrap().refused[0].why, RowFault::TooLong);
    let wide = format!("{header}23/11/2026;FT1;x;5{}\n", ";".repeat(70));
    assert_eq!(read(wide.as_bytes()).unwrap().refused[0].why, RowFault::TooLong);
    let rows = format!("{header}{}", "23/11/2026;FT1;x;5\n".repeat(50_001));
    for (file, error, code) in [
        (vec![b' '; MAX_BYTES + 1], StatementError::TooLarge, "OFF-104"),
        (rows.into_bytes(), StatementError::TooLarge, "OFF-104"),
        (vec![0xff, 0xfe, b'N', 0], StatementError::NotUtf8, "OFF-105"),
        (Vec::new(), StatementError::NoHeader, "OFF-106"),
        ("Tên;Tuổi\nA;1\n".into(), StatementError::NoHeader, "OFF-106"),
        ("Ngày;Nội dung;Ghi có\n".into(), StatementError::NoHeader, "OFF-106"),
    ] {
        let got = read(&file).unwrap_err();
        assert_eq!((got, got.code()), (error, code));
        assert!(got.to_string().contains("Chưa ghi gì") && !got.english().is_empty());
    }
    let empty = read(header.as_bytes()).unwrap();
    assert_eq!(empty, Reading::default());
    let nothing = sort(&empty.credits, &codes(), &BTreeSet::new());
    assert_eq!(nothing.summary(&empty), "Khớp 0 trong 0 khoản tiền vào.");
}

proptest! {
    #[test]
    fn no_file_breaks_it(body in "[\\x00-\\x7fĂăĐđ\u{301}\u{feff};,\t\"\n\r]{0,300}", bytes: Vec<u8>, header: bool) {
        let _ = read(&bytes);
        let _ = read(body.as_bytes());
        let file = format!("{}{body}", if header { "Ngày;Mã GD;Nội dung;Ghi có\n" } else { "" });
        if let Ok(reading) = read(file.as_bytes()) {
            let sorted = sort(&reading.credits, &codes(), &BTreeSet::new());
            prop_assert_eq!(
                sorted.matched.len() + sorted.doubtful.len() + sorted.unmatched.len()
                    + usize::try_from(sorted.known).unwrap(),
                reading.credits.len()
            );
        }
    }

    #[test]
    fn amounts_are_read_as_they_are_written(amount in 1u64..10_000_000_000_000, sign in "[.,]", parts: bool) {
        let dots = Dong(amount).to_string().replace(" đồng", "").replace('.', &sign);
        let other = if sign == "." { "," } else { "." };
        let cell = if parts { format!("{dots}{other}00") } else { dots };
        let file = format!("Ngày;Mã GD;Nội dung;Ghi có\n23/11/2026;FT1;x;{cell}\n");
        prop_assert_eq!(read(file.as_bytes()).unwrap().credits[0].amount, Dong(amount));
    }

    #[test]
    fn a_code_survives_its_bank(
        which in 0usize..4, before in "[A-Z ]{0,12}", after in "[a-z ]{0,12}", keep in prop::collection::vec(any::<bool>(), 24),
    ) {
        let (id, code) = dossiers().swap_remove(which);
        let mangled: String = code.chars().zip(keep)
            .filter(|(c, keep)| c.is_ascii_alphanumeric() || *keep).map(|(c, _)| c).collect();
        let words = format!("{before} {mangled} {after}");
        prop_assert_eq!(codes().find(&words), Found::One(id));
    }

    #[test]
    fn finding_never_fails(words in "\\PC{0,80}") {
        let _ = codes().find(&words);
    }
}
