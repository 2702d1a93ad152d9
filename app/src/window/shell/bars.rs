//! What stands around every screen: the bars at the window's edges, the menu of rarer things, and what
//! lies over the screen.

use iced::{
    Length, Size,
    widget::{container, text::Wrapping},
};
use ledger::{EventKind, Lagging};
use office::text::fold;
use sync::Link;
use widgets::{
    Element, Icon, Tone, column, flow, fresh, icon, modal, pressable, primary, progress,
    progress::status, quiet, row, space, text,
};

use super::{Counter, Door, Message, Newcomer, Shell};
use crate::window::{
    notice::Notice,
    screen::menu::{Part, Row},
};

/// Buttons of the bars and rows of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    /// A screen.
    Open(Door),
    /// The search.
    Find,
    /// The menu.
    Menu,
    /// The help.
    Help,
    /// The user's own password.
    OwnPassword,
    /// A new recovery sheet.
    Recovery,
    /// Ask whether the database key is to change.
    NewKey,
    /// It is to change.
    DemandKey,
    /// The devices of this machine.
    Devices,
    /// The machine's clock is right although it went back.
    Clock,
    /// Light or dark.
    Mode,
    /// Lock the window.
    Lock,
    /// Leave the form for the new card; the draft stays.
    TakeNewcomer,
    /// Stay with the form.
    IgnoreNewcomer,
    /// No further pictures.
    StopPictures,
    /// Give the files of the scanner's folder to the open screen.
    TakeFiles,
    /// Leave them where they are.
    LeaveFiles,
    /// Close what lies over the screen.
    CloseOver,
}

/// What the menu offers besides the screens.
const BESIDES: [(Row, Bar); 8] = [
    (Row::office(Icon::Key, "Đổi mật khẩu của tôi"), Bar::OwnPassword),
    (Row::office(Icon::Lifebuoy, "Lập phiếu khôi phục mới"), Bar::Recovery),
    (Row::office(Icon::Warning, "Đổi khóa dữ liệu"), Bar::NewKey),
    (Row::office(Icon::Card, "Thiết bị"), Bar::Devices),
    (Row::office(Icon::Clock, "Xác nhận giờ máy đúng"), Bar::Clock),
    (Row::office(Icon::Contrast, "Giao diện sáng hoặc tối").key("F11"), Bar::Mode),
    (Row::office(Icon::Help, "Trợ giúp, thuật ngữ").key("F1"), Bar::Help),
    (Row::office(Icon::Lock, "Khóa màn hình").key("Ctrl+L"), Bar::Lock),
];

/// The rows of the menu.
fn rows() -> impl Iterator<Item = (Row, Bar)> {
    let screens = Door::ALL.iter().filter_map(|door| Some((door.row()?, Bar::Open(*door))));
    screens.chain(BESIDES)
}

/// Room below which the office's name says nothing.
const LEAST_NAME: f32 = 160.0;

impl Shell {
    /// Whether the logged-in user may open what a row leads to: what would only refuse them is not offered.
    pub(super) fn may_open(&self, bar: Bar) -> bool {
        let ledger = &self.desk.ledger;
        match bar {
            Bar::Open(door) => door.may_open(ledger),
            Bar::Recovery => ledger.may(EventKind::RecoveryRenewed),
            Bar::NewKey | Bar::DemandKey => {
                ledger.may(EventKind::KeyDemanded) && !self.desk.office.demo
            }
            Bar::Clock => ledger.may(EventKind::ClockAccepted),
            Bar::Find
            | Bar::Menu
            | Bar::Help
            | Bar::OwnPassword
            | Bar::Devices
            | Bar::Mode
            | Bar::Lock
            | Bar::TakeNewcomer
            | Bar::IgnoreNewcomer
            | Bar::StopPictures
            | Bar::TakeFiles
            | Bar::LeaveFiles
            | Bar::CloseOver => true,
        }
    }

    /// The rows of the menu that the logged-in user may open.
    pub(super) fn offered(&self) -> impl Iterator<Item = (Row, Bar)> {
        rows().filter(|(_, bar)| self.may_open(*bar))
    }

    /// Those in whose words every word of the query begins a word.
    pub(super) fn offered_for(&self, query: &str) -> impl Iterator<Item = Row> {
        let query = fold(query);
        self.offered().map(|(row, _)| row).filter(move |row| {
            let words = format!(" {}", fold(row.words));
            query.split(' ').all(|word| words.contains(&format!(" {word}")))
        })
    }

    /// Draws bars, screen and dialogs.
    pub fn view<'a>(&'a self, counter: &Counter, link: Link) -> Element<'a, Message> {
        let screen = self.screen.view();
        if !self.screen.has_bars() {
            return modal(screen, None);
        }
        let newcomer = self.newcomer.as_ref().map(|who| self.ask_newcomer(who).map(Message::Bar));
        let pictures = self.dropped.progress().map(|(done, all)| pictures(done, all));
        let pictures = pictures.map(|bar| bar.map(Message::Bar));
        let files = self.files_bar().map(|bar| bar.map(Message::Bar));
        // Bars that come and go keep their places: the screen below must not lose focus and caret.
        let place = |bar: Option<Element<'a, Message>>| {
            bar.unwrap_or_else(|| iced::widget::Space::new().into())
        };
        let screen = fresh(&self.screen.subject(), screen);
        let base = iced::widget::Column::new()
            .push(self.top().map(Message::Bar))
            .push(self.unread.get().map(Notice::view))
            .push(place(newcomer))
            .push(place(pictures))
            .push(place(files))
            .push(container(screen).height(Length::Fill))
            .push(self.bottom(counter, link));
        // Above any dialog: whoever waits for a printer may go on meanwhile.
        iced::widget::Column::new()
            .push(
                container(modal(base, self.over.as_ref().map(|over| self.dialog(over, counter))))
                    .height(Length::Fill),
            )
            .push(place(self.outgoing.view().map(|bar| bar.map(Message::Outgoing))))
            .into()
    }

    fn top(&self) -> Element<'_, Bar> {
        flow::bar(
            row([
                text::heading("Một Cửa").into(),
                office_name(self.desk.office.name.as_str()),
                quiet("Trợ giúp").icon(Icon::Help).key("F1").on_press(Bar::Help).into(),
                quiet("Trang chính")
                    .icon(Icon::Home)
                    .key("F12")
                    .on_press(Bar::Open(Door::Home))
                    .into(),
            ])
            .push(self.may_open(Bar::Open(Door::Dossiers)).then(|| {
                quiet("Hồ sơ").icon(Icon::Folder).key("F3").on_press(Bar::Open(Door::Dossiers))
            }))
            .extend([
                quiet("Tìm").icon(Icon::Search).key("Ctrl+K").on_press(Bar::Find).into(),
                quiet("Khác").icon(Icon::Menu).key("F10").on_press(Bar::Menu).into(),
                quiet("Khóa").icon(Icon::Lock).key("Ctrl+L").on_press(Bar::Lock).into(),
            ]),
        )
        .into()
    }

    fn ask_newcomer<'a>(&self, who: &'a Newcomer) -> Element<'a, Bar> {
        flow::bar(row([
            text::strong(who.words).into(),
            text::body(self.screen.unfinished().unwrap_or_default()).into(),
            flow::spring().into(),
            primary("Mở người mới").key("F5").on_press(Bar::TakeNewcomer).into(),
            quiet("Nhập tiếp").key("F6").on_press(Bar::IgnoreNewcomer).into(),
        ]))
        .into()
    }

    pub(super) fn menu<'a>(&self) -> Element<'a, Bar> {
        let columns = [Part::Work, Part::Office].map(|part| {
            let rows = self.offered().filter(|(row, _)| row.part == part).map(menu_row);
            column(rows).spacing(space::XS / 2.0).width(Length::Fill).into()
        });
        iced::widget::Row::with_children(columns).spacing(space::L).into()
    }

    fn bottom<'a>(&'a self, counter: &Counter, link: Link) -> Element<'a, Message> {
        let (reader, tone) = counter.status();
        let waiting = &self.waiting;
        let (network, network_tone) = match link {
            Link::Online => (format!("Trực tuyến{waiting}"), Tone::Good),
            Link::Offline => (format!("Ngoại tuyến{waiting}"), Tone::Plain),
            Link::NotConfigured => (format!("Chưa nối với tỉnh{waiting}"), Tone::Plain),
        };
        let mut bar = row([status(reader, tone)]).spacing(space::L);
        if let Some((scanner, tone)) = counter.scanner_status() {
            bar = bar.push(status(scanner, tone));
        }
        bar = bar.push(status(network, network_tone));
        if let Some((backup, tone)) = self.backups.status() {
            bar = bar.push(status(backup, tone));
        }
        if let Some(Lagging { figures, percent }) = self.lagging {
            let what = if figures {
                "số liệu, chỉ mục tìm kiếm"
            } else {
                "chỉ mục tìm kiếm"
            };
            bar = bar.push(status(format!("Đang dựng lại {what}: {percent} %"), Tone::Caution));
        }
        if self.key_is_due {
            bar = bar.push(status("Khóa dữ liệu chờ đổi ở lần đăng nhập tới", Tone::Caution));
        }
        if self.desk.office.demo {
            bar = bar.push(status("Cơ quan mẫu – dữ liệu giả định", Tone::Caution));
        }
        let user = self.desk.ledger.user();
        let user = text::small(format!("{} ({})", user.full_name, user.name.0));
        flow::bar(row([cut(bar), user.wrapping(Wrapping::None).into()])).into()
    }
}

/// The office's name, where there is room for more than its beginning.
fn office_name<'a, Message: 'a>(name: &'a str) -> Element<'a, Message> {
    let name = move |room: Size| -> Element<'a, Message> {
        if room.width < LEAST_NAME {
            return iced::widget::Space::new().into();
        }
        container(text::small(name).wrapping(Wrapping::None))
            .center_y(Length::Fill)
            .clip(true)
            .into()
    };
    iced::widget::responsive(name).height(widgets::theme::measure::CONTROL).into()
}

/// What may be cut at the end of its room, so that what follows in the row keeps its own.
fn cut<'a, Message: 'a>(content: impl Into<Element<'a, Message>>) -> Element<'a, Message> {
    container(content).width(Length::Fill).clip(true).into()
}

fn menu_row<'a>((offered, bar): (Row, Bar)) -> Element<'a, Bar> {
    let line = [
        icon(offered.icon),
        text::strong(offered.words).into(),
        flow::spring().into(),
        text::small(offered.key).into(),
    ];
    pressable(row(line).spacing(space::M)).on_press(bar).into()
}

fn pictures<'a>(done: u64, all: u64) -> Element<'a, Bar> {
    flow::bar(row([
        progress::progress("Đang tìm mã trong ảnh", done, all),
        quiet("Dừng").key("Esc").on_press(Bar::StopPictures).into(),
    ]))
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_rows_of_the_menu_look_alike() {
        let rows: Vec<Row> = rows().map(|(row, _)| row).collect();
        for (n, row) in rows.iter().enumerate() {
            let alike = |other: &&Row| other.icon == row.icon || other.words == row.words;
            assert_eq!(rows.iter().skip(n + 1).find(alike), None, "{}", row.words);
        }
    }
}
