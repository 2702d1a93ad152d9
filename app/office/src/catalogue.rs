//! The catalogue of procedures: law as dated data, never as code.
//!
//! Bytes come in from `assets/procedures` or from a signed update; what the source left doubtful stays
//! visible as a [`Flag`], an unclear time limit or an unknown fee, and is never guessed. A dossier keeps
//! a [`ProcedureStamp`] of the row under which it was received, so an update changes no receipt.

mod agency;
pub mod essential;
mod exemption;
mod fee;
pub mod import;
mod merge;
mod procedure;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Explain, dossier::ProcedureStamp, header::Header, text};
pub use agency::Agencies;
pub use exemption::{Exemption, Exemptions, Scope};
pub use fee::{FeeRule, PerPage};
pub use merge::{Change, ChangeKind, FieldChange};
pub use procedure::{ChannelRule, Component, FeeSource, Flag, LaterFees, Means, Procedure, Rates};

/// A catalogue larger than this is none: the whole country's procedures take less.
const MAX_BYTES: usize = 32 << 20;
/// More rows than the state has procedures.
const MAX_PROCEDURES: usize = 20_000;

/// Why a catalogue file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// Larger than a catalogue can be.
    #[error(
        "Tệp danh mục thủ tục lớn bất thường nên không được nạp. Danh mục đang dùng không thay đổi. Hãy chọn đúng tệp danh mục."
    )]
    TooLarge,
    /// Not the format.
    #[error(
        "Tệp danh mục thủ tục không đúng định dạng: {0}. Danh mục đang dùng không thay đổi. Hãy sửa tệp hoặc dùng bản gốc."
    )]
    Unreadable(#[from] serde_json::Error),
    /// A row that cannot be right.
    #[error(
        "Danh mục thủ tục có dòng sai, mã {code}: {what}. Danh mục đang dùng không thay đổi. Hãy sửa tệp rồi nạp lại."
    )]
    WrongRow {
        /// Code of the row.
        code: String,
        /// What is wrong.
        what: &'static str,
    },
}

impl Explain for CatalogueError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "OFF-40",
            Self::Unreadable(_) => "OFF-41",
            Self::WrongRow { .. } => "OFF-42",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::TooLarge => "The catalogue file is unusually large and was not loaded. The catalogue in use is unchanged. Choose the right file.".into(),
            Self::Unreadable(e) => format!("The catalogue file has a wrong format: {e}. The catalogue in use is unchanged. Correct the file or use the original."),
            Self::WrongRow { code, .. } => format!("The catalogue's row {code} is wrong. The catalogue in use is unchanged. Correct the file and load it again."),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    header: Header,
    procedures: Vec<Procedure>,
}

/// A dated list of procedures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Catalogue {
    header: Header,
    #[serde(rename = "procedures")]
    rows: Vec<Row>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
struct Row {
    procedure: Procedure,
    /// What a search looks through: folded code, name, short name and field.
    #[serde(skip)]
    folded: String,
    /// Folded short name.
    #[serde(skip)]
    title: String,
}

impl Row {
    fn new(procedure: Procedure) -> Self {
        let folded = text::fold(&format!(
            "{} {} {} {}",
            procedure.code, procedure.short_name, procedure.name, procedure.field
        ));
        Self { title: text::fold(procedure.short_name()), folded, procedure }
    }
}

impl Catalogue {
    /// Reads the JSON of `assets/procedures`: `header` and `procedures`.
    pub fn parse(json: &[u8]) -> Result<Self, CatalogueError> {
        if json.len() > MAX_BYTES {
            return Err(CatalogueError::TooLarge);
        }
        let file: File = serde_json::from_slice(json)?;
        if file.procedures.len() > MAX_PROCEDURES {
            return Err(CatalogueError::TooLarge);
        }
        Self::checked(file.header, file.procedures)
    }

    /// The catalogue of these rows, if each is right and no two of a code are in force together.
    fn checked(header: Header, procedures: Vec<Procedure>) -> Result<Self, CatalogueError> {
        for procedure in &procedures {
            procedure
                .check()
                .map_err(|what| CatalogueError::WrongRow { code: procedure.code.clone(), what })?;
        }
        Self::without_overlap(Self::sorted(header, procedures.into_iter().map(Row::new).collect()))
    }

    fn without_overlap(catalogue: Self) -> Result<Self, CatalogueError> {
        let rows = &catalogue.rows;
        for (earlier, later) in rows.iter().zip(rows.iter().skip(1)) {
            let (earlier, later) = (&earlier.procedure, &later.procedure);
            let ends_before = match (earlier.until, later.from) {
                (Some(until), Some(from)) => until < from,
                _ => false,
            };
            if earlier.code == later.code && !ends_before {
                return Err(CatalogueError::WrongRow {
                    code: later.code.clone(),
                    what: "có hai dòng cùng hiệu lực",
                });
            }
        }
        Ok(catalogue)
    }

    /// This catalogue with the rows of another file, under this one's header: what is asked for every
    /// day and the rest lie in files of their own, so that they can be read side by side.
    pub fn joined(self, more: Catalogue) -> Result<Self, CatalogueError> {
        let rows = self.rows.into_iter().chain(more.rows).collect();
        Self::without_overlap(Self::sorted(self.header, rows))
    }

    fn sorted(header: Header, mut rows: Vec<Row>) -> Self {
        rows.sort_by(|a, b| {
            (&a.procedure.code, a.procedure.from).cmp(&(&b.procedure.code, b.procedure.from))
        });
        Self { header, rows }
    }

    /// The catalogue as one line of JSON, the same bytes for the same catalogue, which
    /// [`Catalogue::parse`] reads back: the form in which an update is kept in the ledger.
    pub fn to_json(&self) -> Result<Vec<u8>, CatalogueError> {
        Ok(serde_json::to_vec(self)?)
    }

    /// Title, version and source.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The procedure of this code, as it is in force on `day`.
    pub fn find(&self, code: &str, day: Date) -> Option<&Procedure> {
        self.in_force(day).find(|p| p.code == code)
    }

    /// Every row, those no longer in force too, by code.
    pub fn all(&self) -> impl Iterator<Item = &Procedure> {
        self.rows.iter().map(|row| &row.procedure)
    }

    /// Every procedure in force on `day`, by code.
    pub fn in_force(&self, day: Date) -> impl Iterator<Item = &Procedure> {
        self.rows.iter().map(|row| &row.procedure).filter(move |p| p.is_in_force(day))
    }

    /// Procedures in force on `day` that hold every word of `query`, without diacritics and in any
    /// order. Those whose short name begins with the query come first, then those that counters ask
    /// for most, then those in whose short name every word begins a word, the shorter first. An empty
    /// query finds all. Among equals the `usual` ones come first, in their order.
    pub fn search(&self, query: &str, day: Date, usual: &[String]) -> Vec<&Procedure> {
        let query = text::fold(query);
        let words: Vec<&str> = query.split(' ').filter(|w| !w.is_empty()).collect();
        let mut found: Vec<&Row> = self
            .rows
            .iter()
            .filter(|row| row.procedure.is_in_force(day))
            .filter(|row| words.iter().all(|word| row.folded.contains(word)))
            .collect();
        found.sort_by_key(|row| {
            let (length, common) = (row.title.len(), row.procedure.common);
            let distance = if query.is_empty() { 0 } else { length };
            let title = format!(" {}", row.title);
            let in_title = words.iter().all(|word| title.contains(&format!(" {word}")));
            let place = usual.iter().position(|code| *code == row.procedure.code);
            let place = place.unwrap_or(usual.len());
            (!row.title.starts_with(&query), place, !common, !in_title, distance)
        });
        found.into_iter().map(|row| &row.procedure).collect()
    }

    /// What a dossier keeps of the row.
    pub fn stamp(&self, procedure: &Procedure) -> ProcedureStamp {
        ProcedureStamp {
            code: procedure.code.clone(),
            name: procedure.name.clone(),
            field: procedure.field.clone(),
            version: self.header.version.to_string(),
            checked: procedure.checked,
        }
    }
}
