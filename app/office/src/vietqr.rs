//! VietQR: the transfer that pays a fee, as a code that every bank's app reads; made here, offline.
//!
//! The text is EMVCo's merchant-presented form (EMV QR Code Specification for Payment Systems,
//! Merchant-Presented Mode, version 1.1) with the fields that NAPAS gives it ("Đặc tả kỹ thuật QR Code
//! chuyển nhanh NAPAS 247 bằng mã VietQR", version 1.5.2): identifier, length and value, closed by a
//! CRC-16/CCITT-FALSE. The purpose carries the dossier's code, by which the bank's statement is matched
//! again ([`statement`](crate::statement)). Banks' numbers (BIN) come from a list that is not NAPAS's own ([`banks`]),
//! so the office sees its bank's number beside the name and may type another.

#[cfg(test)]
mod tests;

use std::fmt;

use serde::Deserialize;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::{Explain, money::Dong, settings::BankAccount};

/// Most characters of an account number (NAPAS: up to 19).
const ACCOUNT_LIMIT: usize = 19;
/// Most characters of a purpose (EMVCo, field 62/08: up to 25).
pub const PURPOSE_LIMIT: usize = 25;
/// The largest amount that the 13 characters of field 54 hold.
const AMOUNT_LIMIT: u64 = 9_999_999_999_999;
/// A code is one QR symbol.
const TEXT_LIMIT: usize = 512;

/// NAPAS in field 38.
const NAPAS: &str = "A000000727";
/// Transfer to an account.
const TO_ACCOUNT: &str = "QRIBFTTA";

/// A bank as lists of VietQR name it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Bank {
    /// Its six digits.
    pub bin: String,
    /// Its short name: `Agribank`.
    pub short: String,
    /// Its name.
    pub name: String,
}

/// The bundled list of banks, by short name. It is not NAPAS's own: not checked against the official one.
pub fn banks() -> Vec<Bank> {
    #[derive(Deserialize)]
    struct List {
        banks: Vec<Bank>,
    }
    serde_json::from_str::<List>(include_str!("../../../assets/exchange/banks.json"))
        .map_or_else(|_| Vec::new(), |list| list.banks)
}

/// Why there is no code, or why a text is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VietQrError {
    /// No bank has this number.
    #[error(
        "Mã ngân hàng (BIN) phải có đúng 6 chữ số. Chưa tạo mã VietQR. Hãy xem mã BIN do ngân hàng cung cấp hoặc quét mã VietQR của ngân hàng."
    )]
    Bin,
    /// No bank has such an account.
    #[error(
        "Số tài khoản chỉ gồm chữ cái không dấu và chữ số, dài 1–19 ký tự. Chưa tạo mã VietQR. Hãy kiểm tra số tài khoản trong thiết lập cơ quan."
    )]
    Account,
    /// Nothing, or more than a transfer can carry.
    #[error(
        "Số tiền chuyển khoản phải từ 1 đến 9.999.999.999.999 đồng. Chưa tạo mã VietQR. Hãy kiểm tra số tiền."
    )]
    Amount,
    /// Too long a purpose.
    #[error(
        "Nội dung chuyển khoản dài quá {PURPOSE_LIMIT} ký tự nên ngân hàng có thể cắt mất mã hồ sơ. Chưa tạo mã VietQR. Hãy thu tiền mặt hoặc rút ngắn nội dung."
    )]
    Purpose,
    /// Not a VietQR text.
    #[error(
        "Mã vừa quét không phải mã VietQR chuyển tới tài khoản. Chưa thay đổi gì. Hãy quét lại hoặc nhập tài khoản bằng tay."
    )]
    NotVietQr,
    /// The check does not hold.
    #[error("Mã VietQR bị hỏng (sai mã kiểm tra). Chưa thay đổi gì. Hãy quét lại.")]
    Damaged,
}

impl Explain for VietQrError {
    fn code(&self) -> &'static str {
        match self {
            Self::Bin => "OFF-98",
            Self::Account => "OFF-99",
            Self::Amount => "OFF-100",
            Self::Purpose => "OFF-101",
            Self::NotVietQr => "OFF-102",
            Self::Damaged => "OFF-103",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Bin => "A bank's number (BIN) has exactly 6 digits. No code was made. See the bank's papers or scan the bank's code.",
            Self::Account => "An account number has 1–19 letters and digits. No code was made. Check it in the settings.",
            Self::Amount => "The amount must be 1 to 9,999,999,999,999 đồng. No code was made. Check it.",
            Self::Purpose => "The purpose is longer than 25 characters, so a bank may cut the dossier's code. No code was made. Take cash or shorten it.",
            Self::NotVietQr => "This is no VietQR code of a transfer to an account. Nothing was changed. Scan again or type the account.",
            Self::Damaged => "The VietQR code is damaged (wrong check). Nothing was changed. Scan again.",
        }
        .into()
    }
}

/// A transfer to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    bin: String,
    account: String,
    amount: Option<Dong>,
    purpose: String,
}

impl Transfer {
    /// A transfer of `amount` to `account`, with `purpose` in the letters that every bank passes on
    /// ([`plain`]): 1 to [`PURPOSE_LIMIT`] of them.
    pub fn new(
        account: &BankAccount,
        amount: Dong,
        purpose: &str,
    ) -> Result<Transfer, VietQrError> {
        let transfer = Transfer {
            bin: account.bin.trim().to_owned(),
            account: account.number.chars().filter(|c| !c.is_whitespace()).collect(),
            amount: Some(amount),
            purpose: plain(purpose),
        };
        transfer.check()?;
        if transfer.purpose.is_empty() || transfer.purpose.len() > PURPOSE_LIMIT {
            return Err(VietQrError::Purpose);
        }
        Ok(transfer)
    }

    /// The bank's six digits.
    pub fn bin(&self) -> &str {
        &self.bin
    }

    /// The account's number.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// How much; `None` in a bank's own code, where the payer types it.
    pub fn amount(&self) -> Option<Dong> {
        self.amount
    }

    /// What for; may be empty in a code from elsewhere.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    fn check(&self) -> Result<(), VietQrError> {
        let digits = self.bin.bytes().all(|b| b.is_ascii_digit());
        if self.bin.len() != 6 || !digits || self.bin == "000000" {
            return Err(VietQrError::Bin);
        }
        let account = self.account.as_bytes();
        if !(1..=ACCOUNT_LIMIT).contains(&account.len())
            || !account.iter().all(u8::is_ascii_alphanumeric)
            || account.iter().all(|b| *b == b'0')
        {
            return Err(VietQrError::Account);
        }
        match self.amount {
            Some(Dong(amount)) if !(1..=AMOUNT_LIMIT).contains(&amount) => Err(VietQrError::Amount),
            _ => Ok(()),
        }
    }

    /// Reads the text of a VietQR code: one of this office, or one that a bank has given out. Fields that
    /// do not matter for a transfer (merchant's name, city …) are passed over.
    pub fn parse(text: &str) -> Result<Transfer, VietQrError> {
        use VietQrError::NotVietQr;
        let text = text.trim_end_matches(['\r', '\n']);
        if text.len() > TEXT_LIMIT || !text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
            return Err(NotVietQr);
        }
        let root = fields(text).ok_or(NotVietQr)?;
        let get = |list: &[(&str, &str)], id: &str| {
            let mut found = list.iter().filter(|(key, _)| *key == id);
            match (found.next(), found.next()) {
                (Some((_, value)), None) => Ok(Some((*value).to_owned())),
                (None, _) => Ok(None),
                _ => Err(NotVietQr),
            }
        };
        let is = |list: &[(&str, &str)], id: &str, value: &str| {
            if get(list, id)?.as_deref() == Some(value) { Ok(()) } else { Err(NotVietQr) }
        };
        if root.first() != Some(&("00", "01")) {
            return Err(NotVietQr);
        }
        let (body, check) = text.split_at_checked(text.len() - 4).ok_or(NotVietQr)?;
        if root.last() != Some(&("63", check)) {
            return Err(NotVietQr);
        }
        if !check.eq_ignore_ascii_case(&format!("{:04X}", crc(body.as_bytes()))) {
            return Err(VietQrError::Damaged);
        }
        let receiver = get(&root, "38")?.ok_or(NotVietQr)?;
        let receiver = fields(&receiver).ok_or(NotVietQr)?;
        is(&receiver, "00", NAPAS)?;
        is(&receiver, "02", TO_ACCOUNT)?;
        is(&root, "53", "704")?;
        is(&root, "58", "VN")?;
        let bank = get(&receiver, "01")?.ok_or(NotVietQr)?;
        let bank = fields(&bank).ok_or(NotVietQr)?;
        let amount = match get(&root, "54")? {
            Some(amount) => Some(dong(&amount).ok_or(NotVietQr)?),
            None => None,
        };
        let purpose = match get(&root, "62")? {
            Some(more) => get(&fields(&more).ok_or(NotVietQr)?, "08")?.unwrap_or_default(),
            None => String::new(),
        };
        let transfer = Transfer {
            bin: get(&bank, "00")?.ok_or(NotVietQr)?,
            account: get(&bank, "01")?.ok_or(NotVietQr)?,
            amount,
            purpose,
        };
        transfer.check()?;
        Ok(transfer)
    }
}

/// The text of the QR code. Method 12 (used once) with an amount, 11 without.
impl fmt::Display for Transfer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bank = [field("00", &self.bin), field("01", &self.account)].concat();
        let receiver = [field("00", NAPAS), field("01", &bank), field("02", TO_ACCOUNT)].concat();
        let mut text = [
            field("00", "01"),
            field("01", if self.amount.is_some() { "12" } else { "11" }),
            field("38", &receiver),
            field("53", "704"),
        ]
        .concat();
        if let Some(Dong(amount)) = self.amount {
            text += &field("54", &amount.to_string());
        }
        text += &field("58", "VN");
        if !self.purpose.is_empty() {
            text += &field("62", &field("08", &self.purpose));
        }
        text += "6304";
        write!(f, "{text}{:04X}", crc(text.as_bytes()))
    }
}

/// The printable ASCII letters of a text: diacritics folded (`Đệ` as `De`), anything else as single
/// spaces.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.nfd().filter(|c| !is_combining_mark(*c)) {
        let c = match c {
            'đ' => 'd',
            'Đ' => 'D',
            other => other,
        };
        if c.is_ascii_graphic() {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        } else {
            gap = true;
        }
    }
    out
}

/// Identifier, length in two digits, value. Values here stay below 100 characters by their limits.
fn field(id: &str, value: &str) -> String {
    format!("{id}{:02}{value}", value.len())
}

/// The fields of a template, in order; `None` where lengths do not fit.
fn fields(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut rest = text;
    let mut out = Vec::new();
    while !rest.is_empty() {
        let (id, tail) = rest.split_at_checked(2)?;
        let (length, tail) = tail.split_at_checked(2)?;
        if !id.bytes().chain(length.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let (value, tail) = tail.split_at_checked(length.parse().ok()?)?;
        out.push((id, value));
        rest = tail;
    }
    Some(out)
}

/// `180000`, `180000.` or `180000.00`: đồng have no parts.
fn dong(text: &str) -> Option<Dong> {
    let (whole, parts) = text.split_once('.').unwrap_or((text, ""));
    let plain = !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit());
    (plain && parts.bytes().all(|b| b == b'0')).then(|| whole.parse().ok().map(Dong)).flatten()
}

/// CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, nothing reflected.
fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
        })
    })
}
