//! Person first: the screen waits for a card, a code or a number. Below stands the work that waits, one line
//! each; from an empty entry the arrow keys go through it and Enter opens. Beside it the day.

use jiff::civil::Date;
use office::dossier::DossierId;
use widgets::{
    Element, Icon, Tone, badge, banner, card, column, empty_state, field, icon, keys::Pressed,
    pressable, progress, quiet, row, secondary, section, text,
};

use super::{
    Shown,
    help::{Help, help},
};
use crate::{
    desk::lines::DraftId,
    window::{layout, notice::Notice},
};

/// The field that has the keyboard.
pub const ENTRY: &str = "home-entry";

/// Most that a day's figures count: beyond it the figure is not the point any more.
pub const MOST: usize = 100;

/// The screen's state.
#[derive(Default)]
pub struct State {
    entry: String,
    /// What the last attempt ended with.
    pub notice: Option<Notice>,
    /// The reading that runs: what is read, steps done, steps in all.
    pub reading: Option<(String, u64, u64)>,
    /// What the chip says so far, not checked yet.
    pub facts: Option<String>,
    /// Readers whose cards wait for a key; the last one is read.
    pub cards: Vec<String>,
    /// Why no chip can be read now.
    pub problem: Option<&'static str>,
    /// What was begun and not written, the latest first.
    pub drafts: Vec<Line>,
    /// The form that was thrown away last, while it can be taken back.
    pub thrown_away: Option<String>,
    /// The chosen line of the work, counted over all sections.
    highlighted: Option<usize>,
    /// The day's figures; `None` for roles that see no dossiers.
    pub day: Option<Day>,
    /// Online dossiers that wait, and whether one of them waits too long.
    pub arrivals: (usize, bool),
    /// Electronic copies that wait for the user's signature.
    pub signatures: u64,
    /// What waits for the user's telephone, in words.
    pub telephone: Option<String>,
}

/// The day at a glance.
#[derive(Clone, Default)]
pub struct Day {
    /// Today.
    pub date: Option<Date>,
    /// Dossiers received today.
    pub received: u64,
    /// Due today.
    pub due_today: u64,
    /// Due on the next working day: today is the last day to apologise for them in time.
    pub due_soon: u64,
    /// Past their day.
    pub overdue: u64,
    /// The latest, newest first.
    pub latest: Vec<Line>,
    /// Past their day, due today or soon, the most pressing first.
    pub due: Vec<Line>,
    /// Whose result waits for the citizen.
    pub to_return: Vec<Line>,
    /// Whose citizen was asked for something.
    pub waiting: Vec<Line>,
}

/// Why work waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Due,
    Drafts,
    ToReturn,
    Waiting,
}

impl Section {
    fn title(self) -> &'static str {
        match self {
            Section::Due => "Cần giải quyết: quá hạn, sắp đến hạn",
            Section::Drafts => "Đang nhập dở",
            Section::ToReturn => "Chờ trả kết quả",
            Section::Waiting => "Chờ công dân bổ sung, nộp phí",
        }
    }
}

/// Something that was begun and not finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// A reception.
    Reception(DossierId),
    /// An act, or a line of a book.
    Line(DraftId),
}

/// What a line opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opens {
    /// A dossier.
    Dossier(DossierId),
    /// A draft.
    Begun(Begun),
}

/// One dossier of a list, or a draft.
#[derive(Clone)]
pub struct Line {
    /// What it opens.
    pub opens: Opens,
    /// Mã hồ sơ; empty before reception.
    pub code: String,
    /// Applicant.
    pub name: String,
    /// Procedure.
    pub procedure: String,
    /// How it stands, where that is to be told.
    pub badge: Option<(String, Tone)>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The entry changed.
    Typed(String),
    /// Enter in the entry.
    Entered,
    /// A line was chosen.
    LineOpened(Opens),
    /// The latest draft is to go on.
    LatestResumed,
    /// The draft is to be thrown away.
    DraftDropped(Begun),
    /// The draft that was thrown away last is wanted again.
    DropUndone,
    /// Another line of the work.
    Moved(i8),
    /// All dossiers.
    ListOpened,
    /// Online dossiers.
    ArrivalsOpened,
    /// Go to the copies that wait for a signature.
    SignaturesOpened,
    /// See what waits for the telephone.
    TelephoneOpened,
    /// The reading is to stop.
    ReadingStopped,
    /// The card of another reader is meant. The shell takes this word itself.
    NextReader,
    /// The camera is to look for a code.
    CameraAsked,
    /// The chip's key is to be typed.
    KeyAsked,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Something was entered.
    Entered(String),
    /// Open a dossier.
    Open(DossierId),
    /// Go on with the draft.
    ResumeDraft(Begun),
    /// Throw the draft away.
    DropDraft(Begun),
    /// Take the last one back.
    UndoDrop,
    /// Show all dossiers.
    List,
    /// Show the online dossiers.
    Arrivals,
    /// Show the copies that wait for a signature.
    Signatures,
    /// Show what waits for the telephone.
    Telephone,
    /// Stop reading the chip.
    StopReading,
    /// Open the camera.
    Camera,
    /// Ask for the chip's key.
    AskKey,
}

impl State {
    /// The screen with a sentence to read.
    pub fn telling(notice: Option<Notice>) -> Self {
        Self { notice, ..Self::default() }
    }

    /// Leaves what was entered in the field: it may only need a correction.
    pub fn keep_entry(&mut self, entry: String) {
        self.entry = entry;
    }

    /// Whether cards lie on several readers.
    pub fn offers_readers(&self) -> bool {
        self.reading.is_none() && self.cards.len() > 1
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Typed(text) => {
                self.entry = text;
                self.highlighted = None;
                Action::None
            }
            Message::Moved(by) => {
                let last = self.lines().count().checked_sub(1);
                self.highlighted = match (self.highlighted, by) {
                    (None, 1..) => last.map(|_| 0),
                    (Some(0), ..0) | (None, _) => None,
                    (Some(at), by) => {
                        last.map(|last| at.saturating_add_signed(by.into()).min(last))
                    }
                };
                Action::None
            }
            Message::Entered if self.entry.trim().is_empty() => self.open_highlighted(),
            Message::Entered => Action::Entered(std::mem::take(&mut self.entry)),
            Message::LineOpened(opens) => open(opens),
            Message::LatestResumed => match self.drafts.first() {
                Some(draft) => open(draft.opens.clone()),
                None => Action::None,
            },
            Message::DraftDropped(key) => Action::DropDraft(key),
            Message::DropUndone => Action::UndoDrop,
            Message::ListOpened => Action::List,
            Message::ArrivalsOpened => Action::Arrivals,
            Message::SignaturesOpened => Action::Signatures,
            Message::TelephoneOpened => Action::Telephone,
            Message::ReadingStopped => Action::StopReading,
            Message::NextReader => Action::None,
            Message::CameraAsked => Action::Camera,
            Message::KeyAsked => Action::AskKey,
        }
    }

    /// The work that waits, in the order in which it stands on the screen.
    fn work(&self) -> impl Iterator<Item = (Section, &[Line])> {
        let of = |lines: fn(&Day) -> &[Line]| self.day.as_ref().map_or(&[][..], lines);
        let sections = [
            (Section::Due, of(|day| &day.due)),
            (Section::Drafts, &self.drafts),
            (Section::ToReturn, of(|day| &day.to_return)),
            (Section::Waiting, of(|day| &day.waiting)),
        ];
        sections.into_iter().filter(|(_, lines)| !lines.is_empty())
    }

    fn lines(&self) -> impl Iterator<Item = (Section, &Line)> {
        self.work().flat_map(|(section, lines)| lines.iter().map(move |line| (section, line)))
    }

    fn open_highlighted(&self) -> Action {
        match self.highlighted.and_then(|at| self.lines().nth(at)) {
            Some((_, line)) => open(line.opens.clone()),
            None => Action::None,
        }
    }

    fn person(&self) -> Element<'_, Message> {
        let mut content = column([
            text::title("Mời công dân").into(),
            text::body("Đặt thẻ lên đầu đọc rồi quét mã QR trên thẻ, hoặc nhập 12 số định danh. Hộ chiếu: quét hoặc nhập dòng MRZ. Ảnh chụp mã QR hoặc dòng MRZ có thể thả vào cửa sổ.").into(),
            field("Số định danh, mã QR, mã hồ sơ, số điện thoại hoặc họ tên", &self.entry)
                .id(ENTRY)
                .icon(Icon::Search)
                .hint("Nhận cả dòng MRZ, 6 số CAN, hoặc: 12 số, ngày sinh, ngày hết hạn. Enter để tiếp tục.")
                .on_change(Message::Typed)
                .on_submit(Message::Entered)
                .into(),
        ]);
        if let Some((group, done, total)) = &self.reading {
            content = content.push(row([
                progress(group.as_str(), *done, *total),
                quiet("Dừng").key("Esc").on_press(Message::ReadingStopped).into(),
            ]));
            if let Some(facts) = &self.facts {
                content = content.push(text::body(facts.as_str()));
            }
        } else if let Some(reader) = self.cards.last() {
            content = content.push(row([
                icon(Icon::Card),
                text::toned("Đã thấy thẻ trên đầu đọc. Quét mã QR mặt trước thẻ hoặc nhập 12 số để mở chip. Hộ chiếu hoặc thẻ khác: nhấn F6 để nhập dòng MRZ hoặc CAN.", Tone::Info).width(iced::Length::Fill).into(),
            ]));
            if self.offers_readers() {
                let words = format!(
                    "Có thẻ trên {} đầu đọc. Sẽ đọc thẻ trên “{reader}”.",
                    self.cards.len()
                );
                content = content.push(row([
                    text::strong(words).width(iced::Length::Fill).into(),
                    secondary("Đầu đọc khác").key("F8").on_press(Message::NextReader).into(),
                ]));
            }
        } else if let Some(problem) = self.problem {
            content = content.push(banner(Tone::Caution, problem));
        }
        if self.reading.is_none() {
            content = content.push(row([
                secondary("Đọc mã bằng camera").key("F7").on_press(Message::CameraAsked).into(),
                secondary("Nhập MRZ hoặc CAN").key("F6").on_press(Message::KeyAsked).into(),
            ]));
        }
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        let mut screen = column([card(content).into()]);
        if let Some(words) = &self.thrown_away {
            let thrown_away = row([
                text::small(format!("Đã bỏ: {words}. Giữ lại một ngày."))
                    .width(iced::Length::Fill)
                    .into(),
                quiet("Hoàn tác").key("Ctrl+Z").on_press(Message::DropUndone).into(),
            ]);
            screen = screen.push(card(thrown_away));
        }
        let mut at = 0;
        for (kind, lines) in self.work() {
            let rows = lines
                .iter()
                .enumerate()
                .map(|(n, line)| work_line(kind, line, n == 0, self.highlighted == Some(at + n)));
            let rows = column(rows).spacing(0.0);
            screen = screen.push(section(kind.title(), None, rows));
            at += lines.len();
        }
        screen.into()
    }

    fn today(&self) -> Element<'_, Message> {
        let Some(day) = &self.day else {
            return card(text::body(
                "Vai trò của bạn không xem hồ sơ của công dân. Việc của bạn ở mục Khác (F10).",
            ))
            .into();
        };
        let date = day.date.map(|d| d.strftime("%d/%m/%Y").to_string()).unwrap_or_default();
        let mut figures = row([badge(format!("Đã nhận {}", day.received), Tone::Info).into()]);
        if day.due_today > 0 {
            figures = figures
                .push(badge(format!("Hôm nay hẹn trả {}", figure(day.due_today)), Tone::Caution));
        }
        if day.due_soon > 0 {
            figures =
                figures.push(badge(format!("Sắp đến hạn {}", figure(day.due_soon)), Tone::Caution));
        }
        if day.overdue > 0 {
            figures = figures.push(badge(format!("Quá hạn {}", figure(day.overdue)), Tone::Bad));
        }
        let (waiting, late) = self.arrivals;
        let arrivals = (waiting > 0).then(|| {
            let words = format!("{waiting} hồ sơ trực tuyến chờ tiếp nhận");
            let tone = if late { Tone::Bad } else { Tone::Caution };
            pressable(row([
                icon(Icon::Network),
                text::toned(words, tone).width(iced::Length::Fill).into(),
                text::small("Ctrl+O").into(),
            ]))
            .on_press(Message::ArrivalsOpened)
        });
        let signatures = (self.signatures > 0).then(|| {
            let words = format!("{} bản điện tử chờ bạn ký số", self.signatures);
            pressable(row([
                icon(Icon::Check),
                text::toned(words, Tone::Caution).width(iced::Length::Fill).into(),
            ]))
            .on_press(Message::SignaturesOpened)
        });
        let telephone = self.telephone.as_ref().map(|words| {
            pressable(row([
                icon(Icon::Check),
                text::toned(words.as_str(), Tone::Caution).width(iced::Length::Fill).into(),
                text::small("F9").into(),
            ]))
            .on_press(Message::TelephoneOpened)
        });
        let list: Element<'_, Message> = if day.latest.is_empty() {
            empty_state(Icon::Folder, "Chưa có hồ sơ nào", "Hồ sơ tiếp nhận sẽ hiện ở đây.", None)
        } else {
            column(day.latest.iter().map(|line| {
                pressable(
                    column([
                        row([
                            text::number(line.code.as_str()).into(),
                            text::small(line.name.as_str()).into(),
                        ])
                        .into(),
                        text::small(line.procedure.as_str()).into(),
                    ])
                    .spacing(0.0),
                )
                .width(iced::Length::Fill)
                .on_press(Message::LineOpened(line.opens.clone()))
                .into()
            }))
            .spacing(widgets::space::XS)
            .into()
        };
        section(
            format!("Hôm nay {date}"),
            None,
            column([figures.into()])
                .push(arrivals)
                .push(signatures)
                .push(telephone)
                .push(list)
                .push(quiet("Tất cả hồ sơ").key("F3").on_press(Message::ListOpened)),
        )
        .into()
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("home");

    fn title(&self) -> &'static str {
        "Trang chính"
    }

    fn main_field(&self) -> Option<String> {
        Some(ENTRY.into())
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        Some(match key {
            Pressed::F(6) => Message::KeyAsked,
            Pressed::F(8) if self.offers_readers() => Message::NextReader,
            Pressed::F(7) => Message::CameraAsked,
            Pressed::Down => Message::Moved(1),
            Pressed::Up => Message::Moved(-1),
            Pressed::Escape => Message::ReadingStopped,
            Pressed::F(4) => Message::LatestResumed,
            Pressed::F(9) if self.telephone.is_some() => Message::TelephoneOpened,
            Pressed::Ctrl('z') => Message::DropUndone,
            _ => return None,
        })
    }

    fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        layout::two_columns(self.person(), self.today())
    }
}

fn open(opens: Opens) -> Action {
    match opens {
        Opens::Dossier(id) => Action::Open(id),
        Opens::Begun(draft) => Action::ResumeDraft(draft),
    }
}

/// A line of the work; the first draft has a key.
fn work_line<'a>(
    section: Section,
    line: &'a Line,
    first: bool,
    highlighted: bool,
) -> Element<'a, Message> {
    let open = Message::LineOpened(line.opens.clone());
    let mut words = row([]);
    if !line.code.is_empty() {
        words = words.push(iced::widget::container(text::number(line.code.as_str())).width(CODE));
    }
    // A narrow window sets the procedure under the name: neither is ever cut.
    let about = row([text::strong(line.name.as_str()).width(NAME).into()])
        .push((!line.procedure.is_empty()).then(|| text::small(line.procedure.as_str())))
        .width(iced::Length::Fill)
        .wrap()
        .vertical_spacing(0.0);
    words = words
        .push(about)
        .push(line.badge.as_ref().map(|(words, tone)| badge(words.as_str(), *tone)));
    let (Section::Drafts, Opens::Begun(draft)) = (section, &line.opens) else {
        return pressable(words)
            .width(iced::Length::Fill)
            .chosen(highlighted)
            .on_press(open)
            .into();
    };
    let words = words.push(first.then(|| text::small("F4")));
    row([
        pressable(words).width(iced::Length::Fill).chosen(highlighted).on_press(open).into(),
        quiet("Bỏ").on_press(Message::DraftDropped(draft.clone())).into(),
    ])
    .into()
}

/// Width of a code.
const CODE: f32 = 164.0;

/// Width of a name: procedures stand one under the other.
const NAME: f32 = 232.0;

fn figure(count: u64) -> String {
    let most = MOST as u64;
    if count < most { count.to_string() } else { format!("từ {most}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(opens: Opens) -> Line {
        Line {
            opens,
            code: String::new(),
            name: String::new(),
            procedure: String::new(),
            badge: None,
        }
    }

    fn opens(state: &mut State) -> String {
        match state.update(Message::Entered) {
            Action::None => String::new(),
            Action::Entered(words) => format!("entered {words}"),
            Action::Open(id) => format!("opens {}", id.0),
            Action::ResumeDraft(Begun::Reception(id)) => format!("resumes {}", id.0),
            Action::ResumeDraft(Begun::Line(id)) => format!("types {}", id.0),
            _ => "other".into(),
        }
    }

    #[test]
    fn the_arrows_go_through_the_work_and_enter_opens_it() {
        let dossier = |id: &str| line(Opens::Dossier(DossierId(id.into())));
        let day = Day {
            due: vec![dossier("a"), dossier("b")],
            to_return: vec![dossier("d")],
            ..Day::default()
        };
        let begun = [Begun::Reception(DossierId("c".into())), Begun::Line(DraftId("l".into()))];
        let begun = begun.map(|draft| line(Opens::Begun(draft)));
        for (moves, expected) in [
            (&[][..], ""),
            (&[-1], ""),
            (&[1], "opens a"),
            (&[1, 1, 1], "resumes c"),
            (&[1, 1, 1, 1], "types l"),
            (&[1, 1, 1, 1, 1], "opens d"),
            (&[1, 1, 1, 1, 1, 1, 1], "opens d"),
            (&[1, 1, -1], "opens a"),
            (&[1, -1], ""),
        ] {
            let (day, drafts) = (Some(day.clone()), begun.to_vec());
            let mut state = State { day, drafts, ..State::default() };
            for by in moves {
                state.update(Message::Moved(*by));
            }
            assert_eq!(opens(&mut state), expected, "{moves:?}");
            // What is typed is meant, whatever line was chosen.
            state.update(Message::Typed("001".into()));
            assert_eq!(opens(&mut state), "entered 001");
        }
        let mut empty = State::default();
        empty.update(Message::Moved(1));
        assert_eq!(opens(&mut empty), "");
    }
}
