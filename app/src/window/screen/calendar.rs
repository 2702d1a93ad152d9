//! The office's working calendar: hours, days off, swapped days. The head corrects it here; deadlines of
//! dossiers that are received from then on follow, those already promised stay.

pub mod hours;

use jiff::civil::Date;
use office::{calendar::WeeklyHours, text::clean};
use widgets::{
    DateInput, Dialog, Element, Icon, Tone, badge, card, column, danger,
    date::Century,
    date_field, empty_state, field, flow,
    keys::Pressed,
    modal, primary, quiet, row, secondary, section, space, table,
    table::{Cell, Column},
    text,
};

use super::{
    Shown,
    help::{Help, help},
    menu,
};
use crate::window::{layout, notice::Notice};

/// The days.
pub const TABLE: &str = "calendar-table";
/// The first field of every form.
pub const FIRST: &str = "calendar-first";

const SIDE: f32 = 320.0;
/// A week's hours stand four fields in a row.
const HOURS_WIDTH: f32 = 720.0;

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Days off.
    Holiday {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
        /// Its name.
        name: String,
        /// Where it comes from.
        note: String,
    },
    /// A working day given off, made up for on another.
    Swap {
        /// Given off.
        off: Date,
        /// Worked instead.
        work: Date,
        /// Where it comes from.
        note: String,
    },
    /// A week's hours from a day on.
    Hours(WeeklyHours),
}

impl Line {
    fn first(&self) -> Date {
        match self {
            Line::Hours(hours) => hours.from,
            Line::Holiday { from, .. } => *from,
            Line::Swap { off, .. } => *off,
        }
    }
}

/// What the calendar says besides its days.
#[derive(Clone, Debug)]
pub struct Head {
    /// Opening hours that hold today.
    pub hours: WeeklyHours,
    /// The same in words, a line each.
    pub hours_words: Vec<String>,
    /// Years with whether their days off are decided.
    pub years: Vec<(i16, bool)>,
    /// Version and source, in words.
    pub source: String,
    /// Whether all was checked against the official text.
    pub checked: bool,
}

enum Asked {
    Holiday,
    Swap,
    Hours(Box<hours::Form>),
    Removal(Line),
}

/// The screen's state.
pub struct State {
    head: Head,
    lines: Vec<Line>,
    selected: Option<u64>,
    may_edit: bool,
    asked: Option<Asked>,
    name: String,
    first: DateInput,
    second: DateInput,
    words: String,
    refused: Option<Notice>,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// A row was selected.
    Selected(u64),
    /// Add days off.
    HolidayAsked,
    /// Add a swapped day.
    SwapAsked,
    /// Set a week's hours.
    HoursAsked,
    /// In the form of hours.
    Hours(hours::Change),
    /// Take the selected line out.
    RemovalAsked,
    /// Its name.
    NameTyped(String),
    /// The first day.
    FirstTyped(DateInput),
    /// The second day.
    SecondTyped(DateInput),
    /// Whose decision it is.
    WordsTyped(String),
    /// Write it.
    Confirmed,
    /// Rather not.
    Dropped,
    /// Back.
    Closed,
}

/// What the shell has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Move the keyboard to this field.
    Focus(&'static str),
    /// Add this line; the words say whose decision it is.
    Add(Line, String),
    /// Take this line out.
    Remove(Line, String),
    /// Back.
    Close,
}

impl State {
    /// Shows a calendar; the next days off are in sight.
    pub fn new(head: Head, lines: Vec<Line>, today: Date, may_edit: bool) -> Self {
        let empty = || DateInput::new(None, Century::This);
        let mut state = Self {
            head: head.clone(),
            lines: Vec::new(),
            selected: None,
            may_edit,
            asked: None,
            name: String::new(),
            first: empty(),
            second: empty(),
            words: String::new(),
            refused: None,
            notice: None,
        };
        state.show(head, lines, today);
        state
    }

    /// The calendar as it is now.
    pub fn show(&mut self, head: Head, mut lines: Vec<Line>, near: Date) {
        lines.sort_by_key(Line::first);
        let next = lines.iter().position(|line| line.first() >= near);
        self.selected = match lines.len() {
            0 => None,
            count => Some(next.unwrap_or(count - 1) as u64),
        };
        (self.head, self.lines) = (head, lines);
    }

    /// It was written.
    pub fn done(&mut self, notice: Notice) {
        (self.asked, self.refused, self.notice) = (None, None, Some(notice));
    }

    /// The calendar or the ledger refused; what was typed stays.
    pub fn refused(&mut self, notice: Notice) {
        self.refused = Some(notice);
    }

    fn chosen(&self) -> Option<&Line> {
        self.lines.get(usize::try_from(self.selected?).ok()?)
    }

    fn ask(&mut self, asked: Asked) -> Action {
        if !self.may_edit {
            return Action::None;
        }
        let empty = || DateInput::new(None, Century::This);
        (self.first, self.second) = (empty(), empty());
        (self.name, self.words) = (String::new(), String::new());
        (self.asked, self.refused, self.notice) = (Some(asked), None, None);
        Action::Focus(FIRST)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Selected(place) => self.selected = Some(place),
            Message::HolidayAsked => return self.ask(Asked::Holiday),
            Message::SwapAsked => return self.ask(Asked::Swap),
            Message::HoursAsked => {
                return self.ask(Asked::Hours(Box::new(hours::Form::new(&self.head.hours))));
            }
            Message::Hours(change) => {
                if let Some(Asked::Hours(form)) = &mut self.asked {
                    form.update(change);
                }
            }
            Message::RemovalAsked => {
                if let Some(line) = self.chosen().cloned() {
                    return self.ask(Asked::Removal(line));
                }
            }
            Message::NameTyped(name) => self.name = name,
            Message::FirstTyped(day) => self.first = day,
            Message::SecondTyped(day) => self.second = day,
            Message::WordsTyped(words) => self.words = words,
            Message::Confirmed => return self.confirm(),
            Message::Dropped => self.asked = None,
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn confirm(&mut self) -> Action {
        let refuse = |words: &str| Some(Notice::caution(words));
        let (name, words) = (clean(&self.name), clean(&self.words));
        let days = (self.first.check(), self.second.check());
        let unreadable = days.0.is_err() || days.1.is_err();
        let days = (days.0.ok().flatten(), days.1.ok().flatten());
        self.refused = match (&mut self.asked, days) {
            (None, _) => None,
            // Each field says itself what is wrong with its day.
            (Some(Asked::Holiday | Asked::Swap), _) if unreadable => None,
            (Some(_), _) if words.is_empty() => {
                refuse("Chưa ghi căn cứ. Chưa đổi gì: căn cứ được ghi vào sổ cùng thay đổi.")
            }
            (Some(Asked::Removal(line)), _) => return Action::Remove(line.clone(), words),
            (Some(Asked::Hours(form)), _) => match form.hours(words.clone()) {
                Ok(hours) => return Action::Add(Line::Hours(hours), words),
                Err(_) if form.has_unreadable_day() => None,
                Err(why) => Some(Notice::caution(why.to_string())),
            },
            (Some(Asked::Holiday), _) if name.is_empty() => refuse("Chưa ghi tên kỳ nghỉ."),
            (Some(Asked::Holiday), (Some(from), to)) => {
                let to = to.unwrap_or(from);
                return Action::Add(Line::Holiday { from, to, name, note: words.clone() }, words);
            }
            (Some(Asked::Swap), (Some(off), Some(work))) => {
                return Action::Add(Line::Swap { off, work, note: words.clone() }, words);
            }
            (Some(_), _) => refuse("Chưa đủ ngày. Hãy ghi ngày, ví dụ 02/01/2027."),
        };
        Action::None
    }

    fn list(&self) -> Element<'_, Message> {
        if self.lines.is_empty() {
            return empty_state(
                Icon::Clock,
                "Lịch chưa có ngày nghỉ nào",
                "Lãnh đạo thêm kỳ nghỉ bằng F2.",
                None,
            );
        }
        table(
            [
                Column::fixed("Loại", 104.0),
                Column::fixed("Từ ngày", 112.0),
                Column::fixed("Đến ngày", 112.0),
                Column::share("Tên", 3),
                Column::share("Căn cứ, ghi chú", 2),
            ],
            self.lines.len() as u64,
            |place, column| {
                let line = self.lines.get(usize::try_from(place).ok()?)?;
                Some(match (line, column) {
                    (Line::Holiday { .. }, 0) => "Nghỉ".into(),
                    (Line::Swap { .. }, 0) => Cell::toned("Hoán đổi", Tone::Info),
                    (Line::Hours(_), 0) => Cell::toned("Giờ làm việc", Tone::Info),
                    (Line::Hours(hours), 1) => day(hours.from).into(),
                    (Line::Hours(_), 2) => "".into(),
                    (Line::Hours(hours), 3) => hours.to_string().into(),
                    (Line::Hours(hours), _) => hours.note.as_str().into(),
                    (Line::Holiday { from, .. }, 1) => day(*from).into(),
                    (Line::Swap { off, .. }, 1) => day(*off).into(),
                    (Line::Holiday { to, .. }, 2) => day(*to).into(),
                    (Line::Swap { .. }, 2) => "".into(),
                    (Line::Holiday { name, .. }, 3) => name.as_str().into(),
                    (Line::Swap { work, .. }, 3) => format!("làm bù {}", day(*work)).into(),
                    (Line::Holiday { note, .. } | Line::Swap { note, .. }, _) => {
                        note.as_str().into()
                    }
                })
            },
        )
        .id(TABLE)
        .selected(self.selected)
        .on_select(Message::Selected)
        .into()
    }

    fn question<'a>(&'a self, asked: &'a Asked) -> Dialog<'a, Message> {
        let words = field("Căn cứ (số văn bản, ai quyết định)", &self.words)
            .required()
            .on_change(Message::WordsTyped)
            .on_submit(Message::Confirmed);
        let days = |first, second| {
            flow::fields([
                date_field(first, &self.first)
                    .required()
                    .on_change(Message::FirstTyped)
                    .on_submit(Message::Confirmed)
                    .into(),
                date_field(second, &self.second)
                    .on_change(Message::SecondTyped)
                    .on_submit(Message::Confirmed)
                    .into(),
            ])
        };
        let (title, content) = match asked {
            Asked::Holiday => (
                "Thêm kỳ nghỉ".to_owned(),
                column([
                    field("Tên kỳ nghỉ", &self.name)
                        .id(FIRST)
                        .required()
                        .on_change(Message::NameTyped)
                        .on_submit(Message::Confirmed)
                        .into(),
                    days("Từ ngày", "Đến ngày (để trống nếu một ngày)").into(),
                    words.into(),
                ]),
            ),
            Asked::Swap => (
                "Thêm ngày hoán đổi".to_owned(),
                column([
                    text::body("Một ngày làm việc được nghỉ, làm bù vào một ngày nghỉ khác.")
                        .into(),
                    days("Ngày được nghỉ", "Ngày làm bù").into(),
                    words.id(FIRST).into(),
                ]),
            ),
            Asked::Hours(form) => ("Giờ làm việc từ một ngày".to_owned(), form.view(words.into())),
            Asked::Removal(line) => (
                "Bỏ dòng này khỏi lịch?".to_owned(),
                column([
                    text::strong(match line {
                        Line::Holiday { from, to, name, .. } => {
                            format!("{name}: {} – {}", day(*from), day(*to))
                        }
                        Line::Swap { off, work, .. } => {
                            format!("Nghỉ {}, làm bù {}", day(*off), day(*work))
                        }
                        Line::Hours(hours) => {
                            format!("Giờ làm việc từ {}: {hours}", day(hours.from))
                        }
                    })
                    .into(),
                    text::body("Ngày hẹn của hồ sơ đã tiếp nhận không đổi.").into(),
                    words.id(FIRST).into(),
                ]),
            ),
        };
        let content = match &self.refused {
            Some(notice) => content.push(notice.view()),
            None => content,
        };
        let dialog = Dialog::new(title, content)
            .action(layout::cancel(Message::Dropped))
            .on_close(Message::Dropped);
        match asked {
            Asked::Removal(_) => dialog.action(danger("Bỏ khỏi lịch").on_press(Message::Confirmed)),
            Asked::Hours(_) => dialog
                .width(HOURS_WIDTH)
                .action(primary("Đặt giờ").key("Enter").on_press(Message::Confirmed)),
            _ => dialog.action(primary("Thêm vào lịch").key("Enter").on_press(Message::Confirmed)),
        }
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("calendar");
    const MENU: Option<menu::Row> = Some(menu::Row::work(Icon::Calendar, "Lịch làm việc"));

    fn title(&self) -> &'static str {
        "Lịch làm việc"
    }

    fn asks(&self) -> bool {
        self.asked.is_some()
    }

    fn main_field(&self) -> Option<String> {
        Some(TABLE.into())
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        if self.asks() {
            return Some(match key {
                Pressed::Escape => Message::Dropped,
                Pressed::Enter => Message::Confirmed,
                _ => return None,
            });
        }
        Some(match key {
            Pressed::F(2) => Message::HolidayAsked,
            Pressed::F(4) => Message::SwapAsked,
            Pressed::F(7) => Message::HoursAsked,
            Pressed::F(8) => Message::RemovalAsked,
            Pressed::Escape => Message::Closed,
            _ => return None,
        })
    }

    fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        let mut head = row([
            text::title("Lịch làm việc").into(),
            match self.head.checked {
                true => badge("đã đối chiếu bản chính", Tone::Good).into(),
                false => badge("chưa đối chiếu bản chính", Tone::Caution).into(),
            },
            flow::spring().into(),
        ]);
        if self.may_edit {
            head = head
                .push(secondary("Thêm kỳ nghỉ").key("F2").on_press(Message::HolidayAsked))
                .push(secondary("Thêm hoán đổi").key("F4").on_press(Message::SwapAsked))
                .push(secondary("Đổi giờ làm việc").key("F7").on_press(Message::HoursAsked))
                .push(quiet("Bỏ dòng này").key("F8").on_press(Message::RemovalAsked));
        }
        let years = self.head.years.iter().map(|(year, official)| {
            let words = match official {
                true => "đã có quyết định",
                false => "chưa chính thức",
            };
            let tone = if *official { Tone::Good } else { Tone::Caution };
            row([
                text::body(year.to_string()).width(iced::Length::Fill).into(),
                badge(words, tone).into(),
            ])
            .into()
        });
        let side = column([
            section(
                "Giờ làm việc",
                None,
                column(self.head.hours_words.iter().map(|line| text::body(line.as_str()).into()))
                    .spacing(space::XS),
            )
            .into(),
            section("Ngày nghỉ theo năm", None, column(years).spacing(space::XS)).into(),
            section("Bản đang dùng", None, text::body(self.head.source.as_str())).into(),
        ]);
        let body = iced::widget::Row::new()
            .push(
                iced::widget::Column::new()
                    .push(iced::widget::container(self.list()).height(iced::Length::Fill))
                    .push(self.chosen().map(whole))
                    .spacing(space::M),
            )
            .push(iced::widget::container(flow::scroll(side)).width(SIDE))
            .spacing(space::L)
            .height(iced::Length::Fill);
        let screen = iced::widget::Column::new()
            .push(head)
            .push(self.notice.as_ref().map(Notice::view))
            .push(body)
            .spacing(space::M);
        modal(
            iced::widget::container(screen).padding(space::L).height(iced::Length::Fill),
            self.asked.as_ref().map(|asked| self.question(asked)),
        )
    }
}

/// A week's hours whole: their cell may be cut.
fn whole(line: &Line) -> Element<'_, Message> {
    let (head, words, note) = match line {
        Line::Holiday { from, to, name, note } if from == to => {
            (format!("Nghỉ ngày {}", day(*from)), name.clone(), note)
        }
        Line::Holiday { from, to, name, note } => {
            (format!("Nghỉ từ {} đến {}", day(*from), day(*to)), name.clone(), note)
        }
        Line::Swap { off, work, note } => {
            (format!("Nghỉ ngày {}", day(*off)), format!("làm bù {}", day(*work)), note)
        }
        Line::Hours(hours) => {
            (format!("Giờ làm việc từ {}", day(hours.from)), hours.to_string(), &hours.note)
        }
    };
    let mut parts = column([text::strong(head).into(), text::body(words).into()]).spacing(0.0);
    if !note.is_empty() {
        parts = parts.push(text::small(note.as_str()));
    }
    card(parts).into()
}

fn day(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn head() -> Head {
        let hours = WeeklyHours { from: Date::MIN, days: Vec::new(), note: String::new() };
        Head {
            hours,
            hours_words: Vec::new(),
            years: Vec::new(),
            source: String::new(),
            checked: false,
        }
    }

    fn typed(day: Date) -> DateInput {
        DateInput::new(Some(day), Century::This)
    }

    #[test]
    fn a_day_off_needs_a_name_a_day_and_a_decision() {
        let mut state = State::new(head(), Vec::new(), date(2026, 11, 28), true);
        assert_eq!(state.update(Message::HolidayAsked), Action::Focus(FIRST));
        assert_eq!(state.update(Message::Confirmed), Action::None);
        state.update(Message::NameTyped("Ngày hội".into()));
        state.update(Message::WordsTyped("QĐ 1".into()));
        assert_eq!(state.update(Message::Confirmed), Action::None);
        state.update(Message::FirstTyped(typed(date(2026, 12, 1))));
        let line = Line::Holiday {
            from: date(2026, 12, 1),
            to: date(2026, 12, 1),
            name: "Ngày hội".into(),
            note: "QĐ 1".into(),
        };
        assert_eq!(state.update(Message::Confirmed), Action::Add(line, "QĐ 1".into()));
    }

    /// A long name is cut in its cell: the chosen line stands whole below.
    #[test]
    fn the_chosen_line_stands_whole_below_the_list() {
        let holiday = |from, to| Line::Holiday {
            from,
            to,
            name: "Tết Nguyên đán (phần chung của các phương án)".into(),
            note: String::new(),
        };
        let (first, last) = (date(2027, 2, 5), date(2027, 2, 10));
        let off = Line::Swap { off: first, work: last, note: "Thông báo 12".into() };
        for (line, begins) in [
            (holiday(first, last), "Nghỉ từ 05/02/2027 đến 10/02/2027"),
            (holiday(first, first), "Nghỉ ngày 05/02/2027"),
            (off, "Nghỉ ngày 05/02/2027"),
        ] {
            let state = State::new(head(), vec![line], first, false);
            let words = widgets::shot::words(state.view(), iced::Size::new(1366.0, 768.0));
            assert!(words.iter().any(|shown| shown == begins), "{begins}: {words:?}");
        }
    }

    #[test]
    fn only_those_who_may_edit_are_asked() {
        let mut state = State::new(head(), Vec::new(), date(2026, 11, 28), false);
        assert_eq!(state.update(Message::SwapAsked), Action::None);
        assert!(!state.asks());
    }
}
