//! Backups: made now, or by themselves each day into a folder of their own, and what brings one back. The
//! copy is encrypted as the ledger is; it is opened and checked before it counts.

use std::path::PathBuf;

use jiff::civil::{DateTime, Time};
use ledger::{BackupProgress, EventKind, Ledger};
use office::backup::BackupPlan;
use widgets::{
    Element, Icon, Tone, column,
    field::{Field, field},
    flow,
    keys::Pressed,
    primary,
    progress::progress,
    quiet, row, secondary, section, space, text,
};

use super::{
    Shown,
    help::{Help, help},
    menu,
    restore::megabytes,
};
use crate::{browse::Place, window::notice::Notice};

/// The field for the folder of a backup that is made now.
pub const FOLDER: &str = "backup-folder";

/// Most backups that are kept, and days after which one is missed.
const MOST: u16 = 999;

/// Which text was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The folder of a backup that is made now.
    Folder,
    /// The folder of those that are made by themselves.
    Planned,
    /// From which time of the day.
    At,
    /// How many are kept.
    Keep,
    /// After how many days one is missed.
    Remind,
}

/// What the shell knows of backups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// When the last one was made.
    pub last: Option<DateTime>,
    /// How far a running one is.
    pub running: Option<BackupProgress>,
}

/// The screen's state.
pub struct State {
    folder: String,
    planned: String,
    at: String,
    keep: String,
    remind: String,
    places: Vec<Place>,
    may: bool,
    known: Known,
    now: DateTime,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// A text changed.
    Typed(Part, String),
    /// One of the places.
    PlaceChosen(usize),
    /// Make one now.
    Asked,
    /// Stop the running one.
    Stopped,
    /// Keep the plan.
    PlanSaved,
    /// Bring one back.
    RestoreAsked,
    /// Back.
    Closed,
}

/// What the shell has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Make a backup in this folder.
    BackUp(PathBuf),
    /// Stop it.
    Stop,
    /// Write this plan down.
    Plan(BackupPlan),
    /// Go and restore.
    Restore,
    /// Back.
    Close,
}

impl State {
    /// Shows the plan and what is known; `may`: whether this user may make backups and plans.
    pub fn new(
        plan: &BackupPlan,
        places: Vec<Place>,
        may: bool,
        known: Known,
        now: DateTime,
    ) -> Self {
        let stick = places.iter().find(|place| place.label.starts_with("Ổ "));
        Self {
            folder: stick.map(|stick| stick.folder.display().to_string()).unwrap_or_default(),
            planned: plan.folder.clone(),
            at: plan.at.strftime("%H:%M").to_string(),
            keep: plan.keep.to_string(),
            remind: plan.remind_days.to_string(),
            places,
            may,
            known,
            now,
            notice: None,
        }
    }

    /// What is known now.
    pub fn know(&mut self, known: Known, now: DateTime) {
        (self.known, self.now) = (known, now);
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Typed(part, text) => {
                *self.part(part) = text;
                self.notice = None;
            }
            Message::PlaceChosen(n) => {
                if let Some(place) = self.places.get(n) {
                    self.folder = place.folder.display().to_string();
                }
            }
            Message::Asked if self.may && self.known.running.is_none() => {
                let folder = self.folder.trim();
                if !PathBuf::from(folder).is_absolute() {
                    self.notice = Some(Notice::caution(
                        "Chưa chọn nơi sao lưu. Hãy cắm USB rồi chọn ổ, hoặc gõ đường dẫn đầy đủ của thư mục.",
                    ));
                    return Action::None;
                }
                self.notice = None;
                return Action::BackUp(PathBuf::from(folder));
            }
            Message::Stopped => return Action::Stop,
            Message::PlanSaved if self.may => match self.plan() {
                Ok(plan) => return Action::Plan(plan),
                Err(words) => self.notice = Some(Notice::caution(words)),
            },
            Message::RestoreAsked => return Action::Restore,
            Message::Closed => return Action::Close,
            Message::Asked | Message::PlanSaved => {}
        }
        Action::None
    }

    fn part(&mut self, part: Part) -> &mut String {
        match part {
            Part::Folder => &mut self.folder,
            Part::Planned => &mut self.planned,
            Part::At => &mut self.at,
            Part::Keep => &mut self.keep,
            Part::Remind => &mut self.remind,
        }
    }

    fn plan(&self) -> Result<BackupPlan, &'static str> {
        let folder = self.planned.trim();
        if !folder.is_empty() && !PathBuf::from(folder).is_absolute() {
            return Err("Nơi tự sao lưu phải là đường dẫn đầy đủ của một thư mục. Chưa ghi gì.");
        }
        let number = |text: &str| text.trim().parse().ok().filter(|n| (1..=MOST).contains(n));
        Ok(BackupPlan {
            folder: folder.to_owned(),
            at: Time::strptime("%H:%M", self.at.trim())
                .map_err(|_| "Giờ sao lưu viết như 11:30. Chưa ghi gì.")?,
            keep: number(&self.keep).ok_or("Số bản giữ lại phải từ 1 đến 999. Chưa ghi gì.")?,
            remind_days: number(&self.remind)
                .ok_or("Số ngày nhắc phải từ 1 đến 999. Chưa ghi gì.")?,
        })
    }

    fn field<'a>(&self, name: &'a str, value: &'a str, part: Part) -> Field<'a, Message> {
        let field = field(name, value);
        match self.may {
            true => field.on_change(move |text| Message::Typed(part, text)),
            false => field,
        }
    }

    fn now(&self) -> Element<'_, Message> {
        let (words, tone) = age(self.known.last, self.now);
        let places = self.places.iter().enumerate().map(|(n, place)| -> Element<'_, Message> {
            quiet(place.label.as_str()).on_press(Message::PlaceChosen(n)).into()
        });
        let mut content = column([
            text::toned(words, tone).into(),
            self.field("Nơi sao lưu", &self.folder, Part::Folder)
                .id(FOLDER)
                .plain()
                .hint("USB hoặc ổ đĩa khác. Mỗi lần sao lưu tạo một thư mục mới, đã mã hóa, được thử mở lại ngay.")
                .on_submit(Message::Asked)
                .into(),
            iced::widget::Row::with_children(places).spacing(space::XS).wrap().into(),
        ]);
        content = match self.known.running {
            Some(running) => content
                .push(match running {
                    BackupProgress::Copying(done, all) => {
                        progress("Đang chép (MB)", megabytes(done), megabytes(all))
                    }
                    BackupProgress::Trying(done, all) => {
                        progress("Đang thử mở lại (mục ghi)", done, all)
                    }
                })
                .push(secondary("Dừng").key("F4").on_press(Message::Stopped)),
            None => content.push(
                primary("Sao lưu ngay")
                    .key("F2")
                    .on_press_maybe(self.may.then_some(Message::Asked)),
            ),
        };
        let restore = column([
            text::body("Đưa một bản sao lưu trở lại máy này. Sổ cái đang dùng được giữ cạnh đó.")
                .into(),
            secondary("Khôi phục từ bản sao lưu").key("F8").on_press(Message::RestoreAsked).into(),
        ]);
        column([
            section("Sao lưu ngay", None, content).into(),
            section("Khôi phục", None, restore).into(),
        ])
        .into()
    }

    fn by_itself(&self) -> Element<'_, Message> {
        let mut content = column([
            self.field("Nơi tự sao lưu", &self.planned, Part::Planned)
                .plain()
                .hint("Để trống: không tự sao lưu. Có thể là thư mục đồng bộ hoặc ổ mạng: bản sao đã mã hóa.")
                .into(),
            flow::fields([
                self.field("Mỗi ngày từ lúc", &self.at, Part::At).plain().into(),
                self.field("Giữ lại (bản)", &self.keep, Part::Keep).plain().into(),
                self.field("Nhắc sau (ngày)", &self.remind, Part::Remind).plain().into(),
            ])
            .into(),
            text::small("Chương trình tự sao lưu khi cửa sổ đang mở, kể cả lúc khóa. Thiếu USB hoặc hết chỗ thì báo ở thanh dưới và thử lại.").into(),
        ]);
        if self.may {
            content = content.push(primary("Lưu lịch").key("Ctrl+S").on_press(Message::PlanSaved));
        }
        section("Tự sao lưu", None, content).into()
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("backup");
    const MENU: Option<menu::Row> = Some(menu::Row::work(Icon::Backup, "Sao lưu, khôi phục"));

    fn may_open(ledger: &Ledger) -> bool {
        ledger.may(EventKind::BackupMade)
    }

    fn title(&self) -> &'static str {
        "Sao lưu, khôi phục"
    }

    fn main_field(&self) -> Option<String> {
        Some(FOLDER.into())
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        Some(match key {
            Pressed::F(2) => Message::Asked,
            Pressed::F(4) => Message::Stopped,
            Pressed::F(8) => Message::RestoreAsked,
            Pressed::Ctrl('s') => Message::PlanSaved,
            Pressed::Escape => Message::Closed,
            _ => return None,
        })
    }

    fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        let head = row([
            text::title("Sao lưu, khôi phục").into(),
            flow::spring().into(),
            quiet("Về trang chính").key("Esc").on_press(Message::Closed).into(),
        ]);
        let mut screen = column([head.into()]);
        if !self.may {
            screen = screen.push(text::body(
                "Chỉ lãnh đạo và quản trị an toàn thông tin sao lưu và đặt lịch. Ở đây chỉ xem.",
            ));
        }
        if let Some(notice) = &self.notice {
            screen = screen.push(notice.view());
        }
        let columns = iced::widget::Row::new()
            .push(iced::widget::container(self.now()).width(iced::Length::FillPortion(1)))
            .push(iced::widget::container(self.by_itself()).width(iced::Length::FillPortion(1)))
            .spacing(space::L);
        flow::page(screen.push(columns))
    }
}

/// How old the last backup is, in words.
pub fn age(last: Option<DateTime>, now: DateTime) -> (String, Tone) {
    let Some(last) = last else {
        return ("Chưa sao lưu lần nào".into(), Tone::Caution);
    };
    let days = now.date().duration_since(last.date()).as_hours() / 24;
    let when = match days {
        0 => "hôm nay".to_owned(),
        1 => "hôm qua".into(),
        days if days < 0 => "ngày trong tương lai".into(),
        days => format!("{days} ngày trước"),
    };
    let moment = last.strftime("%H:%M %d/%m/%Y");
    (format!("Lần sao lưu gần nhất: {moment} ({when})"), Tone::Plain)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn state(typed: &[(Part, &str)]) -> State {
        let now = date(2026, 11, 23).at(9, 0, 0, 0);
        let mut state = State::new(&BackupPlan::default(), Vec::new(), true, Known::default(), now);
        for (part, text) in typed {
            state.update(Message::Typed(*part, (*text).into()));
        }
        state
    }

    #[test]
    fn a_plan_is_whole_or_none() {
        for (typed, whole) in [
            (vec![(Part::Planned, "/mnt/usb"), (Part::At, "17:05"), (Part::Keep, "3")], true),
            (vec![], true),
            (vec![(Part::Planned, "usb")], false),
            (vec![(Part::At, "25:00")], false),
            (vec![(Part::At, "trưa")], false),
            (vec![(Part::Keep, "0")], false),
            (vec![(Part::Remind, "1000")], false),
        ] {
            let planned = state(&typed).update(Message::PlanSaved);
            assert_eq!(matches!(planned, Action::Plan(_)), whole, "{typed:?}");
        }
    }

    #[test]
    fn a_backup_needs_a_place() {
        assert_eq!(state(&[]).update(Message::Asked), Action::None);
        assert_eq!(state(&[(Part::Folder, "usb")]).update(Message::Asked), Action::None);
        let asked = state(&[(Part::Folder, " /mnt/usb ")]).update(Message::Asked);
        assert_eq!(asked, Action::BackUp(PathBuf::from("/mnt/usb")));
    }

    #[test]
    fn ages_are_told_in_days() {
        let now = date(2026, 11, 23).at(9, 0, 0, 0);
        for (day, words) in [
            (date(2026, 11, 23), "17:00 23/11/2026 (hôm nay)"),
            (date(2026, 11, 22), "17:00 22/11/2026 (hôm qua)"),
            (date(2026, 11, 14), "17:00 14/11/2026 (9 ngày trước)"),
        ] {
            let (told, _) = age(Some(day.at(17, 0, 0, 0)), now);
            assert_eq!(told, format!("Lần sao lưu gần nhất: {words}"));
        }
        assert_eq!(age(None, now).0, "Chưa sao lưu lần nào");
    }
}
