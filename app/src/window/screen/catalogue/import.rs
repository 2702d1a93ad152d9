//! An updated list from a file: what it changes, row by row and field by field, before it is taken.

use std::{path::PathBuf, sync::Arc};

use jiff::civil::Date;
use office::{
    catalogue::{Change, ChangeKind},
    settings::LawKind,
    text::clean,
};
use widgets::{
    DateInput, Dialog, Element, Tone, column,
    date::Century,
    date_field, field, flow, primary, quiet, row, secondary, space, table,
    table::{Cell, Column},
    text,
};

use crate::{browse::unquoted, desk::law::Offer, window::notice::Notice};

/// The path's field.
pub const PATH: &str = "catalogue-path";
/// The words' field.
pub const WORDS: &str = "catalogue-words";

const WIDTH: f32 = 980.0;
const DAY_WIDTH: f32 = 170.0;
const ROWS_HEIGHT: f32 = 196.0;
/// Room of a field's name in the comparison.
const LABEL: f32 = 96.0;
/// Characters of a field that are shown in the comparison.
const SHOWN: usize = 160;

/// A file that is handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// Which list.
    pub kind: LawKind,
    /// Where it lies.
    pub path: String,
    /// In force from this day.
    pub from: Date,
}

/// An offer that is taken.
pub struct Taken {
    /// What the file holds.
    pub offer: Arc<Offer>,
    /// Who handed it over and how it was checked.
    pub words: String,
}

/// The dialog's state.
pub struct State {
    kind: LawKind,
    path: String,
    from: DateInput,
    words: String,
    offer: Option<Arc<Offer>>,
    selected: Option<u64>,
    notice: Option<Notice>,
}

/// What happened in the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// The path.
    PathTyped(String),
    /// A file is to be chosen.
    FileAsked,
    /// A file was chosen or dropped on the window.
    FileGiven(PathBuf),
    /// The day.
    FromTyped(DateInput),
    /// How it was checked.
    WordsTyped(String),
    /// A row was selected.
    Selected(u64),
    /// Look at the file, or take it.
    Confirmed,
    /// Rather not.
    Dropped,
}

/// What the screen has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Read this file.
    Read(Handed),
    /// Write what is shown.
    Take(Taken),
    /// Close the dialog.
    Close,
}

impl State {
    /// Asks for a file.
    pub fn new(kind: LawKind, today: Date) -> Self {
        Self {
            kind,
            path: String::new(),
            from: DateInput::new(Some(today), Century::This),
            words: String::new(),
            offer: None,
            selected: None,
            notice: None,
        }
    }

    /// What a file holds.
    pub fn show(&mut self, offer: Arc<Offer>) {
        self.selected = Some(0);
        (self.offer, self.notice) = (Some(offer), None);
    }

    /// The file or the act was refused.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::PathTyped(path) => (self.path, self.offer) = (path, None),
            Message::FileAsked => {}
            Message::FileGiven(path) => {
                (self.path, self.offer) = (path.display().to_string(), None);
                return self.confirm();
            }
            Message::FromTyped(from) => (self.from, self.offer) = (from, None),
            Message::WordsTyped(words) => self.words = words,
            Message::Selected(place) => self.selected = Some(place),
            Message::Confirmed => return self.confirm(),
            Message::Dropped => return Action::Close,
        }
        Action::None
    }

    fn confirm(&mut self) -> Action {
        let refuse = |words: &str| Some(Notice::caution(words));
        let Some(offer) = &self.offer else {
            let path = clean(unquoted(&self.path));
            self.notice = match self.from.date() {
                _ if path.is_empty() => refuse("Chưa có tệp nào. Hãy chọn tệp, hoặc gõ đường dẫn."),
                None => refuse("Chưa có ngày hiệu lực. Hãy ghi ngày, ví dụ 01/12/2026."),
                Some(from) => return Action::Read(Handed { kind: self.kind, path, from }),
            };
            return Action::None;
        };
        let words = clean(&self.words);
        self.notice = if offer.count() == 0 {
            refuse("Tệp không thay đổi gì so với danh mục đang dùng. Chưa ghi gì vào sổ.")
        } else if words.is_empty() {
            refuse(
                "Chưa ghi ai trao tệp và đã đối chiếu thế nào. Chưa ghi gì: lời này vào sổ cùng bản cập nhật.",
            )
        } else {
            return Action::Take(Taken { offer: offer.clone(), words });
        };
        Action::None
    }

    /// Draws the dialog.
    pub fn dialog<'a, Outer: Clone + 'a>(
        &'a self,
        out: impl Fn(Message) -> Outer + Copy + 'a,
    ) -> Dialog<'a, Outer> {
        let (title, hint) = match self.kind {
            LawKind::EssentialServices => (
                "Nhập danh sách dịch vụ công thiết yếu",
                "JSON hoặc CSV (UTF-8). Dòng cùng quyết định và tên sẽ thay dòng đang có.",
            ),
            LawKind::Catalogue | LawKind::Calendar => (
                "Nhập danh mục thủ tục",
                "JSON (kết quả LayThuTuc của Cổng Dịch vụ công quốc gia) hoặc CSV (UTF-8).",
            ),
        };
        let mut asked = flow::fields([field("Tệp", &self.path)
            .id(PATH)
            .hint(hint)
            .on_change(Message::PathTyped)
            .on_submit(Message::Confirmed)
            .into()]);
        if self.kind == LawKind::Catalogue {
            asked = asked.push(
                date_field("Có hiệu lực từ ngày", &self.from)
                    .width(DAY_WIDTH)
                    .on_change(Message::FromTyped)
                    .on_submit(Message::Confirmed),
            );
        }
        let mut content = column([asked.into()]);
        let main = match &self.offer {
            None => {
                content = content.push(text::small(
                    "Xem trước, chưa ghi gì. Hồ sơ đã tiếp nhận giữ nguyên nội dung thủ tục của ngày tiếp nhận.",
                ));
                "Xem thay đổi".to_owned()
            }
            Some(offer) => {
                content = content.push(self.offered(offer));
                format!("Áp dụng {} thay đổi", offer.count())
            }
        };
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        let content: Element<'a, Message> = content.into();
        Dialog::new(title, content.map(out))
            .width(WIDTH)
            .action(quiet("Thôi").key("Esc").on_press(out(Message::Dropped)))
            .action(secondary("Chọn tệp…").key("F4").on_press(out(Message::FileAsked)))
            .action(primary(main).key("Enter").on_press(out(Message::Confirmed)))
            .on_close(out(Message::Dropped))
    }

    fn offered<'a>(&'a self, offer: &'a Offer) -> Element<'a, Message> {
        let mut lines = column([text::strong(offer.summary.as_str()).into()]).spacing(space::S);
        for refused in offer.refused.iter().take(3) {
            lines = lines.push(text::toned(format!("– {refused}"), Tone::Bad));
        }
        if offer.refused.len() > 3 {
            lines = lines.push(text::small(format!("và {} dòng khác", offer.refused.len() - 3)));
        }
        if !offer.changes.is_empty() {
            let half = iced::Length::FillPortion(1);
            let table = iced::widget::container(self.table(&offer.changes)).width(half);
            let fields = iced::widget::container(self.fields(&offer.changes)).width(half);
            lines = lines.push(iced::widget::Row::new().push(table).push(fields).spacing(space::M));
        }
        lines
            .push(
                field("Ai trao tệp và đã đối chiếu thế nào", &self.words)
                    .id(WORDS)
                    .required()
                    .on_change(Message::WordsTyped)
                    .on_submit(Message::Confirmed),
            )
            .into()
    }

    fn table<'a>(&'a self, changes: &'a [Change]) -> Element<'a, Message> {
        table(
            [Column::fixed("Thay đổi", 128.0), Column::fixed("Mã", 96.0), Column::share("Tên", 1)],
            changes.len() as u64,
            move |place, column| {
                let change = changes.get(usize::try_from(place).ok()?)?;
                Some(match column {
                    0 => kind(&change.kind),
                    1 => change.code.as_str().into(),
                    _ => change.name.as_str().into(),
                })
            },
        )
        .height(ROWS_HEIGHT)
        .selected(self.selected)
        .on_select(Message::Selected)
        .into()
    }

    fn fields<'a>(&'a self, changes: &'a [Change]) -> Element<'a, Message> {
        let chosen = self.selected.and_then(|place| usize::try_from(place).ok());
        let fields = match chosen.and_then(|place| changes.get(place)).map(|c| &c.kind) {
            Some(ChangeKind::Changed(fields)) => fields.as_slice(),
            _ => return text::small("Chọn một dòng “đổi” để so từng chỗ.").into(),
        };
        let lines = fields.iter().map(|field| {
            row([
                iced::widget::container(text::label(field.label)).width(LABEL).into(),
                text::body(shown(&field.before)).width(iced::Length::Fill).into(),
                text::strong(shown(&field.after)).width(iced::Length::Fill).into(),
            ])
            .spacing(space::M)
            .align_y(iced::Alignment::Start)
            .into()
        });
        let head = row([
            iced::widget::container(text::label("")).width(LABEL).into(),
            text::label("Đang dùng").width(iced::Length::Fill).into(),
            text::label("Bản mới").width(iced::Length::Fill).into(),
        ])
        .spacing(space::M);
        let lines = column([head.into()]).extend(lines).spacing(space::XS);
        iced::widget::container(flow::scroll(lines)).height(ROWS_HEIGHT).into()
    }
}

fn kind(kind: &ChangeKind) -> Cell {
    match kind {
        ChangeKind::Added => Cell::toned("thêm", Tone::Good),
        ChangeKind::Changed(fields) => Cell::toned(format!("đổi {} chỗ", fields.len()), Tone::Info),
        ChangeKind::Unchanged => "như cũ".into(),
        ChangeKind::Ended(day) => {
            Cell::toned(format!("hết ngày {}", day.strftime("%d/%m/%Y")), Tone::Caution)
        }
    }
}

fn shown(words: &str) -> String {
    match words.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or(words)),
        None if words.is_empty() => "(trống)".into(),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(changes: Vec<Change>) -> Arc<Offer> {
        let mut offer = Offer::empty(LawKind::Catalogue);
        offer.changes = changes;
        Arc::new(offer)
    }

    #[test]
    fn an_update_is_seen_and_vouched_for_before_it_is_taken() {
        let today = jiff::civil::date(2026, 11, 28);
        let mut state = State::new(LawKind::Catalogue, today);
        assert!(matches!(state.update(Message::Confirmed), Action::None));
        state.update(Message::PathTyped("a.json".into()));
        assert!(
            matches!(state.update(Message::Confirmed), Action::Read(handed) if handed.from == today)
        );
        state.show(offer(Vec::new()));
        state.update(Message::WordsTyped("đã so".into()));
        assert!(matches!(state.update(Message::Confirmed), Action::None), "nothing changes");
        let change =
            Change { code: "1.000001".into(), name: "Mới".into(), kind: ChangeKind::Added };
        state.show(offer(vec![change]));
        state.update(Message::WordsTyped("  ".into()));
        assert!(matches!(state.update(Message::Confirmed), Action::None), "nobody vouches");
        state.update(Message::WordsTyped("Sở Tư pháp gửi, đã so bản giấy".into()));
        assert!(matches!(state.update(Message::Confirmed), Action::Take(_)));
    }
}
