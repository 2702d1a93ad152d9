//! The components of the dossier: what verified data or the form stand for is said and not asked; the
//! rest is paper, a document of the person's store, or a scan.

use iced::Length;
use office::{catalogue::Procedure, document::KeptDocument, dossier::PaperForm};
use widgets::{
    Element, Icon, Tone, badge, check, column, field, pick, quiet, row, secondary, section, space,
    text,
};

use super::{
    Message, PAPERS, attach,
    draft::{Paper, Stands},
};
use crate::window::layout;

const FORM_WIDTH: f32 = 176.0;
const QUANTITY_WIDTH: f32 = 64.0;

/// The document of the store that may stand for the paper, if it asks for one of its kind.
pub fn offered<'a>(paper: &Paper, store: &'a [KeptDocument]) -> Option<&'a KeptDocument> {
    let kind = paper.kind().filter(|_| paper.stands.is_none())?;
    store.iter().find(|document| document.kind == kind)
}

/// Whether nothing of what is taken is a paper.
pub fn is_paper_free(papers: &[Paper]) -> bool {
    let mut taken = papers.iter().filter(|paper| paper.taken).peekable();
    taken.peek().is_some() && taken.all(Paper::is_data)
}

/// The choice of a paper's form.
pub fn form_id(n: usize) -> String {
    format!("paper-form-{n}")
}

/// Draws the components.
pub fn view<'a>(
    procedure: &'a Procedure,
    papers: &'a [Paper],
    naming: &'a str,
    store: &'a [KeptDocument],
    key: Option<Element<'a, Message>>,
) -> Element<'a, Message> {
    let mut list = column([row([
        text::small(format!("{} · {}", procedure.code, procedure.field)).width(Length::Fill).into(),
        if procedure.checked {
            badge("Đã đối chiếu bản chính", Tone::Good).into()
        } else {
            badge("Chưa đối chiếu bản chính", Tone::Caution).into()
        },
    ])
    .into()]);
    for (n, paper) in papers.iter().enumerate() {
        list = list.push(line(n, paper, offered(paper, store)));
    }
    if procedure.components.is_empty() {
        list = list.push(name_one(naming, papers.is_empty()));
    }
    for note in &procedure.notes {
        list = list.push(text::small(note.as_str()));
    }
    let offers = papers.iter().filter(|paper| offered(paper, store).is_some()).count();
    let from_store: Option<Element<'a, Message>> = (offers > 0).then(|| {
        secondary(format!("Dùng {offers} giấy tờ trong kho"))
            .key("F4")
            .on_press(Message::AllStoredUsed)
            .into()
    });
    let all = papers
        .iter()
        .any(Paper::is_awaited)
        .then(|| secondary("Đã nhận đủ").key("F9").on_press(Message::AllTaken));
    let other = quiet("Chọn thủ tục khác").on_press(Message::ProcedureDropped);
    let aside = row([]).push(key).push(from_store).push(all).push(other);
    section("Thành phần hồ sơ", Some(aside.into()), list).into()
}

/// The catalogue names no paper of the procedure: the clerk does, one by one.
fn name_one(naming: &str, is_first: bool) -> Element<'_, Message> {
    let mut name = layout::paper_field("Giấy tờ đã nhận, theo văn bản công bố thủ tục", naming)
        .on_change(Message::PaperNaming)
        .on_submit(Message::PaperNamed);
    if is_first {
        name = name.id(PAPERS);
    }
    row([
        name.into(),
        secondary("Thêm giấy tờ")
            .on_press_maybe((!naming.trim().is_empty()).then_some(Message::PaperNamed))
            .into(),
    ])
    .align_y(iced::Alignment::End)
    .into()
}

fn line<'a>(n: usize, paper: &'a Paper, offered: Option<&'a KeptDocument>) -> Element<'a, Message> {
    let mut tick = check(paper.name.as_str(), paper.taken)
        .on_toggle(move |taken| Message::PaperTaken(n, taken));
    if n == 0 {
        tick = tick.id(PAPERS);
    }
    let name = column([tick.into()])
        .push(
            (!paper.hint.is_empty()).then(|| layout::under_tick(text::small(paper.hint.as_str()))),
        )
        .spacing(0.0)
        .width(Length::Fill);
    let mut line = row([name.into()]);
    if paper.is_data() {
        let words = match paper.stands {
            Some(Stands::Form) => "Tờ khai điện tử – không phải nộp",
            _ => "Dữ liệu – không phải nộp",
        };
        return line.push(badge(words, Tone::Good).icon(Icon::Check)).into();
    }
    if paper.taken {
        line = line
            .push(
                pick("", PaperForm::ALL.map(|form| (form, form.label())), paper.form.as_ref())
                    .id(form_id(n))
                    .placeholder("Chọn loại…")
                    .width(FORM_WIDTH)
                    .on_pick(move |form| Message::PaperFormChosen(n, form)),
            )
            .push(
                field("", &paper.quantity)
                    .width(QUANTITY_WIDTH)
                    .on_change(move |text| Message::QuantityTyped(n, text)),
            );
    }
    let below: Option<Element<'a, Message>> = match &paper.stands {
        Some(stands) => Some(proof(n, stands)),
        None => {
            let store = offered.map(|document| {
                quiet(format!("Có trong kho: {}", document.title))
                    .icon(Icon::Folder)
                    .on_press(Message::StoredUsed(n))
                    .into()
            });
            let attach = paper.taken.then(|| {
                quiet("Đính kèm bản quét")
                    .icon(Icon::Document)
                    .on_press(Message::AttachAsked(Some(n)))
                    .into()
            });
            let actions: Vec<Element<'a, Message>> =
                [store, attach].into_iter().flatten().collect();
            (!actions.is_empty()).then(|| row(actions).into())
        }
    };
    column([line.into()]).push(below.map(layout::under_tick)).spacing(space::XS).into()
}

/// What shows the paper, and the way to take it back.
fn proof<'a>(n: usize, stands: &'a Stands) -> Element<'a, Message> {
    let words = match stands {
        Stands::Stored(_, title) => format!("Trong kho: {title}"),
        Stands::Scan(scan) => {
            let kept = if scan.keep.is_some() { " – sẽ lưu vào kho" } else { "" };
            format!("{}{kept}", attach::describe(scan))
        }
        Stands::Came(_) => "Có kèm trong hồ sơ trực tuyến".to_owned(),
        Stands::Identity | Stands::Form => String::new(),
    };
    let mut line = row([badge(words, Tone::Info).icon(Icon::Document).into()]);
    if !matches!(stands, Stands::Came(_)) {
        line = line.push(quiet("Bỏ").on_press(Message::ProofDropped(n)));
    }
    line.into()
}
