#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;

fn account(bin: &str, number: &str) -> BankAccount {
    BankAccount {
        bin: bin.into(),
        bank: "Ngân hàng giả định".into(),
        number: number.into(),
        holder: "UBND XA GIA DINH".into(),
    }
}

#[test]
fn the_check_is_the_standards() {
    // The check value that the catalogue of CRC algorithms gives for CRC-16/CCITT-FALSE.
    assert_eq!(crc(b"123456789"), 0x29B1);
}

#[test]
fn codes_of_public_documentation_are_made_exactly() {
    // "Mô tả cách sinh mã" of the public library subiz/vietqr, which quotes NAPAS' specification.
    let documented = "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454061200005802VN62170813ung ho lu lut6304C15C";
    let transfer =
        Transfer::new(&account("970415", "0011001932418"), Dong(120_000), "ủng hộ lũ lụt").unwrap();
    assert_eq!(transfer.to_string(), documented);
    assert_eq!(Transfer::parse(documented), Ok(transfer));
    // Published by others; the second purpose is longer than the standard's 25 and is still read.
    let other = "00020101021238540010A00000072701240006970436011010234567890208QRIBFTTA5303704540719430005802VN62120808TT0000696304A8E5";
    let transfer =
        Transfer::new(&account("970436", "1023456789"), Dong(1_943_000), "TT000069").unwrap();
    assert_eq!(transfer.to_string(), other);
    let long = "00020101021238540010A00000072701240006970422011009681181250208QRIBFTTA5303704540420005802VN62350831CS1AD7JTS65 Thanh toan don hang6304AB0D";
    let transfer = Transfer::parse(long).unwrap();
    assert_eq!(transfer.purpose(), "CS1AD7JTS65 Thanh toan don hang");
    assert_eq!((transfer.bin(), transfer.amount()), ("970422", Some(Dong(2_000))));
}

#[test]
fn a_dossiers_code_fits_and_is_carried() {
    let transfer =
        Transfer::new(&account("970405", "8800 2050 12345"), Dong(8_000), "H38.12-261123-0007")
            .unwrap();
    assert_eq!(transfer.purpose(), "H38.12-261123-0007");
    assert_eq!(transfer.account(), "8800205012345");
}

#[test]
fn impossible_transfers_are_refused() {
    let good = account("970405", "8800205012345");
    for (account, amount, purpose, error) in [
        (account("97040", "1"), 1, "x", VietQrError::Bin),
        (account("9704055", "1"), 1, "x", VietQrError::Bin),
        (account("97040a", "1"), 1, "x", VietQrError::Bin),
        (account("９７０４０５", "1"), 1, "x", VietQrError::Bin),
        (account("000000", "1"), 1, "x", VietQrError::Bin),
        (account("970405", ""), 1, "x", VietQrError::Account),
        (account("970405", "12345678901234567890"), 1, "x", VietQrError::Account),
        (account("970405", "12-34"), 1, "x", VietQrError::Account),
        (account("970405", "0000"), 1, "x", VietQrError::Account),
        (account("970405", "Đ123"), 1, "x", VietQrError::Account),
        (good.clone(), 0, "x", VietQrError::Amount),
        (good.clone(), 10_000_000_000_000, "x", VietQrError::Amount),
        (good.clone(), 1, "", VietQrError::Purpose),
        (good.clone(), 1, "…", VietQrError::Purpose),
        (good.clone(), 1, "12345678901234567890123456", VietQrError::Purpose),
    ] {
        assert_eq!(Transfer::new(&account, Dong(amount), purpose), Err(error), "{account:?}");
    }
}

#[test]
fn other_codes_are_refused() {
    let good =
        Transfer::new(&account("970405", "88002050"), Dong(8_000), "AB").unwrap().to_string();
    let resealed = |from: &str, to: &str| {
        let text = good.replace(from, to);
        assert_ne!(text, good);
        let body = &text[..text.len() - 4];
        format!("{body}{:04X}", crc(body.as_bytes()))
    };
    assert_eq!(Transfer::parse(&format!("{good}\r\n")).unwrap().to_string(), good);
    for (text, error) in [
        (String::new(), VietQrError::NotVietQr),
        ("MC1|R|H38.12-261123-0007|20261123|1a2b3c4d".into(), VietQrError::NotVietQr),
        (good.replace("AB6304", "AC6304"), VietQrError::Damaged),
        (good[..good.len() - 4].into(), VietQrError::NotVietQr),
        (good.clone() + "5802VN", VietQrError::NotVietQr),
        (resealed("A000000727", "A000000728"), VietQrError::NotVietQr),
        (resealed("QRIBFTTA", "QRIBFTTC"), VietQrError::NotVietQr),
        (resealed("5303704", "5303840"), VietQrError::NotVietQr),
        (resealed("5802VN", "5802LA"), VietQrError::NotVietQr),
        (resealed("54048000", "54040000"), VietQrError::Amount),
        (resealed("54048000", "54041e10"), VietQrError::NotVietQr),
        (resealed("54048000", "540480.5"), VietQrError::NotVietQr),
        (resealed("0006970405", "0006000000"), VietQrError::Bin),
        (resealed("5802VN", "5802VN5802VN"), VietQrError::NotVietQr),
        (resealed("000201", "000202"), VietQrError::NotVietQr),
    ] {
        assert_eq!(Transfer::parse(&text), Err(error), "{text}");
    }
    let bank = resealed("54048000", "540880000.00");
    assert_eq!(Transfer::parse(&bank).unwrap().amount(), Some(Dong(80_000)));
}

#[test]
fn every_refusal_has_its_own_code() {
    let all = [
        VietQrError::Bin,
        VietQrError::Account,
        VietQrError::Amount,
        VietQrError::Purpose,
        VietQrError::NotVietQr,
        VietQrError::Damaged,
    ];
    for (error, code) in all.iter().zip(98..) {
        assert_eq!(error.code(), format!("OFF-{code}"));
        assert!(error.to_string().contains("Hãy") && !error.english().is_empty());
    }
}

proptest! {
    #[test]
    fn what_is_made_is_read(
        bin in "[1-9][0-9]{5}", number in "[1-9A-Za-z][0-9A-Za-z]{0,18}",
        amount in 1u64..=AMOUNT_LIMIT, purpose in "[!-~]([ -~]{0,23}[!-~])?",
    ) {
        let transfer = Transfer::new(&account(&bin, &number), Dong(amount), &purpose);
        // Runs of spaces are joined, as banks do; the limit holds for what remains.
        let transfer = transfer.unwrap();
        let text = transfer.to_string();
        prop_assert!(text.is_ascii() && text.len() < 200);
        prop_assert_eq!(Transfer::parse(&text), Ok(transfer));
    }

    #[test]
    fn purposes_are_printable_ascii(text in "\\PC{0,60}") {
        let plain = plain(&text);
        prop_assert!(plain.bytes().all(|b| (b' '..=b'~').contains(&b)));
        prop_assert_eq!(super::plain(&plain), plain);
    }

    #[test]
    fn one_wrong_letter_is_seen(at in 0usize..100, letter in "[0-9A-Z]") {
        let text = Transfer::new(&account("970405", "88002050"), Dong(8_000), "H38.12-261123-0007")
            .unwrap().to_string();
        let at = at % text.len();
        let mut broken = text.clone();
        broken.replace_range(at..=at, &letter);
        prop_assert!(broken == text || Transfer::parse(&broken).is_err());
    }

    #[test]
    fn no_text_breaks_it(text in "(000201)?[0-9A-Za-z.]{0,80}(6304[0-9A-F]{4})?|\\PC{0,40}") {
        let _ = Transfer::parse(&text);
    }
}

#[test]
fn every_bank_of_the_list_has_a_number_of_its_own_and_makes_a_code() {
    let banks = banks();
    assert_eq!(banks.len(), 58);
    let mut bins: Vec<&str> = banks.iter().map(|bank| bank.bin.as_str()).collect();
    bins.sort_unstable();
    bins.dedup();
    assert_eq!(bins.len(), 58);
    for bank in &banks {
        let account = BankAccount {
            bin: bank.bin.clone(),
            bank: bank.short.clone(),
            number: "8800205012345".into(),
            holder: "UBND XA MAU".into(),
        };
        let transfer = Transfer::new(&account, Dong(8_000), "H38.12-261123-0007").unwrap();
        assert!(transfer.to_string().contains(&bank.bin), "{}", bank.name);
    }
}
