//! What is kept of a reception while it is typed: everything, so that a power cut or another citizen
//! loses nothing. Scans are not in here but kept beside it once, when they are attached (see
//! `desk::intake`): a key press writes some kilobytes, not megabytes.

use jiff::civil::{Date, DateTime};
use office::{
    arrival::{Arrival, ArrivalId},
    catalogue::{Means, Procedure},
    document::{Kind, Media},
    dossier::{Channel, DossierId, PaperForm, Proof, Submitted},
    entry::ContentHash,
    evidence::Evidence,
    person::{Contact, Identity},
};
use serde::{Deserialize, Serialize};

use super::{eform::Filled, linked::Link, terms::Terms};
use crate::assets::Law;

/// What is kept while it is typed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// Id of the dossier that it becomes; one draft becomes one dossier.
    pub id: DossierId,
    /// When the form was opened.
    pub begun: DateTime,
    /// Applicant.
    pub identity: Identity,
    /// Face blob.
    pub face: Option<ContentHash>,
    /// Code of the chosen procedure.
    pub procedure: Option<String>,
    pub(super) papers: Vec<Paper>,
    pub(super) contact: Contact,
    pub(super) sets: String,
    pub(super) basis: usize,
    pub(super) note: String,
    #[serde(default)]
    pub(super) terms: Terms,
    #[serde(default)]
    pub(super) form: Option<Filled>,
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
    pub taken: bool,
    pub form: PaperForm,
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
            identity,
            face,
            procedure: None,
            papers: Vec::new(),
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
    pub(super) fn choose(&mut self, procedure: &Procedure, form: Option<Filled>) {
        let evidence = self.identity.evidence;
        let has_form = form.is_some();
        let papers = procedure.components.iter();
        self.papers = papers.map(|c| Paper::of(c, evidence, has_form)).collect();
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
                (paper.stands, paper.form) = (None, handed);
            } else if !rests && paper.stands.is_none() {
                (paper.stands, paper.form) = (Some(Stands::Form), PaperForm::Data);
            }
        }
    }

    /// A paper that an online dossier came with: at its component, or a line of its own.
    fn came(&mut self, came: Submitted) {
        let fold = office::text::fold;
        let name = fold(&came.name);
        let stands = came.proof.map(Stands::Came);
        match self.papers.iter_mut().find(|paper| fold(&paper.name) == name) {
            Some(paper) => {
                paper.taken = true;
                paper.form = came.form;
                paper.quantity = came.quantity.to_string();
                paper.stands = stands.or(paper.stands.take());
            }
            None => self.papers.push(Paper {
                name: came.name,
                hint: String::new(),
                taken: true,
                form: came.form,
                quantity: came.quantity.to_string(),
                means: Vec::new(),
                stands,
            }),
        }
    }
}

impl Paper {
    fn of(component: &office::catalogue::Component, evidence: Evidence, has_form: bool) -> Self {
        let by_form = has_form && component.satisfied_by.contains(&Means::ApplicationForm);
        let stands = if by_form {
            Some(Stands::Form)
        } else if !component.asks_paper(evidence) {
            Some(Stands::Identity)
        } else {
            None
        };
        let original = component.shown_only || component.originals > 0 || component.copies == 0;
        Self {
            name: component.name.clone(),
            hint: [component.group.as_str(), component.when.as_str()]
                .into_iter()
                .filter(|t| !t.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
            taken: component.obligatory,
            form: match (&stands, original) {
                (Some(_), _) => PaperForm::Data,
                (None, true) => PaperForm::Original,
                (None, false) => PaperForm::Photocopy,
            },
            quantity: component.originals.max(component.copies).max(1).to_string(),
            means: component.satisfied_by.clone(),
            stands,
        }
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
            form: self.form,
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
