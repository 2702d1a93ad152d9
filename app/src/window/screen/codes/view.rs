//! How the screen of the codes looks.

use office::date;
use widgets::{
    Element, Icon, Tone, badge, banner, card, check, column, empty_state, field, flow, modal, pick,
    primary, row, secondary, space, table,
    table::{Cell, Column},
    tabs, text,
};

use super::{
    Asked, Kind, Message, SEARCH, State, TABLE, WAITING, Waiting,
    rows::{HEADS, Row, Standing, WAITING_HEADS},
};
use crate::{
    clock,
    window::{notice::Notice, screen::grid::Grid},
};

const KIND_WIDTH: f32 = 200.0;
/// Entries of one code that are shown.
const SHOWN: usize = 3;

impl State {
    /// Draws the screen.
    pub(super) fn draw(&self) -> Element<'_, Message> {
        let mut head = row([text::title("Mã trên Cổng").into()]).spacing(space::M);
        if let Some(readiness) = &self.readiness {
            let waiting = format!("Hồ sơ chờ mã ({})", readiness.waiting.len());
            let open = usize::from(self.dossiers);
            head = head.push(tabs("codes-view", ["Mã".to_owned(), waiting], open, Message::Viewed));
        }
        head = head.push(flow::spring()).push(match self.open {
            0 => badge("Đủ mã", Tone::Good),
            open => badge(format!("Còn thiếu {open} trong {}", self.rows.len()), Tone::Caution),
        });
        head = head.push(Grid::button(Message::Grid));
        if self.open > 0 {
            head = head.push(secondary("Lưu mã thiếu").key("F8").on_press(Message::ListSaved));
        }
        if self.about.may {
            head = head.push(secondary("Nhập từ tệp").key("F2").on_press(Message::ImportAsked));
        }
        let mut screen = iced::widget::Column::new().push(head).spacing(space::M);
        if !self.about.may {
            screen = screen.push(banner(
                Tone::Info,
                "Chỉ lãnh đạo và quản trị an toàn thông tin ghi được mã. Ở đây chỉ xem.",
            ));
        }
        screen = screen.push(self.notice.as_ref().map(Notice::view));
        screen = match self.dossiers {
            false => screen
                .push(self.filters())
                .push(iced::widget::container(self.codes()).height(iced::Length::Fill))
                .push(self.selected.and_then(|place| self.row(place)).map(|row| self.chosen(row))),
            true => screen
                .push(iced::widget::container(self.dossiers()).height(iced::Length::Fill))
                .push(self.chosen_dossier.and_then(|n| self.dossier(n)).map(|d| self.lacks(d))),
        };
        let screen = iced::widget::container(screen).padding(space::L).height(iced::Length::Fill);
        modal(
            screen,
            self.asked.as_ref().map(|asked| match asked {
                Asked::Code(form) => form.dialog(Message::Form),
                Asked::File(dialog) => dialog.dialog(Message::Import),
            }),
        )
    }

    fn filters(&self) -> Element<'_, Message> {
        let kinds = std::iter::once((None, "Mọi loại mã"));
        let kinds = kinds.chain(Kind::ALL.map(|kind| (Some(kind), kind.label())));
        row([
            field("Tìm", &self.query)
                .id(SEARCH)
                .icon(Icon::Search)
                .placeholder("Lĩnh vực, thủ tục, mã – không cần gõ dấu")
                .on_change(Message::QueryTyped)
                .on_submit(Message::Searched)
                .into(),
            pick("Loại mã", kinds, Some(&self.kind))
                .width(KIND_WIDTH)
                .on_pick(Message::KindChosen)
                .into(),
            row([
                check("Chỉ mã còn thiếu", self.missing_only)
                    .on_toggle(Message::MissingTicked)
                    .into(),
                text::small("F7").into(),
            ])
            .into(),
        ])
        .spacing(space::M)
        .align_y(iced::Alignment::End)
        .into()
    }

    fn codes(&self) -> Element<'_, Message> {
        if self.shown.is_empty() {
            let none_missing = self.missing_only && self.open == 0;
            let (icon, title, words) = match none_missing {
                true => (
                    Icon::Check,
                    "Không còn mã nào thiếu",
                    "Bỏ chọn “Chỉ mã còn thiếu” để xem các mã đã ghi.",
                ),
                false => (
                    Icon::Search,
                    "Không có tên nào như vậy",
                    "Hãy gõ ít chữ hơn, hoặc chọn loại mã khác.",
                ),
            };
            return empty_state(icon, title, words, None);
        }
        let [kind, name, code, from, source] = HEADS;
        let columns = [
            Column::fixed(kind, 132.0),
            Column::share(name, 5),
            Column::fixed(code, 168.0),
            Column::fixed(from, 132.0),
            Column::share(source, 3).spare(),
        ];
        let list =
            table(columns.map(Column::sortable), self.shown.len() as u64, |place, column| {
                Some(match self.row(place)?.cell(column) {
                    (words, Some(tone)) => Cell::toned(words, tone),
                    (words, None) => words.into(),
                })
            })
            .id(TABLE)
            .selected(self.selected)
            .on_select(Message::Selected)
            .on_open(|_| Message::CodeAsked);
        self.grids[usize::from(self.dossiers)].dress(list, Message::Grid).into()
    }

    /// The selected row: every entry of its code, the newest first.
    fn chosen<'a>(&'a self, row_of: &'a Row) -> Element<'a, Message> {
        let history = self.about.codes.history(&row_of.subject);
        let mut lines = column([text::strong(row_of.words()).into()]).spacing(space::XS);
        for held in history.iter().rev().take(SHOWN) {
            let from = match held.code.from {
                Some(day) => format!("hồ sơ nhận từ {}", date::format(day)),
                None => "mọi hồ sơ".into(),
            };
            let entered = &held.entered;
            lines = lines.push(text::small(format!(
                "{}: {from}. {} ghi ngày {}. Nguồn: {}{}",
                held.code.code,
                self.about.user(&entered.by),
                date::format(clock::local(entered.at).date()),
                entered.words,
                if entered.file.is_empty() {
                    String::new()
                } else {
                    format!(" (tệp {})", entered.file)
                },
            )));
        }
        if history.len() > SHOWN {
            lines = lines.push(text::small(format!(
                "và {} lần ghi trước, xem trong Nhật ký",
                history.len() - SHOWN
            )));
        }
        if history.is_empty() {
            lines = lines.push(text::small(match &row_of.standing {
                Standing::Catalogue(_) => "Mã có trong danh mục thủ tục đã nhập từ Cổng.",
                Standing::Missing | Standing::Entered { .. } => {
                    "Cổng không công bố mã này: hãy ghi mã do tỉnh cấp, không được tự đặt mã."
                }
            }));
        }
        let label = if history.is_empty() { "Ghi mã" } else { "Sửa mã" };
        let mut content = row([lines.width(iced::Length::Fill).into()]);
        if self.about.may {
            content = content.push(primary(label).key("F4").on_press(Message::CodeAsked));
        }
        card(content).into()
    }

    fn dossiers(&self) -> Element<'_, Message> {
        let Some(readiness) = &self.readiness else { return text::body("").into() };
        let (all, waiting) = (readiness.all, readiness.waiting.len());
        if waiting == 0 {
            return empty_state(
                Icon::Check,
                "Không hồ sơ nào chờ mã",
                format!("Đã xem {all} hồ sơ nhận gần nhất: hồ sơ nào cũng đủ để gửi lên Cổng."),
                None,
            );
        }
        let [code, procedure, missing] = WAITING_HEADS;
        let columns =
            [Column::fixed(code, 176.0), Column::share(procedure, 3), Column::share(missing, 4)];
        let list = table(columns.map(Column::sortable), waiting as u64, |place, column| {
            let words = self.dossier(place)?.cell(column);
            Some(if column == 2 { Cell::toned(words, Tone::Caution) } else { words.into() })
        })
        .id(WAITING)
        .selected(self.chosen_dossier)
        .on_select(Message::Selected)
        .on_open(|_| Message::CodeAsked);
        let words = format!(
            "Trong {all} hồ sơ nhận gần nhất: {} gửi được, {waiting} chưa gửi được.",
            all - waiting
        );
        let list = self.grids[usize::from(self.dossiers)].dress(list, Message::Grid).into();
        column([text::body(words).into(), list]).into()
    }

    fn lacks<'a>(&'a self, dossier: &'a Waiting) -> Element<'a, Message> {
        let mut lines = column([text::strong(dossier.code.as_str()).into()]).spacing(space::XS);
        for (words, _) in dossier.missing.iter().take(SHOWN + 2) {
            lines = lines.push(text::small(words.as_str()));
        }
        let mut content = row([lines.width(iced::Length::Fill).into()]);
        if self.about.may && dossier.missing.iter().any(|(_, subject)| subject.is_some()) {
            content =
                content.push(primary("Ghi mã còn thiếu").key("F4").on_press(Message::CodeAsked));
        }
        card(content).into()
    }
}
