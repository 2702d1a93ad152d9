//! First start: one question a page. A demo office is one key away on the first page; the last page
//! tries the devices for real.

use std::sync::Arc;

use ledger::Founding;
use office::{
    entry::{Role, User, UserName},
    text::clean,
    unit::{Office, OfficeCode, Profile},
};
use widgets::{
    Element, Icon, card, check, column, field, icon, pick, pressable, primary, progress::stepper,
    quiet, row, secondary, space, text,
};

use super::{devices, password};
use crate::{
    assets::Law,
    clock,
    desk::papers::printable,
    window::{counter::Counter, layout, notice::Notice},
};

/// First field of each page.
pub const FIRST: &str = "setup-first";

/// The wizard's pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Page {
    /// What the office does.
    Profile,
    /// Which office.
    Office,
    /// Who is first.
    User,
    /// The recovery sheet.
    Recovery,
    /// Reader and scanner, live.
    Devices,
}

const PAGES: [(Page, &str); 5] = [
    (Page::Profile, "Công việc"),
    (Page::Office, "Cơ quan"),
    (Page::User, "Người dùng"),
    (Page::Recovery, "Phiếu khôi phục"),
    (Page::Devices, "Thiết bị"),
];

/// The wizard's state.
pub struct State {
    law: Arc<Law>,
    page: Page,
    unit: Option<String>,
    other_unit: String,
    code: String,
    phone: String,
    full_name: String,
    title: String,
    user: String,
    password: String,
    again: String,
    busy: bool,
    notice: Option<Notice>,
    /// What is wrong with the data folder's place; told until the office stands.
    pub concern: Option<Notice>,
    sheet: Option<String>,
    sheet_kept: bool,
    /// The devices and their tests.
    pub devices: devices::State,
}

/// What happened in the wizard.
#[derive(Clone, Debug)]
pub enum Message {
    /// The one-stop profile was chosen.
    OneStopChosen,
    /// A demo office is wanted.
    DemoAsked,
    /// A backup is to be restored.
    RestoreAsked,
    /// This machine is to become another machine of an office.
    JoinAsked,
    /// A unit of the list.
    UnitChosen(String),
    /// A unit's name typed.
    OtherUnitTyped(String),
    /// Office code.
    CodeTyped(String),
    /// Telephone.
    PhoneTyped(String),
    /// Full name.
    FullNameTyped(String),
    /// Position.
    TitleTyped(String),
    /// Login name.
    UserTyped(String),
    /// Password.
    PasswordTyped(String),
    /// Password once more.
    AgainTyped(String),
    /// The sheet was written down or printed.
    SheetKept(bool),
    /// Print the sheet.
    SheetPrinted,
    /// Save the sheet as PDF.
    SheetSaved,
    /// At the devices.
    Devices(devices::Message),
    /// On.
    Next,
    /// Back.
    Back,
}

/// What the window has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Focus the page's first field.
    Turned,
    /// Make and open a demo office.
    Demo,
    /// Restore a backup.
    Restore,
    /// Join an office.
    Join,
    /// Found the office.
    Found(Box<Founding>),
    /// Print the recovery code; nothing stays on the machine.
    PrintSheet(String),
    /// Keep the recovery code as a document.
    KeepSheet(String),
    /// At the devices.
    Devices(devices::Message),
    /// The wizard is over.
    Finish,
}

impl State {
    /// The first page.
    pub fn new(law: Arc<Law>) -> Self {
        Self {
            law,
            page: Page::Profile,
            unit: None,
            other_unit: String::new(),
            code: String::new(),
            phone: String::new(),
            full_name: String::new(),
            title: String::new(),
            user: String::new(),
            password: String::new(),
            again: String::new(),
            busy: false,
            notice: None,
            concern: None,
            sheet: None,
            sheet_kept: false,
            devices: devices::State::default(),
        }
    }

    /// Opens the wizard at a page.
    pub fn at(law: Arc<Law>, page: Page) -> Self {
        Self { page, ..Self::new(law) }
    }

    /// The office stands: show its recovery code.
    pub fn founded(&mut self, code: String) {
        self.busy = false;
        self.password.clear();
        self.again.clear();
        self.sheet = Some(code);
        self.page = Page::Recovery;
    }

    /// Something did not work.
    pub fn failed(&mut self, notice: Notice) {
        self.busy = false;
        self.notice = Some(notice);
    }

    /// Something was done.
    pub fn done(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn turn(&mut self, page: Page) -> Action {
        self.page = page;
        self.notice = None;
        Action::Turned
    }

    /// The office as entered, or why not.
    fn office(&self) -> Result<Office, Notice> {
        let code = OfficeCode::parse(&self.code).map_err(|error| Notice::error(&error))?;
        let chosen = self.unit.as_deref().and_then(|code| self.law.units.find(code));
        let (full_name, place, unit_code) = match chosen {
            Some(unit) => (unit.full_name(), unit.name.clone(), unit.code.clone()),
            None => (clean(&self.other_unit), clean(&self.other_unit), String::new()),
        };
        if full_name.is_empty() {
            return Err(Notice::caution(
                "Chưa chọn xã, phường. Hãy chọn trong danh sách hoặc gõ tên đơn vị.",
            ));
        }
        let texts = [("Tên đơn vị", full_name.as_str()), ("Điện thoại", self.phone.as_str())];
        printable(texts).map_err(|error| Notice::error(&error))?;
        Ok(Office {
            code,
            name: format!("Ủy ban nhân dân {}", office::text::lower_first(&full_name)),
            counter: "Trung tâm Phục vụ hành chính công".into(),
            unit_code,
            place,
            phone: clean(&self.phone),
            profile: Profile::OneStop,
            demo: false,
        })
    }

    fn founding(&self) -> Result<Founding, Notice> {
        let name = UserName(self.user.trim().to_owned());
        let security = ledger::Security::default();
        if clean(&self.full_name).is_empty() {
            return Err(Notice::caution(
                "Chưa nhập họ tên: họ tên được in dưới chữ ký trên giấy tiếp nhận.",
            ));
        }
        let texts = [("Họ và tên", self.full_name.as_str()), ("Chức danh", self.title.as_str())];
        printable(texts).map_err(|error| Notice::error(&error))?;
        if self.password != self.again {
            return Err(Notice::caution("Hai lần nhập mật khẩu không giống nhau. Hãy nhập lại."));
        }
        security.password.check(&name, &self.password).map_err(|weak| Notice::error(&weak))?;
        Ok(Founding {
            office: self.office()?,
            device_label: "Máy quầy 1".into(),
            first_user: User {
                name,
                full_name: clean(&self.full_name),
                title: clean(&self.title),
                // The first user sets up everything; further users get single roles.
                roles: vec![Role::Clerk, Role::Head, Role::SecurityAdministrator],
            },
            password: self.password.clone().into(),
            security,
            // The law knows which; it is read meanwhile.
            books: Vec::new(),
            at: clock::now(),
        })
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::OneStopChosen => return self.turn(Page::Office),
            Message::DemoAsked if !self.busy => {
                self.busy = true;
                return Action::Demo;
            }
            Message::DemoAsked => {}
            Message::RestoreAsked if !self.busy => return Action::Restore,
            Message::RestoreAsked => {}
            Message::JoinAsked if !self.busy => return Action::Join,
            Message::JoinAsked => {}
            Message::UnitChosen(code) => {
                self.unit = Some(code);
                self.other_unit.clear();
            }
            Message::OtherUnitTyped(text) => {
                self.unit = None;
                self.other_unit = text;
            }
            Message::CodeTyped(text) => self.code = text,
            Message::PhoneTyped(text) => self.phone = text,
            Message::FullNameTyped(text) => self.full_name = text,
            Message::TitleTyped(text) => self.title = text,
            Message::UserTyped(text) => self.user = text,
            Message::PasswordTyped(text) => self.password = text,
            Message::AgainTyped(text) => self.again = text,
            Message::SheetKept(kept) => self.sheet_kept = kept,
            Message::SheetPrinted => {
                if let Some(code) = &self.sheet {
                    return Action::PrintSheet(code.clone());
                }
            }
            Message::SheetSaved => {
                if let Some(code) = &self.sheet {
                    return Action::KeepSheet(code.clone());
                }
            }
            Message::Devices(message) => return Action::Devices(message),
            Message::Back => {
                return match self.page {
                    Page::Office => self.turn(Page::Profile),
                    Page::User => self.turn(Page::Office),
                    _ => Action::None,
                };
            }
            Message::Next => return self.next(),
        }
        Action::None
    }

    fn next(&mut self) -> Action {
        if self.busy {
            return Action::None;
        }
        match self.page {
            Page::Profile => self.turn(Page::Office),
            Page::Office => match self.office() {
                Ok(_) => self.turn(Page::User),
                Err(notice) => {
                    self.notice = Some(notice);
                    Action::None
                }
            },
            Page::User => match self.founding() {
                Ok(founding) => {
                    self.busy = true;
                    self.notice = None;
                    Action::Found(Box::new(founding))
                }
                Err(notice) => {
                    self.notice = Some(notice);
                    Action::None
                }
            },
            Page::Recovery if self.sheet_kept => {
                self.sheet = None;
                self.turn(Page::Devices)
            }
            Page::Recovery => {
                self.notice = Some(Notice::caution(
                    "Hãy cất phiếu khôi phục trước: không có phiếu thì mất mật khẩu là mất sổ cái.",
                ));
                Action::None
            }
            Page::Devices => Action::Finish,
        }
    }

    /// The field to focus when a page is turned.
    pub fn first_field(&self) -> &'static str {
        if self.page == Page::Devices { devices::TEST } else { FIRST }
    }

    /// Which page is open, as a number.
    pub fn place(&self) -> usize {
        PAGES.iter().position(|(page, _)| *page == self.page).unwrap_or_default()
    }

    /// Whether the page of the devices is open.
    pub fn tries_devices(&self) -> bool {
        self.page == Page::Devices
    }

    /// Draws the page.
    pub fn view<'a>(&'a self, counter: &Counter) -> Element<'a, Message> {
        let steps = stepper(PAGES.map(|(_, name)| name), self.place());
        let mut content = column([steps]).spacing(space::L);
        content = content.push(match self.page {
            Page::Profile => self.profile(),
            Page::Office => self.which_office(),
            Page::User => self.first_user(),
            Page::Recovery => self.recovery(),
            Page::Devices => self.try_devices(counter),
        });
        for notice in self.concern.iter().filter(|_| self.page < Page::Recovery).chain(&self.notice)
        {
            content = content.push(notice.view());
        }
        iced::widget::container(widgets::flow::page(
            iced::widget::container(iced::widget::container(card(content)).max_width(WIDTH))
                .center_x(iced::Length::Fill),
        ))
        .into()
    }

    fn actions(&self, next: &'static str) -> Element<'_, Message> {
        let mut actions = row([primary(next)
            .key("Enter")
            .on_press_maybe((!self.busy).then_some(Message::Next))
            .into()]);
        if matches!(self.page, Page::Office | Page::User) {
            actions = actions.push(quiet("Quay lại").key("Esc").on_press(Message::Back));
        }
        actions.into()
    }

    fn profile(&self) -> Element<'_, Message> {
        let choice = |symbol, name: &'static str, words: &'static str, message| {
            pressable(
                row([
                    icon(symbol),
                    column([text::heading(name).into(), text::small(words).into()])
                        .spacing(0.0)
                        .into(),
                ])
                .spacing(space::M),
            )
            .on_press(message)
        };
        column([
            text::title("Máy này dùng để làm gì?").into(),
            choice(
                Icon::Folder,
                "Bộ phận Một cửa cấp xã",
                "Tiếp nhận hồ sơ, in giấy tiếp nhận và hẹn trả kết quả.",
                Message::OneStopChosen,
            )
            .id(FIRST)
            .into(),
            choice(
                Icon::Info,
                "Xem thử với cơ quan mẫu",
                if self.busy {
                    "Đang lập cơ quan mẫu…"
                } else {
                    "Người và hồ sơ giả định; giấy in ra ghi rõ là bản thử."
                },
                Message::DemoAsked,
            )
            .into(),
            choice(
                Icon::Sync,
                "Khôi phục từ bản sao lưu",
                "Đưa sổ cái của cơ quan từ USB hoặc ổ đĩa khác về máy này.",
                Message::RestoreAsked,
            )
            .into(),
            choice(
                Icon::Machines,
                "Máy thứ hai của cơ quan",
                "Cơ quan đã dùng Một Cửa trên máy khác: máy này xin vào.",
                Message::JoinAsked,
            )
            .into(),
        ])
        .into()
    }

    fn which_office(&self) -> Element<'_, Message> {
        let units = self.law.units.units().iter().map(|unit| (unit.code.clone(), unit.full_name()));
        column([
            text::title("Cơ quan nào giữ sổ cái này?").into(),
            pick("Xã, phường của tỉnh Lào Cai", units, self.unit.as_ref())
                .id(FIRST)
                .on_pick(Message::UnitChosen)
                .into(),
            layout::paper_field("Hoặc tên đơn vị ở tỉnh khác", &self.other_unit)
                .placeholder("Xã …, tỉnh …")
                .on_change(Message::OtherUnitTyped)
                .into(),
            field("Mã cơ quan trong mã hồ sơ", &self.code)
                .required()
                .placeholder("H38.12")
                .hint("Mã do tỉnh cấp; đứng đầu mọi mã hồ sơ và không tự đặt.")
                .on_change(Message::CodeTyped)
                .on_submit(Message::Next)
                .into(),
            layout::paper_field("Điện thoại in trên giấy tiếp nhận", &self.phone)
                .on_change(Message::PhoneTyped)
                .on_submit(Message::Next)
                .into(),
            self.actions("Tiếp tục"),
        ])
        .into()
    }

    fn first_user(&self) -> Element<'_, Message> {
        column([
            text::title("Người dùng đầu tiên").into(),
            layout::paper_field("Họ và tên", &self.full_name)
                .id(FIRST)
                .required()
                .on_change(Message::FullNameTyped)
                .into(),
            layout::paper_field("Chức danh", &self.title)
                .placeholder("Công chức tư pháp – hộ tịch")
                .on_change(Message::TitleTyped)
                .into(),
            field("Tên đăng nhập", &self.user)
                .required()
                .hint("Chữ cái không dấu, chữ số, dấu chấm.")
                .on_change(Message::UserTyped)
                .into(),
            field("Mật khẩu", &self.password)
                .required()
                .secure()
                .hint(format!("{} Không ai đọc được sổ cái khi không có nó.", password::rule()))
                .on_change(Message::PasswordTyped)
                .into(),
            field("Nhập lại mật khẩu", &self.again)
                .required()
                .secure()
                .on_change(Message::AgainTyped)
                .on_submit(Message::Next)
                .into(),
            if self.busy {
                text::body("Đang lập sổ cái mã hóa…").into()
            } else {
                self.actions("Lập sổ cái")
            },
        ])
        .into()
    }

    fn recovery(&self) -> Element<'_, Message> {
        column([
            text::title("Phiếu khôi phục").into(),
            text::body("Mã này mở được sổ cái khi quên mật khẩu. Mã chỉ hiện một lần. Hãy in hoặc chép ra giấy, cho vào phong bì niêm phong và cất trong két.").into(),
            card(text::number(self.sheet.as_deref().unwrap_or_default())).into(),
            row([
                secondary("In phiếu").key("F9").on_press(Message::SheetPrinted).into(),
                quiet("Lưu tệp PDF để in nơi khác").key("F8").on_press(Message::SheetSaved).into(),
            ])
            .into(),
            check("Phiếu đã được cất ở nơi an toàn, không để trong máy này", self.sheet_kept).id(FIRST).on_toggle(Message::SheetKept).into(),
            self.actions("Tiếp tục"),
        ])
        .into()
    }

    fn try_devices<'a>(&'a self, counter: &Counter) -> Element<'a, Message> {
        column([
            text::title("Thử thiết bị").into(),
            self.devices.view(counter).map(Message::Devices),
            self.actions("Bắt đầu làm việc"),
        ])
        .into()
    }
}

const WIDTH: f32 = 840.0;
