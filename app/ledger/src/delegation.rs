//! Delegations as the log tells them: there are few, so nothing of them is kept a second time.

use jiff::Timestamp;
use office::{
    act::{Act, Delegation, Part},
    entry::{Entry, Event, EventKind, UserName},
};
use rusqlite::Connection;

use crate::{Result, project::entry::entry_at, rows::rows};

/// A delegation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegationRecord {
    /// When it was written down.
    pub at: Timestamp,
    /// What it says.
    pub delegation: Delegation,
    /// When it was ended before its last day, and why.
    pub ended: Option<(Timestamp, String)>,
}

/// The delegations of the entries before a place, oldest first.
pub(crate) fn delegations(db: &Connection, before: i64) -> Result<Vec<DelegationRecord>> {
    let mut records = Vec::new();
    for entry in of_kind(db, EventKind::DelegationGiven, before)? {
        if let Event::DelegationGiven { delegation } = entry.what {
            let (at, delegation) = (entry.envelope.at, *delegation);
            records.push(DelegationRecord { at, delegation, ended: None });
        }
    }
    if records.is_empty() {
        return Ok(records);
    }
    for entry in of_kind(db, EventKind::DelegationEnded, before)? {
        let Event::DelegationEnded { delegation, reason } = entry.what else { continue };
        for record in &mut records {
            if record.delegation.id == delegation && record.ended.is_none() {
                record.ended = Some((entry.envelope.at, reason.clone()));
            }
        }
    }
    Ok(records)
}

/// Whether an electronic act is its author's to write by a delegation: they certify it, and one that stood before this
/// place covers its kind on its day.
pub(crate) fn signs(db: &Connection, before: i64, author: &UserName, act: &Act) -> Result<bool> {
    let certifies = |one: &office::act::Signer| {
        one.part == Part::Certifies && one.user == *author && one.delegated.is_some()
    };
    if act.document.is_none() || !act.signers.iter().any(certifies) {
        return Ok(false);
    }
    let covers = |record: &DelegationRecord| {
        record.ended.is_none()
            && record.delegation.to == *author
            && record.delegation.covers(&act.kind, act.at.date())
    };
    Ok(delegations(db, before)?.iter().any(covers))
}

fn of_kind(db: &Connection, kind: EventKind, before: i64) -> Result<Vec<Entry>> {
    // The second term is the index's own.
    let sql = format!(
        "SELECT n FROM entry WHERE kind = {} AND kind NOT IN (8, 9, 10, 12) AND n < ?1 ORDER BY n",
        kind.facts().number
    );
    let places: Vec<i64> = rows(db, &sql, [before], |row| row.get(0))?;
    places.into_iter().map(|n| entry_at(db, n)).collect()
}
