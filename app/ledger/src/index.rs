//! The search's index: which words and numbers lead to which entries. How it is laid out, and why, stands in
//! [`crate::search`], which looks things up in it.

mod document;
pub(crate) mod numbers;
pub(crate) mod whole;

use rusqlite::{Connection, params};

use crate::{Result, model::Model, rows::rows, schema};

pub(crate) use document::{Found, person_text};

/// Documents that are bound at once.
const BATCH: i64 = 64;

/// Pieces of one size that are merged into one.
const SEGMENTS: i64 = 8;

/// Pages that each binding merges: a binding writes some fifteen, and each is merged three times until its volume
/// is full.
const MERGED: i64 = 64;

/// Documents after which a volume is followed by a new one. Tests have small volumes and no patience, so that
/// their searches cross them.
const VOLUME: i64 = if cfg!(test) { 256 } else { 32_768 };

/// What a document is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A dossier.
    Dossier,
    /// A reading of a person.
    Person,
    /// A line of a book: an act, or what was written there.
    Line,
}

impl Kind {
    /// Every kind.
    pub(crate) const ALL: [Self; 3] = [Self::Dossier, Self::Person, Self::Line];

    /// In `find.kind`.
    pub(crate) const fn key(self) -> i64 {
        match self {
            Self::Dossier => 0,
            Self::Person => 1,
            Self::Line => 2,
        }
    }

    /// What its volumes are called before their beginning.
    pub(crate) const fn volumes(self) -> &'static str {
        match self {
            Self::Dossier => "find_dossier",
            Self::Person => "find_person",
            Self::Line => "find_line",
        }
    }
}

/// Binds the documents that lie in `find` into their volumes once they are [`BATCH`].
fn bind_batch(db: &Connection) -> Result<()> {
    let waiting: i64 =
        db.prepare_cached("SELECT count(*) FROM find")?.query_row([], |row| row.get(0))?;
    if waiting < BATCH {
        return Ok(());
    }
    let newest: Option<Volume> =
        rows(db, "SELECT documents, last FROM volume ORDER BY first DESC LIMIT 1", [], |row| {
            Ok(Volume { documents: row.get(0)?, last: row.get(1)? })
        })?
        .pop();
    // A rebuild for the check has its volumes from the ledger that is checked.
    let Some(newest) = newest else { return Ok(()) };
    if newest.documents >= VOLUME {
        let later = "SELECT min(n) FROM find WHERE n > ?1";
        let first: Option<i64> =
            db.prepare_cached(later)?.query_row([newest.last], |row| row.get(0))?;
        if let Some(first) = first {
            let open = "INSERT INTO volume (first, documents, last) VALUES (?1, 0, ?1)";
            db.prepare_cached(open)?.execute([first])?;
        }
    }
    let volumes = rows(db, "SELECT first FROM volume ORDER BY first", [], |row| row.get(0))?;
    for Bound { volume, documents, last } in bind(db, &volumes, &[])? {
        db.prepare_cached(
            "UPDATE volume SET documents = documents + ?2, last = max(last, ?3) WHERE first = ?1",
        )?
        .execute(params![volume, documents, last])?;
    }
    Ok(())
}

/// What was bound into a volume: how many documents, and the place of the last.
struct Bound {
    volume: i64,
    documents: i64,
    last: i64,
}

/// A row of `volume`: how many documents it holds, and the place of the last.
struct Volume {
    documents: i64,
    last: i64,
}

/// Binds what lies in `find`, but for `left`, into the volumes that begin at these places. Each volume takes all of
/// its documents in one statement: FTS5 writes a piece of its index at the end of each.
fn bind(db: &Connection, volumes: &[i64], left: &[i64]) -> Result<Vec<Bound>> {
    let left = serde_json::json!(left).to_string();
    let waiting = "SELECT min(n) FROM find WHERE n NOT IN (SELECT value FROM json_each(?1))";
    let mut bound = Vec::new();
    loop {
        let first: Option<i64> =
            db.prepare_cached(waiting)?.query_row([&left], |row| row.get(0))?;
        let Some(first) = first else { return Ok(bound) };
        let volume = volumes.partition_point(|begin| *begin <= first);
        let begin = volume.checked_sub(1).and_then(|at| volumes.get(at)).copied().unwrap_or(0);
        let end = volumes.get(volume).copied().unwrap_or(i64::MAX);
        let chosen = "n >= ?1 AND n < ?2 AND n NOT IN (SELECT value FROM json_each(?3))";
        for kind in Kind::ALL {
            let table = format!("{}_{begin}", kind.volumes());
            begin_table(db, &table)?;
            let bound = db
                .prepare_cached(&format!(
                    "INSERT INTO {table} (rowid, text)
                     SELECT n, text FROM find WHERE kind = ?4 AND {chosen} ORDER BY n"
                ))?
                .execute(params![first, end, left, kind.key()])?;
            if bound > 0 {
                let merge =
                    format!("INSERT INTO {table} ({table}, rank) VALUES ('merge', {MERGED})");
                db.prepare_cached(&merge)?.execute([])?;
            }
        }
        let last = format!("SELECT max(n) FROM find WHERE {chosen}");
        let last =
            db.prepare_cached(&last)?.query_row(params![first, end, left], |row| row.get(0))?;
        let documents = db
            .prepare_cached(&format!("DELETE FROM find WHERE {chosen}"))?
            .execute(params![first, end, left])?;
        let documents = i64::try_from(documents).unwrap_or(i64::MAX);
        bound.push(Bound { volume: begin, documents, last });
    }
}

/// Makes a volume's table if it is not there. FTS5 merges by itself in bursts, in which a clerk would wait: here each
/// binding merges [`MERGED`] pages.
fn begin_table(db: &Connection, table: &str) -> Result<()> {
    let there = "SELECT 1 FROM sqlite_master WHERE name = ?1";
    if db.prepare_cached(there)?.exists([table])? {
        return Ok(());
    }
    db.execute_batch(&format!(
        "CREATE VIRTUAL TABLE {table} USING fts5(
            text, content='', columnsize=0, detail=none, prefix='1 2 3 4 5 6', tokenize='ascii');
         INSERT INTO {table} ({table}, rank) VALUES ('automerge', 0);
         INSERT INTO {table} ({table}, rank) VALUES ('crisismerge', 1000);
         INSERT INTO {table} ({table}, rank) VALUES ('usermerge', {SEGMENTS})"
    ))?;
    Ok(())
}

/// How a ledger's search is laid out: where its volumes begin, and which documents are in none.
#[derive(Default)]
pub(crate) struct Layout {
    volumes: Vec<i64>,
    unbound: Vec<i64>,
}

impl Layout {
    pub(crate) fn read(db: &Connection) -> Result<Self> {
        Ok(Self {
            volumes: rows(db, "SELECT first FROM volume ORDER BY first", [], |row| row.get(0))?,
            unbound: rows(db, "SELECT n FROM find ORDER BY n", [], |row| row.get(0))?,
        })
    }

    /// Binds what lies in a rebuild's `find` as the ledger has it.
    pub(crate) fn bind(&self, rebuilt: &Connection) -> Result<()> {
        bind(rebuilt, &self.volumes, &self.unbound).map(drop)
    }
}

/// The volumes that there are.
pub(crate) fn volumes(db: &Connection) -> Result<Vec<String>> {
    let mut statement = db.prepare(
        "SELECT name FROM sqlite_master WHERE name GLOB 'find_*' AND sql LIKE 'CREATE VIRTUAL TABLE%' ORDER BY name",
    )?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Takes in what an entry is found by.
pub(crate) fn write(db: &Connection, found: Found) -> Result<()> {
    let Found { n, kind, numbers, text } = found;
    numbers::write(db, n, &numbers)?;
    db.prepare_cached("INSERT INTO find (n, kind, text) VALUES (?1, ?2, ?3)")?.execute(params![
        n,
        kind.key(),
        text
    ])?;
    bind_batch(db)
}

/// An entry comes in; the index may still lack those before it, see [`Model`].
pub(crate) fn index(db: &Connection, n: i64, found: impl FnOnce() -> Option<Found>) -> Result<()> {
    match Model::Search.takes(db, n)? {
        true => found().map_or(Ok(()), |found| write(db, found)),
        false => Ok(()),
    }
}

/// Whether a table holds what can be found: not what bears another one's id, or a chip that failed its checks.
pub(crate) fn is_held(db: &Connection, found: &Found) -> Result<bool> {
    let sql = match found.kind {
        Kind::Dossier => "SELECT 1 FROM dossier WHERE n = ?1",
        Kind::Person => "SELECT 1 FROM reading WHERE n = ?1 AND strength > 0",
        Kind::Line => "SELECT 1 FROM line WHERE n = ?1",
    };
    Ok(db.prepare_cached(sql)?.exists([found.n])?)
}

/// Empties the index.
pub(crate) fn clear(db: &Connection) -> Result<()> {
    for table in volumes(db)? {
        db.execute_batch(&format!("DROP TABLE {table}"))?;
    }
    db.execute_batch("DROP TABLE find; DELETE FROM exact; DELETE FROM volume")?;
    db.execute_batch(schema::FIND)?;
    db.execute(schema::FIRST_VOLUME, [])?;
    Ok(())
}

/// A digest of which words stand in which documents, however the index is laid out.
pub(crate) fn index_digest(db: &Connection, table: &str) -> Result<Vec<u8>> {
    use sha2::{Digest, Sha256};
    // An earlier digest may have ended in an error.
    db.execute_batch(&format!(
        "DROP TABLE IF EXISTS temp.vocabulary;
         CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', '{table}', 'instance')"
    ))?;
    let mut digest = Sha256::new();
    {
        let mut statement = db.prepare("SELECT term, doc FROM temp.vocabulary")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let term: String = row.get(0)?;
            digest.update([u8::try_from(term.len()).unwrap_or(u8::MAX)]);
            digest.update(term);
            digest.update(row.get::<_, i64>(1)?.to_be_bytes());
        }
    }
    db.execute_batch("DROP TABLE temp.vocabulary")?;
    Ok(digest.finalize().to_vec())
}
