//! The counter's work as whole acts: each writes its entries and gives back what the clerk needs. The
//! window and the command line both stand on it.

pub mod books;
pub mod exchange;
pub mod intake;
pub mod law;
pub mod line;
pub mod money;
pub mod papers;
#[cfg(test)]
mod rooms_tests;
pub mod steps;
pub mod store;
#[cfg(test)]
pub mod tests;
mod usual;

use std::sync::Arc;

use identity::trust::Trust;
use jiff::Timestamp;
use ledger::{DossierRecord, Ledger, LedgerError};
use office::{
    Explain,
    dossier::{Dossier, DossierId, Reception},
    entry::{ContentHash, Event},
    person::Identity,
    settings::Settings,
    unit::Office,
};
use reports::ReportError;

use crate::{assets::Law, trust};

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
    /// Whom the office trusts to sign identity documents.
    pub trust: Trust,
    /// Why nobody is trusted although the ledger knows some, if so: the counter works on without.
    pub trust_problem: Option<String>,
}

/// Why an act was not done.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The ledger refused.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The act stands in the ledger, but its paper could not be made.
    #[error(
        "Việc đã ghi vào sổ nhưng chưa lập được giấy tờ. {0} Sau khi sửa, mở hồ sơ trong danh sách để lập và in."
    )]
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
            Self::Report(error) => format!(
                "The act is recorded but its paper could not be made. {} Then open the dossier in the list to make and print it.",
                error.english()
            ),
        }
    }
}

impl Desk {
    /// Takes the place behind an open ledger.
    pub fn new(ledger: Ledger, law: Arc<Law>) -> Result<Self, LedgerError> {
        let (office, settings) = (ledger.office()?, ledger.settings()?);
        let (law, law_problem) = law::own(&ledger, law)?;
        let (trust, trust_problem) = (Trust::none(), None);
        let mut desk = Self { ledger, law, law_problem, office, settings, trust, trust_problem };
        desk.load_trust();
        Ok(desk)
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
        let event = Event::SettingsChanged { settings: Box::new(settings.clone()) };
        self.ledger.record(at, event, &[])?;
        self.settings = settings;
        Ok(())
    }

    /// Records that a document was read, with its photo; gives the photo's hash.
    pub fn record_reading(
        &mut self,
        at: Timestamp,
        identity: &Identity,
        face: Option<&[u8]>,
    ) -> Result<Option<ContentHash>, LedgerError> {
        let hash = face.map(ledger::content_hash);
        let legal_basis = self.law.legal_basis.first().cloned().unwrap_or_default();
        let event = Event::IdentityRead {
            identity: Box::new(identity.clone()),
            face: hash.clone(),
            legal_basis,
        };
        let blobs: Vec<&[u8]> = face.into_iter().collect();
        self.ledger.record(at, event, &blobs)?;
        Ok(hash)
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
}

/// What the keys of all forms begin with.
pub const FORMS: &str = "reception/";

/// Where the form of a dossier is kept while it is filled in.
pub fn draft_key(id: &DossierId) -> String {
    format!("{FORMS}{}", id.0)
}
