//! What a receipt asks for an act.

use super::Act;
use crate::{
    catalogue::Procedure,
    dossier::{Channel, Fee},
    payment::FeeKind,
    tariff::receipt::Case,
    text::lower_first,
};

impl Act {
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
