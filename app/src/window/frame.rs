//! How the window is drawn: the stage, the help over it, and above all what waits for a backup.

use iced::Task;
use widgets::{Dialog, Element, column, danger, modal, secondary, swallowed, text, travel};

use super::{
    App, Message, Stage, help, layout, scans,
    screen::{help::Help, join, login, password, restore, setup},
    shell, typing,
};

impl App {
    /// Opens the help at the page of what is open.
    pub(super) fn open_help(&mut self) -> Task<Message> {
        self.help = Some(help::State::at(self.page()));
        travel::focus(help::QUERY)
    }

    /// The page of what is open.
    pub(super) fn page(&self) -> Help {
        match &self.stage {
            Stage::Setup(_) | Stage::Founded(..) => help::SETUP,
            Stage::Login(_) | Stage::First(..) | Stage::Locked(..) => help::LOGIN,
            Stage::Restore(_) => help::RESTORE,
            Stage::Join(_) => help::JOIN,
            Stage::Desk(shell) => shell.page(),
        }
    }

    /// Draws the window.
    pub(super) fn view(&self) -> Element<'_, Message> {
        let screen = match &self.stage {
            Stage::Setup(wizard) | Stage::Founded(wizard, _) => {
                wizard.view(&self.counter).map(Face::Setup)
            }
            Stage::Login(login) | Stage::Locked(_, login) => login.view().map(Face::Login),
            Stage::First(desk, state) => layout::centred(
                column([text::title(desk.office.name.as_str()).into()])
                    .push(column([text::strong(state.title()).into(), state.view()])),
            )
            .map(Face::First),
            Stage::Desk(shell) => shell.view(&self.counter, self.link).map(Face::Desk),
            Stage::Restore(state) => state.view().map(Face::Restore),
            Stage::Join(state) => state.view().map(Face::Join),
        };
        let help = self.help.as_ref().map(|help| help.dialog().map(Face::Help));
        let over = if self.closing { Some(closing()) } else { help };
        let screen = modal(screen, over).map(|face| match face {
            Face::Setup(message) => Message::Setup(message),
            Face::Login(message) => Message::Login(message),
            Face::First(message) => Message::First(message),
            Face::Desk(message) => Message::Desk(message),
            Face::Restore(message) => Message::Restore(message),
            Face::Join(message) => Message::Join(message),
            Face::Help(message) => Message::Help(message),
            Face::CloseAsked => Message::CloseAsked,
            Face::CloseDropped => Message::CloseDropped,
        });
        let menu =
            self.help.is_none() && matches!(&self.stage, Stage::Desk(shell) if shell.shows_menu());
        swallowed::keys(screen, typing::untaken)
            .arrows(menu)
            .place(self.place())
            .scans(scans::finder, Message::Scanned)
            .into()
    }
}

/// What is drawn says of itself.
#[derive(Clone)]
enum Face {
    Setup(setup::Message),
    Login(login::Message),
    First(password::Message),
    Desk(shell::Message),
    Restore(restore::Message),
    Join(join::Message),
    Help(help::Message),
    CloseAsked,
    CloseDropped,
}

/// What waits for the day's backup before the window closes.
fn closing<'a>() -> Dialog<'a, Face> {
    let words = text::body(
        "Hôm nay chưa sao lưu theo lịch, nên chương trình đang sao lưu; xong thì cửa sổ tự đóng. Tiến độ hiện ở chân cửa sổ.",
    );
    Dialog::new("Đang sao lưu trước khi đóng", words)
        .action(secondary("Làm việc tiếp").key("Esc").on_press(Face::CloseDropped))
        .action(danger("Đóng ngay, bỏ lần sao lưu này").on_press(Face::CloseAsked))
        .on_close(Face::CloseDropped)
}
