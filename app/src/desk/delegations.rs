//! Delegations to certify: given by the logged-in user to somebody who works here.

use jiff::{Timestamp, civil::Date};
use ledger::LedgerError;
use office::{
    act::{
        Delegation, DelegationId, Name,
        delegation::{Official, Terms, is_delegable},
    },
    entry::{Event, User},
};

use super::{
    Desk,
    papers::{printable, refused},
};
use crate::clock;

impl Desk {
    /// The kinds of acts that can be delegated on `day`, with their names.
    pub fn delegable(&self, day: Date) -> Vec<(Name, String)> {
        let kinds = self.law.acts.in_force(day).filter(|kind| is_delegable(kind));
        kinds.map(|kind| (kind.id.clone(), kind.label.clone())).collect()
    }

    /// Writes down that the logged-in user lets somebody certify.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] with [`office::act::DelegationError`], and those of the ledger; then nothing is written.
    pub fn delegate(
        &mut self,
        at: Timestamp,
        to: &User,
        terms: &Terms,
    ) -> Result<Delegation, LedgerError> {
        let texts =
            [("Số quyết định", terms.decision.as_str()), ("Thể thức ký", terms.signs_as.as_str())];
        printable(texts).map_err(refused)?;
        let id = DelegationId(ledger::random_id()?);
        let kinds = self.law.acts.in_force(clock::local(at).date());
        let given = Delegation::give(id, official(self.ledger.user()), official(to), terms, kinds)
            .map_err(|error| LedgerError::Refused(Box::new(error)))?;
        let event = Event::DelegationGiven { delegation: Box::new(given.clone()) };
        self.ledger.record(at, event, &[])?;
        Ok(given)
    }
}

fn official(user: &User) -> Official<'_> {
    Official { user: &user.name, full_name: &user.full_name, roles: &user.roles }
}
