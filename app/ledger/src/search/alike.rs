//! Whether two are one person: who looks alike, what tells of a person, and which merges hold.

use jiff::Timestamp;
use office::{
    entry::{Entry, Envelope, Event, EventKind, READERS, UserName},
    person::PersonId,
};

use super::{Hit, Scope};
use crate::{
    Ledger, LedgerError, Result,
    project::entry::entry_at,
    project::people::{are_parted, have_two_numbers, keys_at, merges_of, tellings_of},
    read::people::{Reading, best_of, newest_of, reading_of},
    roles::require,
    rows::signed,
};

/// Most people that are offered as the same one, and that are looked through for them.
const MOST_ALIKE: usize = 5;
const SEARCHED: usize = 30;
/// Most tellings of a person that are listed.
const MOST_TELLINGS: usize = 50;

/// An entry that tells of a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Telling {
    /// What kind of entry.
    pub kind: EventKind,
    /// What it says.
    pub reading: Reading,
}

/// Two who were made one.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// The one, by the telling that the entry names.
    pub one: PersonId,
    /// The other.
    pub other: PersonId,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: UserName,
    /// Why.
    pub reason: String,
}

impl Ledger {
    /// People who may be this one: of the same name and birth, or with the same old number. Whose numbers
    /// differ, and of whom somebody said that they are not, are left out.
    pub fn alike(&self, who: PersonId) -> Result<Vec<Reading>> {
        let Some(keys) = keys_at(&self.db, who)? else { return Ok(Vec::new()) };
        let Some(best) = best_of(&self.db, &keys)? else { return Ok(Vec::new()) };
        let person = reading_of(&self.db, best)?.identity.person;
        let born = person.birth_date.map(|born| format!("{born} {} ", person.name));
        let old = Some(&person.old_number).filter(|old| !old.is_empty());
        let mut alike: Vec<Reading> = Vec::new();
        for query in born.into_iter().chain(old.map(|old| format!("{old} "))) {
            for hit in self.search(&query, Scope::People, None, SEARCHED)?.items {
                let Hit::Person { who: other, identity, .. } = hit else { continue };
                let Some(theirs) = keys_at(&self.db, other)? else { continue };
                if theirs == keys
                    || have_two_numbers(&keys, &theirs)
                    || !person.resembles(&identity.person)
                    || are_parted(&self.db, &keys, &theirs)?
                    || alike.iter().any(|known| known.who == other)
                {
                    continue;
                }
                alike.push(reading_of(&self.db, signed(other.0)?)?);
            }
        }
        alike.truncate(MOST_ALIKE);
        Ok(alike)
    }

    /// What tells of a person, newest first; what may not be used is left out.
    pub fn tellings(&self, who: PersonId) -> Result<Vec<Telling>> {
        require(&self.user.roles, READERS)?;
        let places = newest_of(&self.db, who, MOST_TELLINGS, |key| {
            tellings_of(&self.db, key, MOST_TELLINGS)
        })?;
        places
            .into_iter()
            .map(|n| {
                let kind = EventKind::of(&entry_at(&self.db, n)?.what);
                Ok(Telling { kind, reading: reading_of(&self.db, n)? })
            })
            .collect()
    }

    /// The merges by which a person is one, newest first.
    pub fn merges(&self, who: PersonId) -> Result<Vec<Merge>> {
        require(&self.user.roles, READERS)?;
        let keys = keys_at(&self.db, who)?.unwrap_or_default();
        let places = merges_of(&self.db, &keys)?;
        places
            .into_iter()
            .rev()
            .map(|n| match entry_at(&self.db, n)? {
                Entry {
                    envelope: Envelope { at, user: by, .. },
                    what: Event::PeopleMerged { one, other, reason },
                } => Ok(Merge { one, other, at, by, reason }),
                _ => Err(LedgerError::Damaged { place: "bảng công dân" }),
            })
            .collect()
    }
}
