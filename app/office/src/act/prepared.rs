//! Electronic acts that one prepares and another signs: a clerk at the counter fills in and scans, the certifier signs
//! later, here or at another seat.
//!
//! A preparation is the coming act without its number, its certifier, its time and its signed file: these are the
//! signature's own. It bears the id of that act. So the act that completes it names it by the id that both bear, and
//! what holds for ids holds for completing: a preparation is completed once, a second time is refused, and where two
//! machines that had not heard of each other complete it, the first act stands and the other is a conflict with its
//! number used. No number is taken before the act is done.
//!
//! A preparation ends in another way when it is returned, with a reason: by whoever prepared it, by the certifier whom
//! it asks (by any certifier where it asks nobody in particular), or by the head. Where it was signed at another machine
//! at the same time the act stands, as its file is signed and may be handed out; the return is a conflict.
//!
//! The act says what was prepared, to the letter ([`Act::settled`]): whoever signs may return it but not change it.

#[cfg(test)]
mod tests;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use super::{
    Act, ActError, Circumstances, Definition, Exclusion, Medium, Part, Place, Request, Signer,
    Signing, Wording,
};
use crate::{
    Explain,
    book::{Number, Period},
    id::{ContentHash, UserName},
    role::Role,
};

/// Most pages of one electronic copy: what a counter scans at once, and a signed file that still can be mailed.
pub const MOST_PAGES: usize = 200;

/// Roles whose holders may return what asks nobody in particular: those who certify.
const CERTIFIERS: &[Role] = &[Role::Certifier, Role::Notary];

/// An electronic act that waits for its signature.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// The coming act: its number is awaited, its time is that of the preparation, and it is signed by whoever prepared
    /// it alone, who receives.
    pub act: Act,
    /// The original's scanned pages in their order; contents of the ledger.
    pub pages: Vec<ContentHash>,
    /// The certifier who is asked; none: whoever may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<UserName>,
}

/// Debug output may reach a log: an act names people.
impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Prepared({:?}, {} pages)", self.act, self.pages.len())
    }
}

/// Why an act cannot be prepared, or a preparation not completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PreparedError {
    /// Of a kind that is signed on paper.
    #[error(
        "Loại việc này ký trên giấy nên không chuyển ký số được. Chưa ghi gì vào sổ. Hãy ghi sổ rồi in, ký như thường lệ."
    )]
    OnPaper,
    /// No page, or too many.
    #[error(
        "Bản chờ ký số phải có từ 1 đến {MOST_PAGES} trang. Chưa ghi gì vào sổ. Hãy quét bản chính, hoặc tách thành nhiều bản."
    )]
    Pages,
    /// It is not what a preparation is: a number or a file is there already, or others sign it.
    #[error(
        "Bản chờ ký số không đúng dạng. Chưa ghi gì vào sổ. Hãy mở lại màn hình và lập lại; nếu lặp lại, hãy báo bộ phận hỗ trợ."
    )]
    NotComing,
    /// Another certifier is asked.
    #[error(
        "Bản này được chuyển cho người khác ký. Chưa ký gì, chưa ghi gì vào sổ. Hãy để người được đề nghị ký, hoặc nhờ người lập rút lại rồi chuyển cho bạn."
    )]
    OthersTurn,
    /// The act differs from what was prepared.
    #[error(
        "Việc được ghi khác với bản đã lập chờ ký. Chưa ghi gì vào sổ. Hãy trả lại bản chờ ký kèm lý do để người lập sửa."
    )]
    Differs,
}

impl Explain for PreparedError {
    fn code(&self) -> &'static str {
        match self {
            Self::OnPaper => "OFF-180",
            Self::Pages => "OFF-181",
            Self::NotComing => "OFF-182",
            Self::OthersTurn => "OFF-183",
            Self::Differs => "OFF-184",
        }
    }

    fn english(&self) -> String {
        let why = match self {
            Self::OnPaper => "This kind of act is signed on paper.",
            Self::Pages => "A preparation has from one page to the most that a copy may have.",
            Self::NotComing => "This is no preparation of an act.",
            Self::OthersTurn => "Another certifier is asked to sign this.",
            Self::Differs => "The act differs from what was prepared.",
        };
        format!("{why} Nothing was signed or recorded.")
    }
}

/// Why something that was asked for by an act's rules or a preparation's is not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPrepared {
    /// The act's rules.
    #[error(transparent)]
    Act(#[from] ActError),
    /// The preparation's.
    #[error(transparent)]
    Prepared(#[from] PreparedError),
}

impl Explain for NotPrepared {
    fn code(&self) -> &'static str {
        match self {
            Self::Act(error) => error.code(),
            Self::Prepared(error) => error.code(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Act(error) => error.english(),
            Self::Prepared(error) => error.english(),
        }
    }
}

impl Request<'_> {
    /// The act as it can be signed later. Whoever is asked, or might be, has to be among those who sign, so that
    /// everything is refused now that would be refused then.
    ///
    /// # Errors
    /// [`NotPrepared`].
    pub fn prepared(
        &self,
        by: Signer,
        pages: Vec<ContentHash>,
        asked: Option<UserName>,
    ) -> Result<Prepared, NotPrepared> {
        if self.kind.medium != Medium::Electronic {
            return Err(PreparedError::OnPaper.into());
        }
        let by = Signer { part: Part::Receives, ..by };
        let prepared = Prepared { act: Act { signers: vec![by], ..self.draft()? }, pages, asked };
        prepared.check()?;
        Ok(prepared)
    }
}

impl Prepared {
    /// Who prepared it, as printed.
    pub fn by(&self) -> Option<&Signer> {
        self.act.signers.first()
    }

    /// Whether this user is asked to sign it, or might be.
    pub fn asks(&self, user: &UserName) -> bool {
        self.asked.as_ref().is_none_or(|asked| asked == user)
    }

    /// Whether it may be written, as far as it tells by itself.
    ///
    /// # Errors
    /// [`NotPrepared`].
    pub fn check(&self) -> Result<(), NotPrepared> {
        if !(1..=MOST_PAGES).contains(&self.pages.len()) {
            return Err(PreparedError::Pages.into());
        }
        let [by] = self.act.signers.as_slice() else {
            return Err(PreparedError::NotComing.into());
        };
        let is_coming = by.part == Part::Receives
            && self.act.number.issued().is_none()
            && self.act.document.is_none();
        if !is_coming {
            return Err(PreparedError::NotComing.into());
        }
        // The rules of an act, with somebody in the certifier's place.
        let certifier = Signer { part: Part::Certifies, ..by.clone() };
        Act { signers: vec![certifier], ..self.act.clone() }.check()?;
        Ok(())
    }

    /// The act with its certifier and with the number that it will have, to be drawn and signed. Nothing is taken yet.
    ///
    /// # Errors
    /// [`NotPrepared`]: the law may have changed since it was prepared, and the certifier's rights.
    pub fn unsigned(
        &self,
        kind: &Definition,
        excluded: Option<&Exclusion>,
        wording: &Wording,
        certifier: &Signing<'_>,
        number: Number,
        at: DateTime,
    ) -> Result<Act, NotPrepared> {
        let day = at.date();
        // What was confirmed by the law of another day says nothing of this one.
        if let Some(excluded) = excluded
            && self.act.cleared.as_ref() != Some(&excluded.law)
        {
            return Err(ActError::NotCleared(excluded.law.clone()).into());
        }
        if kind.medium != Medium::Electronic {
            return Err(PreparedError::OnPaper.into());
        }
        if number.issued().is_none() {
            return Err(ActError::AwaitedNumber.into());
        }
        if kind.id != self.act.kind || !kind.is_in_force(day) {
            return Err(ActError::NotInForce(day).into());
        }
        if !self.asks(&certifier.signer.user) {
            return Err(PreparedError::OthersTurn.into());
        }
        let as_certifier = Signer { part: Part::Certifies, ..certifier.signer.clone() };
        let signer = Signing { signer: as_certifier, ..certifier.clone() }.signing(kind, day)?;
        // Who certifies what they prepared themselves signs once.
        let others = self.act.signers.iter().filter(|one| one.user != certifier.signer.user);
        let signers: Vec<Signer> = others.cloned().chain([signer]).collect();
        let circumstances = Circumstances::of(Place::of(signers.iter()), &self.act.people);
        let value = |key: &str| self.act.form.value(key);
        if wording.id != self.act.wording
            || !wording.is_in_force(day)
            || !wording.fits(&kind.id, circumstances, value)
        {
            return Err(ActError::NoWording.into());
        }
        let act = Act { number, signers, at, ..self.act.clone() };
        act.check()?;
        Ok(act)
    }

    /// Whether this user may return it.
    pub fn is_returnable_by(&self, user: &UserName, roles: &[Role]) -> bool {
        is_returnable(self.by().map(|by| &by.user), self.asked.as_ref(), user, roles)
    }
}

/// Whether a preparation of `by`, which asks a certifier or whoever may, may be returned by this user.
pub fn is_returnable(
    by: Option<&UserName>,
    asked: Option<&UserName>,
    user: &UserName,
    roles: &[Role],
) -> bool {
    let certifies = roles.iter().any(|role| CERTIFIERS.contains(role));
    by == Some(user)
        || asked == Some(user)
        || (asked.is_none() && certifies)
        || roles.contains(&Role::Head)
}

impl Act {
    /// The act without what the signature brings: number, time, who signs and the signed file; and without the places by
    /// which its people are known.
    pub(crate) fn as_prepared(&self) -> Act {
        let series = Period::Year.series(self.number.series().book, Date::ZERO);
        let mut act = Act {
            number: Number::Pending { series },
            at: DateTime::ZERO,
            signers: Vec::new(),
            document: None,
            ..self.clone()
        };
        act.people.iter_mut().for_each(|one| one.who.whose = None);
        act
    }
}
