//! The CSV of a bank, whatever its separator, order and words.

use jiff::civil::{Date, DateTime, Time};

use super::{
    Credit, MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS, Reading, Refused, RowFault, StatementError,
};
use crate::{money::Dong, spreadsheet, text};

/// Rows above the table: the bank's name, the account, the period.
const MAX_PREAMBLE: usize = 40;

const DATES: &[&str] = &[
    "ngay giao dich",
    "ngay gio giao dich",
    "thoi gian giao dich",
    "ngay gd",
    "ngay hieu luc",
    "ngay hach toan",
    "ngay phat sinh",
    "ngay thuc hien",
    "thoi gian",
    "ngay",
    "transaction date",
    "posting date",
    "value date",
    "date",
];
const REFERENCES: &[&str] = &[
    "so tham chieu",
    "ma giao dich",
    "ma tham chieu",
    "so giao dich",
    "so but toan",
    "so chung tu",
    "ma gd",
    "so gd",
    "so ct",
    "so ref",
    "transaction reference",
    "transaction number",
    "transaction no",
    "reference number",
    "reference no",
    "reference",
    "ref no",
    "ref",
];
const WORDS: &[&str] = &[
    "noi dung giao dich",
    "noi dung chi tiet",
    "noi dung thanh toan",
    "noi dung chuyen khoan",
    "chi tiet giao dich",
    "dien giai giao dich",
    "noi dung",
    "dien giai",
    "mo ta",
    "chi tiet",
    "transaction description",
    "transaction detail",
    "transaction details",
    "description",
    "details",
    "remark",
    "remarks",
];
const CREDITS: &[&str] = &[
    "so tien ghi co",
    "phat sinh co",
    "so tien co",
    "so phat sinh co",
    "ghi co",
    "tien vao",
    "so tien vao",
    "credit amount",
    "credit",
];
const DEBITS: &[&str] = &[
    "so tien ghi no",
    "phat sinh no",
    "so tien no",
    "so phat sinh no",
    "ghi no",
    "tien ra",
    "so tien ra",
    "debit amount",
    "debit",
];
/// One column for both ways: money out has a minus, or the next column says so.
const AMOUNTS: &[&str] = &["so tien giao dich", "so tien", "amount"];
const SIGNS: &[&str] =
    &["no co", "ghi no co", "dau", "loai giao dich", "loai gd", "loai", "d c", "c d", "dr cr"];

const BALANCES: &[&str] =
    &["so du", "so du cuoi", "so du sau giao dich", "balance", "running balance"];
/// What stands before the account in the rows above the table.
const ACCOUNTS: &[&str] = &[
    "so tai khoan",
    "tai khoan so",
    "tai khoan",
    "so tk",
    "tk",
    "account number",
    "account no",
    "account",
];

/// Which column says what.
struct Columns {
    date: usize,
    reference: usize,
    words: usize,
    credit: Option<usize>,
    debit: Option<usize>,
    amount: Option<usize>,
    sign: Option<usize>,
    balance: Option<usize>,
}

impl Columns {
    /// The columns of a row of names, if it is one.
    fn of(row: &csv::StringRecord) -> Option<Columns> {
        let names: Vec<String> = row
            .iter()
            .take(MAX_COLUMNS)
            .map(|cell| {
                // Without its mark, "Nợ" is the English "No." of a numbered row.
                let name = match text::clean(cell).to_lowercase().as_str() {
                    "nợ" => "ghi no".to_owned(),
                    "có" => "ghi co".to_owned(),
                    other => text::fold(other),
                };
                let unit = |name: &str, unit: &str| name.strip_suffix(unit).map(str::to_owned);
                unit(&name, " vnd").or_else(|| unit(&name, " dong")).unwrap_or(name)
            })
            .collect();
        // Exact names first; then names with their English beside them ("Ngày giao dịch/Date").
        let find = |known: &[&str]| {
            let exact = |k: &&str| names.iter().position(|name| name == k);
            let begins = |k: &&str| {
                let long = k.contains(' ');
                names.iter().position(|name| {
                    long && name.strip_prefix(*k).is_some_and(|rest| rest.starts_with(' '))
                })
            };
            known.iter().find_map(exact).or_else(|| known.iter().find_map(begins))
        };
        let (credit, amount) = (find(CREDITS), find(AMOUNTS));
        let columns = Columns {
            date: find(DATES)?,
            reference: find(REFERENCES)?,
            words: find(WORDS)?,
            credit,
            debit: find(DEBITS),
            amount: if credit.is_some() { None } else { amount },
            sign: find(SIGNS),
            balance: find(BALANCES),
        };
        (columns.credit.is_some() || columns.amount.is_some()).then_some(columns)
    }
}

/// Reads a bank's CSV: text as [`spreadsheet::text`] reads it, parted by `;`, `,` or tab, columns in any
/// order under the names that Vietnamese banks use, with rows of the bank's own above them.
pub fn read(bytes: &[u8]) -> Result<Reading, StatementError> {
    if bytes.len() > MAX_BYTES {
        return Err(StatementError::TooLarge);
    }
    let text = spreadsheet::text(bytes)?;
    let (said, text) = match spreadsheet::separator(&text) {
        Some((sign, rest)) => (Some(sign), rest),
        None => (None, text.as_str()),
    };
    for separator in said.into_iter().chain([b';', b',', b'\t']) {
        if let Some(reading) = table(text, separator)? {
            return Ok(reading);
        }
    }
    Err(StatementError::NoHeader)
}

fn table(text: &str, separator: u8) -> Result<Option<Reading>, StatementError> {
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut columns: Option<Columns> = None;
    let mut reading = Reading::default();
    for (count, row) in rows.records().enumerate() {
        if count >= MAX_ROWS {
            return Err(StatementError::TooLarge);
        }
        // The text is UTF-8 and lengths may differ: nothing is left that a row could fail at.
        let row = row.map_err(|_| StatementError::NoHeader)?;
        match &columns {
            Some(columns) => take(&row, columns, &mut reading),
            None if count >= MAX_PREAMBLE => return Ok(None),
            None => {
                columns = Columns::of(&row);
                if columns.is_none() && reading.account.is_empty() {
                    reading.account = account(&row).unwrap_or_default();
                }
            }
        }
    }
    Ok(columns.map(|_| reading))
}

/// The account that a row above the table names: `Số tài khoản: 8800 205 012 345`, in one cell or two.
fn account(row: &csv::StringRecord) -> Option<String> {
    let words = text::clean(&row.iter().collect::<Vec<_>>().join(" "));
    let folded = text::fold(&words);
    let rest = ACCOUNTS.iter().find_map(|name| {
        let rest = folded.strip_prefix(name)?;
        rest.starts_with(' ').then_some(rest)
    })?;
    // The currency, the holder's name or a period may follow.
    let number: String = rest
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(|c| c.is_ascii_digit() || *c == ' ')
        .filter(char::is_ascii_digit)
        .collect();
    (6..=24).contains(&number.len()).then_some(number)
}

/// What a row says about money.
enum Money {
    In(Dong),
    Out,
    Nothing,
}

fn take(row: &csv::StringRecord, columns: &Columns, reading: &mut Reading) {
    let line = row.position().map_or(0, csv::Position::line);
    let cell = |column: usize| text::clean(row.get(column).unwrap_or_default());
    let mut refuse = |why| reading.refused.push(Refused { row: line, why });
    if row.len() > MAX_COLUMNS || row.iter().any(|cell| cell.chars().nth(MAX_CELL).is_some()) {
        return refuse(RowFault::TooLong);
    }
    let money = match money(columns, &cell) {
        Some(money) => money,
        // Rows below the table (totals, the bank's address) have no date: they are no credits.
        None if date(&cell(columns.date)).is_none() => return,
        None => return refuse(RowFault::Amount),
    };
    let amount = match money {
        Money::In(amount) => amount,
        Money::Out => {
            reading.debits += u32::from(date(&cell(columns.date)).is_some());
            return;
        }
        Money::Nothing => return,
    };
    let (reference, words) = (cell(columns.reference), cell(columns.words));
    let balance = columns.balance.map(cell).unwrap_or_default();
    let at = date(&cell(columns.date));
    match at {
        // A sum below the table.
        None if reference.is_empty() => {}
        None => refuse(RowFault::Date),
        Some(_) if reference.is_empty() => refuse(RowFault::NoReference),
        Some(at) => {
            reading.credits.push(Credit { row: line, reference, at, amount, words, balance })
        }
    }
}

fn money(columns: &Columns, cell: &impl Fn(usize) -> String) -> Option<Money> {
    if let Some(column) = columns.credit {
        let came = amount(&cell(column))?;
        let went = columns.debit.map_or(Some(Amount::NONE), |column| amount(&cell(column)))?;
        return match (came, went) {
            (Amount { dong: 0, .. }, Amount { dong: 0, .. }) => Some(Money::Nothing),
            (Amount { dong: 0, .. }, _) => Some(Money::Out),
            // A reversal: money that came is taken back.
            (Amount { minus: true, .. }, Amount { dong: 0, .. }) => Some(Money::Out),
            (came, Amount { dong: 0, .. }) => Some(Money::In(Dong(came.dong))),
            _ => None,
        };
    }
    let both = amount(&cell(columns.amount?))?;
    let out =
        columns.sign.map(|column| text::fold(&cell(column))).and_then(|word| match word.as_str() {
            "no" | "d" | "dr" | "debit" | "ghi no" | "tien ra" => Some(true),
            "co" | "c" | "cr" | "credit" | "ghi co" | "tien vao" => Some(false),
            _ => None,
        });
    Some(match both {
        Amount { dong: 0, .. } => Money::Nothing,
        Amount { minus: true, .. } => Money::Out,
        _ if out == Some(true) || cell(columns.sign.unwrap_or(usize::MAX)) == "-" => Money::Out,
        Amount { dong, .. } => Money::In(Dong(dong)),
    })
}

#[derive(Clone, Copy)]
struct Amount {
    dong: u64,
    minus: bool,
}

impl Amount {
    const NONE: Amount = Amount { dong: 0, minus: false };
}

/// `1.000.000`, `1,000,000`, `1 000 000 VND`, `1,000,000.00`, `-500.000`, `(500.000)`; an empty cell
/// and a dash are nothing. Parts of a đồng are refused.
fn amount(cell: &str) -> Option<Amount> {
    let folded = text::clean(cell).to_uppercase();
    let body = folded.trim_end_matches("VND").trim_end_matches("VNĐ").trim_end_matches('Đ').trim();
    let (body, bracket) = match body.strip_prefix('(').and_then(|b| b.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => (body, false),
    };
    let (body, minus) = match body.strip_prefix(['-', '−']) {
        Some(rest) => (rest.trim(), true),
        None => (body.strip_prefix('+').unwrap_or(body).trim(), bracket),
    };
    if body.is_empty() {
        return Some(Amount::NONE);
    }
    let signs: Vec<char> = body.chars().filter(|c| !c.is_ascii_digit()).collect();
    if !signs.iter().all(|c| matches!(c, '.' | ',' | ' ')) {
        return None;
    }
    // The last sign is that of the parts where two figures or fewer follow it, or it differs from the rest.
    let (whole, parts) = match body.rfind(['.', ',']) {
        Some(at) => {
            let (whole, parts) = (&body[..at], &body[at + 1..]);
            let own = body.as_bytes().get(at);
            let others = whole.bytes().filter(|b| !b.is_ascii_digit()).collect::<Vec<u8>>();
            if parts.len() <= 2 || others.iter().any(|other| Some(other) != own) {
                (whole, parts)
            } else {
                (body, "")
            }
        }
        None => (body, ""),
    };
    if !parts.bytes().all(|b| b == b'0') {
        return None;
    }
    let groups: Vec<&str> = whole.split(['.', ',', ' ']).collect();
    let (first, rest) = groups.split_first()?;
    let grouped = rest.iter().all(|group| group.len() == 3)
        && !first.is_empty()
        && (rest.is_empty() || first.len() <= 3);
    let dong = if grouped { groups.concat().parse().ok()? } else { return None };
    Some(Amount { dong, minus })
}

/// `23/11/2026`, `23-11-2026 09:15:00`, `2026-11-23T09:15`; a two-digit year is refused.
fn date(cell: &str) -> Option<DateTime> {
    let numbers: Vec<&str> =
        cell.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).collect();
    let number = |i: usize| -> Option<i16> { numbers.get(i)?.parse().ok() };
    let small = |n: i16| i8::try_from(n).ok();
    let (year, month, day) = match numbers.first()?.len() {
        4 => (number(0)?, number(1)?, number(2)?),
        1 | 2 if numbers.get(2)?.len() == 4 => (number(2)?, number(1)?, number(0)?),
        _ => return None,
    };
    let day = Date::new(year, small(month)?, small(day)?).ok()?;
    let time = match numbers.len() {
        3 => Time::midnight(),
        5 | 6 => Time::new(
            small(number(3)?)?,
            small(number(4)?)?,
            if numbers.len() == 6 { small(number(5)?)? } else { 0 },
            0,
        )
        .ok()?,
        _ => return None,
    };
    Some(day.to_datetime(time))
}
