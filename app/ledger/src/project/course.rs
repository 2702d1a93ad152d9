//! Dossiers and the steps they take: the row that lists filter, and the course behind it.

use jiff::civil::{Date, DateTime};
use office::{
    calendar::Deadline,
    dossier::{Channel, Dossier, DossierId, Status},
    statistics::due_at,
    workflow::{Course, Move, Step},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{DAMAGED, tally};
use crate::Result;

/// A dossier's row, with where it stands.
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
         ON CONFLICT DO UPDATE SET name = excluded.name WHERE name <> excluded.name",
    )?
    .execute([&dossier.procedure.code, &dossier.procedure.name])?;
    let words = Words {
        procedure: &dossier.procedure.code,
        field: &dossier.procedure.field,
        channel: channel_key(dossier.channel),
    };
    let slice = slice_of(db, &words, &course)?;
    db.prepare_cached(
        "INSERT INTO dossier (n, id, who, name, received_at, slice, status, due_at, arrival)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        n,
        dossier.id.0,
        dossier.applicant.key().text(),
        office::collate::name(&dossier.applicant.person.name),
        dossier.received_at.to_string(),
        slice,
        status_key(course.status),
        due_at(&course).map(|due| due.to_string()),
        dossier.arrival.as_ref().map(|arrival| &arrival.0),
    ])?;
    let received = dossier.received_at.date();
    db.prepare_cached(
        "INSERT INTO day (day, first, last) VALUES (?1, ?2, ?2)
         ON CONFLICT DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)",
    )?
    .execute(params![received.to_string(), n])?;
    let standing = Standing {
        place: n,
        received,
        slice,
        annulled: None,
        top: Top { course, step: 0, below: None },
    };
    write_course(db, n, n, &standing.top)?;
    tally::change(db, None, Some(&standing))
}

/// Takes a step that was let through, see [`crate::admit`]. A dossier whose reception cannot be read
/// takes none.
pub(super) fn take(db: &Connection, n: i64, movement: &Move) -> Result<()> {
    let Some(before) = standing(db, &movement.dossier)? else { return Ok(()) };
    let top = next(db, &before, movement)?;
    let course = &top.course;
    let slice =
        if course.officer == before.top.course.officer && course.unit == before.top.course.unit {
            before.slice
        } else {
            moved_slice(db, before.slice, course)?
        };
    let status = match before.annulled {
        Some(_) => Status::Annulled,
        None => course.status,
    };
    let due = due_at(course).filter(|_| before.annulled.is_none());
    db.prepare_cached("UPDATE dossier SET slice = ?2, status = ?3, due_at = ?4 WHERE n = ?1")?
        .execute(params![
            before.place,
            slice,
            status_key(status),
            due.map(|due| due.to_string())
        ])?;
    write_course(db, before.place, n, &top)?;
    let after = Standing {
        slice,
        top,
        annulled: before.annulled,
        place: before.place,
        received: before.received,
    };
    tally::change(db, Some(&before), Some(&after))
}

pub(super) fn annul(db: &Connection, n: i64, dossier: &DossierId) -> Result<()> {
    let Some(before) = standing(db, dossier)? else { return Ok(()) };
    db.prepare_cached("UPDATE dossier SET annulled = ?2, status = ?3, due_at = NULL WHERE n = ?1")?
        .execute(params![before.place, n, status_key(Status::Annulled)])?;
    // Received by mistake: the online dossier waits again.
    db.prepare_cached("UPDATE arrival SET answer = NULL WHERE answer = ?1")?
        .execute([before.place])?;
    let after = Standing {
        annulled: Some(n),
        place: before.place,
        received: before.received,
        slice: before.slice,
        top: before.top.clone(),
    };
    tally::change(db, Some(&before), Some(&after))
}

/// The course after a step, with its place on the stack.
fn next(db: &Connection, before: &Standing, movement: &Move) -> Result<Top> {
    let below = match before.top.below {
        Some(steps) => course_row(db, before.place, steps)?,
        None => None,
    };
    let course = before.top.course.after(movement, below.as_ref().map(|row| &row.course));
    Ok(match (&movement.step, below) {
        (Step::Undone { .. }, Some(under)) => Top { course, step: under.step, below: under.below },
        _ => Top { step: course.steps, below: Some(before.top.course.steps), course },
    })
}

/// Where a dossier stands.
pub(crate) fn standing(db: &Connection, id: &DossierId) -> Result<Option<Standing>> {
    let row: Option<(i64, String, i64, Option<i64>)> = db
        .prepare_cached("SELECT n, received_at, slice, annulled FROM dossier WHERE id = ?1")?
        .query_row([&id.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let Some((place, received_at, slice, annulled)) = row else { return Ok(None) };
    let received = moment(&received_at)?.date();
    let top = top(db, place)?;
    Ok(Some(Standing { place, received, slice, annulled, top }))
}

const COURSE: &str =
    "SELECT steps, step, below, status, unit, officer, due_at, counted_from, paused,
    asked, ended, returned, electronic FROM course WHERE dossier = ?1";

/// The newest row of a dossier's course.
pub(crate) fn top(db: &Connection, place: i64) -> Result<Top> {
    let sql = format!("{COURSE} ORDER BY steps DESC LIMIT 1");
    db.prepare_cached(&sql)?.query_row([place], read_course)?
}

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
    let (asked, electronic) = (row.get(9)?, row.get(12)?);
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
    Ok(course().map(|course| Top { course, step, below }))
}

fn write_course(db: &Connection, place: i64, n: i64, top: &Top) -> Result<()> {
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
        n,
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
        "INSERT INTO slice (procedure, field, unit, officer, channel, dossiers)
         VALUES (?1, ?2, ?3, ?4, ?5, 0)",
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
