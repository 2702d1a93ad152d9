//! The office's rooms behind the counter: money, the waiting line, books and figures, law data,
//! settings. The shell knows them as one screen; each has its own flow.

use iced::Task;
use widgets::{Element, keys::Pressed, travel};

use super::{Action, Counter, Message as ShellMessage, Screen, Shell};
use crate::window::screen::{
    backup, calendar, cash, catalogue, codes, diagnostics, grid::Grid, hall, issued, numbers,
    outlet::Out, queue, register, seats, settings, statement, statistics,
};
use crate::window::{exchange::Way, help::Page};

/// A room that is open.
pub enum Room {
    /// Receipts of days.
    Cash(cash::State),
    /// The waiting line.
    Queue(queue::State),
    /// What the hall sees.
    Hall(hall::State),
    /// The tracking book.
    Register(register::State),
    /// Figures.
    Statistics(statistics::State),
    /// Procedures and essential services.
    Catalogue(catalogue::State),
    /// The portal's codes.
    Codes(Box<codes::State>),
    /// Working days.
    Calendar(calendar::State),
    /// Papers that were made.
    Issued(issued::State),
    /// What the office set.
    Settings(settings::State),
    /// Backups and their plan.
    Backup(backup::State),
    /// Last numbers on paper after a restore.
    Numbers(numbers::State),
    /// The machines of the office.
    Seats(Box<seats::State>),
    /// The page for support.
    Diagnostics(diagnostics::State),
}

/// What happened in a room.
#[derive(Clone, Debug)]
pub enum Message {
    /// With receipts.
    Cash(cash::Message),
    /// In the waiting line.
    Queue(queue::Message),
    /// The hall's screen is left.
    HallLeft,
    /// In the tracking book.
    Register(register::Message),
    /// With figures.
    Statistics(statistics::Message),
    /// In the catalogue.
    Catalogue(catalogue::Message),
    /// With the portal's codes.
    Codes(codes::Message),
    /// In the calendar.
    Calendar(calendar::Message),
    /// With papers that were made.
    Issued(issued::Message),
    /// In the settings.
    Settings(settings::Message),
    /// With backups.
    Backup(backup::Message),
    /// With the numbers after a restore.
    Numbers(numbers::Message),
    /// With the machines of the office.
    Seats(seats::Message),
    /// At the page for support.
    Diagnostics(diagnostics::Message),
}

/// The way into a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// To [`Room::Cash`]
    Cash,
    /// To [`Room::Queue`]
    Queue,
    /// To [`Room::Register`]
    Register,
    /// To [`Room::Statistics`]
    Statistics,
    /// To [`Room::Catalogue`]
    Catalogue,
    /// To [`Room::Codes`]
    Codes,
    /// To [`Room::Calendar`]
    Calendar,
    /// To [`Room::Issued`]
    Issued,
    /// To [`Room::Settings`]
    Settings,
    /// To [`Room::Backup`]
    Backup,
    /// To [`Room::Numbers`]
    Numbers,
    /// To [`Room::Seats`]
    Seats,
    /// To [`Room::Diagnostics`]
    Diagnostics,
}

impl Room {
    /// Whether a question stands over the room, or the room lets nothing else in.
    pub fn asks(&self) -> bool {
        match self {
            Room::Cash(state) => state.asks(),
            Room::Queue(state) => state.asks(),
            Room::Hall(_) => true,
            Room::Catalogue(state) => state.asks(),
            Room::Codes(state) => state.asks(),
            Room::Calendar(state) => state.asks(),
            Room::Seats(state) => state.asks(),
            Room::Register(_)
            | Room::Statistics(_)
            | Room::Issued(_)
            | Room::Settings(_)
            | Room::Backup(_)
            | Room::Numbers(_)
            | Room::Diagnostics(_) => false,
        }
    }

    /// The control that has the keyboard when nothing else does.
    pub fn main_field(&self) -> Option<&'static str> {
        Some(match self {
            Room::Cash(_) => cash::TABLE,
            Room::Queue(_) => queue::TABLE,
            Room::Register(_) => register::TABLE,
            Room::Statistics(_) => statistics::TABLE,
            Room::Catalogue(state) => state.main_field(),
            Room::Codes(state) => state.main_field(),
            Room::Calendar(_) => calendar::TABLE,
            Room::Issued(_) => issued::TABLE,
            Room::Settings(_) => settings::FIRST,
            Room::Backup(_) => backup::FOLDER,
            Room::Numbers(state) => state.first_field(),
            Room::Seats(_) => seats::FOLDER,
            Room::Hall(_) | Room::Diagnostics(_) => return None,
        })
    }

    /// The window's title.
    pub fn title(&self) -> &'static str {
        match self {
            Room::Cash(state) if state.asks() => "Nhập sao kê",
            Room::Cash(_) => "Thu phí, lệ phí",
            Room::Queue(_) => "Hàng chờ",
            Room::Hall(_) => "Màn hình gọi số",
            Room::Register(_) => "Sổ theo dõi hồ sơ",
            Room::Statistics(_) => "Thống kê",
            Room::Catalogue(_) => "Danh mục thủ tục",
            Room::Codes(state) => state.title(),
            Room::Calendar(_) => "Lịch làm việc",
            Room::Issued(_) => "Giấy tờ đã lập",
            Room::Settings(_) => "Cài đặt cơ quan",
            Room::Backup(_) => "Sao lưu, khôi phục",
            Room::Numbers(_) => "Số sau khi khôi phục",
            Room::Seats(state) => state.title(),
            Room::Diagnostics(_) => "Thông tin chẩn đoán",
        }
    }

    /// The help's page about the room.
    pub fn page(&self) -> Page {
        match self {
            Room::Cash(_) => Page::Cash,
            Room::Queue(_) => Page::Queue,
            Room::Hall(_) => Page::Hall,
            Room::Register(_) => Page::Register,
            Room::Statistics(_) => Page::Statistics,
            Room::Catalogue(_) => Page::Catalogue,
            Room::Codes(_) => Page::Codes,
            Room::Calendar(_) => Page::Calendar,
            Room::Issued(_) => Page::Issued,
            Room::Backup(_) => Page::Backup,
            Room::Numbers(_) => Page::Numbers,
            Room::Seats(_) => Page::Seats,
            Room::Diagnostics(_) => Page::Diagnostics,
            Room::Settings(_) => Page::Settings,
        }
    }

    /// The room's table, if its columns can be chosen.
    pub fn grid(&self) -> Option<&Grid> {
        match self {
            Room::Cash(state) => Some(&state.grid),
            Room::Register(state) => Some(&state.grid),
            Room::Statistics(state) => Some(&state.grid),
            Room::Issued(state) => Some(&state.grid),
            Room::Catalogue(state) => Some(state.grid()),
            Room::Codes(state) => Some(state.grid()),
            Room::Queue(_)
            | Room::Hall(_)
            | Room::Calendar(_)
            | Room::Settings(_)
            | Room::Backup(_)
            | Room::Numbers(_)
            | Room::Seats(_)
            | Room::Diagnostics(_) => None,
        }
    }

    /// The same, to change it.
    pub fn grid_mut(&mut self) -> Option<&mut Grid> {
        match self {
            Room::Cash(state) => Some(&mut state.grid),
            Room::Register(state) => Some(&mut state.grid),
            Room::Statistics(state) => Some(&mut state.grid),
            Room::Issued(state) => Some(&mut state.grid),
            Room::Catalogue(state) => Some(state.grid_mut()),
            Room::Codes(state) => Some(state.grid_mut()),
            Room::Queue(_)
            | Room::Hall(_)
            | Room::Calendar(_)
            | Room::Settings(_)
            | Room::Backup(_)
            | Room::Numbers(_)
            | Room::Seats(_)
            | Room::Diagnostics(_) => None,
        }
    }

    /// Draws the room.
    pub fn view(&self) -> Element<'_, Message> {
        match self {
            Room::Cash(state) => state.view().map(Message::Cash),
            Room::Queue(state) => state.view().map(Message::Queue),
            Room::Hall(state) => state.view(),
            Room::Register(state) => state.view().map(Message::Register),
            Room::Statistics(state) => state.view().map(Message::Statistics),
            Room::Catalogue(state) => state.view().map(Message::Catalogue),
            Room::Codes(state) => state.view().map(Message::Codes),
            Room::Calendar(state) => state.view().map(Message::Calendar),
            Room::Issued(state) => state.view().map(Message::Issued),
            Room::Settings(state) => state.view().map(Message::Settings),
            Room::Backup(state) => state.view().map(Message::Backup),
            Room::Numbers(state) => state.view().map(Message::Numbers),
            Room::Seats(state) => state.view().map(Message::Seats),
            Room::Diagnostics(state) => state.view().map(Message::Diagnostics),
        }
    }

    /// What a key means here.
    pub fn key(&self, key: Pressed) -> Option<Message> {
        match self {
            Room::Cash(state) if state.asks() => {
                let message = match key {
                    Pressed::Escape => statement::Message::Dropped,
                    Pressed::Enter => statement::Message::Confirmed,
                    Pressed::F(3) => statement::Message::Decided,
                    _ => return None,
                };
                Some(Message::Cash(cash::Message::Statement(message)))
            }
            Room::Cash(_) => Some(Message::Cash(match key {
                Pressed::F(2) => cash::Message::StatementAsked,
                Pressed::Escape => cash::Message::Closed,
                key => cash::Message::Taken(Out::key(key)?),
            })),
            Room::Queue(state) if state.asks() => match key {
                Pressed::Escape | Pressed::Enter => {
                    Some(Message::Queue(queue::Message::HandedOver))
                }
                Pressed::F(7) => Some(Message::Queue(queue::Message::SlipShown)),
                Pressed::F(8) => Some(Message::Queue(queue::Message::SlipSaved)),
                Pressed::F(9) => Some(Message::Queue(queue::Message::SlipPrinted)),
                _ => None,
            },
            Room::Queue(_) => Some(Message::Queue(match key {
                Pressed::F(2) => queue::Message::NextCalled,
                Pressed::F(4) => queue::Message::CalledAgain,
                Pressed::F(6) => queue::Message::Served,
                Pressed::F(7) => queue::Message::HallAsked,
                Pressed::F(8) => queue::Message::Missed,
                Pressed::F(9) => queue::Message::SlipShown,
                Pressed::Escape => queue::Message::Closed,
                _ => return None,
            })),
            Room::Hall(_) => match key {
                Pressed::Escape => Some(Message::HallLeft),
                Pressed::F(2) => Some(Message::Queue(queue::Message::NextCalled)),
                _ => None,
            },
            Room::Register(_) => Some(Message::Register(match key {
                Pressed::Escape => register::Message::Closed,
                key => register::Message::Taken(Out::key(key)?),
            })),
            Room::Statistics(_) => Some(Message::Statistics(match key {
                Pressed::Escape => statistics::Message::Closed,
                key => statistics::Message::Taken(Out::key(key)?),
            })),
            Room::Catalogue(state) if state.asks() => {
                let message = match key {
                    Pressed::Escape => catalogue::import::Message::Dropped,
                    Pressed::Enter => catalogue::import::Message::Confirmed,
                    _ => return None,
                };
                Some(Message::Catalogue(catalogue::Message::Import(message)))
            }
            Room::Catalogue(_) => Some(Message::Catalogue(match key {
                Pressed::F(2) => catalogue::Message::ImportAsked,
                Pressed::Escape => catalogue::Message::Closed,
                _ => return None,
            })),
            Room::Codes(state) if state.asks() => match key {
                Pressed::Escape => state.dropped().map(Message::Codes),
                Pressed::Enter => state.confirmed().map(Message::Codes),
                _ => None,
            },
            Room::Codes(_) => Some(Message::Codes(match key {
                Pressed::F(2) => codes::Message::ImportAsked,
                Pressed::F(4) => codes::Message::CodeAsked,
                Pressed::F(7) => codes::Message::MissingToggled,
                Pressed::F(8) => codes::Message::ListSaved,
                Pressed::Escape => codes::Message::Closed,
                _ => return None,
            })),
            Room::Calendar(state) if state.asks() => Some(Message::Calendar(match key {
                Pressed::Escape => calendar::Message::Dropped,
                Pressed::Enter => calendar::Message::Confirmed,
                _ => return None,
            })),
            Room::Calendar(_) => Some(Message::Calendar(match key {
                Pressed::F(2) => calendar::Message::HolidayAsked,
                Pressed::F(4) => calendar::Message::SwapAsked,
                Pressed::F(7) => calendar::Message::HoursAsked,
                Pressed::F(8) => calendar::Message::RemovalAsked,
                Pressed::Escape => calendar::Message::Closed,
                _ => return None,
            })),
            Room::Issued(_) => match key {
                Pressed::Escape => Some(Message::Issued(issued::Message::Closed)),
                _ => None,
            },
            Room::Settings(_) => Some(Message::Settings(match key {
                Pressed::F(2) | Pressed::Ctrl('s') => settings::Message::Saved,
                Pressed::Escape => settings::Message::Closed,
                _ => return None,
            })),
            Room::Backup(_) => Some(Message::Backup(match key {
                Pressed::F(2) => backup::Message::Asked,
                Pressed::F(4) => backup::Message::Stopped,
                Pressed::F(8) => backup::Message::RestoreAsked,
                Pressed::Ctrl('s') => backup::Message::PlanSaved,
                Pressed::Escape => backup::Message::Closed,
                _ => return None,
            })),
            Room::Numbers(_) => match key {
                Pressed::Escape => Some(Message::Numbers(numbers::Message::Closed)),
                _ => None,
            },
            Room::Seats(state) if state.asks() => Some(Message::Seats(match key {
                Pressed::Escape => seats::Message::Forgone,
                Pressed::Enter => seats::Message::Confirmed,
                _ => return None,
            })),
            Room::Seats(_) => Some(Message::Seats(match key {
                Pressed::F(2) => seats::Message::ExchangeAsked(Way::Out),
                Pressed::F(7) => seats::Message::ExchangeAsked(Way::In),
                Pressed::F(8) => seats::Message::AdmitAsked,
                Pressed::F(9) => seats::Message::SettleAsked,
                Pressed::Escape => seats::Message::Closed,
                _ => return None,
            })),
            Room::Diagnostics(_) => diagnostics::Message::of(key).map(Message::Diagnostics),
        }
    }
}

impl Shell {
    /// Opens a room.
    pub fn go_room(&mut self, door: Door, counter: &Counter) -> Task<ShellMessage> {
        self.leave_counter();
        let room = match door {
            Door::Cash => self.cash_room().map(Room::Cash),
            Door::Queue => self.queue_room(counter).map(Room::Queue),
            Door::Register => self.register_room().map(Room::Register),
            Door::Statistics => self.statistics_room().map(Room::Statistics),
            Door::Catalogue => Ok(Room::Catalogue(self.catalogue_room())),
            Door::Codes => Ok(Room::Codes(Box::new(self.codes_room()))),
            Door::Calendar => Ok(Room::Calendar(self.calendar_room())),
            Door::Issued => self.issued_room().map(Room::Issued),
            Door::Settings => Ok(Room::Settings(self.settings_room())),
            Door::Backup => Ok(Room::Backup(self.backup_room())),
            Door::Numbers => self.numbers_room().map(Room::Numbers),
            Door::Seats => self.seats_room().map(|state| Room::Seats(Box::new(state))),
            Door::Diagnostics => {
                let room = Room::Diagnostics(diagnostics::State::default());
                self.screen = Screen::Room(Box::new(room));
                return self.look_at_machine(counter);
            }
        };
        match room {
            Ok(room) => {
                let field = room.main_field();
                self.screen = Screen::Room(Box::new(room));
                field.map_or_else(Task::none, travel::focus)
            }
            Err(error) => self.go_home(counter, Some(crate::window::notice::Notice::error(&error))),
        }
    }

    /// The open room.
    pub(super) fn in_room(&mut self) -> Option<&mut Room> {
        match &mut self.screen {
            Screen::Room(room) => Some(room),
            _ => None,
        }
    }

    /// The same, to look at.
    pub(super) fn room_shown(&self) -> Option<&Room> {
        match &self.screen {
            Screen::Room(room) => Some(room),
            _ => None,
        }
    }

    pub(super) fn room(&mut self, message: Message, counter: &Counter) -> Action {
        Action::Run(match message {
            Message::Cash(message) => self.cash(message, counter),
            Message::Queue(queue::Message::CounterChosen(seat)) => {
                return self.choose_seat(seat, counter);
            }
            Message::Queue(message) => self.queue(message, counter),
            Message::HallLeft => return self.leave_hall(counter),
            Message::Register(message) => self.register(message, counter),
            Message::Statistics(message) => self.statistics(message, counter),
            Message::Catalogue(message) => self.catalogue(message, counter),
            Message::Codes(message) => self.codes(message, counter),
            Message::Calendar(message) => self.calendar(message, counter),
            Message::Issued(message) => self.issued(message, counter),
            Message::Settings(message) => self.settings(message, counter),
            Message::Backup(message) => return self.backup(message, counter),
            Message::Numbers(message) => self.numbers(message, counter),
            Message::Seats(message) => return self.seats(message, counter),
            Message::Diagnostics(message) => self.diagnostics(message, counter),
        })
    }
}
