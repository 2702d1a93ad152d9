//! A receipt before it is written: the cases that the tariff knows, the lines that the clerk writes, and what
//! is still lacking. Nothing counts as taken before it is there, and nothing is taken from no one but those who
//! are spared.

use jiff::civil::{Date, DateTime};

use super::{TariffError, choices, sum};
use crate::{
    Explain,
    catalogue::{Exemption, Exemptions, FeeRule, PerPage, Procedure},
    dossier::{Dossier, Fee},
    money::Dong,
    payment::{Exempted, FeeKind, FeeLine, Method, Origin},
    text::{clean, lower_first},
};

/// Lines that fit on a receipt's page with room to read.
pub const MOST_LINES: usize = 6;

/// What the tariff asks in one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What the receipt shall say.
    pub label: String,
    /// Phí or lệ phí.
    pub kind: FeeKind,
    /// How much, where it is certain.
    pub amount: Option<Dong>,
    /// The rate by pages and copies.
    pub per_page: Option<PerPage>,
    /// What the source adds, or why the amount is not certain.
    pub note: String,
}

impl Case {
    /// What it costs, by the pages and copies as they are typed; `None` where that is not known.
    pub fn cost(&self, pages: &str, copies: &str) -> Option<Dong> {
        match self.per_page {
            None => self.amount,
            Some(rate) => {
                let count = |typed: &str| typed.trim().parse().ok().filter(|count| *count > 0);
                Some(rate.amount(count(pages)?, count(copies)?))
            }
        }
    }

    /// What is asked whatever is counted.
    pub fn fixed(&self) -> Option<Dong> {
        self.amount.filter(|_| self.per_page.is_none())
    }
}

/// The cases of a dossier whose procedure is this one in the catalogue: what was found at reception comes first,
/// what costs nothing is left out.
pub fn cases(dossier: &Dossier, procedure: Option<&Procedure>) -> Vec<Case> {
    let day = dossier.received_at.date();
    let title = procedure.map_or(dossier.procedure.name.as_str(), |known| known.short_name());
    let rules: Vec<_> =
        procedure.into_iter().flat_map(|known| known.cases(dossier.channel)).collect();
    let kinds: Vec<Option<FeeKind>> =
        rules.iter().map(|rule| rule.rates(day).source.and_then(|source| source.kind)).collect();
    // Where the source does not say it, most are lệ phí.
    let usual = kinds.first().copied().flatten().unwrap_or(FeeKind::Duty);
    let label = format!("{} {}", usual.label(), lower_first(title));
    let mut cases = Vec::new();
    if let Fee::Amount(amount) = &dossier.fee {
        cases.push(Case {
            label: label.clone(),
            kind: usual,
            amount: Some(*amount),
            per_page: None,
            note: "Mức thu ghi trên giấy tiếp nhận.".into(),
        });
    }
    for (rule, kind) in rules.into_iter().zip(kinds) {
        for (fee, when) in choices(rule, day) {
            let (amount, per_page, why) = match fee {
                FeeRule::Free => (Some(Dong(0)), None, ""),
                FeeRule::Fixed(amount) => (Some(*amount), None, ""),
                FeeRule::PerPage(rate) => (None, Some(*rate), ""),
                FeeRule::Unknown(why) => (None, None, why.as_str()),
            };
            let found = cases.first().is_some_and(|first| first.amount == amount);
            if (found && amount.is_some() && rule.case.is_empty()) || amount == Some(Dong(0)) {
                continue;
            }
            let mut label = label.clone();
            for case in [rule.case.as_str(), when].into_iter().filter(|case| !case.is_empty()) {
                label.push_str(&format!(" – {}", lower_first(case)));
            }
            let note = [why, rule.fee_note.as_str()];
            let note: Vec<&str> = note.into_iter().filter(|part| !part.is_empty()).collect();
            let (kind, note) = (kind.unwrap_or(usual), note.join(". "));
            cases.push(Case { label, kind, amount, per_page, note });
        }
    }
    cases
}

/// Who may be spared the fees of a dossier. A waiver goes by the day on which the citizen handed in, which for an
/// online dossier is before it was received.
pub fn spared<'a>(
    exemptions: &'a Exemptions,
    dossier: &'a Dossier,
    filed_at: Option<DateTime>,
) -> impl Iterator<Item = &'a Exemption> {
    let day: Date = filed_at.unwrap_or(dossier.received_at).date();
    exemptions.offered(&dossier.procedure.code, dossier.channel, day)
}

/// What is lacking before money is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lack {
    /// What is paid for.
    #[error("Chưa ghi thu khoản gì. Chưa thu gì.")]
    Label,
    /// An amount.
    #[error(
        "Chưa có số tiền, hoặc số tiền không đọc được. Chưa thu gì. Hãy ghi bằng chữ số, ví dụ 8.000."
    )]
    Amount,
    /// Nothing is taken, and nobody is spared.
    #[error(
        "Số tiền là 0 mà chưa chọn diện miễn. Chưa thu gì. Hãy ghi số tiền hoặc chọn diện miễn, giảm."
    )]
    Exemption,
    /// Room for one more line.
    #[error("Biên lai có nhiều nhất {MOST_LINES} dòng. Hãy thu rồi lập biên lai khác.")]
    Room,
    /// Who pays.
    #[error("Chưa ghi tên người nộp tiền. Chưa thu gì.")]
    Payer,
    /// The money of a transfer.
    #[error(
        "Chưa thấy tiền về tài khoản thì chưa phải đã thu. Hãy đánh dấu “Ngân hàng đã báo có”, hoặc đóng và chờ sao kê."
    )]
    Arrival,
}

impl Explain for Lack {
    fn code(&self) -> &'static str {
        match self {
            Self::Label => "OFF-91",
            Self::Amount => "OFF-92",
            Self::Exemption => "OFF-93",
            Self::Room => "OFF-94",
            Self::Payer => "OFF-96",
            Self::Arrival => "OFF-97",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Label => "It is not said what is paid for. Nothing was taken.".into(),
            Self::Amount => {
                "The amount is missing or cannot be read. Nothing was taken. Write it in figures."
                    .into()
            }
            Self::Exemption => "The amount is 0 and nobody is spared. Nothing was taken.".into(),
            Self::Room => format!("A receipt has {MOST_LINES} lines at most. Make another."),
            Self::Payer => "The payer's name is missing. Nothing was taken.".into(),
            Self::Arrival => {
                "A transfer counts once the bank has told of it. Nothing was taken.".into()
            }
        }
    }
}

/// A line as it is being written.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// What is paid for, as typed.
    pub label: &'a str,
    /// How much, as typed.
    pub amount: &'a str,
    /// Phí or lệ phí.
    pub kind: FeeKind,
    /// Where it comes from.
    pub origin: Origin,
}

impl Draft<'_> {
    /// The line.
    ///
    /// # Errors
    /// [`Lack`]: what is not written yet.
    pub fn line(&self) -> Result<FeeLine, Lack> {
        let label = clean(self.label);
        if label.is_empty() {
            return Err(Lack::Label);
        }
        let amount = Dong::parse(self.amount).ok_or(Lack::Amount)?;
        Ok(FeeLine { label, kind: self.kind, amount, origin: self.origin })
    }

    /// Whether nothing is written.
    fn is_blank(&self) -> bool {
        clean(self.label).is_empty() && self.amount.trim().is_empty()
    }
}

/// What is to be taken, before it is.
#[derive(Clone, Debug)]
pub struct Receipt<'a> {
    /// The lines that were added.
    pub lines: &'a [FeeLine],
    /// The one that is being written; after an added line it may stay empty.
    pub last: Draft<'a>,
    /// Who is spared.
    pub exempted: Option<Exempted>,
    /// How it comes.
    pub method: Method,
    /// Whether the bank has told of a transfer.
    pub arrived: bool,
    /// From whom, as typed.
    pub payer: &'a str,
}

/// What shall be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taking {
    /// Lines of the receipt.
    pub lines: Vec<FeeLine>,
    /// Who was spared.
    pub exempted: Option<Exempted>,
    /// How it came.
    pub method: Method,
    /// From whom.
    pub payer: String,
}

impl Taking {
    /// What is taken.
    ///
    /// # Errors
    /// [`TariffError::TooMuch`].
    pub fn total(&self) -> Result<Dong, TariffError> {
        sum(self.lines.iter().map(|line| line.amount))
    }

    /// What was typed, by its names on the screen.
    pub fn texts(&self) -> Vec<(&str, &str)> {
        let lines = self.lines.iter().map(|l| ("Nội dung ghi trên biên lai", l.label.as_str()));
        let spared = self.exempted.iter().flat_map(|e| [&e.label, &e.basis]);
        let spared = spared.map(|text| ("Diện miễn, giảm", text.as_str()));
        lines.chain(spared).chain([("Người nộp tiền", self.payer.as_str())]).collect()
    }
}

impl Receipt<'_> {
    /// One more line.
    ///
    /// # Errors
    /// [`Lack`].
    pub fn another(&self) -> Result<FeeLine, Lack> {
        if self.lines.len() + 1 >= MOST_LINES { Err(Lack::Room) } else { self.last.line() }
    }

    /// The sum, as far as amounts are typed.
    pub fn total(&self) -> Option<Dong> {
        let typed = Dong::parse(self.last.amount);
        let added: Dong = self.lines.iter().map(|line| line.amount).sum();
        (typed.is_some() || !self.lines.is_empty()).then(|| added + typed.unwrap_or_default())
    }

    /// What may be taken as it stands.
    ///
    /// # Errors
    /// [`Lack`]: the first that is lacking.
    pub fn taking(&self) -> Result<Taking, Lack> {
        let last = match self.last.is_blank() && !self.lines.is_empty() {
            true => None,
            false => Some(self.last.line()?),
        };
        let lines: Vec<FeeLine> = self.lines.iter().cloned().chain(last).collect();
        if self.exempted.is_none() && lines.iter().any(|line| line.amount == Dong(0)) {
            return Err(Lack::Exemption);
        }
        let payer = clean(self.payer);
        if payer.is_empty() {
            return Err(Lack::Payer);
        }
        let awaited = self.method == Method::Transfer && !self.arrived;
        if awaited && lines.iter().any(|line| line.amount > Dong(0)) {
            return Err(Lack::Arrival);
        }
        Ok(Taking { lines, exempted: self.exempted.clone(), method: self.method, payer })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::fixture::{self, time};

    const PAGES: PerPage =
        PerPage { first: Dong(2_000), from_page: 3, then: Dong(1_000), cap: Dong(200_000) };

    /// Through the catalogue's own form: a colleague may add fields to it.
    fn procedure(channels: &str) -> Procedure {
        serde_json::from_str(&format!(
            r#"{{"code":"1.001193","name":"Thủ tục đăng ký khai sinh","short_name":"Đăng ký khai sinh",
                "field":"Hộ tịch","level":"Cấp xã","legal_basis":[],"source_date":"2026","channels":[{channels}],"components":[],"results":[],
                "source":"","mark":"V","checked":false}}"#
        ))
        .unwrap()
    }

    #[test]
    fn cases_are_what_was_found_at_reception_and_what_the_tariff_knows() {
        let rule = |fees: &str, more: &str| {
            format!(r#"{{"kind":"counter","time_limit":"3 ngày làm việc","fees":{fees}{more}}}"#)
        };
        let usual = "Lệ phí đăng ký khai sinh";
        let duty = FeeKind::Duty;
        let pages = r#"[{"per_page":{"first":2000,"from_page":3,"then":1000,"cap":200000}}]"#;
        let charge = r#","fee_source":{"source":"TT 226","kind":"charge","mark":"V"}"#;
        for (fee, channels, expected) in [
            (Fee::Free, rule(r#"["free"]"#, ""), vec![]),
            (
                Fee::Amount(Dong(8_000)),
                rule(r#"[{"fixed":8000}]"#, ""),
                vec![(usual, duty, Some(8_000))],
            ),
            (
                Fee::Unknown(String::new()),
                rule(r#"[{"fixed":8000},"free",{"fixed":5000}]"#, ""),
                vec![(usual, duty, Some(8_000)), (usual, duty, Some(5_000))],
            ),
            (
                Fee::Amount(Dong(8_000)),
                [
                    rule(r#"[{"fixed":8000}]"#, ""),
                    rule(r#"[{"fixed":8000}]"#, r#","case":"Quá hạn""#),
                ]
                .join(","),
                vec![
                    (usual, duty, Some(8_000)),
                    ("Lệ phí đăng ký khai sinh – quá hạn", duty, Some(8_000)),
                ],
            ),
            (
                Fee::Unknown(String::new()),
                rule(pages, charge),
                vec![("Phí đăng ký khai sinh", FeeKind::Charge, None)],
            ),
            // Another channel's fee is not this dossier's.
            (
                Fee::Unknown(String::new()),
                rule(r#"[{"fixed":8000}]"#, "").replace("counter", "post"),
                vec![],
            ),
        ] {
            let dossier = Dossier { fee, ..fixture::dossier() };
            let found = cases(&dossier, Some(&procedure(&channels)));
            let found: Vec<_> = found
                .iter()
                .map(|case| (case.label.as_str(), case.kind, case.amount.map(|amount| amount.0)))
                .collect();
            assert_eq!(found, expected, "{channels}");
        }
        // A procedure that the catalogue does not have: what was found at reception is all that is known.
        let dossier = fixture::dossier();
        let alone = cases(&dossier, None);
        assert_eq!(alone.len(), 1);
        assert_eq!(alone[0].fixed(), Some(Dong(8_000)));
    }

    #[test]
    fn a_case_costs_by_its_pages_where_it_goes_by_pages() {
        let case = |amount, per_page| Case {
            label: String::new(),
            kind: FeeKind::Charge,
            amount,
            per_page,
            note: String::new(),
        };
        for (case, pages, copies, cost, fixed) in [
            (case(Some(Dong(8_000)), None), "9", "x", Some(8_000), Some(8_000)),
            (case(None, None), "1", "1", None, None),
            (case(None, Some(PAGES)), " 5", "2 ", Some(14_000), None),
            (case(None, Some(PAGES)), "500", "2", Some(400_000), None),
            (case(None, Some(PAGES)), "0", "2", None, None),
            (case(None, Some(PAGES)), "5", "", None, None),
            (case(None, Some(PAGES)), "-1", "1", None, None),
        ] {
            assert_eq!(case.cost(pages, copies), cost.map(Dong), "{pages} × {copies}");
            assert_eq!(case.fixed(), fixed.map(Dong));
        }
    }

    #[test]
    fn a_receipt_tells_the_first_thing_that_it_lacks() {
        let spared = || Some(Exempted { label: "Hộ nghèo".into(), basis: "Luật".into() });
        let line = |amount| FeeLine {
            label: "Lệ phí".into(),
            kind: FeeKind::Duty,
            amount: Dong(amount),
            origin: Origin::Tariff,
        };
        let one = [line(5_000)];
        let (cash, bank) = (Method::Cash, Method::Transfer);
        type Row<'a> = (
            &'a [FeeLine],
            &'a str,
            &'a str,
            Option<Exempted>,
            Method,
            bool,
            &'a str,
            Result<u64, Lack>,
        );
        let rows: [Row<'_>; 13] = [
            (&[], " ", "8000", None, cash, false, "A", Err(Lack::Label)),
            (&[], "Lệ phí", "", None, cash, false, "A", Err(Lack::Amount)),
            (&[], "Lệ phí", "1.5", None, cash, false, "A", Err(Lack::Amount)),
            (&[], "Lệ phí", "99999999999", None, cash, false, "A", Err(Lack::Amount)),
            (&[], "Lệ phí", "0", None, cash, false, "A", Err(Lack::Exemption)),
            (&[], "Lệ phí", "0", spared(), cash, false, "A", Ok(0)),
            (&[], "Lệ phí", "8.000", None, cash, false, " ", Err(Lack::Payer)),
            (&[], "Lệ phí", "8.000", None, bank, false, "A", Err(Lack::Arrival)),
            (&[], "Lệ phí", "8.000", None, bank, true, "A", Ok(8_000)),
            // Who is spared all transfers nothing.
            (&[], "Lệ phí", "0", spared(), bank, false, "A", Ok(0)),
            (&one, "", "", None, cash, false, "A", Ok(5_000)),
            (&one, "Khác", "", None, cash, false, "A", Err(Lack::Amount)),
            (&one, "Khác", "1000", None, cash, false, "A", Ok(6_000)),
        ];
        for (lines, label, amount, exempted, method, arrived, payer, expected) in rows {
            let last = Draft { label, amount, kind: FeeKind::Duty, origin: Origin::ByHand };
            let receipt = Receipt { lines, last, exempted, method, arrived, payer };
            let got = receipt.taking().map(|taking| taking.total().unwrap().0);
            assert_eq!(got, expected, "{receipt:?}");
        }
    }

    #[test]
    fn a_receipt_has_room_for_six_lines() {
        let last =
            Draft {
                label: "Lệ phí", amount: "1000", kind: FeeKind::Duty, origin: Origin::Tariff
            };
        let mut lines = Vec::new();
        fn receipt<'a>(lines: &'a [FeeLine], last: Draft<'a>) -> Receipt<'a> {
            Receipt {
                lines,
                last,
                exempted: None,
                method: Method::Cash,
                arrived: false,
                payer: "A",
            }
        }
        for n in 1..MOST_LINES {
            let line = receipt(&lines, last).another().unwrap();
            lines.push(line);
            assert_eq!(receipt(&lines, last).total(), Some(Dong(1_000 * (n as u64 + 1))));
        }
        assert_eq!(receipt(&lines, last).another(), Err(Lack::Room));
        assert_eq!(receipt(&lines, last).taking().unwrap().lines.len(), MOST_LINES);
    }

    #[test]
    fn a_waiver_goes_by_the_day_of_handing_in() {
        let exemptions = Exemptions::parse(
            r#"{"header":{"title":"","version":"2026-11-23","source":"","mark":"V","checked":false,"licence":""},"groups":[
                {"id":"always","label":"Luôn","basis":"Luật"},
                {"id":"november","label":"Tháng 11","basis":"NQ","scope":{"codes":["1.001193"],"channel":"counter",
                 "from":"2026-11-20","until":"2026-11-22","condition":"xem giấy","source":"","mark":"V","checked":false}}]}"#
                .as_bytes(),
        )
        .unwrap();
        let dossier = fixture::dossier();
        for (filed_at, expected) in
            [(None, vec!["always"]), (Some("2026-11-22 23:00"), vec!["always", "november"])]
        {
            let ids: Vec<&str> = spared(&exemptions, &dossier, filed_at.map(time))
                .map(|group| group.id.as_str())
                .collect();
            assert_eq!(ids, expected);
        }
    }

    #[test]
    fn every_lack_has_its_own_code() {
        let all =
            [Lack::Label, Lack::Amount, Lack::Exemption, Lack::Room, Lack::Payer, Lack::Arrival];
        let codes: std::collections::BTreeSet<_> = all.iter().map(Explain::code).collect();
        assert_eq!(codes.len(), all.len());
    }
}
