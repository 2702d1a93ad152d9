//! What stands around every screen: the bars at the window's edges, the menu of rarer things, and what
//! lies over the screen.

use iced::{
    Length, Size,
    widget::{container, text::Wrapping},
};
use ledger::EventKind;
use office::text::fold;
use sync::Link;
use widgets::{
    Dialog, Element, Icon, Tone, column, flow, fresh, icon, modal, pressable, primary, progress,
    progress::status, quiet, row, space, text,
};

use super::{
    Counter, Message, Newcomer, Over, Screen, Shell,
    rooms::{self, Door},
};
use crate::window::screen::{camera, chip_key, devices, find, password, recovery};

/// Buttons of the bars and rows of the menu.
#[derive(Clone, Copy, Debug)]
pub enum Bar {
    /// Home.
    Home,
    /// The list.
    Dossiers,
    /// The search.
    Find,
    /// The menu.
    Menu,
    /// The help.
    Help,
    /// Who works here.
    Users,
    /// Everything that happened.
    Log,
    /// Whom the office trusts.
    Trust,
    /// A room behind the counter.
    Room(Door),
    /// Online dossiers.
    Arrivals,
    /// The user's own password.
    OwnPassword,
    /// A new recovery sheet.
    Recovery,
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
    /// Close what lies over the screen.
    CloseOver,
}

/// A row of the menu: with the key that does the same, if one does.
type Row = (Icon, &'static str, &'static str, Bar);

/// The office and this machine, in the menu's second column.
const MENU: [Row; 12] = [
    (Icon::Person, "Người dùng", "", Bar::Users),
    (Icon::Log, "Nhật ký", "", Bar::Log),
    (Icon::Shield, "Chứng thư tin cậy", "", Bar::Trust),
    (Icon::Key, "Đổi mật khẩu của tôi", "", Bar::OwnPassword),
    (Icon::Lifebuoy, "Lập phiếu khôi phục mới", "", Bar::Recovery),
    (Icon::Card, "Thiết bị", "", Bar::Devices),
    (Icon::Machines, "Các máy", "", Bar::Room(Door::Seats)),
    (Icon::Clock, "Xác nhận giờ máy đã chỉnh đúng", "", Bar::Clock),
    (Icon::Info, "Thông tin chẩn đoán", "", Bar::Room(Door::Diagnostics)),
    (Icon::Contrast, "Giao diện sáng hoặc tối", "F11", Bar::Mode),
    (Icon::Help, "Trợ giúp, thuật ngữ", "F1", Bar::Help),
    (Icon::Lock, "Khóa màn hình", "Ctrl+L", Bar::Lock),
];

/// The rooms behind the counter, in the menu's first column.
const ROOMS: [Row; 12] = [
    (Icon::Network, "Hồ sơ trực tuyến", "Ctrl+O", Bar::Arrivals),
    (Icon::Ticket, "Hàng chờ", "", Bar::Room(Door::Queue)),
    (Icon::Money, "Thu phí, lệ phí", "", Bar::Room(Door::Cash)),
    (Icon::Book, "Sổ theo dõi hồ sơ", "", Bar::Room(Door::Register)),
    (Icon::Chart, "Thống kê", "", Bar::Room(Door::Statistics)),
    (Icon::List, "Danh mục thủ tục", "", Bar::Room(Door::Catalogue)),
    (Icon::Sync, "Mã trên Cổng Dịch vụ công", "", Bar::Room(Door::Codes)),
    (Icon::Calendar, "Lịch làm việc", "", Bar::Room(Door::Calendar)),
    (Icon::Office, "Cài đặt cơ quan", "", Bar::Room(Door::Settings)),
    (Icon::Papers, "Giấy tờ đã lập, in lại", "", Bar::Room(Door::Issued)),
    (Icon::Backup, "Sao lưu, khôi phục", "", Bar::Room(Door::Backup)),
    (Icon::Restore, "Số sau khi khôi phục", "", Bar::Room(Door::Numbers)),
];

const MENU_WIDTH: f32 = 760.0;
/// Room below which the office's name says nothing.
const LEAST_NAME: f32 = 160.0;
const FIND_WIDTH: f32 = 640.0;

impl Shell {
    /// Whether the logged-in user may open what a row leads to: what would only refuse them is not offered.
    pub(super) fn may_open(&self, bar: Bar) -> bool {
        let ledger = &self.desk.ledger;
        match bar {
            Bar::Dossiers | Bar::Arrivals => ledger.sees_people(),
            Bar::Room(
                Door::Cash | Door::Queue | Door::Register | Door::Statistics | Door::Issued,
            ) => ledger.sees_people(),
            Bar::Room(Door::Backup) => ledger.may(EventKind::BackupMade),
            Bar::Room(Door::Numbers) => ledger.may(EventKind::LeaseTaken),
            Bar::Room(Door::Seats) => ledger.may(EventKind::DeviceAdmitted),
            Bar::Room(
                Door::Catalogue | Door::Codes | Door::Calendar | Door::Settings | Door::Diagnostics,
            ) => true,
            Bar::Log | Bar::Trust => ledger.sees_log(),
            Bar::Recovery => ledger.may(EventKind::RecoveryRenewed),
            Bar::Clock => ledger.may(EventKind::ClockAccepted),
            Bar::Home
            | Bar::Find
            | Bar::Menu
            | Bar::Help
            | Bar::Users
            | Bar::OwnPassword
            | Bar::Devices
            | Bar::Mode
            | Bar::Lock
            | Bar::TakeNewcomer
            | Bar::IgnoreNewcomer
            | Bar::StopPictures
            | Bar::CloseOver => true,
        }
    }

    /// Rows of the menu in whose words every word of the query begins a word.
    pub(super) fn menu_matching(&self, query: &str) -> impl Iterator<Item = Row> {
        let query = fold(query);
        let rows = ROOMS.into_iter().chain(MENU).filter(move |(_, words, ..)| {
            let words = format!(" {}", fold(words));
            query.split(' ').all(|word| words.contains(&format!(" {word}")))
        });
        rows.filter(|(.., bar)| self.may_open(*bar))
    }

    /// Draws bars, screen and dialogs.
    pub fn view<'a>(&'a self, counter: &Counter, link: Link) -> Element<'a, Message> {
        let screen = match &self.screen {
            Screen::Home(state) => state.view().map(Message::Home),
            Screen::Person(state) => state.view().map(Message::Person),
            Screen::Reception(state) => state.view().map(Message::Reception),
            Screen::Dossier(state) => state.view().map(Message::Dossier),
            Screen::Dossiers(state) => state.view().map(Message::Dossiers),
            Screen::Users(state) => state.view().map(Message::Users),
            Screen::Log(state) => state.view().map(Message::Log),
            Screen::Trust(state) => state.view().map(Message::Trust),
            Screen::Room(room) => room.view().map(Message::Room),
            Screen::Store(state) => state.view().map(Message::Store),
            Screen::Arrivals(state) => state.view().map(Message::Arrivals),
        };
        // The hall sees no bars: nothing there is for those who wait.
        if let Screen::Room(room) = &self.screen
            && matches!(**room, rooms::Room::Hall(_))
        {
            return modal(screen, None);
        }
        let newcomer = self.newcomer.as_ref().map(|who| self.ask_newcomer(who).map(Message::Bar));
        let pictures = self.dropped.progress().map(|(done, all)| pictures(done, all));
        let pictures = pictures.map(|bar| bar.map(Message::Bar));
        // Bars that come and go keep their places: the screen below must not lose focus and caret.
        let place = |bar: Option<Element<'a, Message>>| {
            bar.unwrap_or_else(|| iced::widget::Space::new().into())
        };
        let screen = fresh(&self.shown(), screen);
        let base = iced::widget::Column::new()
            .push(self.top().map(Message::Bar))
            .push(place(newcomer))
            .push(place(pictures))
            .push(container(screen).height(Length::Fill))
            .push(self.bottom(counter, link));
        // Above any dialog: whoever waits for a printer may go on meanwhile.
        iced::widget::Column::new()
            .push(
                container(modal(base, self.over.as_ref().map(|open| self.over(open, counter))))
                    .height(Length::Fill),
            )
            .push(place(self.outgoing.view().map(|bar| bar.map(Message::Outgoing))))
            .into()
    }

    /// What the screen shows: another one, or another of its kind, begins at its top.
    fn shown(&self) -> String {
        let of = |screen: &str, what: &str| format!("{screen} {what}");
        match &self.screen {
            Screen::Home(_) => of("home", ""),
            Screen::Person(state) => {
                let person = &state.identity.person;
                of("person", person.number.as_ref().map_or(&person.name, |n| n.as_str()))
            }
            Screen::Reception(state) => {
                let draft = state.draft();
                of(&draft.id.0, draft.procedure.as_deref().unwrap_or_default())
            }
            Screen::Dossier(state) => of("dossier", &state.record.dossier.id.0),
            Screen::Dossiers(_) => of("dossiers", ""),
            Screen::Users(_) => of("users", ""),
            Screen::Log(_) => of("log", ""),
            Screen::Trust(_) => of("trust", ""),
            Screen::Room(room) => of("room", room.title()),
            Screen::Store(_) => of("store", ""),
            Screen::Arrivals(_) => of("arrivals", ""),
        }
    }

    fn top(&self) -> Element<'_, Bar> {
        flow::bar(
            row([
                text::heading("Một Cửa").into(),
                office_name(self.desk.office.name.as_str()),
                quiet("Trợ giúp").icon(Icon::Help).key("F1").on_press(Bar::Help).into(),
                quiet("Trang chính").icon(Icon::Home).key("F12").on_press(Bar::Home).into(),
            ])
            .push(
                self.may_open(Bar::Dossiers)
                    .then(|| quiet("Hồ sơ").icon(Icon::Folder).key("F3").on_press(Bar::Dossiers)),
            )
            .extend([
                quiet("Tìm").icon(Icon::Search).key("Ctrl+K").on_press(Bar::Find).into(),
                quiet("Khác").icon(Icon::Menu).key("F10").on_press(Bar::Menu).into(),
                quiet("Khóa").icon(Icon::Lock).key("Ctrl+L").on_press(Bar::Lock).into(),
            ]),
        )
        .into()
    }

    fn ask_newcomer<'a>(&self, who: &'a Newcomer) -> Element<'a, Bar> {
        let kept = match &self.screen {
            Screen::Reception(_) => "Hồ sơ đang nhập vẫn được giữ làm bản nháp.",
            _ => "Họ tên đang gõ sẽ không được giữ.",
        };
        flow::bar(row([
            text::strong(who.words).into(),
            text::body(kept).into(),
            flow::spring().into(),
            primary("Mở người mới").key("F5").on_press(Bar::TakeNewcomer).into(),
            quiet("Nhập tiếp").key("F6").on_press(Bar::IgnoreNewcomer).into(),
        ]))
        .into()
    }

    fn over<'a>(&'a self, over: &'a Over, counter: &Counter) -> Dialog<'a, Message> {
        match over {
            Over::Menu => Dialog::new("Khác", self.menu().map(Message::Bar))
                .width(MENU_WIDTH)
                .on_close(Message::Bar(Bar::CloseOver)),
            Over::Columns => {
                let choice = self.screen.grid().map(|grid| grid.choice().map(Message::Columns));
                Dialog::new("Chọn cột của bảng", column(choice))
                    .action(primary("Xong").key("Enter").on_press(Message::Bar(Bar::CloseOver)))
                    .on_close(Message::Bar(Bar::CloseOver))
            }
            Over::Find(state) => Dialog::new("Tìm", state.view().map(Message::Find))
                .width(FIND_WIDTH)
                .on_close(Message::Find(find::Message::Closed)),
            Over::Chooser(state) => state.view().map(Message::Chooser),
            Over::Devices(state) => {
                let dialog = Dialog::new("Thiết bị", state.view(counter).map(Message::Devices))
                    .width(FIND_WIDTH);
                if state.tries_camera() {
                    let back = devices::Message::Camera(camera::Message::Closed);
                    return dialog.on_close(Message::Devices(back));
                }
                let close = Message::Bar(Bar::CloseOver);
                dialog.action(quiet("Đóng").key("Esc").on_press(close.clone())).on_close(close)
            }
            Over::Camera(state) => {
                Dialog::new("Đọc mã bằng camera", state.view().map(Message::Camera))
                    .width(FIND_WIDTH)
                    .on_close(Message::Camera(camera::Message::Closed))
            }
            Over::ChipKey(state) => Dialog::new("Khóa mở chip", state.view().map(Message::ChipKey))
                .width(FIND_WIDTH)
                .on_close(Message::ChipKey(chip_key::Message::Closed)),
            Over::Pay(state) => state.dialog().map(Message::Pay),
            Over::Paper(state) => state.view().map(Message::Paper),
            Over::Recovery(state) => {
                Dialog::new("Phiếu khôi phục mới", state.view().map(Message::Recovery))
                    .width(FIND_WIDTH)
                    .on_close(Message::Recovery(recovery::Message::Closed))
            }
            Over::Password(state) => {
                Dialog::new(state.title(), state.view().map(Message::Password))
                    .on_close(Message::Password(password::Message::Closed))
            }
        }
    }

    fn menu<'a>(&self) -> Element<'a, Bar> {
        let columns = [self.menu_rows(&ROOMS), self.menu_rows(&MENU)];
        iced::widget::Row::with_children(columns).spacing(space::L).into()
    }

    fn menu_rows<'a>(&self, rows: &[Row]) -> Element<'a, Bar> {
        let rows = rows.iter().filter(|(.., bar)| self.may_open(*bar)).map(menu_row);
        column(rows).spacing(space::XS).width(Length::Fill).into()
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

fn menu_row<'a>((symbol, words, key, bar): &Row) -> Element<'a, Bar> {
    let line = [
        icon(*symbol),
        text::strong(*words).into(),
        flow::spring().into(),
        text::small(*key).into(),
    ];
    pressable(row(line).spacing(space::M)).on_press(*bar).into()
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
        let rows: Vec<Row> = ROOMS.into_iter().chain(MENU).collect();
        for (n, (icon, words, ..)) in rows.iter().enumerate() {
            let twin =
                rows.iter().skip(n + 1).find(|(other, name, ..)| other == icon || name == words);
            assert!(twin.is_none(), "{words}: {twin:?}");
        }
    }
}
