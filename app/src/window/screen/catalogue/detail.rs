//! One procedure, or one essential service, whole.

use office::catalogue::{
    ChannelRule, Component, FeeRule, Header, Mark, Procedure, essential::Essential,
};
use widgets::{Element, Tone, badge, banner, card, column, row, section, space, text};

use super::Message;
use crate::{assets::Law, window::layout};

/// A procedure.
pub fn procedure<'a>(procedure: &'a Procedure, law: &'a Law) -> Element<'a, Message> {
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
            layout::fact("Có hiệu lực từ", procedure.from.map(day).unwrap_or_default()),
            layout::fact("Đến hết", procedure.until.map(day).unwrap_or_default()),
            layout::fact("Kết quả", procedure.results.join("; ")),
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
        .push(section("Thời hạn và mức thu", None, channels(procedure)))
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

fn channels(procedure: &Procedure) -> Element<'_, Message> {
    if procedure.channels.is_empty() {
        return text::small("Nguồn không ghi thời hạn và mức thu.").into();
    }
    column(procedure.channels.iter().map(channel)).spacing(space::M).into()
}

fn channel(rule: &ChannelRule) -> Element<'_, Message> {
    let head = match rule.case.as_str() {
        "" => rule.kind.label().to_owned(),
        case => format!("{} – {case}", rule.kind.label()),
    };
    let fees: Vec<String> = rule.fees.iter().map(fee).collect();
    let mut lines = column([
        text::strong(head).into(),
        layout::facts([
            layout::fact("Thời hạn", rule.time_limit.to_string()),
            layout::fact("Mức thu", fees.join("; ")),
        ]),
    ]);
    if !rule.fee_note.is_empty() {
        lines = lines.push(text::small(rule.fee_note.as_str()));
    }
    lines.spacing(space::XS).into()
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

fn day(day: jiff::civil::Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}
