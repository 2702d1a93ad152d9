//! Which procedures this office receives most: they are one key away. Counted over the newest dossiers,
//! so that the order follows the seasons; until there are enough, the catalogue's common ones follow.

use std::collections::HashMap;

use jiff::civil::Date;
use ledger::{Dossiers, LedgerError};

use super::Desk;

/// Newest dossiers that are counted.
const COUNTED: usize = 200;
/// As many as there are digits.
const MOST: usize = 9;

impl Desk {
    /// Codes of the procedures that were received, what this clerk received most first, then what the
    /// office did. Empty before the first reception.
    pub fn received(&self) -> Result<Vec<String>, LedgerError> {
        let newest = self.ledger.dossiers(&Dossiers::All, None, COUNTED)?;
        let own = &self.ledger.user().full_name;
        // The clerk's own and the office's count.
        let mut counts: HashMap<String, (usize, usize)> = HashMap::new();
        for record in newest.items {
            let count = counts.entry(record.dossier.procedure.code).or_default();
            count.0 += usize::from(record.dossier.receiver == *own);
            count.1 += 1;
        }
        let mut codes: Vec<((usize, usize), String)> =
            counts.into_iter().map(|(code, count)| (count, code)).collect();
        codes.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        Ok(codes.into_iter().map(|(_, code)| code).collect())
    }

    /// Codes and names of the usual procedures, the most usual first.
    pub fn usual(&self, day: Date) -> Result<Vec<(String, String)>, LedgerError> {
        let codes = self.received()?;
        let common = self.law.catalogue.in_force(day).filter(|p| p.common).map(|p| p.code.clone());
        let mut usual: Vec<(String, String)> = Vec::new();
        for code in codes.into_iter().chain(common) {
            if usual.len() == MOST {
                break;
            }
            let known = usual.iter().any(|(other, _)| *other == code);
            if let Some(procedure) = self.law.catalogue.find(&code, day).filter(|_| !known) {
                usual.push((code, procedure.short_name().to_owned()));
            }
        }
        Ok(usual)
    }
}
