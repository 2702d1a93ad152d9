//! Books printed to be bound, a month's lines or a year's ([`Binding`]). The lines are gathered from the ledger; how
//! they are set is work for another thread, as a year takes seconds; that they leave the ledger is an entry, which is
//! written before anybody gets the document.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use ledger::{LedgerError, VolumeRecord};
use office::{
    book::{Binding, BookDefinition, BookId},
    entry::Event,
    export::{Export, ExportFormat, ExportKind},
    register::Value,
    unit::Office,
};
use reports::{
    ReportError,
    form::bound::{Bound, BoundLine, BoundVolume, Standing},
};

use super::{Desk, books::BookError};
use crate::{assets::Law, clock};

/// What is to be set.
pub struct ToBind {
    office: Office,
    law: Arc<Law>,
    book: BookDefinition,
    bound: Bound,
}

/// Debug output may reach a log: it never shows the lines.
impl std::fmt::Debug for ToBind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ToBind({}, {}, {} lines)", self.book.id, self.binding(), self.lines())
    }
}

impl ToBind {
    /// The PDF/A.
    ///
    /// # Errors
    /// Those of [`reports::bound`].
    pub fn document(&self) -> Result<Vec<u8>, ReportError> {
        let form = &self.law.papers.bound;
        Ok(reports::bound(&self.office, &self.book, &self.bound, form)?.bytes)
    }

    /// Of which days.
    pub fn binding(&self) -> Binding {
        self.bound.binding
    }

    /// How many lines there are.
    pub fn lines(&self) -> usize {
        self.bound.lines.len()
    }

    /// What the document is called.
    pub fn name(&self) -> String {
        format!("{} {}", self.book.label, self.binding())
    }
}

impl Desk {
    /// Gathers what is to be bound of a book.
    ///
    /// # Errors
    /// [`BookError::NotBegun`], and those of the ledger.
    pub fn to_bind(
        &self,
        at: Timestamp,
        id: BookId,
        binding: Binding,
    ) -> Result<ToBind, BookError> {
        self.ledger.require_reader(id)?;
        let now = clock::local(at);
        if binding.first() > now.date() {
            return Err(BookError::NotBegun(binding));
        }
        let book = self.definition(id)?;
        // A number is told in the order of the book; whatever awaits one stands last.
        let mut lines = match id {
            BookId::TRACKING => self.tracked_lines(book, binding)?,
            _ => self.written_lines(book, binding)?,
        };
        lines.sort_by_key(|line| line.number.unwrap_or(u32::MAX));
        let mut volumes = self.ledger.volumes()?;
        volumes.retain(|volume| {
            let closed = volume.closed.as_ref().map(|closed| closed.day);
            volume.id.book == id
                && volume.id.year == binding.year()
                && volume.opened <= binding.last()
                && closed.is_none_or(|closed| closed >= binding.first())
        });
        volumes.sort_by_key(|volume| volume.id);
        let bound = Bound {
            binding,
            volumes: volumes.into_iter().map(told).collect(),
            lines,
            at: now,
            mark: self.mark(now)?,
        };
        let (office, law, book) = (self.office.clone(), self.law.clone(), book.clone());
        Ok(ToBind { office, law, book, bound })
    }

    /// Records that a document leaves the ledger.
    ///
    /// # Errors
    /// Those of the ledger; then nobody may get it.
    pub fn record_bound(
        &mut self,
        at: Timestamp,
        of: &ToBind,
        document: &[u8],
        format: ExportFormat,
    ) -> Result<(), LedgerError> {
        let export = Export {
            kind: ExportKind::Register,
            from: Some(of.binding().first()),
            to: of.binding().last(),
            format,
            rows: of.lines() as u64,
            content: ledger::content_hash(document),
        };
        self.ledger.record(at, Event::Exported { export: Box::new(export) }, &[])?;
        Ok(())
    }

    fn tracked_lines(
        &self,
        book: &BookDefinition,
        binding: Binding,
    ) -> Result<Vec<BoundLine>, LedgerError> {
        let kept = book.book();
        let records = self.received_on(binding.first(), binding.last())?;
        let line = |record: &ledger::DossierRecord| {
            let mut values = self.tracked(record, &kept);
            if let Some(annulled) = &record.annulled {
                let day = clock::local(annulled.at).date();
                values.insert("note".into(), annulled_note(day, &annulled.reason, ""));
            }
            BoundLine {
                line: book.line(&values),
                day: record.dossier.received_at.date(),
                number: record.dossier.tracking.issued().map(|issued| issued.value),
                standing: standing(record.annulled.is_some()),
            }
        };
        Ok(records.iter().map(line).collect())
    }

    fn written_lines(
        &self,
        book: &BookDefinition,
        binding: Binding,
    ) -> Result<Vec<BoundLine>, LedgerError> {
        let written = self.written(book, binding.first(), binding.last())?;
        let line = |line: super::books::Written| BoundLine {
            line: book.line(&line.values),
            day: line.day,
            number: line.number,
            standing: standing(line.annulled),
        };
        Ok(written.into_iter().map(line).collect())
    }
}

fn standing(annulled: bool) -> Standing {
    if annulled { Standing::Annulled } else { Standing::Counts }
}

fn told(volume: VolumeRecord) -> BoundVolume {
    let VolumeRecord { id, after, opened, last, closed } = volume;
    BoundVolume {
        volume: id.volume,
        numbers: (last > after).then(|| (after.saturating_add(1), last)),
        opened,
        closed: closed.map(|closed| (closed.day, closed.seal.0)),
    }
}

/// What the note of an annulled line says: why first, then what stood there.
pub fn annulled_note(day: Date, reason: &str, before: &str) -> Value {
    let words = format!("Đã hủy ngày {}: {reason}", office::date::format(day));
    Value::text(match before {
        "" => words,
        before => format!("{words}; {before}"),
    })
}
