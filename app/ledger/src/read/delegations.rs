//! Who certifies by delegation.

use jiff::Timestamp;
use office::{
    act::{Delegation, DelegationError, DelegationId},
    entry::{Event, EventKind},
};

use crate::{
    Ledger, LedgerError, Result,
    delegation::{DelegationRecord, WhyEnded, delegations},
    roles::require_any,
};

impl Ledger {
    /// Every delegation, oldest first, with those that ended. Why somebody ended one is told to who may end it; others
    /// need to know that it is over.
    ///
    /// # Errors
    /// [`LedgerError::RightsEnded`], and those of reading.
    pub fn delegations(&self) -> Result<Vec<DelegationRecord>> {
        require_any(&self.user.roles)?;
        let mut all = delegations(&self.db, i64::MAX)?;
        if !self.may(EventKind::DelegationEnded) {
            for record in &mut all {
                if let Some((_, WhyEnded::Said(reason))) = &mut record.ended {
                    *reason = None;
                }
            }
        }
        Ok(all)
    }

    /// The delegations that were not ended, whether or not their days are over.
    ///
    /// # Errors
    /// Those of [`Self::delegations`].
    pub fn standing_delegations(&self) -> Result<Vec<Delegation>> {
        let standing = self.delegations()?.into_iter().filter(|record| record.ended.is_none());
        Ok(standing.map(|record| record.delegation).collect())
    }

    /// Ends a delegation before its last day.
    ///
    /// # Errors
    /// [`LedgerError::Missing`], [`LedgerError::Refused`] with [`DelegationError::EndedAlready`],
    /// [`LedgerError::NotAllowed`].
    pub fn end_delegation(&mut self, at: Timestamp, id: &DelegationId, reason: &str) -> Result<()> {
        let all = self.delegations()?;
        let record = all.iter().find(|record| record.delegation.id == *id);
        if record.ok_or(LedgerError::Missing)?.ended.is_some() {
            return Err(LedgerError::Refused(Box::new(DelegationError::EndedAlready)));
        }
        let (delegation, reason) = (id.clone(), office::text::clean_lines(reason));
        self.record(at, Event::DelegationEnded { delegation, reason }, &[]).map(drop)
    }
}
