//! Dossiers and the steps they take: the row that lists filter, and the course behind it.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};
use office::{
    calendar::Deadline,
    conflict::ConflictKind,
    dossier::{Channel, Dossier, DossierId, Status},
    entry::Event,
    statistics::due_at,
    subject::Subject,
    workflow::{Course, Move, Step},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    DAMAGED,
    conflict::{self, conflict_key},
    people, rooms, tally,
};
use crate::{Result, project::entry::entry_at, rows::rows};

/// A dossier's row, with where it stands.
#[derive(Clone)]
pub(crate) struct Standing {
    /// Place of its reception.
    pub(crate) place: i64,
    pub(crate) received: Date,
    pub(crate) slice: i64,
    /// Place of the annulment.
    pub(crate) annulled: Option<i64>,
    pub(crate) top: Top,
}

/// A row of `course`.
#[derive(Clone)]
pub(crate) struct Top {
    /// Place of the entry that led here.
    pub(crate) place: i64,
    pub(crate) course: Course,
    /// The step that led here, by its number.
    pub(crate) step: u32,
    /// The row under it among those that count.
    pub(crate) below: Option<u32>,
}

/// What makes a slice besides the dossier's unchanging facts.
struct Words<'a> {
    procedure: &'a str,
    field: &'a str,
    channel: i64,
}

pub(super) fn receive(db: &Connection, n: i64, dossier: &Dossier) -> Result<()> {
    let course = Course::begin(dossier);
    db.prepare_cached(
        "INSERT INTO procedure (code, name) VALUES (?1, ?2)
         ON CONFLICT DO UPDATE SET name = excluded.name WHERE excluded.name > name",
    )?
    .execute([&dossier.procedure.code, &dossier.procedure.name])?;
    let words = Words {
        procedure: &dossier.procedure.code,
        field: &dossier.procedure.field,
        channel: channel_key(dossier.channel),
    };
    let slice = slice_of(db, &words, &course)?;
    db.prepare_cached(
        "INSERT INTO dossier (n, id, who, whose, strength, name, received_at, slice, status, due_at,
            counted_from, arrival)
         VALUES (?1, ?2, ?3, ?1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        n,
        dossier.id.0,
        people::own_key(n, &dossier.applicant),
        people::strength(&dossier.applicant, people::Source::Dossier),
        office::collate::name(&dossier.applicant.person.name),
        dossier.received_at.to_string(),
        slice,
        status_key(course.status),
        due_at(&course).map(|due| due.to_string()),
        course.deadline.as_ref().map(|due| due.counted_from.to_string()),
        dossier.arrival.as_ref().map(|arrival| &arrival.0),
    ])?;
    let received = dossier.received_at.date();
    db.prepare_cached(
        "INSERT INTO day (day, first, last) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)
         WHERE excluded.first < first OR excluded.last > last",
    )?
    .execute(params![received.to_string(), n, hour_of(n)])?;
    let standing = Standing {
        place: n,
        received,
        slice,
        annulled: None,
        top: Top { place: n, course, step: 0, below: None },
    };
    tally::change(db, None, Some(&standing))
}

/// The last place of the hour in which `n` lies: places are milliseconds with ten bits of the device below.
fn hour_of(n: i64) -> i64 {
    const HOUR: i64 = 3_600_000 << 10;
    n.saturating_add(HOUR - 1 - n % HOUR)
}

/// A dossier goes on by the entry at `n`. One that stands before others that came already makes its course be
/// gone through again.
pub(super) fn go_on(db: &Connection, n: i64, id: &DossierId, event: &Event) -> Result<()> {
    let Some(before) = standing(db, id)?.filter(|dossier| dossier.place < n) else {
        return Ok(());
    };
    let contradicts: Option<i64> = db
        .prepare_cached("SELECT max(n) FROM conflict WHERE subject = ?1")?
        .query_row([Subject::from(id).to_string()], |row| row.get(0))?;
    let newest = Some(before.top.place).max(before.annulled).max(contradicts);
    if newest < Some(n) {
        follow(db, n, &before, id, event)?;
    } else {
        let mut places = steps_of(db, &before, id)?;
        places.insert(n);
        let mut standing = rewind(db, before, id)?;
        for place in places {
            follow(db, place, &standing, id, &entry_at(db, place)?.what)?;
            standing = self::standing(db, id)?.ok_or(DAMAGED)?;
        }
        settle_payments(db, &id.into())?;
    }
    Ok(())
}

/// What cannot follow is a conflict and changes nothing.
fn follow(db: &Connection, n: i64, before: &Standing, id: &DossierId, event: &Event) -> Result<()> {
    let course = &before.top.course;
    match event {
        Event::DossierMoved { movement } => {
            let undoable = before.top.below.is_some();
            if before.annulled.is_some() || course.check(movement, undoable).is_err() {
                return conflict::note(db, n, ConflictKind::Step, Some(&id.into()));
            }
            take(db, n, before, movement)
        }
        Event::DossierAnnulled { .. } => {
            if before.annulled.is_some() || course.status != Status::Received {
                return conflict::note(db, n, ConflictKind::Annulment, Some(&id.into()));
            }
            annul(db, n, before)?;
            settle_payments(db, &id.into())
        }
        _ => Ok(()),
    }
}

/// The places of all that a dossier's course was gone through with.
fn steps_of(db: &Connection, standing: &Standing, id: &DossierId) -> Result<BTreeSet<i64>> {
    let steps: Vec<i64> = rows(
        db,
        "SELECT n FROM course WHERE dossier = ?1 AND steps > 0
         UNION SELECT n FROM conflict WHERE subject = ?2 AND kind IN (?3, ?4)",
        params![
            standing.place,
            Subject::from(id).to_string(),
            conflict_key(ConflictKind::Step),
            conflict_key(ConflictKind::Annulment)
        ],
        |row| row.get(0),
    )?;
    Ok(steps.into_iter().chain(standing.annulled).collect())
}

/// Takes a dossier back to its reception.
fn rewind(db: &Connection, before: Standing, id: &DossierId) -> Result<Standing> {
    let top = match course_row(db, before.place, 0)? {
        Some(reception) => reception,
        None => before.top.clone(),
    };
    db.prepare_cached("DELETE FROM course WHERE dossier = ?1")?.execute([before.place])?;
    db.prepare_cached("DELETE FROM conflict WHERE subject = ?1")?
        .execute([Subject::from(id).to_string()])?;
    let begun = Standing {
        slice: moved_slice(db, before.slice, &top.course)?,
        top,
        annulled: None,
        place: before.place,
        received: before.received,
    };
    db.prepare_cached("UPDATE dossier SET annulled = NULL WHERE n = ?1")?.execute([begun.place])?;
    write_standing(db, &begun)?;
    tally::change(db, Some(&before), Some(&begun))?;
    if before.annulled.is_some() {
        settle_arrival(db, before.place)?;
    }
    Ok(begun)
}

/// The row that lists filter.
fn write_standing(db: &Connection, standing: &Standing) -> Result<()> {
    let course = &standing.top.course;
    let due = due_at(course).filter(|_| standing.annulled.is_none());
    let status = if standing.annulled.is_some() { Status::Annulled } else { course.status };
    db.prepare_cached("UPDATE dossier SET slice = ?2, status = ?3, due_at = ?4 WHERE n = ?1")?
        .execute(params![
            standing.place,
            standing.slice,
            status_key(status),
            due.map(|due| due.to_string())
        ])?;
    Ok(())
}

fn take(db: &Connection, n: i64, before: &Standing, movement: &Move) -> Result<()> {
    let top = next(db, n, before, movement)?;
    let (course, old) = (&top.course, &before.top.course);
    let slice = if course.officer == old.officer && course.unit == old.unit {
        before.slice
    } else {
        moved_slice(db, before.slice, course)?
    };
    keep_reception(db, before)?;
    write_course(db, before.place, &top)?;
    let after = Standing { slice, top, ..before.clone() };
    write_standing(db, &after)?;
    tally::change(db, Some(before), Some(&after))
}

fn annul(db: &Connection, n: i64, before: &Standing) -> Result<()> {
    keep_reception(db, before)?;
    db.prepare_cached("UPDATE dossier SET annulled = ?2 WHERE n = ?1")?
        .execute(params![before.place, n])?;
    let after = Standing { annulled: Some(n), ..before.clone() };
    write_standing(db, &after)?;
    tally::change(db, Some(before), Some(&after))?;
    settle_arrival(db, before.place)
}

/// The dossier's row is about to say where it stands after the reception.
fn keep_reception(db: &Connection, before: &Standing) -> Result<()> {
    match before.top.course.steps {
        0 => write_course(db, before.place, &before.top),
        _ => Ok(()),
    }
}

/// Received by mistake: the online dossier waits again.
fn settle_arrival(db: &Connection, place: i64) -> Result<()> {
    let arrival: Option<String> = db
        .prepare_cached("SELECT arrival FROM dossier WHERE n = ?1")?
        .query_row([place], |row| row.get(0))?;
    arrival.map_or(Ok(()), |arrival| rooms::settle(db, &arrival))
}

/// Money that came in for a subject after its annulment is a conflict.
pub(super) fn settle_payments(db: &Connection, subject: &Subject) -> Result<()> {
    let sql = "SELECT n FROM payment WHERE subject = ?1 ORDER BY n";
    for n in rows(db, sql, [subject.to_string()], |row| row.get::<_, i64>(0))? {
        check_payment(db, n, subject)?;
    }
    Ok(())
}

/// The payment at `n`: see [`settle_payments`].
pub(super) fn check_payment(db: &Connection, n: i64, subject: &Subject) -> Result<()> {
    let (sql, id) = match subject {
        Subject::Dossier(id) => ("SELECT 1 FROM dossier WHERE id = ?1 AND annulled < ?2", &id.0),
        Subject::Act(id) => ("SELECT 1 FROM act WHERE id = ?1 AND annulled < ?2", &id.0),
    };
    if db.prepare_cached(sql)?.exists(params![id, n])? {
        conflict::note(db, n, ConflictKind::Payment, Some(subject))
    } else {
        conflict::forget(db, n, ConflictKind::Payment)
    }
}

/// The course after a step, with its place on the stack.
fn next(db: &Connection, n: i64, before: &Standing, movement: &Move) -> Result<Top> {
    let below = match before.top.below {
        Some(steps) => course_row(db, before.place, steps)?,
        None => None,
    };
    let course = before.top.course.after(movement, below.as_ref().map(|row| &row.course));
    Ok(match (&movement.step, below) {
        (Step::Undone { .. }, Some(under)) => {
            Top { place: n, course, step: under.step, below: under.below }
        }
        _ => Top { place: n, step: course.steps, below: Some(before.top.course.steps), course },
    })
}

/// Where the dossier that was received at `place` stands.
pub(crate) fn standing_at(db: &Connection, place: i64) -> Result<Standing> {
    let (received_at, slice, annulled): (String, i64, Option<i64>) = db
        .prepare_cached("SELECT received_at, slice, annulled FROM dossier WHERE n = ?1")?
        .query_row([place], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let received = moment(&received_at)?.date();
    Ok(Standing { place, received, slice, annulled, top: top(db, place)? })
}

/// Where a dossier stands.
pub(crate) fn standing(db: &Connection, id: &DossierId) -> Result<Option<Standing>> {
    let row: Option<(i64, String, i64, Option<i64>)> = db
        .prepare_cached(
            "SELECT n, received_at, slice, annulled FROM dossier WHERE id = ?1 ORDER BY n LIMIT 1",
        )?
        .query_row([&id.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let Some((place, received_at, slice, annulled)) = row else { return Ok(None) };
    let received = moment(&received_at)?.date();
    let top = top(db, place)?;
    Ok(Some(Standing { place, received, slice, annulled, top }))
}

const COURSE: &str =
    "SELECT steps, step, below, status, unit, officer, due_at, counted_from, paused,
    asked, ended, returned, electronic, n FROM course WHERE dossier = ?1";

/// The newest row of a dossier's course.
pub(crate) fn top(db: &Connection, place: i64) -> Result<Top> {
    let sql = format!("{COURSE} ORDER BY steps DESC LIMIT 1");
    let newest = db.prepare_cached(&sql)?.query_row([place], read_course).optional()?;
    newest.unwrap_or_else(|| db.prepare_cached(RECEPTION)?.query_row([place], read_course)?)
}

/// The same of a dossier that nothing followed on.
const RECEPTION: &str =
    "SELECT 0, 0, NULL, status, unit, officer, due_at, counted_from, NULL, 0, NULL, NULL, 0, n
    FROM dossier JOIN slice ON slice.id = slice WHERE n = ?1";

fn course_row(db: &Connection, place: i64, steps: u32) -> Result<Option<Top>> {
    let sql = format!("{COURSE} AND steps = ?2");
    db.prepare_cached(&sql)?.query_row(params![place, steps], read_course).optional()?.transpose()
}

fn read_course(row: &Row<'_>) -> rusqlite::Result<Result<Top>> {
    let text = |i: usize| row.get::<_, Option<String>>(i);
    let (due, from) = (text(6)?, text(7)?);
    let (paused, ended, returned) = (text(8)?, text(10)?, text(11)?);
    let (steps, step, below) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (status, unit, officer) = (row.get(3)?, row.get(4)?, row.get(5)?);
    let (asked, electronic, place) = (row.get(9)?, row.get(12)?, row.get(13)?);
    let course = || -> Result<Course> {
        let time = |text: Option<String>| text.as_deref().map(moment).transpose();
        let deadline = match (time(due)?, from) {
            (Some(at), Some(from)) => {
                Some(Deadline { at, counted_from: from.parse().map_err(|_| DAMAGED)? })
            }
            _ => None,
        };
        Ok(Course {
            status: status_of(status)?,
            unit,
            officer,
            deadline,
            paused: time(paused)?,
            supplement_asked: asked,
            ended: time(ended)?,
            returned: time(returned)?,
            electronic_result: electronic,
            steps,
        })
    };
    Ok(course().map(|course| Top { place, course, step, below }))
}

fn write_course(db: &Connection, place: i64, top: &Top) -> Result<()> {
    let course = &top.course;
    let text = |at: Option<DateTime>| at.map(|at| at.to_string());
    db.prepare_cached(
        "INSERT INTO course (dossier, steps, n, step, below, status, unit, officer, due_at,
            counted_from, paused, asked, ended, returned, electronic)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?
    .execute(params![
        place,
        course.steps,
        top.place,
        top.step,
        top.below,
        status_key(course.status),
        course.unit,
        course.officer,
        text(course.deadline.as_ref().map(|due| due.at)),
        course.deadline.as_ref().map(|due| due.counted_from.to_string()),
        text(course.paused),
        course.supplement_asked,
        text(course.ended),
        text(course.returned),
        course.electronic_result,
    ])?;
    Ok(())
}

/// The slice with these words, numbered in the order of first use.
fn slice_of(db: &Connection, words: &Words<'_>, course: &Course) -> Result<i64> {
    let Words { procedure, field, channel } = words;
    let (unit, officer) = (&course.unit, &course.officer);
    let known: Option<i64> = db
        .prepare_cached(
            "SELECT id FROM slice WHERE procedure = ?1 AND field = ?2 AND unit = ?3
             AND officer = ?4 AND channel = ?5",
        )?
        .query_row(params![procedure, field, unit, officer, channel], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    db.prepare_cached(
        "INSERT INTO slice (procedure, field, unit, officer, channel)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![procedure, field, unit, officer, channel])?;
    Ok(db.last_insert_rowid())
}

/// The slice of a dossier whose officer or unit changed.
fn moved_slice(db: &Connection, slice: i64, course: &Course) -> Result<i64> {
    let (procedure, field, channel): (String, String, i64) = db
        .prepare_cached("SELECT procedure, field, channel FROM slice WHERE id = ?1")?
        .query_row([slice], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    slice_of(db, &Words { procedure: &procedure, field: &field, channel }, course)
}

/// A local time as the tables keep it.
pub(crate) fn moment(text: &str) -> Result<DateTime> {
    text.parse().map_err(|_| DAMAGED)
}

/// A status in the tables: the national code, 0 for annulled.
pub(crate) fn status_key(status: Status) -> i64 {
    status.national_code().map_or(0, i64::from)
}

fn status_of(key: i64) -> Result<Status> {
    Status::ALL.into_iter().find(|status| status_key(*status) == key).ok_or(DAMAGED)
}

/// A channel in the tables: its code in the national list.
pub(crate) fn channel_key(channel: Channel) -> i64 {
    match channel {
        Channel::Counter => 1,
        Channel::Online => 2,
        Channel::Post => 3,
    }
}
