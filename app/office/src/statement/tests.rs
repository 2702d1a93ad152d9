#![allow(clippy::unwrap_used, clippy::panic)]
use proptest::prelude::*;

use super::*;
use crate::{fixture::time, spreadsheet::NotText};

fn subject(n: impl std::fmt::Display) -> Subject {
    format!("dossier:d{n}").parse().unwrap()
}

fn dossiers() -> Vec<(Subject, String)> {
    ["H38.12-261123-0007", "H38.12-261123-0008", "H38.12-261123-0071", "H38.12-261123-00071"]
        .iter()
        .enumerate()
        .map(|(i, code)| (subject(i), (*code).to_owned()))
        .collect()
}

fn codes() -> Codes {
    let dossiers = dossiers();
    Codes::new(dossiers.iter().map(|(id, code)| (id, code.as_str())))
}

fn ids(numbers: &[u32]) -> Vec<Subject> {
    numbers.iter().map(subject).collect()
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
        assert_eq!(codes().find(words), Found::One(subject(0)), "{words}");
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
    assert_eq!(codes().find("H38.12-261123-00071"), Found::One(subject(3)));
    for words in ["", "ung ho", "H38.12-261123-0009", "H38.13-261123-0007", "H38.12-261123", "0007"]
    {
        assert_eq!(codes().find(words), Found::None, "{words}");
    }
    assert_eq!(Codes::new([(&subject(9), "")]).find("bat ky"), Found::None);
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
            balance: "108.000".into(),
        }
    );
    let refused: Vec<(u64, RowFault)> = reading.refused.iter().map(|r| (r.row, r.why)).collect();
    assert_eq!(refused, [(7, RowFault::NoReference), (8, RowFault::Date), (9, RowFault::Amount)]);
    assert_eq!(
        reading.refused[1].to_string(),
        "Dòng 8: ngày giao dịch không đọc được. Hãy đối chiếu dòng này bằng tay."
    );
    assert_eq!(reading.account, "8800205012345");
    let sorted = sort(&reading, &codes(), Vec::new());
    let lines: Vec<&MatchedLine> = sorted.matched().collect();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].subject, subject(0));
    assert_eq!((lines[0].account.as_str(), lines[0].occurrence), ("8800205012345", 1));
    assert_eq!(
        sorted.summary(&reading),
        "Khớp 1 trong 7 khoản tiền vào; 1 khoản cần xem lại; 2 khoản không ghi mã hồ sơ của cơ quan; 3 dòng không đọc được."
    );
    // The same file again: nothing is new, and that is said.
    let again = sort(&reading, &codes(), sorted.matched().cloned().collect());
    assert_eq!((again.matched().count(), again.count_of(|f| *f == Fate::Known)), (0, 1));
    assert!(again.summary(&reading).starts_with("Khớp 0 trong 7 khoản tiền vào"));
}

/// Rows of a table with and without its balances; every row names its dossier.
fn rows(account: &str, rows: &[(&str, &str, &str, u64, &str)]) -> Reading {
    let mut file = format!("Số tài khoản: {account}\nNgày;Số GD;Nội dung;Ghi có;Số dư\n");
    for (day, reference, words, amount, balance) in rows {
        file += &format!("{day};{reference};{words};{amount};{balance}\n");
    }
    read(file.as_bytes()).unwrap()
}

fn told(reading: &Reading, known: &[MatchedLine]) -> String {
    let sorted = sort(reading, &codes(), known.to_vec());
    let letters = sorted.fates.iter().map(|fate| match fate {
        Fate::Matched(_) => 'm',
        Fate::Doubtful { why: Doubt::Code, .. } => 'c',
        Fate::Doubtful { why: Doubt::Repeated(_), .. } => 'r',
        Fate::Doubtful { why: Doubt::Counted, .. } => 'd',
        Fate::Known => 'k',
        Fate::Unmatched => 'u',
    });
    letters.collect()
}

/// What a file gave, counted.
fn counted(reading: &Reading) -> Vec<MatchedLine> {
    sort(reading, &codes(), Vec::new()).matched().cloned().collect()
}

const SEVEN: &str = "H38.12-261123-0007";
const EIGHT: &str = "H38.12-261123-0008";

#[test]
fn real_credits_with_one_reference_are_as_many_as_they_are() {
    let day = "25/11/2026";
    for (lines, fates) in [
        // A batch: one reference, two dossiers; or one dossier, two amounts; or two days.
        (vec![(day, "FT1", SEVEN, 8_000, ""), (day, "FT1", EIGHT, 8_000, "")], "mm"),
        (vec![(day, "FT1", SEVEN, 8_000, ""), (day, "FT1", SEVEN, 9_000, "")], "mm"),
        (vec![(day, "FT1", SEVEN, 8_000, ""), ("26/11/2026", "FT1", SEVEN, 8_000, "")], "mm"),
        // Other words, or an hour between them: two transfers of one kind.
        (
            vec![
                (day, "FT1", SEVEN, 8_000, ""),
                (day, "FT1", "lan 2 H38.12-261123-0007", 8_000, ""),
            ],
            "mm",
        ),
        (
            vec![
                ("25/11/2026 08:00", "FT1", SEVEN, 8_000, ""),
                ("25/11/2026 08:01", "FT1", SEVEN, 8_000, ""),
            ],
            "mm",
        ),
        // The second line is the first once more: the third still has its own place.
        (
            vec![
                (day, "FT1", SEVEN, 8_000, "10"),
                (day, "FT1", SEVEN, 8_000, "10"),
                (day, "FT1", SEVEN, 8_000, "18"),
            ],
            "mkm",
        ),
        // Equal in everything: the balance tells, and without one the clerk.
        (vec![(day, "FT1", SEVEN, 8_000, "10"), (day, "FT1", SEVEN, 8_000, "18")], "mm"),
        (vec![(day, "FT1", SEVEN, 8_000, "10"), (day, "FT1", SEVEN, 8_000, "10")], "mk"),
        (vec![(day, "FT1", SEVEN, 8_000, ""), (day, "FT1", SEVEN, 8_000, "")], "mr"),
    ] {
        let file = rows("8800205012345", &lines);
        assert_eq!(told(&file, &[]), fates, "{lines:?}");
        let mut backwards = file.clone();
        backwards.credits.reverse();
        // Read again, in any order, nothing is new.
        let known = counted(&file);
        for again in [&file, &backwards] {
            let told = told(again, &known);
            assert!(!told.contains('m'), "{lines:?}: {told}");
            assert_eq!(
                told.matches('k').count(),
                fates.replace('r', "").len(),
                "{lines:?}: {told}"
            );
        }
    }
}

#[test]
fn a_later_file_counts_what_the_earlier_did_not_hold() {
    let day = "25/11/2026";
    let first = rows("8800205012345", &[(day, "FT1", SEVEN, 8_000, "8.000")]);
    let known = counted(&first);
    let more = [(day, "FT1", SEVEN, 8_000, "8.000"), (day, "FT1", SEVEN, 8_000, "16.000")];
    let second = rows("8800205012345", &more);
    let sorted = sort(&second, &codes(), known.clone());
    assert_eq!(sorted.fates[0], Fate::Known);
    let Fate::Matched(line) = &sorted.fates[1] else { panic!("{:?}", sorted.fates) };
    assert_eq!(line.occurrence, 2);
    let both = [known, vec![line.clone()]].concat();
    assert_eq!(told(&second, &both), "kk");
    // The same money under another day, or where only one file names its account, is the clerk's to judge.
    let moved = rows("8800205012345", &[("26/11/2026", "FT1", SEVEN, 8_000, "")]);
    assert_eq!(told(&moved, &both), "d");
    let nameless = rows("", &[(day, "FT1", SEVEN, 8_000, "")]);
    assert_eq!(told(&nameless, &both), "d");
    // Another account of the office has references of its own.
    let other = rows("1234567890", &[(day, "FT1", SEVEN, 8_000, "")]);
    assert_eq!(told(&other, &both), "m");
}

#[test]
fn what_the_clerk_decided_is_known_later() {
    let day = "25/11/2026";
    let file = rows("", &[(day, "FT1", "H38.12-261123-000", 8_000, "")]);
    let mut sorted = sort(&file, &codes(), Vec::new());
    let Fate::Doubtful { subjects, why: Doubt::Code } = sorted.fates[0].clone() else {
        panic!("{:?}", sorted.fates)
    };
    let line = sorted.count(&file.credits[0], &subjects[1]);
    assert_eq!(told(&file, &[line]), "k");
}

#[test]
fn the_account_is_found_above_the_table() {
    for (above, account) in [
        ("Số tài khoản: 8800 205 012 345", "8800205012345"),
        ("Tài khoản;8800205012345;VND", "8800205012345"),
        ("Số TK : 8800205012345 - UBND xã Giả Định", "8800205012345"),
        ("Account No.: 8800205012345 (VND)", "8800205012345"),
        ("Tài khoản thanh toán số 8800205012345", "8800205012345"),
        ("Từ ngày 01/11/2026 đến ngày 30/11/2026", ""),
        ("Chủ tài khoản: UBND xã Giả Định", ""),
        ("Tài khoản: 123", ""),
    ] {
        let file = format!("{above}\nNgày;Mã GD;Nội dung;Ghi có\n23/11/2026;FT1;x;5\n");
        assert_eq!(read(file.as_bytes()).unwrap().account, account, "{above}");
    }
}

#[test]
fn files_saved_by_excel_are_read_or_told_how_to_save() {
    let table = "Ngày giao dịch\tSố tham chiếu\tNội dung\tGhi có\r\n23/11/2026\tFT1\tx\t8.000\r\n";
    let mut unicode = vec![0xff, 0xfe];
    unicode.extend(table.encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(read(&unicode).unwrap().credits[0].amount, Dong(8_000));
    let sep = "\u{feff}sep=|\r\nNgày|Mã GD|Nội dung|Ghi có\r\n23/11/2026|FT1|x|8.000\r\n";
    let reading = read(sep.as_bytes()).unwrap();
    assert_eq!((reading.credits[0].amount, reading.credits[0].row), (Dong(8_000), 3));
    let old = b"Ngay;So GD;Noi dung;Ghi co\r\n23/11/2026;FT1;N\xeap l\xea ph\xed;8.000\r\n";
    let error = read(old).unwrap_err();
    assert_eq!(error, StatementError::NotText(NotText::CodePage));
    assert!(error.to_string().contains("CSV UTF-8") && error.to_string().contains("Chưa ghi gì"));
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
        (vec![0xff, 0xfe, b'N', 0], StatementError::NoHeader, "OFF-106"),
        (vec![0xff, 0xfe, b'N'], StatementError::NotText(NotText::CodePage), "OFF-105"),
        (b"PK\x03\x04".to_vec(), StatementError::NotText(NotText::Workbook), "OFF-105"),
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
    let nothing = sort(&empty, &codes(), Vec::new());
    assert_eq!(nothing.summary(&empty), "Khớp 0 trong 0 khoản tiền vào.");
}

proptest! {
    #[test]
    fn no_file_breaks_it(body in "[\\x00-\\x7fĂăĐđ\u{301}\u{feff};,\t\"\n\r]{0,300}", bytes: Vec<u8>, header: bool) {
        let _ = read(&bytes);
        let _ = read(body.as_bytes());
        let file = format!("{}{body}", if header { "Ngày;Mã GD;Nội dung;Ghi có\n" } else { "" });
        if let Ok(reading) = read(file.as_bytes()) {
            let sorted = sort(&reading, &codes(), Vec::new());
            prop_assert_eq!(sorted.fates.len(), reading.credits.len());
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
    fn no_file_counts_a_line_twice(
        lines in prop::collection::vec((0usize..2, 0usize..2, 0usize..3, 1u64..3, 0usize..3), 0..12),
        cut in 0usize..12,
    ) {
        let (days, references) = (["25/11/2026", "26/11/2026 09:00"], ["FT1", "FT2"]);
        let (words, balances) = ([SEVEN, EIGHT, "H38.12-261123-000"], ["", "10", "20"]);
        let table: Vec<_> = lines.iter().map(|(day, reference, word, amount, balance)| {
            (days[*day], references[*reference], words[*word], amount * 1_000, balances[*balance])
        }).collect();
        let whole = rows("8800205012345", &table);
        let part = rows("8800205012345", &table[..cut.min(table.len())]);
        // A part first, then the whole: the same lines as the whole alone, and a third time nothing.
        let mut known = counted(&part);
        let sorted = sort(&whole, &codes(), known.clone());
        known.extend(sorted.matched().cloned());
        let mut keys: Vec<_> = known.iter().map(|l| format!("{l:?}")).collect();
        keys.sort();
        keys.dedup();
        prop_assert_eq!(keys.len(), known.len(), "no line has another's occurrence");
        prop_assert!(!told(&whole, &known).contains('m'));
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
