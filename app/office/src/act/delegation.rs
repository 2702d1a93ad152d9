//! Delegations (ủy quyền) to certify: who is competent by law lets somebody of the office certify acts of some kinds, by
//! a decision with a number, for some days (NĐ 23/2015/NĐ-CP art. 5; Luật Tổ chức chính quyền địa phương).
//!
//! Only who holds the power by their role gives it, and whoever has it by a delegation passes nothing on. What each
//! decision says of the line above the signature is typed from it, as offices write it differently. A delegation that
//! was ended covers nothing any more; what was certified under it stays.

#[cfg(test)]
mod tests;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Definition, Name};
use crate::{Explain, date, id::UserName, role::Role, text};

/// Most characters of a decision's number and of the line above a signature.
const MOST_TYPED: usize = 100;
/// Most kinds of acts of one delegation.
const MOST_KINDS: usize = 200;

/// Key of a delegation: 32 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DelegationId(pub String);

/// A decision that lets somebody certify.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// Key.
    pub id: DelegationId,
    /// Who gives it: they hold the power by their role.
    pub by: UserName,
    /// To whom.
    pub to: UserName,
    /// Number of the decision (`12/QĐ-UBND`).
    pub decision: String,
    /// Its day.
    pub decided: Date,
    /// What stands above the signature, as the decision has it (`TUQ. CHỦ TỊCH`).
    pub signs_as: String,
    /// The kinds of acts.
    pub kinds: Vec<Name>,
    /// The first day on which it holds.
    pub from: Date,
    /// The last.
    pub until: Date,
}

/// By what somebody certified who does not hold the power by their role, as it stood then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegated {
    /// Number of the decision.
    pub decision: String,
    /// Its day.
    pub decided: Date,
    /// What stands above the signature.
    pub signs_as: String,
}

/// What is typed of a delegation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Number of the decision.
    pub decision: String,
    /// Its day, where one was typed.
    pub decided: Option<Date>,
    /// What stands above the signature.
    pub signs_as: String,
    /// The kinds of acts.
    pub kinds: Vec<Name>,
    /// The first day.
    pub from: Option<Date>,
    /// The last.
    pub until: Option<Date>,
}

/// Somebody of the office, as far as their power to certify goes.
#[derive(Clone, Copy, Debug)]
pub struct Official<'a> {
    /// Who.
    pub user: &'a UserName,
    /// Full name.
    pub full_name: &'a str,
    /// Their roles.
    pub roles: &'a [Role],
}

impl Official<'_> {
    /// Whether they hold the power for a kind by their role.
    pub fn holds(&self, kind: &Definition) -> bool {
        self.roles.iter().any(|role| kind.roles.contains(role))
    }
}

/// Why nothing is delegated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DelegationError {
    /// No number or day of the decision, or a text that is too long.
    #[error(
        "Chưa ghi đủ số, ngày của quyết định ủy quyền và thể thức ký (mỗi ô không quá {MOST_TYPED} chữ). Chưa ghi ủy quyền. Hãy ghi như trong quyết định."
    )]
    NoDecision,
    /// No kind of act.
    #[error(
        "Chưa chọn loại việc được ủy quyền. Chưa ghi ủy quyền. Hãy chọn các loại việc nêu trong quyết định."
    )]
    NoKind,
    /// No days, or they are turned round, or begin before the decision.
    #[error(
        "Thời hạn ủy quyền phải có ngày bắt đầu và ngày kết thúc, không bắt đầu trước ngày quyết định. Chưa ghi ủy quyền. Hãy ghi lại thời hạn."
    )]
    Period,
    /// To oneself.
    #[error("Không tự ủy quyền cho mình được. Chưa ghi ủy quyền. Hãy chọn người khác.")]
    Oneself,
    /// Whoever gives it does not hold the power by their role; the kind.
    #[error(
        "“{0}” không thuộc thẩm quyền theo vai trò của bạn nên bạn không ủy quyền được; người được ủy quyền không được ủy quyền lại. Chưa ghi ủy quyền. Hãy để người có thẩm quyền ghi."
    )]
    NotHeld(String),
    /// A kind that only who holds the power by their role may do: a notary's.
    #[error("“{0}” không ủy quyền được. Chưa ghi ủy quyền. Hãy bỏ chọn loại việc này.")]
    NotDelegable(String),
    /// Whoever gets it holds the power already.
    #[error(
        "{0} đã có thẩm quyền theo vai trò với mọi loại việc được chọn. Chưa ghi ủy quyền. Hãy chọn người khác hoặc loại việc khác."
    )]
    HeldAlready(String),
    /// It was ended before.
    #[error("Ủy quyền này đã chấm dứt. Không ghi gì thêm.")]
    EndedAlready,
    /// Its id is another's.
    #[error("Ủy quyền này đã được ghi. Không ghi gì thêm.")]
    GivenAlready,
}

impl Explain for DelegationError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoDecision => "OFF-197",
            Self::NoKind => "OFF-198",
            Self::Period => "OFF-199",
            Self::Oneself => "OFF-200",
            Self::NotHeld(_) => "OFF-201",
            Self::NotDelegable(_) => "OFF-202",
            Self::HeldAlready(_) => "OFF-203",
            Self::EndedAlready => "OFF-204",
            Self::GivenAlready => "OFF-205",
        }
    }

    fn english(&self) -> String {
        let why = match self {
            Self::NoDecision => {
                "The decision's number, its day or the line above the signature is missing or too long."
            }
            Self::NoKind => "No kind of act was chosen.",
            Self::Period => {
                "A delegation has a first and a last day and does not begin before its decision."
            }
            Self::Oneself => "Nobody delegates to themselves.",
            Self::NotHeld(_) => {
                "Only who holds a power by their role delegates it; nobody delegates what was delegated to them."
            }
            Self::NotDelegable(_) => "Acts of this kind cannot be delegated.",
            Self::HeldAlready(_) => "They hold the power by their role already.",
            Self::EndedAlready => "It was ended before.",
            Self::GivenAlready => "It was recorded before.",
        };
        format!("{why} Nothing was recorded.")
    }
}

impl Delegation {
    /// What `giver` delegates to `receiver`; `kinds` are those in force.
    ///
    /// # Errors
    /// [`DelegationError`].
    pub fn give<'a>(
        id: DelegationId,
        giver: Official<'_>,
        receiver: Official<'_>,
        terms: &Terms,
        kinds: impl IntoIterator<Item = &'a Definition>,
    ) -> Result<Self, DelegationError> {
        let (Some(from), Some(until)) = (terms.from, terms.until) else {
            return Err(DelegationError::Period);
        };
        let given = Self {
            id,
            by: giver.user.clone(),
            to: receiver.user.clone(),
            decision: text::clean(&terms.decision),
            decided: terms.decided.ok_or(DelegationError::NoDecision)?,
            signs_as: text::clean(&terms.signs_as),
            kinds: terms.kinds.clone(),
            from,
            until,
        };
        given.check()?;
        let meant: Vec<&Definition> =
            kinds.into_iter().filter(|kind| given.kinds.contains(&kind.id)).collect();
        if !given.kinds.iter().all(|id| meant.iter().any(|kind| kind.id == *id)) {
            return Err(DelegationError::NoKind);
        }
        for kind in &meant {
            if !is_delegable(kind) {
                return Err(DelegationError::NotDelegable(kind.label.clone()));
            }
            if !giver.holds(kind) {
                return Err(DelegationError::NotHeld(kind.label.clone()));
            }
        }
        if meant.iter().all(|kind| receiver.holds(kind)) {
            return Err(DelegationError::HeldAlready(receiver.full_name.to_owned()));
        }
        Ok(given)
    }

    /// Whether it may be written, as far as it tells by itself.
    ///
    /// # Errors
    /// [`DelegationError`].
    pub fn check(&self) -> Result<(), DelegationError> {
        let untidy = |words: &str| {
            words.is_empty()
                || text::clean(words) != words
                || words.chars().nth(MOST_TYPED).is_some()
        };
        if untidy(&self.decision) || untidy(&self.signs_as) {
            Err(DelegationError::NoDecision)
        } else if self.kinds.is_empty() || self.kinds.len() > MOST_KINDS {
            Err(DelegationError::NoKind)
        } else if self.until < self.from || self.from < self.decided {
            Err(DelegationError::Period)
        } else if self.by == self.to {
            Err(DelegationError::Oneself)
        } else {
            Ok(())
        }
    }

    /// Whether it lets an act of this kind be certified on `day`.
    pub fn covers(&self, kind: &Name, day: Date) -> bool {
        self.kinds.contains(kind) && (self.from..=self.until).contains(&day)
    }

    /// As an act keeps it.
    pub fn kept(&self) -> Delegated {
        let Self { decision, decided, signs_as, .. } = self.clone();
        Delegated { decision, decided, signs_as }
    }

    /// Its decision and its days: `Quyết định số 12/QĐ-UBND ngày 01/11/2026, từ 02/11/2026 đến 31/12/2026`.
    pub fn words(&self) -> String {
        let (from, until) = (date::format(self.from), date::format(self.until));
        format!("{}, từ {from} đến {until}", self.kept().words())
    }
}

impl Delegated {
    /// The decision: `Quyết định số 12/QĐ-UBND ngày 01/11/2026`.
    pub fn words(&self) -> String {
        format!("Quyết định số {} ngày {}", self.decision, date::format(self.decided))
    }
}

/// Whether acts of a kind can be certified by delegation: where the head of the agency is competent. A notary's power is
/// their own.
pub fn is_delegable(kind: &Definition) -> bool {
    kind.roles.contains(&Role::Head)
}
