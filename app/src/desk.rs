//! The counter's work as whole acts: each writes its entries and gives back what the clerk needs. The
//! window and the command line both stand on it.
//!
//! A ledger has one owner, which is the thread of its session: the window's, or the command's. What a clerk does costs
//! it less than a frame, so a thread of its own would only add a second order of events and answers that come when the
//! screen has gone on. What takes long is cut into slices that the owner does between frames, behind a locked window
//! too (exchange, read models that lag), or works elsewhere on what it was handed: a backup on its own connection,
//! scans, papers, printers, and later tokens in a process of their own.

pub mod amended;
pub mod binding;
#[cfg(test)]
mod binding_tests;
pub mod books;
pub mod certificates;
mod codes;
pub mod delegations;
#[cfg(test)]
mod delegations_tests;
pub mod electronic;
#[cfg(test)]
pub(crate) mod electronic_tests;
pub mod exchange;
pub mod intake;
pub mod law;
pub mod line;
pub mod lines;
#[cfg(test)]
mod lines_tests;
pub mod money;
mod notes;
pub mod papers;
#[cfg(test)]
mod papers_tests;
pub mod prepared;
#[cfg(test)]
mod prepared_tests;
#[cfg(test)]
mod rooms_tests;
pub mod stamped;
pub mod steps;
pub mod store;
pub mod telephone;
#[cfg(test)]
pub mod tests;
#[cfg(test)]
mod transactions_tests;
mod usual;
pub mod wording;

use std::sync::Arc;

use identity::{authenticity::Chain, reading::Reading, trust::Trust};
use jiff::Timestamp;
use ledger::{ActRecord, DossierRecord, Ledger, LedgerError};
use office::{
    Explain,
    act::ActId,
    dossier::{Dossier, DossierId, Reception},
    entry::{ContentHash, Event},
    evidence::DocumentSigner,
    person::{Identity, PersonId, ReadOn},
    portal_code::Table,
    settings::Settings,
    subject::Subject,
    unit::Office,
};
use reports::ReportError;

use crate::{assets::Law, clock, trust};

/// An open ledger with the law it works under.
pub struct Desk {
    /// The ledger.
    pub ledger: Ledger,
    /// The office's own law data.
    pub law: Arc<Law>,
    /// The office.
    pub office: Office,
    /// Why some of it is not the office's own, if so.
    pub law_problem: Option<String>,
    /// What the office set for itself.
    pub settings: Settings,
    /// The national portal's codes that the office entered.
    pub codes: Table,
    /// Whom the office trusts to sign identity documents.
    pub trust: Trust,
    /// Why nobody is trusted although the ledger knows some, if so: the counter works on without.
    pub trust_problem: Option<String>,
    open_pages: electronic::OpenPages,
}

/// Why an act was not done.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The ledger refused.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The paper could not be made.
    #[error(transparent)]
    Report(#[from] ReportError),
}

impl Explain for DeskError {
    fn code(&self) -> &'static str {
        match self {
            Self::Ledger(error) => error.code(),
            Self::Report(error) => error.code(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Ledger(error) => error.english(),
            Self::Report(error) => error.english(),
        }
    }
}

impl Desk {
    /// Takes the place behind an open ledger.
    pub fn new(ledger: Ledger, law: Arc<Law>) -> Result<Self, LedgerError> {
        let (office, settings) = (ledger.office()?, ledger.settings()?);
        let codes = ledger.portal_codes()?;
        let (law, law_problem) = law::own(&ledger, law)?;
        let (trust, trust_problem) = (Trust::none(), None);
        let open_pages = electronic::OpenPages::default();
        let mut desk = Self {
            ledger,
            law,
            law_problem,
            office,
            settings,
            codes,
            trust,
            trust_problem,
            open_pages,
        };
        desk.load_trust();
        Ok(desk)
    }

    /// Takes over what came from other machines.
    pub fn reload(&mut self) -> Result<(), LedgerError> {
        (self.office, self.settings) = (self.ledger.office()?, self.ledger.settings()?);
        self.codes = self.ledger.portal_codes()?;
        (self.law, self.law_problem) = law::own(&self.ledger, self.law.clone())?;
        self.load_trust();
        Ok(())
    }

    /// Takes over what the ledger trusts now.
    pub fn load_trust(&mut self) {
        (self.trust, self.trust_problem) = match trust::of(&self.ledger) {
            Ok(trust) => (trust, None),
            Err(error) => (Trust::none(), Some(error.sentence(Default::default()))),
        };
    }

    /// Writes new settings and works by them from now on.
    pub fn change_settings(
        &mut self,
        at: Timestamp,
        settings: Settings,
    ) -> Result<(), LedgerError> {
        papers::printable(settings.texts()).map_err(papers::refused)?;
        let event = Event::SettingsChanged { settings: Box::new(settings.clone()) };
        self.ledger.record(at, event, &[])?;
        self.settings = settings;
        Ok(())
    }

    /// Records that a code was scanned or a zone typed; the reading gets its day.
    pub fn record_reading(
        &mut self,
        at: Timestamp,
        identity: &mut Identity,
    ) -> Result<PersonId, LedgerError> {
        identity.read = ReadOn::Day(clock::local(at).date());
        self.record_identity(at, identity, None, None)
    }

    /// Records that a chip was read, with its photo and signer; gives what it said, with a word on whether
    /// a signer that nobody vouches for was met before, and the photo's hash.
    pub fn record_chip(
        &mut self,
        at: Timestamp,
        reading: &Reading,
    ) -> Result<(Identity, Option<ContentHash>), LedgerError> {
        let mut identity = reading.identity.clone();
        identity.read = ReadOn::Day(clock::local(at).date());
        let document = identity.document.as_ref().map(|document| document.number.as_str());
        let unknown = reading.signer.as_ref().filter(|_| reading.checks.chain == Chain::Unknown);
        if let Some((signer, document)) = unknown.zip(document) {
            identity.reasons.push(met(self.ledger.met_signer(signer, document)?));
        }
        let face = reading.face.as_ref().map(|face| face.bytes.as_slice());
        self.record_identity(at, &identity, face, reading.signer.clone())?;
        Ok((identity, face.map(ledger::content_hash)))
    }

    fn record_identity(
        &mut self,
        at: Timestamp,
        identity: &Identity,
        face: Option<&[u8]>,
        signer: Option<DocumentSigner>,
    ) -> Result<PersonId, LedgerError> {
        let legal_basis = self.law.legal_basis.first().cloned().unwrap_or_default();
        let event = Event::IdentityRead {
            identity: Box::new(identity.clone()),
            face: face.map(ledger::content_hash),
            signer,
            legal_basis,
        };
        let blobs: Vec<&[u8]> = face.into_iter().collect();
        Ok(PersonId(self.ledger.record(at, event, &blobs)?.envelope.place()))
    }

    /// Receives a dossier that comes without scans; see [`Desk::take_in`].
    pub fn receive(&mut self, at: Timestamp, reception: Reception) -> Result<Dossier, LedgerError> {
        self.take_in(at, reception.into())
    }

    /// Annuls a reception by a correcting entry.
    pub fn annul(
        &mut self,
        at: Timestamp,
        dossier: &DossierId,
        reason: String,
    ) -> Result<(), LedgerError> {
        self.ledger.record(at, Event::DossierAnnulled { dossier: dossier.clone(), reason }, &[])?;
        Ok(())
    }

    /// A dossier's record.
    pub fn dossier(&self, id: &DossierId) -> Result<DossierRecord, LedgerError> {
        self.ledger.dossier(id)?.ok_or(LedgerError::Missing)
    }

    /// What a subject is known by: a dossier's code, an act's kind and number.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] where it is not here (yet): another machine may know it.
    pub fn name_of(&self, subject: &Subject) -> Result<String, LedgerError> {
        match subject {
            Subject::Dossier(id) => Ok(self.dossier(id)?.dossier.code_label()),
            Subject::Act(id) => Ok(self.act(id)?.act.name()),
        }
    }

    /// The same; empty where it is not here yet.
    pub fn name_if_here(&self, subject: &Subject) -> Result<String, LedgerError> {
        match self.name_of(subject) {
            Err(LedgerError::Missing) => Ok(String::new()),
            known => known,
        }
    }

    /// An act's record.
    pub fn act(&self, id: &ActId) -> Result<ActRecord, LedgerError> {
        self.ledger.act(id)?.ok_or(LedgerError::Missing)
    }
}

/// Whether a signer was met before. A key that signed many cards is likelier the issuer's than one that
/// was never seen; a forger may make many cards too, so it proves nothing.
fn met(others: u64) -> String {
    match others {
        0 => "Lần đầu gặp người ký này: chưa thấy trên giấy tờ nào khác đã đọc tại đây.".into(),
        n => format!(
            "Người ký này đã gặp ở {n} thẻ, giấy tờ khác đã đọc tại đây; điều đó chưa chứng minh giấy tờ là thật."
        ),
    }
}

/// What the keys of all forms of receptions begin with.
pub const RECEPTIONS: &str = "form/dossier:";

/// Where the form of a subject is kept while it is filled in.
pub fn draft_key(subject: impl Into<Subject>) -> String {
    format!("form/{}", subject.into())
}
