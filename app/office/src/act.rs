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
    Explain,
    book::{Number, Numbers, Period},
    dossier::Fee,
    eform::{Form, FormData},
    id::{ContentHash, UserName},
    person::Identity,
    role::Role,
    tariff::{self, TariffError},
    unit::is_same_commune,
};
pub use definition::{ByValue, Definition, DefinitionError, Definitions, FeeStep};
pub use lookup::LookupCode;
pub use people::{Hindrance, Participant, Side, Standing, WITNESSES};
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

/// Why an act is not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// Its kind is not in force on the day.
    #[error("Loại việc này không có hiệu lực vào ngày {}. Chưa ghi gì vào sổ. Hãy chọn loại việc khác.", .0.strftime("%d/%m/%Y"))]
    NotInForce(Date),
    /// Nobody asks.
    #[error("Chưa có người yêu cầu. Chưa ghi gì vào sổ. Hãy đọc giấy tờ hoặc nhập người yêu cầu.")]
    NoRequester,
    /// More than may be.
    #[error(
        "Có quá {MOST_REQUESTERS} người yêu cầu hoặc quá {MOST_SIGNERS} người ký. Chưa ghi gì vào sổ. Hãy tách thành nhiều việc."
    )]
    TooManyPeople,
    /// A chip that failed its checks.
    #[error(
        "Chip của một người yêu cầu không vượt qua kiểm tra. Chưa ghi gì vào sổ. Hãy kiểm tra giấy tờ bằng cách khác."
    )]
    ForgedIdentity,
    /// Who asks has no number, and it is not said who they are.
    #[error(
        "Một người yêu cầu không có số giấy tờ nên chưa rõ là ai. Chưa ghi gì vào sổ. Hãy tìm người ấy, hoặc nhập người mới, rồi chọn lại."
    )]
    UnknownRequester,
    /// Somebody stands on no side of a transaction, or on one that the kind does not have.
    #[error(
        "Chưa rõ {0} thuộc bên nào. Chưa ghi gì vào sổ. Hãy chọn tư cách tham gia của người này."
    )]
    NoSide(String),
    /// Nobody stands on a side.
    #[error("Chưa có người của {0}. Chưa ghi gì vào sổ. Hãy đọc giấy tờ của người thuộc bên này.")]
    EmptySide(String),
    /// Somebody cannot read, hear or sign, and has not two witnesses.
    #[error(
        "Có người không đọc, không nghe hoặc không ký, điểm chỉ được nên phải có {WITNESSES} người làm chứng. Chưa ghi gì vào sổ. Hãy đọc giấy tờ của người làm chứng."
    )]
    WitnessesNeeded,
    /// Somebody does not speak Vietnamese, and nobody translates.
    #[error(
        "Có người không thông thạo tiếng Việt nên phải có người phiên dịch. Chưa ghi gì vào sổ. Hãy đọc giấy tờ của người phiên dịch."
    )]
    InterpreterNeeded,
    /// A witness or interpreter takes part in the act themselves.
    #[error(
        "Người làm chứng hoặc người phiên dịch cũng đứng tên với tư cách khác trong việc này. Chưa ghi gì vào sổ. Hãy chọn người không có quyền, lợi ích liên quan."
    )]
    OwnHelper,
    /// An asset or a person that somebody barred from being disposed of; what the block list tells.
    #[error(
        "Đang có ngăn chặn: {0} Chưa ghi gì vào sổ. Nếu ngăn chặn đã được giải tỏa, hãy ghi văn bản giải tỏa vào sổ ngăn chặn rồi làm lại."
    )]
    Barred(String),
    /// Earlier acts about the same asset that nobody was shown yet.
    #[error(
        "Tài sản này đã có trong việc trước: {words} Chưa ghi gì vào sổ. Hãy đối chiếu; nếu vẫn thực hiện được, nhấn F2 lần nữa."
    )]
    Earlier {
        /// Which.
        acts: Vec<ActId>,
        /// Which, in words.
        words: String,
    },
    /// What the act is about lies where the office has no say.
    #[error(
        "“{0}” không phải địa bàn của cơ quan này. Đất, nhà chỉ được chứng thực nơi có đất, nhà. Chưa ghi gì vào sổ. Hãy hướng dẫn người dân đến đúng nơi."
    )]
    ElsewhereOnly(String),
    /// The form is not the kind's own, or not filled in; what is first to be put right.
    #[error("Nội dung việc chưa đủ: {0} Chưa ghi gì vào sổ.")]
    NotFilled(String),
    /// No copy, no page, or too many.
    #[error(
        "Số bản và số trang là số từ 1 đến {MOST_COUNTED}. Chưa ghi gì vào sổ. Hãy sửa số đếm."
    )]
    Counts,
    /// A fee that only a slip of the hand makes.
    #[error("{0} Chưa ghi gì vào sổ.")]
    Fee(#[from] TariffError),
    /// Nobody certifies, or who does may not.
    #[error(
        "Người ký không có quyền thực hiện loại việc này. Chưa ghi gì vào sổ. Hãy chọn người ký đúng thẩm quyền."
    )]
    NotCompetent,
    /// The wording is not one for this kind, these signers and what stands in the form, or not in force.
    #[error(
        "Mẫu lời chứng không dùng được cho loại việc, người ký, nội dung hoặc ngày này. Chưa ghi gì vào sổ. Hãy chọn mẫu khác."
    )]
    NoWording,
    /// An electronic act without its signed file, or a file for one on paper.
    #[error(
        "Loại việc này hoàn thành bằng chữ ký số trên tệp điện tử. Chưa ghi gì vào sổ. Hãy quét bản chính rồi ký số."
    )]
    NoDocument,
    /// Its number would have to come later, but the signed file tells it.
    #[error(
        "Máy này không giữ quyền cấp số của sổ nên chưa ký được bản điện tử: tệp đã ký phải có số. Chưa ghi gì vào sổ. Hãy ký trên máy giữ sổ, hoặc nhờ chuyển quyền cấp số."
    )]
    AwaitedNumber,
    /// The number that the signed file tells went to another act meanwhile.
    #[error(
        "Trong lúc ký, số đã định đã cấp cho việc khác, nên bản vừa ký không được dùng. Chưa ghi gì vào sổ. Hãy ký lại."
    )]
    NumberTaken,
    /// Whoever certifies an electronic act signs it themselves.
    #[error(
        "Bản điện tử do chính người thực hiện chứng thực ký bằng thiết bị của mình. Chưa ghi gì vào sổ. Hãy nhờ người có thẩm quyền chứng thực đăng nhập và ký."
    )]
    NotTheCertifier,
}

/// Most earlier acts that are told of at once.
const MOST_TOLD: usize = 3;

impl ActError {
    /// That these acts are about the same asset; the newest are told of.
    pub fn earlier(acts: &[Act]) -> Self {
        let told = acts.iter().rev().take(MOST_TOLD).map(|act| {
            let who: Vec<&str> = act.requesters().map(|who| who.person.name.as_str()).collect();
            let day = act.at.strftime("%d/%m/%Y");
            format!("{} ngày {day} của {}", act.name(), who.join(", "))
        });
        let more = match acts.len().saturating_sub(MOST_TOLD) {
            0 => String::new(),
            more => format!(" và {more} việc nữa"),
        };
        let words = format!("{}{more}.", told.collect::<Vec<_>>().join("; "));
        Self::Earlier { acts: acts.iter().map(|act| act.id.clone()).collect(), words }
    }
}

impl Explain for ActError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotInForce(_) => "OFF-150",
            Self::NoRequester => "OFF-151",
            Self::TooManyPeople => "OFF-152",
            Self::ForgedIdentity => "OFF-153",
            Self::NotFilled(_) => "OFF-154",
            Self::Counts => "OFF-155",
            Self::Fee(_) => "OFF-156",
            Self::NotCompetent => "OFF-157",
            Self::NoWording => "OFF-158",
            Self::UnknownRequester => "OFF-159",
            Self::NoDocument => "OFF-167",
            Self::AwaitedNumber => "OFF-168",
            Self::NumberTaken => "OFF-169",
            Self::NotTheCertifier => "OFF-170",
            Self::NoSide(_) => "OFF-171",
            Self::EmptySide(_) => "OFF-172",
            Self::WitnessesNeeded => "OFF-173",
            Self::InterpreterNeeded => "OFF-174",
            Self::OwnHelper => "OFF-175",
            Self::Barred(_) => "OFF-176",
            Self::Earlier { .. } => "OFF-177",
            Self::ElsewhereOnly(_) => "OFF-178",
        }
    }

    fn english(&self) -> String {
        let why = match self {
            Self::NotInForce(day) => {
                return format!(
                    "This kind of act is not in force on {day}. Nothing was recorded. Choose another."
                );
            }
            Self::NoRequester => "Nobody asks for the act.",
            Self::TooManyPeople => "Too many people ask or sign.",
            Self::ForgedIdentity => "A requester's chip failed its checks.",
            Self::UnknownRequester => "A requester has no number and names nobody who is known.",
            Self::NotFilled(_) => "The form is not filled in.",
            Self::Counts => "Copies and pages are counted from 1.",
            Self::Fee(error) => return format!("{} Nothing was recorded.", error.english()),
            Self::NotCompetent => "Whoever signs may not do this kind of act.",
            Self::NoWording => {
                "The wording is not one for this kind, its signers, its form or this day."
            }
            Self::NoDocument => "An electronic act needs its signed file, one on paper has none.",
            Self::AwaitedNumber => {
                "This machine may not number the book, and the file tells the number."
            }
            Self::NumberTaken => "The number that was signed went to another act.",
            Self::NotTheCertifier => "Whoever certifies an electronic act signs it themselves.",
            Self::NoSide(_) => "Somebody stands on no side of the transaction.",
            Self::EmptySide(_) => "Nobody stands on one side of the transaction.",
            Self::WitnessesNeeded => "Somebody who cannot read, hear or sign needs two witnesses.",
            Self::InterpreterNeeded => {
                "Somebody who does not speak Vietnamese needs an interpreter."
            }
            Self::OwnHelper => "A witness or interpreter has a part in the act themselves.",
            Self::Barred(_) => "The block list bars an asset or a person.",
            Self::Earlier { .. } => "Earlier acts are about the same asset.",
            Self::ElsewhereOnly(_) => "Land and houses are certified only where they lie.",
        };
        format!("{why} Nothing was recorded. Put it right and try again.")
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
        let may = |signing: &Signing<'_>| {
            signing.signer.part != Part::Certifies
                || signing.roles.iter().any(|role| kind.roles.contains(role))
        };
        if !self.signing.iter().all(may) {
            return Err(ActError::NotCompetent);
        }
        people::check_sides(&self.people, kind)?;
        let lies = kind.only_here.as_ref().map(|key| self.data.value(key)).unwrap_or_default();
        if !lies.is_empty() && !is_same_commune(lies, &self.here) {
            return Err(ActError::ElsewhereOnly(lies.to_owned()));
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
            copies: self.copies,
            pages: self.pages,
            fee: self.fee.clone(),
            signers: self.signing.iter().map(|signing| signing.signer.clone()).collect(),
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
