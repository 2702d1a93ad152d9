//! What a province's look-up needs of certified acts: code, kind, number, day, state and the hash of a signed file.
//! It names nobody: whoever holds a copy finds its act by the code on it, and nobody finds a person.

use jiff::{Timestamp, civil::Date};
use ledger::{ActRecord, LedgerError};
use office::{
    entry::Event,
    export::{Export, ExportFormat, ExportKind},
};
use serde::Serialize;

use super::Desk;
use crate::clock;

/// Acts that are read at once.
const PAGE: usize = 200;

/// The file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Certificates {
    /// Form and version of the file.
    pub format: &'static str,
    /// The office's code.
    pub office: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Oldest first.
    pub certificates: Vec<Certificate>,
}

/// An act with a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// The look-up code.
    pub code: String,
    /// Short name of the kind of act.
    pub kind: String,
    /// Its name.
    pub label: String,
    /// Id of the book.
    pub book: String,
    /// Its number there.
    pub number: u32,
    /// The book's year.
    pub year: i16,
    /// Day of the act.
    pub day: Date,
    /// Whether it stands.
    pub status: Status,
    /// Day of its annulment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annulled_on: Option<Date>,
    /// SHA-256 of an electronic act's signed file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Those of the files that it became since, with time stamps behind its signature, newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub later_sha256: Vec<String>,
}

/// Whether an act stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It does.
    Valid,
    /// It was annulled.
    Annulled,
}

impl Certificate {
    /// `None` while its number is awaited.
    fn of(record: &ActRecord) -> Option<Self> {
        let act = &record.act;
        let (issued, code) = (act.number.issued()?, act.lookup()?);
        let annulled_on = record.annulled.as_ref().map(|one| clock::local(one.at).date());
        Some(Self {
            code: code.to_string(),
            kind: act.kind.to_string(),
            label: act.label.clone(),
            book: issued.series.book.as_str().to_owned(),
            number: issued.value,
            year: issued.series.year,
            day: act.at.date(),
            status: if annulled_on.is_some() { Status::Annulled } else { Status::Valid },
            annulled_on,
            sha256: act.document.as_ref().map(|document| document.0.clone()),
            later_sha256: Vec::new(),
        })
    }
}

impl Desk {
    /// The acts of these days, both included, for the province's look-up; that they went out is written down.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn certificates(
        &mut self,
        at: Timestamp,
        from: Option<Date>,
        to: Date,
    ) -> Result<(Certificates, Vec<u8>), LedgerError> {
        let (mut found, mut before) = (Vec::new(), None);
        let first = from.unwrap_or(Date::MIN);
        loop {
            let page = self.ledger.acts(before, PAGE)?;
            let days = first..=to;
            let wanted = page.items.iter().filter(|record| days.contains(&record.act.at.date()));
            for record in wanted {
                let Some(mut one) = Certificate::of(record) else { continue };
                if one.sha256.is_some() {
                    let later = self.later_files(&record.act.id)?.into_iter();
                    one.later_sha256 = later.map(|later| later.content.0).collect();
                }
                found.push(one);
            }
            before = page.next;
            // Acts stand in the order of their entries: behind a page of earlier days there are only earlier ones.
            let is_over = page.items.iter().all(|record| record.act.at.date() < first);
            if before.is_none() || is_over {
                break;
            }
        }
        found.reverse();
        let office = self.office.code.to_string();
        let format = "motcua-certificates-1";
        let file = Certificates { format, office, made_at: at, certificates: found };
        let bytes = serde_json::to_vec_pretty(&file).map_err(|_| LedgerError::Missing)?;
        let export = Export {
            kind: ExportKind::Certificates,
            from,
            to,
            format: ExportFormat::Json,
            rows: file.certificates.len() as u64,
            content: ledger::content_hash(&bytes),
        };
        self.ledger.record(at, Event::Exported { export: Box::new(export) }, &[])?;
        Ok((file, bytes))
    }
}
