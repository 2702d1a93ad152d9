//! Acts: done, or annulled.

use office::{
    act::{Act, ActId},
    subject::Subject,
};
use rusqlite::{Connection, params};

use super::{course, people, prepared};
use crate::Result;

pub(super) fn finish(db: &Connection, n: i64, act: &Act) -> Result<()> {
    db.prepare_cached("INSERT INTO act (n, id, kind) VALUES (?1, ?2, ?3)")?.execute(params![
        n,
        act.id.0,
        act.kind.as_str()
    ])?;
    for who in act.identities() {
        let claim = who.claim().map(|claim| (claim.text(), n));
        let named = who.named().and_then(|whose| people::place_before(n, whose));
        if let Some((who, via)) = claim.or_else(|| Some((String::new(), named?))) {
            db.prepare_cached("INSERT OR IGNORE INTO asker (act, who, via) VALUES (?1, ?2, ?3)")?
                .execute(params![n, who, via])?;
        }
    }
    prepared::contradict(db, &act.id)?;
    super::welcome(db, &Subject::from(&act.id).to_string(), n)
}

/// Of two who annulled an act the first did.
pub(super) fn annul(db: &Connection, n: i64, act: &ActId) -> Result<()> {
    db.prepare_cached(
        "UPDATE act SET annulled = ?2
         WHERE id = ?1 AND n < ?2 AND (annulled IS NULL OR annulled > ?2)",
    )?
    .execute(params![act.0, n])?;
    course::settle_payments(db, &act.into())
}
