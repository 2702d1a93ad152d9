//! Acts (việc chứng thực, công chứng): a number in a book, who asked, what about, who signed, when.
//!
//! Which kinds of acts there are is data, see [`Definition`]: name, law, book, form, who may do it; and so are the
//! texts in which they are certified, see [`Wording`]. An act carries what counts of it as it stood, so that it is
//! printed again in the wording of its own day, and a ledger needs no other data to hold it.
//!
//! An act is done or annulled: two states, the second by an entry with its reason, and its number stays used.
//! What precedes it (a draft that is being filled) is a draft, what follows it (papers, money, remarks, files)
//! hangs on it as on any [`crate::subject::Subject`].

mod definition;
pub mod delegation;
mod error;
mod lookup;
mod people;
pub mod prepared;
mod receipt;
#[cfg(test)]
mod tests;
mod wording;

use std::fmt;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

pub use crate::id::ActId;
use crate::{
    book::{Number, Numbers, Period},
    dossier::Fee,
    eform::{Form, FormData},
    id::{ContentHash, UserName},
    person::Identity,
    role::Role,
    tariff,
    unit::names_commune,
};
pub use definition::{
    Amends, ByValue, Definition, DefinitionError, Definitions, Exclusion, FeeStep,
};
pub use delegation::{Delegated, Delegation, DelegationError, DelegationId};
pub use error::ActError;
pub use lookup::LookupCode;
pub use people::{Hindrance, Kin, Participant, Side, Standing, WITNESSES, kin};
pub use prepared::{Prepared, PreparedError};
pub use wording::{
    Blank, Circumstances, Look, Paragraph, Piece, Place, Sentence, When, Wording, Wordings,
};

/// Most people who take part in one act: the heirs of a large family.
pub const MOST_REQUESTERS: usize = 50;
/// Most people who sign one.
pub const MOST_SIGNERS: usize = 10;
/// Most copies of one, and most pages that are counted.
pub const MOST_COUNTED: u32 = 10_000;

/// A short name: small letters, digits and `_`, beginning with a letter, at most 40.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// A text that is no short name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a short name: small letters, digits and _, at most 40")]
pub struct NoName;

impl Name {
    /// The name that this text is.
    ///
    /// # Errors
    /// [`NoName`].
    pub fn parse(text: &str) -> Result<Self, NoName> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let begins = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        match begins && text.len() <= 40 && text.bytes().all(plain) {
            true => Ok(Self(text.into())),
            false => Err(NoName),
        }
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Name {
    type Error = NoName;

    fn try_from(text: String) -> Result<Self, NoName> {
        Self::parse(&text)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// In what part somebody signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Received the request at the one-stop counter, and the requester signed before them.
    Receives,
    /// Certifies or notarises.
    Certifies,
}

/// In what form an act is handed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// On paper, signed by hand: who keeps the book writes it down.
    #[default]
    Paper,
    /// As a file with the certifier's digital signature, without which it is not done (NĐ 45/2020/NĐ-CP art. 10).
    Electronic,
}

/// Somebody of the office who signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// Login name.
    pub user: UserName,
    /// Full name, as printed.
    pub full_name: String,
    /// Position, as printed.
    pub title: String,
    /// In what part.
    pub part: Part,
    /// By which delegation they certify, where they do not hold the power by their role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegated: Option<Delegated>,
}

/// An act that was done.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// Key.
    pub id: ActId,
    /// Its kind, see [`Definition::id`].
    pub kind: Name,
    /// The kind's name as it stood.
    pub label: String,
    /// Its number in its book.
    pub number: Number,
    /// Who takes part, each with the evidence of who they are; at least one of them asks.
    pub people: Vec<Participant>,
    /// Legal basis or consent for using their data.
    pub legal_basis: String,
    /// What it is about.
    pub form: FormData,
    /// Earlier acts about the same assets that whoever wrote it was shown, see [`crate::asset`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<ActId>,
    /// That it is none of the cases in which it may not be done, in the words of that day: the law that names them.
    /// Who wrote it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleared: Option<String>,
    /// How many copies; of what is not counted in copies 1.
    pub copies: u32,
    /// Pages that its fee counts: of a copy those of the original (TT 226/2016/TT-BTC art. 4), of a text those of
    /// one copy with its wording; of what is not counted in pages 1.
    pub pages: u32,
    /// What it costs.
    pub fee: Fee,
    /// Who signs, in the order of signing.
    pub signers: Vec<Signer>,
    /// The wording that it is printed in, see [`Wording::id`].
    pub wording: Name,
    /// Local time.
    pub at: DateTime,
    /// Of an electronic act its signed file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<ContentHash>,
}

/// Debug output may reach a log: an act names people.
impl fmt::Debug for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Act({}, {}, …)", self.id.0, self.kind)
    }
}

/// Whether an act, or a line of a book, may name these people.
///
/// # Errors
/// [`ActError`].
pub(crate) fn check_people<'a>(
    people: impl IntoIterator<Item = &'a Identity>,
) -> Result<(), ActError> {
    for (before, who) in people.into_iter().enumerate() {
        if before >= MOST_REQUESTERS {
            return Err(ActError::TooManyPeople);
        }
        if !who.evidence.usable() {
            return Err(ActError::ForgedIdentity);
        }
        if who.claim().is_none() && who.whose.is_none() {
            return Err(ActError::UnknownRequester);
        }
    }
    Ok(())
}

impl Definition {
    /// As what people may take part, in the order in which it is offered.
    pub fn standings(&self) -> Vec<Standing> {
        let sides = self.sides.iter().cloned().map(Standing::Side);
        let mut all: Vec<Standing> =
            if self.sides.is_empty() { vec![Standing::Asks] } else { sides.collect() };
        if self.helpers {
            all.extend([Standing::Witness, Standing::Interpreter]);
        }
        all
    }

    /// As what one more person most likely takes part: the first side where nobody stands, else a witness whom somebody
    /// needs, else as the one before.
    pub fn usual(&self, people: &[Participant]) -> Standing {
        let is_free = |side: &Standing| !people.iter().any(|one| one.standing == *side);
        let free = self.standings().into_iter().find(|one| one.asks() && is_free(one));
        let hindered = people.iter().filter_map(|one| one.hindrance);
        let (mut witness, mut interpreter) = (false, false);
        for hindrance in hindered {
            match hindrance {
                Hindrance::Reading | Hindrance::Hearing | Hindrance::Signing => witness = true,
                Hindrance::Language => interpreter = true,
            }
        }
        let has = |wanted: Standing| people.iter().filter(|one| one.standing == wanted).count();
        match free {
            Some(side) => side,
            None if witness && has(Standing::Witness) < WITNESSES => Standing::Witness,
            None if interpreter && has(Standing::Interpreter) == 0 => Standing::Interpreter,
            None => {
                let asks = people.iter().rev().find(|one| one.standing.asks());
                asks.map(|one| one.standing.clone()).unwrap_or_default()
            }
        }
    }
}

/// Of people those who ask.
pub fn asking(people: &[Participant]) -> impl Iterator<Item = &Participant> {
    people.iter().filter(|one| one.standing.asks())
}

impl Act {
    /// Whether it may be written, as far as it tells by itself.
    ///
    /// # Errors
    /// [`ActError`].
    pub fn check(&self) -> Result<(), ActError> {
        let counted = 1..=MOST_COUNTED;
        if self.signers.len() > MOST_SIGNERS {
            return Err(ActError::TooManyPeople);
        }
        people::check(&self.people)?;
        if !counted.contains(&self.copies) || !counted.contains(&self.pages) {
            return Err(ActError::Counts);
        }
        if !self.signers.iter().any(|signer| signer.part == Part::Certifies) {
            return Err(ActError::NotCompetent);
        }
        if self.document.is_some() && self.number.issued().is_none() {
            return Err(ActError::AwaitedNumber);
        }
        match &self.fee {
            Fee::Amount(amount) => tariff::sum([*amount]).map(drop).map_err(ActError::Fee),
            Fee::Free | Fee::Unknown(_) => Ok(()),
        }
    }

    /// Those who ask for it, on whichever side.
    pub fn requesters(&self) -> impl Iterator<Item = &Identity> {
        asking(&self.people).map(|one| &one.who)
    }

    /// Everybody from outside who takes part.
    pub fn identities(&self) -> impl Iterator<Item = &Identity> {
        self.people.iter().map(|one| &one.who)
    }

    /// The code by which it is looked up.
    pub fn lookup(&self) -> Option<LookupCode> {
        LookupCode::of(&self.id)
    }

    /// Whether this user certifies it.
    pub fn is_certified_by(&self, user: &UserName) -> bool {
        self.signers.iter().any(|one| one.part == Part::Certifies && one.user == *user)
    }

    /// What it is known by: `Chứng thực bản sao số 12/2026`.
    pub fn name(&self) -> String {
        match self.number.issued() {
            Some(issued) => format!("{} số {}/{}", self.label, issued.value, issued.series.year),
            None => format!("{} chờ cấp số", self.label),
        }
    }
}

/// Somebody who is to sign, with their roles.
#[derive(Clone, Debug)]
pub struct Signing<'a> {
    /// Who.
    pub signer: Signer,
    /// What they may do.
    pub roles: &'a [Role],
    /// The delegations that stand, of whomever.
    pub delegations: &'a [Delegation],
}

impl Signing<'_> {
    /// As they sign an act of a kind on `day`: who certifies does it by their role, else by a delegation.
    ///
    /// # Errors
    /// [`ActError::NotCompetent`], [`ActError::NotDelegated`].
    fn signing(&self, kind: &Definition, day: Date) -> Result<Signer, ActError> {
        let holds = self.roles.iter().any(|role| kind.roles.contains(role));
        if self.signer.part != Part::Certifies || holds {
            return Ok(Signer { delegated: None, ..self.signer.clone() });
        }
        let own = || self.delegations.iter().filter(|one| one.to == self.signer.user);
        // The newest: what was typed wrongly is recorded again.
        match own().rfind(|one| one.covers(&kind.id, day)) {
            Some(one) => Ok(Signer { delegated: Some(one.kept()), ..self.signer.clone() }),
            None => Err(match own().next_back() {
                Some(last) => ActError::NotDelegated(last.words()),
                None => ActError::NotCompetent,
            }),
        }
    }
}

/// An act that is asked for.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Key.
    pub id: ActId,
    /// Its kind.
    pub kind: &'a Definition,
    /// The kind's form.
    pub form: &'a Form,
    /// Who takes part.
    pub people: Vec<Participant>,
    /// Legal basis or consent for using their data.
    pub legal_basis: String,
    /// What it is about.
    pub data: FormData,
    /// Earlier acts about the same assets that were shown.
    pub seen: Vec<ActId>,
    /// The cases in which it may not be done, where the law names some.
    pub excluded: Option<&'a Exclusion>,
    /// Somebody looked and says that it is none of them.
    pub is_cleared: bool,
    /// How many copies.
    pub copies: u32,
    /// Pages that its fee counts.
    pub pages: u32,
    /// What it costs.
    pub fee: Fee,
    /// Who signs, in the order of signing.
    pub signing: Vec<Signing<'a>>,
    /// The wording.
    pub wording: &'a Wording,
    /// The commune of the office, see [`Definition::only_here`].
    pub here: String,
    /// Local time.
    pub at: DateTime,
}

impl Request<'_> {
    /// Does it on paper: its number is taken last, when nothing else can fail.
    ///
    /// # Errors
    /// [`ActError`]; then no number was taken.
    pub fn act(self, numbers: &mut dyn Numbers) -> Result<Act, ActError> {
        if self.kind.medium != Medium::Paper {
            return Err(ActError::NoDocument);
        }
        let mut act = self.draft()?;
        act.number = numbers.next(self.kind.book, self.at.date());
        Ok(act)
    }

    /// An electronic act with the number that it will have, to be drawn and signed. Nothing is taken yet.
    ///
    /// # Errors
    /// [`ActError`].
    pub fn unsigned(&self, number: Number) -> Result<Act, ActError> {
        if self.kind.medium != Medium::Electronic {
            return Err(ActError::NoDocument);
        }
        if number.issued().is_none() {
            return Err(ActError::AwaitedNumber);
        }
        Ok(Act { number, ..self.draft()? })
    }

    /// All but its number and its file.
    fn draft(&self) -> Result<Act, ActError> {
        let (kind, day) = (self.kind, self.at.date());
        if !kind.is_in_force(day) {
            return Err(ActError::NotInForce(day));
        }
        if self.form.id != kind.form || self.data.form != kind.form {
            let words = "Biểu mẫu không phải của loại việc này.";
            return Err(ActError::NotFilled(words.into()));
        }
        if let Some(first) = self.form.problems(&self.data, day).into_iter().next() {
            return Err(ActError::NotFilled(first.sentence));
        }
        let signers = self.signing.iter().map(|signing| &signing.signer);
        let circumstances = Circumstances::of(Place::of(signers), &self.people);
        if !self.wording.is_in_force(day)
            || !self.wording.fits(&kind.id, circumstances, |key| self.data.value(key))
        {
            return Err(ActError::NoWording);
        }
        let signers = self.signing.iter().map(|signing| signing.signing(kind, day));
        let signers: Vec<Signer> = signers.collect::<Result<_, _>>()?;
        people::check_sides(&self.people, kind)?;
        if let Some(only) = &kind.only_here
            && only.yes.iter().any(|yes| yes == self.data.value(&only.about))
        {
            match self.data.value(&only.commune) {
                "" => {
                    return Err(ActError::NotFilled("Chưa ghi xã, phường nơi có đất, nhà.".into()));
                }
                lies if names_commune(lies, &self.here) => {}
                lies => return Err(ActError::ElsewhereOnly(lies.to_owned())),
            }
        }
        if let Some(excluded) = self.excluded.filter(|_| !self.is_cleared) {
            return Err(ActError::NotCleared(excluded.law.clone()));
        }
        let act = Act {
            id: self.id.clone(),
            kind: kind.id.clone(),
            label: kind.label.clone(),
            // Replaced by its own.
            number: Number::Pending { series: Period::Year.series(kind.book, day) },
            people: self.people.clone(),
            legal_basis: self.legal_basis.clone(),
            form: self.data.clone(),
            seen: self.seen.clone(),
            cleared: self.excluded.map(|excluded| excluded.law.clone()),
            copies: self.copies,
            pages: self.pages,
            fee: self.fee.clone(),
            signers,
            wording: self.wording.id.clone(),
            at: self.at,
            document: None,
        };
        act.check()?;
        Ok(act)
    }
}

impl Act {
    /// An electronic act whose file was signed: done, if the next number is still the one that the file tells.
    ///
    /// # Errors
    /// [`ActError::NumberTaken`]; then no number is used.
    pub fn signed(self, numbers: &mut dyn Numbers, document: ContentHash) -> Result<Act, ActError> {
        let series = self.number.series();
        match numbers.next(series.book, self.at.date()) == self.number {
            true => Ok(Act { document: Some(document), ..self }),
            false => Err(ActError::NumberTaken),
        }
    }
}
