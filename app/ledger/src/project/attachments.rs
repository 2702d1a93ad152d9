//! Files that were put to subjects.

use office::{
    attachment::{Attachment, AttachmentId},
    entry::Whom,
};
use rusqlite::{Connection, params};

use super::{hash_key, people::waited_for, rooms::leave};
use crate::Result;

pub(super) fn add(db: &Connection, n: i64, attachment: &Attachment) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO attachment (n, id, subject, content) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO NOTHING",
    )?
    .execute(params![
        n,
        attachment.id.0,
        attachment.subject.to_string(),
        hash_key(&attachment.content)?
    ])?;
    super::welcome(db, &waited_for(&Whom::Attachment(&attachment.id)), n)
}

pub(super) fn remove(db: &Connection, n: i64, attachment: &AttachmentId) -> Result<()> {
    leave(db, "attachment", n, &attachment.0)
}
