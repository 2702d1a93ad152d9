//! What was found of each signature of one file, in the order in which they were made.

use reports::verify::{Checked, Reason, Status, Verdict};
use widgets::{
    Element, Icon, Tone, badge, banner, column, flow, primary, quiet, row, secondary, section,
    space, text,
};

use super::{
    super::outlet::Out,
    Item, Message, State,
    words::{Grouped, facts, moment, outcome, outcome_in_full, status},
};
use crate::verifying::Examined;

/// Width of the names of values.
const NAMES: f32 = 168.0;

impl State {
    /// Bytes up to which the chosen file was signed last, where it was changed since.
    pub(super) fn signed_length(&self) -> Option<usize> {
        let verdict = self.chosen()?.examined.as_ref()?.verdict.as_ref().ok()?;
        let changed =
            verdict.signatures.iter().filter(|one| one.status == Status::ValidChangedLater);
        changed.filter_map(|one| one.signed_bytes).max()
    }

    pub(super) fn details<'a>(
        &'a self,
        item: &'a Item,
        examined: &'a Examined,
    ) -> Element<'a, Message> {
        let (words, tone) = outcome(examined);
        let head = row([
            text::title(item.name()).width(iced::Length::Fill).into(),
            badge(words, tone).into(),
        ])
        .spacing(space::M);
        let mut buttons = row([flow::spring().into()]);
        if let Some(length) = self.signed_length() {
            let save = primary("Lưu bản đã ký…").icon(Icon::Document).key("F6");
            buttons = buttons.push(save.on_press(Message::SaveAsked(length)));
        }
        buttons = buttons
            .push(secondary("In phiếu").key("F9").on_press(Message::SheetAsked(Out::Print)))
            .push(secondary("Lưu phiếu").key("F8").on_press(Message::SheetAsked(Out::Pdf)))
            .push(secondary("Mở tệp hiện tại").key("F7").on_press(Message::ShowAsked))
            .push(quiet("Về danh sách").key("Esc").on_press(Message::Closed));
        let (sentence, tone) = outcome_in_full(examined);
        let mut page = column([head.into(), buttons.into()])
            .push(self.notice.as_ref().map(|notice| notice.view()))
            .push(banner(tone, sentence));
        match &examined.verdict {
            Err(error) => page = page.push(text::small(office::Explain::code(&**error))),
            Ok(verdict) => {
                page = page.push(reasons("Về tệp", &verdict.reasons, tone));
                for (place, one) in verdict.signatures.iter().enumerate() {
                    page = page.push(self.signature(place, one, verdict));
                }
            }
        }
        let whole = examined.sha256.as_ref().map(|hash| format!(" SHA-256 của tệp: {}", hash.0));
        flow::page(page.push(text::small(format!(
            "Kiểm tra lúc {}, ngoại tuyến.{}",
            moment(examined.at),
            whole.unwrap_or_default()
        ))))
    }

    fn signature<'a>(
        &'a self,
        place: usize,
        one: &'a Checked,
        verdict: &'a Verdict,
    ) -> Element<'a, Message> {
        let facts = facts(one, verdict).into_iter();
        let facts = facts.map(|(name, words, tone)| line(name, text::toned(words, tone).into()));
        let mut lines = column(facts).spacing(space::XS);
        for (title, reasons, tone) in Grouped::of(&one.reasons).titled() {
            lines = lines.push(list(title, &reasons, tone));
        }
        if let (Status::ValidChangedLater, Some(length)) = (one.status, one.signed_bytes)
            && self.signed_length() != Some(length)
        {
            let save = secondary("Lưu bản chữ ký này bảo đảm…");
            lines = lines.push(save.on_press(Message::SaveAsked(length)));
        }
        let (words, tone) = status(one);
        section(format!("Chữ ký {}", place + 1), Some(badge(words, tone).into()), lines).into()
    }
}

fn line<'a>(name: &'a str, value: Element<'a, Message>) -> Element<'a, Message> {
    let value = iced::widget::container(value).width(iced::Length::Fill);
    iced::widget::Row::new()
        .push(text::label(name).width(NAMES))
        .push(value)
        .spacing(space::M)
        .into()
}

fn reasons<'a>(title: &'a str, reasons: &'a [Reason], tone: Tone) -> Option<Element<'a, Message>> {
    list(title, &reasons.iter().collect::<Vec<_>>(), tone)
}

/// Reasons below their title, each with its code; nothing where there is none.
fn list<'a>(title: &'a str, reasons: &[&'a Reason], tone: Tone) -> Option<Element<'a, Message>> {
    if reasons.is_empty() {
        return None;
    }
    let lines = reasons.iter().map(|reason| -> Element<'a, Message> {
        text::toned(format!("– {reason} ({})", reason.code()), tone).into()
    });
    let lines = iced::widget::Column::with_children(lines).spacing(space::XS);
    Some(line(title, lines.into()))
}
