//! The choice of a procedure: found by a few letters, taken by Enter.

use office::catalogue::Procedure;
use widgets::{Element, Icon, column, empty_state, field, pressable, section, text};

use super::{Message, PROCEDURE};

/// Procedures shown at once, as many as a low screen has room for; typing narrows the rest down.
const SHOWN: usize = 7;

/// Draws the search.
pub fn view<'a>(
    query: &'a str,
    matches: Vec<&'a Procedure>,
    marked: Option<usize>,
) -> Element<'a, Message> {
    let list: Element<'_, Message> = if matches.is_empty() {
        empty_state(
            Icon::Search,
            "Không có thủ tục nào khớp",
            "Hãy gõ ít chữ hơn, hoặc mã thủ tục. Không cần gõ dấu.",
            None,
        )
    } else {
        // The marked line stays in sight.
        let first = marked.map_or(0, |line| (line + 1).saturating_sub(SHOWN));
        let shown = matches.into_iter().enumerate().skip(first).take(SHOWN);
        column(shown.map(|(i, procedure)| {
            pressable(
                column([
                    text::strong(procedure.short_name()).into(),
                    text::small(format!("{} · {}", procedure.code, procedure.field)).into(),
                ])
                .spacing(0.0),
            )
            .chosen(Some(i) == marked)
            .on_press(Message::ProcedureChosen(procedure.code.clone()))
            .into()
        }))
        .spacing(widgets::space::XS)
        .into()
    };
    section(
        "Chọn thủ tục",
        None,
        column([
            field("Tên hoặc mã thủ tục", query)
                .id(PROCEDURE)
                .icon(Icon::Search)
                .placeholder("khai sinh, tam tru, 1.001193 …")
                .hint("Mũi tên lên, xuống để chọn; Enter để lấy.")
                .on_change(Message::QueryTyped)
                .on_submit(Message::FirstChosen)
                .into(),
            list,
        ]),
    )
    .into()
}
