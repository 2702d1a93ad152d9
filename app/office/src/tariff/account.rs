//! A subject's money: what is asked, what was taken, what a bank told of, and what is still owed or too much.

use super::{Due, TariffError, due};
use crate::{
    dossier::Fee,
    money::Dong,
    payment::{MatchedLine, Method, Payment},
};

/// How a subject stands with its money.
#[derive(Clone, Debug)]
pub struct Account {
    /// What is asked, as far as it is known; see [`super::asked`].
    pub asked: Result<Option<Dong>, TariffError>,
    /// Receipts that count, oldest first.
    pub payments: Vec<Payment>,
    /// The bank's lines that name it.
    pub transfers: Vec<MatchedLine>,
}

/// What a bank told of beyond the receipts of transfers; cancelled receipts left out by the caller.
pub fn arrived<'p>(
    payments: impl IntoIterator<Item = &'p Payment>,
    transfers: &[MatchedLine],
) -> Dong {
    let by_bank = payments.into_iter().filter(|paid| paid.method == Method::Transfer);
    let receipted: Dong = by_bank.map(Payment::total).sum();
    let told: Dong = transfers.iter().map(|line| line.amount).sum();
    Dong(told.0.saturating_sub(receipted.0))
}

impl Account {
    /// What the receipts took.
    pub fn taken(&self) -> Dong {
        self.payments.iter().map(Payment::total).sum()
    }

    /// What a bank told of and no receipt was made for yet.
    pub fn arrived(&self) -> Dong {
        arrived(&self.payments, &self.transfers)
    }

    /// What is owed or too much.
    ///
    /// # Errors
    /// [`TariffError`].
    pub fn due(&self) -> Result<Due, TariffError> {
        let payments: Vec<&Payment> = self.payments.iter().collect();
        due(self.asked?, &payments, &self.transfers)
    }

    /// All of it, in sentences. `fee`: what was found when it began.
    pub fn words(&self, fee: &Fee) -> Vec<String> {
        let mut lines = Vec::new();
        match (fee, &self.asked) {
            (Fee::Unknown(note), Ok(None)) => lines.push(format!("Chưa xác định: {note}")),
            (_, Ok(Some(asked))) if *asked > Dong(0) => lines.push(format!("Phải thu {asked}")),
            _ => {}
        }
        let taken = self.taken();
        if taken > Dong(0) {
            lines.push(format!("Đã thu {taken}"));
        }
        if let Some(spared) = self.payments.iter().find_map(|paid| paid.exempted.as_ref()) {
            lines.push(format!("Miễn, giảm: {} ({})", spared.label, spared.basis));
        }
        let arrived = self.arrived();
        if arrived > Dong(0) {
            lines.push(format!("Ngân hàng đã báo có {arrived}, chưa lập biên lai"));
        }
        lines.push(self.due().map_or_else(|error| error.to_string(), |due| due.to_string()));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tariff::tests::{payment, transfer};

    #[test]
    fn an_account_tells_what_was_taken_what_arrived_and_what_is_owed() {
        let (cash, bank) = (Method::Cash, Method::Transfer);
        for (asked, receipts, told, taken, arrived, due) in [
            (Some(8_000), vec![], vec![], 0, 0, Due::Owed(Dong(8_000))),
            (Some(8_000), vec![(8_000, cash)], vec![], 8_000, 0, Due::Paid),
            // The bank told; the receipt is still to be made.
            (Some(8_000), vec![], vec![8_000], 0, 8_000, Due::Paid),
            // The receipt was made for what the bank told.
            (Some(8_000), vec![(8_000, bank)], vec![8_000], 8_000, 0, Due::Paid),
            (
                Some(8_000),
                vec![(8_000, cash)],
                vec![8_000],
                8_000,
                8_000,
                Due::Overpaid(Dong(8_000)),
            ),
            (None, vec![], vec![5_000], 0, 5_000, Due::Unknown),
            (Some(0), vec![], vec![], 0, 0, Due::Nothing),
        ] {
            let account = Account {
                asked: Ok(asked.map(Dong)),
                payments: receipts.iter().map(|(n, how)| payment(*n, *how, None)).collect(),
                transfers: told.iter().copied().map(transfer).collect(),
            };
            let got = (account.taken(), account.arrived(), account.due());
            assert_eq!(got, (Dong(taken), Dong(arrived), Ok(due)), "{account:?}");
            let words = account.words(&Fee::Unknown("do tỉnh quy định".into()));
            assert_eq!(words.last(), Some(&due.to_string()));
            let told = words.iter().any(|line| line.contains("Ngân hàng đã báo có"));
            assert_eq!(told, arrived > 0, "{words:?}");
        }
    }
}
