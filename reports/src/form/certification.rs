//! The wording of an act (lời chứng): on a page of its own, or as a block at the foot of a page that is there
//! already. Its text is data ([`office::act::Wording`]); here is how its blanks are filled and how it stands on the
//! sheet. Dates and counts in words are made from the figures, so that both always say the same.

use office::{
    act::{
        self, Act, Blank, Look, Paragraph, Part, Participant, Piece, Sentence, Side,
        Signer as ActSigner, Standing, Wording,
    },
    money::Dong,
    person::{Identity, Sex},
    text::{fold, lower_first},
    unit::Office,
    words as in_words,
};
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    setting::{Setting, Signer, finish, fitted},
    words::month,
};
use crate::{
    Pdf, ReportError,
    page::{
        Align,
        font::Cut,
        line_height,
        paper::{Mm, PaperSize},
        text::{Line, balance},
    },
};

/// Room for a hand and a seal below a stamp's words, in font sizes.
const SIGNING: f32 = 5.0;
/// A stamp's share of the width of text.
const STAMP: f32 = 0.6;

/// What stands around a wording.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct CertificationWords {
    pub receiver: String,
    pub receiver_how: String,
    pub certifier: String,
    pub certifier_how: String,
    pub male: String,
    pub female: String,
    /// Where the sex is not known.
    pub either: String,
    /// Where no paper was read.
    pub paper: String,
    /// Before whom somebody acts for.
    pub acts_for: String,
    /// Where a number is awaited: room for a hand.
    pub awaited: String,
}

impl FormWords for CertificationWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/certification.json");
}

/// The number of an act as its book writes it; empty while it is awaited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbered {
    /// `12`
    pub number: String,
    /// `03/2026`
    pub volume: String,
}

/// The wording of an act.
///
/// # Errors
/// As [`crate::receipt`].
pub fn certification(
    office: &Office,
    act: &Act,
    wording: &Wording,
    numbered: &Numbered,
    form: &FormTexts<CertificationWords>,
) -> Result<Pdf, ReportError> {
    let filled = |setting: &Setting<'_>| {
        Filled {
            act,
            numbered,
            words: &form.texts,
            office: setting.office_name(),
            place: match act.place() {
                office::act::Place::OneStop => setting.counter_name(),
                office::act::Place::Office => setting.office_name(),
            },
        }
        .paragraphs(wording)
    };
    let sheets = match wording.look {
        Look::Page => fitted(office, &form.common, PaperSize::A4, |setting| {
            page(setting, &filled(setting), act, wording, &form.texts)
        })?,
        Look::Stamp => {
            let size = PaperSize::A4;
            let mut setting = Setting::new(office, &form.common, size, size.body());
            let paragraphs = filled(&setting);
            stamp(&mut setting, &paragraphs, act, wording, &form.texts)?;
            setting.sheets
        }
    };
    let id = format!("{} {}", form.id, act.id.0);
    finish(sheets, office, form, &act.name(), act.at, id)
}

/// The lines of an electronic act's stamp, from the wording; signer and time the signature adds itself.
///
/// # Errors
/// [`ReportError::MissingGlyph`] where the paper's font lacks a character.
pub fn stamp_words(
    office: &Office,
    act: &Act,
    wording: &Wording,
    numbered: &Numbered,
    form: &FormTexts<CertificationWords>,
) -> Result<String, ReportError> {
    let size = PaperSize::A4;
    let setting = Setting::new(office, &form.common, size, size.body());
    let (own, place) = (setting.office_name(), setting.office_name());
    let filled = Filled { act, numbered, words: &form.texts, office: own, place };
    let lines: Vec<String> =
        filled.paragraphs(wording).into_iter().map(|(_, words)| words).collect();
    let words = lines.join("\n");
    match crate::unprintable(&words) {
        Some(c) => Err(ReportError::MissingGlyph { c }),
        None => Ok(words),
    }
}

/// A paragraph as it is printed: whether it is a heading, and its words.
type Printed = (bool, String);

struct Filled<'a> {
    act: &'a Act,
    numbered: &'a Numbered,
    words: &'a CertificationWords,
    office: String,
    place: String,
}

/// Of whom a paragraph speaks.
#[derive(Clone, Copy)]
enum Of<'a> {
    /// Of nobody.
    Nobody,
    /// Of somebody, by their place among those who ask.
    Person(usize, &'a Participant),
    /// Of a side.
    Side(&'a Side),
}

impl Filled<'_> {
    fn paragraphs(&self, wording: &Wording) -> Vec<Printed> {
        let asking = || act::asking(&self.act.people).enumerate();
        let first = asking().next().map_or(Of::Nobody, |(place, one)| Of::Person(place, one));
        let has = |wanted: &Standing| self.act.people.iter().any(|one| one.standing == *wanted);
        let mut all = Vec::new();
        for paragraph in &wording.text {
            match paragraph {
                Paragraph::Title(sentence) => all.push((true, self.fill(sentence, first))),
                Paragraph::Text(sentence) => all.push((false, self.fill(sentence, first))),
                Paragraph::People(sentence) => {
                    let each = asking().map(|(place, one)| Of::Person(place, one));
                    all.extend(each.map(|who| (false, self.fill(sentence, who))));
                }
                Paragraph::Sides(sentence) => {
                    let each = self.sides().into_iter().map(Of::Side);
                    all.extend(each.map(|side| (false, self.fill(sentence, side))));
                }
                Paragraph::Witnesses(sentence) if has(&Standing::Witness) => {
                    all.push((false, self.fill(sentence, first)));
                }
                Paragraph::Interpreters(sentence) if has(&Standing::Interpreter) => {
                    all.push((false, self.fill(sentence, first)));
                }
                Paragraph::Where(key, sentence) if !self.act.form.value(key).is_empty() => {
                    all.push((false, self.fill(sentence, first)));
                }
                Paragraph::Witnesses(_) | Paragraph::Interpreters(_) | Paragraph::Where(..) => {}
            }
        }
        all
    }

    /// The sides, each once, in the order in which somebody of them comes first.
    fn sides(&self) -> Vec<&Side> {
        let mut sides: Vec<&Side> = Vec::new();
        for one in &self.act.people {
            if let Standing::Side(side) = &one.standing
                && !sides.contains(&side)
            {
                sides.push(side);
            }
        }
        sides
    }

    fn fill(&self, sentence: &Sentence, of: Of<'_>) -> String {
        let pieces = sentence.0.iter().map(|piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Blank(blank) => self.value(blank, of),
        });
        pieces.collect()
    }

    fn honorific(&self, who: &Identity) -> String {
        match who.person.sex {
            Some(Sex::Male) => self.words.male.clone(),
            Some(Sex::Female) => self.words.female.clone(),
            None => self.words.either.clone(),
        }
    }

    fn document(&self, who: &Identity) -> String {
        match &who.document {
            Some(document) => document.kind.label().to_owned(),
            None => self.words.paper.clone(),
        }
    }

    fn acts_for(&self, one: &Participant) -> String {
        match one.acts_for.as_str() {
            "" => String::new(),
            whom => format!(", {} {whom}", self.words.acts_for),
        }
    }

    /// Everybody of this standing, each with their paper.
    fn everybody(&self, standing: &Standing) -> String {
        let them = self.act.people.iter().filter(|one| one.standing == *standing);
        let told: Vec<String> = them
            .map(|one| {
                let paper = match number(&one.who) {
                    number if number.is_empty() => String::new(),
                    number => format!(", {} số {number}", self.document(&one.who)),
                };
                let (call, name) = (self.honorific(&one.who), &one.who.person.name);
                format!("{call} {name}{paper}{}", self.acts_for(one))
            })
            .collect();
        told.join("; ")
    }

    fn value(&self, blank: &Blank, of: Of<'_>) -> String {
        let (act, day) = (self.act, self.act.at.date());
        let signer = |part: Part| act.signers.iter().find(|signer| signer.part == part);
        let name = |part| signer(part).map(|one| one.full_name.clone()).unwrap_or_default();
        let person = match of {
            Of::Person(place, one) => Some((place, one)),
            Of::Nobody | Of::Side(_) => None,
        };
        let of_who = |tell: &dyn Fn(&Identity) -> String| {
            person.map(|(_, one)| tell(&one.who)).unwrap_or_default()
        };
        let awaited = |told: &String| match told.as_str() {
            "" => self.words.awaited.clone(),
            told => told.to_owned(),
        };
        match blank {
            Blank::Day => format!("{:02}", day.day()),
            Blank::Month => month(day),
            Blank::Year => day.year().to_string(),
            Blank::DateWords => in_words::date(day),
            Blank::Place => self.place.clone(),
            Blank::Certifier => name(Part::Certifies),
            Blank::CertifierTitle => {
                signer(Part::Certifies).map(|one| one.title.clone()).unwrap_or_default()
            }
            Blank::Receiver => name(Part::Receives),
            Blank::Office => self.office.clone(),
            Blank::Copies => count(act.copies),
            Blank::Pages => act.pages.to_string(),
            Blank::Number => awaited(&self.numbered.number),
            Blank::Volume => awaited(&self.numbered.volume),
            Blank::Lookup => self.act.lookup().map(|code| code.to_string()).unwrap_or_default(),
            Blank::Form(key) => act.form.value(key).to_owned(),
            Blank::FormSmall(key) => lower_first(act.form.value(key)),
            Blank::Money(key) => match Dong::parse(act.form.value(key)) {
                Some(amount) => {
                    format!("{amount} (bằng chữ: {} đồng)", in_words::number(amount.0))
                }
                None => self.words.awaited.clone(),
            },
            Blank::Count(key) => match act.form.value(key).parse() {
                Ok(number) => count(number),
                Err(_) => self.words.awaited.clone(),
            },
            Blank::Index => person.map(|(place, _)| (place + 1).to_string()).unwrap_or_default(),
            Blank::Honorific => of_who(&|who| self.honorific(who)),
            Blank::Name => of_who(&|who| who.person.name.clone()),
            Blank::Document => of_who(&|who| self.document(who)),
            Blank::DocumentNumber => of_who(&|who| number(who)),
            Blank::ActsFor => person.map(|(_, one)| self.acts_for(one)).unwrap_or_default(),
            Blank::Side => match of {
                Of::Side(side) => side.label.clone(),
                Of::Nobody | Of::Person(..) => String::new(),
            },
            Blank::SidePeople => match of {
                Of::Side(side) => self.everybody(&Standing::Side(side.clone())),
                Of::Nobody | Of::Person(..) => String::new(),
            },
            Blank::Witnesses => self.everybody(&Standing::Witness),
            Blank::Interpreters => self.everybody(&Standing::Interpreter),
        }
    }
}

/// The number of somebody's paper, else their own.
fn number(who: &Identity) -> String {
    match &who.document {
        Some(document) => document.number.clone(),
        None => who.person.number.as_ref().map(|n| n.as_str().to_owned()).unwrap_or_default(),
    }
}

/// A count in figures and in words.
fn count(number: u32) -> String {
    format!("{number:02} ({})", in_words::number(number.into()))
}

/// The role below which who certifies signs, with their position where they have one that says more.
fn role(wording: &Wording, usual: &CertificationWords, signer: &ActSigner) -> String {
    let words = match &signer.delegated {
        // As the decision has it.
        Some(delegated) => delegated.signs_as.as_str(),
        None => wording.signs.as_deref().unwrap_or(&usual.certifier),
    };
    match signer.title.as_str() {
        "" => words.to_owned(),
        title if fold(title) == fold(words) => words.to_owned(),
        title => format!("{words}\n{}", title.to_uppercase()),
    }
}

fn page(
    setting: &mut Setting<'_>,
    paragraphs: &[Printed],
    act: &Act,
    wording: &Wording,
    words: &CertificationWords,
) -> Result<(), ReportError> {
    for (heading, text) in paragraphs {
        if *heading {
            setting.skip(0.4);
            let title = [setting.span(Cut::Bold, 1.15, text)];
            setting.sheets.paragraph(Align::Centre, &title)?;
            setting.skip(0.4);
        } else {
            setting.text(text)?;
            setting.skip(0.2);
        }
    }
    let roles: Vec<(String, &str, &str)> = act
        .signers
        .iter()
        .map(|signer| match signer.part {
            Part::Receives => {
                (words.receiver.clone(), words.receiver_how.as_str(), signer.full_name.as_str())
            }
            Part::Certifies => (
                role(wording, words, signer),
                words.certifier_how.as_str(),
                signer.full_name.as_str(),
            ),
        })
        .collect();
    let signers: Vec<Signer<'_>> =
        roles.iter().map(|(role, how, name)| Signer { role, how, name }).collect();
    setting.closing(&[], &signers)
}

/// A block at the right of the sheet's foot: what is printed stands on the page that it certifies.
fn stamp(
    setting: &mut Setting<'_>,
    paragraphs: &[Printed],
    act: &Act,
    wording: &Wording,
    words: &CertificationWords,
) -> Result<(), ReportError> {
    let room = setting.sheets.room() * STAMP;
    let mut above: Vec<Line> = Vec::new();
    for (heading, text) in paragraphs {
        let words = if *heading { setting.bold(text) } else { setting.plain(text) };
        above.extend(balance(&[words], room)?);
    }
    let signs = act.signers.iter().find(|signer| signer.part == Part::Certifies);
    if let Some(signer) = signs {
        for line in role(wording, words, signer).lines() {
            above.extend(balance(&[setting.bold(line)], room)?);
        }
        above.push(setting.single(Cut::Italic, 0.95, &words.certifier_how));
    }
    let name = signs.map_or("", |signer| signer.full_name.as_str());
    let name = balance(&[setting.bold(name)], room)?;
    let high = |lines: &[Line]| lines.iter().fold(Mm(0.0), |sum, line| sum + line_height(line));
    let signing = (setting.body * SIGNING).mm();
    let x = setting.sheets.right() - room;
    let top = setting.sheets.bottom() - high(&above) - signing - high(&name);
    let end = setting.sheets.lines(x, top, room, Align::Centre, &above)?;
    setting.sheets.lines(x, end + signing, room, Align::Centre, &name)?;
    Ok(())
}
