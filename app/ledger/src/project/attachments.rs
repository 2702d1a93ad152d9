//! Files that were put to subjects.

use office::attachment::{Attachment, AttachmentId};
use rusqlite::{Connection, params};

use super::{conflict::missing_attachment, hash_key, rooms::leave};
use crate::Result;

pub(super) fn add(db: &Connection, n: i64, attachment: &Attachment) -> Result<()> {
    db.prepare_cached("INSERT INTO attachment (n, id, subject, content) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![
            n,
            attachment.id.0,
            attachment.subject.to_string(),
            hash_key(&attachment.content)?
        ])?;
    super::welcome(db, &missing_attachment(&attachment.id), n)
}

pub(super) fn remove(db: &Connection, n: i64, attachment: &AttachmentId) -> Result<()> {
    leave(db, "attachment", n, &attachment.0)
}
