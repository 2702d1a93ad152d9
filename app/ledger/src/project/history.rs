//! What happened to whom.
//!
//! `history` has a row for each entry that concerns a person, so that the whole of it is one walk of one table.
//! Its `via` is the telling through which the entry is theirs, see [`super::people`]; or the entry itself, where
//! it is an act that names them by their number.

use office::{
    entry::{Event, Part, Whom},
    subject::Subject,
};
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    DAMAGED,
    conflict::{self, missing_attachment, missing_document, missing_payment, missing_person},
    people::{place_before, telling},
};
use crate::{Result, rows::rows};

/// A part of a history in the table: never changed, never reused.
pub(crate) fn part_key(part: Part) -> i64 {
    match part {
        Part::Dossier => 1,
        Part::Work => 2,
        Part::Reading => 3,
        Part::Store => 4,
        Part::Look => 5,
        Part::Act => 6,
    }
}

/// Writes down whom the entry at `n` concerns. What speaks of something that does not stand before it waits.
pub(super) fn remember(db: &Connection, n: i64, event: &Event) -> Result<()> {
    for (whom, part) in event.about().concerns {
        match owner(db, n, &whom)? {
            Owner::Known(owners) => {
                for (who, via) in owners {
                    db.prepare_cached(
                        "INSERT OR IGNORE INTO history (who, n, part, via) VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute(params![who, n, part_key(part), via])?;
                }
            }
            Owner::Missing(name) => conflict::stray(db, &name, n)?,
        }
    }
    Ok(())
}

/// The opposite of [`remember`].
pub(super) fn forget(db: &Connection, n: i64, event: &Event) -> Result<()> {
    for (whom, _) in event.about().concerns {
        match owner(db, n, &whom)? {
            Owner::Known(owners) => {
                for (who, via) in owners {
                    db.prepare_cached(
                        "DELETE FROM history WHERE who = ?1 AND n = ?2 AND via = ?3",
                    )?
                    .execute(params![who, n, via])?;
                }
            }
            Owner::Missing(name) => conflict::forget_stray(db, &name, n)?,
        }
    }
    Ok(())
}

/// Whose something is.
enum Owner {
    /// Of these keys, each with its `via`.
    Known(Vec<(String, i64)>),
    /// This does not stand before the entry.
    Missing(String),
}

fn owner(db: &Connection, n: i64, whom: &Whom<'_>) -> Result<Owner> {
    let known = |sql: &str, id: &str, missing: String| -> Result<Owner> {
        let owners = rows(db, sql, params![id, n], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(if owners.is_empty() { Owner::Missing(missing) } else { Owner::Known(owners) })
    };
    let of_subject = |sql: &str, id: &str, missing: String| -> Result<Owner> {
        let subject: Option<String> =
            db.prepare_cached(sql)?.query_row(params![id, n], |row| row.get(0)).optional()?;
        match subject {
            Some(subject) => owner(db, n, &Whom::Subject(subject.parse().map_err(|_| DAMAGED)?)),
            None => Ok(Owner::Missing(missing)),
        }
    };
    match whom {
        Whom::Told(_) => Ok(Owner::Known(vec![(telling(db, n)?.ok_or(DAMAGED)?.key, n)])),
        Whom::Person(who) => {
            let told = match place_before(n, *who) {
                Some(place) => telling(db, place)?.map(|told| (told.key, place)),
                None => None,
            };
            let missing = || Owner::Missing(missing_person(*who));
            Ok(told.map_or_else(missing, |told| Owner::Known(vec![told])))
        }
        Whom::Asker(identity) => match (identity.claim(), identity.named()) {
            (Some(claim), _) => Ok(Owner::Known(vec![(claim.text(), n)])),
            (None, Some(whose)) => owner(db, n, &Whom::Person(whose)),
            (None, None) => Ok(Owner::Known(Vec::new())),
        },
        Whom::Subject(subject @ Subject::Dossier(id)) => known(
            "SELECT who, n FROM dossier WHERE id = ?1 AND n <= ?2",
            &id.0,
            subject.to_string(),
        ),
        Whom::Subject(subject @ Subject::Act(id)) => known(
            "SELECT who, via FROM act JOIN asker ON asker.act = act.n WHERE id = ?1 AND n <= ?2",
            &id.0,
            subject.to_string(),
        ),
        Whom::Document(id) => known(
            "SELECT owner, telling FROM document WHERE id = ?1 AND n <= ?2",
            &id.0,
            missing_document(id),
        ),
        Whom::Payment(id) => of_subject(
            "SELECT subject FROM payment WHERE id = ?1 AND n <= ?2",
            &id.0,
            missing_payment(id),
        ),
        Whom::Attachment(id) => of_subject(
            "SELECT subject FROM attachment WHERE id = ?1 AND n <= ?2",
            &id.0,
            missing_attachment(id),
        ),
    }
}
