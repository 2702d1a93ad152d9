//! Fees from the texts of law: which are certain, from when until when, by which channel; and that the
//! others stay open and tell why.

use super::*;
use crate::{
    catalogue::{Rates, procedure::FeeSource},
    payment::FeeKind,
};

fn rates(code: &str, channel: Channel, case: &str, day: Date) -> Rates<'static> {
    let procedure = one_stop().find(code, day).unwrap();
    let rule = procedure.cases(channel).find(|rule| rule.case == case);
    rule.unwrap_or_else(|| panic!("{code} {channel:?} {case}")).rates(day)
}

fn fixed(amounts: &[u64]) -> Vec<FeeRule> {
    amounts.iter().map(|amount| FeeRule::Fixed(Dong(*amount))).collect()
}

#[test]
fn certain_fees_follow_the_text_of_law() {
    use Channel::{Counter, Online, Post};
    use FeeKind::{Charge, Duty};
    let list = "Theo danh sách";
    for (code, channel, case, amount, kind, source) in [
        ("1.004222", Counter, "", 20_000, Duty, "Thông tư 75/2022/TT-BTC"),
        ("1.004222", Online, "", 10_000, Duty, "Thông tư 75/2022/TT-BTC"),
        ("1.010038", Counter, "", 10_000, Duty, "Thông tư 75/2022/TT-BTC"),
        ("1.010038", Online, "", 5_000, Duty, "Thông tư 75/2022/TT-BTC"),
        ("1.004194", Counter, list, 10_000, Duty, "Thông tư 75/2022/TT-BTC"),
        ("1.004194", Online, list, 5_000, Duty, "Thông tư 75/2022/TT-BTC"),
        ("1.002755", Counter, list, 10_000, Duty, "Thông tư 75/2022/TT-BTC"),
        ("2.000635", Counter, "", 8_000, Charge, "Thông tư 281/2016/TT-BTC"),
        ("2.000635", Post, "", 8_000, Charge, "Thông tư 281/2016/TT-BTC"),
        ("2.002516", Online, "", 8_000, Charge, "Thông tư 281/2016/TT-BTC"),
        ("2.001263", Counter, "", 400_000, Duty, "Nghị định 114/2016/NĐ-CP"),
        ("2.000884", Counter, "", 10_000, Charge, "Thông tư 226/2016/TT-BTC"),
    ] {
        let found = rates(code, channel, case, today());
        assert_eq!(found.fees, fixed(&[amount]), "{code} {channel:?} {case}");
        let FeeSource { source: text, mark, kind: found } = found.source.unwrap();
        assert!(text.starts_with(source) && *mark == Mark::V, "{code}: {text}");
        assert_eq!(*found, Some(kind), "{code}");
    }
    // The portal's own remark, weaker than a text of law.
    let portal = rates("1.002755", Online, "", today());
    assert_eq!(portal.fees, fixed(&[7_000]));
    assert_eq!(portal.source.unwrap().mark, Mark::C);
}

#[test]
fn the_halved_fee_of_the_card_ends_with_the_year() {
    let cases = ["Đổi từ thẻ căn cước công dân", "Cấp đổi trong trường hợp khác"];
    for (day, change, again) in [
        (date(2026, 11, 23), [15_000, 25_000], 35_000),
        (date(2026, 12, 31), [15_000, 25_000], 35_000),
        (date(2027, 1, 1), [30_000, 50_000], 70_000),
        (date(2027, 6, 1), [30_000, 50_000], 70_000),
    ] {
        for channel in [Channel::Counter, Channel::Online] {
            let found = rates("1.014063", channel, "", day);
            assert_eq!(found.fees, fixed(&change), "{day}");
            assert_eq!(found.names, cases);
            assert_eq!(rates("1.014064", channel, "", day).fees, fixed(&[again]), "{day}");
        }
        let fee = one_stop().find("1.014064", day).unwrap().fee(Channel::Counter, day);
        assert_eq!(fee, Fee::Amount(Dong(again)));
    }
}

#[test]
fn what_the_province_decides_stays_open() {
    let mut open: Vec<&str> = Vec::new();
    for procedure in one_stop().in_force(today()) {
        for rule in &procedure.channels {
            let rates = rule.rates(today());
            let Some(source) = rates.source else { continue };
            assert!(!source.source.is_empty() && !rates.fees.is_empty(), "{}", procedure.code);
            if rates.fees.iter().any(|fee| matches!(fee, FeeRule::Unknown(_))) {
                open.push(&procedure.code);
            }
        }
    }
    open.dedup();
    assert_eq!(open.len(), 97, "95 of the province or unread, and two known by list only");
    for (code, why) in [
        ("1.004873", "Hội đồng nhân dân cấp tỉnh quyết định mức"),
        ("1.012753", "theo diện tích"),
        ("1.013225", "giấy phép xây dựng"),
        ("2.002641", "Hội đồng nhân dân cấp tỉnh quyết định"),
        ("1.014155", "Cổng chỉ dẫn Luật"),
    ] {
        let procedure = one_stop().find(code, today()).unwrap();
        for rule in &procedure.channels {
            let [FeeRule::Unknown(words)] = rule.fees.as_slice() else { panic!("{code}") };
            assert!(words.contains(why), "{code}: {words}");
        }
    }
}
