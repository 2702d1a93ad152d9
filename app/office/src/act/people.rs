//! Who takes part in an act from outside: those who ask for it, on a side of a transaction or not, and those who help
//! them, witnesses and interpreters.
//!
//! Who cannot read, hear, or neither sign nor give a fingerprint has two witnesses, who have no part in the matter;
//! who does not speak Vietnamese has an interpreter (NĐ 23/2015/NĐ-CP art. 36; Luật Công chứng 46/2024 art. 48). The
//! rule holds for every kind of act, and for whoever a clerk says it of.

use serde::{Deserialize, Serialize};

use super::{ActError, Definition, MOST_REQUESTERS, Name, check_people};
use crate::{person::Identity, text::fold};

/// Witnesses whom somebody needs who cannot read, hear or sign.
pub const WITNESSES: usize = 2;
/// Most characters of whom somebody acts for.
const MAX_PRINCIPAL: usize = 400;

/// A side of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Side {
    /// Short name (`seller`).
    pub id: Name,
    /// As it is written (`Bên chuyển nhượng`).
    pub label: String,
    /// Whether who stands on it disposes of something: who is barred from that is refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disposes: bool,
}

/// As what somebody takes part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Asks for the act, of a kind that has no sides.
    #[default]
    Asks,
    /// Is on this side of a transaction, see [`Definition::sides`].
    Side(Side),
    /// Sees and signs for somebody who cannot read, hear or sign.
    Witness,
    /// Translates for somebody who does not speak Vietnamese.
    Interpreter,
}

impl Standing {
    /// In words.
    pub fn label(&self) -> &str {
        match self {
            Self::Asks => "Người yêu cầu",
            Self::Side(side) => &side.label,
            Self::Witness => "Người làm chứng",
            Self::Interpreter => "Người phiên dịch",
        }
    }

    /// Whether it is one of those who ask, and not of those who help.
    pub fn asks(&self) -> bool {
        match self {
            Self::Asks | Self::Side(_) => true,
            Self::Witness | Self::Interpreter => false,
        }
    }
}

/// What keeps somebody from doing all by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hindrance {
    /// Cannot read.
    Reading,
    /// Cannot hear.
    Hearing,
    /// Can neither sign nor give a fingerprint.
    Signing,
    /// Does not speak Vietnamese.
    Language,
}

impl Hindrance {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Reading, Self::Hearing, Self::Signing, Self::Language];

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Reading => "Không đọc được",
            Self::Hearing => "Không nghe được",
            Self::Signing => "Không ký và không điểm chỉ được",
            Self::Language => "Không thông thạo tiếng Việt",
        }
    }
}

/// Somebody from outside who takes part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Who, with the evidence of it.
    pub who: Identity,
    /// As what.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub standing: Standing,
    /// For whom, where it is not for themselves: an organisation or a person, with what allows it
    /// (`Công ty TNHH Thử Nghiệm, mã số 5300000001, Giám đốc`).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub acts_for: String,
    /// What they cannot do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hindrance: Option<Hindrance>,
}

fn is_usual(standing: &Standing) -> bool {
    *standing == Standing::Asks
}

impl From<Identity> for Participant {
    fn from(who: Identity) -> Self {
        Self { who, standing: Standing::Asks, acts_for: String::new(), hindrance: None }
    }
}

/// What somebody is to whoever certifies, by names alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kin {
    /// The same name.
    Namesake,
    /// Their father's or mother's name is the certifier's.
    Child,
    /// Their husband's or wife's name is the certifier's.
    Spouse,
}

impl Kin {
    /// In words, of the person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Namesake => "trùng họ tên",
            Self::Child => "có cha hoặc mẹ trùng họ tên",
            Self::Spouse => "có vợ hoặc chồng trùng họ tên",
        }
    }
}

/// Who of those who ask may be the certifier themselves or close kin, for whom they may not certify
/// (NĐ 23/2015/NĐ-CP art. 9), by what the papers say. Names are no proof: somebody has to be asked.
pub fn kin<'p>(people: &'p [Participant], certifier: &str) -> Option<(&'p Identity, Kin)> {
    let certifier = fold(certifier);
    let is = |name: &str| !certifier.is_empty() && fold(name) == certifier;
    let asking = people.iter().filter(|one| one.standing.asks()).map(|one| &one.who);
    let mut related = asking.filter_map(|who| {
        let person = &who.person;
        let kin = if is(&person.name) {
            Kin::Namesake
        } else if is(&person.father) || is(&person.mother) {
            Kin::Child
        } else if person.spouses.iter().any(|name| is(name)) {
            Kin::Spouse
        } else {
            return None;
        };
        Some((who, kin))
    });
    related.next()
}

impl Participant {
    /// Says of somebody only what is said of whoever takes part so in this kind of act.
    pub fn settle(&mut self, kind: &Definition) {
        if !kind.helpers || !self.standing.asks() {
            self.hindrance = None;
            self.acts_for.clear();
        }
    }
}

/// Whether these people may take part in an act.
///
/// # Errors
/// [`ActError`].
pub(super) fn check(people: &[Participant]) -> Result<(), ActError> {
    if people.len() > MOST_REQUESTERS {
        return Err(ActError::TooManyPeople);
    }
    check_people(people.iter().map(|one| &one.who))?;
    let standing =
        |wanted: fn(&Standing) -> bool| people.iter().filter(move |one| wanted(&one.standing));
    if standing(Standing::asks).next().is_none() {
        return Err(ActError::NoRequester);
    }
    if people.iter().any(|one| one.acts_for.chars().nth(MAX_PRINCIPAL).is_some()) {
        return Err(ActError::NotFilled("Tên người được đại diện quá dài.".into()));
    }
    for helper in people.iter().filter(|one| !one.standing.asks()) {
        let known = |one: &Participant| (one.who.claim(), one.who.named());
        let times = people.iter().filter(|one| known(one) == known(helper)).count();
        if known(helper) != (None, None) && times > 1 {
            return Err(ActError::OwnHelper);
        }
    }
    let hindered = |wanted: fn(Hindrance) -> bool| {
        let asks = people.iter().filter(|one| one.standing.asks());
        asks.filter_map(|one| one.hindrance).any(wanted)
    };
    let witnesses = standing(|one| *one == Standing::Witness).count();
    if hindered(|one| one != Hindrance::Language) && witnesses < WITNESSES {
        return Err(ActError::WitnessesNeeded);
    }
    let interpreters = standing(|one| *one == Standing::Interpreter).count();
    if hindered(|one| one == Hindrance::Language) && interpreters == 0 {
        return Err(ActError::InterpreterNeeded);
    }
    Ok(())
}

/// Whether they stand on the sides that a kind of act has: somebody on each, nobody elsewhere.
///
/// # Errors
/// [`ActError::NoSide`], [`ActError::EmptySide`].
pub(super) fn check_sides(people: &[Participant], kind: &Definition) -> Result<(), ActError> {
    for one in people {
        let fits = match &one.standing {
            Standing::Asks => kind.sides.is_empty(),
            Standing::Side(side) => kind.sides.contains(side),
            Standing::Witness | Standing::Interpreter => kind.helpers,
        };
        if !fits {
            return Err(ActError::NoSide(one.who.person.name.clone()));
        }
    }
    for side in &kind.sides {
        if !people.iter().any(|one| one.standing == Standing::Side(side.clone())) {
            return Err(ActError::EmptySide(side.label.clone()));
        }
    }
    Ok(())
}
