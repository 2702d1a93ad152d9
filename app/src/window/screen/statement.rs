//! A bank statement that is read in: every line with what becomes of it, before anything is written.

use std::path::PathBuf;

use jiff::civil::DateTime;
use office::{money::Dong, text::clean};
use widgets::{
    Dialog, Element, Tone, column, field, primary, quiet, secondary, space, table,
    table::{Cell, Column},
    text,
};

use super::grid::{self, Grid, Key};
use crate::{browse::unquoted, window::notice::Notice};

/// The path's field.
pub const PATH: &str = "statement-path";

const WIDTH: f32 = 960.0;
const LINES_HEIGHT: f32 = 232.0;

/// The lines.
pub const TABLE: &str = "statement-table";

const HEADS: [&str; 5] = ["Kết quả", "Lúc", "Số tiền (đồng)", "Mã hồ sơ", "Nội dung"];
const AT: usize = 1;
const AMOUNT: usize = 2;

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
    /// When; `None` where it cannot be read.
    pub at: Option<DateTime>,
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
pub struct State {
    path: String,
    lines: Option<Vec<Line>>,
    /// The lines that are shown, by their places in the statement.
    shown: Vec<usize>,
    grid: Grid,
    selected: Option<u64>,
    notice: Option<Notice>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            path: String::new(),
            lines: None,
            shown: Vec::new(),
            grid: Grid::new(TABLE, &HEADS),
            selected: None,
            notice: None,
        }
    }
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
    /// With the list itself.
    Grid(grid::Message),
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
        (self.lines, self.notice) = (Some(lines), None);
        self.arrange(Some(0));
    }

    /// The lines after a decision; the selected one stays.
    pub fn redraw(&mut self, lines: Vec<Line>) {
        let chosen = self.chosen().map(|(place, _)| place);
        self.lines = Some(lines);
        self.arrange(chosen);
    }

    /// Sorts and filters the lines; the selected one stays selected, or the first is.
    fn arrange(&mut self, selected: Option<usize>) {
        let key = |line: &Line, column| match (column, line.amount) {
            (AMOUNT, Some(amount)) => Key::Number(i64::try_from(amount.0).unwrap_or(i64::MAX)),
            (AMOUNT, None) => Key::Number(-1),
            (AT, _) => Key::time(line.at),
            _ => Key::words(&cell(line, column).0),
        };
        let words = |line: &Line| (0..HEADS.len()).map(|n| cell(line, n).0 + " ").collect();
        self.shown = self.grid.order(self.lines.as_deref().unwrap_or_default(), key, words);
        let place = self.shown.iter().position(|line| Some(*line) == selected);
        self.selected = (!self.shown.is_empty()).then_some(place.unwrap_or(0) as u64);
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
            Message::Grid(message) => {
                if self.grid.update(message) {
                    let chosen = self.chosen().map(|(place, _)| place);
                    self.arrange(chosen);
                }
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
        let place = *self.shown.get(usize::try_from(self.selected?).ok()?)?;
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
        let path = clean(unquoted(&self.path));
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
                    .push(self.grid.filter(
                        "Lọc theo kết quả, mã hồ sơ, nội dung – không cần gõ dấu",
                        Message::Grid,
                    ))
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
        let [fate, at, amount, code, words] = HEADS;
        let list = table(
            [
                Column::fixed(fate, 136.0).sortable(),
                Column::fixed(at, 152.0).sortable(),
                Column::fixed(amount, 120.0).end().sortable(),
                Column::fixed(code, 176.0).sortable(),
                Column::share(words, 1).sortable(),
            ],
            self.shown.len() as u64,
            move |place, column| {
                let line = lines.get(*self.shown.get(usize::try_from(place).ok()?)?)?;
                Some(match cell(line, column) {
                    (words, Some(tone)) => Cell::toned(words, tone),
                    (words, None) => words.into(),
                })
            },
        )
        .id(TABLE)
        .height(LINES_HEIGHT)
        .selected(self.selected)
        .on_select(Message::Selected);
        self.grid.dress(list, Message::Grid).into()
    }
}

fn cell(line: &Line, column: usize) -> (String, Option<Tone>) {
    let plain = |words: &str| (words.to_owned(), None);
    match column {
        0 => {
            let (words, tone) = line.fate.words();
            (words.to_owned(), Some(tone))
        }
        AT => {
            // A bank that tells the day alone has told no midnight.
            let words = line.at.map(|at| match at.time() == jiff::civil::Time::midnight() {
                true => at.strftime("%d/%m/%Y").to_string(),
                false => at.strftime("%H:%M %d/%m/%Y").to_string(),
            });
            (words.unwrap_or_default(), None)
        }
        AMOUNT => (line.amount.map(|amount| amount.digits()).unwrap_or_default(), None),
        3 => plain(&line.code),
        _ => match (&line.why, line.words.as_str()) {
            (Some(why), "") => plain(why),
            (_, words) => plain(words),
        },
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
        Line { fate, at: None, amount: None, code: String::new(), words: String::new(), why: None }
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
    #[test]
    fn the_line_that_is_decided_is_the_one_that_is_seen_however_the_list_is_sorted() {
        let dated = |at: &str, amount: u64, words: &str| Line {
            at: at.parse().ok(),
            amount: Some(Dong(amount)),
            words: words.into(),
            ..line(Fate::Doubtful)
        };
        let lines = || {
            vec![
                dated("2026-11-28T09:00", 50_000, "LE PHI HS 0003"),
                dated("2026-12-02T08:00", 8_000, "PHI CHUNG THUC"),
                dated("2026-12-01T07:00", 120_000, "NOP LE PHI"),
            ]
        };
        let grid = |message| Message::Grid(message);
        for (message, expected) in [
            (grid::Message::Sorted(AMOUNT), [1, 0, 2].as_slice()),
            (grid::Message::Sorted(AMOUNT), &[2, 0, 1]),
            (grid::Message::Sorted(AT), &[0, 2, 1]),
            (grid::Message::Sorted(4), &[0, 2, 1]),
            (grid::Message::Filtered("le phi".into()), &[0, 2]),
        ] {
            let mut state = State::default();
            state.show(lines());
            let turns = usize::from(expected == [2, 0, 1]);
            for _ in 0..=turns {
                state.update(grid(message.clone()));
            }
            assert_eq!(state.shown, expected, "{message:?}");
            for (place, line) in expected.iter().enumerate() {
                state.update(Message::Selected(place as u64));
                assert!(matches!(state.update(Message::Decided), Action::Decide(n) if n == *line));
            }
            // A decision redraws the lines; the one that was decided stays selected.
            state.redraw(lines());
            let last = expected.last().copied();
            assert_eq!(state.chosen().map(|(line, _)| line), last, "{message:?}");
        }
    }
}
