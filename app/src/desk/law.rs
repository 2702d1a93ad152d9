//! The office's own law data: what comes with the program, and over it what the office brought up to
//! date. A dossier keeps the row under which it was received, whatever comes later.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use ledger::{Ledger, LedgerError};
use office::{
    Explain,
    calendar::{CalendarEdit, CalendarError, WorkingCalendar},
    catalogue::{
        Catalogue, CatalogueError, Change, ChangeKind, FieldChange,
        essential::{self, Essential, Services},
        import::{self, ImportError, Origin},
    },
    entry::Event,
    header::Mark,
    settings::{LawKind, LawUpdate},
    text::fold,
};

use super::Desk;
use crate::{assets::Law, clock};

/// What a file would change.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Which list.
    pub kind: LawKind,
    /// What becomes of each row.
    pub changes: Vec<Change>,
    /// Rows that are refused, in sentences.
    pub refused: Vec<String>,
    /// The outcome in one sentence.
    pub summary: String,
    content: Vec<u8>,
    version: String,
    file: String,
}

impl Offer {
    /// An offer without anything in it.
    #[cfg(test)]
    pub fn empty(kind: LawKind) -> Self {
        Self {
            kind,
            changes: Vec::new(),
            refused: Vec::new(),
            summary: String::new(),
            content: Vec::new(),
            version: String::new(),
            file: String::new(),
        }
    }

    /// How many rows it changes.
    pub fn count(&self) -> usize {
        self.changes.iter().filter(|change| change.kind != ChangeKind::Unchanged).count()
    }
}

/// Why law data was not brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum LawError {
    /// The file.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The rows.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The days.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl LawError {
    fn inner(&self) -> &dyn Explain {
        match self {
            Self::Import(error) => error,
            Self::Catalogue(error) => error,
            Self::Calendar(error) => error,
            Self::Ledger(error) => error,
        }
    }
}

impl Explain for LawError {
    fn code(&self) -> &'static str {
        self.inner().code()
    }

    fn english(&self) -> String {
        self.inner().english()
    }
}

/// The law of an open ledger: `bundled` with the office's updates over it. What cannot be read any longer
/// does not hold, and the sentence says so.
pub fn own(ledger: &Ledger, bundled: Arc<Law>) -> Result<(Arc<Law>, Option<String>), LedgerError> {
    let mut law = bundled.clone();
    let mut problem = None;
    for update in ledger.law_updates()? {
        let kind = update.update.kind;
        let Some(content) = ledger.law_content(kind)? else { continue };
        if let Err(error) = put(&mut law, kind, &content) {
            problem = Some(format!(
                "{} đã cập nhật ({}) không đọc được nên đang dùng bản đi kèm chương trình. {error}",
                kind.label(),
                update.update.version
            ));
        }
    }
    Ok((law, problem))
}

/// Puts the content of an update in.
fn put(law: &mut Arc<Law>, kind: LawKind, content: &[u8]) -> Result<(), LawError> {
    match kind {
        LawKind::Catalogue => Arc::make_mut(law).catalogue = Catalogue::parse(content)?,
        LawKind::EssentialServices => Arc::make_mut(law).services = Services::parse(content)?,
        LawKind::Calendar => Arc::make_mut(law).calendar = WorkingCalendar::parse(content)?,
    }
    Ok(())
}

impl Desk {
    /// What a file would change; nothing is written. `from`: in force from this day.
    pub fn read_law(
        &self,
        kind: LawKind,
        file: &str,
        bytes: &[u8],
        from: Date,
        today: Date,
    ) -> Result<Offer, LawError> {
        match kind {
            LawKind::EssentialServices => self.read_services(file, bytes, today),
            LawKind::Catalogue | LawKind::Calendar => self.read_catalogue(file, bytes, from, today),
        }
    }

    fn read_catalogue(
        &self,
        file: &str,
        bytes: &[u8],
        from: Date,
        today: Date,
    ) -> Result<Offer, LawError> {
        let source = format!("tệp {file}, nhập ngày {}", today.strftime("%d/%m/%Y"));
        let origin = Origin { source, date: today, mark: Mark::V };
        let begin = bytes.iter().find(|b| !b.is_ascii_whitespace() && **b < 0x80);
        let read = match begin {
            Some(b'{' | b'[') => import::portal(bytes, &origin)?,
            _ => import::table(bytes, &origin)?,
        };
        let summary = read.summary();
        let mut refused: Vec<String> = read
            .refused
            .iter()
            .map(|row| format!("{}, {}: {}", row.place, row.what, row.reason))
            .collect();
        if !read.unknown_fields.is_empty() {
            refused.push(format!("Bỏ qua các cột lạ: {}", read.unknown_fields.join(", ")));
        }
        let (merged, changes) = self.law.catalogue.merged(read.procedures, from)?;
        Ok(Offer {
            kind: LawKind::Catalogue,
            content: merged.to_json()?,
            version: merged.header().version.to_string(),
            file: file.to_owned(),
            changes,
            refused,
            summary,
        })
    }

    fn read_services(&self, file: &str, bytes: &[u8], today: Date) -> Result<Offer, LawError> {
        let rows = essential::import(bytes)?;
        let changes: Vec<Change> = rows.iter().map(|row| self.compare(row)).collect();
        let summary = format!("Đã đọc đủ {} dòng của tệp.", rows.len());
        let mut list = self.law.services.completed(rows);
        list.header.version = list.header.version.max(today);
        Ok(Offer {
            kind: LawKind::EssentialServices,
            content: serde_json::to_vec(&list).map_err(CatalogueError::from)?,
            version: list.header.version.to_string(),
            file: file.to_owned(),
            changes,
            refused: Vec::new(),
            summary,
        })
    }

    fn compare(&self, row: &Essential) -> Change {
        let same = |known: &&Essential| {
            fold(&known.decision) == fold(&row.decision) && fold(&known.name) == fold(&row.name)
        };
        let kind = match self.law.services.all().iter().find(same) {
            None => ChangeKind::Added,
            Some(known) if known == row => ChangeKind::Unchanged,
            Some(known) => ChangeKind::Changed(
                [
                    ("Mã thủ tục", known.codes.join(", "), row.codes.join(", ")),
                    ("Ứng viên", yes(known.candidate), yes(row.candidate)),
                    ("Độ chắc", known.certainty.label().into(), row.certainty.label().into()),
                    ("Đã đối chiếu", yes(known.checked), yes(row.checked)),
                    ("Ghi chú", known.note.clone(), row.note.clone()),
                ]
                .into_iter()
                .filter(|(_, before, after)| before != after)
                .map(|(label, before, after)| FieldChange { label, before, after })
                .collect(),
            ),
        };
        Change { code: row.decision.clone(), name: row.name.clone(), kind }
    }

    /// Writes an update and works by it from now on.
    pub fn take_law(
        &mut self,
        at: Timestamp,
        offer: &Offer,
        words: String,
    ) -> Result<(), LawError> {
        self.update_law(
            at,
            offer.kind,
            &offer.content,
            LawUpdate {
                kind: offer.kind,
                content: ledger::content_hash(&offer.content),
                version: offer.version.clone(),
                file: offer.file.clone(),
                words,
                changes: u32::try_from(offer.count()).unwrap_or(u32::MAX),
            },
        )
    }

    /// Corrects the calendar; what contradicts it is refused and nothing is written.
    pub fn edit_calendar(
        &mut self,
        at: Timestamp,
        edit: &CalendarEdit,
        words: String,
    ) -> Result<(), LawError> {
        let today = clock::local(at).date();
        let edited = self.law.calendar.edit(edit, today)?;
        let content = serde_json::to_vec(edited.table()).map_err(CalendarError::from)?;
        self.update_law(
            at,
            LawKind::Calendar,
            &content,
            LawUpdate {
                kind: LawKind::Calendar,
                content: ledger::content_hash(&content),
                version: today.to_string(),
                file: String::new(),
                words,
                changes: 1,
            },
        )
    }

    /// Nothing is written that could not be read back.
    fn update_law(
        &mut self,
        at: Timestamp,
        kind: LawKind,
        content: &[u8],
        update: LawUpdate,
    ) -> Result<(), LawError> {
        let mut law = self.law.clone();
        put(&mut law, kind, content)?;
        self.ledger.record(at, Event::LawUpdated { update: Box::new(update) }, &[content])?;
        self.law = law;
        Ok(())
    }
}

fn yes(value: bool) -> String {
    if value { "có".into() } else { "không".into() }
}
