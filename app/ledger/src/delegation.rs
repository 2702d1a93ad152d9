//! Delegations as the log tells them: there are few, so nothing of them is kept a second time.

use jiff::Timestamp;
use office::{
    act::{Act, Delegation, Part, Signer},
    entry::{Entry, Event, EventKind, UserName},
};
use rusqlite::Connection;

use crate::{LedgerError, Result, local_day, project::entry::entry_at, rows::rows};

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

/// Whether an electronic act is its author's to write by a delegation: they certify it by one that stood before this
/// place and covers its kind on the act's day. The entry is `written` on that day or, as a signature may come after
/// midnight, on the next: no act is put back into days that are over.
pub(crate) fn signs(
    db: &Connection,
    before: i64,
    author: &UserName,
    act: &Act,
    written: Timestamp,
) -> Result<bool> {
    let certifies = |one: &&Signer| one.part == Part::Certifies && one.user == *author;
    let signer = act.signers.iter().find(certifies);
    let Some(delegated) = signer.and_then(|one| one.delegated.as_ref()) else { return Ok(false) };
    let day = act.at.date();
    let written = local_day(written);
    if act.document.is_none() || (written != day && day.tomorrow().ok() != Some(written)) {
        return Ok(false);
    }
    let covers = |record: &DelegationRecord| {
        let one = &record.delegation;
        record.ended.is_none()
            && one.to == *author
            && one.kept() == *delegated
            && one.covers(&act.kind, day)
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
    let mut entries = Vec::new();
    for n in places {
        match entry_at(db, n) {
            Ok(entry) => entries.push(entry),
            // One that cannot be read covers nothing and ends nothing; the check names it.
            Err(LedgerError::Entry(_) | LedgerError::Damaged { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(entries)
}
