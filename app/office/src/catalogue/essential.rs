//! Essential public services (dịch vụ công thiết yếu): which procedures the government wants to be
//! done wholly online first, because offices are asked for their share of them.
//!
//! The list ships incomplete on purpose: a name without a certain code has none, and the list of QĐ
//! 422/QĐ-TTg is here as candidates only. An office completes it from the official text by a file of
//! the same fields; a code is never guessed.

use serde::{Deserialize, Serialize};

use super::{CatalogueError, MAX_BYTES, import::ImportError, procedure::is_code};
use crate::{
    header::{Certainty, Header},
    spreadsheet,
    text::{self, TEXT_LIMIT},
};

/// Most services in a list: both decisions together have fewer than a hundred.
const MAX_SERVICES: usize = 1_000;

/// One service of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Essential {
    /// The decision that lists it (`QĐ 06/QĐ-TTg`).
    pub decision: String,
    /// Its place in this list, not in the decision; `None` for candidates.
    #[serde(default)]
    pub number: Option<u16>,
    /// Its name in the decision.
    pub name: String,
    /// National codes of the procedures that make it up; empty: not known.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Those of `codes` that another level of government does, so that no commune's catalogue has them.
    #[serde(default)]
    pub elsewhere: Vec<String>,
    /// Only thought to be on the decision's list; not to be counted as on it.
    #[serde(default)]
    pub candidate: bool,
    /// How sure the row is.
    pub certainty: Certainty,
    /// Whether it was checked against the decision's text.
    #[serde(default)]
    pub checked: bool,
    /// What is doubtful, for people.
    #[serde(default)]
    pub note: String,
}

/// A row of a table: the fields of [`Essential`], codes in one cell.
#[derive(Deserialize)]
struct TableRow {
    decision: String,
    #[serde(default)]
    number: Option<u16>,
    name: String,
    #[serde(default)]
    codes: String,
    #[serde(default)]
    elsewhere: String,
    #[serde(default)]
    candidate: bool,
    certainty: Certainty,
    #[serde(default)]
    checked: bool,
    #[serde(default)]
    note: String,
}

impl From<TableRow> for Essential {
    fn from(row: TableRow) -> Self {
        let codes = |cell: &str| {
            cell.split([' ', ',', '|']).filter(|code| !code.is_empty()).map(str::to_owned).collect()
        };
        Self {
            decision: text::clean(&row.decision),
            number: row.number,
            name: text::clean(&row.name),
            codes: codes(&row.codes),
            elsewhere: codes(&row.elsewhere),
            candidate: row.candidate,
            certainty: row.certainty,
            checked: row.checked,
            note: text::clean(&row.note),
        }
    }
}

impl Essential {
    fn check(&self) -> Result<(), &'static str> {
        let texts = [&self.decision, &self.name, &self.note];
        if self.name.is_empty() || self.decision.is_empty() {
            Err("thiếu tên dịch vụ hoặc số quyết định")
        } else if !self.codes.iter().all(|code| is_code(code)) {
            Err("mã thủ tục phải có dạng 1.001193")
        } else if !self.elsewhere.iter().all(|code| self.codes.contains(code)) {
            Err("mã của cấp khác phải có trong danh sách mã")
        } else if texts.into_iter().any(|t| t.chars().nth(TEXT_LIMIT).is_some()) {
            Err("có chỗ dài quá mức")
        } else if texts.into_iter().any(|t| text::clean(t) != **t) {
            Err("có khoảng trắng thừa hoặc chữ không ở dạng NFC")
        } else {
            Ok(())
        }
    }

    fn is(&self, other: &Essential) -> bool {
        text::fold(&self.decision) == text::fold(&other.decision)
            && text::fold(&self.name) == text::fold(&other.name)
    }
}

/// The essential services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Services {
    /// Title, version and source.
    pub header: Header,
    services: Vec<Essential>,
}

impl Services {
    /// Reads `assets/procedures/essential.json`.
    pub fn parse(json: &[u8]) -> Result<Self, CatalogueError> {
        if json.len() > MAX_BYTES {
            return Err(CatalogueError::TooLarge);
        }
        let list: Self = serde_json::from_slice(json)?;
        if list.services.len() > MAX_SERVICES {
            return Err(CatalogueError::TooLarge);
        }
        for service in &list.services {
            service
                .check()
                .map_err(|what| CatalogueError::WrongRow { code: service.name.clone(), what })?;
        }
        Ok(list)
    }

    /// Every service, in the list's order.
    pub fn all(&self) -> &[Essential] {
        &self.services
    }

    /// The services that the procedure of this code belongs to, candidates among them.
    pub fn of<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Essential> {
        self.services.iter().filter(move |service| service.codes.iter().any(|c| c == code))
    }

    /// Whether a decision certainly names the procedure: candidates do not count.
    pub fn names(&self, code: &str) -> bool {
        self.of(code).any(|service| !service.candidate)
    }

    /// The list completed by `rows`: a row of the same decision and name replaces the one here, a new
    /// one is added at the end.
    pub fn completed(&self, rows: Vec<Essential>) -> Self {
        let mut list = self.clone();
        for row in rows {
            match list.services.iter_mut().find(|service| service.is(&row)) {
                Some(service) => *service = row,
                None => list.services.push(row),
            }
        }
        list
    }
}

/// Rows in a JSON array of [`Essential`], or in a CSV table with its fields as column names (UTF-8,
/// `;` or `,`; codes in a cell parted by spaces). All rows are right, or none is taken.
pub fn import(bytes: &[u8]) -> Result<Vec<Essential>, ImportError> {
    let text = super::import::text_of(bytes)?;
    let rows: Vec<Essential> = if text.trim_start().starts_with('[') {
        serde_json::from_str(&text).map_err(ImportError::json)?
    } else {
        let mut rows = Vec::new();
        for row in spreadsheet::reader(&text).deserialize::<TableRow>() {
            if rows.len() == MAX_SERVICES {
                return Err(ImportError::TooLarge);
            }
            rows.push(row.map_err(|e| ImportError::table(&e))?.into());
        }
        rows
    };
    if rows.is_empty() {
        return Err(ImportError::Empty);
    }
    if rows.len() > MAX_SERVICES {
        return Err(ImportError::TooLarge);
    }
    for (i, row) in rows.iter().enumerate() {
        row.check().map_err(|what| ImportError::WrongRow { row: i + 1, what })?;
    }
    Ok(rows)
}
