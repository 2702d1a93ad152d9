//! What is kept of an act or a line while it is typed: everything, so that a power cut or another citizen loses
//! nothing. One that was opened and left without a key is no draft.

use jiff::civil::{Date, DateTime};
use office::{
    act::{ActId, Name, Participant, Prepared},
    eform::Filling,
    entry::{ContentHash, UserName},
    person::{Contact, Identity},
};
use reports::sheet::Treatment;
use serde::{Deserialize, Serialize};

use crate::{
    assets::Law,
    desk::lines::{DraftId, Known, Work},
    scan::{Scan, feeder::Sides},
};

/// What is kept while it is typed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// Its id; one draft becomes one entry.
    pub id: DraftId,
    /// When it was opened.
    pub begun: DateTime,
    /// The day up to which what it holds was read: on a later one all of it counts as kept.
    day: Date,
    /// Whom it speaks of, the first fills the form.
    pub people: Vec<Participant>,
    /// What is done.
    pub(super) work: Option<Work>,
    pub(super) filling: Option<Filling>,
    pub(super) pages: String,
    pub(super) copies: String,
    pub(super) amount: String,
    pub(super) certifier: Option<UserName>,
    pub(super) wording: Option<Name>,
    /// Of an electronic act: the original's pages, in their order. The bytes are kept beside the draft.
    #[serde(default)]
    pub(super) scans: Vec<Scanned>,
    /// What of a stack in the feeder is scanned.
    #[serde(default)]
    pub(super) sides: Sides,
    /// Whoever may sign an electronic act is asked, and nobody in particular.
    #[serde(default = "yes")]
    pub(super) anyone: bool,
    /// Earlier acts about the same assets that were shown.
    #[serde(default)]
    pub seen: Vec<ActId>,
    /// Place of the legal basis in the list.
    pub(super) basis: usize,
    /// Something was typed.
    pub(super) touched: bool,
    /// When it was thrown away; it can be taken back for a day.
    #[serde(default)]
    pub dropped: Option<DateTime>,
}

/// A page that was scanned, photographed or taken from a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Scanned {
    /// Its bytes, as they will stand in the copy.
    pub content: ContentHash,
    /// The file's name; empty for a scanner's page.
    pub name: String,
    /// How many bytes.
    pub bytes: usize,
    /// The bytes as they came, where something was done to them. They are kept until the copy is signed, so that what
    /// was done can be taken back.
    #[serde(default)]
    pub original: Option<ContentHash>,
    /// What was done.
    #[serde(default)]
    pub treatment: Treatment,
    /// Nothing seems to stand on it.
    #[serde(default)]
    pub blank: bool,
}

impl Scanned {
    /// The bytes as they came.
    pub fn as_it_came(&self) -> &ContentHash {
        self.original.as_ref().unwrap_or(&self.content)
    }
}

fn yes() -> bool {
    true
}

impl Draft {
    pub(super) fn new(id: DraftId, person: Option<Identity>, now: DateTime) -> Self {
        Self {
            id,
            begun: now,
            day: now.date(),
            people: person.into_iter().map(Into::into).collect(),
            anyone: true,
            seen: Vec::new(),
            work: None,
            filling: None,
            pages: String::new(),
            copies: "1".into(),
            amount: String::new(),
            certifier: None,
            wording: None,
            scans: Vec::new(),
            sides: Sides::default(),
            basis: 0,
            touched: false,
            dropped: None,
        }
    }

    /// What was prepared and returned, to be put right: what it said, with its pages. `None` where this is not done any
    /// more.
    pub fn again(
        id: DraftId,
        prepared: &Prepared,
        pages: &[Scan],
        law: &Law,
        now: DateTime,
    ) -> Option<Self> {
        let act = &prepared.act;
        let work = Work::Act(act.kind.clone());
        let form = work.known(law, now.date())?.form();
        let values: Vec<(&str, &str)> =
            act.form.fields.iter().map(|one| (one.key.as_str(), one.value.as_str())).collect();
        let first = act.people.first().map_or_else(Identity::nobody, |one| one.who.clone());
        let scanned = |page: &Scan| Scanned {
            content: ContentHash::of(&page.bytes),
            name: page.name.clone(),
            bytes: page.bytes.len(),
            original: None,
            treatment: Treatment::default(),
            blank: false,
        };
        let basis = law.legal_basis.iter().position(|basis| *basis == act.legal_basis);
        Some(Self {
            people: act.people.clone(),
            filling: Some(Filling::new(form, &first, &Contact::default(), &values)),
            work: Some(work),
            copies: act.copies.to_string(),
            certifier: prepared.asked.clone(),
            wording: Some(act.wording.clone()),
            scans: pages.iter().map(scanned).collect(),
            anyone: prepared.asked.is_none(),
            seen: act.seen.clone(),
            basis: basis.unwrap_or_default(),
            // What was read for it then is no reading of today.
            day: act.at.date(),
            touched: true,
            ..Self::new(id, None, now)
        })
    }

    /// What the home screen says of it.
    pub fn summary(&self, law: &Law, day: Date) -> String {
        let known = self.work.as_ref().and_then(|work| work.known(law, day));
        let what = known.map_or("chưa chọn việc", |known| known.label());
        match self.people.first().map(|one| one.who.person.name.as_str()) {
            Some(name) if !name.is_empty() => format!("{name} – {what}"),
            _ => what.to_owned(),
        }
    }

    /// Takes what is done, its form filled with what is known of who is here.
    pub(super) fn choose(&mut self, work: Work, known: Known<'_>, who: Option<&Identity>) {
        let form = known.form();
        self.filling = Some(match who {
            Some(who) => Filling::new(form, who, &Contact::default(), &[]),
            None => Filling::blank(form),
        });
        self.work = Some(work);
    }

    /// On another day than before, what was read counts as kept from that earlier day.
    pub(super) fn age(&mut self, today: Date) {
        if self.day == today {
            return;
        }
        self.day = today;
        for one in &mut self.people {
            one.who = one.who.as_of(today);
        }
        if let Some(filling) = &mut self.filling {
            filling.age();
        }
    }
}
