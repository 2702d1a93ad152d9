//! Wordings (lời chứng): the texts in which acts are certified, as dated data.
//!
//! A wording says for which kinds of acts it is, from when until when, and under which circumstances: at the
//! one-stop counter, where whoever receives signs besides whoever certifies, or in the office; for one person or
//! several; and what stands in the act's form (`Ký`, `Điểm chỉ`). Of those that fit the one with the most
//! conditions is the usual one. An act keeps the id of its wording and is printed again in that text; another text
//! gets another id.
//!
//! A text is paragraphs with blanks `{name}`, see [`Blank`]. What stands in the act's form is `{form.key}`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use super::{
    Act, Name, Part, Participant, Signer, Standing,
    definition::{DefinitionError, Definitions, MAX_BYTES, MAX_TEXT, holds},
};
use crate::{
    eform::{FieldKind, Forms},
    header::{Header, Mark},
    text,
};

/// Most wordings.
const MAX_WORDINGS: usize = 500;
/// Most paragraphs of one.
const MAX_PARAGRAPHS: usize = 60;
/// Most characters of a paragraph.
const MAX_PARAGRAPH: usize = 4_000;

/// Where those who ask sign before somebody of the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Before whoever certifies.
    Office,
    /// At the one-stop counter, before whoever receives (TT 01/2020/TT-BTP).
    OneStop,
}

impl Place {
    /// Where an act with these signers is done.
    pub fn of<'s>(signers: impl IntoIterator<Item = &'s Signer>) -> Self {
        let receives = |signer: &Signer| signer.part == Part::Receives;
        if signers.into_iter().any(receives) { Self::OneStop } else { Self::Office }
    }
}

/// When a wording is used; what is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// Where.
    #[serde(default)]
    pub place: Option<Place>,
    /// Whether several people ask.
    #[serde(default)]
    pub several: Option<bool>,
    /// Whether there are witnesses.
    #[serde(default)]
    pub witnesses: Option<bool>,
    /// Whether somebody interprets.
    #[serde(default)]
    pub interpreter: Option<bool>,
    /// What stands in fields of the act's form: one of these.
    #[serde(default)]
    pub form: BTreeMap<String, Vec<String>>,
}

/// The circumstances of an act that its wording depends on, besides its kind, day and form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// Where it is done.
    pub place: Place,
    /// How many people ask.
    pub asking: usize,
    /// Whether there are witnesses.
    pub witnesses: bool,
    /// Whether somebody interprets.
    pub interpreter: bool,
}

impl Circumstances {
    /// Those of an act at this place with these people.
    pub fn of(place: Place, people: &[Participant]) -> Self {
        let has = |standing: &Standing| people.iter().any(|one| one.standing == *standing);
        Self {
            place,
            asking: people.iter().filter(|one| one.standing.asks()).count(),
            witnesses: has(&Standing::Witness),
            interpreter: has(&Standing::Interpreter),
        }
    }
}

impl When {
    fn holds<'v>(&self, of: Circumstances, value: impl Fn(&str) -> &'v str) -> bool {
        self.place.is_none_or(|wanted| wanted == of.place)
            && self.several.is_none_or(|several| several == (of.asking > 1))
            && self.witnesses.is_none_or(|wanted| wanted == of.witnesses)
            && self.interpreter.is_none_or(|wanted| wanted == of.interpreter)
            && self.form.iter().all(|(key, wanted)| wanted.iter().any(|one| one == value(key)))
    }

    fn conditions(&self) -> usize {
        let said = [self.place.is_some(), self.several.is_some()];
        let said = said.into_iter().chain([self.witnesses.is_some(), self.interpreter.is_some()]);
        said.filter(|said| *said).count() + self.form.len()
    }
}

/// What fills a blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blank {
    /// `{day}`: two figures.
    Day,
    /// `{month}`: as official dates write it.
    Month,
    /// `{year}`
    Year,
    /// `{date_words}`: `ngày ba mươi tháng mười một năm …`
    DateWords,
    /// `{place}`: the office, or its counter.
    Place,
    /// `{certifier}`: full name.
    Certifier,
    /// `{certifier_title}`: position.
    CertifierTitle,
    /// `{receiver}`: full name.
    Receiver,
    /// `{office}`: its name.
    Office,
    /// `{copies}`: `02 (hai)`
    Copies,
    /// `{pages}`
    Pages,
    /// `{number}`: as its book writes it.
    Number,
    /// `{volume}`: `03/2026`
    Volume,
    /// `{lookup}`: the code by which anybody looks the act up.
    Lookup,
    /// `{form.key}`: what stands in a field.
    Form(String),
    /// `{form_small.key}`: the same, its first letter small.
    FormSmall(String),
    /// `{index}`: of people, counted from 1.
    Index,
    /// `{honorific}`: `Ông`, `Bà`, or both where it is not known.
    Honorific,
    /// `{name}`
    Name,
    /// `{document}`: the kind of the person's paper.
    Document,
    /// `{document_number}`
    DocumentNumber,
    /// `{acts_for}`: for whom a person takes part, with a comma and a word before; nothing where for themselves.
    ActsFor,
    /// `{side}`: the name of a side.
    Side,
    /// `{side_people}`: everybody on it, each with their paper, parted by semicolons.
    SidePeople,
    /// `{witnesses}`: the same of the witnesses.
    Witnesses,
    /// `{interpreters}`: the same of the interpreters.
    Interpreters,
    /// `{money.key}`: an amount in a field, in figures and in words.
    Money(String),
    /// `{count.key}`: a count in a field, in figures and in words.
    Count(String),
}

impl Blank {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "day" => Self::Day,
            "month" => Self::Month,
            "year" => Self::Year,
            "date_words" => Self::DateWords,
            "place" => Self::Place,
            "certifier" => Self::Certifier,
            "certifier_title" => Self::CertifierTitle,
            "receiver" => Self::Receiver,
            "office" => Self::Office,
            "copies" => Self::Copies,
            "pages" => Self::Pages,
            "number" => Self::Number,
            "volume" => Self::Volume,
            "lookup" => Self::Lookup,
            "index" => Self::Index,
            "honorific" => Self::Honorific,
            "name" => Self::Name,
            "document" => Self::Document,
            "document_number" => Self::DocumentNumber,
            "acts_for" => Self::ActsFor,
            "side" => Self::Side,
            "side_people" => Self::SidePeople,
            "witnesses" => Self::Witnesses,
            "interpreters" => Self::Interpreters,
            other => match other.split_once('.')? {
                ("form", key) => Self::Form(key.into()),
                ("form_small", key) => Self::FormSmall(key.into()),
                ("money", key) => Self::Money(key.into()),
                ("count", key) => Self::Count(key.into()),
                _ => return None,
            },
        })
    }

    /// Of whom it speaks: it stands in a paragraph about them.
    pub fn speaks_of(&self) -> About {
        match self {
            Self::Index
            | Self::Honorific
            | Self::Name
            | Self::Document
            | Self::DocumentNumber
            | Self::ActsFor => About::Person,
            Self::Side | Self::SidePeople => About::Side,
            Self::Witnesses => About::Witnesses,
            Self::Interpreters => About::Interpreters,
            Self::Day
            | Self::Month
            | Self::Year
            | Self::DateWords
            | Self::Place
            | Self::Certifier
            | Self::CertifierTitle
            | Self::Receiver
            | Self::Office
            | Self::Copies
            | Self::Pages
            | Self::Number
            | Self::Volume
            | Self::Lookup
            | Self::Form(_)
            | Self::FormSmall(_)
            | Self::Money(_)
            | Self::Count(_) => About::Act,
        }
    }
}

/// Of whom a blank speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Of the act, or nobody.
    Act,
    /// Of one person: it stands where one asks, or once for each.
    Person,
    /// Of a side: it stands once for each.
    Side,
    /// Of the witnesses.
    Witnesses,
    /// Of the interpreters.
    Interpreters,
}

/// A stretch of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words as they stand.
    Words(String),
    /// What is filled in.
    Blank(Blank),
}

/// A sentence with blanks.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Sentence(pub Vec<Piece>);

impl TryFrom<String> for Sentence {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.trim().is_empty() || text.chars().nth(MAX_PARAGRAPH).is_some() {
            return Err("câu trống hoặc quá dài".into());
        }
        let (mut pieces, mut rest) = (Vec::new(), text.as_str());
        while let Some((words, after)) = rest.split_once('{') {
            let (name, tail) =
                after.split_once('}').ok_or_else(|| format!("thiếu dấu }} sau “{words}”"))?;
            let blank =
                Blank::parse(name).ok_or_else(|| format!("không có chỗ trống {{{name}}}"))?;
            if !words.is_empty() {
                pieces.push(Piece::Words(words.into()));
            }
            pieces.push(Piece::Blank(blank));
            rest = tail;
        }
        if rest.contains('}') {
            return Err("thừa dấu }".into());
        }
        if !rest.is_empty() {
            pieces.push(Piece::Words(rest.into()));
        }
        Ok(Self(pieces))
    }
}

impl Sentence {
    /// Its blanks.
    pub fn blanks(&self) -> impl Iterator<Item = &Blank> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Blank(blank) => Some(blank),
            Piece::Words(_) => None,
        })
    }
}

/// A paragraph.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paragraph {
    /// The heading: bold, centred.
    Title(Sentence),
    /// Running text.
    Text(Sentence),
    /// Running text, once for each person who asks.
    People(Sentence),
    /// Running text, once for each side.
    Sides(Sentence),
    /// Running text, where there are witnesses.
    Witnesses(Sentence),
    /// Running text, where somebody interprets.
    Interpreters(Sentence),
    /// Running text, where the field of the form of this key is filled in.
    Where(String, Sentence),
}

impl Paragraph {
    /// Its sentence.
    pub fn sentence(&self) -> &Sentence {
        match self {
            Self::Title(sentence)
            | Self::Text(sentence)
            | Self::People(sentence)
            | Self::Sides(sentence)
            | Self::Witnesses(sentence)
            | Self::Interpreters(sentence)
            | Self::Where(_, sentence) => sentence,
        }
    }
}

/// How a wording stands on paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// A block at the foot of a page that is there already: the last page of a copy.
    Stamp,
    /// A page of its own.
    Page,
}

/// A wording.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Short name that acts keep.
    pub id: Name,
    /// The kinds of acts that it is for.
    pub kinds: Vec<Name>,
    /// When it is used, in words (`Tại bộ phận một cửa, một người ký`).
    pub label: String,
    /// Number of the official form, or empty.
    #[serde(default)]
    pub number: String,
    /// The text of law that it stands in.
    pub law: String,
    /// The first day.
    pub from: Date,
    /// The last.
    #[serde(default)]
    pub until: Option<Date>,
    /// Under which circumstances.
    #[serde(default)]
    pub when: When,
    /// How it stands on paper.
    pub look: Look,
    /// Below what words who certifies signs, where it is not `Người thực hiện chứng thực`.
    #[serde(default)]
    pub signs: Option<String>,
    /// Its text.
    pub text: Vec<Paragraph>,
    /// Where it was taken from.
    pub source: String,
    /// How it was found.
    pub mark: Mark,
    /// Whether it was checked against the official text.
    pub checked: bool,
}

impl Wording {
    /// Whether it may be used on `day`.
    pub fn is_in_force(&self, day: Date) -> bool {
        holds(self.from, self.until, day)
    }

    /// Whether it is one for an act of this kind under these circumstances.
    pub fn fits<'v>(
        &self,
        kind: &Name,
        circumstances: Circumstances,
        value: impl Fn(&str) -> &'v str,
    ) -> bool {
        self.kinds.contains(kind) && self.when.holds(circumstances, value)
    }

    fn check(&self) -> Result<(), &'static str> {
        let mut texts = [&self.label, &self.law, &self.source].into_iter();
        let one = self.when.several == Some(false);
        let misplaced = |paragraph: &Paragraph, blank: &Blank| {
            let place = match paragraph {
                Paragraph::Title(_) | Paragraph::Text(_) | Paragraph::Where(..) => None,
                Paragraph::People(_) => Some(About::Person),
                Paragraph::Sides(_) => Some(About::Side),
                Paragraph::Witnesses(_) => Some(About::Witnesses),
                Paragraph::Interpreters(_) => Some(About::Interpreters),
            };
            match blank.speaks_of() {
                About::Act => false,
                About::Person => place != Some(About::Person) && !one,
                of => place != Some(of),
            }
        };
        let mut blanks = self.text.iter().flat_map(|paragraph| {
            paragraph.sentence().blanks().map(move |blank| (paragraph, blank))
        });
        if texts.any(|t| t.is_empty() || text::clean(t) != *t || t.chars().nth(MAX_TEXT).is_some())
        {
            Err("có chữ trống, quá dài hoặc có khoảng trắng thừa")
        } else if self.kinds.is_empty() || self.text.is_empty() {
            Err("thiếu loại việc hoặc lời")
        } else if self.text.len() > MAX_PARAGRAPHS {
            Err("quá nhiều đoạn")
        } else if self.until.is_some_and(|until| until < self.from) {
            Err("ngày hết hiệu lực đứng trước ngày có hiệu lực")
        } else if blanks.any(|(paragraph, blank)| misplaced(paragraph, blank)) {
            Err("chỗ trống nói về một người hoặc một bên đứng ngoài đoạn của người, của bên ấy")
        } else {
            Ok(())
        }
    }
}

/// A file of wordings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    header: Header,
    wordings: Vec<Wording>,
}

/// The wordings of the office.
#[derive(Clone, Debug)]
pub struct Wordings {
    /// Title, version and source of each file.
    pub headers: Vec<Header>,
    /// The wordings.
    pub all: Vec<Wording>,
}

impl Wordings {
    /// Reads files of wordings; an id never comes twice.
    ///
    /// # Errors
    /// [`DefinitionError`].
    pub fn parse_all(files: &[&[u8]]) -> Result<Self, DefinitionError> {
        let mut read = Self { headers: Vec::new(), all: Vec::new() };
        for json in files {
            if json.len() > MAX_BYTES {
                return Err(DefinitionError::TooLarge);
            }
            let file: File = serde_json::from_slice(json)?;
            read.headers.push(file.header);
            read.all.extend(file.wordings);
        }
        if read.all.len() > MAX_WORDINGS {
            return Err(DefinitionError::TooLarge);
        }
        for (place, wording) in read.all.iter().enumerate() {
            let wrong = |what| DefinitionError::Wrong { kind: wording.id.clone(), what };
            wording.check().map_err(wrong)?;
            if read.all.iter().take(place).any(|other| other.id == wording.id) {
                return Err(wrong("hai lời chứng trùng mã"));
            }
        }
        Ok(read)
    }

    /// Whether each is of kinds that there are, its blanks and conditions are fields of their forms, and each kind has
    /// a wording for any circumstances.
    ///
    /// # Errors
    /// [`DefinitionError::Wrong`].
    pub fn check_within(&self, kinds: &Definitions, forms: &Forms) -> Result<(), DefinitionError> {
        for wording in &self.all {
            let wrong = |what| Err(DefinitionError::Wrong { kind: wording.id.clone(), what });
            for id in &wording.kinds {
                let Some(kind) = kinds.kinds.iter().find(|kind| kind.id == *id) else {
                    return wrong("không có loại việc này");
                };
                let Some(form) = forms.find(&kind.form) else {
                    return wrong("không có biểu mẫu này");
                };
                let mut blanks = wording.text.iter().flat_map(|p| p.sentence().blanks());
                let lacks = |blank: &Blank| match blank {
                    Blank::Form(key)
                    | Blank::FormSmall(key)
                    | Blank::Money(key)
                    | Blank::Count(key) => form.field(key).is_none(),
                    _ => false,
                };
                let unknown = |paragraph: &Paragraph| match paragraph {
                    Paragraph::Where(key, _) => form.field(key).is_none(),
                    _ => false,
                };
                if blanks.any(lacks) || wording.text.iter().any(unknown) {
                    return wrong("biểu mẫu của loại việc không có ô này");
                }
                let known = |(key, wanted): (&String, &Vec<String>)| {
                    let kind = form.field(key).map(|field| &field.kind);
                    let Some(FieldKind::Choice(options)) = kind else { return false };
                    wanted.iter().all(|one| options.contains(one))
                };
                if !wording.when.form.iter().all(known) {
                    return wrong("điều kiện dùng không khớp với lựa chọn của biểu mẫu");
                }
            }
        }
        for kind in &kinds.kinds {
            if !self.all.iter().any(|wording| wording.kinds.contains(&kind.id)) {
                let what = "loại việc chưa có lời chứng";
                return Err(DefinitionError::Wrong { kind: kind.id.clone(), what });
            }
        }
        Ok(())
    }

    /// The wording of this id, in force or not.
    pub fn find(&self, id: &Name) -> Option<&Wording> {
        self.all.iter().find(|wording| wording.id == *id)
    }

    /// Those for an act of this kind, on `day` and under these circumstances, the usual one first.
    pub fn fitting<'w, 'v>(
        &'w self,
        kind: &Name,
        day: Date,
        circumstances: Circumstances,
        value: impl Fn(&str) -> &'v str,
    ) -> Vec<&'w Wording> {
        let fits = |w: &&Wording| w.is_in_force(day) && w.fits(kind, circumstances, &value);
        let mut all: Vec<&Wording> = self.all.iter().filter(fits).collect();
        all.sort_by_key(|wording| std::cmp::Reverse(wording.when.conditions()));
        all
    }
}

impl Act {
    /// Where it was done, see [`Place`].
    pub fn place(&self) -> Place {
        Place::of(&self.signers)
    }
}
