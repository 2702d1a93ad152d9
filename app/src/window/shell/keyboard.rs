//! What the keys mean that no control took: on each screen, and over it.

use iced::Task;
use widgets::keys::Pressed;

use super::{Action, Bar, Counter, Message, Over, Screen, Shell};
use crate::window::screen::{
    camera, chip_key, chooser, devices, dossier, dossiers, find, grid, home, log, paper, password,
    pay, person, recovery, trust, users,
};

impl Shell {
    /// A key that no control took.
    pub fn key(&mut self, key: Pressed, counter: &Counter) -> Action {
        if key == Pressed::Ctrl('l') {
            return Action::Lock;
        }
        if let Some(message) = self.outgoing.key(key) {
            return self.update(Message::Outgoing(message), counter);
        }
        if key == Pressed::F(4) && self.over.is_none() && self.waits_for_file() {
            return Action::Run(self.choose_file(counter));
        }
        let message = match &self.over {
            Some(over) => key_over(over, key),
            None => self.key_on_screen(key),
        };
        match message {
            Some(message) => self.update(message, counter),
            None => Action::Run(Task::none()),
        }
    }

    fn key_on_screen(&self, key: Pressed) -> Option<Message> {
        // A question that is open is answered or dropped first.
        if !self.screen.asks() {
            let bar = match key {
                Pressed::Escape if self.dropped.waits() => Some(Bar::StopPictures),
                Pressed::Ctrl('k') => Some(Bar::Find),
                Pressed::F(12) => Some(Bar::Home),
                Pressed::F(3) if self.may_open(Bar::Dossiers) => Some(Bar::Dossiers),
                Pressed::F(10) => Some(Bar::Menu),
                Pressed::Ctrl('o') if self.may_open(Bar::Arrivals) => Some(Bar::Arrivals),
                _ => None,
            };
            if let Some(bar) = bar {
                return Some(Message::Bar(bar));
            }
        }
        if self.newcomer.is_some() {
            match key {
                Pressed::F(5) => return Some(Message::Bar(Bar::TakeNewcomer)),
                Pressed::F(6) => return Some(Message::Bar(Bar::IgnoreNewcomer)),
                _ => {}
            }
        }
        Some(match (key, &self.screen) {
            (Pressed::F(6), screen) if !screen.asks() && screen.grid().is_some() => {
                Message::Columns(grid::Message::ColumnsAsked)
            }
            (Pressed::F(6), Screen::Home(_)) => Message::Home(home::Message::KeyAsked),
            (Pressed::F(8), Screen::Home(state)) if state.offers_readers() => {
                Message::Home(home::Message::NextReader)
            }
            (Pressed::F(7), Screen::Home(_)) => Message::Home(home::Message::CameraAsked),
            (Pressed::Down, Screen::Home(_)) => Message::Home(home::Message::Moved(1)),
            (Pressed::Up, Screen::Home(_)) => Message::Home(home::Message::Moved(-1)),
            (Pressed::Escape, Screen::Home(_)) => Message::Home(home::Message::ReadingStopped),
            (Pressed::F(4), Screen::Home(_)) => Message::Home(home::Message::LatestResumed),
            (Pressed::Ctrl('z'), Screen::Home(_)) => Message::Home(home::Message::DropUndone),
            (Pressed::F(2), Screen::Person(_)) => Message::Person(person::Message::ReceptionAsked),
            (Pressed::Enter, Screen::Person(_)) => Message::Person(person::Message::Entered),
            (Pressed::F(9), Screen::Person(_)) => Message::Person(person::Message::NextPart),
            (Pressed::Up, Screen::Person(_)) => Message::Person(person::Message::Moved(-1)),
            (Pressed::Down, Screen::Person(_)) => Message::Person(person::Message::Moved(1)),
            (Pressed::Digit(digit), Screen::Person(_)) => {
                Message::Person(person::Message::UsualChosen(digit))
            }
            (Pressed::F(7), Screen::Person(_)) => Message::Person(person::Message::EarlierBirth),
            (Pressed::F(8), Screen::Person(_)) => Message::Person(person::Message::LaterBirth),
            (Pressed::F(4), Screen::Person(_)) => Message::Person(person::Message::StoreOpened),
            (Pressed::Escape, Screen::Person(_)) => Message::Person(person::Message::Closed),
            (key, Screen::Reception(state)) => Message::Reception(state.key(key)?),
            (key, Screen::Store(state)) => Message::Store(state.key(key)?),
            (key, Screen::Arrivals(state)) => Message::Arrivals(state.key(key)?),
            (Pressed::Escape, Screen::Dossier(state)) if state.asks() => {
                Message::Dossier(dossier::Message::Dropped)
            }
            (Pressed::Enter, Screen::Dossier(state)) if state.asks() => {
                Message::Dossier(state.confirmed()?)
            }
            (Pressed::Digit(digit), Screen::Dossier(state)) if state.asks() => {
                Message::Dossier(state.digit(digit)?)
            }
            (_, Screen::Dossier(state)) if state.asks() => return None,
            (Pressed::F(2), Screen::Dossier(_)) => Message::Dossier(dossier::Message::NextAsked),
            (Pressed::F(4), Screen::Dossier(_)) => Message::Dossier(dossier::Message::ChoiceAsked),
            (Pressed::F(6), Screen::Dossier(_)) => Message::Dossier(dossier::Message::PaymentAsked),
            (Pressed::F(7), Screen::Dossier(_)) => Message::Dossier(dossier::Message::AnnulAsked),
            (Pressed::F(9) | Pressed::Ctrl('p'), Screen::Dossier(_)) => {
                Message::Dossier(dossier::Message::Printed)
            }
            (Pressed::F(8) | Pressed::Ctrl('s'), Screen::Dossier(_)) => {
                Message::Dossier(dossier::Message::Saved)
            }
            (Pressed::Escape | Pressed::Enter, Screen::Dossier(_)) => {
                Message::Dossier(dossier::Message::Closed)
            }
            (Pressed::Escape, Screen::Dossiers(_)) => Message::Dossiers(dossiers::Message::Closed),
            (Pressed::Escape, Screen::Users(state)) if state.asks() => {
                Message::Users(users::Message::Dropped)
            }
            (Pressed::Enter, Screen::Users(state)) if state.asks() => {
                Message::Users(users::Message::Confirmed)
            }
            (Pressed::F(2), Screen::Users(state)) if !state.asks() => {
                Message::Users(users::Message::AddAsked)
            }
            (Pressed::F(4), Screen::Users(state)) if !state.asks() => {
                Message::Users(users::Message::ChangeAsked)
            }
            (Pressed::Escape, Screen::Users(_)) => Message::Users(users::Message::Closed),
            (Pressed::Escape, Screen::Trust(state)) if state.asks() => {
                Message::Trust(trust::Message::Forgone)
            }
            (Pressed::Enter, Screen::Trust(state)) if state.asks() => {
                Message::Trust(trust::Message::Confirmed)
            }
            (Pressed::F(2), Screen::Trust(state)) if !state.asks() => {
                Message::Trust(trust::Message::AddAsked)
            }
            (Pressed::Escape, Screen::Trust(_)) => Message::Trust(trust::Message::Closed),
            (key, Screen::Room(room)) => Message::Room(room.key(key)?),
            (Pressed::Escape, Screen::Log(_)) => Message::Log(log::Message::Closed),
            _ => return None,
        })
    }
}

/// What a key says to what lies over the screen.
fn key_over(over: &Over, key: Pressed) -> Option<Message> {
    Some(match (over, key) {
        (Over::Find(_), Pressed::Up) => Message::Find(find::Message::Moved(-1)),
        (Over::Find(_), Pressed::Down) => Message::Find(find::Message::Moved(1)),
        (Over::Find(_), Pressed::Enter) => Message::Find(find::Message::Entered),
        (Over::Find(_), Pressed::Escape) => Message::Find(find::Message::Closed),
        (Over::Chooser(_), Pressed::Up) => Message::Chooser(chooser::Message::Moved(-1)),
        (Over::Chooser(_), Pressed::Down) => Message::Chooser(chooser::Message::Moved(1)),
        (Over::Chooser(_), Pressed::Enter) => Message::Chooser(chooser::Message::Entered),
        (Over::Chooser(_), Pressed::F(6)) => Message::Chooser(chooser::Message::UpAsked),
        (Over::Chooser(_), Pressed::Escape) => Message::Chooser(chooser::Message::Closed),
        (Over::Menu, Pressed::Escape | Pressed::F(10)) => Message::Bar(Bar::CloseOver),
        (Over::Columns, Pressed::Escape | Pressed::Enter | Pressed::F(6)) => {
            Message::Bar(Bar::CloseOver)
        }
        (Over::Camera(_), Pressed::Escape) => Message::Camera(camera::Message::Closed),
        (Over::Camera(_), Pressed::F(5)) => Message::Camera(camera::Message::Again),
        (Over::ChipKey(_), Pressed::Enter) => Message::ChipKey(chip_key::Message::Submitted),
        (Over::ChipKey(_), Pressed::Escape) => Message::ChipKey(chip_key::Message::Closed),
        (Over::Devices(state), Pressed::Escape) if state.tries_camera() => {
            Message::Devices(devices::Message::Camera(camera::Message::Closed))
        }
        (Over::Devices(state), Pressed::F(5)) if state.tries_camera() => {
            Message::Devices(devices::Message::Camera(camera::Message::Again))
        }
        (Over::Devices(_), Pressed::F(7)) => Message::Devices(devices::Message::CameraTried),
        (Over::Devices(_), Pressed::Escape) => Message::Bar(Bar::CloseOver),
        (Over::Recovery(_), Pressed::F(8)) => Message::Recovery(recovery::Message::Saved),
        (Over::Recovery(_), Pressed::F(9)) => Message::Recovery(recovery::Message::Printed),
        (Over::Pay(_), Pressed::F(2)) => Message::Pay(pay::Message::LineAdded),
        (Over::Pay(_), Pressed::Enter) => Message::Pay(pay::Message::Submitted),
        (Over::Pay(_), Pressed::Escape) => Message::Pay(pay::Message::Closed),
        (Over::Paper(_), Pressed::F(8)) => Message::Paper(paper::Message::Saved),
        (Over::Paper(_), Pressed::F(9)) => Message::Paper(paper::Message::Printed),
        (Over::Paper(_), Pressed::Escape | Pressed::Enter) => {
            Message::Paper(paper::Message::Closed)
        }
        (Over::Password(_), Pressed::Enter) => Message::Password(password::Message::Submitted),
        (Over::Password(_), Pressed::Escape) => Message::Password(password::Message::Closed),
        _ => return None,
    })
}
