//! Electronic copies that one prepares and another signs: the counter hands on, the certifier signs one or many, or
//! returns.
//!
//! Each copy gets its number when its own entry is written, after its own signature. So a batch is nothing but copies
//! that are signed one after the other under one login of the token ([`MOST_AT_ONCE`]): where it is cut short, whatever
//! was signed is done and the rest waits as before, without a gap in the book.

use jiff::Timestamp;
use ledger::{Kept, LedgerError, PreparedRecord};
use office::{
    Explain,
    act::{ActError, ActId, Part, Prepared, Signing},
    entry::{ContentHash, Event, UserName},
};

use super::{
    Desk, DeskError,
    electronic::{Origin, Scans, Unsigned},
    lines::{DraftId, Known, ToDo, Work, end_draft, identities, record_typed, signer},
};
use crate::clock;

/// Most copies that are signed with one PIN. Whoever certifies answers for each: twenty copies can be looked
/// through at one sitting, a day's heap cannot; and a token that is left plugged in is open for minutes, not for hours.
pub const MOST_AT_ONCE: usize = 20;

impl Desk {
    /// Hands an electronic copy on to be signed by its certifier, or by whoever may. The draft ends.
    ///
    /// # Errors
    /// [`office::act::prepared::NotPrepared`] and those of the ledger; then nothing is written and the draft stands.
    pub fn hand_on(
        &mut self,
        at: Timestamp,
        asked: ToDo,
        draft: &DraftId,
        pages: &[ContentHash],
        whom: Option<UserName>,
    ) -> Result<Prepared, LedgerError> {
        let scans = self.scans(draft, pages)?;
        let (law, office) = (self.law.clone(), self.certifying()?);
        let mut request = self.request(at, asked, &law, &office)?;
        let by = signer(self.ledger.user(), Part::Receives);
        let legal_basis = request.legal_basis.clone();
        let prepared = self.ledger.transact(|writing| {
            record_typed(writing, at, identities(&mut request.people), &legal_basis)?;
            let prepared = request.prepared(by, pages.to_vec(), whom).map_err(explained)?;
            let event = Event::ActPrepared { prepared: Box::new(prepared.clone()) };
            let blobs: Vec<&[u8]> = scans.iter().map(AsRef::as_ref).collect();
            writing.record(at, event, &blobs)?;
            end_draft(writing, draft)?;
            Ok(prepared)
        })?;
        self.forget_pages();
        Ok(prepared)
    }

    /// Makes what was prepared ready to be signed by the logged-in user. Its pages are read by whoever makes the
    /// document.
    ///
    /// # Errors
    /// [`LedgerError::Missing`], [`office::act::prepared::NotPrepared`] and those of the ledger; nothing is written.
    pub fn ready(&mut self, at: Timestamp, id: &ActId) -> Result<Unsigned, DeskError> {
        let waiting = self.waiting(id)?;
        let (law, office) = (self.law.clone(), self.certifying()?);
        let prepared = waiting.prepared;
        let day = clock::local(at).date();
        let known = Work::Act(prepared.act.kind.clone()).known(&law, day);
        let Some(Known::Act(kind, _)) = known else {
            return Err(explained(ActError::NotInForce(day)).into());
        };
        let wording = law.wordings.find(&prepared.act.wording);
        let wording = wording.ok_or_else(|| explained(ActError::NoWording))?;
        let own = self.ledger.user().name.clone();
        let own = office.colleagues.iter().find(|user| user.name == own);
        let own = own.ok_or(LedgerError::RightsEnded)?;
        let certifier = Signing {
            signer: signer(own, Part::Certifies),
            roles: &own.roles,
            delegations: &office.delegations,
        };
        let scans = self.kept(&prepared)?;
        let local = clock::local(at);
        let excluded = law.acts.excluded(kind, day);
        let drawn = self.draw(
            at,
            (kind.book, wording),
            |_| Ok(prepared.act.people.clone()),
            |number| prepared.unsigned(kind, excluded, wording, &certifier, number, local),
        )?;
        Ok(drawn.unsigned(at, Origin::Preparation, Scans::Kept(scans.into())))
    }

    /// A preparation, whatever became of it.
    ///
    /// # Errors
    /// [`LedgerError::Missing`].
    pub fn preparation(&self, id: &ActId) -> Result<Prepared, LedgerError> {
        let record = self.ledger.preparation(id)?.ok_or(LedgerError::Missing)?;
        Ok(record.prepared)
    }

    /// The scanned pages of a preparation, to be read elsewhere.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn kept(&self, prepared: &Prepared) -> Result<Vec<Kept>, LedgerError> {
        prepared.pages.iter().map(|page| self.ledger.kept(page)).collect()
    }

    /// What waits for a signature.
    ///
    /// # Errors
    /// [`LedgerError::Missing`], [`LedgerError::ReturnedAlready`] where it was returned.
    fn waiting(&self, id: &ActId) -> Result<PreparedRecord, LedgerError> {
        match self.ledger.preparation(id)? {
            None => Err(LedgerError::Missing),
            Some(record) if record.returned.is_some() => Err(LedgerError::ReturnedAlready),
            Some(record) => Ok(record),
        }
    }
}

fn explained<E: Explain + Send + Sync + 'static>(error: E) -> LedgerError {
    LedgerError::Refused(Box::new(error))
}
