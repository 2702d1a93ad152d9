//! What a receipt asks for an act.

use super::Act;
use crate::{
    catalogue::Procedure,
    dossier::{Channel, Fee},
    payment::FeeKind,
    tariff::receipt::Case,
    text::{fold, lower_first},
};

impl Act {
    /// What a transfer for it says: the initials of its kind and its number, as room there is little and banks write
    /// plain letters (`CTBSTBC 12/2026`); `None` while it has no number.
    pub fn transfer_words(&self) -> Option<String> {
        let issued = self.number.issued()?;
        let label = fold(&self.label);
        let initials: String =
            label.split_whitespace().filter_map(|word| word.chars().next()).collect();
        let (value, year) = (issued.value, issued.series.year);
        Some(format!("{} {value}/{year}", initials.to_uppercase()))
    }

    /// The case of an act whose kind takes its fee from this procedure: what was counted when it was done.
    pub fn case(&self, procedure: Option<&Procedure>) -> Option<Case> {
        let (day, channel) = (self.at.date(), Channel::Counter);
        let rule = procedure.and_then(|known| known.cases(channel).next());
        let kind = rule.and_then(|rule| rule.rates(day).source.and_then(|source| source.kind));
        let kind = kind.unwrap_or(FeeKind::Charge);
        let (amount, note) = match &self.fee {
            Fee::Free => return None,
            Fee::Amount(amount) => (Some(*amount), "Mức thu tính khi ghi vào sổ.".to_owned()),
            Fee::Unknown(why) => (None, why.clone()),
        };
        let label = format!("{} {}", kind.label(), lower_first(&self.label));
        Some(Case { label, kind, amount, per_page: None, note })
    }
}
