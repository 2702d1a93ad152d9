//! What acts and lines of the block list are about, by its number, see [`office::asset`].

use office::{
    act::{Act, ActError, ActId, Standing},
    asset::{self, Matter},
    eform::FormData,
    entry::Event,
    register::BookLine,
};
use rusqlite::{Connection, params};

use super::entry::entry_at;
use crate::{LedgerError, Result, rows::rows};

pub(super) fn note(db: &Connection, n: i64, event: &Event) -> Result<()> {
    let matters = match event {
        Event::ActDone { act } => asset::in_form(&act.form),
        Event::LineWritten { line } => asset::in_line(line).into_iter().collect(),
        _ => return Ok(()),
    };
    for matter in matters {
        db.prepare_cached("INSERT OR IGNORE INTO asset (matter, n) VALUES (?1, ?2)")?
            .execute(params![matter.as_str(), n])?;
    }
    Ok(())
}

/// What was written about any of these, each once, in the order of entries.
fn about(db: &Connection, matters: &[Matter]) -> Result<Vec<Event>> {
    let mut places: Vec<i64> = Vec::new();
    for matter in matters {
        let sql = "SELECT n FROM asset WHERE matter = ?1";
        let of_one: Vec<i64> = rows(db, sql, [matter.as_str()], |row| row.get(0))?;
        places.extend(of_one);
    }
    places.sort_unstable();
    places.dedup();
    places.into_iter().map(|n| Ok(entry_at(db, n)?.what)).collect()
}

/// The acts that stand and are about an asset that this form names, but for those that were `seen`.
pub(crate) fn unseen(db: &Connection, data: &FormData, seen: &[ActId]) -> Result<Vec<Act>> {
    let mut acts = Vec::new();
    for event in about(db, &asset::in_form(data))? {
        if let Event::ActDone { act } = event
            && !seen.contains(&act.id)
        {
            let sql = "SELECT 1 FROM act WHERE id = ?1 AND annulled IS NULL";
            if db.prepare_cached(sql)?.exists([&act.id.0])? {
                acts.push(*act);
            }
        }
    }
    Ok(acts)
}

/// Refuses a line of the block list that bars nothing, or lifts what nothing bars.
///
/// # Errors
/// [`ActError::NoMatter`], [`ActError::NotFilled`], [`ActError::NothingToLift`].
pub(crate) fn require_barred(db: &Connection, line: &BookLine) -> Result<()> {
    asset::check_line(line).map_err(|error| LedgerError::Refused(Box::new(error)))?;
    let Some(matter) = asset::in_line(line).filter(|_| asset::lifts(line)) else { return Ok(()) };
    let lines = lines_about(db, &[matter])?;
    match asset::barring(&lines).into_iter().any(|other| asset::lifts_this(line, other)) {
        true => Ok(()),
        false => Err(LedgerError::Refused(Box::new(ActError::NothingToLift))),
    }
}

fn lines_about(db: &Connection, matters: &[Matter]) -> Result<Vec<BookLine>> {
    let lines = about(db, matters)?.into_iter().filter_map(|event| match event {
        Event::LineWritten { line } => Some(*line),
        _ => None,
    });
    Ok(lines.collect())
}

/// Refuses an act about what the block list bars, or about an asset of earlier acts that whoever does it was not shown.
///
/// # Errors
/// [`ActError::Barred`], [`ActError::Earlier`].
pub(crate) fn require_free(db: &Connection, act: &Act) -> Result<()> {
    let refused = |error: ActError| Err(LedgerError::Refused(Box::new(error)));
    let disposing = act.people.iter().filter(|one| match &one.standing {
        Standing::Side(side) => side.disposes,
        Standing::Asks | Standing::Witness | Standing::Interpreter => false,
    });
    let people = disposing.flat_map(|one| Matter::of(&one.who));
    let matters: Vec<Matter> = asset::in_form(&act.form).into_iter().chain(people).collect();
    let lines = lines_about(db, &matters)?;
    if let Some(bars) = asset::barring(&lines).first() {
        return refused(ActError::Barred(asset::words(bars)));
    }
    let unseen = unseen(db, &act.form, &act.seen)?;
    if unseen.is_empty() { Ok(()) } else { refused(ActError::earlier(&unseen)) }
}
