//! What is kept of a reception while it is typed: everything, so that a power cut or another citizen
//! loses nothing. Scans are not in here but kept beside it once, when they are attached (see
//! `desk::intake`): a key press writes some kilobytes, not megabytes.

use jiff::civil::{Date, DateTime};
use office::{
    arrival::{Arrival, ArrivalId},
    catalogue::{Means, Procedure},
    document::{Kind, Media},
    dossier::{Channel, DossierId, PaperForm, Proof, Submitted},
    eform::Filling,
    entry::ContentHash,
    person::{Contact, Identity},
    waiver::StillAsked,
};
use serde::{Deserialize, Serialize};

use super::{linked::Link, terms::Terms};
use crate::assets::Law;

/// What is kept while it is typed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// Id of the dossier that it becomes; one draft becomes one dossier.
    pub id: DossierId,
    /// When the form was opened.
    pub begun: DateTime,
    /// The day up to which what it holds was read: on a later one all of it counts as kept.
    pub(super) day: Date,
    /// Applicant.
    pub identity: Identity,
    /// Face blob.
    pub face: Option<ContentHash>,
    /// Code of the chosen procedure.
    pub procedure: Option<String>,
    pub(super) papers: Vec<Paper>,
    /// A paper that the clerk is naming, where the catalogue names none.
    #[serde(default)]
    pub(super) naming: String,
    pub(super) contact: Contact,
    pub(super) sets: String,
    pub(super) basis: usize,
    pub(super) note: String,
    #[serde(default)]
    pub(super) terms: Terms,
    #[serde(default)]
    pub(super) form: Option<Filling>,
    /// The application form was handed in by itself (on paper, or online): the electronic one rests.
    #[serde(default)]
    pub(super) form_rests: bool,
    #[serde(default)]
    pub(super) linked: Vec<Link>,
    #[serde(default = "counter")]
    pub(super) channel: Channel,
    #[serde(default)]
    pub(super) arrival: Option<ArrivalId>,
    #[serde(default)]
    pub(super) origin_code: String,
    /// What an online dossier came with, until its procedure is chosen.
    #[serde(default)]
    pub(super) handed: Vec<Submitted>,
    /// When it was thrown away; it can be taken back for a day.
    #[serde(default)]
    pub dropped: Option<DateTime>,
}

fn counter() -> Channel {
    Channel::Counter
}

/// One component: what the catalogue asks for and what is there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Paper {
    pub name: String,
    /// When it is needed, and other words of the catalogue.
    pub hint: String,
    /// Whether it was handed in; only data are taken by themselves, a paper is ticked by the clerk.
    pub taken: bool,
    /// As what; `None` until the clerk says so.
    pub form: Option<PaperForm>,
    /// As what the catalogue asks for it.
    pub asked: PaperForm,
    /// Whether the catalogue asks everybody for it.
    pub obligatory: bool,
    pub quantity: String,
    /// What may stand in its place.
    #[serde(default)]
    pub means: Vec<Means>,
    #[serde(default)]
    pub stands: Option<Stands>,
}

/// What stands in a paper's place or shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Stands {
    /// Verified data of the applicant.
    Identity,
    /// The electronic form.
    Form,
    /// A document of the person's store, by its title.
    Stored(ContentHash, String),
    /// A scan.
    Scan(Attached),
    /// What came with an online dossier.
    Came(Proof),
}

/// A scan that was attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Attached {
    pub content: ContentHash,
    pub name: String,
    pub media: Media,
    pub bytes: usize,
    /// May be read but not changed, so never signed.
    pub restricted: bool,
    /// Kept for later dossiers too, as this, on this basis, until that day.
    pub keep: Option<(Kind, String, Option<Date>)>,
}

impl Draft {
    pub(super) fn new(
        id: DossierId,
        identity: Identity,
        face: Option<ContentHash>,
        contact: Contact,
        now: DateTime,
    ) -> Self {
        Self {
            id,
            begun: now,
            day: now.date(),
            identity,
            face,
            procedure: None,
            papers: Vec::new(),
            naming: String::new(),
            contact,
            sets: "1".into(),
            basis: 0,
            note: String::new(),
            terms: Terms::default(),
            form: None,
            form_rests: false,
            linked: Vec::new(),
            channel: Channel::Counter,
            arrival: None,
            origin_code: String::new(),
            handed: Vec::new(),
            dropped: None,
        }
    }

    /// For an online dossier that is being accepted. The procedure is taken over where the catalogue
    /// knows it; what it does not know the clerk chooses.
    pub(super) fn of_arrival(id: DossierId, arrival: &Arrival, now: DateTime) -> Self {
        Self {
            channel: Channel::Online,
            arrival: Some(arrival.id.clone()),
            origin_code: arrival.code.clone(),
            handed: arrival.components.clone(),
            ..Self::new(id, arrival.applicant.clone(), None, arrival.contact.clone(), now)
        }
    }

    /// Whether all that is certainly asked for was handed in.
    #[cfg(test)]
    pub fn ticked(&self) -> bool {
        self.papers.iter().filter(|paper| paper.hint.is_empty()).all(|paper| paper.taken)
    }

    /// Whether it accepts this online dossier.
    pub fn is_for(&self, arrival: &ArrivalId) -> bool {
        self.arrival.as_ref() == Some(arrival)
    }

    /// What the home screen says of it.
    pub fn summary(&self, law: &Law, day: Date) -> String {
        let procedure = self
            .procedure
            .as_deref()
            .and_then(|code| law.catalogue.find(code, day))
            .map_or("chưa chọn thủ tục", |p| p.short_name());
        format!("{} – {procedure}", self.identity.person.name)
    }

    /// Takes the procedure's components: what verified data or the form stand for is never asked.
    pub(super) fn choose(&mut self, procedure: &Procedure, form: Option<Filling>) {
        let waived = self.identity.waives_paper(self.day).is_ok();
        let has_form = form.is_some();
        self.naming.clear();
        let papers = procedure.components.iter();
        self.papers = papers.map(|c| Paper::of(c, waived, has_form)).collect();
        // Where no component is certainly asked for, the first that data stand for is taken: of several
        // (a paper form and an interactive one) one is enough.
        for stands in [Stands::Form, Stands::Identity] {
            let is = |paper: &&mut Paper| paper.stands.as_ref() == Some(&stands);
            let mut all: Vec<&mut Paper> = self.papers.iter_mut().filter(is).collect();
            let none = all.iter().all(|paper| !paper.taken);
            if let Some(first) = all.iter_mut().find(|paper| none && paper.hint.is_empty()) {
                first.taken = true;
            }
        }
        self.form = form;
        self.form_rests = false;
        if self.arrival.is_some() {
            self.rest_form(true);
        }
        self.procedure = Some(procedure.code.clone());
        for came in std::mem::take(&mut self.handed) {
            self.came(came);
        }
    }

    /// On another day than before, what was read counts as kept from that earlier day: nothing of it is shown
    /// as verified, and no paper stays waived by it. Says whether that changed anything.
    pub(super) fn age(&mut self, today: Date) -> bool {
        if self.day == today {
            return false;
        }
        self.day = today;
        self.identity = self.identity.as_of(today);
        if let Some(form) = &mut self.form {
            form.age();
        }
        self.judge();
        true
    }

    /// The applicant's document was read again.
    pub(super) fn reread(&mut self, identity: Identity, face: Option<ContentHash>) {
        self.identity = identity;
        self.face = face;
        self.judge();
    }

    /// Whether the applicant's data stand for the identity paper, decided anew.
    fn judge(&mut self) {
        let waived = self.identity.waives_paper(self.day).is_ok();
        let identity = |paper: &&mut Paper| paper.means.contains(&Means::Identity);
        for paper in self.papers.iter_mut().filter(identity) {
            match (&paper.stands, waived) {
                (Some(Stands::Identity), false) => {
                    (paper.stands, paper.form, paper.taken) = (None, None, false);
                }
                (None, true) if !paper.taken => {
                    paper.stands = Some(Stands::Identity);
                    (paper.form, paper.taken) = (Some(PaperForm::Data), true);
                }
                _ => {}
            }
        }
    }

    /// Why the identity paper is still asked for, where the procedure asks for one.
    pub(super) fn still_asked(&self) -> Option<StillAsked> {
        let asks = self.papers.iter().any(|paper| paper.means.contains(&Means::Identity));
        self.identity.waives_paper(self.day).err().filter(|_| asks)
    }

    /// Lays the electronic form aside for one that was handed in, or takes it up again.
    pub(super) fn rest_form(&mut self, rests: bool) {
        self.form_rests = rests;
        let handed = match self.channel {
            Channel::Online => PaperForm::Data,
            Channel::Counter | Channel::Post => PaperForm::Original,
        };
        let is_form = |paper: &&mut Paper| paper.means.contains(&Means::ApplicationForm);
        for paper in self.papers.iter_mut().filter(is_form) {
            if rests && paper.stands == Some(Stands::Form) {
                (paper.stands, paper.form) = (None, Some(handed));
            } else if !rests && paper.stands.is_none() {
                (paper.stands, paper.form) = (Some(Stands::Form), Some(PaperForm::Data));
            }
        }
    }

    /// Takes the paper that the clerk has named; says its place.
    pub(super) fn named(&mut self) -> Option<usize> {
        let name = office::text::clean(&std::mem::take(&mut self.naming));
        if name.is_empty() {
            return None;
        }
        self.papers.push(Paper {
            name,
            hint: String::new(),
            taken: true,
            form: None,
            asked: PaperForm::Original,
            obligatory: false,
            quantity: "1".into(),
            means: Vec::new(),
            stands: None,
        });
        Some(self.papers.len() - 1)
    }

    /// A paper that an online dossier came with: at its component, or a line of its own.
    fn came(&mut self, came: Submitted) {
        let fold = office::text::fold;
        let name = fold(&came.name);
        let stands = came.proof.map(Stands::Came);
        match self.papers.iter_mut().find(|paper| fold(&paper.name) == name) {
            Some(paper) => {
                paper.taken = true;
                paper.form = Some(came.form);
                paper.quantity = came.quantity.to_string();
                paper.stands = stands.or(paper.stands.take());
            }
            None => self.papers.push(Paper {
                name: came.name,
                hint: String::new(),
                taken: true,
                form: Some(came.form),
                asked: came.form,
                obligatory: false,
                quantity: came.quantity.to_string(),
                means: Vec::new(),
                stands,
            }),
        }
    }
}

impl Paper {
    fn of(component: &office::catalogue::Component, waived: bool, has_form: bool) -> Self {
        let by_form = has_form && component.satisfied_by.contains(&Means::ApplicationForm);
        let stands = if by_form {
            Some(Stands::Form)
        } else if waived && component.is_identity() {
            Some(Stands::Identity)
        } else {
            None
        };
        let asked = if component.shown_only {
            PaperForm::Shown
        } else if component.originals > 0 || component.copies == 0 {
            PaperForm::Original
        } else {
            PaperForm::Photocopy
        };
        Self {
            name: component.name.clone(),
            hint: [component.group.as_str(), component.when.as_str()]
                .into_iter()
                .filter(|t| !t.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
            taken: component.obligatory && stands.is_some(),
            form: stands.is_some().then_some(PaperForm::Data),
            asked,
            obligatory: component.obligatory,
            quantity: component.originals.max(component.copies).max(1).to_string(),
            means: component.satisfied_by.clone(),
            stands,
        }
    }

    /// The clerk says whether it came. As what is a decision of its own, but for a paper that is never more
    /// than shown.
    pub fn tick(&mut self, taken: bool) {
        self.taken = taken;
        if taken && self.asked == PaperForm::Shown {
            self.form = self.form.or(Some(self.asked));
        }
    }

    /// The clerk confirms that it came as the catalogue asks.
    pub fn take_as_asked(&mut self) {
        self.taken = true;
        self.form = self.form.or(Some(self.asked));
    }

    /// Whether the clerk has yet to say that it came, or as what.
    pub fn is_awaited(&self) -> bool {
        (self.obligatory || self.taken) && !(self.taken && self.form.is_some())
    }

    /// The kind of document that may stand in its place, if one may.
    pub fn kind(&self) -> Option<Kind> {
        self.means.iter().find_map(|means| match means {
            Means::Document(kind) => Some(*kind),
            _ => None,
        })
    }

    /// Whether the paper itself need not be handed in.
    pub fn is_data(&self) -> bool {
        matches!(self.stands, Some(Stands::Identity | Stands::Form))
    }

    /// As the dossier keeps it. A quantity that is no number becomes 0, which the office's rules
    /// refuse with their own sentence.
    pub fn submitted(&self) -> Submitted {
        Submitted {
            name: self.name.clone(),
            // What is not decided is asked before anything is received.
            form: self.form.unwrap_or(self.asked),
            quantity: self.quantity.trim().parse().unwrap_or(0),
            proof: self.stands.as_ref().map(|stands| match stands {
                Stands::Identity => Proof::Identity,
                Stands::Form => Proof::Form,
                Stands::Stored(content, _) => Proof::Stored(content.clone()),
                Stands::Scan(scan) => Proof::Scan(scan.content.clone()),
                Stands::Came(proof) => proof.clone(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use jiff::{ToSpan, civil::date};
    use office::{
        evidence::Evidence,
        person::{Document, DocumentKind, Expiry, Person, ReadOn},
    };

    use super::*;

    const MORNING: DateTime = date(2026, 11, 23).at(8, 0, 0, 0);

    fn chip(read: Date, ends: Date) -> Identity {
        Identity {
            person: Person { name: "NGUYỄN VĂN A".into(), ..Person::default() },
            document: Some(Document {
                kind: DocumentKind::CanCuoc,
                number: "001099000123".into(),
                expiry: Some(Expiry::On(ends)),
            }),
            evidence: Evidence::ChipAuthentic,
            read: ReadOn::Day(read),
            whose: None,
            reasons: Vec::new(),
        }
    }

    /// The form of a procedure that asks for the identity paper, for somebody whose chip was read.
    fn begun(law: &Law, identity: Identity) -> Draft {
        let day = MORNING.date();
        let procedure = law
            .catalogue
            .in_force(day)
            .find(|procedure| procedure.components.iter().any(|c| c.is_identity()))
            .unwrap();
        let (id, contact) = (DossierId("0".repeat(32)), Contact::default());
        let mut draft = Draft::new(id, identity, None, contact, MORNING);
        let form = law.forms.of(&procedure.code);
        let name = procedure.short_name();
        let filled = form.map(|f| {
            Filling::new(f, &draft.identity, &draft.contact, &[(super::super::REQUEST, name)])
        });
        draft.choose(procedure, filled);
        draft
    }

    /// How many papers the applicant's data stand for.
    fn waived(draft: &Draft) -> usize {
        draft.papers.iter().filter(|paper| paper.stands == Some(Stands::Identity)).count()
    }

    #[test]
    fn where_the_catalogue_names_no_paper_the_clerk_does() {
        let law = Law::load().unwrap();
        let bare = law.catalogue.find("2.000620", MORNING.date()).unwrap();
        let mut draft = begun(&law, chip(MORNING.date(), date(2039, 1, 2)));
        draft.choose(bare, None);
        assert!(draft.papers.is_empty());
        draft.naming = "  Đơn  đề nghị ".into();
        assert_eq!(draft.named(), Some(0));
        assert_eq!(draft.named(), None, "an empty name is none");
        let [paper] = draft.papers.as_slice() else { panic!("{:?}", draft.papers) };
        assert_eq!((paper.name.as_str(), paper.taken, &paper.form), ("Đơn đề nghị", true, &None));
        let left: Draft = serde_json::from_slice(&serde_json::to_vec(&draft).unwrap()).unwrap();
        assert_eq!(left.papers.len(), 1);
    }

    #[test]
    fn a_form_of_an_earlier_day_waives_nothing_until_the_card_is_read_again() {
        let law = Law::load().unwrap();
        let (read, ends) = (MORNING.date(), date(2039, 1, 2));
        let fresh = begun(&law, chip(read, ends));
        assert!(waived(&fresh) > 0);
        assert_eq!(fresh.still_asked(), None);
        // Left, and gone on with: the same day, and a week later.
        let bytes = serde_json::to_vec(&fresh).unwrap();
        let left = || serde_json::from_slice::<Draft>(&bytes).unwrap();
        let mut same = left();
        assert!(!same.age(read));
        assert_eq!(waived(&same), waived(&fresh));

        let today = read.checked_add(7.days()).unwrap();
        let mut old = left();
        assert!(old.age(today));
        assert_eq!(waived(&old), 0);
        assert_eq!(old.still_asked(), Some(StillAsked::ReadEarlier(read)));
        assert_eq!(old.identity.evidence, Evidence::Typed);
        let level = Evidence::ChipAuthentic;
        assert_eq!(old.identity.read, ReadOn::Earlier { day: read, level }, "its day is told");
        let papers = old.papers.iter().filter(|paper| paper.means.contains(&Means::Identity));
        assert!(papers.clone().all(|paper| paper.form.is_none() && !paper.taken));
        // Gone on with once more: nothing changes any further.
        assert!(!old.age(today));

        old.reread(chip(today, ends), None);
        assert_eq!(waived(&old), waived(&fresh));
        assert_eq!(old.still_asked(), None);
    }

    #[test]
    fn a_document_that_is_over_waives_nothing_and_says_so() {
        let law = Law::load().unwrap();
        let ended = date(2025, 6, 30);
        let draft = begun(&law, chip(MORNING.date(), ended));
        assert_eq!(waived(&draft), 0);
        assert_eq!(draft.still_asked(), Some(StillAsked::Expired(ended)));
    }
}
