//! Person first: the screen waits for a card, a code or a number, and shows the day.

use jiff::civil::Date;
use office::dossier::DossierId;
use widgets::{
    Element, Icon, Tone, badge, banner, card, column, empty_state, field, icon, pressable,
    progress, quiet, row, secondary, section, text,
};

use crate::window::{layout, notice::Notice, papers};

/// The field that has the keyboard.
pub const ENTRY: &str = "home-entry";

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
    /// Dossiers that were begun and not finished, the latest first.
    pub drafts: Vec<(DossierId, String)>,
    /// The form that was thrown away last, while it can be taken back.
    pub thrown_away: Option<String>,
    /// The day's figures.
    pub day: Day,
    /// Online dossiers that wait, and whether one of them waits too long.
    pub arrivals: (usize, bool),
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
    /// Past their day, due today or due on the next working day, the most pressing first.
    pub pressing: Vec<(Line, office::calendar::DueState)>,
}

/// One dossier of the list.
#[derive(Clone)]
pub struct Line {
    /// Key of the dossier.
    pub id: DossierId,
    /// Mã hồ sơ.
    pub code: String,
    /// Applicant.
    pub name: String,
    /// Procedure.
    pub procedure: String,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The entry changed.
    Typed(String),
    /// Enter in the entry.
    Entered,
    /// A dossier of the list was chosen.
    LineOpened(DossierId),
    /// A draft is to go on.
    DraftResumed(DossierId),
    /// The latest draft is to go on.
    LatestResumed,
    /// The draft is to be thrown away.
    DraftDropped(DossierId),
    /// The draft that was thrown away last is wanted again.
    DropUndone,
    /// All dossiers.
    ListOpened,
    /// Online dossiers.
    ArrivalsOpened,
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
    ResumeDraft(DossierId),
    /// Throw the draft away.
    DropDraft(DossierId),
    /// Take the last one back.
    UndoDrop,
    /// Show all dossiers.
    List,
    /// Show the online dossiers.
    Arrivals,
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
                Action::None
            }
            Message::Entered if self.entry.trim().is_empty() => Action::None,
            Message::Entered => Action::Entered(std::mem::take(&mut self.entry)),
            Message::LineOpened(id) => Action::Open(id),
            Message::DraftResumed(id) => Action::ResumeDraft(id),
            Message::LatestResumed => match self.drafts.first() {
                Some((id, _)) => Action::ResumeDraft(id.clone()),
                None => Action::None,
            },
            Message::DraftDropped(id) => Action::DropDraft(id),
            Message::DropUndone => Action::UndoDrop,
            Message::ListOpened => Action::List,
            Message::ArrivalsOpened => Action::Arrivals,
            Message::ReadingStopped => Action::StopReading,
            Message::NextReader => Action::None,
            Message::CameraAsked => Action::Camera,
            Message::KeyAsked => Action::AskKey,
        }
    }

    /// Draws the screen.
    pub fn view(&self) -> Element<'_, Message> {
        layout::two_columns(self.person(), self.today())
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
        if !self.drafts.is_empty() || self.thrown_away.is_some() {
            let drafts = self.drafts.iter().take(DRAFTS).enumerate().map(|(n, (id, words))| {
                let resume = secondary("Nhập tiếp").on_press(Message::DraftResumed(id.clone()));
                row([
                    text::body(words.as_str()).width(iced::Length::Fill).into(),
                    if n == 0 { resume.key("F4") } else { resume }.into(),
                    quiet("Bỏ").on_press(Message::DraftDropped(id.clone())).into(),
                ])
                .into()
            });
            let thrown_away = self.thrown_away.as_ref().map(|words| {
                row([
                    text::small(format!("Đã bỏ: {words}. Giữ lại một ngày."))
                        .width(iced::Length::Fill)
                        .into(),
                    quiet("Hoàn tác").key("Ctrl+Z").on_press(Message::DropUndone).into(),
                ])
            });
            let drafts = column(drafts).push(thrown_away);
            screen = screen.push(section("Hồ sơ đang nhập dở", None, drafts));
        }
        if !self.day.pressing.is_empty() {
            screen = screen.push(section(
                "Cần trả kết quả",
                None,
                column(self.day.pressing.iter().map(|(line, due)| {
                    pressable(row([
                        column([
                            row([
                                text::number(line.code.as_str()).into(),
                                text::small(line.name.as_str()).into(),
                            ])
                            .into(),
                            text::small(line.procedure.as_str()).into(),
                        ])
                        .spacing(0.0)
                        .width(iced::Length::Fill)
                        .into(),
                        badge(due.to_string(), layout::due_tone(*due)).into(),
                    ]))
                    .on_press(Message::LineOpened(line.id.clone()))
                    .into()
                }))
                .spacing(widgets::space::XS),
            ));
        }
        screen.into()
    }

    fn today(&self) -> Element<'_, Message> {
        let day = &self.day;
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
                .on_press(Message::LineOpened(line.id.clone()))
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
                .push(list)
                .push(quiet("Tất cả hồ sơ").key("F3").on_press(Message::ListOpened)),
        )
        .into()
    }
}

/// Drafts shown at once.
const DRAFTS: usize = 3;

fn figure(count: u64) -> String {
    let most = papers::MOST as u64;
    if count < most { count.to_string() } else { format!("từ {most}") }
}
