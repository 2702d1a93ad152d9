//! Fees that are paid: the receipt (biên lai thu phí, lệ phí), the bank's word, and their corrections.
//!
//! What is due stands in the subject; a payment is an entry of its own with a number from the book of
//! fee receipts. A payment is never changed: it is cancelled with a reason and taken anew.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::{book::Number, id::ContentHash, money::Dong, subject::Subject};

/// Random id of a payment, 32 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PaymentId(pub String);

/// Phí or lệ phí (Luật Phí và lệ phí 2015, điều 3): they stand in columns of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeKind {
    /// Phí: for a service.
    Charge,
    /// Lệ phí: fixed, for an act of the state.
    Duty,
}

impl FeeKind {
    /// `Phí` or `Lệ phí`.
    pub fn label(self) -> &'static str {
        match self {
            FeeKind::Charge => "Phí",
            FeeKind::Duty => "Lệ phí",
        }
    }
}

/// How it was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Tiền mặt
    Cash,
    /// Chuyển khoản, mã VietQR
    Transfer,
}

impl Method {
    /// Its name.
    pub fn label(self) -> &'static str {
        match self {
            Method::Cash => "Tiền mặt",
            Method::Transfer => "Chuyển khoản",
        }
    }
}

/// One line of a fee receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeLine {
    /// What is paid for.
    pub label: String,
    /// Phí or lệ phí.
    pub kind: FeeKind,
    /// How much.
    pub amount: Dong,
    /// Where it comes from.
    #[serde(default)]
    pub origin: Origin,
}

/// Where a line of a receipt comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// What the subject owes by the tariff.
    #[default]
    Tariff,
    /// Written by hand for something else, which may come on top of what the subject owes.
    ByHand,
}

/// Why less than the tariff is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exempted {
    /// The group, as the catalogue of exemptions words it.
    pub label: String,
    /// Its legal basis.
    pub basis: String,
}

/// A payment for a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Key.
    pub id: PaymentId,
    /// For what.
    pub subject: Subject,
    /// Number of the receipt.
    pub receipt: Number,
    /// Mẫu số and ký hiệu of the office's receipts, or empty where the office has not set them.
    pub series: String,
    /// What is paid, at least one line.
    pub lines: Vec<FeeLine>,
    /// Exemption or reduction, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempted: Option<Exempted>,
    /// How.
    pub method: Method,
    /// Who paid.
    pub payer: String,
    /// Who took it: full name.
    pub collector: String,
    /// Local time.
    pub at: DateTime,
}

impl Payment {
    /// Sum of the lines.
    pub fn total(&self) -> Dong {
        self.lines.iter().map(|line| line.amount).sum()
    }
}

/// A line of a bank statement that was matched to a subject. Account, reference, day, amount, subject and
/// occurrence together are counted once for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchedLine {
    /// The office's account, letters and figures only; empty where the file does not name it.
    pub account: String,
    /// The bank's reference; a bank may give it to several credits.
    pub reference: String,
    /// The one whose code stands in the transfer's words.
    pub subject: Subject,
    /// How much came.
    pub amount: Dong,
    /// When, as the statement says.
    pub at: DateTime,
    /// The how manieth of its kind, from 1.
    pub occurrence: u32,
}

impl MatchedLine {
    /// Whether only the occurrence parts the two; the hour does not count, as files of one bank differ in
    /// it.
    pub fn is_kind_of(&self, other: &MatchedLine) -> bool {
        (&self.account, &self.reference, &self.subject, self.amount, self.at.date())
            == (&other.account, &other.reference, &other.subject, other.amount, other.at.date())
    }
}

/// A bank statement that was read in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Name of the file.
    pub file: String,
    /// Its SHA-256.
    pub sha256: ContentHash,
    /// New lines that name a subject here.
    pub matched: Vec<MatchedLine>,
    /// Lines known from an earlier statement.
    pub known: u32,
    /// Lines that name none of this office.
    pub unmatched: u32,
}
