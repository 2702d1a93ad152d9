//! The encrypted file: how it is opened, and its tables.
//!
//! Two kinds of tables. *Records* are written once and are the truth: `entry`, `blob`, `file`, and the
//! bookkeeping `model`, `chain`, `checkpoint`, `draft`, `held`, `shared`, `slot`, `secret`. *Read models* only repeat what entries say, in the order
//! that screens ask for; [`crate::check`] rebuilds them from the entries and compares. They hold keys
//! and sort fields alone: what a screen shows is parsed from the signed entry itself.

use std::{
    path::{Path, PathBuf},
    sync::Once,
};

use rusqlite::{Connection, config::DbConfig};

use crate::{LedgerError, Result, key::DatabaseKey, model, private};

/// Structure version, in `PRAGMA user_version`.
pub(crate) const VERSION: i64 = 11;
/// The oldest version that [`crate::upgrade`] knows; tests make files of one before.
pub(crate) const OLDEST: i64 = VERSION - 1;

/// How far read models are, see [`crate::model`].
pub(crate) const MODEL: &str = "
CREATE TABLE IF NOT EXISTS model (
    name TEXT PRIMARY KEY, version INTEGER NOT NULL, upto INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// `n` is the entry's place among all entries of the office, see [`office::entry::Envelope::place`]; every
/// list is ordered by it. Each index is one more page to encrypt in each commit, so there are few: the kinds
/// that make up most of a ledger (8 reading, 9 view, 10 reception, 12 paper) are found through their read
/// models. `chain` numbers the chains in the order of their coming here: each device's own, and branches of it
/// by their first entry's hash; `named`: up to where this device's own chain names it. Kind 0 is one of a newer program. `held` keeps what came from other seats and cannot stand
/// here (yet), see [`crate::take`]; an erased payload is empty, see [`crate::erase`]; `shared` keys that all seats of the office hold. `file`: see [`crate::contents`].
const RECORDS: &str = "
CREATE TABLE chain (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    branch TEXT NOT NULL DEFAULT '',
    named INTEGER NOT NULL DEFAULT 0,
    UNIQUE (device, branch)
) STRICT;
CREATE TABLE entry (
    n INTEGER PRIMARY KEY,
    chain INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    signature BLOB NOT NULL,
    envelope BLOB NOT NULL,
    payload BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX entry_chain ON entry (chain, sequence);
CREATE INDEX entry_rare ON entry (kind) WHERE kind NOT IN (8, 9, 10, 12);
CREATE TABLE blob (hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;
CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    key BLOB NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX file_gone ON file (id) WHERE gone;
CREATE TABLE draft (
    user TEXT NOT NULL, key TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (user, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE slot (
    name TEXT PRIMARY KEY, digest BLOB, lent INTEGER NOT NULL DEFAULT 0, coming BLOB,
    coming_lent INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE secret (device TEXT PRIMARY KEY, seed BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE shared (name TEXT PRIMARY KEY, key BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE checkpoint (
    id INTEGER PRIMARY KEY, json BLOB NOT NULL, signature BLOB NOT NULL
) STRICT;
CREATE TABLE held (
    device TEXT NOT NULL, sequence INTEGER NOT NULL, hash BLOB NOT NULL, previous TEXT NOT NULL,
    reason INTEGER NOT NULL, signature BLOB NOT NULL, envelope BLOB NOT NULL, payload BLOB NOT NULL,
    PRIMARY KEY (device, sequence, hash)
) STRICT, WITHOUT ROWID;
";

/// - `book`: of two entries that open the same book the first holds.
/// - `volume_opened`, `volume_closed`: the volumes of books; which opening and closing `counts`, see [`crate::volume`].
/// - `line`: lines that were written into books without events of their own.
/// - `lease` holds every lease; of a book's year the highest epoch holds, of two with the same one the first.
///   `after`: the numbers of its series up to there were issued on paper, `day` the series' day.
/// - `procedure.name`: the greatest of the names that receptions give it, for sorting.
/// - `person`, `history`, `tie` and `split`: see [`crate::project::people`]; `who` is a key, `whose`, `via` and
///   `telling` are tellings. `reading` has every telling but dossiers; `read`: a document was read, or typed.
///   `document.owner` and `asker.who` are empty as long as the telling is not here that the entry names.
/// - `branch`: the branches that the head admitted, by their first entry's hash, see [`crate::take::branch`].
/// - `aside`: tellings of branches, each with the place that it had while it stood in its device's own chain.
/// - `knows`: up to where a device names another's chain; what all name need not be sent again.
/// - Where the newest of several entries holds, its place stands beside (`json_n`, `moved` …), so that the
///   order in which entries come in makes no difference.
/// - `account`: who was added under a login name; the first holds, another one is a conflict.
/// - `dossier.name`: the applicant's, as [`office::collate::name`] sorts it.
/// - `slice` numbers the combinations of procedure, field, unit, officer and channel that
///   dossiers are or were in. A dossier moves from slice to slice with its officer. Lists and figures choose slices by
///   their words and then deal in small numbers only.
/// - `course` has a row for every step, with where the dossier stood after it, and one for the reception as soon
///   as something follows on it: until then the dossier's own row says where it stands. `step`: the step whose
///   outcome that is (an undoing brings an older one back), `below`: the row under it on the stack of
///   steps that count.
/// - `tally` holds how many dossiers of a slice left a measure on a day, see [`office::statistics`];
///   beside them balances of whole months.
/// - `number` holds every number that was issued: the same one twice is a conflict.
/// - `pending` holds entries that wait for a number, `assigned` the numbers that came for them later.
/// - `waits` holds the books whose numbers a restore put in doubt, with the place of that restore; `confirmed`
///   the first day of each series in which somebody told the last number on paper, with the newest place of that.
/// - `day` says between which places the dossiers of a day lie; the last by its hour, so that the row changes
///   with the hour and not with each dossier.
/// - `prepared` holds what was prepared to be signed: `settled` is a digest of what its act must say, `returned` the entry
///   that returned it. What became an act stands in `act` under the same id.
/// - `erased` names the entries that were erased, by their hash, each with the entry that did; `remark` has those that
///   were erased of a subject too. See [`crate::erase`].
/// - `namesake` holds entries that bear an id that an earlier entry bears, see [`crate::project::ids`].
/// - `named` counts the entries that rest on a blob.
/// - `met` says on which documents a signer was seen.
/// - `conflict` holds what contradicts, see [`crate::project::conflict`]; `settled` which of it was decided.
/// - `stray` holds entries that speak of what is not there (yet), by its name.
/// - `paper.own`: the program keeps it by itself.
/// - `asker` holds whose history the act at a place belongs to: each by the act itself or by the telling named.
/// - `asset` leads from what acts and the block list are about to them, see [`office::asset`].
/// - `subject` is the text of an [`office::subject::Subject`].
/// - `exact` leads from whole numbers to entries that hold them, see [`crate::search::exact`].
/// - `volume` says how the search is laid out, and `find` holds the newest documents of the search until they go into a volume, see [`crate::search`].
const READ_MODELS: &str = "
CREATE TABLE office (n INTEGER PRIMARY KEY, json TEXT NOT NULL) STRICT;
CREATE TABLE device (
    id TEXT PRIMARY KEY, public_key BLOB NOT NULL, label TEXT NOT NULL, n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE admitted (
    device TEXT PRIMARY KEY, public_key BLOB NOT NULL, label TEXT NOT NULL, n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE branch (
    first TEXT PRIMARY KEY,
    device TEXT NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    last TEXT NOT NULL,
    n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE aside (
    own INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (own, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE knows (
    device TEXT NOT NULL, of TEXT NOT NULL, sequence INTEGER NOT NULL, hash TEXT NOT NULL,
    PRIMARY KEY (device, of)
) STRICT, WITHOUT ROWID;
CREATE TABLE account (
    name TEXT NOT NULL, n INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (name, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE user (
    name TEXT PRIMARY KEY,
    json TEXT NOT NULL,
    json_n INTEGER NOT NULL,
    active INTEGER NOT NULL,
    active_n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE book (id TEXT PRIMARY KEY, n INTEGER NOT NULL, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE volume_opened (
    book TEXT NOT NULL, year INTEGER NOT NULL, volume INTEGER NOT NULL, n INTEGER NOT NULL, device TEXT NOT NULL,
    epoch INTEGER NOT NULL, counts INTEGER NOT NULL, after INTEGER NOT NULL,
    PRIMARY KEY (book, year, volume, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE volume_closed (
    book TEXT NOT NULL, year INTEGER NOT NULL, volume INTEGER NOT NULL, n INTEGER NOT NULL, device TEXT NOT NULL,
    epoch INTEGER NOT NULL, counts INTEGER NOT NULL,
    PRIMARY KEY (book, year, volume, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE line (n INTEGER PRIMARY KEY, book TEXT NOT NULL, at TEXT NOT NULL) STRICT;
CREATE TABLE lease (
    book TEXT NOT NULL, year INTEGER NOT NULL, epoch INTEGER NOT NULL, device TEXT NOT NULL, day TEXT NOT NULL,
    after INTEGER NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (book, year, epoch, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE number (
    book TEXT NOT NULL, year INTEGER NOT NULL, day TEXT NOT NULL, value INTEGER NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (book, year, day, value, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE pending (
    n INTEGER NOT NULL, book TEXT NOT NULL, year INTEGER NOT NULL, day TEXT NOT NULL, PRIMARY KEY (n, book)
) STRICT, WITHOUT ROWID;
CREATE TABLE assigned (
    place INTEGER NOT NULL, book TEXT NOT NULL, year INTEGER NOT NULL, day TEXT NOT NULL, value INTEGER NOT NULL,
    epoch INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (place, book)
) STRICT, WITHOUT ROWID;
CREATE TABLE waits (book TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE confirmed (
    book TEXT NOT NULL, begins TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (book, begins)
) STRICT, WITHOUT ROWID;
CREATE TABLE reading (
    n INTEGER PRIMARY KEY, who TEXT NOT NULL, whose INTEGER NOT NULL, read INTEGER NOT NULL,
    strength INTEGER NOT NULL
) STRICT;
CREATE INDEX reading_whose ON reading (whose) WHERE whose <> n;
CREATE TABLE person (
    who TEXT PRIMARY KEY, best INTEGER NOT NULL, strength INTEGER NOT NULL, contact INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE history (
    who TEXT NOT NULL, n INTEGER NOT NULL, part INTEGER NOT NULL, via INTEGER NOT NULL,
    PRIMARY KEY (who, n, via)
) STRICT, WITHOUT ROWID;
CREATE TABLE tie (
    one INTEGER NOT NULL, other INTEGER NOT NULL, n INTEGER NOT NULL, same INTEGER NOT NULL,
    one_key TEXT NOT NULL, other_key TEXT NOT NULL, PRIMARY KEY (one, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX tie_other ON tie (other);
CREATE INDEX tie_one_key ON tie (one_key);
CREATE INDEX tie_other_key ON tie (other_key);
CREATE TABLE split (n INTEGER PRIMARY KEY, telling INTEGER NOT NULL, own TEXT NOT NULL) STRICT;
CREATE INDEX split_telling ON split (telling);
CREATE TABLE dossier (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    who TEXT NOT NULL,
    whose INTEGER NOT NULL,
    strength INTEGER NOT NULL,
    name TEXT NOT NULL,
    received_at TEXT NOT NULL,
    slice INTEGER NOT NULL,
    status INTEGER NOT NULL,
    due_at TEXT,
    counted_from TEXT,
    arrival TEXT,
    annulled INTEGER
) STRICT;
CREATE UNIQUE INDEX dossier_id ON dossier (id);
CREATE INDEX dossier_whose ON dossier (whose) WHERE whose <> n;
CREATE INDEX dossier_arrival ON dossier (arrival) WHERE arrival IS NOT NULL;
CREATE TABLE paper (n INTEGER PRIMARY KEY, subject TEXT NOT NULL, own INTEGER NOT NULL) STRICT;
CREATE INDEX paper_subject ON paper (subject);
CREATE TABLE act (n INTEGER PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL, annulled INTEGER) STRICT;
CREATE UNIQUE INDEX act_id ON act (id);
CREATE TABLE prepared (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL, by TEXT, asked TEXT, settled TEXT NOT NULL, returned INTEGER
) STRICT;
CREATE UNIQUE INDEX prepared_id ON prepared (id);
CREATE TABLE asker (
    act INTEGER NOT NULL, who TEXT NOT NULL, via INTEGER NOT NULL, PRIMARY KEY (act, who, via)
) STRICT, WITHOUT ROWID;
CREATE INDEX asker_via ON asker (via);
CREATE TABLE asset (matter TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (matter, n)) STRICT, WITHOUT ROWID;
CREATE TABLE erased (hash TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE remark (n INTEGER PRIMARY KEY, subject TEXT NOT NULL) STRICT;
CREATE INDEX remark_subject ON remark (subject);
CREATE TABLE attachment (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL, subject TEXT NOT NULL, content BLOB NOT NULL, removed INTEGER
) STRICT;
CREATE UNIQUE INDEX attachment_id ON attachment (id);
CREATE INDEX attachment_subject ON attachment (subject);
CREATE TABLE viewed (n INTEGER PRIMARY KEY) STRICT;
CREATE TABLE slice (
    id INTEGER PRIMARY KEY,
    procedure TEXT NOT NULL,
    field TEXT NOT NULL,
    unit TEXT NOT NULL,
    officer TEXT NOT NULL,
    channel INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX slice_key ON slice (procedure, field, unit, officer, channel);
CREATE TABLE procedure (code TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE day (day TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE course (
    dossier INTEGER NOT NULL,
    steps INTEGER NOT NULL,
    n INTEGER NOT NULL,
    step INTEGER NOT NULL,
    below INTEGER,
    status INTEGER NOT NULL,
    unit TEXT NOT NULL,
    officer TEXT NOT NULL,
    due_at TEXT,
    counted_from TEXT,
    paused TEXT,
    asked INTEGER NOT NULL,
    ended TEXT,
    returned TEXT,
    electronic INTEGER NOT NULL,
    PRIMARY KEY (dossier, steps)
) STRICT, WITHOUT ROWID;
CREATE TABLE tally (
    period INTEGER NOT NULL, slice INTEGER NOT NULL, measure INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (period, slice, measure)
) STRICT, WITHOUT ROWID;
CREATE TABLE payment (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    at TEXT NOT NULL,
    total INTEGER NOT NULL,
    cancelled INTEGER,
    cancelled_at TEXT
) STRICT;
CREATE UNIQUE INDEX payment_id ON payment (id);
CREATE INDEX payment_subject ON payment (subject);
CREATE TABLE transfer (
    reference TEXT NOT NULL,
    account TEXT NOT NULL,
    day TEXT NOT NULL,
    amount INTEGER NOT NULL,
    subject TEXT NOT NULL,
    occurrence INTEGER NOT NULL,
    n INTEGER NOT NULL,
    line INTEGER NOT NULL,
    PRIMARY KEY (reference, account, day, amount, subject, occurrence)
) STRICT, WITHOUT ROWID;
CREATE INDEX transfer_subject ON transfer (subject);
CREATE TABLE ticket (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    day TEXT NOT NULL,
    queue TEXT NOT NULL,
    first INTEGER NOT NULL,
    number INTEGER,
    state INTEGER NOT NULL,
    counter TEXT NOT NULL,
    times INTEGER NOT NULL,
    at TEXT,
    moved INTEGER NOT NULL,
    called INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX ticket_id ON ticket (id);
CREATE INDEX ticket_day ON ticket (day);
CREATE TABLE document (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    owner TEXT NOT NULL,
    telling INTEGER NOT NULL,
    keep_until TEXT,
    content BLOB NOT NULL,
    removed INTEGER
) STRICT;
CREATE UNIQUE INDEX document_id ON document (id);
CREATE INDEX document_owner ON document (owner);
CREATE TABLE namesake (
    name TEXT NOT NULL, n INTEGER NOT NULL, content BLOB, PRIMARY KEY (name, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE named (hash BLOB PRIMARY KEY, entries INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE arrival (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL, code TEXT NOT NULL, answer INTEGER
) STRICT;
CREATE UNIQUE INDEX arrival_id ON arrival (id);
CREATE INDEX arrival_code ON arrival (code);
CREATE TABLE notice (n INTEGER PRIMARY KEY, at TEXT NOT NULL, refused TEXT) STRICT;
CREATE TABLE trust (
    fingerprint BLOB PRIMARY KEY, kind TEXT NOT NULL, n INTEGER NOT NULL, removed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE met (
    state TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (state, key, document)
) STRICT, WITHOUT ROWID;
CREATE TABLE conflict (
    n INTEGER NOT NULL, kind INTEGER NOT NULL, subject TEXT NOT NULL, PRIMARY KEY (n, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX conflict_subject ON conflict (subject);
CREATE TABLE settled (
    n INTEGER NOT NULL, kind INTEGER NOT NULL, by INTEGER NOT NULL, PRIMARY KEY (n, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE stray (missing TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (missing, n)) STRICT, WITHOUT ROWID;
CREATE TABLE exact (hash INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (hash, n)) STRICT, WITHOUT ROWID;
CREATE TABLE volume (first INTEGER PRIMARY KEY, documents INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
";

/// Documents of the search that are in no volume yet; `kind` as in [`crate::index::Kind`].
pub(crate) const FIND: &str =
    "CREATE TABLE find (n INTEGER PRIMARY KEY, kind INTEGER NOT NULL, text TEXT NOT NULL) STRICT";

/// Indexes that lists alone ask for: a rebuild makes them at its end, sorted.
pub(crate) const LIST_INDEXES: &str = "
CREATE INDEX line_book ON line (book, at);
CREATE INDEX dossier_slice ON dossier (slice);
CREATE INDEX dossier_name ON dossier (name);
CREATE INDEX dossier_status ON dossier (status);
CREATE INDEX dossier_due ON dossier (due_at, slice) WHERE due_at IS NOT NULL;
CREATE INDEX payment_at ON payment (at);
CREATE INDEX payment_cancelled ON payment (cancelled_at) WHERE cancelled_at IS NOT NULL;
CREATE INDEX document_expiry ON document (keep_until) WHERE keep_until IS NOT NULL AND removed IS NULL;
CREATE INDEX arrival_open ON arrival (n) WHERE answer IS NULL;
CREATE INDEX notice_at ON notice (at);
CREATE INDEX notice_refused ON notice (refused) WHERE refused IS NOT NULL;
CREATE INDEX trust_n ON trust (n);
";

/// A dossier's slice in words: its number follows the order in which combinations came in here.
const SLICED: &str = "procedure, field, unit, officer, channel";

/// Every read model with the query that gives its rows in their order, as they are compared: between a ledger
/// and its rebuild, and between two seats that hold the same entries.
pub(crate) fn read_models() -> Vec<(&'static str, String)> {
    let plain = [
        ("office", "n"),
        ("device", "id"),
        ("admitted", "device"),
        ("branch", "first"),
        ("aside", "own, n"),
        ("knows", "device, of"),
        ("account", "name, n"),
        ("user", "name"),
        ("book", "id"),
        ("volume_opened", "book, year, volume, n"),
        ("volume_closed", "book, year, volume, n"),
        ("line", "n"),
        ("lease", "book, year, epoch, n"),
        ("number", "book, year, day, value, n"),
        ("pending", "n, book"),
        ("assigned", "place, book"),
        ("waits", "book"),
        ("confirmed", "book, begins"),
        ("reading", "n"),
        ("person", "who"),
        ("history", "who, n, via"),
        ("tie", "one, other"),
        ("split", "n"),
        ("procedure", "code"),
        ("day", "day"),
        ("course", "dossier, steps"),
        ("paper", "n"),
        ("act", "n"),
        ("prepared", "n"),
        ("asker", "act, who, via"),
        ("asset", "matter, n"),
        ("erased", "hash"),
        ("remark", "n"),
        ("attachment", "n"),
        ("viewed", "n"),
        ("payment", "n"),
        ("transfer", "n, line"),
        ("ticket", "n"),
        ("document", "n"),
        ("namesake", "name, n"),
        ("named", "hash"),
        ("arrival", "n"),
        ("notice", "n"),
        ("trust", "fingerprint"),
        ("met", "state, key, document"),
        ("conflict", "n, kind"),
        ("settled", "n, kind"),
        ("stray", "missing, n"),
        ("exact", "hash, n"),
    ];
    let plain =
        plain.map(|(table, order)| (table, format!("SELECT * FROM {table} ORDER BY {order}")));
    let slice = format!(
        "SELECT {SLICED} FROM slice WHERE id IN (SELECT slice FROM dossier) ORDER BY {SLICED}"
    );
    let dossier = format!(
        "SELECT n, dossier.id, who, whose, strength, name, received_at, {SLICED}, status, due_at,
            counted_from, arrival, annulled
         FROM dossier LEFT JOIN slice ON slice.id = slice ORDER BY n"
    );
    let tally = format!(
        "SELECT period, {SLICED}, measure, count FROM tally
         LEFT JOIN slice ON slice.id = slice ORDER BY period, {SLICED}, measure"
    );
    plain.into_iter().chain([("slice", slice), ("dossier", dossier), ("tally", tally)]).collect()
}

/// The search's first volume.
pub(crate) const FIRST_VOLUME: &str =
    "INSERT INTO volume (first, documents, last) VALUES (0, 0, 0)";

/// How hard a commit is pressed to the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// WAL, one fsync a commit: an acknowledged entry survives kill -9 and power loss.
    Durable,
    /// No journal, no fsync: a scratch file that is thrown away, or a copy that is synced at the end.
    Scratch,
}

/// Who else of this process may have the file open. Other processes are kept away by the folder's lock.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Locking {
    /// Nobody: no shared-memory file, no lock traffic.
    Alone,
    /// A connection that moves the log.
    Shared,
}

impl Locking {
    /// As `PRAGMA locking_mode` tells it.
    const fn mode(self) -> &'static str {
        match self {
            Self::Alone => "exclusive",
            Self::Shared => "normal",
        }
    }
}

/// Bytes of a page. An entry changes some twenty pages, mostly by one row each: half the usual size costs a commit
/// less encryption, and lists of rows that lie apart less reading.
pub(crate) const PAGE_SIZE: i64 = 2048;

/// Kilobytes of pages that are held decrypted. More would make commits slower: where a file is smaller than 1 GB,
/// SQLite goes through the whole cache's index at the end of each transaction that moved pages.
const CACHE_KB: i64 = 32 * 1024;

/// The same of a connection that reads every page once.
const CACHE_BESIDE_KB: i64 = 2 * 1024;

/// 16 MB of log between checkpoints, so that a checkpoint's two fsyncs are rare.
pub(crate) const AUTOCHECKPOINT: &str = "PRAGMA wal_autocheckpoint = 8000";

/// Opens a file that must be there.
pub(crate) fn connect_existing(file: &Path, key: &DatabaseKey) -> Result<Connection> {
    if !file.is_file() {
        return Err(LedgerError::Damaged { place: "tệp ledger.db" });
    }
    let connection = connect(file, key, Durability::Durable)?;
    require_version(&connection)?;
    Ok(connection)
}

/// The same, with a log that other connections of this process may share, see [`crate::mover`].
pub(crate) fn connect_shared(file: &Path, key: &DatabaseKey) -> Result<Connection> {
    let connection = connect_keyed(file, key, Locking::Shared)?;
    set_up(&connection, Durability::Durable)?;
    require_version(&connection)?;
    Ok(connection)
}

/// Whether other connections of this process may share the log.
pub(crate) fn is_shared(db: &Connection) -> bool {
    let mode = db.pragma_query_value(None, "locking_mode", |row| row.get::<_, String>(0));
    mode.is_ok_and(|mode| mode == Locking::Shared.mode())
}

/// A second connection to the file of one that shares its log, for what goes through the file once; `None` where there
/// can be none.
pub(crate) fn beside(db: &Connection, key: &DatabaseKey) -> Option<Connection> {
    let file = db.path().map(PathBuf::from).filter(|_| is_shared(db))?;
    let beside = connect_shared(&file, key).ok()?;
    beside.pragma_update(None, "cache_size", -CACHE_BESIDE_KB).ok()?;
    Some(beside)
}

/// The first connection of a process sets the engine up, and SQLite calls itself ready before
/// SQLCipher is: a second thread that opens in that moment would get an error.
fn make_engine_ready() {
    static READY: Once = Once::new();
    READY.call_once(|| drop(Connection::open_in_memory()));
}

/// Opens (or makes) an SQLCipher file.
pub(crate) fn connect(
    file: &Path,
    key: &DatabaseKey,
    durability: Durability,
) -> Result<Connection> {
    let connection = connect_keyed(file, key, Locking::Alone)?;
    set_up(&connection, durability)?;
    Ok(connection)
}

fn set_up(connection: &Connection, durability: Durability) -> Result<()> {
    match durability {
        Durability::Durable => {
            connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.query_row(AUTOCHECKPOINT, [], |_| Ok(()))?;
            connection.query_row("PRAGMA journal_size_limit = 67108864", [], |_| Ok(()))?;
        }
        Durability::Scratch => {
            connection.query_row("PRAGMA journal_mode = OFF", [], |_| Ok(()))?;
            connection.pragma_update(None, "synchronous", "OFF")?;
        }
    }
    connection.pragma_update(None, "cache_size", -CACHE_KB)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // Rows that move between pages leave nothing behind that an erasing would not reach.
    connection.pragma_update(None, "secure_delete", "FAST")?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    connection.pragma_update(None, "cell_size_check", "ON")?;
    // Otherwise a statement whose plan might hang on a value is parsed anew for each value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// A connection that has read the file's first page.
fn connect_keyed(file: &Path, key: &DatabaseKey, locking: Locking) -> Result<Connection> {
    make_engine_ready();
    if !file.exists() {
        private::create(file)?;
    }
    let connection = Connection::open(file)?;
    connection.set_prepared_statement_cache_capacity(128);
    // The engine's own log would name files and pages on stderr; errors come back as results.
    let _ = connection.pragma_update(None, "cipher_log_level", "NONE");
    connection.pragma_update(None, "key", key.pragma().as_str())?;
    connection.pragma_update(None, "cipher_page_size", PAGE_SIZE)?;
    // Processors have instructions for it; for the default, SHA-512, older ones have none.
    connection.pragma_update(None, "cipher_hmac_algorithm", "HMAC_SHA256")?;
    connection.pragma_update(None, "locking_mode", locking.mode())?;
    connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
    Ok(connection)
}

/// Whether a key opens a file that is there.
pub(crate) fn opens(file: &Path, key: &DatabaseKey) -> Result<bool> {
    match connect_keyed(file, key, Locking::Alone) {
        Err(LedgerError::Damaged { .. }) => Ok(false),
        done => done.map(|_| true),
    }
}

/// The log beside a database.
pub(crate) fn log_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// Makes all tables in an empty file.
pub(crate) fn create(connection: &Connection) -> Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    connection.execute_batch(MODEL)?;
    connection.execute_batch(RECORDS)?;
    create_read_models(connection)?;
    connection.execute_batch(LIST_INDEXES)?;
    connection.execute(FIRST_VOLUME, [])?;
    model::all_whole(connection)?;
    connection.pragma_update(None, "user_version", VERSION)?;
    connection.execute_batch("COMMIT")?;
    Ok(())
}

/// Makes the read models alone, for a rebuild: without the indexes of lists, and without the search's first volume.
pub(crate) fn create_read_models(connection: &Connection) -> Result<()> {
    connection.execute_batch(READ_MODELS)?;
    Ok(connection.execute_batch(FIND)?)
}

/// Makes the read models of a scratch file, which takes every entry in as it comes.
pub(crate) fn create_scratch(connection: &Connection) -> Result<()> {
    connection.execute_batch(MODEL)?;
    create_read_models(connection)?;
    model::all_whole(connection)
}

/// Refuses a structure that this program does not know.
fn require_version(connection: &Connection) -> Result<()> {
    match connection.query_row("PRAGMA user_version", [], |row| row.get(0))? {
        OLDEST..=VERSION => Ok(()),
        found if found > VERSION => Err(LedgerError::Newer { found, known: VERSION }),
        _ => Err(LedgerError::Damaged { place: "phiên bản cấu trúc" }),
    }
}
