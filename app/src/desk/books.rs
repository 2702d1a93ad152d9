//! Books and reports of days as documents: the tracking book (mẫu 07), the figures, the cash sheet.

use std::collections::{BTreeMap, HashMap};

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};
use ledger::{DossierRecord, LedgerError, LineRecord};
use office::{
    Explain,
    book::{Binding, Book, BookDefinition, BookId},
    dossier::Channel,
    entry::{Event, UserName},
    export::{Export, ExportFormat, ExportKind},
    money::Dong,
    payment::FeeKind,
    register::{Line, Value, Values},
    statistics::{Figures, GroupBy, Period, Row},
    subject::Subject,
    text::fold,
};
use reports::{
    PaperSize, ReportError,
    form::{cash, mark::Mark, register, statistics},
};

use super::{
    Desk,
    amended::Relations,
    money::{Standing, span},
};
use crate::clock;

/// Full names by the names at the login.
pub type Names = HashMap<UserName, String>;

/// Which document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// A book with its lines.
    Register(BookId),
    /// The figures, grouped.
    Statistics(GroupBy),
    /// Receipts of one day with their sums.
    Cash,
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// PDF/A.
    Pdf,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// End of the file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Pdf => "pdf",
            Format::Xlsx => "xlsx",
        }
    }
}

impl Paper {
    fn kind(self) -> ExportKind {
        match self {
            Paper::Register(_) => ExportKind::Register,
            Paper::Statistics(_) => ExportKind::Statistics,
            Paper::Cash => ExportKind::Cash,
        }
    }

    /// Its sheet.
    pub fn sheet(self) -> PaperSize {
        PaperSize::A4Landscape
    }
}

/// Why a document of days was not made.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The document.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A cash sheet of several days.
    #[error(
        "Bảng kê thu phí, lệ phí lập theo từng ngày. Chưa lập gì. Hãy chọn một ngày rồi làm lại."
    )]
    OneDay,
    /// What is to be bound has no day yet.
    #[error(
        "Kỳ đóng sổ ({0}) chưa bắt đầu nên chưa có gì để in. Chưa lập gì. Hãy chọn kỳ đã qua hoặc kỳ đang chạy."
    )]
    NotBegun(Binding),
}

impl Explain for BookError {
    fn code(&self) -> &'static str {
        match self {
            Self::Ledger(error) => error.code(),
            Self::Report(error) => error.code(),
            Self::OneDay => "APP-32",
            Self::NotBegun(_) => "OFF-196",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Ledger(error) => error.english(),
            Self::Report(error) => error.english(),
            Self::OneDay => {
                "A cash sheet is of one day. Nothing was made. Choose one day and try again.".into()
            }
            Self::NotBegun(binding) => format!(
                "The period from {} on has not begun, so there is nothing to print. Nothing was made. Choose a period that has.",
                binding.first()
            ),
        }
    }
}

/// A line of a book.
pub struct Written {
    /// What it is about, where other things hang on that too.
    pub subject: Option<Subject>,
    /// What stands in it, by the names of columns.
    pub values: Values,
    /// Whether what it tells was annulled.
    pub annulled: bool,
    /// The day on which it was written.
    pub day: Date,
    /// Its number; `None` while it is awaited.
    pub number: Option<u32>,
}

/// A document of days.
#[derive(Debug)]
struct Made {
    bytes: Vec<u8>,
    /// Its lines.
    rows: usize,
}

impl Desk {
    /// Makes a document of days, both included, to be saved in a format or, without one, printed. That it
    /// leaves the ledger is an entry, which is written before anybody gets it.
    pub fn take_out(
        &mut self,
        at: Timestamp,
        paper: Paper,
        from: Date,
        to: Date,
        format: Option<Format>,
    ) -> Result<Vec<u8>, BookError> {
        let form = match format {
            None => ExportFormat::Paper,
            Some(Format::Pdf) => ExportFormat::Pdf,
            Some(Format::Xlsx) => ExportFormat::Xlsx,
        };
        let Made { bytes, rows } =
            self.paper_of_days(paper, from, to, format.unwrap_or(Format::Pdf), clock::local(at))?;
        let export = Export {
            kind: paper.kind(),
            from: Some(from),
            to,
            format: form,
            rows: rows as u64,
            content: ledger::content_hash(&bytes),
        };
        self.ledger.record(at, Event::Exported { export: Box::new(export) }, &[])?;
        Ok(bytes)
    }

    fn paper_of_days(
        &self,
        paper: Paper,
        from: Date,
        to: Date,
        format: Format,
        now: DateTime,
    ) -> Result<Made, BookError> {
        match paper {
            Paper::Register(book) => self.register(book, from, to, format, now),
            Paper::Statistics(by) => self.statistics(from, to, by, format, now),
            Paper::Cash if from != to => Err(BookError::OneDay),
            Paper::Cash => self.cash(from, format, now),
        }
    }

    fn register(
        &self,
        id: BookId,
        from: Date,
        to: Date,
        format: Format,
        now: DateTime,
    ) -> Result<Made, BookError> {
        self.ledger.require_reader(id)?;
        let book = self.definition(id)?;
        let lines: Vec<Line> = match id {
            BookId::TRACKING => {
                let records = self.received_on(from, to)?;
                let line = |record| book.line(&self.tracked(record, &book.book()));
                records.iter().map(line).collect()
            }
            _ => self.written(book, from, to)?.iter().map(|line| book.line(&line.values)).collect(),
        };
        // The volumes that were open on one of these days. What is told of one is told where it is the only one.
        let mut volumes = self.ledger.volumes()?;
        volumes.retain(|volume| {
            let closed = volume.closed.as_ref().map(|closed| closed.day);
            volume.id.book == book.id
                && volume.opened <= to
                && closed.is_none_or(|closed| closed >= from)
                && volume.id.year >= from.year()
                && volume.id.year <= to.year()
        });
        volumes.sort_by_key(|volume| volume.id);
        let kept = (volumes.len() == 1).then(|| &volumes[0]);
        let closed = kept.and_then(|volume| volume.closed.as_ref());
        let numbers: Vec<String> = match volumes.as_slice() {
            [] => vec!["01".into()],
            volumes => volumes.iter().map(|v| format!("{:02}", v.id.volume)).collect(),
        };
        let volume = register::Volume {
            volume: numbers.join(", "),
            year: to.year(),
            from,
            to,
            opened: kept.map(|volume| volume.opened),
            closed: closed.map(|closed| closed.day),
            seal: closed.map(|closed| closed.seal.0.clone()),
            at: now,
            mark: self.mark(now)?,
        };
        let form = &self.law.papers.register;
        let bytes = match format {
            Format::Pdf => reports::register(&self.office, book, &volume, &lines, form)?.bytes,
            Format::Xlsx => reports::register_workbook(&self.office, book, &volume, &lines, form)?,
        };
        Ok(Made { bytes, rows: lines.len() })
    }

    /// How far the ledger has come.
    pub(super) fn mark(&self, at: DateTime) -> Result<Mark, LedgerError> {
        Ok(Mark { at, newest: self.ledger.newest_entry()? })
    }

    fn cash(&self, day: Date, format: Format, now: DateTime) -> Result<Made, BookError> {
        let mut taken = Vec::new();
        for line in self.cash_book(day, day)? {
            let payment = line.payment;
            let sum = |kind: FeeKind| -> Dong {
                payment.lines.iter().filter(|l| l.kind == kind).map(|line| line.amount).sum()
            };
            let matter: Vec<&str> = payment.lines.iter().map(|line| line.label.as_str()).collect();
            let collector = match &line.standing {
                Standing::Counts | Standing::Cancelled(_) => payment.collector.clone(),
                // The money is given back by whoever cancels.
                Standing::Undone(cancelled) => self.full_name(&cancelled.by)?,
            };
            taken.push(cash::Taken {
                number: payment.receipt.issued().map(|issued| issued.value),
                at: match &line.standing {
                    Standing::Counts | Standing::Cancelled(_) => payment.at,
                    Standing::Undone(cancelled) => clock::local(cancelled.at),
                },
                code: self.name_if_here(&payment.subject)?,
                payer: payment.payer.clone(),
                matter: matter.join("; "),
                charge: sum(FeeKind::Charge),
                duty: sum(FeeKind::Duty),
                method: payment.method.label().to_owned(),
                collector,
                standing: match line.standing {
                    Standing::Counts => cash::Standing::Counts,
                    Standing::Cancelled(cancelled) => cash::Standing::Cancelled(cancelled.reason),
                    Standing::Undone(cancelled) => cash::Standing::Undone {
                        taken_on: payment.at.date(),
                        reason: cancelled.reason,
                    },
                },
            });
        }
        let (at, mark, form) = (day.at(17, 0, 0, 0), self.mark(now)?, &self.law.papers.cash);
        let bytes = match format {
            Format::Pdf => reports::cash_sheet(&self.office, at, &taken, &mark, form)?.bytes,
            Format::Xlsx => reports::cash_workbook(&self.office, at, &taken, &mark, form)?,
        };
        Ok(Made { bytes, rows: taken.len() })
    }

    /// Beginning of a file's name.
    pub fn paper_name(&self, paper: Paper) -> String {
        match paper {
            Paper::Register(book) => self.book_label(book),
            Paper::Statistics(_) => "Thống kê hồ sơ".into(),
            Paper::Cash => "Bảng kê thu phí, lệ phí".into(),
        }
    }

    /// The books with lines that the office keeps and this user may look at.
    pub fn registers(&self) -> Result<Vec<&BookDefinition>, LedgerError> {
        let roles = &self.ledger.user().roles;
        let kept = self.ledger.books()?;
        let may = |book: &&BookDefinition| {
            let known = kept.iter().find(|known| known.id == book.id);
            !book.columns.is_empty()
                && known.is_some_and(|known| known.readers.iter().any(|role| roles.contains(role)))
        };
        Ok(self.law.books.all().iter().filter(may).collect())
    }

    /// The lines of a book on these days, both included; of dossiers it has none. An annulled one says so in its note.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`].
    pub fn written(
        &self,
        book: &BookDefinition,
        from: Date,
        to: Date,
    ) -> Result<Vec<Written>, LedgerError> {
        let (begin, until) = span(from, to);
        let (office, kept) = (self.office.code.to_string(), book.book());
        let lines = self.ledger.lines(book.id, begin, until)?;
        let relations = match lines.is_empty() {
            true => Relations::default(),
            false => self.relations(book.id)?,
        };
        let line = |line: LineRecord| {
            let mut values = line.event.told(&kept, &office);
            if let Event::ActDone { act } = &line.event {
                relations.note(&act.id, &mut values);
            }
            if let Some(annulled) = &line.annulled {
                let before = values.get("note").map(Value::to_string).unwrap_or_default();
                let day = clock::local(annulled.at).date();
                let note = super::binding::annulled_note(day, &annulled.reason, &before);
                values.insert("note".into(), note);
            }
            let about = line.event.about();
            let number = about.numbers.iter().find(|(_, of)| *of == book.id);
            Written {
                values: book.typed(values),
                annulled: line.annulled.is_some(),
                day: about.line.map_or(from, |(_, at)| at.date()),
                number: number.and_then(|(number, _)| Some(number.issued()?.value)),
                subject: about.subject,
            }
        };
        Ok(lines.into_iter().map(line).collect())
    }

    /// A book as its definition states it.
    ///
    /// # Errors
    /// [`LedgerError::NoBook`].
    pub fn definition(&self, id: BookId) -> Result<&BookDefinition, LedgerError> {
        self.law.books.find(id).ok_or(LedgerError::NoBook { book: id })
    }

    /// What the tracking book tells of a dossier.
    pub fn tracked(&self, record: &DossierRecord, book: &Book) -> Values {
        let annulled = record.annulled.is_some();
        office::register::dossier(
            &record.dossier,
            &record.course,
            annulled,
            book,
            &self.office.counter,
        )
    }

    /// A book's name; its id where the office does not keep it.
    pub fn book_label(&self, id: BookId) -> String {
        self.ledger.book(id).map_or_else(|_| id.to_string(), |book| book.label)
    }

    /// Full names of all users, of former ones too.
    pub fn names(&self) -> Result<Names, LedgerError> {
        let known = self.ledger.all_users()?.into_iter();
        Ok(known.map(|known| (known.user.name, known.user.full_name)).collect())
    }

    /// A user's full name; the login name where nobody knows it.
    pub fn full_name(&self, user: &UserName) -> Result<String, LedgerError> {
        Ok(self.names()?.remove(user).unwrap_or_else(|| user.0.clone()))
    }

    fn statistics(
        &self,
        from: Date,
        to: Date,
        by: GroupBy,
        format: Format,
        now: DateTime,
    ) -> Result<Made, BookError> {
        // The official report is by field and procedure.
        let by = if by == GroupBy::Field { GroupBy::Procedure } else { by };
        let rows = self.ledger.figures(&Period { from, to }, by, now)?;
        let online = self.online(from, to, by)?;
        let mut fields: BTreeMap<String, Vec<(String, statistics::Counts)>> = BTreeMap::new();
        for row in rows {
            let name = match by {
                GroupBy::Procedure => self
                    .law
                    .catalogue
                    .find(&row.key, to)
                    .map_or("Lĩnh vực khác", |procedure| procedure.field.as_str()),
                GroupBy::Officer => "Theo người giải quyết",
                GroupBy::Channel => "Theo cách nộp",
                GroupBy::Month => "Theo tháng",
                GroupBy::Day => "Theo ngày",
                GroupBy::All | GroupBy::Field => "Tất cả",
            };
            let came = online.get(&row.key).or_else(|| online.get(&row.label));
            let counts = counts(&row.figures, came.copied().unwrap_or(0));
            fields.entry(name.to_owned()).or_default().push((named(&row), counts));
        }
        // In the order of the alphabet as readers know it, not of bytes.
        let mut fields: Vec<_> = fields
            .into_iter()
            .map(|(name, procedures)| statistics::Field { name, procedures })
            .collect();
        fields.sort_by_key(|field| fold(&field.name));
        let report = statistics::Statistics {
            from,
            to,
            at: now,
            fields,
            author: self.ledger.user().full_name.clone(),
            head: String::new(),
        };
        let form = &self.law.papers.statistics;
        let bytes = match format {
            Format::Pdf => reports::statistics(&self.office, &report, form)?.bytes,
            Format::Xlsx => reports::statistics_workbook(&self.office, &report, form)?,
        };
        let rows = report.fields.iter().map(|field| field.procedures.len()).sum();
        Ok(Made { bytes, rows })
    }

    /// How many came in online, by the key or label of their row.
    fn online(
        &self,
        from: Date,
        to: Date,
        by: GroupBy,
    ) -> Result<BTreeMap<String, u32>, LedgerError> {
        let mut online: BTreeMap<String, u32> = BTreeMap::new();
        for record in self.received_on(from, to)? {
            let dossier = &record.dossier;
            if dossier.channel != Channel::Online || record.annulled.is_some() {
                continue;
            }
            let day = dossier.received_at.date();
            let key = match by {
                GroupBy::Procedure => dossier.procedure.code.clone(),
                GroupBy::Field => dossier.procedure.field.clone(),
                GroupBy::Officer => record.course.officer.clone(),
                GroupBy::Channel => dossier.channel.label().to_owned(),
                GroupBy::Month => day.strftime("%Y-%m").to_string(),
                GroupBy::Day => day.to_string(),
                GroupBy::All => String::new(),
            };
            *online.entry(key).or_default() += 1;
        }
        Ok(online)
    }
}

fn named(row: &Row) -> String {
    if row.label.is_empty() { "Chưa rõ".into() } else { row.label.clone() }
}

fn counts(figures: &Figures, online: u32) -> statistics::Counts {
    let small = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    statistics::Counts {
        online,
        direct: small(figures.received).saturating_sub(online),
        carried: small(figures.carried_over),
        early: small(figures.resolved_early),
        on_time: small(figures.resolved_on_time + figures.resolved_undated),
        late: small(figures.resolved_late),
        open: small(figures.open_in_time),
        overdue: small(figures.open_late),
    }
}
