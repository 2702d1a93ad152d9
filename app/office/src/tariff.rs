//! What a dossier costs, and how it stands between what is due and what came in.
//!
//! The catalogue gives rates, the clerk says which case it is and counts; this gives the lines of the
//! receipt. An amount that the catalogue does not know is typed by the clerk, never guessed. A sum is
//! refused where it passes [`MOST`]: a slip of the hand is likelier than such a fee, and no overflow
//! can hide behind it.

#[cfg(test)]
mod tests;

use std::fmt;

use jiff::civil::{Date, DateTime};

use crate::{
    Explain,
    catalogue::{ChannelRule, FeeRule},
    dossier::{Dossier, Fee},
    money::Dong,
    payment::{Exempted, FeeKind, FeeLine, MatchedLine, Method, Origin, Payment},
    text,
    workflow::{Move, Step, standing},
};

/// No dossier costs more; the highest fee the suite knows of ends at 70 million đồng.
pub const MOST: Dong = Dong(10_000_000_000);

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

/// Why less than the tariff is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relief {
    /// Miễn: nothing is taken.
    Exempt(Exempted),
    /// Giảm: this is taken instead.
    Reduced {
        /// What is still taken, less than the tariff.
        to: Dong,
        /// Why.
        why: Exempted,
    },
}

/// What the clerk says about one fee of a dossier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What the receipt's line says.
    pub label: String,
    /// Phí or lệ phí: the catalogue does not say.
    pub kind: FeeKind,
    /// Which of [`choices`], from 0; `None` where there is one only.
    pub choice: Option<usize>,
    /// How many cases.
    pub quantity: u32,
    /// Pages of the original, where the fee goes by page.
    pub pages: u32,
    /// Copies, where the fee goes by page.
    pub copies: u32,
    /// The amount of one case, where the catalogue does not know it.
    pub typed: Option<Dong>,
    /// Exemption or reduction.
    pub relief: Option<Relief>,
}

/// What is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// Lines of the receipt, at least one; of a free case with 0 đồng.
    pub lines: Vec<FeeLine>,
    /// Why less than the tariff is taken.
    pub exempted: Option<Exempted>,
    /// Sum of the lines.
    pub total: Dong,
}

/// Why no bill can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TariffError {
    /// Several rates.
    #[error(
        "Thủ tục có {0} mức thu khác nhau nên chưa tính được tiền. Chưa thu gì. Hãy chọn trường hợp của hồ sơ."
    )]
    ChoiceNeeded(usize),
    /// A case that the catalogue does not have.
    #[error(
        "Trường hợp thu đã chọn không có trong danh mục. Chưa thu gì. Hãy chọn lại trường hợp."
    )]
    NoSuchChoice,
    /// Not in the catalogue.
    #[error(
        "Danh mục chưa ghi mức thu ({0}). Chưa thu gì. Hãy nhập mức thu theo văn bản của tỉnh."
    )]
    Unknown(String),
    /// Nothing counted.
    #[error(
        "Số lượng, số trang và số bản phải từ 1 trở lên. Chưa thu gì. Hãy sửa số đếm rồi làm lại."
    )]
    ZeroCount,
    /// More than any dossier costs.
    #[error("Số tiền vượt {MOST} nên bị coi là nhầm. Chưa thu gì. Hãy kiểm tra số đếm và mức thu.")]
    TooMuch,
    /// An exemption without a group or basis.
    #[error(
        "Chưa ghi đối tượng hoặc căn cứ miễn, giảm. Chưa thu gì. Hãy chọn đối tượng trong danh mục miễn, giảm."
    )]
    NoBasis,
    /// A reduction that reduces nothing.
    #[error("Mức sau khi giảm phải thấp hơn {0}. Chưa thu gì. Hãy sửa mức giảm.")]
    NotReduced(Dong),
}

impl Explain for TariffError {
    fn code(&self) -> &'static str {
        match self {
            Self::ChoiceNeeded(_) => "OFF-91",
            Self::NoSuchChoice => "OFF-92",
            Self::Unknown(_) => "OFF-93",
            Self::ZeroCount => "OFF-94",
            Self::TooMuch => "OFF-95",
            Self::NoBasis => "OFF-96",
            Self::NotReduced(_) => "OFF-97",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::ChoiceNeeded(n) => format!(
                "The procedure has {n} different rates. Nothing was taken. Choose the dossier's case."
            ),
            Self::NoSuchChoice => "The catalogue does not have the chosen case. Nothing was taken. Choose again.".into(),
            Self::Unknown(_) => "The catalogue does not know the fee. Nothing was taken. Type it as the province decided.".into(),
            Self::ZeroCount => "Quantity, pages and copies must be at least 1. Nothing was taken. Correct them.".into(),
            Self::TooMuch => format!("The amount passes {} and is taken for a slip. Nothing was taken. Check counts and rate.", MOST),
            Self::NoBasis => "The group or basis of the exemption is missing. Nothing was taken. Choose it.".into(),
            Self::NotReduced(full) => format!("A reduced fee must be below {full}. Nothing was taken. Correct it."),
        }
    }
}

/// The different rates of a case of a channel on a day, in the catalogue's order, and when each is due;
/// in words, or empty.
pub fn choices(rule: &ChannelRule, day: Date) -> Vec<(&FeeRule, &str)> {
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

/// What is due for one case of a channel on a day.
pub fn bill(rule: &ChannelRule, day: Date, ask: &Ask) -> Result<Bill, TariffError> {
    let choices = choices(rule, day);
    let fee = match (choices.as_slice(), ask.choice) {
        ([], None) => None,
        ([one], None) => Some(one.0),
        (several, None) => return Err(TariffError::ChoiceNeeded(several.len())),
        (all, Some(choice)) => Some(all.get(choice).ok_or(TariffError::NoSuchChoice)?.0),
    };
    if ask.quantity == 0 {
        return Err(TariffError::ZeroCount);
    }
    let one = match fee {
        Some(FeeRule::Free) => Dong(0),
        Some(FeeRule::Fixed(amount)) => *amount,
        Some(FeeRule::PerPage(_)) if ask.pages == 0 || ask.copies == 0 => {
            return Err(TariffError::ZeroCount);
        }
        Some(FeeRule::PerPage(rate)) => rate.amount(ask.pages, ask.copies),
        Some(FeeRule::Unknown(why)) => {
            ask.typed.ok_or_else(|| TariffError::Unknown(why.clone()))?
        }
        None => ask.typed.ok_or_else(|| TariffError::Unknown(rule.fee_note.clone()))?,
    };
    let full = limited(one.0.checked_mul(u64::from(ask.quantity)))?;
    let (amount, exempted) = match &ask.relief {
        None => (full, None),
        Some(Relief::Exempt(why)) => (Dong(0), Some(why)),
        Some(Relief::Reduced { to, .. }) if *to >= full => {
            return Err(TariffError::NotReduced(full));
        }
        Some(Relief::Reduced { to, why }) => (*to, Some(why)),
    };
    let named = |words: &String| !text::clean(words).is_empty();
    if exempted.is_some_and(|why| !named(&why.label) || !named(&why.basis)) {
        return Err(TariffError::NoBasis);
    }
    let line =
        FeeLine { label: text::clean(&ask.label), kind: ask.kind, amount, origin: Origin::Tariff };
    Ok(Bill { lines: vec![line], exempted: exempted.cloned(), total: amount })
}

/// Several fees of one dossier on one receipt, which names one exemption at most.
pub fn join(bills: impl IntoIterator<Item = Bill>) -> Result<Bill, TariffError> {
    let mut all = Bill { lines: Vec::new(), exempted: None, total: Dong(0) };
    for bill in bills {
        all.lines.extend(bill.lines);
        all.exempted = all.exempted.or(bill.exempted);
    }
    all.total = sum(all.lines.iter().map(|line| line.amount))?;
    Ok(all)
}

/// The sum of amounts.
///
/// # Errors
/// [`TariffError::TooMuch`] where it passes [`MOST`].
pub fn sum(amounts: impl IntoIterator<Item = Dong>) -> Result<Dong, TariffError> {
    amounts.into_iter().try_fold(Dong(0), |sum, amount| limited(sum.0.checked_add(amount.0)))
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
