//! A bank statement that is read in: every line with what becomes of it, before anything is written.

use std::path::PathBuf;

use office::{money::Dong, text::clean};
use widgets::{
    Dialog, Element, Tone, column, field, primary, quiet, secondary, space, table,
    table::{Cell, Column},
    text,
};

use crate::window::notice::Notice;

/// The path's field.
pub const PATH: &str = "statement-path";

const WIDTH: f32 = 960.0;
const LINES_HEIGHT: f32 = 300.0;

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It names a dossier here and is new.
    Matched,
    /// It may name a dossier; the clerk has to look.
    Doubtful,
    /// The clerk counts it for this dossier.
    Decided,
    /// It was counted before.
    Known,
    /// It names no dossier of this office.
    Unmatched,
    /// It cannot be read.
    Refused,
}

impl Fate {
    /// In words and colour.
    fn words(self) -> (&'static str, Tone) {
        match self {
            Fate::Matched => ("Khớp hồ sơ", Tone::Good),
            Fate::Doubtful => ("Cần xem lại", Tone::Caution),
            Fate::Decided => ("Tính cho hồ sơ", Tone::Info),
            Fate::Known => ("Đã có", Tone::Plain),
            Fate::Unmatched => ("Không khớp", Tone::Caution),
            Fate::Refused => ("Không đọc được", Tone::Bad),
        }
    }
}

/// A line of the statement.
#[derive(Clone, Debug)]
pub struct Line {
    /// What becomes of it.
    pub fate: Fate,
    /// When, in words.
    pub at: String,
    /// How much; `None` where it cannot be read.
    pub amount: Option<Dong>,
    /// Mã hồ sơ, several where the clerk has to choose, or empty.
    pub code: String,
    /// The transfer's own words.
    pub words: String,
    /// Why it cannot be counted by itself, if so.
    pub why: Option<String>,
}

/// The dialog's state.
#[derive(Default)]
pub struct State {
    path: String,
    lines: Option<Vec<Line>>,
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
    /// A row was selected.
    Selected(u64),
    /// The doubtful line that is selected is counted for the next of its dossiers, or for none.
    Decided,
    /// Read the file, or take what it holds.
    Confirmed,
    /// Rather not.
    Dropped,
}

/// What the screen has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Read this file.
    Read(String),
    /// Count this doubtful line, by its place, for the next of its dossiers, or for none.
    Decide(usize),
    /// Write what is shown.
    Take,
    /// Close the dialog.
    Close,
}

impl Line {
    fn may_be_decided(&self) -> bool {
        matches!(self.fate, Fate::Doubtful | Fate::Decided)
    }
}

impl State {
    /// What a file holds.
    pub fn show(&mut self, lines: Vec<Line>) {
        self.selected = (!lines.is_empty()).then_some(0);
        (self.lines, self.notice) = (Some(lines), None);
    }

    /// The lines after a decision; the selected one stays.
    pub fn redraw(&mut self, lines: Vec<Line>) {
        self.lines = Some(lines);
    }

    /// The file or the act was refused.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn count(&self, fate: Fate) -> usize {
        self.lines.iter().flatten().filter(|line| line.fate == fate).count()
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::PathTyped(path) => {
                // Another file is looked at first.
                (self.path, self.lines) = (path, None);
                Action::None
            }
            Message::FileAsked => Action::None,
            Message::FileGiven(path) => {
                (self.path, self.lines) = (path.display().to_string(), None);
                self.confirm()
            }
            Message::Selected(place) => {
                self.selected = Some(place);
                Action::None
            }
            Message::Decided => match self.chosen() {
                Some((place, line)) if line.may_be_decided() => Action::Decide(place),
                _ => Action::None,
            },
            Message::Confirmed => self.confirm(),
            Message::Dropped => Action::Close,
        }
    }

    /// Lines that would be written.
    fn wanted(&self) -> usize {
        self.count(Fate::Matched) + self.count(Fate::Decided)
    }

    fn chosen(&self) -> Option<(usize, &Line)> {
        let place = usize::try_from(self.selected?).ok()?;
        Some((place, self.lines.as_ref()?.get(place)?))
    }

    fn confirm(&mut self) -> Action {
        if self.lines.is_some() && self.wanted() > 0 {
            return Action::Take;
        }
        if self.lines.is_some() {
            self.notice = Some(Notice::caution(
                "Sao kê không có khoản mới nào khớp với hồ sơ ở đây nên chưa ghi gì vào sổ.",
            ));
            return Action::None;
        }
        let path = clean(self.path.trim().trim_matches(['"', '\'']));
        if path.is_empty() {
            self.notice =
                Some(Notice::caution("Chưa có tệp nào. Hãy chọn tệp sao kê, hoặc gõ đường dẫn."));
            return Action::None;
        }
        Action::Read(path)
    }

    /// Draws the dialog.
    pub fn dialog<'a, Outer: Clone + 'a>(
        &'a self,
        out: impl Fn(Message) -> Outer + Copy + 'a,
    ) -> Dialog<'a, Outer> {
        let mut content = column([field("Tệp sao kê của ngân hàng (CSV)", &self.path)
            .id(PATH)
            .placeholder("Thả tệp vào cửa sổ, hoặc gõ đường dẫn")
            .plain()
            .on_change(Message::PathTyped)
            .on_submit(Message::Confirmed)
            .into()]);
        let main = match &self.lines {
            None => {
                content = content.push(text::small(
                    "Khoản chuyển tiền được khớp theo mã hồ sơ trong nội dung chuyển khoản. Xem trước, chưa ghi gì.",
                ));
                "Xem sao kê".to_owned()
            }
            Some(lines) => {
                content = content
                    .push(text::strong(format!(
                        "{} khớp hồ sơ, {} cần xem lại, {} đã có từ trước, {} không khớp, {} không đọc được.",
                        self.count(Fate::Matched),
                        self.count(Fate::Doubtful),
                        self.count(Fate::Known),
                        self.count(Fate::Unmatched),
                        self.count(Fate::Refused),
                    )))
                    .push(self.table(lines))
                    .push(self.chosen().map(|(_, line)| about(line)));
                format!("Ghi {} khoản vào sổ", self.wanted())
            }
        };
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        let decides = self.chosen().is_some_and(|(_, line)| line.may_be_decided());
        let decide = secondary("Tính, đổi hồ sơ, bỏ")
            .key("F3")
            .on_press_maybe(decides.then(|| out(Message::Decided)));
        let content: Element<'a, Message> = content.into();
        Dialog::new("Nhập sao kê ngân hàng", content.map(out))
            .width(WIDTH)
            .action(quiet("Thôi").key("Esc").on_press(out(Message::Dropped)))
            .action(secondary("Chọn tệp…").key("F4").on_press(out(Message::FileAsked)))
            .action(decide)
            .action(primary(main).key("Enter").on_press(out(Message::Confirmed)))
            .on_close(out(Message::Dropped))
    }

    fn table<'a>(&'a self, lines: &'a [Line]) -> Element<'a, Message> {
        table(
            [
                Column::fixed("Kết quả", 136.0),
                Column::fixed("Lúc", 152.0),
                Column::fixed("Số tiền (đồng)", 120.0).end(),
                Column::fixed("Mã hồ sơ", 176.0),
                Column::share("Nội dung", 1),
            ],
            lines.len() as u64,
            move |place, column| {
                let line = lines.get(usize::try_from(place).ok()?)?;
                Some(match column {
                    0 => {
                        let (words, tone) = line.fate.words();
                        Cell::toned(words, tone)
                    }
                    1 => line.at.as_str().into(),
                    2 => line.amount.map(|amount| amount.digits()).unwrap_or_default().into(),
                    3 => line.code.as_str().into(),
                    _ => match (&line.why, line.words.as_str()) {
                        (Some(why), "") => why.as_str().into(),
                        (_, words) => words.into(),
                    },
                })
            },
        )
        .height(LINES_HEIGHT)
        .selected(self.selected)
        .on_select(Message::Selected)
        .into()
    }
}

/// The selected line whole, as its columns may cut it, and what hinders it.
fn about(line: &Line) -> Element<'_, Message> {
    let words = [line.code.as_str(), line.words.as_str()];
    let words: Vec<&str> = words.into_iter().filter(|words| !words.is_empty()).collect();
    let why = line.why.as_ref().map(|why| text::toned(format!("{why}."), Tone::Caution));
    column([text::body(words.join(" · ")).into()]).push(why).spacing(space::XS).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(fate: Fate) -> Line {
        Line {
            fate,
            at: String::new(),
            amount: None,
            code: String::new(),
            words: String::new(),
            why: None,
        }
    }

    #[test]
    fn a_statement_is_seen_before_it_is_taken() {
        let mut state = State::default();
        assert!(matches!(state.update(Message::Confirmed), Action::None), "no path");
        state.update(Message::PathTyped("\"/tmp/a.csv\"".into()));
        assert!(
            matches!(state.update(Message::Confirmed), Action::Read(path) if path == "/tmp/a.csv")
        );
        state.show(vec![line(Fate::Known), line(Fate::Unmatched)]);
        assert!(matches!(state.update(Message::Confirmed), Action::None), "nothing new");
        state.show(vec![line(Fate::Known), line(Fate::Doubtful)]);
        assert!(matches!(state.update(Message::Decided), Action::None), "known is known");
        state.update(Message::Selected(1));
        assert!(matches!(state.update(Message::Decided), Action::Decide(1)));
        state.redraw(vec![line(Fate::Known), line(Fate::Decided)]);
        assert!(matches!(state.update(Message::Decided), Action::Decide(1)), "and again");
        assert!(matches!(state.update(Message::Confirmed), Action::Take));
        state.show(vec![line(Fate::Matched)]);
        assert!(matches!(state.update(Message::Confirmed), Action::Take));
        state.update(Message::PathTyped("/tmp/b.csv".into()));
        assert!(
            matches!(state.update(Message::Confirmed), Action::Read(_)),
            "another file is seen first"
        );
    }
}
