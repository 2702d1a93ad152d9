//! Fees as the catalogue states them. Rates are data; here is only how a rate becomes an amount.

use serde::{Deserialize, Serialize};

use crate::{dossier::Fee, money::Dong};

/// How the fee of one case is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FeeRule {
    /// Miễn phí.
    Free,
    /// One amount a case.
    Fixed(Dong),
    /// By the original's pages and the copies.
    PerPage(PerPage),
    /// Not known here; the words tell why.
    Unknown(String),
}

/// A fee by page with a cap a copy (TT 226/2016/TT-BTC: 2.000 đồng, from page 3 1.000 đồng, at most
/// 200.000 đồng a copy; pages are those of the original).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerPage {
    /// A page before `from_page`.
    pub first: Dong,
    /// The first page, counted from 1, at the lower rate.
    pub from_page: u32,
    /// A page from `from_page` on.
    pub then: Dong,
    /// At most this for one copy.
    pub cap: Dong,
}

impl PerPage {
    /// The fee of `copies` copies of an original of `pages` pages.
    pub fn amount(&self, pages: u32, copies: u32) -> Dong {
        let full = u64::from(pages.min(self.from_page.saturating_sub(1)));
        let lower = u64::from(pages) - full;
        let copy = full
            .saturating_mul(self.first.0)
            .saturating_add(lower.saturating_mul(self.then.0))
            .min(self.cap.0);
        Dong(copy.saturating_mul(u64::from(copies)))
    }
}

impl FeeRule {
    /// The fee as far as it is known before anything was counted: a fee by page is
    /// [`Fee::Unknown`] with its rates in words.
    pub fn fee(&self) -> Fee {
        match self {
            FeeRule::Free => Fee::Free,
            FeeRule::Fixed(amount) => Fee::Amount(*amount),
            FeeRule::PerPage(rate) => Fee::Unknown(format!(
                "Tính theo trang: {}/trang, từ trang thứ {} là {}/trang, tối đa {}/bản",
                rate.first, rate.from_page, rate.then, rate.cap
            )),
            FeeRule::Unknown(why) => Fee::Unknown(why.clone()),
        }
    }
}
