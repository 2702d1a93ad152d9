//! Delegations as the log tells them: there are few, so nothing of them is kept a second time.
//!
//! One rule for the gate, the check and the screens: a delegation is what somebody gave in their own name who may give it,
//! under an id that no other bears. It ends for good when it is ended in words, when its giver or its receiver stops
//! working here, and when one of them loses the role that it rests on: coming back revives nothing.

use std::collections::HashMap;

use jiff::Timestamp;
use office::{
    act::{Act, Delegation, Part, Signer},
    entry::{Entry, Event, EventKind, Role, UserName},
};
use rusqlite::Connection;

use crate::{LedgerError, Result, local_day, project::entry::entry_at, roles::require, rows::rows};

/// A delegation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegationRecord {
    /// When it was written down.
    pub at: Timestamp,
    /// What it says.
    pub delegation: Delegation,
    /// When it ended before its last day, and why.
    pub ended: Option<(Timestamp, WhyEnded)>,
}

/// Why a delegation ended before its last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyEnded {
    /// Somebody ended it; the reason, where the reader may know it.
    Said(Option<String>),
    /// Whoever gave it no longer works here, or not in a role that may give it.
    GiverLeft,
    /// Whoever got it no longer works here, or not in a role that does acts.
    ReceiverLeft,
}

/// The kinds of entries that tell of delegations, besides [`EventKind::DelegationGiven`].
const TELLING: [EventKind; 5] = [
    EventKind::DelegationEnded,
    EventKind::UserAdded,
    EventKind::UserChanged,
    EventKind::UserDisabled,
    EventKind::UserEnabled,
];

/// The delegations of the entries before a place, oldest first.
pub(crate) fn delegations(db: &Connection, before: i64) -> Result<Vec<DelegationRecord>> {
    let given = places_of(db, &[EventKind::DelegationGiven], before)?;
    if given.is_empty() {
        return Ok(Vec::new());
    }
    let mut places = [given, places_of(db, &TELLING, before)?].concat();
    // A place is a moment of the office's clock: all machines have the same order.
    places.sort_unstable();
    let mut told = Told::default();
    for place in places {
        match entry_at(db, place) {
            Ok(entry) => told.follow(entry),
            // One that cannot be read covers nothing and ends nothing; the check names it.
            Err(LedgerError::Entry(_) | LedgerError::Damaged { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(told.records)
}

/// What entries told up to a place.
#[derive(Default)]
struct Told {
    /// The roles of everybody who works here.
    people: HashMap<UserName, Vec<Role>>,
    records: Vec<DelegationRecord>,
}

impl Told {
    fn follow(&mut self, entry: Entry) {
        let at = entry.envelope.at;
        match entry.what {
            Event::DelegationGiven { delegation }
                if delegation.by == entry.envelope.user
                    && self.may(&delegation.by, EventKind::DelegationGiven)
                    && !self.records.iter().any(|one| one.delegation.id == delegation.id) =>
            {
                self.records.push(DelegationRecord { at, delegation: *delegation, ended: None });
            }
            Event::DelegationEnded { delegation, reason } => {
                let why = |one: &Delegation| {
                    (one.id == delegation).then(|| WhyEnded::Said(Some(reason.clone())))
                };
                end(&mut self.records, at, why);
            }
            Event::UserAdded { user } => {
                // A name that is given already stays with whom it was given to.
                self.people.entry(user.name).or_insert(user.roles);
            }
            Event::UserEnabled { user } => drop(self.people.insert(user.name, user.roles)),
            Event::UserChanged { user } => {
                let could = |kind| self.may(&user.name, kind);
                let could = [could(EventKind::DelegationGiven), could(EventKind::ActDone)];
                let name = user.name.clone();
                self.people.insert(user.name, user.roles);
                let lost = could[0] && !self.may(&name, EventKind::DelegationGiven);
                self.leaves(at, &name, lost, could[1] && !self.may(&name, EventKind::ActDone));
            }
            Event::UserDisabled { user, .. } => {
                self.people.remove(&user);
                self.leaves(at, &user, true, true);
            }
            _ => {}
        }
    }

    fn may(&self, user: &UserName, kind: EventKind) -> bool {
        self.people.get(user).is_some_and(|roles| require(roles, kind.roles()).is_ok())
    }

    /// Somebody lost what their delegations rest on, as who gives or as who receives.
    fn leaves(&mut self, at: Timestamp, user: &UserName, gives: bool, receives: bool) {
        end(&mut self.records, at, |one| {
            if gives && one.by == *user {
                Some(WhyEnded::GiverLeft)
            } else if receives && one.to == *user {
                Some(WhyEnded::ReceiverLeft)
            } else {
                None
            }
        });
    }
}

fn end(
    records: &mut [DelegationRecord],
    at: Timestamp,
    why: impl Fn(&Delegation) -> Option<WhyEnded>,
) {
    for record in records.iter_mut().filter(|record| record.ended.is_none()) {
        record.ended = why(&record.delegation).map(|why| (at, why));
    }
}

/// Whether an electronic act is its author's to write by a delegation: they certify it by one, and it [`holds`].
pub(crate) fn signs(
    db: &Connection,
    before: i64,
    author: &UserName,
    act: &Act,
    written: Timestamp,
) -> Result<bool> {
    let by_it = act.document.is_some() && claims(act).any(|(one, _)| one.user == *author);
    Ok(by_it && holds(db, before, act, written)?)
}

/// Whether every delegation by which an act says that it was certified stood before this place and covers its kind on
/// the act's day. An electronic act's entry is `written` on that day or, as a signature may come after midnight, on the
/// next: no act is put back into days that are over.
pub(crate) fn holds(db: &Connection, before: i64, act: &Act, written: Timestamp) -> Result<bool> {
    if claims(act).next().is_none() {
        return Ok(true);
    }
    let (day, written) = (act.at.date(), local_day(written));
    if act.document.is_some() && written != day && day.tomorrow().ok() != Some(written) {
        return Ok(false);
    }
    let all = delegations(db, before)?;
    Ok(claims(act).all(|(signer, delegated)| {
        all.iter().filter(|record| record.ended.is_none()).any(|record| {
            let one = &record.delegation;
            one.to == signer.user && one.kept() == *delegated && one.covers(&act.kind, day)
        })
    }))
}

/// Who certifies by a delegation, and by which.
fn claims(act: &Act) -> impl Iterator<Item = (&Signer, &office::act::Delegated)> {
    let certify = act.signers.iter().filter(|one| one.part == Part::Certifies);
    certify.filter_map(|one| one.delegated.as_ref().map(|by| (one, by)))
}

/// Whether a delegation has the id of one before this place.
pub(crate) fn repeats(db: &Connection, before: i64, given: &Delegation) -> Result<bool> {
    Ok(delegations(db, before)?.iter().any(|record| record.delegation.id == given.id))
}

/// Where the entries of some kinds before a place are.
fn places_of(db: &Connection, kinds: &[EventKind], before: i64) -> Result<Vec<i64>> {
    let numbers: Vec<String> = kinds.iter().map(|kind| kind.facts().number.to_string()).collect();
    // The second term is the index's own.
    let sql = format!(
        "SELECT n FROM entry WHERE kind IN ({}) AND kind NOT IN (8, 9, 10, 12) AND n < ?1",
        numbers.join(", ")
    );
    rows(db, &sql, [before], |row| row.get(0))
}
