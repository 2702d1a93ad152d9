//! Codes from a file: what becomes of each line, before anything is written.

use std::path::PathBuf;

use jiff::civil::Date;
use office::{
    date,
    portal_code::{
        PortalCode,
        import::{Fate, Judged, Reading},
    },
    text::clean,
};
use widgets::{
    DateInput, Dialog, Element, Tone, column, date_field, field, flow, primary, quiet, secondary,
    table,
    table::{Cell, Column},
    text,
};

use crate::{browse::unquoted, window::notice::Notice};

/// The path's field.
pub const PATH: &str = "codes-path";
/// The words' field.
pub const WORDS: &str = "codes-import-words";

const WIDTH: f32 = 980.0;
const DAY_WIDTH: f32 = 240.0;
const ROWS_HEIGHT: f32 = 196.0;

/// A file that is handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// Where it lies.
    pub path: String,
    /// The day of lines that say none.
    pub from: Option<Date>,
}

/// What is taken of a file.
pub struct Taken {
    /// The codes.
    pub codes: Vec<PortalCode>,
    /// Where the file lay.
    pub path: String,
    /// Who handed it over and how it was checked.
    pub words: String,
}

/// The dialog's state.
#[derive(Default)]
pub struct State {
    path: String,
    from: DateInput,
    words: String,
    reading: Option<Reading>,
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
    /// A line was selected.
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
    /// What a file holds.
    pub fn show(&mut self, reading: Reading) {
        // What is refused is looked at first.
        let refused = reading.lines.iter().position(|line| matches!(line.fate, Fate::Refused(_)));
        self.selected = Some(refused.unwrap_or(0) as u64);
        (self.reading, self.notice) = (Some(reading), None);
    }

    /// The file or the act was refused.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::PathTyped(path) => (self.path, self.reading) = (path, None),
            Message::FileAsked => {}
            Message::FileGiven(path) => {
                (self.path, self.reading) = (path.display().to_string(), None);
                return self.confirm();
            }
            Message::FromTyped(from) => (self.from, self.reading) = (from, None),
            Message::WordsTyped(words) => self.words = words,
            Message::Selected(place) => self.selected = Some(place),
            Message::Confirmed => return self.confirm(),
            Message::Dropped => return Action::Close,
        }
        Action::None
    }

    fn confirm(&mut self) -> Action {
        let refuse = |words: &str| Some(Notice::caution(words));
        let path = clean(unquoted(&self.path));
        let Some(reading) = &self.reading else {
            self.notice = match self.from.check() {
                _ if path.is_empty() => refuse("Chưa có tệp nào. Hãy chọn tệp, hoặc gõ đường dẫn."),
                Err(_) => refuse("Ngày chưa đúng. Hãy ghi ngày, ví dụ 01/12/2026, hoặc để trống."),
                Ok(from) => return Action::Read(Handed { path, from }),
            };
            return Action::None;
        };
        let (codes, words): (Vec<_>, _) = (reading.taken().cloned().collect(), clean(&self.words));
        self.notice = if codes.is_empty() {
            refuse("Tệp không có mã nào mới. Chưa ghi gì vào sổ.")
        } else if words.is_empty() {
            refuse(
                "Chưa ghi ai cấp mã và đã đối chiếu thế nào. Chưa ghi gì: lời này vào sổ cùng các mã.",
            )
        } else {
            return Action::Take(Taken { codes, path, words });
        };
        Action::None
    }

    /// Draws the dialog.
    pub fn dialog<'a, Outer: Clone + 'a>(
        &'a self,
        out: impl Fn(Message) -> Outer + Copy + 'a,
    ) -> Dialog<'a, Outer> {
        let asked = flow::fields([
            field("Tệp", &self.path)
                .id(PATH)
                .hint("CSV hoặc JSON; các cột loai, ten, ma_thu_tuc, ma, tu_ngay. F8 ở màn hình trước lưu bảng để điền.")
                .on_change(Message::PathTyped)
                .on_submit(Message::Confirmed)
                .into(),
            date_field("Dòng không ghi ngày: dùng từ", &self.from)
                .width(DAY_WIDTH)
                .hint("Để trống: từ đầu.")
                .on_change(Message::FromTyped)
                .on_submit(Message::Confirmed)
                .into(),
        ]);
        let mut content = column([asked.into()]);
        let main = match &self.reading {
            None => {
                content = content.push(text::small("Xem trước, chưa ghi gì."));
                "Xem các dòng".to_owned()
            }
            Some(reading) => {
                content = content.push(self.lines(reading));
                format!("Ghi {} mã", reading.taken().count())
            }
        };
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        let content: Element<'a, Message> = content.into();
        Dialog::new("Nhập mã từ tệp", content.map(out))
            .width(WIDTH)
            .action(quiet("Thôi").key("Esc").on_press(out(Message::Dropped)))
            .action(secondary("Chọn tệp…").key("F4").on_press(out(Message::FileAsked)))
            .action(primary(main).key("Enter").on_press(out(Message::Confirmed)))
            .on_close(out(Message::Dropped))
    }

    fn lines<'a>(&'a self, reading: &'a Reading) -> Element<'a, Message> {
        let list = table(
            [
                Column::fixed("Ở đâu", 96.0),
                Column::fixed("Kết quả", 112.0),
                Column::share("Nội dung", 3),
                Column::fixed("Mã", 152.0),
                Column::share("Vì sao, từ ngày nào", 4),
            ],
            reading.lines.len() as u64,
            move |place, column| {
                let line = reading.lines.get(usize::try_from(place).ok()?)?;
                Some(match column {
                    0 => line.place.as_str().into(),
                    1 => outcome(&line.fate),
                    2 => line.what.as_str().into(),
                    3 => line.code.as_str().into(),
                    _ => why(line).into(),
                })
            },
        )
        .height(ROWS_HEIGHT)
        .selected(self.selected)
        .on_select(Message::Selected);
        let chosen = self.selected.and_then(|n| reading.lines.get(usize::try_from(n).ok()?));
        let mut lines = column([text::strong(reading.summary()).into(), list.into()]);
        if let Some(line) = chosen {
            let words = format!("{}: {} – {}", line.place, line.what, why(line));
            lines = lines.push(match line.fate {
                Fate::Refused(_) => text::toned(words, Tone::Bad),
                Fate::New(_) | Fate::Corrected { .. } | Fate::Unchanged => text::small(words),
            });
        }
        if !reading.unknown_columns.is_empty() {
            let columns = reading.unknown_columns.join(", ");
            lines = lines.push(text::small(format!("Cột lạ, không dùng: {columns}")));
        }
        lines
            .push(
                field("Ai cấp mã và đã đối chiếu thế nào", &self.words)
                    .id(WORDS)
                    .required()
                    .on_change(Message::WordsTyped)
                    .on_submit(Message::Confirmed),
            )
            .into()
    }
}

fn outcome(fate: &Fate) -> Cell {
    match fate {
        Fate::New(_) => Cell::toned("nhận", Tone::Good),
        Fate::Corrected { .. } => Cell::toned("sửa mã", Tone::Info),
        Fate::Unchanged => "đã có".into(),
        Fate::Refused(_) => Cell::toned("không nhận", Tone::Bad),
    }
}

fn why(line: &Judged) -> String {
    let since = |code: &PortalCode| match code.from {
        Some(day) => format!("hồ sơ nhận từ {}", date::format(day)),
        None => "mọi hồ sơ".into(),
    };
    match &line.fate {
        Fate::New(code) => since(code),
        Fate::Corrected { code, before } => format!("thay {before}, {}", since(code)),
        Fate::Unchanged => String::new(),
        Fate::Refused(why) => why.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use office::portal_code::{Code, Coded};

    use super::*;

    #[test]
    fn a_file_is_seen_and_vouched_for_before_it_is_taken() {
        let mut state = State::default();
        assert!(matches!(state.update(Message::Confirmed), Action::None), "no file");
        state.update(Message::PathTyped("'ma.csv'".into()));
        assert!(
            matches!(state.update(Message::Confirmed), Action::Read(handed) if handed.path == "ma.csv" && handed.from.is_none())
        );
        let line = |fate| Judged {
            place: "dòng 2".into(),
            what: String::new(),
            code: String::new(),
            fate,
        };
        state.show(Reading { lines: vec![line(Fate::Unchanged)], unknown_columns: Vec::new() });
        state.update(Message::WordsTyped("Sở gửi".into()));
        assert!(matches!(state.update(Message::Confirmed), Action::None), "nothing new");
        let subject = Coded::Field { name: "Hộ tịch".into() };
        let code = PortalCode { subject, code: Code::parse("GIA-1").unwrap(), from: None };
        state.show(Reading { lines: vec![line(Fate::New(code))], unknown_columns: Vec::new() });
        state.update(Message::WordsTyped(" ".into()));
        assert!(matches!(state.update(Message::Confirmed), Action::None), "nobody vouches");
        state.update(Message::WordsTyped("Sở gửi, đã so".into()));
        assert!(
            matches!(state.update(Message::Confirmed), Action::Take(taken) if taken.codes.len() == 1)
        );
    }
}
