//! What a dossier costs, and how it stands between what is due and what came in.
//!
//! The catalogue gives rates, the clerk says which case it is and counts ([`receipt`]). An amount that the
//! catalogue does not know is typed by the clerk, never guessed. A sum is refused where it passes [`MOST`]: a
//! slip of the hand is likelier than such a fee, and no overflow can hide behind it.

pub mod account;
pub mod receipt;
#[cfg(test)]
pub(crate) mod tests;

use std::fmt;

use jiff::civil::{Date, DateTime};

use crate::{
    Explain,
    catalogue::{ChannelRule, FeeRule, Procedure},
    dossier::{Channel, Dossier, Fee},
    money::{Dong, MOST},
    payment::{MatchedLine, Method, Origin, Payment},
    workflow::{Move, Step, standing},
};

/// Where the tariff knows no amount, a larger one than this is asked about before it is written.
const UNUSUAL: Dong = Dong(20_000_000);

/// Whether an amount is so much more than a counter takes that a slip of the hand is likely: more than ten
/// times what the tariff asks, or more than 20 million đồng where it asks nothing certain.
pub fn is_unusual(amount: Dong, tariff: Option<Dong>) -> bool {
    match tariff {
        Some(known) if known > Dong(0) => amount.0 > known.0.saturating_mul(10),
        _ => amount > UNUSUAL,
    }
}

/// Why a sum is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TariffError {
    /// More than any dossier costs.
    #[error("Số tiền vượt {MOST} nên bị coi là nhầm. Chưa thu gì. Hãy kiểm tra số đếm và mức thu.")]
    TooMuch,
}

impl Explain for TariffError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooMuch => "OFF-95",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::TooMuch => format!(
                "The amount passes {MOST} and is taken for a slip. Nothing was taken. Check counts and rate."
            ),
        }
    }
}

/// The different rates of a case of a channel on a day, in the catalogue's order, and when each is due;
/// in words, or empty.
fn choices(rule: &ChannelRule, day: Date) -> Vec<(&FeeRule, &str)> {
    let rates = rule.rates(day);
    let mut out: Vec<(&FeeRule, &str)> = Vec::new();
    for (i, fee) in rates.fees.iter().enumerate() {
        let choice = (fee, rates.names.get(i).map_or("", String::as_str));
        if !out.contains(&choice) {
            out.push(choice);
        }
    }
    out
}

/// The sum of amounts.
///
/// # Errors
/// [`TariffError::TooMuch`] where it passes [`MOST`].
pub fn sum(amounts: impl IntoIterator<Item = Dong>) -> Result<Dong, TariffError> {
    amounts.into_iter().try_fold(Dong(0), |sum, amount| limited(sum.0.checked_add(amount.0)))
}

/// What an act of this procedure costs at the counter on `day`, by the pages and copies that its fee counts.
///
/// # Errors
/// [`TariffError::TooMuch`] where it passes [`MOST`].
pub fn counted(
    procedure: &Procedure,
    day: Date,
    pages: u32,
    copies: u32,
) -> Result<Fee, TariffError> {
    let fee = match procedure.per_page(Channel::Counter, day) {
        Some(rate) => Fee::Amount(rate.amount(pages, copies)),
        None => procedure.fee(Channel::Counter, day),
    };
    match fee {
        Fee::Amount(amount) => sum([amount]).map(Fee::Amount),
        Fee::Free | Fee::Unknown(_) => Ok(fee),
    }
}

fn limited(amount: Option<u64>) -> Result<Dong, TariffError> {
    amount.map(Dong).filter(|amount| *amount <= MOST).ok_or(TariffError::TooMuch)
}

/// What was asked for a dossier all in all: the fee at reception and what steps asked for later (those
/// taken back left out), by its `payments` (without cancelled ones). `None` where the catalogue does not
/// know the fee and no receipt tells it yet.
///
/// A receipt with an exemption settles everything that was asked before it at what was taken until then;
/// what is asked later stays due. Where the catalogue does not know the fee, the receipts tell it. A line
/// that was written by hand for something else settles what is owed first; what it has beyond that was
/// wanted besides, and is not too much.
///
/// # Errors
/// [`TariffError::TooMuch`] where a sum passes [`MOST`].
pub fn asked(
    dossier: &Dossier,
    moves: &[Move],
    payments: &[&Payment],
) -> Result<Option<Dong>, TariffError> {
    let first = match &dossier.fee {
        Fee::Free => Some(Dong(0)),
        Fee::Amount(amount) => Some(*amount),
        Fee::Unknown(_) => None,
    };
    let steps = standing(moves);
    let later: Vec<(DateTime, Dong)> = steps
        .iter()
        .filter_map(|movement| match &movement.step {
            Step::PaymentAsked { amount, .. } => Some((movement.at, *amount)),
            _ => None,
        })
        .collect();
    let after = |time: DateTime| later.iter().filter(move |(at, _)| *at > time).map(|(_, n)| *n);
    let all_later = sum(later.iter().map(|(_, amount)| *amount))?;
    let taken = |until: DateTime| {
        let receipts = payments.iter().filter(move |payment| payment.at <= until);
        sum(receipts.flat_map(|payment| &payment.lines).map(|line| line.amount))
    };
    let settled = payments.iter().filter(|p| p.exempted.is_some()).map(|p| p.at).max();
    let total = match (settled, first) {
        (Some(time), first) => {
            let taken = taken(time)?;
            let before = match first {
                Some(first) => {
                    let early = later.iter().filter(|(at, _)| *at <= time).map(|(_, n)| *n);
                    sum(early.chain([first]))?.min(taken)
                }
                None => taken,
            };
            sum(after(time).chain([before]))?
        }
        (None, Some(first)) => sum([first, all_later])?,
        (None, None) if payments.is_empty() => return Ok(None),
        (None, None) => taken(DateTime::MAX)?.max(all_later),
    };
    let by_hand = payments.iter().flat_map(|payment| &payment.lines);
    let by_hand = by_hand.filter(|line| line.origin == Origin::ByHand).map(|line| line.amount);
    let beyond = taken(DateTime::MAX)?.0.saturating_sub(total.0).min(sum(by_hand)?.0);
    Ok(Some(sum([total, Dong(beyond)])?))
}

/// How a dossier stands between what is due and what came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// The catalogue does not know the fee, and nothing was taken yet.
    Unknown,
    /// Nothing is due and nothing came.
    Nothing,
    /// This is still missing.
    Owed(Dong),
    /// Exactly paid.
    Paid,
    /// This came too much.
    Overpaid(Dong),
}

/// The state in a sentence.
impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Due::Unknown => f.write_str(
                "Chưa rõ mức phí, lệ phí của hồ sơ: hãy xác định mức thu trước khi trả kết quả.",
            ),
            Due::Nothing => f.write_str("Hồ sơ không phải nộp phí, lệ phí."),
            Due::Owed(amount) => write!(f, "Hồ sơ còn phải nộp {amount}."),
            Due::Paid => f.write_str("Hồ sơ đã nộp đủ phí, lệ phí."),
            Due::Overpaid(amount) => {
                write!(f, "Hồ sơ đã nộp thừa {amount}: hãy đối chiếu và trả lại người nộp.")
            }
        }
    }
}

/// How a dossier stands of which [`asked`] is due, by its `payments` (without cancelled ones) and the
/// `transfers` that bank statements name it in.
///
/// A transfer may have its receipt already: what came by bank is the larger of the receipts by transfer
/// and the statement's lines, never both.
///
/// # Errors
/// [`TariffError::TooMuch`] where a sum passes [`MOST`].
pub fn due(
    asked: Option<Dong>,
    payments: &[&Payment],
    transfers: &[MatchedLine],
) -> Result<Due, TariffError> {
    let Some(asked) = asked else { return Ok(Due::Unknown) };
    let taken = |method: Method| {
        let receipts = payments.iter().filter(move |payment| payment.method == method);
        sum(receipts.flat_map(|payment| &payment.lines).map(|line| line.amount))
    };
    let transferred = sum(transfers.iter().map(|line| line.amount))?;
    let came = sum([taken(Method::Cash)?, taken(Method::Transfer)?.max(transferred)])?;
    Ok(match (asked, came) {
        (Dong(0), Dong(0)) if payments.is_empty() => Due::Nothing,
        (asked, came) if came < asked => Due::Owed(Dong(asked.0 - came.0)),
        (asked, came) if came > asked => Due::Overpaid(Dong(came.0 - asked.0)),
        _ => Due::Paid,
    })
}
