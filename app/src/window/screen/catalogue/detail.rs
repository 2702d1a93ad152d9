//! One procedure, or one essential service, whole.

use jiff::civil::Date;
use office::{
    catalogue::{ChannelRule, Component, FeeRule, Procedure, essential::Essential},
    header::{Header, Mark},
    payment::FeeKind,
};
use widgets::{Element, Tone, badge, banner, card, column, row, section, space, text};

use super::Message;
use crate::{assets::Law, window::layout};

/// A procedure, as it is on a day.
pub fn procedure<'a>(procedure: &'a Procedure, day: Date, law: &'a Law) -> Element<'a, Message> {
    let mut marks = row([match procedure.checked {
        true => badge("đã đối chiếu bản chính", Tone::Good).into(),
        false => badge("chưa đối chiếu bản chính", Tone::Caution).into(),
    }]);
    for service in law.services.of(&procedure.code) {
        let words = match service.candidate {
            true => format!("có thể là thiết yếu – {}", service.decision),
            false => format!("thiết yếu – {}", service.decision),
        };
        marks = marks.push(badge(words, Tone::Info));
    }
    let mut content = column([card(column([
        text::label(procedure.code.as_str()).into(),
        text::heading(procedure.name.as_str()).into(),
        marks.wrap().into(),
        layout::facts([
            layout::fact("Lĩnh vực", procedure.field.as_str()),
            layout::fact("Cấp thực hiện", procedure.level.as_str()),
            layout::fact("Có hiệu lực từ", procedure.from.map(short).unwrap_or_default()),
            layout::fact("Đến hết", procedure.until.map(short).unwrap_or_default()),
            layout::fact("Kết quả", results(procedure)),
        ]),
    ]))
    .into()]);
    for flag in &procedure.flags {
        content = content.push(banner(Tone::Caution, flag.label()));
    }
    let papers = procedure.components.iter().map(component);
    let mut papers = column(papers).spacing(space::S);
    for note in &procedure.notes {
        papers = papers.push(text::small(note.as_str()));
    }
    content
        .push(section("Thời hạn và mức thu", None, channels(procedure, day)))
        .push(section("Thành phần hồ sơ", None, papers))
        .push(section(
            "Căn cứ và nguồn",
            None,
            layout::facts([
                layout::fact("Căn cứ pháp lý", procedure.legal_basis.join("; ")),
                layout::fact("Nguồn", procedure.source.as_str()),
                layout::fact("Ngày của nguồn", procedure.source_date.as_str()),
                layout::fact("Cách biết", found(procedure.mark)),
                layout::fact(
                    "Bản danh mục",
                    law.catalogue.header().version.strftime("%d/%m/%Y").to_string(),
                ),
            ]),
        ))
        .into()
}

/// The results with the portal's codes, as far as they are known.
fn results(procedure: &Procedure) -> String {
    let named = procedure.results.iter().enumerate().map(|(i, name)| {
        match procedure.result_codes.get(i).filter(|code| !code.is_empty()) {
            Some(code) => format!("{name} ({code})"),
            None => name.clone(),
        }
    });
    named.collect::<Vec<_>>().join("; ")
}

fn channels(procedure: &Procedure, day: Date) -> Element<'_, Message> {
    if procedure.channels.is_empty() {
        return text::small("Nguồn không ghi thời hạn và mức thu.").into();
    }
    let rules = procedure.channels.iter().map(|rule| channel(rule, day));
    column(rules).spacing(space::M).into()
}

fn channel(rule: &ChannelRule, day: Date) -> Element<'_, Message> {
    let head = match rule.case.as_str() {
        "" => rule.kind.label().to_owned(),
        case => format!("{} – {case}", rule.kind.label()),
    };
    let rates = rule.rates(day);
    let mut facts = vec![
        layout::fact("Thời hạn", rule.time_limit.to_string()),
        layout::fact("Mức thu", fees(rates.fees, rates.names)),
    ];
    for later in rule.later_fees.iter().filter(|later| later.from > day) {
        let words = format!("{}, từ {}", fees(&later.fees, &later.names), short(later.from));
        facts.push(layout::fact("Mức thu sau này", words));
    }
    if let Some(source) = rates.source {
        let kind = source.kind.map(FeeKind::label).unwrap_or_default();
        facts.push(layout::fact("Loại khoản thu", kind));
        let words = format!("{} ({})", source.source, found(source.mark));
        facts.push(layout::fact("Căn cứ mức thu", words));
    }
    let mut lines = column([text::strong(head).into(), layout::facts(facts)]);
    if !rule.fee_note.is_empty() {
        lines = lines.push(text::small(rule.fee_note.as_str()));
    }
    lines.spacing(space::XS).into()
}

fn fees(fees: &[FeeRule], names: &[String]) -> String {
    let named = |(i, rule): (usize, &FeeRule)| match names.get(i) {
        Some(name) if !name.is_empty() => format!("{name}: {}", fee(rule)),
        _ => fee(rule),
    };
    fees.iter().enumerate().map(named).collect::<Vec<_>>().join("; ")
}

fn fee(rule: &FeeRule) -> String {
    match rule {
        FeeRule::Free => "Miễn phí".into(),
        FeeRule::Fixed(amount) => amount.to_string(),
        FeeRule::PerPage(rate) => format!(
            "{}/trang; từ trang thứ {}: {}/trang; tối đa {}/bản",
            rate.first, rate.from_page, rate.then, rate.cap
        ),
        FeeRule::Unknown(why) => format!("Chưa rõ: {why}"),
    }
}

fn component(component: &Component) -> Element<'_, Message> {
    let mut words: Vec<String> = Vec::new();
    if component.originals > 0 {
        words.push(format!("{} bản chính", component.originals));
    }
    if component.copies > 0 {
        words.push(format!("{} bản sao", component.copies));
    }
    if component.shown_only {
        words.push("chỉ xuất trình".into());
    }
    if !component.form_no.is_empty() {
        words.push(format!("mẫu {}", component.form_no));
    }
    if !component.obligatory {
        words.push("khi có".into());
    }
    if !component.when.is_empty() {
        words.push(component.when.clone());
    }
    let mut lines = column([text::body(component.name.as_str()).into()]);
    if !words.is_empty() {
        lines = lines.push(text::small(words.join(" · ")));
    }
    if !component.satisfied_by.is_empty() {
        let means: Vec<&str> = component.satisfied_by.iter().map(|means| means.label()).collect();
        lines = lines.push(text::small(format!("Thay được bằng: {}", means.join("; "))));
    }
    lines.spacing(0.0).into()
}

/// An essential service.
pub fn service<'a>(service: &'a Essential, header: &'a Header) -> Element<'a, Message> {
    let number = service.number.map(|number| number.to_string()).unwrap_or_default();
    let marks = row([
        match service.candidate {
            true => badge("ứng viên, chưa chắc có trong quyết định", Tone::Caution).into(),
            false => badge("dịch vụ công thiết yếu", Tone::Info).into(),
        },
        match service.checked {
            true => badge("đã đối chiếu", Tone::Good).into(),
            false => badge("chưa đối chiếu bản chính", Tone::Caution).into(),
        },
    ]);
    card(column([
        text::label(service.decision.as_str()).into(),
        text::heading(service.name.as_str()).into(),
        marks.wrap().into(),
        layout::facts([
            layout::fact("Thứ tự ở đây", number),
            layout::fact("Mã thủ tục", service.codes.join(", ")),
            layout::fact("Do cấp khác", service.elsewhere.join(", ")),
            layout::fact("Độ chắc", service.certainty.label()),
            layout::fact("Ghi chú", service.note.as_str()),
            layout::fact("Nguồn", header.source.as_str()),
            layout::fact("Bản ngày", header.version.strftime("%d/%m/%Y").to_string()),
        ]),
    ]))
    .into()
}

fn found(mark: Mark) -> &'static str {
    match mark {
        Mark::V => "thấy trong văn bản hoặc cổng thông tin",
        Mark::C => "thấy trong tài liệu công khai",
        Mark::M => "theo trí nhớ, chưa kiểm chứng",
    }
}

fn short(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}
